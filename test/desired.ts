/**
 * Descriptions of objects of every kind, made from what the definitions and the contract say of each field: random
 * ones, and one that has a value for everything. They refer to the objects of `seed`.
 */
import fc from "fast-check";
import { resolve, type JsonSchema } from "../provider/contract";
import { fieldsOf, type Definition, type Field, type Values } from "../provider/definition";
import { fieldSchema, innerSchema, isClearable, itemSchema } from "../provider/field-schema";
import { kinds } from "../provider/kinds";
import { lowerCamel } from "../provider/naming";
import { roles } from "../provider/roles";
import type { Kind, Seed } from "../provider/sandbox";

const id = (last: number): string => `5b1f0c9e-0000-4000-8000-${String(last).padStart(12, "0")}`;

/** What descriptions refer to. */
export const seed = {
  domain: { id: id(1), name: "Example" },
  groups: [
    { id: id(10), name: "Desk", roles: [] },
    { id: id(11), name: "Guests", roles: [] },
  ],
  teams: [
    { id: id(12), name: "Studio" },
    { id: id(13), name: "Field" },
  ],
  role_groups: [{ id: id(14), name: "Gallery", roles: [] }],
  users: [
    { id: id(20), email: "editor@example.com" },
    { id: id(21), email: "freelancer@example.com" },
    { id: id(22), email: "ci@example.com" },
  ],
  apps: [{ id: id(30), name: "Playout" }],
  acl_templates: [{ id: id(40), name: "Default" }],
  storages: [
    { id: id(50), name: "Playout", method: "FILE", purpose: "FILES", settings: { mount_point: "/mnt/playout" } },
  ],
} as const satisfies Seed;

/** Where the sandbox keeps objects of a kind. */
export const kept: Record<string, Kind> = {
  AclTemplate: "acl_templates",
  Application: "apps",
  ExportLocation: "export_locations",
  GroupMapping: "group_mappings",
  RoleGroup: "role_groups",
  Storage: "storages",
  Team: "teams",
  UserGroup: "groups",
};

/** An object of a kind in one of its forms: with one of its variants, or as a part of one of its documents. */
export interface Form {
  title: string;
  definition: Definition;
  /** The least that may be written. */
  least: Values;
}

/** Every form of every kind. */
export const forms: Form[] = Object.values(kinds).flatMap((definition): Form[] => {
  const form = (title: string, least: Values): Form => ({
    title: [definition.kind, title].filter(Boolean).join(" "),
    definition,
    least,
  });
  if (definition.shape === "part") {
    const needed = definition.kind === "ShieldAllowList" ? { addresses: [{ ip: "127.0.0.0/8" }] } : {};
    return definition.documents.map(({ by }) => {
      const whose = by === undefined ? {} : { [by]: { existing: by === "group" ? "Desk" : "Studio" } };
      return form(definition.documents.length > 1 ? (by ?? "tenant") : "", { ...whose, ...needed });
    });
  }
  const first = definition.examples[0];
  const required = Object.keys(definition.fields).filter((name) => definition.fields[name]!.required);
  const own = Object.fromEntries(
    required.map((name) => [
      name,
      definition.fields[name]!.type === "reference" ? some(definition.fields[name]!) : first[name],
    ]),
  );
  // Without a person to act for, an application's token is worth nothing.
  if (!definition.variants) return [form("", definition.fields.user ? { ...own, user: "ci@example.com" } : own)];
  const { by, cases } = definition.variants;
  return Object.entries(cases).map(([name, { example }]) => form(name, { ...own, [by]: name, ...example }));
});

const variantOf = ({ definition, least }: Form) =>
  definition.shape === "object" && definition.variants
    ? definition.variants.cases[String(least[definition.variants.by])]
    : undefined;

