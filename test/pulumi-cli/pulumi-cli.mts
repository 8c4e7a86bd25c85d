// Finds or makes a real Pulumi CLI for the end-to-end tests and the demo:
//   1. `pulumi` on PATH, 3.254 or newer, with its Node language host beside it;
//   2. the CLI that the npm package `pulumi` downloads;
//   3. a build with Go from Pulumi's own tagged modules (./engine, ./language-nodejs).
// 2 and 3 are kept in ${XDG_CACHE_HOME:-~/.cache}/pulumi-iconik, so that they are made once per machine.
//
//   node test/pulumi-cli/pulumi-cli.mts     prints the CLI's folder; progress goes to stderr
import { existsSync, realpathSync, statSync } from "node:fs";
import { chmod, copyFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cache, executable, goBuild, progress, run, temporary } from "../go-build.mts";

export interface PulumiCli {
  /** Folder with `pulumi`, `pulumi-language-nodejs` and `pulumi-resource-pulumi-nodejs`: put it first on PATH. */
  bin: string;
  /** For example "3.259.0". */
  version: string;
  source: "path" | "npm" | "go";
}

/**
 * A Pulumi CLI that can run Node programs with dynamic resources. Cheap when one is there already; a first build with
 * Go takes about five minutes on two cores. Safe to call from several processes at once.
 * @throws Error that says what was tried and what to install
 */
export async function pulumiCli(): Promise<PulumiCli> {
  const reasons: Record<PulumiCli["source"], string> = { path: "", npm: "", go: "" };
  for (const [source, find] of sources) {
    try {
      const bin = await find();
      return { bin, version: await versionOf(bin), source };
    } catch (error) {
      reasons[source] = (error as Error).message;
    }
  }
  throw new Error(
    [
      "No Pulumi CLI. Any one of these is enough:",
      `- Pulumi 3.${oldestMinor} or newer on PATH, see https://www.pulumi.com/docs/install/`,
      `    now: ${reasons.path}`,
      `- access to ${downloadUrl}, from where the npm package pulumi@${npmVersion} gets it`,
      `    now: ${reasons.npm}`,
      `- Go 1.26 or newer, to build Pulumi ${goVersion} (once, about five minutes), see https://go.dev/dl/`,
      `    now: ${reasons.go}`,
    ].join("\n"),
  );
}

/** `pulumi import --file` reads `outputs`, which dynamic resources need, from this version on. */
const oldestMinor = 254;
/** Newest version of the npm package `pulumi`. */
const npmVersion = "3.265.0";
/** Newest version whose engine can be had as a tagged Go module; the last such language host is older, and works. */
const goVersion = "3.259.0";
const languageHostVersion = "3.68.0";
const downloadUrl = "https://get.pulumi.com/install.sh";

const program = "pulumi";
const languageHost = "pulumi-language-nodejs";
const dynamicProvider = "pulumi-resource-pulumi-nodejs";

const built = join(cache, `pulumi-${goVersion}`);
const downloaded = join(cache, `pulumi-${npmVersion}`);
const pulumiHome = process.env.PULUMI_HOME || join(homedir(), ".pulumi");

const sources: [PulumiCli["source"], () => Promise<string>][] = [
  ["path", onPath],
  ["npm", async () => complete(join(pulumiHome, "versions", npmVersion, "bin"))],
  ["npm", async () => complete(join(downloaded, "bin"))],
  ["go", async () => complete(await withDynamicProvider(join(built, "bin")))],
  ["npm", download],
  ["go", build],
];

async function onPath(): Promise<string> {
  const folder = (process.env.PATH ?? "").split(delimiter).find((entry) => executable(join(entry, program)));
  if (folder === undefined) throw new Error("no pulumi on PATH");
  // Package managers put a link on PATH and keep the rest beside its target.
  const folders = [folder, dirname(realpathSync(join(folder, program)))];
  const bin = folders.find((entry) => missing(entry).length === 0);
  if (bin === undefined) throw new Error(`${join(folder, program)} has no ${missing(folder).join(", no ")} beside it`);
  const version = await versionOf(bin);
  const [major, minor] = version.split(".").map(Number);
  if (major !== 3 || minor! < oldestMinor) throw new Error(`${join(bin, program)} is version ${version}`);
  return bin;
}

