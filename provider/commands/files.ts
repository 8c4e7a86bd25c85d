/** Files that a command writes: whole or not at all. */

import { randomBytes } from "node:crypto";
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Writes beside, then renames; an existing file keeps its mode. */
export function replaceFile(path: string, text: string): void {
  const half = join(dirname(path), `.${randomBytes(6).toString("hex")}.tmp`);
  try {
    mkdirSync(dirname(path), { recursive: true });
    const mode = statSync(path, { throwIfNoEntry: false })?.mode;
    writeFileSync(half, text, { flag: "wx", ...(mode !== undefined && { mode }) });
    renameSync(half, path);
  } catch (error) {
    try {
      rmSync(half, { force: true });
    } catch {
      // Where no folder can be, there is no half of a file either: why it cannot be written is what counts.
    }
    throw new Error(`${path} cannot be written: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`, { cause: error });
  }
}
