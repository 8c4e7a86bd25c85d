/** Files that a command reads, and those that it writes: whole or not at all. */

import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { reason } from "../tenant/files/source";

/** @throws Error with the file and why, where it cannot be read. */
export function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`${file} cannot be read: ${reason(error)}; check the path`, { cause: error });
  }
}

/** Writes beside, then renames: none is there before all are written. An existing file keeps its mode, and a link leads on to it. */
export function replaceFiles(texts: ReadonlyMap<string, string>): void {
  const halves = new Map<string, string>();
  let at = "";
  try {
    for (const [given, text] of texts) {
      at = given;
      const path = existsSync(given) ? realpathSync(given) : given;
      const half = join(dirname(path), `.${randomBytes(6).toString("hex")}.tmp`);
      makeFolder(dirname(path));
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
    const { code = "", message } = error as NodeJS.ErrnoException;
    throw new Error(`${at} cannot be written: ${reasons[code] ?? (code || message)}`, { cause: error });
  }
}

const reasons: Record<string, string> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of the path is no folder",
  ENOENT: "no folder can be made there",
};

/** With those above it. Node's own way of that never ends where nothing can be made, as under /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
