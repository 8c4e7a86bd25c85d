/** `pulumi-iconik review` as a process, on files and on tenants; and who is in which group, as a tenant says it. */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { openSession } from "../provider/engine";
import { readSettings } from "../provider/engine/settings";
import { startSandbox, type SandboxOptions } from "../provider/sandbox";
import { readPeople } from "../provider/tenant/live/people";
import { readLive } from "../provider/tenant/live/read";
import { roles } from "../provider/roles";
import { readSnapshot, writeSnapshot } from "../provider/tenant/live/snapshot";
import { iconik } from "./commands.ts";
import { environment, repository, type Environment } from "./processes.mts";
import { sender } from "./sandbox-calls.ts";
import { environmentOf } from "./stack.ts";
import { folder } from "./tenant/inline";

const main = join(repository, "dist/commands/main.js");
const run = (
  cwd: string,
  args: readonly string[],
  env: Environment = {},
): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [main, "review", ...args], { cwd, env: environment(env) }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr }),
    );
  });

const before = `userGroups:
  Editors: { roles: [can_search, can_write_assets] }
  Freelance: { roles: [can_search] }
`;
const after = before.replace(
  "Freelance: { roles: [can_search] }",
  "Freelance: { roles: [can_search, can_purge_assets] }",
);
const files = {
  "before.yaml": before,
  "after.yaml": after,
  "allowed.yaml": `${after}allow: [{ escalation: userGroups/Freelance, reason: CHG-1, until: 2999-01-01 }]\n`,
  "described.yaml": before.replace("Editors: {", "Editors: { description: Cut,"),
  "broken.yaml": "userGroups: { A: { rolez: [] } }\n",
};

describe("exit codes", () => {
  const cwd = folder(files);
  test.each([
    [["before.yaml", "before.yaml"], 0],
    [["before.yaml", "after.yaml"], 2],
    [["before.yaml", "allowed.yaml"], 0],
    [["before.yaml", "described.yaml"], 0],
    [["before.yaml", "described.yaml", "--fail-on", "any"], 2],
    [["before.yaml", "before.yaml", "--fail-on", "any"], 0],
    [["before.yaml", "after.yaml", "--fail-on", "guard"], 0],
    [["before.yaml", "after.yaml", "--fail-on", "none"], 0],
    [["before.yaml", "broken.yaml"], 1],
    [["before.yaml", "missing.yaml"], 1],
    [["before.yaml"], 1],
    [["before.yaml", "after.yaml", "--people", "missing.json"], 1],
    [["before.yaml", "after.yaml", "--save-people", "out.json"], 1],
    [["before.yaml", "after.yaml", "--also", "after.yaml", "--format", "markdown"], 1],
  ])("%j ends with %i", async (args, code) => {
    const ended = await run(cwd, args);
    expect(ended.code, ended.stderr).toBe(code);
    if (code === 1) expect([ended.stdout, ended.stderr]).toEqual(["", expect.stringMatching(/error/)]);
  });

  test.each([
    [["--people", "."], "error: . cannot be read: it is a folder; check the path"],
    [["--people", "missing.json"], "error: missing.json cannot be read: there is nothing; check the path"],
    [
      ["--also", "missing.json", "--format", "html"],
      "error: missing.json cannot be read: there is nothing; check the path",
    ],
    [
      ["--also", "."],
      "error: --also goes with --format markdown or html: text is about one environment. Write one of these, or a review for each",
    ],
    [
      ["--also", "staging.json", "--format", "json"],
      "error: --also goes with --format markdown or html: json is about one environment. Write one of these, or a review for each",
    ],
  ])("%j is refused in words", async (flags, says) => {
    expect(await run(cwd, ["before.yaml", "after.yaml", ...flags])).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining(`${says}\n`),
    });
  });

  test("what an exception acknowledges is still shown, with its reason", async () => {
    const { stdout } = await run(cwd, ["before.yaml", "allowed.yaml"]);
    expect(stdout).toContain(
      "may now remove assets from the recycle bin for good (can_purge_assets); allowed: CHG-1, until 2999-01-01",
    );
    expect(stdout.split("\n")[0]).not.toContain("escalation");
  });

  test("a stack is called by its name", async () => {
    const stack = folder({
      ...files,
      "Pulumi.yaml": "name: media\nruntime: nodejs\n",
      "Pulumi.prod.yaml": "config: { iconik:tenantFile: after.yaml }\n",
    });
    expect((await run(stack, ["before.yaml", "stack:prod"])).stdout).toMatch(/^prod: 0 new/);
    expect((await run(stack, ["before.yaml", "stack:prod", "--name", "live"])).stdout).toMatch(/^live: 0 new/);
  });

  test("reviews of other environments, in JSON, come into the same comment", async () => {
    const other = await run(cwd, ["before.yaml", "after.yaml", "--format", "json", "--name", "staging"]);
    const folded = folder({ ...files, "staging.json": other.stdout });
    const { stdout } = await run(folded, [
      "before.yaml",
      "after.yaml",
      "--format",
      "markdown",
      "--name",
      "prod",
      "--also",
      "staging.json",
    ]);
    expect(stdout.match(/^\*\*\w+:/gm)).toEqual(["**prod:", "**staging:"]);
    expect(stdout.match(/### Escalations/g)).toHaveLength(1);
  });

  test.each([
    ['{"version":1,"statements":[]}', "staging.json is no review as pulumi-iconik"],
    ['{"version":2}', "staging.json is no review as pulumi-iconik"],
    ["null", "it must be object"],
    ["userGroups: {}", "staging.json is no review in JSON"],
  ])("%s is none, and said to be so", async (text, said) => {
    const folded = folder({ ...files, "staging.json": text });
    for (const format of ["markdown", "html"]) {
      const { code, stdout, stderr } = await run(folded, [
        "before.yaml",
        "after.yaml",
        "--format",
        format,
        "--also",
        "staging.json",
      ]);
      expect([code, stdout, stderr]).toEqual([1, "", expect.stringContaining(said)]);
    }
  });
});

