// What a tenant has and no file can say: told by every command that looks at it, and never taken for no difference.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020";
import { beforeAll, afterAll, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import type { Comparison } from "../provider/tenant/compare";
import { iconik } from "./commands.ts";
import { sarif } from "./sarif.ts";
import { environmentOf } from "./stack.ts";
import { folder } from "./tenant/inline";

const ftp = {
  name: "old ftp",
  method: "FTP",
  purpose: "FILES",
  settings: { address: "ftp.example.com", user: "u", password: "canary-secret" },
};
const bucket = (key: string) => ({
  name: "Masters",
  method: "S3",
  purpose: "FILES",
  settings: {
    bucket: "example-masters",
    region: "eu-north-1",
    endpoint: "",
    access_key: key,
    secret_key: "canary-secret",
  },
});

describe("a storage that cannot be described", () => {
  let one: Sandbox;
  let other: Sandbox;
  let env: Record<string, string>;
  const run = (args: string[], cwd = folder({})) => iconik(args, { cwd, env });
  const why = "storages/old ftp: it is of a form that is not known here (method FTP";

  beforeAll(async () => {
    one = await startSandbox({ tenant: "old", seed: { storages: [bucket("EXAMPLEKEY1"), ftp] } });
    other = await startSandbox({ tenant: "old", seed: { storages: [bucket("EXAMPLEKEY2")] } });
    env = { ...environmentOf(one, "PROD"), ...environmentOf(other, "TEST"), ...environmentOf(one) };
  });
  afterAll(() => Promise.all([one.close(), other.close()]));

  it("is in the way of equality, on one side or on both, and in every format", async () => {
    const text = await run(["compare", "live:PROD", "live:TEST"]);
    expect(text).toMatchObject({ code: 2, stdout: expect.stringContaining(`cannot be compared: ${why}`) });
    expect(text.stdout).toContain("only live:PROD has it");
    expect(text.stdout).toContain("no difference was found, and 1 thing cannot be compared");
    expect(text.stdout).not.toContain("EXAMPLEKEY");
    expect((await run(["compare", "live:TEST", "live:PROD", "--format", "markdown"])).stdout).toContain(
      "- cannot be compared: `storages/old ftp`: it is of a form",
    );
    const json = await run(["compare", "live:PROD", "live:PROD", "--format", "json"]);
    expect(json.code).toBe(2);
    expect(JSON.parse(json.stdout) as Comparison).toMatchObject({
      equal: false,
      onlyFrom: [],
      onlyTo: [],
      notCompared: [{ object: "storages/old ftp", why: expect.stringContaining("not known here") }],
    });
    expect(await run(["compare", "live:TEST", "live:TEST"])).toMatchObject({ code: 0 });
  });

  it("is told by drift each time, and is no change", async () => {
    const cwd = folder({});
    expect(await run(["export", "live", "--out", "."], cwd)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("1 thing could not be described; a comment says so at each: storages/old ftp\n"),
    });
    // No endpoint is none, and nothing that could not be described.
    expect(readFileSync(join(cwd, "tenant.yaml"), "utf8")).not.toContain("endpoint");
    const text = await run(["drift"], cwd);
    expect(text).toMatchObject({ code: 0, stdout: expect.stringContaining(`cannot be compared: ${why}`) });
    expect((await run(["drift", "--format", "markdown"], cwd)).stdout).toContain("`storages/old ftp`");
    expect(JSON.parse((await run(["drift", "--format", "json"], cwd)).stdout)).toMatchObject({
      drift: false,
      notCompared: [{ object: "storages/old ftp" }],
    });
    const log = JSON.parse((await run(["drift", "--format", "sarif"], cwd)).stdout) as {
      runs: { results: object[] }[];
    };
    expect(new Ajv({ strict: false }).validate(sarif, log)).toBe(true);
    expect(log.runs[0]!.results).toMatchObject([
      {
        ruleId: "drift-not-compared",
        level: "note",
        message: { text: expect.stringContaining(why.replace("storages/old ftp: ", "")) },
      },
    ]);
  });

  it("is a comment in what promote writes, and what the target says of that name stays", async () => {
    const cwd = folder({});
    const promoted = await run(["promote", "live:PROD", "--to", "."], cwd);
    expect(promoted).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("look at storages/old ftp: cannot be described: it is of a form"),
    });
    expect(readFileSync(join(cwd, "tenant.yaml"), "utf8")).toContain("old ftp is not described: it is of a form");
    const own = folder({
      "tenant.yaml": "storages: { old ftp: { type: file, purpose: files, mountPoint: /mnt/old, read: true } }\n",
    });
    expect(await run(["promote", "live:PROD", "--to", "."], own)).toMatchObject({ code: 0 });
    expect(readFileSync(join(own, "tenant.yaml"), "utf8")).toContain("mountPoint: /mnt/old");
  });
});

describe("a tenant with teams and user groups", () => {
  let sandbox: Sandbox;
  const run = (args: string[], cwd: string) => iconik(args, { cwd, env: environmentOf(sandbox) });

  beforeAll(async () => {
    sandbox = await startSandbox({
      tenant: "both",
      seed: {
        groups: [{ name: "Night", roles: ["can_search"] }],
        teams: [{ name: "Day" }],
        acl_templates: [{ name: "Default upload" }],
        acls: { "acl_templates/Default upload": { groups: { Day: ["read"], Night: ["read"] } } },
      },
    });
  });
  afterAll(() => sandbox.close());

  it("is told by drift to have what a file of either model cannot say, and that is no change", async () => {
    const cwd = folder({});
    expect(await run(["export", "live", "--out", "."], cwd)).toMatchObject({ code: 0 });
    const teams = await run(["drift"], cwd);
    expect(teams).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("cannot be compared: userGroups/Night: the tenant has teams"),
    });
    expect(teams.stdout).toContain("cannot be compared: aclTemplates/Default upload access.groups");

    const older = folder({
      "tenant.yaml": "tenant: { model: userGroups }\nuserGroups: { Night: { roles: [can_search] } }\n",
    });
    const groups = await run(["drift", "--format", "json"], older);
    expect(JSON.parse(groups.stdout)).toMatchObject({
      unmanaged: [{ object: "aclTemplates/Default upload" }, { object: "applications/Sandbox" }],
    });
    expect(groups.stdout).toContain('"object": "teams/Day"');
  });

  it("is described by promote in the model that the target has, and the rest is told", async () => {
    const cwd = folder({ "groups/tenant.yaml": "tenant: { model: userGroups }\nuserGroups: { Night: {} }\n" });
    expect(await run(["promote", "live", "--to", "teams"], cwd)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("look at userGroups/Night: cannot be described: the tenant has teams"),
    });
    expect(await run(["promote", "live", "--to", "groups"], cwd)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("look at teams/Day: cannot be described: the tenant has user groups"),
    });
    const written = readFileSync(join(cwd, "groups/tenant.yaml"), "utf8");
    expect(written).toContain("model: userGroups\n\nuserGroups:\n");
    expect(written).toContain("access: { groups: { Night: [read] }, users: {} }");
  });
});
