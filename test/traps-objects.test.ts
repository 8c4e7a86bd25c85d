// Ways in which Pulumi's engine can lose live objects, or write to the wrong tenant, each tried on the real engine.
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { providerText } from "../provider/protocol/wire";
import { startSandbox } from "../provider/sandbox";
import { endToEnd } from "./cli.ts";
import { done, live, named, quick, refused, startIconikProject } from "./iconik-project.ts";
import { alive } from "./processes.mts";
import { startProvider } from "./provider-process.ts";
import { createStack, environmentOf } from "./stack.ts";

const exact = { ICONIK_ADOPT: "exact" };

describe("live objects", endToEnd, () => {
  it("A1 a replacement does not adopt the object that it is about to delete", async () => {
    const project = await startIconikProject(`
      const group = new iconik.UserGroup("Editors", { description: "Cut", roles: [] }, { deleteBeforeReplace: false });
      new iconik.GroupMapping("AD-Editors", { group });`);
    const { sandbox } = project;
    await done(project.up(quick, exact));
    const before = await project.resources();

    sandbox.clearRequests();
    const replaced = await done(project.up([...quick, "--replace", named(before, "Editors").urn], exact));
    expect(replaced.all).toContain("+-2 replaced");
    const after = await project.resources();
    const [group, ...more] = live(sandbox, "groups", "Editors");
    expect(more).toEqual([]);
    expect(group!.id).toBe(named(after, "Editors").id);
    expect(group!.id).not.toBe(named(before, "Editors").id);
    expect(sandbox.objects("group_mappings")).toMatchObject([{ name: "AD-Editors", group_id: group!.id }]);
    expect(project.writes().map((request) => request.replace(/[\w-]{36}/, "ID"))).toEqual([
      "DELETE /API/users/v1/groups/mappings/AD-Editors/",
      "DELETE /API/users/v1/groups/ID/",
      "POST /API/users/v1/groups/",
      "POST /API/users/v1/groups/mappings/",
    ]);
    await done(project.refresh([...quick, "--expect-no-changes"]));
  });

  it("A1 the provider asks for the old object to be deleted first", async () => {
    const sandbox = await startSandbox();
    onTestFinished(sandbox.close);
    const { provider, up, state, close } = await createStack(sandbox);
    onTestFinished(close);
    await up("AD", "GroupMapping", { name: "AD", group: { existing: "Everyone" } });
    const { id, outputs, inputs } = state.get("AD")!;
    expect(await provider.diff(id, outputs, { ...inputs, name: "AD-2" })).toMatchObject({
      replaces: ["name"],
      deleteBeforeReplace: true,
    });
  });

  it("A2 a resource under another name, or below a component, never deletes the object it took over", async () => {
    const project = await startIconikProject(`new iconik.UserGroup("Editors", { description: "Cut", roles: [] });`);
    const { sandbox } = project;
    await done(project.up(quick));
    const [{ id } = { id: "" }] = live(sandbox, "groups", "Editors");

    const renamed = `const group = new iconik.UserGroup("Cutters", { name: "Editors", description: "Cut", roles: [] });`;
    project.program(renamed);
    await refused(
      project.up(quick),
      `UserGroup "Editors" exists already (${id}) and is not in this stack; it was left as it is`,
    );
    expect(live(sandbox, "groups", "Editors")).toMatchObject([{ id }]);

    const taken = await done(project.up(quick, exact));
    expect(taken.all).toContain(
      `UserGroup "Editors" (${id}) is not deleted: another resource of this stack stands for it now`,
    );
    expect(live(sandbox, "groups", "Editors")).toMatchObject([{ id }]);
    await done(project.refresh([...quick, "--expect-no-changes"]));

    project.program(`
      class Desk extends pulumi.ComponentResource {
        constructor(name) {
          super("example:index:Desk", name);
          new iconik.UserGroup("Cutters", { name: "Editors", description: "Cut", roles: [] }, { parent: this });
        }
      }
      new Desk("news");`);
    await done(project.up(quick, exact));
    expect(live(sandbox, "groups", "Editors")).toMatchObject([{ id }]);
    expect((await project.resources()).map((resource) => [resource.type.split("$").at(-1), resource.id])).toEqual([
      ["example:index:Desk", undefined],
      ["pulumi-nodejs:dynamic/iconik:UserGroup", id],
    ]);
    await done(project.preview(["--expect-no-changes"]));
  });

  it("A2 nor does the run after one that was killed, or failed, between taking over and deleting", async () => {
    const first = `new iconik.UserGroup("Editors", { description: "Cut", roles: [] });`;
    const project = await startIconikProject(first);
    const { sandbox } = project;
    await done(project.up(quick));
    const [{ id } = { id: "" }] = live(sandbox, "groups", "Editors");

    project.program(`
      const group = new iconik.UserGroup("Cutters", { name: "Editors", description: "Cut", roles: [] });
      const sport = new iconik.UserGroup("Sport", { description: "", roles: [] }, { dependsOn: group });
      new iconik.GroupMapping("AD-Sport", { group: sport });`);
    sandbox.fault({ match: "POST /API/users/v1/groups/", kind: "status", code: 400 });
    await refused(project.up(quick, exact), /answered 400/);
    expect((await project.resources()).map((resource) => resource.id)).toEqual([id, id]);
    const next = await done(project.up([...quick, "--refresh"], exact));
    expect(next.all).toContain("is not deleted");
    expect(live(sandbox, "groups", "Editors")).toMatchObject([{ id }]);

    project.program(`
      const group = new iconik.UserGroup("Desk", { name: "Editors", description: "Cut", roles: [] });
      new iconik.UserGroup("News", { description: "", roles: [] }, { dependsOn: group });
      new iconik.UserGroup("Sport", { description: "", roles: [] });`);
    sandbox.fault({ match: "POST /API/users/v1/groups/", kind: "timeout" });
    sandbox.clearRequests();
    const run = project.up(quick, exact);
    await vi.waitFor(() => expect(project.writes()).toContain("POST /API/users/v1/groups/"), { timeout: 60_000 });
    const [provider] = run.kill();
    await run;
    await vi.waitFor(() => expect(alive(provider!)).toBe(false), { timeout: 60_000 });
    await done(project.cancel());
    await done(project.refresh([...quick, "--clear-pending-creates"]));
    // Back to the name before: the entry that took over is the one to go.
    project.program(`
      new iconik.UserGroup("Cutters", { name: "Editors", description: "Cut", roles: [] });
      new iconik.UserGroup("Sport", { description: "", roles: [] });`);
    await done(project.up(quick, exact));
    expect(live(sandbox, "groups", "Editors")).toMatchObject([{ id }]);
    expect(
      sandbox
        .objects("groups")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["Editors", "Everyone", "Sport"]);
    await done(project.refresh([...quick, "--expect-no-changes"]));

    // One that nothing in the program stands for goes, of course.
    project.program("");
    await done(project.up(quick));
    expect(sandbox.objects("groups").map(({ name }) => name)).toEqual(["Everyone"]);
  });

  it("A2 nor are settings put back that another resource took over", async () => {
    const project = await startIconikProject(`
      new iconik.AdminSettings("settings", { externalShare: false, supportAccess: true }, { onDestroy: "restore" });`);
    const { sandbox } = project;
    const settings = () => sandbox.object("settings", "system");
    await done(project.up(quick));
    project.program(`new iconik.AdminSettings("renamed", { externalShare: false }, { onDestroy: "restore" });`);
    await done(project.up(quick));
    expect(settings()).toMatchObject({ external_share: false, support_access: false });
    await done(project.refresh([...quick, "--expect-no-changes"]));
  });

  it("A3 two resources of one key are refused before anything is made", async () => {
    const project = await startIconikProject(`
      new iconik.UserGroup("Editors", { roles: [] });
      new iconik.UserGroup("editors-2", { name: "Editors", roles: [] });`);
    await refused(
      project.up(),
      `UserGroup "editors-2" and UserGroup "Editors" both stand for the name "Editors". Keep one of them`,
    );

    project.program(`
      new iconik.AdminSettings("a", { externalShare: true, supportAccess: false });
      new iconik.AdminSettings("b", { supportAccess: true });`);
    await refused(project.up(), `AdminSettings "b" and AdminSettings "a" both stand for the setting supportAccess`);
    expect(project.writes()).toEqual([]);
  });

  it("A3 two resources of one key that is known only later make one object, whatever may be taken over", async () => {
    const project = await startIconikProject(
      `
      const later = (value) => pulumi.output(Promise.resolve(value));
      new iconik.UserGroup("one", { name: later("Editors"), roles: [] });
      new iconik.UserGroup("two", { name: later("Editors"), roles: [] });`,
      { latency: 50 },
    );
    const { sandbox } = project;
    await refused(project.up(quick), /UserGroup "Editors" exists already \([\w-]{36}\)/);
    expect(live(sandbox, "groups", "Editors")).toHaveLength(1);
    expect(await project.resources()).toHaveLength(1);
    await refused(
      project.up(quick, exact),
      /UserGroup "Editors" \([\w-]{36}\) is described by two resources of this program\. Keep it in one/,
    );
    expect(live(sandbox, "groups", "Editors")).toHaveLength(1);
    expect(await project.resources()).toHaveLength(1);
  });

  it("A3 two owners of one setting that are known only later do not take turns", async () => {
    const project = await startIconikProject(`
      const everyone = pulumi.output({ id: process.env.EVERYONE });
      const a = new iconik.UserGroupSettings("a", { group: everyone.id, hideFavourites: true, deleteGracePeriod: 24 });
      new iconik.UserGroupSettings("b", { group: everyone.apply(({ id }) => id), deleteGracePeriod: 48 }, { dependsOn: a });`);
    const [{ id } = { id: "" }] = live(project.sandbox, "groups", "Everyone");
    const env = { EVERYONE: id as string };
    const words = `deleteGracePeriod of UserGroupSettings of ${id} is described by two resources of this program. Keep it in one of them`;
    await refused(project.up(quick, env), words);
    await refused(project.up(quick, env), words);
    expect(project.writes()).toHaveLength(1);
    expect(project.sandbox.object("settings", `group/${id}`)).toMatchObject({ delete_grace_period: 24 });
  });
});

