/** Ends that a change moves: what was given for a time stays longer, for good, or not as long. */

import type { Later } from "../tenant";
import type { Expiry } from "../tenant/desired";
import { isEscalating, placeOf } from "./abilities";
import { entriesOf } from "./access";
import { rolesOf } from "./effective";
import type { Pair, Pairs } from "./pair";
import type { Statement } from "./report";
import { quoted } from "./words";

/**
 * Statements about what is given before and after, and has another end. What has ended is given no more, and told as
 * what it does to people.
 */
export function endStatements(pairs: Pairs, before: Later, after: Later): Statement[] {
  const [had, has] = [byThing(before.expires, pairs), byThing(after.expires, pairs)];
  return [...new Set([...had.keys(), ...has.keys()])].flatMap((thing): Statement[] => {
    const [old, now] = [had.get(thing), has.get(thing)];
    const { expiry, pair } = (now ?? old)!;
    if (old?.expiry.until === now?.expiry.until || old?.expiry.over || now?.expiry.over) return [];
    if (!isGiven(expiry, pair, pairs, "was") || !isGiven(expiry, pair, pairs, "is")) return [];
    const { what, value } = expiry;
    const given = what === "role" ? value : `${what === "access" ? "the access of " : what === "set" ? "the set " : ""}${quoted(value)}`;
    const base = { code: "end-moved" as const, subject: pair.subject, ...placeOf(pair), ...(what === "role" && { roles: [value] }) };
    const place = now ? { place: now.expiry.place } : {};
    const isLonger = old !== undefined && (now === undefined || now.expiry.until > old.expiry.until);
    if (!isLonger) {
      return [{ ...base, ...place, level: "note", direction: "loss", says: `${given} ends on ${now!.expiry.until}${old ? ` instead of ${old.expiry.until}` : ""}` }];
    }
    const level = what === "role" && isEscalating(value) ? "escalation" : "warning";
    const says = now ? `${given} ends on ${now.expiry.until} instead of ${old.expiry.until}` : `${given} stays for good; it was to end on ${old.expiry.until}`;
    return [{ ...base, ...place, level, direction: "gain", says }];
  });
}

interface End {
  expiry: Expiry;
  pair: Pair;
}

/** By what ends and of which object, the same in both pictures. */
function byThing(expires: readonly Expiry[], pairs: Pairs): Map<string, End> {
  return new Map(
    expires.flatMap((expiry) => {
      const pair = pairs.byKey.get(pairs.meant({ ref: expiry.of }, [expiry.of.kind]).key);
      return pair ? [[JSON.stringify([pair.key, expiry.what, expiry.value]), { expiry, pair }] as const] : [];
    }),
  );
}

/** Of a set of addresses, nobody says which of the list are its own: then the list stays, or this is no matter of its end. */
function isGiven({ what, value }: Expiry, pair: Pair, pairs: Pairs, when: "was" | "is"): boolean {
  const addresses = (pair[when]?.addresses ?? []) as { ip?: unknown }[];
  switch (what) {
    case "role":
      return rolesOf(pair, when)?.includes(value) === true;
    case "access":
      return entriesOf(pair[when], pairs).some(({ label }) => label === value);
    case "address":
      return addresses.some(({ ip }) => ip === value);
    case "set":
      return JSON.stringify(pair.was?.addresses) === JSON.stringify(pair.is?.addresses);
  }
}
