/** What a run would change, without asking iconik: pure, so that an engine may ask it for thousands of objects. */

import {
  accessSorts,
  allFields,
  chosenVariant,
  fieldsOf,
  isClear,
  permissions,
  type Definition,
  type Field,
  type Values,
} from "../definition";
import { fieldSchema, innerSchema, isClearable, itemSchema } from "../field-schema";
import type { JsonSchema } from "../contract";
import { parseAddress } from "../addresses";
import { lowerCamel } from "../naming";
import { nearest } from "../roles";
import { fixed } from "./leaves";
import { sameSatellite } from "./satellites";
import type { Stored } from "./stored";
import { holdsUnknown, isUnknown } from "./unknown";
import { formKey, isMasked, same, text, type Access } from "./values";

export interface Changes {
  /** Names of changed fields, at the top level. */
  changed: string[];
  /** Those of them that make a new object. */
  replaced: string[];
}

/**
 * Compares what was owned with what is wanted. A field that is no longer written is a change, though nothing is sent.
 * `renewed`: fields whose value is another one than the program had before.
 */
export function changes(
  definition: Definition,
  before: Stored,
  wanted: Values,
  renewed: ReadonlySet<string> = new Set(),
): Changes {
  const fields = { ...fieldsOf(definition, before.values), ...fieldsOf(definition, wanted) };
  const changed = Object.entries(fields)
    .filter(
      ([name, field]) =>
        !field.output &&
        !(isBelieved(field, name, before) && !renewed.has(name)) &&
        !sameField(definition, name, field, before, wanted),
    )
    .map(([name]) => name);
  const replaces = definition.shape === "object" && definition.replaced;
  return { changed, replaced: changed.filter((name) => replaces || fields[name]!.immutable === "replace") };
}

/**
 * State of an import lacks what iconik does not show. Nobody can tell whether the program says the same, and to an
 * object that is taken over nothing is to happen: it is believed, as `adopt: exact` does.
 */
const isBelieved = (field: Field, name: string, before: Stored): boolean =>
  before.facts.domain === "" && before.values[name] === undefined && (field.secret === true || field.hidden === true);

/** Secret or hidden fields of which the program said something else before. */
export const renewed = (definition: Definition, before: Values, wanted: Values): string[] =>
  Object.entries(fieldsOf(definition, wanted)).flatMap(([name, field]) =>
    (field.secret || field.hidden) &&
    before[name] !== undefined &&
    wanted[name] !== undefined &&
    text(before[name]) !== text(wanted[name])
      ? [name]
      : [],
  );

function sameField(definition: Definition, name: string, field: Field, before: Stored, wanted: Values): boolean {
  const [last, next] = [before.values[name], wanted[name]];
  if (last === undefined || next === undefined) return last === next;
  if (holdsUnknown(next)) return false;
  if (definition.shape === "object" && definition.variants?.by === name) {
    const [was, is] = [fixed(definition, before.values), fixed(definition, wanted)];
    return Object.keys({ ...was, ...is }).every((key) => was[key] === is[key]);
  }
  if (field.via) {
    // Sorts of an access list come and go as fields do.
    if (
      field.type === "access" &&
      Object.keys(last as Access)
        .sort()
        .join() !==
        Object.keys(next as Access)
          .sort()
          .join()
    )
      return false;
    return sameSatellite(field, last, next, before.facts.resolved);
  }
  if (field.type === "record" && !isClear(last) && !isClear(next)) {
    return Object.entries(field.fields).every(([inner, innerField]) => {
      const [a, b] = [(last as Values)[inner], (next as Values)[inner]];
      return a === undefined || b === undefined ? a === b : same(innerField, a, b, before.facts.resolved);
    });
  }
  return same(field, last, next, before.facts.resolved);
}

/** Is the same thing written another way? Nothing is sent then, but what is kept must say it as the program does. */
export const respelled = (definition: Definition, before: Stored, wanted: Values): boolean => {
  const fields = fieldsOf(definition, wanted);
  const compared = Object.entries(wanted).filter(([name]) => !fields[name] || !isBelieved(fields[name], name, before));
  return text(before.values) !== text(Object.fromEntries(compared));
};

export interface Problem {
  field: string;
  problem: string;
}

/** Changes that iconik cannot make, or that would orphan what hangs on the object. */
export function refusedChanges(definition: Definition, before: Values, wanted: Values): Problem[] {
  if (Object.keys(before).length === 0) return [];
  const stored: Stored = { id: "", values: before, outputs: {}, facts: { v: 1, domain: "", resolved: {} } };
  const fields = fieldsOf(definition, wanted);
  const { changed } = changes(definition, stored, wanted);
  return changed.flatMap((name) => {
    const field = fields[name];
    if (
      field?.immutable !== "refuse" ||
      before[name] === undefined ||
      wanted[name] === undefined ||
      holdsUnknown(wanted[name])
    )
      return [];
    if (mayBeSame(field, before[name], wanted[name])) return [];
    const of = field.secret ? "" : ` from ${JSON.stringify(before[name])} to ${JSON.stringify(wanted[name])}`;
    return [{ field: name, problem: `${name} cannot be changed${of}; ${field.instead ?? "make a new one instead"}` }];
  });
}

