// How two tenants differ, told from files: every sort of difference once, at the right name, and nothing else.
import { describe, expect, test } from "vitest";
import { compare, readMap, type ChangedObject, type Comparison } from "../provider/tenant/compare";
import { asMarkdown, asText, wordsOf } from "../provider/tenant/compare/show";
import { pictureOf, type Picture, type PicturedResource } from "../provider/tenant/picture";
import { published } from "./published.ts";
import { folder, load } from "./tenant/inline";

function picture(text: string, source = "a.yaml"): Picture {
  const { desired, diagnostics } = load(text);
  if (!desired) throw new Error(JSON.stringify(diagnostics, undefined, 2));
  return pictureOf(desired, source);
}

/** The same as it would be read from a tenant: nothing is left open. */
const whole = (text: string, source = "live"): Picture => ({ ...picture(text, source), extent: "everything" });

const asPublished = published("compare");

const between = (from: string, to: string, map?: string): Comparison =>
  asPublished(
    compare(
      picture(from),
      picture(to, "b.yaml"),
      map === undefined ? undefined : readMap(`${folder({ "map.yaml": map })}/map.yaml`),
    ),
  );

/** `userGroups/Editors description`, and what stands on one side only as `- userGroups/Old`. */
const told = ({ changed, onlyFrom, onlyTo }: Comparison): string[] => [
  ...changed.flatMap(({ object, changes }: ChangedObject) =>
    changes.map(({ field, member }) => [object, field, member].filter(Boolean).join(" ")),
  ),
  ...onlyFrom.map(({ object }) => `- ${object}`),
  ...onlyTo.map(({ object }) => `+ ${object}`),
];

const newsroom = `
roleSets: { browse: [can_search, can_read_assets] }
userGroups:
  Editors: { description: Cut, defaultUserType: standard, roleSets: [browse], roles: [can_write_assets], settings: { aclTemplate: Upload, deleteGracePeriod: 72 } }
  Guests: { roles: [can_search] }
groupMappings: { AD-Editors: Editors }
aclTemplates: { Upload: { access: { groups: { Editors: [read, write], Guests: [read] }, users: { duty@example.com: [read] } } } }
storages:
  Masters: { type: s3, purpose: files, bucket: example-masters, region: eu-north-1, path: media, credentials: managed, read: true, write: true, scanIgnore: ["*.tmp", "*.part"], autoScan: { hoursInterval: 24 }, access: { groups: { Editors: [read] } } }
exportLocations: { Partner: { storage: Masters, path: out } }
applications: { CI: { user: ci@example.com } }
shield: { everyone: [{ ip: 203.0.113.0/24 }, { ip: 192.0.2.10, application: CI }], groups: { Guests: [{ ip: 192.0.2.0/24 }] } }
adminSettings: { externalShare: true, passwordChecks: { minLength: 12 }, mfaMethods: [totp], searchDisplayFields: [{ name: title }, { name: date }] }
`;

