/**
 * The way through a guard: an entry of `allow:` in the tenant file, dated and with a reason, or the same words in the
 * environment for one run. Whoever uses one is told.
 */

import { IconikError } from "../errors";

/** What can be permitted, and what stands after the word. */
export const verbs = {
  delete:
    "The object whose deletion is permitted, as section/label; section/* for all of a section, * for any number of anything.",
  empty: "The object that may lose all its roles, or its whole access list, as section/label or section/*.",
  lockOut: "What may be shut out: an address, or the group or application that the run acts by, as section/label.",
  loseRole: "The role that the user behind the token may lose.",
  grantRole: "The role that may be given although the user behind the token does not hold it.",
  minAdmins: "How many people who can manage users and groups are enough for now.",
  escalation: "The object about which what a review calls an escalation is permitted, as section/label.",
} as const;

export type Verb = keyof typeof verbs;

export interface Exception {
  verb: Verb;
  /** As it is written; of `minAdmins` the number. */
  target: string;
  /** Last day, YYYY-MM-DD in UTC. The environment is for one run, and goes without. */
  until?: string;
  reason?: string;
  /** Only where nothing but these is lost, roles or `groups/Editors` in an access list: what ended by its date. */
  only?: readonly string[];
}

/** A day, YYYY-MM-DD, as a pattern: which there are, it cannot tell. */
export const dayPattern = "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$";

/** Is it a day that there is? */
export function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return new RegExp(dayPattern).test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** What a refusal writes where a reason is to stand. */
export const reasonToFill = "<why>";

/** Last day of an exception that follows from a date elsewhere in the file (`expires:`). */
export const endless = "9999-12-31";

/** What no run may undo, and what it may all the same. */
export interface Guards {
  /** Addresses and ranges that iconik Shield must let in. */
  mustKeep: readonly string[];
  /** People who can manage users and groups that must be left. Default 2. */
  minAdmins?: number;
  allow: readonly Exception[];
}

export const noGuards: Guards = { mustKeep: [], allow: [] };

/** The same as people write it, in files and programs. */
export interface WrittenGuards {
  mustKeep?: readonly string[];
  minAdmins?: number;
  allow?: readonly object[];
}

/** Entries that are no exceptions are left out: whoever takes them says what is wrong with them. */
export const guardsFrom = ({ mustKeep = [], minAdmins, allow = [] }: WrittenGuards): Guards => ({
  mustKeep,
  ...(minAdmins !== undefined && { minAdmins }),
  allow: allow.map(exceptionOf).filter((one) => typeof one !== "string"),
});

/**
 * An exception that is wanted. `named`: one that names the object or its section, not any number of anything. `lost`:
 * roles, or who is in an access list.
 */
export type Wanted = Pick<Exception, "verb" | "target"> & { named?: true; lost?: readonly string[] };

/** An exception out of what is written; otherwise what is wrong with it, as a clause. */
export function exceptionOf(written: unknown): Exception | string {
  if (typeof written !== "object" || written === null || Array.isArray(written))
    return `must be a map such as { delete: userGroups/Guests }, not ${JSON.stringify(written)}`;
  const { until, reason, only, ...rest } = written as Record<string, unknown>;
  const [verb, ...others] = Object.keys(rest);
  if (verb === undefined || others.length > 0 || !Object.hasOwn(verbs, verb))
    return `must have one of ${Object.keys(verbs).join(", ")}, and besides it reason and until; it has ${Object.keys(written).join(", ") || "nothing"}`;
  const target = rest[verb];
  if (
    verb === "minAdmins"
      ? !(Number.isSafeInteger(target) && (target as number) >= 0)
      : typeof target !== "string" || target === ""
  )
    return `has no ${verb === "minAdmins" ? "whole number" : "text"} after ${verb}`;
  if (until !== undefined && !(typeof until === "string" && isDay(until)))
    return `has an until that is no date, YYYY-MM-DD: ${JSON.stringify(until)}`;
  if (reason !== undefined && typeof reason !== "string") return "has a reason that is no text";
  if (only !== undefined && !(Array.isArray(only) && only.every((one) => typeof one === "string")))
    return "has an only that is no list";
  if (reason === reasonToFill) return `has no reason yet: write why it is permitted instead of ${reasonToFill}`;
  return {
    verb: verb as Verb,
    target: String(target),
    ...(until !== undefined && { until }),
    ...(reason !== undefined && { reason }),
    ...(only !== undefined && { only: only as string[] }),
  };
}

/**
 * `ICONIK_ALLOW`: one entry or a list of them, in YAML: `delete: userGroups/Guests`.
 * @throws IconikError `bad-setting`
 */
export function parseExceptions(text: string, setting: string): Exception[] {
  // Read by few runs, and a parser takes a moment to load.
  const { parse } = require("yaml") as typeof import("yaml");
  const wrong = (problem: string) =>
    new IconikError({
      code: "bad-setting",
      message: `${setting} ${problem}. Write ${setting}='delete: userGroups/Guests', or several: ${setting}='[{ delete: userGroups/Guests }, { empty: aclTemplates/Upload }]'`,
    });
  let written: unknown;
  try {
    written = parse(text, { logLevel: "error" });
  } catch (cause) {
    throw wrong(`is no YAML: ${(cause as Error).message.split("\n")[0]!.replace(/:$/, "")}`);
  }
  return [written].flat().map((one) => {
    const exception = exceptionOf(one);
    if (typeof exception === "string") throw wrong(`${Array.isArray(written) ? "has an entry that " : ""}${exception}`);
    return exception;
  });
}

/** The exceptions that are used where they permit all that is wanted. One whose date is over permits nothing. */
export function permits(
  allow: readonly Exception[],
  wanted: readonly Wanted[],
  today = new Date().toISOString().slice(0, 10),
): Exception[] | undefined {
  const isOver = ({ until }: Exception) => until !== undefined && until < today;
  const used = wanted.map(({ verb, target, named = false, lost = [] }) =>
    allow.find(
      (one) =>
        one.verb === verb &&
        !isOver(one) &&
        lost.every((each) => one.only?.includes(each) ?? true) &&
        covers(one, target, named),
    ),
  );
  return used.every((one) => one !== undefined) ? used : undefined;
}

function covers({ verb, target }: Exception, wanted: string, named: boolean): boolean {
  if (verb === "minAdmins") return Number(target) <= Number(wanted);
  if (target === wanted) return true;
  if (verb !== "delete" && verb !== "empty") return false;
  if (target === "*") return !named;
  return target.endsWith("/*") && wanted.startsWith(target.slice(0, -1));
}

/** As it is written in a tenant file, without reason and date: `delete: userGroups/Guests`. */
export const wordsOf = ({ verb, target }: Wanted): string =>
  `${verb}: ${/^[\w./]+( ?[\w./-]+)*(\/\*)?$/.test(target) ? target : JSON.stringify(target)}`;
