// Runs that are stopped, killed or fail in the middle, and state that is met afterwards, on Pulumi's real engine.
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { endToEnd } from "./cli.ts";
import { done, live, named, quick, refused, startIconikProject } from "./iconik-project.ts";
import { alive } from "./processes.mts";

const patient = { timeout: 60_000 };
const groups = "/API/users/v1/groups/";

describe("kills and races", endToEnd, () => {
  const chain = `
    const first = new iconik.UserGroup("first", { description: "d", roles: [] });
    const second = new iconik.UserGroup("second", { description: "d", roles: [] }, { dependsOn: first });
    new iconik.UserGroup("third", { description: "d", roles: [] }, { dependsOn: second });`;

  it("F29 an interrupt lets calls finish, keeps what was made, and leaves no lock", async () => {
    const project = await startIconikProject(chain);
    const { sandbox } = project;
    // As from a terminal, where the provider is interrupted too; then the CLI alone, as a CI system does it.
    for (const [made, all] of [
      [["first"], true],
      [["first", "second"], false],
    ] as const) {
      sandbox.fault({ match: `POST ${groups}`, kind: "delay", ms: 1_500 });
      sandbox.clearRequests();
      const run = project.up(quick);
      await vi.waitFor(() => expect(project.writes()).toEqual([`POST ${groups}`]), patient);
      const providers = run.kill("SIGINT");
      if (all) for (const provider of providers) process.kill(provider, "SIGINT");
      const { code, all: said } = await run;
      expect(code, said).not.toBe(0);
      const held = (await project.resources()).map(({ id }) => id).sort();
      expect(held).toEqual(made.map((name) => live(sandbox, "groups", name)[0]!.id).sort());
      expect(sandbox.objects("groups")).toHaveLength(made.length + 1);
    }
    await done(project.up(quick));
    expect(
      sandbox
        .objects("groups")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["Everyone", "first", "second", "third"]);
    await done(project.refresh([...quick, "--expect-no-changes"]));
  });

  it("F29 a second run finds the stack locked, and an interrupt ends waiting at once", async () => {
    const project = await startIconikProject(chain);
    const { sandbox } = project;
    const ended = sandbox.fault({
      match: `GET ${groups}`,
      kind: "status",
      code: 429,
      retryAfter: 3_600,
      times: Infinity,
    });
    const run = project.up(quick);
    await vi.waitFor(() => expect(sandbox.requests.map(({ path }) => path)).toContain(groups), patient);
    await refused(project.up(quick), "currently locked");
    for (const provider of run.kill("SIGINT")) process.kill(provider, "SIGINT");
    await refused(run, `stopped before GET ${groups}`);
    expect(sandbox.requests.filter(({ path }) => path === groups)).toHaveLength(1);
    expect(await project.resources()).toEqual([]);
    ended();
    await done(project.up(quick));
    expect(sandbox.objects("groups")).toHaveLength(4);
  });

  it.each([
    { checkpoints: true, env: {} },
    { checkpoints: false, env: { PULUMI_SKIP_CHECKPOINTS: "true" } },
  ])(
    "F30 after kill -9 the recipe converges and makes nothing twice; checkpoints: $checkpoints",
    async ({ checkpoints, env }) => {
      const project = await startIconikProject(`
      const group = (name, options) => new iconik.UserGroup(name, { description: "d", roles: ["can_search"] }, options);
      const groups = [1, 2, 3].map((n) => group("early " + n));
      group("early 4", { dependsOn: groups });
      const storage = new iconik.Storage("Masters", {
        type: "s3", purpose: "files", bucket: "media", region: "eu-1", accessKey: "EXAMPLEKEY", secretKey: "example-secret-key",
        autoScan: { hoursInterval: 24 }, default: true, access: { groups: [{ group: groups[0], permissions: ["read"] }] },
      }, { dependsOn: groups });
      for (const n of [1, 2]) group("late " + n, { dependsOn: storage });
      new iconik.AdminSettings("settings", { externalShare: false });`);
      const { sandbox } = project;
      // The storage is there without what belongs to it; the fourth group is there, and nobody was told.
      sandbox.fault({ match: "POST /API/files/v1/storages/*/auto_scan/", kind: "timeout" });
      sandbox.fault({ match: `POST ${groups}`, kind: "timeout-after", after: 3 });
      const run = project.up(quick, env);
      await vi.waitFor(
        () => expect(project.writes().some((request) => request.endsWith("/auto_scan/"))).toBe(true),
        patient,
      );
      await vi.waitFor(() => expect(sandbox.objects("groups")).toHaveLength(5), patient);
      const providers = run.kill();
      await run;
      await vi.waitFor(() => expect(providers.some(alive)).toBe(false), patient);
      const before = new Map(sandbox.objects("groups").map(({ name, id }) => [name, id]));

      await done(project.cancel());
      // Without a word nothing that is there is touched, and nothing is made a second time.
      await refused(project.up(quick, env), "exists already");
      await done(project.refresh([...quick, "--clear-pending-creates"]));
      await done(project.up(quick, { ...env, ICONIK_ADOPT: "exact" }));
      const names = sandbox.objects("groups").map(({ name }) => name as string);
      expect(names.sort()).toEqual(["Everyone", "early 1", "early 2", "early 3", "early 4", "late 1", "late 2"]);
      for (const [name, id] of before) expect(live(sandbox, "groups", name)).toMatchObject([{ id }]);
      const [masters, ...more] = live(sandbox, "storages", "Masters");
      expect(more).toEqual([]);
      expect(masters).toMatchObject({ default: true });
      expect(sandbox.object("auto_scans", masters!.id)).toMatchObject({ hours_interval: 24 });
      expect(Object.keys(sandbox.object("acls", `storages/${masters!.id}`)!.groups)).toEqual([before.get("early 1")]);
      expect(await project.resources()).toHaveLength(8);
      if (checkpoints) await done(project.preview(["--expect-no-changes"]));
      else await done(project.refresh([...quick, "--expect-no-changes"]));
    },
  );

  it("F31 a replacement whose making fails is made by the next run", async () => {
    const group = (description: string) =>
      `new iconik.UserGroup("Editors", { description: "${description}", roles: [] });`;
    const project = await startIconikProject(group("one"));
    const { sandbox } = project;
    await done(project.up(quick));
    const { urn, id } = named(await project.resources(), "Editors");
    const failing = { match: `POST ${groups}`, kind: "status", code: 400 } as const;

    sandbox.fault(failing);
    await refused(project.up([...quick, "--replace", urn]), /answered 400/);
    expect(live(sandbox, "groups", "Editors")).toEqual([]);
    expect(named(await project.resources(), "Editors")).toMatchObject({ id });
    sandbox.fault(failing);
    await refused(project.up(quick), /answered 400/);
    await done(project.up(quick));
    expect(live(sandbox, "groups", "Editors")).toMatchObject([{ id: named(await project.resources(), "Editors").id }]);
    await done(project.refresh([...quick, "--expect-no-changes"]));

    sandbox.fault(failing);
    await refused(project.up([...quick, "--replace", urn]), /answered 400/);
    await done(project.destroy(quick));
    expect(await project.resources()).toEqual([]);
  });
});

