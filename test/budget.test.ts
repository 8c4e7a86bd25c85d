import { describe, expect, test } from "vitest";
import { rateBudget } from "../provider/engine/budget";
import { idleClock } from "./scripted-server";

describe("the rate budget", () => {
  /** Start times of so many calls, all asked for at once. */
  const starts = async (calls: number, share?: number) => {
    const clock = idleClock();
    const budget = rateBudget(share, clock);
    const zero = clock.now();
    const times: number[] = [];
    await Promise.all(Array.from({ length: calls }, () => budget.take().then(() => times.push(clock.now() - zero))));
    return times;
  };
  const most = (times: number[], ms: number) =>
    Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + ms).length));

  test.each([
    [1, 50, 1_000],
    [0.5, 25, 500],
    [0.33, 16, 330],
    [0.01, 1, 10],
  ])("with a share of %d: %i in any second, %i in any 20", async (share, second, twenty) => {
    const times = await starts(twenty * 2 + second, share);
    expect(most(times, 1_000)).toBe(second);
    expect(most(times, 20_000)).toBeLessThanOrEqual(twenty);
    const slowest = Math.max(Math.ceil(times.length / second) * 1_000, Math.ceil(times.length / twenty) * 20_000);
    expect(times.at(-1)).toBeLessThan(slowest);
  });

  test("first come, first served", async () => {
    const budget = rateBudget(1, idleClock());
    const order: number[] = [];
    await Promise.all(Array.from({ length: 200 }, (_, i) => budget.take().then(() => order.push(i))));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  test("shrinks to what RateLimit-Remaining leaves, and asks once a second when that is nothing", async () => {
    const clock = idleClock();
    const budget = rateBudget(1, clock);
    const zero = clock.now();
    const take = () => budget.take().then(() => clock.now() - zero);
    budget.answered(2);
    expect([await take(), await take(), await take(), await take()]).toEqual([0, 0, 1_000, 2_000]);
    budget.answered(1);
    expect([await take(), await take()]).toEqual([2_000, 3_000]);
    budget.answered(undefined);
    expect([await take(), await take()]).toEqual([3_000, 3_000]);
  });

  test("a share applies to what is left as well", async () => {
    const clock = idleClock();
    const budget = rateBudget(0.5, clock);
    budget.answered(4);
    const start = clock.now();
    for (let i = 0; i < 3; i++) await budget.take();
    expect(clock.now() - start).toBe(1_000);
  });

  test("goes on to the next when one gives up", async () => {
    const stop = new AbortController();
    const budget = rateBudget(1, idleClock());
    const given = budget.take(stop.signal);
    stop.abort(new Error("given up"));
    const next = budget.take();
    await expect(given).rejects.toThrow("given up");
    await next;
  });

  test("leaves no timer running when it was stopped", async () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const stop = new AbortController();
    const budget = rateBudget();
    budget.pause(30_000);
    const waiting = Promise.allSettled([budget.take(stop.signal), budget.take(stop.signal)]);
    setImmediate(() => stop.abort());
    expect((await waiting).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(process.getActiveResourcesInfo().filter((name) => name === "Timeout")).toHaveLength(before);
  });
});