const ids = { team: "5b1f0c9e-0000-4000-8000-000000000001", roleGroup: "5b1f0c9e-0000-4000-8000-000000000002" };

/** Who is in which group, saved. */
async function people(cwd: string, env: Environment): Promise<string> {
  await run(cwd, ["tenant.yaml", "tenant.yaml", "--live", "--save-people", "people.json"], env);
  return "people.json";
}

/** A tenant on loopback, with a session that only reads. */
async function tenant(options: SandboxOptions) {
  const sandbox = await startSandbox(options);
  onTestFinished(sandbox.close);
  const session = openSession(readSettings({ env: environmentOf(sandbox), config: () => undefined }), {
    readOnly: true,
  });
  onTestFinished(() => session.client.close());
  return { sandbox, session };
}

const oldTenant: SandboxOptions = {
  seed: {
    groups: [
      { name: "Editors", roles: ["can_search", "can_write_assets"] },
      { name: "Freelance", roles: ["can_search", "can_act_as_user"] },
      { name: "Trial", roles: ["can_purge_assets"] },
    ],
    users: [
      { email: "editor@example.com", type: "STANDARD", groups: ["Editors"] },
      { email: "freelancer@example.com", type: "STANDARD", groups: ["Freelance"] },
      { email: "tester@example.com", type: "POWER", groups: ["Freelance", "Trial"] },
      { email: "gone@example.com", type: "STANDARD", groups: ["Freelance"], status: "INACTIVE" },
    ],
  },
};

