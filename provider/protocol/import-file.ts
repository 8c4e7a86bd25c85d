/**
 * A picture as the file that `pulumi import --file` takes: what the stack's state is to hold of each resource, so that
 * it needs no call to iconik, and the first preview of the program that describes the same shows no change.
 */

import { accessSorts, fieldsOf, type Field, type Values } from "../definition";
import { canonical } from "../engine";
import { memberField, type Access } from "../engine/values";
import { kinds } from "../kinds";
import type { Picture, PicturedResource } from "../tenant/picture";
import type { Ref } from "../tenant";
import { factsKey, optionsKey, providerText, typeOf, type HiddenOptions } from "./wire";

export interface ImportFile {
  resources: { type: string; name: string; id: string; inputs: Values; outputs: Values }[];
}

/** What of the picture has an id. Credentials are in no picture: what the program says of them is believed. */
export function importFileOf(picture: Picture): ImportFile {
  const ids = new Map(picture.resources.map((resource) => [`${resource.kind}/${resource.name}`, resource.id]));
  return { resources: picture.resources.flatMap((resource) => (resource.id === undefined ? [] : [entryOf(resource, resource.id, ids)])) };
}

function entryOf({ kind, name, inputs, options }: PicturedResource, id: string, ids: ReadonlyMap<string, string | undefined>): ImportFile["resources"][number] {
  const definition = kinds[kind]!;
  const fields = fieldsOf(definition, inputs);
  const values = canonical(
    definition,
    // A key's id goes with its secret; what state does not have of them, the program is believed.
    Object.fromEntries(Object.entries(inputs).flatMap(([field, value]) => (isOfStack(value) || fields[field]?.hidden ? [] : [[field, fields[field] ? withIds(fields[field], value, ids) : value]]))),
  );
  const builtIn = options.builtIn;
  const label = definition.shape === "object" && inputs[definition.key] !== name ? name : undefined;
  const hidden: HiddenOptions = { ...(options.adopt !== undefined && { adopt: options.adopt }), ...(builtIn && { builtIn }), ...(label !== undefined && { label }) };
  const facts = { v: 1, domain: "", resolved: {}, ...(builtIn && { builtIn }), ...(label !== undefined && { label }) };
  const __provider = providerText(kind);
  return {
    type: typeOf(kind),
    name,
    id,
    inputs: { ...values, ...(Object.keys(hidden).length > 0 && { [optionsKey]: hidden }), __provider },
    outputs: { ...values, [factsKey]: facts, __provider },
  };
}

const isOfStack = (value: unknown): boolean => typeof value === "object" && value !== null && "fromConfig" in value;

/** References as a program's resources stand for them: by id. */
function withIds(field: Field, value: unknown, ids: ReadonlyMap<string, string | undefined>): unknown {
  if (typeof value !== "object" || value === null) return value;
  switch (field.type) {
    case "list":
    case "set":
      return Array.isArray(value) ? value.map((item) => withIds(field.of, item, ids)) : value;
    case "record":
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, Object.hasOwn(field.fields, name) ? withIds(field.fields[name]!, inner, ids) : inner]));
    case "access":
      return Object.fromEntries(
        (Object.entries(value) as [keyof Access, Values[]][]).map(([sort, entries]) => {
          const { member } = accessSorts[sort];
          return [sort, entries.map((entry) => ({ ...entry, [member]: withIds(memberField(sort), entry[member], ids) }))];
        }),
      );
    case "reference": {
      if (!("ref" in value)) return value;
      const { kind, name } = value.ref as Ref;
      return ids.get(`${kind}/${name}`) ?? value;
    }
    default:
      return value;
  }
}

