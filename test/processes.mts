// What the harnesses share about processes: the environment they are given, and which are below which.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

/** Variables to set, or with undefined to take away. */
export type Environment = Record<string, string | undefined>;

export interface ChildProcess {
  pid: number;
  /** Command line, joined by spaces. */
  args: string;
}

/** The repository's root. */
export const repository = resolve(import.meta.dirname, "..");

/**
 * The environment of a child process: the given variables and the few that any program needs. The rest is left out, so
 * that a test never meets a person's own tenant, stack, proxy or Node options.
 */
export function environment(variables: Environment): NodeJS.ProcessEnv {
  const { PATH, HOME, LANG, TMPDIR, USER } = process.env;
  return { PATH, HOME, LANG, TMPDIR, USER, ...variables };
}

/** All processes below this one, however deep. */
export function descendants(pid: number): ChildProcess[] {
  const all = processes();
  const below = (parent: number): Listed[] =>
    all.filter((process) => process.parent === parent).flatMap((process) => [process, ...below(process.pid)]);
  return below(pid).map(({ pid, args }) => ({ pid, args }));
}

/** Whether a process still runs. Given its command line too, a later process with the same id does not count. */
export function alive(wanted: number | ChildProcess): boolean {
  const { pid, args } = typeof wanted === "number" ? { pid: wanted, args: undefined } : wanted;
  return processes().some((process) => process.pid === pid && (args === undefined || process.args === args));
}

type Listed = ChildProcess & { parent: number };

/** Running processes; those that have ended and wait for their parent to notice are left out. */
function processes(): Listed[] {
  return (existsSync("/proc/self/stat") ? fromProc() : fromPs()).filter(({ state }) => !state.startsWith("Z"));
}

/** Linux: small containers have no `ps`. */
function fromProc(): (Listed & { state: string })[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        // pid (command) state parent …; the command may hold spaces and brackets.
        const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        const args = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0").join(" ").trim();
        return [{ pid: Number(name), parent: Number(parent), state: state!, args }];
      } catch {
        return []; // It ended meanwhile.
      }
    });
}

function fromPs(): (Listed & { state: string })[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat=,args="], { encoding: "utf8" }).trim().split("\n");
  return lines.map((line) => {
    const [, pid, parent, state, args] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line)!;
    return { pid: Number(pid), parent: Number(parent), state: state!, args: args! };
  });
}
