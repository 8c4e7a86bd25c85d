/** References in values, each replaced by another. */

import { accessSorts, fieldsOf, type Definition, type Field, type Values } from "../../definition";
import { memberField, type Access } from "../../engine/values";
import type { Ref } from "../desired";

/** The inputs with what `other` gives in the place of each reference: `{ ref }`, or `{ existing: name }`. */
export function replacedRefs(definition: Definition, inputs: Values, other: (ref: Ref) => unknown): Values {
  const fields = fieldsOf(definition, inputs);
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, Object.hasOwn(fields, name) ? inside(fields[name]!, value, other) : value]));
}

function inside(field: Field, value: unknown, other: (ref: Ref) => unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  switch (field.type) {
    case "list":
    case "set":
      return Array.isArray(value) ? value.map((item) => inside(field.of, item, other)) : value;
    case "record":
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, Object.hasOwn(field.fields, name) ? inside(field.fields[name]!, inner, other) : inner]));
    case "access":
      return Object.fromEntries(
        (Object.entries(value) as [keyof Access, Values[]][]).map(([sort, entries]) => {
          const { member } = accessSorts[sort];
          return [sort, entries.map((entry) => ({ ...entry, [member]: inside(memberField(sort), entry[member], other) }))];
        }),
      );
    case "reference":
      return "ref" in value ? other(value.ref as Ref) : value;
    default:
      return value;
  }
}
