/**
 * Everybody in a tenant, with their groups. Tenants with user groups say it in the list of users; of teams and role
 * groups, each person's own record alone says it (users.json: UserWithSeparatedGroupsSchema), one request for each.
 */

import { lowerCamel } from "../naming";
import type { UserType } from "../roles";
import { isMissing } from "./errors";
import { each } from "./pool";
import type { Session } from "./session";
import type { Live } from "./values";

export interface Account {
  id: string;
  /** The id where there is none. */
  email: string;
  /** Undefined: iconik does not say. */
  type?: UserType;
  active: boolean;
  /** Administrators stand above roles. */
  admin: boolean;
  /** Ids of their groups, teams and role groups, as far as the answer tells them. */
  groups: ReadonlySet<string>;
}

export const userList = "GET /API/users/v1/users/";
export const userRecord = "GET /API/users/v1/users/{user_id}/";

/** What an answer about a person says. */
export const accountOf = (user: Live): Account => ({
  id: String(user.id),
  email: String(user.email ?? user.id),
  ...(typeof user.type === "string" && { type: lowerCamel(user.type) as UserType }),
  active: user.status === undefined || user.status === "ACTIVE",
  admin: user.is_admin === true || user.is_super_admin === true,
  groups: new Set([user.groups, user.teams, user.role_groups].flatMap((ids) => ((ids ?? []) as unknown[]).map(String))),
});

/**
 * Everybody whose account exists. A session reads them once; what failed is read again by whoever asks next.
 * @param progress told how many of how many have been read, where it is this call that reads
 * @throws IconikError where anybody could not be read
 */
export function readAccounts(
  session: Session,
  model: "userGroups" | "teams",
  progress: (done: number, of: number) => void = () => undefined,
): Promise<readonly Account[]> {
  const all = readings.get(session) ?? new Map<string, Promise<readonly Account[]>>();
  readings.set(session, all);
  const reading = all.get(model) ?? read(session, model, progress);
  all.set(model, reading);
  reading.catch(() => all.delete(model));
  return reading;
}
const readings = new WeakMap<Session, Map<string, Promise<readonly Account[]>>>();

async function read(
  { client }: Session,
  model: "userGroups" | "teams",
  progress: (done: number, of: number) => void,
): Promise<readonly Account[]> {
  const listed = (await client.list<Live>(userList)).filter(exists);
  let done = 0;
  const tell = () => progress((done += 1), listed.length);
  const whole = async ({ id }: Live): Promise<Live | undefined> => {
    // Whoever was deleted since the list was made is in no group.
    const answer = await client.call<Live>(userRecord, { path: { user_id: String(id) } }).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
    return answer?.body;
  };
  const users = await each(listed, async (user) => (model === "teams" ? whole(user) : user), tell);
  return users.flatMap((user) => (user && exists(user) ? [accountOf(user)] : []));
}

const exists = ({ status }: Live): boolean => status !== "DELETED";
