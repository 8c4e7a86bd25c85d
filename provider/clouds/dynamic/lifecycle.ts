/**
 * What is the same for every kind: observe what is there, ensure that it exists, write what differs. Knows no Pulumi.
 */

import { isDeepStrictEqual } from "node:util";
import { describe, IconikError, plain, type ErrorCode } from "../../engine/errors";
import { newMark, Unfinished } from "../../engine/stored";
import { eventually } from "../../engine/waiting";
import { cloudError } from "./errors";
import type { AnyKind, CloudSession, Kept, Live } from "./kind";

export type Values = Record<string, unknown>;

export interface Facts {
  v: 1;
  /** The account that it is in. */
  account?: string;
  /** Inputs still to be written by the next run. */
  pending?: readonly string[];
  /** Another text for each entry of state: tells apart those that mean the same thing. */
  takeover: string;
}

export interface Stored extends Kept<Values, Values> {
  id: string;
  facts: Facts;
}

/** Another entry of state may stand for the same thing, when it was given another name: then only that entry goes. */
export type Holders = Map<string, string>;

export interface Run {
  session: CloudSession;
  holders: Holders;
  /** Inputs in state, by what they are of in words. */
  inState: ReadonlyMap<string, Values>;
}

export const thing = (kind: AnyKind, id: string): string => `${kind.kind}/${id}`;

/** Names of what is wanted and shown as something else. What is not shown is compared with what was written last. */
function differing(kind: AnyKind, wanted: Values, live: Live<Values, Values>, last: Values): string[] {
  const now = (name: string) => (live.inputs[name] === undefined ? last[name] : live.inputs[name]);
  return Object.keys(wanted).filter((name) => !kind.inputs[name]?.local && !same(kind, name, wanted[name], now(name)));
}

export function same(kind: AnyKind, name: string, one: unknown, other: unknown): boolean {
  if (one === undefined || one === null || other === undefined || other === null)
    return (one ?? undefined) === (other ?? undefined);
  return isDeepStrictEqual(one, other) || (kind.inputs[name]?.same?.(one, other) ?? false);
}

export async function create(run: Run, kind: AnyKind, wanted: Values, adopt: string | undefined): Promise<Stored> {
  const { session } = run;
  const what = kind.words(wanted);
  return named(what, () =>
    session.exclusive(`${kind.kind}/${what}`, async () => {
      const account = await kind.account?.(session, wanted);
      const facts: Facts = { v: 1, takeover: newMark(), ...(account !== undefined && { account }) };
      const found = await kind.find?.(session, wanted);
      if (found !== undefined) {
        const live = await lookAt(session, kind, found, { inputs: wanted, outputs: {} }, what);
        agree(kind, wanted, live, what, adopt ?? session.adopt);
        hold(run, kind, found, facts, what);
        const stored = await sync(
          session,
          kind,
          { id: found, inputs: {}, outputs: live.outputs, facts },
          wanted,
          live,
          what,
        );
        session.note(`${what} was there already and is taken over`);
        return stored;
      }
      const made = await make(run, kind, wanted, what);
      // Where it is must be known, whatever else is not done.
      const [done, pending] = split(
        wanted,
        (name) => kind.inputs[name]?.fixed !== undefined || kind.inputs[name]?.local === true,
      );
      const begun: Stored = {
        id: made.id,
        inputs: done,
        outputs: made.outputs ?? {},
        facts: { ...facts, pending: Object.keys(pending) },
      };
      run.holders.set(thing(kind, made.id), facts.takeover);
      return keeping(begun, async () => {
        const live = await lookAt(session, kind, made.id, { inputs: wanted, outputs: begun.outputs }, what);
        return sync(session, kind, begun, wanted, live, what);
      });
    }),
  );
}

/** Two entries of state may mean the same thing, where one goes; two resources of a program may not. */
function hold({ holders }: Run, kind: AnyKind, id: string, { takeover }: Facts, what: string): void {
  const holder = holders.get(thing(kind, id));
  if (holder !== undefined && holder !== takeover)
    throw cloudError({
      code: "conflict",
      message: `${what} is described by two resources of this program. Keep it in one of them`,
    });
  holders.set(thing(kind, id), takeover);
}

/** When the answer is lost, it is looked for: it was not there a moment ago. */
async function make(
  { session, inState }: Run,
  kind: AnyKind,
  wanted: Values,
  what: string,
): Promise<{ id: string; outputs?: Values }> {
  try {
    return (await kind.make(session, wanted, inState.get(what))) as { id: string; outputs?: Values };
  } catch (error) {
    if (!kind.find || !(error instanceof IconikError) || error.acted !== "unknown") throw error;
    const found = await eventually(session, async () => kind.find!(session, wanted), {
      good: (id) => id !== undefined,
    });
    if (found === undefined) throw error;
    session.note(`the answer to making ${what} was lost; it was made`);
    return { id: found };
  }
}

