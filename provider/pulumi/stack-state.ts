/** What the stack had before this run: Pulumi tells a program nothing of it, but its CLI does. */

import * as pulumi from "@pulumi/pulumi";
import { kinds } from "../kinds";
import { exportOf, kindOf, nameOf } from "../protocol/state";
import { factsKey, guardsKind, typeOf } from "../protocol/wire";
import type { Facts } from "../engine";

/** An entry of the stack that stands for an object of iconik's and goes with it. */
export interface Had {
  kind: string;
  id: string;
  /** Logical name of the resource. */
  name: string;
  /** What the object is called in exceptions. */
  label: string;
  domain: string;
}

export interface StackState {
  had: Had[];
  /** Kind and logical name of all that is iconik's, also of what stays when it is described no longer. */
  entries: ReadonlySet<string>;
  /** The guards' own entry, when there is one: what it recorded. */
  guards?: Record<string, unknown>;
}

/** @throws Error when there is no CLI to ask, or it does not tell. */
export async function stackState(folder: string): Promise<StackState> {
  const resources = await exportOf(
    [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/"),
    folder,
  );
  const had = resources.flatMap((resource): Had[] => {
    const { urn, id, outputs = {}, retainOnDelete } = resource;
    const kind = kindOf(resource);
    const facts = outputs[factsKey] as Facts | undefined;
    if (
      kind === undefined ||
      id === undefined ||
      resource.delete ||
      retainOnDelete ||
      facts === undefined ||
      facts.builtIn
    )
      return [];
    const definition = kinds[kind]!;
    if (definition.shape !== "object") return [];
    const label = facts.label ?? String(outputs[definition.key]);
    return [{ kind, id, name: nameOf(urn), label, domain: facts.domain }];
  });
  const entries = new Set(
    resources.filter((resource) => !resource.delete).map((resource) => `${kindOf(resource)}/${nameOf(resource.urn)}`),
  );
  return { had, entries, guards: resources.find(({ type }) => type === typeOf(guardsKind))?.inputs };
}
