// The components as their users get them: from the package's subpaths, with cloud SDKs that may be missing.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environment, repository } from "./processes.mts";

const clouds = { aws: "@pulumi/aws", gcp: "@pulumi/gcp", azure: "@pulumi/azure-native" } as const;
type Name = keyof typeof clouds;
const storages = `storages: { Masters: { purpose: "files", read: true } }`;
const programs: Record<Name, string> = {
  aws: `{ bucket: "acme-masters", region: "eu-north-1", domainId: "5b1f0c9e-0000-4000-8000-000000000001", ${storages} }`,
  gcp: `{ bucket: "acme-masters", project: "acme-media", location: "EU", ${storages} }`,
  azure: `{ bucket: "media", account: "acme01", resourceGroup: "iconik", location: "westeurope", ${storages} }`,
};
/** Runs it on Pulumi's mocks and prints which files of these packages it has loaded. */
const loadedBy = (name: Name, then: string) => `
const pulumi = require("@pulumi/pulumi");
pulumi.runtime.setMocks({ newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: () => ({ keys: [] }) });
const { StorageBucket } = require("pulumi-iconik/${name}");
process.on("unhandledRejection", () => {});
${then}
const files = Object.keys(require.cache).map((file) => /node_modules[\\\\/]((@pulumi[\\\\/](aws|gcp|azure-native)|@aws-sdk)[\\\\/].*)$/.exec(file)?.[1] ?? /dist[\\\\/](clouds[\\\\/][a-z-]+)/.exec(file)?.[1]);
console.log(JSON.stringify([...new Set(files.filter(Boolean))]));
`;
const node = (code: string, cwd = repository) =>
  JSON.parse(
    execFileSync(process.execPath, ["-e", code], { cwd, encoding: "utf8", env: environment({}) })
      .trim()
      .split("\n")
      .at(-1)!,
  ) as string[];

describe.each(Object.keys(clouds) as Name[])("pulumi-iconik/%s", (name) => {
  it("loads no cloud's SDK when it is imported, and no other cloud's code", () => {
    expect(node(loadedBy(name, "")).sort()).toEqual(
      [`clouds/${name}`, "clouds/dynamic", "clouds/grants", "clouds/peer", "clouds/storage-bucket"].sort(),
    );
  });

  it("loads its own SDK by file when a bucket is made, and no other", () => {
    const files = node(loadedBy(name, `new StorageBucket("acme", ${programs[name]});`)).filter(
      (file) => !file.startsWith("clouds/"),
    );
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((file) => !file.startsWith(clouds[name]))).toEqual([]);
    expect(files).not.toContain(`${clouds[name]}/index.js`);
  });
});

describe("without the cloud's SDK", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "pulumi-iconik-clouds-"));
    // This package, and all that is installed but the clouds' SDKs.
    const modules = join(folder, "node_modules");
    mkdirSync(join(modules, "@pulumi"), { recursive: true });
    mkdirSync(join(modules, "pulumi-iconik"));
    for (const name of ["dist", "package.json"])
      symlinkSync(join(repository, name), join(modules, "pulumi-iconik", name));
    for (const name of readdirSync(join(repository, "node_modules"))) {
      if (name !== "@pulumi" && name !== "pulumi-iconik")
        symlinkSync(join(repository, "node_modules", name), join(modules, name));
    }
    symlinkSync(join(repository, "node_modules/@pulumi/pulumi"), join(modules, "@pulumi/pulumi"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(Object.keys(clouds) as Name[])("pulumi-iconik/%s can be imported, and asks for it in words", (name) => {
    const then = `try { new StorageBucket("acme", ${programs[name]}); } catch (error) { console.log(JSON.stringify([pulumi.RunError.isInstance(error), error.message])); process.exit(0); }`;
    const text = execFileSync(
      process.execPath,
      ["--preserve-symlinks", "--preserve-symlinks-main", "-e", loadedBy(name, then)],
      { cwd: folder, encoding: "utf8", env: environment({}) },
    );
    expect(JSON.parse(text.trim().split("\n").at(-1)!)).toEqual([
      true,
      `the package ${clouds[name]} is not installed, and this cloud needs it: npm install ${clouds[name]}`,
    ]);
  });
});

it("examples/aws, examples/gcp and examples/azure agree with the types of the real SDKs", () => {
  const files = Object.keys(clouds).map((name) => join(repository, "examples", name, "index.ts"));
  const options = [
    "--noEmit",
    "--strict",
    "--skipLibCheck",
    "--module",
    "nodenext",
    "--target",
    "es2023",
    "--types",
    "node",
  ];
  const tsc = spawnSync(
    process.execPath,
    [join(repository, "node_modules/typescript/bin/tsc"), ...options, "--ignoreConfig", ...files],
    { cwd: repository, encoding: "utf8" },
  );
  expect(tsc.status, tsc.stdout).toBe(0);
});
