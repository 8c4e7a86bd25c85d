/**
 * Where in an object something is written: a field, a role, an entry of an access list, an address. It is asked for
 * where a report needs it and not worked out for everything; it is found by the place of the object, which whatever is
 * made of a description carries along.
 */

import type { Place } from "../desired";
import { placeOf, type Span } from "../files/text";
import { child, textOf, type Written } from "../files/written";
import type { Draft } from "./draft";

const drafts = new WeakMap<Place, Draft>();

/** The place of the object that a draft stands for. */
export function placeOfDraft(draft: Draft): Place {
  const place = placeOf(draft.at);
  drafts.set(place, draft);
  return place;
}

/**
 * @param object place of an object.
 * @param path `["roles", "can_search"]`, `["access", "groups", "Editors"]`, `["addresses", "192.0.2.0/24"]`.
 * @returns the place of as much of the path as is written: that of the object when nothing is.
 */
export function placeWithin(object: Place, path: readonly string[]): Place {
  const draft = drafts.get(object);
  if (!draft) return object;
  const [field, item] = path;
  const granted = field === "roles" && item !== undefined ? draft.grants.find(({ role }) => role === item) : undefined;
  if (granted) return placeOf(granted.at);
  const { list } = draft;
  const [start, keys]: [{ at: Span; value: Written }, readonly string[]] =
    list && field === list.field
      ? [{ at: draft.at, value: list.node }, path.slice(1)]
      : [{ at: draft.at, value: draft.node }, path];
  let found = start;
  for (const key of keys) {
    const next = inside(found.value, key);
    if (!next) break;
    found = next;
  }
  return found === start ? object : placeOf(found.at);
}

/** What stands under a key; of a list, the item that is it or that is about it. */
function inside(node: Written, key: string): { at: Span; value: Written } | undefined {
  if (node.sort === "map") return node.entries.get(key);
  if (node.sort !== "list") return undefined;
  const item = node.items.find(
    (one) => textOf(one) === key || ["ip", "group", "team", "user"].some((name) => textOf(child(one, name)) === key),
  );
  return item && { at: item.at, value: item };
}
