/** What differs between two objects that are one, field by field. */

import {
  chosenVariant,
  fieldsOf,
  isClear,
  isCredential,
  type Definition,
  type Field,
  type Fields,
  type Values,
} from "../../definition";
import { canonicalValue, get, isList, text } from "../../engine/values";
import { fixed } from "../../engine/leaves";
import { isFromConfig } from "../desired";
import { isNone, isPlace, memberSorts, type Naming } from "./names";
import type { Picture } from "../picture";

/**
 * A field that is not the same. A list without order has what is `added` and what is `removed`; an access list has them
 * for each `member`, in permissions; everything else has the values themselves. A value that is not there is none.
 */
export interface FieldChange {
  /** `description`, `passwordChecks.minLength`, `access.groups`. */
  field: string;
  member?: string;
  from?: unknown;
  to?: unknown;
  added?: unknown[];
  removed?: unknown[];
  /** Of a list without order: nothing is left on the second side. */
  emptied?: true;
}

/** A field that both manage and that cannot be held against each other. */
export interface Incomparable {
  field: string;
  why: string;
}

/** One side: its values, how it calls what they refer to, and whether what is not there is none. */
export interface Half {
  inputs: Values;
  naming: Naming;
  extent: Picture["extent"];
  /** Made by iconik itself. */
  builtIn?: boolean;
}

export function fieldChanges(
  definition: Definition,
  from: Half,
  to: Half,
): { changes: FieldChange[]; incomparable: Incomparable[] } {
  const changes: FieldChange[] = [];
  const incomparable: Incomparable[] = [];
  const [left, right] = [comparable(definition, from.inputs), comparable(definition, to.inputs)];
  for (const { name, path, field } of fieldsToCompare(definition, left.values, right.values)) {
    if (left.implied.has(name) && right.implied.has(name)) continue;
    if (from.builtIn && to.builtIn && isPlace(field)) continue;
    const a = valueAt(left.values, path);
    const b = valueAt(right.values, path);
    if (field.type === "access") {
      changes.push(...accessChanges(name, a, b, from, to));
      continue;
    }
    const managed = isShown(field) ? says(from, a) && says(to, b) : a !== undefined && b !== undefined;
    if (!managed) continue;
    if (name === variantField(definition) && sameMethod(definition, left.values, right.values)) continue;
    if (isFromConfig(a) || isFromConfig(b)) {
      if (text(a) !== text(b)) incomparable.push({ field: name, why: whyUnknown(a, b) });
      continue;
    }
    const change = changeOf(field, off(field, a), off(field, b), from.naming, to.naming);
    if (change) changes.push({ field: name, ...change });
  }
  return { changes, incomparable };
}

const says = ({ extent }: Half, value: unknown): boolean => value !== undefined || extent === "everything";

/** What iconik does not keep: that it is not there means nothing. */
const isShown = ({ wire, via }: Field): boolean => wire !== null && via?.shape !== "token";

/** Switched off is how the absence of what has a path of its own is written. */
const off = ({ via }: Field, value: unknown): unknown =>
  value === false && (via?.shape === "toggle" || via?.shape === "document") ? undefined : value;

/** A record that is cleared as a whole stands for what is in it. */
const valueAt = (values: Values, path: readonly string[]): unknown =>
  isClear(values[path[0]!]) ? values[path[0]!] : get(values, path);

const variantField = (definition: Definition): string | undefined =>
  definition.shape === "object" ? definition.variants?.by : undefined;

/** Two words for what is one thing in iconik: `s3Compatible` and `wasabi` at one endpoint. */
const sameMethod = (definition: Definition, a: Values, b: Values): boolean =>
  text(fixed(definition, a)) === text(fixed(definition, b));

/** How Pulumi shows what is secret. The picture of a preview has it where others have the key of a stack's config. */
export const masked = "[secret]";

const whyUnknown = (a: unknown, b: unknown): string => {
  const keys = [a, b].flatMap((value) => (isFromConfig(value) ? [value.fromConfig] : []));
  return keys.includes(masked)
    ? "the value is secret"
    : `the value is in the stack's config, under ${keys.join(" and ")}`;
};

interface Compared {
  name: string;
  path: readonly string[];
  field: Field;
}

