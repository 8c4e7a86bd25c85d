// Each guard, seen refusing by Pulumi's real CLI: a tenant file before anything is made, a run that knows no program
// (destroy), and classes used from a program, each of them with the way through.
import { describe, expect, it, onTestFinished } from "vitest";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import { createProject, endToEnd } from "./cli.ts";
import { iconik } from "./commands.ts";
import { done, quick, refused, startIconikProject } from "./iconik-project.ts";
import { environmentOf } from "./stack.ts";

const storage = "type: s3, purpose: files, bucket: media, region: eu-1, credentials: managed, default: true";
const described = `
userGroups: { Editors: { roles: [can_search, can_read_assets] }, Crew: { roles: [can_search] } }
aclTemplates:
  Upload: { access: { groups: { Editors: [read] } } }
  Spare: { access: { groups: { Editors: [read] } } }
storages: { Masters: { ${storage}, options: { protect: false } } }
`;
const mine = "applications: { Sandbox: { options: { adopt: exact } }, Other: {} }\n";

/** What nobody described: settings that use a template, and who is in which group. */
function somebodys(sandbox: Sandbox): void {
  const upload = sandbox.objects("acl_templates").find(({ name }) => name === "Upload")!;
  const editors = sandbox.objects("groups").find(({ name }) => name === "Editors")!;
  sandbox.edit("settings", "system", { acl_template_id: upload.id });
  sandbox.addUser({ email: "crew@example.com", groups: ["Crew"] });
  const owner = sandbox.objects("users").find(({ email }) => email === "owner@example.com")!;
  sandbox.edit("users", owner.id, { groups: [editors.id] });
}

const writes = ({ requests }: Sandbox) =>
  requests.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);

