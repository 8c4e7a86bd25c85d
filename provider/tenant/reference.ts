/** The reference of the tenant language, as Markdown: every section and key, its limits, its roles, an example. */

import { contract } from "../contract";
import type { Definition, Field, ObjectKind } from "../definition";
import { collectionOf } from "../field-schema";
import { codes } from "./codes";
import { objectExample, partExample } from "./example";
import { formats, type Form, type Key, type RecordForm, type VariantsForm } from "./form";
import { grammarOf, options } from "./grammar";
import { sectionsOf, type Kinds, type Sections } from "./sections";

/** Everything, as one page. */
export function reference(kinds: Kinds): string {
  const grammar = grammarOf(kinds);
  const sections = sectionsOf(kinds);
  const described = [...sections.objects, ...sections.spread, ...sections.singles];
  const others = Object.entries(grammar.keys).filter(([name]) => !described.some(({ section }) => section === name));
  return [
    "# Tenant file",
    "",
    "Generated from the definitions by `npm run generate`. Do not edit.",
    "",
    ...rules,
    "## Sections",
    "",
    ...table(["Section", "What it holds"], Object.entries(grammar.keys).map(([name, { about }]) => [`[\`${name}\`](#${name.toLowerCase()})`, about])),
    "## options",
    "",
    "Of every entry:",
    "",
    ...keyTable(options("object")),
    "Of settings and lists:",
    "",
    ...keyTable(options("part")),
    ...described.flatMap((definition) => kindPage(definition, grammar.keys[definition.section]!.form, sections)),
    ...others.flatMap(([name, key]) => languagePage(name, key)),
    "## Diagnostics",
    "",
    "Errors stop everything; warnings do not. Those marked † are silenced by `# iconik-ignore <code>: reason` at the end of the line.",
    "",
    ...table(
      ["Code", "", "Meaning"],
      Object.entries(codes).map(([code, { severity, says, ...rest }]) => [`\`${code}\`${"silenceable" in rest ? " †" : ""}`, severity, says]),
    ),
  ].join("\n");
}

const rules = [
  "## Rules",
  "",
  "- **Not written is not managed.** A key that is left out is neither read nor changed. `[]` and `{}` mean none. `{ clear: true }` empties a field, where this page says so. A key without a value (null) is an error.",
  "- **Labels.** The key of an entry is its label: other entries refer to it, and it is the object's name unless `name:` says otherwise. A label that fits objects of two kinds is written `section/label`.",
  "- **Renames.** `formerly: Old` tells that the entry had another label. A new entry under the old label waits for the next run.",
  "- **References** are labels, or `{ existing: Name }` for an object that is not described here. Ids of what this package does not know are `{ id: … }`. People are e-mail addresses.",
  "- **Values from outside.** `{ fromConfig: key }` takes a value of the Pulumi stack config. A secret can be written in no other way. Names, references, roles, permissions, addresses and choices must stand in the file.",
  "- **An entry that is taken out is deleted**, unless `release: [section/label]` lets go of it. Storages are protected by Pulumi unless `options: { protect: false }` says otherwise. Settings and lists that are taken out stay as they are, unless `options: { onDestroy: restore }` puts back what was there before.",
  "- **Adoption.** An object that exists already is refused. `options: { adopt: exact }` takes it over when nothing would be written, `converge` also when something would, an id tells which one. `builtIn: true` marks what iconik makes itself.",
  "- **Several files.** A folder is the union of its `.yaml` and `.yml` files; a key that two of them set is an error, and an entry stands in one file as a whole. Overlays are laid over the base: maps key by key, lists as a whole, null removes a key. Sets are expanded after that.",
  "- **YAML 1.2 core.** Anchors and aliases work; merge keys, duplicate keys and several documents do not.",
  "",
];

function kindPage(definition: Definition, form: Form, sections: Sections): string[] {
  const { section, about, model } = definition;
  const nested = definition.shape === "object" ? sections.nestedIn(definition) : [];
  const page = [
    `## ${section}`,
    "",
    about,
    "",
    ...(model ? [`Only in tenants with ${model === "teams" ? "teams and role groups" : "user groups"}. `, ""] : []),
    `Class \`${definition.kind}\`${nested.map(({ key, part }) => `; \`${key}\` is a resource of its own, class \`${part.kind}\``).join("")}.`,
    "",
    ...rolesTable(definition, nested.map(({ part }) => part)),
  ];
  const entry = entryOf(form);
  if (entry?.form === "variants") page.push(...variantPages(definition as ObjectKind, entry));
  else if (entry) page.push(...keyTable(entry));
  page.push(...example(definition.shape === "object" ? objectExample(definition) : partExample(definition, sections)));
  for (const { key, part } of nested) {
    const inner = entry?.form === "record" ? entry.keys[key]!.form : undefined;
    page.push(`### ${section}: ${key}`, "", part.about, "", ...(inner?.form === "record" ? keyTable(inner) : []), ...example(partExample(part, sections)));
  }
  return page;
}

