// Two tenants with other ids, buckets and hosts: one made from the other, and then told apart.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import { loadTenant } from "../provider/tenant";
import type { Comparison } from "../provider/tenant/compare";
import { createProject, endToEnd, type Project } from "./cli.ts";
import { iconik } from "./commands.ts";
import { done } from "./iconik-project.ts";
import { change, named } from "./hand.ts";
import { repository } from "./processes.mts";
import { published } from "./published.ts";
import { environmentOf } from "./stack.ts";
import { folder } from "./tenant/inline";

const newsroom = readFileSync(join(repository, "examples/newsroom/tenant.yaml"), "utf8");
const secrets = {
  "e2e:archive.accessKey": "CANARYKEY",
  "e2e:archive.secretKey": "canary-secret",
  "e2e:delivery.jsonKey": "{}",
};

const asPublished = published("compare");

interface Tenant {
  sandbox: Sandbox;
  project: Project;
}

async function tenant(files: Record<string, string>): Promise<Tenant> {
  const sandbox = await startSandbox({ tenant: "old", seed: join(repository, "examples/newsroom/sandbox.yaml") });
  onTestFinished(sandbox.close);
  const project = await createProject(
    { "index.js": `module.exports = require("pulumi-iconik/program");`, ...files },
    { env: environmentOf(sandbox) },
  );
  onTestFinished(project.close);
  await done(project.config({}, secrets));
  return { sandbox, project };
}

const told = ({ changed, onlyFrom, onlyTo }: Comparison): string[] => [
  ...changed.flatMap(({ object, changes }) =>
    changes.map(({ field, member }) => [object, field, member].filter(Boolean).join(" ")),
  ),
  ...onlyFrom.map(({ object }) => `- ${object}`),
  ...onlyTo.map(({ object }) => `+ ${object}`),
];

describe("from one tenant to another", endToEnd, () => {
  it("makes the second like the first, but for what the map says; then each edit is found once, at its name", async () => {
    const a = await tenant({ "tenant.yaml": newsroom });
    await done(a.project.up(["--skip-preview"]));
    const map = `
names: { userGroups: { Freelance: Freelance (test) } }
buckets: { example-masters: test-masters, example-archive: test-archive, example-delivery: test-delivery }
hosts: { s3.eu-central-1.wasabisys.com: s3.us-east-1.wasabisys.com }
addresses: { 203.0.113.0/24: 198.51.100.128/25 }
values: { eu-central-1: us-east-1 }
`;
    const b = await tenant({ "map.yaml": map });
    const cwd = b.project.folder;
    const env = { ...environmentOf(a.sandbox, "A"), ...environmentOf(b.sandbox) };
    for (const { sandbox } of [a, b]) sandbox.clearRequests();

    const promoted = await iconik(["promote", "live:A", "--to", ".", "--map", "map.yaml"], { cwd, env });
    expect(promoted).toMatchObject({ code: 0, stderr: "" });
    expect(promoted.stdout).toContain("pulumi config set --secret archive.secretKey");
    const written = readFileSync(join(cwd, "tenant.yaml"), "utf8");
    expect(written).not.toMatch(new RegExp(`${a.sandbox.domainId}|example-masters|203\\.0\\.113|canary|CANARY`, "i"));
    expect([a, b].flatMap(({ sandbox }) => sandbox.requests.filter(({ method }) => method !== "GET"))).toEqual([]);
    // The application of the sandbox's own token is in both.
    await done(b.project.up(["--skip-preview"], { ICONIK_ADOPT: "converge" }));

    const compare = async (...more: string[]) => {
      const ran = await iconik(["compare", "live:A", "live", "--map", "map.yaml", "--format", "json", ...more], {
        cwd,
        env,
      });
      return { ...ran, comparison: asPublished(JSON.parse(ran.stdout) as Comparison) };
    };
    const equal = await compare();
    expect(told(equal.comparison)).toEqual([]);
    expect(equal).toMatchObject({ code: 0, comparison: { equal: true, unusedInMap: [] } });
    expect(
      told(
        JSON.parse(
          (await iconik(["compare", "live:A", "live", "--format", "json"], { cwd, env })).stdout,
        ) as Comparison,
      ),
    ).not.toEqual([]);

    await change(a.sandbox, "PATCH", `/API/users/v1/groups/${named(a.sandbox, "groups", "Editors").id}/`, {
      description: "Cut",
    });
    await change(b.sandbox, "PATCH", `/API/files/v1/storages/${named(b.sandbox, "storages", "Playout").id}/`, {
      settings: { ...named(b.sandbox, "storages", "Playout").settings, scan_ignore: ["*.tmp"] },
    });
    const after = await compare();
    expect(told(after.comparison)).toEqual(["storages/Playout scanIgnore", "userGroups/Editors description"]);
    expect(after.code).toBe(2);

    // Promoted again, the file takes what changed, and keeps what is the target's own.
    const own = `${written.replace("tenant:\n", `tenant:\n  domainId: ${b.sandbox.domainId}\n`)}tests:\n  - { name: none, group: Editors, deny: [can_purge_*] }\n`;
    writeFileSync(join(cwd, "tenant.yaml"), own);
    const again = await iconik(["promote", "live:A", "--to", ".", "--map", "map.yaml"], { cwd, env });
    expect(again.stdout).toMatch(
      /~ userGroups\/Editors .*\n {4}description {2}"Cut and publish" → "Cut"\n\n1 object changed/,
    );
    const next = readFileSync(join(cwd, "tenant.yaml"), "utf8");
    expect(next).toContain(`domainId: ${b.sandbox.domainId}`);
    expect(next).toContain("can_purge_*");
  });
});

