/** `pulumi-iconik validate`: everything that can be said about a tenant file without a tenant. */

import { Option, type Command } from "commander";
import { provisioningProblems } from "../clouds/provisioning-problems";
import { isLoopback } from "../engine/settings";
import { format, loadTenant, type Checked } from "../tenant";
import { count } from "../tenant/compare/show";
import { append, fileArgument, onFiles, type FileSource } from "./source";
import { hasColors } from "./terminal";

interface Flags {
  overlay?: string[];
  strict?: boolean;
  format: "text" | "json";
}

/** Adds the command. Exit codes: 0 fine, 1 errors, 2 warnings with --strict. */
export function validate(program: Command): void {
  program
    .command("validate")
    .description("check a tenant file, or a folder of them, without a tenant")
    .addArgument(fileArgument("validate"))
    .option("--overlay <PATH>", "lay this file or folder over the source; repeatable, in order", append)
    .option("--strict", "warnings fail too, with exit code 2")
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
    .addHelpText("after", "\nEnds with 0 when all is well, 1 with errors, 2 with warnings under --strict.")
    .action(run);
}

function run(source: FileSource, flags: Flags): void {
  const options = { loopback: isOnLoopback(process.env.ICONIK_URL), storageProblems: provisioningProblems };
  const checked = onFiles(source, (files, cwd) => loadTenant(files, { ...options, cwd }), { overlays: flags.overlay });
  process.stdout.write(flags.format === "json" ? `${JSON.stringify(asJson(checked), null, 2)}\n` : asText(checked));
  const { errors, warnings } = counts(checked);
  if (errors > 0) process.exitCode = 1;
  else if (warnings > 0 && flags.strict) process.exitCode = 2;
}

function asText(checked: Checked): string {
  const { errors, warnings } = counts(checked);
  const colors = hasColors(process.stdout);
  const resources = checked.desired?.resources.length;
  const sum = [
    ...(resources === undefined ? [] : [count(resources, "resource")]),
    count(errors, "error"),
    count(warnings, "warning"),
  ].join(", ");
  return checked.diagnostics.length > 0 ? `${format(checked.diagnostics, { colors })}\n\n${sum}\n` : `${sum}\n`;
}

const asJson = (checked: Checked) => ({
  valid: checked.desired !== undefined,
  ...counts(checked),
  resources: checked.desired?.resources.map(({ kind, label, name, place }) => ({ kind, label, name, place })) ?? [],
  diagnostics: checked.diagnostics,
});

function counts({ diagnostics }: Checked): { errors: number; warnings: number } {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  return { errors, warnings: diagnostics.length - errors };
}

/** Only a tenant on loopback needs no `tenant.domainId`. */
const isOnLoopback = (url: string | undefined): boolean =>
  url !== undefined && URL.canParse(url) && isLoopback(new URL(url));
