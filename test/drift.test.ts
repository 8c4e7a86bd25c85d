// What was changed by hand: on a live tenant, as the command tells it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from "vitest";
import { roles } from "../provider/roles";
import { startSandbox, type Fault, type Sandbox, type SandboxOptions } from "../provider/sandbox";
import { drift } from "../provider/tenant/drift";
import { pictureOf, type Picture } from "../provider/tenant/picture";
import { createProject, endToEnd, type Project } from "./cli.ts";
import { iconik } from "./commands.ts";
import { change, named } from "./hand.ts";
import { done } from "./iconik-project.ts";
import { published } from "./published.ts";
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

const asPublished = published("drift");

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
    project = await createProject(
      { "index.js": `module.exports = require("pulumi-iconik/program");`, "tenant.yaml": file, "prod.yaml": overlay },
      { env: environmentOf(sandbox) },
    );
    await done(project.run(["config", "set", "--path", "iconik:overlays[0]", "prod.yaml"]));
    await done(project.up(["--skip-preview"]));
  }, endToEnd.timeout);
  afterAll(async () => {
    await project?.close();
    await sandbox?.close();
  });

  it("says nothing of what nobody touched, and then each change once, at its name and line, and which widen permissions", async () => {
    const calm = await run("--format", "json");
    expect(asPublished(JSON.parse(calm.stdout))).toMatchObject({
      domainId: sandbox.domainId,
      changed: [],
      missing: [],
      unmanaged: [{ object: "applications/Sandbox" }],
      notCompared: [],
    });

    const editors = named(sandbox, "groups", "Editors");
    const guests = named(sandbox, "groups", "Guests");
    await change(sandbox, "PATCH", `/API/users/v1/groups/${editors.id}/`, {
      description: "Live",
      roles: [...editors.roles.filter((role: string) => role !== "can_search"), "can_purge_assets"],
    });
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
      "    roles          + can_purge_assets  ! widens permissions: its people may do more: they may destroy content beyond recovery (can_purge_assets)",
      "                   - can_search",
      "~ userGroups/Guests  tenant.yaml:5",
      '    name           "Guests" → "Visitors"',
      "- storages/Playout  missing in the tenant  tenant.yaml:7",
      "+ userGroups/Shadow  not described  ! widens permissions: it gives its people can_write_users: they may give rights to others and to themselves (can_write_users)",
      "",
      "3 objects changed, 1 missing in the tenant, 2 not described",
      "",
    ]);
    asPublished(JSON.parse((await run("--stack", "dev", "--format", "json")).stdout));
    // Without the ids, another name is another object.
    expect((await run()).stdout).toMatch(/- userGroups\/Guests {2}missing[^]*\+ userGroups\/Visitors {2}not described/);
    expect((await run("--format", "markdown")).stdout).toContain(
      '| `userGroups/Editors` | `description` | `"Production" → "Live"` |',
    );
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
    expect(results).toEqual(
      expect.arrayContaining([
        "tenant.yaml:9 error drift-changed adminSettings supportAccess",
        "prod.yaml:2 warning drift-changed userGroups/Editors description",
        "tenant.yaml:4 error drift-changed userGroups/Editors roles",
        "tenant.yaml:5 warning drift-changed userGroups/Guests name",
        "tenant.yaml:7 warning drift-missing storages/Playout",
        "tenant.yaml:3 error drift-unmanaged userGroups/Shadow",
      ]),
    );
  });

  it("accepted, the files say what is there, and the stack has nothing to change but what was left", async () => {
    const { stdout, code } = await run("--stack", "dev", "--accept");
    expect(code).toBe(2);
    expect(stdout).toContain("written to prod.yaml: userGroups/Editors description");
    expect(stdout).toContain("left: userGroups/Editors roles: can_search comes from the role set browse");
    expect(readFileSync(join(project.folder, "prod.yaml"), "utf8")).toBe(overlay.replace("Production", "Live"));
    expect(readFileSync(join(project.folder, "tenant.yaml"), "utf8")).toBe(
      file
        .replace("supportAccess: false", "supportAccess: true")
        .replace("[can_write_assets]", "[can_write_assets, can_purge_assets]")
        .replace("Guests: { roleSets: [browse] }", "Guests: { roleSets: [browse], name: Visitors }"),
    );
    const again = asPublished(JSON.parse((await run("--stack", "dev", "--accept", "--format", "json")).stdout));
    expect(again).toMatchObject({
      written: [],
      left: expect.arrayContaining([expect.objectContaining({ object: "userGroups/Editors", field: "roles" })]),
    });
    expect(again.changed).toMatchObject([
      { object: "userGroups/Editors", changes: [{ field: "roles", removed: ["can_search"] }] },
    ]);
  });

  it("refuses a stack that is not there", async () => {
    const { code, stdout, stderr } = await run("--stack", "nowhere");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^error: the state of nowhere cannot be read: .*no stack named/);
  });
});

