// What is measured, row by row. Short runs are done three times, ours and what it is compared with in turns, and the
// fastest counts: whatever else the machine does only adds.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { empties, groups, make, read } from "./calls.mts";
import { emptyProvider, firstRequest, ourProvider } from "./first-request.mts";
import { openStack, type Ran, type Stack } from "./stack.mts";
import { floor, openTenant, type Requests, type Tenant } from "./tenant.mts";

export interface Figure {
  measure: string;
  /** What the row promises, in words. */
  bound: string;
  unit: "s" | "ms" | "MB" | "bytes" | "requests";
  figure: number;
  /** What it is compared with, measured in the same run. */
  floor: number;
  ratio: number;
  inside: boolean;
  /** Where there are any: ours, and those of the floor. */
  requests?: { ours: number; floor: number };
}

export interface Bench {
  /** Names of rows, in order. */
  rows: readonly string[];
  measure(row: string): Promise<Figure[]>;
  close(): Promise<void>;
}

/** Milliseconds before every answer. */
const latency = 20;
/** Of iconik, per second. */
const limit = 50;

/** @param thousand so many objects stand for a thousand */
export function openBench(thousand: number, progress: (line: string) => void): Bench {
  const open: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(thing: T): T => (open.push(thing), thing);
  const done = new Map<string, Promise<unknown>>();
  /** Rows share what is dear to measure. */
  const once = <T,>(name: string, work: () => Promise<T>): Promise<T> => {
    if (!done.has(name)) done.set(name, (progress(name), work()));
    return done.get(name) as Promise<T>;
  };
  const words = (count: number) => count.toLocaleString("en");
  const few = [thousand, 3] as const;
  const many = [thousand * 10, 1] as const;

  const up = (count: number, times: number) =>
    once(`up of ${words(count)}`, async () => {
      const runs: { ours: Ran; bare: Ran; tenant: Tenant; stack: Stack }[] = [];
      for (let run = 0; run < times; run += 1) {
        const other = await openTenant({ latency });
        const bare = await floor(other, make(count));
        await other.close();
        const tenant = keep(await openTenant({ latency }));
        const stack = keep(await openStack(groups(count), tenant));
        runs.push({ ours: await stack.up(), bare, tenant, stack });
      }
      const { tenant, stack } = runs.at(-1)!;
      return { ours: fastest(runs.map(({ ours }) => ours)), bare: fastest(runs.map((run) => run.bare)), tenant, stack };
    });

  /** As many resources that do nothing, with their state. */
  const nothing = (count: number) =>
    once(`up of ${words(count)} empty resources`, async () => {
      const { tenant } = await up(...few);
      const stack = keep(await openStack(empties(count), tenant));
      await stack.up();
      return stack;
    });

  const refresh = (count: number, times: number, listDetail: "contract" | "thin") =>
    once(`refresh of ${words(count)}, ${listDetail === "thin" ? "thin lists" : "lists as documented"}`, async () => {
      const { tenant, stack } = await up(count, times);
      await tenant.set({ listDetail });
      // The first ones are asked for before it is known that there will be many.
      const work = read((_, total) => (listDetail === "thin" ? total : 3));
      const runs: { ours: Ran; bare: Ran }[] = [];
      for (let run = 0; run < times; run += 1) runs.push({ bare: await floor(tenant, work), ours: await stack.refresh() });
      await tenant.set({ listDetail: "contract" });
      return { ours: fastest(runs.map(({ ours }) => ours)), bare: fastest(runs.map(({ bare }) => bare)) };
    });

  const preview = (count: number, times: number) =>
    once(`preview of ${words(count)} without changes`, async () => {
      const { stack } = await up(count, times);
      const empty = times > 1 ? await nothing(count) : undefined;
      const runs: { ours: Ran; empty?: Ran }[] = [];
      for (let run = 0; run < times; run += 1) runs.push({ empty: await empty?.preview(), ours: await stack.preview() });
      return { ours: fastest(runs.map(({ ours }) => ours)), empty: fastest(runs.flatMap((run) => run.empty ?? [])) };
    });

  const load = (count: number) =>
    once(`loading ${words(count)} objects`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "pulumi-iconik-bench-"));
      const file = join(folder, "tenant.yaml");
      writeFileSync(file, tenantFile(count));
      const script = join(import.meta.dirname, "loading.mts");
      const one = (who: "provider" | "yaml") => {
        const said = JSON.parse(execFileSync(process.execPath, [script, who, file], { encoding: "utf8" })) as Loaded;
        if (said.objects !== count) throw new Error(`${who} found ${said.objects} of ${count} objects`);
        return said;
      };
      try {
        const runs = [1, 2, 3].map(() => ({ yaml: one("yaml"), ours: one("provider") }));
        return { ours: fastest(runs.map(({ ours }) => ours)), yaml: fastest(runs.map(({ yaml }) => yaml)) };
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

  const rows: Record<string, () => Promise<Figure[]>> = {
    async up() {
      const { ours, bare } = await up(...few);
      return [seconds(`up, ${words(few[0])} groups, ${latency} ms, checkpoints off`, 3, "floor", ours, bare)];
    },

    checkpoints: () =>
      once(`up of ${words(thousand)} with checkpoints`, async () => {
        const runs: { ours: Ran; empty: Ran }[] = [];
        for (let run = 0; run < 2; run += 1) {
          const tenant = await openTenant({ latency });
          const empty = await openStack(empties(thousand), tenant, { checkpoints: true });
          const ours = await openStack(groups(thousand), tenant, { checkpoints: true });
          runs.push({ empty: await empty.up(), ours: await ours.up() });
          for (const one of [empty, ours, tenant]) await one.close();
        }
        const best = [fastest(runs.map(({ ours }) => ours)), fastest(runs.map(({ empty }) => empty))] as const;
        return [seconds(`up, ${words(thousand)} groups, ${latency} ms, checkpoints on`, 1.1, "empty resources", ...best)];
      }),

    limit: () =>
      once(`up of ${words(thousand)} within the limit`, async () => {
        const other = await openTenant({ latency, rateLimit: true });
        const bare = await floor(other, make(thousand), limit);
        await other.close();
        const tenant = await openTenant({ latency, rateLimit: true });
        const stack = await openStack(groups(thousand), tenant, { limit: true });
        const ours = await stack.up();
        for (const one of [stack, tenant]) await one.close();
        const { refused } = ours.requests;
        const all = seconds(`up, ${words(thousand)} groups, ${limit} requests/s`, 1.25, "floor", ours, bare);
        return [{ ...all, bound: `${all.bound}, no 429`, inside: all.inside && refused === 0 }];
      }),

    async refresh() {
      const found: Figure[] = [];
      for (const detail of ["contract", "thin"] as const) {
        const { ours, bare } = await refresh(...few, detail);
        const measure = `refresh of ${words(thousand)}, ${detail === "thin" ? "thin lists" : "lists as documented"}`;
        const bound = detail === "thin" ? "pages + objects + 3" : "pages + 5";
        found.push(calls(measure, bound, ours.requests, bare.requests), seconds(measure, 1.5, "floor", ours, bare));
      }
      return found;
    },

    async preview() {
      const { ours, empty } = await preview(...few);
      const measure = `preview of ${words(thousand)} without changes`;
      return [
        calls(measure, "none", ours.requests, empty.requests),
        seconds(measure, 1.15, "empty resources", ours, empty),
      ];
    },

    async load() {
      const { ours, yaml } = await load(many[0]);
      const measure = `loading ${words(many[0])} objects`;
      const figures = [
        { unit: "s", bound: "2 s", figure: ours.seconds, floor: yaml.seconds, inside: ours.seconds <= 2 },
        { unit: "MB", bound: "500 MB", figure: ours.megabytes, floor: yaml.megabytes, inside: ours.megabytes <= 500 },
      ] as const;
      return figures.map((one) => ({ measure, ratio: one.figure / one.floor, ...one }));
    },

    async growth() {
      const pairs: [string, () => Promise<Timed>, () => Promise<Timed>][] = [
        ["up", async () => (await up(...many)).ours, async () => (await up(...few)).ours],
        ...(["contract", "thin"] as const).map((detail): [string, () => Promise<Timed>, () => Promise<Timed>] => [
          `refresh, ${detail === "thin" ? "thin lists" : "lists as documented"}`,
          async () => (await refresh(...many, detail)).ours,
          async () => (await refresh(...few, detail)).ours,
        ]),
        ["preview without changes", async () => (await preview(...many)).ours, async () => (await preview(...few)).ours],
        ["loading", async () => (await load(many[0])).ours, async () => (await load(few[0])).ours],
      ];
      const found: Figure[] = [];
      for (const [name, large, small] of pairs) {
        found.push(seconds(`${name}, ${words(many[0])} against ${words(few[0])}`, 11, words(few[0]), await large(), await small()));
      }
      return found;
    },

    async state() {
      const { stack } = await up(...few);
      const [ours, empty] = [await stack.stateBytes(), await (await nothing(few[0])).stateBytes()];
      const measure = "state of a resource";
      const bound = "100 bytes over an empty one";
      return [{ measure, bound, unit: "bytes", figure: ours, floor: empty, ratio: ours / empty, inside: ours - empty <= 100 }];
    },

    async start() {
      progress("start of the provider process");
      const runs: { ours: number; empty: number }[] = [];
      for (let run = 0; run < 7; run += 1) {
        runs.push({ empty: await firstRequest(emptyProvider), ours: await firstRequest(ourProvider) });
      }
      const [ours, empty] = [Math.min(...runs.map(({ ours }) => ours)), Math.min(...runs.map(({ empty }) => empty))];
      const ratio = ours / empty;
      const measure = "provider process, start to first request";
      return [{ measure, bound: "1.3 x an empty provider", unit: "ms", figure: ours, floor: empty, ratio, inside: ratio <= 1.3 }];
    },
  };

  return {
    rows: Object.keys(rows),
    measure: (row) => rows[row]!(),
    async close() {
      for (const thing of open.reverse()) await thing.close();
    },
  };
}

