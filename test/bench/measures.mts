// What is measured, row by row. Short runs are done three times, ours and what it is compared with in turns, and the
// fastest counts: whatever else the machine does only adds.
import { empties, groups, make, read } from "./calls.mts";
import { checking, importing } from "./clouds.mts";
import { calls, compared, fastest, times, type Figure, type Timed } from "./figures.mts";
import { emptyProvider, firstRequest, ourProvider } from "./first-request.mts";
import { noChromium } from "../chromium.mts";
import { compareTenants } from "./comparing.mts";
import { exported } from "./exporting.mts";
import { load } from "./loading.mts";
import { pageOf, reviewed } from "./reviewing.mts";
import { openStack, type Ran, type Stack } from "./stack.mts";
import { floor, openTenant, type Tenant } from "./tenant.mts";

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

type Detail = "documented" | "thin";
const details: readonly Detail[] = ["documented", "thin"];

/** @param thousand so many objects stand for a thousand */
export function openBench(thousand: number, progress: (line: string) => void): Bench {
  const open: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(thing: T): T => (open.push(thing), thing);
  const known = new Map<string, Promise<unknown>>();
  /** Rows share what takes long. */
  const once = <T,>(name: string, work: () => Promise<T>): Promise<T> => {
    if (!known.has(name)) known.set(name, (progress(name), work()));
    return known.get(name) as Promise<T>;
  };
  const words = (count: number) => count.toLocaleString("en");

  // A thousand objects: ours, the bare calls, and empty resources, in turns.

  const up = () =>
    once(`up of ${words(thousand)}`, async () => {
      const runs: { ours: Ran; bare: Ran; empty: Ran; tenant: Tenant; stack: Stack; emptyStack: Stack }[] = [];
      for (let turn = 0; turn < 3; turn += 1) {
        const other = await openTenant({ latency });
        const bare = await floor(other, make(thousand));
        await other.close();
        const tenant = keep(await openTenant({ latency }));
        const stack = keep(await openStack(groups(thousand), tenant));
        const ours = await stack.up();
        const emptyStack = keep(await openStack(empties(thousand), tenant));
        runs.push({ ours, bare, empty: await emptyStack.up(), tenant, stack, emptyStack });
      }
      const { tenant, stack, emptyStack } = runs.at(-1)!;
      return { ...best(runs), tenant, stack, emptyStack };
    });

  const refresh = (detail: Detail) =>
    once(`refresh of ${words(thousand)}, lists ${detail}`, async () => {
      const { tenant, stack, emptyStack } = await up();
      await tenant.set({ listDetail: detail === "thin" ? "thin" : "contract" });
      const work = read(detail === "thin" ? thousand : 0);
      const runs: { ours: Ran; bare: Ran; empty: Ran }[] = [];
      for (let turn = 0; turn < 3; turn += 1) {
        runs.push({ bare: await floor(tenant, work), ours: await stack.refresh(), empty: await emptyStack.refresh() });
      }
      return best(runs);
    });

  const preview = () =>
    once(`preview of ${words(thousand)} without changes`, async () => {
      const { stack, emptyStack } = await up();
      const runs: { ours: Ran; empty: Ran }[] = [];
      for (let turn = 0; turn < 3; turn += 1)
        runs.push({ empty: await emptyStack.preview(), ours: await stack.preview() });
      return best(runs);
    });

  // Ten thousand: ours alone, once.

  const many = thousand * 10;
  const largeUp = () =>
    once(`up of ${words(many)}`, async () => {
      const tenant = keep(await openTenant({ latency }));
      const stack = keep(await openStack(groups(many), tenant));
      return { ours: await stack.up(), tenant, stack };
    });
  const large = (command: "preview" | "refresh", detail: Detail) =>
    once(`${command} of ${words(many)}, lists ${detail}`, async () => {
      const { tenant, stack } = await largeUp();
      await tenant.set({ listDetail: detail === "thin" ? "thin" : "contract" });
      return stack[command]();
    });

  const loaded = (count: number) => once(`loading ${words(count)} objects`, () => load(count));

  const rows: Record<string, () => Promise<Figure[]>> = {
    async up() {
      const { ours, bare, empty } = await up();
      return [times(`up, ${words(thousand)} groups, ${latency} ms, checkpoints off`, 3, "floor", ours, bare, empty)];
    },

    checkpoints: () =>
      once(`up of ${words(thousand)} with checkpoints`, async () => {
        const runs: { ours: Ran; empty: Ran }[] = [];
        for (let turn = 0; turn < 2; turn += 1) {
          const tenant = await openTenant({ latency });
          const emptyStack = await openStack(empties(thousand), tenant, { checkpoints: true });
          const stack = await openStack(groups(thousand), tenant, { checkpoints: true });
          runs.push({ empty: await emptyStack.up(), ours: await stack.up() });
          for (const one of [emptyStack, stack, tenant]) await one.close();
        }
        const { ours, empty } = best(runs);
        return [
          times(`up, ${words(thousand)} groups, ${latency} ms, checkpoints on`, 1.1, "empty resources", ours, empty),
        ];
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
        const found = times(`up, ${words(thousand)} groups, ${limit} requests/s`, 1.25, "floor", ours, bare);
        return [{ ...found, bound: `${found.bound}, no 429`, inside: found.inside && ours.requests.refused === 0 }];
      }),

    async refresh() {
      const found: Figure[] = [];
      for (const detail of details) {
        const { ours, bare, empty } = await refresh(detail);
        const measure = `refresh of ${words(thousand)}, lists ${detail}`;
        const bound = detail === "thin" ? "pages + objects + 1 (which tenant)" : "pages + 1 (which tenant)";
        found.push(
          calls(measure, bound, ours.requests, bare.requests),
          times(measure, 1.5, "floor", ours, bare, empty),
        );
      }
      return found;
    },

    async preview() {
      const { ours, empty } = await preview();
      const measure = `preview of ${words(thousand)} without changes`;
      return [
        calls(measure, "none", ours.requests, empty.requests),
        times(measure, 1.15, "empty resources", ours, empty),
      ];
    },

    async review() {
      const [many, crowd] = [thousand / 2, thousand * 5];
      const { ours, json } = await once(`a review of ${words(many)} groups`, () => reviewed(many, crowd));
      const measure = `reviewing ${words(many)} groups and ${words(crowd)} people`;
      return [
        {
          measure,
          bound: "2 s of processor time",
          unit: "s",
          ...compared(ours.seconds, json.seconds, 2 / json.seconds),
        },
        { measure, bound: "500 MB", unit: "MB", ...compared(ours.megabytes, json.megabytes, 500 / json.megabytes) },
      ];
    },

    async page() {
      const groups = thousand / 5;
      const { bytes, json, paint } = await once(`the page of a review of ${words(groups)} groups`, () =>
        pageOf(groups),
      );
      const measure = `page of a review of ${words(groups)} groups`;
      if (!paint) progress(`how long it takes to open is not measured: ${noChromium}`);
      return [
        { measure, bound: "the review as JSON", unit: "bytes", ...compared(bytes, json, 1) },
        ...(paint
          ? [
              {
                measure: `${measure}, until the first paint`,
                bound: "1 s",
                unit: "ms" as const,
                ...compared(paint.page, paint.empty, 1_000 / paint.empty),
              },
            ]
          : []),
      ];
    },

    async load() {
      const { ours, yaml } = await loaded(many);
      const measure = `loading ${words(many)} objects`;
      return [
        {
          measure,
          bound: "2 s of processor time",
          unit: "s",
          ...compared(ours.seconds, yaml.seconds, 2 / yaml.seconds),
        },
        { measure, bound: "500 MB", unit: "MB", ...compared(ours.megabytes, yaml.megabytes, 500 / yaml.megabytes) },
      ];
    },

    async compare() {
      const { floor: json, ...ours } = await once(`comparing ${words(many)} objects`, () => compareTenants(many));
      return Object.entries(ours).flatMap(([who, { seconds, megabytes }]): Figure[] => {
        const measure = `${who} of ${words(many)} objects, after reading`;
        return [
          { measure, bound: "5 s of processor time", unit: "s", ...compared(seconds, json.seconds, 5 / json.seconds) },
          { measure, bound: "500 MB", unit: "MB", ...compared(megabytes, json.megabytes, 500 / json.megabytes) },
        ];
      });
    },

    async export() {
      const { ours, bare } = await once(`export of ${words(many)} objects`, () => exported(many, latency));
      const measure = `export of ${words(many)} objects, ${latency} ms`;
      return [
        times(measure, 1.5, "the same requests", ours, bare),
        { measure, bound: "500 MB", unit: "MB", ...compared(ours.megabytes, 500, 1) },
      ];
    },

    // Not at the rate limit: there time is the number of requests and nothing else.
    async growth() {
      const against = (what: string, ten: Timed, one: Timed) =>
        times(`${what}, ${words(many)} against ${words(thousand)}`, 11, words(thousand), ten, one);
      const found = [against("up", (await largeUp()).ours, (await up()).ours)];
      for (const detail of details) {
        found.push(against(`refresh, lists ${detail}`, await large("refresh", detail), (await refresh(detail)).ours));
      }
      found.push(against("preview without changes", await large("preview", "documented"), (await preview()).ours));
      found.push(against("loading", (await loaded(many)).ours, (await loaded(thousand)).ours));
      return found;
    },

    async state() {
      const { stack, emptyStack } = await up();
      const [ours, empty] = [await stack.stateBytes(), await emptyStack.stateBytes()];
      const most = (empty + 100) / empty;
      const note =
        "without call stacks; an empty one has the same fields, and as long a text that says where its code is";
      return [
        {
          measure: "state of a resource",
          bound: "100 bytes over an empty one",
          unit: "bytes",
          ...compared(ours, empty, most),
          note,
        },
      ];
    },

    start: () =>
      once("start of the provider process", async () => {
        const runs: { ours: number; empty: number }[] = [];
        for (let turn = 0; turn < 7; turn += 1) {
          runs.push({ empty: await firstRequest(emptyProvider), ours: await firstRequest(ourProvider) });
        }
        const [ours, empty] = [Math.min(...runs.map((run) => run.ours)), Math.min(...runs.map((run) => run.empty))];
        return [
          {
            measure: "provider process, start to first request",
            bound: "1.3 x an empty provider",
            unit: "ms",
            ...compared(ours, empty, 1.3),
          },
        ];
      }),

    // Whoever uses one cloud pays for no other.
    clouds: () =>
      once("import and types of pulumi-iconik/aws", async () => {
        const imports = [1, 2, 3, 4, 5].map(() => ({
          pulumi: importing("@pulumi/pulumi"),
          aws: importing("@pulumi/pulumi", "pulumi-iconik/aws"),
        }));
        const [pulumi, aws] = [
          Math.min(...imports.map((one) => one.pulumi)),
          Math.min(...imports.map((one) => one.aws)),
        ];
        const checks = [1, 2, 3].map(() => ({
          pulumi: checking({ text: 'import "@pulumi/pulumi";\n' }),
          aws: checking({ file: "examples/aws/index.ts" }),
        }));
        const [floor, ours] = [fastest(checks.map((one) => one.pulumi)), fastest(checks.map((one) => one.aws))];
        const measure = "type-checking examples/aws";
        return [
          {
            measure: "importing pulumi-iconik/aws",
            bound: "150 ms of processor time over @pulumi/pulumi",
            unit: "ms",
            ...compared(aws, pulumi, (pulumi + 150) / pulumi),
          },
          {
            measure,
            bound: "4 s of processor time",
            unit: "s",
            ...compared(ours.seconds, floor.seconds, 4 / floor.seconds),
          },
          { measure, bound: "500 MB", unit: "MB", ...compared(ours.megabytes, floor.megabytes, 500 / floor.megabytes) },
        ];
      }),
  };

  return {
    rows: Object.keys(rows),
    measure: (row) => rows[row]!(),
    async close() {
      for (const thing of open.reverse()) await thing.close();
    },
  };
}

/** The fastest of each sort of run. */
function best<Run extends { ours: Ran; bare?: Ran; empty: Ran }>(
  runs: readonly Run[],
): Pick<Run, "ours" | "bare" | "empty"> {
  const of = (sort: "ours" | "bare" | "empty") => fastest(runs.flatMap((run) => run[sort] ?? []));
  return { ours: of("ours"), bare: of("bare"), empty: of("empty") } as Pick<Run, "ours" | "bare" | "empty">;
}
