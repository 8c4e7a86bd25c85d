/**
 * Who stands for what in this run. Two entries of one stack can mean the same thing: a resource that got another name
 * takes over what the entry under its old name still holds, and that entry is deleted afterwards, in the same run or,
 * when that fails, in a later one. Then only the entry may go. And nothing is described twice.
 */

import type { Definition, Values } from "../definition";
import { IconikError } from "./errors";
import { owned } from "./leaves";

/** By what is owned, an object or a leaf of a document: which taking over made it so (`Facts`). */
export type Owners = Map<string, string | undefined>;

/** What a resource of these values owns, by key, in words: an object as a whole, a document leaf by leaf. */
export function things(definition: Definition, id: string, values: Values): Map<string, string> {
  if (definition.shape === "object") {
    return new Map([
      [`${definition.kind}/${id}`, `${definition.kind} ${JSON.stringify(values[definition.key])} (${id})`],
    ]);
  }
  const path = definition.documents.find(({ by }) => by === undefined || values[by] !== undefined)?.path;
  const whose = path?.includes("{") ? ` of ${id}` : "";
  return new Map(
    owned(definition.fields, values).map(({ name }) => [
      leafOf(path!, id, name),
      `${name} of ${definition.kind}${whose}`,
    ]),
  );
}

export const leafOf = (path: string, id: string, name: string): string => `${path}/${id}/${name}`;

/** @throws IconikError `conflict` when another resource of the program stands for one of the things. */
export function own(owners: Owners, mine: Map<string, string>, takeover: string | undefined): void {
  for (const [thing, words] of mine) {
    if (owners.has(thing) && owners.get(thing) !== takeover) {
      throw new IconikError({
        code: "conflict",
        message: `${words} is described by two resources of this program. Keep it in one of them`,
      });
    }
  }
  for (const thing of mine.keys()) owners.set(thing, takeover);
}

/** The entry is deleted and stands for nothing any more. Gives the things that another resource stands for now. */
export function disown(owners: Owners, mine: Map<string, string>, takeover: string | undefined): ReadonlySet<string> {
  const others = new Set([...mine.keys()].filter((thing) => owners.has(thing) && owners.get(thing) !== takeover));
  for (const thing of mine.keys()) if (!others.has(thing)) owners.delete(thing);
  return others;
}
