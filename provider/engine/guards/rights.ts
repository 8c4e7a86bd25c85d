/**
 * Who may do what, as far as a guard needs it: whom the token acts for and where they belong, what groups grant, and
 * who can manage people. Under the older model rights are the union over a person's user groups; under the newer one
 * over their role groups, and whoever is in none that grants anything has all that the user type allows (help pages:
 * User Groups, Role Groups). Administrators stand above roles (help page: Understanding User Group Roles).
 */

import type { ObjectKind } from "../../definition";
import { kinds } from "../../kinds";
import { withinUserType, type UserType } from "../../roles";
import { IconikError } from "../errors";
import { operationsOf, rolesFor } from "../operations";
import { idOf } from "../paths";
import { accountOf, readAccounts, userRecord, type Account } from "../people";
import type { Session } from "../session";
import { once } from "./once";
import type { Live } from "../values";
import type { Refusal } from "./refusal";

/** A kind whose objects grant roles. */
export type Granting = "UserGroup" | "RoleGroup";
export const isGranting = (kind: string): kind is Granting => kind === "UserGroup" || kind === "RoleGroup";

/** Somebody who is active; of what is changed, all their groups are known. */
export type Member = Pick<Account, "id" | "email" | "groups" | "type" | "admin">;

/** What is known before a change. */
export interface Rights {
  kind: Granting;
  /** Roles by id of the group; of those that are not read, none. */
  roles: ReadonlyMap<string, readonly string[]>;
  caller: Pick<Member, "admin" | "groups" | "type"> & { unread?: string };
  minAdmins: number;
}

/** One group before and after; `after` is undefined when it is deleted. */
export interface RightsChange {
  id: string;
  /** section/label */
  object: string;
  what: string;
  before: readonly string[];
  after: readonly string[] | undefined;
}

/**
 * Which roles the change takes from whoever is in the group; undefined when it takes none. Whoever is in no role group
 * that grants anything has all that their type allows, so the first roles of one take all the others.
 */
export function takenBy(kind: Granting, { before, after }: RightsChange): ((role: string) => boolean) | undefined {
  const isLeftOut = (role: string) => !after?.includes(role);
  if (areFirst(kind, { before, after })) return isLeftOut;
  return !after || before.some(isLeftOut) ? (role) => before.includes(role) && isLeftOut(role) : undefined;
}
const areFirst = (kind: Granting, { before, after = [] }: Pick<RightsChange, "before" | "after">): boolean =>
  kind === "RoleGroup" && before.length === 0 && after.length > 0;

/** Which roles a person has by their groups. Where none grants anything, those that the type surely allows, or may. */
function heldBy(
  kind: Granting,
  { groups, type }: Pick<Member, "groups" | "type">,
  roles: Rights["roles"],
  isSure: boolean,
): (role: string) => boolean {
  const given = new Set([...groups].flatMap((id) => roles.get(id) ?? []));
  if (kind === "UserGroup") return (role) => given.has(role);
  const within = (role: string) => (type === undefined ? "unknown" : withinUserType(type, role));
  return (role) => (given.size === 0 || given.has(role)) && (isSure ? within(role) === "yes" : within(role) !== "no");
}

/** Enough to manage people and what they may do. */
const managing: Record<Granting, readonly string[]> = {
  UserGroup: ["can_write_users", "can_write_groups"],
  RoleGroup: ["can_write_users", "can_write_role_groups"],
};

/** Roles without which a tenant of this model cannot be looked after: those of all calls of all its kinds. */
export const neededRoles = (kind: Granting): ReadonlySet<string> => {
  const model = kind === "UserGroup" ? "userGroups" : "teams";
  const ours = Object.values(kinds).filter(
    (definition) => definition.model === undefined || definition.model === model,
  );
  return new Set(rolesFor(ours.flatMap((definition) => Object.values(operationsOf(definition)).flat())));
};

/** What of it takes from the person behind the token: roles that are needed, and the group that they are in. */
export function ownRefusals({ kind, roles, caller }: Rights, changes: readonly RightsChange[]): Refusal[] {
  // The answer about oneself names user groups; of role groups that is not known.
  if (kind === "RoleGroup" && caller.unread !== undefined) {
    return changes
      .filter(({ id }) => !caller.groups.has(id))
      .map(({ object, what }) => {
        const message = `${what}: whether it is a group of the person behind the token is not known (${caller.unread})`;
        return {
          guard: "identity",
          caller: true,
          unknown: true,
          object,
          message,
          allow: [{ verb: "lockOut", target: object }],
        };
      });
  }
  const own = changes.filter(({ id }) => caller.groups.has(id));
  const gone = own
    .filter(({ after }) => after === undefined)
    .map(({ object, what }): Refusal => ({
      guard: "identity",
      caller: true,
      object,
      message: `${what} is a group of the person behind the token`,
      allow: [{ verb: "lockOut", target: object }],
    }));
  if (caller.admin) return gone;
  const needed = neededRoles(kind);
  const after = new Map([...roles, ...changes.map(({ id, after }) => [id, after ?? []] as const)]);
  const [had, has] = [roles, after].map((known) => heldBy(kind, caller, known, false)) as [
    (role: string) => boolean,
    (role: string) => boolean,
  ];
  const lost = [...needed].filter((role) => had(role) && !has(role));
  const losing = own.flatMap((change): Refusal[] => {
    const { object, what } = change;
    const taken = lost.filter((role) => takenBy(kind, change)?.(role));
    if (taken.length === 0) return [];
    if (areFirst(kind, change)) {
      const message =
        `${what} would get its first roles, and whoever is in no other role group then has these alone: ` +
        `the person behind the token would lose ${listed(taken)}, and what is described here needs them`;
      return [{ guard: "identity", caller: true, object, message, allow: [{ verb: "lockOut", target: object }] }];
    }
    return taken.map((role) => {
      const message = `${what} is the last way in which the person behind the token has ${role}, and what is described here needs it`;
      return { guard: "identity", caller: true, object, message, allow: [{ verb: "loseRole", target: role }] };
    });
  });
  return [...gone, ...losing];
}

