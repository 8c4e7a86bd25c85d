/** Several files to one tree: the files of a folder side by side, overlays on top of the base. */

import type { Report } from "../diagnostics";
import { quoted } from "./frame";
import { lineAt, placeOf, type Span } from "./text";
import { child, isNull, onlyKey, type Entry, type Written } from "./written";

/**
 * The union of the files of one folder. Maps are joined; what is set twice is an error. `isWhole` tells whether what
 * stands at a path is one thing that belongs in one file: an object is never pieced together.
 */
export function unite(
  files: readonly Written[],
  isWhole: (path: readonly string[]) => boolean,
  report: Report,
): Written | undefined {
  const join = (first: Written, second: Written, path: readonly string[]): Written => {
    if (first.sort !== "map" || second.sort !== "map") return first;
    const entries = new Map(first.entries);
    for (const entry of second.entries.values()) {
      const there = entries.get(entry.key);
      const at = [...path, entry.key];
      if (!there) entries.set(entry.key, entry);
      else if (there.value.sort === "map" && entry.value.sort === "map" && !isWhole(at)) {
        entries.set(entry.key, { ...there, value: join(there.value, entry.value, at) });
      } else {
        const { file, line } = placeOf(there.at);
        report(
          "set-twice",
          entry.at,
          `${quoted(at.join("."))} is set here and in ${file}:${line}`,
          "keep one of the two, or make one file an overlay",
        );
      }
    }
    return { ...first, entries };
  };
  const maps = files.filter((file) => {
    if (file.sort !== "map" && !isNull(file)) {
      report("wrong-type", file.at, "A tenant file is a map of sections", "write sections: userGroups:, storages:, …");
    }
    return file.sort === "map";
  });
  return maps.length === 0
    ? undefined
    : maps.slice(1).reduce<Written>((first, second) => join(first, second, []), maps[0]!);
}

/** An overlay on a base: maps key by key, everything else is replaced, null removes. */
export function overlay(base: Written | undefined, over: Written | undefined, report: Report): Written | undefined {
  if (!over || isNull(over)) return base;
  if (!base) return withoutNulls(over, [], report);
  return laid(base, over, [], report);
}

function laid(base: Written, over: Written, path: readonly string[], report: Report): Written {
  if (base.sort !== "map" || over.sort !== "map" || isAtom(base, path) || isAtom(over, path)) {
    markReplaced(base.at);
    return withoutNulls(over, path, report);
  }
  const entries = new Map(base.entries);
  for (const entry of over.entries.values()) {
    const there = entries.get(entry.key);
    const at = [...path, entry.key];
    if (isNull(entry.value)) {
      remove(entries, entry, at, report);
      if (there) markReplaced({ ...there.at, end: there.value.at.end });
    } else if (!there) entries.set(entry.key, { ...entry, value: withoutNulls(entry.value, at, report) });
    else {
      const value = laid(there.value, entry.value, at, report);
      const joined = there.value.sort === "map" && value.sort === "map" && value.at === there.value.at;
      entries.set(entry.key, { key: entry.key, at: joined ? there.at : entry.at, value });
    }
  }
  return { ...base, entries };
}

/**
 * Forms that stand for one value although they are maps, and are never mixed with what was there. A section is none,
 * nor a map whose only label happens to be one of these words.
 */
function isAtom(node: Written, path: readonly string[]): boolean {
  const only = onlyKey(node) ?? "";
  return (
    path.length > 1 && ["fromConfig", "clear", "existing", "id"].includes(only) && child(node, only)?.sort === "scalar"
  );
}

function withoutNulls(node: Written, path: readonly string[], report: Report): Written {
  if (node.sort !== "map") return node;
  const entries = new Map<string, Entry>();
  for (const entry of node.entries.values()) {
    const at = [...path, entry.key];
    if (isNull(entry.value)) remove(entries, entry, at, report);
    else entries.set(entry.key, { ...entry, value: withoutNulls(entry.value, at, report) });
  }
  return { ...node, entries };
}

function remove(entries: Map<string, Entry>, entry: Entry, path: readonly string[], report: Report): void {
  if (entries.delete(entry.key)) return;
  report(
    "removes-nothing",
    entry.at,
    `${quoted(path.join("."))} is not in the base, so null removes nothing`,
    "correct the key, or drop the line",
  );
}

function markReplaced({ text, start, end }: Span): void {
  for (let line = lineAt(text, start); line <= lineAt(text, Math.max(start, end - 1)); line++) text.replaced.add(line);
}
