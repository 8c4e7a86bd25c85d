// What reviews say of changes as people make them, in reports as people read them. The reports are kept beside the changes,
// in test/review/cases; REVIEWS=write writes them anew.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020";
import { describe, expect, test } from "vitest";
import { grantsOf } from "../provider/commands/review";
import { keepSecret } from "../provider/engine/redact";
import { roles } from "../provider/roles";
import { html, json, markdown, review, sarif, statementCodes, text, type Review } from "../provider/review";
import { readSnapshot } from "../provider/tenant/live/snapshot";
import type { Picture } from "../provider/tenant/picture";
import { asLive, bare, groups, now, picture, resource } from "./review/pictures";

const cases = join(__dirname, "review/cases");
const schema = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(join(__dirname, "../schema/review.schema.json"), "utf8")) as object,
);

function reviewOf(name: string): Review {
  const file = (which: string) => join(cases, name, which);
  const [from, to] = [
    picture(readFileSync(file("from.yaml"), "utf8"), "git:main:tenant.yaml"),
    picture(readFileSync(file("to.yaml"), "utf8"), "tenant.yaml"),
  ];
  const live = existsSync(file("live.yaml")) ? asLive(picture(readFileSync(file("live.yaml"), "utf8"))) : undefined;
  const people = existsSync(file("people.json"))
    ? readSnapshot(readFileSync(file("people.json"), "utf8"), "people.json", undefined)
    : undefined;
  return review(from, to, {
    now,
    name: "prod",
    grants: { from: grantsOf(from), to: grantsOf(to) },
    ...(live && { live }),
    ...(people && { people }),
  });
}

describe.each(readdirSync(cases))("%s", (name) => {
  const found = reviewOf(name);

  test.each([
    ["report.txt", () => text(found)],
    ["report.md", () => markdown([found])],
  ])("is told in %s", (file, render) => {
    const path = join(cases, name, file);
    if (process.env.REVIEWS === "write") writeFileSync(path, render());
    expect(
      existsSync(path) ? readFileSync(path, "utf8") : "",
      "REVIEWS=write vitest run test/review.test.ts writes it anew",
    ).toBe(render());
  });

  test("is JSON of the published form, and SARIF that names its rules", () => {
    expect(schema(JSON.parse(json(found))), JSON.stringify(schema.errors)).toBe(true);
    const { runs } = JSON.parse(sarif(found)) as {
      runs: {
        tool: { driver: { rules: { id: string }[] } };
        results: { ruleId: string; ruleIndex: number; message: { text: string } }[];
      }[];
    };
    for (const { ruleId, ruleIndex } of runs[0]!.results)
      expect(runs[0]!.tool.driver.rules[ruleIndex]!.id).toBe(ruleId);
    expect(found.statements.filter(({ code }) => !(code in statementCodes))).toEqual([]);
  });
});

/** Codes of what has a way back, by what that is told as. */
const opposite = new Map(
  [
    ["ability-gained", "ability-lost"],
    ["access-gained", "access-lost"],
    ["addresses-widened", "addresses-narrowed"],
    ["setting-loosened", "setting-tightened"],
    ["grant-gained", "grant-lost"],
    ["created", "deleted"],
  ].flatMap(([one = "", other = ""]) => [
    [one, other],
    [other, one],
  ]),
);

// Of what only one side describes, or says under a former name, the way back is another change.
test.each([
  "first-role-group",
  "freelancers-purge",
  "group-removed",
  "office-moves",
  "settings-loosened",
  "sign-in",
  "template-tightened",
  "templates-given",
])("%s: the way back is the mirror image", (name) => {
  const side = (which: string) => picture(readFileSync(join(cases, name, which), "utf8"), which);
  const [from, to] = [side("from.yaml"), side("to.yaml")];
  const told = (before: Picture, after: Picture, called: (code: string) => string) =>
    review(before, after, { now, grants: { from: grantsOf(before), to: grantsOf(after) } })
      .statements.filter(({ code }) => opposite.has(code))
      .map(({ code, subject, roles, member, permissions }) =>
        JSON.stringify([called(code), subject.label, roles, member, permissions]),
      )
      .sort();
  const there = told(from, to, (code) => opposite.get(code)!);
  expect(there.length).toBeGreaterThan(0);
  expect(told(to, from, (code) => code)).toEqual(there);
});

