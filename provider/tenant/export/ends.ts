/** Entries that end, as the language writes them. */

import type { Access } from "../../engine/values";
import type { Expiry } from "../desired";
import type { Ends } from "../ends";
import { isList, isMap, mapOf, type Tree } from "../writing/tree";

/** The tree of a list of addresses, or of access, with the ends of its entries. */
export function endingTree(field: string, value: unknown, tree: Tree | undefined, ends: Ends): Tree | undefined {
  if (isList(tree) && Array.isArray(value))
    return tree.map((item, index) => withEnd("ip", item, ends(field, value[index])));
  if (!isMap(tree)) return tree;
  const access = value as Access;
  return mapOf(
    [...tree].map(([sort, members]): [string, Tree] => {
      const entries = access[sort as keyof Access];
      if (!Array.isArray(entries)) return [sort, members];
      const ended = (item: Tree, index: number) => withEnd("permissions", item, ends(field, entries[index], sort));
      if (isMap(members)) return [sort, mapOf([...members].map(([who, item], index) => [who, ended(item, index)]))];
      return [sort, isList(members) ? members.map(ended) : members];
    }),
  );
}

/** What stands alone as long as it stays: a role, permissions. */
export function withEnd(alone: "role" | "ip" | "permissions", item: Tree, end: Expiry | undefined): Tree {
  if (!end) return item;
  const reason = alone === "ip" ? "note" : "reason";
  return mapOf([...(isMap(item) ? item : [[alone, item] as const]), ["expires", end.until], [reason, end.reason]]);
}
