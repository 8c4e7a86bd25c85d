/** Labels of live objects: their names, told apart where several share one or where a name cannot be a label. */

import type { ObjectKind } from "../../definition";
import { IconikError } from "../../engine/errors";
import { idOf } from "../../engine/paths";
import type { Live } from "../../engine/values";
import { snake } from "../../naming";

export interface Labelled {
  definition: ObjectKind;
  id: string;
  label: string;
  /** What iconik calls it. */
  title: string;
  live: Live;
  /** Another object of the kind has its name: only the id tells them apart. */
  shared: boolean;
}

/**
 * Labels the objects of a kind, in the order in which they were made: a rename in iconik then moves nothing. Of objects
 * of one name the oldest has it for a label, the others `Name (2)` and so on.
 * @throws IconikError for one of which iconik gave no name: that is half an object.
 */
export function labelled(definition: ObjectKind, items: readonly Live[]): Labelled[] {
  const title = (live: Live) => titled(definition, live);
  const ordered = items
    .map((live) => ({ live, id: idOf(definition, live), made: String(live.date_created ?? "") }))
    .sort((a, b) => compare(a.made, b.made) || compare(a.id, b.id));
  const names = Map.groupBy(ordered, ({ live }) => title(live));
  const taken = new Set(names.keys());
  const labels = new Map<string, string>();
  for (const [name, sharers] of names) {
    let count = 1;
    for (const [index, { id }] of sharers.entries()) {
      if (index === 0 && isLabel(name)) {
        labels.set(id, name);
        continue;
      }
      let label: string;
      do label = `${isLabel(name) ? name : "unnamed"} (${isLabel(name) ? ++count : count++})`;
      while (taken.has(label));
      taken.add(label);
      labels.set(id, label);
    }
  }
  return ordered.map(({ live, id }) => ({
    definition,
    id,
    label: labels.get(id)!,
    title: title(live),
    live,
    shared: names.get(title(live))!.length > 1,
  }));
}

function titled(definition: ObjectKind, live: Live): string {
  const property = snake(definition.key);
  const title = live[property];
  if (typeof title === "string") return title;
  const message = `iconik gave the ${definition.kind} ${idOf(definition, live)} without a ${property}. No picture is made of half an object. Run again; if it stays so, give it one in iconik`;
  throw new IconikError({ code: "bad-answer", operation: `GET ${definition.path}`, message });
}

/** A label is a key of a map: the merge key is none, and half a character cannot be kept in a file. */
const isLabel = (name: string): boolean => name !== "" && name !== "<<" && name.isWellFormed();

/** By code unit, whatever the language of the machine. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
