/**
 * Objects at a path of their own: observe what is there, ensure that it exists, sync what is ours. Create, adoption
 * and update are one flow that starts in different places.
 */

import { chosenVariant, fieldsOf, type Fields, type ObjectKind, type Values } from "../definition";
import { agree, find } from "./adoption";
import { wireName } from "../naming";
import { IconikError, isMissing } from "./errors";
import { saysGone } from "./failures";
import { accessRefusals, grantingGuarded, grantRefusals, objectOf, rolesIn } from "./guards/changes";
import { removalGuarded } from "./guards/deletion";
import { refuse } from "./guards/refusal";
import type { RightsChange } from "./guards/rights";
import {
  apart,
  bodyOf,
  differing,
  keepHidden,
  owned,
  refuseMoved,
  refuseNotStored,
  show,
  shown,
  toSend,
} from "./leaves";
import { firstLook, gaveWay, post } from "./making";
import { disown, own, things } from "./owners";
import { idParameter } from "./paths";
import { observe, sameSatellite, write, type Place } from "./satellites";
import type { Session } from "./session";
import { marks, newMark, Unfinished, type Desired, type Stored } from "./stored";
import { revokeDue, syncToken, tokenExists, tokenOutputs } from "./tokens";
import { overwritten, type Change } from "./undo";
import {
  decode,
  formsIn,
  get,
  leavesOf,
  none,
  put,
  resolvedIn,
  same,
  satellitesOf,
  written,
  type Leaf,
  type Live,
  type Resolved,
} from "./values";
import { isVerificationDue, verify, willBeVerified } from "./verification";
import { eventually, longest } from "./waiting";

/** `UserGroup "Editors"`. */
export const nameOf = (definition: ObjectKind, values: Values): string =>
  `${definition.kind} ${show(values[definition.key])}`;

/** The same with the id; an object that is to be imported has no name yet. */
const titled = (definition: ObjectKind, { id, values }: Stored): string =>
  values[definition.key] === undefined ? `${definition.kind} ${id}` : `${nameOf(definition, values)} (${id})`;

const at = (definition: ObjectKind, id: string) => ({ [idParameter(definition.path)]: id });
const get_ = async (session: Session, definition: ObjectKind, id: string): Promise<Live> =>
  (await session.client.call<Live>(`GET ${definition.path}`, { path: at(definition, id) })).body;

/** Makes the object, or takes over the one that is there. */
export async function create(session: Session, definition: ObjectKind, desired: Desired): Promise<Stored> {
  const what = nameOf(definition, desired.values);
  const { domainId } = await session.writer(desired.domainId);
  const fields = fieldsOf(definition, desired.values);
  const resolved = await session.resolve(formsIn(fields, desired.values), {});
  const stored: Stored = {
    id: "",
    values: {},
    outputs: {},
    facts: { v: 1, domain: domainId, resolved, takeover: newMark(), ...marks(desired) },
  };

  return session.exclusive(`${definition.kind}/${String(desired.values[definition.key])}`, async () => {
    const found = await find(session, definition, desired, what);
    if (found !== undefined) {
      const { id, live } = found;
      keepHidden(owned(fields, desired.values), live, desired.secrets);
      const word = await agree(session, definition, desired, live, resolved, what);
      // What iconik does not show cannot be compared; `exact` believes it, anything else writes it.
      const believed =
        word === "exact" ? owned(fields, desired.values).filter((leaf) => !shown(leaf, live, resolved)) : [];
      const taken: Stored = { ...stored, id, values: only(desired.values, believed) };
      return sync(session, definition, taken, desired, live, "taken");
    }
    refuse(session, await grantRefusals(session, [rightsOf(definition, "", what, desired, [])]));
    await session.changing({
      does: "create",
      definition,
      label: labelOf(definition, desired),
      values: { [definition.key]: desired.values[definition.key] },
      hidden: [],
      secrets: desired.secrets ?? [],
    });
    const id = await post(session, definition, desired, resolved, what);
    const begun = { ...stored, id, values: withoutSatellites(desired.values, fields) };
    const pending = unfinishedIn(definition, desired.values);
    const live = await keepingId(begun, pending, () => firstLook(session, definition, begun, desired, what));
    const conflict = await keepingId(begun, pending, () => gaveWay(session, definition, begun, desired, what));
    if (conflict) throw conflict;
    return keepingId(begun, pending, async () => {
      session.inventory(definition).record(id, live);
      checkStored(definition, begun, owned(fields, desired.values), live, desired);
      return sync(session, definition, begun, desired, live, "made");
    });
  });
}