/** Only one of them is a name, so without asking nobody can tell: the object is looked at before it is changed. */
const mayBeSame = (field: Field, last: unknown, next: unknown): boolean =>
  (field.type === "user" || field.type === "reference") &&
  (isClear(last) || (formKey(field, last) === undefined) !== (formKey(field, next) === undefined));

/**
 * What is wrong with values as such: types, words, limits, what is missing and what does not belong. `there`: the object
 * exists already, so what only making it needs may be missing; of iconik's own (`builtIn`) nothing needs to be written.
 * `knownRoles`: no misspellings, whatever they look like.
 */
export function problems(
  definition: Definition,
  values: Values,
  there: { there?: boolean; builtIn?: boolean; knownRoles?: readonly string[] } = {},
): Problem[] {
  const fields = fieldsOf(definition, values);
  const found: Problem[] = [];
  const say = (field: string, problem: string) => found.push({ field, problem });
  for (const [name, field] of Object.entries(fields)) {
    if (values[name] === undefined) {
      if (
        field.required &&
        !field.output &&
        !(there.builtIn && definition.shape === "object" && name !== definition.key && name !== definition.variants?.by)
      )
        say(name, `${name} is missing: ${field.about}`);
    } else if (field.output) say(name, `${name} is filled in by iconik; leave it out`);
    else
      for (const problem of problemsOf(
        field,
        field.type === "roles" ? without(values[name], there.knownRoles) : values[name],
        name,
        ruleOf(definition, values, name),
      ))
        say(name, problem);
  }
  const known = isUnknown(variantName(definition, values)) ? allFields(definition) : fields;
  for (const name of Object.keys(values)) {
    if (!Object.hasOwn(known, name))
      say(name, `${name} is not a field of ${definition.kind}${variantOf(definition, values)}`);
  }
  if (definition.shape === "object" && definition.variants && found.length === 0) {
    const check = chosenVariant(definition, values)?.check;
    for (const { field, problem } of check?.(values, !there.there && !there.builtIn) ?? []) say(field, problem);
  }
  if (definition.shape === "part") {
    const given = definition.documents.flatMap(({ by }) => (by !== undefined && values[by] !== undefined ? [by] : []));
    if (given.length > 1) say(given[1]!, `write ${given.join(" or ")}, not both`);
  }
  return found;
}

const without = (roles: unknown, known: readonly string[] = []): unknown =>
  Array.isArray(roles) ? roles.filter((role) => !known.includes(role as string)) : roles;

const variantName = (definition: Definition, values: Values): unknown =>
  definition.shape === "object" && definition.variants ? values[definition.variants.by] : undefined;

const variantOf = (definition: Definition, values: Values): string =>
  definition.shape === "object" && definition.variants ? ` of type ${String(values[definition.variants.by])}` : "";

/** What the contract says of a value: its limits, and whether it may be emptied. */
interface Rule {
  schema: JsonSchema | undefined;
  clearable: boolean;
}
const unruled: Rule = { schema: undefined, clearable: false };

function ruleOf(definition: Definition, values: Values, name: string): Rule {
  const variant = chosenVariant(definition, values);
  const schema = fieldSchema(definition, name, variant);
  return schema ? { schema, clearable: isClearable(definition, name, variant) } : unruled;
}