describe("each guard", endToEnd, () => {
  it("refuses a tenant file at once, and what is destroyed without one when it comes", async () => {
    const sandbox = await startSandbox({ shieldSeesIp: "203.0.113.9" });
    onTestFinished(sandbox.close);
    const project = await createProject(
      { "index.js": `module.exports = require("pulumi-iconik/program");`, "tenant.yaml": described + mine },
      { env: environmentOf(sandbox) },
    );
    onTestFinished(project.close);
    await done(project.up(quick));
    somebodys(sandbox);
    // What the file says of Shield by itself, it is held to before the tenant is asked.
    sandbox.edit("settings", "system", {
      enable_shield: true,
      allowed_ips: [{ ip: "203.0.113.9" }, { ip: "198.51.100.7" }],
    });

    project.write({
      "tenant.yaml": `
userGroups: { New: { roles: [can_search] } }
aclTemplates: { Spare: { access: { groups: {} } } }
applications: { Other: {} }
shield: { everyone: [{ ip: 203.0.113.0/24, application: Other }, { ip: 198.51.100.7, application: Other }] }
guards: { mustKeep: [198.51.100.7] }
`,
    });
    sandbox.clearRequests();
    const said = [
      /this run comes from 203\.0\.113\.9, and iconik Shield would not let it in again/,
      /guards\.mustKeep names 198\.51\.100\.7/,
      /UserGroup "Editors" is a group of the person behind the token/,
      /access of AclTemplate "Spare" would be left without any entry/,
      /Application "Sandbox" .*is the application that this run acts as/,
      /AclTemplate "Upload" .*is deleted only where it is named: aclTemplate of AdminSettings points to it/,
      /Storage "Masters" .*is deleted only where it is named: records of its files stay behind .*; it is the default for files/,
      /UserGroup "Crew" .*is deleted only where it is named: crew@example\.com would be in no group any more/,
    ];
    for (const run of [project.preview(), project.up(quick)]) {
      const { all } = await refused(run, ...said);
      // Nothing of the stack's was begun; what is wrong stands there once.
      expect(all).not.toMatch(/iconik:\w+ /);
    }
    expect(writes(sandbox)).toEqual([]);

    // No program: each is refused when it comes, or not at all, and what is left is whole.
    const destroyed = await refused(project.destroy([...quick, "--continue-on-error"]), ...said.slice(4));
    expect(destroyed.all).toMatch(/ICONIK_ALLOW='/);
    expect(sandbox.objects("storages").map(({ name }) => name)).toContain("Masters");

    // Where it is not known how much there is, nothing is deleted.
    const heal = sandbox.fault({ match: "GET /API/users/v1/groups/", kind: "truncated-list", times: 1_000 });
    const { urn } = (await project.resources()).find(({ urn }) => urn.endsWith("::Crew"))!;
    await refused(
      project.destroy([...quick, "--target", urn]),
      /UserGroup "Crew" .*was not deleted: how many userGroups there are could not be read in full/,
    );
    heal();
    const allow =
      "[{ delete: storages/* }, { delete: aclTemplates/* }, { delete: userGroups/* }, { lockOut: userGroups/Editors }, { delete: applications/Other }]";
    await refused(
      project.destroy([...quick, "--continue-on-error"], { ICONIK_ALLOW: allow }),
      /Application "Sandbox" .*is the application that this run acts as/,
    );
    expect((await project.resources()).map(({ urn }) => urn.split("::").at(-1))).toEqual(["Sandbox"]);
  });

  it("knows an object of the stack by another name, and refuses before the first write", async () => {
    const sandbox = await startSandbox();
    onTestFinished(sandbox.close);
    const groups = (editors: string, crew: string) => `userGroups: { Crew: { ${crew} }, Editors: { ${editors} } }\n`;
    const project = await createProject(
      {
        "index.js": `module.exports = require("pulumi-iconik/program");`,
        "tenant.yaml": groups("roles: [can_search]", "roles: [can_search]"),
      },
      { env: environmentOf(sandbox) },
    );
    onTestFinished(project.close);
    await done(project.up(quick));
    project.write({ "tenant.yaml": groups("name: Cutters, roles: []", "roles: [can_search, can_read_assets]") });
    sandbox.clearRequests();
    for (const run of [project.preview(), project.up(quick)]) {
      const { all } = await refused(
        run,
        /UserGroup "Cutters" would be left without any role; it has 1 now/,
        /empty: userGroups\/Editors/,
      );
      expect(all).not.toMatch(/iconik:\w+ /);
    }
    expect(writes(sandbox)).toEqual([]);
  });

  it("lets a group lose its last roles to their dates, and no other role beside what has ended", async () => {
    const sandbox = await startSandbox();
    onTestFinished(sandbox.close);
    const fair = (...roles: string[]) => `userGroups: { Fair: { roles: [${roles.join(", ")}] } }\n`;
    const project = await createProject(
      {
        "index.js": `module.exports = require("pulumi-iconik/program");`,
        "tenant.yaml": fair("can_search", "can_read_assets"),
      },
      { env: environmentOf(sandbox) },
    );
    onTestFinished(project.close);
    await done(project.up(quick));
    const ended = (role: string) => `{ role: ${role}, expires: 2020-01-31 }`;
    project.write({ "tenant.yaml": fair(ended("can_search")) });
    await refused(
      project.up(quick),
      /UserGroup "Fair" would be left without any role; it has 2 now/,
      /empty: userGroups\/Fair/,
    );
    project.write({ "tenant.yaml": fair(ended("can_search"), ended("can_read_assets")) });
    const { all } = await done(project.up(quick));
    expect(all).toContain("permitted by expires: ({ empty: userGroups/Fair }, what ended on 2020-01-31)");
    expect(sandbox.objects("groups").find(({ name }) => name === "Fair")!.roles).toEqual([]);
  });

  it("lets an access list lose its last entries to their dates, and no other entry beside what has ended", async () => {
    const sandbox = await startSandbox({
      seed: {
        groups: [{ name: "Guests", roles: [] }],
        users: [{ email: "fair@example.com", type: "STANDARD", groups: ["Guests"] }],
      },
    });
    onTestFinished(sandbox.close);
    const fair = (groups: string, others = "") =>
      `userGroups: { Crew: { name: Crew of the fair, roles: [can_search] } }\naclTemplates: { Fair: { access: { groups: [${groups}]${others} } } }\n`;
    const entry = (group: string, end = "") => `{ group: ${group}, permissions: [read]${end} }`;
    const [crew, guests, person] = ["Crew", "{ existing: Guests }", "fair@example.com"];
    const users = (end = "") => `, users: [{ user: ${person}, permissions: [read]${end} }]`;
    const ended = ", expires: 2020-01-31";
    const before = fair(`${entry(crew)}, ${entry(guests)}`, users());
    const project = await createProject(
      { "index.js": `module.exports = require("pulumi-iconik/program");`, "tenant.yaml": before },
      { env: environmentOf(sandbox) },
    );
    onTestFinished(project.close);
    await done(project.up(quick));
    // What ended long ago may still stand in the file, and is no word about whoever is there now.
    project.write({ "tenant.yaml": fair(entry(crew, ended), users(ended)) });
    await refused(
      project.up(quick),
      /access of AclTemplate "Fair" would be left without any entry; there are 3 now/,
      /empty: aclTemplates\/Fair/,
    );
    project.write({ "before.yaml": before });
    const { code, stdout } = await iconik(["review", "before.yaml", "tenant.yaml", "--live"], {
      cwd: project.folder,
      env: environmentOf(sandbox),
    });
    expect([code, stdout]).toEqual([3, expect.stringContaining("would be left without any entry")]);
    project.write({ "tenant.yaml": fair(`${entry(crew, ended)}, ${entry(guests, ended)}`, users(ended)) });
    const { all } = await done(project.up(quick));
    expect(all).toContain("permitted by expires: ({ empty: aclTemplates/Fair }, what ended on 2020-01-31)");
  });

  it("refuses classes used from a program, each when it comes", async () => {
    const masters = `new iconik.Storage("Masters", { type: "s3", purpose: "files", bucket: "media", region: "eu-1", credentials: "managed", default: true }, { protect: false });`;
    const group = (name: string, roles: string[]) =>
      `new iconik.UserGroup("${name}", { roles: ${JSON.stringify(roles)} });`;
    const template = (name: string, ...permissions: string[]) =>
      `new iconik.AclTemplate("${name}", { access: { groups: [${permissions.length > 0 ? `{ group: { existing: "Everyone" }, permissions: ${JSON.stringify(permissions)} }` : ""}] } });`;
    const project = await startIconikProject(
      `${masters} ${group("Editors", ["can_search"])} ${group("Crew", ["can_search"])} ${template("Upload", "read")} ${template("Spare", "read")}`,
      {
        env: { ICONIK_ALLOW: "" },
        shieldSeesIp: "203.0.113.9",
      },
    );
    const { sandbox } = project;
    await done(project.up(quick));
    somebodys(sandbox);
    sandbox.clearRequests();
    project.program(`${group("Editors", [])} ${template("Spare")}
      new iconik.ShieldAllowList("everyone", { enabled: true, addresses: [] });`);
    // So that each has its say; Pulumi adds a stack of its own for each that is not made.
    const { code, all } = await project.up([...quick, "--continue-on-error"]);
    expect(code).not.toBe(0);
    for (const said of [
      /UserGroup "Editors" .*would be left without any role; it has 1 now.*ICONIK_ALLOW='empty: userGroups\/Editors'/s,
      /access of AclTemplate "Spare" .*would be left without any entry/,
      /ShieldAllowList was left as it is: this run comes from 203\.0\.113\.9, .*would be empty/,
    ])
      expect(all).toMatch(said);
    expect(writes(sandbox)).toEqual([]);
    // What is no longer described, once the rest is as it is to be.
    project.program(`${group("Editors", ["can_search"])} ${template("Spare", "read")}`);
    await refused(
      project.up([...quick, "--continue-on-error"]),
      /Storage "Masters" .*is deleted only where it is named: records of its files stay behind .*; it is the default for files/,
      /AclTemplate "Upload" .*is deleted only where it is named: aclTemplate of AdminSettings points to it/,
      /UserGroup "Crew" .*is deleted only where it is named: crew@example\.com would be in no group any more/,
    );
    expect(writes(sandbox)).toEqual([]);
    const entries = ["{ delete: storages/Masters }", "{ delete: aclTemplates/Upload }", "{ delete: userGroups/Crew }"];
    await done(project.up(quick, { ICONIK_ALLOW: `[${entries.join(", ")}]` }));
    expect(writes(sandbox).filter((write) => write.startsWith("DELETE "))).toHaveLength(3);
  });

  it("keeps what one of several Guards keeps, and what they say beside a tenant file", async () => {
    const project = await startIconikProject("", { env: { ICONIK_ALLOW: "" }, shieldSeesIp: "203.0.113.9" });
    const list = (...ips: string[]) =>
      `new iconik.ShieldAllowList("everyone", { enabled: true, addresses: [${ips.map((ip) => `{ ip: "${ip}" }`).join(", ")}] });`;
    const keeps = `new iconik.Guards("office", { mustKeep: ["198.51.100.7"] });`;
    project.program(`${keeps} ${list("203.0.113.9", "198.51.100.7")}`);
    await done(project.up(quick));
    // What has ended brings exceptions of its own.
    project.write({
      "fair.yaml": "userGroups: { Fair: { roles: [can_search, { role: can_read_assets, expires: 2020-01-31 }] } }\n",
    });
    project.sandbox.clearRequests();
    for (const more of [
      `new iconik.Guards("team", { minAdmins: 1, allow: [{ delete: "userGroups/Guests", reason: "CHG-1", until: "2999-12-31" }] });`,
      `await iconik.loadTenant("fair.yaml");`,
    ]) {
      project.program(`module.exports = (async () => { ${keeps} ${more} ${list("203.0.113.9")} })();`);
      await refused(project.up(quick), /guards\.mustKeep names 198\.51\.100\.7/);
    }
    expect(project.writes().filter((write) => write.includes("/settings/"))).toEqual([]);
  });

  it("refuses a program that takes from its own person, or gives what they do not have", async () => {
    const needed = ["can_read_users", "can_read_groups", "can_write_groups", "can_delete_groups", "can_search"];
    const pipeline = (...roles: string[]) => `new iconik.UserGroup("Pipeline", { roles: ${JSON.stringify(roles)} });`;
    const project = await startIconikProject(pipeline(...needed), { env: { ICONIK_ALLOW: "" } });
    const { sandbox } = project;
    await done(project.up(quick));
    const token = sandbox.issue({ email: "ci@example.com" });
    sandbox.edit("users", token.userId, {
      groups: sandbox
        .objects("groups")
        .filter(({ name }) => name === "Pipeline")
        .map(({ id }) => id),
    });
    const as = environmentOf({ ...sandbox, ...token });
    sandbox.clearRequests();
    project.program(pipeline(...needed.filter((role) => role !== "can_delete_groups")));
    await refused(
      project.up(quick, as),
      /UserGroup "Pipeline" .*is the last way in which the person behind the token has can_delete_groups, .*ICONIK_ALLOW='loseRole: can_delete_groups'/s,
    );
    project.program(`${pipeline(...needed)} new iconik.UserGroup("New", { roles: ["can_purge_assets"] });`);
    await refused(
      project.up(quick, as),
      /the token lacks the role can_purge_assets, and nobody can give a role that they do not have/,
    );
    project.program("");
    // That it may be deleted does not mean that its person may be shut out.
    await refused(project.up(quick, as), /UserGroup "Pipeline" .*is deleted only where it is named/);
    await refused(
      project.up(quick, { ...as, ICONIK_ALLOW: "delete: userGroups/Pipeline" }),
      /UserGroup "Pipeline" .*is a group of the person behind the token/,
    );
    expect(writes(sandbox)).toEqual([]);
    // In the program, dated and with a reason; what is not named stays refused.
    project.program(
      `new iconik.Guards("guards", { minAdmins: 1, allow: [{ loseRole: "can_delete_groups", reason: "CHG-1", until: "2999-12-31" }] }); ${pipeline(...needed.slice(0, 3), "can_search")}`,
    );
    const { all } = await done(project.up(quick, as));
    expect(all).toMatch(/permitted by allow: until 2999-12-31 \(\{ loseRole: can_delete_groups \}, CHG-1\)/);
  });
});
