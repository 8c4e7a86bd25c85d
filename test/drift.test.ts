// What was changed by hand: on a live tenant, as the command tells it.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import Ajv from "ajv/dist/2020";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { startSandbox, type Fault, type Sandbox, type SandboxOptions } from "../provider/sandbox";
import { drift } from "../provider/tenant/drift";
import { pictureOf, type Picture } from "../provider/tenant/picture";
import { createProject, endToEnd, type Project } from "./cli.ts";
import { iconik } from "./commands.ts";
import { change, named } from "./hand.ts";
import { done } from "./iconik-project.ts";
import { environment, repository } from "./processes.mts";
import { sarif } from "./sarif.ts";
import { environmentOf } from "./stack.ts";
import { folder, load } from "./tenant/inline";

const file = `
roleSets: { browse: [can_search, can_read_assets] }
userGroups:
  Editors: { description: Cut, roleSets: [browse], roles: [can_write_assets] }   # desk
  Guests: { roleSets: [browse] }
aclTemplates: { Upload: { access: { groups: { Editors: [read, write], Guests: [read] } } } }
storages: { Playout: { type: file, purpose: files, mountPoint: /mnt/playout, read: true, options: { protect: false } } }
shield: { everyone: [{ ip: 127.0.0.0/8 }, { ip: 203.0.113.0/24 }] }
adminSettings: { supportAccess: false }
`;
const overlay = "userGroups:\n  Editors: { description: Production }   # over the base\n";

/** Groups as a tenant has them before anybody describes one. */
const seeded: SandboxOptions = { tenant: "old", seed: { groups: [{ name: "Editors", description: "Cut" }], acl_templates: [] } };

async function live(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  onTestFinished(sandbox.close);
  return sandbox;
}

