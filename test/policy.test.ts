/** Policy tests of a tenant file: what holds, what fails and where, what nobody can tell, and what no test notices. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { grantsOf } from "../provider/commands/review";
import { coverage, mutate, testPolicies, type PolicyOptions } from "../provider/review";
import { startSandbox } from "../provider/sandbox";
import type { People } from "../provider/tenant/picture";
import { environment, repository } from "./processes.mts";
import { asLive, picture } from "./review/pictures";
import { environmentOf } from "./stack.ts";
import { folder, load } from "./tenant/inline";

const tenant = `
userGroups:
  Editors: { defaultUserType: standard, roles: [can_search, can_write_assets, can_delete_assets] }
  Freelance: { defaultUserType: standard, roles: [can_search, can_purge_assets] }
  Admins: { roles: [can_write_groups, can_write_users] }
aclTemplates: { Upload: { access: { groups: { Editors: [read, write], Freelance: [read, changeAcl] }, users: {} } } }
storages: { Masters: { type: s3, purpose: files, bucket: example-masters, region: eu-north-1, credentials: managed, read: true, access: { groups: { Editors: [read] }, users: {} } } }
shield: { everyone: [{ ip: 203.0.113.0/24 }] }
`;
const known: People = {
  readAt: "2026-11-20T08:00:00Z",
  known: [
    {
      email: "editor@example.com",
      type: "standard",
      active: true,
      admin: false,
      memberOf: ["userGroups/Editors", "userGroups/Freelance"],
    },
    { email: "browser@example.com", type: "browseOnly", active: true, admin: false, memberOf: ["userGroups/Editors"] },
    { email: "chief@example.com", type: "power", active: true, admin: false, memberOf: ["userGroups/Admins"] },
  ],
};

/** Failures as `name: says`, or `?` and why it cannot be told. */
function told(tests: string, options: PolicyOptions = {}): string[] {
  const described = picture(`${tenant}${tests}`);
  const { failures, untold } = testPolicies(described.later, described, { grants: grantsOf(described), ...options });
  return [...failures.map(({ says }) => says), ...untold.map(({ says }) => `? ${says}`)];
}

