// Wrong credentials, host, tenant or rights: one sentence, once, before anything is made, on the real Pulumi CLI.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import { createProject, endToEnd, type Project, type Result } from "./cli.ts";
import { environmentOf } from "./stack.ts";

const tenant = (head: string) => `${head}
userGroups:
${Array.from({ length: 20 }, (_, index) => `  Group ${index}: { description: d, roles: [can_search] }`).join("\n")}
`;

describe("before anything is made", endToEnd, () => {
  let sandbox: Sandbox;
  let project: Project;

  beforeAll(async () => {
    sandbox = await startSandbox();
    project = await createProject(
      { "index.js": `module.exports = require("pulumi-iconik/program");`, "tenant.yaml": tenant("") },
      { env: environmentOf(sandbox) },
    );
  });
  afterAll(async () => {
    await project?.close();
    await sandbox?.close();
  });

  /** The message stands once, in few lines, with no stack, and nothing was written. */
  function saidOnce(result: Result, ...words: (string | RegExp)[]): void {
    expect(result.code, result.all).not.toBe(0);
    const [, diagnostics = ""] = result.all.split("Diagnostics:");
    for (const word of words) expect(diagnostics).toMatch(word);
    // What is to be pasted is a block of its own.
    const told = diagnostics.replace(/\n *If it is meant, [^]*? ICONIK_ALLOW='.*'\n/, "\n");
    expect(told.split("\n").filter(Boolean).length, diagnostics).toBeLessThan(9);
    expect(result.all).not.toMatch(/^\s+at .+:\d+:\d+/m);
    expect(sandbox.objects("groups").map(({ name }) => name)).toEqual(["Everyone"]);
  }

  it("no credentials: the settings are named", async () => {
    saidOnce(
      await project.up(["--skip-preview"], { ICONIK_APP_ID: "", ICONIK_AUTH_TOKEN: "" }),
      "ICONIK_APP_ID",
      "ICONIK_AUTH_TOKEN",
    );
  });

  it("no credentials in a preview: it is said that the tenant was not asked", async () => {
    const preview = await project.preview([], { ICONIK_APP_ID: "", ICONIK_AUTH_TOKEN: "" });
    expect(preview.code, preview.all).toBe(0);
    expect(preview.all).toContain("not checked against the tenant");
  });

  it("a wrong token: the setting is named, the token is not", async () => {
    const up = await project.up(["--skip-preview"], { ICONIK_AUTH_TOKEN: "canary-wrong-token" });
    saidOnce(up, "ICONIK_AUTH_TOKEN");
    expect(up.all).not.toContain("canary-wrong-token");
  });

  it("a wrong host: the address is named", async () => {
    saidOnce(await project.up(["--skip-preview"], { ICONIK_URL: "http://127.0.0.1:9" }), "127.0.0.1:9");
  });

  it("a wrong tenant: both are named", async () => {
    const other = "5b1f0c9e-0000-4000-8000-000000000001";
    project.write({ "tenant.yaml": tenant(`tenant: { domainId: ${other} }`) });
    saidOnce(await project.up(["--skip-preview"]), other, sandbox.domainId);
    project.write({ "tenant.yaml": tenant("") });
  });

  it("a token that lacks a role: the role is named, once for all objects", async () => {
    const poor = sandbox.issue({ roles: ["can_read_groups", "can_search"] });
    const up = await project.up(["--skip-preview"], environmentOf({ ...sandbox, ...poor }));
    saidOnce(up, /the token lacks the role can_write_groups/);
    expect(up.all.split("Diagnostics:")[1]).not.toMatch(/can_read_groups|can_search/);
  });

  it("a token that would give a role it lacks: the role is named", async () => {
    const poor = sandbox.issue({ roles: ["can_read_groups", "can_write_groups"] });
    saidOnce(
      await project.up(["--skip-preview"], environmentOf({ ...sandbox, ...poor })),
      /the token lacks the role can_search, and nobody can give a role/,
    );
  });

  it("every mistake in the file at once, with place and frame", async () => {
    project.write({
      "tenant.yaml":
        "userGroups:\n  A: { rols: [] }\n  B: { defaultUserType: strong }\nstorages:\n  S: { type: wasabi, purpose: files, region: eu }\n",
    });
    const up = await project.up(["--skip-preview"]);
    expect(up.code).not.toBe(0);
    for (const word of ["tenant.yaml:2:", "rols", "tenant.yaml:3:", "strong", "tenant.yaml:5:", "bucket"])
      expect(up.all).toContain(word);
    expect(up.all).not.toMatch(/^\s+at .+:\d+:\d+/m);
    project.write({ "tenant.yaml": tenant("") });
  });
});
