/** Every rule of the tenant language, broken: what is said, and where. */

import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { allFields, type ObjectKind, type Values } from "../provider/definition";
import { kinds } from "../provider/kinds";
import { codes, type DiagnosticCode } from "../provider/tenant";
import { objectExample } from "../provider/tenant/docs/example";
import { shorthandOf } from "../provider/tenant/language/sections";
import { cases, s3, type Case } from "./tenant/cases";
import { load, said } from "./tenant/inline";

/** Codes that some case below calls for. */
const seen = new Set<string>();

function broken(cases: readonly Case[]): void {
  test.each(cases.map(([what, yaml, expected, overlay]) => ({ what, yaml, expected, overlay })))(
    "$what",
    ({ yaml, expected, overlay }) => {
      const checked = load(yaml, overlay === undefined ? [] : [overlay]);
      expect(said(checked)).toEqual(expected);
      const isError = checked.diagnostics.some(({ severity }) => severity === "error");
      expect(checked.desired === undefined).toBe(isError);
      for (const { code } of checked.diagnostics) seen.add(code);
    },
  );
}

describe("what is written", () => {
  broken(cases["what is written"]);
});

describe("values from the stack config, where they may stand", () => {
  test.each([
    ["userGroups: { A: { description: { fromConfig: a } } }"],
    [
      "storages: { A: { type: s3, purpose: files, region: { fromConfig: r }, bucket: { fromConfig: 'ns:b' }, path: { fromConfig: p.q } } }",
    ],
    [
      "adminSettings: { deleteGracePeriod: { fromConfig: d }, externalShare: { fromConfig: e }, passwordChecks: { minLength: { fromConfig: m } } }",
    ],
  ])("%s", (yaml) => {
    expect(said(load(yaml))).toEqual([]);
  });
});

describe("what a storage needs", () => {
  broken(cases["what a storage needs"]);
});

describe("the whole", () => {
  broken(cases["the whole"]);

  test("two defaults for two purposes are fine", () => {
    const two = `storages:\n  A: { ${s3}, bucket: a, default: true }\n  B: { ${s3.replace("files", "archive")}, bucket: b, default: true }`;
    expect(said(load(two))).toEqual([]);
  });

  test("an allow list is as long as iconik takes it, sets included", () => {
    const office = Array.from({ length: 60 }, (_, index) => `192.0.2.${2 * index}`).join(", ");
    const home = Array.from({ length: 41 }, (_, index) => `198.51.100.${2 * index}`).join(", ");
    const sets = `addressSets: { office: [${office}], home: [${home}] }\n`;
    expect(said(load(`${sets}shield: { everyone: [{ set: office }, { set: home }] }`))).toEqual(["2:21 out-of-range"]);
    expect(said(load(`${sets}shield: { everyone: [{ set: office }, { ip: 198.51.100.1 }] }`))).toEqual([]);
  });
});

describe("provisioning", () => {
  broken(cases.provisioning);
});

describe("legal and unwise", () => {
  broken(cases["legal and unwise"]);
});

describe("silencing", () => {
  broken(cases["silencing"]);

  test("is not called stale where an overlay replaced the line", () => {
    const base =
      "shield:\n  enabled: true # iconik-ignore costs: agreed\n  everyone: [{ ip: 192.0.2.1 }]\nguards: { mustKeep: [192.0.2.1] }";
    expect(said(load(base, ["shield: { enabled: false }"]))).toEqual([]);
    expect(said(load(base, ["shield: { enabled: null }"]))).toEqual([]);
    expect(said(load(base, ["guards: { mustKeep: [192.0.2.2] }\nshield: { everyone: [{ ip: 192.0.2.2 }] }"]))).toEqual(
      [],
    );
  });
});

describe("the tenant's id", () => {
  test("must be written, except on loopback", () => {
    expect(said(load("userGroups: { A: {} }", [], { loopback: false }))).toEqual(["1:1 missing-field"]);
    expect(said(load("tenant: { model: userGroups }\nuserGroups: { A: {} }", [], { loopback: false }))).toEqual([
      "1:1 missing-field",
    ]);
    expect(
      said(
        load("tenant: { domainId: 5b1f0c9e-0000-4000-8000-000000000001 }\nuserGroups: { A: {} }", [], {
          loopback: false,
        }),
      ),
    ).toEqual([]);
    expect(said(load("userGroups: { A: {} }"))).toEqual([]);
  });
});

