// On a pull request: checks the tenant file, runs its tests, and says what the change means, in one comment that is kept up to date.
// Without credentials, as for a pull request from a fork, it looks at the files alone.
//
//   STACK  stack whose files are looked at        BASE  commit that the change is compared with
//
// Ends with 0 when all is well, 1 when the files are wrong or a test could not be run, 2 for a test that fails or an
// escalation that nothing in allow: acknowledges, 3 for what a guard refuses. Tests about people are run where there are
// credentials that may read users.
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { conversation, keepOne } from "./comments.mts";
import { changeSince, digestLine, iconik, markerOf, planDigestOf, planLine, type Change } from "./review.mts";

const { STACK: stack = "prod", BASE: base = "HEAD^1", GITHUB_STEP_SUMMARY: summary } = process.env;
const isLive = Boolean(process.env.ICONIK_AUTH_TOKEN);
const report = process.env.GITHUB_RUN_ID
  ? `${process.env.GITHUB_SERVER_URL}/${process.env.GITHUB_REPOSITORY}/actions/runs/${process.env.GITHUB_RUN_ID}`
  : process.env.CI_JOB_URL;

const checked = iconik("validate", `stack:${stack}`);
process.stdout.write(checked.stdout);
process.stderr.write(checked.stderr);

/** What commands said, between the lines around it: it gets what is left of a comment. */
type Output = [before: string, output: string, after?: string];
const parts: (string | Output)[] = [];
let code = checked.code;
let digest: string | undefined;
let plan: string | undefined;
if (code !== 0) parts.push([`**${stack}: the tenant file is not sound**\n\n`, checked.stdout || checked.stderr]);
else {
  // Who is in which group, for the tests: it is no part of what is kept.
  const folder = mkdtempSync(join(tmpdir(), "iconik-people-"));
  const people = join(folder, "people.json");
  const change = changeSince(base, stack);
  if (change) code = review(change, people);
  else
    parts.push(
      `**${stack}: the tenant file is sound.** The stack is new, so there is nothing to compare it with but the tenant, which this job may not look at.`,
    );
  const tested = test(people);
  code = code === 1 || tested === 1 ? 1 : Math.max(code, tested);
  rmSync(folder, { recursive: true });
  if (!isLive) parts.push("_Only the files were looked at: this job has no credentials._");
  if (/ warning /.test(checked.stdout))
    parts.push(["<details><summary>Warnings of the tenant file</summary>\n\n", checked.stdout, "\n</details>"]);
}

const marker = markerOf(stack);
const head = [
  marker,
  ...(digest === undefined ? [] : [digestLine(digest)]),
  ...(plan === undefined ? [] : [planLine(plan)]),
];
const body = fitting([head.join("\n"), ...parts]).join("\n\n");
mkdirSync("review", { recursive: true });
writeFileSync("review/review.md", `${body}\n`);
if (summary) appendFileSync(summary, `${body}\n`);

const where = conversation(process.env);
if (where) {
  try {
    console.error(`${where.name}: the comment is ${await keepOne(where, marker, body)}`);
  } catch (error) {
    // A job for a fork may read and not write; the report is in the job's own pages all the same.
    if (!(error instanceof Error && "status" in error && (error.status === 401 || error.status === 403))) throw error;
    console.error(`${where.name} cannot be written to: ${error.message}`);
  }
}
process.exitCode = code;

/** What the change means; who is in which group is kept in a file, where that is known. */
function review({ from, digest: ofChange, json }: Change, people: string): number {
  const flags = ["--name", stack, ...(report ? ["--report", report] : []), ...(isLive ? ["--live"] : [])];
  const told = (format: string, ...more: string[]) =>
    iconik("review", from, `stack:${stack}`, ...flags, "--format", format, ...more);
  let markdown = told("markdown", ...(isLive ? ["--save-people", people] : []));
  if (markdown.code === 1 && markdown.stderr.includes("there is nobody to save")) markdown = told("markdown");
  const { code, stdout, stderr } = markdown;
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  mkdirSync("review", { recursive: true });
  writeFileSync("review/review.json", json);
  if (code === 1) parts.push([`**${stack}: the change could not be reviewed**\n\n`, stderr]);
  else {
    digest = ofChange;
    plan = planDigestOf(stdout);
    parts.push(stdout.trim());
    writeFileSync("review/review.html", told("html").stdout);
  }
  return code;
}

/** Without credentials nobody is known, and what hangs on people is told and left to the job that has them. */
function test(people: string): number {
  const { code, stdout, stderr } = iconik(
    "test",
    `stack:${stack}`,
    ...(existsSync(people) ? ["--people", people] : []),
  );
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  const notRun = /, [0-9]+ not run$/.test(stdout.trim());
  if (code !== 0)
    parts.push([
      `**Tests of the tenant file: ${code === 2 ? "not all hold" : notRun ? "not all could be run" : "they could not be run"}**\n\n`,
      stdout || stderr,
    ]);
  return code === 1 && notRun && !isLive ? 0 : code;
}

/** GitHub takes 65,536 characters. What is no output is whole; of output, what comes first has the room. */
function fitting(some: readonly (string | Output)[]): string[] {
  const bytes = (text: string) => Buffer.byteLength(text);
  let room = 65_000;
  for (const part of some) room -= (typeof part === "string" ? bytes(part) : bytes(part[0]) + bytes(part[2] ?? "")) + 2;
  return some.map((part) => {
    if (typeof part === "string") return part;
    const [before, output, after = ""] = part;
    // No fence within it ends it, and no fence takes all the room.
    const said = output.trim().replace(/`{100,}/g, "`".repeat(99));
    const fence = "`".repeat(Math.max(2, ...[...said.matchAll(/`+/g)].map(([ticks]) => ticks.length)) + 1);
    const lines = said.split("\n");
    let left = room - 2 * fence.length - 100;
    const kept = lines.findIndex((line) => (left -= bytes(line) + 1) < 0);
    const shown =
      kept < 0
        ? lines
        : [
            ...lines.slice(0, kept),
            `… and ${lines.length - kept} more ${lines.length - kept === 1 ? "line" : "lines"}: the job's output has them`,
          ];
    const text = `${fence}text\n${shown.join("\n")}\n${fence}`;
    room -= bytes(text);
    return `${before}${text}${after}`;
  });
}
