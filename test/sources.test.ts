// Where commands read a tenant from: each form of source, and what is said when there is nothing to read.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, test } from "vitest";
import { parseAnySource, readPreview, readSource, Undescribed } from "../provider/commands/source";
import { startSandbox } from "../provider/sandbox";
import { compare } from "../provider/tenant/compare";
import { createProject, endToEnd } from "./cli.ts";
import { iconik } from "./commands.ts";
import { done } from "./iconik-project.ts";
import { environment } from "./processes.mts";
import { environmentOf } from "./stack.ts";
import { folder } from "./tenant/inline";

const read = (text: string, cwd: string) => readSource(parseAnySource(text), { cwd });

/** Labels of groups, with what describes them. */
const groups = async (text: string, cwd: string) =>
  Object.fromEntries(
    (await read(text, cwd)).resources
      .filter(({ kind }) => kind === "UserGroup")
      .map(({ label, inputs }) => [label, inputs.description ?? ""]),
  );

const base = "userGroups: { Editors: { description: base } }\n";
const overlay = "userGroups: { Editors: { description: overlaid }, Night: {} }\n";

describe("how sources are written", () => {
  test.each([
    ["tenant.yaml", { sort: "files", files: { base: "tenant.yaml" } }],
    ["./live", { sort: "files", files: { base: "./live" } }],
    ["base.yaml+prod.yaml", { sort: "files", files: { base: "base.yaml", overlays: ["prod.yaml"] } }],
    ["stack:org/project/prod", { sort: "stack", stack: "org/project/prod" }],
    [
      "git:origin/main:tenant.yaml",
      { sort: "git", ref: "origin/main", of: { sort: "files", files: { base: "tenant.yaml" } } },
    ],
    [
      "git:v1:base.yaml+prod.yaml",
      { sort: "git", ref: "v1", of: { files: { base: "base.yaml", overlays: ["prod.yaml"] } } },
    ],
    ["git:HEAD~1:stack:prod", { sort: "git", ref: "HEAD~1", of: { sort: "stack", stack: "prod" } }],
    ["live", { sort: "live" }],
    ["live:TEST", { sort: "live", name: "TEST" }],
    ["preview:plan.json", { sort: "preview", file: "plan.json" }],
  ])("%s", (text, source) => expect(parseAnySource(text)).toMatchObject({ text, ...source }));

  test.each([
    "",
    "base.yaml+",
    "+prod.yaml",
    "stack",
    "stack:",
    "live:",
    "preview",
    "git",
    "git:main",
    "git:main:",
    "git::tenant.yaml",
    "git:main:live",
    "git:main:git:v1:a.yaml",
    "git:main:a.yaml+",
  ])("%j is refused", (text) => {
    expect(() => parseAnySource(text)).toThrow();
  });
});

test("files and folders, with overlays", async () => {
  const cwd = folder({
    "tenant.yaml": base,
    "prod.yaml": overlay,
    "whole/a.yaml": base,
    "whole/b.yaml": "groupMappings: { A: Editors }\n",
  });
  expect(await groups("tenant.yaml", cwd)).toEqual({ Editors: "base" });
  expect(await groups("tenant.yaml+prod.yaml", cwd)).toEqual({ Editors: "overlaid", Night: "" });
  expect(await groups("whole", cwd)).toEqual({ Editors: "base" });
  expect(await read("tenant.yaml", cwd)).toMatchObject({ source: "tenant.yaml", extent: "described", gaps: [] });
});

test("what is wrong is told as validate tells it", async () => {
  const cwd = folder({ "tenant.yaml": "userGroups: { Editors: { rolez: [] } }\n" });
  const error = await read("tenant.yaml", cwd).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(Undescribed);
  expect((error as Undescribed).format(false)).toMatch(
    /^tenant\.yaml:1:26 error unknown-key .+\n\nerror: tenant\.yaml is not sound: 1 error$/s,
  );
});

