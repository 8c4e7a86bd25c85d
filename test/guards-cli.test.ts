// Guards on Pulumi's real engine: all refusals of a tenant file in one block before anything is made, what a run cannot
// know beforehand refused when it comes, and the ways round: small steps, --target, destroy, classes used from a program.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { startSandbox, type Sandbox, type SandboxOptions } from "../provider/sandbox";
import { createProject, endToEnd, type Project, type Result } from "./cli.ts";
import { iconik } from "./commands.ts";
import { done, quick, refused, startIconikProject } from "./iconik-project.ts";
import { environmentOf } from "./stack.ts";

interface Started {
  sandbox: Sandbox;
  project: Project;
  file: (text: string) => void;
  writes: () => string[];
}

/** A project of nothing but a tenant file. */
async function start(
  text: string,
  options: SandboxOptions = {},
  as?: (sandbox: Sandbox) => { appId: string; authToken: string },
): Promise<Started> {
  const sandbox = await startSandbox(options);
  onTestFinished(sandbox.close);
  const env = environmentOf({ ...sandbox, ...as?.(sandbox) });
  const project = await createProject(
    { "index.js": `module.exports = require("pulumi-iconik/program");`, "tenant.yaml": text },
    { env },
  );
  onTestFinished(project.close);
  const writes = () =>
    sandbox.requests.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
  return { sandbox, project, writes, file: (next) => project.write({ "tenant.yaml": next }) };
}

/** What a refusal says to write in the tenant file, as Pulumi shows it. */
function pasted(all: string): unknown {
  const [, lead = "", entries = ""] = /^( *)allow:\n((?: *- \{.*\}\n)+)/m.exec(all)!;
  return parse(`allow:\n${entries.replaceAll(new RegExp(`^${lead}`, "gm"), "")}`);
}

const groups = (...names: string[]) =>
  `userGroups:\n${names.map((name) => `  ${name}: { roles: [can_search] }\n`).join("")}`;
const names = (sandbox: Sandbox) =>
  sandbox
    .objects("groups")
    .map(({ name }) => name as string)
    .filter((name) => name !== "Everyone")
    .sort();
/** Refused as one block by the program: no resource was begun. */
async function refusedAtOnce(
  { sandbox, writes }: Started,
  run: PromiseLike<Result>,
  ...words: (string | RegExp)[]
): Promise<Result> {
  sandbox.clearRequests();
  const result = await refused(run, ...words);
  expect(writes()).toEqual([]);
  expect(result.all).not.toMatch(/Guards|UserGroup \w+ (creat|updat|delet)/);
  return result;
}