/** Brings the object to the desired values; sends what differs and nothing else. */
export async function update(
  session: Session,
  definition: ObjectKind,
  before: Stored,
  desired: Desired,
): Promise<Stored> {
  const { domainId } = await session.owner(before.facts.domain, desired.domainId);
  const fields = fieldsOf(definition, desired.values);
  const resolved = await session.resolve(formsIn(fields, desired.values), before.facts.resolved);
  const { builtIn: _, onDestroy: __, label: ___, secrets: ____, ...facts } = before.facts;
  const stored: Stored = {
    ...before,
    facts: { ...facts, domain: domainId, resolved: { ...facts.resolved, ...resolved }, ...marks(desired) },
  };
  return session.exclusive(`${definition.kind}/${before.id}`, async () => {
    const what = `${nameOf(definition, desired.values)} (${before.id})`;
    const live = await session
      .reader(definition)
      .present({ id: before.id, what, young: before.facts.pending !== undefined });
    if (!live) {
      // Neither by id nor in the list, after a wait: the list may lag even longer than that.
      const message = before.facts.pending
        ? `iconik made ${what} and does not show it, for ${longest} now. Run again in a few minutes; if it never comes, run pulumi refresh, and the next run makes it anew`
        : `${what} is no longer in iconik. Run pulumi refresh; the next run makes it anew`;
      throw new IconikError({ code: "not-found", operation: `GET ${definition.path}`, status: 404, message });
    }
    return sync(session, definition, stored, desired, live, "known");
  });
}

/** What is there now, in the words in which it was written. `undefined`: iconik says that it is gone. */
export async function read(session: Session, definition: ObjectKind, before: Stored): Promise<Stored | undefined> {
  const reader = session.reader(definition);
  reader.coming();
  const { domainId } = await session.caller(before.facts.domain || undefined);
  const everything = Object.keys(before.values).length === 0;
  const { resolved } = before.facts;
  const mine = toRead(fieldsOf(definition, before.values), before.values);
  const asked = { id: before.id, what: titled(definition, before), young: before.facts.pending !== undefined };
  const live = await reader.read(
    asked,
    everything ? undefined : mine,
    (item) => differing(mine, item, before.values, resolved).length === 0,
  );
  if (!live) return undefined;

  const values = inWords(definition, live, before);
  const fields = fieldsOf(definition, values);
  const outputs = { ...before.outputs, ...outputsOf(fields, live, resolved) };
  for (const [name, field] of satellitesOf(fields)) {
    const last = before.values[name];
    if (last === undefined && !everything) continue;
    const place: Place = {
      session,
      definition,
      id: before.id,
      what: nameOf(definition, values),
      name,
      field,
      resolved,
      live,
    };
    if (field.via?.shape !== "token") {
      const now = await observe(place, last, last);
      values[name] = last !== undefined && sameSatellite(field, now, last, resolved) ? last : ofSorts(now, last);
    } else if (typeof outputs.tokenId === "string" && (await tokenExists(place, outputs.tokenId))) values[name] = last;
    else for (const output of tokenOutputs) delete outputs[output];
  }
  const takeover = before.facts.domain === "" ? newMark() : before.facts.takeover;
  const { label: _, ...known } = before.facts;
  const facts = {
    ...known,
    ...labelled(definition, before, values),
    domain: domainId,
    resolved: resolvedIn(fields, values, resolved),
    ...(takeover !== undefined && { takeover }),
  };
  return { id: before.id, values, outputs, facts };
}

/** What the program calls it, also where somebody gave it another name by hand. */
function labelled({ key }: ObjectKind, { facts, values }: Stored, now: Values): { label?: string } {
  const label = facts.label ?? values[key];
  return typeof label === "string" && label !== now[key] ? { label } : {};
}

