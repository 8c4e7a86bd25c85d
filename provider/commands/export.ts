/** `pulumi-iconik export`: a tenant as code, and as the file with which a stack takes it over. */

import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { Option, type Command } from "commander";
import { kinds } from "../kinds";
import { importFileOf, isImportFile } from "../protocol/import-file";
import { count } from "../tenant/compare/show";
import {
  brief,
  exportTypeScript,
  exportYaml,
  fileNames,
  lostBy,
  select,
  withOwnAddress,
  withoutForeign,
} from "../tenant/export";
import { visible } from "../tenant/files/frame";
import type { Gap } from "../tenant/picture";
import { replaceFiles } from "./files";
import { waiting } from "./progress";
import { append, named, parseAnySource, readSource, sourceForms, type Source } from "./source";
import { hasProject } from "./sources/stack";

interface Flags {
  format: "yaml" | "ts";
  out?: string;
  importFile?: string;
  brief?: boolean;
  kind?: string[];
  name?: string[];
  unmanaged?: Source;
}

/** Adds the command. Exit codes: 0 done, 1 could not be done. */
export function exportTenant(program: Command): void {
  program
    .command("export")
    .description("a tenant as code, and as the file with which a stack takes it over")
    .argument("<source>", "a source, mostly live", parseAnySource)
    .addOption(new Option("--format <format>", "the language of it").choices(["yaml", "ts"]).default("yaml"))
    .option("--out <DIR>", "write files into this folder; left out: print", named)
    .option("--import-file <F>", "write what pulumi import --file takes", named)
    .option("--brief", "leave out what equals iconik's own default; it is then not watched")
    .option("--kind <kind>", "only these: userGroups, storages, …; repeatable", append)
    .option("--name <pattern>", "only what has such a label, * for anything; repeatable", append)
    .option("--unmanaged <source>", "only what this source does not have yet", parseAnySource)
    .addHelpText(
      "after",
      `${sourceForms}\n\nReads and never writes to a tenant. Ends with 0 when all is written, 1 when anything could not be read whole.`,
    )
    .action(run);
}

async function run(source: Source, flags: Flags): Promise<void> {
  const unmanaged = flags.unmanaged && (await readSource(flags.unmanaged));
  const whole = await waiting(`reading ${source.text}`, (progress) => readSource(source, { progress }));
  const { picture: chosen, beside } = select(whole, {
    kinds: flags.kind,
    names: flags.name,
    unmanaged,
    apart: flags.format === "ts",
  });
  // What a stack takes over and nobody describes would be deleted by its next run.
  const selected = withoutForeign(chosen);
  const picture = Array.isArray(unmanaged?.later.guards?.mustKeep) ? selected : withOwnAddress(selected);
  if (flags.name && !flags.unmanaged && picture.resources.length + picture.gaps.length === 0) {
    throw new Error(
      `nothing in ${source.text} has such a label${flags.kind ? " and is of such a kind" : ""}; pulumi-iconik export ${source.text} shows what there is`,
    );
  }
  const { files, supplied } =
    flags.format === "ts"
      ? exportTypeScript(picture, { brief: flags.brief })
      : exportYaml(picture, { brief: flags.brief, beside, split: flags.out === undefined ? "never" : "large" });
  // What is imported is what the program then describes.
  const imported =
    flags.importFile === undefined
      ? undefined
      : importFileOf(flags.brief ? { ...picture, resources: brief(picture.resources).resources } : picture, beside);
  const paths = new Map(
    flags.out === undefined ? [] : [...files].map(([name, text]) => [join(flags.out!, name), text]),
  );
  if (flags.out !== undefined) refuseToMix(flags.out, [...files.keys()], flags);
  if (flags.format === "yaml") for (const [path, text] of paths) refuseToLose(path, text, source, flags);
  if (flags.importFile !== undefined) refuseOtherFile(flags.importFile, [...paths.keys()]);
  replaceFiles(
    new Map([...paths, ...(imported ? [[flags.importFile!, `${JSON.stringify(imported, null, 2)}\n`] as const] : [])]),
  );
  if (flags.out === undefined) for (const text of files.values()) process.stdout.write(text);
  else process.stderr.write(`${picture.resources.length} resources in ${[...paths.keys()].join(", ")}\n`);
  if (paths.size > 1 && flags.format === "yaml")
    process.stderr.write(`together they are the description: pulumi config set iconik:tenantFile ${flags.out}\n`);
  const unsaid = picture.gaps.filter(
    ({ kind, label, field }) =>
      !supplied.some((one) => one.section === kinds[kind]!.section && one.label === label && one.field === field),
  );
  if (unsaid.length > 0)
    process.stderr.write(
      `${count(unsaid.length, "thing")} could not be described; a comment says so at each: ${unsaidNames(unsaid)}\n`,
    );
  if (supplied.length > 0)
    process.stderr.write(
      ["set what iconik does not show:", ...supplied.map(({ key }) => `  pulumi config set --secret ${key}`), ""].join(
        "\n",
      ),
    );
}

