/** From what was read to resources: names for ids, what the language can say, and in an order in which it can be made. */

import {
  chosenVariant,
  fieldsOf,
  isCredential,
  type Definition,
  type ObjectKind,
  type PartKind,
  type Values,
} from "../../definition";
import { tenantWide } from "../../engine/documents";
import { wholeOf } from "../../engine/leaves";
import { get, leavesOf } from "../../engine/values";
import { kinds } from "../../kinds";
import { nearest } from "../../roles";
import { canBeDefault } from "../checks/storages";
import type { Ref, ResourceOptions } from "../desired";
import { grammarOf } from "../language/grammar";
import type { Key } from "../language/form";
import { ownFields, rolesFieldOf, spreadKeys, spreadList } from "../language/sections";
import type { Gap, PicturedResource } from "../picture";
import { expressible } from "../writing/expressible";
import { namingOf } from "../writing/naming";
import type { Naming } from "../writing/values";
import type { Labelled } from "./labels";
import { linked, type Link, type Look } from "./links";
import type { Observed } from "./observe";
import { inOrder } from "./order";
import type { Known } from "./unknown-ids";

interface Read {
  objects: ReadonlyMap<string, readonly Labelled[]>;
  seen: Observed;
  pictured: ReadonlySet<string>;
  known: Known;
}

interface Painted {
  resources: PicturedResource[];
  gaps: Gap[];
}

export function paint(read: Read): Painted {
  // What cannot be said as a whole is referred to as something that is not managed; that may make others unsayable.
  const unsayable = new Set<Labelled>();
  for (;;) {
    const before = unsayable.size;
    const painted = attempt(read, unsayable);
    if (unsayable.size > before) continue;
    const { resources, gaps } = inOrder(kinds, painted.resources);
    return { resources, gaps: [...painted.gaps, ...gaps] };
  }
}

function attempt({ objects, seen, pictured, known }: Read, unsayable: Set<Labelled>): Painted {
  const byId = new Map<string, Labelled>();
  for (const all of objects.values())
    for (const object of all) byId.set(`${object.definition.kind}/${object.id}`, object);
  const isPictured = (object: Labelled) => pictured.has(object.definition.kind) && !unsayable.has(object);
  const naming = namingOf(
    kinds,
    [...objects.values()].flatMap((all) =>
      all.filter(isPictured).map(({ definition, label }) => ({ kind: definition.kind, label })),
    ),
  );
  const look = lookIn(objects, byId, isPictured, known);
  const claimed = new Map<string, string>();
  const resources: PicturedResource[] = [];
  const gaps: Gap[] = [];

  for (const [kind, all] of objects) {
    if (!pictured.has(kind)) continue;
    for (const object of all) {
      const { definition, label, id, title, live, shared } = object;
      const values = seen.values.get(object);
      const about = (why: string, field?: string): Gap => ({ kind, label, ...(field !== undefined && { field }), why });
      if (!values) {
        unsayable.add(object);
        gaps.push(about(`it is of a form that is not known here (${formOf(definition, live)})`));
        continue;
      }
      const said = sayable(definition, values, look, naming);
      const builtIn = definition.isSystem?.(live) === true;
      const missing = missingIn(definition, said.values, builtIn);
      if (missing !== undefined) {
        unsayable.add(object);
        gaps.push(about(said.unsaid.find(({ field }) => field === missing)?.why ?? `it has no ${missing}`, missing));
        continue;
      }
      // The keys of what is iconik's own are iconik's own.
      const inputs: Values = {
        [definition.key]: title,
        ...(builtIn ? withoutCredentials(definition, said.values) : said.values),
      };
      gaps.push(
        ...said.unsaid.map(({ field, why }) => about(why, field)),
        ...withoutRivals(definition, inputs, label, claimed).map(({ field, why }) => about(why, field)),
      );
      const withheld = builtIn ? [] : withheldIn(definition, inputs, live);
      gaps.push(...withheld.map((field) => about("iconik keeps it and does not show it", field)));
      const options: ResourceOptions = {
        ...(definition.stateful && !builtIn && { protect: true }),
        ...(shared && !definition.replaced
          ? { adopt: id }
          : lacks(definition, inputs, withheld) && !builtIn && { adopt: "exact" }),
        ...(builtIn && { builtIn: true as const }),
        ...knownRoles(definition, inputs),
      };
      resources.push({ kind, label, section: definition.section, name: label, inputs, options, formerly: [], id });
    }
  }
  for (const { part, by, owner, live } of seen.documents) {
    if (owner && unsayable.has(owner)) continue;
    const one = partOf(part, by, owner, live, look, naming);
    if (!one) continue;
    gaps.push(...one.gaps);
    if (one.resource) resources.push(one.resource);
  }
  return { resources, gaps };
}