test.each([
  [
    "aclTemplates",
    (label: string, more: string) =>
      `aclTemplates: { ${label}: { ${more}access: { groups: { Editors: [read] } } } }\nstorages: { Playout: { type: file, purpose: files, mountPoint: /mnt/playout, aclTemplate: ${label} } }\nuserGroups: { Editors: { roles: [can_read_assets] } }\n`,
  ],
  [
    "userGroups",
    (label: string, more: string) =>
      `userGroups: { ${label}: { ${more}roles: [can_read_assets] } }\naclTemplates: { Upload: { access: { groups: { ${label}: [read] } } } }\nshield: { groups: { ${label}: [{ ip: 203.0.113.0/24 }] } }\n`,
  ],
  [
    "storages",
    (label: string, more: string) =>
      `storages: { ${label}: { ${more}type: file, purpose: files, mountPoint: /mnt/playout } }\nexportLocations: { Out: { storage: ${label}, path: out, exportOriginal: true } }\n`,
  ],
])("%s: another name is told as that, wherever it is used", (_, written) => {
  const found = review(picture(written("Before", "")), picture(written("After", "formerly: Before, ")), { now });
  expect(found.statements.map(({ code, says }) => [code, says])).toEqual([
    ["renamed", "is called “After” instead of “Before”"],
  ]);
});

test("with a tenant the review has a digest, in every form of it; of lock-outs, it claims what guards said", () => {
  const [tenant, to] = [
    asLive(groups("userGroups", { Editors: [] })),
    groups("userGroups", { Editors: ["can_search"] }),
  ];
  const found = review(tenant, to, { now, name: "prod", version: "1.0.0", lockOut: "safe" });
  expect(schema(JSON.parse(json(found))), JSON.stringify(schema.errors)).toBe(true);
  expect(found.digest).toMatch(/^1\.0\.0:[0-9a-f]{64}:/);
  for (const output of [text(found), markdown([found]), json(found)]) expect(output).toContain(found.digest);
  // What is cut to fit leaves it whole.
  expect(markdown([found], { most: 600 })).toContain(found.digest);
  expect(text(found).split("\n")[0]).toContain(" · lock-out: safe");
  expect(markdown([review(tenant, to, { now, lockOut: "refused" })]).split("\n")[0]).toContain("lock-out: refused");
  expect(text(review(tenant, to, { now }))).not.toContain("lock-out");
});

test("guards and tests that get stronger are no words; what Pulumi plans has none, and has taken none away", () => {
  const side = (which: string) => picture(readFileSync(join(cases, "safeguards-weakened", which), "utf8"));
  const [strong, weak] = [side("from.yaml"), side("to.yaml")];
  const said = (from: Picture, to: Picture) =>
    review(from, to, { now }).statements.filter(({ code }) => /^(guard|test|exception)-/.test(code));
  // The other way round, only the test that got another name asks for less, and is told as gone.
  expect(said(weak, strong)).toMatchObject([
    { code: "test-removed", subject: { label: "editors never purge anything" } },
  ]);
  expect(said(strong, strong)).toEqual([]);
  expect(said(strong, { ...weak, isPlan: true })).toEqual([]);
});

