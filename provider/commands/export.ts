/** `pulumi-iconik export`: a tenant as code, and as the file with which a stack takes it over. */

import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Option, type Command } from "commander";
import { importFileOf } from "../protocol/import-file";
import { exportTypeScript, exportYaml, type Exported } from "../tenant/export";
import { readLive } from "../tenant/live/read";
import type { Picture } from "../tenant/picture";
import { liveSession, progressLine } from "./live";

interface Flags {
  format: "yaml" | "ts";
  out?: string;
  importFile?: string;
  brief?: boolean;
}

/** Adds the command. Exit codes: 0 done, 1 could not be done. */
export function exportTenant(program: Command): void {
  program
    .command("export")
    .description("a live tenant as code, and as the file with which a stack takes it over")
    .argument("<source>", "live, or live:NAME for the tenant of ICONIK_NAME_URL")
    .addOption(new Option("--format <format>", "the language of it").choices(["yaml", "ts"]).default("yaml"))
    .option("--out <DIR>", "write files into this folder; left out: print")
    .option("--import-file <F>", "write what pulumi import --file takes")
    .option("--brief", "leave out what equals iconik's own default; it is then not watched")
    .action(run);
}

async function run(source: string, flags: Flags): Promise<void> {
  const picture = await pictureOf(source);
  const exported: Exported = flags.format === "ts" ? exportTypeScript(picture, flags) : exportYaml(picture, { brief: flags.brief, split: flags.out !== undefined });
  if (flags.importFile !== undefined) replace(flags.importFile, `${JSON.stringify(importFileOf(picture), null, 2)}\n`);
  if (flags.out === undefined) for (const text of exported.files.values()) process.stdout.write(text);
  else {
    mkdirSync(flags.out, { recursive: true });
    for (const [name, text] of exported.files) replace(join(flags.out, name), text);
  }
}

async function pictureOf(source: string): Promise<Picture> {
  const name = /^live(?::(.+))?$/.exec(source);
  if (!name) throw new Error(`export reads a live tenant: live, or live:NAME; not ${source}`);
  const session = liveSession(name[1]);
  const progress = progressLine();
  try {
    return await readLive(session, { progress: progress.tell });
  } finally {
    progress.end();
    await session.client.close();
  }
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
