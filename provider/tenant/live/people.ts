/**
 * Who is in which group of a live tenant. Tenants with user groups say it in the list of users; of teams and role groups,
 * each person's own record alone says it (users.json: UserWithSeparatedGroupsSchema), one request for each.
 */

import type { Definition, ObjectKind } from "../../definition";
import { IconikError } from "../../engine/errors";
import type { Session } from "../../engine/session";
import type { Live } from "../../engine/values";
import { kinds } from "../../kinds";
import { lowerCamel } from "../../naming";
import { unreadPeople, type People, type Person, type PicturedResource } from "../picture";

export interface ReadPeopleOptions {
  /** Objects with their ids, whose names memberships get. Default: iconik's names. */
  resources?: readonly PicturedResource[];
  /** Told how many of how many people have been read. */
  progress?(done: number, of: number): void;
}

/** Requests under way at once. */
const together = 16;
const list = "GET /API/users/v1/users/";
const record = "GET /API/users/v1/users/{user_id}/";

/**
 * Reads everybody whose account exists. Nobody may be missing: without the right to see users they are unknown.
 * @throws IconikError when iconik could not be asked.
 */
export async function readPeople(session: Session, model: "userGroups" | "teams", options: ReadPeopleOptions = {}): Promise<People> {
  const { resources = [], progress = () => undefined } = options;
  try {
    const names = await namesOf(session, model, resources);
    const users = (await session.client.list<Live>(list)).filter(({ status }) => status !== "DELETED");
    const known: Person[] = Array(users.length);
    let [next, done] = [0, 0];
    const reader = async () => {
      for (let index = next++; index < users.length; index = next++) {
        const user = model === "teams" ? await whole(session, users[index]!) : users[index]!;
        if (user) known[index] = personOf(user, names);
        progress((done += 1), users.length);
      }
    };
    await Promise.all(Array.from({ length: together }, reader));
    return { known: known.filter((person) => person !== undefined).sort((a, b) => (a.email < b.email ? -1 : 1)), readAt: new Date().toISOString() };
  } catch (error) {
    if (!mayNotReadPeople(error)) throw error;
    return { unknown: unreadPeople };
  }
}

/** Is it users that the token may not read, and nothing else? */
export const mayNotReadPeople = (error: unknown): boolean => error instanceof IconikError && error.code === "forbidden" && [list, record].includes(error.operation ?? "");

/** Undefined when they were deleted since the list was made. */
async function whole(session: Session, { id }: Live): Promise<Live | undefined> {
  const { body } = await session.client.call<Live>(record, { path: { user_id: String(id) } }).catch((error: unknown) => {
    if (error instanceof IconikError && error.code === "not-found") return { body: undefined };
    throw error;
  });
  return body && body.status !== "DELETED" ? body : undefined;
}

/** `userGroups/Editors` by iconik's id. */
async function namesOf(session: Session, model: "userGroups" | "teams", resources: readonly PicturedResource[]): Promise<Map<string, string>> {
  const groups = Object.values(kinds as Record<string, Definition>).filter(
    (kind): kind is ObjectKind => kind.shape === "object" && kind.model === model,
  );
  const names = new Map<string, string>();
  for (const { kind, section } of groups) {
    for (const { id, name } of await session.inventory(kinds[kind as keyof typeof kinds] as ObjectKind).all()) names.set(String(id), `${section}/${String(name)}`);
  }
  // Settings and allow lists of a group have its id, too.
  const labelled = resources.filter(({ kind }) => groups.some((group) => group.kind === kind));
  for (const { id, section, name } of labelled) if (id !== undefined) names.set(id, `${section}/${name}`);
  return names;
}

function personOf(user: Live, names: ReadonlyMap<string, string>): Person {
  const ids = [user.groups, user.teams, user.role_groups].flatMap((some) => ((some ?? []) as unknown[]).map(String));
  return {
    email: String(user.email ?? user.id),
    ...(typeof user.type === "string" && { type: lowerCamel(user.type) }),
    active: user.status === undefined || user.status === "ACTIVE",
    admin: user.is_admin === true || user.is_super_admin === true,
    memberOf: [...new Set(ids)].flatMap((id) => names.get(id) ?? []).sort(),
  };
}
