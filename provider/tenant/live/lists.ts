/**
 * Every object of a kind, with every field: from its list where that carries everything, by id where it does not. What
 * a list of iconik's carries is no promise (lists come from a search index, and newer ones are thinner), so a few of its
 * objects are read by id too, and the list is believed only when they say the same.
 */

import { allFields, type ObjectKind } from "../../definition";
import { contract, resolve } from "../../contract";
import { IconikError, isMissing } from "../../engine/errors";
import type { Session } from "../../engine";
import { idOf } from "../../engine/paths";
import { each } from "../../engine/pool";
import { get, leavesOf, satellitesOf, text, type Live } from "../../engine/values";
import { collectionOf } from "../../field-schema";
import { wireName } from "../../naming";

/** Objects read by id to see whether their list says all. */
const sampled = 5;
/**
 * The objects of a kind as their list has them; undefined where the tenant has no such kind.
 * @throws IconikError for a list that cannot be read whole.
 */
export async function listOf(session: Session, definition: ObjectKind): Promise<readonly Live[] | undefined> {
  try {
    const items = await session.inventory(definition).all();
    await endsThere(session, definition, items);
    return items;
  } catch (error) {
    // Only a kind of one of the two models may be missing: no tenant has both.
    if (isMissing(error) && definition.model !== undefined) return undefined;
    throw error;
  }
}

/**
 * Lists that go on after the last id carry no count (auth.json, files.json, users.json), so a page that lacks objects
 * looks like the last one: whether anything follows is asked once more. Of ACL templates, which come all at once and
 * uncounted, nobody can tell.
 */
async function endsThere(session: Session, definition: ObjectKind, items: readonly Live[]): Promise<void> {
  const operation = `GET ${collectionOf(definition.path)}`;
  const last = items.at(-1);
  if (contract.operations[operation]?.pagination !== "keyset") return;
  const more = await session.client.list<Live>(operation, last && { query: { last_id: idOf(definition, last) } });
  if (more.length === 0) return;
  const message = `the list ${operation} ended after ${items.length} objects, and has ${more.length} more when asked again. No picture is made of part of a tenant. Run again when nobody is changing it`;
  throw new IconikError({ code: "bad-answer", operation, message });
}

/** The same objects with every field. One that was deleted meanwhile is left out. */
export async function whole(
  session: Session,
  definition: ObjectKind,
  items: readonly Live[],
  done?: () => void,
): Promise<Live[]> {
  if (items.length === 0) return [];
  const sample = [
    ...new Set(
      Array.from({ length: sampled }, (_, index) =>
        Math.floor((index * (items.length - 1)) / Math.max(1, sampled - 1)),
      ),
    ),
  ];
  const read = await each(sample, (index) => byId(session, definition, items[index]!));
  if (carriesAll(definition) && sample.every((index, at) => read[at] && agree(definition, items[index]!, read[at])))
    return [...items];
  const known = new Map(sample.map((index, at) => [index, read[at]]));
  const indexes = items.map((_, index) => index);
  const all = await each(
    indexes,
    async (index) => (known.has(index) ? known.get(index) : byId(session, definition, items[index]!)),
    done,
  );
  return all.filter((live) => live !== undefined);
}

async function byId(session: Session, definition: ObjectKind, item: Live): Promise<Live | undefined> {
  const id = idOf(definition, item);
  const live = await session.reader(definition).present({ id, what: `${definition.kind} ${id}` });
  if (live === undefined || idOf(definition, live) === id) return live;
  const message = `iconik was asked for ${definition.kind} ${id} and answered ${idOf(definition, live)}. Nothing was read from it; run again`;
  throw new IconikError({ code: "bad-answer", operation: `GET ${definition.path}`, message });
}

/** Wire properties that hold what is managed, as paths. */
const properties = (definition: ObjectKind): (readonly string[])[] => {
  const fields = allFields(definition);
  return [
    ...leavesOf(fields)
      .filter(({ field }) => !field.secret)
      .map(({ wire }) => wire),
    ...satellitesOf(fields).flatMap(([name, field]) =>
      field.via?.shape === "toggle" ? [[wireName(name, field)!]] : [],
    ),
  ];
};

/** Does the contract say that the list's objects have all that is managed? */
function carriesAll(definition: ObjectKind): boolean {
  const answer = contract.operations[`GET ${collectionOf(definition.path)}`]?.responses["200"];
  const items = answer && resolve(answer).properties?.objects?.items;
  const known = (items && resolve(items).properties) ?? {};
  return properties(definition).every(([first]) => first! in known);
}

const agree = (definition: ObjectKind, item: Live, live: Live): boolean =>
  properties(definition).every((path) => text(get(item, path) ?? null) === text(get(live, path) ?? null));
