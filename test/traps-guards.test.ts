// Protection, renames, plans, and what works as designed, tried on Pulumi's real engine.
import { describe, expect, it } from "vitest";
import { endToEnd } from "./cli.ts";
import { done, live, named, quick, refused, startIconikProject } from "./iconik-project.ts";

const storage = (options = "") => `
  new iconik.Storage("Masters", { type: "s3", purpose: "files", bucket: "media", region: "eu-1", credentials: "managed" }, { ${options} });`;

describe("guards", endToEnd, () => {
  it("D20 a storage is protected, and stays whatever else a run deletes", async () => {
    const project = await startIconikProject(`${storage()} new iconik.UserGroup("Editors", { roles: [] });`);
    const { sandbox } = project;
    await done(project.up(quick));
    const [{ id } = { id: "" }] = live(sandbox, "storages", "Masters");
    const { urn } = named(await project.resources(), "Masters");

    const isProtected =
      /Masters.* cannot be deleted\s+because it is protected|unable to (delete|replace) resource .*Masters/;
    await refused(project.up([...quick, "--replace", urn]), isProtected);
    project.program("");
    await refused(project.preview(), isProtected);
    await refused(project.up(quick), isProtected);
    await refused(project.destroy(quick), isProtected);
    expect(live(sandbox, "storages", "Masters")).toMatchObject([{ id }]);

    // On purpose it takes two runs.
    project.program(storage("protect: false"));
    await done(project.up(quick));
    project.program("");
    await done(project.up(quick));
    expect(live(sandbox, "storages", "Masters")).toEqual([]);
  });

  it("D21 an alias keeps the object, and is not needed afterwards", async () => {
    const group = (name: string, options = "") =>
      `new iconik.UserGroup("${name}", { description: "d", roles: [] }, { ${options} });`;
    const project = await startIconikProject(group("Editors"));
    const { sandbox } = project;
    await done(project.up(quick));
    const [{ id } = { id: "" }] = live(sandbox, "groups", "Editors");

    // Something new under the old key, in the same step: the engine refuses it.
    project.program(group("Cutters", `aliases: [{ name: "Editors" }]`) + group("Editors"));
    await refused(project.preview(), /[Dd]uplicate resource/);
    project.program(group("Cutters", `aliases: [{ name: "Editors" }]`));
    sandbox.clearRequests();
    await done(project.up(quick));
    expect(project.writes()).toEqual([`PATCH /API/users/v1/groups/${id}/`]);
    expect(live(sandbox, "groups", "Cutters")).toMatchObject([{ id }]);
    project.program(group("Cutters"));
    await done(project.preview(["--expect-no-changes"]));
    project.program(group("Cutters") + group("Editors"));
    await done(project.up(quick));
    expect(live(sandbox, "groups", "Cutters")).toMatchObject([{ id }]);
    expect(live(sandbox, "groups", "Editors")).toHaveLength(1);
  });

  it("D22 a plan does not overwrite what somebody changed after it was made", async () => {
    const program = (description: string, minLength: number) => `
      new iconik.UserGroup("Editors", { description: "${description}", roles: [] });
      new iconik.AdminSettings("settings", { passwordChecks: { minLength: ${minLength} } });
      new iconik.Storage("Masters", {
        type: "s3", purpose: "files", bucket: "media", region: "eu-1", credentials: "managed", autoScan: { hoursInterval: ${minLength} },
      });`;
    const project = await startIconikProject(program("one", 10));
    const { sandbox } = project;
    await done(project.up(quick));
    const [group, masters] = [live(sandbox, "groups", "Editors")[0]!, live(sandbox, "storages", "Masters")[0]!];
    project.program(program("two", 12));
    await done(project.preview(["--save-plan", "plan.json"]));

    sandbox.edit("groups", group.id, { description: "somebody's" });
    sandbox.edit("settings", "system", (system) => (system.password_checks.min_length = 20));
    sandbox.edit("auto_scans", masters.id, { hours_interval: 48 });
    // So that each has its say; Pulumi adds a stack of its own for each.
    const up = await project.up([...quick, "--plan", "plan.json", "--continue-on-error"]);
    expect(up.code, up.all).not.toBe(0);
    for (const moved of [
      `UserGroup "Editors" was changed in iconik since this stack last read it: description was "one", is "somebody's" in iconik, and "two" is wanted`,
      `AdminSettings was changed in iconik since this stack last read it: passwordChecks.minLength was 10, is 20 in iconik, and 12 is wanted`,
      `autoScan of Storage "Masters" was changed in iconik since this stack last read it: it was {"hoursInterval":10}, is {"hoursInterval":48}, and {"hoursInterval":12} is wanted`,
    ]) {
      expect(up.all).toContain(moved);
    }
    expect(sandbox.object("groups", group.id)).toMatchObject({ description: "somebody's" });
    expect(sandbox.object("settings", "system")).toMatchObject({ password_checks: { min_length: 20 } });
    expect(sandbox.object("auto_scans", masters.id)).toMatchObject({ hours_interval: 48 });

    // After it has been looked at, it may be.
    await done(project.refresh(quick));
    await done(project.up(quick));
    expect(sandbox.object("groups", group.id)).toMatchObject({ description: "two" });
    expect(sandbox.object("settings", "system")).toMatchObject({ password_checks: { min_length: 12 } });
    expect(sandbox.object("auto_scans", masters.id)).toMatchObject({ hours_interval: 12 });
  });

  it("D23 a key that is taken out is shown as gone, and left as it is in iconik", async () => {
    const project = await startIconikProject(`
      new iconik.UserGroup("Editors", { description: "kept", roles: ["can_search"] });
      new iconik.AdminSettings("settings", { externalShare: false, passwordChecks: { minLength: 12, digits: 1 } });`);
    const { sandbox } = project;
    await done(project.up(quick));
    project.program(`
      new iconik.UserGroup("Editors", { roles: ["can_search"] });
      new iconik.AdminSettings("settings", { passwordChecks: { minLength: 12 } });`);
    expect((await done(project.preview(["--diff"]))).all).toMatch(/- description *: "kept"/);
    sandbox.clearRequests();
    await done(project.up(quick));
    expect(project.writes()).toEqual([]);
    expect(live(sandbox, "groups", "Editors")).toMatchObject([{ description: "kept", roles: ["can_search"] }]);
    expect(sandbox.object("settings", "system")).toMatchObject({
      external_share: false,
      password_checks: { min_length: 12, digits: 1 },
    });
    await done(project.preview(["--expect-no-changes"]));
    // Nobody's from here on: a change by somebody else is no drift.
    sandbox.edit("groups", live(sandbox, "groups", "Editors")[0]!.id, { description: "somebody's" });
    await done(project.refresh([...quick, "--expect-no-changes"]));
  });
});

