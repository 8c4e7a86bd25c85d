/**
 * One reading of a list, shared by all who ask and kept true by what this process writes itself. Lists are served from
 * a search index and may lag behind (facts about pagination and lists: files.json, users.json), so a list is a way to
 * find things by name, never proof that something is gone.
 */

import { contract } from "../contract";
import type { ObjectKind } from "../definition";
import type { Client } from "./client";
import { IconikError } from "./errors";
import { collectionOf } from "../field-schema";
import { idOf } from "./paths";
import type { Live } from "./values";
import { snake } from "../naming";

export interface Inventory {
  all(): Promise<readonly Live[]>;
  /** Objects of exactly this name. */
  named(name: string): Promise<readonly Live[]>;
  /** The same, before one is made: a list that does not say how long it is is read twice before it is believed. */
  missing(name: string): Promise<readonly Live[]>;
  /** Forgets what was read: the next question reads again. */
  forget(): void;
  /** Keeps the reading true after an own write; `null`: deleted. */
  record(id: string, live: Live | null): void;
}

export function createInventory(client: Client, definition: ObjectKind): Inventory {
  const operation = `GET ${collectionOf(definition.path)}`;
  let reading: Promise<Live[]> | undefined;
  let second: Promise<Live[]> | undefined;
  /** Own writes since the reading began; they win over it. */
  const written = new Map<string, Live | null>();
  const key = snake(definition.key);
  // A thousand names are looked up in a list of a thousand: readings by name, and ids of own writes by name.
  const readings = new WeakMap<readonly Live[], Map<unknown, Live[]>>();
  const names = new Map<unknown, Set<string>>();

  const read = (): Promise<Live[]> =>
    client.list<Live>(operation).catch((error: unknown) => {
      // A tenant of the other model has no such list at all; a single 404 may be anything.
      if (error instanceof IconikError && error.code === "not-found") return client.list<Live>(operation);
      throw error;
    });

  const once = (): Promise<Live[]> =>
    (reading ??= read().catch((error: unknown) => {
      reading = undefined;
      throw error;
    }));

  async function twice(): Promise<Live[]> {
    const first = await once();
    if (contract.operations[operation]?.pagination === "page") return first;
    return (second ??= read()
      .then((again) => [...new Map([...again, ...first].map((item) => [idOf(definition, item), item])).values()])
      .catch((error: unknown) => {
        second = undefined;
        throw error;
      }));
  }

  const kept = (items: Live[]): readonly Live[] =>
    written.size === 0
      ? items
      : [...items.filter((item) => !written.has(idOf(definition, item))), ...[...written.values()].filter((item) => item !== null)];

  const all = async (): Promise<readonly Live[]> => kept(await once());

  function called(read: readonly Live[], name: string): readonly Live[] {
    const byName = readings.get(read) ?? Map.groupBy(read, (item): unknown => item[key]);
    readings.set(read, byName);
    const others = (byName.get(name) ?? []).filter((item) => !written.has(idOf(definition, item)));
    // An object that was written under this name may have got another since.
    const ours = [...(names.get(name) ?? [])].flatMap((id) => written.get(id) ?? []).filter((item) => item[key] === name);
    return [...others, ...ours];
  }

  return {
    all,
    named: async (name) => called(await once(), name),
    async missing(name) {
      const found = called(await once(), name);
      return found.length > 0 ? found : called(await twice(), name);
    },
    forget() {
      reading = undefined;
      second = undefined;
    },
    record(id, live) {
      written.set(id, live);
      if (live) names.set(live[key], (names.get(live[key]) ?? new Set()).add(id));
    },
  };
}
