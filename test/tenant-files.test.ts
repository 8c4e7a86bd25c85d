/** Files, folders and overlays: how they are read and put together, and what is shown of them. */

import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { format, loadTenant, parseSource, type Checked } from "../provider/tenant";
import { folder, load, resource, said, short, today } from "./tenant/inline";

/** Files of a folder, and what to load of them. */
function read(files: Record<string, string | Buffer>, base: string, overlays: string[] = []): Checked {
  return loadTenant({ base, overlays }, { cwd: folder(files), loopback: true, today });
}

const placed = (checked: Checked): string[] => checked.diagnostics.map((one) => `${one.place.file}:${short(one)}`);

describe("YAML", () => {
  test.each([
    ["no YAML", "userGroups: { A: [ }", ["1:20 yaml-syntax"]],
    ["tabs", "userGroups:\n\tA: {}", ["2:1 yaml-syntax"]],
    ["two documents", "userGroups: { A: {} }\n---\nuserGroups: { B: {} }", ["2:1 yaml-syntax"]],
    ["an unknown tag", "userGroups: { A: { description: !secret x } }", ["1:33 yaml-syntax"]],
    ["YAML 1.1", "%YAML 1.1\n---\nuserGroups: { A: {} }", ["1:1 yaml-syntax"]],
    ["a merge key", "userGroups:\n  A: &a { alias: x }\n  B: { <<: *a }", ["3:8 merge-key"]],
    ["a key twice", "userGroups:\n  A: {}\n  A: {}", ["3:3 duplicate-key"]],
    ["a section twice", "userGroups: { A: {} }\nuserGroups: { B: {} }", ["2:1 duplicate-key"]],
    ["a key that is a map", "userGroups: { ? { a: b } : {} }", ["1:17 yaml-syntax"]],
    ["an alias of nothing", "userGroups: { A: *nothing }", ["1:18 yaml-syntax"]],
    ["an alias within its anchor", "userGroups: &a { A: *a }", ["1:21 yaml-syntax"]],
    ["not a number", "adminSettings: { deleteGracePeriod: .nan }", ["1:37 yaml-syntax"]],
    ["a list of sections", "- userGroups", ["1:1 wrong-type"]],
    ["a word", "userGroups", ["1:1 wrong-type"]],
  ])("%s", (_, yaml, expected) => {
    expect(said(load(yaml))).toEqual(expected);
  });

  test("anchors and aliases work", () => {
    const checked = load("userGroups:\n  A: { roles: &browse [can_search] }\n  B: { roles: *browse }");
    expect(resource(checked, "UserGroup", "B").inputs.roles).toEqual(["can_search"]);
  });

  test("words of YAML 1.1 are texts, dates too", () => {
    expect(
      resource(load("userGroups: { A: { description: yes, alias: 2026-01-01 } }"), "UserGroup", "A").inputs,
    ).toMatchObject({ description: "yes", alias: "2026-01-01" });
  });

  test("a key that stands twice names the other line", () => {
    expect(load("userGroups:\n  A: {}\n  A: {}").diagnostics[0]!.message).toBe('The key "A" stands here and in line 2');
  });

  test("a bomb of aliases is refused, and quickly", () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level < 30; level++)
      lines.push(
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(", ")}]`,
      );
    expect(load(lines.join("\n")).diagnostics.map(({ code }) => code)).toEqual(["too-large"]);
  });

  test.each([60, 200, 20_000])("%i levels are refused", (depth) => {
    expect(
      load(`userGroups: ${"[".repeat(depth + 5)}${"]".repeat(depth + 5)}`).diagnostics.map(({ code }) => code),
    ).toEqual(["too-large"]);
  });

  test("more than 5 MB are refused", () => {
    expect(said(load(`userGroups: { A: {} }\n#${"x".repeat(5 * 1024 * 1024)}`))).toEqual(["1:1 too-large"]);
  });

  test("what is not UTF-8 is refused", () => {
    expect(placed(read({ "tenant.yaml": Buffer.from([0x61, 0xff, 0xfe]) }, "tenant.yaml"))).toEqual([
      "tenant.yaml:1:1 unreadable",
    ]);
  });

  test("a byte order mark and carriage returns do no harm", () => {
    const checked = load("\ufeffuserGroups:\r\n  A:\r\n    description: x\r\n    rolez: []\r\n");
    expect(said(checked)).toEqual(["4:5 unknown-key"]);
    expect(checked.diagnostics[0]!.frame).not.toContain("\r");
  });
});

