/** The grammar of tenant files: every key, built from the definitions and from what belongs to the language itself. */

import type { Field, Fields, ObjectKind, PartKind, Variant } from "../definition";
import { withinSchema, bodiesOf } from "../field-schema";
import { wireName } from "../naming";
import { date, fieldKey, reference, roleEntry, roleName } from "./field-form";
import { either, flag, key, list, record, text, words, yes, type Form, type Key, type RecordForm, type Unless } from "./form";
import { allow, clouds, guards, provisioning, provisionKey, tests } from "./later";
import { ownFields, rolesFieldOf, sectionsOf, shorthandOf, writable, type Kinds } from "./sections";

const label = text({ min: 1 });

const built = new WeakMap<Kinds, RecordForm>();

/** The whole language. Built once for the same kinds. */
export function grammarOf(kinds: Kinds): RecordForm {
  const known = built.get(kinds) ?? build(kinds);
  built.set(kinds, known);
  return known;
}

function build(kinds: Kinds): RecordForm {
  const sections = sectionsOf(kinds);
  const objects = sections.objects.map((object) => {
    const entry = entryForm(object, sections.nestedIn(object));
    return [object.section, key(object.about, labelled(entry, object))] as const;
  });
  const singles = sections.singles.map((part) => [part.section, key(part.about, partForm(part))] as const);
  const spread = sections.spread.map((part) => [part.section, key(part.about, spreadForm(part, kinds))] as const);
  return record({
    tenant: key("Which tenant it is.", tenantForm),
    roleSets: key("Named lists of roles, against repetition.", { form: "map", of: list(roleEntry, { distinct: true }), about: "a map of lists of roles", keyAbout: "Name of the set." }),
    addressSets: key("Named lists of addresses, against repetition.", { form: "map", of: list(text({ min: 1 }), { distinct: true }), about: "a map of lists of addresses", keyAbout: "Name of the set." }),
    knownRoles: key("Roles that this version does not know and that are right.", list(roleName, { distinct: true })),
    ...Object.fromEntries([...objects, ...spread, ...singles]),
    clouds: key("Where provisioning happens; left out: the cloud's usual configuration.", clouds, { later: "nothing is provisioned" }),
    release: key("Objects to be forgotten without being deleted, as section/label.", list(text({ format: "target" }), { distinct: true })),
    guards: key("What no run may undo.", guards, { later: "nothing is guarded" }),
    allow: key("Permitted exceptions.", allow, { later: "there is nothing that it would permit" }),
    tests: key("What must hold of the groups described here.", tests, { later: "no test is run" }),
  });
}

const tenantForm = record({
  domainId: key("Id of the tenant. Any other tenant is refused before the first write; only a tenant on loopback goes without.", text({ format: "uuid" })),
  model: key("What the tenant has: user groups, or teams and role groups (tenants made since October 2025). Left out: what the file uses.", words("userGroups", "teams")),
});

const labelled = (of: Form, object: ObjectKind): Form => ({
  form: "map",
  of,
  about: `a map of ${object.section}`,
  keyAbout: `Label, and the ${object.key} unless \`${object.key}:\` says otherwise.`,
});

/** One object, with what belongs to the language: options, renames, the parts written inside it. */
function entryForm(object: ObjectKind, nested: readonly { key: string; part: PartKind }[]): Form {
  const language: Record<string, Key> = {
    formerly: key("The label it had before, or several.", either("a label, or a list of labels", label, list(label, { distinct: true, min: 1 }))),
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
    return short ? either(`${reference.form === "either" ? reference.says : ""}; or a map with ${short[0]}`, ...alternatives(keys[short[0]]!.form), whole) : whole;
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
            key("", { form: "anything" }, {
              refused: {
                code: "field-not-for-type",
                message: `is a field of ${types.join(", ")}; ${name} has none`,
                fix: "take it out",
              },
            }),
          ]),
        );
        const noProvision: Record<string, Key> =
          object.stateful && !provision
            ? { provision: key("", { form: "anything" }, { refused: { code: "field-not-for-type", message: `cannot be done for ${name}`, fix: "write the credentials" } }) }
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
  key(field.about, { form: "anything" }, { refused: { code: "output-field", message: "is filled in by iconik and cannot be written", fix: "take it out" } });

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
  if (!field.within || field.canonical === "path" || variant.derive?.({ region: "x" })?.[name] !== undefined) return false;
  const wire = wireName(name, field);
  return bodiesOf(object).some((body) => withinSchema(body, field.within!, variant)?.required?.includes(wire ?? "") ?? false);
}