function problemsOf(field: Field, value: unknown, name: string, { schema, clearable }: Rule): string[] {
  if (isUnknown(value)) return [];
  const wrong = (wanted: string) => [`${name} must be ${wanted}, not ${JSON.stringify(value)}`];
  if (isClear(value)) return clearable ? [] : [`${name} cannot be cleared: iconik has no empty value for it`];
  if (field.secret && isMasked(value))
    return [`${name} is a mask, not a secret: iconik would keep the asterisks. Write the secret itself`];
  switch (field.type) {
    case "string":
      if (typeof value === "string" && field.canonical === "address" && !parseAddress(value).range)
        return wrong("an address or a range: 192.0.2.10, 203.0.113.0/24");
      return typeof value === "string" ? [] : field.secret ? [`${name} must be a text`] : wrong("a text");
    case "external":
    case "user":
      return typeof value === "string" ? [] : field.secret ? [`${name} must be a text`] : wrong("a text");
    case "boolean":
      return typeof value === "boolean" ? [] : wrong("true or false");
    case "integer":
    case "number": {
      if (typeof value !== "number" || (field.type === "integer" && !Number.isInteger(value)))
        return wrong(field.type === "integer" ? "a whole number" : "a number");
      const { minimum = -Infinity, maximum = schema?.format === "int32" ? 2 ** 31 - 1 : Infinity } = schema ?? {};
      return value < minimum || value > maximum ? wrong(`between ${minimum} and ${maximum}`) : [];
    }
    case "choice": {
      const words = field.values.map(lowerCamel);
      return words.includes(String(value)) ? [] : wrong(`one of ${words.join(", ")}`);
    }
    case "roles":
      if (!Array.isArray(value) || !value.every((item) => typeof item === "string"))
        return wrong("a list of role names");
      return value.flatMap((role) => {
        const meant = isUnknown(role) ? undefined : nearest(role);
        return meant === undefined ? [] : [`${name}: ${JSON.stringify(role)} is no known role; ${meant} is`];
      });
    case "list":
    case "set": {
      if (!Array.isArray(value)) return wrong("a list");
      const { maxItems = Infinity } = schema ?? {};
      const item: Rule = { schema: itemSchema(schema), clearable: false };
      return [
        ...(value.length > maxItems ? [`${name} has ${value.length} entries; iconik takes ${maxItems} at most`] : []),
        ...value.flatMap((entry, index) => problemsOf(field.of, entry, `${name}[${index}]`, item)),
      ];
    }
    case "record":
      if (value === false && field.via?.shape === "document") return [];
      if (typeof value !== "object" || value === null || Array.isArray(value)) return wrong("a group of fields");
      return [
        ...Object.keys(value).flatMap((key) =>
          Object.hasOwn(field.fields, key)
            ? []
            : [`${name}.${key} is not a field; known: ${Object.keys(field.fields).join(", ")}`],
        ),
        ...Object.entries(field.fields).flatMap(([key, inner]) => {
          const item = (value as Values)[key];
          if (item === undefined) return inner.required ? [`${name}.${key} is missing: ${inner.about}`] : [];
          return problemsOf(inner, item, `${name}.${key}`, innerSchema(schema, key, inner));
        }),
      ];
    case "reference":
      if (typeof value === "string" && isName(value))
        return wrong(`the resource, its id, or { existing: ${JSON.stringify(value)} }`);
      return typeof value === "string" ||
        (typeof value === "object" && value !== null && typeof (value as Values).existing === "string")
        ? []
        : wrong(`an id, a ${field.to.join(" or ")}, or { existing: name }`);
    case "access":
      return accessProblems(value, name);
    case "json":
      return [];
  }
}

/** Ids of iconik's are UUIDs: a word without a digit is the name of something. */
const isName = (text: string): boolean => text !== "" && !/\d/.test(text);

/** What is wrong with the word for taking over; `undefined` when nothing is. */
export const adoptProblem = (adopt: string | undefined): string | undefined =>
  adopt === undefined || isUnknown(adopt) || adopt === "exact" || adopt === "converge" || !isName(adopt)
    ? undefined
    : `adopt must be exact, converge, or the id of the object to take over, not ${JSON.stringify(adopt)}`;

function accessProblems(value: unknown, name: string): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return [`${name} must be a group of lists: ${Object.keys(accessSorts).join(", ")}`];
  return Object.entries(value).flatMap(([sort, entries]) => {
    if (!Object.hasOwn(accessSorts, sort))
      return [`${name}.${sort} is not known; write one of ${Object.keys(accessSorts).join(", ")}`];
    if (isUnknown(entries)) return [];
    if (!Array.isArray(entries)) return [`${name}.${sort} must be a list`];
    const { member } = accessSorts[sort as keyof Access];
    const words = permissions.map(lowerCamel);
    return entries.flatMap((entry: Values, index) => {
      if (isUnknown(entry)) return [];
      const where = `${name}.${sort}[${index}]`;
      const who = entry?.[member];
      const named = sort !== "users" && typeof who === "string" && !isUnknown(who) && isName(who);
      const bad = Array.isArray(entry?.permissions)
        ? entry.permissions.filter((word) => !isUnknown(word) && !words.includes(String(word)))
        : [];
      return [
        ...(named
          ? [
              `${where}.${member} must be the resource, its id, or { existing: ${JSON.stringify(who)} }, not ${JSON.stringify(who)}`,
            ]
          : []),
        ...(entry?.[member] === undefined ? [`${where}.${member} is missing`] : []),
        ...(Array.isArray(entry?.permissions) || isUnknown(entry?.permissions)
          ? []
          : [`${where}.permissions must be a list of ${words.join(", ")}`]),
        ...bad.map((word) => `${where}.permissions: ${String(word)} is not one of ${words.join(", ")}`),
      ];
    });
  });
}
