/** Refusals: what a guard says, what would let it pass, and the error that comes of it. */

import { IconikError } from "../errors";
import type { Session } from "../session";
import { settingNames } from "../settings";
import { endless, permits, wordsOf, type Wanted } from "./exceptions";

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

/** What to write so that all of it is permitted, ready to be pasted. */
export function wayThrough(refusals: readonly Refusal[], setting: string): string {
  const words = [...new Set(refusals.flatMap(({ allow }) => allow.map(wordsOf)))];
  const whole = words.length === 1 ? words[0]! : `[${words.map((one) => `{ ${one} }`).join(", ")}]`;
  const entries = words.map((one) => `- { ${one}, reason: <why>, until: <YYYY-MM-DD> }`).join(" ");
  return `If it is meant, write under allow: ${entries}; or, for one run: ${setting}='${whole.replaceAll("'", `'\\''`)}'`;
}

/** The refusals that no exception permits. Each exception that is used is told once in a run, with what it permits first. */
export function standing(session: Session, refusals: readonly Refusal[]): Refusal[] {
  const { allow = [], name } = session.settings;
  const told = used.get(session) ?? new Set();
  used.set(session, told);
  return refusals.filter((refusal) => {
    const exceptions = permits([...session.guards.allow, ...allow], refusal.allow);
    for (const exception of exceptions ?? []) {
      const { until, reason } = exception;
      const where = allow.includes(exception) ? settingNames(name).allow : until === endless ? "expires:" : `allow: until ${until}`;
      const words = `permitted by ${where} ({ ${wordsOf(exception)} }${reason === undefined ? "" : `, ${reason}`})`;
      if (!told.has(words)) session.note(`${refusal.message}; ${words}`);
      told.add(words);
    }
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
  throw new IconikError({ code, message: `${refusals.map(({ message }) => message).join(". ")}. ${wayThrough(refusals, settingNames(session.settings.name).allow)}` });
}
