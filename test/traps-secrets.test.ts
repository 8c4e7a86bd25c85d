// Ways in which a secret could get out through Pulumi's engine, each tried on the real engine.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { endToEnd, type Result } from "./cli.ts";
import { done, named, quick, refused, startIconikProject, type IconikProject } from "./iconik-project.ts";

/** Storages, a group, settings and an application whose secrets all hold the word `canary` and the given number. */
const program = (number: number, { rotate = String(number), more = "" } = {}) => `
  const s3 = (name, secretKey) => new iconik.Storage(name, {
    type: "s3Compatible", purpose: "files", bucket: "media", region: "eu-1", endpoint: "https://s3.example.com",
    accessKey: "EXAMPLEKEY", secretKey, metadataConversionUrlHeaders: "Authorization: canary-headers-${number}",
  });
  s3("plain", "canary-literal-${number}");
  s3("wrapped", pulumi.secret("canary-wrapped-${number}"));
  s3("later", pulumi.secret(Promise.resolve("canary-later-${number}")));
  new iconik.UserGroup("Editors", { description: pulumi.secret("canary-description-${number}"), roles: [] });
  new iconik.AdminSettings("settings", { homePage: pulumi.secret("canary-page-${number}") });
  const ci = new iconik.Application("CI", { user: pulumi.secret("canary-person@example.com"), token: { rotate: "${rotate}" } });
  exports.token = ci.authToken;
  ${more}`;

