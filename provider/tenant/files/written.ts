/** What is written in a file, as a tree that keeps places. Maps instead of objects: any key is safe, `__proto__` too. */

import type { Span } from "./text";

export type Written = WrittenMap | WrittenList | WrittenScalar;

export interface WrittenMap {
  sort: "map";
  at: Span;
  entries: ReadonlyMap<string, Entry>;
}

export interface Entry {
  key: string;
  /** Place of the key. */
  at: Span;
  value: Written;
}

export interface WrittenList {
  sort: "list";
  at: Span;
  items: readonly Written[];
}

export interface WrittenScalar {
  sort: "scalar";
  at: Span;
  value: string | number | boolean | null;
}

export const isNull = (node: Written): boolean => node.sort === "scalar" && node.value === null;

/** The value under a key of a map; undefined for anything else. */
export const child = (node: Written | undefined, key: string): Written | undefined =>
  node?.sort === "map" ? node.entries.get(key)?.value : undefined;

export const entriesOf = (node: Written | undefined): Entry[] =>
  node?.sort === "map" ? [...node.entries.values()] : [];
export const itemsOf = (node: Written | undefined): readonly Written[] => (node?.sort === "list" ? node.items : []);

/** The text of a scalar that is one. */
export const textOf = (node: Written | undefined): string | undefined =>
  node?.sort === "scalar" && typeof node.value === "string" ? node.value : undefined;

/** The map's one key, when it has only that: how `{ existing: … }` and `{ fromConfig: … }` are told from records. */
export const onlyKey = (node: Written): string | undefined =>
  node.sort === "map" && node.entries.size === 1 ? [...node.entries.keys()][0] : undefined;

/** Plain data, for what is kept untouched. */
export function plain(node: Written): unknown {
  if (node.sort === "scalar") return node.value;
  if (node.sort === "list") return node.items.map(plain);
  return Object.fromEntries([...node.entries.values()].map(({ key, value }) => [key, plain(value)]));
}