/** What a list must carry to stand for reading by id: all that is owned and shown by the object itself. */
const toRead = (fields: Fields, values: Values): Leaf[] => [
  ...owned(fields, values).filter((leaf) => !leaf.field.secret),
  ...satellitesOf(fields)
    .filter(([name, { via }]) => via?.shape === "toggle" && values[name] !== undefined)
    .map(([name, field]) => ({ name, path: [name], field, wire: [wireName(name, field)!] })),
];

/** Deletes the object. Gone already is fine; what another resource took over is left alone. */
export async function remove(session: Session, definition: ObjectKind, before: Stored): Promise<void> {
  await session.owner(before.facts.domain);
  const what = titled(definition, before);
  const others = disown(session.owners, things(definition, before.id, before.values), before.facts.takeover);
  if (before.facts.builtIn) return session.note(`${what} is iconik's own and was left as it is`);
  const label = before.facts.label ?? String(before.values[definition.key] ?? before.id);
  if ([label, before.id].some((one) => session.released.has(`${definition.kind}/${one}`))) {
    return session.note(`${what} is released: it stays in iconik, and this stack forgets it`);
  }
  if (others.size > 0) return session.note(`${what} is not deleted: another resource of this stack stands for it now`);
  await removalGuarded(session, definition, { id: before.id, object: objectOf(definition, label), what }, async () => {
    await session.changing({
      does: "delete",
      definition,
      label,
      id: before.id,
      values: {},
      hidden: [],
      secrets: before.facts.secrets ?? [],
    });
    await session.client
      .call(`DELETE ${definition.path}`, { path: at(definition, before.id) })
      .catch(async (error: unknown) => {
        if (!saysGone(error) || (await session.reader(definition).present({ id: before.id, what }))) throw error;
      });
  });
  session.inventory(definition).record(before.id, null);
  session.reader(definition).forget();
}

const labelOf = (definition: ObjectKind, { label, values }: Desired): string => label ?? String(values[definition.key]);
const rightsOf = (
  definition: ObjectKind,
  id: string,
  what: string,
  desired: Desired,
  before: readonly string[],
): RightsChange => ({
  id,
  object: objectOf(definition, labelOf(definition, desired)),
  what,
  before,
  after: rolesIn(desired.values),
});

// In words

/** The live object as people would write it: what was owned before, or everything when nothing was. */
function inWords(definition: ObjectKind, live: Live, before: Stored): Values {
  const { values: last } = before;
  const everything = Object.keys(last).length === 0;
  const values: Values = {};
  if (definition.variants) {
    const { by, cases } = definition.variants;
    const was = chosenVariant(definition, last);
    // Wasabi by its own name or as s3Compatible is one thing: the written word stays while the wire form is the same.
    const still = was !== undefined && Object.entries(was.wire).every(([key, value]) => live[key] === value);
    values[by] = still ? last[by] : Object.entries(cases).find(([, variant]) => variant.recognise(live))?.[0];
  }
  const fields = fieldsOf(definition, values);
  for (const [name, field] of Object.entries(fields)) {
    // Never sent, so never read: what was written stays.
    if (field.wire === null && !field.via && !field.output && values[name] === undefined) values[name] = last[name];
  }
  for (const leaf of everything ? leavesOf(fields) : owned(fields, { ...last, ...values })) {
    const now = shown(leaf, live, before.facts.resolved);
    const kept = !now || (!everything && same(leaf.field, now.value, written(last, leaf), before.facts.resolved));
    put(values, leaf.path, kept ? written(last, leaf) : (now.value ?? (everything ? undefined : none(leaf.field))));
  }
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

const ofSorts = (value: unknown, last: unknown): unknown =>
  last === undefined || typeof value !== "object" || typeof last !== "object"
    ? value
    : Object.fromEntries(
        Object.entries(value as object).filter(
          ([key]) => Object.hasOwn(last as object, key) || !Array.isArray((value as Values)[key]),
        ),
      );

function outputsOf(fields: Fields, live: Live, resolved: Resolved): Values {
  const outputs: Values = {};
  for (const [name, field] of Object.entries(fields)) {
    const wire = field.output ? wireName(name, field) : undefined;
    if (wire === undefined) continue;
    const value = decode(field, get(live, field.within ? [field.within, wire] : [wire]), resolved);
    if (value !== undefined) outputs[name] = value;
  }
  return outputs;
}

// What is kept when something fails

/** What follows may fail, but the object is there: its id is kept, and the next run goes on from it. */
async function keepingId<T>(stored: Stored, pending: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Unfinished
      ? error
      : new Unfinished({ ...stored, facts: { ...stored.facts, pending } }, error);
  }
}

