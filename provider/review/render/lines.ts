/** Statements as lines: those that differ only in the ability are one. What text and Markdown have in common. */

import { wayThrough } from "../../engine/guards/refusal";
import type { Affected, Effects, Level, PeopleChange, Review, Statement, Subject, Totals } from "../report";
import { affectedWords, count, persons, series, title } from "../words";

export interface Line {
  subject: Subject;
  /** The fact, or facts that are alike, without the subject. */
  says: string;
  level: Level;
  direction?: "gain" | "loss";
  statements: readonly Statement[];
}

/** In the order of the statements. */
export function linesOf(statements: readonly Statement[]): Line[] {
  const alike = Map.groupBy(statements, (statement) => {
    const tail = tailOf(statement);
    // A dangerous ability is a line of its own.
    const joins = tail !== undefined && statement.level !== "escalation";
    return joins
      ? JSON.stringify([statement.subject, statement.code, statement.level, statement.people, tail, statement.allowed])
      : statement;
  });
  return [...alike.values()].map((some): Line => {
    const [first] = some as [Statement, ...Statement[]];
    const { subject, level, direction, allowed, people, roles = [], says } = first;
    const tail = tailOf(first) ?? "";
    const isOdd = tail.startsWith("; ");
    const fact =
      some.length > 1
        ? `${verbOf(first)}: ${some.map(({ may }) => may).join("; ")}`
        : says.slice(0, says.length - tail.length);
    const inside = [
      ...(first.code === "ability-gained" && level === "escalation" ? roles : []),
      ...(people && !(people.of > 0 && people.count === 0) && !fact.includes(persons(people.count))
        ? whom(people, level)
        : []),
      ...(isOdd ? [tail.slice(2)] : []),
    ];
    const why = allowed ? `; allowed: ${allowed.reason}${allowed.until ? `, until ${allowed.until}` : ""}` : "";
    const told = `${fact}${isOdd ? "" : tail}${inside.length > 0 ? ` (${inside.join("; ")})` : ""}${why}`;
    return { subject, says: told, level, ...(direction && { direction }), statements: some };
  });
}

const whom = (people: Affected, level: Level): string[] =>
  people.of > 0 ? [affectedWords(people)] : level === "escalation" ? ["nobody is in it"] : [];

export const verbOf = ({ direction }: Statement): string => (direction === "gain" ? "may now" : "may no longer");

/** What stands behind the ability in a sentence; undefined when the statement is about none. */
export function tailOf(statement: Statement): string | undefined {
  const { says, may } = statement;
  if (may === undefined) return undefined;
  const start = `${verbOf(statement)} ${may}`;
  return says.startsWith(start) ? says.slice(start.length) : undefined;
}

/** How many objects become what: `1 new, 2 changed, 0 deleted`. */
export const objectsWords = ({ created, changed, deleted, released, renamed }: Totals): string =>
  [
    `${created} new`,
    `${changed} changed`,
    `${deleted} deleted`,
    ...(released > 0 ? [`${released} released`] : []),
    ...(renamed > 0 ? [`${renamed} renamed`] : []),
  ].join(", ");

/** The one line that everything else explains. */
export function headline(review: Review): string {
  const { name } = review;
  if (isNothing(review)) return `${name}: nothing changes`;
  const { totals, statements, membership, reverts } = review;
  const { escalations, warnings } = totals;
  const worst = statements.find(({ level, allowed }) => level === "escalation" && !allowed);
  const refused = statements.filter(({ level }) => level === "guard").length;
  const back = reverts ? reverts.totals.changed + reverts.totals.created + reverts.totals.deleted : 0;
  return [
    `${name}: ${objectsWords(totals)}`,
    ...(refused > 0 ? [`refused by ${count(refused, "guard")}`] : []),
    ...(worst ? [`${count(escalations, "escalation")}${escalations > 1 ? ", first" : ""}: ${short(worst)}`] : []),
    ...(warnings > 0 ? [count(warnings, "warning")] : []),
    ...(back > 0 ? [`${count(back, "object")} changed by hand ${back === 1 ? "goes" : "go"} back`] : []),
    ...(review.lockOut ? [`lock-out: ${review.lockOut}`] : []),
    ...("unknown" in membership ? [`people: unknown, ${membership.unknown}`] : []),
  ].join(" · ");
}

