/**
 * Desired and live become calls. Knows no Pulumi: whoever has a session and a definition can create, read, update and
 * remove, and gets back what is to be kept until the next run. Whatever fails says which object it was about.
 */

import { fieldsOf, type Definition, type Values } from "../definition";
import * as documents from "./documents";
import { IconikError, type ErrorCode } from "./errors";
import * as objects from "./objects";
import { claiming } from "./satellites";
import type { Session } from "./session";
import { Unfinished, type Desired, type Stored } from "./stored";
import { formsIn } from "./values";

export const create = (session: Session, definition: Definition, desired: Desired): Promise<Stored> =>
  named(definition, "", desired.values, () =>
    claiming(session, definition, desired.values, () =>
      definition.shape === "object"
        ? objects.create(session, definition, desired)
        : documents.create(session, definition, desired),
    ),
  );

export const update = (session: Session, definition: Definition, before: Stored, desired: Desired): Promise<Stored> =>
  named(definition, before.id, desired.values, () =>
    claiming(session, definition, desired.values, async () => {
      const known = await lookedUp(session, definition, before);
      return definition.shape === "object"
        ? objects.update(session, definition, known, desired)
        : documents.update(session, definition, known, desired);
    }),
  );

export const read = (session: Session, definition: Definition, before: Stored): Promise<Stored | undefined> =>
  named(definition, before.id, before.values, async () => {
    const known = await lookedUp(session, definition, before);
    return definition.shape === "object"
      ? objects.read(session, definition, known)
      : documents.read(session, definition, known);
  });

export const remove = (session: Session, definition: Definition, before: Stored): Promise<void> =>
  named(definition, before.id, before.values, () =>
    definition.shape === "object"
      ? objects.remove(session, definition, before)
      : documents.remove(session, definition, before),
  );

/** What is wrong with the connection is so for every object, and is told as it is. */
const aboutAll = new Set<ErrorCode>(["unauthorized", "wrong-tenant", "no-credentials", "bad-setting", "redirected"]);

/** Puts the object in front of a message that does not speak of it. */
async function named<T>(definition: Definition, id: string, values: Values, work: () => Promise<T>): Promise<T> {
  const name = definition.shape === "object" ? values[definition.key] : undefined;
  const which =
    definition.shape === "part"
      ? id === documents.tenantWide
        ? ""
        : id && `of ${id}`
      : name === undefined
        ? id
        : JSON.stringify(name);
  const words = [definition.kind, which].filter(Boolean).join(" ");
  const telling = (error: unknown): unknown => {
    if (!(error instanceof IconikError) || aboutAll.has(error.code) || error.message.includes(words)) return error;
    const { code, below, operation, status, acted, message } = error;
    return new IconikError({ code, below, operation, status, acted, message: `${words}: ${message}`, cause: error });
  };
  try {
    return await work();
  } catch (error) {
    throw error instanceof Unfinished
      ? new Unfinished(error.stored, withWhatIsLeft(definition, error.stored, telling(error.cause)))
      : telling(error);
  }
}

/** Says of something half-way where it is and what is still to do: what stopped it speaks of one call alone. */
function withWhatIsLeft(definition: Definition, { id, facts: { pending = [] } }: Stored, error: unknown): unknown {
  if (!(error instanceof IconikError)) return error;
  const { code, below, operation, status, acted, message } = error;
  const kept = definition.shape === "object" ? [`It is there, and kept in state as ${id}`] : [];
  const left = pending.length > 0 ? [`Left for the next run: ${pending.join(", ")}`] : [];
  return new IconikError({
    code,
    below,
    operation,
    status,
    acted,
    message: [message.replace(/\.$/, ""), ...kept, ...left].join(". "),
    cause: error,
  });
}

/** State without facts, as an import gives it, holds names that nobody has looked up. */
async function lookedUp(session: Session, definition: Definition, before: Stored): Promise<Stored> {
  if (before.facts.domain !== "") return before;
  await session.caller();
  const resolved = await session.resolve(
    formsIn(fieldsOf(definition, before.values), before.values),
    before.facts.resolved,
  );
  return { ...before, facts: { ...before.facts, resolved } };
}

export { things, type Owners } from "./owners";
export { openSession, type Session, type SessionOptions } from "./session";
export { adoptProblem, changes, problems, refusedChanges, renewed, respelled, type Problem } from "./plan";
export { canonical } from "./values";
export type { Change } from "./undo";
export { Unfinished, type Desired, type Facts, type Stored } from "./stored";
