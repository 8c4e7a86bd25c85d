/**
 * What only looks, cannot write: the client refuses before anything is sent, and every command but the sandbox itself,
 * with every combination of its flags, leaves a tenant alone. Whatever a command is not made for is an error.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { contract } from "../provider/contract";
import { create, openSession } from "../provider/engine";
import { connect, isRead } from "../provider/engine/client";
import { readSettings } from "../provider/engine/settings";
import { kinds } from "../provider/kinds";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import { createProject, endToEnd } from "./cli.ts";
import { environment, repository, type Environment } from "./processes.mts";
import { serve, token } from "./scripted-server";
import { environmentOf } from "./stack.ts";
import { folder } from "./tenant/inline";

const main = join(repository, "dist/commands/main.js");

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the bin. */
const run = (args: readonly string[], { cwd, env }: { cwd?: string; env?: Environment } = {}): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { cwd, env: environment(env ?? {}) }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr }),
    );
  });

/** The client of a read-only session, on a server that answers everything. */
async function reader(): Promise<{ client: ReturnType<typeof connect>; asked: { method: string }[] }> {
  const { url, asked } = await serve([{ body: {} }]);
  const client = connect({ url, appId: "app-1", authToken: token }, { readOnly: true });
  onTestFinished(() => client.close());
  return { client, asked };
}

describe("a read-only client", () => {
  const operations = Object.keys(contract.operations);
  const path = (operation: string) =>
    Object.fromEntries([...operation.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name!, "x"]));

  test("sends no operation of the contract that may change something", async () => {
    const { client, asked } = await reader();
    const writes = operations.filter((operation) => !isRead(operation));
    expect(writes.length).toBeGreaterThan(60);
    for (const operation of writes) {
      const refused = client.call(operation, { path: path(operation), body: {} });
      await expect(refused, operation).rejects.toMatchObject({ code: "unsupported", operation, acted: undefined });
    }
    expect(asked).toEqual([]);
  });

  test("says which call it was, in one sentence", async () => {
    const { client } = await reader();
    const refused = client.call("DELETE /API/files/v1/storages/{storage_id}/", { path: { storage_id: "s1" } });
    await expect(refused).rejects.toThrow(
      /^DELETE \/API\/files\/v1\/storages\/s1\/ at 127\.0\.0\.1:\d+ was not sent: it may change something, and what runs here only reads$/,
    );
  });

  test("sends what only reads, the checks of a storage's credentials among it", async () => {
    const { client, asked } = await reader();
    await client.call("GET /API/files/v1/storages/{storage_id}/", { path: { storage_id: "s1" } });
    await client.call("POST /API/files/v1/storages/verifications/access/", { body: {} });
    expect(asked.map(({ method }) => method)).toEqual(["GET", "POST"]);
  });

  test("makes a session that can neither make nor take over, with other credentials neither", async () => {
    const sandbox = await startSandbox({ seed: { groups: [{ name: "There" }] } });
    onTestFinished(sandbox.close);
    const settings = readSettings({ env: environmentOf(sandbox), config: () => undefined });
    const session = openSession(settings, { readOnly: true });
    onTestFinished(() => session.client.close());
    for (const desired of [
      { values: { name: "New" } },
      { values: { name: "There", description: "x" }, adopt: "converge" },
    ]) {
      const made = create(session, kinds.UserGroup!, desired);
      await expect(made).rejects.toSatisfy((error: Error) =>
        `${error.message} ${String(error.cause)}`.includes("was not sent"),
      );
    }
    const other = session.connectAs(sandbox.appId, sandbox.authToken);
    onTestFinished(() => other.close());
    await expect(other.call("POST /API/users/v1/groups/", { body: { name: "New" } })).rejects.toMatchObject({
      code: "unsupported",
    });
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });
});