/** The npm package downloads into $PULUMI_HOME/versions/<version>/bin at first use. */
async function download(): Promise<string> {
  const failure = join(cache, "download-failed");
  const minutes = 60;
  if (existsSync(failure) && Date.now() - statSync(failure).mtimeMs < minutes * 60_000) {
    throw new Error(`failed less than ${minutes} minutes ago (remove ${failure} to try again)`);
  }
  const home = await temporary();
  try {
    // The package's own attempt has no time limit, so ask first whether its host answers.
    await fetch(downloadUrl, { method: "HEAD", signal: AbortSignal.timeout(5_000) });
    progress(`Downloading Pulumi ${npmVersion}`);
    const env = { ...process.env, PULUMI_HOME: home, PULUMI_VERSION: npmVersion, PULUMI_SKIP_UPDATE_CHECK: "true" };
    await run("npx", ["--yes", `pulumi@${npmVersion}`, "version"], { cwd: home, env, minutes: 5 });
    complete(join(home, "versions", npmVersion, "bin"));
    await publish(join(home, "versions", npmVersion), downloaded);
    return join(downloaded, "bin");
  } catch (error) {
    await writeFile(failure, "");
    const { message, cause } = error as Error;
    throw new Error(cause instanceof Error ? `${message}: ${cause.message}` : message, { cause: error });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function build(): Promise<string> {
  const folder = await temporary();
  const bin = join(folder, "bin");
  const started = Date.now();
  let timer: NodeJS.Timeout | undefined;
  try {
    await run("go", ["version"], { cwd: folder, env: process.env, minutes: 1 });
    progress(`Building Pulumi ${goVersion} with Go, once: about five minutes on two cores`);
    timer = setInterval(() => progress(`  still building, ${Math.round((Date.now() - started) / 1000)} s`), 30_000);
    await compile("engine", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", goVersion, join(bin, program));
    await compile(
      "language-nodejs",
      "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
      languageHostVersion,
      join(bin, languageHost),
    );
    await withDynamicProvider(bin);
    await publish(folder, built);
    progress(`Built Pulumi ${goVersion} in ${Math.round((Date.now() - started) / 1000)} s`);
    return complete(join(built, "bin"));
  } finally {
    clearInterval(timer);
    await rm(folder, { recursive: true, force: true });
  }
}

// Without the version flag `pulumi version` prints an empty line, which Pulumi's Automation API refuses.
const compile = (module: string, packagePath: string, version: string, output: string): Promise<string> =>
  goBuild(join(dirname(fileURLToPath(import.meta.url)), module), packagePath, output, [
    "-ldflags",
    `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`,
  ]);

/** The third file is a script that comes with the Node SDK. */
async function withDynamicProvider(bin: string): Promise<string> {
  const target = join(bin, dynamicProvider);
  if (existsSync(bin) && !executable(target)) {
    const sdk = dirname(createRequire(import.meta.url).resolve("@pulumi/pulumi"));
    const copy = `${target}.${process.pid}`;
    await copyFile(join(sdk, dynamicProvider), copy);
    await chmod(copy, 0o755);
    await rename(copy, target);
  }
  return bin;
}

/** Moves a finished folder to its place in one step; when another process was first, its folder stays. */
async function publish(folder: string, target: string): Promise<void> {
  if (missing(join(target, "bin")).length > 0) await rm(target, { recursive: true, force: true });
  await rename(folder, target).catch((error: unknown) => {
    if (missing(join(target, "bin")).length > 0) throw error;
  });
}

async function versionOf(bin: string): Promise<string> {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const output = await run(join(bin, program), ["version"], { cwd: bin, env, minutes: 1 });
  const version = /^v?(\d+\.\d+\.\d+\S*)$/m.exec(output)?.[1];
  if (version === undefined) throw new Error(`${join(bin, program)} version printed ${JSON.stringify(output)}`);
  return version;
}

function complete(bin: string): string {
  const names = missing(bin);
  if (names.length > 0) throw new Error(`no ${names.join(", no ")} in ${bin}`);
  return bin;
}

function missing(bin: string): string[] {
  return [program, languageHost, dynamicProvider].filter((name) => !executable(join(bin, name)));
}

if (import.meta.main) {
  pulumiCli().then(
    ({ bin }) => console.log(bin),
    (error: Error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
  );
}
