// On the real CLI: a tenant that one stack made is exported, and another stack takes it over without a change.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import { createProject, endToEnd, type Project } from "./cli.ts";
import { done } from "./iconik-project.ts";
import { environment, repository, type Environment } from "./processes.mts";
import { environmentOf } from "./stack.ts";

const main = join(repository, "dist/commands/main.js");
const newsroom = (name: string) => readFileSync(join(repository, "examples/newsroom", name), "utf8");

/** Keys that the newsroom's storages work with. */
const secrets = {
  "archive.accessKey": "EXAMPLEKEY",
  "archive.secretKey": "example-secret-key",
  "delivery.jsonKey": '{"type":"service_account"}',
};

const run = (args: readonly string[], env: Environment): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { env: environment(env) }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr }),
    );
  });

let sandbox: Sandbox;
let maker: Project;
beforeAll(async () => {
  sandbox = await startSandbox({ seed: join(repository, "examples/newsroom/sandbox.yaml") });
  maker = await createProject(
    { "index.js": 'module.exports = require("pulumi-iconik/program");', "tenant.yaml": newsroom("tenant.yaml") },
    { name: "maker", env: environmentOf(sandbox) },
  );
  await done(maker.config({}, secrets));
  await done(maker.up(["--skip-preview"]));
  // What people clicked together since: a second group of one name, a role that looks like a misspelling, odd names.
  const untidy = [
    ["Editors", "can_read_asset"],
    ["Editors", "can_search"],
    ["__proto__", "can_search"],
    ["a/b: 🎬", "can_search"],
  ] as const;
  for (const [index, [name, role]] of untidy.entries()) {
    const id = `5b1f0c9e-0000-4000-8000-00000000010${index}`;
    sandbox.edit("groups", id, {
      id,
      name,
      roles: [role],
      is_saml_group: false,
      date_created: "2026-01-01T00:00:00.000000",
    });
    sandbox.edit("settings", `group/${id}`, { hide_favourites: true });
  }
}, endToEnd.timeout);
afterAll(async () => {
  await maker.close();
  await sandbox.close();
});

describe.each(["yaml", "ts"] as const)("a tenant as %s", endToEnd, (format) => {
  test("is taken over without a change, and then looked after", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pulumi-iconik-export-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    sandbox.clearRequests();
    const importFile = join(folder, "import.json");
    const exported = await run(
      ["export", "live", "--format", format, "--out", folder, "--import-file", importFile],
      environmentOf(sandbox),
    );
    expect(exported, exported.stderr).toMatchObject({ code: 0 });
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);

    const files: Record<string, string> =
      format === "yaml"
        ? {
            "index.js": 'module.exports = require("pulumi-iconik/program");',
            "tenant.yaml": readFileSync(join(folder, "tenant.yaml"), "utf8"),
          }
        : { "index.ts": readFileSync(join(folder, "index.ts"), "utf8") };
    const project = await createProject(files, { env: environmentOf(sandbox) });
    onTestFinished(project.close);
    await done(project.config({ "iconik:domainId": sandbox.domainId }, secrets));

    sandbox.clearRequests();
    const content = JSON.parse(readFileSync(importFile, "utf8")) as { resources: unknown[] };
    expect(content.resources.length).toBeGreaterThan(15);
    await done(project.import(content));
    expect(sandbox.requests).toEqual([]);

    const preview = await done(project.preview(["--expect-no-changes", "--diff"]));
    expect(preview.all).not.toMatch(/to (create|update|delete|replace)/);
    await done(project.up(["--skip-preview", "--expect-no-changes"]));
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);

    // A credential that is changed now is no longer believed.
    await done(project.config({}, { "delivery.jsonKey": '{"type":"service_account","new":1}' }));
    await done(project.up(["--skip-preview"]));
    const delivery = sandbox.objects("storages").find(({ name }) => name === "Delivery")!;
    expect(delivery.settings.json_key).toContain('"new":1');

    // After a refresh nobody could tell any more what the program said before, so what state lacks is written once.
    await done(project.refresh());
    const after = await done(project.up(["--skip-preview"]));
    expect(after.all).toMatch(/Storage Archive updated .*\[diff: \+accessKey,secretKey\]/);
    expect(after.all).toMatch(/~ 1 updated\s+\d+ unchanged/);
    await done(project.refresh());
    await done(project.preview(["--expect-no-changes"]));
  });
});