/** Stops when iconik did not store what was sent: keeps what it did store, and what is still to do. */
function checkStored(
  definition: ObjectKind,
  stored: Stored,
  sent: readonly Leaf[],
  live: Live,
  desired: Desired,
): void {
  try {
    refuseNotStored(
      nameOf(definition, desired.values),
      `GET ${definition.path}`,
      sent,
      live,
      desired.values,
      stored.facts.resolved,
    );
  } catch (error) {
    const pending = [...new Set([...sent.map((leaf) => leaf.name), ...unfinishedIn(definition, desired.values)])];
    throw new Unfinished(
      { ...stored, values: inWords(definition, live, stored), facts: { ...stored.facts, pending } },
      error,
    );
  }
}

// Sync

const withoutSatellites = (values: Values, fields: Fields): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !fields[name]?.via));
/** What the values say of the leaves, laid over other values. */
function only(values: Values, leaves: readonly Leaf[], over: Values = {}): Values {
  const picked = structuredClone(over);
  for (const leaf of leaves) put(picked, leaf.path, written(values, leaf));
  return picked;
}
const pendingIn = (values: Values, fields: Fields): string[] =>
  satellitesOf(fields).flatMap(([name]) => (values[name] === undefined ? [] : [name]));

/** All that is to be done once the object itself is there. */
const unfinishedIn = (definition: ObjectKind, values: Values): string[] => [
  ...pendingIn(values, fieldsOf(definition, values)),
  ...willBeVerified(definition, values),
];

/** How the object came to this call: only what was known before has its id in state already. */
type Origin = "made" | "taken" | "known";

