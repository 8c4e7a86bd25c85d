/** The JSON Schema and the reference say what the loader says. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse as parseYaml, stringify } from "yaml";
import { object, text } from "../provider/definition";
import { kinds } from "../provider/kinds";
import { codes } from "../provider/tenant";
import { conform } from "../provider/tenant/language/conform";
import type { Finding } from "../provider/tenant/diagnostics";
import type { Form, Format } from "../provider/tenant/language/form";
import { grammarOf } from "../provider/tenant/language/grammar";
import { parse } from "../provider/tenant/files/parse";
import { reference } from "../provider/tenant/docs/reference";
import { tenantSchema } from "../provider/tenant/docs/schema";
import { sourceText } from "../provider/tenant/files/text";
import { cases } from "./tenant/cases";
import { load, said } from "./tenant/inline";

const schema = tenantSchema(kinds);
const grammar = grammarOf(kinds);
const validate = addFormats(
  new Ajv({ allErrors: true, strict: true, strictRequired: false, strictTypes: false }),
).compile(schema);

/** Errors of form that the loader finds in a file; undefined when it is no YAML. */
function formErrors(yaml: string): Finding[] | undefined {
  const findings: Finding[] = [];
  const report = (code: Finding["code"], at: Finding["at"], message: string) =>
    void findings.push({ code, at, message });
  const tree = parse(sourceText("tenant.yaml", yaml, 0, false), report);
  if (!tree || findings.length > 0) return undefined;
  conform(grammar, tree, report);
  return findings.filter(({ code }) => codes[code].severity === "error");
}

function agree(yaml: string): void {
  const errors = formErrors(yaml);
  if (errors === undefined) return;
  const isValid = validate(parseYaml(yaml));
  const said = `${yaml}\nloader: ${JSON.stringify(errors.map(({ code, message }) => `${code} ${message}`))}\nschema: ${JSON.stringify(validate.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`))}`;
  expect(isValid, said).toBe(errors.length === 0);
}

describe("the schema", () => {
  test("holds for the whole example", () => {
    const yaml = readFileSync(join(__dirname, "tenant/whole.yaml"), "utf8");
    agree(yaml);
    expect(validate(parseYaml(yaml))).toBe(true);
  });

  test.each(
    Object.entries(cases).flatMap(([group, list]) => list.map(([what, yaml]) => [`${group}: ${what}`, yaml] as const)),
  )("agrees with the loader on %s", (_, yaml) => {
    agree(yaml);
  });

  test("agrees with the loader on whatever may be written", () => {
    fc.assert(
      fc.property(arbitrary(grammar, 0), (value) =>
        agree(stringify(value, { version: "1.2", aliasDuplicateObjects: false })),
      ),
      { numRuns: 1500 },
    );
  });

  test("describes every key, and offers roles without insisting", () => {
    const { definitions } = schema as { definitions: Record<string, any> };
    const undescribed = Object.entries(definitions).flatMap(([name, { properties = {} }]) =>
      Object.entries<any>(properties).flatMap(([key, property]) =>
        property.description === undefined && !["existing", "fromConfig", "clear"].includes(key)
          ? [`${name}.${key}`]
          : [],
      ),
    );
    expect(undescribed).toEqual([]);
    expect(definitions.roleName.anyOf[0].enum).toContain("can_read_assets");
    expect(validate({ userGroups: { A: { roles: ["can_teleport_assets"] } } })).toBe(true);
  });

  test("knows what belongs to each type of storage", () => {
    const { definitions } = schema as { definitions: Record<string, any> };
    expect(definitions["Storage-azure"].properties).toHaveProperty("container");
    expect(definitions["Storage-azure"].properties).not.toHaveProperty("bucket");
    expect(definitions.Storage.properties.type.enum).toContain("azure");
  });
});

describe("a kind that is added", () => {
  const recipient = object({
    kind: "LogsRecipient",
    section: "logsRecipients",
    about: "A place that log entries are sent to.",
    path: "/API/stats/v1/system/logs/recipients/{logs_recipient_id}/",
    key: "name",
    fields: { name: text("Its name.", { required: true }), token: text("A word.", { secret: true, wire: null }) },
    examples: [{ name: "Audit", token: "hush" }],
  });
  const more = { ...kinds, LogsRecipient: recipient };

  test("is in the schema", () => {
    const both = addFormats(new Ajv({ strict: false })).compile(tenantSchema(more));
    expect(both({ logsRecipients: { Audit: { token: { fromConfig: "x" } } } })).toBe(true);
    expect(both({ logsRecipients: { Audit: { token: "x" } } })).toBe(false);
  });

  test("is in the reference, with its example and the roles it needs", () => {
    const page = reference(more);
    expect(page).toContain("## logsRecipients");
    expect(page).toContain("`can_write_logs_recipients`");
    expect(page).toContain("token: { fromConfig: audit.token }");
    expect(page).not.toContain("hush");
  });
});

describe("the reference", () => {
  const page = reference(kinds);
  const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml]) => yaml!);

  test("has an example of every kind and of every type of storage", () => {
    for (const { section } of Object.values(kinds))
      expect(
        examples.some((yaml) => yaml.startsWith(`${section.split(".")[0]}:`)),
        section,
      ).toBe(true);
    const storage = kinds.Storage!;
    const types = storage.shape === "object" ? Object.keys(storage.variants!.cases) : [];
    for (const type of types)
      expect(
        examples.some((yaml) => yaml.includes(`type: ${type}\n`)),
        type,
      ).toBe(true);
  });

  test.each(examples.map((yaml) => [yaml.split("\n").slice(0, 3).join(" "), yaml] as const))(
    "its example %s is right, and warns of nothing but costs",
    (_, yaml) => {
      agree(yaml);
      expect(said(load(yaml)).filter((line) => !line.endsWith("costs"))).toEqual([]);
    },
  );

  test("names every section, every field that can be written, and every code", () => {
    for (const section of Object.keys(grammar.keys)) expect(page).toContain(`## ${section}\n`);
    for (const code of Object.keys(codes)) expect(page).toContain(`| \`${code}\``);
    for (const { fields } of Object.values(kinds)) {
      const names = Object.keys(fields).filter((name) => !fields[name]!.output && fields[name]!.type !== "reference");
      for (const name of names.filter((one) => one !== "addresses")) expect(page).toContain(`| \`${name}\``);
    }
  });
});

