/**
 * One reading of a list, shared by all who ask and kept true by what this process writes itself. Lists are served from
 * a search index and may lag behind (facts about pagination and lists: files.json, users.json), so a list is a way to
 * find things by name, never proof that something is gone.
 */

import type { ObjectKind } from "../definition";
import type { Client } from "./client";
import { collectionOf } from "../field-schema";
import { idOf } from "./paths";
import type { Live } from "./values";
import { snake } from "../naming";

export interface Inventory {
  all(): Promise<readonly Live[]>;
  /** Objects of exactly this name. */
  named(name: string): Promise<readonly Live[]>;
  /** Forgets what was read: the next question reads again. */
  forget(): void;
  /** Keeps the reading true after an own write; `null`: deleted. */
  record(id: string, live: Live | null): void;
}

export function createInventory(client: Client, definition: ObjectKind): Inventory {
  let reading: Promise<Live[]> | undefined;
  /** Own writes since the reading began; they win over it. */
  const written = new Map<string, Live | null>();
  const key = snake(definition.key);

  async function all(): Promise<readonly Live[]> {
    reading ??= client.list<Live>(`GET ${collectionOf(definition.path)}`).catch((error: unknown) => {
      reading = undefined;
      throw error;
    });
    const read = await reading;
    if (written.size === 0) return read;
    const others = read.filter((item) => !written.has(idOf(definition, item)));
    return [...others, ...[...written.values()].filter((item): item is Live => item !== null)];
  }

  return {
    all,
    named: async (name) => (await all()).filter((item) => item[key] === name),
    forget() {
      reading = undefined;
    },
    record(id, live) {
      written.set(id, live);
    },
  };
}
