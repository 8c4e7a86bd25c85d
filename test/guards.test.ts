// What no run may undo: each guard at the moment of writing, on Pulumi's provider process and on the engine, with its
// refusal, its way through, and ways round it that are none.
import { execFileSync } from "node:child_process";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { openSession } from "../provider/engine";
import { readPeople } from "../provider/engine/guards/rights";
import { readAccounts } from "../provider/engine/people";
import { entriesFor, sentences, wayThrough } from "../provider/engine/guards/refusal";
import { startSandbox, type Sandbox, type SandboxOptions } from "../provider/sandbox";
import type { DesiredResource } from "../provider/tenant";
import { allRefusals } from "../provider/tenant/guards";
import { leapingClock, openStack, type EngineStack } from "./engine-stack.ts";
import { createStack, type Stack } from "./stack.ts";

const close: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const one of close.splice(0).reverse()) await one();
});

async function tenant(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  close.push(sandbox.close);
  return sandbox;
}

/** One run: another run is another process, or another session, with the same state. `allow`: the environment's. */
function run(
  sandbox: Parameters<typeof openStack>[0],
  { allow = "[]", ...options }: Parameters<typeof openStack>[2] = {},
  before?: EngineStack,
): EngineStack {
  const stack = openStack(sandbox, before?.state, { allow, ...options });
  close.push(stack.close);
  return stack;
}

const groups = (count: number) => Array.from({ length: count }, (_, index) => `Group ${index}`);
async function described(stack: EngineStack, names: string[]): Promise<void> {
  for (const name of names) await stack.up(name, "UserGroup", { name, roles: ["can_search"] });
}
const there = (sandbox: Sandbox) =>
  sandbox
    .objects("groups")
    .map(({ name }) => name as string)
    .filter((name) => name.startsWith("Group"));
/** Deletes as Pulumi does, many at a time; what was refused. */
const removed = async (stack: EngineStack, names: string[]) =>
  (await Promise.allSettled(names.map((name) => stack.remove(name)))).flatMap((one) =>
    one.status === "rejected" ? [String(one.reason)] : [],
  );

describe("how many are deleted in one run", () => {
  it("is two, where there are few, though they are deleted at the same time", async () => {
    const sandbox = await tenant();
    const stack = run(sandbox);
    await described(stack, groups(5));
    const refusals = await removed(run(sandbox, {}, stack), groups(5));
    expect(refusals).toHaveLength(3);
    expect(refusals[0]).toMatch(
      /3 of 6 userGroups would be deleted in this run, and 2 may be \(2, or 20 % where that is more\): userGroups\/Group \d\nIf it is meant, write in the tenant file:\nallow:\n {2}- \{ delete: userGroups\/Group \d, reason: <why>, until: <YYYY-MM-DD> \}\nor, for one run:\nICONIK_ALLOW='delete: userGroups\/Group \d'$/,
    );
    expect(there(sandbox)).toHaveLength(3);
  });

  it("is a fifth, where there are many", async () => {
    const sandbox = await tenant();
    const stack = run(sandbox);
    await described(stack, groups(20));
    expect(await removed(run(sandbox, {}, stack), groups(20))).toHaveLength(16);
  });

  it("is any number that is allowed: named, by section, or at all", async () => {
    const sandbox = await tenant();
    const stack = run(sandbox);
    await described(stack, groups(12));
    // What is named does not count.
    const named = run(sandbox, { allow: "[{ delete: userGroups/Group 0 }, { delete: userGroups/Group 1 }]" }, stack);
    expect(await removed(named, groups(5))).toHaveLength(1);
    expect(
      await removed(run(sandbox, { allow: "delete: userGroups/*" }, stack), [...stack.state.keys()].slice(0, 4)),
    ).toEqual([]);
    expect(await removed(run(sandbox, { allow: 'delete: "*"' }, stack), [...stack.state.keys()])).toEqual([]);
    expect(there(sandbox)).toEqual([]);
  });

  it("is not what an exception permits whose date is over, or that is for others", async () => {
    const sandbox = await tenant();
    await described(run(sandbox), groups(6));
    for (const allow of [
      "{ delete: userGroups/*, until: 2020-01-01 }",
      "delete: teams/*",
      "delete: userGroups/Group",
      "empty: userGroups/*",
    ]) {
      const next = run(sandbox, { allow });
      for (const name of groups(6))
        await next.up(name, "UserGroup", { name, roles: ["can_search"] }, { adopt: "converge" });
      expect(await removed(next, groups(3)), allow).toHaveLength(1);
    }
  });

  it("is none where the list cannot be read in full", async () => {
    const sandbox = await tenant();
    const stack = run(sandbox);
    await described(stack, groups(3));
    const next = run(sandbox, {}, stack);
    onTestFinished(sandbox.fault({ match: "GET /API/users/v1/groups/", kind: "truncated-list", times: 100 }));
    expect(await removed(next, groups(1))).toEqual([
      expect.stringMatching(
        /was not deleted: how many userGroups there are could not be read in full.*without that nothing is deleted/,
      ),
    ]);
    expect(there(sandbox)).toHaveLength(3);
  });

  it("counts nothing that is made anew at once", async () => {
    const sandbox = await tenant({ seed: { groups: [{ name: "One" }, { name: "Two" }] } });
    const stack = await createStack(sandbox, { env: { ICONIK_ALLOW: "" } });
    close.push(stack.close);
    const [one, two] = ["One", "Two"].map((name) => sandbox.objects("groups").find((group) => group.name === name)!.id);
    for (const name of groups(5)) await stack.up(name, "GroupMapping", { name, group: one });
    for (const name of groups(5)) expect(await stack.up(name, "GroupMapping", { name, group: two })).toBe("replaced");
  });
});