describe("a change by the two files alone", () => {
  const storage = (rest: string, more = "") =>
    `storages: { Masters: { type: wasabi, purpose: files, bucket: masters, region: eu-west-1, read: true, ${rest} } }\n${more}`;
  const list = (last: string) =>
    `shield: { everyone: [${[...Array(14).keys()].map((index) => `{ ip: 198.51.100.${index * 2} }`).join(", ")}, { ip: ${last} }] }\n`;
  const changeFrom = (from: string, to: string) => review(picture(from), picture(to), { now }).change!;
  const none = "userGroups: { Editors: { roles: [] } }\n";
  const keys = "accessKey: { fromConfig: a }, secretKey: { fromConfig: b }";
  const onAws = (region: string) =>
    storage("provision: { cloud: a }", `clouds: { a: { type: aws, region: ${region} } }\n`).replace(
      "type: wasabi",
      "type: s3, credentials: keys",
    );

  test.each<[string, string, string, string]>([
    [
      "another bucket of a new storage",
      none,
      none + storage(keys),
      none + storage(keys).replace("bucket: masters", "bucket: others"),
    ],
    ["an address that is counted and not named", none, none + list("192.0.2.1"), none + list("192.0.2.2")],
    [
      "another text to rotate by",
      storage("provision: {}"),
      storage('provision: { rotate: "1" }'),
      storage('provision: { rotate: "2" }'),
    ],
    ["another cloud", onAws("eu-west-1"), onAws("eu-west-2"), onAws("eu-west-3")],
    ["another value of the config", none, none + storage(keys), none + storage(keys.replace("b }", "c }"))],
    ["another guard", none, `${none}guards: { mustKeep: [192.0.2.1] }\n`, `${none}guards: { mustKeep: [192.0.2.2] }\n`],
    [
      "an option",
      none,
      none.replace("roles: []", "roles: [], options: { protect: true }"),
      none.replace("roles: []", "roles: [], options: { adopt: exact }"),
    ],
  ])("is another one by %s, and is never without a word", (_, from, one, other) => {
    const [first, second] = [changeFrom(from, one), changeFrom(from, other)];
    expect(first).toEqual(changeFrom(from, one));
    expect(first.digest).not.toBe(second.digest);
    for (const to of [one, other]) {
      const { change, statements } = review(picture(from), picture(to), { now });
      expect(change!.effects).toBeGreaterThan(0);
      expect(statements).not.toEqual([]);
    }
    expect(review(picture(one), picture(other), { now }).statements).not.toEqual([]);
    expect(changeFrom(one, one).effects).toBe(0);
  });

  test("tells what is provisioned otherwise, a sentence for each", () => {
    const said = (from: string, to: string) =>
      review(picture(from), picture(to), { now }).statements.map(({ subject, says }) => `${subject.label}: ${says}`);
    expect(
      said(storage('provision: { rotate: "1", cors: iconik }'), storage('provision: { rotate: "2", cors: ours }')),
    ).toEqual([
      "Masters: provision.rotate is other text: a new key is made, and the old one goes once the new one works",
      "Masters: provision.cors is “ours” instead of “iconik”",
    ]);
    expect(
      said(`${none}guards: { mustKeep: [192.0.2.1] }\n`, `${none}guards: { mustKeep: [192.0.2.1, 192.0.2.2] }\n`),
    ).toEqual(["mustKeep: is 192.0.2.1, 192.0.2.2 instead of 192.0.2.1"]);
  });

  test("is the same whatever else stands in both files, and in whatever order", () => {
    const [from, to] = [storage('provision: { rotate: "1" }'), storage('provision: { rotate: "2" }')];
    const rest = "userGroups: { B: { roles: [can_search] }, A: { roles: [] } }\nguards: { mustKeep: [192.0.2.1] }\n";
    expect(changeFrom(rest + from, to + rest)).toEqual(changeFrom(from, to));
  });
});

test("an exception acknowledges what is put back as well as what is new, and is not stale then", () => {
  const allow = "allow: [{ escalation: userGroups/Freelance, reason: CHG-1, until: 2999-01-01 }]";
  const described = picture(`userGroups: { Freelance: { roles: [can_search, can_purge_assets] } }\n${allow}`);
  const there = asLive(groups("userGroups", { Freelance: ["can_search"] }));
  const found = review(described, described, { now, live: there });
  const escalations = found.reverts!.statements.filter(({ level }) => level === "escalation");
  expect(escalations.map(({ code, allowed }) => [code, allowed?.reason])).toEqual([
    ["ability-gained", "CHG-1"],
    ["tier-reached", "CHG-1"],
  ]);
  expect([found.reverts!.totals.escalations, found.statements]).toEqual([0, []]);
  // Where nobody took anything away, it permits nothing.
  expect(review(described, described, { now, live: asLive(described) }).statements).toMatchObject([
    { code: "stale-exception" },
  ]);
});

test("what somebody deleted by hand is put back only where the change still has it", () => {
  const desk = "userGroups: { Desk: { roles: [can_search] }";
  const described = picture(`${desk}, Guests: { roles: [can_purge_assets] } }`);
  const there = asLive(picture(`${desk} }`));
  const back = (to: string) =>
    review(described, picture(to), { now, live: there }).reverts!.statements.map(
      ({ code, subject }) => `${code} ${subject.label}`,
    );
  expect(back(`${desk}, Guests: { roles: [can_purge_assets] } }`)).toContain("ability-gained Guests");
  expect(back(`${desk}, Visitors: { formerly: Guests, roles: [can_purge_assets] } }`)).toContain(
    "ability-gained Guests",
  );
  expect(back(`${desk} }`)).toEqual([]);
  expect(back(`${desk} }\nrelease: [userGroups/Guests]`)).toEqual([]);
});

