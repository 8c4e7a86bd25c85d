/**
 * The vocabulary in which every kind of iconik object is described. A kind is one file in `kinds/`: facts stand on
 * fields, exceptions alone are written, and everything else (provider, tenant file, JSON Schema, reference, exporter,
 * tests) reads what stands there. What the API contract already states (required roles, pagination, limits, what may
 * be null) is not repeated here; it is looked up in `contract`.
 *
 * iconik has three shapes:
 * - an **object** at a path of its own: storages, groups, applications;
 * - a **part of a document**: fields inside a settings document that others own too;
 * - a **satellite**: a field of an object whose value lives at a path of its own (`via`).
 *
 * Names are camelCase here and snake_case on the wire, mapped by rule (`naming`). A field that is not written in the
 * tenant file is not managed; only `required` ones must be written.
 */

/** What a field is, beyond its type. Every mark is an exception: leave out what does not apply. */
export interface Marks {
  /** Must be written, whatever the variant of the object. */
  required?: true;
  /**
   * iconik cannot change it, or changing it would orphan what hangs on it. `refuse` stops with `instead` as the way
   * to go; `replace` deletes the object and makes a new one.
   */
  immutable?: "refuse" | "replace";
  /** With `immutable: "refuse"`: what to do instead, as a plain sentence. */
  instead?: string;
  /** Never printed, encrypted in state, compared with the last state and never with what iconik answers. */
  secret?: true;
  /** iconik may leave it out of answers or mask it; what is shown is compared, what is not shown is believed. */
  hidden?: true;
  /** iconik fills it in; it is an output only. */
  output?: true;
  /** Sent when the object is made and nothing is written: the contract wants a value. It stays unmanaged. */
  initial?: string;
  /** Name on the wire where the rule would give another; `null`: never sent. */
  wire?: string | null;
  /** Nested wire object out of which the field is flattened: a storage's `settings`. */
  within?: string;
  /** The text is the id of such a thing outside of iconik, which is another one in another tenant. */
  idOf?: string;
  /** Where the knowledge comes from, when the contract does not hold it. Required by the contract test in that case. */
  source?: string;
  /** The field's value lives at a path of its own. */
  via?: Satellite;
  /** Two spellings that mean the same are brought to one before they are compared or sent. */
  canonical?: "path" | "endpoint" | "address";
  /** What iconik verifies depends on it: another value is verified anew (see `Verification`). */
  verified?: true;
}

/** Is it a credential? Each tenant has its own: they are neither compared nor carried over. */
export const isCredential = (field: Marks | undefined): boolean => field?.secret === true || field?.hidden === true;

/** How a satellite is read, written and cleared, and what its absence looks like. Path parameter: the object's id. */
export type Satellite =
  /** A flag switched by POST and DELETE on `path`; read from the object's own field of the same name. */
  | { shape: "toggle"; path: string; claims?: string }
  /** A small document: GET (404: off), POST to write, DELETE to clear. Off is written `false`. */
  | { shape: "document"; path: string }
  /** Entries of the access list of the object, one call each. `objectType` is a word of iconik's or a setting. */
  | { shape: "accessList"; objectType: string | { setting: string } }
  /** A token minted once by POST on `mint`, listed at `list`, revoked at `revoke`. */
  | { shape: "token"; mint: string; list: string; revoke: string; prove: string };

/** A check that iconik makes of an object, with the object's own credentials. Path parameter: the object's id. */
export interface Verification {
  /** The flag that asks for it. It is never sent. */
  by: string;
  /** GET: can it be reached at all? */
  access: string;
  /** GET: what can be done there? */
  permissions: string;
  /**
   * Flags that the answer must agree with, each with its property. With the flag `impliedBy`, that it can be done
   * although it should not is no evidence.
   */
  flags: Readonly<Record<string, { answer: string; impliedBy?: string }>>;
  /** Properties of the answer that are told when they are false, and are no failure: what does not work then. */
  told: Readonly<Record<string, string>>;
}

export type FieldType =
  | { type: "string" }
  | { type: "boolean" }
  | { type: "integer" }
  | { type: "number" }
  /** One of iconik's words, written in lower camel case: `BROWSE_ONLY` is `browseOnly`. */
  | { type: "choice"; values: readonly string[] }
  | { type: "list"; of: Field }
  /** A list without order or repetition. */
  | { type: "set"; of: Field }
  | { type: "record"; fields: Fields }
  /** Whatever iconik keeps there, untouched and compared as a whole. */
  | { type: "json" }
  /** Names of roles: a set of strings, open on purpose. */
  | { type: "roles" }
  /** Another object, by label in the tenant file, by id or resource in TypeScript, or `{ existing: name }`. */
  | { type: "reference"; to: readonly string[] }
  /** A person, by e-mail; looked up, never made. */
  | { type: "user" }
  /** The id of something of a sort not managed here: `{ id: … }` in the tenant file. */
  | { type: "external"; of: string }
  /** Who may do what with an object: entries for groups, teams and users. */
  | { type: "access" };

export type Field = Marks & FieldType & { about: string };
export type Fields = Readonly<Record<string, Field>>;

/** Values as they are written and kept: camelCase, references unresolved. */
export type Values = Record<string, unknown>;

interface Kind {
  /** PascalCase singular: name of the class, type of the resource. */
  kind: string;
  /** Key in the tenant file: the plural; for a part, the place where it is written. */
  section: string;
  about: string;
  /** Tenants in which the kind exists; left out: in all. */
  model?: "userGroups" | "teams";
  fields: Fields;
  /** A whole one first, then changes to it. Docs, lifecycle tests and the sandbox's seed read them. */
  examples: readonly [Values, ...Values[]];
}

