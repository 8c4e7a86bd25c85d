/**
 * Distils iconik's OpenAPI documents into `iconik-api.json`: the shapes that this project speaks, and no prose.
 *
 *   node schema/distil.mts <older folder> <newer folder>
 *
 * Each folder holds one document per service, named after it (`files.json`, `users.json`, ...). The newer folder may
 * hold parts only: its operations and schemas win, and what it does not hold is taken from the older one.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Contract, JsonSchema, Operation } from "../provider/contract.ts";

/** What this project speaks. Everything else in the documents is left out. */
const operationsWanted: Record<string, RegExp[]> = {
  acls: [
    /^\* \/v1\/acl\/(templates\/.*)?$/,
    /^\* \/v1\/acl\/\{object_type\}\/(bulk\/|\{permission\}\/|\{object_key\}\/(\{permission\}\/|permissions\/)?)?$/,
    /^\* \/v1\/(groups|users)\/\{\w+\}\/acl\//,
  ],
  auth: [
    /^\* \/v1\/apps\/(\{app_id\}\/(token\/)?)?$/,
    /^\* \/v1\/auth\/(token\/(\{token_id\}\/)?|tokens\/|\{app_id\}\/tokens\/|simple\/login\/)$/,
    /^GET \/v1\/system_domains\/\{system_domain_id\}\/$/,
  ],
  files: [
    /^\* \/v1\/storages\/(\{storage_id\}\/)?((default|auto_scan|scan|verifications\/\w+)\/)?$/,
    /^\* \/v1\/storages\/(\{purpose\}\/default|matching\/.*|verifications\/\w+)\/$/,
    /^\* \/v1\/export_locations\/(\{export_location_id\}\/)?$/,
    /^\* \/v1\/files\/missing\//,
  ],
  settings: [/^\* \/v1\/(system|group|team|user|merged)\//],
  stats: [/^\* \/v1\/system\/logs\/recipients\//],
  users: [
    /^\* \/v1\/(groups|teams|role_groups)\/((all\/)?basic\/|\{\w+\}\/(users\/\{user_id\}\/)?)?$/,
    /^\* \/v1\/groups\/mappings\//,
    /^\* \/v1\/users\//,
  ],
};

/** Schemas that no operation mentions: a storage's `settings` are an untyped object, and these say what is in it. */
const schemasWanted = /^files\/(S3|GoogleCloudStorage|B2|Azure|File|Portal|Ftp|Sftp|Http|Custom)SettingsSchema$/;

const keywordsKept = new Set([
  "$ref",
  "type",
  "format",
  "enum",
  "const",
  "default",
  "required",
  "nullable",
  "readOnly",
  "writeOnly",
  "properties",
  "additionalProperties",
  "items",
  "allOf",
  "anyOf",
  "oneOf",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "pattern",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
]);

const methods = ["get", "post", "put", "patch", "delete"];

interface Document {
  paths: Record<string, any>;
  components: { schemas: Record<string, any> };
}

const [older, newer] = process.argv.slice(2);
if (!older || !newer) {
  console.error("usage: node schema/distil.mts <older folder> <newer folder>");
  process.exit(1);
}

const missing = new Set<string>();
const contract = distil([older, newer].map(read));
const target = join(import.meta.dirname, "iconik-api.json");
writeFileSync(target, `${JSON.stringify(contract, null, 2)}\n`);
console.error(
  `${Object.keys(contract.operations).length} operations, ${Object.keys(contract.schemas).length} schemas: ${target}`,
);
for (const name of [...missing].sort()) console.error(`${name}: in no document, recorded as an open schema`);

function read(folder: string): Record<string, Document> {
  if (!existsSync(folder)) throw new Error(`${folder}: no such folder`);
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return Object.fromEntries(
    files.map((file) => [basename(file, ".json"), JSON.parse(readFileSync(join(folder, file), "utf8")) as Document]),
  );
}

function distil(documents: Record<string, Document>[]): Contract {
  const operations: Record<string, Operation> = {};
  const sources: Record<string, unknown> = {};
  for (const byService of documents) {
    for (const [service, document] of Object.entries(byService)) {
      for (const [path, item] of Object.entries(document.paths)) {
        for (const method of methods.filter((method) => item[method])) {
          if (!wanted(service, method.toUpperCase(), path)) continue;
          const parameters = [...(item.parameters ?? []), ...(item[method].parameters ?? [])];
          operations[`${method.toUpperCase()} /API/${service}${path}`] = operation(service, item[method], parameters);
        }
      }
      for (const [name, schema] of Object.entries(document.components.schemas)) sources[`${service}/${name}`] = schema;
    }
  }
  const schemas = reachable(operations, sources);
  for (const [key, found] of Object.entries(operations)) {
    const pagination = key.startsWith("GET ") ? paginationOf(found, schemas) : undefined;
    if (pagination) found.pagination = pagination;
  }
  return { operations: sorted(operations), schemas: sorted(schemas) };
}

function wanted(service: string, method: string, path: string): boolean {
  return (operationsWanted[service] ?? []).some(
    (pattern) => pattern.test(`* ${path}`) || pattern.test(`${method} ${path}`),
  );
}

function operation(service: string, source: any, parameters: any[]): Operation {
  const query = parameters.filter((parameter) => parameter.in === "query");
  const body = source.requestBody?.content?.["application/json"]?.schema;
  const codes = Object.keys(source.responses).filter((code) => /^\d+$/.test(code));
  return {
    roles: requiredRoles(source.description ?? ""),
    query: sorted(Object.fromEntries(query.map(({ name, schema }) => [name, shape(service, schema)]))),
    ...(body && { body: shape(service, body) }),
    responses: Object.fromEntries(
      codes.map((code) => {
        const schema = source.responses[code].content?.["application/json"]?.schema;
        return [code, schema ? shape(service, schema) : null];
      }),
    ),
  };
}

/** The roles stand in the description, as a list under "Required roles:". */
function requiredRoles(description: string): string[] {
  const list = /Required roles:\s*((?:\s*-\s*\w+)+)/.exec(description)?.[1] ?? "";
  return [...list.matchAll(/-\s*(\w+)/g)].map((match) => match[1]!);
}

/** OpenAPI 3.0's dialect as JSON Schema 2020-12, without prose. */
function shape(service: string, source: any): JsonSchema {
  const kept: JsonSchema = {};
  for (const [key, value] of Object.entries<any>(source)) {
    if (!keywordsKept.has(key) || key === "nullable") continue;
    if (key === "$ref") kept.$ref = reference(service, value);
    else if (key === "properties")
      kept.properties = sorted(
        Object.fromEntries(Object.entries(value).map(([name, property]) => [name, shape(service, property)])),
      );
    else if (key === "items" || (key === "additionalProperties" && typeof value === "object"))
      kept[key] = shape(service, value);
    else if (key === "allOf" || key === "anyOf" || key === "oneOf")
      kept[key] = value.map((part: unknown) => shape(service, part));
    else kept[key] = key === "required" ? [...value].sort() : value;
  }
  // A reference could have no neighbours in OpenAPI 3.0, hence the single `allOf`; here it can.
  if (kept.allOf?.length === 1) {
    const { allOf, ...neighbours } = kept;
    return nullable(source, { ...allOf[0], ...neighbours });
  }
  return nullable(source, kept);
}

function nullable(source: any, schema: JsonSchema): JsonSchema {
  if (!source.nullable) return schema;
  if (typeof schema.type === "string") {
    const values = schema.enum && !schema.enum.includes(null) ? { enum: [...schema.enum, null] } : {};
    return { ...schema, type: [schema.type, "null"], ...values };
  }
  const { readOnly, writeOnly, default: initial, ...rest } = schema;
  if (Object.keys(rest).length === 0) return schema;
  return {
    anyOf: [rest, { type: "null" }],
    ...(readOnly !== undefined && { readOnly }),
    ...(writeOnly !== undefined && { writeOnly }),
    ...(initial !== undefined && { default: initial }),
  };
}

function reference(service: string, ref: string): string {
  const name = /^#\/components\/schemas\/(.+)$/.exec(ref)?.[1];
  if (!name) throw new Error(`${service}: cannot follow the reference ${ref}`);
  return `#/schemas/${service}~1${name}`;
}

function reachable(operations: Record<string, Operation>, sources: Record<string, any>): Record<string, JsonSchema> {
  const schemas: Record<string, JsonSchema> = {};
  const waiting = [...Object.keys(sources).filter((name) => schemasWanted.test(name)), ...references(operations)];
  for (let name = waiting.pop(); name; name = waiting.pop()) {
    if (schemas[name]) continue;
    const source = sources[name];
    if (!source) missing.add(name);
    schemas[name] = source ? shape(name.split("/")[0]!, source) : {};
    waiting.push(...references(schemas[name]));
  }
  return schemas;
}

function references(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/"#\/schemas\/([^"]+)"/g)].map((match) => match[1]!.replace("~1", "/"));
}

function paginationOf(found: Operation, schemas: Record<string, JsonSchema>): Operation["pagination"] {
  const answer = found.responses["200"];
  const name = answer && references(answer)[0];
  if (!name || !schemas[name]?.properties?.objects) return undefined;
  if (found.query.page) return "page";
  return found.query.last_id ? "keyset" : "none";
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