describe("what is deleted only where it is named", () => {
  const refusedAndPermitted = async (
    sandbox: Sandbox,
    stack: EngineStack,
    name: string,
    object: string,
    why: RegExp,
  ) => {
    for (const allow of ["[]", 'delete: "*"'])
      await expect(run(sandbox, { allow }, stack).remove(name)).rejects.toThrow(why);
    const next = run(sandbox, { allow: JSON.stringify({ delete: object }) }, stack);
    await next.remove(name);
    expect(stack.state.has(name)).toBe(false);
  };

  it("a storage: it leaves records of its files", async () => {
    const sandbox = await tenant();
    const stack = run(sandbox);
    await stack.up("Masters", "Storage", {
      name: "Masters",
      type: "s3",
      purpose: "files",
      bucket: "media",
      region: "eu-1",
      credentials: "managed",
      default: true,
    });
    await refusedAndPermitted(
      sandbox,
      stack,
      "Masters",
      "storages/Masters",
      /records of its files stay behind.*it is the default for files/,
    );
  });

  it("what others point to: objects, and settings of groups and of the tenant", async () => {
    const sandbox = await tenant();
    const stack = run(sandbox);
    await stack.up("Upload", "AclTemplate", { name: "Upload" });
    const { id } = stack.state.get("Upload")!;
    await described(stack, ["Group"]);
    const group = stack.state.get("Group")!.id;
    await stack.up("settings", "UserGroupSettings", { group, aclTemplate: id });
    await refusedAndPermitted(
      sandbox,
      stack,
      "Upload",
      "aclTemplates/Upload",
      /aclTemplate of UserGroupSettings of UserGroup "Group" points to it/,
    );
    await stack.up("AD", "GroupMapping", { name: "AD", group });
    await refusedAndPermitted(sandbox, stack, "Group", "userGroups/Group", /group of GroupMapping "AD" points to it/);
  });

  it("a group that is somebody's last access", async () => {
    const sandbox = await tenant();
    const stack = run(sandbox);
    await described(stack, groups(2));
    const [one, two] = groups(2).map((name) => stack.state.get(name)!.id);
    const user = sandbox.addUser({ email: "editor@example.com", type: "STANDARD" });
    sandbox.edit("users", user, { groups: [one, two] });
    const next = run(sandbox, {}, stack);
    await next.remove("Group 0");
    await expect(next.remove("Group 1")).rejects.toThrow(
      /editor@example\.com would be in no group any more, and lose their last access/,
    );
    await refusedAndPermitted(sandbox, stack, "Group 1", "userGroups/Group 1", /editor@example\.com/);
  });

  it("a group, where people cannot be read", async () => {
    const sandbox = await tenant();
    await described(run(sandbox), groups(1));
    const poor = sandbox.issue({
      roles: [
        "can_read_groups",
        "can_write_groups",
        "can_delete_groups",
        "can_read_group_mappings",
        "can_read_storages",
      ],
    });
    const stack = run(sandbox);
    await stack.up("Group 0", "UserGroup", { name: "Group 0", roles: ["can_search"] }, { adopt: "exact" });
    await expect(run({ ...sandbox, ...poor }, {}, stack).remove("Group 0")).rejects.toThrow(
      /whose last access it is could not be read/,
    );
  });
});

