/** Which entries of an object's lists end some day: those that the ends of a description are about. */

import { fieldsOf, type Field, type Values } from "../definition";
import { memberOf, text, type Access, type AccessEntry } from "../engine/values";
import { kinds } from "../kinds";
import type { Expiry } from "./desired";
import type { PicturedResource } from "./picture";

/** The end of an entry of a field; of an access list, of what its sort (`groups`) gives a member. Undefined: none. */
export type Ends = (field: string, item: unknown, sort?: string) => Expiry | undefined;

type Of = Pick<PicturedResource, "kind" | "name" | "inputs">;

/** The ends of what that object has. What ends twice ends at the later day. */
export function endsOf({ kind, name, inputs }: Of, expires: readonly Expiry[]): Ends {
  const own = expires.filter(({ of }) => of.kind === kind && of.name === name);
  if (own.length === 0) return () => undefined;
  const fields = fieldsOf(kinds[kind]!, inputs);
  const ends = new Map<string, Expiry>();
  for (const expiry of own) {
    for (const key of keysIn(fields, expiry.part))
      if ((ends.get(key)?.until ?? "") < expiry.until) ends.set(key, expiry);
  }
  return (field, item, sort) => ends.get(keyOf(field, sort, item));
}

/** Does the object have any of that still? */
export function has({ kind, inputs }: Of, { part }: Expiry): boolean {
  const fields = fieldsOf(kinds[kind]!, inputs);
  const there = new Set(keysIn(fields, inputs));
  return keysIn(fields, part).some((key) => there.has(key));
}

/** The inputs without that. */
export function without({ kind, inputs }: Of, { part }: Expiry): Values {
  const fields = fieldsOf(kinds[kind]!, inputs);
  const ended = new Set(keysIn(fields, part));
  return Object.fromEntries(
    Object.entries(inputs).map(([field, value]) => {
      const left = (items: readonly unknown[], sort?: string) =>
        items.filter((item) => !ended.has(keyOf(field, sort, item)));
      if (part[field] === undefined) return [field, value];
      if (!isAccess(fields[field])) return [field, Array.isArray(value) ? left(value) : value];
      return [
        field,
        Object.fromEntries(Object.entries(value as Access).map(([sort, entries]) => [sort, left(entries, sort)])),
      ];
    }),
  );
}

const keysIn = (fields: Readonly<Record<string, Field>>, inputs: Values): string[] =>
  Object.entries(inputs).flatMap(([field, value]) => {
    if (isAccess(fields[field]))
      return Object.entries((value ?? {}) as Access).flatMap(([sort, entries]) =>
        (entries ?? []).map((entry) => keyOf(field, sort, entry)),
      );
    return Array.isArray(value) ? value.map((item) => keyOf(field, undefined, item)) : [];
  });

/** Of access, who has it counts, and not what for. */
const keyOf = (field: string, sort: string | undefined, item: unknown): string =>
  text([field, sort ?? null, sort === undefined ? item : memberOf(item as AccessEntry)]);

const isAccess = (field: Field | undefined): boolean => field?.type === "access";
