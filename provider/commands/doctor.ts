/** `pulumi-iconik doctor`: may this token do what this description needs? */

import { Argument, Option, type Command } from "commander";
import { diagnose, readFacts, type Facts } from "../review/doctor";
import { asText } from "../review/doctor/text";
import { liveSession } from "./live";
import { waiting } from "./progress";
import { parseAnySource, readSource, sourceForms, type Source } from "./source";
import { hasColors } from "./terminal";

interface Flags {
  format: "text" | "json";
}

/** Adds the command. Exit codes: 0 no problem, 1 could not be told, 2 problems. */
export function doctor(program: Command): void {
  program
    .command("doctor")
    .description(
      "may this token do what this file needs: roles missing and never needed, its person, end, tenant, Shield",
    )
    .addArgument(
      new Argument("[source]", "a source")
        .argParser(parseAnySource)
        .default(parseAnySource("tenant.yaml"), "tenant.yaml"),
    )
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
    .addHelpText(
      "after",
      `${sourceForms}

The token is that of ICONIK_APP_ID and ICONIK_AUTH_TOKEN; of live:TEST, that of ICONIK_TEST_APP_ID and so on.
Ends with 0 when nothing stands in the way, 2 when something does, 1 when that cannot be told.`,
    )
    .action(run);
}

async function run(source: Source, flags: Flags): Promise<void> {
  const picture = await waiting(`reading ${source.text}`, () => readSource(source));
  const facts = await waiting("asking iconik", () => factsOf(source.sort === "live" ? source.name : undefined));
  const diagnosis = diagnose(picture, facts, Date.now());
  const colors = hasColors(process.stdout);
  process.stdout.write(
    flags.format === "json" ? `${JSON.stringify(diagnosis, undefined, 2)}\n` : asText(diagnosis, { colors }),
  );
  if (diagnosis.findings.some(({ severity }) => severity === "problem")) process.exitCode = 2;
}

async function factsOf(name: string | undefined): Promise<Facts> {
  const session = liveSession(name);
  try {
    return await readFacts(session);
  } finally {
    await session.client.close();
  }
}