describe("a test", () => {
  test.each([
    ["{ name: t, group: Editors, deny: [can_purge_*], accept: [can_write_assets, can_delete_*] }", []],
    [
      "{ name: t, group: Editors, deny: [can_delete_*] }",
      ["user group “Editors” has can_delete_assets (may move assets to the recycle bin), which can_delete_* denies"],
    ],
    [
      "{ name: t, group: Editors, accept: [can_purge_assets] }",
      ["user group “Editors” lacks can_purge_assets (may remove assets from the recycle bin for good)"],
    ],
    ["{ name: t, aclTemplate: Upload, accept: { Editors: [read, write] }, deny: { Freelance: [write] } }", []],
    [
      '{ name: t, aclTemplate: Upload, deny: { "*": [changeAcl] } }',
      ["ACL template “Upload” gives “Freelance” changeAcl"],
    ],
    ['{ name: t, aclTemplate: Upload, deny: { "*": [changeAcl] }, except: [Freelance] }', []],
    [
      "{ name: t, aclTemplate: Upload, accept: { Freelance: [write] } }",
      ["ACL template “Upload” does not give “Freelance” write"],
    ],
    ["{ name: t, aclTemplate: Nothing, accept: { Freelance: [write] } }", ["there is no ACL template “Nothing”"]],
    ['{ name: t, storage: Masters, deny: { "*": [write] } }', []],
    ['{ name: t, storage: Masters, deny: ["s3:Delete*"], accept: ["s3:GetObject"] }', []],
    [
      '{ name: t, storage: Masters, deny: ["s3:Get*"] }',
      expect.arrayContaining(["the identity of storage “Masters” has s3:GetObject, which s3:Get* denies"]),
    ],
    ["{ name: t, allowList: everyone, accept: [203.0.113.7, 203.0.113.0/25], deny: [192.0.2.1] }", []],
    [
      "{ name: t, allowList: everyone, accept: [198.51.100.7] }",
      ["allow list of everyone does not let in 198.51.100.7"],
    ],
    [
      "{ name: t, person: editor@example.com, accept: [can_write_assets], deny: [can_write_groups] }",
      ["? who is in which group is not known: files do not say who is a member of what"],
    ],
  ])("%s", (rule, failures) => {
    expect(told(`tests: [${rule}]\n`)).toEqual(failures);
  });

  test("of what is not described cannot be told", () => {
    const silent =
      "roleGroups: { Silent: { description: x }, Cutters: { roles: [can_write_assets] } }\naclTemplates: { Silent: {} }\nstorages: { Playout: { type: file, purpose: files, mountPoint: /mnt/playout } }\n";
    const of = (rule: string, people?: People) => {
      const described = picture(`tenant: { model: teams }\n${silent}tests: [{ name: t, ${rule} }]\n`);
      const { failures, untold, passed } = testPolicies(described.later, described, people ? { people } : {});
      return [
        ...failures.map(({ says }) => says),
        ...untold.map(({ says }) => `? ${says}`),
        ...(passed > 0 ? ["holds"] : []),
      ];
    };
    expect(of("group: Silent, deny: [can_purge_*]")).toEqual(["? the roles of role group “Silent” are not described"]);
    expect(of('aclTemplate: Silent, deny: { "*": [changeAcl] }')).toEqual([
      "? the access list of ACL template “Silent” is not described",
    ]);
    expect(of('storage: Playout, deny: { "*": [write] }')).toEqual([
      "? the access list of storage “Playout” is not described",
    ]);
    // Of those in such groups, only what they hold by others is certain.
    const person = (...memberOf: string[]): People => ({
      readAt: "2026-11-20T08:00:00Z",
      known: [{ email: "a@example.com", type: "power", active: true, admin: false, memberOf }],
    });
    const untold = ["? a@example.com is also in groups whose roles are not described"];
    for (const group of ["roleGroups/Silent", "roleGroups/Elsewhere"]) {
      expect(of("person: a@example.com, deny: [can_purge_*]", person(group, "roleGroups/Cutters")), group).toEqual(
        untold,
      );
      expect(of("person: a@example.com, accept: [can_purge_assets]", person(group)), group).toEqual(untold);
      expect(
        of("person: a@example.com, accept: [can_write_assets]", person(group, "roleGroups/Cutters")),
        group,
      ).toEqual(["holds"]);
      expect(of("person: a@example.com, deny: [can_write_*]", person(group, "roleGroups/Cutters")), group).toEqual([
        "a@example.com has can_write_assets (may change assets), which can_write_* denies",
      ]);
    }
    expect(of("person: a@example.com, deny: [can_purge_*]", person("roleGroups/Cutters", "teams/Elsewhere"))).toEqual([
      "holds",
    ]);
  });

  test("of what is described in part is run as far as that goes", () => {
    const of = (written: string) => {
      const described = picture(written);
      const { failures, untold, passed } = testPolicies(described.later, described);
      return [
        ...failures.map(({ says }) => says),
        ...untold.map(({ says }) => `? ${says}`),
        ...(passed > 0 ? ["holds"] : []),
      ];
    };
    const upload = (access: string, rule: string) =>
      of(
        `userGroups: { Editors: {}, Guests: {} }\naclTemplates: { Upload: { access: { ${access} } } }\ntests: [{ name: t, aclTemplate: Upload, ${rule} }]\n`,
      );
    const [inGroups, whole] = ["groups: { Editors: [read] }", "groups: { Editors: [read] }, users: {}"];
    // Whoever is in no list that is described may stand in the one that is not.
    expect(upload(inGroups, 'deny: { "*": [write] }')).toEqual([
      "? which users are in the access list of ACL template “Upload” is not described",
    ]);
    expect(upload("users: {}", "deny: { Guests: [write] }")).toEqual([
      "? which groups are in the access list of ACL template “Upload” is not described",
    ]);
    expect(upload(inGroups, "deny: { editor@example.com: [write] }")).toEqual([
      "? which users are in the access list of ACL template “Upload” is not described",
    ]);
    expect(upload(inGroups, "accept: { editor@example.com: [read] }")).toEqual([
      "? which users are in the access list of ACL template “Upload” is not described",
    ]);
    expect(upload(whole, 'deny: { "*": [write], editor@example.com: [read] }')).toEqual(["holds"]);
    expect(upload(inGroups, "deny: { Guests: [write] }, accept: { Editors: [read] }")).toEqual(["holds"]);
    // What does not hold, does not hold.
    expect(upload(inGroups, 'deny: { "*": [read] }')).toEqual(["ACL template “Upload” gives “Editors” read"]);
    expect(
      of(
        "userGroups: { A: { roles: [can_write_users] }, B: {} }\ninvariants: [{ name: i, separation: [can_write_users, can_purge_assets] }]\n",
      ),
    ).toEqual(["? the roles of user group “B” are not described"]);
    expect(of("userGroups: { A: {} }\ntests: [{ name: t, allowList: everyone, deny: [192.0.2.1] }]\n")).toEqual([
      "? the allow list “everyone” is not described",
    ]);
    expect(
      of("userGroups: { A: {} }\ntests: [{ name: t, group: { existing: Trial }, deny: [can_purge_*] }]\n"),
    ).toEqual(["? the group “Trial” is not described"]);
  });

  test("against a tenant finds by the description's labels what has other names there", () => {
    const described = picture(`userGroups: { Editors: { name: Redaktion, roles: [can_search] } }
aclTemplates: { Upload: { name: Eingang, access: { groups: { Editors: [read] }, users: {} } } }
tests:
  - { name: a, group: Editors, accept: [can_search] }
  - { name: b, aclTemplate: Upload, accept: { Editors: [read] }, deny: { "*": [read] }, except: [Editors] }
  - { name: c, group: Editors, deny: [can_purge_*] }
`);
    const live = asLive(
      picture(
        "userGroups: { Redaktion: { roles: [can_search, can_purge_assets] } }\naclTemplates: { Eingang: { access: { groups: { Redaktion: [read] }, users: {} } } }\n",
      ),
    );
    const { passed, failures, untold } = testPolicies(described.later, live, { described });
    expect([passed, failures.map(({ name }) => name), untold]).toEqual([2, ["c"], []]);
  });

  test("of a person is about all their groups, as far as the user type goes", () => {
    expect(
      told("tests: [{ name: t, person: editor@example.com, accept: [can_write_assets], deny: [can_purge_*] }]\n", {
        people: known,
      }),
    ).toEqual([
      "editor@example.com has can_purge_assets (may remove assets from the recycle bin for good), which can_purge_* denies",
    ]);
    expect(told("tests: [{ name: t, person: browser@example.com, deny: [can_write_*] }]\n", { people: known })).toEqual(
      [],
    );
    expect(told("tests: [{ name: t, person: nobody@example.com, deny: [can_write_*] }]\n", { people: known })).toEqual([
      "nobody has the e-mail nobody@example.com",
    ]);
  });

  test("needs something to look at and something to hold against it", () => {
    for (const wrong of [
      "{ name: t, deny: [x] }",
      "{ name: t, group: Editors }",
      "{ name: t, group: Nobody, deny: [x] }",
      "{ name: t, aclTemplate: Upload, deny: { Editors: [fly] } }",
    ]) {
      expect(load(`${tenant}tests: [${wrong}]\n`).desired, wrong).toBeUndefined();
    }
  });
});

