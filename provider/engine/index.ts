/**
 * Desired and live become calls. Knows no Pulumi: whoever has a session and a definition can create, read, update and
 * remove, and gets back what is to be kept until the next run.
 */

import type { Definition } from "../definition";
import * as documents from "./documents";
import * as objects from "./objects";
import type { Session } from "./session";
import type { Desired, Stored } from "./stored";

export const create = (session: Session, definition: Definition, desired: Desired): Promise<Stored> =>
  definition.shape === "object" ? objects.create(session, definition, desired) : documents.create(session, definition, desired);

export const update = (session: Session, definition: Definition, before: Stored, desired: Desired): Promise<Stored> =>
  definition.shape === "object" ? objects.update(session, definition, before, desired) : documents.update(session, definition, before, desired);

export const read = (session: Session, definition: Definition, before: Stored): Promise<Stored | undefined> =>
  definition.shape === "object" ? objects.read(session, definition, before) : documents.read(session, definition, before);

export const remove = (session: Session, definition: Definition, before: Stored): Promise<void> =>
  definition.shape === "object" ? objects.remove(session, definition, before) : documents.remove(session, definition, before);

export { things, type Owners } from "./owners";
export { openSession, type Session } from "./session";
export { changes, problems, refusedChanges, type Problem } from "./plan";
export { canonical } from "./values";
export { Unfinished, type Desired, type Facts, type Stored } from "./stored";
