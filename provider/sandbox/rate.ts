/**
 * iconik's rate limit, per application: about 50 requests a second sustained, 1000 in any 20 s; every answer says how
 * many are left. (Reported from iconik's API page; what a 429 carries is a switch.)
 */

const span = 20_000;
const allowance = 1000;

export interface RateLimit {
  /** Counts a request of an application: how many are left, and, when none was, after how many seconds one will be. */
  spend(appId: string, now: number): { remaining: number; retryAfter?: number };
}

/** @param enforced Refuse what goes beyond the limit; without, requests are counted and never refused. */
export function rateLimit(enforced: boolean): RateLimit {
  const recent = new Map<string, number[]>();
  return {
    spend(appId, now) {
      const times = recent.get(appId) ?? [];
      recent.set(appId, times);
      const expired = times.findIndex((time) => time > now - span);
      times.splice(0, expired < 0 ? times.length : expired);
      if (enforced && times.length >= allowance) {
        return { remaining: 0, retryAfter: Math.max(1, Math.ceil((times[0]! + span - now) / 1000)) };
      }
      times.push(now);
      return { remaining: Math.max(0, allowance - times.length) };
    },
  };
}