describe("every field of every kind", () => {
  const fields = Object.values(kinds).flatMap((definition) =>
    definition.shape === "object" ? variantsOf(definition) : [],
  );

  test.each(fields)(
    "$section.$name: a letter less is an unknown key, null is an error, absent is absent",
    ({ section, name, entry, others }) => {
      const before = JSON.stringify({ [section]: { A: entry } });
      const { [name]: value, ...without } = entry;
      expect(errorsIn(before)).toEqual([]);
      expect(errorsIn(JSON.stringify({ [section]: { A: { ...without, [name]: null } } }))).toEqual(["null-value"]);
      const misspelt = name.slice(0, -1);
      if (!others.includes(misspelt))
        expect(errorsIn(JSON.stringify({ [section]: { A: { ...without, [misspelt]: value } } }))).toContain(
          "unknown-key",
        );
      const checked = load(JSON.stringify({ [section]: { A: without } }));
      for (const { inputs } of checked.desired?.resources ?? []) expect(inputs).not.toHaveProperty(name);
    },
  );

  const errorsIn = (yaml: string) =>
    load(yaml)
      .diagnostics.filter(({ severity }) => severity === "error")
      .map(({ code }) => code);

  /** Entries in which each field that an example writes stands, by field. */
  function variantsOf(object: ObjectKind): { section: string; name: string; entry: Values; others: string[] }[] {
    const texts = object.variants
      ? Object.keys(object.variants.cases).map((variant) => objectExample(object, variant))
      : [objectExample(object)];
    return texts.flatMap((yaml) => {
      const entry = Object.values((parse(yaml) as Record<string, Record<string, Values>>)[object.section]!)[0]!;
      const names = shorthandOf(object) ? [] : Object.keys(entry).filter((name) => name !== object.variants?.by);
      return names.map((name) => ({ section: object.section, name, entry, others: Object.keys(allFields(object)) }));
    });
  }
});

test("everything is found at once", () => {
  const checked = load(`
userGroups:
  A: { rolez: [], roles: [can_read_asset], defaultUserType: king }
  B: { name: A, description: 7 }
exportLocations:
  E: { storage: Nowhere, path: a }
shield: { everyone: [{ ip: x }] }
`);
  expect(said(checked)).toEqual([
    "3:8 unknown-key",
    "3:27 misspelt-role",
    "3:61 not-a-choice",
    "4:8 duplicate-name",
    "4:30 wrong-type",
    "6:17 unknown-reference",
    "7:28 wrong-address",
  ]);
});

test("what is meant is said", () => {
  const fixes = (yaml: string) => load(yaml).diagnostics.map(({ fix }) => fix);
  expect(fixes("userGroups: { A: { rolse: [] } }")).toEqual(["did you mean roles?"]);
  expect(fixes("userGroups: { A: { default_user_type: power } }")).toEqual(["did you mean defaultUserType?"]);
  expect(fixes("userGroups: { A: { defaultUserType: standart } }")).toEqual(["did you mean standard?"]);
  expect(fixes("storages: { P: { type: portal, purpose: files, read: yes } }")).toEqual([
    "write true; in YAML 1.2, yes is a text",
  ]);
  expect(fixes('storages: { P: { type: portal, purpose: files, read: "true" } }')).toEqual([
    "write true, without quotes",
  ]);
  expect(fixes("userGroups: { A: { description: { fromConfg: a } } }")).toEqual(["did you mean { fromConfig: … }?"]);
  expect(fixes("aclTemplates: { T: { access: { groups: { Everyone: [read] } } } }")).toEqual([
    'describe it, or write a list, for one that is not managed here: [{ group: { existing: "Everyone" }, permissions: […] }]',
  ]);
  expect(fixes("aclTemplates: { T: { access: { groups: { { existing: Everyone }: [read] } } } }")).toEqual([
    "write what is no text as a list: groups: [{ group: { existing: … }, permissions: [read] }]",
  ]);
  expect(fixes("userGroups: { A: { roles: [can_raed_assets] } }")).toEqual([
    'write can_read_assets; if "can_raed_assets" is right, say so: knownRoles: [can_raed_assets]',
  ]);
  expect(fixes("userGroups: { A: {} }\nrelease: [userGroup/Old]")).toEqual(["did you mean userGroups/…?"]);
  expect(fixes("userGroups: { A: {} }\nrelease: [shield/Old]")).toEqual([
    "settings and lists need no release: taken out of the file, they stay as they are",
  ]);
  expect(fixes("userGroups: { A: { description: 2026 } }")).toEqual(['quote it: "2026"']);
  expect(
    fixes("userGroups: { Editors: {} }\naclTemplates: { T: { access: { groups: { editors: [read] } } } }"),
  ).toEqual(['did you mean "Editors"?']);
  const [finding] = load(`storages: { A: { ${s3}, bucket: b, container: c } }`).diagnostics;
  expect(finding!.message).toBe("storages.A.container is a field of azure; s3 has none");
});

test("every code is called for by some test here, or by those about files", () => {
  const aboutFiles: DiagnosticCode[] = [
    "unreadable",
    "too-large",
    "outside-folder",
    "yaml-syntax",
    "merge-key",
    "duplicate-key",
    "set-twice",
    "ambiguous-reference",
  ];
  expect(Object.keys(codes).filter((code) => !seen.has(code) && !(aboutFiles as string[]).includes(code))).toEqual([]);
});
