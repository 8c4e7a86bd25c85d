/** One object of two pictures, and all of them: what every statement of a review is made from. */

import type { Definition, Values } from "../definition";
import type { Gap, PicturedResource } from "../tenant/picture";
import type { Fate, Subject } from "./report";

/** An object of one picture or of both. */
export interface Pair {
  /** The same wherever the object is referred to, in both pictures. */
  key: string;
  definition: Definition;
  subject: Subject;
  before?: PicturedResource;
  after?: PicturedResource;
  fate: Fate;
  /** What the tenant has before and after, as far as the pictures say; undefined where it has none. */
  was?: Values;
  is?: Values;
  /** Fields that are managed no longer, and those that are from now on, as paths. */
  dropped: readonly string[];
  taken: readonly string[];
  /** Fields that get a value which the picture after cannot say. */
  untold: readonly Gap[];
}

export interface Pairs {
  all: readonly Pair[];
  byKey: ReadonlyMap<string, Pair>;
  /** The pair that a reference of one of the pictures means; for an object in none of them, its name. */
  meant(reference: unknown, kindsOf: readonly string[]): { key: string; label: string };
}
