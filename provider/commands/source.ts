/** Arguments that several commands take: where a description is read from. */

import { InvalidArgumentError } from "commander";
import { parseSource, type TenantSource } from "../tenant";

/** Of a command that reads files alone: other sources are for those that may ask a tenant, a stack or a repository. */
export const fileSource =
  (command: string) =>
  (text: string): TenantSource => {
    if (/^(live|stack|preview|git)(:|$)/.test(text)) {
      throw new InvalidArgumentError(`${command} reads files and folders only.`);
    }
    const source = parseSource(named(text));
    [source.base, ...(source.overlays ?? [])].forEach(named);
    return source;
  };

/** Of `--overlay`, which may stand several times. */
export const append = (path: string, before: string[] = []): string[] => [...before, named(path)];

/** A variable that is not set must not stand for the working folder. */
function named(path: string): string {
  if (path === "") throw new InvalidArgumentError("It is empty.");
  return path;
}