describe("equal", () => {
  test("a description is like itself, as files and as a tenant", () => {
    expect(between(newsroom, newsroom)).toMatchObject({
      equal: true,
      changed: [],
      onlyFrom: [],
      onlyTo: [],
      notCompared: [],
    });
    expect(compare(whole(newsroom), whole(newsroom))).toMatchObject({ equal: true });
  });

  test.each([
    ["order of a set", `["*.tmp", "*.part"]`, `["*.part", "*.tmp"]`],
    ["spelling of a path", "path: media", "path: /media/"],
    ["spelling of an address", "ip: 192.0.2.10", "ip: 192.0.2.10/32"],
    ["case of an e-mail", "user: ci@example.com", "user: CI@Example.com"],
    [
      "roles in a set or one by one",
      "roleSets: [browse], roles: [can_write_assets]",
      "roles: [can_read_assets, can_write_assets, can_search]",
    ],
    [
      "an endpoint that follows from the region",
      "region: eu-north-1,",
      "region: eu-north-1, endpoint: https://S3.EU-north-1.amazonaws.com/,",
    ],
    ["a label that is not the name", "Guests: { roles", "Visitors: { name: Guests, roles"],
  ])("%s", (what, written, otherwise) => {
    const other = what.startsWith("a label")
      ? newsroom.replaceAll("Guests:", "Visitors:").replace("Visitors: { roles", "Visitors: { name: Guests, roles")
      : newsroom.replace(written, otherwise);
    expect(other).not.toBe(newsroom);
    expect(told(between(newsroom, other))).toEqual([]);
    expect(told(between(other, newsroom))).toEqual([]);
  });

  test("one endpoint under two names of its service", () => {
    const storage = (fields: string) =>
      `storages: { A: { purpose: archive, bucket: b, region: eu-central-1, accessKey: { fromConfig: k }, secretKey: { fromConfig: s }, ${fields} } }`;
    expect(
      told(
        between(
          storage("type: wasabi"),
          storage("type: s3Compatible, endpoint: https://s3.eu-central-1.wasabisys.com"),
        ),
      ),
    ).toEqual([]);
    expect(
      told(between(storage("type: wasabi"), storage("type: s3Compatible, endpoint: https://s3.example.com"))),
    ).toEqual(["storages/A endpoint"]);
  });

  test("what is not written is not managed, in files alone", () => {
    const less = newsroom
      .replace("description: Cut, ", "")
      .replace(", settings: { aclTemplate: Upload, deleteGracePeriod: 72 }", "")
      .replace(/shield: .*\n/, "")
      .replace(", users: { duty@example.com: [read] }", "");
    expect(told(between(newsroom, less))).toEqual([]);
    expect(told(compare(picture(less), whole(newsroom)))).toEqual([]);
    expect(told(compare(picture(newsroom), whole(less)))).toEqual([
      "aclTemplates/Upload access.users duty@example.com",
      "shield/everyone addresses",
      "shield/groups/Guests addresses",
      "userGroups/Editors description",
      "userGroups/Editors settings.aclTemplate",
      "userGroups/Editors settings.deleteGracePeriod",
    ]);
  });

  test("none is none, however it is written", () => {
    const a = (fields: string) =>
      `userGroups: { A: { ${fields} } }\nstorages: { S: { type: file, purpose: files, mountPoint: /mnt/s, autoScan: false, default: false, access: { groups: [] } } }`;
    const bare = "userGroups: { A: {} }\nstorages: { S: { type: file, purpose: files, mountPoint: /mnt/s } }";
    expect(told(compare(picture(a('description: "", roles: []')), whole(bare)))).toEqual([]);
  });

  test("secrets, and what only the stack knows, are not compared", () => {
    const storage = (key: string) =>
      `storages: { A: { type: wasabi, purpose: archive, bucket: b, region: eu-central-1, accessKey: { fromConfig: id }, secretKey: { fromConfig: ${key} } } }`;
    const comparison = between(storage("one"), storage("two"));
    expect(comparison.equal).toBe(true);
    const days = (value: string) => `adminSettings: { deleteGracePeriod: ${value} }`;
    expect(between(days("{ fromConfig: days }"), days("3"))).toMatchObject({
      equal: true,
      notCompared: [
        { object: "adminSettings", field: "deleteGracePeriod", why: "the value is in the stack's config, under days" },
      ],
    });
    const live = whole(storage("one"));
    live.resources[0]!.inputs = { ...live.resources[0]!.inputs, secretKey: "canary-secret", verify: true };
    const other = structuredClone(live);
    other.resources[0]!.inputs.secretKey = "canary-other";
    for (const comparison of [compare(picture(storage("one")), live), compare(live, other)]) {
      expect(comparison).toMatchObject({ equal: true, notCompared: [] });
      expect(JSON.stringify(comparison)).not.toContain("canary");
    }
  });
});