describe("an invariant", () => {
  test.each([
    ["{ name: i, role: can_write_groups, atLeast: 1 }", []],
    [
      "{ name: i, role: can_write_groups, atLeast: 2 }",
      [
        "1 person may make user groups, change their roles and settings, and add members (can_write_groups), and 2 people must",
      ],
    ],
    ["{ name: i, separation: [can_write_users, can_purge_assets] }", []],
    [
      "{ name: i, separation: [can_write_users, can_write_groups] }",
      ["chief@example.com has can_write_users and can_write_groups"],
    ],
    [
      "{ name: i, separation: [can_write_assets, can_purge_assets] }",
      ["editor@example.com has can_write_assets and can_purge_assets"],
    ],
  ])("%s", (rule, failures) => {
    expect(told(`invariants: [${rule}]\n`, { people: known })).toEqual(failures);
  });

  test("of groups alone where people are not known", () => {
    expect(told("invariants: [{ name: i, separation: [can_write_users, can_write_groups] }]\n")).toEqual([
      "user group “Admins” has can_write_users and can_write_groups",
    ]);
    expect(told("invariants: [{ name: i, role: can_write_groups, atLeast: 2 }]\n")).toEqual([
      expect.stringMatching(/^\? who is in which group is not known/),
    ]);
  });
});

