/** Resources as Pulumi writes them down: in a preview, and in a stack's state. */

import { execFile } from "node:child_process";
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

/**
 * iconik's ids by `<kind>/<logical name>`, as the state of a stack has them: the Pulumi CLI is asked for it.
 * @throws Error when there is no CLI, no such stack, or nothing of iconik's in it.
 */
export async function idsOf(stack: string): Promise<Map<string, string>> {
  const { deployment } = JSON.parse(await exportOf(stack)) as { deployment?: { resources?: StateResource[] } };
  const ours = (deployment?.resources ?? []).flatMap((resource): [string, string][] => {
    const kind = kindOf(resource);
    return kind === undefined || !resource.id ? [] : [[`${kind}/${nameOf(resource.urn)}`, resource.id]];
  });
  if (ours.length === 0) throw new Error(`the state of ${stack} holds no iconik object`);
  return new Map(ours);
}

function exportOf(stack: string): Promise<string> {
  return new Promise((resolve, reject) => {
    // Secrets stay encrypted: nothing here needs them.
    execFile("pulumi", ["stack", "export", "--stack", stack, "--non-interactive"], { maxBuffer: 1024 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return reject(new Error("there is no pulumi here; install its CLI, or leave --stack out"));
      reject(new Error(`the state of ${stack} cannot be read: ${(stderr || error.message).trim().replace(/^error: /, "")}`));
    });
  });
}
