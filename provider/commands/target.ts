/** The folder that `promote` writes: what describes its tenant now, and what takes the place of that. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { kinds } from "../kinds";
import { loadTenant } from "../tenant";
import type { Comparison } from "../tenant/compare";
import { exportYaml, fileNames, type Exported } from "../tenant/export";
import { grammarOf } from "../tenant/language/grammar";
import type { Picture } from "../tenant/picture";
import { replaceFiles } from "./files";
import { parseAnySource, readSource, Undescribed, type Source } from "./source";
import { hasProject, stackSource } from "./sources/stack";

export interface Target {
  /** The file, or the folder of several. */
  path: string;
  /** What is described now. */
  picture?: Picture;
  /** @throws Undescribed when what would be written could not be read again; then nothing is. */
  write(
    picture: Picture,
    changes: Comparison | undefined,
  ): { supplied: Exported["supplied"]; removed: string[]; written: boolean };
}

/**
 * A description is `tenant.yaml`, or the several files of an export of a large tenant.
 * @throws Error when it is more than that, and what was written would not be all that is described.
 */
export async function openTarget(folder: string, source: Source | undefined): Promise<Target> {
  const file = join(folder, "tenant.yaml");
  const others = besides(folder, source);
  const isSplit =
    others.length > 0 &&
    others.every(({ isOverlay, name }) => !isOverlay && fileNames.includes(name)) &&
    !hasProject(folder);
  if (others.length > 0 && !isSplit) throw new Error(refusal(folder, others));
  const path = isSplit ? folder : file;
  const picture = isSplit || existsSync(file) ? await readSource(parseAnySource(path)) : undefined;
  return {
    path,
    ...(picture && { picture }),
    write(next, changes) {
      if (picture && changes && saysTheSame(picture, next, changes))
        return { supplied: [], removed: [], written: false };
      const { files, supplied } = exportYaml({ ...next, source: path }, { split: isSplit ? "always" : "never" });
      check(folder, files, picture !== undefined);
      const removed = others
        .map(({ name }) => name)
        .filter((name) => !files.has(name))
        .map((name) => join(folder, name));
      replaceFiles(new Map([...files].map(([name, text]) => [join(folder, name), text])));
      for (const gone of removed) rmSync(gone, { force: true });
      return { supplied, removed, written: true };
    },
  };
}

interface Other {
  /** Within the folder; of an overlay, as the stack's config has it. */
  name: string;
  isOverlay: boolean;
}

/** What is read together with tenant.yaml. In a folder with a project, the configs of its stacks say that. */
function besides(folder: string, source: Source | undefined): Other[] {
  if (!existsSync(folder)) return [];
  const own =
    source?.sort === "files"
      ? [source.files.base, ...(source.files.overlays ?? [])].filter(existsSync).map((path) => realpathSync(path))
      : [];
  const names = readdirSync(folder).filter(
    (name) => name !== "tenant.yaml" && /^[^.].*\.ya?ml$/.test(name) && !own.includes(realpathSync(join(folder, name))),
  );
  if (!hasProject(folder))
    return names.filter((name) => describes(join(folder, name))).map((name) => ({ name, isOverlay: false }));
  const stacks = readdirSync(folder).flatMap((name) => /^Pulumi\.(.+)\.(?:ya?ml|json)$/.exec(name)?.[1] ?? []);
  const overlays = stacks.flatMap((stack) => {
    const { base, overlays = [] } = stackSource(stack, folder);
    return resolve(folder, base) === resolve(folder, "tenant.yaml") ? overlays : [];
  });
  return [
    ...[...new Set(overlays)].map((name) => ({ name, isOverlay: true })),
    ...names
      .filter((name) => fileNames.includes(name) && describes(join(folder, name)))
      .map((name) => ({ name, isOverlay: false })),
  ];
}

/** Does the file say something of a tenant? */
function describes(path: string): boolean {
  try {
    const content: unknown = parse(readFileSync(path, "utf8"));
    return (
      typeof content === "object" &&
      content !== null &&
      Object.keys(content).some((key) => Object.hasOwn(grammarOf(kinds).keys, key))
    );
  } catch {
    return true; // Nobody can tell, so it may.
  }
}

function refusal(folder: string, others: readonly Other[]): string {
  const are = others.map(({ name }) => join(folder, name)).join(", ");
  const overlays = others.filter(({ isOverlay }) => isOverlay).map(({ name }) => join(folder, name));
  const whole = overlays.length > 0 ? [join(folder, "tenant.yaml"), ...overlays].join("+") : folder;
  return (
    `${join(folder, "tenant.yaml")} is not all that describes the target: ${are} ${others.length === 1 ? "does" : "do"} too, and would go on saying what it says now. ` +
    `Name a folder in which tenant.yaml stands alone; pulumi-iconik export ${whole} --out DIR makes such a one of what is there`
  );
}

/** Nothing differs, be it options, dates and tests; then order and comments are people's own. */
function saysTheSame(before: Picture, after: Picture, { changed, onlyFrom, onlyTo }: Comparison): boolean {
  const [was, is] = [before, after].map((picture) =>
    unordered(parse(exportYaml({ ...picture, gaps: [] }, { split: "never" }).files.get("tenant.yaml")!)),
  );
  return changed.length + onlyFrom.length + onlyTo.length === 0 && isDeepStrictEqual(was, is);
}

/** Whether the order of a list counts, the comparison knows. */
function unordered(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(unordered).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== "object" || value === null) return value;
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, inner]) => [key, unordered(inner)]));
}

/** Files that could not be read again are not written. */
function check(target: string, files: ReadonlyMap<string, string>, isThere: boolean): void {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-iconik-promote-"));
  try {
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    const { desired, diagnostics } = loadTenant(
      { base: files.size === 1 ? "tenant.yaml" : "." },
      { cwd: folder, loopback: true },
    );
    if (desired) return;
    const path = join(target, "tenant.yaml");
    const would = diagnostics.map((one) => ({
      ...one,
      place: { ...one.place, file: `what would be ${join(target, one.place.file)}` },
    }));
    const first = isThere
      ? `What names something that goes, and what is missing, write in ${path} first`
      : `What is missing, write into a ${path} of your own first`;
    const kept =
      "guards, tests, invariants, allow, clouds and credentials stay as they are there. All else is the source's";
    throw new Undescribed(`what would be written to ${path}`, would, `Nothing was written. ${first}: ${kept}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
