/**
 * What is to be written, before it has a spelling: plain data with maps for whatever people may name, since any key
 * (`__proto__`, `10`) must stay what and where it is.
 */

import type { SourceText, Span } from "../files/text";
import type { Written } from "../files/written";

export type Tree = string | number | boolean | null | readonly Tree[] | ReadonlyMap<string, Tree>;

/** Plain data as a tree. */
export function treeOf(value: unknown): Tree {
  if (Array.isArray(value)) return value.map(treeOf);
  if (typeof value === "object" && value !== null)
    return mapOf(Object.entries(value).map(([key, inner]) => [key, inner === undefined ? undefined : treeOf(inner)]));
  return value as string | number | boolean | null;
}

/** A map of the entries that have a value. */
export const mapOf = (entries: Iterable<readonly [string, Tree | undefined]>): ReadonlyMap<string, Tree> =>
  new Map([...entries].filter((entry): entry is [string, Tree] => entry[1] !== undefined));

export const isMap = (tree: Tree | undefined): tree is ReadonlyMap<string, Tree> => tree instanceof Map;
export const isList = (tree: Tree | undefined): tree is readonly Tree[] => Array.isArray(tree);

const nowhere: SourceText = {
  file: "",
  text: "",
  lines: [0],
  order: 0,
  overlay: false,
  masks: [],
  replaced: new Set(),
};
const at: Span = { text: nowhere, start: 0, end: 0 };

/** The same as a reader would get it from a file, so that it can be held against the grammar. */
export function asWritten(tree: Tree): Written {
  if (isMap(tree))
    return {
      sort: "map",
      at,
      entries: new Map([...tree].map(([key, value]) => [key, { key, at, value: asWritten(value) }])),
    };
  if (isList(tree)) return { sort: "list", at, items: tree.map(asWritten) };
  return { sort: "scalar", at, value: tree as string | number | boolean | null };
}
