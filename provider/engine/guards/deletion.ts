/**
 * Deleting, guarded: not more of a kind than is usual for a tidy-up, not what others point to or work with, and nothing
 * where it is not known how much there is. It counts what this run deletes; what earlier runs deleted is known only to
 * whoever keeps the stack's description.
 */

import type { ObjectKind } from "../../definition";
import { kinds } from "../../kinds";
import { IconikError } from "../errors";
import type { Session } from "../session";
import { rightsRefusals } from "./changes";
import { permits, type Exception } from "./exceptions";
import { pointersTo, unreadable, type Pointer } from "./pointers";
import { counted, refuse, type Refusal } from "./refusal";
import { isGranting, readPeople } from "./rights";

/** Objects of a kind that may go without a word, of so many. */
const mostOf = (total: number): number => Math.max(2, Math.floor(total * 0.2));

/** @param before how many were deleted besides, since when. */
export function capRefusals(
  section: string,
  doomed: readonly string[],
  total: number,
  { before = 0, since = "in this run" } = {},
): Refusal[] {
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
  why.length === 0
    ? []
    : [
        {
          guard: "deletion",
          object,
          message: `${what} is deleted only where it is named: ${why.join("; ")}`,
          allow: [{ verb: "delete", target: object, named: true }],
        },
      ];

/** The application that the run acts by. */
export const ownApplication = ({ settings }: Session, { id, object, what }: Doomed): Refusal[] => {
  if (id !== settings.appId) return [];
  const message = `${what} is the application that this run acts as: without it, nothing after it could be done, and nothing put back`;
  return [{ guard: "identity", caller: true, object, message, allow: [{ verb: "lockOut", target: object }] }];
};

/** Deletes, unless that is refused. */
export async function removalGuarded(
  session: Session,
  definition: ObjectKind,
  { id, object, what }: Doomed,
  remove: () => Promise<void>,
): Promise<void> {
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
  const tried = isNamed ? run.named.size + run.unnamed.size : run.unnamed.size;
  if (total !== undefined) refusals.push(...capRefusals(section, [object], total, { before: tried - 1 }));
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
async function inventory(
  session: Session,
  definition: ObjectKind,
  what: string,
  isNamed: boolean,
): Promise<number | undefined> {
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

function rightsGuarded(
  session: Session,
  { kind }: ObjectKind,
  { id, object, what }: Doomed,
  remove: () => Promise<void>,
): Promise<void> {
  if (!isGranting(kind)) return remove();
  return session.exclusive("rights", async () => {
    const { roles } = ((await session.reader(kinds[kind] as ObjectKind).present({ id, what })) ?? {}) as {
      roles?: string[];
    };
    refuse(session, await rightsRefusals(session, kind, [{ id, object, what, before: roles ?? [], after: undefined }]));
    await remove();
  });
}

/** What a change makes of things besides. */
export interface Besides {
  /** Does it leave the pointer as it is? */
  stays?: (pointer: Pointer) => boolean;
  /** Ids of groups and teams that are deleted with it. */
  gone?: ReadonlySet<string>;
}

/** Why the object is deleted only when it is named, each a clause. */
export async function reasons(
  session: Session,
  definition: ObjectKind,
  { id, what }: Doomed,
  { stays = () => true, gone }: Besides = {},
): Promise<string[]> {
  const found = (await pointersTo(session, definition, id)).filter(stays).map(({ words }) => words);
  if (definition.stateful)
    found.unshift("records of its files stay behind without it, and how many there are cannot be read");
  if (definition.kind === "Storage") {
    const live = await session.reader(definition).present({ id, what });
    if (live?.default === true) found.push(`it is the default for ${String(live.purpose).toLowerCase()}`);
  }
  const { kind } = definition;
  if (kind === "UserGroup" || kind === "Team")
    found.push(...(await lastAccess(session, kind, id, gone ?? tally(session, kind).gone)));
  return found;
}

/** People who would be in no group (or team) any more. */
async function lastAccess(
  session: Session,
  kind: "UserGroup" | "Team",
  id: string,
  gone: ReadonlySet<string>,
): Promise<string[]> {
  try {
    const teams = kind === "Team" ? await session.teams() : undefined;
    const people = await readPeople(session, kind === "Team" ? "teams" : "userGroups");
    const isLost = (group: string) => group === id || gone.has(group) || teams?.has(group) === false;
    const alone = people.filter(({ groups, admin }) => !admin && groups.has(id) && [...groups].every(isLost));
    if (alone.length === 0) return [];
    const who = counted(
      alone.map(({ email }) => email),
      3,
    );
    return [`${who} would be in no ${kind === "Team" ? "team" : "group"} any more, and lose their last access`];
  } catch (error) {
    return [`whose last access it is could not be read (${unreadable(error)})`];
  }
}