/** Refuses what exists and is not ours, unless the program says otherwise. `exact`: nothing that is set is changed. */
function agree(
  kind: AnyKind,
  wanted: Values,
  live: Live<Values, Values>,
  what: string,
  adopt: string | undefined,
): void {
  const advice = kind.advice ? `. ${kind.advice(wanted)}` : "";
  if (adopt === undefined) {
    throw cloudError({
      code: "exists",
      message: `${what} exists already and is not in this stack; it was left as it is${advice}. To take it over, write adopt: exact if it is as described, or adopt: converge to change it (in a tenant file under provision:); ICONIK_ADOPT=exact or converge says so for one run`,
    });
  }
  const shown = differing(kind, wanted, live, wanted).filter((name) => live.inputs[name] !== null);
  const stuck = shown.filter((name) => kind.inputs[name]?.fixed);
  const tell = (names: string[]) =>
    names
      .map(
        (name) => `${name} is ${show(kind, name, live.inputs[name])}, ${show(kind, name, wanted[name])} is described`,
      )
      .join("; ");
  if (stuck.length > 0) {
    throw cloudError({
      code: "cannot-change",
      message: `${what} cannot be taken over, because something that cannot be changed is different: ${tell(stuck)}. Describe it as it is`,
    });
  }
  if (adopt === "exact" && shown.length > 0) {
    throw cloudError({
      code: "exists",
      message: `${what} exists already and is not as described: ${tell(shown)}. It was left as it is${advice}. Describe it as it is, or write adopt: converge to change it`,
    });
  }
}

export async function update(run: Run, kind: AnyKind, before: Stored, wanted: Values): Promise<Stored> {
  const { session } = run;
  const what = kind.words(wanted);
  return named(what, () =>
    session.exclusive(`${kind.kind}/${what}`, async () => {
      await sameAccount(session, kind, before, wanted, what);
      const live = await lookAt(session, kind, before.id, { inputs: wanted, outputs: before.outputs }, what);
      hold(run, kind, before.id, before.facts, what);
      return sync(session, kind, before, wanted, live, what);
    }),
  );
}

/** What is there now, as far as it is described. `undefined`: the cloud says that it is gone. */
export async function read({ session }: Run, kind: AnyKind, before: Stored): Promise<Stored | undefined> {
  const what = kind.words(before.inputs);
  return named(what, async () => {
    await sameAccount(session, kind, before, before.inputs, what);
    const live = await kind.read(session, before.id, before);
    if (!live) return undefined;
    const drifted = new Set(differing(kind, before.inputs, live as Live<Values, Values>, before.inputs));
    const inputs = Object.fromEntries(
      Object.entries(before.inputs).flatMap(([name, last]) => {
        const value = drifted.has(name) ? live.inputs[name] : last;
        return value === null ? [] : [[name, value]];
      }),
    );
    return { ...before, inputs, outputs: { ...before.outputs, ...live.outputs } };
  });
}

export async function remove({ session, holders }: Run, kind: AnyKind, before: Stored): Promise<void> {
  const what = kind.words(before.inputs);
  return named(what, async () => {
    const holder = holders.get(thing(kind, before.id));
    if (holder !== undefined && holder !== before.facts.takeover)
      return session.note(`${what} is not deleted: another resource of this stack stands for it now`);
    await sameAccount(session, kind, before, before.inputs, what);
    await kind.remove(session, before.id, before);
  });
}