describe("sources", () => {
  test("base.yaml+prod.yaml names overlays, a plus in a name is a name", () => {
    const cwd = folder({ "a+b.yaml": "", "base.yaml": "", "prod.yaml": "" });
    expect(parseSource("base.yaml+prod.yaml+x", cwd)).toEqual({ base: "base.yaml", overlays: ["prod.yaml", "x"] });
    expect(parseSource("a+b.yaml", cwd)).toEqual({ base: "a+b.yaml" });
    expect(parseSource("tenant.yaml", cwd)).toEqual({ base: "tenant.yaml" });
  });

  test("what is not there is told, of every path at once", () => {
    expect(placed(read({}, "tenant.yaml", ["prod.yaml"]))).toEqual([
      "tenant.yaml:1:1 unreadable",
      "prod.yaml:1:1 unreadable",
    ]);
  });

  test.runIf(existsSync("/dev/zero"))("a device is no file", () => {
    expect(placed(read({}, "/dev/zero"))).toEqual([expect.stringContaining("dev/zero:1:1 unreadable")]);
  });

  test("a folder without tenant files is told", () => {
    expect(placed(read({ "tenant/notes.txt": "x" }, "tenant"))).toEqual(["tenant:1:1 unreadable"]);
  });

  test("references and sets reach over the files of a folder", () => {
    const checked = read(
      {
        "tenant/groups.yaml": "userGroups: { Editors: { roleSets: [browse] } }",
        "tenant/sub/sets.yml": "roleSets: { browse: [can_search] }",
        "tenant/sub/templates.yaml": "aclTemplates: { T: { access: { groups: { Editors: [read] } } } }",
        "tenant/.hidden.yaml": "nonsense: true",
        "tenant/empty.yaml": "# nothing yet\n",
        "tenant/readme.md": "# no YAML",
      },
      "tenant",
    );
    expect(placed(checked)).toEqual([]);
    expect(resource(checked, "UserGroup", "Editors").place).toEqual({
      file: "tenant/groups.yaml",
      line: 1,
      column: 15,
    });
  });

  test("sections are joined, also those without labels", () => {
    const checked = read(
      {
        "t/a.yaml": "userGroups: { A: {} }\nadminSettings: { externalShare: true, passwordChecks: { minLength: 12 } }",
        "t/b.yaml": "userGroups: { B: {} }\nadminSettings: { supportAccess: false, passwordChecks: { digits: 1 } }",
      },
      "t",
    );
    expect(checked.desired!.resources.map(({ label }) => label)).toEqual(["A", "B", "adminSettings"]);
    expect(resource(checked, "AdminSettings", "adminSettings").inputs).toEqual({
      externalShare: true,
      supportAccess: false,
      passwordChecks: { minLength: 12, digits: 1 },
    });
  });

  test("one key in two files is an error that names both places", () => {
    const checked = read(
      {
        "t/a.yaml": "userGroups:\n  A: { alias: a }\nadminSettings: { externalShare: true }",
        "t/b.yaml": "userGroups: { A: { description: b } }\nadminSettings: { externalShare: true }",
      },
      "t",
    );
    expect(placed(checked)).toEqual(["t/b.yaml:1:15 set-twice", "t/b.yaml:2:18 set-twice"]);
    expect(checked.diagnostics[0]!.message).toBe('"userGroups.A" is set here and in t/a.yaml:2');
  });

  test("links may not lead out of the folder, nor in a circle", () => {
    const cwd = folder({
      "secret.yaml": "userGroups: { Stolen: {} }",
      "other/x.yaml": "userGroups: { Other: {} }",
      "t/a.yaml": "userGroups: { A: {} }",
    });
    symlinkSync("../secret.yaml", join(cwd, "t/b.yaml"));
    symlinkSync("../other", join(cwd, "t/c"));
    symlinkSync("nowhere.yaml", join(cwd, "t/d.yaml"));
    const checked = loadTenant({ base: "t" }, { cwd, loopback: true });
    expect(placed(checked)).toEqual([
      "t/b.yaml:1:1 outside-folder",
      "t/c:1:1 outside-folder",
      "t/d.yaml:1:1 unreadable",
    ]);
    expect(JSON.stringify(checked)).not.toContain("Stolen");
  });

  test("links within the folder are followed", () => {
    const cwd = folder({ "t/a.yaml": "userGroups: { A: {} }", "t/..data/b.yaml": "userGroups: { B: {} }" });
    mkdirSync(join(cwd, "t/sub"));
    symlinkSync("../..data/b.yaml", join(cwd, "t/sub/b.yaml"));
    symlinkSync("..", join(cwd, "t/sub/up"));
    expect(loadTenant({ base: "t" }, { cwd, loopback: true }).desired!.resources.map(({ label }) => label)).toEqual([
      "A",
      "B",
    ]);
  });

  test("an overlay within the base folder is refused", () => {
    const files = { "t/a.yaml": "userGroups: { A: {} }", "t/prod/b.yaml": "userGroups: { B: {} }" };
    expect(placed(read(files, "t", ["t/prod"]))).toEqual(["t/prod:1:1 outside-folder"]);
  });
});

