/**
 * Reads many objects of one kind. A few are asked for one by one; where there are more, their list is read once and
 * serves them: 1,000 objects are 10 pages. A list may lag or leave fields out, so it is believed only where it
 * carries every owned field and says what the last run left; anything else is confirmed by id. And what is not
 * there by id is gone only when no list has it either.
 */

import type { ObjectKind } from "../definition";
import { IconikError } from "./errors";
import { collectionOf } from "../field-schema";
import { saysGone } from "./failures";
import { withImplied } from "./leaves";
import { idOf, idParameter } from "./paths";
import type { Session } from "./session";
import { get, type Leaf, type Live } from "./values";
import { eventually, longest } from "./waiting";

export interface Asked {
  id: string;
  /** What people call it. */
  what: string;
  /** It was made a moment ago, so that it is not there may mean "not yet". */
  young?: boolean;
}

export interface Reader {
  /** One more will be read. Said before anything is waited for, so that many that come at once are known to be many. */
  coming(): void;
  /**
   * The object; `undefined` when it is gone. `agrees`: is it as the last run left it?
   * @throws IconikError `bad-answer` when iconik contradicts itself about whether it is there.
   */
  read(asked: Asked, leaves: readonly Leaf[] | undefined, agrees: (live: Live) => boolean): Promise<Live | undefined>;
  /** The same, always by id. */
  present(asked: Asked): Promise<Live | undefined>;
  /** After an own write. */
  forget(): void;
}

/** Reads after which a list is worth its pages. */
const listWorthwhile = 3;

export function createReader(session: Session, definition: ObjectKind): Reader {
  const operation = `GET ${definition.path}`;
  let expected = 0;
  let listing: Promise<Map<string, Live>> | undefined;

  const listed = (): Promise<Map<string, Live>> =>
    (listing ??= session.client
      .list<Live>(`GET ${collectionOf(definition.path)}`)
      .then((items) => new Map(items.map((item) => [idOf(definition, item), item])))
      .catch((error: unknown) => {
        listing = undefined;
        throw error;
      }));

  async function byId(id: string): Promise<Live | undefined> {
    try {
      const { body } = await session.client.call<Live>(operation, { path: { [idParameter(definition.path)]: id } });
      return body && withImplied(definition, body);
    } catch (error) {
      if (saysGone(error)) return undefined;
      throw error;
    }
  }

  async function isListed(id: string, what: string): Promise<boolean> {
    try {
      return (await listed()).has(id);
    } catch (error) {
      if (!(error instanceof IconikError)) throw error;
      const message = `iconik says by id that there is no ${what}, and whether it is gone could not be told from the list: ${error.message}. Nothing was changed; run again`;
      throw new IconikError({ code: "bad-answer", operation, message, cause: error });
    }
  }

  async function present({ id, what, young = false }: Asked): Promise<Live | undefined> {
    const live = await byId(id);
    if (live || !(young || (await isListed(id, what)))) return live;
    const seen = await eventually(
      session,
      async () => {
        const now = await byId(id);
        listing = undefined;
        return { now, stillListed: !now && (await isListed(id, what)) };
      },
      {
        good: ({ now, stillListed }) => now !== undefined || !(stillListed || young),
        lag: young ? `iconik does not show ${what} yet` : `iconik lists ${what}, and says by id that there is none`,
      },
    );
    if (seen.now || !seen.stillListed) return seen.now;
    const message = young
      ? `iconik made ${what} and lists it, but does not show it by id, for ${longest} now. Run again in a few minutes`
      : `iconik says by id that there is no ${what}, and lists it all the same, for ${longest} now. Nothing was changed; run again in a few minutes`;
    throw new IconikError({ code: "bad-answer", operation, status: 404, message });
  }

  return {
    coming() {
      expected += 1;
    },
    async read(asked, leaves, agrees) {
      if (leaves && expected > listWorthwhile) {
        const item = (await listed()).get(asked.id);
        if (item && leaves.every((leaf) => carries(item, leaf)) && agrees(item)) return item;
      }
      return present(asked);
    },
    present,
    forget() {
      listing = undefined;
    },
  };
}

const carries = (item: Live, leaf: Leaf): boolean => {
  const holder = get(item, leaf.wire.slice(0, -1));
  return typeof holder === "object" && holder !== null && Object.hasOwn(holder, leaf.wire.at(-1)!);
};
