/** What an allow list lets in before and after, by addresses and not by how they are written. */

import ipaddr from "ipaddr.js";
import { parseAddress } from "../addresses";
import type { Values } from "../definition";
import { placeOf } from "./abilities";
import type { Pairs } from "./pair";
import { ownerOf } from "./pairs";
import type { Statement } from "./report";
import { count, quoted, series } from "./words";

interface Span {
  family: 4 | 6;
  first: bigint;
  last: bigint;
}

/** Widened, narrowed, emptied. A list that is managed from now on is one that nobody knew. */
export function allowListStatements(pairs: Pairs): Statement[] {
  return pairs.all
    .filter(({ definition }) => definition.fields.addresses !== undefined)
    .flatMap((pair) => {
      const { was, is, fate, taken } = pair;
      if (fate === "stays" || fate === "released") return [];
      const [before, after] = [listOf(was, !taken.includes("addresses")), listOf(is, fate === "deleted")];
      if (!after) return [];
      const base = { subject: pair.subject, ...placeOf(pair) };
      const lets = (list: readonly Values[]) => byApplication(list, pairs);
      if (after.length === 0) {
        return before?.length === 0
          ? []
          : [
              {
                ...base,
                code: "addresses-widened",
                level: "escalation",
                direction: "gain",
                says: "is emptied: whether an empty list lets in everybody or nobody is documented nowhere",
              },
            ];
      }
      if (!before) {
        return [
          {
            ...base,
            code: "managed-from-now-on",
            level: "warning",
            says: `is managed from now on, and lets in ${said(lets(after))}; what it let in before is not known`,
          },
        ];
      }
      if (before.length === 0 && !ownerOf(pair, pairs)) {
        return [
          {
            ...base,
            code: "addresses-widened",
            level: "warning",
            says: `is no longer empty, and lets in ${said(lets(after))}: whether an empty list lets in everybody or nobody is documented nowhere`,
          },
        ];
      }
      const [had, has] = [lets(before), lets(after)];
      const everyone = { had: had.get("") ?? [], has: has.get("") ?? [] };
      return [...new Set(["", ...had.keys(), ...has.keys()])].flatMap((application): Statement[] => {
        const sees = (list: Map<string, Span[]>, all: readonly Span[]) => [
          ...all,
          ...(application ? (list.get(application) ?? []) : []),
        ];
        const [old, now] = [sees(had, everyone.had), sees(has, everyone.has)];
        // What comes or goes for everyone is not told again for each application.
        const more = minus(minus(now, old), application ? minus(everyone.has, everyone.had) : []);
        const less = minus(minus(old, now), application ? minus(everyone.had, everyone.has) : []);
        const to = application ? ` to the application ${quoted(application)}` : "";
        return [
          ...(more.length > 0
            ? [
                {
                  ...base,
                  code: "addresses-widened" as const,
                  level: "escalation" as const,
                  direction: "gain" as const,
                  ...placeOf(pair, "addresses", bringing(after, more)),
                  says: `also lets in ${rangesOf(more)}${to}`,
                },
              ]
            : []),
          ...(less.length > 0
            ? [
                {
                  ...base,
                  code: "addresses-narrowed" as const,
                  level: "warning" as const,
                  direction: "loss" as const,
                  says: `no longer lets in ${rangesOf(less)}${to}`,
                },
              ]
            : []),
        ];
      });
    });
}

const said = (lets: ReadonlyMap<string, readonly Span[]>): string =>
  [...lets]
    .map(([application, spans]) => `${rangesOf(spans)}${application && ` (only ${quoted(application)})`}`)
    .join("; ");

/** A tenant without addresses has none; what a file does not say is not known. */
const listOf = (values: Values | undefined, isKnown: boolean): readonly Values[] | undefined =>
  (values?.addresses as readonly Values[] | undefined) ?? (isKnown ? [] : undefined);

