/** What guards have to say of a change, as statements: the rules that the program and every single write are held to. */

import type { Session } from "../engine";
import { permits } from "../engine/guards/exceptions";
import { entriesFor, standing } from "../engine/guards/refusal";
import { mayApply } from "../engine/preflight";
import { kinds } from "../kinds";
import type { DesiredResource } from "../tenant";
import { allRefusals, guardsOf, type Refusal } from "../tenant/guards";
import type { Picture } from "../tenant/picture";
import { stackOf } from "./applied";
import type { Review, Statement } from "./report";

export interface Guarded {
  refusals: Statement[];
  lockOut?: Review["lockOut"];
}

/**
 * Asks the guards about the step from the live tenant to `to`. Only reads.
 * @param session opened with the guards of `to` (`guardsOf`)
 * @throws IconikError when what a guard needs could not be read
 */
export async function guarded(session: Session, from: Picture, to: Picture, live: Picture): Promise<Guarded> {
  const nowhere = { file: to.source, line: 1, column: 1 };
  const resources = to.resources.map((one): DesiredResource => ({ ...one, place: one.place ?? nowhere }));
  const { had, deleted } = stackOf(live, from, to);
  const isApplier = await mayApply(
    session,
    resources.map(({ kind, inputs }) => ({ definition: kinds[kind]!, values: inputs })),
  );
  // Whoever only looks is not the one that is to be let in, or to give roles.
  const all = (await allRefusals(session, { resources }, { deleted, owned: { had } })).filter(
    ({ caller }) => isApplier || !caller,
  );
  const left = new Set(standing(session, all));
  const lockOuts = all.filter(({ guard }) => guard === "addresses" || guard === "identity");
  const refused = lockOuts.filter((one) => left.has(one) && !one.told);
  const lockOut = lockOutBy(lockOuts, refused, isApplier);
  return {
    refusals: all.flatMap((refusal) => statementOf(refusal, left.has(refusal), to, isApplier)),
    ...(lockOut && { lockOut }),
  };
}

/** What somebody is shut out by already, or may be shut out by, is neither refused nor safe. */
function lockOutBy(all: readonly Refusal[], refused: readonly Refusal[], isApplier: boolean): Review["lockOut"] {
  if (refused.length > 0) return refused.every(({ unknown }) => unknown) ? "unknown" : "refused";
  return isApplier && all.length === 0 ? "safe" : undefined;
}

function statementOf(
  { object, message, allow, unknown, told: isTold }: Refusal,
  isLeft: boolean,
  to: Picture,
  isApplier: boolean,
): Statement[] {
  const [section = "", ...label] = object.split("/");
  const kind = Object.values(kinds).find((one) => one.section === section)?.kind ?? section;
  const told = {
    code: "refused",
    level: "guard",
    subject: { kind, section, label: label.join("/") },
    says: sentence(message, `${kind} ${JSON.stringify(label.join("/"))}`),
  } as const;
  // Whoever applies it may know what this token cannot read.
  if (isLeft)
    return [
      { ...told, allow: entriesFor([{ allow }]), ...((isTold || (unknown && !isApplier)) && { level: "warning" }) },
    ];
  const [used] = permits(guardsOf(to).allow, allow) ?? [];
  // Of `minAdmins` the file has a number; and of two entries for one thing the first may be over.
  const entry =
    used &&
    to.later.allow.find(({ values }) => String(values[used.verb]) === used.target && values.until === used.until);
  // One of the environment is for one run, and the session tells of it.
  if (!entry) return [];
  return [
    {
      ...told,
      level: "warning",
      allowed: {
        reason: used.reason ?? "",
        ...(used.until !== undefined && { until: used.until }),
        place: entry.place,
      },
    },
  ];
}

/** What it is about stands before it already. */
function sentence(message: string, what: string): string {
  if (message.startsWith(`${what}: `)) return message.slice(what.length + 2);
  return message.startsWith(`${what} `) ? `it${message.slice(what.length)}` : message;
}