describe("the right tenant", endToEnd, () => {
  it("A4 a named tenant is never another one because a variable is missing", async () => {
    const project = await startIconikProject(`
      const b = new iconik.IconikProvider("b");
      new iconik.UserGroup("Editors", { roles: [] }, { provider: b });`);
    const other = await startSandbox({ switches: { aclTemplateObjectType: "acl_template" } });
    onTestFinished(other.close);
    await refused(
      project.up(quick),
      "no iconik credentials for the tenant b: set ICONIK_B_APP_ID and ICONIK_B_AUTH_TOKEN",
    );
    await refused(
      project.up(quick, { ICONIK_B_URL: other.url, ICONIK_B_APP_ID: other.appId }),
      "for the tenant b: set ICONIK_B_AUTH_TOKEN",
    );
    expect([...project.sandbox.requests, ...other.requests]).toEqual([]);

    // What is no credential is handed on from the stack's config, which an explicit provider does not see.
    await done(project.config({ "iconik:aclTemplateObjectType": "acl_template" }));
    project.program(`
      const b = new iconik.IconikProvider("b");
      const everyone = { existing: "Everyone" };
      new iconik.AclTemplate("Upload", { access: { groups: [{ group: everyone, permissions: ["read"] }] } }, { provider: b });`);
    await done(project.up(quick, environmentOf(other, "B")));
    expect(other.objects("acl_templates")).toMatchObject([{ name: "Upload" }]);
    expect(project.sandbox.requests).toEqual([]);
    expect(JSON.stringify(JSON.parse((await project.stackExport(["--show-secrets"])).stdout))).not.toContain(
      other.authToken,
    );
  });

  it("A4 each of two components has the tenant of the provider that it is given", async () => {
    const desk = (more = "") => `
      class Desk extends pulumi.ComponentResource {
        constructor(name, opts) {
          super("example:index:Desk", name, {}, opts);
          new iconik.UserGroup(name + "-editors", { name: "Editors", description: name, roles: [] }, { parent: this });
        }
      }
      const [prod, staging] = ["prod", "staging"].map((name) => new iconik.IconikProvider(name));
      new Desk("prod", { providers: [prod] });
      new Desk("staging", { providers: [staging] });
      ${more}`;
    const project = await startIconikProject(desk());
    const [prod, staging] = [project.sandbox, await startSandbox()];
    onTestFinished(staging.close);
    const env = { ...environmentOf(prod, "PROD"), ...environmentOf(staging, "STAGING") };
    await done(project.up(quick, env));
    expect(live(prod, "groups", "Editors")).toMatchObject([{ description: "prod" }]);
    expect(live(staging, "groups", "Editors")).toMatchObject([{ description: "staging" }]);

    // Inherited or written, it is one tenant.
    project.program(desk(`new iconik.UserGroup("Editors", { roles: [] }, { provider: prod });`));
    await refused(
      project.up(quick, env),
      `UserGroup "Editors" and UserGroup "prod-editors" both stand for the name "Editors"`,
    );
  });

  it("A5 a resource that is pointed at another tenant is neither changed there nor believed to be gone", async () => {
    const describing = (domains: { a?: string; b?: string }, provider: string, description: string) => `
      const a = new iconik.IconikProvider("a", { domainId: ${JSON.stringify(domains.a)} });
      const b = new iconik.IconikProvider("b", { domainId: ${JSON.stringify(domains.b)} });
      new iconik.UserGroup("Editors", { description: "${description}", roles: [] }, { provider: ${provider} });
      new iconik.AdminSettings("settings", { externalShare: false }, { provider: ${provider} });`;
    const project = await startIconikProject("");
    const [a, b] = [project.sandbox, await startSandbox()];
    onTestFinished(b.close);
    const env = {
      ICONIK_URL: undefined,
      ICONIK_APP_ID: undefined,
      ICONIK_AUTH_TOKEN: undefined,
      ...environmentOf(a, "A"),
      ...environmentOf(b, "B"),
    };
    const domains = { a: a.domainId, b: b.domainId };
    const writes = () => b.requests.filter(({ method }) => method !== "GET");

    project.program(describing(domains, "a", "Cut"));
    await done(project.up(quick, env));
    const [{ id } = { id: "" }] = live(a, "groups", "Editors");
    const belongs = new RegExp(
      `(UserGroup ${id}|AdminSettings) belongs to tenant ${a.domainId}, and this stack is for ${b.domainId}; nothing was written`,
    );
    project.program(describing(domains, "b", "Cut"));
    await refused(project.preview([], env), belongs);
    await refused(project.up(quick, env), belongs);

    // On loopback nobody has to say which tenant is meant; then it shows when the tenant is asked.
    project.program(describing({}, "b", "Cut"));
    await done(project.up(quick, env));
    const isAnother = `with these credentials is tenant ${b.domainId}, not ${a.domainId}; nothing was written. Check ICONIK_B_URL and ICONIK_B_AUTH_TOKEN`;
    await refused(project.refresh(quick, env), isAnother);
    project.program(describing({}, "b", "Cut and publish"));
    await refused(project.up(quick, env), isAnother);
    await refused(project.destroy(quick, env), isAnother);
    expect(named(await project.resources(), "Editors")).toMatchObject({ id, outputs: { description: "Cut" } });
    expect(writes()).toEqual([]);

    project.program(describing(domains, "a", "Cut"));
    await done(project.up(quick, env));
    await done(project.refresh([...quick, "--expect-no-changes"], env));
    expect(live(a, "groups", "Editors")).toMatchObject([{ id }]);
    expect(writes()).toEqual([]);
  });
});

