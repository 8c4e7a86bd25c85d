// Files that an export writes: whole or not at all, the same each time, and never mixed with what is there.
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { startSandbox, type Sandbox, type Seed } from "../provider/sandbox";
import { iconik } from "./commands.ts";
import { environment, repository } from "./processes.mts";
import { environmentOf } from "./stack.ts";
import { folder } from "./tenant/inline";

const seed: Seed = {
  users: [{ email: "editor@example.com" }],
  groups: ["Editors", "Night", "Guests"].map((name) => ({ name, roles: ["can_search"] })),
  acl_templates: [{ name: "Default upload" }],
  acls: { "acl_templates/Default upload": { groups: { Editors: ["read"] } } },
};

async function tenant(more: Seed = {}): Promise<{ sandbox: Sandbox; env: Record<string, string> }> {
  const sandbox = await startSandbox({ tenant: "old", seed: { ...seed, ...more } });
  onTestFinished(sandbox.close);
  return { sandbox, env: environmentOf(sandbox) };
}
const many: Seed = {
  acls: {},
  groups: Array.from({ length: 400 }, (_, index) => ({
    name: `Group ${index}`,
    description: "one of many",
    roles: ["can_search"],
  })),
};
const textsIn = (path: string) =>
  Object.fromEntries(readdirSync(path).map((name) => [name, readFileSync(join(path, name), "utf8")]));

it.each(["yaml", "ts"])("are the same when nothing changed, the import file too: %s", async (format) => {
  const { env } = await tenant();
  const cwd = folder({});
  for (const out of ["a", "b"])
    expect(
      await iconik(["export", "live", "--format", format, "--out", out, "--import-file", `${out}/import.json`], {
        cwd,
        env,
      }),
    ).toMatchObject({ code: 0 });
  expect(Object.keys(textsIn(join(cwd, "a")))).toHaveLength(2);
  expect(textsIn(join(cwd, "b"))).toEqual(textsIn(join(cwd, "a")));
});

it.each([
  ["export", "yaml"],
  ["export", "ts"],
  ["init", "yaml"],
])(
  "of a tenant with teams and user groups import what is described, and nothing that a run would then delete: %s, %s",
  async (command, format) => {
    const sandbox = await startSandbox({
      tenant: "both",
      seed: {
        groups: [{ name: "Night", roles: ["can_search"] }],
        teams: [{ name: "Day" }],
        acl_templates: [{ name: "Default upload" }],
        acls: { "acl_templates/Default upload": { groups: { Day: ["read"], Night: ["write"] } } },
        settings: { "group/Night": { hide_favourites: true } },
      },
    });
    onTestFinished(sandbox.close);
    const cwd = folder({});
    const args =
      command === "init"
        ? ["init", ".", "--from", "live"]
        : ["export", "live", "--format", format, "--out", ".", "--import-file", "import.json"];
    const { code, stderr } = await iconik(args, { cwd, env: environmentOf(sandbox) });
    expect(code, stderr).toBe(0);
    const { resources } = JSON.parse(readFileSync(join(cwd, "import.json"), "utf8")) as {
      resources: { type: string; name: string; inputs: { access?: object } }[];
    };
    expect(resources.filter(({ type }) => type.includes("UserGroup"))).toEqual([]);
    expect(resources.find(({ name }) => name === "Default upload")!.inputs.access).toEqual({
      teams: [{ team: expect.any(String) as string, permissions: ["read"] }],
      users: [],
    });
    if (command === "export")
      expect(stderr).toMatch(/could not be described; a comment says so at each: .*userGroups\/Night/);
  },
);

it("of an earlier export are replaced, and refused where they would be read beside the new ones", async () => {
  // Mappings are read in pages alone.
  const mappings: Seed = {
    group_mappings: Array.from({ length: 1_100 }, (_, index) => ({ name: `idp-${index}`, group_id: "Editors" })),
  };
  const [large, small] = [await tenant(mappings), await tenant()];
  const cwd = folder({});
  const run = (env: Record<string, string>, ...more: string[]) =>
    iconik(["export", "live", "--out", ".", ...more], { cwd, env });
  expect(await run(large.env)).toMatchObject({ code: 0 });
  expect(await run(large.env)).toMatchObject({ code: 0 });
  const before = textsIn(cwd);
  expect(Object.keys(before)).toContain("group-mappings.yaml");
  const mixed = await run(small.env);
  expect(mixed).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(/group-mappings\.yaml.* are there already, of an earlier export/),
  });
  expect(textsIn(cwd)).toEqual(before);
  expect(await run(small.env, "--format", "ts")).toMatchObject({ code: 0 });
});