async function sync(
  session: Session,
  definition: ObjectKind,
  before: Stored,
  desired: Desired,
  live: Live,
  origin: Origin,
): Promise<Stored> {
  const wanted = desired.values;
  const fields = fieldsOf(definition, wanted);
  const what = nameOf(definition, wanted);
  const { resolved } = before.facts;
  const leaves = owned(fields, wanted);

  own(session.owners, things(definition, before.id, wanted), before.facts.takeover);
  keepHidden(leaves, live, before.facts.secrets);
  refuseMoved(what, `GET ${definition.path}`, leaves, live, before.values, wanted, resolved);
  const todo = pendingIn(wanted, fields);
  const placeOf = (name: string): Place => ({
    session,
    definition,
    id: before.id,
    what,
    name,
    field: fields[name]!,
    resolved,
    live,
    begun: origin !== "known",
  });
  // What an earlier run did not finish is nobody else's change.
  const lastOf = (name: string) => (before.facts.pending?.includes(name) ? undefined : before.values[name]);
  // All of it is looked at before any of it is written.
  const seen = new Map<string, unknown>();
  for (const name of todo) seen.set(name, await unmoved(placeOf(name), lastOf(name), wanted[name]));
  const lists = [...seen]
    .filter(([name]) => fields[name]!.type === "access")
    .map(([name, now]) => [name, now, wanted[name]] as [string, unknown, unknown]);
  refuse(session, await accessRefusals(session, objectOf(definition, labelOf(definition, desired)), what, lists));

  let current = live;
  const changed = toSend(leaves, live, before.values, wanted, resolved);
  const known = origin === "known" ? before : undefined;
  const checks = isVerificationDue(definition, wanted, changed, known) ? willBeVerified(definition, wanted) : [];
  const change = origin === "made" ? undefined : changeOf(definition, before, desired, { live, origin, changed, seen });
  if (change) await session.changing(change);
  if (changed.length > 0) {
    refuseStuck(definition, what, changed, live, wanted, resolved);
    const body = bodyOf(definition, fields, changed, wanted, resolved, live);
    const sent: Stored = { ...before, values: only(wanted, changed, before.values) };
    const send = () => session.client.call(`PATCH ${definition.path}`, { path: at(definition, before.id), body });
    if (!changed.some((leaf) => leaf.field.type === "roles")) await send();
    else
      await grantingGuarded(session, definition, rightsOf(definition, before.id, what, desired, rolesIn(live)), send);
    session.reader(definition).forget();
    const look = () => get_(session, definition, before.id);
    // What was sent is ours from here on, whatever fails: the next run must not take it for somebody else's change.
    current = await keepingId(sent, [...todo, ...checks], () =>
      eventually(session, look, { good: (now) => differing(changed, now, wanted, resolved).length === 0 }),
    );
    checkStored(definition, sent, changed, current, desired);
  }

  let stored: Stored = {
    ...before,
    values: withoutSatellites(wanted, fields),
    outputs: { ...before.outputs, ...outputsOf(fields, current, resolved) },
  };
  while (todo.length > 0) {
    const name = todo[0]!;
    const place: Place = { ...placeOf(name), live: current };
    const step =
      place.field.via?.shape === "token"
        ? syncToken(place, stored, before.values[name] as Values | undefined, wanted[name] as Values)
        : syncSatellite(place, seen.get(name), wanted[name]).then(() => stored);
    stored = await step.catch((error: unknown) => {
      if (error instanceof Unfinished || (!place.begun && changed.length === 0)) throw error;
      const left = Object.fromEntries(Object.entries(before.values).filter(([each]) => todo.includes(each)));
      throw new Unfinished(
        { ...stored, values: { ...stored.values, ...left }, facts: { ...stored.facts, pending: [...todo, ...checks] } },
        error,
      );
    });
    stored = { ...stored, values: { ...stored.values, [name]: wanted[name] } };
    current = place.live;
    todo.shift();
  }
  const last = satellitesOf(fieldsOf(definition, before.values)).find(
    ([name, { via }]) => via?.shape === "token" && wanted[name] === undefined,
  );
  if (last && stored.facts.revoke) stored = await revokeDue({ ...placeOf(last[0]), field: last[1] }, stored);
  const trouble = origin !== "known" ? definition.trouble?.(current) : undefined;
  if (trouble) session.note(`${what} is there, but ${trouble}`);
  if (origin === "taken") {
    const names = [
      ...changed.map((leaf) => leaf.name),
      ...[...seen].flatMap(([name, now]) => (sameSatellite(fields[name]!, now, wanted[name], resolved) ? [] : [name])),
    ];
    session.note(
      `${what} (${before.id}) was there already and is taken over; ${names.length > 0 ? `changed: ${names.join(", ")}` : "nothing was changed"}`,
    );
  }
  session.inventory(definition).record(before.id, current);
  session.reader(definition).forget();
  const { pending: _, ...facts } = stored.facts;
  const done: Stored = {
    ...stored,
    values: wanted,
    facts: { ...facts, resolved: resolvedIn(fields, wanted, resolved) },
  };
  // What it needs to be used is in place by now; the next run asks again where it does not work.
  if (checks.length > 0) await keepingId(done, checks, () => verify(session, definition, before.id, what, wanted));
  return done;
}