/** For every command that must not write: what it is given, and the values of each flag. A new command needs a line. */
const commands: Record<string, { arguments: string[][]; flags: Record<string, string[][]> }> = {
  init: { arguments: [["new"], []], flags: { "--from": [["live"]], "--ci": [["gitlab"], ["none"]] } },
  validate: {
    arguments: [["good.yaml"], ["bad.yaml"], ["folder"], ["good.yaml+prod.yaml"]],
    flags: { "--overlay": [["prod.yaml"]], "--strict": [[]], "--format": [["json"]] },
  },
  grants: {
    arguments: [["good.yaml"], ["bad.yaml"], ["folder"], ["good.yaml+prod.yaml", "Masters"]],
    flags: { "--overlay": [["prod.yaml"]], "--format": [["json"], ["terraform"]], "--systems": [[]] },
  },
  export: {
    arguments: [["live"], ["good.yaml"]],
    flags: {
      "--format": [["ts"]],
      "--out": [["out"]],
      "--import-file": [["import.json"]],
      "--brief": [[]],
      "--kind": [["userGroups"]],
      "--name": [["E*"]],
      "--unmanaged": [["good.yaml"]],
    },
  },
  compare: {
    arguments: [
      ["good.yaml", "good.yaml+prod.yaml"],
      ["live", "bad.yaml"],
      ["live", "live"],
    ],
    flags: { "--map": [["map.yaml"]], "--format": [["json"], ["markdown"]] },
  },
  drift: {
    arguments: [["good.yaml"]],
    flags: {
      "--live": [["live"]],
      "--stack": [["nowhere"]],
      "--accept": [[]],
      "--format": [["json"], ["markdown"], ["sarif"]],
    },
  },
  promote: {
    arguments: [["good.yaml"], ["live"]],
    flags: { "--to": [["out"]], "--map": [["map.yaml"]], "--format": [["json"]] },
  },
  review: {
    arguments: [["good.yaml", "prod.yaml"]],
    flags: {
      "--live": [[]],
      "--people": [["people.json"]],
      "--save-people": [["saved.json"]],
      "--name": [["prod"]],
      "--also": [["review.json"]],
      "--report": [["https://ci.example.com/1"]],
      "--fail-on": [["any"]],
      "--format": [["markdown"]],
    },
  },
  test: {
    arguments: [["good.yaml"], ["tested.yaml"]],
    flags: {
      "--against": [["live"]],
      "--people": [["people.json"]],
      "--coverage": [[]],
      "--mutate": [[]],
      "--format": [["json"]],
    },
  },
  doctor: {
    arguments: [["good.yaml"], ["bad.yaml"], ["folder"], ["good.yaml+prod.yaml"], ["live"]],
    flags: { "--format": [["json"]] },
  },
};

const texts = {
  "good.yaml": "userGroups: { A: { roles: [can_teleport_assets] } }\n",
  "bad.yaml": "userGroups: { A: { rolez: [] } }\n",
  "prod.yaml":
    "userGroups: { B: {} }\nstorages: { Masters: { type: s3, purpose: files, bucket: example-masters, region: eu-north-1, credentials: managed, read: true } }\n",
  "folder/tenant.yaml": "userGroups: { A: {} }\n",
  "map.yaml": "names: { userGroups: { A: B } }\n",
  "tested.yaml": "userGroups: { A: { roles: [can_search] } }\ntests: [{ name: a, group: A, deny: [can_delete_*] }]\n",
  "people.json": '{ "version": 1, "readAt": "2026-01-01T00:00:00Z", "people": [] }\n',
  "review.json": '{ "version": 1, "statements": [] }\n',
};

/** Flags that `--help` shows, without the help itself. */
async function flagsOf(...command: string[]): Promise<string[]> {
  const { stdout } = await run([...command, "--help"]);
  return [...stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)]
    .map(([, flag]) => flag!)
    .filter((flag) => flag !== "--help");
}

async function commandNames(): Promise<string[]> {
  const { stdout } = await run(["--help"]);
  return [...stdout.split("Commands:")[1]!.matchAll(/^ {2}([\w-]+)/gm)]
    .map(([, name]) => name!)
    .filter((name) => name !== "help");
}

/** Each flag by itself, with every other one, and all together, each with each of its values. */
function combinations(flags: Record<string, string[][]>): string[][] {
  const all = Object.entries(flags).reduce<{ args: string[]; flags: number }[]>(
    (before, [flag, values]) => [
      ...before,
      ...before.flatMap(({ args, flags }) =>
        values.map((value) => ({
          args: [...args, ...(value.length === 0 ? [flag] : value.flatMap((one) => [flag, one]))],
          flags: flags + 1,
        })),
      ),
    ],
    [{ args: [], flags: 0 }],
  );
  return all.filter((one) => one.flags <= 2 || one.flags === Object.keys(flags).length).map(({ args }) => args);
}

/** Runs one after the other, two at a time. */
async function inPairs<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all([worker(), worker()]);
}

describe("every command but the sandbox", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox?.close());

  test("stands in the list above, with all of its flags", async () => {
    const names = (await commandNames()).filter((name) => name !== "sandbox");
    expect(names.sort()).toEqual(Object.keys(commands).sort());
    for (const name of names) expect(await flagsOf(name)).toEqual(Object.keys(commands[name]!.flags));
  });

  test.each(Object.entries(commands))(
    "%s changes nothing in a tenant, whatever its flags",
    async (name, { arguments: sources, flags }) => {
      const cwd = folder(texts);
      const runs = sources.flatMap((source) => combinations(flags).map((chosen) => [name, ...source, ...chosen]));
      expect(runs.length).toBeGreaterThan(sources.length);
      await inPairs(runs, async (args) => {
        const { code, stderr } = await run(args, { cwd, env: environmentOf(sandbox) });
        expect([0, 1, 2, 3], `${args.join(" ")}: ${stderr}`).toContain(code);
      });
      expect(sandbox.requests.filter(({ method, path }) => !isRead(`${method} ${path}`))).toEqual([]);
    },
  );
});

