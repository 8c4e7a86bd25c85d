/**
 * What a group grants, guarded: roles that the caller does not hold cannot be given, and roles are not taken away that
 * the caller or the last people who manage others need.
 */

import { accessSorts, type ObjectKind, type Values } from "../../definition";
import { kinds } from "../../kinds";
import { missingFor } from "../../roles";
import { IconikError } from "../errors";
import { userList } from "../people";
import type { Session } from "../session";
import { memberOf, type Access, type AccessEntry, type Live } from "../values";
import { counted, refuse, type Refusal } from "./refusal";
import { once } from "./once";
import {
  isGranting,
  managerRefusals,
  memberships,
  neededRoles,
  ownRefusals,
  readPeople,
  readRoles,
  takenBy,
  touchesManaging,
  unknownManagers,
  type Granting,
  type Rights,
  type RightsChange,
} from "./rights";

/** Persons who have to be left who can manage users and groups, unless `guards.minAdmins` says otherwise. */
export const minAdminsDefault = 2;

/** What an object is called in exceptions: `userGroups/Editors`. */
export const objectOf = (definition: ObjectKind, label: string): string => `${definition.section}/${label}`;

/** Writes what a group grants, unless that is refused. Changes of rights go one after the other: each sees the ones before. */
export async function grantingGuarded<T>(
  session: Session,
  definition: ObjectKind,
  change: RightsChange,
  write: () => Promise<T>,
): Promise<T> {
  const { kind } = definition;
  if (!isGranting(kind)) return write();
  refuse(session, [...(await grantRefusals(session, [change])), ...emptiedRefusals([change])]);
  if (!takenBy(kind, change)) return write();
  return session.exclusive("rights", async () => {
    refuse(session, await rightsRefusals(session, kind, [change]));
    const done = await write();
    const ofRun = granted.get(session) ?? new Map<string, readonly string[]>();
    granted.set(session, ofRun.set(change.id, change.after ?? []));
    return done;
  });
}
/** Roles that this run gave to groups, by their ids: lists that were read before do not show it. */
const granted = new WeakMap<Session, Map<string, readonly string[]>>();

/** Roles that the caller cannot give, because they do not hold them. */
export async function grantRefusals(session: Session, changes: readonly RightsChange[]): Promise<Refusal[]> {
  const given = changes
    .map((change) => ({ ...change, added: (change.after ?? []).filter((role) => !change.before.includes(role)) }))
    .filter(({ added }) => added.length > 0);
  if (given.length === 0 || (await session.caller()).isAdmin) return [];
  const held = await ownRoles(session);
  const lacked = given.flatMap(({ object, what, added }) =>
    missingFor(held, false, added).map(({ role }) => ({ object, what, role })),
  );
  return [...Map.groupBy(lacked, ({ role }) => role)].map(([role, all]): Refusal => {
    const who = counted(
      all.map(({ what }) => what),
      3,
    );
    return {
      guard: "granting",
      caller: true,
      object: all[0]!.object,
      message: `the token lacks the role ${role}, and nobody can give a role that they do not have (${who} would get it); give it to the user the token acts for, or use an administrator's token`,
      allow: [{ verb: "grantRole", target: role }],
    };
  });
}

const ownRoles = once(async ({ client }) => {
  const { body } = await client.call<Live>("GET /API/users/v1/users/current/roles/");
  return new Set((body?.objects as string[] | undefined) ?? []);
});

/** Groups that would grant nothing any more. */
export const emptiedRefusals = (changes: readonly RightsChange[]): Refusal[] =>
  changes
    .filter(({ before, after }) => before.length > 0 && after?.length === 0)
    .map(({ object, what, before }) => ({
      guard: "emptying",
      object,
      message: `${what} would be left without any role; it has ${before.length} now`,
      allow: [{ verb: "empty", target: object, lost: before }],
    }));