/** `Freelance (41 people) may now purge`. */
function short(statement: Statement): string {
  const { subject, people } = statement;
  const tail = tailOf(statement) ?? "";
  const [says = ""] = statement.says.slice(0, statement.says.length - tail.length).split(/; |, among them/);
  const who = people
    ? ` (${people.of === 0 ? "nobody is in it" : affectedWords({ count: people.count, of: people.of })})`
    : "";
  return subject.kind !== "ShieldAllowList" && /^(may|is|was|becomes|has) /.test(says)
    ? `${subject.label}${who} ${says}`
    : `${title(subject)}: ${says}`;
}

export const isNothing = ({ statements, reverts }: Review): boolean =>
  statements.length === 0 && (reverts?.statements.length ?? 0) === 0;

/** What would let refusals pass; undefined when there are none. */
export function wayOf({ statements }: Pick<Effects, "statements">): { file: string; run: string } | undefined {
  const entries = statements.flatMap(({ level, allow = [] }) => (level === "guard" ? allow : []));
  return entries.length > 0 ? wayThrough([...new Set(entries)]) : undefined;
}

/** On what the review rests. */
export function basis(review: Review): string {
  const { membership } = review;
  const rights =
    review.basis === "live" ? "Effective rights in the tenant as it is" : "Effective rights as far as the file says";
  if ("unknown" in membership) return `${rights}.`;
  const age = ageOf(membership.ageDays);
  const elsewhere =
    membership.elsewhere > 0
      ? `; ${persons(membership.elsewhere)} ${membership.elsewhere === 1 ? "is" : "are"} also in groups that are not described here, whose roles are not known`
      : "";
  return `${rights}, for ${persons(membership.people)} as read ${age} (${membership.readAt.slice(0, 10)})${elsewhere}.`;
}

function ageOf(days: number): string {
  if (days < 0) return `${count(-days, "day")} ahead, so that nobody knows how old that is`;
  return days === 0 ? "today" : `${count(days, "day")} ago`;
}

/** How many people may do more, and how many less. */
export function balance({ people }: Pick<Effects, "people">): string | undefined {
  const number = (which: (change: PeopleChange) => boolean) =>
    people.filter(which).reduce((sum, { who }) => sum + who.length, 0);
  const [more, less] = [number(({ gained }) => gained.length > 0), number(({ lost }) => lost.length > 0)];
  const said = [
    ...(more > 0 ? [`${persons(more)} may do more`] : []),
    ...(less > 0 ? [`${persons(less)} may do less`] : []),
  ];
  return said.length > 0 ? `In all, ${series(said)}.` : undefined;
}

/** Equal for reviews that say the same, of people too. */
export const sameness = (review: Review): string =>
  JSON.stringify([basis(review), facts(review), review.reverts ? facts(review.reverts) : []]);
const facts = ({ statements, people }: Effects) => [
  statements.map(({ code, level, subject, says, allowed, people: who }) => [
    code,
    level,
    subject,
    says,
    allowed?.reason,
    who,
  ]),
  people,
];

/** Of what somebody changed in the tenant itself. */
export const putBack = {
  heading: "Changed by hand, and put back by this",
  hint: "pulumi up stops at these until pulumi refresh has read them.",
};

/** Headings of levels, in order. Of changes, every subject has its own. */
export const headings: Readonly<Record<Exclude<Level, "change">, string>> = {
  guard: "Refused",
  escalation: "Escalations",
  warning: "Worth a second look",
  note: "Also",
};
export const mark = ({ level, direction }: Pick<Line, "level" | "direction">): string =>
  level === "guard"
    ? "✗"
    : level === "escalation"
      ? "▲"
      : level === "warning"
        ? "!"
        : direction === "gain"
          ? "+"
          : direction === "loss"
            ? "-"
            : "·";
