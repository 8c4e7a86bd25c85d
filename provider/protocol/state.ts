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
  /** Still to be deleted, what took its place is there already. */
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
 * What the state of a stack holds: the Pulumi CLI is asked for it, which tells while the stack is locked for a run, too.
 * Secrets stay encrypted.
 * @throws Error in a clause, when there is no CLI to ask, or it does not tell.
 */
export async function exportOf(stack: string, cwd = process.cwd()): Promise<StateResource[]> {
  const text = await new Promise<string>((resolve, reject) => {
    execFile("pulumi", ["stack", "export", "--stack", stack, "--non-interactive"], { cwd, maxBuffer: 2 ** 30, timeout: 300_000 }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return reject(new Error("there is no pulumi here to ask; install its CLI"));
      reject(new Error((stderr || error.message).trim().replace(/^error: /, "")));
    });
  });
  const { deployment } = JSON.parse(text) as { deployment?: { resources?: StateResource[] } };
  return deployment?.resources ?? [];
}
