/**
 * Whole lists out of pages. iconik has three styles (`files.json`, `users.json`, `auth.json`, `acls.json`): numbered
 * pages, pages that begin after the last object of the one before, and everything at once. Lists come from a search
 * index and can move while they are read, so a reading that does not add up is done once more, and given up after.
 */
import { contract, resolve } from "../contract";
import { IconikError } from "./errors";

type Query = Record<string, string | number>;
type Item = Record<string, unknown>;
type Style = "page" | "keyset" | "none";
type Reading = { items: unknown[] } | { fault: string };

/** iconik's ceiling. */
const perPage = 100;

/** iconik counts pages up to 10,000 (`StoragesQueryParamsSchema`); a list that goes on beyond has no end. */
const maxPages = 10_000;

/**
 * @param read one page of the operation, given its paging parameters.
 * @throws IconikError `bad-answer` when two readings in a row did not add up.
 */
export async function readList<T>(
  operation: string,
  host: string,
  read: (page: Query) => Promise<unknown>,
): Promise<T[]> {
  let reading = await readPages(operation, read);
  if ("fault" in reading) reading = await readPages(operation, read);
  if (!("fault" in reading)) return reading.items as T[];
  throw new IconikError({
    code: "bad-answer",
    message:
      `the list ${operation} at ${host} could not be read whole, twice: ${reading.fault}. ` +
      "Try again when nobody is changing it",
    operation,
  });
}

async function readPages(operation: string, read: (page: Query) => Promise<unknown>): Promise<Reading> {
  const style = contract.operations[operation]?.pagination ?? "none";
  const key = keyOf(operation);
  const items: unknown[] = [];
  const seen = new Set<unknown>();
  let total: number | undefined;
  let position: Query = {};

  for (let page = 1; page <= maxPages; page++) {
    if (style === "page") position = { page, per_page: perPage };
    if (style === "keyset") position = { per_page: perPage, ...position };
    const answer = (await read(position)) as Item;
    const objects = answer.objects;
    if (!Array.isArray(objects)) return { fault: `page ${page} has no objects` };
    for (const object of objects) {
      const value = key && (object as Item | null)?.[key];
      if (key && value === undefined) return { fault: `page ${page} has an object without ${key}` };
      if (key && seen.has(value)) return { fault: `${JSON.stringify(value)} came twice` };
      seen.add(value);
      items.push(object);
    }
    if (typeof answer.total === "number") {
      total ??= answer.total;
      if (total !== answer.total) return { fault: `its total went from ${total} to ${answer.total}` };
    }
    if (style === "none" || isLast(style, answer, page, items.length)) {
      if (total === undefined || total === items.length) return { items };
      return { fault: `it has ${items.length} objects and says ${total}` };
    }
    if (objects.length === 0) return { fault: `page ${page} of ${answer.pages} is empty` };
    position = { last_id: String((objects.at(-1) as Item)[key ?? "id"]) };
  }
  return { fault: `it goes on after ${maxPages} pages` };
}

/**
 * A page's length says little by itself: iconik may give fewer than were asked for. So a page is taken for the last
 * one only when the answer says so, or when it is empty.
 */
function isLast(style: Style, { objects, pages, per_page, total }: Item, page: number, read: number): boolean {
  if (style === "page" && typeof pages === "number") return page >= pages;
  const length = (objects as unknown[]).length;
  const short = typeof per_page === "number" && length < per_page;
  return length === 0 || (short && !(typeof total === "number" && read < total));
}

/** What tells one object from the others: the `id`; group mappings have a `name` in its place, role names neither. */
function keyOf(operation: string): "id" | "name" | undefined {
  const { responses } = contract.operations[operation] ?? {};
  const items = responses?.["200"] && resolve(responses["200"]).properties?.objects?.items;
  const properties = items ? (resolve(items).properties ?? {}) : {};
  return (["id", "name"] as const).find((name) => name in properties);
}