describe("a tenant file", endToEnd, () => {
  it("deletes no more than is usual, in one run or in several, and says what to write", async () => {
    const started = await start(groups("A", "B", "C", "D", "E", "F"));
    const { sandbox, project, file } = started;
    await done(project.up(quick));

    // Three at once: at preview and at up.
    file(groups("A", "B", "C"));
    for (const run of [project.preview(), project.up(quick)]) {
      const { all } = await refusedAtOnce(
        started,
        run,
        /3 of 7 userGroups would be deleted in this run, and 2 may be \(2, or 20 % where that is more\): userGroups\/D, userGroups\/E, userGroups\/F/,
      );
      expect(pasted(all)).toEqual({
        allow: ["D", "E", "F"].map((name) => ({
          delete: `userGroups/${name}`,
          reason: "<why>",
          until: "<YYYY-MM-DD>",
        })),
      });
      expect(all.split("Diagnostics:")[1]!.match(/3 of 7/g)).toHaveLength(1);
    }
    // Two go, and shortly afterwards not another one, though each step is small.
    file(groups("A", "B", "C", "D"));
    await done(project.up(quick));
    expect(names(sandbox)).toEqual(["A", "B", "C", "D"]);
    await done(project.up(["--expect-no-changes"]));
    file(groups("A", "B", "C"));
    await refusedAtOnce(
      started,
      project.up(quick),
      /3 of 7 userGroups would be deleted within 24 hours, and 2 may be .*: userGroups\/D$/m,
    );

    // The way through, in the file and for one run.
    file(`${groups("A", "B", "C")}allow: [{ delete: userGroups/D, reason: CHG-1, until: 2020-01-01 }]\n`);
    await refusedAtOnce(started, project.up(quick), /within 24 hours/);
    file(`${groups("A", "B", "C")}allow: [{ delete: userGroups/D, reason: CHG-1, until: 2999-12-31 }]\n`);
    await done(project.up(quick));
    expect(names(sandbox)).toEqual(["A", "B", "C"]);
    file(groups("A"));
    const { all } = await done(project.up(quick, { ICONIK_ALLOW: "delete: userGroups/*" }));
    expect(all).toMatch(/permitted by ICONIK_ALLOW \(\{ delete: userGroups\/\* \}\)/);
    expect(names(sandbox)).toEqual(["A"]);
    await done(project.up(["--expect-no-changes"]));
  });

  it("has no way round by --target or destroy", async () => {
    const { sandbox, project, file } = await start(groups("A", "B", "C", "D"));
    await done(project.up(quick));
    const urns = (await project.resources()).filter(({ type }) => type.endsWith(":UserGroup")).map(({ urn }) => urn);
    file(groups("A"));
    await refused(project.up([...quick, ...urns.flatMap((urn) => ["--target", urn])]), /, and 2 may be/);
    expect(names(sandbox)).toHaveLength(4);

    // No program runs there, so nothing of the file is known: the process that deletes counts.
    await refused(
      project.destroy(quick),
      /3 of 5 userGroups would be deleted in this run, and 2 may be .*: userGroups\/\w/,
      /ICONIK_ALLOW='delete: userGroups\/\w'/,
    );
    expect(names(sandbox)).toHaveLength(2);
    await done(project.destroy(quick, { ICONIK_ALLOW: "delete: userGroups/*" }));
    expect(names(sandbox)).toEqual([]);
  });

  it("has no way round by a label that claims to have been many", async () => {
    const started = await start(groups("A", "B", "C", "D", "E", "F"));
    const { project, file } = started;
    await done(project.up(quick));
    file(
      "userGroups: { A: { roles: [can_search], formerly: [D, E, F] }, B: { roles: [can_search] }, C: { roles: [can_search] } }",
    );
    await refusedAtOnce(started, project.up(quick), /3 of 7 userGroups would be deleted .*: userGroups\/.*D/);
    // What was renamed is not deleted.
    file(
      "userGroups: { A: { roles: [can_search] }, B: { roles: [can_search] }, C: { roles: [can_search] }, New: { roles: [can_search], formerly: [Never, D] }, Newer: { roles: [can_search], formerly: E }, Newest: { roles: [can_search], formerly: F } }",
    );
    await done(project.up(quick));
    expect(names(started.sandbox)).toEqual(["A", "B", "C", "New", "Newer", "Newest"]);
  });

  it("has no way round by what was only just imported", async () => {
    const started = await start("", {
      seed: { groups: ["A", "B", "C", "D"].map((name) => ({ name, roles: ["can_search"] })) },
    });
    const { sandbox, project, file } = started;
    const exported = await iconik(["export", "live", "--out", "out", "--import-file", "import.json"], {
      cwd: project.folder,
      env: environmentOf(sandbox),
    });
    expect(exported.code, exported.stderr).toBe(0);
    await done(project.import(JSON.parse(readFileSync(join(project.folder, "import.json"), "utf8"))));
    file(
      `${readFileSync(join(project.folder, "out/tenant.yaml"), "utf8").match(/^tenant:\n( .*\n)+/m)![0]}${groups("A")}`,
    );
    await refusedAtOnce(started, project.up(quick), /3 of 5 userGroups would be deleted .*: userGroups\/B/);
  });

  it("tells objects by their names, whatever is in them", async () => {
    const { project } = await start(groups("Desk::A", "Desk::B", "Desk::C"));
    await done(project.up(quick));
    // Taken for others, they would be gone from the file, and three are too many.
    await done(project.preview(["--expect-no-changes"]));
  });

  it("puts no list back, without a program either, that shuts out who must be kept", async () => {
    const lists = (more: string) =>
      `shield: { enabled: true, everyone: [{ ip: 203.0.113.9 }, { ip: 198.51.100.7 }, { ip: 192.0.2.10 }], options: { onDestroy: restore } }\n${more}`;
    const { sandbox, project, file } = await start(lists("guards: { mustKeep: [203.0.113.9] }\n"), {
      shieldSeesIp: "203.0.113.9",
      seed: { settings: { system: { enable_shield: true, allowed_ips: [{ ip: "203.0.113.9" }] } } },
    });
    await done(project.up(quick));
    // What must be kept later on holds for the list that is there already.
    file(lists("guards: { mustKeep: [203.0.113.9, 198.51.100.7] }\n"));
    await done(project.up(quick));
    await done(project.up(["--expect-no-changes"]));
    await done(project.refresh(["--expect-no-changes"]));
    const { urn } = (await project.resources()).find(({ type }) => type.endsWith(":ShieldAllowList"))!;
    const addresses = () => (sandbox.object("settings", "system")!.allowed_ips as { ip: string }[]).map(({ ip }) => ip);
    for (const args of [[], ["--target", urn]]) {
      await refused(
        project.destroy([...quick, ...args]),
        /ShieldAllowList was left as it is: guards\.mustKeep names 198\.51\.100\.7, and iconik Shield would not let it in again.*ICONIK_ALLOW='lockOut: 198\.51\.100\.7'/s,
      );
      expect(addresses()).toHaveLength(3);
    }
    const { all } = await done(project.destroy(quick, { ICONIK_ALLOW: "lockOut: 198.51.100.7" }));
    expect(all).toMatch(/guards\.mustKeep names 198\.51\.100\.7.*permitted by ICONIK_ALLOW/);
    expect(addresses()).toEqual(["203.0.113.9"]);
  });

  it("is told all that stands against it at once, and before anything is made", async () => {
    const manager =
      "[can_read_users, can_write_users, can_read_groups, can_write_groups, can_delete_groups, can_search]";
    const started = await start(
      `
userGroups:
  Managers: { roles: ${manager} }
  Editors: { roles: [can_search] }
aclTemplates: { Upload: { access: { groups: { Editors: [read] } } } }
`,
      { shieldSeesIp: "203.0.113.9" },
    );
    const { sandbox, project, file } = started;
    await done(project.up(quick));
    for (const { id, is_admin } of sandbox.objects("users"))
      if (is_admin) sandbox.edit("users", id, { status: "ACTIVE" });
    sandbox.addUser({ email: "manager@example.com", groups: ["Managers"] });
    // What the file says of Shield by itself, it is held to before the tenant is asked.
    sandbox.edit("settings", "system", {
      enable_shield: true,
      allowed_ips: [{ ip: "203.0.113.9" }, { ip: "198.51.100.7" }],
    });

    file(`
userGroups:
  Managers: { roles: [can_search] }
  Editors: { roles: [] }
  New: { roles: [can_search] }
aclTemplates: { Upload: { access: { groups: {} } } }
shield: { everyone: [{ ip: 192.0.2.10 }] }
guards: { mustKeep: [198.51.100.7], minAdmins: 2 }
`);
    await refusedAtOnce(
      started,
      project.up(quick),
      /this run comes from 203\.0\.113\.9, and iconik Shield would not let it in again/,
      /guards\.mustKeep names 198\.51\.100\.7/,
      /UserGroup "Editors" would be left without any role/,
      /only owner@example\.com would be left who can manage users and groups/,
      /access of AclTemplate "Upload" would be left without any entry/,
      /ICONIK_ALLOW='\[\{ lockOut: 203\.0\.113\.9 \}, \{ lockOut: 198\.51\.100\.7 \}, \{ empty: userGroups\/Editors \}, \{ minAdmins: 1 \}, \{ empty: aclTemplates\/Upload \}\]'/,
    );
    const allow =
      "[{ lockOut: 198.51.100.7 }, { empty: userGroups/Editors }, { minAdmins: 1 }, { empty: aclTemplates/Upload }]";
    await refusedAtOnce(started, project.up(quick, { ICONIK_ALLOW: allow }), /^(?!.*198\.51)[^]*203\.0\.113\.9/);
    // One of them is not meant at all; what is meant is said and done.
    file(`
userGroups:
  Managers: { roles: [can_search] }
  Editors: { roles: [] }
aclTemplates: { Upload: { access: { groups: {} } } }
shield: { everyone: [{ ip: 192.0.2.10 }, { ip: 203.0.113.0/24 }] }
guards: { mustKeep: [198.51.100.7], minAdmins: 2 }
`);
    await done(project.up(quick, { ICONIK_ALLOW: allow }));
    expect(sandbox.object("settings", "system")).toMatchObject({
      enable_shield: true,
      allowed_ips: [{ ip: "192.0.2.10" }, { ip: "203.0.113.0/24" }],
    });
    // The exceptions were for one run; what is so already is no change, and is told.
    const { all } = await done(project.up(["--expect-no-changes"]));
    expect(all).toMatch(/guards\.mustKeep names 198\.51\.100\.7, and iconik Shield does not let it in/);
  });

  it("cannot take from whoever applies it what they need, nor give what they do not have", async () => {
    const needed = "[can_read_users, can_read_groups, can_write_groups, can_delete_groups, can_search]";
    const started = await start(
      `userGroups: { Pipeline: { roles: ${needed}, options: { adopt: exact } } }`,
      { seed: { groups: [{ name: "Pipeline", roles: needed.slice(1, -1).split(", ") }] } },
      (sandbox) => {
        const token = sandbox.issue({ email: "ci@example.com" });
        sandbox.edit("users", token.userId, {
          groups: sandbox
            .objects("groups")
            .filter(({ name }) => name === "Pipeline")
            .map(({ id }) => id),
        });
        return token;
      },
    );
    const { project, file } = started;
    await done(project.up(quick));
    file(
      "userGroups: { Pipeline: { roles: [can_read_users, can_read_groups, can_write_groups, can_search] }, New: { roles: [can_search, can_purge_assets] } }",
    );
    await refusedAtOnce(
      started,
      project.up(quick),
      /the token lacks the role can_purge_assets, and nobody can give a role that they do not have \(UserGroup "New" would get it\)/,
      /"Pipeline" is the last way in which the person behind the token has can_delete_groups/,
    );
    file("userGroups: { New: { roles: [can_search] } }");
    await refusedAtOnce(
      started,
      project.up(quick),
      /"Pipeline" is a group of the person behind the token/,
      /lockOut: userGroups\/Pipeline/,
      /whose last access|ci@example\.com would be in no group/,
    );
  });
});

