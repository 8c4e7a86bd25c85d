/**
 * Deleting, guarded: not more of a kind than is usual for a tidy-up, not what others point to or work with, and nothing
 * where it is not known how much there is. It counts what one run deletes; what runs before it deleted only whoever
 * keeps the stack's description knows.
 */

import type { Definition, Field, ObjectKind, PartKind } from "../../definition";
import { allFields } from "../../definition";
import { kinds } from "../../kinds";
import { wireName } from "../../naming";
import { IconikError, isMissing } from "../errors";
import { idOf, idParameter } from "../paths";
import type { Session } from "../session";
import { get, leavesOf, type Leaf, type Live } from "../values";
import { permits, type Exception } from "./exceptions";
import { counted, refuse, type Refusal } from "./refusal";
import { rightsRefusals } from "./changes";
import { isGranting, readPeople } from "./rights";

/** Objects of a kind that may go without a word, of so many. */
export const mostOf = (total: number): number => Math.max(2, Math.floor(total * 0.2));

/** @param before how many were deleted besides, since when. */
export function capRefusals(section: string, doomed: readonly string[], total: number, { before = 0, since = "in this run" } = {}): Refusal[] {
  const count = doomed.length + before;
  if (doomed.length === 0 || count <= mostOf(total)) return [];
  const objects = [...doomed].sort();
  return [
    {
      guard: "deletion",
      object: objects.length === 1 ? objects[0]! : `${section}/*`,
      message: `${count} of ${total} ${section} would be deleted ${since}, and ${mostOf(total)} may be (2, or 20 % where that is more): ${counted(objects)}`,
      allow: objects.map((target) => ({ verb: "delete", target })),
    },
  ];
}

interface Doomed {
  id: string;
  /** section/label */
  object: string;
  what: string;
}

/** The exception that permits that it is deleted, as far as numbers go, or by its name. */
export const permitFor = ({ guards, settings }: Session, object: string, named?: true): Exception | undefined =>
  permits([...guards.allow, ...(settings.allow ?? [])], [{ verb: "delete", target: object, named }])?.[0];

/** @param why clauses */
export const onlyNamed = ({ object, what }: Doomed, why: readonly string[]): Refusal[] =>
  why.length === 0 ? [] : [{ guard: "deletion", object, message: `${what} is deleted only where it is named: ${why.join("; ")}`, allow: [{ verb: "delete", target: object, named: true }] }];

/** The application that the run acts by. */
export const ownApplication = ({ settings }: Session, { id, object, what }: Doomed): Refusal[] => {
  if (id !== settings.appId) return [];
  const message = `${what} is the application that this run acts as: without it, nothing after it could be done, and nothing put back`;
  return [{ guard: "identity", caller: true, object, message, allow: [{ verb: "lockOut", target: object }] }];
};

/** Deletes, unless that is refused. */
export async function removalGuarded(session: Session, definition: ObjectKind, { id, object, what }: Doomed, remove: () => Promise<void>): Promise<void> {
  const { kind, section } = definition;
  if (session.replacing.has(`${kind}/${id}`)) return remove();
  const run = tally(session, kind);
  const one = { id, object, what };
  // Where it is named, what speaks against it need not be read.
  const why = permitFor(session, object, true) ? [] : await reasons(session, definition, one);
  const refusals = [...ownApplication(session, one), ...onlyNamed(one, why)];
  const isNamed = permitFor(session, object) !== undefined;
  const total = await inventory(session, definition, what, isNamed);
  // From here to the refusal nothing is waited for: deletes come at the same time.
  (isNamed ? run.named : run.unnamed).add(id);
  const counted = isNamed ? run.named.size + run.unnamed.size : run.unnamed.size;
  if (total !== undefined) refusals.push(...capRefusals(section, [object], total, { before: counted - 1 }));
  try {
    refuse(session, refusals);
    await rightsGuarded(session, definition, one, remove);
    run.gone.add(id);
  } catch (error) {
    if (error instanceof IconikError && ["guarded", "lock-out"].includes(error.code)) run.unnamed.delete(id);
    throw error;
  }
}

/** Of what a run has deleted and tried to delete, by kind. */
interface Tally {
  named: Set<string>;
  unnamed: Set<string>;
  gone: Set<string>;
}
const tallies = new WeakMap<Session, Map<string, Tally>>();
function tally(session: Session, kind: string): Tally {
  const all = tallies.get(session) ?? new Map<string, Tally>();
  tallies.set(session, all);
  const one = all.get(kind) ?? { named: new Set(), unnamed: new Set(), gone: new Set() };
  all.set(kind, one);
  return one;
}