it("of a large tenant have a folder of their own, since those of a project are no part of it", async () => {
  const lines = Array.from({ length: 1_100 }, (_, index) => `  idp-${index}: Editors\n`).join("");
  const cwd = folder({
    "Pulumi.yaml": "name: a\nruntime: nodejs\n",
    "large.yaml": `userGroups: { Editors: {} }\ngroupMappings:\n${lines}`,
  });
  const run = (out: string) => iconik(["export", "large.yaml", "--out", out], { cwd });
  expect(await run(".")).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(
      /^error: the tenant is too large for one file.*Write --out tenant, and then pulumi config set iconik:tenantFile tenant\n$/,
    ),
  });
  expect(readdirSync(cwd).sort()).toEqual(["Pulumi.yaml", "large.yaml"]);
  expect(await run("tenant")).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("together they are the description: pulumi config set iconik:tenantFile tenant"),
  });
  expect(await iconik(["compare", "large.yaml", "tenant"], { cwd })).toMatchObject({ code: 0 });
});

it("with a part of a tenant replace nothing", async () => {
  const { env } = await tenant();
  const file = "userGroups: { Editors: {} }\n";
  const cwd = folder({ "tenant.yaml": file });
  const taken = await iconik(["export", "live", "--unmanaged", "tenant.yaml", "--out", "."], { cwd, env });
  expect(taken).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(
      "tenant.yaml is there already, and what tenant.yaml does not have is no substitute",
    ),
  });
  expect(textsIn(cwd)).toEqual({ "tenant.yaml": file });
  expect(await iconik(["export", "live", "--unmanaged", "tenant.yaml", "--out", "rest"], { cwd, env })).toMatchObject({
    code: 0,
  });
  expect(readFileSync(join(cwd, "rest/tenant.yaml"), "utf8")).not.toMatch(/^ {2}Editors:/m);
});

it.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)("are as before after %s in the middle of it", async (signal) => {
  const { sandbox, env } = await tenant(many);
  const cwd = folder({ "tenant.yaml": "# of yesterday\n" });
  sandbox.fault({ match: "GET /API/settings/v1/group/*/", kind: "delay", ms: 60_000, after: 20, times: Infinity });
  const child = spawn(
    process.execPath,
    [join(repository, "dist/commands/main.js"), "export", "live", "--out", ".", "--import-file", "import.json"],
    { cwd, env: environment(env), stdio: "ignore" },
  );
  const ended = once(child, "close");
  await vi.waitUntil(
    () => sandbox.requests.filter(({ path }) => path.startsWith("/API/settings/v1/group/")).length > 20,
    { timeout: 30_000 },
  );
  child.kill(signal);
  const [code] = (await ended) as [number | null];
  expect(code).not.toBe(0);
  expect(textsIn(cwd)).toEqual({ "tenant.yaml": "# of yesterday\n" });
});

it("are not begun when one of them cannot be written", async () => {
  const { env } = await tenant();
  const cwd = folder({ "tenant.yaml": "# of yesterday\n" });
  mkdirSync(join(cwd, "import.json"));
  const refused = await iconik(["export", "live", "--out", ".", "--import-file", "import.json"], { cwd, env });
  expect(refused).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("import.json cannot be written: it is a folder"),
  });
  expect(readFileSync(join(cwd, "tenant.yaml"), "utf8")).toBe("# of yesterday\n");
  expect(readdirSync(cwd).sort()).toEqual(["import.json", "tenant.yaml"]);
  writeFileSync(join(cwd, "file"), "");
  expect(
    await iconik(["export", "live", "--out", ".", "--import-file", "file/import.json"], { cwd, env }),
  ).toMatchObject({ code: 1, stderr: expect.stringContaining("file/import.json cannot be written") });
  expect(readFileSync(join(cwd, "tenant.yaml"), "utf8")).toBe("# of yesterday\n");
  expect(readdirSync(cwd).sort()).toEqual(["file", "import.json", "tenant.yaml"]);
});

