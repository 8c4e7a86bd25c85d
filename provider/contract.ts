/**
 * iconik's API as data: its operations, the roles they need, how their lists page, and the shapes they carry.
 * Distilled from iconik's OpenAPI documents by `schema/distil.mts`; holds no prose.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** JSON Schema, draft 2020-12. References read `#/schemas/<service>~1<Name>` and resolve within the contract. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  default?: unknown;
  required?: string[];
  readOnly?: boolean;
  writeOnly?: boolean;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  allOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  [keyword: string]: unknown;
}

/** Method, space, whole path with its parameters in braces: `GET /API/files/v1/storages/{storage_id}/`. */
export type OperationKey = string;

export interface Operation {
  /** Roles that the caller needs, all of them; empty when iconik's documents name none. */
  roles: string[];
  /** Query parameters by name. */
  query: Record<string, JsonSchema>;
  /**
   * Of lists only. `page`: `page` and `per_page`; `keyset`: `per_page` and the `last_id` of the page before;
   * `none`: everything at once.
   */
  pagination?: "page" | "keyset" | "none";
  body?: JsonSchema;
  /** By status code; `null` where the documents give no schema. */
  responses: Record<string, JsonSchema | null>;
}

export interface Contract {
  operations: Record<OperationKey, Operation>;
  /** By service and name: `files/StorageSchema`. */
  schemas: Record<string, JsonSchema>;
}

/** The contract, read once. `provider/` and `dist/` both lie one level below the package's root. */
export const contract: Contract = JSON.parse(readFileSync(join(__dirname, "../schema/iconik-api.json"), "utf8"));

/** The schema of a storage's `settings`, by the storage's `method`: the envelope leaves them untyped (`files.json`). */
export const storageSettingsSchemas: Readonly<Record<string, string>> = {
  S3: "files/S3SettingsSchema",
  GCS: "files/GoogleCloudStorageSettingsSchema",
  B2: "files/B2SettingsSchema",
  AZURE: "files/AzureSettingsSchema",
  FILE: "files/FileSettingsSchema",
  PORTAL: "files/PortalSettingsSchema",
  FTP: "files/FtpSettingsSchema",
  SFTP: "files/SftpSettingsSchema",
  HTTP: "files/HttpSettingsSchema",
  CUSTOM: "files/CustomSettingsSchema",
};

/**
 * The operation under a key.
 * @throws Error when the contract has no such operation.
 */
export function operation(key: OperationKey): Operation {
  const found = contract.operations[key];
  if (!found) throw new Error(`iconik's API has no operation "${key}" in schema/iconik-api.json`);
  return found;
}

/**
 * A schema with its references followed and its `allOf` folded in: `properties` and `required` are there to read.
 * A reference that may also be null (`anyOf` with null) is left as it is, and so are the properties' own schemas.
 * @throws Error when a reference leads nowhere.
 */
export function resolve(schema: JsonSchema): JsonSchema {
  const { $ref, allOf, ...own } = schema;
  const parts = [...($ref ? [target($ref)] : []), ...(allOf ?? [])].map(resolve);
  if (parts.length === 0) return schema;
  return [...parts, own].reduce((whole, part) => ({
    ...whole,
    ...part,
    ...((whole.properties || part.properties) && { properties: { ...whole.properties, ...part.properties } }),
    ...((whole.required || part.required) && {
      required: [...new Set([...(whole.required ?? []), ...(part.required ?? [])])],
    }),
  }));
}

function target($ref: string): JsonSchema {
  const found = contract.schemas[$ref.replace("#/schemas/", "").replace("~1", "/")];
  if (!found) throw new Error(`the reference ${$ref} leads nowhere in schema/iconik-api.json`);
  return found;
}
