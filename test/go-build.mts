// Programs that tests need and that are made here: built with Go from tagged modules, kept outside the repository.
import { spawn, type StdioOptions } from "node:child_process";
import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where they are kept, so that each is made once per machine. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pulumi-iconik");

/**
 * Builds a package of a module that is required in the folder's go.mod, at the versions of its go.sum.
 * @throws Error "go is not installed", or with the end of what the compiler said
 */
export const goBuild = (folder: string, packagePath: string, output: string, flags: string[] = []): Promise<string> =>
  run("go", ["build", "-mod=readonly", "-buildvcs=false", ...flags, "-o", output, packagePath], {
    cwd: folder,
    env: { ...process.env, GOWORK: "off" },
    minutes: 60,
  });

/** A folder beside the finished ones: what is made there can be moved to its place in one step. */
export async function temporary(): Promise<string> {
  mkdirSync(cache, { recursive: true });
  return await mkdtemp(join(cache, "making-"));
}

export function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Runs a command silently and gives its stdout; a failure carries the end of what it printed. */
export async function run(
  command: string,
  args: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; minutes: number },
): Promise<string> {
  const stdio: StdioOptions = ["ignore", "pipe", "pipe"];
  const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio });
  let stdout = "";
  let all = "";
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    all = (all + text).slice(-2_000);
  });
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (all = (all + text).slice(-2_000)));
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill("SIGKILL");
    // What the command started may still hold these.
    child.stdout!.destroy();
    child.stderr!.destroy();
  }, options.minutes * 60_000);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "ENOENT" ? new Error(`${command} is not installed`) : error);
    });
    child.once("close", resolve);
  }).finally(() => clearTimeout(timer));
  if (timedOut) throw new Error(`${command} ${args[0]} took more than ${options.minutes} minutes`);
  if (code !== 0) throw new Error(`${command} ${args[0]} failed: ${all.trim().split("\n").slice(-5).join("\n    ")}`);
  return stdout;
}

export function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}
