/**
 * How fast one client may call: iconik allows about 50 requests a second and 1,000 in any 20 seconds per application
 * (https://app.iconik.io/docs/api.html), says in `RateLimit-Remaining` how many are left, and answers 429 beyond.
 * First come, first served. Nothing runs while nobody waits.
 */
import { setTimeout as sleep } from "node:timers/promises";

/** Time, so that a test can own it. */
export interface Clock {
  /** Milliseconds since 1970; must not go backwards. */
  now(): number;
  /** Resolves after so many milliseconds; rejects when the signal fires, leaving no timer behind. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Unaffected by someone setting the machine's clock. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  wait: (ms, signal) => sleep(ms, undefined, { signal }),
};

export interface Budget {
  /** Resolves when the caller may send one request. Rejects with the signal's reason when it fires first. */
  take(signal?: AbortSignal): Promise<void>;
  /** To be told of every answer: what its `RateLimit-Remaining` said, or that it said nothing. */
  answered(remaining: number | undefined): void;
  /** Nobody starts for so many milliseconds. A shorter pause within a longer one changes nothing. */
  pause(ms: number): void;
}

const windows = [
  { calls: 50, ms: 1_000 },
  { calls: 1_000, ms: 20_000 },
];

/** When iconik says that nothing is left, one request a second goes out to hear whether that still holds. */
const probeInterval = 1_000;

/** @param share how much of iconik's limit to use, above 0 and at most 1; every window keeps at least one call. */
export function rateBudget(share = 1, clock: Clock = systemClock): Budget {
  const limits = windows.map(({ calls, ms }) => ({ calls: Math.max(1, Math.floor(calls * share)), ms }));
  const starts: number[] = [];
  let left: number | undefined;
  let pausedUntil = 0;
  let last: Promise<void> = Promise.resolve();

  /** The earliest time at which the next request fits every limit. */
  function opening(): number {
    const full = limits.map(({ calls, ms }) => (starts.length < calls ? 0 : starts[starts.length - calls] + ms));
    const probe = left === 0 && starts.length > 0 ? starts[starts.length - 1] + probeInterval : 0;
    return Math.max(pausedUntil, probe, ...full);
  }

  async function turn(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    // Asked again after every wait: a pause may have come up meanwhile.
    for (let wait = opening() - clock.now(); wait > 0; wait = opening() - clock.now()) {
      await clock.wait(Math.ceil(wait), signal);
    }
    starts.push(clock.now());
    if (starts.length > limits[limits.length - 1].calls) starts.shift();
    if (left) left -= 1;
  }

  return {
    take(signal) {
      const mine = last.then(() => turn(signal));
      last = mine.catch(() => {});
      return mine;
    },
    answered(remaining) {
      left = remaining && Math.max(1, Math.floor(remaining * share));
    },
    pause(ms) {
      pausedUntil = Math.max(pausedUntil, clock.now() + ms);
    },
  };
}