const listed = (roles: readonly string[]): string =>
  roles.length > 4 ? `${roles.slice(0, 3).join(", ")} and ${roles.length - 3} more` : roles.join(", ");

/** Could a change of these groups leave fewer people who manage? */
export const touchesManaging = (kind: Granting, changes: readonly RightsChange[]): boolean =>
  changes.some((change) => managing[kind].some((role) => takenBy(kind, change)?.(role)));

/** Who can manage users and groups. */
export function managers(
  kind: Granting,
  people: readonly Member[],
  roles: ReadonlyMap<string, readonly string[]>,
): Member[] {
  return people.filter((person) => person.admin || managing[kind].every(heldBy(kind, person, roles, true)));
}

/** Fewer people left who can manage users and groups than there have to be, and fewer than now. */
export function managerRefusals(
  { kind, roles, minAdmins }: Rights,
  changes: readonly RightsChange[],
  people: readonly Member[],
): Refusal[] {
  const after = new Map([...roles, ...changes.map(({ id, after: now }) => [id, now ?? []] as const)]);
  const [were, left] = [managers(kind, people, roles), managers(kind, people, after)];
  if (left.length >= minAdmins || left.length >= were.length) return [];
  const who =
    left.length === 0 ? "nobody" : left.length === 1 ? `only ${left[0]!.email}` : `only ${left.length} people`;
  const message =
    `${changes.map(({ what }) => what).join(", ")}: ${who} would be left who can manage users and groups ` +
    `(${managing[kind].join(" and ")}, or administrator), of ${were.length} now; there have to be ${minAdmins}`;
  return [
    {
      guard: "identity",
      object: changes[0]!.object,
      message,
      allow: [{ verb: "minAdmins", target: String(left.length) }],
    },
  ];
}

/** The same where people cannot be read: that is no zero, and no leave either. */
export const unknownManagers = (changes: readonly RightsChange[], why: string): Refusal => ({
  guard: "identity",
  unknown: true,
  object: changes[0]!.object,
  message: `${changes.map(({ what }) => what).join(", ")}: how many people would be left who can manage users and groups is not known, because people cannot be read (${why})`,
  allow: [{ verb: "minAdmins", target: "0" }],
});

// Reading

export interface Self {
  userId: string | undefined;
  /** Ids of their groups, teams and role groups. */
  ids: ReadonlySet<string>;
  type?: UserType;
  admin: boolean;
  /** Why teams and role groups may be missing among them. */
  unread?: string;
}

/** Whom the token acts for. Asked once. */
export const memberships = once(async ({ client }: Session): Promise<Self> => {
  const { body } = await client.call<Live>("GET /API/users/v1/users/current/");
  const { groups, type, admin } = accountOf(body ?? {});
  const userId = typeof body?.id === "string" ? body.id : undefined;
  const ids = new Set(groups);
  let unread: string | undefined =
    userId === undefined ? "GET /API/users/v1/users/current/ does not say who it is" : undefined;
  // The answer about oneself does not tell teams and role groups (users.json: UserSchema); the one by id does.
  if (userId !== undefined) {
    const whole = await client.call<Live>(userRecord, { path: { user_id: userId } }).catch((error: unknown) => {
      if (!(error instanceof IconikError && ["forbidden", "not-found"].includes(error.code))) throw error;
      unread = error.message;
      return undefined;
    });
    for (const id of accountOf(whole?.body ?? {}).groups) ids.add(id);
  }
  return { userId, ids, admin, ...(type !== undefined && { type }), ...(unread !== undefined && { unread }) };
});

/** Roles of all groups of the kind; lists may leave them out. */
export async function readRoles(session: Session, kind: Granting): Promise<Map<string, readonly string[]>> {
  const definition = kinds[kind] as ObjectKind;
  const all = await session.inventory(definition).all();
  const whole = await Promise.all(
    all.map(async (item) =>
      Array.isArray(item.roles) ? item : await readOne(session, definition, idOf(definition, item)),
    ),
  );
  return new Map(
    whole.flatMap((item) => (item ? [[idOf(definition, item), (item.roles ?? []) as string[]] as const] : [])),
  );
}

async function readOne(session: Session, definition: ObjectKind, id: string): Promise<Live | undefined> {
  return session.reader(definition).present({ id, what: `${definition.kind} ${id}` });
}

/** Everybody who is active, with the groups that are asked about. */
export const readPeople = async (session: Session, model: "userGroups" | "teams"): Promise<Member[]> =>
  (await readAccounts(session, model)).filter(({ active }) => active);