/** What of the changes, taken together, takes rights from the caller or leaves too few who manage. Reads what it needs. */
export async function rightsRefusals(
  session: Session,
  kind: Granting,
  together: readonly RightsChange[],
): Promise<Refusal[]> {
  const needed = neededRoles(kind);
  const manages = touchesManaging(kind, together);
  const touches = together.some((change) => !change.after || [...needed].some((role) => takenBy(kind, change)?.(role)));
  if (!manages && !touches) return [];
  const { ids, admin, type, unread } = await memberships(session);
  // What nobody of concern is in needs no reading of all groups.
  if (!manages && (unread === undefined || kind === "UserGroup") && !together.some(({ id }) => ids.has(id))) return [];
  const read = await readRoles(session, kind);
  const rights: Rights = {
    kind,
    roles: new Map([...read, ...(granted.get(session) ?? [])]),
    caller: { admin: admin || (await session.caller()).isAdmin, groups: ids, type, unread },
    minAdmins: session.guards.minAdmins ?? minAdminsDefault,
  };
  const own = ownRefusals(rights, together);
  if (!manages) return own;
  try {
    return [
      ...own,
      ...managerRefusals(rights, together, await readPeople(session, kind === "UserGroup" ? "userGroups" : "teams")),
    ];
  } catch (error) {
    if (!(error instanceof IconikError) || error.code === "unauthorized" || error.code === "interrupted") throw error;
    return [...own, unknownManagers(together, error.message)];
  }
}

/** Access lists that nobody would be left in. `now` and `wanted` by name of the field. */
export async function accessRefusals(
  session: Session,
  object: string,
  what: string,
  lists: Iterable<[name: string, now: unknown, wanted: unknown]>,
): Promise<Refusal[]> {
  const isEmptied = (now: unknown, wanted: unknown) =>
    grantingIn(now) > 0 && grantingIn({ ...(now as Access), ...(wanted as Access) }) === 0;
  const emptied = [...lists].filter(([, now, wanted]) => isEmptied(now, wanted));
  return Promise.all(
    emptied.map(async ([name, now]): Promise<Refusal> => {
      const before = grantingIn(now);
      const message = `${name} of ${what} would be left without any entry; there ${before === 1 ? "is 1" : `are ${before}`} now`;
      // Names are asked for only where dates count.
      const isDated = session.guards.allow.some(({ only, target }) => only && target === object);
      const lost = isDated && { lost: await membersIn(session, now as Access) };
      return { guard: "emptying", object, message, allow: [{ verb: "empty", target: object, ...lost }] };
    }),
  );
}

const isGiving = ({ permissions }: AccessEntry): boolean => permissions.length > 0;

/** How many entries of an access list give anything. */
export const grantingIn = (access: unknown): number =>
  Object.values((access ?? {}) as Access)
    .flat()
    .filter(isGiving).length;

/** Who is given anything, as `groups/Editors` or `users/editor@example.com`; whoever is gone from the tenant, by their id. */
const membersIn = (session: Session, access: Access): Promise<string[]> =>
  Promise.all(
    (Object.entries(access) as [keyof Access, AccessEntry[]][]).flatMap(([sort, entries]) =>
      entries.filter(isGiving).map(async (entry) => `${sort}/${await called(session, sort, memberOf(entry))}`),
    ),
  );

async function called(session: Session, sort: keyof Access, member: unknown): Promise<string> {
  if (typeof member !== "string") return (member as { existing: string }).existing;
  if (sort !== "users") {
    const definition = kinds[accessSorts[sort].kind] as ObjectKind;
    const group = await session.reader(definition).present({ id: member, what: `${definition.kind} ${member}` });
    return String(group?.[definition.key] ?? member);
  }
  if (member.includes("@")) return member;
  const people = await session.client.list<Live>(userList);
  return String(people.find(({ id }) => id === member)?.email ?? member).toLowerCase();
}

export const rolesIn = (values: Values | Live | undefined): readonly string[] =>
  (values?.roles as readonly string[] | undefined) ?? [];