/** How many of the kind there are, with those that this run deleted. */
async function inventory(session: Session, definition: ObjectKind, what: string, isNamed: boolean): Promise<number | undefined> {
  const { kind, section } = definition;
  try {
    return (await session.inventory(definition).all()).length + tally(session, kind).gone.size;
  } catch (error) {
    const why = unreadable(error);
    if (isNamed) return undefined;
    const message = `${what} was not deleted: how many ${section} there are could not be read in full (${why}), and without that nothing is deleted. Run again`;
    throw new IconikError({ code: "guarded", operation: `DELETE ${definition.path}`, message, cause: error });
  }
}

function rightsGuarded(session: Session, { kind }: ObjectKind, { id, object, what }: Doomed, remove: () => Promise<void>): Promise<void> {
  if (!isGranting(kind)) return remove();
  return session.exclusive("rights", async () => {
    const { roles } = ((await session.reader(kinds[kind] as ObjectKind).present({ id, what })) ?? {}) as { roles?: string[] };
    refuse(session, await rightsRefusals(session, kind, [{ id, object, what, before: roles ?? [], after: undefined }]));
    await remove();
  });
}

// What only goes when it is named

/** Something that points to an object. */
export interface Pointer {
  /** Kind and id of what points; of a document, those of the group or team whose it is. */
  holder: string;
  id: string;
  field: string;
  words: string;
}

/** What a change makes of things besides. */
export interface Besides {
  /** Does it leave the pointer as it is? */
  stays?: (pointer: Pointer) => boolean;
  /** Ids of groups and teams that are deleted with it. */
  gone?: ReadonlySet<string>;
}

/** Why the object is deleted only when it is named, each a clause. */
export async function reasons(session: Session, definition: ObjectKind, { id, what }: Doomed, { stays = () => true, gone }: Besides = {}): Promise<string[]> {
  const found = (await pointersTo(session, definition, id)).filter(stays).map(({ words }) => words);
  if (definition.stateful) found.unshift("records of its files stay behind without it, and how many there are cannot be read");
  if (definition.kind === "Storage") {
    const live = await session.reader(definition).present({ id, what });
    if (live?.default === true) found.push(`it is the default for ${String(live.purpose).toLowerCase()}`);
  }
  const { kind } = definition;
  if (kind === "UserGroup" || kind === "Team") found.push(...(await lastAccess(session, kind, id, gone ?? tally(session, kind).gone)));
  return found;
}

/** People who would be in no group (or team) any more. */
async function lastAccess(session: Session, kind: "UserGroup" | "Team", id: string, gone: ReadonlySet<string>): Promise<string[]> {
  try {
    const teams = kind === "Team" ? await session.teams() : undefined;
    const people = await readPeople(session, kind === "Team" ? "teams" : "userGroups");
    const alone = people.filter(({ groups, admin }) => !admin && groups.has(id) && [...groups].every((other) => other === id || gone.has(other) || teams?.has(other) === false));
    if (alone.length === 0) return [];
    const who = alone.slice(0, 3).map(({ email }) => email).join(", ");
    return [`${who}${alone.length > 3 ? ` and ${alone.length - 3} more` : ""} would be in no ${kind === "Team" ? "team" : "group"} any more, and lose their last access`];
  } catch (error) {
    return [`whose last access it is could not be read (${unreadable(error)})`];
  }
}

/** Why something is unknown; what stops a run stops it. */
function unreadable(error: unknown): string {
  if (!(error instanceof IconikError) || error.code === "unauthorized" || error.code === "interrupted") throw error;
  return error.message;
}

/**
 * What points to the object. Entries of access lists are none: every group has some, most of them on assets and
 * collections, where nobody can count them. A review says that they end.
 */
async function pointersTo(session: Session, definition: ObjectKind, id: string): Promise<Pointer[]> {
  const all = await Promise.all(Object.values(kinds).map((holder) => pointersIn(session, holder, definition, id)));
  return all.flat();
}

