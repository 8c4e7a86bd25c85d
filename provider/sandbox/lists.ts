/** How iconik lists: filters, order, and the three ways of paging that the contract tells apart. */
import { operation } from "../contract";
import type { Call, Item } from "./call";
import { refuse } from "./refusal";
import { shown } from "./validation";

const paging = new Set(["page", "per_page", "last_id", "sort", "query", "ids", "emails"]);

/** The page of a list that a call asks for. @param key Property by which a keyset runs. */
export function page(call: Call, objects: readonly Item[], view: (object: Item) => Item, key = "id"): Item {
  const { pagination, query } = operation(call.key);
  const matching = filtered(call, objects);
  if (pagination === "page") return numbered(call, sorted(call.query.sort, matching), view);
  if (pagination === "keyset" || query.last_id) return keyset(call, matching, view, key);
  return { objects: matching.map(view) };
}

function numbered(call: Call, objects: readonly Item[], view: (object: Item) => Item): Item {
  const perPage = size(call);
  const number = count(call, "page", 1);
  const pages = Math.ceil(objects.length / perPage);
  const url = (to: number) => link(call, { page: String(to), per_page: String(perPage) });
  return {
    objects: objects.slice((number - 1) * perPage, number * perPage).map(view),
    page: number,
    pages,
    per_page: perPage,
    total: objects.length,
    ...(call.tenant.switches.pageUrls !== "omit" && {
      first_url: url(1),
      last_url: url(Math.max(1, pages)),
      ...(number < pages && { next_url: url(number + 1) }),
      ...(number > 1 && { prev_url: url(number - 1) }),
    }),
  };
}

function keyset(call: Call, objects: readonly Item[], view: (object: Item) => Item, key: string): Item {
  const perPage = size(call);
  const { last_id: last } = call.query;
  const ordered = [...objects].sort((a, b) => (a[key] < b[key] ? -1 : 1));
  const rest = last ? ordered.filter((object) => object[key] > last) : ordered;
  const taken = rest.slice(0, perPage);
  const more = rest.length > taken.length && call.tenant.switches.pageUrls !== "omit";
  return {
    objects: taken.map(view),
    per_page: perPage,
    ...(more && { next_url: link(call, { per_page: String(perPage), last_id: taken.at(-1)![key] }) }),
  };
}

function filtered(call: Call, objects: readonly Item[]): Item[] {
  const { query, ids, emails } = call.query;
  const properties = shown(call.key).properties ?? {};
  const fields = Object.keys(operation(call.key).query).filter(
    (name) => !paging.has(name) && properties[name] && call.query[name] !== undefined,
  );
  const among = (list: string | undefined, value: unknown) => !list || list.split(",").includes(String(value));
  return objects.filter(
    (object) =>
      among(ids, object.id) &&
      among(emails, object.email) &&
      fields.every((name) => equals(call, object[name], call.query[name]!)) &&
      (!query || Object.values(object).some((value) => typeof value === "string" && wildcard(query).test(value))),
  );
}

function equals(call: Call, value: unknown, wanted: string): boolean {
  if (Array.isArray(value)) return value.some((entry) => equals(call, entry, wanted));
  if (call.tenant.switches.nameFilter === "exact") return String(value ?? "") === wanted;
  return String(value ?? "")
    .toLowerCase()
    .includes(wanted.toLowerCase());
}

function wildcard(text: string): RegExp {
  return new RegExp(
    text
      .split("*")
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*"),
    "i",
  );
}

/** `status,asc;last_scanned,desc` (files.json). */
function sorted(sort: string | undefined, objects: Item[]): Item[] {
  if (!sort) return objects;
  const orders = sort.split(";").map((part) => part.split(","));
  return [...objects].sort((a, b) => {
    for (const [name = "", direction] of orders) {
      const [left, right] = [String(a[name] ?? ""), String(b[name] ?? "")];
      if (left !== right) return (left < right ? -1 : 1) * (direction === "desc" ? -1 : 1);
    }
    return 0;
  });
}

function size(call: Call): number {
  const wanted = count(call, "per_page", 10);
  const maximum = operation(call.key).query.per_page?.maximum ?? Infinity;
  if (wanted <= maximum || call.tenant.switches.perPageAbove100 === "accept") return wanted;
  if (call.tenant.switches.perPageAbove100 === "cap") return maximum;
  return refuse(400, { per_page: `Has to be at most ${maximum}` });
}

function count(call: Call, name: string, initial: number): number {
  const text = call.query[name];
  if (text === undefined) return initial;
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : refuse(400, { [name]: "Has to be a whole number from 1" });
}

function link(call: Call, changes: Record<string, string>): string {
  const path = call.key
    .slice(call.key.indexOf(" ") + 1)
    .replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(call.path[name]!));
  const query = new URLSearchParams({ ...call.query, ...changes });
  return `${call.tenant.switches.pageUrls === "absolute" ? call.origin : ""}${path}?${query}`;
}