describe("each difference once, at its name", () => {
  test.each<[string, string, string, object]>([
    [
      "description: Cut,",
      "description: Publish,",
      "userGroups/Editors",
      { field: "description", from: "Cut", to: "Publish" },
    ],
    [
      "roles: [can_write_assets]",
      "roles: [can_write_assets, can_purge_assets]",
      "userGroups/Editors",
      { field: "roles", added: ["can_purge_assets"] },
    ],
    [
      "browse: [can_search, can_read_assets]",
      "browse: [can_search]",
      "userGroups/Editors",
      { field: "roles", removed: ["can_read_assets"] },
    ],
    [
      "deleteGracePeriod: 72",
      "deleteGracePeriod: 24",
      "userGroups/Editors",
      { field: "settings.deleteGracePeriod", from: 72, to: 24 },
    ],
    [
      "settings: { aclTemplate: Upload",
      "settings: { aclTemplate: { existing: Other }",
      "userGroups/Editors",
      { field: "settings.aclTemplate", from: "Upload", to: "Other" },
    ],
    [
      "AD-Editors: Editors",
      "AD-Editors: Guests",
      "groupMappings/AD-Editors",
      { field: "group", from: "Editors", to: "Guests" },
    ],
    [
      "Guests: [read] }",
      "Guests: [read, changeAcl] }",
      "aclTemplates/Upload",
      { field: "access.groups", member: "Guests", added: ["changeAcl"] },
    ],
    [
      ", users: { duty@example.com: [read] }",
      ", users: {}",
      "aclTemplates/Upload",
      { field: "access.users", member: "duty@example.com" },
    ],
    [
      "bucket: example-masters",
      "bucket: other-masters",
      "storages/Masters",
      { field: "bucket", from: "example-masters", to: "other-masters" },
    ],
    [
      "region: eu-north-1",
      "region: eu-west-1",
      "storages/Masters",
      { field: "region", from: "eu-north-1", to: "eu-west-1" },
    ],
    ["write: true", "write: false", "storages/Masters", { field: "write", from: true, to: false }],
    [`"*.part"]`, `"*.bak"]`, "storages/Masters", { field: "scanIgnore", added: ["*.bak"], removed: ["*.part"] }],
    [
      "hoursInterval: 24 }",
      "hoursInterval: 12 }",
      "storages/Masters",
      { field: "autoScan", from: { hoursInterval: 24 }, to: { hoursInterval: 12 } },
    ],
    [
      "autoScan: { hoursInterval: 24 }",
      "autoScan: false",
      "storages/Masters",
      { field: "autoScan", from: { hoursInterval: 24 } },
    ],
    ["path: out", "path: out/b", "exportLocations/Partner", { field: "path", from: "out", to: "out/b" }],
    [
      "user: ci@example.com",
      "user: cd@example.com",
      "applications/CI",
      { field: "user", from: "ci@example.com", to: "cd@example.com" },
    ],
    [
      "ip: 203.0.113.0/24",
      "ip: 198.51.100.7",
      "shield/everyone",
      { field: "addresses", added: [{ ip: "198.51.100.7" }], removed: [{ ip: "203.0.113.0/24" }] },
    ],
    [
      ", application: CI",
      "",
      "shield/everyone",
      { field: "addresses", added: [{ ip: "192.0.2.10" }], removed: [{ ip: "192.0.2.10", application: "CI" }] },
    ],
    [
      "ip: 192.0.2.0/24",
      "ip: 192.0.2.0/25",
      "shield/groups/Guests",
      { field: "addresses", added: [{ ip: "192.0.2.0/25" }], removed: [{ ip: "192.0.2.0/24" }] },
    ],
    ["minLength: 12", "minLength: 8", "adminSettings", { field: "passwordChecks.minLength", from: 12, to: 8 }],
    [
      "{ name: title }, { name: date }",
      "{ name: date }, { name: title }",
      "adminSettings",
      { field: "searchDisplayFields" },
    ],
  ])("%s -> %s", (before, after, object, change) => {
    const other = newsroom.replace(before, after);
    expect(other).not.toBe(newsroom);
    const comparison = between(newsroom, other);
    expect(comparison.changed).toMatchObject([{ object, changes: [change] }]);
    expect(told(comparison)).toHaveLength(1);
    expect(told(between(other, newsroom))).toHaveLength(1);
  });

  test("objects on one side, with what belongs to them", () => {
    const more = `${newsroom}roleGroups: {}\n`
      .replace("roleGroups: {}\n", "")
      .replace(
        "Guests: { roles",
        "Night: { roles: [can_search], settings: { deleteGracePeriod: 3 } }\n  Guests: { roles",
      );
    expect(told(between(newsroom, more))).toEqual(["+ userGroups/Night"]);
    expect(told(between(more, newsroom))).toEqual(["- userGroups/Night"]);
    expect(told(compare(picture(newsroom), whole(more)))).toEqual(["+ userGroups/Night"]);
  });

  test("iconik's own objects are missed by nobody", () => {
    const live = whole(`${newsroom}`);
    live.resources.push({
      ...live.resources[0]!,
      kind: "UserGroup",
      section: "userGroups",
      label: "Everyone",
      name: "Everyone",
      inputs: { name: "Everyone" },
      options: { builtIn: true },
    });
    expect(told(compare(picture(newsroom), live))).toEqual([]);
    expect(told(compare(live, whole(newsroom)))).toEqual(["- userGroups/Everyone"]);
  });

  test("another model of permissions", () => {
    expect(told(between("userGroups: { A: {} }", "tenant: { model: teams }\nteams: { A: {} }"))).toEqual([
      "tenant model",
      "- userGroups/A",
      "+ teams/A",
    ]);
  });
});

