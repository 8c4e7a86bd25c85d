/** What guards have to say of a change, as statements: the rules that the program and every single write are held to. */

import type { Session } from "../engine";
import { permits } from "../engine/guards/exceptions";
import { standing } from "../engine/guards/refusal";
import { mayApply } from "../engine/preflight";
import { kinds } from "../kinds";
import type { DesiredResource, Later } from "../tenant";
import { allRefusals, exceptionsIn, guardsOf, type Refusal } from "../tenant/guards";
import type { Picture } from "../tenant/picture";
import { managedIn } from "./digest";
import { pairUp } from "./pairs";
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
  const deleted = pairUp(live, to, new Set(managedIn(live, from))).all.flatMap(({ fate, subject: { kind, label }, before }) =>
    fate === "deleted" && before?.id !== undefined ? [{ kind, label, id: before.id }] : [],
  );
  const isApplier = await mayApply(session, resources.map(({ kind, inputs }) => ({ definition: kinds[kind]!, values: inputs })));
  // Whoever only looks is not the one that is to be let in, or to give roles.
  const all = (await allRefusals(session, { resources }, { deleted })).filter(({ caller }) => isApplier || !caller);
  const left = new Set(standing(session, all));
  const lockOuts = [...left].filter(({ guard }) => guard === "addresses" || guard === "identity");
  return {
    refusals: all.flatMap((refusal) => statementOf(refusal, left.has(refusal), to.later)),
    ...(lockOuts.length > 0 ? { lockOut: "refused" as const } : isApplier && { lockOut: "safe" as const }),
  };
}

function statementOf({ object, message, allow }: Refusal, isLeft: boolean, later: Later): Statement[] {
  const [section = "", ...label] = object.split("/");
  const kind = Object.values(kinds).find((one) => one.section === section)?.kind ?? section;
  const told = { code: "refused", level: "guard", subject: { kind, section, label: label.join("/") }, says: message } as const;
  if (isLeft) return [told];
  const [used] = permits(guardsOf(later).allow, allow) ?? [];
  const entry = used && later.allow[exceptionsIn(later).findIndex((one) => (one as Record<string, unknown>)[used.verb] === used.target)];
  // One of the environment is for one run, and the session tells of it.
  if (!entry) return [];
  return [{ ...told, level: "warning", allowed: { reason: used.reason ?? "", ...(used.until !== undefined && { until: used.until }), place: entry.place } }];
}