function variantPages(object: ObjectKind, form: VariantsForm): string[] {
  const { by } = form;
  const names = Object.keys(form.cases);
  const groups = groupsOf(form);
  return [
    ...groups
      .filter(({ types }) => types.length > 2)
      .sort((a, b) => b.types.length - a.types.length)
      .flatMap(({ types, keys }) => [`${heading(by, types, names)}:`, "", ...keyTable({ form: "record", keys })]),
    ...names.flatMap((name) => {
      const own = groups.filter(({ types }) => types.length <= 2 && types.includes(name)).map(({ keys }) => keys);
      const variant = object.variants!.cases[name]!;
      const derived = Object.keys(variant.derive?.({ region: "eu-central-1" }) ?? {}).filter((key) => key !== "region");
      return [
        `### ${by}: ${name}`,
        "",
        variant.about,
        "",
        ...(derived.length > 0 ? [`Left out, ${derived.map((key) => `\`${key}\``).join(", ")} follows from the region.`, ""] : []),
        ...keyTable({ form: "record", keys: Object.assign({}, ...own) as RecordForm["keys"] }),
        ...example(objectExample(object, name)),
      ];
    }),
    "### Whole example",
    "",
  ];
}

const heading = (by: string, types: readonly string[], all: readonly string[]): string =>
  types.length === all.length ? `Of every ${by}` : `Of ${types.map((type) => `\`${type}\``).join(", ")}`;

/** Keys that several types share word for word, by the types that have them. */
function groupsOf({ cases }: VariantsForm): { types: string[]; keys: Record<string, Key> }[] {
  const rows = new Map<string, { name: string; key: Key; types: string[] }>();
  for (const [type, { keys }] of Object.entries(cases)) {
    for (const [name, key] of Object.entries(keys)) {
      if (key.refused) continue;
      const row = JSON.stringify(rowsOf(name, key, 0));
      rows.set(row, { name, key, types: [...(rows.get(row)?.types ?? []), type] });
    }
  }
  const groups = new Map<string, { types: string[]; keys: Record<string, Key> }>();
  for (const { name, key, types } of rows.values()) {
    const id = types.join();
    groups.set(id, { types, keys: { ...groups.get(id)?.keys, [name]: key } });
  }
  return [...groups.values()];
}

function languagePage(name: string, { form, about, later }: Key): string[] {
  const entry = entryOf(form);
  const inner = form.form === "list" || form.form === "map" ? entryOf(form.of) : entry;
  return [
    `## ${name}`,
    "",
    `${about}${later ? ` **No effect yet:** ${later}.` : ""}`,
    "",
    ...(inner?.form === "record" ? keyTable(inner) : [`Value: ${valueOf(form)}.`, ""]),
  ];
}

/** The record behind a section: of its entries, where it has labels. */
function entryOf(form: Form): RecordForm | VariantsForm | undefined {
  if (form.form === "record" || form.form === "variants") return form;
  if (form.form === "map") return entryOf(form.of);
  if (form.form !== "either") return undefined;
  const records = form.of.flatMap((one) => entryOf(one) ?? []);
  return records[records.length - 1];
}

function keyTable({ keys }: RecordForm): string[] {
  const rows = Object.entries(keys).flatMap(([name, key]) => rowsOf(name, key, 0));
  return rows.length > 0 ? table(["Key", "Value", "What it is"], rows) : [];
}

/** A key, and under it the keys of its record. */
function rowsOf(name: string, key: Key, depth: number): string[][] {
  if (key.refused) return [];
  const own = [`\`${name}\``, cell(key), about(key)];
  const isWord = ["reference", "external", "access"].includes(key.field?.type ?? "") || name === "options" || name === "settings";
  const inner = isWord || depth > 3 ? undefined : recordIn(key.form, name);
  return [own, ...Object.entries(inner?.record.keys ?? {}).flatMap(([below, one]) => rowsOf(`${inner!.path}.${below}`, one, depth + 1))];
}

/** The record that a value is, or that the items of a list are. */
function recordIn(form: Form, path: string): { record: RecordForm; path: string } | undefined {
  if (form.form === "record") return { record: form, path };
  if (form.form === "list") return recordIn(form.of, `${path}[]`);
  return form.form === "either" ? form.of.flatMap((one) => recordIn(one, path) ?? [])[0] : undefined;
}

function cell(key: Key): string {
  const marks = [
    ...(key.required ? ["**required**"] : []),
    ...(key.requiredUnless ? [`**required**${key.requiredUnless.length > 0 ? ` unless ${key.requiredUnless.map((other) => `\`${other}\``).join(" or ")}` : ""}`] : []),
    ...(key.config === "only" ? ["**secret**"] : []),
    ...(key.clear ? ["can be cleared"] : []),
  ];
  return [key.config === "only" ? "`{ fromConfig: key }`" : valueOf(key.form), ...marks].join("; ");
}

function about({ about: text, field, later }: Key): string {
  return [
    text,
    ...(field?.immutable === "refuse" ? [`Cannot be changed: ${field.instead}.`] : []),
    ...(field?.immutable === "replace" ? ["A change deletes the object and makes a new one."] : []),
    ...(later ? [`**No effect yet:** ${later}.`] : []),
  ].join(" ");
}

const huge = 2 ** 31 - 1;

function valueOf(form: Form): string {
  switch (form.form) {
    case "text":
      return form.format ? formats[form.format].says : form.suggestions ? "role" : form.max === undefined ? "text" : `text, up to ${form.max} characters`;
    case "flag":
      return form.only === undefined ? "true or false" : `${form.only}`;
    case "number": {
      const min = form.min !== undefined && form.min > -huge ? form.min : undefined;
      const max = form.max !== undefined && form.max < huge ? form.max : undefined;
      const range = min === undefined ? (max === undefined ? "" : `, at most ${max}`) : max === undefined ? `, at least ${min}` : `, ${min} to ${max}`;
      return `${form.whole ? "whole number" : "number"}${range}`;
    }
    case "words":
      return form.words.map((word) => `\`${word}\``).join(", ");
    case "list":
      return `list of: ${valueOf(form.of)}${form.max === undefined ? "" : `; up to ${form.max}`}`;
    case "map":
      return form.about;
    case "record":
      return form.name === "access" ? "`groups`, `teams`, `users`: what each may do" : form.keys.id && Object.keys(form.keys).length === 1 ? "`{ id: … }`" : "map";
    case "variants":
      return "map";
    case "either":
      return form.says;
    case "anything":
      return "anything";
  }
}

/** What the token needs, by the contract. */
function rolesTable(definition: Definition, parts: readonly Definition[]): string[] {
  const rows = [
    ...pathsOf(definition),
    ...parts.flatMap(pathsOf),
  ];
  const needs = (keys: readonly string[]) => [...new Set(keys.flatMap((key) => contract.operations[key]?.roles ?? []))].sort();
  const read = needs(rows.flatMap(({ read }) => read));
  const write = needs(rows.flatMap(({ write }) => write));
  const remove = needs(rows.flatMap(({ remove }) => remove));
  const words = (list: readonly string[]) => (list.length > 0 ? list.map((role) => `\`${role}\``).join(", ") : "none documented");
  return table(["To", "the token needs"], [["read", words(read)], ["write", words(write)], ["delete", words(remove)]]);
}

interface Operations {
  read: string[];
  write: string[];
  remove: string[];
}

function pathsOf(definition: Definition): Operations[] {
  if (definition.shape === "part") {
    return definition.documents.map(({ path }) => ({ read: [`GET ${path}`], write: [`PATCH ${path}`], remove: [`PATCH ${path}`] }));
  }
  const { path } = definition;
  const list = collectionOf(path);
  const own = { read: [`GET ${list}`, `GET ${path}`], write: [`POST ${list}`, ...(definition.replaced ? [] : [`PATCH ${path}`])], remove: [`DELETE ${path}`] };
  return [own, ...Object.values(definition.fields).flatMap(satellitePaths)];
}

function satellitePaths({ via }: Field): Operations[] {
  switch (via?.shape) {
    case "toggle":
      return [{ read: [], write: [`POST ${via.path}`, `DELETE ${via.path}`], remove: [] }];
    case "document":
      return [{ read: [`GET ${via.path}`], write: [`POST ${via.path}`, `DELETE ${via.path}`], remove: [] }];
    case "token":
      return [{ read: [`GET ${via.list}`], write: [`POST ${via.mint}`, `DELETE ${via.revoke}`], remove: [] }];
    case "accessList": {
      const group = "/API/acls/v1/groups/{group_id}/acl/{object_type}/{object_key}/";
      return [{ read: ["GET /API/acls/v1/acl/{object_type}/{object_key}/"], write: [`PUT ${group}`, `DELETE ${group}`], remove: [] }];
    }
    default:
      return [];
  }
}

const example = (yaml: string): string[] => ["```yaml", yaml.trimEnd(), "```", ""];

function table(head: string[], rows: readonly string[][]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((text) => text.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line), ""];
}
