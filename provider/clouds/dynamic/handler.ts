/** A kind as Pulumi's provider process asks for it: inputs and state to values and back, and nothing else. */

import { keepSecret } from "../../engine/redact";
import { describe, plain } from "../../engine/errors";
import { Unfinished } from "../../engine/stored";
import { holdsUnknown, isUnknown } from "../../engine/unknown";
import { tooOld } from "../../node-version";
import {
  carried,
  config,
  configure,
  inWords,
  InitFailed,
  note,
  stopping,
  type Handler,
  type Properties,
} from "../../protocol/process";
import { factsKey, optionsKey, secret } from "../../protocol/wire";
import { readCredentials } from "./credentials";
import { cloudError } from "./errors";
import type { AnyKind, CloudSession } from "./kind";
import { create, read, remove, same, thing, update, type Facts, type Run, type Stored, type Values } from "./lifecycle";

const holders: Run["holders"] = new Map();
/** Told by `check`, which is asked of every resource of the program, also of those that are replaced. */
const inState = new Map<string, Values>();
let programRuns = false;
let opened: Run | undefined;

/** @param load loads the code of the kind; asked at the first call. */
export function cloudHandler(name: string, load: () => Promise<AnyKind>): Handler {
  const answer = <T>(work: (kind: AnyKind) => Promise<T> | T): Promise<T> => inWords(async () => work(await load()));
  return {
    configure,
    check: (olds, news) => answer((kind) => check(kind, olds, news)),
    diff: (id, olds, news) => answer((kind) => diff(kind, storedOf(kind, id, olds), news)),
    create: (inputs) =>
      answer(async (kind) => {
        const stored = await keepingUnfinished(
          kind,
          inputs,
          create(run(), kind, valuesIn(kind, inputs), adoptIn(inputs)),
        );
        return { id: stored.id, outs: outsOf(kind, stored) };
      }),
    update: (id, olds, news) =>
      answer(async (kind) => ({
        outs: outsOf(
          kind,
          await keepingUnfinished(kind, news, update(run(), kind, storedOf(kind, id, olds), valuesIn(kind, news))),
        ),
      })),
    read: (id, props) =>
      answer(async (kind) => {
        if (props[factsKey] === undefined) {
          throw cloudError({
            code: "unsupported",
            message: `${name} ${id} cannot be imported: where it is stands in its description alone. Describe it with adopt: exact`,
          });
        }
        const stored = await read(run(), kind, storedOf(kind, id, props));
        return stored ? { id: stored.id, props: outsOf(kind, stored), inputs: sealed(kind, stored.inputs) } : {};
      }),
    delete: (id, props) => answer((kind) => remove(run(), kind, storedOf(kind, id, props))),
  };
}

function run(): Run {
  if (opened) return opened;
  const old = tooOld();
  if (old) throw cloudError({ code: "unsupported", message: old });
  return (opened = { session: openCloudSession(), holders, inState });
}

/** Of this process: its environment, its stack config, its end. */
function openCloudSession(): CloudSession {
  const adopt = process.env.ICONIK_ADOPT?.trim() || undefined;
  if (adopt !== undefined && adopt !== "exact" && adopt !== "converge") {
    throw cloudError({ code: "bad-setting", message: `ICONIK_ADOPT must be exact or converge, not "${adopt}"` });
  }
  const queues = new Map<string, Promise<unknown>>();
  const shared = new Map<string, unknown>();
  return {
    credentials: (label, names) => readCredentials(label, names, { env: process.env, config }),
    shared<T>(key: string, make: () => T): T {
      if (!shared.has(key)) {
        const made = make();
        shared.set(key, made);
        if (made instanceof Promise) made.catch(() => shared.delete(key));
      }
      return shared.get(key) as T;
    },
    exclusive(key, work) {
      const turn = (queues.get(key) ?? Promise.resolve()).then(work, work);
      queues.set(
        key,
        turn.catch(() => undefined),
      );
      return turn;
    },
    note,
    wait: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(done, ms);
        function done() {
          clearTimeout(timer);
          stopping.removeEventListener("abort", done);
          resolve();
        }
        if (stopping.aborted) done();
        else stopping.addEventListener("abort", done, { once: true });
      }),
    signal: stopping,
    adopt,
  };
}

