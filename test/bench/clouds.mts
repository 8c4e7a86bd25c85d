// What a program pays for a cloud that it uses: at its start, and when its types are checked.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { environment, repository } from "../processes.mts";

const require = createRequire(import.meta.url);

/** Milliseconds of processor time that importing these packages takes in a new process, one after the other. */
export function importing(...packages: string[]): number {
  const code = `const before = process.cpuUsage(); for (const name of ${JSON.stringify(packages)}) require(name); const { user, system } = process.cpuUsage(before); console.log((user + system) / 1e3)`;
  return Number(
    execFileSync(process.execPath, ["-e", code], { cwd: repository, encoding: "utf8", env: environment({}) }),
  );
}

export interface Checking {
  /** Of processor time: the clock's would say more about what else the machine does. */
  seconds: number;
  /** The most that the process held. */
  megabytes: number;
}

/** What the type checker takes for one file of this repository, or for one with this text. */
export function checking(program: { file: string } | { text: string }): Checking {
  const folder = mkdtempSync(join(repository, "test/bench/checking-"));
  try {
    const file = "file" in program ? join(repository, program.file) : join(folder, "index.ts");
    if ("text" in program) writeFileSync(file, program.text);
    const code = `
      process.once("exit", () => {
        const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
        console.log(JSON.stringify({ seconds: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1_024 }));
      });
      require(${JSON.stringify(require.resolve("typescript/bin/tsc"))});`;
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
      "--ignoreConfig",
    ];
    const { status, stdout } = spawnSync(process.execPath, ["-e", code, "tsc", ...options, file], {
      cwd: repository,
      encoding: "utf8",
      env: environment({}),
    });
    if (status !== 0) throw new Error(`the type checker says: ${stdout.slice(0, 2_000)}`);
    return JSON.parse(stdout) as Checking;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