describe("on a tenant", () => {
  test("tells what the change does for whom, and what it puts back", async () => {
    const { sandbox } = await tenant(oldTenant);
    const cwd = folder(files);
    const { code, stdout, stderr } = await run(
      cwd,
      ["before.yaml", "after.yaml", "--live", "--save-people", "people.json"],
      environmentOf(sandbox),
    );
    expect([code, stderr]).toEqual([2, ""]);
    expect(stdout).toContain(
      "(can_purge_assets; 1 of 2 people: freelancer@example.com; 1 person could before, through “Trial”)",
    );
    const [, back] = stdout.split("Changed by hand, and put back by this");
    expect(back).toContain(
      "may no longer become another user (1 of 2 people: tester@example.com; the user type of 1 person does not allow it)",
    );
    // What was saved serves where no tenant can be asked; the group that no file describes is told as that.
    const offline = await run(cwd, ["before.yaml", "after.yaml", "--people", "people.json"]);
    expect(offline.stdout).toContain("as read today");
    expect(offline.stdout).toContain("(can_purge_assets; 2 people: freelancer@example.com, tester@example.com)");
    expect(offline.stdout).toContain("1 person is also in groups that are not described here");
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  test.each([
    ["before.yaml", "after.yaml", "--live"],
    ["live", "after.yaml"],
  ])("%s %s %s: reads each list of it once, for the review and its guards", async (...args) => {
    const { sandbox } = await tenant(oldTenant);
    const { stdout } = await run(
      folder({ ...files, "after.yaml": `${after}shield: { everyone: [{ ip: 203.0.113.0/24 }] }\n` }),
      args.filter(Boolean),
      environmentOf(sandbox),
    );
    expect(stdout).toContain("lock-out: safe");
    const lists = sandbox.requests
      .filter(({ path }) => /\/(groups|storages|templates|apps|export_locations)\/$/.test(path))
      .map(({ path }) => path);
    expect(lists.length).toBeGreaterThan(4);
    // Of a list without a count, whether anything follows is asked once more, and of an empty one whether that is so.
    const again = lists.filter((path, index) => lists.indexOf(path) !== index);
    expect(again).toEqual(["/API/auth/v1/apps/", "/API/files/v1/export_locations/"]);
  });

  test("says nothing of a tenant that the files are not about", async () => {
    const { sandbox } = await tenant(oldTenant);
    const other = (id: number) => `tenant: { domainId: 5b1f0c9e-0000-4000-8000-00000000000${id} }\n`;
    const cwd = folder({
      "one.yaml": other(1) + before,
      "two.yaml": other(2) + after,
      "three.yaml": other(2) + before,
    });
    const wrong = {
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("two.yaml describes tenant 5b1f0c9e-0000-4000-8000-000000000002, and live is"),
    };
    expect(await run(cwd, ["two.yaml", "two.yaml", "--live"], environmentOf(sandbox))).toMatchObject(wrong);
    for (const sides of [
      ["live", "two.yaml"],
      ["two.yaml", "live"],
    ])
      expect(await run(cwd, sides, environmentOf(sandbox))).toMatchObject(wrong);
    expect(await iconik(["test", "two.yaml", "--against", "live"], { cwd, env: environmentOf(sandbox) })).toMatchObject(
      wrong,
    );
    expect(await run(cwd, ["one.yaml", "three.yaml"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("is of the tenant 5b1f0c9e-0000-4000-8000-000000000002 instead of"),
    });
  });

  test("tells objects of one name that were made by hand as new, and not as taken over", async () => {
    const { sandbox } = await tenant({
      seed: {
        groups: [
          { name: "Twins", roles: ["can_search"] },
          { name: "Twins", roles: ["can_purge_assets"] },
        ],
      },
    });
    const cwd = folder({ "tenant.yaml": "userGroups: { Editors: { roles: [] } }\n" });
    const { stdout } = await run(cwd, ["tenant.yaml", "live"], environmentOf(sandbox));
    expect(stdout).toContain("user group “Twins (2)”\n  · is new");
    expect(stdout).not.toMatch(/taken over|managed from now on/);
  });

  test("an untidy one: a small change is a small report", async () => {
    const { sandbox, session } = await tenant({
      seed: {
        groups: Array.from({ length: 60 }, (_, index) => ({
          name: `Group ${index}`,
          roles: ["can_create_assets", "can_write_users", "can_frobnicate"],
        })),
        storages: [{ name: "Playout", method: "FILE", purpose: "FILES", settings: { mount_point: "/mnt/playout" } }],
      },
    });
    const { resources } = await readLive(session);
    expect(resources.length).toBeGreaterThan(60);
    const cwd = folder({
      "tenant.yaml":
        "userGroups: { Group 7: { roles: [can_create_assets, can_write_users, can_frobnicate, can_search] } }\n",
    });
    for (const flags of [[], ["--live"]]) {
      const { stdout } = await run(cwd, ["live", "tenant.yaml", ...flags], environmentOf(sandbox));
      expect(stdout).toContain("1 changed, 0 deleted");
      expect(stdout.split("\n").filter((line) => line.startsWith("  "))).toEqual(["  + may now search"]);
    }
  });

  test("an untidy one, exported: a small change of the file is a small report, and its way back the same, mirrored", async () => {
    const group = (name: string, ...given: string[]) => ({ name, roles: given });
    const { sandbox } = await tenant({
      seed: {
        groups: [
          group("Editors", "can_read_asset", "can_write_assets"),
          group("Editors", "can_search"),
          group("a/b: 🎬", "can_search", "can_teleport"),
          group("__proto__"),
          group(" padded ", "can_search"),
        ],
        users: [
          { email: "gone@example.com", status: "DELETED" },
          { email: "a@example.com", groups: ["a/b: 🎬"] },
        ],
        acl_templates: [{ name: "Upload" }, { name: "Upload" }],
        acls: {
          "acl_templates/Upload": { groups: { "a/b: 🎬": ["read"] }, users: { "gone@example.com": ["read", "write"] } },
        },
        storages: [
          { name: "Ingest", method: "FTP", purpose: "FILES", settings: { address: "ftp.example.com" } },
          { name: "Playout", method: "FILE", purpose: "FILES", settings: { mount_point: "/mnt/playout" } },
        ],
      },
    });
    const env = environmentOf(sandbox);
    const cwd = folder({});
    expect(await iconik(["export", "live", "--out", "."], { cwd, env })).toMatchObject({ code: 0 });
    const exported = readFileSync(join(cwd, "tenant.yaml"), "utf8");
    const changed = exported
      .replace("can_teleport", "can_teleport, can_read_collections")
      .replace("- can_teleport, can_read_collections", "- can_teleport\n      - can_read_collections");
    expect(changed).not.toBe(exported);
    writeFileSync(join(cwd, "changed.yaml"), changed);
    const facts = async (...args: string[]) => {
      const { code, stdout, stderr } = await run(cwd, args, env);
      expect(code, stderr).toBe(0);
      return stdout.split("\n").filter((line) => line.startsWith("  "));
    };
    expect(await facts("tenant.yaml", "changed.yaml", "--live")).toEqual([
      "  + may now open collections (1 person: a@example.com)",
    ]);
    expect(await facts("changed.yaml", "tenant.yaml", "--people", await people(cwd, env))).toEqual([
      "  - may no longer open collections (1 person: a@example.com)",
    ]);
    expect(await facts("tenant.yaml", "tenant.yaml", "--live")).toEqual([]);
    expect(await facts("live", "changed.yaml")).toEqual(["  + may now open collections (1 person: a@example.com)"]);
  });

  test("that does not let users be read has unknown people, and never nobody", async () => {
    const { session } = await tenant({
      ...oldTenant,
      faults: [{ match: "GET /API/users/v1/users/", times: Infinity, kind: "status", code: 403 }],
    });
    expect(await readPeople(session, "userGroups")).toEqual({ unknown: expect.stringContaining("can_read_users") });
  });
});

describe("with a token that may not read users", () => {
  const described = `userGroups:
  Desk: { roles: [can_write_users, can_write_groups] }
aclTemplates:
  Upload: { access: { users: { editor@example.com: [read] } } }
`;
  const cwd = folder({
    "before.yaml": described,
    "after.yaml": described.replace("can_write_users, can_write_groups", "can_write_users"),
    "tests.yaml": `${described}tests: [{ name: nobody deletes, aclTemplate: Upload, deny: { "*": [delete] } }]\n`,
  });
  const seeded: SandboxOptions = {
    seed: {
      groups: [{ name: "Desk", roles: ["can_write_users", "can_write_groups"] }],
      users: [
        { email: "editor@example.com", type: "STANDARD" },
        { email: "chief@example.com", type: "POWER", groups: ["Desk"] },
      ],
      acl_templates: [{ name: "Upload" }],
      acls: { "acl_templates/Upload": { users: { "editor@example.com": ["read"] } } },
    },
  };
  const all = [...roles.keys()].filter((role) => role !== "can_read_users");
  const looking = all.filter((role) => role.startsWith("can_read_") || role === "can_scan_bucket");

  test("a review goes on, and what hangs on people is unknown: neither nobody, nor safe, nor a change", async () => {
    const { sandbox } = await tenant(seeded);
    const as = (held: string[]) => environmentOf({ ...sandbox, ...sandbox.issue({ roles: held }) });
    const looked = await run(cwd, ["before.yaml", "after.yaml", "--live"], as(looking));
    expect([looked.code, looked.stderr]).toEqual([0, ""]);
    const [head, ...rest] = looked.stdout.split("\n");
    expect(head).toContain(" · lock-out: unknown · people: unknown, missing can_read_users");
    expect(rest.join("\n")).toContain(
      "! user group “Desk”: how many people would be left who can manage users and groups is not known",
    );
    expect(looked.stdout).not.toMatch(/nobody|0 people|editor@example.com|lock-out: safe/);
    // Whether who is in the list stays there is not known, so no digest says so.
    expect(rest.join("\n")).toContain(
      "! ACL template “Upload”: what becomes of access.users is not told: missing can_read_users",
    );
    expect(looked.stdout).not.toContain("Digest");
    // Whoever applies it would be refused.
    expect(await run(cwd, ["before.yaml", "after.yaml", "--live"], as(all))).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/ · refused by 1 guard · .*lock-out: unknown/),
    });
    const seen = await run(cwd, ["before.yaml", "after.yaml", "--live"], environmentOf(sandbox));
    expect(seen.stdout).toContain("lock-out: refused");
    expect(seen.stdout).not.toContain("access.users");
    expect(seen.stdout).toContain("Digest");
  });

  test("a policy test that hangs on them is not run, and other commands end with 1", async () => {
    const { sandbox } = await tenant(seeded);
    const env = environmentOf({ ...sandbox, ...sandbox.issue({ roles: looking }) });
    expect((await iconik(["test", "tests.yaml", "--against", "live"], { cwd, env })).stdout).toContain(
      "not run nobody deletes",
    );
    for (const args of [
      ["compare", "live", "before.yaml"],
      ["drift", "before.yaml"],
      ["export", "live", "--out", "out"],
    ]) {
      expect(await iconik(args, { cwd, env }), args[0]).toMatchObject({
        code: 1,
        stdout: "",
        stderr: expect.stringContaining("can_read_users"),
      });
    }
  });
});