async function pointersIn(session: Session, holder: Definition, { kind }: ObjectKind, id: string): Promise<Pointer[]> {
  const leaves = pointing(holder, kind);
  if (leaves.length === 0) return [];
  try {
    const live = holder.shape === "object" ? await objectsOf(session, holder, leaves) : await documentsOf(session, holder);
    return live.flatMap(({ of, name, id: whose, live }) =>
      leaves
        .filter((leaf) => holds(leaf.field, get(live, leaf.wire), kind, id))
        .map((leaf) => ({ holder: of, id: whose, field: leaf.name, words: `${leaf.name} of ${name} points to it` })),
    );
  } catch (error) {
    if (isMissing(error)) return [];
    return [{ holder: holder.kind, id: "", field: "", words: `whether ${holder.section} point to it could not be read (${unreadable(error)})` }];
  }
}

/** Fields that may point to an object of the kind. */
export const pointing = (holder: Definition, kind: string): Leaf[] =>
  leavesOf(allFields(holder)).filter(({ field, wire }) => !field.via && wire.length > 0 && refersTo(field, kind));

const refersTo = (field: Field, kind: string): boolean => {
  if (field.type === "reference") return field.wire !== null && field.to.includes(kind);
  if (field.type === "list" || field.type === "set") return refersTo(field.of, kind);
  return field.type === "record" && Object.values(field.fields).some((inner) => refersTo(inner, kind));
};

function holds(field: Field, value: unknown, kind: string, id: string): boolean {
  if (value === undefined || value === null) return false;
  if (field.type === "reference") return field.to.includes(kind) && value === id;
  if (field.type === "list" || field.type === "set") return Array.isArray(value) && value.some((item) => holds(field.of, item, kind, id));
  if (field.type !== "record") return false;
  return Object.entries(field.fields).some(([name, inner]) => holds(inner, get(value, [wireName(name, inner) as string]), kind, id));
}

interface Holder {
  of: string;
  id: string;
  name: string;
  live: Live;
}

/** Lists may leave out what is looked for. */
async function objectsOf(session: Session, definition: ObjectKind, leaves: readonly Leaf[]): Promise<Holder[]> {
  const all = await session.inventory(definition).all();
  const isWhole = (item: Live) => leaves.every(({ wire }) => wire.length === 1 || get(item, wire.slice(0, -1)) !== undefined);
  const whole = await Promise.all(all.map(async (item) => (isWhole(item) ? item : await session.reader(definition).present({ id: idOf(definition, item), what: definition.kind }))));
  return whole.flatMap((item) => (item ? [{ of: definition.kind, id: idOf(definition, item), name: `${definition.kind} ${JSON.stringify(item[definition.key])}`, live: item }] : []));
}

/** All documents that the part can be of, as far as this tenant has them. There are as many as groups, so they are kept. */
function documentsOf(session: Session, definition: PartKind): Promise<Holder[]> {
  const all = kept.get(session) ?? new Map<string, Promise<Holder[]>>();
  kept.set(session, all);
  const reading = all.get(definition.kind) ?? readDocuments(session, definition);
  all.set(definition.kind, reading);
  reading.catch(() => all.delete(definition.kind));
  return reading;
}
const kept = new WeakMap<Session, Map<string, Promise<Holder[]>>>();

/** After an own write of a document. */
export const forgetDocuments = (session: Session): void => void kept.delete(session);

async function readDocuments(session: Session, { kind, fields, documents }: PartKind): Promise<Holder[]> {
  const found = documents.map(async ({ by, path }): Promise<Holder[]> => {
    if (by === undefined) return [{ of: kind, id: "", name: kind, live: (await session.client.call<Live>(`GET ${path}`)).body ?? {} }];
    const field = fields[by]!;
    const owner = kinds[field.type === "reference" ? field.to[0]! : ""] as ObjectKind;
    const owners = await session.inventory(owner).all().catch(orNone);
    const read = owners.map(async (item): Promise<Holder[]> => {
      const id = idOf(owner, item);
      const document = await session.client.call<Live>(`GET ${path}`, { path: { [idParameter(path)]: id } }).catch(orNothing);
      return document ? [{ of: owner.kind, id, name: `${kind} of ${owner.kind} ${JSON.stringify(item[owner.key])}`, live: document.body ?? {} }] : [];
    });
    return (await Promise.all(read)).flat();
  });
  return (await Promise.all(found)).flat();
}

const orNone = (error: unknown): readonly Live[] => orNothing(error) ?? [];
function orNothing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}
