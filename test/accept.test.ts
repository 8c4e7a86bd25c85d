// What is there, written into the files that say what should be: the place is right, and every other byte stays.
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { parseDocument, stringify } from "yaml";
import { accept, type Accepted } from "../provider/tenant/drift/accept";
import { drift } from "../provider/tenant/drift";
import { edited, Unwritable, type Change } from "../provider/tenant/editing/edit";
import { layersOf, loadLayers } from "../provider/tenant/editing/layers";
import { loadTenant } from "../provider/tenant";
import { pictureOf, type Picture } from "../provider/tenant/picture";
import { published } from "./published.ts";
import { folder, load } from "./tenant/inline";

describe("one change in a text", () => {
  test.each<[string, string, string[], Change, string]>([
    ["a plain value", "a:\n  b: one   # why\n  c: 2\n", ["a", "b"], { set: "two" }, "a:\n  b: two   # why\n  c: 2\n"],
    [
      "a quoted one keeps its quotes",
      "a: { b: 'one', c: 2 }\n",
      ["a", "b"],
      { set: "it's" },
      "a: { b: 'it''s', c: 2 }\n",
    ],
    ["a text that would be something else", "a: one # x\n", ["a"], { set: "true" }, 'a: "true" # x\n'],
    [
      "a text with everything",
      "a: [x, { b: one }]\nc: { d: 1 }\n",
      ["c", "d"],
      { set: "a, b]: # {\n" },
      'a: [x, { b: one }]\nc: { d: "a, b]: # {\\n" }\n',
    ],
    ["a block of text", "a: |\n  one\n  two\nb: 1\n", ["a"], { set: "x" }, "a: x\nb: 1\n"],
    ["nothing becomes something", "a:   # why\nb: 1\n", ["a"], { set: 5 }, "a: 5   # why\nb: 1\n"],
    [
      "a new key of a block",
      "a:\n  b: 1 # x\n\nc: 2\n",
      ["a", "d"],
      { set: ["x"] },
      "a:\n  b: 1 # x\n  d: [x]\n\nc: 2\n",
    ],
    [
      "a new key behind something nested",
      "a:\n  b:\n    - 1\n    - 2\n# after\n",
      ["a", "d"],
      { set: true },
      "a:\n  b:\n    - 1\n    - 2\n  d: true\n# after\n",
    ],
    ["a new key of a line", "a: { b: 1 }\n", ["a", "c"], { set: 2 }, "a: { b: 1, c: 2 }\n"],
    ["a new key where there was none", "a: {}\n", ["a", "c"], { set: 2 }, "a: { c: 2 }\n"],
    [
      "an item of a block",
      "a:\n  - x # 1\n  - y # 2\nb: 1\n",
      ["a"],
      { add: "z" },
      "a:\n  - x # 1\n  - y # 2\n  - z\nb: 1\n",
    ],
    ["an item of a line", "a: [x, y,] # list\n", ["a"], { add: "z" }, "a: [x, y, z,] # list\n"],
    ["an item of an empty list", "a: [] # list\n", ["a"], { add: "z" }, "a: [z] # list\n"],
    [
      "an item less of a block",
      "a:\n  # first\n  - x\n  # second\n  - y\n",
      ["a"],
      { drop: 0 },
      "a:\n  # first\n  # second\n  - y\n",
    ],
    ["the last item of a block", "a:\n  - x # only\nb: 1\n", ["a"], { drop: 0 }, "a: [] # only\nb: 1\n"],
    ["an item less of a line", "a: [x, y, z]\n", ["a"], { drop: 1 }, "a: [x, z]\n"],
    ["the last of a line", "a: [x, y]\n", ["a"], { drop: 1 }, "a: [x]\n"],
    [
      "a key less of a block",
      "a:\n  b: 1\n  # of c\n  c:\n    d: 2\n  e: 3\n",
      ["a", "c"],
      { remove: true },
      "a:\n  b: 1\n  # of c\n  e: 3\n",
    ],
    ["a key less of a line", "a: { b: 1, c: 2 }\n", ["a", "b"], { remove: true }, "a: { c: 2 }\n"],
    ["the only key", "a:\n  b: 1\nc: 2\n", ["a", "b"], { remove: true }, "a:\n  {}\nc: 2\n"],
    [
      "lines that end as in Windows",
      "a:\r\n  b: 1\r\n  c: 2\r\n",
      ["a", "d"],
      { set: 3 },
      "a:\r\n  b: 1\r\n  c: 2\r\n  d: 3\r\n",
    ],
    ["no line feed at the end", "a:\n  b: 1", ["a", "c"], { set: 2 }, "a:\n  b: 1\n  c: 2"],
    [
      "names that hurt",
      '"__proto__":\n  "a: b": 1\n',
      ["__proto__", "a: b"],
      { set: 2 },
      '"__proto__":\n  "a: b": 2\n',
    ],
  ])("%s", (_, before, path, change, after) => expect(edited(before, path, change)).toBe(after));

  test.each<[string, string, string[], Change, string]>([
    ["an alias", "a: &x [1]\nb: *x\n", ["b"], { add: 2 }, "it is an alias of what is written elsewhere"],
    ["what an alias stands for", "a: &x [1]\nb: *x\n", ["a"], { add: 2 }, "it is used elsewhere too, as *x"],
    ["what is within it", "a: &x { c: 1 }\nb: *x\n", ["a", "c"], { set: 2 }, "it is used elsewhere too, as *x"],
    ["what is no map", "a: [1]\n", ["a", "b"], { set: 2 }, "what holds it is not written as keys and values"],
  ])("%s is left alone", (_, text, path, change, why) =>
    expect(() => edited(text, path, change)).toThrow(new Unwritable(why)),
  );

  test("whatever the layout, the rest stays as it was or nothing is changed", () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean());
    const value = fc.oneof(
      leaf,
      fc.array(leaf, { maxLength: 3 }),
      fc.dictionary(fc.string({ minLength: 1 }), leaf, { maxKeys: 3 }),
    );
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string({ minLength: 1 }),
          fc.dictionary(fc.string({ minLength: 1 }), value, { minKeys: 1, maxKeys: 3 }),
          { minKeys: 1, maxKeys: 3 },
        ),
        fc.boolean(),
        fc.nat(),
        leaf,
        (data, flow, pick, next) => {
          const text = stringify(data, { collectionStyle: flow ? "flow" : "block", lineWidth: 0 });
          const keys = Object.keys(data);
          const section = keys[pick % keys.length]!;
          const [key] = Object.keys(data[section]!);
          let after: string;
          try {
            after = edited(text, [section, key!], { set: next });
          } catch (error) {
            if (error instanceof Unwritable) return;
            throw error;
          }
          expect(parseDocument(after, { version: "1.2" }).getIn([section, key])).toEqual(next);
        },
      ),
      { numRuns: 300 },
    );
  });
});