/** What an id stands for. */
function lookIn(
  objects: Read["objects"],
  byId: ReadonlyMap<string, Labelled>,
  isPictured: (object: Labelled) => boolean,
  known: Known,
): Look {
  return (to, id): Link => {
    if (to.includes("user")) {
      const person = known.people.get(id);
      return person === undefined
        ? { not: `it names a person who is no longer there (${id})` }
        : "email" in person
          ? { is: person.email }
          : { not: person.why };
    }
    for (const kind of to) {
      const object = byId.get(`${kind}/${id}`);
      if (!object) continue;
      const { label, title, shared } = object;
      if (isPictured(object)) return { is: { ref: { kind, label, name: label } } };
      return shared || title === ""
        ? { not: `it points at ${kind} ${id}, which cannot be told from others of its name` }
        : { is: { existing: title } };
    }
    for (const kind of objects.keys()) {
      const other = byId.get(`${kind}/${id}`);
      if (other) return { not: `it points at ${other.definition.section}/${other.label}, which cannot stand there` };
    }
    return { not: `it points at something that is no longer there (${id})` };
  };
}

function sayable(
  definition: Definition,
  values: Values,
  look: Look,
  naming: Naming,
): { values: Values; unsaid: { field: string; why: string }[] } {
  const fields = fieldsOf(definition, values);
  const named = linked(fields, values, look);
  const said = expressible(definition, named.values, naming);
  // iconik may say nothing of a group without roles; to those who watch it, none is a fact.
  for (const [name, field] of Object.entries(fields)) {
    if (field.type === "roles" && said.values[name] === undefined && values[name] === undefined) said.values[name] = [];
  }
  const ordered = Object.keys(fields).flatMap((name) =>
    said.values[name] === undefined ? [] : [[name, said.values[name]] as const],
  );
  return { values: Object.fromEntries(ordered), unsaid: [...named.unsaid, ...said.unsaid] };
}

/** The first field without which it could not be described. */
function missingIn(definition: ObjectKind, values: Values, builtIn: boolean): string | undefined {
  return Object.entries(fieldsOf(definition, values)).find(
    ([name, field]) =>
      field.required &&
      values[name] === undefined &&
      (!builtIn || name === definition.key || name === definition.variants?.by),
  )?.[0];
}

/** Roles of iconik's that this version would take for misspellings of others. */
export function knownRoles(definition: ObjectKind, inputs: Values): Pick<ResourceOptions, "knownRoles"> {
  const field = rolesFieldOf(definition);
  const value = field === undefined ? undefined : inputs[field];
  const right = Array.isArray(value) ? (value as string[]).filter((role) => nearest(role) !== undefined) : [];
  return right.length > 0 ? { knownRoles: right } : {};
}

/** A flag that only one object can have stays with the first: a description with two would be refused. */
function withoutRivals(
  definition: ObjectKind,
  inputs: Values,
  label: string,
  claimed: Map<string, string>,
): { field: string; why: string }[] {
  return Object.entries(fieldsOf(definition, inputs)).flatMap(([field, { via }]) => {
    if (via?.shape !== "toggle" || via.claims === undefined || inputs[field] !== true) return [];
    const method = chosenVariant(definition, inputs)?.wire.method;
    const place = via.claims.replace(/\{(\w+)\}/g, (_, key: string) => String(inputs[key]));
    const holder = claimed.get(place);
    const why =
      method !== undefined && !canBeDefault.includes(method)
        ? "iconik has it as true, and its pages say that only buckets can be a default"
        : holder !== undefined
          ? `iconik has it as true, and so it has ${holder}: only one of them can be described so`
          : undefined;
    if (why === undefined) {
      claimed.set(place, label);
      return [];
    }
    delete inputs[field];
    return [{ field, why }];
  });
}

function withoutCredentials(definition: ObjectKind, values: Values): Values {
  const fields = fieldsOf(definition, values);
  return Object.fromEntries(Object.entries(values).filter(([name]) => !fields[name]?.secret && !fields[name]?.hidden));
}

