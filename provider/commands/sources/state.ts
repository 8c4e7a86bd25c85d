/** Resources as Pulumi writes them down: in a preview, and in a stack's state. */

import { kinds } from "../../kinds";
import { typeOf } from "../../protocol/wire";

export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  protect?: boolean;
  retainOnDelete?: boolean;
  provider?: string;
  aliases?: string[];
  propertyDependencies?: Record<string, string[] | null>;
}

const kindByType = new Map(Object.keys(kinds).map((kind) => [typeOf(kind), kind]));

/** The kind of iconik object that it stands for; undefined for everything else in a stack. */
export const kindOf = ({ type }: { type: string }): string | undefined => kindByType.get(type);

/** Logical name: what comes last in a URN, whatever is in it (urn:pulumi:stack::project::type::name). */
export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");