/** What is about to be overwritten; of what is taken over, all that is described: nobody else has it. */
function changeOf(
  definition: ObjectKind,
  { id, facts }: Stored,
  desired: Desired,
  now: { live: Live; origin: Origin; changed: readonly Leaf[]; seen: ReadonlyMap<string, unknown> },
): Change | undefined {
  const wanted = desired.values;
  const fields = fieldsOf(definition, wanted);
  const satellites = [...now.seen].filter(
    ([name, value]) => !sameSatellite(fields[name]!, value, wanted[name], facts.resolved),
  );
  if (now.changed.length === 0 && satellites.length === 0) return undefined;
  const isTaken = now.origin === "taken";
  const { values, hidden } = overwritten(isTaken ? owned(fields, wanted) : now.changed, now.live, facts.resolved);
  const known = (isTaken ? [...now.seen] : satellites).filter(([, value]) => value !== undefined);
  return {
    does: "update",
    definition,
    label: labelOf(definition, desired),
    id,
    values: {
      ...variantOf(definition, wanted),
      ...values,
      ...Object.fromEntries(known.map(([name, value]) => [name, ofSorts(value, wanted[name])])),
    },
    hidden: [...hidden, ...satellites.flatMap(([name, value]) => (value === undefined ? [name] : []))],
    secrets: facts.secrets ?? [],
  };
}

const variantOf = ({ variants }: ObjectKind, values: Values): Values =>
  variants ? { [variants.by]: values[variants.by] } : {};

/** Stops before anything is written when something is not as described that iconik cannot change. */
function refuseStuck(
  definition: ObjectKind,
  what: string,
  changed: readonly Leaf[],
  live: Live,
  wanted: Values,
  resolved: Resolved,
): void {
  const stuck = changed.find((leaf) => leaf.field.immutable === "refuse");
  if (!stuck) return;
  const [is, described] = [shown(stuck, live, resolved)?.value, written(wanted, stuck)].map(show);
  const message = `${stuck.name} of ${what} is ${is} in iconik and cannot be changed to ${described}. Describe it as it is, or ${stuck.field.instead ?? "make a new one instead"}. It was left as it is`;
  throw new IconikError({ code: "cannot-change", operation: `GET ${definition.path}`, message });
}

/** What the satellite is now; stops when somebody changed it after it was last read, as for the object's own fields. */
async function unmoved(place: Place, last: unknown, wanted: unknown): Promise<unknown> {
  const { definition, field, name, what, resolved } = place;
  const now = await observe(place, wanted, last);
  const moved =
    last !== undefined && !sameSatellite(field, now, last, resolved) && !sameSatellite(field, now, wanted, resolved);
  if (!moved || field.via?.shape === "token") return now;
  // Which entries of an access list count depends on what is written.
  if (field.type === "access" && sameSatellite(field, await observe(place, last), last, resolved)) return now;
  const [was, is, described] = apart(
    last,
    ofSorts(now, typeof last === "object" && typeof wanted === "object" ? { ...last, ...wanted } : wanted),
    wanted,
  );
  throw new IconikError({
    code: "moved",
    operation: `GET ${definition.path}`,
    message: `${name} of ${what} was changed in iconik since this stack last read it: it was ${was}, is ${is}, and ${described} is wanted. It was left as it is. Run pulumi refresh, look at the change, then run again`,
  });
}

async function syncSatellite(place: Place, now: unknown, wanted: unknown): Promise<void> {
  const { field, name, what, session, definition, id } = place;
  if (sameSatellite(field, now, wanted, place.resolved)) return;
  place.begun = true;
  const look = async () => {
    if (field.via?.shape === "toggle") place.live = await get_(session, definition, id);
    return observe(place, wanted);
  };
  const again = async () => {
    const seen = await look();
    if (!sameSatellite(field, seen, wanted, place.resolved)) await write(place, wanted, seen);
  };
  const doubt = await write(place, wanted, now).catch(async (error: unknown) => {
    // Its parts may not know each other yet, or what is to be taken away is gone.
    if (isMissing(error))
      return eventually(session, again, { passing: isMissing, lag: `iconik answers 404 for ${name} of ${what}` });
    if (error instanceof IconikError && error.acted === "unknown") return error;
    throw error;
  });
  const kept = await eventually(session, look, {
    good: (value) => sameSatellite(field, value, wanted, place.resolved),
  });
  if (sameSatellite(field, kept, wanted, place.resolved)) return;
  if (doubt) throw doubt;
  const [sent, stored] = apart(wanted, kept);
  throw new IconikError({
    code: "not-stored",
    operation: `GET ${definition.path}`,
    message: `iconik took ${name} of ${what} but kept something else: sent ${sent}, stored ${stored}. Write what iconik keeps, or ask its support why`,
  });
}