/** Credentials that the object has, or must have, and that iconik does not show. */
export function withheldIn(definition: ObjectKind, inputs: Values, live: Labelled["live"]): string[] {
  const fields = fieldsOf(definition, inputs);
  const isLacking = (name: string) => inputs[name] === undefined && isCredential(fields[name]);
  const there = leavesOf(fields)
    .filter(({ name, wire }) => isLacking(name) && ![undefined, null, ""].includes(get(live, wire) as undefined))
    .map(({ name }) => name);
  const needed = Object.entries(keysOf(definition, inputs)).flatMap(([name, { requiredUnless }]) =>
    requiredUnless && isLacking(name) ? [name] : [],
  );
  const found = new Set([...there, ...needed]);
  for (;;) {
    const assumed = { ...inputs, ...Object.fromEntries([...found].map((name) => [name, "x"])) };
    const next = chosenVariant(definition, inputs)
      ?.check?.(assumed, true)
      .find(({ field }) => isLacking(field) && !found.has(field));
    if (!next) break;
    found.add(next.field);
  }
  return Object.keys(fields).filter((name) => found.has(name));
}

/** Is something missing that only an object that exists may lack? */
const lacks = (definition: ObjectKind, inputs: Values, withheld: readonly string[]): boolean =>
  Object.entries(keysOf(definition, inputs)).some(
    ([name, { requiredUnless }]) => requiredUnless && inputs[name] === undefined && !withheld.includes(name),
  );

function keysOf(definition: ObjectKind, inputs: Values): Readonly<Record<string, Key>> {
  const section = grammarOf(kinds).keys[definition.section]?.form;
  const entry = section?.form === "map" ? section.of : undefined;
  return entry?.form === "variants"
    ? (entry.cases[String(inputs[entry.by])]?.keys ?? {})
    : entry?.form === "record"
      ? entry.keys
      : {};
}

/** A part of a document; undefined when nothing of it is set. */
function partOf(
  part: PartKind,
  by: string | undefined,
  owner: Labelled | undefined,
  live: Labelled["live"],
  look: Look,
  naming: Naming,
): { resource?: PicturedResource; gaps: Gap[] } | undefined {
  const ref: Ref | undefined = owner && { kind: owner.definition.kind, label: owner.label, name: owner.label };
  const label = partLabel(part, by, owner?.label);
  const [listName] = part.documents.length > 1 ? spreadList(part) : [undefined];
  // Of the lists for single objects, only the list is theirs.
  const own = new Map(ownFields(part).filter(([name]) => !owner || listName === undefined || name === listName));
  const values = Object.fromEntries(Object.entries(wholeOf(part.fields, live)).filter(([name]) => own.has(name)));
  if (Object.keys(values).length === 0) return undefined;
  if (listName !== undefined) {
    if (owner && isNone(values[listName])) return undefined;
    values[listName] ??= [];
  }
  const said = sayable(part, values, look, naming);
  const gaps = said.unsaid.map(({ field, why }): Gap => ({ kind: part.kind, label, field, why }));
  const isWhole = Object.entries(part.fields).every(
    ([name, field]) => !field.required || name === by || said.values[name] !== undefined,
  );
  if (!isWhole || Object.keys(said.values).length === 0) return { gaps };
  const inputs: Values = { ...(by !== undefined && ref && { [by]: { ref } }), ...said.values };
  return {
    gaps,
    resource: {
      kind: part.kind,
      label,
      section: part.section,
      name: label,
      inputs,
      options: {},
      formerly: [],
      id: owner?.id ?? tenantWide,
    },
  };
}

/** What a part is called: as what it belongs to, after the sort of it where parts for several sorts share a section. */
export function partLabel(part: PartKind, by: string | undefined, owner: string | undefined): string {
  const key = by === undefined ? undefined : spreadKeys(part).find((one) => one.by === by)?.key;
  if (part.documents.length === 1) return owner ?? part.section;
  return owner !== undefined && key !== undefined ? `${key}/${owner}` : "everyone";
}

const isNone = (value: unknown): boolean => value === undefined || (Array.isArray(value) && value.length === 0);

const formOf = (definition: ObjectKind, live: Labelled["live"]): string =>
  [...new Set(Object.values(definition.variants?.cases ?? {}).flatMap(({ wire }) => Object.keys(wire)))]
    .map((key) => `${key} ${String(live[key])}`)
    .join(", ");
