/** Exceptions of the file, which are shown with what they acknowledge, and what ends by a date. */

import { kinds } from "../kinds";
import type { Definition } from "../definition";
import { permits } from "../engine/guards/exceptions";
import type { Later } from "../tenant";
import type { Pairs } from "./pair";
import type { Statement, Subject } from "./report";
import { count, quoted } from "./words";

/** Days before the end of something from which on it is told. */
const ahead = 14;

/**
 * The statements with the exceptions that acknowledge them, and statements about exceptions that acknowledge nothing.
 * @param back what is put back by the same run, which the same exceptions are for
 * @param today YYYY-MM-DD, UTC
 */
export function acknowledge(
  statements: readonly Statement[],
  back: readonly Statement[],
  { allow }: Later,
  pairs: Pairs,
  today: string,
): Record<"told" | "back" | "stale", Statement[]> {
  // The others are for guards, which say themselves what they let pass.
  const ours = allow.filter(({ values }) => values.delete !== undefined || values.escalation !== undefined);
  const entries = ours.map(({ values, place }) => {
    const { delete: deleted, escalation, reason, until } = values as Record<string, string | undefined>;
    const target = deleted ?? escalation ?? "";
    const isMeant = (subject: Subject) =>
      deleted === undefined
        ? targetOf(subject) === target
        : permits([{ verb: "delete", target }], [{ verb: "delete", target: targetOf(subject) }]) !== undefined;
    const isOver = until !== undefined && until < today;
    const acknowledges = ({ code, level, subject }: Statement) =>
      !isOver && isMeant(subject) && (deleted === undefined ? level === "escalation" : code === "deleted");
    return {
      target,
      what: deleted === undefined ? "escalation" : "deletion",
      isOver,
      reason: reason ?? "",
      until,
      place,
      acknowledges,
      used: false,
    };
  });
  const known = (statement: Statement): Statement => {
    const entry = entries.find(({ acknowledges }) => acknowledges(statement));
    if (!entry) return statement;
    entry.used = true;
    const { reason, until, place } = entry;
    return { ...statement, allowed: { reason, ...(until !== undefined && { until }), place } };
  };
  const acknowledged = { told: statements.map(known), back: back.map(known) };
  const stale = entries
    .filter(({ used }) => !used)
    .map(({ target, what, isOver, until, reason, place }): Statement => ({
      code: "stale-exception",
      level: "warning",
      subject: subjectOf(target, pairs),
      says: isOver
        ? `the exception for ${whose(target)} ${what} (${quoted(reason)}) ended on ${until}`
        : `the exception for ${whose(target)} ${what} (${quoted(reason)}) permits nothing that this change does`,
      place,
    }));
  return { ...acknowledged, stale };
}

/** What was given for a time and ends within two weeks, or has ended. */
export function endings({ expires }: Later, today: string): Statement[] {
  return expires.flatMap(({ of, what, value, until, reason, place }): Statement[] => {
    const days = Math.round((Date.parse(until) - Date.parse(today)) / 86_400_000);
    if (days > ahead) return [];
    const given = what === "role" ? value : `${what === "set" ? "the set " : ""}${quoted(value)}`;
    const why = reason === undefined ? "" : ` (${reason})`;
    const says =
      days < 0 ? `${given} was to end on ${until}${why}` : `${given} ends on ${until}, in ${count(days, "day")}${why}`;
    return [
      {
        code: "ends-soon",
        level: days < 0 ? "warning" : "note",
        subject: { kind: of.kind, section: sectionOf(of.kind), label: of.label },
        says,
        place,
      },
    ];
  });
}

const whose = (target: string): string => (target.endsWith("/*") ? "their" : "its");

const targetOf = ({ section, label }: Subject): string => `${section}/${label}`;

function subjectOf(target: string, pairs: Pairs): Subject {
  const [section = "", ...label] = target.split("/");
  const kind = pairs.all.find(({ subject }) => subject.section === section)?.subject.kind ?? section;
  return { kind, section, label: label.join("/") };
}

const sectionOf = (kind: string): string => (kinds as Record<string, Definition>)[kind]?.section ?? kind;