/** Fields of a form that may be written or not: what makes it this object, and its credentials, stay. */
export function freeFields(form: Form): [string, Field][] {
  const { definition, least } = form;
  const fixed = new Set(
    definition.shape === "object"
      ? [definition.key, definition.variants?.by, "purpose"]
      : definition.documents.map(({ by }) => by),
  );
  const others =
    definition.kind === "ShieldAllowList" && (least.group !== undefined || least.team !== undefined)
      ? ["group", "team", "enabled"]
      : definition.kind === "ShieldAllowList"
        ? ["group", "team"]
        : [];
  return Object.entries(fieldsOf(definition, least)).filter(
    ([name, field]) =>
      !field.output &&
      !fixed.has(name) &&
      !others.includes(name) &&
      !credentials.includes(name) &&
      !impossible(form, name),
  );
}

/** They come together or not at all (see the variants' checks): the example of the variant has them right. */
const credentials = ["credentials", "accessKey", "secretKey", "sessionToken"];

/** Help page: only cloud storage can be the default for uploads. */
const impossible = ({ least }: Form, name: string): boolean =>
  name === "default" && ["file", "portal"].includes(String(least.type));

/** May the field be emptied by null? */
export const clearable = (form: Form, name: string): boolean => isClearable(form.definition, name, variantOf(form));

/** Any value of a field of a form. */
export function valueOf(form: Form, name: string): fc.Arbitrary<unknown> {
  const field = fieldsOf(form.definition, form.least)[name]!;
  const values = anyOf(field, fieldSchema(form.definition, name, variantOf(form)));
  // The run itself comes from this machine.
  if (form.definition.kind === "ShieldAllowList" && name === "addresses") {
    return (values as fc.Arbitrary<unknown[]>).map((entries) => [{ ip: "127.0.0.0/8" }, ...entries]);
  }
  return values;
}

/** Ways of writing nothing into a field: an empty list or text, and `clear` where iconik has an empty value. */
export function emptyOf(form: Form, name: string): unknown[] {
  const field = fieldsOf(form.definition, form.least)[name]!;
  if (field.required) return [];
  const schema = fieldSchema(form.definition, name, variantOf(form));
  return [
    ...(["list", "set", "roles"].includes(field.type) ? [[]] : []),
    ...(field.type === "string" && !schema?.format && !field.canonical && !field.secret && !field.hidden ? [""] : []),
    ...(field.via?.shape === "document" ? [false] : []),
    ...(field.type === "access" ? [{ groups: [] }, { groups: [], teams: [], users: [] }] : []),
    ...(clearable(form, name) ? [{ clear: true }] : []),
  ];
}

/** Any description of this form. */
export function anyValues(form: Form): fc.Arbitrary<Values> {
  const parts = freeFields(form).map(([name, field]) => {
    const value = valueOf(form, name);
    if (field.required) return value;
    const empty = emptyOf(form, name);
    const absent = fc.constant(undefined);
    return fc.oneof(
      { weight: 2, arbitrary: absent },
      { weight: 3, arbitrary: value },
      ...(empty.length > 0 ? [fc.constantFrom(...empty)] : []),
    );
  });
  const names = freeFields(form).map(([name]) => name);
  return fc.tuple(...parts).map((values) => ({
    ...form.least,
    ...Object.fromEntries(names.flatMap((name, index) => (values[index] === undefined ? [] : [[name, values[index]]]))),
  }));
}

/** Another description of an object that is as described before: some fields otherwise, what cannot change as it was. */
export const anyEdit = (form: Form, before: Values): fc.Arbitrary<Values> =>
  anyValues(form).chain((other) =>
    fc
      .subarray(
        freeFields(form)
          .filter(([, field]) => !field.immutable)
          .map(([name]) => name),
      )
      .map((changed) => {
        const after = { ...before };
        for (const name of changed) {
          if (other[name] === undefined) delete after[name];
          else after[name] = other[name];
        }
        return after;
      }),
  );

/** A description with a value for every field: the same one each time. */
export const whole = (form: Form): Values => ({
  ...form.least,
  ...Object.fromEntries(freeFields(form).map(([name]) => [name, example(valueOf(form, name))])),
});

/** One value that is not nothing; the same one each time. */
export const example = (values: fc.Arbitrary<unknown>, nth = 0): unknown =>
  fc.sample(
    values.filter((value) => !isNothing(value)),
    { numRuns: nth + 1, seed: 2026 },
  )[nth];

const isNothing = (value: unknown): boolean =>
  value === "" ||
  value === false ||
  (typeof value === "object" && value !== null && Object.values(value).every((inner) => isNothing(inner)));

