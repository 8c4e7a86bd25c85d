// Two tenants with other ids, buckets and hosts: one made from the other, and then told apart.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import type { Comparison } from "../provider/tenant/compare";
import { createProject, endToEnd, type Project } from "./cli.ts";
import { iconik } from "./commands.ts";
import { done } from "./iconik-project.ts";
import { change, named } from "./hand.ts";
import { repository } from "./processes.mts";
import { environmentOf } from "./stack.ts";
import { folder } from "./tenant/inline";

const newsroom = readFileSync(join(repository, "examples/newsroom/tenant.yaml"), "utf8");
const secrets = { "e2e:archive.accessKey": "CANARYKEY", "e2e:archive.secretKey": "canary-secret", "e2e:delivery.jsonKey": "{}" };

interface Tenant {
  sandbox: Sandbox;
  project: Project;
}

async function tenant(files: Record<string, string>): Promise<Tenant> {
  const sandbox = await startSandbox({ tenant: "old", seed: join(repository, "examples/newsroom/sandbox.yaml") });
  onTestFinished(sandbox.close);
  const project = await createProject({ "index.js": `module.exports = require("pulumi-iconik/program");`, ...files }, { env: environmentOf(sandbox) });
  onTestFinished(project.close);
  await done(project.config({}, secrets));
  return { sandbox, project };
}

const told = ({ changed, onlyFrom, onlyTo }: Comparison): string[] => [
  ...changed.flatMap(({ object, changes }) => changes.map(({ field, member }) => [object, field, member].filter(Boolean).join(" "))),
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
      const ran = await iconik(["compare", "live:A", "live", "--map", "map.yaml", "--format", "json", ...more], { cwd, env });
      return { ...ran, comparison: JSON.parse(ran.stdout) as Comparison };
    };
    const equal = await compare();
    expect(told(equal.comparison)).toEqual([]);
    expect(equal).toMatchObject({ code: 0, comparison: { equal: true, unusedInMap: [] } });
    expect(told(JSON.parse((await iconik(["compare", "live:A", "live", "--format", "json"], { cwd, env })).stdout) as Comparison)).not.toEqual([]);

    await change(a.sandbox, "PATCH", `/API/users/v1/groups/${named(a.sandbox, "groups", "Editors").id}/`, { description: "Cut" });
    await change(b.sandbox, "PATCH", `/API/files/v1/storages/${named(b.sandbox, "storages", "Playout").id}/`, { settings: { ...named(b.sandbox, "storages", "Playout").settings, scan_ignore: ["*.tmp"] } });
    const after = await compare();
    expect(told(after.comparison)).toEqual(["storages/Playout scanIgnore", "userGroups/Editors description"]);
    expect(after.code).toBe(2);

    // Promoted again, the file takes what changed, and keeps what is the target's own.
    const own = `${written.replace("tenant:\n", `tenant:\n  domainId: ${b.sandbox.domainId}\n`)}tests:\n  - { name: none, group: Editors, deny: [can_purge_*] }\n`;
    writeFileSync(join(cwd, "tenant.yaml"), own);
    const again = await iconik(["promote", "live:A", "--to", ".", "--map", "map.yaml"], { cwd, env });
    expect(again.stdout).toMatch(/~ userGroups\/Editors .*\n {4}description {2}"Cut and publish" → "Cut"\n\n1 object changed/);
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
    for (const kept of ["alias: ED", "formerly: Cut", "retainOnDelete: true", "b.key", "bucket: b", "userGroups/Gone", "groups: { Cutters: [read] }"]) expect(text).toContain(kept);
    expect(text).not.toMatch(/^ {2}Gone|a\.key|description: Old/m);
    expect((await iconik(["compare", "source.yaml", "target", "--map", "map.yaml"], { cwd })).code).toBe(0);
  });

  it("says which access no longer ends", async () => {
    const cwd = folder({ "source.yaml": "userGroups: { A: { roles: [can_search, can_write_assets] } }", "target/tenant.yaml": "userGroups: { A: { roles: [can_search, { role: can_write_assets, expires: 2099-12-31 }] } }\n" });
    expect((await run(cwd, "source.yaml", "--to", "target")).stdout).toContain("look at userGroups/A can_write_assets: its end, 2099-12-31, is not written: write it again, as it was in target/tenant.yaml:1");
  });

  it("writes nothing when anything is wrong", async () => {
    const cwd = folder({ "source.yaml": "userGroups: { A: {} }", "target/tenant.yaml": "userGroups: { A: { rolez: [] } }\n" });
    expect(await run(cwd, "source.yaml", "--to", "target")).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("target/tenant.yaml:1:20 error unknown-key") });
    expect(readFileSync(join(cwd, "target/tenant.yaml"), "utf8")).toBe("userGroups: { A: { rolez: [] } }\n");
    expect((await run(cwd, "source.yaml")).code).toBe(1);
  });
});
