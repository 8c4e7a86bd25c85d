#!/usr/bin/env node
/**
 * The bin `pulumi-iconik`. Each command is one file that adds itself. Results go to stdout, all else to stderr. Exit
 * codes: 0 done, nothing to report; 1 could not do it; 2 differences or findings; 3 refused by a guard. A command sets
 * `process.exitCode` for 2 and 3; whatever it throws is a 1.
 */
import { Command, CommanderError } from "commander";
import { plain } from "../engine/errors";
import { manifest } from "../manifest";
import { tooOld } from "../node-version";
import { compare } from "./compare";
import { doctor } from "./doctor";
import { drift } from "./drift";
import { exportTenant } from "./export";
import { grants } from "./grants";
import { init } from "./init";
import { promote } from "./promote";
import { review } from "./review";
import { sandbox } from "./sandbox";
import { Undescribed } from "./source";
import { hasColors } from "./terminal";
import { test } from "./test";
import { validate } from "./validate";

const commands: readonly ((program: Command) => void)[] = [
  init,
  sandbox,
  validate,
  grants,
  exportTenant,
  compare,
  drift,
  promote,
  review,
  test,
  doctor,
];

async function main(): Promise<void> {
  const old = tooOld();
  if (old) throw new Error(old);
  const program = new Command("pulumi-iconik")
    .description("An iconik tenant as code")
    .version(manifest.version)
    .showHelpAfterError("(--help says what there is)")
    // What people wrote is repeated in messages.
    .configureOutput({ outputError: (text, write) => write(plain(text)) })
    .exitOverride();
  for (const add of commands) add(program);
  await program.parseAsync();
}

// Whoever reads the results may have read enough: `pulumi-iconik … | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

main().catch((error: unknown) => {
  if (error instanceof Undescribed) {
    process.exitCode = 1;
    process.stderr.write(`${error.format(hasColors(process.stderr))}\n`);
  } else if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 1;
  else {
    process.exitCode = 1;
    process.stderr.write(`error: ${plain(error instanceof Error ? error.message : String(error))}\n`);
  }
});
