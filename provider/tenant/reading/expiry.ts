/**
 * What ends on a day. The day that is written is the last one; from the next on, by UTC, the entry is no part of what is
 * described, so that whoever applies the file takes it away.
 */

import type { Values } from "../../definition";
import type { Expiry } from "../desired";
import { quoted } from "../files/frame";
import { placeOf } from "../files/text";
import { child, textOf, type Written } from "../files/written";
import type { Draft, Reading } from "./draft";

/** Days ahead from which an end is told. */
export const aheadDays = 14;

/**
 * Whether the entry's `expires` is over. Notes the end, and says so when it is near or past.
 *
 * @param part of the inputs, what the entry comes to.
 */
export function isOver(
  reading: Reading,
  entry: Written,
  draft: Draft,
  what: Expiry["what"],
  value: string,
  part: Values,
): boolean {
  const written = child(entry, "expires");
  const until = textOf(written);
  if (!written || until === undefined || reading.malformed.has(written)) return false;
  const reason = textOf(child(entry, "reason")) ?? textOf(child(entry, "note"));
  const over = until < reading.today;
  reading.expires.push({
    of: { kind: draft.kind, label: draft.label, name: draft.name },
    what,
    value,
    until,
    over,
    ...(reason !== undefined && { reason }),
    part,
    place: placeOf(written.at),
  });
  const left = daysBetween(reading.today, until);
  const named = `The ${words[what]} ${quoted(value)}`;
  if (over) past(reading, written, `${named} was granted until ${until} and is taken away`);
  else if (left <= aheadDays) {
    const when = left === 0 ? "ends with this day" : `ends in ${left} day${left === 1 ? "" : "s"}`;
    reading.report(
      "ends-soon",
      written.at,
      `${named} ${when}: ${until} is the last one, by UTC`,
      "give it a later date, or let it end",
    );
  }
  return over;
}

const words: Record<Expiry["what"], string> = {
  role: "role",
  address: "address",
  set: "address set",
  access: "access of",
};

/** Says that a date is over. Days are those of UTC. */
export function past({ report, today }: Reading, node: Written, what: string): void {
  const until = textOf(node);
  if (until !== undefined && until < today) {
    report("past-date", node.at, `${what}; it is ${today}`, "take it out, or give it a later date");
  }
}

const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000;