const asPublished = published("drift");

/** Files as they are, the tenant as it is; what was made of the files. */
function accepting(
  files: Record<string, string>,
  tenant: string,
  ids?: Record<string, string>,
): Accepted & { texts: Record<string, string>; rest: boolean } {
  const names = Object.keys(files);
  const cwd = folder(files);
  const source = { base: names[0]!, overlays: names.slice(1) };
  const described = picture(loadTenant(source, { cwd, loopback: true }), "tenant.yaml");
  const live: Picture = { ...picture(load(tenant), "live"), extent: "everything" };
  live.resources = live.resources.map((one) => ({
    ...one,
    place: undefined,
    id: `${one.section.split(".")[0]}/${one.label}`,
  }));
  const known = ids && new Map(Object.entries(ids));
  const found = drift(described, live, known);
  const accepted = accept(found, described, live, layersOf(source, cwd), known);
  asPublished({ ...found, written: accepted.written, left: accepted.left });
  const { desired } = loadLayers(accepted.layers);
  const after = drift(pictureOf(desired!, "tenant.yaml"), live, known);
  return {
    ...accepted,
    texts: Object.fromEntries(accepted.layers.flat().map(({ name, text }) => [name, text])),
    rest: after.changed.length > 0,
  };
}

function picture({ desired, diagnostics }: ReturnType<typeof load>, source: string): Picture {
  if (!desired) throw new Error(JSON.stringify(diagnostics));
  return pictureOf(desired, source);
}

const base = `# The newsroom.
roleSets:
  browse: [can_search, can_read_assets]   # everybody

userGroups:
  Editors:                      # cut
    description: "Cut"          # short
    roleSets: [browse]
    roles:
      # writing
      - can_write_assets
      - { role: can_purge_assets, expires: 2099-12-31, reason: clean-up }
    settings: { deleteGracePeriod: 72 }   # hours
  Guests: { roles: [can_search] }

groupMappings: { AD-Editors: Editors }

aclTemplates:
  Upload:
    access:
      groups:
        Editors: [read, write]   # desk
        Guests: [read]
      users: { duty@example.com: [read] }

storages:
  Masters: { type: s3, purpose: files, bucket: example-masters, region: eu-north-1, path: "", credentials: managed, scanIgnore: ["*.tmp"], autoScan: { hoursInterval: 24 } }

shield:
  everyone:
    - { ip: 203.0.113.0/24, note: office }
    - { ip: 192.0.2.10 }

adminSettings:
  externalShare: false   # never
  passwordChecks: { minLength: 12 }
`;