describe("what would be left empty", () => {
  it("a group without any role, in one step or in two", async () => {
    const sandbox = await tenant();
    const stack = run(sandbox);
    await stack.up("G", "UserGroup", { name: "G", roles: ["can_search", "can_read_assets"] });
    await expect(stack.up("G", "UserGroup", { name: "G", roles: [] })).rejects.toThrow(
      /would be left without any role; it has 2 now.*ICONIK_ALLOW='empty: userGroups\/G'/s,
    );
    // Single roles come and go.
    await stack.up("G", "UserGroup", { name: "G", roles: ["can_search"] });
    await expect(stack.up("G", "UserGroup", { name: "G", roles: [] })).rejects.toThrow(/without any role/);
    const permitted = run(sandbox, { allow: "empty: userGroups/G" }, stack);
    expect(await permitted.up("G", "UserGroup", { name: "G", roles: [] })).toBe("updated");
    expect(permitted.notes).toEqual([
      expect.stringMatching(/would be left without any role.*permitted by ICONIK_ALLOW \(\{ empty: userGroups\/G \}\)/),
    ]);
  });

  it("an access list, before anything else of the object is written", async () => {
    const sandbox = await tenant();
    const stack = run(sandbox);
    const access = (...permissions: string[]) => ({
      groups: permissions.length > 0 ? [{ group: { existing: "Everyone" }, permissions }] : [],
    });
    await stack.up("T", "AclTemplate", { name: "T", access: access("read") });
    sandbox.clearRequests();
    await expect(stack.up("T", "AclTemplate", { name: "T2", access: access() })).rejects.toThrow(
      /access of AclTemplate "T2" .*would be left without any entry.*empty: aclTemplates\/T2/s,
    );
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    // An entry that gives nothing is none.
    const idle = { groups: [{ group: { existing: "Everyone" }, permissions: [] }] };
    await expect(stack.up("T", "AclTemplate", { name: "T", access: idle })).rejects.toThrow(
      /would be left without any entry/,
    );
    expect(
      await run(sandbox, { allow: "empty: aclTemplates/*" }, stack).up("T", "AclTemplate", {
        name: "T",
        access: access(),
      }),
    ).toBe("updated");
  });
});

