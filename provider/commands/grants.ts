/**
 * `pulumi-iconik grants`: what the identity of each storage needs in its cloud, for teams whose cloud belongs to
 * others. Reads files and nothing else.
 */

import { Option, type Command } from "commander";
import { closest } from "fastest-levenshtein";
import { coverage } from "../clouds/grants/coverage";
import { documentsOf, type StorageGrants } from "../clouds/grants/documents";
import { storagesOf, type TenantStorage } from "../clouds/grants/from-tenant";
import { sources, usesOf, type Problem } from "../clouds/grants";
import { grantsTerraform } from "../clouds/grants/terraform";
import { grantsText, systemsText } from "../clouds/grants/text";
import { plain } from "../engine/errors";
import { isLoopback } from "../engine/settings";
import { format, loadTenant } from "../tenant";
import { append, fileArgument, onFiles, type FileSource } from "./source";
import { hasColors } from "./terminal";

interface Flags {
  overlay?: string[];
  format: "text" | "json" | "terraform";
  systems?: true;
}

/** Adds the command. Exit codes: 0 fine, 1 errors. Diagnostics go to stderr: stdout is for whoever takes the result. */
export function grants(program: Command): void {
  program
    .command("grants")
    .description("what each storage's identity needs in its cloud: policies, CORS rules and a checklist")
    .addArgument(fileArgument("grants"))
    .argument("[storage]", "label of a storage; left out: all")
    .option("--overlay <PATH>", "lay this file or folder over the source; repeatable, in order", append)
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json", "terraform"]).default("text"))
    .option("--systems", "print instead what there is for each system, and the tests that show it; reads no file")
    .addHelpText("after", "\nEnds with 0 when all is well, 1 with errors.")
    .action(run);
}

function run(source: FileSource, label: string | undefined, flags: Flags): void {
  if (flags.systems) {
    if (flags.format === "terraform")
      throw new Error("--systems prints text or JSON: there is nothing of it in Terraform");
    process.stdout.write(flags.format === "json" ? `${JSON.stringify(coverage, undefined, 2)}\n` : systemsText());
    return;
  }
  const url = iconikUrl(process.env.ICONIK_URL);
  // The id is asked for where it is used: nothing here is written to any tenant.
  const checked = onFiles(source, (files, cwd) => loadTenant(files, { cwd, loopback: true }), {
    overlays: flags.overlay,
  });
  const { storages, problems } = checked.desired ? storagesOf(checked.desired) : { storages: [], problems: [] };
  const found = [
    ...checked.diagnostics,
    // The file's own check has told of these, and may have been silenced.
    ...problems.filter(({ code }) => code !== "overlapping-paths").map(asDiagnostic(storages)),
  ];
  if (found.length > 0) {
    const colors = hasColors(process.stderr);
    process.stderr.write(`${format(found, { colors })}\n\n`);
  }
  if (found.some(({ severity }) => severity === "error")) {
    process.exitCode = 1;
    return;
  }
  const options = {
    domainId: checked.desired?.tenant.domainId,
    ...(url && !isLoopback(url) && { origins: [url.origin] }),
  };
  const all = documentsOf(storages, options).map((one, index) => ({ storage: storages[index]!, grants: one }));
  const chosen = all.filter(({ grants: one }) => label === undefined || one.need.label === label);
  if (label !== undefined && chosen.length === 0) throw new Error(noSuchStorage(label, storages));
  if (chosen.length === 0)
    process.stderr.write("The description has no storage of its own, so nothing is to be granted.\n");
  process.stdout.write(
    flags.format === "terraform"
      ? plain(grantsTerraform(chosen))
      : flags.format === "json"
        ? `${JSON.stringify(asJson(chosen.map(({ grants: one }) => one)), undefined, 2)}\n`
        : plain(grantsText(chosen.map(({ grants: one }) => one))),
  );
}

const asDiagnostic =
  (storages: readonly TenantStorage[]) =>
  ({ severity, code, label, message, fix }: Problem) => ({
    severity,
    code,
    message,
    place: storages.find(({ need }) => need.label === label)!.place,
    frame: "",
    fix,
  });

const asJson = (all: readonly StorageGrants[]) => ({
  storages: all.map(({ need, grants: granted, ...rest }) => ({
    ...need,
    uses: [...usesOf(need)],
    ...rest,
    grants: granted.map(({ source, ...grant }) => ({
      ...grant,
      source: { name: sources[source][0], url: sources[source][1] },
    })),
  })),
});

function noSuchStorage(label: string, storages: readonly TenantStorage[]): string {
  const labels = storages.map(({ need }) => need.label);
  const near = labels.length > 0 ? `; did you mean ${closest(label, labels)}?` : "";
  return `The description has no storage ${JSON.stringify(label)} of its own${near}`;
}

/** Where people open iconik; a tenant on loopback is opened by nobody. */
const iconikUrl = (text: string | undefined): URL | undefined =>
  text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