/** The first of them. */
function unsaidNames(gaps: readonly Gap[]): string {
  const names = gaps
    .slice(0, 5)
    .map(({ kind, label, field }) => visible([`${kinds[kind]!.section}/${label}`, field].filter(Boolean).join(" ")));
  return [...names, ...(gaps.length > names.length ? [`${gaps.length - names.length} more`] : [])].join(", ");
}

/** No export can say again what no tenant knows. */
function refuseToLose(path: string, text: string, source: Source, { out }: Flags): void {
  const lost = existsSync(path) ? lostBy(readFileSync(path, "utf8"), text) : [];
  if (lost.length === 0) return;
  throw new Error(
    `${path} says what no tenant knows, and would no longer say it: ${lost.join(", ")}. ` +
      `pulumi-iconik promote ${source.text} --to ${out} keeps that, pulumi-iconik drift --accept writes single values; or name another folder`,
  );
}

/** A mistyped name must not cost the tenant file, or whatever else is there. */
function refuseOtherFile(importFile: string, written: readonly string[]): void {
  const is = written.some((path) => resolve(path) === resolve(importFile))
    ? "the export itself"
    : statSync(importFile, { throwIfNoEntry: false })?.isFile() && !isImportFile(readFileSync(importFile, "utf8"))
      ? "there already, and no import file"
      : undefined;
  if (is) throw new Error(`${importFile} is ${is}: name another file after --import-file, such as import.json`);
}

/** What is there already must not be read as part of what is written now, nor be lost to a part of a tenant. */
function refuseToMix(folder: string, names: readonly string[], { format, unmanaged }: Flags): void {
  const are = (paths: readonly string[]) => `${paths.join(", ")} ${paths.length === 1 ? "is" : "are"} there already`;
  const there = (name: string) => existsSync(join(folder, name));
  if (unmanaged) {
    const taken = names.filter(there).map((name) => join(folder, name));
    if (taken.length > 0)
      throw new Error(
        `${are(taken)}, and what ${unmanaged.text} does not have is no substitute: name a folder without, and put the files beside the others`,
      );
  } else if (format === "yaml") {
    const stale = fileNames.filter((name) => !names.includes(name) && there(name)).map((name) => join(folder, name));
    if (names.length > 1 && hasProject(folder)) {
      throw new Error(
        `the tenant is too large for one file, and several are read as one only from a folder of their own, which ${folder} is not: it has a Pulumi project. Write --out ${join(folder, "tenant")}, and then pulumi config set iconik:tenantFile tenant`,
      );
    }
    if (stale.length > 0)
      throw new Error(
        `${are(stale)}, of an earlier export, and would be read beside what is written now: remove ${stale.length === 1 ? "it" : "them"}, or name another folder`,
      );
  }
}
