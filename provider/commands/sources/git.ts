/** `git:<ref>:…`: files as a commit has them, in a folder that is there for as long as they are read. */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { quoted } from "../../tenant/files/frame";

/** The files of a commit, beside the working folder as they would stand there. */
export interface CommitFolder {
  /** Stands for the working folder. */
  cwd: string;
  /** Stands for the top of the repository. */
  top: string;
  /** Takes files out of the commit: those at a path, or below it, that have one of the names. */
  take(path: string, isWanted: (name: string) => boolean): void;
  /** Those of the folder itself and of the folders above it. */
  takeUpwards(isWanted: (name: string) => boolean): void;
}

const megabytes = 64;

/** @throws Error without git, outside a repository, and for what names no commit. */
export function withCommit<T>(ref: string, cwd: string, work: (folder: CommitFolder) => T): T {
  const root = realpathSync(
    resolve(
      cwd,
      git(cwd, ["rev-parse", "--show-toplevel"])
        .toString()
        .replace(/\r?\n$/, ""),
    ),
  );
  const commit = commitOf(ref, cwd);
  const inside = relative(root, realpathSync(cwd));
  const top = realpathSync(mkdtempSync(join(tmpdir(), "pulumi-iconik-git-")));
  try {
    const folder = join(top, inside);
    mkdirSync(folder, { recursive: true });
    const write = (entries: readonly Entry[]) => {
      for (const { mode, id, path } of entries) {
        if (mode === "120000")
          throw new Error(
            `${path} is a link in ${ref}; files of a commit are read as they are, so name what it leads to`,
          );
        mkdirSync(dirname(join(top, path)), { recursive: true });
        writeFileSync(join(top, path), git(root, ["cat-file", "blob", id]));
      }
    };
    const inRepository = (path: string): string => {
      const from = relative(root, resolve(realpathSync(cwd), path));
      if (from === ".." || from.startsWith(`..${sep}`))
        throw new Error(`${path} is not in the repository, so no commit has it`);
      return from.split(sep).join("/");
    };
    return work({
      cwd: folder,
      top,
      take(path, isWanted) {
        const from = inRepository(path);
        const found = entriesAt(root, commit, from, "-r");
        write(found.filter((entry) => entry.path === from || isWanted(entry.path.split("/").at(-1)!)));
      },
      takeUpwards(isWanted) {
        const folders =
          inside === ""
            ? [""]
            : ["", ...inside.split(sep).map((_, index, all) => `${all.slice(0, index + 1).join("/")}/`)];
        for (const above of folders) {
          const found = entriesAt(root, commit, above);
          write(found.filter((entry) => isWanted(entry.path.slice(above.length))));
        }
      },
    });
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
}

function commitOf(ref: string, cwd: string): string {
  const found = spawn(cwd, ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`]);
  if (found.status !== 0) {
    throw new Error(
      `${quoted(ref)} names no commit here; a branch that is not there wants git fetch first, and CI checks out one commit unless it is told otherwise`,
    );
  }
  return found.stdout.toString().trim();
}

interface Entry {
  mode: string;
  id: string;
  path: string;
}

/** Files at a path, or right below it; with `-r` however deep. The path of the top is empty. */
function entriesAt(root: string, commit: string, path: string, ...flags: "-r"[]): Entry[] {
  return git(root, ["ls-tree", "-z", "--full-tree", ...flags, commit, ...(path === "" ? [] : ["--", path])])
    .toString()
    .split("\0")
    .flatMap((line) => {
      const [, mode = "", type, id = "", path = ""] = /^(\d+) (\w+) ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
      return type === "blob" ? [{ mode, id, path }] : [];
    });
}

function git(cwd: string, args: readonly string[]): Buffer {
  const { status, stdout, stderr } = spawn(cwd, args);
  if (status === 0) return stdout;
  const said = stderr.toString();
  if (/not a git repository/i.test(said))
    throw new Error("this folder is in no git repository, so no commit can be read");
  throw new Error(`git ${args[0]} failed: ${said.trim().split("\n")[0]}`);
}

function spawn(cwd: string, args: readonly string[]): { status: number | null; stdout: Buffer; stderr: Buffer } {
  const { error, status, stdout, stderr } = spawnSync("git", [...args], {
    cwd,
    maxBuffer: megabytes * 1024 * 1024,
    env: { ...process.env, LC_ALL: "C", GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", GIT_LITERAL_PATHSPECS: "1" },
  });
  if ((error as NodeJS.ErrnoException | undefined)?.code === "ENOENT")
    throw new Error("there is no git here; install it, or check the other version out and name its files", {
      cause: error,
    });
  if (error) throw new Error(`git ${args[0]} failed: ${error.message}`, { cause: error });
  return { status, stdout, stderr };
}
