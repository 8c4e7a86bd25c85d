/** What a change does to what the description itself guards against: guards, exceptions from them, policy tests. */

import { covers } from "../addresses";
import type { Values } from "../definition";
import { minAdminsDefault } from "../engine/guards/changes";
import { exceptionOf, guardsFrom, wordsOf, type Exception, type Verb } from "../engine/guards/exceptions";
import type { Later } from "../tenant";
import { matches, nameOf, texts } from "./policy-view";
import type { Statement } from "./report";
import { count, persons, quoted, series } from "./words";

/** Statements about what guards, tests and exceptions permit after the change, and did not before. */
export const safeguardStatements = (before: Later, after: Later): Statement[] => [
  ...guards(before, after),
  ...rules("Test", before.tests, after.tests, testLacks),
  ...rules("Invariant", before.invariants ?? [], after.invariants ?? [], invariantLacks),
  ...exceptions(before, after),
];

function guards(before: Later, after: Later): Statement[] {
  const [was, is] = [guardsFrom(before.guards ?? {}), guardsFrom(after.guards ?? {})];
  const lowered = (label: string, says: string): Statement => ({
    code: "guard-lowered",
    level: "escalation",
    subject: { kind: "Guard", section: "guards", label },
    says,
  });
  const kept = is.mustKeep.map((ip) => ({ ip, application: undefined }));
  const dropped = was.mustKeep.filter((ip) => !covers(kept, ip));
  const [most, least] = [was.minAdmins ?? minAdminsDefault, is.minAdmins ?? minAdminsDefault];
  return [
    ...(dropped.length > 0
      ? [lowered("mustKeep", `a change that shuts out ${series(dropped, "or")} is no longer refused`)]
      : []),
    ...(least < most
      ? [
          lowered(
            "minAdmins",
            `a change is no longer refused that leaves ${least === 0 ? "nobody" : `only ${persons(least)}`} who can manage users and groups; ${most} had to be left`,
          ),
        ]
      : []),
  ];
}

type Rule = Later["tests"][number];

/** `lacks`: what the rule after does not ask for, of what the one before did, as clauses. */
function rules(
  kind: "Test" | "Invariant",
  before: readonly Rule[],
  after: readonly Rule[],
  lacks: (was: Values, is: Values) => string[],
): Statement[] {
  const subjectOf = ({ values }: Rule) => ({
    kind,
    section: kind === "Test" ? "tests" : "invariants",
    label: String(values.name),
  });
  const isHeld = (one: Rule) => after.some((other) => lacks(one.values, other.values).length === 0);
  return before
    .filter((one) => !isHeld(one))
    .map((one): Statement => {
      const now = after.find(({ values }) => values.name === one.values.name);
      if (!now)
        return {
          code: "test-removed",
          level: "warning",
          subject: subjectOf(one),
          says: "is gone, and with it what it asked for",
        };
      return {
        code: "test-weakened",
        level: "warning",
        subject: subjectOf(now),
        says: `asks for less: ${lacks(one.values, now.values).join("; ")}`,
        place: now.place,
      };
    });
}

const lookedAt = ["group", "person", "aclTemplate", "storage", "allowList"] as const;

function testLacks(was: Values, is: Values): string[] {
  const about = (values: Values) =>
    lookedAt.flatMap((sort) => (values[sort] === undefined ? [] : [`${sort} ${quoted(nameOf(values[sort]))}`])).join();
  if (about(was) !== about(is)) return [`it is about ${about(is)} instead of ${about(was)}`];
  const without = (field: "accept" | "deny", isAsked: (item: Item) => boolean) =>
    items(was[field])
      .filter((item) => !isAsked(item))
      .map(wordsOfItem);
  // To hold one of the few that are left is to hold one of many; to be denied many is to be denied each.
  const accepted = without("accept", (item) =>
    items(is.accept).some((other) => other.member === item.member && matches(item.what, other.what)),
  );
  const denied = without("deny", ({ member, what }) =>
    items(is.deny).some((other) => isMeant(other, member, is) && matches(other.what, what)),
  );
  const excepted = texts(is.except).filter(
    (one) => !texts(was.except).includes(one) && items(was.deny).some(({ member }) => member === "*"),
  );
  return [
    ...(accepted.length > 0 ? [`it no longer wants ${series(accepted)}`] : []),
    ...(denied.length > 0 ? [`it no longer denies ${series(denied)}`] : []),
    ...(excepted.length > 0 ? [`it no longer looks at ${series(excepted.map(quoted))}`] : []),
  ];
}