describe("overlays", () => {
  const base = `
userGroups:
  Editors: { description: base, roles: [can_search, can_read_assets], settings: { hideFavourites: true } }
  Freelance: { description: base }
`;

  test("maps are merged key by key, lists replaced, null removes", () => {
    const checked = load(base, [
      "userGroups: { Editors: { roles: [can_search], settings: { deleteGracePeriod: 48 } }, Freelance: null, New: {} }",
      "userGroups: { Editors: { description: prod } }",
    ]);
    expect(said(checked)).toEqual([]);
    expect(checked.desired!.resources.map(({ kind, label }) => `${kind}/${label}`)).toEqual([
      "UserGroup/Editors",
      "UserGroupSettings/Editors",
      "UserGroup/New",
    ]);
    expect(resource(checked, "UserGroup", "Editors").inputs).toEqual({
      name: "Editors",
      description: "prod",
      roles: ["can_search"],
    });
    expect(resource(checked, "UserGroupSettings", "Editors").inputs).toMatchObject({
      hideFavourites: true,
      deleteGracePeriod: 48,
    });
  });

  test("sets are expanded after the merge", () => {
    const checked = load(
      "roleSets: { browse: [can_search, can_read_assets] }\nuserGroups: { A: { roleSets: [browse] } }",
      ["roleSets: { browse: [can_search] }"],
    );
    expect(resource(checked, "UserGroup", "A").inputs.roles).toEqual(["can_search"]);
  });

  test("values that stand for one thing are replaced as a whole", () => {
    const checked = load(
      `adminSettings: { passwordChecks: { minLength: 12 }, searchView: { id: 6a0c0d2e-0000-4000-8000-000000000001 }, homePage: { fromConfig: a } }
groupMappings: { AD: { existing: Everyone } }`,
      [
        `adminSettings: { passwordChecks: { clear: true }, searchView: { clear: true }, homePage: { fromConfig: b } }
userGroups: { Editors: {} }
groupMappings: { AD: Editors }`,
      ],
    );
    expect(said(checked)).toEqual([]);
    expect(resource(checked, "AdminSettings", "adminSettings").inputs).toEqual({
      passwordChecks: { clear: true },
      searchView: { clear: true },
      homePage: { fromConfig: "b" },
    });
    expect(resource(checked, "GroupMapping", "AD").inputs.group).toMatchObject({ ref: { label: "Editors" } });
  });

  test("a label that is also a word of the language is a label", () => {
    for (const label of ["existing", "id", "clear", "fromConfig"]) {
      const entry = (list: string) =>
        `userGroups: { ${label}: { roles: [] } }\naclTemplates: { T: { access: { groups: { ${label}: ${list} } } } }\ngroupMappings: { ${label}: ${label} }`;
      const checked = load(entry("[read]"), [
        `userGroups: { B: {} }\naclTemplates: { T: { access: { groups: { B: [read] } } } }\ngroupMappings: { B: B }`,
      ]);
      expect(said(checked)).toEqual([]);
      expect(checked.desired!.resources.filter(({ kind }) => kind === "UserGroup").map((one) => one.label)).toEqual([
        label,
        "B",
      ]);
      expect(checked.desired!.resources.filter(({ kind }) => kind === "GroupMapping").map((one) => one.label)).toEqual([
        label,
        "B",
      ]);
      expect((resource(checked, "AclTemplate", "T").inputs.access as { groups: unknown[] }).groups).toHaveLength(2);
    }
  });

  test("places survive: what the overlay says is told there", () => {
    const checked = load(base, ["userGroups:\n  Editors:\n    description: 7\n  Freelance:\n    rolez: []"]);
    expect(placed(checked)).toEqual(["overlay0.yaml:3:18 wrong-type", "overlay0.yaml:5:5 unknown-key"]);
    const costs = load("shield: { enabled: false, everyone: [{ ip: 192.0.2.1 }] }\nguards: { mustKeep: [192.0.2.1] }", [
      "shield: { enabled: true }",
    ]);
    expect(placed(costs)).toEqual(["overlay0.yaml:1:11 costs"]);
    const both = load("adminSettings: { externalShare: true }\nuserGroups: { A: { x: 1 } }", [
      "userGroups: { B: { x: 1 } }",
    ]);
    expect(placed(both)).toEqual(["tenant.yaml:2:20 unknown-key", "overlay0.yaml:1:20 unknown-key"]);
    const missing = load("exportLocations: { Out: { storage: { existing: X }, path: out } }", [
      "exportLocations: { Out: { storage: null } }",
    ]);
    expect(placed(missing)).toEqual(["tenant.yaml:1:20 missing-field"]);
  });

  test("null is an error in the base, and in a list of an overlay", () => {
    expect(placed(load("userGroups: { A: { alias: null } }", ["userGroups: { B: {} }"]))).toEqual([
      "tenant.yaml:1:20 null-value",
    ]);
    expect(placed(load(base, ["userGroups: { Editors: { roles: [null] } }"]))).toEqual([
      "overlay0.yaml:1:34 null-value",
    ]);
  });

  test("an overlay can be a folder, and empty", () => {
    const files = {
      "base.yaml": base,
      "prod/a.yaml": "userGroups: { Freelance: null }",
      "prod/b.yaml": "userGroups: { Editors: { alias: ed } }",
      "empty.yaml": "",
    };
    const checked = read(files, "base.yaml", ["prod", "empty.yaml"]);
    expect(placed(checked)).toEqual([]);
    expect(resource(checked, "UserGroup", "Editors").inputs.alias).toBe("ed");
  });

  test("whatever overlays say, what they leave out stays", () => {
    fc.assert(
      fc.property(
        fc.subarray(["alias", "description", "externalId"]),
        fc.subarray(["alias", "description", "externalId"]),
        (below, above) => {
          const entry = (keys: string[], value: string) =>
            `userGroups: { A: { ${keys.map((key) => `${key}: ${value}`).join(", ")} } }`;
          const { inputs } = resource(load(entry(below, "below"), [entry(above, "above")]), "UserGroup", "A");
          const expected = {
            name: "A",
            ...Object.fromEntries(below.map((key) => [key, "below"])),
            ...Object.fromEntries(above.map((key) => [key, "above"])),
          };
          expect(inputs).toEqual(expected);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("what is shown", () => {
  test("place, severity, code, message, frame with a mark, and what to do", () => {
    const checked = load("userGroups:\n  Editors:\n    defaultUserTyp: standard\n");
    expect(format(checked.diagnostics)).toBe(
      [
        'tenant.yaml:3:5 error unknown-key userGroups.Editors takes no key "defaultUserTyp"',
        "  2 |   Editors:",
        "  3 |     defaultUserTyp: standard",
        "    |     ^^^^^^^^^^^^^^",
        "  → did you mean defaultUserType?",
      ].join("\n"),
    );
  });

  test("colours only when asked for", () => {
    const { diagnostics } = load("userGroups: { A: { x: 1 } }");
    expect(format(diagnostics)).not.toContain("\u001b");
    expect(format(diagnostics, { colors: true })).toContain("\u001b[31m");
  });

  test("long lines are cut around the place", () => {
    const yaml = `userGroups: { A: { description: "${"x".repeat(300)}", rolez: [], alias: "${"y".repeat(300)}" } }`;
    const [line, mark] = load(yaml).diagnostics[0]!.frame.split("\n");
    expect(line!.length).toBeLessThan(130);
    expect(line!.slice(mark!.indexOf("^"), mark!.lastIndexOf("^") + 1)).toBe("rolez");
  });

  test("control characters and direction marks never reach the terminal", () => {
    const yaml =
      'userGroups: { "A\\e[31m\\u202e\\0": { "b\\x9b": 1, defaultUserType: "\\e]0;title\\a" } }\n"\u202eevil\u2066": 1\n';
    const text = format(load(yaml).diagnostics);
    expect(text).not.toMatch(/[\p{Cf}\u0000-\u0009\u000b-\u001f\u007f-\u009f]/u);
    expect(text).toContain("\\u{1b}");
  });

  describe("no secret", () => {
    const secret = "hush-hush";
    test.each([
      ["a literal", "storages: { A: { type: gcs, purpose: files, bucket: b, project: p, jsonKey: hush-hush, x: 1 } }"],
      [
        "over several lines",
        "storages:\n  A:\n    type: gcs\n    jsonKey: |\n      hush-hush\n      hush-hush\n    x: 1",
      ],
      ["beside another error", "storages:\n  A:\n    type: gcs\n    jsonKey: hush-hush\n    proje: 1"],
      ["under a misspelt key", "storages: { A: { type: gcs, jsonkey: hush-hush } }"],
      ["under a key of nobody", "userGroups: { A: { password: hush-hush } }"],
      [
        "of another type of storage",
        "storages: { A: { type: gcs, purpose: files, bucket: b, project: p, secretKey: hush-hush } }",
      ],
      ["without a type", "storages: { A: { secretKey: hush-hush, credential: hush-hush } }"],
      ["in a map", "storages: { A: { type: gcs, jsonKey: { value: hush-hush } } }"],
      ["in a list", "storages: { A: { type: gcs, jsonKey: [hush-hush] } }"],
      ["beside fromConfig", "storages: { A: { type: gcs, jsonKey: { fromConfig: x, value: hush-hush } } }"],
      [
        "through an alias",
        "userGroups: { A: { description: &s hush-hush, x: 1 } }\nstorages: { A: { type: gcs, jsonKey: *s, x: 1 } }",
      ],
      ["in what is no YAML", "storages:\n  A:\n    secretKey: hush-hush\n     x: [\n"],
      ["in a block of what is no YAML", "storages:\n  A:\n    jsonKey: |\n      hush-hush\n    x: { a\n"],
      ["on a line of what is no YAML", "storages: { A: { secretKey: 'hush-hush', x: [ } }"],
      ["in a key that stands twice", "storages:\n  A:\n    secretKey: hush-hush\n    secretKey: hush-hush"],
    ])("%s", (_, yaml) => {
      const checked = load(yaml);
      expect(checked.diagnostics.length).toBeGreaterThan(0);
      expect(JSON.stringify(checked)).not.toContain(secret);
    });
  });
});

test("no text makes the loader throw, and what is said of it is printable", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "userGroups",
      "storages",
      "shield",
      "A",
      "type",
      "s3",
      "roles",
      "access",
      "groups",
      "everyone",
      "ip",
      "set",
      "formerly",
      "options",
      "settings",
      "tenant",
      "&a",
      "*a",
      "null",
      "~",
      "!!str",
      "? ",
      "- ",
      ": ",
      "{ ",
      " }",
      "[",
      "]",
      ", ",
      "\n",
      "\n  ",
      "\n    ",
      "# iconik-ignore costs: x",
      "fromConfig",
      "clear",
      "true",
      "1",
      '"',
      "'",
      "|",
      "<<",
    ),
    fc.string({ maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
      const checked = load(pieces.join(""));
      expect(format(checked.diagnostics)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/u);
      expect(checked.desired === undefined).toBe(checked.diagnostics.some(({ severity }) => severity === "error"));
    }),
    { numRuns: 400 },
  );
});