describe("the end of the engine", endToEnd, () => {
  it("A7 is the end of the provider, with calls under way and waits before it", async () => {
    const project = await startIconikProject(`new iconik.UserGroup("Editors", { roles: [] });`);
    const { sandbox } = project;
    sandbox.fault({ match: "GET /API/users/v1/groups/", kind: "status", code: 503, retryAfter: 20, times: Infinity });
    const run = project.up(quick);
    await vi.waitFor(() => expect(sandbox.requests.map(({ path }) => path)).toContain("/API/users/v1/groups/"), {
      timeout: 60_000,
    });
    const [provider, ...more] = run.kill();
    expect(more).toEqual([]);
    await run;
    await vi.waitFor(() => expect(alive(provider!)).toBe(false), { timeout: 60_000 });
    expect(sandbox.requests.filter(({ path }) => path === "/API/users/v1/groups/")).toHaveLength(1);
  });

  it("A7 is not believed when a connection was merely idle", async () => {
    const sandbox = await startSandbox();
    onTestFinished(sandbox.close);
    const provider = await startProvider({ provider: providerText("UserGroup"), env: environmentOf(sandbox) });
    onTestFinished(provider.close);
    await provider.check({}, { name: "Editors" });
    await vi.waitFor(() => expect(provider.engine.connections()).toBe(1));
    provider.engine.drop();
    await vi.waitFor(() => expect(provider.engine.connections()).toBe(1));
    expect((await provider.check({}, { name: "Editors" })).failures).toEqual([]);
    await provider.engine.close();
    await vi.waitFor(() => expect(alive(provider.pid)).toBe(false), { timeout: 60_000 });
    expect(await provider.exited).toEqual({ code: 1, signal: null });
    expect(provider.stderr).toBe("");
  });
});