describe("a stack's files", () => {
  const project = (files: Record<string, string>) =>
    folder({
      "Pulumi.yaml": "name: a\nruntime: nodejs\n",
      "tenant.yaml": base,
      "env/prod.yaml": overlay,
      "deep/er/x.txt": "",
      ...files,
    });

  test.each([
    ["nothing", "config: {}", { Editors: "base" }],
    ["an empty file", "", { Editors: "base" }],
    ["overlays as a list", "config:\n  iconik:overlays: [env/prod.yaml]", { Editors: "overlaid", Night: "" }],
    ["overlays as JSON", `config:\n  iconik:overlays: '["env/prod.yaml"]'`, { Editors: "overlaid", Night: "" }],
    ["a file", "config:\n  iconik:tenantFile: env/prod.yaml", { Editors: "overlaid", Night: "" }],
  ])("%s", async (_, config, wanted) => {
    const cwd = project({ "Pulumi.prod.yaml": config });
    expect(await groups("stack:prod", cwd)).toEqual(wanted);
    expect(await groups("stack:org/project/prod", join(cwd, "deep/er"))).toEqual(wanted);
  });

  test("the project's own config, and a folder for config", async () => {
    const own =
      "name: a\nruntime: nodejs\nstackConfigDir: stacks\nconfig:\n  iconik:tenantFile: { value: env/prod.yaml }\n";
    expect(await groups("stack:prod", project({ "Pulumi.yaml": own, "stacks/Pulumi.prod.yaml": "" }))).toEqual({
      Editors: "overlaid",
      Night: "",
    });
  });

  test.each([
    ["stack:prdo", "", 'there is no Pulumi.prdo.yaml in the project; there are "prod"'],
    [
      "stack:prod",
      "config:\n  iconik:tenantFile:\n    secure: AAA",
      "iconik:tenantFile in Pulumi.prod.yaml is encrypted",
    ],
    ["stack:prod", "config:\n  iconik:overlays: prod.yaml", "iconik:overlays in Pulumi.prod.yaml is no list"],
    ["stack:prod", "config: [a", "Pulumi.prod.yaml cannot be read"],
    ["stack:prod", "a", "Pulumi.prod.yaml is not a map"],
  ])("%s with %j: %s", async (source, config, message) => {
    await expect(read(source, project({ "Pulumi.prod.yaml": config }))).rejects.toThrow(message);
  });

  test("no project at all", async () => {
    await expect(read("stack:prod", folder({ "tenant.yaml": base }))).rejects.toThrow(
      "there is no Pulumi.yaml here or above",
    );
  });
});

