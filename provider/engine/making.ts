/** Making an object exactly once, where answers get lost, lists lag and ids take a moment to answer. */

import { fieldsOf, type ObjectKind } from "../definition";
import { collectionOf } from "../field-schema";
import { snake } from "../naming";
import { IconikError } from "./errors";
import { saysGone } from "./failures";
import { bodyOf, owned } from "./leaves";
import { idOf, idParameter } from "./paths";
import type { Session } from "./session";
import { settingNames } from "./settings";
import { Unfinished, type Desired, type Stored } from "./stored";
import { leavesOf, put, written, type Live, type Resolved } from "./values";
import { eventually, longest } from "./waiting";

/**
 * POST, for the id. When its answer is lost, the object is looked for; not to find it proves nothing where lists lag, so
 * it is not asked for a second time unless iconik cannot have two. Once it is there, it is not lost.
 */
export async function post(
  session: Session,
  definition: ObjectKind,
  desired: Desired,
  resolved: Resolved,
  what: string,
): Promise<string> {
  const fields = fieldsOf(definition, desired.values);
  const operation = `POST ${collectionOf(definition.path)}`;
  const initial = leavesOf(fields).filter(
    (leaf) => leaf.field.initial !== undefined && written(desired.values, leaf) === undefined,
  );
  const values = structuredClone(desired.values);
  for (const leaf of initial) put(values, leaf.path, leaf.field.initial);
  const body = bodyOf(definition, fields, owned(fields, values), values, resolved);
  // iconik wants the nested object even when nothing is in it.
  for (const { within } of Object.values(fields)) if (within) body[within] ??= {};
  const name = String(desired.values[definition.key]);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { body: made } = await session.client.call<Live>(operation, { body });
      if (isKeyed(definition)) return name;
      if (made && idOf(definition, made) !== "undefined") return idOf(definition, made);
      throw new IconikError({
        code: "bad-answer",
        operation,
        acted: "unknown",
        message: `iconik did not say which id ${what} got`,
      });
    } catch (error) {
      if (!(error instanceof IconikError)) throw error;
      const doubtful = error.acted === "unknown" || attempt > 1;
      // A storage that cannot be set up may be refused and made all the same (help page: creating a storage).
      if (!doubtful && !(error.code === "rejected" && definition.trouble)) throw error;
      const found = await search(session, definition, name, what, error, doubtful);
      if (found !== undefined && !doubtful && !(await isInTrouble(session, definition, found, what))) {
        const message = `${what} exists already (${found}): somebody made it while this run did, and iconik takes no second one (${error.message.replace(/\.$/, "")}). Describe it in one stack alone; ${settingNames(session.settings.name).adopt}=exact takes it over`;
        throw new IconikError({ code: "exists", operation, status: error.status, message, cause: error });
      }
      if (found !== undefined) {
        if (!doubtful) session.note(`iconik refused ${what} (${error.message}) and made it all the same`);
        return found;
      }
      if (!doubtful) throw error;
      if (!isKeyed(definition) || attempt === 3) throw lost(session, error, `its list did not show it for ${longest}`);
    }
  }
}

/**
 * Two runs can look for a name, find nothing, and both make it. So whoever made one looks once more, and of two one goes:
 * the one of the greater id at once, the other only when that does not happen, since the first may have looked before
 * there was a second, and be content. What cannot be told stops nobody.
 * @returns why this run's own is gone again; `undefined`: it is the only one, or the one that stays.
 */
export async function gaveWay(
  session: Session,
  definition: ObjectKind,
  begun: Stored,
  desired: Desired,
  what: string,
): Promise<IconikError | undefined> {
  if (isKeyed(definition)) return undefined;
  const { id } = begun;
  const found = await rivals(session, definition, id, desired, what);
  if (found.length === 0) return undefined;

  const operation = `DELETE ${definition.path}`;
  const two = `there is another ${what} (${found.join(", ")}): somebody made it at the same moment, or iconik's list did not show it before`;
  try {
    await eventually(session, () => session.client.call(operation, { path: { [idParameter(definition.path)]: id } }), {
      passing: saysGone,
    });
  } catch (error) {
    const message = `${two}. The one that this run made (${id}) could not be deleted: ${error instanceof Error ? error.message : String(error)}. Delete one of them in iconik`;
    throw new IconikError({ code: "conflict", operation, message, cause: error });
  }
  session.inventory(definition).record(id, null);
  return new IconikError({
    code: "conflict",
    operation,
    message: `${two}. The one that this run made (${id}) was deleted again. Describe it in one stack alone; ${settingNames(session.settings.name).adopt}=exact takes it over`,
  });
}