describe("on a tenant that a stack made", endToEnd, () => {
  let sandbox: Sandbox;
  let project: Project;
  const run = (...args: string[]) => iconik(["drift", "stack:dev", ...args], { cwd: project.folder, env: project.env });

  beforeAll(async () => {
    sandbox = await startSandbox({ tenant: "old" });
    project = await createProject({ "index.js": `module.exports = require("pulumi-iconik/program");`, "tenant.yaml": file, "prod.yaml": overlay }, { env: environmentOf(sandbox) });
    await done(project.run(["config", "set", "--path", "iconik:overlays[0]", "prod.yaml"]));
    await done(project.up(["--skip-preview"]));
  }, endToEnd.timeout);
  afterAll(async () => {
    await project?.close();
    await sandbox?.close();
  });

  it("says nothing of what nobody touched, and then each change once, at its name and line, and which widen permissions", async () => {
    const calm = await run("--format", "json");
    expect(JSON.parse(calm.stdout)).toMatchObject({ domainId: sandbox.domainId, changed: [], missing: [], unmanaged: [{ object: "applications/Sandbox" }], notCompared: [] });

    const editors = named(sandbox, "groups", "Editors");
    const guests = named(sandbox, "groups", "Guests");
    await change(sandbox, "PATCH", `/API/users/v1/groups/${editors.id}/`, { description: "Live", roles: [...editors.roles.filter((role: string) => role !== "can_search"), "can_purge_assets"] });
    await change(sandbox, "PATCH", `/API/users/v1/groups/${guests.id}/`, { name: "Visitors" });
    await change(sandbox, "POST", "/API/users/v1/groups/", { name: "Shadow", roles: ["can_write_users"] });
    await change(sandbox, "PATCH", "/API/settings/v1/system/current/", { support_access: true });
    await change(sandbox, "DELETE", `/API/files/v1/storages/${named(sandbox, "storages", "Playout").id}/`);
    sandbox.clearRequests();

    const found = await run("--stack", "dev");
    expect(found.stderr).toBe("");
    expect(found.code).toBe(2);
    const lines = found.stdout.split("\n").filter((line) => !line.includes("applications/Sandbox"));
    expect(lines).toEqual([
      "~ adminSettings  tenant.yaml:9",
      "    supportAccess  false → true  ! widens permissions: iconik's support may look at assets",
      "~ userGroups/Editors  tenant.yaml:4",
      '    description    "Production" → "Live"',
      "    roles          + can_purge_assets  ! widens permissions: its people may do more: they may destroy content beyond recovery",
      "                   - can_search",
      "~ userGroups/Guests  tenant.yaml:5",
      '    name           "Guests" → "Visitors"',
      "- storages/Playout  missing in the tenant  tenant.yaml:7",
      "+ userGroups/Shadow  not described  ! widens permissions: it gives a role to its people",
      "",
      "3 objects changed, 1 missing in the tenant, 2 not described",
      "",
    ]);
    // Without the ids, another name is another object.
    expect((await run()).stdout).toMatch(/- userGroups\/Guests {2}missing[^]*\+ userGroups\/Visitors {2}not described/);
    expect((await run("--format", "markdown")).stdout).toContain("| `userGroups/Editors` | `description` | `\"Production\" → \"Live\"` |");
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  it("as SARIF: valid, and at the line that has the last word", async () => {
    const { stdout, code } = await run("--stack", "dev", "--format", "sarif");
    expect(code).toBe(2);
    const log = JSON.parse(stdout);
    const validate = new Ajv({ strict: false, allErrors: true }).compile(sarif);
    expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
    const results = log.runs[0].results.map(({ ruleId, level, message, locations }: any) => {
      const { artifactLocation, region } = locations[0].physicalLocation;
      return `${artifactLocation.uri}:${region.startLine} ${level} ${ruleId} ${message.text.split(":")[0]}`;
    });
    expect(results).toEqual(expect.arrayContaining([
      "tenant.yaml:9 error drift-changed adminSettings supportAccess",
      "prod.yaml:2 warning drift-changed userGroups/Editors description",
      "tenant.yaml:4 error drift-changed userGroups/Editors roles",
      "tenant.yaml:5 warning drift-changed userGroups/Guests name",
      "tenant.yaml:7 warning drift-missing storages/Playout",
      "tenant.yaml:3 error drift-unmanaged userGroups/Shadow",
    ]));
  });

  it("accepted, the files say what is there, and the stack has nothing to change but what was left", async () => {
    const { stdout, code } = await run("--stack", "dev", "--accept");
    expect(code).toBe(2);
    expect(stdout).toContain("written to prod.yaml: userGroups/Editors description");
    expect(stdout).toContain("left: userGroups/Editors roles: can_search comes from the role set browse");
    expect(readFileSync(join(project.folder, "prod.yaml"), "utf8")).toBe(overlay.replace("Production", "Live"));
    expect(readFileSync(join(project.folder, "tenant.yaml"), "utf8")).toBe(
      file.replace("supportAccess: false", "supportAccess: true").replace("[can_write_assets]", "[can_write_assets, can_purge_assets]").replace("Guests: { roleSets: [browse] }", "Guests: { roleSets: [browse], name: Visitors }"),
    );
    const again = JSON.parse((await run("--stack", "dev", "--format", "json")).stdout);
    expect(again.changed).toMatchObject([{ object: "userGroups/Editors", changes: [{ field: "roles", removed: ["can_search"] }] }]);
  });

  it("refuses a stack that is not there", async () => {
    const { code, stdout, stderr } = await run("--stack", "nowhere");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^error: the state of nowhere cannot be read: .*no stack named/);
  });
});

describe("what could not be read is never no drift", () => {
  const groups = "GET /API/users/v1/groups/";
  test.each<[string, Fault]>([
    ["refused", { match: groups, kind: "status", code: 403, times: Infinity }],
    ["unauthorised", { match: "GET **", kind: "status", code: 401, times: Infinity }],
    ["failing", { match: groups, kind: "status", code: 500, times: Infinity }],
    ["cut off", { match: groups, kind: "truncated-json", times: Infinity }],
    ["no JSON", { match: groups, kind: "garbage", times: Infinity }],
    ["half a list", { match: groups, kind: "truncated-list", times: Infinity }],
    ["a wrong total", { match: groups, kind: "lying-total", times: Infinity }],
  ])("%s", { timeout: 200_000 }, async (_, fault) => {
    const sandbox = await live({ ...seeded, faults: [fault] });
    for (const args of [["drift"], ["compare", "tenant.yaml", "live"], ["compare", "live", "tenant.yaml"], ["promote", "live", "--to", "out"]]) {
      const { code, stdout, stderr } = await iconik(args, { cwd: folder({ "tenant.yaml": "userGroups: { Editors: { description: Cut } }\n" }), env: environmentOf(sandbox) });
      expect({ code, stdout }, args.join(" ")).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(/^error: .+\n$/);
      if (fault.kind === "status" && fault.code === 500) break; // Each waits for iconik to recover.
    }
  });

  test("no credentials, no connection, another tenant", async () => {
    const cwd = folder({ "tenant.yaml": "tenant: { domainId: 5b1f0c9e-0000-4000-8000-000000000001 }\nuserGroups: { A: {} }\n" });
    expect(await iconik(["drift"], { cwd })).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("no iconik credentials") });
    const sandbox = await live();
    expect(await iconik(["drift"], { cwd, env: environmentOf(sandbox) })).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("describes tenant 5b1f0c9e-0000-4000-8000-000000000001") });
    expect(await iconik(["drift", "--live", "live:B"], { cwd, env: environmentOf(sandbox) })).toMatchObject({ code: 1, stderr: expect.stringContaining("ICONIK_B_APP_ID") });
  });

  test("half a picture", () => {
    const described: Picture = pictureOf(load("userGroups: { A: {} }").desired!, "tenant.yaml");
    expect(() => drift(described, described)).toThrow("not a whole tenant");
    expect(() => drift(described, { ...described, extent: "everything", resources: [] })).toThrow("not a whole tenant");
  });

  test("what cannot be written to is refused before anything is read", async () => {
    const sandbox = await live();
    const cwd = folder({ "plan.json": "{}" });
    for (const source of ["git:main:tenant.yaml", "preview:plan.json"]) {
      expect(await iconik(["drift", source, "--accept"], { cwd, env: environmentOf(sandbox) })).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("--accept wants files") });
    }
    expect(sandbox.requests).toEqual([]);
  });
});