describe("state", endToEnd, () => {
  it("F32 references by name and e-mail stay as they were written, while the id is the same", async () => {
    const project = await startIconikProject(
      `
      const everyone = { existing: "Everyone" };
      new iconik.GroupMapping("AD", { group: everyone });
      new iconik.Application("CI", { user: "CI@example.com" });
      new iconik.UserGroupSettings("settings", { group: everyone, aclTemplate: { existing: "Upload" } });
      new iconik.Storage("Masters", {
        type: "s3", purpose: "files", bucket: "media", region: "eu-1", credentials: "managed", aclTemplate: { existing: "Upload" },
        access: { groups: [{ group: everyone, permissions: ["read"] }], users: [{ user: "ci@example.com", permissions: ["write"] }] },
      });`,
      {
        seed: {
          users: [{ email: "ci@example.com", type: "POWER" }],
          acl_templates: [{ name: "Upload" }, { name: "Other" }],
        },
      },
    );
    const { sandbox } = project;
    await done(project.up(quick));
    const forms = async () => {
      const resources = await project.resources();
      const of = (name: string) => named(resources, name).outputs!;
      return [
        of("AD").group,
        of("CI").user,
        of("settings").aclTemplate,
        of("Masters").aclTemplate,
        of("Masters").access,
      ];
    };
    const written = [
      { existing: "Everyone" },
      "ci@example.com",
      { existing: "Upload" },
      { existing: "Upload" },
      {
        groups: [{ group: { existing: "Everyone" }, permissions: ["read"] }],
        users: [{ user: "ci@example.com", permissions: ["write"] }],
      },
    ];
    expect(await forms()).toEqual(written);
    await done(project.refresh([...quick, "--expect-no-changes"]));
    expect(await forms()).toEqual(written);

    // Another name for the same object is no change; another object under the field is one.
    sandbox.edit("groups", live(sandbox, "groups", "Everyone")[0]!.id, { name: "All of us" });
    sandbox.clearRequests();
    await done(project.refresh([...quick, "--expect-no-changes"]));
    await done(project.up(quick));
    expect(project.writes()).toEqual([]);
    const [masters, other] = [live(sandbox, "storages", "Masters")[0]!, live(sandbox, "acl_templates", "Other")[0]!];
    sandbox.edit("storages", masters.id, (storage) => (storage.settings.acl_template_id = other.id));
    expect((await done(project.refresh([...quick, "--diff"]))).all).toContain(other.id);
    await done(project.up(quick));
    expect(sandbox.object("storages", masters.id)!.settings.acl_template_id).toBe(
      live(sandbox, "acl_templates", "Upload")[0]!.id,
    );
  });

  it("of a newer version is refused in words, and left alone", async () => {
    const project = await startIconikProject(`
      new iconik.UserGroup("Editors", { description: "d", roles: [] });
      new iconik.AdminSettings("settings", { externalShare: false });`);
    const { sandbox } = project;
    await done(project.up(quick));
    const [{ id } = { id: "" }] = live(sandbox, "groups", "Editors");
    const state = (await project.stackExport()).stdout;
    expect(state).toMatch(/"v": 1\b/);
    project.write({ "state.json": state.replaceAll(/"v": 1\b/g, '"v": 2') });
    await done(project.run(["stack", "import", "--file", join(project.folder, "state.json")]));
    const newer = new RegExp(
      `(UserGroup ${id}|AdminSettings) was written by a newer version of pulumi-iconik \\(state version 2, this one knows 1\\); install that version or a newer one`,
    );
    sandbox.clearRequests();
    for (const command of [project.preview, project.refresh, project.destroy])
      await refused(command(command === project.preview ? [] : quick), newer);
    expect(project.writes()).toEqual([]);
  });
});
