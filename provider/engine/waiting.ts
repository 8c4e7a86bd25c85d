/** Waiting for iconik to show what it was told: a few looks, a little further apart each time, and then no more. */

import { setTimeout as sleep } from "node:timers/promises";

/** Pauses between looks, in milliseconds: four looks within about two seconds. */
const pauses = [150, 500, 1_500];

/**
 * Looks until `good` (default: whatever does not fail), at most four times; then gives the last look, or its failure.
 * A failure for which `passing` is false ends it at once.
 */
export async function eventually<T>(
  look: () => Promise<T>,
  passing: (error: unknown) => boolean,
  good: (value: T) => boolean = () => true,
): Promise<T> {
  for (const pause of pauses) {
    try {
      const value = await look();
      if (good(value)) return value;
    } catch (error) {
      if (!passing(error)) throw error;
    }
    await sleep(pause);
  }
  return look();
}
