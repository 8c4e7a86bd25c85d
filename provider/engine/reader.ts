/**
 * Reads many objects of one kind. The first few are asked for one by one; from then on their list is read once and
 * serves the rest: 1,000 objects are 10 pages. A list may lag or leave fields out, so it is believed only where it
 * carries every owned field and says what the last run left; anything else is confirmed by id.
 */

import type { ObjectKind } from "../definition";
import type { Client } from "./client";
import { IconikError } from "./errors";
import { collectionOf } from "../field-schema";
import { idOf, idParameter } from "./paths";
import { get, type Leaf, type Live } from "./values";

export interface Reader {
  /** The object; `undefined` when iconik says by id that it is gone. `agrees`: is it as the last run left it? */
  read(id: string, leaves: readonly Leaf[] | undefined, agrees: (live: Live) => boolean): Promise<Live | undefined>;
  /** After an own write. */
  forget(): void;
}

/** Reads after which a list is worth its pages. */
const listWorthwhile = 3;

export function createReader(client: Client, definition: ObjectKind): Reader {
  let reads = 0;
  let listing: Promise<Map<string, Live>> | undefined;

  async function byId(id: string): Promise<Live | undefined> {
    try {
      const { body } = await client.call<Live>(`GET ${definition.path}`, { path: { [idParameter(definition.path)]: id } });
      return body;
    } catch (error) {
      if (error instanceof IconikError && error.code === "not-found") return undefined;
      throw error;
    }
  }

  return {
    async read(id, leaves, agrees) {
      reads += 1;
      if (leaves && reads > listWorthwhile) {
        listing ??= client
          .list<Live>(`GET ${collectionOf(definition.path)}`)
          .then((items) => new Map(items.map((item) => [idOf(definition, item), item])));
        const item = (await listing).get(id);
        if (item && leaves.every((leaf) => carries(item, leaf)) && agrees(item)) return item;
      }
      return byId(id);
    },
    forget() {
      listing = undefined;
    },
  };
}

const carries = (item: Live, leaf: Leaf): boolean => {
  const holder = get(item, leaf.wire.slice(0, -1));
  return typeof holder === "object" && holder !== null && Object.hasOwn(holder, leaf.wire.at(-1)!);
};
