/**
 * From ids to names. iconik's objects point at each other by id; a description points by label, and at people by
 * e-mail. What an id cannot be turned into is said, with the reason, and never guessed.
 */

import { accessSorts, type Field, type Values } from "../../definition";
import { memberField, memberOf, type Access } from "../../engine/values";
import type { Ref } from "../desired";

/** What stands for an id: the form of it, or why there is none. */
export type Link = { is: { ref: Ref } | { existing: string } | string } | { not: string };

/** Looks at an id that stands where one of these kinds, or `user`, can stand. */
export type Look = (to: readonly string[], id: string) => Link;

/** Something that cannot be said: the field, and why. */
export interface Unsaid {
  field: string;
  why: string;
}

/** The values with ids turned into names, and what had to be left out. */
export function linked(
  fields: Readonly<Record<string, Field>>,
  values: Values,
  look: Look,
): { values: Values; unsaid: Unsaid[] } {
  const unsaid: Unsaid[] = [];
  const result: Values = {};
  for (const [name, value] of Object.entries(values)) {
    const field = fields[name];
    if (!field) continue;
    // What is managed leaf by leaf is said leaf by leaf.
    const said =
      field.type === "record" && !field.via ? record(field.fields, value as Values, name) : inside(field, value, name);
    if (said !== undefined) result[name] = said;
  }
  return { values: result, unsaid };

  /** A list that lacks an entry is another list: what is in it goes with it. */
  function inside(field: Field, value: unknown, path: string): unknown {
    if (value === undefined || value === null) return undefined;
    switch (field.type) {
      case "reference":
      case "user": {
        if (typeof value !== "string") return value;
        if (value === "") return undefined;
        const link = look(field.type === "user" ? ["user"] : field.to, value);
        if ("is" in link) return link.is;
        unsaid.push({ field: path, why: link.not });
        return undefined;
      }
      // iconik answers an empty text for "none" in places.
      case "external":
      case "choice":
        return value === "" ? undefined : value;
      case "list":
      case "set": {
        if (!Array.isArray(value)) return value;
        const items = value.map((item) => inside(field.of, item, path));
        return items.every((item) => item !== undefined) ? items : undefined;
      }
      case "record": {
        if (typeof value !== "object") return value;
        const before = unsaid.length;
        const said = record(field.fields, value as Values, path);
        return unsaid.length > before ? undefined : said;
      }
      case "access":
        return access(value as Access, path);
      default:
        return value;
    }
  }

  function record(fields: Readonly<Record<string, Field>>, value: Values, path: string): unknown {
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(fields).flatMap(([name, field]) => {
        const said = inside(field, value[name], `${path}.${name}`);
        return said === undefined ? [] : [[name, said]];
      }),
    );
  }

  /** Each sort is the whole truth for its members, so one that cannot be named takes the sort with it. */
  function access(value: Access, path: string): unknown {
    return Object.fromEntries(
      (Object.keys(accessSorts) as (keyof Access)[]).flatMap((sort) => {
        const entries = value[sort];
        if (!entries) return [];
        const field = memberField(sort);
        const before = unsaid.length;
        const members = entries.map((entry) => ({
          [accessSorts[sort].member]: inside(field, memberOf(entry), `${path}.${sort}`),
          permissions: entry.permissions,
        }));
        return unsaid.length > before ? [] : [[sort, members]];
      }),
    );
  }
}
