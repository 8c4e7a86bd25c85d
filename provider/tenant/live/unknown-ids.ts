/**
 * Ids that something points at and no list has. Most are of things that were deleted; but one that iconik shows by id
 * and does not list means that a list was not whole, and then there is no picture.
 */

import { fieldsOf, type Field, type ObjectKind, type Values } from "../../definition";
import type { Session } from "../../engine";
import { IconikError } from "../../engine/errors";
import { saysGone } from "../../engine/failures";
import { wholeOf } from "../../engine/leaves";
import { idParameter } from "../../engine/paths";
import { each } from "../../engine/pool";
import type { Live } from "../../engine/values";
import { kinds } from "../../kinds";
import type { Labelled } from "./labels";
import { unreadPeople } from "../picture";
import { linked } from "./links";
import type { Observed } from "./observe";
import { mayNotReadPeople } from "./people";

export interface Known {
  /** E-mail of each person by whose id something is meant; with why, where it cannot stand for them. */
  people: ReadonlyMap<string, { email: string } | { why: string }>;
}

const usersPath = "/API/users/v1/users/";

export async function confirmed(
  session: Session,
  objects: ReadonlyMap<string, readonly Labelled[]>,
  seen: Observed,
  mayLackPeople: boolean,
): Promise<Known> {
  const known = new Set([...objects.values()].flatMap((all) => all.map(({ id }) => id)));
  const people = new Set<string>();
  const unknown = new Map<string, Set<string>>();
  const note = (to: readonly string[], id: string) => {
    if (to.includes("user")) people.add(id);
    else if (!known.has(id)) unknown.set(id, new Set([...(unknown.get(id) ?? []), ...to]));
    return { not: "" };
  };
  const visit = (fields: Readonly<Record<string, Field>>, values: Values) => void linked(fields, values, note);
  for (const [{ definition }, values] of seen.values) visit(fieldsOf(definition, values), values);
  for (const { part, live } of seen.documents) visit(part.fields, wholeOf(part.fields, live));

  await each([...unknown], async ([id, to]) => {
    // A group of an access list may be any of them.
    const holders = Object.values(kinds).filter(
      (definition): definition is ObjectKind =>
        definition.shape === "object" && to.has(definition.kind) && objects.has(definition.kind),
    );
    for (const definition of holders) {
      if (await isThere(session, definition.path, id)) throw hidden(definition.kind, definition.path, id);
    }
  });
  if (people.size === 0) return { people: new Map() };
  const named = emails(session, people).catch((error: unknown) => {
    if (!mayLackPeople || !mayNotReadPeople(error)) throw error;
    return new Map([...people].map((id) => [id, { why: unreadPeople }] as const));
  });
  return { people: await named };
}

async function isThere(session: Session, path: string, id: string): Promise<Live | undefined> {
  try {
    return (await session.client.call<Live>(`GET ${path}`, { path: { [idParameter(path)]: id } })).body;
  } catch (error) {
    if (saysGone(error)) return undefined;
    throw error;
  }
}

const hidden = (kind: string, path: string, id: string): IconikError =>
  new IconikError({
    code: "bad-answer",
    operation: `GET ${path}`,
    message: `iconik has the ${kind} ${id} and does not list it: the list lags, or something hides part of it from this token. No picture is made of part of a tenant. Run again in a few minutes; if it stays so, use a token that sees everything`,
  });

async function emails(session: Session, ids: ReadonlySet<string>): Promise<Known["people"]> {
  const users = await session.client.list<Live>(`GET ${usersPath}`);
  const byEmail = Map.groupBy(
    users.filter(({ status }) => status !== "DELETED"),
    (user) => emailOf(user),
  );
  const found = new Map<string, { email: string } | { why: string }>();
  for (const user of users) {
    if (!ids.has(String(user.id))) continue;
    const email = emailOf(user);
    const sharers = byEmail.get(email) ?? [];
    // An e-mail means the one who is active (session: person).
    const meant = sharers.find(({ status }) => status === undefined || status === "ACTIVE") ?? sharers[0];
    found.set(
      String(user.id),
      user.status === "DELETED"
        ? { why: `it names a person who was deleted (${String(user.id)})` }
        : !/^[^\s@]+@[^\s@]+$/u.test(email)
          ? { why: `it names a person without an e-mail address (${String(user.id)})` }
          : meant?.id !== user.id
            ? { why: `it names one of ${sharers.length} people with the e-mail ${email}` }
            : { email },
    );
  }
  const path = `${usersPath}{user_id}/`;
  await each(
    [...ids].filter((id) => !found.has(id)),
    async (id) => {
      const user = await isThere(session, path, id);
      if (user && user.status !== "DELETED") throw hidden("user", path, id);
      found.set(id, { why: `it names a person who is no longer there (${id})` });
    },
  );
  return found;
}

const emailOf = (user: Live): string => String(user.email ?? "").toLowerCase();