describe("from one file to another", () => {
  const run = (cwd: string, ...args: string[]) => iconik(["promote", ...args], { cwd });

  it("keeps the labels, exceptions and secrets of the target, and what the source does not manage", async () => {
    const cwd = folder({
      "source.yaml": `
userGroups: { Editors: { description: Cut, roles: [can_search] }, Night: {} }
aclTemplates: { Upload: { access: { groups: { Editors: [read] } } } }
storages: { Archive: { type: wasabi, purpose: archive, bucket: a, region: eu-central-1, accessKey: { fromConfig: "a.id" }, secretKey: { fromConfig: "a.key" } } }
`,
      "target/tenant.yaml": `
tenant: { domainId: 5b1f0c9e-0000-4000-8000-000000000001 }
userGroups: { Cutters: { name: Editors, description: Old, alias: ED, formerly: Cut, options: { retainOnDelete: true } }, Gone: {} }
storages: { Archive: { type: wasabi, purpose: archive, bucket: b, region: eu-central-1, accessKey: { fromConfig: "b.id" }, secretKey: { fromConfig: "b.key" } } }
allow: [{ delete: userGroups/Gone, reason: merged, until: 2027-01-01 }]
`,
      "map.yaml": "buckets: { a: b }",
    });
    const { code, stdout } = await run(cwd, "source.yaml", "--to", "target", "--map", "map.yaml");
    expect(code, stdout).toBe(0);
    expect(stdout).toContain("no longer described");
    const text = readFileSync(join(cwd, "target/tenant.yaml"), "utf8");
    expect(text).toContain("domainId: 5b1f0c9e-0000-4000-8000-000000000001");
    expect(text).toMatch(/Cutters:\n(?:.*\n)*? {4}name: Editors/);
    for (const kept of [
      "alias: ED",
      "formerly: Cut",
      "retainOnDelete: true",
      "b.key",
      "bucket: b",
      "userGroups/Gone",
      "groups: { Cutters: [read] }",
    ])
      expect(text).toContain(kept);
    expect(text).not.toMatch(/^ {2}Gone|a\.key|description: Old/m);
    expect((await iconik(["compare", "source.yaml", "target", "--map", "map.yaml"], { cwd })).code).toBe(0);
  });

  describe("what ends some day", () => {
    const dated = `
roleSets: { night: [can_search, { role: can_read_files, expires: 2099-11-30 }] }
addressSets: { fair: [203.0.113.7, 203.0.113.8] }
userGroups:
  Editors: { roleSets: [night], roles: [can_read_assets, { role: can_purge_assets, expires: 2099-12-31, reason: clean-up }] }
  Both: { roleSets: [night], roles: [can_read_files] }
aclTemplates:
  Labels: { access: { groups: { Editors: [read], Both: { permissions: [read, write], expires: 2099-12-31 } }, users: { Editor@example.com: { permissions: [read], expires: 2099-12-31 } } } }
  List: { access: { groups: [{ group: Editors, permissions: [read] }, { group: { existing: Guests }, permissions: [read], expires: 2099-12-31, reason: a visit }] } }
shield:
  everyone: [{ ip: 198.51.100.7 }, { ip: 192.0.2.10, expires: 2099-12-31, note: fair }, { set: fair, expires: 2099-10-31 }]
  groups: { Editors: [{ ip: 192.0.2.11, expires: 2099-12-31 }, { ip: 192.0.2.12 }] }
`;
    const target = "userGroups: { Cutters: { name: Editors } }\n";
    const ends = (cwd: string, path: string) => {
      const { desired, diagnostics } = loadTenant({ base: path }, { cwd, loopback: true });
      expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      return desired!.later.expires
        .map(({ of, what, value, until, reason, over }) =>
          [of.name, what, value, until, reason, over].filter((one) => one !== undefined && one !== false).join(" "),
        )
        .sort();
    };

    it("comes with the source, under the target's labels, and is not taken into sets", async () => {
      const cwd = folder({
        "source.yaml": dated,
        "target/tenant.yaml": target,
        "map.yaml": "addresses: { 192.0.2.10: 192.0.2.99 }",
      });
      const { stdout } = await run(cwd, "source.yaml", "--to", "target", "--map", "map.yaml");
      expect(stdout).not.toContain("look at");
      expect(ends(cwd, "target/tenant.yaml")).toEqual([
        "Cutters role can_purge_assets 2099-12-31 clean-up",
        "Cutters role can_read_files 2099-11-30",
        "Labels access Both 2099-12-31",
        "Labels access editor@example.com 2099-12-31",
        "List access Guests 2099-12-31 a visit",
        "everyone address 192.0.2.99 2099-12-31 fair",
        "everyone address 203.0.113.7 2099-10-31",
        "everyone address 203.0.113.8 2099-10-31",
        "groups/Cutters address 192.0.2.11 2099-12-31",
      ]);
      expect((await iconik(["compare", "source.yaml", "target", "--map", "map.yaml"], { cwd })).code).toBe(0);
      const text = readFileSync(join(cwd, "target/tenant.yaml"), "utf8");
      await run(cwd, "source.yaml", "--to", "target", "--map", "map.yaml");
      expect(readFileSync(join(cwd, "target/tenant.yaml"), "utf8")).toBe(text);
    });

    it("is the target's own where the source is a tenant, which knows no dates; what has ended there stays out", async () => {
      const sandbox = await startSandbox({
        tenant: "old",
        seed: {
          users: [{ email: "editor@example.com" }],
          groups: [
            { name: "Editors", roles: ["can_purge_assets", "can_read_assets", "can_write_assets"] },
            { name: "Guests" },
          ],
          acl_templates: [{ name: "Labels" }],
          acls: {
            "acl_templates/Labels": {
              groups: { Editors: ["read"], Guests: ["read", "write"] },
              users: { "editor@example.com": ["read"] },
            },
          },
        },
      });
      onTestFinished(sandbox.close);
      const before = `userGroups: { Cutters: { name: Editors, roles: [{ role: can_purge_assets, expires: 2099-12-31 }, { role: can_write_assets, expires: 2020-12-31 }, { role: can_search, expires: 2099-12-31 }] }, Guests: {} }
aclTemplates: { Labels: { access: { groups: { Cutters: [read], Guests: { permissions: [read], expires: 2099-12-31 } }, users: { editor@example.com: { permissions: [read], expires: 2020-12-31 } } } } }
`;
      const cwd = folder({ "target/tenant.yaml": before });
      const { code, stdout, stderr } = await iconik(["promote", "live", "--to", "target"], {
        cwd,
        env: environmentOf(sandbox),
      });
      expect(code, stderr).toBe(0);
      expect(ends(cwd, "target/tenant.yaml")).toEqual([
        "Cutters role can_purge_assets 2099-12-31",
        "Labels access Guests 2099-12-31",
      ]);
      expect(stdout).toContain(
        "look at userGroups/Cutters can_write_assets: it ended on 2020-12-31, and stays out, though live has it (target/tenant.yaml:1)",
      );
      expect(stdout).toContain(
        "look at aclTemplates/Labels access editor@example.com: it ended on 2020-12-31, and stays out",
      );
      const text = readFileSync(join(cwd, "target/tenant.yaml"), "utf8");
      expect(text).not.toContain("can_write_assets");
      expect(text).toContain("Guests: { permissions: [read, write], expires: 2099-12-31 }");
    });

    it("is said where the source moves its end, or gives it for good", async () => {
      const roles = (...entries: string[]) => `userGroups: { A: { roles: [${entries.join(", ")}] } }\n`;
      const until = (role: string, day: string) => `{ role: ${role}, expires: ${day} }`;
      const cwd = folder({
        "source.yaml": roles("can_write_assets", until("can_read_assets", "2099-01-31")),
        "target/tenant.yaml": roles(until("can_write_assets", "2099-12-31"), until("can_read_assets", "2099-12-31")),
      });
      const { stdout } = await run(cwd, "source.yaml", "--to", "target");
      expect(stdout).toContain(
        "look at userGroups/A can_write_assets: it was to end on 2099-12-31, and stays for good: source.yaml gives it no end (target/tenant.yaml:1)",
      );
      expect(stdout).toContain(
        "look at userGroups/A can_read_assets: it ends on 2099-01-31, before on 2099-12-31 (target/tenant.yaml:1)",
      );
      expect(ends(cwd, "target/tenant.yaml")).toEqual(["A role can_read_assets 2099-01-31"]);
    });
  });

  describe("objects of one name", () => {
    const id = (digits: string) => `5b1f0c9e-0000-4000-8000-0000000000${digits}`;
    const two = (...[one, other]: [string, string, string][]) =>
      `userGroups:\n${[one!, other!].map(([label, number, description]) => `  ${label}: { name: Editors, description: ${description}, options: { adopt: ${id(number)} } }\n`).join("")}`;
    const source = two(["Editors", "a1", "Cut"], ["Editors (2)", "a2", "Publish"]);

    it("are told apart by the labels of both, and keep the ids of the target", async () => {
      const cwd = folder({
        "source.yaml": source,
        "target/tenant.yaml": two(["Editors (2)", "b2", "Old"], ["Editors", "b1", "Old"]),
      });
      expect(await run(cwd, "source.yaml", "--to", "target")).toMatchObject({ code: 0 });
      const text = readFileSync(join(cwd, "target/tenant.yaml"), "utf8");
      expect(text).toMatch(
        new RegExp(
          `Editors:\\n.*description: Cut\\n.*${id("b1")}.*\\n {2}Editors \\(2\\):\\n(?:.*\\n)*?.*description: Publish\\n.*${id("b2")}`,
        ),
      );
      expect(text).not.toContain("is not described");
    });

    it.each<[string, string | undefined, string]>([
      ["no description", undefined, "there is no description of the target yet"],
      ["one without them", "userGroups: { Night: {} }\n", "target/tenant.yaml has none"],
      [
        "one that has a single one",
        "userGroups: { Cutters: { name: Editors } }\n",
        'target/tenant.yaml has 1: "Cutters"',
      ],
      [
        "one with other labels",
        two(["One", "b1", "Old"], ["Two", "b2", "Old"]),
        `target/tenant.yaml has 2: "One" ${id("b1")}, "Two" ${id("b2")}`,
      ],
    ])("are refused where the target has %s, and said with their ids", async (_, target, why) => {
      const cwd = folder({ "source.yaml": source, ...(target !== undefined && { "target/tenant.yaml": target }) });
      const { code, stdout, stderr } = await run(cwd, "source.yaml", "--to", "target");
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain(
        `error: source.yaml has 2 of userGroups named "Editors": "Editors" ${id("a1")}, "Editors (2)" ${id("a2")}; ${why}`,
      );
      expect(stderr).toContain("options: { adopt: <its id there> }");
      expect(existsSync(join(cwd, "target/tenant.yaml")) && readFileSync(join(cwd, "target/tenant.yaml"), "utf8")).toBe(
        target ?? false,
      );
    });

    it("are no matter where the source has one of them, under its label", async () => {
      const cwd = folder({
        "source.yaml": "userGroups: { Editors: { description: Cut } }\n",
        "target/tenant.yaml": two(["Editors", "b1", "Old"], ["Editors (2)", "b2", "Old"]),
        "other/tenant.yaml": two(["One", "b1", "Old"], ["Two", "b2", "Old"]),
      });
      expect(await run(cwd, "source.yaml", "--to", "target")).toMatchObject({ code: 0 });
      expect(await run(cwd, "source.yaml", "--to", "other")).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("so nobody can tell which is which"),
      });
    });
  });

  describe("to a target of several files", () => {
    const groups = (description: string) => `userGroups: { Editors: { description: ${description} } }\n`;
    const mapping = "groupMappings: { AD: Editors }\n";
    const texts = (path: string) =>
      Object.fromEntries(
        readdirSync(path, { withFileTypes: true }).flatMap((one) =>
          one.isFile() ? [[one.name, readFileSync(join(path, one.name), "utf8")]] : [],
        ),
      );

    it("as an export of a large tenant leaves them, writes each, and takes away those of which nothing is left", async () => {
      const cwd = folder({
        "source.yaml": `${groups("Cut")}aclTemplates: { Upload: {} }\n`,
        "target/tenant.yaml":
          "tenant: { model: userGroups }\ninvariants: [{ name: somebody, role: can_write_users, atLeast: 1 }]\n",
        "target/user-groups.yaml": groups("Old"),
        "target/group-mappings.yaml": mapping,
      });
      const { code, stdout, stderr } = await run(cwd, "source.yaml", "--to", "target");
      expect(code, stderr).toBe(0);
      expect(Object.keys(texts(join(cwd, "target"))).sort()).toEqual([
        "acl-templates.yaml",
        "tenant.yaml",
        "user-groups.yaml",
      ]);
      expect(readFileSync(join(cwd, "target/tenant.yaml"), "utf8")).toContain(
        "{ name: somebody, role: can_write_users, atLeast: 1 }",
      );
      expect(stdout).toMatch(
        /- groupMappings\/AD .*no longer described[^]*target is written\.\ntarget\/group-mappings.yaml is removed/,
      );
      expect((await iconik(["compare", "source.yaml", "target"], { cwd })).code).toBe(0);
    });

    it.each<[string, Record<string, string>, string]>([
      [
        "files by other names",
        { "target/tenant.yaml": groups("Old"), "target/people.yaml": mapping },
        "target/people.yaml",
      ],
      ["files, none of them tenant.yaml", { "target/people.yaml": groups("Old") }, "target/people.yaml"],
      [
        "an overlay that a stack's config names",
        {
          "target/Pulumi.yaml": "name: a\nruntime: nodejs\n",
          "target/Pulumi.dev.yaml": "",
          "target/Pulumi.prod.yaml": "config: { iconik:overlays: [prod.yaml] }\n",
          "target/tenant.yaml": groups("Old"),
          "target/prod.yaml": groups("Older"),
        },
        "target/prod.yaml",
      ],
      [
        "files of an export, in a project",
        {
          "target/Pulumi.yaml": "name: a\nruntime: nodejs\n",
          "target/tenant.yaml": groups("Old"),
          "target/group-mappings.yaml": mapping,
        },
        "target/group-mappings.yaml",
      ],
    ])("is refused, and left as it is: %s", async (_, files, other) => {
      const cwd = folder({ "source.yaml": groups("Cut"), ...files });
      const before = texts(join(cwd, "target"));
      expect(await run(cwd, "source.yaml", "--to", "target")).toMatchObject({
        code: 1,
        stdout: "",
        stderr: expect.stringContaining(
          `error: target/tenant.yaml is not all that describes the target: ${other} does too`,
        ),
      });
      expect(texts(join(cwd, "target"))).toEqual(before);
    });

    it("takes what is no part of the description for none", async () => {
      const project = {
        "Pulumi.yaml": "name: a\nruntime: nodejs\n",
        "Pulumi.prod.yaml": "config: { iconik:tenantFile: prod.yaml }\n",
        "prod.yaml": groups("Other"),
        "map.yaml": "names: {}\n",
      };
      const cwd = folder({
        ...project,
        "plain/source.yaml": groups("Cut"),
        "plain/people.yaml": "users: [{ email: a@example.com }]\n",
      });
      expect(await run(cwd, "plain/source.yaml", "--to", ".")).toMatchObject({ code: 0 });
      expect(await run(join(cwd, "plain"), "source.yaml", "--to", ".")).toMatchObject({ code: 0 });
    });
  });

  it("says which ids of the source it carries over, until the map or the target says what they are there", async () => {
    const [view, other] = ["5b1f0c9e-0000-4000-8000-00000000000a", "5b1f0c9e-0000-4000-8000-00000000000b"];
    const source = `storages: { B: { type: b2, purpose: files, bucket: example-b2, bucketId: e73ede9c9c8412db49f60715, keyId: { fromConfig: b.keyId }, applicationKey: { fromConfig: b.key }, metadataView: { id: ${view} } } }`;
    const cwd = folder({
      "source.yaml": source,
      "some.yaml": `buckets: { example-b2: test-b2 }\nids: { ${view}: ${other} }\n`,
      "all.yaml": `ids: { e73ede9c9c8412db49f60715: a1b2c3d4e5f60718, ${view}: ${view} }\n`,
    });
    const promote = async (...args: string[]) => {
      const { code, stdout, stderr } = await iconik(["promote", "source.yaml", ...args], { cwd });
      expect(code, stderr).toBe(0);
      return stdout.split("\n").filter((line) => line.startsWith("look at"));
    };
    expect(await promote("--to", "none")).toEqual([
      expect.stringMatching(
        /^look at storages\/B bucketId: e73ede9c9c8412db49f60715 is the id of a bucket by source.yaml/,
      ),
      expect.stringMatching(/^look at storages\/B metadataView: .* metadata view .* ids:/),
    ]);
    expect(await promote("--to", "some", "--map", "some.yaml")).toEqual([
      expect.stringContaining("storages/B bucketId"),
    ]);
    expect(await promote("--to", "all", "--map", "all.yaml")).toEqual([]);
    expect(readFileSync(join(cwd, "all/tenant.yaml"), "utf8")).toContain("bucketId: a1b2c3d4e5f60718");
    // What stands there already was said.
    expect(await promote("--to", "none")).toEqual([]);
  });

  it("writes nothing when anything is wrong", async () => {
    const cwd = folder({
      "source.yaml": "userGroups: { A: {} }",
      "target/tenant.yaml": "userGroups: { A: { rolez: [] } }\n",
    });
    expect(await run(cwd, "source.yaml", "--to", "target")).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("target/tenant.yaml:1:20 error unknown-key"),
    });
    expect(readFileSync(join(cwd, "target/tenant.yaml"), "utf8")).toBe("userGroups: { A: { rolez: [] } }\n");
    expect((await run(cwd, "source.yaml")).code).toBe(1);
  });
});
