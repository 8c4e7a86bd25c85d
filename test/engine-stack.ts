// The same as `stack.ts` without processes: runs of a stack on the engine itself, in time that does not pass. A wait of
// half a minute is over at once, so thousands of runs with something going wrong take minutes.
import { isDeepStrictEqual } from "node:util";
import type { Definition, Values } from "../provider/definition";
import * as engine from "../provider/engine";
import type { Clock } from "../provider/engine/budget";
import { describe as inWords } from "../provider/engine/errors";
import { parseExceptions, type Guards } from "../provider/engine/guards/exceptions";
import { kinds } from "../provider/kinds";
import type { Sandbox } from "../provider/sandbox";
import { mayDelete, type Outcome } from "./stack.ts";

export interface EngineEntry {
  kind: string;
  id: string;
  inputs: Values;
  stored: engine.Stored;
  /** It is there, and what belongs to it is not done. */
  unfinished?: string;
}

export type Options = Pick<engine.Desired, "adopt" | "builtIn" | "onDestroy">;

export interface EngineStack {
  readonly state: Map<string, EngineEntry>;
  /** What was said to people in this run. */
  readonly notes: string[];
  /** @param gone told when a replacement has deleted what was there, before it makes what comes in its place. */
  up(name: string, kind: string, values: Values, options?: Options, gone?: () => void): Promise<Outcome>;
  /** An update of what is described already, as when another field of it is to change. */
  update(name: string): Promise<Outcome>;
  refresh(name: string): Promise<string[] | "gone">;
  remove(name: string): Promise<void>;
  /** Brings what is there under an id into the state, as an import does. */
  read(name: string, kind: string, id: string, values?: Values): Promise<void>;
  close(): Promise<void>;
}

/** How long the client waits for an answer to begin, and for the rest of it. In real time, for real sockets. */
const timeouts = { headers: 2_500, body: 2_500 };

/** Every wait is over at once, and the clock goes on by it. */
export function leapingClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    async wait(ms, signal) {
      signal?.throwIfAborted();
      now += ms;
      await new Promise(setImmediate);
    },
  };
}

/**
 * One run of a stack. Errors are told as Pulumi's provider process tells them. `adopt`: what may be taken over in it; `signal` interrupts it;
 * `clock`: one that does not leap, where two runs wait for each other; `allow`: exceptions from guards, by default all.
 */