const samples: Record<Format, string> = {
  uuid: "5b1f0c9e-0000-4000-8000-000000000001",
  email: "editor@example.com",
  date: "2026-12-31",
  reason: "CHG-1",
  url: "https://s3.example.com",
  adoption: "exact",
  target: "userGroups/Externals",
  targets: "userGroups/*",
  configKey: "ns:key",
};

/** Values that have a form, or nearly: one in a few is something else. */
function arbitrary(form: Form, depth: number): fc.Arbitrary<unknown> {
  const slip = fc.oneof(
    fc.constantFrom<unknown>(
      true,
      false,
      0,
      -1,
      1.5,
      1e9,
      "",
      "x",
      "yes",
      "2026",
      null,
      [],
      {},
      ["x", "x"],
      { clear: true },
      { fromConfig: "a" },
      { fromConfig: "" },
      { fromConfig: "a", x: 1 },
      { existing: "Everyone" },
      { id: "x" },
    ),
  );
  return fc.oneof({ weight: 30, arbitrary: fitting(form, depth) }, { weight: 1, arbitrary: slip });
}

function fitting(form: Form, depth: number): fc.Arbitrary<unknown> {
  switch (form.form) {
    case "text":
      return form.format ? fc.constant(samples[form.format]) : fc.constantFrom("a", "b", "Editors", "can_search");
    case "flag":
      return form.only === undefined ? fc.boolean() : fc.constant(form.only);
    case "number":
      return fc.integer({ min: Math.max(form.min ?? 0, -5), max: Math.min(form.max ?? 100, 100) });
    case "words":
      return fc.constantFrom(...form.words);
    case "list":
      return fc.array(arbitrary(form.of, depth + 1), { minLength: form.min ?? 0, maxLength: 2 });
    case "map":
      return fc.dictionary(
        form.keys?.format ? fc.constant(samples[form.keys.format]) : fc.constantFrom("a", "b", "Editors"),
        arbitrary(form.of, depth + 1),
        { maxKeys: 2 },
      );
    case "either":
      return fc.oneof(...form.of.map((one) => fitting(one, depth)));
    case "variants":
      return fc
        .constantFrom(...Object.entries(form.cases))
        .chain(([name, record]) => fitting(record, depth).map((value) => ({ ...(value as object), [form.by]: name })));
    case "record": {
      const needed = Object.keys(form.keys).filter(
        (name) => form.keys[name]!.required ?? form.keys[name]!.requiredUnless,
      );
      const others = Object.keys(form.keys).filter((name) => !needed.includes(name));
      const some = fc.subarray(others, { maxLength: Math.min(others.length, 4) });
      const all = fc.oneof(
        { weight: 12, arbitrary: fc.constant(needed) },
        { weight: 1, arbitrary: fc.subarray(needed) },
      );
      const stray = fc.oneof(
        { weight: 40, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.constantFrom(["nope"], ["__proto__"]) },
      );
      return fc.tuple(all, some, stray).chain(([required, optional, unknown]) => {
        const keys = [...required, ...optional].map((name) => [name, property(form.keys[name]!, depth)] as const);
        return fc
          .record(Object.fromEntries(keys))
          .map((value) => Object.fromEntries([...Object.entries(value), ...unknown.map((name) => [name, 1])]));
      });
    }
    case "anything":
      return fc.constantFrom<unknown>(1, "x", [1], { a: 1 });
  }
}

function property(key: { form: Form; config?: true | "only"; clear?: true }, depth: number): fc.Arbitrary<unknown> {
  const ways: fc.Arbitrary<unknown>[] = key.config === "only" ? [] : [arbitrary(key.form, depth + 1)];
  if (key.config) ways.push(fc.constant({ fromConfig: "a.b" }));
  if (key.clear) ways.push(fc.constant({ clear: true }));
  return fc.oneof(...ways);
}
