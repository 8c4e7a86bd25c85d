/** `pulumi-iconik compare`: how two tenants differ, whatever they are read from. */

import { Option, type Command } from "commander";
import { compare as comparisonOf, readMap } from "../tenant/compare";
import { asMarkdown, asText, wordsOf } from "../tenant/compare/show";
import { waiting } from "./progress";
import { parseAnySource, readSource, sourceForms, type Source } from "./source";
import { hasColors } from "./terminal";

interface Flags {
  map?: string;
  format: "text" | "json" | "markdown";
}

/** Adds the command. Exit codes: 0 equal, 1 could not be compared, 2 different. */
export function compare(program: Command): void {
  program
    .command("compare")
    .description("how two tenants differ, object by object and field by field, found by their names")
    .argument("<from>", "a source", parseAnySource)
    .argument("<to>", "a source", parseAnySource)
    .option("--map <FILE>", "what is called one thing in the first and another in the second")
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json", "markdown"]).default("text"))
    .addHelpText(
      "after",
      `${sourceForms}\n\nEnds with 0 when there is no difference, 2 when there is one, 1 when that cannot be told.`,
    )
    .action(run);
}

async function run(from: Source, to: Source, flags: Flags): Promise<void> {
  const map = flags.map === undefined ? undefined : readMap(flags.map);
  const first = await waiting(`reading ${from.text}`, (progress) => readSource(from, { progress }));
  const second = await waiting(`reading ${to.text}`, (progress) => readSource(to, { progress }));
  const comparison = comparisonOf(first, second, map);
  const words = wordsOf(comparison);
  const colors = hasColors(process.stdout);
  process.stdout.write(
    flags.format === "json"
      ? `${JSON.stringify(comparison, undefined, 2)}\n`
      : flags.format === "markdown"
        ? asMarkdown(comparison, words, `${comparison.from.source} and ${comparison.to.source}`)
        : asText(comparison, words, { colors }),
  );
  if (!comparison.equal) process.exitCode = 2;
}