/** Ids of others of that name before which this one has to give way. */
async function rivals(
  session: Session,
  definition: ObjectKind,
  id: string,
  desired: Desired,
  what: string,
): Promise<string[]> {
  const name = String(desired.values[definition.key]);
  const look = async (): Promise<string[]> => {
    const others = await session.inventory(definition).others(name, id);
    const there = await Promise.all(
      others.map((other) => session.reader(definition).present({ id: other, what: `${what} (${other})` })),
    );
    return others.filter((_, index) => there[index]?.[snake(definition.key)] === name);
  };
  try {
    const found = await look();
    if (found.length === 0 || found.some((other) => other < id)) return found;
    return await eventually(session, look, { good: (left) => left.length === 0 });
  } catch (error) {
    if (!(error instanceof IconikError) || error.code === "unauthorized" || error.code === "interrupted") throw error;
    session.note(`whether somebody else made ${what} at the same moment could not be told: ${error.message}`);
    return [];
  }
}

/** By id it may be a moment before the object answers. */
export async function firstLook(
  session: Session,
  definition: ObjectKind,
  begun: Stored,
  desired: Desired,
  what: string,
): Promise<Live> {
  const live = await session.reader(definition).present({ id: begun.id, what: `${what} (${begun.id})`, young: true });
  if (live) return live;
  const operation = `GET ${definition.path}`;
  const inventory = session.inventory(definition);
  inventory.forget();
  const [other, ...more] = await inventory.named(String(desired.values[definition.key]));
  const message = `iconik made ${what} and does not show it under the id that it gave, ${begun.id}`;
  if (other && more.length === 0 && idOf(definition, other) !== begun.id) {
    const id = idOf(definition, other);
    const error = new IconikError({
      code: "bad-answer",
      operation,
      message: `${message}, but under ${id}. That one is kept; run again`,
    });
    throw new Unfinished({ ...begun, id, facts: { ...begun.facts, pending: [] } }, error);
  }
  throw new IconikError({
    code: "not-found",
    operation,
    status: 404,
    message: `${message}, for ${longest} now. Run again in a few minutes`,
  });
}

/** Its key is its id: iconik cannot have two, and says by id whether there is one. */
const isKeyed = (definition: ObjectKind): boolean => idParameter(definition.path) === snake(definition.key);

/** The id under which the object is there, if iconik made it although it did not say so. */
async function search(
  session: Session,
  definition: ObjectKind,
  name: string,
  what: string,
  error: IconikError,
  doubtful: boolean,
): Promise<string | undefined> {
  const look = async (): Promise<string[]> => {
    if (isKeyed(definition)) return (await session.reader(definition).present({ id: name, what })) ? [name] : [];
    session.inventory(definition).forget();
    return (await session.inventory(definition).named(name)).map((item) => idOf(definition, item));
  };
  const lag =
    doubtful && !isKeyed(definition)
      ? `it is not known whether iconik made ${what}, and its list does not show it`
      : undefined;
  const found = await eventually(session, look, { good: (ids) => ids.length > 0, lag }).catch((failure: unknown) => {
    throw lost(
      session,
      error,
      `it could not be looked for: ${failure instanceof Error ? failure.message : String(failure)}`,
    );
  });
  if (found.length > 1) throw lost(session, error, `there are several of that name: ${found.join(", ")}`);
  return found[0];
}

/** What iconik refused and made all the same shows why it was refused; what is well was made by somebody else. */
async function isInTrouble(session: Session, definition: ObjectKind, id: string, what: string): Promise<boolean> {
  const live = await session.reader(definition).present({ id, what: `${what} (${id})`, young: true });
  return live !== undefined && definition.trouble?.(live) !== undefined;
}

function lost(
  { settings }: Session,
  { code, operation, status, acted, message, cause }: IconikError,
  why: string,
): IconikError {
  const advice = `Run again in a few minutes; should it say that the object exists already, ${settingNames(settings.name).adopt}=exact takes it over`;
  return new IconikError({
    code,
    operation,
    status,
    acted,
    cause,
    message: `${message.replace(/\.$/, "")}. Nothing more was made, because ${why}. ${advice}`,
  });
}