test("the nightly workflow runs: a summary, a SARIF file, and the exit code", async () => {
  const workflow = parse(readFileSync(join(repository, "examples/ci/drift.yaml"), "utf8")) as { jobs: { drift: { steps: { run?: string }[] } } };
  const script = workflow.jobs.drift.steps.map(({ run }) => run ?? "").find((run) => run.includes("pulumi-iconik"))!;
  const sandbox = await live(seeded);
  const cwd = folder({ "Pulumi.yaml": "name: a\nruntime: nodejs\n", "Pulumi.prod.yaml": "", "tenant.yaml": "userGroups: { Editors: { description: Other } }\n", "package.json": "{}" });
  mkdirSync(join(cwd, "node_modules/.bin"), { recursive: true });
  symlinkSync(join(repository, "dist/commands/main.js"), join(cwd, "node_modules/.bin/pulumi-iconik"));
  const summary = join(cwd, "summary.md");
  const night = (env: Record<string, string>) =>
    new Promise<number | null>((resolve) => {
      const { PATH } = process.env;
      spawn("bash", ["-e", "-c", script], { cwd, env: environment({ PATH: [join(repository, "node_modules/.bin"), PATH].join(delimiter), GITHUB_STEP_SUMMARY: summary, ...env }), stdio: "ignore" }).once("close", resolve);
    });
  expect(await night(environmentOf(sandbox))).toBe(2);
  expect(readFileSync(summary, "utf8")).toContain("| `userGroups/Editors` | `description` |");
  expect(JSON.parse(readFileSync(join(cwd, "drift.sarif"), "utf8"))).toMatchObject({ version: "2.1.0" });
  writeFileSync(summary, "");
  expect(await night({ ...environmentOf(sandbox), ICONIK_AUTH_TOKEN: "wrong" })).toBe(1);
  expect(() => readFileSync(join(cwd, "drift.sarif"))).toThrow("ENOENT");
});
