// The examples on the real Pulumi CLI: what a person does with a tenant in its first weeks.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import { createProject, endToEnd, type Project, type StackResource } from "./cli.ts";
import { repository } from "./processes.mts";
import { environmentOf, mayDelete } from "./stack.ts";

const example = (folder: string, ...files: string[]): Record<string, string> =>
  Object.fromEntries(files.map((file) => [file, readFileSync(join(repository, "examples", folder, file), "utf8")]));

const secrets = {
  "archive.accessKey": "EXAMPLEKEY",
  "archive.secretKey": "canary-archive-secret",
  "delivery.jsonKey": '{"canary":"canary-json-key"}',
};
const secretsOf = (project: string) =>
  Object.fromEntries(Object.entries(secrets).map(([key, value]) => [`${project}:${key}`, value]));
const seed = join(repository, "examples/newsroom/sandbox.yaml");
const ours = (resources: StackResource[]): string[] =>
  resources
    .filter(({ type }) => type.includes("iconik:"))
    .map(({ urn }) => urn.split("::").slice(2).join("::"))
    .sort();

describe("examples/newsroom", endToEnd, () => {
  let sandbox: Sandbox;
  let project: Project;
  let file: string;
  const edit = (from: string | RegExp, to: string) => {
    const next = file.replace(from, to);
    expect(next, `${String(from)} stands in tenant.yaml`).not.toBe(file);
    file = next;
    project.write({ "tenant.yaml": file });
  };

  beforeAll(async () => {
    sandbox = await startSandbox({ tenant: "old", seed, checkAnswers: true });
    const files = example("newsroom", "Pulumi.yaml", "index.js", "tenant.yaml");
    file = files["tenant.yaml"]!;
    project = await createProject(files, { name: "newsroom", env: environmentOf(sandbox) });
    await project.config({}, secretsOf("newsroom"));
  });
  afterAll(async () => {
    await project?.close();
    await sandbox?.close();
  });

  it("asks for what the stack's config lacks before anything is made", async () => {
    const poor = await createProject(example("newsroom", "Pulumi.yaml", "index.js", "tenant.yaml"), {
      name: "newsroom",
      env: environmentOf(sandbox),
    });
    const up = await poor.up(["--skip-preview"]);
    await poor.close();
    expect(up.code).not.toBe(0);
    expect(up.all).toContain("pulumi config set --secret");
    expect(up.all).not.toMatch(/^\s+at /m);
    expect(sandbox.objects("groups").map(({ name }) => name)).toEqual(["Everyone"]);
  });

  it("is made by the first up", async () => {
    const up = await project.up();
    expect(up.code, up.all).toBe(0);
    expect(
      sandbox
        .objects("groups")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["Archivists", "Editors", "Everyone", "Freelance"]);
    const masters = sandbox.objects("storages").find(({ name }) => name === "Masters")!;
    expect(masters).toMatchObject({
      method: "S3",
      purpose: "FILES",
      settings: { bucket: "example-masters", endpoint: "https://s3.eu-north-1.amazonaws.com" },
    });
    expect(masters.settings).not.toHaveProperty("secret_key");
    expect(sandbox.object("settings", "system")).toMatchObject({
      support_access: false,
      password_checks: { min_length: 12, digits: 1 },
    });
  });

  it("is not touched by the second", async () => {
    sandbox.clearRequests();
    const up = await project.up(["--skip-preview", "--expect-no-changes"]);
    expect(up.code, up.all).toBe(0);
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  it("keeps no secret in the open, in state or on the screen", async () => {
    const { stdout } = await project.stackExport();
    const token = sandbox.objects("tokens").map(({ token }) => token as string);
    for (const canary of ["canary-archive-secret", "canary-json-key", ...token]) expect(stdout).not.toContain(canary);
    const shown = await project.run(["stack", "output"]);
    expect(shown.all).toContain("[secret]");
  });

  it("gives the new application's credentials as a secret output", async () => {
    const { stdout } = await project.run(["stack", "output", "applications", "--show-secrets", "--json"]);
    const { CI } = JSON.parse(stdout) as { CI: { appId: string; authToken: string } };
    const answer = await fetch(`${sandbox.url}/API/auth/v1/auth/token/`, {
      headers: { "App-ID": CI.appId, "Auth-Token": CI.authToken },
    });
    expect(answer.status).toBe(200);
  });

  it("shows someone else's edit, and takes it back", async () => {
    const editors = sandbox.objects("groups").find(({ name }) => name === "Editors")!;
    sandbox.edit("groups", editors.id, { roles: [...editors.roles, "can_purge_assets"] });
    const refresh = await project.refresh(["--diff"]);
    expect(refresh.code, refresh.all).toBe(0);
    expect(refresh.all).toContain("can_purge_assets");
    const up = await project.up(["--skip-preview"]);
    expect(up.code, up.all).toBe(0);
    expect(up.all).toMatch(/1 updated/);
    expect(sandbox.object("groups", editors.id)!.roles).not.toContain("can_purge_assets");
  });

  it("changes what the file changes, and nothing else", async () => {
    edit("description: Look, and comment", "description: Look, comment, and wait");
    sandbox.clearRequests();
    const up = await project.up(["--skip-preview"]);
    expect(up.code, up.all).toBe(0);
    expect(sandbox.requests.filter(({ method }) => method !== "GET").map(({ method, body }) => [method, body])).toEqual(
      [["PATCH", { description: "Look, comment, and wait" }]],
    );
  });

  it("refuses a plan when the tenant has moved since", async () => {
    edit("description: Look, comment, and wait", "description: Look and comment");
    const plan = await project.preview(["--save-plan", "plan.json"]);
    expect(plan.code, plan.all).toBe(0);
    const freelance = sandbox.objects("groups").find(({ name }) => name === "Freelance")!;
    sandbox.edit("groups", freelance.id, { description: "Changed by hand" });
    const up = await project.up(["--skip-preview", "--plan", "plan.json"]);
    expect(up.code).not.toBe(0);
    expect(up.all).toContain("Changed by hand");
    expect(up.all).toContain("pulumi refresh");
    expect(sandbox.object("groups", freelance.id)!.description).toBe("Changed by hand");
    expect((await project.refresh()).code).toBe(0);
    expect((await project.up(["--skip-preview"])).code).toBe(0);
    expect(sandbox.object("groups", freelance.id)!.description).toBe("Look and comment");
  });

  it("renames without making anew", async () => {
    const before = sandbox.objects("groups").find(({ name }) => name === "Freelance")!;
    edit("  Freelance:\n    description", "  Guests:\n    formerly: Freelance\n    description");
    edit("        Freelance: [read]", "        Guests: [read]");
    edit("    Freelance:\n      - { ip", "    Guests:\n      - { ip");
    const up = await project.up(["--skip-preview"]);
    expect(up.code, up.all).toBe(0);
    expect(sandbox.object("groups", before.id)!.name).toBe("Guests");
    expect(sandbox.objects("groups")).toHaveLength(4);
    edit("    formerly: Freelance\n", "");
    const again = await project.up(["--skip-preview", "--expect-no-changes"]);
    expect(again.code, again.all).toBe(0);
  });

  it("protects storages", async () => {
    const kept = file;
    edit(/ {2}Playout:\n(.*\n){6}/, "");
    const refused = await project.preview();
    expect(refused.code).not.toBe(0);
    expect(refused.all).toContain("ICONIK_ALLOW='delete: storages/Playout'");
    // Guards are one thing, Pulumi's protection another.
    const preview = await project.preview([], { ICONIK_ALLOW: "delete: storages/Playout" });
    expect(preview.code).not.toBe(0);
    expect(preview.all).toContain("protect");
    expect(sandbox.objects("storages").map(({ name }) => name)).toContain("Playout");
    file = kept;
    project.write({ "tenant.yaml": file });
  });

  it("releases a group: forgotten, not deleted", async () => {
    edit(/ {2}Archivists:\n(.*\n){4}/, "");
    edit("  AD-Archive: Archivists\n", "");
    edit("        Archivists: [read, write]\n", "");
    edit(", Archivists: [read]", "");
    file += "\nrelease: [userGroups/Archivists]\n";
    project.write({ "tenant.yaml": file });
    const up = await project.up(["--skip-preview"]);
    expect(up.code, up.all).toBe(0);
    expect(sandbox.objects("groups").map(({ name }) => name)).toContain("Archivists");
    expect(ours(await project.resources()).join()).not.toContain("Archivists");
    expect((await project.up(["--skip-preview", "--expect-no-changes"])).code).toBe(0);
  });

  it("is refused when nothing is left of it", async () => {
    project.write({ "tenant.yaml": "tenant: { model: userGroups }\n" });
    const up = await project.up(["--skip-preview"]);
    expect(up.code).not.toBe(0);
    expect(sandbox.objects("groups").length).toBeGreaterThan(1);
    project.write({ "tenant.yaml": file });
  });

  it("is destroyed when it is unprotected, and settings stay", async () => {
    expect((await project.run(["state", "unprotect", "--all", "--yes"])).code).toBe(0);
    const destroy = await project.destroy([], mayDelete);
    expect(destroy.code, destroy.all).toBe(0);
    expect(
      sandbox
        .objects("groups")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["Archivists", "Everyone"]);
    expect(
      sandbox
        .objects("storages")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["Keyframes", "Proxies"]);
    expect(sandbox.object("settings", "system")).toMatchObject({ password_checks: { min_length: 12 } });
  });
});

it("examples/typescript makes the same resources by the same names", endToEnd, async () => {
  const sandbox = await startSandbox({ tenant: "old", seed });
  const made: string[][] = [];
  for (const [folder, files] of [
    ["newsroom", ["Pulumi.yaml", "index.js", "tenant.yaml"]],
    ["typescript", ["Pulumi.yaml", "index.ts", "tsconfig.json"]],
  ] as const) {
    const project = await createProject(example(folder, ...files), {
      name: "newsroom",
      env: { ...environmentOf(sandbox), ICONIK_ADOPT: "exact" },
    });
    await project.config({}, secretsOf("newsroom"));
    const up = await project.up(["--skip-preview"]);
    expect(up.code, up.all).toBe(0);
    made.push(ours(await project.resources()));
    if (folder === "newsroom") {
      // The team moves over: the stack goes on with the other program.
      const { stdout } = await project.stackExport();
      const other = await createProject(example("typescript", "Pulumi.yaml", "index.ts", "tsconfig.json"), {
        name: "newsroom",
        env: environmentOf(sandbox),
      });
      await other.config({}, secretsOf("newsroom"));
      other.write({ "state.json": stdout });
      const moved = await other.run(["stack", "import", "--file", "state.json", "--force"]);
      expect(moved.code, moved.all).toBe(0);
      const preview = await other.preview(["--expect-no-changes"]);
      expect(preview.code, preview.all).toBe(0);
      await other.close();
    }
    await project.close();
  }
  await sandbox.close();
  expect(made[1]).toEqual(made[0]);
});

it("examples/newsroom-teams makes a tenant of the newer model", endToEnd, async () => {
  const sandbox = await startSandbox({ tenant: "new", checkAnswers: true });
  const project = await createProject(example("newsroom-teams", "Pulumi.yaml", "index.js", "tenant.yaml"), {
    name: "newsroom-teams",
    env: environmentOf(sandbox),
  });
  await project.config(
    {},
    {
      "newsroom-teams:masters.connectionString":
        "DefaultEndpointsProtocol=https;AccountName=example;AccountKey=ZXhhbXBsZQ==",
    },
  );
  const up = await project.up(["--skip-preview"]);
  expect(up.code, up.all).toBe(0);
  expect(sandbox.objects("teams").map(({ name }) => name)).toEqual(expect.arrayContaining(["News", "Sport"]));
  expect(sandbox.objects("role_groups").find(({ name }) => name === "Cutters")!.roles).toContain("can_write_assets");
  const again = await project.up(["--skip-preview", "--expect-no-changes"]);
  expect(again.code, again.all).toBe(0);
  const refresh = await project.refresh(["--expect-no-changes"]);
  expect(refresh.code, refresh.all).toBe(0);
  await project.close();
  await sandbox.close();
});

it("examples/two-tenants writes to each tenant what is meant for it", endToEnd, async () => {
  const [production, staging] = await Promise.all([startSandbox(), startSandbox()]);
  const env = Object.fromEntries(
    Object.entries({ PRODUCTION: production, STAGING: staging }).flatMap(([name, sandbox]) =>
      Object.entries(environmentOf(sandbox)).map(([key, value]) => [key.replace("ICONIK_", `ICONIK_${name}_`), value]),
    ),
  );
  const project = await createProject(example("two-tenants", "Pulumi.yaml", "index.ts", "tsconfig.json"), {
    name: "two-tenants",
    env,
  });
  const up = await project.up(["--skip-preview"]);
  expect(up.code, up.all).toBe(0);
  for (const sandbox of [production, staging])
    expect(
      sandbox
        .objects("groups")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["Editors", "Everyone"]);
  expect(production.object("settings", "system")).toMatchObject({ external_share: true });
  expect(staging.object("settings", "system")).toMatchObject({ external_share: false });
  const again = await project.up(["--skip-preview", "--expect-no-changes"]);
  expect(again.code, again.all).toBe(0);
  await project.close();
  await Promise.all([production.close(), staging.close()]);
});