/** The first entry that lets in some of it, as it is written. */
const bringing = (list: readonly Values[], more: readonly Span[]): string =>
  list
    .map(({ ip }) => String(ip))
    .find((ip) => {
      const { range } = parseAddress(ip);
      return (
        range &&
        more.some(({ family, first, last }) => family === range.family && first <= range.last && range.first <= last)
      );
    }) ?? "";

/** What is let in, by application; "" is all of them. */
function byApplication(list: readonly Values[], pairs: Pairs): Map<string, Span[]> {
  const lets = new Map<string, Span[]>();
  for (const { ip, application } of list) {
    const { range } = parseAddress(String(ip));
    const name = application === undefined ? "" : pairs.meant(application, ["Application"]).label;
    if (range) lets.set(name, [...(lets.get(name) ?? []), range]);
  }
  return lets;
}

/** The addresses of one set of ranges that are in none of another, joined and in order. */
function minus(some: readonly Span[], others: readonly Span[]): Span[] {
  return joined(some).flatMap((span) => {
    let rest: Span[] = [span];
    for (const other of others) {
      rest = rest.flatMap((one) =>
        other.family !== one.family || other.last < one.first || other.first > one.last
          ? [one]
          : [
              ...(other.first > one.first ? [{ ...one, last: other.first - 1n }] : []),
              ...(other.last < one.last ? [{ ...one, first: other.last + 1n }] : []),
            ],
      );
    }
    return rest;
  });
}

function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const { family, first, last } of [...spans].sort(
    (a, b) => a.family - b.family || (a.first < b.first ? -1 : a.first > b.first ? 1 : 0),
  )) {
    const before = result.at(-1);
    if (before && before.family === family && first <= before.last + 1n) {
      if (last > before.last) before.last = last;
    } else result.push({ family, first, last });
  }
  return result;
}

/** `203.0.113.0/24 (256 addresses)`; of most of a family of addresses, what is not in it. */
function rangesOf(spans: readonly Span[]): string {
  const parts = families.flatMap((family) => {
    const some = joined(spans.filter((span) => span.family === family.of));
    const all: Span = { family: family.of, first: 0n, last: family.size - 1n };
    if (sizeOf(some) * 2n <= family.size) return some.map(rangeOf);
    const others = minus([all], some);
    return [
      `everyone by IPv${family.of}${others.length > 0 ? ` who is not in ${shortened(others.map(networkOf))}` : ""}`,
    ];
  });
  return shortened(parts);
}

const families = [
  { of: 4, size: 1n << 32n },
  { of: 6, size: 1n << 128n },
] as const;

const sizeOf = (spans: readonly Span[]): bigint => spans.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);

const shortened = (parts: readonly string[]): string =>
  parts.length > 12 ? `${parts.slice(0, 12).join(", ")} and ${count(parts.length - 12, "more range")}` : series(parts);

/** How many there are is said where that tells anything: networks of IPv6 are all beyond counting. */
function rangeOf(span: Span): string {
  const number = sizeOf([span]);
  if (number === 1n || (span.family === 6 && number > 1_000_000n)) return networkOf(span);
  return `${networkOf(span)} (${number < 1_000_000n ? number : `${(number + 500_000n) / 1_000_000n} million`} addresses)`;
}

/** What is no network of its own is written from the first to the last. */
function networkOf(span: Span): string {
  const number = sizeOf([span]);
  if (number === 1n) return addressOf(span, span.first);
  const prefix = (span.family === 4 ? 32 : 128) - (number.toString(2).length - 1);
  const isOne = (number & (number - 1n)) === 0n && span.first % number === 0n;
  return isOne
    ? `${addressOf(span, span.first)}/${prefix}`
    : `${addressOf(span, span.first)} to ${addressOf(span, span.last)}`;
}

function addressOf({ family }: Span, number: bigint): string {
  const bytes = Array.from({ length: family === 4 ? 4 : 16 }, (_, index, length = family === 4 ? 4 : 16) =>
    Number((number >> BigInt(8 * (length - 1 - index))) & 255n),
  );
  return ipaddr.fromByteArray(bytes).toString();
}
