// What a row says: a figure, what it is compared with, and whether that is within what is promised.
import type { Requests } from "./tenant.mts";

export interface Figure {
  measure: string;
  /** What is promised, in words. */
  bound: string;
  unit: "s" | "ms" | "MB" | "bytes" | "requests";
  figure: number;
  /** What it is compared with, measured in the same run. */
  floor: number;
  ratio: number;
  inside: boolean;
  /** Where there are any: ours, and those of the floor. */
  requests?: { ours: number; floor: number };
  /** Where the floor is HTTP alone: the same run of as many resources whose provider does nothing. */
  empty?: number;
  /** What has to be known to read the figure. */
  note?: string;
}

export interface Timed {
  seconds: number;
  requests?: Requests;
}

export const fastest = <T extends Timed>(runs: readonly T[]): T =>
  runs.reduce((best, run) => (run.seconds < best.seconds ? run : best), runs[0]!);

/** Seconds, and how often those of `floor` may fit in them. @param than what the floor is, in words */
export function times(measure: string, most: number, than: string, ours: Timed, floor: Timed, empty?: Timed): Figure {
  return {
    measure,
    bound: `${most} x ${than}`,
    unit: "s",
    ...compared(ours.seconds, floor.seconds, most),
    ...(ours.requests && { requests: { ours: ours.requests.total, floor: floor.requests?.total ?? 0 } }),
    ...(empty && { empty: empty.seconds }),
    ...(empty && ours.seconds > most * floor.seconds && { note: engineShare(most, ours, floor, empty) }),
  };
}

/** Said of what is outside its bound: how much of it Pulumi takes with a provider that does nothing. */
function engineShare(most: number, ours: Timed, floor: Timed, empty: Timed): string {
  const s = (seconds: number) => `${seconds.toFixed(2)} s`;
  const alone = `with a provider that does nothing Pulumi takes ${s(empty.seconds)}`;
  if (empty.seconds > most * floor.seconds)
    return `out of any provider's reach: ${alone}, ${(empty.seconds / floor.seconds).toFixed(1)} x the floor; ${s(ours.seconds - empty.seconds)} are ours`;
  return `${alone}; with the bare calls after that it would be ${s(empty.seconds + floor.seconds)}`;
}

/** Requests, no more than the floor needs. */
export function calls(measure: string, bound: string, ours: Requests, floor: Requests): Figure {
  const requests = { ours: ours.total, floor: floor.total };
  return { measure, bound, unit: "requests", ...compared(ours.total, floor.total, 1), requests };
}

export function compared(
  figure: number,
  floor: number,
  most: number,
): Pick<Figure, "figure" | "floor" | "ratio" | "inside"> {
  return { figure, floor, ratio: figure === floor ? 1 : figure / floor, inside: figure <= floor * most };
}
