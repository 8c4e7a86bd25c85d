/** Ends that a change moves: what was given for a time stays longer, for good, or not as long. */

import type { Values } from "../definition";
import type { Later } from "../tenant";
import type { Expiry } from "../tenant/desired";
import { isEscalating, placeOf } from "./abilities";
import { entriesOf } from "./access";
import type { Pair, Pairs } from "./pair";
import type { Statement } from "./report";
import { quoted } from "./words";

/**
 * Statements about what is given before and after, and has another end. What has ended is given no more, and told as
 * what it does to people.
 */
export function endStatements(pairs: Pairs, before: Later, after: Later): Statement[] {
  const [had, has] = [byThing(before.expires, pairs), byThing(after.expires, pairs)];
  const told = [...new Set([...had.keys(), ...has.keys()])].flatMap((thing): Statement[] => {
    const [old, now] = [had.get(thing), has.get(thing)];
    const { expiry, pair, part } = (now ?? old)!;
    if (old?.expiry.until === now?.expiry.until || old?.expiry.over || now?.expiry.over) return [];
    if (![pair.was, pair.is].every((values) => partsOf(values, pairs).has(part))) return [];
    const { what, value } = expiry;
    const given =
      what === "role"
        ? value
        : `${what === "access" ? "the access of " : what === "set" ? "the set " : ""}${quoted(value)}`;
    const base = {
      code: "end-moved" as const,
      subject: pair.subject,
      ...placeOf(pair),
      ...(what === "role" && { roles: [value] }),
    };
    const place = now ? { place: now.expiry.place } : {};
    const isLonger = old !== undefined && (now === undefined || now.expiry.until > old.expiry.until);
    if (!isLonger) {
      return [
        {
          ...base,
          ...place,
          level: "note",
          direction: "loss",
          says: `${given} ends on ${now!.expiry.until}${old ? ` instead of ${old.expiry.until}` : ""}`,
        },
      ];
    }
    const says = now
      ? `${given} ends on ${now.expiry.until} instead of ${old.expiry.until}`
      : `${given} stays for good; it was to end on ${old.expiry.until}`;
    return [
      {
        ...base,
        ...place,
        level: isGrave(expiry, pair, part, pairs) ? "escalation" : "warning",
        direction: "gain",
        says,
      },
    ];
  });
  // The addresses of a set end together.
  return [...new Map(told.map((one) => [JSON.stringify([one.subject, one.says]), one])).values()];
}

interface End {
  expiry: Expiry;
  pair: Pair;
  part: string;
}

/** By what ends and of which object, the same in both pictures, however it is written. What ends twice ends the later day. */
function byThing(expires: readonly Expiry[], pairs: Pairs): Map<string, End> {
  const found = new Map<string, End>();
  for (const expiry of expires) {
    const pair = pairs.byKey.get(pairs.meant({ ref: expiry.of }, [expiry.of.kind]).key);
    for (const part of pair ? partsOf(expiry.part, pairs).keys() : []) {
      const thing = `${pair!.key} ${part}`;
      const other = found.get(thing);
      if (!other || other.expiry.until < expiry.until) found.set(thing, { expiry, pair: pair!, part });
    }
  }
  return found;
}

/** What of a group, a list or a template can end, by what it is; of access lists, with what is given. */
function partsOf(values: Values | undefined, pairs: Pairs): Map<string, readonly string[]> {
  const listed = (value: unknown) => (Array.isArray(value) ? (value as unknown[]) : []);
  const addresses = listed(values?.addresses) as { ip: string; application?: unknown }[];
  return new Map([
    ...listed(values?.roles).map((role) => [`role ${String(role)}`, []] as const),
    ...addresses.map(
      ({ ip, application }) =>
        [
          `address ${ip} ${application === undefined ? "" : pairs.meant(application, ["Application"]).key}`,
          [],
        ] as const,
    ),
    ...entriesOf(values, pairs).map(({ sort, key, permissions }) => [`access ${sort} ${key}`, permissions] as const),
  ]);
}

/** The same that makes it an escalation to give it. */
const isGrave = ({ what, value }: Expiry, { is }: Pair, part: string, pairs: Pairs): boolean =>
  what === "role" ? isEscalating(value) : partsOf(is, pairs).get(part)?.includes("changeAcl") === true;
