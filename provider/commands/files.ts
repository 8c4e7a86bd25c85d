/** Files that a command writes: whole or not at all. */

import { randomBytes } from "node:crypto";
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Writes beside, then renames; an existing file keeps its mode. */
export const replaceFile = (path: string, text: string): void => replaceFiles(new Map([[path, text]]));

/** The same for several: none is there before all are written. */
export function replaceFiles(texts: ReadonlyMap<string, string>): void {
  const halves = new Map<string, string>();
  let at = "";
  try {
    for (const [path, text] of texts) {
      at = path;
      const half = join(dirname(path), `.${randomBytes(6).toString("hex")}.tmp`);
      mkdirSync(dirname(path), { recursive: true });
      const there = statSync(path, { throwIfNoEntry: false });
      if (there?.isDirectory()) throw new Error("it is a folder");
      const mode = there?.mode;
      halves.set(path, half);
      writeFileSync(half, text, { flag: "wx", ...(mode !== undefined && { mode }) });
    }
    for (const [path, half] of halves) renameSync(half, (at = path));
  } catch (error) {
    for (const half of halves.values()) {
      try {
        rmSync(half, { force: true });
      } catch {
        // Where no folder can be, there is no half of a file either: why it cannot be written is what counts.
      }
    }
    throw new Error(`${at} cannot be written: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`, { cause: error });
  }
}