describe("who can still look after the tenant", () => {
  const manager = ["can_read_users", "can_read_groups", "can_write_groups", "can_write_users", "can_search"];

  /** A tenant without administrators but the first, whom nobody is; `people` are in the group Managers. */
  async function managed(
    people: number,
  ): Promise<{ sandbox: Sandbox; stack: EngineStack; token: ReturnType<Sandbox["issue"]> }> {
    const sandbox = await tenant();
    const stack = run(sandbox);
    await stack.up("Managers", "UserGroup", { name: "Managers", roles: manager });
    const { id } = stack.state.get("Managers")!;
    for (let index = 0; index < people; index += 1)
      sandbox.addUser({ email: `manager${index}@example.com`, groups: ["Managers"] });
    const token = sandbox.issue({ email: "ci@example.com" });
    sandbox.edit("users", token.userId, { groups: [id] });
    return { sandbox, stack, token };
  }
  const noOwner = (sandbox: Sandbox) => {
    for (const { id } of sandbox.objects("users").filter(({ is_admin }) => is_admin))
      sandbox.edit("users", id, { is_admin: false });
  };

  it("the last way of the person behind the token to a role that is needed here", async () => {
    const { sandbox, stack, token } = await managed(3);
    await stack.up("More", "UserGroup", { name: "More", roles: ["can_write_groups"] });
    const mine = run({ ...sandbox, ...token }, {}, stack);
    const without = { name: "Managers", roles: manager.filter((role) => role !== "can_write_groups") };
    await expect(mine.up("Managers", "UserGroup", without)).rejects.toThrow(
      /is the last way in which the person behind the token has can_write_groups.*loseRole: can_write_groups/s,
    );
    // Through another group, they still have it.
    sandbox.edit("users", token.userId, { groups: [stack.state.get("Managers")!.id, stack.state.get("More")!.id] });
    expect(
      await run({ ...sandbox, ...token }, { allow: "minAdmins: 0" }, stack).up("Managers", "UserGroup", without),
    ).toBe("updated");
    // And now that other way is the last.
    const next = run({ ...sandbox, ...token }, { allow: "delete: userGroups/More" }, stack);
    await expect(next.remove("More")).rejects.toThrow(/More.*is a group of the person behind the token.*last way/);
  });

  it("at least two people, unless it is said otherwise", async () => {
    const { sandbox, stack } = await managed(2);
    noOwner(sandbox);
    const admin = sandbox.issue({ admin: true, email: "break-glass@example.com" });
    const next = run({ ...sandbox, ...admin }, {}, stack);
    const without = { name: "Managers", roles: ["can_search"] };
    await expect(next.up("Managers", "UserGroup", without)).rejects.toThrow(
      /only break-glass@example\.com would be left who can manage users and groups.*of 4 now; there have to be 2.*ICONIK_ALLOW='minAdmins: 1'/s,
    );
    await expect(
      run({ ...sandbox, ...admin }, { allow: "minAdmins: 2" }, stack).up("Managers", "UserGroup", without),
    ).rejects.toThrow(/only break-glass/);
    await expect(
      run({ ...sandbox, ...admin }, { allow: "delete: userGroups/*" }, stack).remove("Managers"),
    ).rejects.toThrow(/only break-glass/);
    expect(
      await run({ ...sandbox, ...admin }, { allow: "minAdmins: 1" }, stack).up("Managers", "UserGroup", without),
    ).toBe("updated");
  });

  it("two groups at the same time are seen together", async () => {
    const { sandbox, stack } = await managed(0);
    noOwner(sandbox);
    const admin = sandbox.issue({ admin: true, email: "break-glass@example.com" });
    await stack.up("Others", "UserGroup", { name: "Others", roles: manager }).catch(() => undefined);
    const boss = run({ ...sandbox, ...admin }, {}, stack);
    await boss.up("Others", "UserGroup", { name: "Others", roles: manager });
    sandbox.addUser({ email: "other@example.com", groups: ["Others"] });
    const both = await Promise.allSettled(
      ["Managers", "Others"].map((name) => boss.up(name, "UserGroup", { name, roles: ["can_search"] })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("as many as there are where people cannot be read: it is unknown", async () => {
    const { sandbox, stack } = await managed(3);
    const admin = sandbox.issue({ admin: true });
    onTestFinished(sandbox.fault({ match: "GET /API/users/v1/users/", kind: "status", code: 403, times: 100 }));
    await expect(
      run({ ...sandbox, ...admin }, {}, stack).up("Managers", "UserGroup", { name: "Managers", roles: ["can_search"] }),
    ).rejects.toThrow(/would be left who can manage users and groups is not known, because people cannot be read/);
  });

  it("in newer tenants those whom no role group limits, and who is in one that says so", async () => {
    const sandbox = await tenant({ tenant: "new" });
    const stack = run(sandbox);
    const roles = ["can_read_users", "can_write_users", "can_read_role_groups", "can_write_role_groups"];
    await stack.up("Managers", "RoleGroup", { name: "Managers", roles });
    const { id } = stack.state.get("Managers")!;
    const admin = sandbox.issue({ admin: true, email: "break-glass@example.com" });
    noOwner(sandbox);
    sandbox.edit("users", admin.userId, { is_admin: true });
    const person = sandbox.addUser({ email: "manager@example.com" });
    sandbox.edit("users", person, { groups: [id] });
    const next = run({ ...sandbox, ...admin }, {}, stack);
    // The owner of the sandbox is in no role group: as a power user they can manage, too.
    for (const user of sandbox.objects("users"))
      if (![admin.userId, person].includes(user.id)) sandbox.edit("users", user.id, { status: "INACTIVE" });
    await expect(next.up("Managers", "RoleGroup", { name: "Managers", roles: ["can_read_users"] })).rejects.toThrow(
      /only break-glass@example\.com would be left/,
    );
    // Without any role it limits nobody: refused for another reason.
    await expect(next.up("Managers", "RoleGroup", { name: "Managers", roles: [] })).rejects.toThrow(
      /^(?!.*would be left who).*without any role/s,
    );
  });
});

describe("the first roles of a role group", () => {
  /** A new tenant without administrators, where all three people are in one role group, as all that their type allows. */
  async function limited(options: Parameters<typeof run>[1] = {}) {
    const sandbox = await tenant({ tenant: "new" });
    const made = run(sandbox);
    await made.up("Base", "RoleGroup", { name: "Base", roles: [] });
    const { id } = made.state.get("Base")!;
    const token = sandbox.issue({ email: "ci@example.com" });
    for (const email of ["one@example.com", "two@example.com"]) sandbox.addUser({ email, type: "POWER" });
    for (const user of sandbox.objects("users"))
      sandbox.edit("users", user.id, {
        is_admin: false,
        ...(user.email === "owner@example.com" ? { status: "INACTIVE" } : { groups: [id] }),
      });
    sandbox.clearRequests();
    return { sandbox, token, stack: run({ ...sandbox, ...token }, options, made) };
  }
  const managing = ["can_read_users", "can_write_users", "can_read_role_groups", "can_write_role_groups"];

  it("take all others from the person behind the token, and from those who manage", async () => {
    const { sandbox, token, stack } = await limited();
    const search = { name: "Base", roles: ["can_search", "can_read_role_groups"] };
    const own =
      /RoleGroup "Base".* would get its first roles, and whoever is in no other role group then has these alone: the person behind the token would lose can_\w+, can_\w+, can_\w+ and \d+ more/;
    await expect(stack.up("Base", "RoleGroup", search)).rejects.toThrow(own);
    await expect(stack.up("Base", "RoleGroup", search)).rejects.toThrow(
      /nobody would be left who can manage users and groups.*of 3 now; there have to be 2/s,
    );
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    // Each of them is its own exception.
    await expect(
      run({ ...sandbox, ...token }, { allow: "lockOut: roleGroups/Base" }, stack).up("Base", "RoleGroup", search),
    ).rejects.toThrow(/^(?!.*first roles).*nobody would be left/s);
    await expect(
      run({ ...sandbox, ...token }, { allow: "minAdmins: 0" }, stack).up("Base", "RoleGroup", search),
    ).rejects.toThrow(/^(?!.*nobody would be left).*first roles/s);
    expect(
      await run({ ...sandbox, ...token }, { allow: "[{ lockOut: roleGroups/Base }, { minAdmins: 0 }]" }, stack).up(
        "Base",
        "RoleGroup",
        search,
      ),
    ).toBe("updated");
  });

  it("take nothing from who manages that they name, nor from people in other role groups", async () => {
    const { sandbox, stack } = await limited({ allow: "lockOut: roleGroups/Base" });
    expect(await stack.up("Base", "RoleGroup", { name: "Base", roles: managing })).toBe("updated");
    await stack.up("Second", "RoleGroup", { name: "Second", roles: [] });
    const [base, second] = ["Base", "Second"].map((name) => stack.state.get(name)!.id);
    for (const user of sandbox.objects("users")) sandbox.edit("users", user.id, { groups: [base, second] });
    const token = sandbox.issue({ email: "ci@example.com" });
    const next = run({ ...sandbox, ...token }, {}, stack);
    expect(await next.up("Second", "RoleGroup", { name: "Second", roles: ["can_read_users"] })).toBe("updated");
  });
});

describe("a role that the caller does not hold", () => {
  it("is not given, and nothing of it is written", async () => {
    const sandbox = await tenant();
    const token = sandbox.issue({ roles: ["can_read_groups", "can_write_groups", "can_search"] });
    const stack = run({ ...sandbox, ...token });
    await expect(stack.up("G", "UserGroup", { name: "G", roles: ["can_search", "can_purge_assets"] })).rejects.toThrow(
      /the token lacks the role can_purge_assets, and nobody can give a role that they do not have \(UserGroup "G" would get it\).*grantRole: can_purge_assets/s,
    );
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    await stack.up("G", "UserGroup", { name: "G", roles: ["can_search"] });
    await expect(stack.up("G", "UserGroup", { name: "G", roles: ["can_search", "can_purge_assets"] })).rejects.toThrow(
      /can_purge_assets/,
    );
    // Then iconik has the word.
    await expect(
      run({ ...sandbox, ...token }, { allow: "grantRole: can_purge_assets" }, stack).up("G", "UserGroup", {
        name: "G",
        roles: ["can_search", "can_purge_assets"],
      }),
    ).rejects.toThrow(/403|may not/);
    // What the group has already is not given.
    sandbox.edit("groups", stack.state.get("G")!.id, { roles: ["can_search", "can_purge_assets"] });
    await stack.refresh("G");
    expect(
      await stack.up("G", "UserGroup", { name: "G", description: "d", roles: ["can_search", "can_purge_assets"] }),
    ).toBe("updated");
  });
});

describe("in Pulumi's provider process", () => {
  const start = async (sandbox: Sandbox, allow: string, before?: Stack): Promise<Stack> => {
    const stack = await createStack(sandbox, { env: { ICONIK_ALLOW: allow }, state: before?.state });
    close.push(stack.close);
    return stack;
  };

  it("what the program says of guards comes with every resource, and with a marker", async () => {
    const sandbox = await tenant();
    const stack = await start(sandbox, "");
    for (const name of groups(4)) await stack.up(name, "UserGroup", { name, roles: ["can_search"] });
    const allow = [{ delete: "userGroups/*", reason: "CHG-1", until: "2999-12-31" }];
    const told = await start(sandbox, "", stack);
    await told.up("Group 0", "UserGroup", { name: "Group 0", roles: ["can_search"] }, { guards: { allow } });
    for (const name of groups(4).slice(1)) await told.remove(name);
    expect(told.provider.stderr).toMatch(
      /permitted by allow: until 2999-12-31 \(\{ delete: userGroups\/\* \}, CHG-1\)/,
    );
    // It is not kept with the resource.
    expect(JSON.stringify(stack.state.get("Group 0"))).not.toContain("CHG-1");
    expect(there(sandbox)).toEqual(["Group 0"]);
  });

  it("ICONIK_ALLOW that says nothing that is known is refused before anything is done", async () => {
    const sandbox = await tenant();
    for (const allow of [
      "delete",
      "{ remove: userGroups/A }",
      "{ delete: a/b, empty: a/b }",
      "[",
      "{ minAdmins: two }",
      "{ delete: a/b, until: soon }",
      "{ delete: a/b, until: 2026-99-99 }",
      "{ delete: a/b, until: 2026-02-30 }",
    ]) {
      const stack = await start(sandbox, allow);
      await expect(stack.up("G", "UserGroup", { name: "G", roles: [] }), allow).rejects.toThrow(
        /ICONIK_ALLOW .*Write ICONIK_ALLOW='delete: userGroups\/Guests'/,
      );
    }
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });
});

describe("what a run says of many refusals", () => {
  it("counts those of one guard after the tenth, and writes an entry for each", () => {
    const refusals = Array.from({ length: 13 }, (_, index) => ({
      guard: "emptying" as const,
      object: `userGroups/G ${index}`,
      message: `G ${index} would be left without any role`,
      allow: [{ verb: "empty" as const, target: `userGroups/G ${index}` }],
    }));
    const identity = {
      guard: "identity" as const,
      object: "userGroups/A",
      message: 'UserGroup "A" is a group of the person behind the token',
      allow: [{ verb: "lockOut" as const, target: "userGroups/A's" }],
    };
    expect(sentences([...refusals, identity])).toEqual([
      ...refusals.slice(0, 10).map(({ message }) => message),
      "and 3 more of this sort, each with its entry below",
      identity.message,
    ]);
    const { file, run } = wayThrough(entriesFor([...refusals, ...refusals, identity]));
    const wanted = [...refusals.map(({ object }) => ({ empty: object })), { lockOut: "userGroups/A's" }];
    expect(parse(file)).toEqual({ allow: wanted.map((one) => ({ ...one, reason: "<why>", until: "<YYYY-MM-DD>" })) });
    const value = execFileSync("sh", ["-c", `${run}; printf %s "$ICONIK_ALLOW"`], { encoding: "utf8" });
    expect(parse(value)).toEqual(wanted);
  });
});

describe("everybody, with their groups", () => {
  it("is read once in a session, so many at a time, without whoever was deleted meanwhile", async () => {
    const sandbox = await tenant({ tenant: "new" });
    const ids = Array.from({ length: 80 }, (_, index) => sandbox.addUser({ email: `person${index}@example.com` }));
    onTestFinished(
      sandbox.fault({ match: `GET /API/users/v1/users/${ids[3]}/`, kind: "status", code: 404, times: 10 }),
    );
    const { url, appId, authToken } = sandbox;
    const session = openSession({ url, appId, authToken, rateShare: 1 }, { clock: leapingClock() });
    close.push(() => session.client.close());
    let [underWay, most] = [0, 0];
    const call: typeof session.client.call = async (...args) => {
      most = Math.max(most, (underWay += 1));
      return session.client.call(...args).finally(() => (underWay -= 1)) as never;
    };
    const counted = { ...session, client: { ...session.client, call } };
    sandbox.clearRequests();
    const people = await readPeople(counted, "teams");
    expect(people.map(({ id }) => id).sort()).toEqual(
      sandbox
        .objects("users")
        .map(({ id }) => id as string)
        .filter((id) => id !== ids[3])
        .sort(),
    );
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThan(40);
    const asked = sandbox.requests.length;
    expect(await readAccounts(counted, "teams")).toHaveLength(people.length);
    expect(sandbox.requests).toHaveLength(asked);
  });

  it("is unknown where one of them cannot be read", async () => {
    const sandbox = await tenant({ tenant: "new" });
    const id = sandbox.addUser({ email: "person@example.com" });
    const { url, appId, authToken } = sandbox;
    const session = openSession({ url, appId, authToken, rateShare: 1 }, { clock: leapingClock() });
    close.push(() => session.client.close());
    const heal = sandbox.fault({ match: `GET /API/users/v1/users/${id}/`, kind: "status", code: 403, times: 10 });
    await expect(readPeople(session, "teams")).rejects.toThrow(/may not|403|forbidden/i);
    heal();
    expect(await readPeople(session, "teams")).toHaveLength(2);
  });
});

describe("a large description", () => {
  it("is gone through a number of times that does not grow with it", async () => {
    const sandbox = await tenant();
    const { url, appId, authToken } = sandbox;
    const session = openSession({ url, appId, authToken, rateShare: 1 }, { clock: leapingClock() });
    close.push(() => session.client.close());
    const looks = async (count: number): Promise<number> => {
      let counted = 0;
      const place = { file: "tenant.yaml", line: 1, column: 1 };
      const resources = groups(count).map((label): DesiredResource => {
        const resource: DesiredResource = {
          kind: "UserGroup",
          label,
          section: "userGroups",
          name: label,
          inputs: { name: label, roles: ["can_search"] },
          options: {},
          formerly: [],
          place,
        };
        return new Proxy(resource, { get: (of, key) => ((counted += 1), Reflect.get(of, key)) });
      });
      expect(await allRefusals(session, { resources })).toEqual([]);
      return counted / count;
    };
    expect(await looks(100)).toBe(await looks(10));
  });
});