interface Timed {
  seconds: number;
  requests?: Requests;
}
interface Loaded extends Timed {
  megabytes: number;
  objects: number;
}

const fastest = <T extends Timed>(runs: readonly T[]): T =>
  runs.reduce((best, run) => (run.seconds < best.seconds ? run : best), runs[0]!);

function seconds(measure: string, most: number, than: string, ours: Timed, floor: Timed): Figure {
  const ratio = ours.seconds / floor.seconds;
  const requests = ours.requests && { ours: ours.requests.total, floor: floor.requests?.total ?? 0 };
  const bound = `${most} x ${than}`;
  return { measure, bound, unit: "s", figure: ours.seconds, floor: floor.seconds, ratio, inside: ratio <= most, requests };
}

function calls(measure: string, bound: string, ours: Requests, floor: Requests): Figure {
  const [figure, least] = [ours.total, floor.total];
  const ratio = figure === least ? 1 : figure / least;
  return { measure, bound, unit: "requests", figure, floor: least, ratio, inside: figure <= least, requests: { ours: figure, floor: least } };
}

/** Half groups, half ACL templates that refer to two of them. */
function tenantFile(count: number): string {
  const half = count / 2;
  const numbers = [...Array(half).keys()];
  const group = (number: number) => `  Group ${number}: { description: Group number ${number}, roles: [can_read_assets, can_search] }`;
  const template = (number: number) =>
    `  Template ${number}: { access: { groups: { Group ${number}: [read, write], Group ${(number + 1) % half}: [read] } } }`;
  return ["userGroups:", ...numbers.map(group), "aclTemplates:", ...numbers.map(template), ""].join("\n");
}
