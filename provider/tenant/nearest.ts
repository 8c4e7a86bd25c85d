/** The word that somebody most likely meant. */

import { distance } from "fastest-levenshtein";

const bare = (word: string): string => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/** The candidate nearest to what is written; undefined when none is near. `default_user_type` is near defaultUserType. */
export function nearestOf(written: string, candidates: Iterable<string>): string | undefined {
  if (written.length > 200) return undefined;
  const wanted = bare(written);
  const rated = [...candidates].map((candidate) => ({ candidate, edits: distance(wanted, bare(candidate)) }));
  const best = rated.reduce<(typeof rated)[number] | undefined>((a, b) => (a && a.edits <= b.edits ? a : b), undefined);
  return best && best.edits <= (wanted.length < 5 ? 1 : Math.max(2, Math.floor(wanted.length / 3))) ? best.candidate : undefined;
}
