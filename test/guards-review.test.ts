// What guards refuse, told by `review` before anybody applies it: exit code 3, and what an exception permits is shown.
import { expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { roles } from "../provider/roles";
import { startSandbox, type Sandbox, type SandboxOptions } from "../provider/sandbox";
import { iconik } from "./commands.ts";
import { openStack } from "./engine-stack.ts";
import { environmentOf } from "./stack.ts";
import { folder } from "./tenant/inline";

const manager = ["can_read_users", "can_write_users", "can_read_groups", "can_write_groups"];
const seed: SandboxOptions["seed"] = {
  groups: [
    { name: "Managers", roles: manager },
    { name: "Editors", roles: ["can_search"] },
    { name: "Guests", roles: ["can_search"] },
    ...["A", "B", "C"].map((name) => ({ name, roles: ["can_search"] })),
  ],
  users: [
    { email: "manager@example.com", type: "STANDARD", groups: ["Managers"] },
    { email: "guest@example.com", type: "STANDARD", groups: ["Guests"] },
  ],
};
const before = `userGroups:
  Managers: { roles: [${manager.join(", ")}] }
  Editors: { roles: [can_search] }
  Guests: { roles: [can_search] }
  A: { roles: [can_search] }
  B: { roles: [can_search] }
  C: { roles: [can_search] }
aclTemplates:
  Upload: { access: { groups: { Editors: [read] } } }
  Spare: { access: { groups: { Editors: [read] } } }
storages:
  Masters: { type: s3, purpose: files, bucket: media, region: eu-1, credentials: managed, default: true, aclTemplate: Upload }
applications:
  Sandbox: {}
`;
const without = (...lines: string[]) =>
  lines
    .reduce((text, line) => text.replace(new RegExp(`^  ${line}: .*\n`, "m"), ""), before)
    .replace(/^\w+:\n(?! )/gm, "");

async function tenant(): Promise<Sandbox> {
  const sandbox = await startSandbox({ seed, shieldSeesIp: "203.0.113.9" });
  onTestFinished(sandbox.close);
  const stack = openStack(sandbox);
  for (const name of ["Upload", "Spare"])
    await stack.up(name, "AclTemplate", {
      name,
      access: { groups: [{ group: { existing: "Editors" }, permissions: ["read"] }] },
    });
  const masters = {
    name: "Masters",
    type: "s3",
    purpose: "files",
    bucket: "media",
    region: "eu-1",
    credentials: "managed",
    default: true,
    aclTemplate: { existing: "Upload" },
  };
  await stack.up("Masters", "Storage", masters);
  await stack.close();
  sandbox.clearRequests();
  return sandbox;
}

const reviewed = (sandbox: Sandbox, after: string, env = {}, failOn = "guard") =>
  iconik(["review", "before.yaml", "after.yaml", "--live", "--fail-on", failOn], {
    cwd: folder({ "before.yaml": before, "after.yaml": after }),
    env: { ...environmentOf(sandbox), ...env },
  });

it("a refusal ends with 0 where nothing is to fail, and is told", async () => {
  const { code, stdout } = await reviewed(await tenant(), without("Masters"), {}, "none");
  expect([code, stdout]).toEqual([0, expect.stringContaining("deleted only where it is named")]);
  expect((await iconik(["review", "--help"], { cwd: folder({}) })).stdout.replace(/\s+/g, " ")).toContain(
    "A refusal ends with 3, unless this is none",
  );
});

it.each<[guard: string, after: string, says: RegExp, allow: string[]]>([
  [
    "Shield without this address",
    `${before}guards: { mustKeep: [192.0.2.10] }\nshield: { enabled: true, everyone: [{ ip: 192.0.2.10 }] }\n`,
    /this run comes from 203\.0\.113\.9, and iconik Shield would not let it in again/,
    ["{ lockOut: 203.0.113.9 }"],
  ],
  [
    "Shield without an address that must be kept",
    `${before}guards: { mustKeep: [192.0.2.10] }\nshield: { everyone: [{ ip: 203.0.113.9 }] }\n`,
    /guards\.mustKeep names 192\.0\.2\.10/,
    ["{ lockOut: 192.0.2.10 }"],
  ],
  [
    "a group without any role",
    before.replace("Editors: { roles: [can_search] }", "Editors: { roles: [] }"),
    /user group “Editors”: it would be left without any role/,
    ["{ empty: userGroups/Editors }"],
  ],
  [
    "too few who manage",
    before.replace(`[${manager.join(", ")}]`, "[can_search]"),
    /only owner@example\.com would be left who can manage users and groups/,
    ["{ minAdmins: 1 }"],
  ],
  [
    "too many deleted",
    without("B", "C", "Editors").replaceAll("{ Editors: [read] }", "{ A: [read] }"),
    /user groups: 3 of 7 userGroups would be deleted in this run, and 2 may be \(2, or 20 % where that is more\): userGroups\/B, userGroups\/C, userGroups\/Editors(; allowed: CHG-4711, until 2999-12-31)?$/m,
    ["{ delete: userGroups/B }", "{ delete: userGroups/C }", "{ delete: userGroups/Editors }"],
  ],
  [
    "somebody's last group deleted",
    without("Guests"),
    /guest@example\.com would be in no group any more/,
    ["{ delete: userGroups/Guests }"],
  ],
  [
    "an access list emptied",
    before.replace("Spare: { access: { groups: { Editors: [read] } } }", "Spare: { access: { groups: {} } }"),
    /access of AclTemplate "Spare" would be left without any entry/,
    ["{ empty: aclTemplates/Spare }"],
  ],
  [
    "a storage deleted",
    without("Masters"),
    /storage “Masters”: it is deleted only where it is named: records of its files stay behind.*; it is the default for files/,
    ["{ delete: storages/Masters }"],
  ],
  [
    "what something points to deleted",
    without("Upload").replace(", aclTemplate: Upload", ""),
    /aclTemplate of Storage "Masters" points to it/,
    ["{ delete: aclTemplates/Upload }"],
  ],
  [
    "the application in use deleted",
    without("Sandbox"),
    /application “Sandbox”: it is the application that this run acts as/,
    ["{ lockOut: applications/Sandbox }"],
  ],
  [
    "a group of the person behind the token deleted",
    without("A"),
    /user group “A”: it is a group of the person behind the token/,
    ["{ lockOut: userGroups/A }"],
  ],
])("%s", async (_, after, says, allow) => {
  const sandbox = await tenant();
  const owner = sandbox.objects("users").find(({ email }) => email === "owner@example.com")!;
  // What the file says of Shield by itself, it is held to offline.
  sandbox.edit("settings", "system", {
    enable_shield: true,
    allowed_ips: [{ ip: "203.0.113.9" }, { ip: "192.0.2.10" }],
  });
  sandbox.edit("users", owner.id, {
    groups: sandbox
      .objects("groups")
      .filter(({ name }) => name === "A")
      .map(({ id }) => id),
  });
  const refused = await reviewed(sandbox, after);
  expect([refused.code, refused.stderr]).toEqual([3, ""]);
  expect(refused.stdout).toMatch(says);
  // What to write is there once, to be pasted as it is.
  const [, block = ""] = refused.stdout.split("\nIf it is meant, write in the tenant file:\n");
  const [written = "", once = ""] = block.split("\n\n")[0]!.split("\nor, for one run:\n");
  expect(parse(written)).toEqual({
    allow: allow.map((entry) => ({ ...parse(entry), reason: "<why>", until: "<YYYY-MM-DD>" })),
  });
  expect(once).toBe(`ICONIK_ALLOW='${allow.length === 1 ? allow[0]!.slice(2, -2) : `[${allow.join(", ")}]`}'`);
  // Permitted, it is still there to be read, with who says so.
  const entries = allow.map((entry) => entry.replace(" }", ", reason: CHG-4711, until: 2999-12-31 }"));
  // One that is over stands before it.
  const over = allow.map((entry) => entry.replace(" }", ", reason: CHG-1, until: 2020-01-01 }"));
  const permitted = await reviewed(sandbox, `${after}allow: [${[...over, ...entries].join(", ")}]\n`);
  expect([permitted.code, permitted.stderr]).toEqual([
    0,
    expect.stringMatching(/permitted by allow: until 2999-12-31/),
  ]);
  expect(permitted.stdout).toMatch(says);
  expect(permitted.stdout).toContain("CHG-4711, until 2999-12-31");
  expect(permitted.stdout).not.toContain("CHG-1,");
  expect(permitted.stdout).not.toContain("If it is meant");
  const forOnce = await reviewed(sandbox, after, { ICONIK_ALLOW: `[${allow.join(", ")}]` });
  expect(forOnce.code).toBe(0);
  // Who may be shut out is not safe.
  for (const { stdout } of [permitted, forOnce])
    expect(stdout.includes("lock-out: safe")).toBe(!allow.some((entry) => /lockOut|loseRole|minAdmins/.test(entry)));
  expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
});

it("of an object that gets another name, too", async () => {
  const sandbox = await tenant();
  const { code, stdout } = await reviewed(
    sandbox,
    before
      .replace(`{ roles: [${manager.join(", ")}]`, "{ name: Chiefs, roles: [can_search]")
      .replace("Editors: { roles: [can_search] }", "Editors: { name: Cutters, roles: [] }"),
  );
  expect([code, stdout]).toEqual([
    3,
    expect.stringMatching(/only owner@example\.com would be left who can manage users and groups/),
  ]);
  expect(stdout).toContain('user group “Editors”: UserGroup "Cutters" would be left without any role');
  expect(stdout.split("\n")[0]).toContain(" · lock-out: refused");
});

it("a role that whoever applies it does not hold, and nothing of whoever only looks", async () => {
  const sandbox = await tenant();
  const after = before.replace(
    "Editors: { roles: [can_search] }",
    "Editors: { roles: [can_search, can_purge_assets] }",
  );
  const look = [...roles.keys()].filter((role) => /^can_(read_|search$|scan_bucket$)/.test(role));
  const apply = [...roles.keys()].filter((role) => role !== "can_purge_assets");
  const as = (roles: string[]) => reviewed(sandbox, after, environmentOf({ ...sandbox, ...sandbox.issue({ roles }) }));
  const refused = await as(apply);
  expect([refused.code, refused.stderr]).toEqual([3, ""]);
  expect(refused.stdout).toMatch(
    /the token lacks the role can_purge_assets, and nobody can give a role that they do not have \(UserGroup "Editors" would get it\)/,
  );
  expect(await as(look)).toMatchObject({ code: 0, stderr: "", stdout: expect.not.stringContaining("token lacks") });
});

it("the first roles of a role group, which take all others from the people in it", async () => {
  const sandbox = await startSandbox({ tenant: "new" });
  onTestFinished(sandbox.close);
  const stack = openStack(sandbox);
  await stack.up("Base", "RoleGroup", { name: "Base", roles: [] });
  const groups = [stack.state.get("Base")!.id];
  await stack.close();
  const token = sandbox.issue({ email: "ci@example.com" });
  for (const email of ["one@example.com", "two@example.com"]) sandbox.addUser({ email, type: "POWER" });
  for (const { id, is_admin } of sandbox.objects("users"))
    sandbox.edit("users", id, is_admin ? { is_admin: false, status: "INACTIVE" } : { groups });
  const described = (roles: string) => `tenant: { model: teams }\nroleGroups:\n  Base: { roles: [${roles}] }\n`;
  const refused = await iconik(["review", "a.yaml", "b.yaml", "--live", "--fail-on", "guard"], {
    cwd: folder({ "a.yaml": described(""), "b.yaml": described("can_search") }),
    env: environmentOf({ ...sandbox, ...token }),
  });
  expect([refused.code, refused.stderr]).toEqual([3, ""]);
  expect(refused.stdout).toContain("lock-out: refused");
  expect(refused.stdout).toMatch(/would get its first roles.*the person behind the token would lose/);
  expect(refused.stdout).toMatch(/nobody would be left who can manage users and groups .*of 3 now/);
});

it("what Shield shuts out already: told where nothing touches it, refused where something does, and never safe", async () => {
  const sandbox = await tenant();
  sandbox.edit("settings", "system", { enable_shield: true, allowed_ips: [{ ip: "203.0.113.9" }] });
  const kept = `${before}guards: { mustKeep: [198.51.100.7] }\n`;
  const outside =
    /guards\.mustKeep names 198\.51\.100\.7, and iconik Shield does not let it in\. Add 198\.51\.100\.7, or a range that holds it, to the addresses of everyone/;
  const left = [kept, `${kept}shield: { everyone: [{ ip: 203.0.113.9 }] }\n`];
  for (const after of left) {
    const { code, stdout, stderr } = await reviewed(sandbox, after);
    expect([code, stderr], stdout).toEqual([0, ""]);
    expect(stdout).toMatch(outside);
    expect(stdout).toContain("1 warning");
    expect(stdout).not.toContain("lock-out:");
  }
  const wider = await reviewed(sandbox, `${kept}shield: { everyone: [{ ip: 203.0.113.9 }, { ip: 192.0.2.10 }] }\n`);
  expect([wider.code, wider.stderr]).toEqual([3, ""]);
  expect(wider.stdout).toMatch(outside);
  expect(wider.stdout).toContain("lock-out: refused");
  const mended = await reviewed(sandbox, `${kept}shield: { everyone: [{ ip: 203.0.113.9 }, { ip: 198.51.100.7 }] }\n`);
  expect([mended.code, mended.stdout.includes("lock-out: safe")]).toEqual([0, true]);
  // Off, it shuts out nobody.
  sandbox.edit("settings", "system", { enable_shield: false });
  const off = await reviewed(sandbox, kept);
  expect(off.stdout.split("\n")[0]).toBe("after.yaml: 0 new, 0 changed, 0 deleted · lock-out: safe");
  // All that is told is the guard that the file begins to have.
  expect(off.stdout.split("\n\n").slice(1, -1)).toEqual(["Also\n  · guard “mustKeep”: is new: 198.51.100.7"]);
});

it("many refusals as few sentences, in each form", async () => {
  const names = Array.from({ length: 14 }, (_, index) => `Desk ${String(index).padStart(2, "0")}`);
  const sandbox = await startSandbox({ seed: { groups: names.map((name) => ({ name, roles: ["can_search"] })) } });
  onTestFinished(sandbox.close);
  const text = (from: string[]) =>
    `userGroups:\n  Everyone: { options: { adopt: exact } }\n${from.map((name) => `  ${name}: { roles: [can_search] }\n`).join("")}`;
  const cwd = folder({ "a.yaml": text(names), "b.yaml": text(names.slice(0, 1)) });
  const printed = async (format: string) =>
    (
      await iconik(["review", "a.yaml", "b.yaml", "--live", "--fail-on", "guard", "--format", format], {
        cwd,
        env: environmentOf(sandbox),
      })
    ).stdout;
  const says =
    "13 of 15 userGroups would be deleted in this run, and 3 may be (2, or 20 % where that is more): userGroups/Desk 01, userGroups/Desk 02, userGroups/Desk 03, userGroups/Desk 04, userGroups/Desk 05, userGroups/Desk 06, userGroups/Desk 07, userGroups/Desk 08, userGroups/Desk 09, userGroups/Desk 10 and 3 more";
  const entries = names.slice(1).map((name) => `delete: userGroups/${name}`);

  const found = JSON.parse(await printed("json"));
  const refused = found.statements.filter(({ code }: { code: string }) => code === "refused");
  expect(refused).toEqual([
    {
      code: "refused",
      level: "guard",
      subject: { kind: "UserGroup", section: "userGroups", label: "*" },
      says,
      allow: entries,
    },
  ]);
  const markdown = await printed("markdown");
  expect(markdown).toContain(`- ⛔ **user groups**: ${says}\n`);
  const [yaml, sh] = [...markdown.matchAll(/^```\w+\n([^]*?)\n```$/gm)].map(([, inside = ""]) => inside);
  expect(parse(yaml!)).toEqual({
    allow: entries.map((entry) => ({ ...parse(entry), reason: "<why>", until: "<YYYY-MM-DD>" })),
  });
  expect(sh).toBe(`ICONIK_ALLOW='[${entries.map((entry) => `{ ${entry} }`).join(", ")}]'`);
  expect(markdown.match(/If it is meant/g)).toHaveLength(1);
});
