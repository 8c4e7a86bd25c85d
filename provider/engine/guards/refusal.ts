/** Refusals: what a guard says, what would let it pass, and the error that comes of it. */

import { IconikError } from "../errors";
import type { Session } from "../session";
import { settingNames } from "../settings";
import { endless, permits, reasonToFill, wordsOf, type Wanted } from "./exceptions";

/** A refusal, in words and as data. */
export interface Refusal {
  guard: "addresses" | "identity" | "deletion" | "emptying" | "granting";
  /** What it is about, as section/label. */
  object: string;
  message: string;
  /** It is about the one that asks, by whose token or from whose address; of others it may not be so. */
  caller?: true;
  /** What it is about could not be read. */
  unknown?: true;
  /** It is so already, and the change leaves it so: told, and not refused. */
  told?: true;
  /** The exceptions that it takes, all of them. */
  allow: readonly Wanted[];
}

/** Of what is named one by one, no more than this. */
const most = 10;

/** `a, b and 3 more`. */
export const counted = (all: readonly string[], named = most): string =>
  all.length > named ? `${all.slice(0, named).join(", ")} and ${all.length - named} more` : all.join(", ");

/** What refusals say, a sentence each; of one guard's, those after the tenth are counted. */
export const sentences = (refusals: readonly Refusal[]): string[] =>
  [...Map.groupBy(refusals, ({ guard }) => guard).values()].flatMap((some) => [
    ...some.slice(0, most).map(({ message }) => message),
    ...(some.length > most ? [`and ${some.length - most} more of this sort, each with its entry below`] : []),
  ]);

/** The exceptions that would permit all of it, as they are written, without reason and date. */
export const entriesFor = (refusals: readonly Pick<Refusal, "allow">[]): string[] => [
  ...new Set(refusals.flatMap(({ allow }) => allow.map(wordsOf))),
];

/** What to write so that all of it is permitted, ready to be pasted: in the tenant file, or for one run. */
export function wayThrough(entries: readonly string[], setting = settingNames().allow): { file: string; run: string } {
  const whole = entries.length === 1 ? entries[0]! : `[${entries.map((one) => `{ ${one} }`).join(", ")}]`;
  return {
    file: ["allow:", ...entries.map((one) => `  - { ${one}, reason: ${reasonToFill}, until: <YYYY-MM-DD> }`)].join(
      "\n",
    ),
    run: `${setting}='${whole.replaceAll("'", `'\\''`)}'`,
  };
}

/** The same with words between. */
export function wayInWords(entries: readonly string[], setting?: string): string {
  const { file, run } = wayThrough(entries, setting);
  return `If it is meant, write in the tenant file:\n${file}\nor, for one run:\n${run}`;
}

/** The refusals that no exception permits. Each exception that is used is told once in a run, with what it permits first. */
export function standing(session: Session, refusals: readonly Refusal[]): Refusal[] {
  const { allow = [], name } = session.settings;
  const told = used.get(session) ?? new Set();
  used.set(session, told);
  return refusals.filter((refusal) => {
    const exceptions = permits([...session.guards.allow, ...allow], refusal.allow);
    const words = new Set(
      (exceptions ?? []).map((exception) => {
        const { until, reason } = exception;
        const where = allow.includes(exception)
          ? settingNames(name).allow
          : until === endless
            ? "expires:"
            : `allow: until ${until}`;
        return `permitted by ${where} ({ ${wordsOf(exception)} }${reason === undefined ? "" : `, ${reason}`})`;
      }),
    );
    const untold = [...words].filter((one) => !told.has(one));
    if (untold.length > 0) session.note(`${refusal.message}; ${untold.join(", and ")}`);
    for (const one of untold) told.add(one);
    return exceptions === undefined;
  });
}
const used = new WeakMap<Session, Set<string>>();

/** @throws IconikError for all refusals that no exception permits, with the way through. */
export function refuse(session: Session, all: readonly Refusal[]): void {
  const left = standing(session, all);
  for (const { message } of left.filter(({ told }) => told)) session.note(message);
  const refusals = left.filter(({ told }) => !told);
  if (refusals.length === 0) return;
  const code = refusals.some(({ guard }) => guard === "addresses" || guard === "identity") ? "lock-out" : "guarded";
  throw new IconikError({
    code,
    message: refusals.map(({ message }) => message).join(". "),
    below: wayInWords(entriesFor(refusals), settingNames(session.settings.name).allow),
  });
}