describe("a file", () => {
  test.each<[string, string, string, [string, string][]]>([
    ["a text", 'description: "Cut" ', "description: Publish ", [['"Cut"', '"Publish"']]],
    ["a number in settings", "deleteGracePeriod: 72", "deleteGracePeriod: 24", [["72", "24"]]],
    ["a flag", "externalShare: false", "externalShare: true", [["externalShare: false", "externalShare: true"]]],
    ["a leaf", "minLength: 12", "minLength: 8", [["minLength: 12", "minLength: 8"]]],
    [
      "a role more",
      "- can_write_assets",
      "- can_write_assets\n      - can_read_acls",
      [["reason: clean-up }\n", "reason: clean-up }\n      - can_read_acls\n"]],
    ],
    ["a role less", "      - can_write_assets\n", "", [["      - can_write_assets\n", ""]]],
    [
      "a role with an end less",
      "      - { role: can_purge_assets, expires: 2099-12-31, reason: clean-up }\n",
      "",
      [["      - { role: can_purge_assets, expires: 2099-12-31, reason: clean-up }\n", ""]],
    ],
    [
      "a mapping in short",
      "AD-Editors: Editors",
      "AD-Editors: Guests",
      [["AD-Editors: Editors", "AD-Editors: Guests"]],
    ],
    ["a permission", "Editors: [read, write] ", "Editors: [read] ", [["Editors: [read, write] ", "Editors: [read] "]]],
    ["a member less", "        Guests: [read]\n", "", [["        Guests: [read]\n", ""]]],
    [
      "another person",
      "duty@example.com",
      "night@example.com",
      [["duty@example.com: [read]", "night@example.com: [read]"]],
    ],
    ["an item of a set", '["*.tmp"]', '["*.part"]', [['["*.tmp"]', '["*.part"]']]],
    [
      "a document switched off",
      "autoScan: { hoursInterval: 24 }",
      "autoScan: false",
      [["autoScan: { hoursInterval: 24 }", "autoScan: false"]],
    ],
    ["an address", "{ ip: 192.0.2.10 }", "{ ip: 198.51.100.7 }", [["{ ip: 192.0.2.10 }", "{ ip: 198.51.100.7 }"]]],
  ])("%s", (_, before, after, replaced) => {
    const tenant = base.replace(before, after);
    expect(tenant).not.toBe(base);
    const { texts, left, rest } = accepting({ "tenant.yaml": base }, tenant);
    expect({ left, rest }).toEqual({ left: [], rest: false });
    expect(texts["tenant.yaml"]!).toBe(replaced.reduce((text, [from, to]) => text.replace(from, to), base));
  });

  test("a role from a set is said, and the set is left as it is", () => {
    const { texts, left } = accepting(
      { "tenant.yaml": base },
      base.replace("[can_search, can_read_assets]", "[can_search]"),
    );
    expect(texts["tenant.yaml"]).toBe(base);
    expect(left).toMatchObject([
      {
        object: "userGroups/Editors",
        field: "roles",
        why: expect.stringContaining("can_read_assets comes from the role set browse"),
      },
    ]);
  });

  test("a role more where only sets are named, and some of both", () => {
    const file =
      "roleSets: { browse: [can_search, can_read_assets] }\nuserGroups:\n  A: { roleSets: [browse] } # a\n  B: { roleSets: [browse], roles: [can_write_assets, can_read_acls] }\n";
    const tenant =
      "userGroups: { A: { roles: [can_search, can_read_assets, can_write_acls, can_read_files] }, B: { roles: [can_search, can_write_assets] } }";
    const { texts, left } = accepting({ "tenant.yaml": file }, tenant);
    expect(texts["tenant.yaml"]).toBe(
      file
        .replace("A: { roleSets: [browse] }", "A: { roleSets: [browse], roles: [can_read_files, can_write_acls] }")
        .replace(", can_read_acls]", "]"),
    );
    expect(left).toMatchObject([
      {
        object: "userGroups/B",
        field: "roles",
        why: expect.stringContaining("can_read_assets comes from the role set browse"),
      },
    ]);
  });

  test("what is there and not described, and what is described and not there, is left", () => {
    const { texts, left } = accepting(
      { "tenant.yaml": base },
      base.replace("groupMappings: { AD-Editors: Editors }", "groupMappings: { AD-Guests: Guests }"),
    );
    expect(texts["tenant.yaml"]).toBe(base);
    expect(left.map(({ object }) => object)).toEqual(["groupMappings/AD-Editors", "groupMappings/AD-Guests"]);
  });

  test("a new name, when the id is known", () => {
    const tenant = base.replaceAll("Guests", "Visitors");
    const { texts, left, rest } = accepting({ "tenant.yaml": base }, tenant, {
      "UserGroup/Guests": "userGroups/Visitors",
    });
    expect({ left, rest }).toEqual({ left: [], rest: false });
    expect(texts["tenant.yaml"]).toBe(
      base.replace("Guests: { roles: [can_search] }", "Guests: { roles: [can_search], name: Visitors }"),
    );
  });

  test("a member who is not described is left while members stand by label, and written among entries", () => {
    const more = (text: string) =>
      text.replace("  Guests: { roles: [can_search] }", "  Guests: { roles: [can_search] }\n  Night: { roles: [] }");
    const member = (text: string) =>
      text.replace("        Guests: [read]\n", "        Guests: [read]\n        Night: [read]\n");
    const { texts, left } = accepting({ "tenant.yaml": base }, member(more(base)));
    expect(texts["tenant.yaml"]).toBe(base);
    expect(left.map(({ object }) => object)).toEqual(["userGroups/Night", "aclTemplates/Upload"]);

    const entries = base.replace(
      /groups:\n.*\n.*Guests: \[read\]/,
      "groups: [{ group: Editors, permissions: [read, write] }]   # desk",
    );
    const tenant = more(base).replace(/groups:\n.*\n.*Guests: \[read\]/, "groups: { Editors: [read], Night: [read] }");
    const { texts: written, rest } = accepting({ "tenant.yaml": entries }, tenant);
    expect(rest).toBe(false);
    expect(written["tenant.yaml"]).toBe(
      entries.replace(
        "[{ group: Editors, permissions: [read, write] }]",
        "[{ group: Editors, permissions: [read] }, { group: { existing: Night }, permissions: [read] }]",
      ),
    );
  });

  test("ends and reasons beside what changes are kept, or nothing is changed", () => {
    const ending = base.replace(
      "Guests: [read]",
      "Guests: { permissions: [read], expires: 2099-12-31, reason: visit }",
    );
    const tenant = base.replace("Guests: [read]", "Guests: [read, write]");
    expect(accepting({ "tenant.yaml": ending }, tenant).texts["tenant.yaml"]).toBe(
      ending.replace("permissions: [read]", "permissions: [read, write]"),
    );
    expect(
      accepting({ "tenant.yaml": ending }, base.replace("        Guests: [read]\n", "")).texts["tenant.yaml"],
    ).toBe(ending.replace(/ +Guests: \{ permissions.*\n/, ""));

    const entries = ending.replace(
      /groups:\n.*\n.*Guests: .*\}/,
      "groups: [{ group: Guests, permissions: [read], expires: 2099-12-31, reason: visit }]",
    );
    const { texts, left } = accepting(
      { "tenant.yaml": entries },
      base.replace(/groups:\n.*\n.*Guests: .*\]/, "groups: { Guests: [read, write] }"),
    );
    expect(texts["tenant.yaml"]).toBe(entries);
    expect(left).toMatchObject([{ object: "aclTemplates/Upload", why: expect.stringContaining("says when it ends") }]);
  });

  test("a value that no description may hold is left, and the others are written", () => {
    const live: Picture = { ...picture(load(base.replace("72", "24")), "live"), extent: "everything" };
    live.resources.find(({ kind }) => kind === "AdminSettings")!.inputs.passwordChecks = { minLength: -5 };
    const cwd = folder({ "tenant.yaml": base });
    const described = picture(loadTenant({ base: "tenant.yaml" }, { cwd, loopback: true }), "tenant.yaml");
    const { layers, left } = accept(drift(described, live), described, live, layersOf({ base: "tenant.yaml" }, cwd));
    expect(layers[0]![0]!.text).toBe(base.replace("72", "24"));
    expect(left).toMatchObject([
      {
        object: "adminSettings",
        field: "passwordChecks.minLength",
        why: expect.stringContaining("a description cannot say it"),
      },
    ]);
  });

  test("a value that is another one once it is read again is left, and the others are written", () => {
    const live: Picture = { ...picture(load(base.replace("72", "24")), "live"), extent: "everything" };
    live.resources.find(({ kind, label }) => kind === "UserGroup" && label === "Guests")!.inputs.roles = [null];
    const cwd = folder({ "tenant.yaml": base });
    const described = picture(loadTenant({ base: "tenant.yaml" }, { cwd, loopback: true }), "tenant.yaml");
    const { layers, written, left } = accept(
      drift(described, live),
      described,
      live,
      layersOf({ base: "tenant.yaml" }, cwd),
    );
    expect(layers[0]![0]!.text).toBe(base.replace("72", "24"));
    expect(written).toMatchObject([{ object: "userGroups/Editors", field: "settings.deleteGracePeriod" }]);
    expect(left).toMatchObject([
      { object: "userGroups/Guests", field: "roles", why: expect.stringContaining("after writing it") },
    ]);
  });
});