describe("classes used from a program", endToEnd, () => {
  it("are not deleted as replacements, which the provider did not ask for", async () => {
    const five = (description: string, options: string) =>
      `for (let index = 0; index < 5; index++) new iconik.UserGroup("Group " + index, { roles: ["can_search"], description: "${description}" }, { ${options} });`;
    const project = await startIconikProject(five("d", ""), { env: { ICONIK_ALLOW: "" } });
    await done(project.up(quick));
    const urns = (await project.resources()).filter(({ type }) => type.endsWith(":UserGroup")).map(({ urn }) => urn);
    const ids = () => new Set(project.sandbox.objects("groups").map(({ id }) => id));
    const before = ids();
    await refused(
      project.up([...quick, ...urns.flatMap((urn) => ["--replace", urn])]),
      /3 of 6 userGroups would be deleted/,
    );
    expect([...ids()].filter((id) => before.has(id)).length).toBeGreaterThanOrEqual(4);
    // What was deleted is made anew, and then it is tried again, in other words.
    await done(project.up(quick));
    const after = ids();
    project.program(five("e", `deleteBeforeReplace: true, replaceOnChanges: ["description"]`));
    await refused(project.up(quick), /3 of 6 userGroups would be deleted/);
    expect([...ids()].filter((id) => after.has(id)).length).toBeGreaterThanOrEqual(4);
  });

  it("are guarded by the same rules, and take the same exceptions", async () => {
    const five = (count: number) =>
      `for (let index = 0; index < ${count}; index++) new iconik.UserGroup("Group " + index, { roles: ["can_search"] });`;
    const project = await startIconikProject(five(5), { env: { ICONIK_ALLOW: "" }, shieldSeesIp: "203.0.113.9" });
    await done(project.up(quick));
    project.program(five(1));
    await refused(project.up(quick), /3 of 6 userGroups would be deleted/);
    expect(names(project.sandbox)).toHaveLength(3);

    project.program(`new iconik.Guards("guards", { mustKeep: ["198.51.100.7"], allow: [{ delete: "userGroups/*", reason: "CHG-1", until: "2999-12-31" }] });
      new iconik.ShieldAllowList("everyone", { enabled: true, addresses: [{ ip: "203.0.113.0/24" }] });`);
    project.sandbox.clearRequests();
    await refused(project.up(quick), /guards\.mustKeep names 198\.51\.100\.7/);
    expect(project.writes().filter((write) => !write.startsWith("DELETE "))).toEqual([]);
    project.program(
      `new iconik.Guards("guards", { allow: [{ delete: "userGroups/*", reason: "CHG-1", until: "2999-12-31" }] });`,
    );
    const { all } = await done(project.up(quick));
    expect(all).toMatch(/permitted by allow: until 2999-12-31 \(\{ delete: userGroups\/\* \}, CHG-1\)|^(?!.*one of)/s);
    expect(names(project.sandbox)).toEqual([]);
    project.program(`new iconik.Guards("guards", { allow: [{ delete: "userGroups/*" }] });`);
    await refused(project.preview(), /an entry of allow has no until/);
    project.program(
      `new iconik.Guards("guards", { allow: [{ delete: "userGroups/*", reason: "<why>", until: "2999-12-31" }] });`,
    );
    await refused(project.preview(), /an entry of allow has no reason yet/);
    project.program(
      `new iconik.Guards("guards", { allow: [{ delete: "userGroups/*", reason: "CHG-1", until: "2026-02-30" }] });`,
    );
    await refused(project.preview(), /an entry of allow has an until that is no date, YYYY-MM-DD: "2026-02-30"/);
  });
});
