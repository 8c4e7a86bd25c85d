// The bin as people run it: a process of its own, with nothing in its environment but what is given.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { environment, type Environment, repository } from "./processes.mts";

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `pulumi-iconik` as it was built. */
export function iconik(args: readonly string[], { cwd, env = {} }: { cwd: string; env?: Environment }): Promise<Ran> {
  const child = spawn(process.execPath, [join(repository, "dist/commands/main.js"), ...args], {
    cwd,
    env: environment(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (chunk: string) => (said[name] += chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...said }));
  });
}