describe("secrets", endToEnd, () => {
  /** A project that remembers what its runs said. */
  async function start(text: string): Promise<IconikProject & { said(): string }> {
    const project = await startIconikProject(text, {
      seed: { users: [{ email: "canary-person@example.com", type: "POWER" }] },
    });
    // What was there before is kept, and may be as secret.
    project.sandbox.edit("settings", "system", { home_page: "canary-before" });
    const results: Result[] = [];
    const run =
      (command: IconikProject["up"]): IconikProject["up"] =>
      (args, env) => {
        const started = command(args, env);
        void started.then(
          (result) => results.push(result),
          () => undefined,
        );
        return started;
      };
    const commands = {
      up: run(project.up),
      preview: run(project.preview),
      refresh: run(project.refresh),
      destroy: run(project.destroy),
    };
    return { ...project, ...commands, said: () => results.map(({ all }) => all).join("\n") };
  }

  const tokens = ({ sandbox }: IconikProject) => sandbox.objects("tokens").map(({ token }) => token as string);

  /** Nothing secret stands in the text in the open. */
  function expectClean(project: IconikProject, text: string): void {
    expect(text).not.toMatch(/canary/);
    for (const token of tokens(project)) expect(text).not.toContain(token);
  }

  /** Nothing secret stands in state in the open; what was looked for is there when secrets are shown. */
  async function expectCleanState(project: IconikProject, number: number): Promise<void> {
    expectClean(project, (await project.stackExport()).stdout);
    const shown = (await project.stackExport(["--show-secrets"])).stdout;
    for (const what of ["literal", "wrapped", "later", "headers", "description", "page"])
      expect(shown).toContain(`canary-${what}-${number}`);
    expect(shown).toContain("canary-before");
    expect(shown).toContain("user/canary-person@example.com");
    const { tokenId } = named(await project.resources(), "CI").outputs as { tokenId: string };
    expect(shown).toContain(project.sandbox.object("tokens", tokenId)!.token);
  }

  it("B11 B13 B10 stay encrypted through create, refresh, update, and a failure half-way", async () => {
    const project = await start(program(1));
    const { sandbox } = project;
    const liveSecrets = () =>
      sandbox
        .objects("storages")
        .map(({ settings }) => settings.secret_key)
        .filter(Boolean)
        .sort();
    await done(project.up());
    expect(liveSecrets()).toEqual(["canary-later-1", "canary-literal-1", "canary-wrapped-1"]);
    await expectCleanState(project, 1);

    await done(project.refresh([...quick, "--diff"]));
    await expectCleanState(project, 1);
    await done(project.preview(["--expect-no-changes", "--diff"]));

    // A secret is never read back, and yet another one is written.
    project.program(program(2));
    await done(project.preview(["--diff"]));
    await done(project.up([...quick, "--diff"]));
    expect(liveSecrets()).toEqual(["canary-later-2", "canary-literal-2", "canary-wrapped-2"]);
    expect(sandbox.objects("groups")).toContainEqual(expect.objectContaining({ description: "canary-description-2" }));
    await expectCleanState(project, 2);

    // The new token works only after the failure; the old one is not revoked before.
    const old = tokens(project);
    project.program(program(2, { rotate: "3" }));
    sandbox.fault({ match: "GET /API/auth/v1/auth/token/", kind: "status", code: 403, after: 1 });
    await refused(project.up(quick), /could not be proved: .*answered 403/);
    expect(tokens(project)).toEqual(expect.arrayContaining(old));
    await expectCleanState(project, 2);
    await done(project.refresh(quick));
    await done(project.up(quick));
    expect(tokens(project)).toHaveLength(old.length);
    await expectCleanState(project, 2);
    expectClean(project, project.said());
  });

  it("B8 B10 are not in what a check, iconik or a comparison has to say", async () => {
    const project = await start(program(1, { more: `new iconik.UserGroup("Cutters", { roles: [] });` }));
    const { sandbox } = project;
    await done(project.up(quick));

    project.program(`
      const s3 = { type: "s3", purpose: "files", bucket: "media", region: "eu-1" };
      new iconik.Storage("not a text", { ...s3, accessKey: "EXAMPLEKEY", secretKey: pulumi.secret({ in: "canary-inside" }) });
      new iconik.UserGroup("elsewhere", { description: pulumi.secret({ in: "canary-described" }), roles: [] });`);
    const wrong = await refused(
      project.preview(),
      /secretKey must be a text|description must be a text, not \[secret\]/,
    );
    expect(wrong.all).toContain("has a problem");
    project.program(`
      const s3 = { type: "s3", purpose: "files", bucket: "media", region: "eu-1" };
      new iconik.Storage("misspelt", { ...s3, secretkey: pulumi.secret("canary-misspelt"), credentials: "managed", secretKey: "canary-managed" });`);
    await refused(project.preview(), "secretkey is not a field of Storage of type s3");
    project.program(`
      new iconik.Storage("managed", { type: "s3", purpose: "files", bucket: "media", region: "eu-1", credentials: "managed", secretKey: "canary-managed" });`);
    await refused(project.preview(), "secretKey: managed credentials mean that no key exists");

    // iconik repeats what it was given.
    project.program(program(2));
    const { id } = sandbox.objects("storages").find(({ name }) => name === "wrapped")!;
    const echo = "wrong: canary-wrapped-2, %22canary-wrapped-2%22 and Authorization: canary-headers-2";
    sandbox.fault({
      match: `PATCH /API/files/v1/storages/${id}/`,
      kind: "status",
      code: 400,
      body: { errors: [echo] },
    });
    await refused(project.up(quick), "answered 400: wrong: [secret], %22[secret]%22 and [secret]");

    // What somebody else wrote into a field that the program keeps secret is kept secret too.
    const group = sandbox.objects("groups").find(({ name }) => name === "Editors")!;
    sandbox.edit("groups", group.id, { description: "canary-foreign" });
    project.program(program(3));
    await refused(project.up(quick), 'description was "[secret]", is "[secret]" in iconik, and "[secret]" is wanted');
    expectClean(project, project.said());
  });

  it("B9 B10 are not in plan files and in previews as JSON", async () => {
    const project = await start(program(1));
    await done(project.up(quick));
    project.program(program(2));
    const preview = await done(project.preview(["--save-plan", "plan.json", "--json"]));
    expect(JSON.parse(preview.stdout).changeSummary).toMatchObject({ update: 6 });
    expectClean(project, readFileSync(join(project.folder, "plan.json"), "utf8"));
    expectClean(project, project.said());
  });

  it("B12 of the environment are not kept, and win over those that state has kept", async () => {
    const project = await start(`new iconik.UserGroup("Editors", { roles: [] });`);
    const { appId, authToken } = project.sandbox;
    await done(project.up(quick));
    expect((await project.stackExport(["--show-secrets"])).stdout).not.toContain(authToken);

    await done(project.config({ "iconik:appId": appId }, { "iconik:authToken": "canary-stale" }));
    await done(project.up(quick));
    await done(project.refresh(quick));
    const without = { ICONIK_APP_ID: undefined, ICONIK_AUTH_TOKEN: undefined };
    await refused(
      project.refresh(quick, without),
      /iconik does not accept the credentials: .*ICONIK_AUTH_TOKEN \(or iconik:authToken\)/,
    );
    expect((await project.stackExport()).stdout).not.toContain("canary");
    expectClean(project, project.said());
  });
});
