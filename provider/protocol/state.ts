/** Resources as Pulumi writes them down: in a preview, and in a stack's state. */

import { execFile } from "node:child_process";
import { kinds } from "../kinds";
import { typeOf } from "./wire";

export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  /** What took its place is there already, and it is still to be deleted. */
  delete?: boolean;
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
 * What the state of a stack holds, by the Pulumi CLI, which says it while a run has locked the stack, too. Secrets stay
 * encrypted.
 * @throws Error whose message is a clause, when there is no CLI to ask, or it does not tell.
 */
export async function exportOf(stack: string, cwd = process.cwd()): Promise<StateResource[]> {
  const text = await new Promise<string>((resolve, reject) => {
    execFile(
      "pulumi",
      ["stack", "export", "--stack", stack, "--non-interactive"],
      { cwd, maxBuffer: 2 ** 30, timeout: 300_000 },
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        const isThere = (error as NodeJS.ErrnoException).code !== "ENOENT";
        const said = isThere
          ? (stderr || error.message).trim().replace(/^error: /, "")
          : "there is no pulumi here to ask; install its CLI";
        reject(new Error(said, { cause: error }));
      },
    );
  });
  const { deployment } = JSON.parse(text) as { deployment?: { resources?: StateResource[] } };
  return deployment?.resources ?? [];
}
