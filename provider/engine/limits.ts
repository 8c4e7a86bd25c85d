/** What the contract says of a field: its limits, and whether it may be null. */

import { contract, resolve, storageSettingsSchemas, type JsonSchema } from "../contract";
import type { Definition } from "../definition";
import { collection } from "./paths";

export interface Limits {
  minimum?: number;
  maximum?: number;
  maxItems?: number;
  /** The field can be cleared. */
  nullable: boolean;
}

/**
 * Limits of the field at `wire` in the body that makes or changes the object. `fixed`: the variant's words on the wire,
 * by which a storage's untyped `settings` get their schema. A field unknown to the contract has no limits.
 */
export function limitsOf(definition: Definition, fixed: Readonly<Record<string, string>>, wire: readonly string[]): Limits {
  const body =
    definition.shape === "object"
      ? contract.operations[`POST ${collection(definition.path)}`]?.body
      : contract.operations[`PATCH ${definition.documents.at(-1)!.path}`]?.body;
  const schema = wire.reduce<JsonSchema | undefined>((at, key, index) => {
    if (at === undefined) return undefined;
    const settings = storageSettingsSchemas[fixed.method ?? ""];
    if (index === 1 && wire[0] === "settings" && settings) return property(contract.schemas[settings]!, key);
    return property(at, key);
  }, body);
  if (!schema) return { nullable: true };
  const { minimum, maximum, maxItems } = solid(schema);
  return { minimum, maximum, maxItems, nullable: isNullable(schema) };
}

const property = (schema: JsonSchema, key: string): JsonSchema | undefined => resolve(solid(schema)).properties?.[key];

/** `anyOf: [something, null]` → something. */
const solid = (schema: JsonSchema): JsonSchema => schema.anyOf?.find((branch) => branch.type !== "null") ?? schema;

const isNullable = (schema: JsonSchema): boolean =>
  (Array.isArray(schema.type) && schema.type.includes("null")) || (schema.anyOf?.some((branch) => branch.type === "null") ?? false);