/** Credentials, what iconik fills in, and the reference to what a part belongs to are not compared. */
function fieldsToCompare(definition: Definition, from: Values, to: Values): Compared[] {
  const owners = definition.shape === "part" ? definition.documents.map(({ by }) => by) : [];
  return Object.entries(commonFields(definition, from, to)).flatMap(([name, field]): Compared[] => {
    if (field.output || isCredential(field) || owners.includes(name)) return [];
    if (field.type !== "record" || field.via) return [{ name, path: [name], field }];
    return Object.entries(field.fields).flatMap(([inner, innerField]) =>
      isCredential(innerField) ? [] : [{ name: `${name}.${inner}`, path: [name, inner], field: innerField }],
    );
  });
}

/** Fields that both have: of another type of storage, those of its own mean nothing here. */
function commonFields(definition: Definition, from: Values, to: Values): Fields {
  const [left, right] = [fieldsOf(definition, from), fieldsOf(definition, to)];
  if (left === right) return right;
  return Object.fromEntries(Object.entries(right).filter(([name]) => Object.hasOwn(left, name)));
}

/** With what follows from what is written, and which fields say nothing else than that. */
function comparable(definition: Definition, inputs: Values): { values: Values; implied: Set<string> } {
  const derive = chosenVariant(definition, inputs)?.derive;
  const implied = new Set<string>();
  if (!derive) return { values: inputs, implied };
  const values = derive(inputs);
  const fields = fieldsOf(definition, values);
  for (const [name, value] of Object.entries(values)) {
    const { [name]: _, ...others } = values;
    const derived = derive(others)[name];
    const field = fields[name];
    if (derived !== undefined && field && text(canonicalValue(field, derived)) === text(canonicalValue(field, value)))
      implied.add(name);
  }
  return { values, implied };
}

function changeOf(
  field: Field,
  a: unknown,
  b: unknown,
  from: Naming,
  to: Naming,
): Omit<FieldChange, "field"> | undefined {
  // Of most fields of two large tenants there is nothing more to say.
  if (!refers(field) && JSON.stringify(a) === JSON.stringify(b)) return undefined;
  const [left, right] = [from.compared(field, a), to.compared(field, b)];
  if (text(left) === text(right) && typeof left === typeof right) return undefined;
  if (isList(field) && field.type !== "list") {
    const removed = without(field, a, from, right);
    const added = without(field, b, to, left);
    return {
      ...(added.length > 0 && { added }),
      ...(removed.length > 0 && { removed }),
      ...(right === undefined && { emptied: true as const }),
    };
  }
  const [was, is] = [from.shown(field, a), to.shown(field, b)];
  // Two objects of one name: what is shown would look the same.
  const alike = text(was) === text(is);
  return {
    ...(was !== undefined && { from: alike ? left : was }),
    ...(is !== undefined && { to: alike ? right : is }),
  };
}

const refers = (field: Field): boolean =>
  field.type === "reference" ||
  ((field.type === "list" || field.type === "set") && refers(field.of)) ||
  (field.type === "record" && Object.values(field.fields).some(refers));

/** Items of a set that the other one does not have, as they are shown. */
function without(field: Field, value: unknown, naming: Naming, other: unknown): unknown[] {
  const known = new Set((Array.isArray(other) ? other : []).map(text));
  const items = isNone(value) ? [] : (value as unknown[]);
  const missing = items.filter((item) => !known.has(text((naming.compared(field, [item]) as unknown[])[0])));
  return missing.length === 0 ? [] : (naming.shown(field, missing) as unknown[]);
}

function accessChanges(name: string, a: unknown, b: unknown, from: Half, to: Half): FieldChange[] {
  return memberSorts.flatMap((sort) => {
    const [left, right] = [get(a, [sort]), get(b, [sort])];
    if (!says(from, left) || !says(to, right)) return [];
    const [was, is] = [from.naming.members(sort, a), to.naming.members(sort, b)];
    return [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((member) => {
      const [before, after] = [was.get(member), is.get(member)];
      const removed = (before?.permissions ?? []).filter((word) => !after?.permissions.includes(word));
      const added = (after?.permissions ?? []).filter((word) => !before?.permissions.includes(word));
      if (removed.length === 0 && added.length === 0) return [];
      return [
        {
          field: `${name}.${sort}`,
          member: (after ?? before)!.shown,
          ...(added.length > 0 && { added }),
          ...(removed.length > 0 && { removed }),
        },
      ];
    });
  });
}