describe("what could not be read is never no drift", () => {
  /** Enough of everything that a list can lack some of it, and that each points at something. */
  const seed: SandboxOptions["seed"] = {
    users: [{ email: "editor@example.com" }],
    groups: [{ name: "Editors", description: "Cut" }, { name: "Guests" }],
    group_mappings: Array.from({ length: 1_100 }, (_, index) => ({ name: `idp-${index}`, group_id: "Editors" })),
    acl_templates: [{ name: "Upload" }],
    storages: [
      {
        name: "Masters",
        method: "FILE",
        purpose: "FILES",
        settings: { mount_point: "/mnt/masters", acl_template_id: "Upload" },
      },
    ],
    acls: { "storages/Masters": { groups: { Editors: ["read"] }, users: { "editor@example.com": ["read"] } } },
  };
  const files = {
    "tenant.yaml": "userGroups: { Editors: { description: Other } }\n",
    "there/tenant.yaml": "userGroups: { Editors: { description: There } }\n",
  };
  const commands = [
    ["drift"],
    ["drift", "--accept"],
    ["compare", "tenant.yaml", "live"],
    ["compare", "live", "tenant.yaml", "--format", "json"],
    ["promote", "live", "--to", "out"],
    ["promote", "live", "--to", "there"],
    ["export", "live", "--out", "out", "--import-file", "out/import.json"],
  ];
  /** Every command ends with 1, a reason, and the files as they were. */
  const allRefuse = async (env: (sandbox: Sandbox) => Record<string, string>, why: RegExp, faults: Fault[] = []) => {
    const sandbox = await live({ tenant: "old", seed, faults });
    await Promise.all(
      commands.map(async (args) => {
        const cwd = folder(files);
        const { code, stdout, stderr } = await iconik(args, { cwd, env: env(sandbox) });
        expect(
          { code, stdout, files: readdirSync(cwd, { recursive: true }).sort() },
          `${args.join(" ")}\n${stderr}`,
        ).toEqual({ code: 1, stdout: "", files: ["tenant.yaml", "there", "there/tenant.yaml"] });
        for (const [path, text] of Object.entries(files)) expect(readFileSync(join(cwd, path), "utf8")).toBe(text);
        expect(stderr).toMatch(/^error: .+\n$/);
        expect(stderr).toMatch(why);
      }),
    );
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  };

  const groups = "GET /API/users/v1/groups/";
  test.each<[string, Fault, RegExp]>([
    ["refused", { match: groups, kind: "status", code: 403, times: Infinity }, /GET .*groups.*403/],
    ["unauthorised", { match: "GET **", kind: "status", code: 401, times: Infinity }, /401/],
    [
      "not there",
      { match: "GET /API/files/v1/storages/", kind: "status", code: 404, times: Infinity },
      /storages.*404/,
    ],
    ["cut off", { match: groups, kind: "truncated-json", times: Infinity }, /groups/],
    ["no JSON", { match: groups, kind: "garbage", times: Infinity }, /groups/],
    ["half a list", { match: groups, kind: "truncated-list", times: Infinity }, /groups/],
    ["a wrong total", { match: groups, kind: "lying-total", times: Infinity }, /groups/],
    [
      "a page that comes twice",
      { match: "GET /API/users/v1/groups/mappings/", kind: "repeated-page", times: Infinity },
      /mappings/,
    ],
    [
      "a page that comes to an end",
      { match: "GET /API/users/v1/groups/mappings/", kind: "truncated-list", after: 1, times: Infinity },
      /mappings/,
    ],
    [
      "a list without what others point at",
      { match: "GET /API/acls/v1/acl/templates/", kind: "truncated-list", times: Infinity },
      /the AclTemplate \S+ and does not list it/,
    ],
    [
      "a list without people who have access",
      { match: "GET /API/users/v1/users/", kind: "truncated-list", times: Infinity },
      /users/,
    ],
    [
      "an access list that may not be read",
      { match: "GET /API/acls/v1/acl/storages/*/", kind: "status", code: 403, times: Infinity },
      /acl.*403/,
    ],
  ])("%s", { timeout: 200_000 }, async (_, fault, why) => allRefuse((sandbox) => environmentOf(sandbox), why, [fault]));

  test.each(["can_read_groups", "can_read_storages", "can_read_users", "can_read_acl_templates"])(
    "a token without %s",
    { timeout: 200_000 },
    async (role) => {
      const others = [...roles.keys()].filter((one) => one !== role);
      await allRefuse((sandbox) => environmentOf({ ...sandbox, ...sandbox.issue({ roles: others }) }), /403/);
    },
  );

  // Each is tried again for two minutes.
  test("what iconik puts off until the end", { timeout: 400_000 }, async () => {
    await Promise.all(
      [500, 429, 503].map((code) =>
        allRefuse((sandbox) => environmentOf(sandbox), new RegExp(String(code)), [
          { match: groups, kind: "status", code, times: Infinity },
        ]),
      ),
    );
  });

  test("no credentials, no connection, another tenant", async () => {
    const cwd = folder({
      "tenant.yaml": "tenant: { domainId: 5b1f0c9e-0000-4000-8000-000000000001 }\nuserGroups: { A: {} }\n",
    });
    expect(await iconik(["drift"], { cwd })).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("no iconik credentials"),
    });
    const sandbox = await live();
    expect(await iconik(["drift"], { cwd, env: environmentOf(sandbox) })).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("describes tenant 5b1f0c9e-0000-4000-8000-000000000001"),
    });
    expect(await iconik(["drift", "--live", "live:B"], { cwd, env: environmentOf(sandbox) })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("ICONIK_B_APP_ID"),
    });
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
      expect(await iconik(["drift", source, "--accept"], { cwd, env: environmentOf(sandbox) })).toMatchObject({
        code: 1,
        stdout: "",
        stderr: expect.stringContaining("--accept wants files"),
      });
    }
    expect(sandbox.requests).toEqual([]);
  });
});

test.each([
  ["198.51.100.0/24", "more addresses may come in"],
  ["0.0.0.0/0", "any address may come in"],
  ["0.0.0.0/1 128.0.0.0/1", "any address may come in"],
  ["::/0", "any address may come in"],
])("an allow list that also lets in %s", (ips, widens) => {
  const list = (more: string[]) =>
    `shield: { everyone: [${["192.0.2.1", ...more].map((ip) => `{ ip: "${ip}" }`).join(", ")}] }\n`;
  const pictured = (text: string): Picture => pictureOf(load(text).desired!, "a.yaml");
  const found = drift(pictured(list([])), { ...pictured(list(ips.split(" "))), source: "live", extent: "everything" });
  expect(found.changed).toMatchObject([{ object: "shield/everyone", changes: [{ field: "addresses", widens }] }]);
});
