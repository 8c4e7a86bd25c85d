/** What the contract says about bodies and answers, as checks. */
import Ajv, { type ErrorObject, type ValidateFunction } from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { contract, operation, resolve, type JsonSchema, type OperationKey } from "../contract";
import { refuse } from "./refusal";
import type { Switches } from "./switches";

/**
 * The body of a request as iconik takes it: checked, and without what iconik ignores. Refuses with 400, naming the
 * field. Required properties may be missing from a PATCH.
 */
export function checkedBody(key: OperationKey, body: unknown, switches: Switches): unknown {
  const { body: schema } = operation(key);
  if (!schema) return undefined;
  if (body === undefined || body === null || typeof body !== "object" || Array.isArray(body)) {
    refuse(400, "The body has to be a JSON object");
  }
  const kept = withoutIgnored(schema, body, switches, "");
  check(key.startsWith("PATCH ") ? patchBody(key) : compiled(`operations/${pointer(key)}/body`), kept);
  return kept;
}

/** The value against a schema of the contract as a body would be checked: `files/S3SettingsSchema`. */
export function checkedAgainst(name: string, value: unknown, switches: Switches, at: string): any {
  const kept = withoutIgnored(contract.schemas[name]!, value, switches, `${at}.`);
  check(compiled(`schemas/${pointer(name)}`), kept, `${at}.`);
  return kept;
}

/**
 * What is wrong with an answer by the contract; nothing when it is as it should be, or when there is no schema. A
 * status of success that the contract does not list is judged as the one it lists.
 */
export function problemsOfAnswer(key: OperationKey, status: number, body: unknown): string[] {
  const responses = operation(key).responses;
  const listed = status in responses || status >= 400 ? String(status) : Object.keys(responses)[0]!;
  if (!responses[listed] || status === 204) return [];
  const validate = compiled(`operations/${pointer(key)}/responses/${listed}`);
  return validate(body) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

/** The schema of the objects in a list, or of the answer itself. */
export function shown(key: OperationKey): JsonSchema {
  const responses = operation(key).responses;
  const schema = Object.values(responses).find((response) => response !== null);
  const whole = schema ? resolve(schema) : {};
  const items = whole.properties?.objects?.items;
  return items ? resolve(items) : whole;
}

/** A schema behind its reference, and without the null that it may also be. */
export function plain(schema: JsonSchema): JsonSchema {
  const inner = schema.anyOf?.find((part) => part.type !== "null");
  return resolve(inner ? resolve(inner) : schema);
}

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
// iconik's times have no zone (seen by a client's author); the standard's format wants one.
ajv.addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?$/);
ajv.addSchema(contract, "iconik");

const compiled = cached((pointer) => ajv.compile({ $ref: `iconik#/${pointer}` }));
const patchBody = cached((key) => {
  const { required: _, ...partial } = resolve(operation(key).body!);
  return ajv.compile(JSON.parse(JSON.stringify(partial).replaceAll('"#/schemas/', '"iconik#/schemas/')));
});

function cached<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key)!;
  };
}

function withoutIgnored(schema: JsonSchema, value: unknown, switches: Switches, at: string): unknown {
  const { properties, items } = plain(schema);
  if (Array.isArray(value)) {
    return items ? value.map((entry, index) => withoutIgnored(items, entry, switches, `${at}${index}.`)) : value;
  }
  if (!properties || !value || typeof value !== "object") return value;
  const kept: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (!property) {
      if (switches.unknownProperties === "reject") refuse(400, { [at + name]: "Unknown field" });
      if (switches.unknownProperties === "store") kept[name] = inner;
    } else if (property.readOnly) {
      if (switches.readOnlyProperties === "reject") refuse(400, { [at + name]: "This field is read-only" });
    } else kept[name] = withoutIgnored(property, inner, switches, `${at}${name}.`);
  }
  return kept;
}

function check(validate: ValidateFunction, value: unknown, at = ""): void {
  if (validate(value)) return;
  const errors = Object.fromEntries(
    (validate.errors ?? []).filter(isTelling).map((error) => [fieldOf(error, at), said(error)]),
  );
  refuse(400, Object.keys(errors).length > 0 ? errors : "The body is not what is expected here");
}

/** Of an object that may also be null, only what is wrong with the object is worth telling. */
function isTelling(error: ErrorObject): boolean {
  return error.keyword !== "anyOf" && error.params.type !== "null";
}

function fieldOf(error: ErrorObject, at: string): string {
  const path = error.instancePath.slice(1).replaceAll("/", ".");
  const missing = error.keyword === "required" ? `${path && "."}${error.params.missingProperty}` : "";
  return `${at}${path}${missing}` || "body";
}

function said(error: ErrorObject): string {
  if (error.keyword === "required") return "This field is required";
  if (error.keyword === "enum") return `Has to be one of ${error.params.allowedValues.join(", ")}`;
  return `This field ${error.message}`;
}

function pointer(segment: string): string {
  return encodeURIComponent(segment.replaceAll("~", "~0").replaceAll("/", "~1"));
}
