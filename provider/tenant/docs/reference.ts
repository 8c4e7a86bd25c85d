/** The reference of the tenant language, as Markdown: every section and key, its limits, its roles, an example. */

import type { Definition, ObjectKind } from "../../definition";
import { codes } from "../codes";
import type { Form, Key, RecordForm, VariantsForm } from "../language/form";
import { grammarOf } from "../language/grammar";
import { options } from "../language/part-form";
import { sectionsOf, shorthandOf, type Kinds, type Sections } from "../language/sections";
import { objectExample, partExample } from "./example";
import { accessPage, rolesPage } from "./permissions";
import { rolesTable } from "./roles-needed";
import { rules } from "./rules";
import { keyTable, rowsOf, table, valueOf } from "./tables";

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
    ...table(
      ["Section", "What it holds"],
      Object.entries(grammar.keys).map(([name, { about }]) => [`[\`${name}\`](#${name.toLowerCase()})`, about]),
    ),
    "## options",
    "",
    "Of every entry:",
    "",
    ...keyTable(options("object")),
    "Of settings and lists:",
    "",
    ...keyTable(options("part")),
    ...accessPage,
    ...described.flatMap((definition) => kindPage(definition, grammar.keys[definition.section]!.form, sections)),
    ...others.flatMap(([name, key]) => languagePage(name, key)),
    ...rolesPage(),
    "## Diagnostics",
    "",
    "Errors stop everything; warnings do not. Those marked † are silenced by `# iconik-ignore <code>: reason` at the end of the line.",
    "",
    ...table(
      ["Code", "", "Meaning"],
      Object.entries(codes).map(([code, { severity, says, ...rest }]) => [
        `\`${code}\`${"silenceable" in rest ? " †" : ""}`,
        severity,
        says,
      ]),
    ),
  ].join("\n");
}

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
    ...rolesTable(
      definition,
      nested.map(({ part }) => part),
    ),
  ];
  const entry = entryOf(form);
  const short = definition.shape === "object" ? shorthandOf(definition) : undefined;
  if (short) page.push(`An entry may be its \`${short[0]}\` alone, as in the example.`, "");
  if (entry?.form === "variants") page.push(...variantPages(definition as ObjectKind, entry));
  else if (entry) page.push(...keyTable(entry));
  page.push(...example(definition.shape === "object" ? objectExample(definition) : partExample(definition, sections)));
  for (const { key, part } of nested) {
    const inner = entry?.form === "record" ? entry.keys[key]!.form : undefined;
    page.push(
      `### ${section}: ${key}`,
      "",
      part.about,
      "",
      ...(inner?.form === "record" ? keyTable(inner) : []),
      ...example(partExample(part, sections)),
    );
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
        ...(derived.length > 0
          ? [`Left out, ${derived.map((key) => `\`${key}\``).join(", ")} follows from the region.`, ""]
          : []),
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

function languagePage(name: string, { form, about }: Key): string[] {
  const entry = entryOf(form);
  const inner = form.form === "list" || form.form === "map" ? entryOf(form.of) : entry;
  return [
    `## ${name}`,
    "",
    about,
    "",
    ...(inner?.form === "record"
      ? keyTable(inner)
      : inner?.form === "variants"
        ? [inner.about, "", ...variantTables(inner)]
        : [`Value: ${valueOf(form)}.`, ""]),
  ];
}

const variantTables = (form: VariantsForm): string[] =>
  groupsOf(form).flatMap(({ types, keys }) => [
    `${heading(form.by, types, Object.keys(form.cases))}:`,
    "",
    ...keyTable({ form: "record", keys }),
  ]);

/** The record behind a section: of its entries, where it has labels. */
function entryOf(form: Form): RecordForm | VariantsForm | undefined {
  if (form.form === "record" || form.form === "variants") return form;
  if (form.form === "map") return entryOf(form.of);
  if (form.form !== "either") return undefined;
  const records = form.of.flatMap((one) => entryOf(one) ?? []);
  return records[records.length - 1];
}

const example = (yaml: string): string[] => ["```yaml", yaml.trimEnd(), "```", ""];
