/** `pulumi-iconik drift`: what was changed by hand, told against what is described. */

import { Argument, InvalidArgumentError, Option, type Command } from "commander";
import { asMarkdown, asText } from "../tenant/compare/show";
import { asComparison, drift as driftOf, driftWords, type Drift } from "../tenant/drift";
import { accept, type Accepted } from "../tenant/drift/accept";
import { asSarif } from "../tenant/drift/sarif";
import { changedFiles, layersOf, type Layers } from "../tenant/editing/layers";
import { visible } from "../tenant/files/frame";
import { markdownText } from "../tenant/files/markdown";
import { replaceFiles } from "./files";
import { waiting } from "./progress";
import { filesOf, parseAnySource, parseLiveSource, readSource, type LiveSource, type Source } from "./source";
import { idsOf } from "./sources/state";
import { hasColors } from "./terminal";

interface Flags {
  live: LiveSource;
  stack?: string;
  format: "text" | "json" | "markdown" | "sarif";
  accept?: boolean;
}

/** Adds the command. Exit codes: 0 no drift, or all of it accepted; 1 could not be told; 2 drift that stays. */
export function drift(program: Command): void {
  program
    .command("drift")
    .description("what was changed by hand: the live tenant against what is described")
    .addArgument(
      new Argument("[source]", "what is described: files, stack:NAME, git:REF:…")
        .argParser(described)
        .default(parseAnySource("tenant.yaml"), "tenant.yaml"),
    )
    .addOption(
      new Option("--live <SOURCE>", "the tenant: live, or live:NAME")
        .argParser(parseLiveSource)
        .default(parseLiveSource("live"), "live"),
    )
    .option("--stack <S>", "know objects by the ids in this stack's state, so that a new name is a new name")
    .option("--accept", "write what is there into the tenant file, and leave the rest of the file as it is")
    .addOption(
      new Option("--format <format>", "how to print").choices(["text", "json", "markdown", "sarif"]).default("text"),
    )
    .addHelpText(
      "after",
      "\nEnds with 0 when there is no drift, 2 when there is, 1 when that cannot be told. With --accept, 2 is for what could not be accepted.",
    )
    .action(run);
}

function described(text: string): Source {
  const source = parseAnySource(text);
  if (source.sort === "live")
    throw new InvalidArgumentError("What is described comes from files; the tenant is named by --live.");
  return source;
}

async function run(source: Source, flags: Flags): Promise<void> {
  const files = source.sort === "files" || source.sort === "stack" ? filesOf(source, process.cwd()) : undefined;
  if (flags.accept && !files)
    throw new Error(`${source.text} cannot be written to: --accept wants files, or stack:NAME`);
  const wanted = await readSource(source);
  const layers = files ? layersOf(files, process.cwd()) : [];
  const ids =
    flags.stack === undefined
      ? undefined
      : await waiting(`reading the state of ${flags.stack}`, () => idsOf(flags.stack!));
  const live = await waiting(`reading ${flags.live.text}`, (progress) => readSource(flags.live, { progress }));
  const found = driftOf(wanted, live, ids);
  const accepted = flags.accept && found.drift ? accept(found, wanted, live, layers, ids) : undefined;
  if (accepted) replaceFiles(new Map(changedFiles(accepted.layers).map(({ path, text }) => [path, text])));
  process.stdout.write(shown(found, flags.format, accepted, layers));
  if (accepted ? accepted.left.length > 0 : found.drift) process.exitCode = 2;
}

function shown(found: Drift, format: Flags["format"], accepted: Accepted | undefined, layers: Layers): string {
  const words = driftWords(found);
  const comparison = asComparison(found);
  const below = (lineOf: (line: string) => string) =>
    accepted
      ? `\n${acceptedLines(accepted)
          .map((line) => lineOf(visible(line)))
          .join("\n")}\n`
      : "";
  switch (format) {
    case "json":
      return `${JSON.stringify({ ...found, ...(accepted && { written: accepted.written, left: accepted.left }) }, undefined, 2)}\n`;
    case "sarif":
      return `${JSON.stringify(asSarif(found, layers), undefined, 2)}\n`;
    case "markdown":
      return asMarkdown(comparison, words, `Drift of ${found.source}`) + below((line) => `- ${markdownText(line)}`);
    case "text":
      return asText(comparison, words, { colors: hasColors(process.stdout) }) + below((line) => line);
  }
}

const acceptedLines = ({ written, left }: Accepted): string[] => [
  ...written.map((one) => `written to ${one.file}: ${pathOf(one)}`),
  ...left.map((one) => `left: ${pathOf(one)}: ${one.why}`),
];

const pathOf = ({ object, field, member }: Accepted["left"][number] | Accepted["written"][number]): string =>
  [object, field, member].filter((one) => one !== undefined).join(" ");