test("of allow lists, all addresses are everyone, and large numbers are not spelt out", () => {
  const list = (...ips: string[]) =>
    picture(
      `guards: { mustKeep: [127.0.0.1] }\nshield: { everyone: [${ips.map((ip) => `{ ip: "${ip}" }`).join(", ")}] }`,
    );
  const told = (from: string[], to: string[]) =>
    review(list(...from), list(...to), { now }).statements.map(({ says }) => says);
  const local = "127.0.0.0/8";
  expect(told([local, "0.0.0.0/0", "::/0"], [local])).toEqual([
    "no longer lets in everyone by IPv4 who is not in 127.0.0.0/8 and everyone by IPv6",
  ]);
  expect(told([local], [local, "0.0.0.0/0"])).toEqual(["also lets in everyone by IPv4 who is not in 127.0.0.0/8"]);
  expect(told([local, "10.0.0.0/8", "2001:db8::/32", "192.0.2.0/24"], [local])).toEqual([
    "no longer lets in 10.0.0.0/8 (17 million addresses), 192.0.2.0/24 (256 addresses) and 2001:db8::/32",
  ]);
});

test("the deletion of a storage says without a tenant what guards will want", () => {
  const storage = "storages: { Old: { type: file, purpose: files, mountPoint: /mnt/old } }";
  expect(
    text(review(picture(`${storage}\nuserGroups: { Editors: {} }`), picture("userGroups: { Editors: {} }"), { now })),
  ).toContain("guards want it named, allow: [{ delete: storages/Old, reason: … }]");
});

test("every role has words, and a name that nobody knows has, too", () => {
  for (const role of [...roles.keys(), "can_frobnicate"]) {
    const found = review(groups("userGroups", { Editors: [] }), groups("userGroups", { Editors: [role] }), { now });
    const told = [text(found), markdown([found])];
    for (const report of told)
      expect(report).toContain(roles.get(role)?.may ?? "use the role can_frobnicate, which is not known here");
  }
});

test("a role that nobody knows may be anything, so whoever gets it is told of among the warnings", () => {
  const levels = (from: string[], to: string[]) =>
    review(groups("userGroups", { Editors: from }), groups("userGroups", { Editors: to }), { now }).statements.map(
      ({ code, level }) => [code, level],
    );
  expect(levels([], ["can_frobnicate"])).toEqual([["ability-gained", "warning"]]);
  expect(levels(["can_frobnicate"], [])).toEqual([["ability-lost", "change"]]);
});