describe("commits", () => {
  const git = (cwd: string, ...args: string[]) => {
    const author = {
      GIT_AUTHOR_NAME: "a",
      GIT_AUTHOR_EMAIL: "a@example.com",
      GIT_COMMITTER_NAME: "a",
      GIT_COMMITTER_EMAIL: "a@example.com",
    };
    const { status, stderr } = spawnSync("git", ["-c", "init.defaultBranch=main", ...args], {
      cwd,
      env: environment({ ...author, GIT_CONFIG_GLOBAL: "/dev/null" }),
    });
    if (status !== 0) throw new Error(String(stderr));
  };
  const repository = (files: Record<string, string>) => {
    const cwd = folder(files);
    git(cwd, "init", "--quiet");
    git(cwd, "add", "--all");
    git(cwd, "commit", "--quiet", "--message", "first");
    return cwd;
  };
  const files = {
    "infra/Pulumi.yaml": "name: a\nruntime: nodejs\n",
    "infra/Pulumi.prod.yaml": "config:\n  iconik:overlays: [../env/prod.yaml]\n",
    "infra/tenant.yaml": base,
    "env/prod.yaml": overlay,
    "whole/a.yaml": base,
    "whole/deep/b.yml": "userGroups: { Night: {} }\n",
    "whole/c.txt": "no YAML: [",
  };
  const leftOver = () => readdirSync(tmpdir()).filter((name) => name.startsWith("pulumi-iconik-git-"));

  test("are for the commands that read files alone, too, with overlays of the same commit", async () => {
    const disk = `storages: { Disk: { type: wasabi, purpose: files, bucket: disk, region: eu-west-1, accessKey: { fromConfig: a }, secretKey: { fromConfig: b }, read: true } }\n`;
    const cwd = repository({
      ...files,
      "infra/tenant.yaml": `tenant: { domainId: 5b1f0c9e-0000-4000-8000-000000000001 }\n${base}${disk}`,
    });
    git(cwd, "rm", "--quiet", "-r", ".");
    git(cwd, "commit", "--quiet", "--message", "second");
    for (const args of [
      ["git:HEAD~1:infra/tenant.yaml+env/prod.yaml"],
      ["git:HEAD~1:infra/tenant.yaml", "--overlay", "env/prod.yaml"],
    ]) {
      const { code, stdout, stderr } = await iconik(["validate", ...args, "--format", "json"], { cwd });
      expect(code, stdout + stderr).toBe(0);
      expect((JSON.parse(stdout) as { resources: { label: string }[] }).resources.map(({ label }) => label)).toEqual([
        "Disk",
        "Editors",
        "Night",
      ]);
    }
    const { code, stdout, stderr } = await iconik(
      ["grants", "git:HEAD~1:infra/tenant.yaml", "Disk", "--format", "json"],
      { cwd },
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("s3:GetObject");
    expect(await iconik(["validate", "git:HEAD:infra/tenant.yaml"], { cwd })).toMatchObject({ code: 1 });
  });

  test("files, folders and stacks as the commit has them, whatever the folder has now", async () => {
    const before = leftOver();
    const cwd = repository(files);
    git(cwd, "tag", "v1");
    git(cwd, "rm", "--quiet", "-r", ".");
    git(cwd, "commit", "--quiet", "--message", "second");
    expect(await groups("git:v1:infra/tenant.yaml", cwd)).toEqual({ Editors: "base" });
    expect(await groups("git:HEAD~1:whole", cwd)).toEqual({ Editors: "base", Night: "" });
    expect(await groups("git:v1:infra/tenant.yaml+env/prod.yaml", cwd)).toEqual({ Editors: "overlaid", Night: "" });
    await expect(read("git:main:infra/tenant.yaml", cwd)).rejects.toBeInstanceOf(Undescribed);
    git(cwd, "checkout", "--quiet", "v1");
    expect(await groups("git:v1:stack:prod", join(cwd, "infra"))).toEqual({ Editors: "overlaid", Night: "" });
    expect(await groups("git:v1:../whole", join(cwd, "infra"))).toEqual({ Editors: "base", Night: "" });
    expect((await read("git:v1:infra/tenant.yaml", cwd)).resources[0]!.place).toEqual({
      file: "infra/tenant.yaml",
      line: 1,
      column: 15,
    });
    expect(leftOver()).toEqual(before);
  });

  test("a stack whose config is in a folder of its own", async () => {
    const cwd = repository({
      ...files,
      "infra/Pulumi.yaml": "name: a\nruntime: nodejs\nstackConfigDir: ../stacks\n",
      "infra/Pulumi.prod.yaml": "",
      "stacks/Pulumi.prod.yml": files["infra/Pulumi.prod.yaml"],
    });
    git(cwd, "rm", "--quiet", "-r", "stacks");
    expect(await groups("git:main:stack:prod", join(cwd, "infra"))).toEqual({ Editors: "overlaid", Night: "" });
    await expect(read("git:main:stack:other", join(cwd, "infra"))).rejects.toThrow(
      "there is no Pulumi.other.yaml in the project",
    );
    const elsewhere = repository({
      "Pulumi.yaml": `name: a\nruntime: nodejs\nstackConfigDir: ${join(cwd, "infra")}\n`,
      "tenant.yaml": base,
    });
    await expect(read("git:main:stack:prod", elsewhere)).rejects.toThrow("which no commit has");
  });

  test("hurting names", async () => {
    const cwd = repository({ "*.yaml": base, "a b ü.yaml": overlay, ":(top)x.yaml": base });
    expect(await groups("git:main:*.yaml", cwd)).toEqual({ Editors: "base" });
    expect(await groups("git:main:a b ü.yaml", cwd)).toEqual({ Editors: "overlaid", Night: "" });
    expect(await groups("git:main::(top)x.yaml", cwd)).toEqual({ Editors: "base" });
  });

  test("what is not there is said", async () => {
    const cwd = repository(files);
    await expect(read("git:nowhere:infra/tenant.yaml", cwd)).rejects.toThrow('"nowhere" names no commit here');
    await expect(read("git:--since=yesterday:infra/tenant.yaml", cwd)).rejects.toThrow(
      '"--since=yesterday" names no commit here',
    );
    await expect(read("git:--all:infra/tenant.yaml", cwd)).rejects.toThrow('"--all" names no commit here');
    await expect(read("git:main:../outside.yaml", cwd)).rejects.toThrow("../outside.yaml is not in the repository");
    await expect(read("git:main:stack:prod", cwd)).rejects.toThrow("there is no Pulumi.yaml here or above");
    await expect(read("git:main:tenant.yaml", folder({ "tenant.yaml": base }))).rejects.toThrow("in no git repository");
    const path = process.env.PATH;
    onTestFinished(() => void (process.env.PATH = path));
    process.env.PATH = folder({});
    await expect(read("git:main:infra/tenant.yaml", cwd)).rejects.toThrow("there is no git here");
  });
});

describe("previews", endToEnd, () => {
  const first = `
userGroups: { Editors: { description: Cut }, Guests: {} }
aclTemplates: { Upload: { access: { groups: { Editors: [read] } } } }
applications: { CI: { user: ci@example.com } }
storages: { Archive: { type: wasabi, purpose: archive, bucket: b, region: eu-central-1, accessKey: { fromConfig: id }, secretKey: { fromConfig: key } } }
shield: { groups: { Editors: [{ ip: 127.0.0.0/8 }] } }
`;
  const second = first
    .replace(
      "description: Cut",
      "description: Publish, settings: { aclTemplate: Upload, defaultUploadStorage: Archive }",
    )
    .replace("Guests: {}", "Visitors: { formerly: Guests }, Night: {}")
    .replace("groups: { Editors: [read] }", "groups: { Editors: [read], Night: [write] }")
    .replace(/applications: .*\n/, "");

  it("hold both sides of what the real CLI says, as the files do", async () => {
    const sandbox = await startSandbox({ seed: { users: [{ email: "ci@example.com", type: "POWER" }] } });
    onTestFinished(sandbox.close);
    const project = await createProject(
      { "index.js": `module.exports = require("pulumi-iconik/program");`, "tenant.yaml": first },
      { env: environmentOf(sandbox) },
    );
    onTestFinished(project.close);
    await done(project.config({}, { "e2e:id": "canary-id", "e2e:key": "canary-key" }));
    const preview = async (name: string) => {
      const { stdout } = await done(project.preview(["--json", "--show-sames"]));
      project.write({ [name]: stdout });
      return join(project.folder, name);
    };
    const text = {
      from: await read("tenant.yaml", folder({ "tenant.yaml": first })),
      to: await read("tenant.yaml", folder({ "tenant.yaml": second })),
    };

    const empty = await readPreview(await preview("first.json"));
    expect(empty.from.resources).toEqual([]);
    expect(compare(empty.to, text.from)).toMatchObject({ equal: true, notCompared: [] });

    await done(project.up(["--skip-preview"]));
    project.write({ "tenant.yaml": second });
    const file = await preview("second.json");
    const { from, to } = await readPreview(file);
    expect(from.tenant.domainId).toBe(sandbox.domainId);
    expect(compare(from, text.from)).toMatchObject({ equal: true });
    expect(compare(to, text.to)).toMatchObject({ equal: true });
    expect(compare(from, to)).toMatchObject({
      changed: [{ object: "aclTemplates/Upload" }, { object: "userGroups/Editors" }, { object: "userGroups/Visitors" }],
      onlyFrom: [{ object: "applications/CI" }],
      onlyTo: [{ object: "userGroups/Night" }],
    });
    expect(to.resources.find(({ label }) => label === "Visitors")).toMatchObject({
      formerly: ["Guests"],
      id: expect.any(String),
    });
    expect((await read(`preview:${file}`, project.folder)).resources).toEqual(to.resources);
    expect(JSON.stringify({ from, to })).not.toContain("canary");

    // Without what stays the same, nobody can tell what an id means.
    const { stdout } = await done(project.preview(["--json"]));
    project.write({ "short.json": stdout });
    await expect(readPreview(join(project.folder, "short.json"))).rejects.toThrow("--show-sames");
  });

  test.each([
    ["{}", "it has no steps"],
    ["null", "it has no steps"],
    [`{ "steps": [null] }`, "it has no steps"],
    ["Previewing update (dev)", "it is no JSON"],
    [
      `{ "steps": [], "diagnostics": [{ "severity": "error", "message": "the tenant file is wrong" }] }`,
      "failed: the tenant file is wrong",
    ],
    [`{ "steps": [] }`, "holds no iconik object"],
  ])("%s is refused", async (text, message) => {
    await expect(readPreview(join(folder({ "plan.json": text }), "plan.json"))).rejects.toThrow(message);
  });
});