describe("layers", () => {
  const overlay = `# Production.
userGroups:
  Editors: { description: Production }   # over the base
aclTemplates:
  Upload: { access: { groups: { Guests: [read, write] } } }
`;

  test("the overlay that has the key takes the value, otherwise the base", () => {
    const tenant = base
      .replace('"Cut"', "Live")
      .replace("Guests: [read]", "Guests: [read, changeAcl]")
      .replace("72", "24");
    const { texts, written, rest } = accepting({ "tenant.yaml": base, "prod.yaml": overlay }, tenant);
    expect(rest).toBe(false);
    expect(texts["tenant.yaml"]).toBe(base.replace("72", "24"));
    expect(texts["prod.yaml"]!).toBe(
      overlay.replace("description: Production", "description: Live").replace("[read, write]", "[read, changeAcl]"),
    );
    expect(written).toEqual([
      { object: "aclTemplates/Upload", field: "access.groups", member: "Guests", file: "prod.yaml" },
      { object: "userGroups/Editors", field: "description", file: "prod.yaml" },
      { object: "userGroups/Editors", field: "settings.deleteGracePeriod", file: "tenant.yaml" },
    ]);
  });

  test("a member whom base and overlay both have is taken out by the overlay", () => {
    const { texts, rest } = accepting(
      { "tenant.yaml": base, "prod.yaml": overlay },
      base.replace('"Cut"', "Production").replace("        Guests: [read]\n", ""),
    );
    expect(rest).toBe(false);
    expect(texts["tenant.yaml"]).toBe(base);
    expect(texts["prod.yaml"]).toBe(overlay.replace("Guests: [read, write]", "Guests: null"));
  });

  test("members of whom the overlay has some and the base others are all taken out", () => {
    const split = base.replace("        Guests: [read]\n", "");
    const { texts, rest } = accepting(
      { "tenant.yaml": split, "prod.yaml": overlay },
      base.replace('"Cut"', "Production").replace(/groups:\n.*\n.*Guests: .*\]/, "groups: {}"),
    );
    expect(rest).toBe(false);
    expect(texts["tenant.yaml"]).not.toContain("Editors: [read, write]");
    expect(texts["prod.yaml"]).toBe(overlay.replace("{ Guests: [read, write] }", "{}"));
  });

  test("what a description cannot say is told by the files' own names", () => {
    const live: Picture = { ...picture(load(base), "live"), extent: "everything" };
    live.resources = live.resources.map((one) => ({
      ...one,
      id: `${one.section.split(".")[0]}/${one.label}`,
      ...(one.label === "Guests" && { inputs: { ...one.inputs, name: "Editors" } }),
    }));
    const cwd = folder({ "tenant.yaml": base, "prod.yaml": "userGroups: { Guests: { roles: [can_search] } }\n" });
    const source = { base: "tenant.yaml", overlays: ["prod.yaml"] };
    const described = picture(loadTenant(source, { cwd, loopback: true }), "tenant.yaml");
    const ids = new Map([
      ["UserGroup/Guests", "userGroups/Guests"],
      ["UserGroup/Editors", "userGroups/Editors"],
    ]);
    const { left } = accept(drift(described, live, ids), described, live, layersOf(source, cwd), ids);
    expect(left).toMatchObject([
      { object: "userGroups/Guests", field: "name", why: expect.stringMatching(/the one in tenant\.yaml:6$/) },
    ]);
  });
});
