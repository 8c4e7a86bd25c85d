// `npm run bench`: what this package costs, each figure beside the floor that was measured in the same run. The table
// goes to stdout, progress to stderr. Ends with 2 when a figure is outside its bound.
//
//   npm run bench -- --only refresh     one row (up, checkpoints, limit, refresh, preview, load, growth, state, start)
//   npm run bench -- --format json      for machines
//   npm run bench -- --quick            a tenth of the objects: to see that it runs, not what it costs
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { pulumiCli } from "./pulumi-cli/pulumi-cli.mts";
import type { Figure } from "./bench/figures.mts";
import { openBench } from "./bench/measures.mts";

const { values: flags } = parseArgs({
  options: { only: { type: "string" }, format: { type: "string", default: "text" }, quick: { type: "boolean", default: false } },
});
const started = performance.now();
const progress = (line: string) => {
  process.stderr.write(`${((performance.now() - started) / 1_000).toFixed(0).padStart(4)} s  ${line}\n`);
};

const bench = openBench(flags.quick ? 100 : 1_000, progress);
if ((flags.only !== undefined && !bench.rows.includes(flags.only)) || !["text", "json"].includes(flags.format)) {
  process.stderr.write(`usage: npm run bench -- [--only ${bench.rows.join("|")}] [--format text|json] [--quick]\n`);
  process.exit(1);
}

const { version } = await pulumiCli();
const figures: (Figure & { row: string })[] = [];
try {
  for (const row of flags.only === undefined ? bench.rows : [flags.only]) {
    for (const figure of await bench.measure(row)) figures.push({ row, ...figure });
  }
} finally {
  await bench.close();
}

const machine = { cores: availableParallelism(), node: process.version, pulumi: version };
if (flags.format === "json") console.log(JSON.stringify({ quick: flags.quick, machine, figures }, undefined, 2));
else console.log(`${table()}\nPulumi ${machine.pulumi}, Node ${machine.node}, ${machine.cores} cores`);
if (figures.some(({ inside }) => !inside)) process.exitCode = 2;

function table(): string {
  const head = ["row", "measure", "at most", "figure", "floor", "ratio", "", "requests (floor)", "empty resources"];
  const rows = new Table({ head, style: { head: [], border: [], compact: true } });
  for (const { row, measure, bound, unit, figure, floor, ratio, inside, requests, empty } of figures) {
    const shown = (amount: number) => `${amount.toFixed(unit === "s" ? 2 : 0)} ${unit}`;
    const calls = requests ? `${requests.ours} (${requests.floor})` : "";
    const engine = empty === undefined ? "" : shown(empty);
    rows.push([row, measure, bound, shown(figure), shown(floor), ratio.toFixed(2), inside ? "inside" : "OUTSIDE", calls, engine]);
  }
  return rows.toString();
}
