/** `pulumi-iconik promote`: the tenant file that makes another tenant like the source. Writes files, and to no tenant. */

import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Option, type Command } from "commander";
import { plain } from "../engine/errors";
import { loadTenant } from "../tenant";
import { readMap } from "../tenant/compare";
import { asText, type Words } from "../tenant/compare/show";
import { exportYaml } from "../tenant/export";
import { promote as promotedOf } from "../tenant/promote";
import { replaceFile } from "./files";
import { waiting } from "./progress";
import { parseAnySource, readSource, sourceForms, Undescribed, type Source } from "./source";

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
    .argument("<source>", "a source", parseAnySource)
    .requiredOption("--to <DIR>", "folder whose tenant.yaml describes the other tenant, or is to")
    .option("--map <FILE>", "what is called one thing in the source and another in the target")
    .addOption(new Option("--format <format>", "how to print what was done").choices(["text", "json"]).default("text"))
    .addHelpText("after", `${sourceForms}\n\nNothing is written to any tenant: look at the file, then pulumi preview.`)
    .action(run);
}

async function run(source: Source, flags: Flags): Promise<void> {
  const file = join(flags.to, "tenant.yaml");
  const map = flags.map === undefined ? undefined : readMap(flags.map);
  const target = existsSync(file) ? await readSource(parseAnySource(file)) : undefined;
  const picture = await waiting(`reading ${source.text}`, (progress) => readSource(source, { progress }));
  const promoted = promotedOf(picture, target, map);
  const { files, supplied } = exportYaml(promoted.picture, { split: false });
  const text = files.get("tenant.yaml")!;
  check(file, text);
  replaceFile(file, text);
  const { changes, unusedInMap } = promoted;
  if (flags.format === "json") {
    process.stdout.write(`${JSON.stringify({ file, changes, supplied: supplied.map(({ key }) => key), unusedInMap }, undefined, 2)}\n`);
    return;
  }
  const colors = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
  const lines = [
    ...unusedInMap.map((entry) => `the map fits nothing: ${entry}`),
    ...(supplied.length > 0 ? ["Set what nobody can read, before the first run:", ...supplied.map(({ key }) => `  pulumi config set --secret ${key}`)] : []),
    ...(promoted.picture.tenant.domainId === undefined ? ["Write tenant.domainId of the target; the first run tells it."] : []),
  ];
  process.stdout.write(`${changes ? `${asText(changes, words, { colors })}\n` : ""}${plain([`${file} is written.`, ...lines].join("\n"))}\n`);
}

const words: Words = { equal: "the file says nothing else than before", onlyFrom: "no longer described", onlyTo: "new" };

/** A file that could not be read again is not written. */
function check(file: string, text: string): void {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-iconik-promote-"));
  try {
    writeFileSync(join(folder, "tenant.yaml"), text);
    const { desired, diagnostics } = loadTenant({ base: "tenant.yaml" }, { cwd: folder, loopback: true });
    if (!desired) throw new Undescribed(`what would be written to ${file}`, diagnostics);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