describe("what a command is not made for", () => {
  test("is an error with exit code 1: flags, their values, arguments", { timeout: 5 * 60_000 }, async () => {
    const cwd = folder(texts);
    const names = await commandNames();
    const runs = [
      ["--nothing"],
      ["nothing"],
      [],
      ["validate", ""],
      ["validate", "good.yaml+"],
      ["validate", "good.yaml", "--overlay", ""],
      ["validate", "good.yaml", "prod.yaml"],
      ["validate", "good.yaml", "--overlay"],
      ["validate", "good.yaml", "--strict=yes"],
      ["sandbox", "extra"],
      ["sandbox", "--port", "65536"],
      ["sandbox", "--port", "-1"],
      ["sandbox", "--latency", "fast"],
      ["sandbox", "--seed", "nothing.yaml"],
      ["sandbox", "--switch", "nothing=1"],
    ];
    for (const name of names) {
      const flags = await flagsOf(name);
      const misspelt = flags.map(
        (flag, index) => [flag.slice(0, -1), `${flag}s`, flag.toUpperCase(), flag.slice(1)][index % 4]!,
      );
      const source = commands[name]?.arguments[0] ?? [];
      for (const flag of ["--dry-run", "-n", ...misspelt])
        if (!flags.includes(flag)) runs.push([name, ...source, flag]);
    }
    await inPairs(runs, async (args) => {
      const { code, stdout, stderr } = await run(args, { cwd });
      expect(code, args.join(" ")).toBe(1);
      expect(stdout, args.join(" ")).toBe("");
      expect(stderr, args.join(" ")).not.toBe("");
      expect(stderr, args.join(" ")).not.toMatch(/^\s+at |node:internal/m);
    });
  });

  test("is told without what a terminal would obey", async () => {
    const cwd = folder(texts);
    const evil = "\u001b[31mred\u001b]0;title\u0007\u202e";
    for (const args of [
      [evil],
      ["validate", evil],
      ["validate", "good.yaml", `--${evil}`],
      ["validate", "good.yaml", "--format", evil],
      ["sandbox", "--seed", evil],
      ["sandbox", "--fault", evil],
      ["sandbox", "--state", `${evil}/x`],
    ]) {
      const { code, stdout, stderr } = await run(args, { cwd });
      expect(code, JSON.stringify(args)).toBe(1);
      expect(stdout + stderr, JSON.stringify(args)).not.toMatch(
        /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
      );
    }
  });

  test("asking for help or the version is none", async () => {
    for (const args of [
      ["--help"],
      ["help"],
      ["--version"],
      ["validate", "--help"],
      ["sandbox", "--help"],
      ["sandbox", "--switches"],
    ]) {
      const { code, stdout, stderr } = await run(args);
      expect({ code, stderr }, args.join(" ")).toEqual({ code: 0, stderr: "" });
      expect(stdout).not.toBe("");
    }
  });

  test("each command's help says defaults as people write them", async () => {
    for (const command of await commandNames())
      expect((await run([command, "--help"])).stdout, command).not.toMatch(/default:\s+[{[]/);
  });

  test("a reader that goes away is none of ours", async () => {
    const cwd = folder({
      "big.yaml": `userGroups:\n${Array.from({ length: 3_000 }, (_, index) => `  G${index}: { rolez: [] }`).join("\n")}\n`,
    });
    const { stderr } = await new Promise<Ended>((resolve) => {
      execFile(
        "sh",
        ["-c", `"${process.execPath}" "${main}" validate big.yaml | head -1`],
        { cwd, env: environment({}) },
        (error, stdout, stderr) => resolve({ code: error ? 1 : 0, stdout, stderr }),
      );
    });
    expect(stderr).toBe("");
  });
});

describe("a preview", endToEnd, () => {
  test("asks the tenant whether the file can be applied, and writes nothing, whether it can or not", async () => {
    const sandbox = await startSandbox();
    onTestFinished(sandbox.close);
    const project = await createProject(
      {
        "index.js": `module.exports = require("pulumi-iconik/program");`,
        "tenant.yaml": "userGroups: { A: { roles: [can_search] } }\nadminSettings: { supportAccess: false }\n",
      },
      { env: environmentOf(sandbox) },
    );
    onTestFinished(project.close);
    const poor = sandbox.issue({ roles: ["can_search"] });
    sandbox.clearRequests();
    expect(await project.preview()).toMatchObject({ code: 0 });
    expect((await project.preview([], environmentOf({ ...sandbox, ...poor }))).all).toContain("can_read_groups");
    const looking = await project.preview(
      [],
      environmentOf({ ...sandbox, ...sandbox.issue({ roles: ["can_search", "can_read_groups"] }) }),
    );
    expect(looking).toMatchObject({ code: 0, all: expect.stringContaining("may look and not apply") });
    expect(sandbox.requests.length).toBeGreaterThan(1);
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });
});
