// `npm run bench`: what this package costs, each figure beside the floor that was measured in the same run. The table
// goes to stdout, progress to stderr. Ends with 2 when a figure is outside its bound.
//
//   npm run bench -- --only refresh     one row (up, checkpoints, limit, refresh, preview, review, page, load, compare, export, growth, state, start, clouds)
//   npm run bench -- --format json      for machines
//   npm run bench -- --quick            a tenth of the objects: to see that it runs, not what it costs
//
// It takes about a quarter of an hour. A floor is mostly waiting and a run mostly work, so on a machine that does other
// things as well the ratios are worse than they are: the load at the start is told.
import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { pulumiCli } from "./pulumi-cli/pulumi-cli.mts";
import type { Figure } from "./bench/figures.mts";
import { openBench } from "./bench/measures.mts";

const { values: flags } = parseArgs({
  options: {
    only: { type: "string" },
    format: { type: "string", default: "text" },
    quick: { type: "boolean", default: false },
  },
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

// Ended by hand, too, it leaves nothing behind.
process.once("SIGINT", () => process.exit(130));
const { version } = await pulumiCli();
const machine = { cores: availableParallelism(), load: loadavg()[0]!, node: process.version, pulumi: version };
const figures: (Figure & { row: string })[] = [];
try {
  for (const row of flags.only === undefined ? bench.rows : [flags.only]) {
    for (const figure of await bench.measure(row)) {
      figures.push({ row, ...figure });
      progress(
        `${figure.measure}: ${amount(figure, figure.figure)}, ${figure.ratio.toFixed(2)} x ${amount(figure, figure.floor)}`,
      );
    }
  }
} finally {
  await bench.close();
}

if (flags.format === "json") console.log(JSON.stringify({ quick: flags.quick, machine, figures }, undefined, 2));
else {
  const { cores, load, node, pulumi } = machine;
  const loads = `a load of ${load.toFixed(1)} at the start and ${loadavg()[0]!.toFixed(1)} at the end`;
  console.log([table(), ...notes(), `Pulumi ${pulumi}, Node ${node}, ${cores} cores, ${loads}`].join("\n"));
}
if (figures.some(({ inside }) => !inside)) process.exitCode = 2;

function table(): string {
  const head = ["row", "measure", "at most", "figure", "floor", "ratio", "", "requests (floor)", "empty resources"];
  const rows = new Table({ head, style: { head: [], border: [], compact: true } });
  for (const each of figures) {
    const { row, measure, bound, figure, floor, ratio, inside, requests, empty } = each;
    const calls = requests ? `${requests.ours} (${requests.floor})` : "";
    const engine = empty === undefined ? "" : amount(each, empty);
    rows.push([
      row,
      measure,
      bound,
      amount(each, figure),
      amount(each, floor),
      ratio.toFixed(2),
      inside ? "inside" : "OUTSIDE",
      calls,
      engine,
    ]);
  }
  return rows.toString();
}

function notes(): string[] {
  return figures.flatMap(({ measure, unit, note }) => (note === undefined ? [] : [`${measure} (${unit}): ${note}`]));
}

function amount({ unit }: Figure, value: number): string {
  return `${value.toFixed(unit === "s" ? 2 : 0)} ${unit}`;
}
