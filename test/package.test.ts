// The package as others get it: packed, installed in an empty folder elsewhere, and used.
import { execFile, execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSandbox } from "../provider/sandbox";
import { createProject, endToEnd } from "./cli.ts";
import { environment, repository } from "./processes.mts";
import { environmentOf } from "./stack.ts";

describe("the packed package", endToEnd, () => {
  let folder: string;
  let packed: string;
  const node = (code: string) => execFileSync(process.execPath, ["-e", code], { cwd: folder, encoding: "utf8" });

  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "pulumi-iconik-package-")));
    packed = join(
      folder,
      execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], {
        cwd: repository,
        encoding: "utf8",
      }).trim(),
    );
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "elsewhere", private: true }));
    const install = [
      "install",
      "--silent",
      "--no-audit",
      "--no-fund",
      packed,
      "@pulumi/pulumi@3.270.0",
      "typescript@6",
    ];
    execFileSync("npm", install, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("gives the classes to CommonJS and ES modules alike", () => {
    expect(node(`console.log(typeof require("pulumi-iconik").UserGroup)`).trim()).toBe("function");
    writeFileSync(
      join(folder, "module.mjs"),
      `import * as iconik from "pulumi-iconik"; console.log(typeof iconik.UserGroup);`,
    );
    expect(execFileSync(process.execPath, ["module.mjs"], { cwd: folder, encoding: "utf8" }).trim()).toBe("function");
  });

  it("names its runtime, program and sandbox", () => {
    for (const [path, type] of [
      ["runtime", "function"],
      ["program", "function"],
      ["sandbox", "function"],
    ] as const) {
      const what = { runtime: ".provider", program: "", sandbox: ".startSandbox" }[path];
      expect(node(`console.log(typeof require("pulumi-iconik/${path}")${what})`).trim(), path).toBe(type);
    }
  });

  // Where no cloud's SDK is installed.
  const clouds = ["aws", "gcp", "azure", "s3", "b2", "ibm"] as const;
  it.each(clouds)("has pulumi-iconik/%s, which loads no other cloud and no SDK", (cloud) => {
    const files = JSON.parse(
      node(
        `const { StorageBucket } = require("pulumi-iconik/${cloud}"); console.log(JSON.stringify([typeof StorageBucket, ...Object.keys(require.cache)]))`,
      ),
    ) as string[];
    expect(files.shift()).toBe("function");
    const loaded = files.flatMap(
      (file) => /pulumi-iconik[\\/]dist[\\/]clouds[\\/](aws|gcp|azure|s3|b2|ibm)[\\/]/.exec(file)?.[1] ?? [],
    );
    expect([...new Set(loaded)]).toEqual([cloud]);
    expect(
      files.filter((file) => /@aws-sdk|google-auth-library|@pulumi[\\/](?!pulumi[\\/])|undici/.test(file)),
    ).toEqual([]);
  });

  it.each(clouds)("checks programs with pulumi-iconik/%s, whose types want no SDK", (cloud) => {
    const text = `import { StorageBucket, type StorageBucketArgs } from "pulumi-iconik/${cloud}";\nexport const make = (args: StorageBucketArgs<"A">) => new StorageBucket("a", args).storages.A.${cloud === "azure" ? "container" : "bucket"};\nexport const wrong: number = make;\n`;
    writeFileSync(join(folder, `${cloud}.ts`), text);
    const tsc = [
      join(folder, "node_modules/typescript/bin/tsc"),
      "--noEmit",
      "--strict",
      "--module",
      "nodenext",
      "--target",
      "es2023",
      "--skipLibCheck",
      "false",
      `${cloud}.ts`,
    ];
    const { stdout } = spawnSync(process.execPath, tsc, { cwd: folder, encoding: "utf8" });
    // Of our own files: what others carry is theirs.
    const told = stdout
      .split("\n")
      .filter((line) => line.startsWith(`${cloud}.ts`) || line.startsWith("node_modules/pulumi-iconik"));
    expect(told).toEqual([expect.stringMatching(/^\w+\.ts\(3,14\): error TS2322/)]);
  });

  it("has what its pages lead to", () => {
    const root = join(folder, "node_modules/pulumi-iconik");
    const pages = [
      "README.md",
      ...readdirSync(join(root, "schema"))
        .filter((name) => name.endsWith(".md"))
        .map((name) => `schema/${name}`),
    ];
    const links = pages.flatMap((page) =>
      [...readFileSync(join(root, page), "utf8").matchAll(/\]\((?!#|\w+:)([^)#]+)/g)].map(([, to]) =>
        join(dirname(page), to!),
      ),
    );
    expect(links.length).toBeGreaterThan(20);
    expect([...new Set(links)].filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it("carries its types", () => {
    writeFileSync(
      join(folder, "typed.ts"),
      `import * as iconik from "pulumi-iconik";\nexport const group = (): iconik.UserGroup => new iconik.UserGroup("Editors", { roles: ["can_search"] });\n`,
    );
    const tsc = [
      join(folder, "node_modules/typescript/bin/tsc"),
      "--noEmit",
      "--strict",
      "--skipLibCheck",
      "--module",
      "nodenext",
      "--target",
      "es2023",
      "typed.ts",
    ];
    const { status, stdout } = spawnSync(process.execPath, tsc, { cwd: folder, encoding: "utf8" });
    expect(status, stdout).toBe(0);
  });

  it("has its command", () => {
    const bin = join(folder, "node_modules/.bin/pulumi-iconik");
    expect(execFileSync(bin, ["--help"], { encoding: "utf8", env: environment({}) })).toContain("sandbox");
    writeFileSync(join(folder, "bad.yaml"), "userGroups: { Editors: { rols: [] } }\n");
    const { status, stdout } = spawnSync(bin, ["validate", "bad.yaml"], {
      cwd: folder,
      encoding: "utf8",
      env: environment({}),
    });
    expect(status).toBe(1);
    expect(stdout).toContain("rols");
  });

  it("brings along what the page of a review is made of", () => {
    for (const [name, roles] of [
      ["before", ""],
      ["after", "can_search"],
    ])
      writeFileSync(join(folder, `${name}.yaml`), `userGroups: { Editors: { roles: [${roles}] } }\n`);
    const bin = join(folder, "node_modules/.bin/pulumi-iconik");
    const { status, stdout } = spawnSync(bin, ["review", "before.yaml", "after.yaml", "--format", "html"], {
      cwd: folder,
      encoding: "utf8",
      env: environment({}),
    });
    expect([status, stdout.split("\n").slice(-2)]).toEqual([0, ["</html>", ""]]);
  });

  it("begins a project, and after npm install it runs", async () => {
    const sandbox = await startSandbox();
    const project = await createProject({}, { env: environmentOf(sandbox) });
    for (const path of ["Pulumi.yaml", "package.json", "node_modules"])
      rmSync(join(project.folder, path), { recursive: true });
    // The sandbox answers from this very process.
    await promisify(execFile)(join(folder, "node_modules/.bin/pulumi-iconik"), ["init"], {
      cwd: project.folder,
      env: environment(environmentOf(sandbox)),
    });
    // The version that it asks for is this one, which no registry has yet.
    execFileSync("npm", ["install", "--silent", "--no-audit", "--no-fund", packed], {
      cwd: project.folder,
      stdio: "pipe",
    });
    const made = await project.run(["stack", "init", "prod"]);
    expect(made.code, made.all).toBe(0);
    const up = await project.up(["--stack", "prod"]);
    expect(up.code, up.all).toBe(0);
    const again = await project.up(["--stack", "prod", "--expect-no-changes", "--skip-preview"]);
    expect(again.code, again.all).toBe(0);
    await project.close();
    await sandbox.close();
  });

  it("makes a tenant from a file, with no program but its own", async () => {
    const sandbox = await startSandbox();
    const project = await createProject(
      {
        "Pulumi.yaml": "name: elsewhere\nruntime: nodejs\nmain: node_modules/pulumi-iconik/dist/pulumi/program.js\n",
        "tenant.yaml": "userGroups: { Editors: { description: Cut and publish } }\n",
      },
      { env: environmentOf(sandbox) },
    );
    rmSync(join(project.folder, "node_modules"), { recursive: true });
    renameSync(join(folder, "node_modules"), join(project.folder, "node_modules"));
    const up = await project.up(["--skip-preview"]);
    expect(up.code, up.all).toBe(0);
    expect(sandbox.objects("groups").map(({ name }) => name)).toContain("Editors");
    const refresh = await project.refresh(["--expect-no-changes"]);
    expect(refresh.code, refresh.all).toBe(0);
    await project.close();
    await sandbox.close();
  });
});
