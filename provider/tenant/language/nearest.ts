/** The word that somebody most likely meant. */

import { distance } from "fastest-levenshtein";

/** More candidates than this are not compared one by one: that would take longer than the mistake is worth. */
const most = 500;

const bare = (word: string): string => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/** The candidate nearest to what is written; undefined when none is near. `default_user_type` is near defaultUserType. */
export function nearestOf(written: string, candidates: readonly string[]): string | undefined {
  const wanted = bare(written);
  if (written.length > 200 || candidates.length > most) return undefined;
  const limit = wanted.length < 5 ? 1 : Math.max(2, Math.floor(wanted.length / 3));
  const near = candidates
    .map((candidate) => ({ candidate, edits: distance(wanted, bare(candidate)) }))
    .filter(({ edits }) => edits <= limit)
    .sort((a, b) => a.edits - b.edits);
  return near[0]?.candidate;
}
