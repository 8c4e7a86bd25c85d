/** `pulumi-iconik test`: the policy tests of a description, held against itself or against a tenant. */

import pc from "picocolors";
import { Option, type Command } from "commander";
import { plain as masked } from "../engine/errors";
import { counted } from "../engine/guards/refusal";
import { roles } from "../roles";
import { coverage, mutate, testPolicies, title, type PolicyFinding } from "../review";
import { visible } from "../tenant/files/frame";
import { readSnapshot } from "../tenant/live/snapshot";
import { sameTenant } from "../tenant/picture";
import { readText } from "./files";
import { grantsOf, pictureAt } from "./review";
import { parseAnySource, sourceForms, type Source } from "./source";
import { hasColors } from "./terminal";

interface Flags {
  against?: Source;
  people?: string;
  coverage?: boolean;
  mutate?: boolean;
  format: "text" | "json";
}

/** Adds the command. Exit codes: 0 all hold, 1 some could not be run, 2 something does not hold. */
export function test(program: Command): void {
  program
    .command("test")
    .description("the policy tests of a tenant file: what must and must not be")
    .argument("<source>", "whose tests: a source", parseAnySource)
    .option(
      "--against <source>",
      "hold them against this tenant; left out: against the description itself",
      parseAnySource,
    )
    .option("--people <FILE>", "who is in which group: a snapshot as review --save-people writes it")
    .option("--coverage", "list the groups and roles that no test is about")
    .option("--mutate", "take away and give one role at a time, and list what no test notices")
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
    .addHelpText(
      "after",
      `${sourceForms}

Ends with 0 when everything holds, 2 when something does not, 1 when the rest holds and some could not be run.
A test about people is not run where nobody knows who is in which group (--against live or --people says), nor one about
what is not described; it is listed with the reason, and the last line counts them.`,
    )
    .action(run);
}

async function run(source: Source, flags: Flags): Promise<void> {
  const described = await pictureAt(source, flags.people === undefined);
  const { later } = described;
  const tenant = flags.against ? await pictureAt(flags.against, flags.people === undefined) : described;
  sameTenant(described, tenant);
  const people =
    flags.people === undefined
      ? undefined
      : readSnapshot(readText(flags.people), flags.people, described.tenant.domainId);
  // What identities are granted, no tenant says: there it is what the description asks for.
  const options = {
    ...(people && { people }),
    described,
    grants: grantsOf(tenant.extent === "described" ? tenant : described),
  };
  const result = testPolicies(later, tenant, options);
  const covered = flags.coverage ? coverage(later, tenant, options) : undefined;
  const unnoticed = flags.mutate ? mutate(later, tenant, [...roles.keys()], options) : undefined;
  if (flags.format === "json") {
    process.stdout.write(
      `${masked(JSON.stringify({ ...result, ...(covered && { coverage: covered }), ...(unnoticed && { unnoticed }) }, undefined, 2))}\n`,
    );
  } else {
    const color = pc.createColors(hasColors(process.stdout));
    const line = ({ place, name, says }: PolicyFinding, word: string) =>
      `${plain(place.file)}:${place.line}:${place.column} ${word} ${plain(`${name}: ${says}`)}`;
    const { passed, failures, untold } = result;
    const lines = [
      ...failures.map((one) => line(one, color.red("failed"))),
      ...untold.map((one) => line(one, color.yellow("not run"))),
      ...(covered ?? []).map(({ subject, untested, isNamed }) =>
        plain(`${title(subject)}: ${isNamed ? `no test is about ${some(untested)}` : "no test names it"}`),
      ),
      ...(unnoticed ?? []).flatMap(({ subject, removed, added }) => [
        ...(removed.length > 0 ? [plain(`${title(subject)}: no test notices when it loses ${some(removed)}`)] : []),
        ...(added.length > 0
          ? [
              plain(
                `${title(subject)}: no test notices when it gets ${added.length === 1 ? "" : `one of ${added.length} roles: `}${some(added)}`,
              ),
            ]
          : []),
      ]),
      `${passed} passed, ${new Set(failures.map(({ place, name }) => `${place.line} ${name}`)).size} failed${untold.length > 0 ? `, ${untold.length} not run` : ""}`,
    ];
    process.stdout.write(`${lines.join("\n")}\n`);
  }
  // A test that was not run has not passed.
  process.exitCode = result.failures.length > 0 ? 2 : result.untold.length > 0 ? 1 : 0;
}

/** Names of people's own choice stay on their line. */
const plain = (text: string): string => masked(visible(text));

/** A line that can be read; JSON has them all. */
const some = (names: readonly string[]): string => counted(names, 12);
