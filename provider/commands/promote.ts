/** `pulumi-iconik promote`: the tenant file that makes another tenant like the source. Writes files, and to no tenant. */

import { relative } from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import { plain } from "../engine/errors";
import { kinds } from "../kinds";
import { compare, readMap, type CompareMap } from "../tenant/compare";
import { asText, count, type Words } from "../tenant/compare/show";
import { has } from "../tenant/ends";
import { promote as promotedOf, type Promoted } from "../tenant/promote";
import type { Left, Picture } from "../tenant/picture";
import { readUndo, runsOf, undone, type Run } from "../tenant/undo";
import { waiting } from "./progress";
import { parseAnySource, readSource, sourceForms, type Source } from "./source";
import { hasProject, nearestProject } from "./sources/stack";
import { openTarget, type Target } from "./target";
import { hasColors } from "./terminal";

interface Flags {
  to: string;
  map?: string;
  format: "text" | "json";
}

/** Adds the command. Exit codes: 0 done, 1 could not be done. */
export function promote(program: Command): void {
  program
    .command("promote")
    .description("write the tenant file that makes another tenant like the source")
    .argument("<source>", "a source, or undo:FILE", parsed)
    .requiredOption(
      "--to <DIR>",
      "folder that describes the other tenant, or is to: its tenant.yaml, or the files of an export",
    )
    .option("--map <FILE>", "what is called one thing in the source and another in the target")
    .addOption(new Option("--format <format>", "how to print what was done").choices(["text", "json"]).default("text"))
    .addHelpText(
      "after",
      `${sourceForms}${undoForms}\n\nNothing is written to any tenant: look at the file, then pulumi preview.`,
    )
    .action(run);
}

const undoForms = `
  undo:undo.jsonl                                 what the last run with ICONIK_UNDO=undo.jsonl changed is put back
                                                  into the description of --to: the one from before the run, or the
                                                  one that was applied, when the run went through
  undo:undo.jsonl#2, undo:undo.jsonl#all          the same of the last two runs, and of all in the file`;

interface Undo {
  sort: "undo";
  file: string;
  /** How many runs, from the last one back. */
  runs: number;
}

