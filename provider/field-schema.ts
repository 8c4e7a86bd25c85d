/**
 * What the contract says of a field: its type, its limits, its words, and whether it may be null. Definitions do not
 * repeat it; whoever checks or documents a value asks here.
 */

import { operation, resolve, storageSettingsSchemas, type JsonSchema } from "./contract";
import type { Definition, Field, Satellite, Variant } from "./definition";
import { wireName } from "./naming";

/** The path under which objects of a kind are listed and made: the item path without its last part. */
export const collectionOf = (path: string): string => path.replace(/[^/]+\/$/, "");

/**
 * The schema of a field in a request, or in an answer for what iconik fills in; `resolve`d, with its null taken off
 * (see `isClearable`). `variant` is needed for fields of a variant and for fields that lie `within` another object.
 * Undefined for what is never sent, and for what the contract does not know.
 */
export function fieldSchema(definition: Definition, name: string, variant?: Variant): JsonSchema | undefined {
  const declared = declaredSchema(definition, name, variant);
  return declared && withoutNull(declared);
}

/** May the field be emptied by null? Never what must be written, and never what cannot be changed. */
export function isClearable(definition: Definition, name: string, variant?: Variant): boolean {
  const field = fieldOf(definition, name, variant);
  const declared = declaredSchema(definition, name, variant);
  return field !== undefined && declared !== undefined && mayBeCleared(field, declared);
}

/** The fields of a record, or of a record in a list: each with its schema, and whether it may be emptied. */
export function innerSchema(
  record: JsonSchema | undefined,
  name: string,
  field: Field,
): { schema: JsonSchema | undefined; clearable: boolean } {
  const declared = record && propertyOf(record, name, field);
  return { schema: declared && withoutNull(declared), clearable: !!declared && mayBeCleared(field, declared) };
}

/** The schema of the items of a list. */
export const itemSchema = (list: JsonSchema | undefined): JsonSchema | undefined =>
  list?.items && withoutNull(list.items);

/** The bodies in which the fields of a kind travel: of an object one, of a part one for each of its documents. */
export function bodiesOf(definition: Definition): JsonSchema[] {
  const keys =
    definition.shape === "object"
      ? [`POST ${collectionOf(definition.path)}`]
      : definition.documents.map(({ path }) => `PATCH ${path}`);
  return keys.map((key) => resolve(operation(key).body ?? {}));
}

/** The answers in which iconik gives the fields of a kind back. */
export function answersOf(definition: Definition): JsonSchema[] {
  const paths = definition.shape === "object" ? [definition.path] : definition.documents.map(({ path }) => path);
  return paths.map((path) => resolve(operation(`GET ${path}`).responses["200"] ?? {}));
}

/** The schema of what lies `within` an object. A storage's `settings` differ by its method. */
export function withinSchema(whole: JsonSchema, within: string, variant?: Variant): JsonSchema | undefined {
  const nested = whole.properties?.[within];
  const settings = variant && storageSettingsSchemas[variant.wire.method ?? ""];
  if (within === "settings" && settings) return resolve({ $ref: `#/schemas/${settings.replace("/", "~1")}` });
  return nested && withoutNull(nested);
}

const fieldOf = (definition: Definition, name: string, variant?: Variant): Field | undefined =>
  variant?.fields[name] ?? definition.fields[name];

function declaredSchema(definition: Definition, name: string, variant?: Variant): JsonSchema | undefined {
  const field = fieldOf(definition, name, variant);
  if (!field) return undefined;
  if (field.via) return satelliteSchema(field.via);
  for (const whole of field.output ? answersOf(definition) : bodiesOf(definition)) {
    const holder = field.within ? withinSchema(whole, field.within, variant) : whole;
    const found = holder && propertyOf(holder, name, field);
    if (found) return found;
  }
  return undefined;
}

function satelliteSchema(via: Satellite): JsonSchema | undefined {
  if (via.shape === "toggle") return { type: "boolean" };
  return via.shape === "document" ? operation(`POST ${via.path}`).body : undefined;
}

function propertyOf(holder: JsonSchema, name: string, field: Field): JsonSchema | undefined {
  const wire = wireName(name, field);
  return wire === undefined ? undefined : holder.properties?.[wire];
}

const isNull = (schema: JsonSchema): boolean => schema.type === "null";

function mayBeCleared(field: Field, schema: JsonSchema): boolean {
  if (field.required || field.immutable || field.output) return false;
  return Array.isArray(schema.type) ? schema.type.includes("null") : schema.anyOf?.some(isNull) === true;
}

function withoutNull(schema: JsonSchema): JsonSchema {
  const { anyOf, ...rest } = schema;
  const [only, ...others] = anyOf?.filter((part) => !isNull(part)) ?? [];
  if (only && others.length === 0) return resolve({ ...rest, ...only });
  if (!Array.isArray(schema.type)) return resolve(schema);
  const types = schema.type.filter((type) => type !== "null");
  return {
    ...schema,
    type: types.length === 1 ? types[0]! : types,
    ...(schema.enum && { enum: schema.enum.filter((word) => word !== null) }),
  };
}
