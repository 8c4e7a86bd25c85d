// `pulumi-iconik review preview:F`: a program in TypeScript, reviewed by what the real CLI says that it will do.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { endToEnd } from "./cli.ts";
import { done, quick, startIconikProject } from "./iconik-project.ts";
import { environment, repository } from "./processes.mts";

const review = (cwd: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(repository, "dist/commands/main.js"), "review", ...args],
      { cwd, env: environment({}) },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });

const before = `
  const editors = new iconik.UserGroup("editors", { name: "Editors", roles: ["can_search"], description: pulumi.secret("canary-was") });
  const guests = new iconik.UserGroup("guests", { name: "Guests", description: "Old", roles: ["can_search", "can_read_assets"] });
  new iconik.UserGroup("trial", { name: "Trial", roles: ["can_purge_assets"] });
  new iconik.UserGroup("hidden", { name: "Hidden", roles: pulumi.secret(["can_search"]) });
  new iconik.UserGroup("again", { name: "Again", roles: ["can_search"] });
  new iconik.UserGroup("quiet", { name: "Quiet", description: pulumi.secret("canary-quiet"), roles: pulumi.secret(["can_search"]) });
  new iconik.AclTemplate("upload", { name: "Upload", access: { groups: [{ group: editors, permissions: ["read"] }] } });
  new iconik.Storage("archive", { name: "Archive", type: "wasabi", purpose: "archive", bucket: "b", region: "eu-central-1", accessKey: "canary-id", secretKey: pulumi.secret("canary-key") });
`;
const after = `
  const editors = new iconik.UserGroup("editors", { name: "Editors", roles: ["can_search", "can_act_as_user"], description: pulumi.secret("canary-is") });
  const night = new iconik.UserGroup("night", { name: "Night", roles: ["can_search"] });
  new iconik.UserGroup("guests", { name: "Guests", description: pulumi.interpolate\`Like \${night.id}\`, roles: night.id.apply(() => ["can_search"]) });
  new iconik.UserGroup("hidden", { name: "Hidden", roles: pulumi.secret(["can_search", "can_write_users"]) });
  new iconik.UserGroup("again", { name: "Again", roles: ["can_search"] });
  new iconik.UserGroup("quiet", { name: "Quiet", description: pulumi.secret("canary-quiet"), roles: pulumi.secret(["can_search"]) });
  new iconik.AclTemplate("upload", { name: "Upload", access: { groups: [{ group: editors, permissions: ["read"] }, { group: night, permissions: ["write"] }] } });
  new iconik.Storage("archive", { name: "Archive", type: "s3", purpose: "archive", bucket: "b", region: "eu-central-1", accessKey: "canary-id", secretKey: pulumi.secret("canary-new") });
`;

describe("a program in TypeScript", endToEnd, () => {
  it("is reviewed by its preview: what is known, what is not yet, what is replaced and what goes", async () => {
    const project = await startIconikProject(before);
    await done(project.up(quick));
    const { urn } = (await project.resources()).find((one) => one.urn.endsWith("::again"))!;
    project.program(after);
    project.write({ "plan.json": (await done(project.preview(["--json", "--show-sames", "--replace", urn]))).stdout });

    const { code, stdout, stderr } = await review(project.folder, "preview:plan.json", "--name", "prod");
    expect([code, stderr]).toEqual([2, ""]);
    expect(stdout.split("\n")[0]).toMatch(
      /^prod: 1 new, \d changed, 1 deleted · 2 escalations, first: editors may now become another user · /,
    );
    for (const line of [
      "! user group “again”: is deleted and made anew: who is in it, and what is given to it elsewhere, goes with the old one",
      "! user group “trial”: is deleted; what access lists give to it ends, on assets and collections too (their entries may stay behind)",
      "- may no longer remove assets from the recycle bin for good",
      // Known only after the run, and kept secret by the program: neither is a loss, nor nothing.
      "! user group “guests”: what becomes of roles is not told: the value is known only after the run",
      "! user group “hidden”: what becomes of roles is not told: the program keeps it secret",
      "· what becomes of description is not told: the value is known only after the run",
      "· what becomes of description is not told: the program keeps it secret",
      "+ the group “night” may now change assets uploaded under it from now on",
      "· secretKey gets another value",
    ]) {
      expect(stdout).toContain(`  ${line}\n`);
    }
    expect(stdout).not.toMatch(/no longer managed|no longer search|no longer see|quiet/);
    // No program makes it again, so there is none.
    expect(stdout).not.toContain("Digest:");

    for (const format of ["markdown", "json", "sarif"]) {
      const told = await review(project.folder, "preview:plan.json", "--format", format);
      expect(told.stdout).toContain("made anew");
      expect(told.stdout + told.stderr).not.toContain("canary");
      expect(told.stdout).not.toMatch(/04da6b54-80e4-46f7-96ec-b56ff0331ba9|\[secret\]/);
    }
    expect(stdout).not.toContain("canary");

    project.program(before);
    project.write({ "same.json": (await done(project.preview(["--json", "--show-sames"]))).stdout });
    expect((await review(project.folder, "preview:same.json", "--fail-on", "any", "--name", "prod")).stdout).toContain(
      "prod: nothing changes",
    );
  });
});
