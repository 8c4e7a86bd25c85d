/** An object of the language: the fields of its kind, and what the language adds to them. */

import type { Field, Fields, ObjectKind, PartKind, Variant } from "../../definition";
import { bodiesOf, withinSchema } from "../../field-schema";
import { wireName } from "../../naming";
import { fieldKey, reference } from "./field-form";
import { either, key, list, record, says, text, yes, type Form, type Key, type Unless } from "./form";
import { options, partForm } from "./part-form";
import { provisioning, provisionKey } from "./provisioning";
import { rolesFieldOf, shorthandOf, writable } from "./sections";

const label = text({ min: 1 });

/** One object, with what belongs to the language: options, renames, the parts written inside it. */
export function entryForm(object: ObjectKind, nested: readonly { key: string; part: PartKind }[]): Form {
  const language: Record<string, Key> = {
    formerly: key(
      "The label it had before, or several.",
      either("a label, or a list of labels", label, list(label, { distinct: true, min: 1 })),
    ),
    options: key("How Pulumi treats it.", options("object")),
    ...(object.isSystem && {
      builtIn: key("iconik's own: it must exist, is adopted, and is never made or deleted.", yes),
    }),
  };
  const parts = Object.fromEntries(nested.map(({ key: name, part }) => [name, key(part.about, partForm(part))]));
  const rolesField = rolesFieldOf(object);
  const sets: Record<string, Key> = rolesField
    ? { roleSets: key("Role sets that are added to the roles.", list(label, { distinct: true })) }
    : {};
  const about = object.about;

  if (!object.variants) {
    const keys = fieldKeys(object, object.fields);
    const whole = record({ ...keys, ...sets, ...parts, ...language }, { name: object.kind, about });
    const short = shorthandOf(object);
    return short
      ? either(`${says(reference)}; or a map with ${short[0]}`, ...alternatives(keys[short[0]]!.form), whole)
      : whole;
  }

  const { by, cases } = object.variants;
  return {
    form: "variants",
    name: object.kind,
    about,
    by,
    cases: Object.fromEntries(
      Object.entries(cases).map(([name, variant]) => {
        const provision = object.stateful ? provisionKey(name) : undefined;
        const foreign = foreignFields(object, name);
        const keys = fieldKeys(object, { ...object.fields, ...variant.fields }, variant);
        const refused = Object.fromEntries(
          [...foreign].map(([field, types]) => [
            field,
            key(
              "",
              { form: "anything" },
              {
                refused: {
                  code: "field-not-for-type",
                  message: `is a field of ${types.join(", ")}; ${name} has none`,
                  fix: "take it out",
                },
              },
            ),
          ]),
        );
        const noProvision: Record<string, Key> =
          object.stateful && !provision
            ? {
                provision: key(
                  "",
                  { form: "anything" },
                  {
                    refused: {
                      code: "field-not-for-type",
                      message: `cannot be done for ${name}`,
                      fix: "write the credentials",
                    },
                  },
                ),
              }
            : {};
        return [
          name,
          record(
            { ...refused, ...noProvision, ...keys, ...sets, ...parts, ...(provision && { provision }), ...language },
            { name: `${object.kind}-${name}`, about: variant.about },
          ),
        ];
      }),
    ),
  };
}

const alternatives = (form: Form): readonly Form[] => (form.form === "either" ? form.of : [form]);

/** Fields that only other variants have, with the names of those. */
function foreignFields(object: ObjectKind, own: string): Map<string, string[]> {
  const cases = object.variants!.cases;
  const foreign = new Map<string, string[]>();
  for (const [name, variant] of Object.entries(cases)) {
    for (const [field] of writable(variant.fields)) {
      if (!Object.hasOwn(cases[own]!.fields, field)) foreign.set(field, [...(foreign.get(field) ?? []), name]);
    }
  }
  return foreign;
}

function fieldKeys(object: ObjectKind, fields: Fields, variant?: Variant): Record<string, Key> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [
      name,
      field.output ? outputKey(field) : entryKey(object, name, field, variant),
    ]),
  );
}

const outputKey = (field: Field): Key =>
  key(
    field.about,
    { form: "anything" },
    { refused: { code: "output-field", message: "is filled in by iconik and cannot be written", fix: "take it out" } },
  );

function entryKey(object: ObjectKind, name: string, field: Field, variant?: Variant): Key {
  const { required, ...rest } = fieldKey(object, name, field, variant);
  if (name === object.key) {
    const { config: _, ...named } = rest;
    return { ...named, about: `${field.about} Left out: the label.` };
  }
  // The word by which variants are told apart is always needed: without it nothing else can be read.
  if (name === object.variants?.by) return { ...rest, required: true };
  const own: Unless[] = object.isSystem ? ["builtIn"] : [];
  if (required) return own.length > 0 ? { ...rest, requiredUnless: own } : { ...rest, required: true };
  if (variant && isNeededByContract(object, name, field, variant)) {
    // An object that is taken over has them; provisioning brings them.
    const brought: Unless[] = object.stateful && provisioning[variantName(object, variant)] ? ["provision"] : [];
    return { ...rest, requiredUnless: [...own, ...brought, "options.adopt"] };
  }
  return rest;
}

/**
 * Credentials and ids that the contract requires of the variant, whatever the definition says: what provisioning
 * brings, and what must be written without it.
 */
function isNeededByContract(object: ObjectKind, name: string, field: Field, variant: Variant): boolean {
  if (!field.within || field.canonical === "path" || variant.derive?.({ region: "x" })?.[name] !== undefined) {
    return false;
  }
  const wire = wireName(name, field);
  return bodiesOf(object).some(
    (body) => withinSchema(body, field.within!, variant)?.required?.includes(wire ?? "") ?? false,
  );
}

const variantName = (object: ObjectKind, variant: Variant): string =>
  Object.keys(object.variants!.cases).find((name) => object.variants!.cases[name] === variant)!;