const texts = fc.oneof(
  fc.constantFrom(
    "plain",
    "två ord",
    "🎬 take",
    "null",
    "true",
    "0",
    "-",
    "line\nbreak",
    " around ",
    `" ' \\ \``,
    "${x} {{y}}",
    "__proto__",
    "<b>&amp;",
    "%2e%2e/",
    "*.tmp",
    "re:^\\.",
  ),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
);

function anyOf(field: Field, declared: JsonSchema | undefined): fc.Arbitrary<unknown> {
  const schema = declared && resolve(declared);
  switch (field.type) {
    case "string":
      if (field.canonical) return fc.constantFrom(...spellings[field.canonical]);
      if (schema?.format === "url") return fc.constantFrom("https://example.com/", "https://example.com/a?b=c");
      // What is secret is masked in messages, and must not be a word of theirs.
      return field.secret ? texts.map((text) => `secret ${text}`) : texts;
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.integer({
        min: Math.max(schema?.minimum ?? 1, -1_000),
        max: Math.min(schema?.maximum ?? 1_000, 100_000),
      });
    case "number":
      return fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
    case "choice":
      return fc.constantFrom(...field.values.map(lowerCamel));
    case "list":
      return fc.array(anyOf(field.of, itemSchema(schema)), { maxLength: 4 });
    case "set":
      return fc.array(anyOf(field.of, itemSchema(schema)), { maxLength: 4 });
    case "record":
      return fc.record(
        Object.fromEntries(
          Object.entries(field.fields).map(([name, inner]) => {
            const { schema: its, clearable: empties } = innerSchema(schema, name, inner);
            const value = anyOf(inner, its);
            return [
              name,
              empties && !inner.required
                ? fc.oneof({ weight: 4, arbitrary: value }, fc.constant({ clear: true }))
                : value,
            ];
          }),
        ),
        { requiredKeys: Object.keys(field.fields).filter((name) => field.fields[name]!.required) },
      );
    case "json":
      // JobsWidgetOption: the only one there is.
      return fc.record(
        {
          columns: fc.array(texts, { maxLength: 3 }),
          limit: fc.integer({ min: 1, max: 50 }),
          filters: fc.dictionary(fc.constantFrom("status", "type"), texts),
        },
        { requiredKeys: [] },
      );
    case "roles":
      return fc.shuffledSubarray([...roles.keys()], { maxLength: 6 });
    case "reference":
      return fc.constantFrom(some(field), ...referred(field).map((object) => object.id));
    case "user":
      return fc.constantFrom(...seed.users.map(({ email }) => email), "Editor@Example.com");
    case "external":
      return fc.constantFrom(id(90), id(91), id(92));
    case "access":
      return fc.record(
        {
          groups: members("group", [{ existing: "Desk" }, id(11)]),
          teams: members("team", [{ existing: "Studio" }, id(13)]),
          users: members("user", ["editor@example.com", "freelancer@example.com"]),
        },
        { requiredKeys: [] },
      );
  }
}

const spellings = {
  path: ["media", "/media/", "a/b", "a//b/", "Å/ö"],
  endpoint: ["https://s3.example.com", "s3.example.com", "https://S3.Example.com/", "http://192.0.2.10:9000"],
  address: ["192.0.2.10", "203.0.113.0/24", "198.51.100.128/25", "198.51.100.7/32"],
};

const members = (sort: string, who: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc
    .subarray([...who])
    .chain((chosen) =>
      fc.tuple(
        ...chosen.map((member) =>
          fc
            .subarray(["read", "write", "delete", "changeAcl"], { minLength: 1 })
            .map((permissions) => ({ [sort]: member, permissions })),
        ),
      ),
    );

type Named = { id: string; name: string };
function referred(field: Field): readonly Named[] {
  const lists = seed as unknown as Record<string, Named[]>;
  return (field.type === "reference" ? field.to : []).flatMap((kind) => lists[kept[kind]!] ?? []);
}

/** One of the objects that a field may refer to, by its name. */
function some(field: Field): unknown {
  return { existing: referred(field)[0]!.name };
}
