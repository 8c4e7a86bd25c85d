/**
 * One reading of a list, shared by all who ask and kept true by what this process writes itself. Lists are served from
 * a search index and may lag behind (facts about pagination and lists: files.json, users.json), so a list is a way to
 * find things by name, never proof that something is gone.
 */

import type { ObjectKind } from "../definition";
import { contract } from "../contract";
import type { Client } from "./client";
import { IconikError, isMissing } from "./errors";
import { collectionOf } from "../field-schema";
import { idOf } from "./paths";
import { text, type Live } from "./values";
import { snake } from "../naming";

export interface Inventory {
  all(): Promise<readonly Live[]>;
  /** Objects of exactly this name. */
  named(name: string): Promise<readonly Live[]>;
  /** The same, before one is made: that there is none is believed when two readings say so. */
  missing(name: string): Promise<readonly Live[]>;
  /**
   * Ids of others of this name, asked anew by whoever just made one. The first hundred makings are worth that; a run that
   * makes more meets those who do the same among the first.
   */
  others(name: string, id: string): Promise<readonly string[]>;
  /** Forgets what was read: the next question reads again. */
  forget(): void;
  /** Keeps the reading true after an own write; `null`: deleted. */
  record(id: string, live: Live | null): void;
}

const worthAsking = 100;

export function createInventory(client: Client, definition: ObjectKind): Inventory {
  const operation = `GET ${collectionOf(definition.path)}`;
  /** The first reading, and everything that the first or the second one has. */
  let reading: Promise<Live[]> | undefined;
  let union: Promise<Live[]> | undefined;
  /** Own writes since the reading began; they win over it. */
  const written = new Map<string, Live | null>();
  const key = snake(definition.key);
  // A thousand names are looked up in a list of a thousand: readings by name, and ids of own writes by name.
  const readings = new WeakMap<readonly Live[], Map<unknown, Live[]>>();
  const names = new Map<unknown, Set<string>>();
  const asking = new Set<string>();

  async function list(): Promise<Live[]> {
    const items = await client.list<Live>(operation);
    const nameless = items.find((item) => typeof item[key] !== "string");
    if (!nameless) return items;
    const message = `${operation} lists ${idOf(definition, nameless)} without a ${key}, so nothing can be found by name in it. Run again`;
    throw new IconikError({ code: "bad-answer", operation, message });
  }

  const read = (): Promise<Live[]> =>
    list()
      .catch((error: unknown) => {
        // A tenant of the older model has no such list at all; a single 404 may be anything.
        if (error instanceof IconikError && ["not-found", "bad-answer"].includes(error.code)) return list();
        throw error;
      })
      .catch((error: unknown) => {
        if (!(isMissing(error) && definition.model === "teams")) throw error;
        const message = `this tenant has user groups, and no teams and role groups (${operation} answers 404). Describe userGroups instead`;
        throw new IconikError({ code: "not-found", operation, status: 404, message, cause: error });
      });

  const once = (): Promise<Live[]> =>
    (reading ??= read().catch((error: unknown) => {
      reading = undefined;
      throw error;
    }));

  async function both(): Promise<Live[]> {
    const [first, second] = [await once(), await read()];
    const known = new Set(first.map((item) => text([idOf(definition, item), item[key]])));
    return [...first, ...second.filter((item) => !known.has(text([idOf(definition, item), item[key]])))];
  }

  const twice = (): Promise<Live[]> =>
    (union ??= both().catch((error: unknown) => {
      union = undefined;
      throw error;
    }));

  const kept = (items: Live[]): readonly Live[] =>
    written.size === 0
      ? items
      : [
          ...items.filter((item) => !written.has(idOf(definition, item))),
          ...[...written.values()].filter((item) => item !== null),
        ];

  const all = async (): Promise<readonly Live[]> => kept(await once());

  function called(read: readonly Live[], name: string): readonly Live[] {
    const byName = readings.get(read) ?? Map.groupBy(read, (item): unknown => item[key]);
    readings.set(read, byName);
    const others = (byName.get(name) ?? []).filter((item) => !written.has(idOf(definition, item)));
    // An object that was written under this name may have got another since.
    const ours = [...(names.get(name) ?? [])]
      .flatMap((id) => written.get(id) ?? [])
      .filter((item) => item[key] === name);
    return [...others, ...ours];
  }

  return {
    all,
    named: async (name) => called(await once(), name),
    async missing(name) {
      const found = called(await once(), name);
      return found.length > 0 ? found : called(await twice(), name);
    },
    async others(name, id) {
      if (asking.size >= worthAsking && !asking.has(id)) return [];
      asking.add(id);
      // What a filter finds besides is left out here: whether it finds equal names alone is not documented.
      const query = contract.operations[operation]?.query.name ? { name } : undefined;
      const items = await client.list<Live>(operation, { query });
      const ids = items.flatMap((item) => (item[key] === name ? [idOf(definition, item)] : []));
      // What this run wrote, a list that lags may show as it was.
      return ids.filter((other) => other !== id && !written.has(other));
    },
    forget() {
      reading = undefined;
      union = undefined;
    },
    record(id, live) {
      written.set(id, live);
      if (live) names.set(live[key], (names.get(live[key]) ?? new Set()).add(id));
    },
  };
}
