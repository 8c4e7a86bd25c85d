/**
 * What stands for something else in the inputs of a tenant file. It is looked for along the fields, where the reading
 * puts it: what iconik keeps untouched is data, whatever its keys are called.
 */

import { accessSorts, fieldsOf, type Definition, type Field, type Values } from "../definition";
import { memberField, type Access } from "../engine/values";
import type { Ref } from "../tenant";

/** What takes the place of a marker. `path`: where it stands, `passwordChecks.minLength`. */
export interface Meaning {
  object?(ref: Ref): unknown;
  fromConfig?(key: string, field: Field, path: string): unknown;
}

/** The inputs with markers replaced; those without a meaning stay. */
export function replaced(definition: Definition, inputs: Values, meaning: Meaning): Values {
  const fields = fieldsOf(definition, inputs);
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      name,
      Object.hasOwn(fields, name) ? inside(fields[name]!, value, name, meaning) : value,
    ]),
  );
}

function inside(field: Field, value: unknown, path: string, meaning: Meaning): unknown {
  if (typeof value !== "object" || value === null) return value;
  switch (field.type) {
    case "list":
    case "set":
      return Array.isArray(value)
        ? value.map((item, index) => inside(field.of, item, `${path}[${index}]`, meaning))
        : value;
    case "record":
      return Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [
          name,
          Object.hasOwn(field.fields, name) ? inside(field.fields[name]!, inner, `${path}.${name}`, meaning) : inner,
        ]),
      );
    case "access":
      return Object.fromEntries(
        (Object.entries(value) as [keyof Access, Values[]][]).map(([sort, entries]) => {
          const { member } = accessSorts[sort];
          return [
            sort,
            entries.map((entry) => ({ ...entry, [member]: inside(memberField(sort), entry[member], path, meaning) })),
          ];
        }),
      );
    case "reference":
      return meaning.object && "ref" in value ? meaning.object(value.ref as Ref) : value;
    case "string":
    case "boolean":
    case "integer":
    case "number":
      return meaning.fromConfig && "fromConfig" in value
        ? meaning.fromConfig(String(value.fromConfig), field, path)
        : value;
    default:
      return value;
  }
}