describe("names", () => {
  const renamed = newsroom
    .replaceAll("Guests", "Visitors")
    .replace("Visitors: { roles", "Visitors: { formerly: Guests, roles");

  test("a rename that is told is one difference, whatever refers to it, in either direction", () => {
    expect(between(newsroom, renamed).changed).toMatchObject([
      { object: "userGroups/Guests", changes: [{ field: "name", from: "Guests", to: "Visitors" }] },
    ]);
    expect(told(between(newsroom, renamed))).toHaveLength(1);
    expect(told(between(renamed, newsroom))).toEqual(["userGroups/Visitors name"]);
    expect(told(between(renamed, renamed))).toEqual([]);
  });

  test("a rename that is not told is two objects", () => {
    const silent = newsroom.replaceAll("Guests", "Visitors");
    expect(told(between(newsroom, silent))).toEqual([
      "aclTemplates/Upload access.groups Guests",
      "aclTemplates/Upload access.groups Visitors",
      "- userGroups/Guests",
      "+ userGroups/Visitors",
    ]);
  });

  test("the same id is the same object, whatever it is called", () => {
    const [before, after] = [whole("userGroups: { A: {}, B: {} }"), whole("userGroups: { B: {}, A: {} }")];
    before.resources.forEach((one, index) => (one.id = String(index)));
    after.resources.forEach((one, index) => (one.id = String(index)));
    expect(compare(before, after).changed).toMatchObject([
      { changes: [{ field: "name", from: "A", to: "B" }] },
      { changes: [{ field: "name", from: "B", to: "A" }] },
    ]);
  });

  test.each([
    "__proto__",
    "constructor",
    "a/b",
    "no",
    "null",
    "1e3",
    " ",
    "a: b # c",
    "\u202eabc",
    "😀",
    "'\"`|",
    "x".repeat(300),
  ])("%j", (name) => {
    const file = (description: string) =>
      JSON.stringify({
        userGroups: { [name]: { description, settings: { deleteGracePeriod: 1 } } },
        aclTemplates: { T: { access: { groups: { [name]: ["read"] } } } },
      }).replace(
        '"userGroups":{}',
        `"userGroups":{"__proto__":${JSON.stringify({ description, settings: { deleteGracePeriod: 1 } })}}`,
      );
    const comparison = between(file("a"), file("b"));
    expect(comparison).toMatchObject({
      onlyFrom: [],
      onlyTo: [],
      changed: [{ object: `userGroups/${name}`, changes: [{ field: "description", from: "a", to: "b" }] }],
    });
    for (const text of [asText(comparison, wordsOf(comparison)), asMarkdown(comparison, wordsOf(comparison), "x")])
      expect(text).not.toMatch(/[\u202e\u0000-\u0009\u000b-\u001f]/);
  });

  test("case tells names apart", () => {
    expect(told(between("userGroups: { editors: {}, Editors: {} }", "userGroups: { Editors: {} }"))).toEqual([
      "- userGroups/editors",
    ]);
  });

  test("two of one name are told apart by their labels", () => {
    const adopt = (id: string) => `options: { adopt: 5b1f0c9e-0000-4000-8000-00000000000${id} }`;
    const file = (one: string, other: string, more = "") => `
userGroups:
  Editors: { description: ${one}, ${adopt("1")} }
  Editors 2: { name: Editors, description: ${other}, ${adopt("2")} }
aclTemplates: { T: { access: { groups: { Editors 2: [read] } } } }${more}`;
    expect(told(between(file("a", "b"), file("a", "c")))).toEqual(["userGroups/Editors 2 description"]);
    const other = file("a", "b").replace("groups: { Editors 2", "groups: { Editors");
    expect(told(between(file("a", "b"), other))).toEqual([
      "aclTemplates/T access.groups Editors",
      "aclTemplates/T access.groups Editors",
    ]);
  });
});

test("two of one name in two tenants are told apart by their labels, as exports make them", () => {
  const two = (description: string): Picture => {
    const [one] = whole("userGroups: { Editors: { description: a } }").resources;
    const other = { ...one!, label: "Editors 2", name: "Editors 2", inputs: { ...one!.inputs, description } };
    return { ...whole("userGroups: { Editors: {} }"), resources: [one!, other] };
  };
  expect(told(compare(two("b"), two("b")))).toEqual([]);
  expect(told(compare(two("b"), two("c")))).toEqual(["userGroups/Editors 2 description"]);
});

