/**
 * Values between their two spellings. What people write (camelCase, names, sets in any order) is brought to one
 * canonical form by `canonical`, on the way in and on the way back from iconik alike, so that a second run never shows
 * a change. `encode` and `decode` map a single value to the wire and back.
 */

import {
  accessSorts,
  chosenVariant,
  fieldsOf,
  isClear,
  permissions,
  type Definition,
  type Field,
  type Fields,
  type Values,
} from "../definition";
import { canonicalAddress } from "../addresses";
import { lowerCamel, wireName, wireWord } from "../naming";
import { holdsUnknown, isUnknown, unknown } from "./unknown";

export type Live = Readonly<Record<string, any>>;

/** A value that is owned or compared by itself: a field, or a field of a record. */
export interface Leaf {
  /** `description`, `passwordChecks.minLength`. */
  name: string;
  /** Keys from the top of the written values. */
  path: readonly string[];
  field: Field;
  /** Keys from the top of the wire object. */
  wire: readonly string[];
}

/** Members of an access list as they are written. */
export interface AccessEntry {
  permissions: string[];
  group?: unknown;
  team?: unknown;
  user?: unknown;
}
export type Access = Partial<Record<keyof typeof accessSorts, AccessEntry[]>>;

/** Fields that are sent with the object itself, leaf by leaf. Outputs, satellites and what is never sent are left out. */
export function leavesOf(fields: Fields): readonly Leaf[] {
  const known = leaves.get(fields);
  if (known) return known;
  const found = Object.entries(fields).flatMap(([name, field]): Leaf[] => {
    if (field.output || field.via) return [];
    const own = wireName(name, field);
    if (own === undefined) return [];
    const wire = field.within ? [field.within, own] : [own];
    if (field.type !== "record") return [{ name, path: [name], field, wire }];
    return Object.entries(field.fields).map(([inner, innerField]) => ({
      name: `${name}.${inner}`,
      path: [name, inner],
      field: innerField,
      wire: [...wire, wireName(inner, innerField) as string],
    }));
  });
  leaves.set(fields, found);
  return found;
}
/** Asked for several times per object; the fields of a kind are the same for all. */
const leaves = new WeakMap<Fields, Leaf[]>();

/** Fields whose value lives at a path of its own. */
export const satellitesOf = (fields: Fields): [string, Field][] =>
  Object.entries(fields).filter(([, field]) => field.via);

export const get = (from: unknown, path: readonly string[]): unknown =>
  path.reduce<any>((value, key) => (value === null || typeof value !== "object" ? undefined : value[key]), from);

export function put(into: Record<string, any>, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) into[key] = value;
  else put((into[key] ??= {}), rest, value);
}

/** A record that is cleared as a whole stands for all of its leaves. */
export function written(values: Values, leaf: Leaf): unknown {
  const whole = values[leaf.path[0]!];
  return leaf.path.length > 1 && isClear(whole) ? whole : get(values, leaf.path);
}

/** One spelling for everything that means the same; what follows from what is written is filled in. */
export function canonical(definition: Definition, values: Values): Values {
  const fields = fieldsOf(definition, values);
  const derive = chosenVariant(definition, values)?.derive;
  const complete = derive ? derived(derive, values) : values;
  return Object.fromEntries(
    Object.entries(complete)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]): [string, unknown] => [
        name,
        Object.hasOwn(fields, name) ? canonicalValue(fields[name]!, value) : value,
      ])
      .filter(([name, value]) => !Object.hasOwn(fields, name) || !saysNothing(fields[name]!, value)),
  );
}

/** What follows from what is written. From something unknown follows something unknown, whatever was made of its mark. */
function derived(derive: (values: Values) => Values, values: Values): Values {
  const known = Object.fromEntries(Object.entries(values).filter(([, value]) => !holdsUnknown(value)));
  const certain = derive(known);
  return Object.fromEntries(
    Object.entries(derive(values)).map(([name, value]) => [
      name,
      values[name] === undefined && text(value) !== text(certain[name]) ? unknown : value,
    ]),
  );
}

/** A record of nothing manages nothing: what counts is within it. */
const saysNothing = (field: Field, value: unknown): boolean =>
  field.type === "record" &&
  field.via === undefined &&
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length === 0;

export function canonicalValue(field: Field, value: unknown): unknown {
  if (value === undefined || value === null || isUnknown(value) || isClear(value)) return value;
  switch (field.type) {
    case "set":
    case "roles":
      if (!Array.isArray(value)) return value;
      return distinct(value.map((item) => (field.type === "set" ? canonicalValue(field.of, item) : item)));
    case "list":
      return Array.isArray(value) ? value.map((item) => canonicalValue(field.of, item)) : value;
    case "record":
      return typeof value === "object" && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value)
              .filter(([, inner]) => inner !== undefined)
              .map(([name, inner]) => [
                name,
                Object.hasOwn(field.fields, name) ? canonicalValue(field.fields[name]!, inner) : inner,
              ]),
          )
        : value;
    case "access":
      return canonicalAccess(value as Access);
    case "user":
      return typeof value === "string" ? value.toLowerCase() : value;
    case "string":
      return typeof value === "string" && field.canonical ? spelling[field.canonical](value) : value;
    default:
      return value;
  }
}