export function openStack(
  { url, appId, authToken }: Pick<Sandbox, "url" | "appId" | "authToken">,
  state: Map<string, EngineEntry> = new Map(),
  {
    adopt,
    signal,
    clock = leapingClock(),
    allow = mayDelete.ICONIK_ALLOW,
    guards,
  }: Pick<Options, "adopt"> & { signal?: AbortSignal; clock?: Clock; allow?: string; guards?: Guards } = {},
): EngineStack {
  const notes: string[] = [];
  const owners: engine.Owners = new Map();
  const settings = {
    url,
    appId,
    authToken,
    rateShare: 1,
    allow: parseExceptions(allow, "ICONIK_ALLOW"),
    ...(adopt !== undefined && { adopt: adopt as "exact" | "converge" }),
  };
  const session = engine.openSession(settings, {
    clock,
    timeouts,
    owners,
    guards,
    signal,
    note: (line) => notes.push(line),
  });

  /** What a call leaves, finished or not; anything else is an error in words. */
  async function told(work: Promise<engine.Stored>): Promise<{ stored: engine.Stored; unfinished?: string }> {
    try {
      return { stored: JSON.parse(JSON.stringify(await work)) };
    } catch (error) {
      if (!(error instanceof engine.Unfinished)) throw inOneLine(error);
      return { stored: JSON.parse(JSON.stringify(error.stored)), unfinished: inWords(error.cause) };
    }
  }

  async function make(name: string, definition: Definition, inputs: Values, options: Options): Promise<Outcome> {
    const outcome = await told(engine.create(session, definition, { values: inputs, ...options }));
    state.set(name, { kind: definition.kind, id: outcome.stored.id, inputs, ...outcome });
    return outcome.unfinished === undefined ? "created" : "unfinished";
  }

  async function change(
    name: string,
    definition: Definition,
    before: EngineEntry,
    inputs: Values,
    options: Options,
  ): Promise<Outcome> {
    const outcome = await told(engine.update(session, definition, before.stored, { values: inputs, ...options }));
    state.set(name, { kind: definition.kind, id: outcome.stored.id, inputs, ...outcome });
    return outcome.unfinished === undefined ? "updated" : "unfinished";
  }

  return {
    state,
    notes,
    async up(name, kind, values, options = {}, gone = () => undefined) {
      const definition = kinds[kind]!;
      const before = state.get(name);
      const inputs = engine.canonical(definition, values);
      const there = { there: options.adopt !== undefined || before !== undefined, builtIn: options.builtIn };
      const problems = [
        ...engine.problems(definition, inputs, there),
        ...engine.refusedChanges(definition, before?.inputs ?? {}, inputs),
      ];
      if (problems.length > 0) throw new Error(problems.map(({ field, problem }) => `${field}: ${problem}`).join("\n"));
      if (!before) return make(name, definition, inputs, options);
      const { changed, replaced } = engine.changes(definition, before.stored, inputs);
      if (replaced.length > 0) {
        await engine
          .remove(session, definition, before.stored)
          .catch((error: unknown) => Promise.reject(inOneLine(error)));
        state.delete(name);
        gone();
        return (await make(name, definition, inputs, options)) === "created" ? "replaced" : "unfinished";
      }
      const { pending = [], revoke = [], takeover } = before.stored.facts;
      for (const thing of engine.things(definition, before.id, inputs).keys())
        if (!owners.has(thing)) owners.set(thing, takeover);
      const differs =
        pending.length > 0 || revoke.length > 0 || (changed.length > 0 && !isDeepStrictEqual(before.inputs, inputs));
      if (!differs && before.unfinished === undefined) return "same";
      return change(name, definition, before, inputs, options);
    },
    async update(name) {
      const entry = state.get(name)!;
      return change(name, kinds[entry.kind]!, entry, entry.inputs, {});
    },
    async refresh(name) {
      const entry = state.get(name)!;
      const read = await engine
        .read(session, kinds[entry.kind]!, entry.stored)
        .catch((error: unknown) => Promise.reject(inOneLine(error)));
      if (!read) {
        state.delete(name);
        return "gone";
      }
      const stored = JSON.parse(JSON.stringify(read)) as engine.Stored;
      state.set(name, { kind: entry.kind, id: stored.id, inputs: stored.values, stored });
      return Object.keys({ ...entry.inputs, ...stored.values }).filter(
        (key) => !isDeepStrictEqual(entry.inputs[key], stored.values[key]),
      );
    },
    async remove(name) {
      const { kind, stored } = state.get(name)!;
      await engine.remove(session, kinds[kind]!, stored).catch((error: unknown) => Promise.reject(inOneLine(error)));
      state.delete(name);
    },
    async read(name, kind, id, values = {}) {
      const asked: engine.Stored = { id, values, outputs: {}, facts: { v: 1, domain: "", resolved: {} } };
      const read = await engine
        .read(session, kinds[kind]!, asked)
        .catch((error: unknown) => Promise.reject(inOneLine(error)));
      if (!read) throw new Error(`there is no ${kind} ${id}`);
      const stored = JSON.parse(JSON.stringify(read)) as engine.Stored;
      state.set(name, { kind, id: stored.id, inputs: stored.values, stored });
    },
    close: () => session.client.close(),
  };
}

/** As the provider process tells it; what is no error of ours is a bug, with its stack. */
function inOneLine(error: unknown): Error {
  const words = inWords(error);
  return new Error(
    words.startsWith("a bug in pulumi-iconik") && error instanceof Error
      ? `${words}\n${error.cause instanceof Error ? error.cause.stack : error.stack}`
      : words,
    { cause: error },
  );
}