test("what no test is about is listed", () => {
  const described = picture(
    `${tenant}tests: [{ name: t, group: Editors, deny: [can_purge_*], accept: [can_write_assets] }, { name: t, group: Admins, accept: [can_write_*] }]\n`,
  );
  expect(
    coverage(described.later, described).map(({ subject, untested, isNamed }) => [subject.label, isNamed, untested]),
  ).toEqual([
    ["Editors", true, ["can_delete_assets", "can_search"]],
    ["Freelance", false, ["can_purge_assets", "can_search"]],
  ]);
});

test("a permission that goes or comes unnoticed is listed, and one that a test notices is not", () => {
  const described = picture(
    `${tenant}tests: [{ name: t, group: Editors, deny: [can_purge_*], accept: [can_write_assets] }]\n`,
  );
  const unnoticed = mutate(described.later, described, ["can_purge_assets", "can_read_assets"]);
  expect(unnoticed.map(({ subject, removed, added }) => [subject.label, removed, added])).toEqual([
    ["Editors", ["can_delete_assets", "can_search"], ["can_read_assets"]],
    ["Freelance", ["can_purge_assets", "can_search"], ["can_read_assets"]],
    ["Admins", ["can_write_groups", "can_write_users"], ["can_purge_assets", "can_read_assets"]],
  ]);
});

describe("the command", () => {
  const main = join(repository, "dist/commands/main.js");
  const run = (
    cwd: string,
    args: readonly string[],
    env = {},
  ): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      execFile(process.execPath, [main, "test", ...args], { cwd, env: environment(env) }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr }),
      );
    });
  const file =
    "userGroups: { Editors: { roles: [can_search] } }\ntests:\n  - { name: editors never purge, group: Editors, deny: [can_purge_*] }\n";

  test("names file, line and rule, and ends with 2 when something fails", async () => {
    const cwd = folder({
      "tenant.yaml": file,
      "wrong.yaml": file.replace("[can_search]", "[can_search, can_purge_assets]"),
    });
    expect(await run(cwd, ["tenant.yaml"])).toEqual({ code: 0, stdout: "1 passed, 0 failed\n", stderr: "" });
    expect(await run(cwd, ["wrong.yaml"])).toMatchObject({
      code: 2,
      stdout:
        "wrong.yaml:3:5 failed editors never purge: user group “Editors” has can_purge_assets (may remove assets from the recycle bin for good), which can_purge_* denies\n0 passed, 1 failed\n",
    });
    expect(await run(cwd, ["missing.yaml"])).toMatchObject({ code: 1, stdout: "" });
  });

  test("ends with 1 when a test could not be run, with the reason, and with 2 when another fails besides", async () => {
    const person = "  - { name: she never purges, person: chief@example.com, deny: [can_purge_*] }\n";
    const cwd = folder({
      "tenant.yaml": file + person,
      "wrong.yaml": file.replace("[can_search]", "[can_search, can_purge_assets]") + person,
    });
    expect(await run(cwd, ["tenant.yaml"])).toEqual({
      code: 1,
      stdout:
        "tenant.yaml:4:5 not run she never purges: who is in which group is not known: files do not say who is a member of what\n1 passed, 0 failed, 1 not run\n",
      stderr: "",
    });
    expect(await run(cwd, ["tenant.yaml", "--format", "json"])).toMatchObject({ code: 1 });
    expect(await run(cwd, ["wrong.yaml"])).toMatchObject({
      code: 2,
      stdout: expect.stringContaining("0 passed, 1 failed, 1 not run"),
    });
  });

  test("holds the tests against a live tenant, where somebody changed a group by hand", async () => {
    const sandbox = await startSandbox({
      seed: { groups: [{ name: "Editors", roles: ["can_search", "can_purge_files"] }] },
    });
    onTestFinished(sandbox.close);
    const { code, stdout } = await run(
      folder({ "tenant.yaml": file }),
      ["tenant.yaml", "--against", "live", "--coverage", "--mutate"],
      environmentOf(sandbox),
    );
    expect([code, stdout]).toEqual([
      2,
      expect.stringContaining("has can_purge_files (may remove files for good), which can_purge_* denies"),
    ]);
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });
});