describe("as designed", endToEnd, () => {
  it("E24 what settings were before survives changes and refreshes, and is put back", async () => {
    const settings = (minLength: number) => `
      new iconik.AdminSettings("settings", { externalShare: false, passwordChecks: { minLength: ${minLength} } }, { onDestroy: "restore" });`;
    const project = await startIconikProject(settings(12));
    const { sandbox } = project;
    const before = sandbox.object("settings", "system");
    await done(project.up(quick));
    await done(project.refresh([...quick, "--expect-no-changes"]));
    project.program(settings(14));
    await done(project.up(quick));
    expect(sandbox.object("settings", "system")).toMatchObject({
      external_share: false,
      password_checks: { min_length: 14 },
    });
    await done(project.preview(["--expect-no-changes"]));
    await done(project.destroy(quick));
    expect(sandbox.object("settings", "system")).toMatchObject({
      external_share: before!.external_share,
      password_checks: before!.password_checks,
    });
  });

  it("E25 references that are not known yet pass through previews, and change nothing when they are known", async () => {
    const program = (groups: string[], description = "d") => `
      const groups = ${JSON.stringify(groups)}.map((name) => new iconik.UserGroup(name, { description: "${description}", roles: [] }));
      const template = new iconik.AclTemplate("Upload", { access: { groups: groups.map((group) => ({ group, permissions: ["read"] })) } });
      new iconik.GroupMapping("AD", { group: groups[0] });
      new iconik.UserGroupSettings("settings", { group: groups[0], aclTemplate: template, hideFavourites: true });
      new iconik.Storage("Masters", {
        type: "s3", purpose: "files", bucket: "media", region: "eu-1", credentials: "managed",
        aclTemplate: template, accessGroup: groups[0].id, access: { groups: groups.map((group) => ({ group: group.id, permissions: ["read", "write"] })) },
      });`;
    const project = await startIconikProject(program(["One"]));
    const { sandbox } = project;
    await done(project.up());
    await done(project.preview(["--expect-no-changes"]));
    await done(project.refresh([...quick, "--expect-no-changes"]));

    // What is referred to changes, what refers does not.
    project.program(program(["One"], "changed"));
    expect((await done(project.preview())).all).toContain("1 to update");

    project.program(program(["One", "Two"]));
    const preview = await done(project.preview());
    expect(preview.all).toMatch(/\+ 1 to create/);
    expect(preview.all).toMatch(/~ 2 to update/);
    await done(project.up(quick));
    const [one, two] = ["One", "Two"].map((name) => live(sandbox, "groups", name)[0]!.id as string);
    const [masters] = live(sandbox, "storages", "Masters");
    expect(Object.keys(sandbox.object("acls", `storages/${masters!.id}`)!.groups).sort()).toEqual([one, two].sort());
    expect(masters!.settings).toMatchObject({ access_group_id: one });
    await done(project.preview(["--expect-no-changes"]));
  });

  it("E27 components, awaiting, transforms and ignoreChanges work as anywhere", async () => {
    const project = await startIconikProject(`
      const alias = ({ type, props, opts }) =>
        type.endsWith(":UserGroup") ? { props: { ...props, alias: props.name.slice(0, 2) }, opts } : undefined;
      class Desk extends pulumi.ComponentResource {
        constructor(name, opts) {
          super("example:index:Desk", name, {}, opts);
          this.group = new iconik.UserGroup(name, { description: "d", roles: [] }, { parent: this, ignoreChanges: ["description"] });
        }
      }
      module.exports = async () => {
        await new Promise((resolve) => setTimeout(resolve, 10));
        return { id: new Desk("News", { transforms: [alias] }).group.id };
      };`);
    const { sandbox } = project;
    await done(project.up(quick));
    const [group] = live(sandbox, "groups", "News");
    expect(group).toMatchObject({ alias: "Ne", description: "d" });
    expect((await project.run(["stack", "output", "id"])).stdout.trim()).toBe(group!.id);
    sandbox.edit("groups", group!.id, { description: "somebody's" });
    await done(project.refresh(quick));
    await done(project.up(quick));
    expect(sandbox.object("groups", group!.id)).toMatchObject({ description: "somebody's" });
  });
});
