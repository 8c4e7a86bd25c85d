/** A file that keeps who was in which group at a time: in tenants with teams, asking again costs a request for each. */

import type { People, Person } from "../picture";

interface Snapshot {
  version: 1;
  domainId?: string;
  readAt: string;
  people: Person[];
}

/** Text of the file; ends with a line feed. */
export function writeSnapshot(people: Extract<People, { known: unknown }>, domainId: string | undefined): string {
  const snapshot: Snapshot = {
    version: 1,
    ...(domainId !== undefined && { domainId }),
    readAt: people.readAt,
    people: people.known,
  };
  return `${JSON.stringify(snapshot, undefined, 1)}\n`;
}

/** @throws Error when the text is no snapshot, or one of another tenant. */
export function readSnapshot(text: string, file: string, domainId: string | undefined): People {
  const wrong = (what: string) => new Error(`${file} ${what}; review --live --save-people writes such a file`);
  let snapshot: Partial<Snapshot> | null;
  try {
    snapshot = JSON.parse(text) as Partial<Snapshot> | null;
  } catch {
    throw wrong("is no JSON");
  }
  if (
    snapshot?.version !== 1 ||
    typeof snapshot.readAt !== "string" ||
    Number.isNaN(Date.parse(snapshot.readAt)) ||
    !Array.isArray(snapshot.people)
  ) {
    throw wrong("does not say who is in which group");
  }
  const bad = snapshot.people.findIndex((person) => !isPerson(person));
  if (bad >= 0) throw wrong(`has no proper person at place ${bad + 1}`);
  if (snapshot.domainId !== undefined && domainId !== undefined && snapshot.domainId !== domainId) {
    throw new Error(`${file} is of the tenant ${snapshot.domainId}, and this is about ${domainId}`);
  }
  return { known: snapshot.people, readAt: snapshot.readAt };
}

const isPerson = (value: unknown): value is Person => {
  const { email, type, active, admin, memberOf } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof email === "string" &&
    (type === undefined || typeof type === "string") &&
    typeof active === "boolean" &&
    typeof admin === "boolean" &&
    Array.isArray(memberOf) &&
    memberOf.every((name) => typeof name === "string")
  );
};