describe("the map", () => {
  const other = newsroom
    .replace("example-masters", "test-masters")
    .replace("203.0.113.0/24", "198.51.100.0/24")
    .replaceAll("Guests", "Guests (test)")
    .replace("region: eu-north-1", "region: eu-west-1")
    .replace("ci@example.com", "ci-test@example.com");
  const map = `
names: { userGroups: { Guests: Guests (test) } }
buckets: { example-masters: test-masters }
addresses: { 203.0.113.0/24: 198.51.100.0/24 }
values: { eu-north-1: eu-west-1, ci@example.com: ci-test@example.com }
`;

  test("leaves real differences only", () => {
    expect(told(between(newsroom, other, map))).toEqual([]);
    expect(told(between(newsroom, other.replace("description: Cut", "description: Test"), map))).toEqual([
      "userGroups/Editors description",
    ]);
  });

  test("hosts and ids", () => {
    const file = (host: string, id: string) => `
storages: { A: { type: cloudian, purpose: files, bucket: b, region: dc1, endpoint: "https://s3.${host}:8443/x", accessKey: { fromConfig: k }, secretKey: { fromConfig: s }, metadataView: { id: 5b1f0c9e-0000-4000-8000-00000000000${id} } } }`;
    const hosts =
      "hosts: { s3.one.example.com: s3.two.example.com }\nids: { 5b1f0c9e-0000-4000-8000-000000000001: 5b1f0c9e-0000-4000-8000-000000000002 }\n";
    expect(told(between(file("one.example.com", "1"), file("two.example.com", "2"), hosts))).toEqual([]);
    expect(told(between(file("one.example.com", "1"), file("two.example.com", "2")))).toEqual([
      "storages/A endpoint",
      "storages/A metadataView",
    ]);
  });

  test("says what fits nothing", () => {
    expect(
      between(newsroom, newsroom, "buckets: { exmaple-masters: x }\nnames: { storages: { Old: New } }").unusedInMap,
    ).toEqual(["buckets: exmaple-masters", "names.storages: Old"]);
  });

  test.each([
    ["bukets: { a: b }", "map.yaml:1:1 bukets: there is no such key"],
    ["buckets: { a: 1 }", "map.yaml:1:12 buckets.a: wanted: a text"],
    ["buckets: [a]", "map.yaml:1:1 buckets: wanted: keys and values"],
    ["names: { groups: { A: B } }", "map.yaml:1:10 names.groups: there is no such key"],
    ["names:\n  userGroups: { A: X, B: X }", "map.yaml:2:23 names.userGroups.B and A both become X"],
    ["buckets: { a: b", "map.yaml:1:16 Flow map"],
    ["__proto__: { a: b }", "__proto__: there is no such key"],
  ])("%s is refused with its place", (text, message) => {
    expect(() => between(newsroom, newsroom, text)).toThrow(message);
  });
});

test("fields that a reading could not give are said: nobody can tell that they are equal", () => {
  const live = {
    ...whole(newsroom),
    gaps: [{ kind: "UserGroup", label: "Editors", field: "description", why: "iconik did not show it" }],
  };
  live.resources = live.resources.map((one): PicturedResource =>
    one.label === "Editors" && one.kind === "UserGroup"
      ? { ...one, inputs: { ...one.inputs, description: undefined } }
      : one,
  );
  expect(asPublished(compare(picture(newsroom), live))).toMatchObject({
    equal: false,
    changed: [],
    notCompared: [{ object: "userGroups/Editors", field: "description", why: "iconik did not show it" }],
  });
  const less = newsroom.replace("description: Cut, ", "");
  expect(asPublished(compare(picture(less), live))).toMatchObject({ equal: true, notCompared: [] });
});

test("credentials are each tenant's own", () => {
  const storage = (key: string) =>
    `storages: { A: { type: wasabi, purpose: archive, bucket: b, region: eu-central-1, accessKey: ${key}, secretKey: { fromConfig: s } } }`;
  expect(between(storage("EXAMPLEKEY1"), storage("EXAMPLEKEY2"))).toMatchObject({ equal: true, notCompared: [] });
});

test("text and Markdown for people", () => {
  const comparison = between(
    newsroom,
    newsroom
      .replace("description: Cut", "description: 'a|b <b>'")
      .replace("Guests: [read] }", "Guests: [write] }")
      .replace("exportLocations: { Partner", "exportLocations: { Other"),
  );
  expect(asText(comparison, wordsOf(comparison))).toBe(`~ aclTemplates/Upload  tenant.yaml:7
    access.groups Guests  + write
                          - read
~ userGroups/Editors  tenant.yaml:4
    description           "Cut" → "a|b <b>"
- exportLocations/Partner  only in a.yaml  tenant.yaml:10
+ exportLocations/Other  only in b.yaml  tenant.yaml:10

2 objects changed, 1 only in a.yaml, 1 only in b.yaml
`);
  expect(asMarkdown(comparison, wordsOf(comparison), "a and b")).toContain(
    '| `userGroups/Editors` | `description` | `"Cut" → "a\\|b <b>"` |',
  );
});
