/** Ids of what stands outside of a description, and is another one in another tenant: metadata views, buckets. */

import { fieldsOf, type Field, type Values } from "../definition";
import { kinds } from "../kinds";

export interface OutsideId {
  field: string;
  /** What it is the id of. */
  of: string;
  id: string;
}

/** Those in the values of a resource. */
export function outsideIds(kind: string, inputs: Values): OutsideId[] {
  const fields = fieldsOf(kinds[kind]!, inputs);
  return Object.entries(inputs).flatMap(([name, value]) => (fields[name] ? inField(fields[name], value, name) : []));
}

function inField(field: Field, value: unknown, path: string): OutsideId[] {
  if (field.type === "list" || field.type === "set")
    return Array.isArray(value) ? value.flatMap((item) => inField(field.of, item, path)) : [];
  if (field.type === "record") {
    const inner = (typeof value === "object" && value !== null ? value : {}) as Values;
    return Object.entries(field.fields).flatMap(([name, one]) => inField(one, inner[name], `${path}.${name}`));
  }
  const of = field.type === "external" ? field.of : field.idOf;
  return of !== undefined && typeof value === "string" && value !== "" ? [{ field: path, of, id: value }] : [];
}
