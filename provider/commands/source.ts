/** Where commands read a tenant from: one parser and one reader for every form of source. */

import { Argument, InvalidArgumentError } from "commander";
import { format, loadTenant, parseSource, type Diagnostic, type TenantSource } from "../tenant";
import { count } from "../tenant/compare/show";
import { pictureOf, type Picture } from "../tenant/picture";
import { readLive } from "../tenant/live/read";
import { liveSession } from "./live";
import { withCommit } from "./sources/git";
import { readPreview } from "./sources/preview";
import { configFolderAt, projectFiles, stackSource } from "./sources/stack";

export { readPreview } from "./sources/preview";

/** A source as it is written, taken apart. */
export type Source =
  | { sort: "files"; text: string; files: TenantSource }
  | { sort: "stack"; text: string; stack: string }
  | { sort: "git"; text: string; ref: string; of: Source & { sort: "files" | "stack" } }
  | { sort: "live"; text: string; name?: string }
  | { sort: "preview"; text: string; file: string };

export type LiveSource = Source & { sort: "live" };

/** How sources are written, for `--help`. */
export const sourceForms = `
A source is
  tenant.yaml, a folder, or base.yaml+prod.yaml   files, overlays after the first
  stack:prod                                      the files that the stack's config names
  git:main:tenant.yaml, git:main:stack:prod       the same as a commit has them
  live                                            the tenant of ICONIK_URL, ICONIK_APP_ID and ICONIK_AUTH_TOKEN
  live:TEST                                       the tenant of ICONIK_TEST_URL and so on
  preview:plan.json                               output of pulumi preview --json --show-sames`;

/** Of a command's argument. @throws InvalidArgumentError */
export function parseAnySource(text: string): Source {
  if (text.startsWith("undo:"))
    throw new InvalidArgumentError("What a run changed is no tenant. promote takes such a file.");
  const [, sort, rest = ""] = /^(live|stack|preview|git)(?::(.*))?$/s.exec(text) ?? [];
  switch (sort) {
    case "live":
      if (text === "live:")
        throw new InvalidArgumentError("Which tenant? live:TEST reads ICONIK_TEST_URL; live reads ICONIK_URL.");
      return { sort, text, ...(rest !== "" && { name: rest }) };
    case "stack":
      if (rest === "") throw new InvalidArgumentError("Which stack? Write stack:prod.");
      return { sort, text, stack: rest };
    case "preview":
      if (rest === "") throw new InvalidArgumentError("Which file? Write preview:plan.json.");
      return { sort, text, file: rest };
    case "git": {
      const [, ref = "", inner = ""] = /^([^:]+):(.+)$/s.exec(rest) ?? [];
      if (ref === "" || inner === "")
        throw new InvalidArgumentError("Which commit, and what of it? Write git:main:tenant.yaml.");
      const of = parseAnySource(inner);
      if (of.sort !== "files" && of.sort !== "stack")
        throw new InvalidArgumentError("A commit has files and stacks only.");
      // Whether a plus belongs to a name or to an overlay is for the commit to say; here it separates.
      const files = /[+]/.test(inner) ? plusSource(inner) : undefined;
      return { sort, text, ref, of: of.sort === "files" && files ? { ...of, files } : of };
    }
    default: {
      const files = parseSource(named(text));
      [files.base, ...(files.overlays ?? [])].forEach(named);
      return { sort: "files", text, files };
    }
  }
}

/** Of an option that wants a tenant. @throws InvalidArgumentError */
export function parseLiveSource(text: string): LiveSource {
  const source = parseAnySource(text);
  if (source.sort !== "live") throw new InvalidArgumentError("It has to be live, or live:NAME.");
  return source;
}

const plusSource = (text: string): TenantSource => {
  const [base = "", ...overlays] = text.split("+").map(named);
  return { base, overlays };
};

export interface SourceOptions {
  /** Default: the working folder. */
  cwd?: string;
  /** Told how far the reading of a live tenant is. */
  progress?(what: string, done: number, of: number): void;
}

/** What a source says is not a description: printed as `validate` prints it, and the command ends with 1. */
export class Undescribed extends Error {
  override readonly name = "Undescribed";
  constructor(
    readonly source: string,
    readonly diagnostics: readonly Diagnostic[],
    /** What to do, where the fixes of the single errors do not say it. */
    readonly advice?: string,
  ) {
    super(`${source} is not sound`);
  }