function parsed(text: string): Source | Undo {
  if (!text.startsWith("undo:")) return parseAnySource(text);
  const [, file = "", runs = "1"] = /^undo:(.*?)(?:#(all|[1-9]\d*))?$/s.exec(text)!;
  if (file === "") throw new InvalidArgumentError("Which file? Write undo:undo.jsonl.");
  return { sort: "undo", file, runs: runs === "all" ? Infinity : Number(runs) };
}

async function run(source: Source | Undo, flags: Flags): Promise<void> {
  const map = flags.map === undefined ? undefined : readMap(flags.map);
  const target = await openTarget(flags.to, source.sort === "undo" ? undefined : source);
  const undo = source.sort === "undo" ? runsIn(source) : undefined;
  const promoted = undo ? restored(undo, target, flags) : await promotedFrom(source as Source, target.picture, map);
  const { supplied, removed, written } = target.write(promoted.picture, promoted.changes);
  const keys = [...new Set([...supplied.map(({ key }) => key), ...keysNew(target.picture, promoted.picture)])];
  const project = undo || hasProject(flags.to) ? undefined : nearestProject(flags.to);
  if (project !== undefined) {
    const note = `${flags.to} has no Pulumi project of its own: pulumi up there would be one of ${relative(process.cwd(), project)}, with its stacks. pulumi-iconik init ${flags.to} makes one and keeps the tenant file`;
    process.stderr.write(`${plain(note)}\n`);
  }
  const { changes, left, unusedInMap } = promoted;
  if (flags.format === "json") {
    const ofRuns = undo && {
      undone: undo.runs.map(({ from, to, entries }) => ({ from, to, changes: entries.length })),
      earlierRuns: undo.earlier.length,
    };
    const answer = { file: target.path, written, removed, ...ofRuns, changes, supplied: keys, unusedInMap, left };
    process.stdout.write(`${JSON.stringify(answer, undefined, 2)}\n`);
    return;
  }
  const lines = [
    `${target.path} is ${written ? "written" : "left as it is"}.`,
    ...removed.map((path) => `${path} is removed: nothing of it is left.`),
    ...(undo ? undoneLines(undo) : []),
    ...unusedInMap.map((entry) => `the map fits nothing: ${entry}`),
    ...left.map(({ object, field, why }) => `look at ${object}${field === undefined ? "" : ` ${field}`}: ${why}`),
    ...(keys.length > 0
      ? ["Set what nobody can read, before the first run:", ...keys.map((key) => `  pulumi config set --secret ${key}`)]
      : []),
    ...(promoted.picture.tenant.domainId === undefined
      ? ["Write tenant.domainId of the target; the first run tells it."]
      : []),
  ];
  if (changes) process.stdout.write(`${asText(changes, words, { colors: hasColors(process.stdout) })}\n`);
  process.stdout.write(`${plain(lines.join("\n"))}\n`);
}

async function promotedFrom(
  source: Source,
  target: Picture | undefined,
  map: CompareMap | undefined,
): Promise<Promoted> {
  const picture = await waiting(`reading ${source.text}`, (progress) => readSource(source, { progress }));
  return promotedOf(picture, target, map);
}

interface Undoing {
  file: string;
  runs: Run[];
  /** Those that stay. */
  earlier: Run[];
}

function runsIn({ file, runs: wanted }: Undo): Undoing {
  const runs = runsOf(readUndo(file));
  const first = Math.max(0, runs.length - wanted);
  return { file, runs: runs.slice(first), earlier: runs.slice(0, first) };
}

function undoneLines({ file, runs, earlier }: Undoing): string[] {
  const about = (all: readonly Run[]) => {
    const changes = count(all.flatMap(({ entries }) => entries).length, "change");
    return `${all.length === 1 ? "one run" : `${all.length} runs`} (${all[0]!.from} to ${all.at(-1)!.to}, ${changes})`;
  };
  const more = runs.length + 1;
  return [
    `Undone: ${about(runs)} of ${file}.`,
    ...(earlier.length > 0
      ? [
          `Not undone: ${about(earlier)} before. undo:${file}#${more} goes back ${more} runs, undo:${file}#all all of them.`,
        ]
      : []),
  ];
}

function restored({ file: undo, runs }: Undoing, { picture: target, path: file }: Target, { map }: Flags): Promoted {
  if (map !== undefined) throw new Error("--map is for two tenants, and what a run changed is put back in one");
  if (!target)
    throw new Error(
      `there is no ${file}: what a run changed is put back into a description, and all else stays as that says`,
    );
  const entries = runs.flatMap((run) => run.entries);
  const { domainId } = target.tenant;
  if (domainId !== undefined && domainId !== entries[0]!.domainId)
    throw new Error(`${undo} is of the tenant ${entries[0]!.domainId}, and ${file} describes ${domainId}`);
  const { picture, left } = undone(target, entries);
  return { picture, left: [...left, ...endlessNow(picture)], unusedInMap: [], changes: compare(target, picture) };
}

/** Keys of the stack's config of which the description said nothing before. */
function keysNew(before: Picture | undefined, after: Picture): string[] {
  const keysIn = (picture: Picture | undefined) => {
    const said = [picture?.resources.map(({ inputs }) => inputs), picture?.provision.map(({ values }) => values)];
    return [...JSON.stringify(said).matchAll(/"fromConfig":("(?:[^"\\]|\\.)*")/g)].map(
      ([, key]) => JSON.parse(key!) as string,
    );
  };
  const known = new Set(keysIn(before));
  return keysIn(after).filter((key) => !known.has(key));
}

const words: Words = {
  equal: "the file says nothing else than before",
  onlyFrom: "no longer described",
  onlyTo: "new",
};

/** What had ended, and was there before the run. */
const endlessNow = ({ later, resources }: Picture): Left[] =>
  later.expires.flatMap((one) => {
    const { of, over, value, until, place } = one;
    const resource = resources.find(({ kind, name }) => kind === of.kind && name === of.name);
    if (!over || !resource || !has(resource, one)) return [];
    return [
      {
        object: `${kinds[of.kind]!.section}/${of.label}`,
        field: value,
        why: `its end, ${until}, is past, so it comes back without one; it was in ${place.file}:${place.line}`,
      },
    ];
  });