/** What a list names, or of whom a map names what. */
interface Item {
  member?: string;
  what: string;
}

const items = (value: unknown): Item[] =>
  Array.isArray(value)
    ? texts(value).map((what) => ({ what }))
    : Object.entries((value ?? {}) as Values).flatMap(([member, some]) =>
        texts(some).map((what) => ({ member, what })),
      );

/** `*` is everybody who has no entry of their own and is not excepted. */
const isMeant = (other: Item, member: string | undefined, { deny, except }: Values): boolean =>
  other.member === member ||
  (other.member === "*" &&
    member !== undefined &&
    !texts(except).includes(member) &&
    !items(deny).some((one) => one.member === member));

const wordsOfItem = ({ member, what }: Item): string =>
  member === undefined ? what : `${what} of ${member === "*" ? "all others" : quoted(member)}`;

function invariantLacks(was: Values, is: Values): string[] {
  const [kept, asked] = [texts(is.separation), texts(was.separation)];
  if (asked.length > 0) {
    const together = asked.filter((role) => !kept.includes(role));
    return together.length > 0 ? [`it no longer keeps ${series(together)} apart from the others`] : [];
  }
  if (is.role !== was.role) return [`it is no longer about ${String(was.role)}`];
  return Number(is.atLeast) < Number(was.atLeast)
    ? [
        `${count(Number(is.atLeast), "person is", "people are")} enough to hold ${String(is.role)}, instead of ${String(was.atLeast)}`,
      ]
    : [];
}

/** What stands after "permits". */
const permitted: Readonly<Record<Verb, string>> = {
  delete: "its deletion",
  empty: "that it loses all its roles, or its access list all entries",
  lockOut: "that it is shut out",
  loseRole: "that the user behind the token loses this role",
  grantRole: "that this role is given, though the user behind the token does not have it",
  minAdmins: "that no more people than that are left who can manage users and groups",
  escalation: "what a review calls an escalation about it",
};

function exceptions(before: Later, after: Later): Statement[] {
  const had = before.allow.flatMap(({ values }) => written(values) ?? []);
  return after.allow.flatMap(({ values, place }): Statement[] => {
    const one = written(values);
    if (!one) return [];
    const { verb, target, until, reason } = one;
    const same = had.filter((other) => other.verb === verb && other.target === target);
    if (same.some((other) => (other.until ?? "9") >= (until ?? "9"))) return [];
    const isMany = (verb === "delete" || verb === "empty") && target.endsWith("*");
    // What these two permit stands elsewhere in the review, and so does that they permit nothing.
    const level = verb === "escalation" || (verb === "delete" && !isMany) ? "note" : "warning";
    const news = same.length > 0 ? "lasts longer" : "is new";
    const what = isMany ? permittedToMany(verb, target) : permitted[verb];
    const says = `${news}, and permits ${what}${until === undefined ? "" : ` until ${until}`}${reason === undefined ? "" : ` (${reason})`}`;
    return [
      {
        code: "exception-added",
        level,
        subject: { kind: "Exception", section: "allow", label: wordsOf({ verb, target }) },
        says,
        place,
      },
    ];
  });
}

/** Of `userGroups/*`, and of `*`. */
function permittedToMany(verb: Verb, target: string): string {
  const section = target.slice(0, -2);
  if (verb !== "delete") return `that any of ${section} loses all its roles, or its access list all entries`;
  return `the deletion of any number of ${target === "*" ? "anything" : section}`;
}

function written(values: Values): Exception | undefined {
  const one = exceptionOf(values);
  return typeof one === "string" ? undefined : one;
}