  /** Ends without a line feed. */
  format(colors: boolean): string {
    const errors = this.diagnostics.filter(({ severity }) => severity === "error");
    const advice = this.advice === undefined ? "" : `. ${this.advice}`;
    return `${format(errors, { colors })}\n\nerror: ${this.source} is not sound: ${count(errors.length, "error")}${advice}`;
  }
}

/**
 * What a tenant is like, by that source.
 * @throws Undescribed when files are wrong; Error, with what to do, when there is nothing to read.
 */
export async function readSource(source: Source, options: SourceOptions = {}): Promise<Picture> {
  const { cwd = process.cwd() } = options;
  switch (source.sort) {
    case "files":
    case "stack":
    case "git":
      return onFiles(source, (files, at) => pictureOfFiles(source.text, files, at), { cwd });
    case "preview":
      return (await readPreview(source.file)).to;
    case "live": {
      const session = liveSession(source.name);
      try {
        return { ...(await readLive(session, { progress: options.progress })), source: source.text };
      } finally {
        await session.client.close();
      }
    }
  }
}

/** A source of files, wherever they are. */
export type FileSource = Source & { sort: "files" | "stack" | "git" };

/**
 * Works on the files that a source names, with further overlays; paths are relative to `cwd`, which is given, too. Those
 * of a commit are there for as long as it works.
 */
export function onFiles<T>(
  source: FileSource,
  work: (files: TenantSource, cwd: string) => T,
  { cwd = process.cwd(), overlays = [] }: { cwd?: string; overlays?: readonly string[] } = {},
): T {
  const laid = (files: TenantSource): TenantSource =>
    overlays.length === 0 ? files : { ...files, overlays: [...(files.overlays ?? []), ...overlays] };
  if (source.sort !== "git") return work(laid(filesOf(source, cwd)), cwd);
  return withCommit(source.ref, cwd, (commit) => {
    const { of } = source;
    const isYaml = (name: string) => /\.ya?ml$/.test(name);
    if (of.sort === "stack") {
      const isProject = projectFiles(of.stack);
      const isOfStack = (name: string) => isProject.test(name);
      commit.takeUpwards(isOfStack);
      const configFolder = configFolderAt(commit.cwd, commit.top);
      if (configFolder !== undefined) commit.take(configFolder, isOfStack);
    }
    const files = laid(filesOf(of, commit.cwd, commit.top));
    for (const path of [files.base, ...(files.overlays ?? [])]) commit.take(path, isYaml);
    return work(files, commit.cwd);
  });
}

/** The files that a source names. */
export const filesOf = (source: Source & { sort: "files" | "stack" }, cwd: string, top?: string): TenantSource =>
  source.sort === "files" ? source.files : stackSource(source.stack, cwd, top);

function pictureOfFiles(text: string, files: TenantSource, cwd: string): Picture {
  // The id is asked for where it is used: what is only read is written to no tenant.
  const { desired, diagnostics } = loadTenant(files, { cwd, loopback: true });
  if (!desired) throw new Undescribed(text, diagnostics);
  return pictureOf(desired, text);
}

/** The argument of a command that reads files alone: other sources are for those that may ask a tenant. */
export const fileArgument = (command: string): Argument =>
  new Argument(
    "[source]",
    "a file, a folder, base.yaml+overlay.yaml, stack:NAME for the files of a stack, or git:REF:… for either of a commit",
  )
    .argParser((text): FileSource => {
      const source = parseAnySource(text);
      if (source.sort === "live" || source.sort === "preview")
        throw new InvalidArgumentError(`${command} reads files and folders only.`);
      return source;
    })
    .default(
      { sort: "files", text: "tenant.yaml", files: { base: "tenant.yaml" } } satisfies FileSource,
      "tenant.yaml",
    );

/** Of `--overlay`, which may stand several times. */
export const append = (path: string, before: string[] = []): string[] => [...before, named(path)];

/** A variable that is not set must not stand for the working folder. */
export function named(path: string): string {
  if (path === "") throw new InvalidArgumentError("It is empty.");
  return path;
}
