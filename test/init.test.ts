// `pulumi-iconik init`: a project that checks and reviews itself, over nothing that is there.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { startSandbox, type SandboxOptions } from "../provider/sandbox";
import { environment, repository, type Environment } from "./processes.mts";
import { environmentOf } from "./stack.ts";

const run = (
  args: string[],
  cwd: string,
  env: Environment = {},
): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(repository, "dist/commands/main.js"), ...args],
      { cwd, env: environment(env) },
      (error, stdout, stderr) => resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
  });

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-iconik-init-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function sandboxOf(options: SandboxOptions = {}) {
  const sandbox = await startSandbox(options);
  onTestFinished(sandbox.close);
  return sandbox;
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
const read = (...path: string[]) => readFileSync(join(...path), "utf8");

describe("a new project", () => {
  it.each(["old", "new"] as const)("describes the tenant of the credentials: %s", async (tenant) => {
    const sandbox = await sandboxOf({ tenant });
    const cwd = emptyFolder();
    const { code, stdout, stderr } = await run(["init", "My tenant"], cwd, environmentOf(sandbox));
    expect(code, stderr).toBe(0);
    const folder = join(cwd, "My tenant");
    expect(
      stdout
        .trim()
        .split("\n")
        .map((path) => path.slice("My tenant/".length))
        .sort(),
    ).toEqual(filesIn(folder));
    expect(filesIn(folder)).toEqual([
      ".github/workflows/iconik-merge.yml",
      ".github/workflows/iconik-nightly.yml",
      ".github/workflows/iconik-pull-request.yml",
      ".gitignore",
      "Pulumi.prod.yaml",
      "Pulumi.yaml",
      "ci/applied.mts",
      "ci/comments.mts",
      "ci/history.mts",
      "ci/merge.mts",
      "ci/pull-request.mts",
      "ci/review.mts",
      "index.js",
      "package.json",
      "tenant.yaml",
    ]);
    expect(parse(read(folder, "tenant.yaml")).tenant).toEqual({
      domainId: sandbox.domainId,
      model: tenant === "old" ? "userGroups" : "teams",
    });
    expect(parse(read(folder, "Pulumi.yaml")).name).toBe("My-tenant");
    expect(JSON.parse(read(folder, "package.json"))).toMatchObject({ name: "my-tenant", private: true });
    expect(parse(read(folder, "Pulumi.prod.yaml")).config).toEqual({
      "iconik:url": sandbox.url,
      "iconik:tenantFile": "tenant.yaml",
    });
    expect((await run(["validate", "stack:prod", "--strict"], folder)).stdout).toContain(
      "1 resource, 0 errors, 0 warnings",
    );
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(
      filesIn(folder)
        .map((path) => read(folder, path))
        .join(""),
    ).not.toContain(sandbox.authToken);
  });

  it("is written without credentials, and says what is missing", async () => {
    const cwd = emptyFolder();
    const { code, stderr } = await run(["init", "--ci", "none"], cwd);
    expect(code).toBe(0);
    expect(stderr).toContain("The tenant's id is not known");
    expect(filesIn(cwd)).toEqual([
      ".gitignore",
      "Pulumi.prod.yaml",
      "Pulumi.yaml",
      "index.js",
      "package.json",
      "tenant.yaml",
    ]);
    const sandbox = await sandboxOf();
    // On loopback no id is needed, and doctor says it.
    expect((await run(["doctor", "stack:prod"], cwd, environmentOf(sandbox))).stdout).toContain(
      `tenant  ${sandbox.domainId}`,
    );
  });

  it.each(["404", "empty"] as const)(
    "of user groups, where the list of teams answers %s",
    async (teamsOnOldTenants) => {
      const sandbox = await sandboxOf({ tenant: "old", switches: { teamsOnOldTenants } });
      const cwd = emptyFolder();
      expect(await run(["init", "--ci", "none"], cwd, environmentOf(sandbox))).toMatchObject({ code: 0 });
      expect(parse(read(cwd, "tenant.yaml"))).toMatchObject({
        tenant: { model: "userGroups" },
        userGroups: { Everyone: { builtIn: true } },
      });
    },
  );

  it("is written from a live tenant, with GitLab's pipeline", async () => {
    const sandbox = await sandboxOf({
      seed: {
        groups: [{ name: "Editors", roles: ["can_read_assets"] }],
        storages: [
          {
            name: "Masters",
            method: "S3",
            purpose: "FILES",
            settings: {
              bucket: "example-masters",
              region: "eu-north-1",
              endpoint: "https://s3.example.com",
              path: "",
              access_key: "AKIAEXAMPLE",
              secret_key: "canary-secret",
            },
          },
        ],
      },
    });
    const cwd = emptyFolder();
    const { code, stderr } = await run(["init", "--from", "live", "--ci", "gitlab"], cwd, environmentOf(sandbox));
    expect(code, stderr).toBe(0);
    expect(filesIn(cwd)).toContain(".gitlab-ci.yml");
    expect(parse(read(cwd, "tenant.yaml")).userGroups.Editors.roles).toEqual(["can_read_assets"]);
    expect(JSON.parse(read(cwd, "import.json")).resources.length).toBeGreaterThan(2);
    expect(stderr).toMatch(/pulumi config set --secret \S+/);
    expect(stderr).toContain("pulumi import --file import.json");
    expect(
      filesIn(cwd)
        .map((path) => read(cwd, path))
        .join(""),
    ).not.toContain("canary-secret");
    expect((await run(["validate", "stack:prod"], cwd)).code).toBe(0);
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  it("is written over nothing", async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, "Pulumi.yaml"), "mine");
    const { code, stderr } = await run(["init"], cwd);
    expect(code).toBe(1);
    expect(stderr).toContain("Pulumi.yaml is there already");
    expect(filesIn(cwd)).toEqual(["Pulumi.yaml"]);
    expect(read(cwd, "Pulumi.yaml")).toBe("mine");
  });

  it("keeps a tenant file, but for one that a tenant is to be described in", async () => {
    const sandbox = await sandboxOf();
    const cwd = emptyFolder();
    writeFileSync(join(cwd, "tenant.yaml"), "mine");
    const live = await run(["init", "--from", "live"], cwd, environmentOf(sandbox));
    expect(live).toMatchObject({ code: 1, stderr: expect.stringContaining("tenant.yaml is there already") });
    expect(filesIn(cwd)).toEqual(["tenant.yaml"]);
    const { code, stdout, stderr } = await run(["init", "--ci", "none"], cwd);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("tenant.yaml was there, and is as it was");
    expect(stdout).not.toContain("tenant.yaml");
    expect(filesIn(cwd)).toContain("Pulumi.yaml");
    expect(read(cwd, "tenant.yaml")).toBe("mine");
  });

  it("is not begun when the credentials are wrong", async () => {
    const sandbox = await sandboxOf();
    const cwd = emptyFolder();
    const { code, stderr } = await run(["init"], cwd, { ...environmentOf(sandbox), ICONIK_AUTH_TOKEN: "wrong-token" });
    expect(code).toBe(1);
    expect(stderr).not.toContain("wrong-token");
    expect(existsSync(join(cwd, "Pulumi.yaml"))).toBe(false);
  });
});
