/** References within inputs: found, and put in another form. */

import { accessSorts, fieldsOf, type Definition, type Field, type Values } from "../definition";
import { memberField, type Access } from "../engine/values";
import type { Ref } from "./desired";

/** What the inputs refer to, and the field in which they do. */
export function refsIn(definition: Definition, inputs: Values): { field: string; ref: Ref }[] {
  const fields = fieldsOf(definition, inputs);
  return Object.entries(inputs).flatMap(([field, value]) =>
    fields[field]?.type === "json" ? [] : within(value).map((ref) => ({ field, ref })),
  );
}

function within(value: unknown): Ref[] {
  if (typeof value !== "object" || value === null) return [];
  const { ref } = value as { ref?: Ref };
  if (ref !== undefined && typeof ref.kind === "string") return [ref];
  return Object.values(value).flatMap(within);
}

/** The inputs with what `other` gives in the place of each reference: `{ ref }`, or `{ existing: name }`. */
export function replacedRefs(definition: Definition, inputs: Values, other: (ref: Ref) => object): Values {
  const fields = fieldsOf(definition, inputs);
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      name,
      Object.hasOwn(fields, name) ? withRefs(fields[name]!, value, other) : value,
    ]),
  );
}

/** The value with something else in the place of its references; undefined where one of them has nothing. */
export function withRefs(field: Field, value: unknown, stands: (ref: Ref) => unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  switch (field.type) {
    case "list":
    case "set": {
      if (!Array.isArray(value)) return value;
      const items = value.map((item) => withRefs(field.of, item, stands));
      return items.some((item, index) => isLost(value[index], item)) ? undefined : items;
    }
    case "record": {
      const entries = Object.entries(value).map(
        ([name, inner]) =>
          [name, Object.hasOwn(field.fields, name) ? withRefs(field.fields[name]!, inner, stands) : inner] as const,
      );
      return entries.some(([name, inner]) => isLost((value as Values)[name], inner))
        ? undefined
        : Object.fromEntries(entries);
    }
    case "access": {
      const sorts = (Object.entries(value) as [keyof Access, Values[]][]).map(([sort, entries]) => {
        const { member } = accessSorts[sort];
        return [
          sort,
          entries.map((entry) => ({ ...entry, [member]: withRefs(memberField(sort), entry[member], stands) })),
        ] as const;
      });
      return sorts.some(([sort, entries]) =>
        entries.some((entry) => (entry as Values)[accessSorts[sort].member] === undefined),
      )
        ? undefined
        : Object.fromEntries(sorts);
    }
    case "reference":
      return "ref" in value ? stands((value as { ref: Ref }).ref) : value;
    default:
      return value;
  }
}

/** A value that was not there before is no loss. */
const isLost = (was: unknown, is: unknown): boolean => was !== undefined && is === undefined;