/** A form of an object that has fields of its own: `type: s3`, `type: gcs`. */
export interface Variant {
  about: string;
  /** Fixed values on the wire: `{ method: "S3" }`. */
  wire: Readonly<Record<string, string>>;
  fields: Fields;
  /** What follows from what is written: an endpoint from a region. */
  derive?(values: Values): Values;
  /** Is an object that iconik answers of this variant? Asked in order, first yes wins. */
  recognise(live: Readonly<Record<string, any>>): boolean;
  /**
   * Problems that types alone do not show. Each: the field, what is wrong, what to do. `making`: there is no object yet;
   * one that exists has its credentials already.
   */
  check?(values: Values, making: boolean): { field: string; problem: string }[];
  /** Its credentials cannot be narrowed, so that they can do more than is described is told, and is no failure. */
  unnarrowed?: true;
  example: Values;
}

export interface ObjectKind extends Kind {
  shape: "object";
  /** Item path; its parent lists and takes POST. The last parameter is the id. */
  path: string;
  /** The field people call it by: finds what exists, names it in exports, resolves references. */
  key: string;
  /** iconik has no PATCH for it: any change replaces. */
  replaced?: true;
  /** Deleting it loses customer data: protected unless the file says otherwise. */
  stateful?: true;
  /** What iconik says when it made the object and cannot use it. */
  trouble?(live: Readonly<Record<string, any>>): string | undefined;
  /** Made by iconik itself: adopted without a word, never made or deleted. */
  isSystem?(live: Readonly<Record<string, any>>): boolean;
  verification?: Verification;
  variants?: { by: string; cases: Readonly<Record<string, Variant>> };
}

export interface PartKind extends Kind {
  shape: "part";
  /**
   * The documents it can be a part of. `by` names the reference whose id stands in the path; the one without is the
   * tenant's own document.
   */
  documents: readonly { by?: string; path: string }[];
}

export type Definition = ObjectKind | PartKind;

export const object = (definition: Omit<ObjectKind, "shape">): ObjectKind => ({ shape: "object", ...definition });
export const part = (definition: Omit<PartKind, "shape">): PartKind => ({ shape: "part", ...definition });

// Field builders. The description comes first, so that no field goes without one.
export const text = (about: string, marks: Marks = {}): Field => ({ type: "string", about, ...marks });
export const flag = (about: string, marks: Marks = {}): Field => ({ type: "boolean", about, ...marks });
export const integer = (about: string, marks: Marks = {}): Field => ({ type: "integer", about, ...marks });
export const number = (about: string, marks: Marks = {}): Field => ({ type: "number", about, ...marks });
export const choice = (about: string, values: readonly string[], marks: Marks = {}): Field => ({
  type: "choice",
  values,
  about,
  ...marks,
});
export const json = (about: string, marks: Marks = {}): Field => ({ type: "json", about, ...marks });
export const list = (about: string, of: Field, marks: Marks = {}): Field => ({ type: "list", of, about, ...marks });
export const set = (about: string, of: Field, marks: Marks = {}): Field => ({ type: "set", of, about, ...marks });
export const texts = (about: string, marks: Marks = {}): Field => set(about, text(about), marks);
export const record = (about: string, fields: Fields, marks: Marks = {}): Field => ({
  type: "record",
  fields,
  about,
  ...marks,
});
export const roles = (about: string, marks: Marks = {}): Field => ({ type: "roles", about, ...marks });
export const reference = (about: string, to: string | readonly string[], marks: Marks = {}): Field => ({
  type: "reference",
  to: typeof to === "string" ? [to] : to,
  about,
  ...marks,
});
export const user = (about: string, marks: Marks = {}): Field => ({ type: "user", about, ...marks });
export const external = (about: string, of: string, marks: Marks = {}): Field => ({
  type: "external",
  of,
  about,
  ...marks,
});
export const access = (about: string, objectType: string | { setting: string }): Field => ({
  type: "access",
  about,
  via: { shape: "accessList", objectType },
});

/** What a member of an access list may do; iconik's words (acls.json, BulkACLsObjectSchema). */
export const permissions = ["read", "write", "delete", "change-acl"] as const;

/**
 * The sorts of member an access list knows: the key under which an entry names one, and the kind it refers to. Teams
 * stand in `groups_acl` on the wire.
 */
export const accessSorts = {
  groups: { member: "group", kind: "UserGroup" },
  teams: { member: "team", kind: "Team" },
  users: { member: "user", kind: "user" },
} as const;

/** The variant that the values name; undefined when they name none that there is. */
export function chosenVariant(definition: Definition, values: Values): Variant | undefined {
  if (definition.shape === "part" || !definition.variants) return undefined;
  const { by, cases } = definition.variants;
  const name = String(values[by]);
  return Object.hasOwn(cases, name) ? cases[name] : undefined;
}

/** Every field of an object of this variant, in the order of the definition. */
export function fieldsOf(definition: Definition, values: Values): Fields {
  const chosen = chosenVariant(definition, values);
  return chosen ? { ...definition.fields, ...chosen.fields } : definition.fields;
}

/** Every field of every variant. */
export function allFields(definition: Definition): Fields {
  if (definition.shape === "part" || !definition.variants) return definition.fields;
  return Object.assign({}, definition.fields, ...Object.values(definition.variants.cases).map(({ fields }) => fields));
}

/** Asks for a field of the tenant to be emptied: iconik's null, where the contract allows it. */
export const clear = { clear: true } as const;
export const isClear = (value: unknown): boolean =>
  typeof value === "object" && value !== null && (value as { clear?: unknown }).clear === true;