describe("Markdown", () => {
  const many = (count: number, given: readonly string[]): Picture =>
    groups("userGroups", Object.fromEntries([...Array(count).keys()].map((index) => [`Group ${index}`, given])));
  const names = [...roles.keys()];

  test("fits a comment, the dangerous first, and counts what does not fit as whole facts", () => {
    const found = review(many(500, []), many(500, names), { now });
    const report = markdown([found], { report: "https://ci.example.com/1" });
    expect(Buffer.byteLength(report)).toBeLessThan(60_000);
    expect(report.indexOf("Escalations")).toBeGreaterThan(0);
    expect(report).toMatch(
      /\n\d+ more facts do not fit in here: \[the full report\]\(https:\/\/ci.example.com\/1\) has them\.\n$/,
    );
    const whole = new Set(markdown([found], { most: 1e9 }).split("\n"));
    for (const most of [700, 1_500, 20_000, 60_000]) {
      const cut = markdown([found], { most });
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(most);
      expect(
        cut.split("\n").filter((line) => line.startsWith("- ") && !whole.has(line)),
        String(most),
      ).toEqual([]);
    }
  });

  test("what goes back stands below its own heading, and not among what the change does", () => {
    const [from, live, to] = [many(1, []), asLive(many(1, ["can_delete_assets"])), many(1, ["can_purge_assets"])];
    const found = review(from, to, { now, live });
    expect(markdown([found]).match(/^#+ .*/gm)).toEqual([
      "### Escalations",
      "### Changed by hand, and put back by this",
      "##### user group “Group 0”",
    ]);
    const [, back] = text(found).split("Changed by hand, and put back by this\n");
    expect(back!.split("\n").filter((line) => line !== "" && !line.startsWith("  "))).toEqual([]);
  });

  test("environments on which a change has the same effects share one report", () => {
    const found = review(many(1, []), many(1, ["can_purge_assets"]), { now });
    const other = review(many(1, []), many(1, ["can_search"]), { now });
    const report = markdown([
      { ...found, name: "prod" },
      { ...found, name: "staging" },
      { ...other, name: "test" },
    ]);
    expect(report.match(/^\*\*.*?:/gm)).toEqual(["**prod:", "**staging:", "**test:"]);
    expect(report.match(/^## .*/gm)).toEqual(["## prod, staging", "## test"]);
    expect(report.match(/for good \(can_purge_assets/g)).toHaveLength(1);
    // Nobody here, two people there: that is not the same.
    const people = ["one", "two"].map((name) => ({
      email: `${name}@example.com`,
      type: "power" as const,
      active: true,
      admin: false,
      memberOf: ["userGroups/Group 0"],
    }));
    const crowded = review(
      { ...many(1, []), people: { known: people, readAt: now.toISOString() } },
      many(1, ["can_purge_assets"]),
      { now },
    );
    expect(
      markdown([
        { ...found, name: "staging" },
        { ...crowded, name: "prod" },
      ]).match(/^## .*/gm),
    ).toEqual(["## staging", "## prod"]);
    expect(html({ ...found, name: "staging" }, [{ ...crowded, name: "prod" }])).not.toContain("The same as in");
    expect(html({ ...found, name: "staging" }, [{ ...found, name: "prod" }])).toContain("The same as in");
  });

  test("a name is never read as markup, HTML, a mention or a line of its own", () => {
    const evil = "<img src=x> **bold** [link](https://evil.example.com) @everyone `code` | # 1\n## heading";
    const report = markdown([
      review(groups("userGroups", {}), groups("userGroups", { [evil]: ["can_search"] }), { now }),
    ]);
    expect(report).not.toMatch(/<img|[^\\]\*\*bold|[^\\]\[link|:\/\/|@everyone|^## heading|[^\\]`code/m);
  });
});

test("in text, a name with a line break writes no line of its own", () => {
  const evil = "Guests\n\nEscalations\r\u2028  \u001b[2Knothing changes";
  const found = review(groups("userGroups", { [evil]: [] }), groups("userGroups", { [evil]: ["can_purge_assets"] }), {
    now,
  });
  expect(
    text(found)
      .split(/[\r\n\u2028]/)
      .filter((line) => line.includes("nothing changes") && !line.includes("Guests")),
  ).toEqual([]);
  expect(text(found)).not.toContain("\u001b");
});

test("no secret is in any output, whether it changes or stays", () => {
  const canaries = ["canary-one-3f9c", "canary-two-81be"];
  const side = (canary: string): Picture =>
    bare("userGroups", [
      resource("Storage", "storages", "Masters", {
        name: "Masters",
        type: "s3",
        purpose: "files",
        bucket: "b",
        region: "r",
        path: "",
        accessKey: canary,
        secretKey: canary,
        sessionToken: canary,
        metadataConversionUrlHeaders: `Authorization: ${canary}`,
      }),
      resource("Storage", "storages", "Google", {
        name: "Google",
        type: "gcs",
        purpose: "files",
        bucket: "b",
        jsonKey: canary,
        project: "p",
      }),
      resource("Storage", "storages", canary === canaries[0] ? "Azure" : "Blob", {
        name: "Azure",
        type: "azure",
        purpose: "files",
        container: "c",
        connectionString: canary,
      }),
    ]);
  const [from, to] = [side(canaries[0]!), side(canaries[1]!)];
  for (const found of [
    review(from, to, { now }),
    review(to, to, { now }),
    review(from, to, { now, live: asLive(from) }),
    review(asLive(from), to, { now }),
  ]) {
    const outputs = [json(found), text(found), markdown([found]), sarif(found)];
    for (const output of outputs) expect(canaries.filter((canary) => output.includes(canary))).toEqual([]);
  }
  const said = text(review(from, to, { now }));
  expect(said).toContain("secretKey gets another value");
});

test("what was registered as secret is masked wherever it is written", () => {
  keepSecret("canary-three-55aa");
  const found = review(groups("userGroups", { Editors: [] }), groups("userGroups", { "canary-three-55aa": [] }), {
    now,
  });
  for (const output of [json(found), text(found), markdown([found]), sarif(found)]) {
    expect(output).not.toContain("canary-three-55aa");
  }
});