describe("who is in which group", () => {
  test("of user groups, the list of users says", async () => {
    const { session, sandbox } = await tenant(oldTenant);
    const people = await readPeople(session, "userGroups");
    expect(people).toMatchObject({
      known: [
        { email: "editor@example.com", type: "standard", active: true, admin: false, memberOf: ["userGroups/Editors"] },
        { email: "freelancer@example.com", memberOf: ["userGroups/Freelance"] },
        { email: "gone@example.com", active: false },
        { email: "owner@example.com", admin: true },
        { email: "tester@example.com", type: "power", memberOf: ["userGroups/Freelance", "userGroups/Trial"] },
      ],
    });
    expect(sandbox.requests.filter(({ path }) => /users\/[0-9a-f]{8}-/.test(path))).toEqual([]);
  });

  test("of teams and role groups of one name, each person's own record says", async () => {
    const { session } = await tenant({
      tenant: "new",
      seed: {
        teams: [{ id: ids.team, name: "Sport" }],
        role_groups: [{ id: ids.roleGroup, name: "Sport", roles: ["can_search"] }],
        users: [
          { email: "both@example.com", type: "STANDARD", groups: [ids.team, ids.roleGroup] },
          { email: "member@example.com", type: "STANDARD", groups: [ids.team] },
          { email: "none@example.com", type: "BROWSE_ONLY" },
        ],
      },
    });
    expect(await readPeople(session, "teams")).toMatchObject({
      known: [
        { email: "both@example.com", memberOf: ["roleGroups/Sport", "teams/Sport"] },
        { email: "member@example.com", memberOf: ["teams/Sport"] },
        { email: "none@example.com", type: "browseOnly", memberOf: [] },
        { email: "owner@example.com", admin: true },
      ],
    });
  });

  test.each([
    ["userGroups", "old", "groups", "group", "userGroups/Sport"],
    ["teams", "new", "teams", "team", "teams/Sport"],
  ] as const)("of %s with settings and an allow list of their own, too", async (model, age, collection, path, name) => {
    const { session, sandbox } = await tenant({
      tenant: age,
      seed: {
        [collection]: [{ id: ids.team, name: "Sport" }],
        users: [{ email: "member@example.com", type: "STANDARD", groups: [ids.team] }],
      },
    });
    const settings = { default_upload_storage_id: null, allowed_ips: [{ ip: "192.0.2.0/24" }] };
    expect(await sender(sandbox)(`PATCH /API/settings/v1/${path}/${ids.team}/`, settings)).toMatchObject({
      status: 200,
    });
    const { resources } = await readLive(session);
    expect(resources.filter(({ id }) => id === ids.team).length).toBeGreaterThan(1);
    expect(await readPeople(session, model, { resources })).toMatchObject({
      known: [{ email: "member@example.com", memberOf: [name] }, {}],
    });
  });

  test("a snapshot is read as it was written, and nothing else is", () => {
    const people = {
      known: [
        { email: "a@example.com", type: "standard", active: true, admin: false, memberOf: ["userGroups/Editors"] },
      ],
      readAt: "2026-11-20T08:00:00.000Z",
    };
    const text = writeSnapshot(people, "d1");
    expect(readSnapshot(text, "p.json", "d1")).toEqual(people);
    expect(() => readSnapshot(text, "p.json", "d2")).toThrow("p.json is of the tenant d1, and this is about d2");
    for (const bad of [
      "",
      "{",
      "null",
      "[]",
      "{}",
      '{"version":1,"readAt":"x","people":[]}',
      text.replace('"active": true', '"active": 1'),
      text.replace('[\n    "userGroups/Editors"\n   ]', "[1]"),
    ]) {
      expect(() => readSnapshot(bad, "p.json", "d1"), bad).toThrow(/^p\.json /);
    }
  });
});
