/** A field of a definition as a form: its type, and the limits that the contract sets. */

import { accessSorts, permissions, type Definition, type Field, type Variant } from "../../definition";
import { fieldSchema, innerSchema, isClearable, itemSchema } from "../../field-schema";
import type { JsonSchema } from "../../contract";
import { lowerCamel } from "../../naming";
import { roles } from "../../roles";
import { either, flag, key, list, record, text, words, type Form, type Key, type TextForm } from "./form";

/** The key under which a field of an object or a part is written. */
export function fieldKey(definition: Definition, name: string, field: Field, variant?: Variant): Key {
  return keyOf(
    field,
    formOf(field, fieldSchema(definition, name, variant)),
    isClearable(definition, name, variant),
    true,
  );
}

export const email: TextForm = text({ format: "email" });
export const roleName: TextForm = text({ min: 1, suggestions: [...roles.keys()].sort() });
export const date: TextForm = text({ format: "date" });

/** A role, or one that ends some day. */
export const roleEntry: Form = either(
  "the name of a role, or { role, expires, reason }",
  roleName,
  record(
    {
      role: key("Name of the role.", roleName, { required: true }),
      expires: key("Last day of the grant, by UTC. After it the role is no longer described.", date, {
        required: true,
      }),
      reason: key("Why it was granted.", text({ min: 1 })),
    },
    { name: "expiringRole" },
  ),
);

/** Another object: a label of the description, or the name of an object that is not managed here. */
export const reference: Form = either(
  "a label of this description, or { existing: name }",
  text({ min: 1 }),
  record(
    { existing: key("Name of an object that is not managed here.", text({ min: 1 }), { required: true }) },
    { name: "existing" },
  ),
);

const permission = words(...permissions.map(lowerCamel));

/** Access by label: `groups: { Editors: [read] }`; or as a list, which can name objects that are not managed here. */
const accessForm: Form = record(
  Object.fromEntries(
    Object.entries(accessSorts).map(([sort, { member }]) => [
      sort,
      key(
        `What ${sort} may do. All ${sort} with access, when it is written.`,
        sort === "users" ? accessOf(member, email, { keys: email }) : accessOf(member, reference),
      ),
    ]),
  ),
  { name: "access" },
);

function accessOf(member: string, who: Form, labels: { keys?: TextForm } = {}): Form {
  const granted = list(permission, { distinct: true, min: 1 });
  const permissions = key("What they may do.", granted, { required: true });
  const ends = {
    expires: key("Last day of the access, by UTC. After it the entry is no longer described.", date),
    reason: key("Why it was given.", text({ min: 1 })),
  };
  return either(
    `a map such as { ${labels.keys ? "editor@example.com" : "Editors"}: [read] }`,
    {
      form: "map",
      of: either("permissions, or { permissions, expires, reason }", granted, record({ permissions, ...ends })),
      ...labels,
      about: "a map of permissions",
    },
    list(
      record({
        [member]: key("Who.", who, { required: true }),
        permissions,
        ...ends,
      }),
    ),
  );
}

function keyOf(field: Field, form: Form, clearable: boolean, configurable: boolean): Key {
  const scalar = ["string", "boolean", "integer", "number"].includes(field.type) && field.canonical !== "address";
  return {
    form,
    about: field.about,
    field,
    ...(field.required && { required: true }),
    ...(configurable && scalar && { config: field.secret ? "only" : true }),
    ...(clearable && { clear: true }),
  };
}

function formOf(field: Field, schema: JsonSchema | undefined): Form {
  switch (field.type) {
    case "string":
      return text({ ...lengths(field, schema), ...(field.canonical === "endpoint" && { format: "url" }) });
    case "boolean":
      return flag;
    case "integer":
    case "number":
      return {
        form: "number",
        whole: field.type === "integer",
        ...(schema?.minimum !== undefined && { min: schema.minimum }),
        ...(schema?.maximum !== undefined && { max: schema.maximum }),
      };
    case "choice":
      return words(...field.values.map(lowerCamel));
    case "list":
    case "set":
      return list(formOf(field.of, itemSchema(schema)), {
        ...(schema?.minItems !== undefined && { min: schema.minItems }),
        ...(schema?.maxItems !== undefined && { max: schema.maxItems }),
        ...(field.type === "set" && { distinct: true }),
      });
    case "record": {
      const keys = Object.entries(field.fields).map(([name, inner]) => {
        const known = innerSchema(schema, name, inner);
        return [name, keyOf(inner, formOf(inner, known.schema), known.clearable, true)] as const;
      });
      const whole = record(Object.fromEntries(keys));
      // Off is written `false` (Satellite).
      return field.via?.shape === "document"
        ? either("a map of fields, or false", { form: "flag", only: false }, whole)
        : whole;
    }
    case "json":
      return { form: "anything" };
    case "roles":
      return list(roleEntry, { distinct: true });
    case "reference":
      return reference;
    case "user":
      return email;
    case "external":
      return record({
        id: key(`Id of the ${field.of}.`, text({ min: 1, ...(schema?.format === "uuid" && { format: "uuid" }) }), {
          required: true,
        }),
      });
    case "access":
      return accessForm;
  }
}

/** What must be written must not be empty, except a path, where empty means the root. */
function lengths(field: Field, schema: JsonSchema | undefined): { min?: number; max?: number } {
  const min = schema?.minLength ?? (field.required && field.canonical !== "path" ? 1 : undefined);
  return { ...(min !== undefined && { min }), ...(schema?.maxLength !== undefined && { max: schema.maxLength }) };
}
