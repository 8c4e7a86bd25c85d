/** Who is in which group of a live tenant, in words. */

import type { Definition, ObjectKind } from "../../definition";
import { IconikError } from "../../engine/errors";
import { readAccounts, userList, userRecord, type Account } from "../../engine/people";
import type { Session } from "../../engine/session";
import { kinds } from "../../kinds";
import { unreadPeople, type People, type Person, type PicturedResource } from "../picture";

export interface ReadPeopleOptions {
  /** Objects with their ids, whose names memberships get. Default: iconik's names. */
  resources?: readonly PicturedResource[];
  /** Told how many of how many people have been read. */
  progress?(done: number, of: number): void;
}

/**
 * Reads everybody whose account exists. Nobody may be missing: without the right to see users they are unknown.
 * @throws IconikError when iconik could not be asked.
 */
export async function readPeople(
  session: Session,
  model: "userGroups" | "teams",
  options: ReadPeopleOptions = {},
): Promise<People> {
  const { resources = [] } = options;
  try {
    const names = await namesOf(session, model, resources);
    const known = (await readAccounts(session, model, options.progress)).map((account) => personOf(account, names));
    return { known: known.sort((a, b) => (a.email < b.email ? -1 : 1)), readAt: new Date().toISOString() };
  } catch (error) {
    if (!mayNotReadPeople(error)) throw error;
    return { unknown: unreadPeople };
  }
}

/** Is it users that the token may not read, and nothing else? */
export const mayNotReadPeople = (error: unknown): boolean =>
  error instanceof IconikError && error.code === "forbidden" && [userList, userRecord].includes(error.operation ?? "");

/** `userGroups/Editors` by iconik's id. */
async function namesOf(
  session: Session,
  model: "userGroups" | "teams",
  resources: readonly PicturedResource[],
): Promise<Map<string, string>> {
  const groups = Object.values(kinds as Record<string, Definition>).filter(
    (kind): kind is ObjectKind => kind.shape === "object" && kind.model === model,
  );
  const names = new Map<string, string>();
  for (const { kind, section } of groups) {
    for (const { id, name } of await session.inventory(kinds[kind as keyof typeof kinds] as ObjectKind).all())
      names.set(String(id), `${section}/${String(name)}`);
  }
  // Settings and allow lists of a group have its id, too.
  const labelled = resources.filter(({ kind }) => groups.some((group) => group.kind === kind));
  for (const { id, section, name } of labelled) if (id !== undefined) names.set(id, `${section}/${name}`);
  return names;
}

const personOf = ({ email, type, active, admin, groups }: Account, names: ReadonlyMap<string, string>): Person => ({
  email,
  ...(type !== undefined && { type }),
  active,
  admin,
  memberOf: [...groups].flatMap((id) => names.get(id) ?? []).sort(),
});