it("are not lost to an import file of the same name", async () => {
  const cwd = folder({
    "tenant.yaml": "userGroups: { Editors: {} }\n",
    "package.json": "{}\n",
    "import.json": '{ "resources": [] }\n',
  });
  const to = (importFile: string, out = "out") =>
    iconik(["export", "tenant.yaml", "--out", out, "--import-file", importFile], { cwd });
  for (const taken of ["tenant.yaml", "./package.json"])
    expect(await to(taken)).toMatchObject({
      code: 1,
      stderr: `error: ${taken} is there already, and no import file: name another file after --import-file, such as import.json\n`,
    });
  expect(await to("out/../out/tenant.yaml")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("out/../out/tenant.yaml is the export itself"),
  });
  expect(textsIn(cwd)).toMatchObject({ "tenant.yaml": "userGroups: { Editors: {} }\n", "package.json": "{}\n" });
  expect(existsSync(join(cwd, "out"))).toBe(false);
  expect(await to("import.json")).toMatchObject({ code: 0 });
});

it.each([
  ["under a file", "file/out", "a part of the path is no folder"],
  ["where no folder can be made", "/proc/out/deep", "no folder can be made there"],
])("end with the reason %s, in a moment", { timeout: 20_000 }, async (_, out, why) => {
  const cwd = folder({ "tenant.yaml": "userGroups: { Editors: {} }\n", file: "" });
  for (const args of [
    ["export", "tenant.yaml", "--out", out],
    ["export", "tenant.yaml", "--format", "ts", "--out", out],
    ["export", "tenant.yaml", "--out", "good", "--import-file", `${out}/import.json`],
    ["promote", "tenant.yaml", "--to", out],
    ["init", out],
  ]) {
    const { code, stdout, stderr } = await iconik(args, { cwd });
    expect({ code, stdout }, args.join(" ")).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^error: ${out}/[^ ]+ cannot be written: ${why}\n$`));
  }
});

it("that are links are written where the links lead", async () => {
  const cwd = folder({
    "source.yaml": "userGroups: { Editors: { description: Cut } }\n",
    "target/kept": "",
    "shared/tenant.yaml": "userGroups: {}\n",
  });
  symlinkSync("../shared/tenant.yaml", join(cwd, "target/tenant.yaml"));
  expect(await iconik(["export", "source.yaml", "--out", "target"], { cwd })).toMatchObject({ code: 0 });
  expect(readFileSync(join(cwd, "shared/tenant.yaml"), "utf8")).toContain("description: Cut");
  expect(readdirSync(join(cwd, "shared"))).toEqual(["tenant.yaml"]);
});

it("are not written over what no tenant knows, and are over all else", async () => {
  const { env } = await tenant();
  const cwd = folder({});
  const exported = () => iconik(["export", "live", "--out", "."], { cwd, env });
  const path = join(cwd, "tenant.yaml");
  expect(await iconik(["init", "--ci", "none"], { cwd, env })).toMatchObject({ code: 0 });
  for (const time of ["over the file of init", "over an export"])
    expect(await exported(), time).toMatchObject({ code: 0 });
  const plain = readFileSync(path, "utf8");
  writeFileSync(path, plain.replace("roles: [can_search]", "roles: [can_search, can_read_assets]"));
  expect(await exported()).toMatchObject({ code: 0 });
  expect(readFileSync(path, "utf8")).toBe(plain);

  const edited = `${plain.replace("  Night:\n", "  Night:\n    formerly: Nights\n")}\nguards: { minAdmins: 3 }\ntests: [{ name: no purging, group: Guests, deny: [can_purge_*] }]\ninvariants: [{ role: can_search, atLeast: 1 }]\nallow: [{ delete: userGroups/Guests, reason: CHG-4711, until: 2099-12-05 }]\n`;
  writeFileSync(path, edited);
  const refused = await exported();
  expect(refused).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining(
      "tenant.yaml says what no tenant knows, and would no longer say it: guards, allow, tests, invariants, formerly of userGroups/Night. pulumi-iconik promote live --to . keeps that, pulumi-iconik drift --accept",
    ),
  });
  expect(readFileSync(path, "utf8")).toBe(edited);
  expect(await iconik(["export", "live", "--out", "other"], { cwd, env })).toMatchObject({ code: 0 });
});
