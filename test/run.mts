// `npm test`: builds, checks the types of tests and scripts, makes sure that there is a Pulumi CLI, and runs all tests.
// With arguments, `npm test -- test/client.test.ts -t "retries"`, it builds and runs vitest with them, nothing else.
// The last line is always "N passed, N failed" (and ", N skipped"); a failed build, type check or search for the CLI
// counts as one failure each.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { delimiter, resolve } from "node:path";
import { parseCLI, startVitest, type TestCase, type TestModule, type TestSuite, type Vitest } from "vitest/node";
import { pulumiCli } from "./pulumi-cli/pulumi-cli.mts";

const root = resolve(import.meta.dirname, "..");
process.chdir(root);
const args = process.argv.slice(2);
const count = { passed: 0, failed: 0, skipped: 0 };

await check("Build", () => compile("tsconfig.json"));
if (args.length === 0) {
  await check("Types of tests and scripts", () => compile("test/tsconfig.json"));
  await check("Types of the page's script", () => compile("provider/review/page/tsconfig.json"));
  await check("Pulumi CLI", async () => {
    const { bin, version, source } = await pulumiCli();
    console.log(`Pulumi ${version} (${source}), ${bin}`);
    // So that the test files need not look for it again.
    process.env.PATH = [bin, process.env.PATH].join(delimiter);
  });
}
await check("Tests", () => runTests());
finish();

/** A step that is no test: says nothing when it works, and is one failure when it does not. */
async function check(name: string, step: () => void | Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    console.error(`\n${name}: failed\n${error instanceof Error ? error.message : String(error)}\n`);
    count.failed += 1;
  }
}

function compile(project: string): void {
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const { status } = spawnSync(process.execPath, [tsc, "--project", project, "--pretty"], { stdio: "inherit" });
  if (status !== 0) throw new Error(`tsc --project ${project} found errors`);
}

async function runTests(): Promise<void> {
  const { filter, options } = parseCLI(["vitest", "run", ...args]);
  const vitest = await startVitest("test", filter, { ...options, watch: false, config: "test/vitest.config.mts" });
  const modules = vitest.state.getTestModules();
  for (const module of modules) tally(module);
  // Without a name filter a skipped test is a decision, and has a reason.
  if (!options.testNamePattern) reportSkipped(modules);
  const other = problemsOutsideTests(vitest, modules);
  await vitest.close();
  if (other.length === 0) return;
  count.failed += other.length - 1; // and one more for this step
  throw new Error(other.join("\n"));
}

function tally(module: TestModule): void {
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    // "pending" at the end: its file's process ended before it.
    count[state === "pending" ? "failed" : state] += 1;
  }
}

function reportSkipped(modules: TestModule[]): void {
  for (const module of modules) {
    for (const test of module.children.allTests("skipped")) {
      console.log(`skipped: ${module.relativeModuleId} > ${test.fullName}: ${reason(test)}`);
    }
  }
}

function reason(test: TestCase): string {
  const result = test.result();
  if ("note" in result && result.note) return result.note;
  for (let parent: TestSuite | TestModule = test.parent; ; parent = parent.parent) {
    if (parent.errors().length > 0) return "what comes before it failed";
    if (parent.type === "module") return "no reason given";
  }
}

/** What vitest reports beside the results of tests: files that do not load, hooks that fail, stray rejections. */
function problemsOutsideTests(vitest: Vitest, modules: TestModule[]): string[] {
  const suites = modules.flatMap((module) => [module, ...module.children.allSuites()]);
  const errors = suites.flatMap((suite) => suite.errors().map(({ message }) => `${fullName(suite)}: ${message}`));
  const stray = vitest.state.getUnhandledErrors().map((error) => `outside any test: ${(error as Error).message}`);
  const none = count.passed + count.failed + errors.length + stray.length === 0 ? ["no test ran"] : [];
  return [...errors, ...stray, ...none];
}

function fullName(suite: TestSuite | TestModule): string {
  return suite.type === "module" ? suite.relativeModuleId : `${suite.module.relativeModuleId} > ${suite.fullName}`;
}

function finish(): void {
  const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : "";
  process.exitCode = count.failed > 0 ? 1 : 0;
  process.stdout.write(`${count.passed} passed, ${count.failed} failed${skipped}\n`, () => process.exit());
}