const spelling: Record<NonNullable<Field["canonical"]>, (text: string) => string> = {
  path: (text) => text.split("/").filter(Boolean).join("/"),
  endpoint: (text) => {
    const trimmed = text.trim().replace(/\/+$/, "");
    if (trimmed === "") return "";
    // The path is the service's own, which may tell Tenant from tenant.
    return (/^https?:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`).replace(/^[^:]+:\/\/[^/?#]*/, (start) =>
      start.toLowerCase(),
    );
  },
  address: (text) => canonicalAddress(text),
};

function canonicalAccess(access: Access): unknown {
  if (typeof access !== "object" || Array.isArray(access)) return access;
  return Object.fromEntries(
    Object.entries(access)
      .filter(([, entries]) => entries !== undefined)
      .map(([sort, entries]) => [
        sort,
        Array.isArray(entries)
          ? sorted(
              entries.map((entry) =>
                isUnknown(entry) || typeof entry !== "object" || entry === null
                  ? entry
                  : {
                      ...entry,
                      ...(typeof entry.user === "string" && { user: entry.user.toLowerCase() }),
                      permissions: Array.isArray(entry.permissions) ? distinct(entry.permissions) : entry.permissions,
                    },
              ),
            )
          : entries,
      ]),
  );
}

const sorted = <T>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => {
    const [left, right] = [text(a), text(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  });
const distinct = (items: readonly unknown[]): unknown[] => [
  ...new Map(sorted(items).map((item) => [text(item), item])).values(),
];

/** JSON with sorted keys: equal text, equal value. */
export const text = (value: unknown): string =>
  typeof value === "string"
    ? value
    : (JSON.stringify(value, (_, inner: unknown) =>
        inner !== null && typeof inner === "object" && !Array.isArray(inner)
          ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
          : inner,
      ) ?? "");

/**
 * Do the two mean the same? Nothing, cleared, an empty text and an empty list do: iconik answers any of these for
 * "none". So do a name and the id that it was found to mean. Everything else by canonical value.
 */
export function same(field: Field, a: unknown, b: unknown, resolved: Resolved = {}): boolean {
  const [left, right] = [a, b].map((value) => canonicalValue(field, meant(field, value, resolved)));
  if (isNone(left) || isNone(right)) return isNone(left) && isNone(right);
  return text(left) === text(right);
}

/** The value with ids in the place of names, and without what is none inside of it. */
function meant(field: Field, value: unknown, resolved: Resolved): unknown {
  if (typeof value !== "object" || value === null || isClear(value)) return idBehind(field, value, resolved);
  switch (field.type) {
    case "list":
    case "set":
      return Array.isArray(value) ? value.map((item) => meant(field.of, item, resolved)) : value;
    case "record":
      return Object.fromEntries(
        Object.entries(value).flatMap(([name, inner]) => {
          if (isNone(inner)) return [];
          return [[name, Object.hasOwn(field.fields, name) ? meant(field.fields[name]!, inner, resolved) : inner]];
        }),
      );
    case "access":
      return Object.fromEntries(
        Object.entries(value as Access).map(([sort, entries]) => [
          sort,
          Array.isArray(entries)
            ? entries.map((entry) => ({
                member: meant(memberField(sort as keyof Access), memberOf(entry), resolved),
                permissions: entry.permissions,
              }))
            : entries,
        ]),
      );
    default:
      return idBehind(field, value, resolved);
  }
}

/** The id that a name or an e-mail was found to mean; anything else as it is. */
const idBehind = (field: Field, form: unknown, resolved: Resolved): unknown => {
  const key = formKey(field, form);
  return (key !== undefined && resolved[key]) || form;
};

const isNone = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  isClear(value) ||
  (Array.isArray(value) && value.length === 0);

export const isList = (field: Field): boolean =>
  field.type === "set" || field.type === "list" || field.type === "roles";

/** How "none" is written where something was owned: an empty list, an empty text, or cleared. */
export const none = (field: Field): unknown => (isList(field) ? [] : field.type === "string" ? "" : { clear: true });

/** Key under which the id behind a written form is kept: `UserGroup/Everyone`, `user/editor@example.com`. */
export function formKey(field: Field, form: unknown): string | undefined {
  if (field.type === "user") return typeof form === "string" && form.includes("@") ? `user/${form}` : undefined;
  if (field.type === "reference" && typeof form === "object" && form !== null && "existing" in form) {
    return `${field.to.join("|")}/${String(form.existing)}`;
  }
  return undefined;
}

/** Ids behind written forms, by `formKey`. */
export type Resolved = Readonly<Record<string, string>>;

/** Of what is known of names and e-mails, that which the values speak of. */
export const resolvedIn = (fields: Fields, values: Values, resolved: Resolved): Resolved =>
  Object.fromEntries(
    formsIn(fields, values).flatMap(({ key }) => (resolved[key] === undefined ? [] : [[key, resolved[key]]])),
  );

/** Every reference and person in the values that must be looked up. */
export function formsIn(fields: Fields, values: Values): { field: Field; form: unknown; key: string }[] {
  const found: { field: Field; form: unknown; key: string }[] = [];
  const visit = (field: Field, value: unknown): void => {
    if (value === undefined || value === null || isUnknown(value) || isClear(value)) return;
    if (field.type === "access") {
      for (const [sort, entries] of Object.entries(value as Access)) {
        for (const entry of entries ?? []) visit(memberField(sort as keyof Access), memberOf(entry));
      }
    } else if ((field.type === "list" || field.type === "set") && Array.isArray(value))
      value.forEach((item) => visit(field.of, item));
    else if (field.type === "record" && typeof value === "object") {
      for (const [name, inner] of Object.entries(field.fields)) visit(inner, (value as Values)[name]);
    } else {
      const key = formKey(field, value);
      if (key !== undefined) found.push({ field, form: value, key });
    }
  };
  for (const [name, field] of Object.entries(fields)) visit(field, values[name]);
  return found;
}

/** The reference that a member of an access list is: of groups a user group, of teams a team, of users a person. */
export const memberField = (sort: keyof Access): Field =>
  sort === "users" ? { type: "user", about: "" } : { type: "reference", to: [accessSorts[sort].kind], about: "" };
export const memberOf = (entry: AccessEntry): unknown => entry.group ?? entry.team ?? entry.user;

/** A written value as iconik wants it. */
export function encode(field: Field, value: unknown, resolved: Resolved): unknown {
  if (value === null || isClear(value)) return null;
  switch (field.type) {
    case "choice":
      return wireWord(field.values, String(value)) ?? value;
    case "list":
      return (value as unknown[]).map((item) => encode(field.of, item, resolved));
    case "set":
      // Two spellings of one thing are one thing.
      return distinct((value as unknown[]).map((item) => encode(field.of, item, resolved)));
    case "record":
      return Object.fromEntries(
        Object.entries(field.fields)
          .map(([name, inner]) => [wireName(name, inner), (value as Values)[name], inner] as const)
          .filter(([wire, item]) => wire !== undefined && item !== undefined)
          .map(([wire, item, inner]) => [wire, encode(inner, item, resolved)]),
      );
    case "reference":
    case "user": {
      const key = formKey(field, value);
      return key === undefined ? value : resolved[key];
    }
    default:
      return value;
  }
}

/** iconik's answer as people write it. A known id is given back in the form in which it was written. */
export function decode(field: Field, wire: unknown, resolved: Resolved): unknown {
  if (wire === undefined || wire === null) return undefined;
  switch (field.type) {
    case "choice":
      return typeof wire === "string" ? lowerCamel(wire) : wire;
    case "list":
    case "set":
      return Array.isArray(wire)
        ? canonicalValue(
            field,
            wire.map((item) => decode(field.of, item, resolved)),
          )
        : wire;
    case "roles":
      return canonicalValue(field, wire);
    case "record":
      return Object.fromEntries(
        Object.entries(field.fields)
          .map(
            ([name, inner]) => [name, decode(inner, get(wire, [wireName(name, inner) as string]), resolved)] as const,
          )
          .filter(([, value]) => value !== undefined),
      );
    case "reference":
    case "user":
      return formOf(field, String(wire), resolved);
    default:
      return canonicalValue(field, wire);
  }
}

function formOf(field: Field, id: string, resolved: Resolved): unknown {
  const prefix = field.type === "user" ? "user/" : field.type === "reference" ? `${field.to.join("|")}/` : "";
  const key = Object.keys(resolved).find((key) => key.startsWith(prefix) && resolved[key] === id);
  if (key === undefined) return id;
  const name = key.slice(prefix.length);
  return field.type === "user" ? name : { existing: name };
}

export const encodePermission = (word: string): string => wireWord(permissions, word) ?? word;
export const decodePermission = (word: string): string => lowerCamel(word);

/** A value that is masked in an answer is no value. */
export const isMasked = (value: unknown): boolean => typeof value === "string" && /\*{3}|•{3}/.test(value);