function check(kind: AnyKind, olds: Properties, news: Properties) {
  programRuns = true;
  const wanted = valuesIn(kind, news);
  const before = valuesIn(kind, olds);
  if (Object.keys(before).length > 0) inState.set(kind.words(before), before);
  const known = Object.fromEntries(Object.entries(wanted).filter(([, value]) => !holdsUnknown(value)));
  const adopt = adoptIn(news);
  const problems = [
    ...Object.keys(kind.inputs).flatMap((name) =>
      kind.inputs[name]!.required && wanted[name] === undefined ? [`${name} is missing`] : [],
    ),
    ...Object.keys(wanted).flatMap((name) => {
      const { fixed, instead } = kind.inputs[name]!;
      const changed =
        fixed === "refuse" &&
        before[name] !== undefined &&
        !isUnknown(wanted[name]) &&
        !same(kind, name, wanted[name], before[name]);
      return changed
        ? [`${name} of ${kind.words(before)} cannot be changed: ${instead ?? "make another one instead"}`]
        : [];
    }),
    ...(kind.check?.(known) ?? []),
    ...(adopt === undefined || adopt === "exact" || adopt === "converge"
      ? []
      : [`adopt must be exact or converge, not ${JSON.stringify(adopt)}`]),
  ];
  return {
    inputs: { ...sealed(kind, wanted), ...(adopt !== undefined && { [optionsKey]: { adopt } }) },
    // A property that is named is printed with its value, which may be secret.
    failures: problems.map((problem) => ({ property: "", reason: plain(problem) })),
  };
}

function diff(kind: AnyKind, before: Stored, news: Properties) {
  const wanted = valuesIn(kind, news);
  const changed = Object.keys(kind.inputs).filter((name) => !same(kind, name, wanted[name], before.inputs[name]));
  const replaces = changed.filter(
    (name) => kind.inputs[name]?.fixed === "replace" && before.inputs[name] !== undefined && wanted[name] !== undefined,
  );
  if (replaces.length > 0) return { changes: true, replaces, deleteBeforeReplace: kind.createFirst !== true };
  if (programRuns && !holders.has(thing(kind, before.id))) holders.set(thing(kind, before.id), before.facts.takeover);
  return { changes: changed.length > 0 || (before.facts.pending?.length ?? 0) > 0 };
}

// Properties to values and back

function valuesIn(kind: AnyKind, properties: Properties): Values {
  const values: Values = {};
  for (const [name, { secret: isSecret }] of Object.entries(kind.inputs)) {
    const value: unknown = properties[name];
    if (value === undefined || value === null) continue;
    if (isSecret && !isUnknown(value)) keepSecret(value);
    values[name] = value;
  }
  return values;
}

const adoptIn = (properties: Properties): string | undefined =>
  (properties[optionsKey] as { adopt?: string } | undefined)?.adopt;

function storedOf(kind: AnyKind, id: string, properties: Properties): Stored {
  const facts = (properties[factsKey] ?? { v: 1, takeover: "" }) as Facts;
  if (facts.v !== 1) {
    throw cloudError({
      code: "unsupported",
      message: `${kind.kind} ${id} was written by a newer version of pulumi-iconik (state version ${String(facts.v)}, this one knows 1); install that version or a newer one`,
    });
  }
  const outputs: Values = {};
  for (const [name, { secret: isSecret }] of Object.entries(kind.outputs)) {
    if (properties[name] === undefined) continue;
    outputs[name] = properties[name];
    if (isSecret) keepSecret(properties[name]);
  }
  return { id, inputs: valuesIn(kind, properties), outputs, facts };
}

const outsOf = (kind: AnyKind, { inputs, outputs, facts }: Stored): Properties => ({
  ...sealed(kind, { ...inputs, ...outputs }),
  [factsKey]: carried(facts),
});

/** Marks secrets as such, so that they are encrypted wherever they are kept. */
const sealed = (kind: AnyKind, values: Values): Properties =>
  Object.fromEntries(
    Object.entries(carried(values)).map(([name, value]) => {
      const isSecret = (kind.inputs[name] ?? kind.outputs[name])?.secret === true;
      return [name, isSecret && !isUnknown(value) ? secret(keepSecret(value)) : value];
    }),
  );

async function keepingUnfinished(kind: AnyKind, inputs: Properties, work: Promise<Stored>): Promise<Stored> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Unfinished)) throw error;
    const reason = describe(error.cause);
    throw new InitFailed(error.stored.id, { ...outsOf(kind, error.stored), __provider: inputs.__provider }, [reason]);
  }
}
