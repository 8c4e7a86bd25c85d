/** `pulumi-iconik drift`: what was changed by hand, told against what is described. */

import { InvalidArgumentError, Option, type Command } from "commander";
import { asComparison, drift as driftOf, driftWords } from "../tenant/drift";
import { asMarkdown, asText } from "../tenant/compare/show";
import { waiting } from "./progress";
import { parseAnySource, readSource, type Source } from "./source";
import { idsOf } from "./sources/state";

interface Flags {
  live: Source & { sort: "live" };
  stack?: string;
  format: "text" | "json" | "markdown" | "sarif";
  accept?: boolean;
}

/** Adds the command. Exit codes: 0 no drift, 1 could not be told, 2 drift. */
export function drift(program: Command): void {
  program
    .command("drift")
    .description("what was changed by hand: the live tenant against what is described")
    .argument("[source]", "what is described: files, stack:NAME, git:REF:…", described, parseAnySource("tenant.yaml"))
    .option("--live <SOURCE>", "the tenant: live, or live:NAME", tenant, parseAnySource("live") as Flags["live"])
    .option("--stack <S>", "know objects by the ids in this stack's state, so that a new name is a new name")
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json", "markdown", "sarif"]).default("text"))
    .addHelpText("after", "\nEnds with 0 when there is no drift, 2 when there is, 1 when that cannot be told.")
    .action(run);
}

function described(text: string): Source {
  const source = parseAnySource(text);
  if (source.sort === "live") throw new InvalidArgumentError("What is described comes from files; the tenant is named by --live.");
  return source;
}

function tenant(text: string): Flags["live"] {
  const source = parseAnySource(text);
  if (source.sort !== "live") throw new InvalidArgumentError("It has to be live, or live:NAME.");
  return source;
}

async function run(source: Source, flags: Flags): Promise<void> {
  const wanted = await readSource(source);
  const ids = flags.stack === undefined ? undefined : await waiting(`reading the state of ${flags.stack}`, () => idsOf(flags.stack!));
  const live = await waiting(`reading ${flags.live.text}`, (progress) => readSource(flags.live, { progress }));
  const found = driftOf(wanted, live, ids);
  const words = driftWords(found);
  const colors = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
  const comparison = asComparison(found);
  process.stdout.write(
    flags.format === "json"
      ? `${JSON.stringify(found, undefined, 2)}\n`
      : flags.format === "markdown"
        ? asMarkdown(comparison, words, `Drift of ${found.source}`)
        : asText(comparison, words, { colors }),
  );
  if (found.drift) process.exitCode = 2;
}
