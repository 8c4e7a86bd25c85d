/** Waiting for iconik to show what it was told: a few looks, a little further apart each time, and then no more. */

import type { Session } from "./session";

/** Pauses between looks, in milliseconds: four looks within about two seconds. */
const pauses = [150, 500, 1_500];

/** What iconik lists comes from an index, and what it just made may not answer by id yet: that is given longer. */
const lagging = [...pauses, 3_000, 5_000, 5_000];

/** How long is waited for what may lag, in words. */
export const longest = `${Math.round(lagging.reduce((sum, pause) => sum + pause, 0) / 1_000)} seconds`;

export interface Waiting<T> {
  /** Failures after which there is another look; left out: none. */
  passing?(error: unknown): boolean;
  /** What ends the waiting; left out: whatever does not fail. */
  good?(value: T): boolean;
  /** Where iconik may lag: what it does not show yet, as a sentence without its end. It is waited for longer, and told. */
  lag?: string;
}

/** Looks until it is good, at most four times, or seven where iconik may lag; then gives the last look, or its failure. */
export async function eventually<T>(
  session: Pick<Session, "wait" | "note">,
  look: () => Promise<T>,
  { passing = () => false, good = () => true, lag }: Waiting<T>,
): Promise<T> {
  for (const [index, pause] of (lag === undefined ? pauses : lagging).entries()) {
    try {
      const value = await look();
      if (good(value)) return value;
    } catch (error) {
      if (!passing(error)) throw error;
    }
    if (index === pauses.length) session.note(`${lag}; waiting for up to ${longest}`);
    await session.wait(pause);
  }
  return look();
}
