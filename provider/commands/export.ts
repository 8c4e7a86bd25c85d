/** `pulumi-iconik export`: a tenant as code, and as the file with which a stack takes it over. */

import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import { importFileOf } from "../protocol/import-file";
import { format, loadTenant } from "../tenant";
import { brief, exportTypeScript, exportYaml, select } from "../tenant/export";
import { readLive } from "../tenant/live/read";
import { pictureOf as pictureOfFiles, type Picture } from "../tenant/picture";
import { append, fileSource } from "./source";
import { liveSession, progressLine } from "./live";

interface Flags {
  format: "yaml" | "ts";
  out?: string;
  importFile?: string;
  brief?: boolean;
  kind?: string[];
  name?: string[];
  unmanaged?: string;
}

/** Adds the command. Exit codes: 0 done, 1 could not be done. */
export function exportTenant(program: Command): void {
  program
    .command("export")
    .description("a tenant as code, and as the file with which a stack takes it over")
    .argument("<source>", "live; live:NAME for the tenant of ICONIK_NAME_URL; or a file, a folder, base.yaml+overlay.yaml")
    .addOption(new Option("--format <format>", "the language of it").choices(["yaml", "ts"]).default("yaml"))
    .option("--out <DIR>", "write files into this folder; left out: print", path)
    .option("--import-file <F>", "write what pulumi import --file takes", path)
    .option("--brief", "leave out what equals iconik's own default; it is then not watched")
    .option("--kind <kind>", "only these: userGroups, storages, …; repeatable", append)
    .option("--name <pattern>", "only what has such a label, * for anything; repeatable", append)
    .option("--unmanaged <source>", "only what this file does not have yet", path)
    .addHelpText("after", "\nReads and never writes to a tenant. Ends with 0 when all is written, 1 when anything could not be read whole.")
    .action(run);
}

async function run(source: string, flags: Flags): Promise<void> {
  const unmanaged = flags.unmanaged === undefined ? undefined : fromFiles(flags.unmanaged);
  const whole = await pictureOf(source);
  const { picture, beside } = select(whole, { kinds: flags.kind, names: flags.name, unmanaged });
  const { files, supplied } =
    flags.format === "ts" ? exportTypeScript(picture, { brief: flags.brief }) : exportYaml(picture, { brief: flags.brief, beside, split: flags.out !== undefined });
  // What is imported is what the program then describes.
  const imported = flags.importFile === undefined ? undefined : importFileOf(flags.brief ? { ...picture, resources: brief(picture.resources).resources } : picture, beside);
  if (flags.out === undefined) for (const text of files.values()) process.stdout.write(text);
  else {
    mkdirSync(flags.out, { recursive: true });
    const paths = [...files.keys()].map((name) => join(flags.out!, name));
    for (const [name, text] of files) replace(join(flags.out, name), text);
    process.stderr.write(`${picture.resources.length} resources in ${paths.join(", ")}\n`);
  }
  if (imported) replace(flags.importFile!, `${JSON.stringify(imported, null, 2)}\n`);
  if (picture.gaps.length > supplied.length) process.stderr.write(`${picture.gaps.length - supplied.length} things could not be described; a comment says so at each\n`);
  if (supplied.length > 0) process.stderr.write(["set what iconik does not show:", ...supplied.map(({ key }) => `  pulumi config set --secret ${key}`), ""].join("\n"));
}

async function pictureOf(source: string): Promise<Picture> {
  const name = /^live(?::(.+))?$/.exec(source);
  if (!name) return fromFiles(source);
  const session = liveSession(name[1]);
  const progress = progressLine();
  try {
    return await readLive(session, { progress: progress.tell });
  } finally {
    progress.end();
    await session.client.close();
  }
}

function fromFiles(source: string): Picture {
  const checked = loadTenant(fileSource("export")(source), { loopback: true });
  if (checked.desired) return pictureOfFiles(checked.desired, source);
  throw new Error(`${source} is not valid:\n${format(checked.diagnostics)}`);
}

/** A variable that is not set must not stand for the working folder. */
function path(text: string): string {
  if (text === "") throw new InvalidArgumentError("It is empty.");
  return text;
}

/** Whole or not at all: written beside, then renamed. */
function replace(path: string, text: string): void {
  const half = join(dirname(path), `.${process.pid}.${Date.now()}.tmp`);
  try {
    writeFileSync(half, text);
    renameSync(half, path);
  } catch (error) {
    rmSync(half, { force: true });
    throw new Error(`${path} cannot be written (${(error as NodeJS.ErrnoException).code}); check the path`, { cause: error });
  }
}