const variantName = (object: ObjectKind, variant: Variant): string =>
  Object.keys(object.variants!.cases).find((name) => object.variants!.cases[name] === variant)!;

const partForm = (part: PartKind): RecordForm =>
  record(
    {
      ...Object.fromEntries(ownFields(part).map(([name, field]) => [name, fieldKey(part, name, field)])),
      options: key("How Pulumi treats it.", options("part")),
    },
    { name: part.kind, about: part.about },
  );

/** A list for everyone, and lists by label for each sort of object that can have its own. */
function spreadForm(part: PartKind, kinds: Kinds): RecordForm {
  const [listName] = spreadList(part);
  const entries = addresses(part);
  const own = ownFields(part).filter(([name]) => name !== listName);
  return record(
    {
      ...Object.fromEntries(own.map(([name, field]) => [name, fieldKey(part, name, { ...field, required: undefined } as Field)])),
      ...(part.documents.some(({ by }) => by === undefined) && { everyone: key("The addresses for everyone.", entries) }),
      ...Object.fromEntries(
        part.documents.flatMap(({ by }) => {
          const field = by && part.fields[by];
          const target = field && field.type === "reference" ? kinds[field.to[0]!] : undefined;
          return by && target
            ? [[`${by}s`, key(`The addresses for one of ${target.section} each.`, { form: "map", of: entries, about: `a map of lists by label of ${target.section}`, keyAbout: `Label of one of ${target.section}.` } as Form)]]
            : [];
        }),
      ),
      options: key("How Pulumi treats the lists.", options("part")),
    },
    { name: part.kind, about: part.about },
  );
}

/** The list that a part of several documents consists of. */
export function spreadList(part: PartKind): [string, Field & { type: "set" | "list" }] {
  const found = ownFields(part).find(([, field]) => field.type === "set" || field.type === "list");
  if (!found) throw new Error(`${part.kind} is a part of several documents without a list`);
  return found as [string, Field & { type: "set" | "list" }];
}

function addresses(part: PartKind): Form {
  const [, field] = spreadList(part);
  const ends = {
    note: key("What it is.", text({ min: 1 })),
    expires: key("Last day.", date, { later: "the address does not end by itself" }),
  };
  const entry = field.of.type === "record" ? field.of.fields : {};
  const keys = Object.fromEntries(
    Object.entries(entry).map(([name, inner]): [string, Key] => [
      name,
      key(inner.about, inner.type === "reference" ? reference : text({ min: 1 }), { ...(inner.required && { required: true }), field: inner }),
    ]),
  );
  const others = Object.fromEntries(Object.entries(keys).filter(([, { required }]) => !required));
  return list(
    either(
      "{ ip: … } or { set: … }",
      record({ set: key("Address set.", label, { required: true }), ...others, ...ends }, { name: "addressSetEntry" }),
      record({ ...keys, ...ends }, { name: "addressEntry" }),
    ),
  );
}

/** What `options:` takes, of an object and of a part of a document. */
export function options(of: "object" | "part"): RecordForm {
  return record(
    {
      protect: key("Pulumi refuses to delete or replace it.", flag),
      retainOnDelete: key("Pulumi forgets it instead of deleting it.", flag),
      ...(of === "object"
        ? { adopt: key("An object that exists is taken over: when nothing would be written (exact), also when something would (converge), or the one of that id.", text({ format: "adoption" })) }
        : { onDestroy: key("Puts back what was there at the take-over. Left out: leaves it as it is.", words("restore")) }),
    },
    { name: of === "object" ? "options" : "partOptions" },
  );
}
