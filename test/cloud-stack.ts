// A stack of cloud resources in this process: the calls an engine makes, in its order, with its rules (secrets opened
// before a call, a replacement before the old one, what is retained not deleted). Each `restart` is a new provider
// process: all that it knew is forgotten. For what only the CLI does, see cli.ts.
import { isDeepStrictEqual } from "node:util";
import { vi } from "vitest";
import type { Handler, Properties } from "../provider/protocol/process";
import { opened } from "./stack.ts";

export interface Described {
  name: string;
  kind: string;
  /** Given the outputs of a resource before it in the program. */
  inputs(outputs: (name: string) => Properties): Properties;
  adopt?: "exact" | "converge";
  /** Pulumi's `retainOnDelete`. */
  retain?: boolean;
}

export interface CloudEntry extends Pick<Described, "kind" | "retain"> {
  id: string;
  inputs: Properties;
  outputs: Properties;
  unfinished?: string;
}

export interface CloudStack {
  readonly state: Map<string, CloudEntry>;
  /** What was done to each resource: `created`, `same`, `updated`, `replaced`, `deleted`, `retained`. */
  up(program: readonly Described[]): Promise<Record<string, string>>;
  /** Names of inputs that drifted, or `gone`, by resource; those that did not are left out. */
  refresh(): Promise<Record<string, string[] | "gone">>;
  destroy(): Promise<void>;
  /** Outputs with secrets opened. */
  outputs(name: string): Properties;
  restart(env?: Record<string, string | undefined>): void;
  /** All that the provider printed. */
  printed(): string;
}

export function createCloudStack(env: Record<string, string | undefined>): CloudStack {
  const state = new Map<string, CloudEntry>();
  let printed = "";
  let started: Promise<(kind: string) => Handler> | undefined;
  const print = vi.spyOn(console, "error").mockImplementation((...args) => void (printed += `${args.join(" ")}\n`));
  // No time is lost between attempts.
  const random = vi.spyOn(Math, "random").mockReturnValue(0);

  async function start(): Promise<(kind: string) => Handler> {
    vi.resetModules();
    const { provider } = (await import("../provider/pulumi/runtime.js")) as { provider(kind: string): Handler };
    return provider;
  }
  const handler = async (kind: string) => {
    for (const [name, value] of Object.entries(env))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    return (await (started ??= start()))(kind);
  };
  const keepUnfinished = (name: string, described: Described, inputs: Properties, error: unknown) => {
    const { id, properties, reasons } = error as { id?: string; properties?: Properties; reasons?: string[] };
    if (id !== undefined)
      state.set(name, {
        kind: described.kind,
        retain: described.retain,
        id,
        inputs,
        outputs: properties!,
        unfinished: reasons!.join("; "),
      });
    throw error;
  };

  async function bring(described: Described, after: (() => Promise<void>)[]): Promise<string> {
    const { name, kind, retain } = described;
    const provider = await handler(kind);
    const before = state.get(name);
    const wanted = {
      ...described.inputs((other) => opened(state.get(other)!.outputs)),
      ...(described.adopt && { __options: { adopt: described.adopt } }),
    };
    const { inputs, failures } = await provider.check(before ? opened(before.inputs) : {}, opened(wanted));
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    const make = async () => {
      const made = await provider
        .create(opened(inputs))
        .catch((error: unknown) => keepUnfinished(name, described, inputs, error));
      state.set(name, { kind, retain, id: made.id, inputs, outputs: made.outs });
    };
    if (!before) {
      await make();
      return "created";
    }
    const {
      changes,
      replaces = [],
      deleteBeforeReplace,
    } = await provider.diff(before.id, opened(before.outputs), opened(inputs));
    const clean = (given: Properties) =>
      Object.fromEntries(Object.entries(opened(given)).filter(([key]) => !key.startsWith("__")));
    const changed = changes ?? !isDeepStrictEqual(clean(before.inputs), clean(inputs));
    if (replaces.length > 0) {
      const remove = async () => void (before.retain || (await provider.delete(before.id, opened(before.outputs))));
      if (deleteBeforeReplace) await remove();
      else after.push(remove);
      await make();
      return "replaced";
    }
    if (!changed && !before.unfinished) {
      state.set(name, { ...before, inputs, retain });
      return "same";
    }
    const { outs } = await provider
      .update(before.id, opened(before.outputs), opened(inputs))
      .catch((error: unknown) => keepUnfinished(name, described, inputs, error));
    state.set(name, { kind, retain, id: before.id, inputs, outputs: outs });
    return "updated";
  }

  const take = async (name: string): Promise<string> => {
    const entry = state.get(name)!;
    if (!entry.retain) await (await handler(entry.kind)).delete(entry.id, opened(entry.outputs));
    state.delete(name);
    return entry.retain ? "retained" : "deleted";
  };

  return {
    state,
    async up(program) {
      const done: Record<string, string> = {};
      const after: (() => Promise<void>)[] = [];
      for (const described of program) done[described.name] = await bring(described, after);
      for (const remove of after) await remove();
      for (const name of [...state.keys()].reverse())
        if (!program.some((one) => one.name === name)) done[name] = await take(name);
      return done;
    },
    async refresh() {
      const drift: Record<string, string[] | "gone"> = {};
      for (const [name, entry] of [...state]) {
        const { id, props, inputs } = await (await handler(entry.kind)).read(entry.id, opened(entry.outputs));
        if (!id) {
          state.delete(name);
          drift[name] = "gone";
          continue;
        }
        const [was, now] = [opened(entry.inputs), opened(inputs ?? {})];
        const names = Object.keys({ ...was, ...now }).filter(
          (key) => !key.startsWith("__") && !isDeepStrictEqual(was[key], now[key]),
        );
        if (names.length > 0) drift[name] = names;
        state.set(name, {
          ...entry,
          inputs: { ...inputs, ...(was.__options !== undefined && { __options: was.__options }) },
          outputs: props!,
          unfinished: undefined,
        });
      }
      return drift;
    },
    async destroy() {
      for (const name of [...state.keys()].reverse()) await take(name);
    },
    outputs: (name) => opened(state.get(name)!.outputs),
    restart(changes = {}) {
      Object.assign(env, changes);
      started = undefined;
    },
    printed() {
      return printed;
    },
    [Symbol.dispose]() {
      print.mockRestore();
      random.mockRestore();
    },
  } as CloudStack;
}
