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
    second ??= read().catch((error: unknown) => {
      second = undefined;
      throw error;
    });
    return [...new Map([...(await second), ...first].map((item) => [idOf(definition, item), item])).values()];
  }

  const kept = (items: Live[]): readonly Live[] =>
    written.size === 0
      ? items
      : [...items.filter((item) => !written.has(idOf(definition, item))), ...[...written.values()].filter((item) => item !== null)];

  const all = async (): Promise<readonly Live[]> => kept(await once());
  const called = (items: readonly Live[], name: string) => items.filter((item) => item[key] === name);

  return {
    all,
    named: async (name) => called(await all(), name),
    async missing(name) {
      const found = called(await all(), name);
      return found.length > 0 ? found : called(kept(await twice()), name);
    },
    forget() {
      reading = undefined;
      second = undefined;
    },
    record(id, live) {
      written.set(id, live);
    },
  };
}
