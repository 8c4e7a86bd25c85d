/** Values of fields as the language writes them: the inverse of `reading/values`. */

import { accessSorts, permissions, type Field, type Values } from "../../definition";
import { memberField, memberOf, type Access } from "../../engine/values";
import { lowerCamel } from "../../naming";
import type { Ref } from "../desired";
import { mapOf, treeOf, type Tree } from "./tree";

/** How a reference to an object is written where objects of these kinds can stand; undefined: a label cannot say it. */
export type Naming = (to: readonly string[], ref: Ref) => string | undefined;

/** A value of a field; undefined when the language has no way to say it. */
export function treeOfValue(field: Field, value: unknown, naming: Naming): Tree | undefined {
  if (value === undefined || value === null) return undefined;
  if (field.type === "json") return treeOf(value);
  if (typeof value === "object" && ("fromConfig" in value || "clear" in value)) return treeOf(value);
  switch (field.type) {
    case "list":
    case "set": {
      if (!Array.isArray(value)) return treeOf(value);
      const items = value.map((item) => treeOfValue(field.of, item, naming));
      return items.every((item) => item !== undefined) ? items : undefined;
    }
    case "record": {
      if (typeof value !== "object") return treeOf(value);
      const entries = Object.entries(field.fields).flatMap(([name, inner]): [string, Tree | undefined][] => {
        const written = (value as Values)[name];
        return written === undefined ? [] : [[name, treeOfValue(inner, written, naming)]];
      });
      return entries.every(([, entry]) => entry !== undefined) ? mapOf(entries) : undefined;
    }
    case "reference":
      return reference(field.to, value, naming);
    case "external":
      return typeof value === "string" ? mapOf([["id", value]]) : undefined;
    case "access":
      return access(value as Access, naming);
    default:
      return treeOf(value);
  }
}

function reference(to: readonly string[], value: unknown, naming: Naming): Tree | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return "ref" in value ? naming(to, (value as { ref: Ref }).ref) : treeOf(value);
}

/** What it takes to read comes before what it takes to write. */
export const asPeopleSay = (words: readonly string[]): string[] => {
  const rank = (word: string) => permissions.findIndex((one) => lowerCamel(one) === word);
  return [...words].sort((a, b) => rank(a) - rank(b));
};

/** By label where every member has one, otherwise as a list. */
function access(value: Access, naming: Naming): Tree | undefined {
  const sorts = Object.entries(value).map(([sort, entries]): [string, Tree | undefined] => {
    const { member } = accessSorts[sort as keyof Access];
    const field = memberField(sort as keyof Access);
    const members = (entries ?? []).map((entry) => ({
      who: treeOfValue(field, memberOf(entry), naming),
      permissions: asPeopleSay(entry.permissions),
    }));
    if (members.some(({ who }) => who === undefined)) return [sort, undefined];
    if (members.every(({ who }) => typeof who === "string"))
      return [sort, mapOf(members.map(({ who, permissions }) => [who as string, permissions]))];
    return [
      sort,
      members.map(({ who, permissions }) =>
        mapOf([
          [member, who],
          ["permissions", permissions],
        ]),
      ),
    ];
  });
  return sorts.every(([, entries]) => entries !== undefined) ? mapOf(sorts) : undefined;
}