/** Writes what differs, unless somebody else changed it since it was last read, and looks whether it was kept. */
async function sync(
  session: CloudSession,
  kind: AnyKind,
  before: Stored,
  wanted: Values,
  live: Live<Values, Values>,
  what: string,
): Promise<Stored> {
  const now = live.inputs;
  const pending = new Set(before.facts.pending);
  const changed = differing(kind, wanted, live, before.inputs);
  const isShown = (name: string) => now[name] !== undefined;
  const moved = changed.filter(
    (name) =>
      isShown(name) &&
      !pending.has(name) &&
      before.inputs[name] !== undefined &&
      !same(kind, name, now[name], before.inputs[name]),
  );
  if (moved.length > 0) {
    throw cloudError({
      code: "moved",
      message: `${moved.join(", ")} of ${what} ${moved.length > 1 ? "were" : "was"} changed since this stack last read it: ${moved.map((name) => `it was ${show(kind, name, before.inputs[name])}, is ${show(kind, name, now[name])}`).join("; ")}. It was left as it is. Run pulumi refresh, look at the change, then run again`,
    });
  }
  const stuck = changed.filter((name) => kind.inputs[name]?.fixed && isShown(name) && now[name] !== null);
  if (stuck.length > 0) {
    const [name] = stuck as [string];
    throw cloudError({
      code: "cannot-change",
      message: `${name} of ${what} is ${show(kind, name, now[name])} and cannot be changed. Describe it as it is${kind.inputs[name]?.instead ? `, or ${kind.inputs[name].instead}` : ""}`,
    });
  }
  const writable = changed.filter((name) => !kind.inputs[name]?.fixed);
  let outputs = { ...before.outputs, ...live.outputs };
  if (writable.length > 0) {
    const last: Kept<Values, Values> = { inputs: before.inputs, outputs };
    outputs = {
      ...outputs,
      ...((await kind.write?.(session, before.id, wanted, new Set(writable), last)) ?? undefined),
    };
    const kept = await eventually(session, async () => kind.read(session, before.id, { inputs: wanted, outputs }), {
      good: (seen) => seen !== undefined && notKept(kind, wanted, writable, seen).length === 0,
    });
    const lost = kept ? notKept(kind, wanted, writable, kept) : [];
    if (lost.length > 0) {
      const words = lost
        .map(
          (name) => `${name}: sent ${show(kind, name, wanted[name])}, stored ${show(kind, name, kept!.inputs[name])}`,
        )
        .join("; ");
      throw cloudError({
        code: "not-stored",
        message: `the service took what was sent for ${what} and kept something else: ${words}. Write what it keeps, or ask whoever runs it`,
      });
    }
    if (kept) outputs = { ...outputs, ...kept.outputs };
  }
  const { pending: _, ...facts } = before.facts;
  return { id: before.id, inputs: wanted, outputs, facts };
}

const notKept = (kind: AnyKind, wanted: Values, names: readonly string[], live: Live<Values, Values>): string[] =>
  names.filter((name) => live.inputs[name] !== undefined && !same(kind, name, wanted[name], live.inputs[name]));

const split = (values: Values, isFirst: (name: string) => boolean): [Values, Values] => {
  const entries = Object.entries(values);
  return [
    Object.fromEntries(entries.filter(([name]) => isFirst(name))),
    Object.fromEntries(entries.filter(([name]) => !isFirst(name))),
  ];
};

/** What was just made may take a moment to be shown. */
async function lookAt(
  session: CloudSession,
  kind: AnyKind,
  id: string,
  last: Kept<Values, Values>,
  what: string,
): Promise<Live<Values, Values>> {
  const live = await eventually(session, async () => kind.read(session, id, last), {
    good: (found) => found !== undefined,
  });
  if (live) return live as Live<Values, Values>;
  throw cloudError({
    code: "not-found",
    message: `${what} is not there (any more). Run pulumi refresh; the next run makes it anew`,
  });
}

/** A "not found" of another account means nothing, and what is made there would be lost. */
async function sameAccount(
  session: CloudSession,
  kind: AnyKind,
  { facts }: Stored,
  inputs: Values,
  what: string,
): Promise<void> {
  const account = facts.account === undefined ? undefined : await kind.account?.(session, inputs);
  if (account === undefined || account === facts.account) return;
  throw cloudError({
    code: "wrong-tenant",
    message: `${what} belongs to account ${facts.account}, and the credentials are those of ${account}; nothing was written. Set the credentials of its own account`,
  });
}

async function keeping(begun: Stored, work: () => Promise<Stored>): Promise<Stored> {
  try {
    return await work();
  } catch (error) {
    throw new Unfinished(begun, error);
  }
}

/** What is wrong with the connection is so for everything, and is told as it is. */
const aboutAll = new Set<ErrorCode>(["unauthorized", "no-credentials", "bad-setting", "unsupported"]);

/** Puts what it was about in front of a message that does not speak of it. */
async function named<T>(what: string, work: () => Promise<T>): Promise<T> {
  const telling = (error: unknown): unknown => {
    if (!(error instanceof IconikError) || aboutAll.has(error.code) || error.message.includes(what)) return error;
    const { code, operation, status, acted, meaning, message } = error;
    return new IconikError({ code, operation, status, acted, meaning, message: `${what}: ${message}`, cause: error });
  };
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Unfinished)) throw telling(error);
    const cause = telling(error.cause);
    const words = `${describe(cause).replace(/\.$/, "")}. It is there, and kept in state; the next run goes on from it`;
    const parts = cause instanceof IconikError ? cause : undefined;
    throw new Unfinished(
      error.stored,
      parts
        ? new IconikError({
            code: parts.code,
            operation: parts.operation,
            status: parts.status,
            meaning: parts.meaning,
            message: words,
            cause,
          })
        : cause,
    );
  }
}

function show(kind: AnyKind, name: string, value: unknown): string {
  if (kind.inputs[name]?.secret) return "[secret]";
  if (value === undefined || value === null) return "not set";
  const text = plain(JSON.stringify(value));
  return text.length > 400 ? `${text.slice(0, 399)}…` : text;
}
