/** What a run is about to change, told before it does, so that whoever keeps the old values can. */

import type { Definition, Values } from "../definition";
import { shown } from "./leaves";
import { none, put, type Leaf, type Live, type Resolved } from "./values";

export interface Change {
  does: "create" | "update" | "delete";
  definition: Definition;
  /** Of an object: its logical name. */
  label?: string;
  /** Absent: it is yet to be made. */
  id?: string;
  /**
   * Values that are about to be overwritten, as iconik has them. Of a document also whose it is; of an object that is to
   * be made its name; of one that is taken over all that is described; empty of one that is to be deleted: all of it goes.
   */
  values: Values;
  /** Fields that are about to be overwritten and whose value nobody can know. */
  hidden: readonly string[];
  /** Fields that the program keeps secret, besides those that always are. */
  secrets: readonly string[];
}

/** What is about to be overwritten, leaf by leaf. What is not set is said as such. */
export function overwritten(
  leaves: readonly Leaf[],
  live: Live,
  resolved: Resolved,
): Pick<Change, "values" | "hidden"> {
  const values: Values = {};
  const hidden = new Set<string>();
  for (const leaf of leaves) {
    const now = shown(leaf, live, resolved);
    if (now) put(values, leaf.path, now.value ?? none(leaf.field));
    else hidden.add(leaf.name);
  }
  return { values, hidden: [...hidden] };
}
