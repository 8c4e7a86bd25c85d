/**
 * What a run deletes, known before it begins: what the stack had and its tenant file no longer has. What was deleted
 * within the last 24 hours is kept in the guards' entry of the stack, so that two small changes count as one.
 */

import * as pulumi from "@pulumi/pulumi";
import { plain } from "../engine/errors";
import type { WrittenGuards } from "../engine/guards/exceptions";
import type { Desired } from "../tenant";
import type { Owned } from "../tenant/existing";
import { exceptionsIn, type Doomed } from "../tenant/guards";
import { Guards, type GuardsArgs } from "./guards";
import { stackState, type Had, type StackState } from "./stack-state";

/** A deletion, as the stack remembers it. */
export interface Deletion {
  kind: string;
  label: string;
  id: string;
  /** ISO 8601 */
  at: string;
}

export interface PlannedRun {
  /** What the stack had and the description no longer has; undefined: it is not known. */
  deleted?: Doomed[];
  /** Why it is not known. */
  unread?: string;
  /** What the stack has. */
  owned?: Owned;
  recently?: Deletion[];
  /** Is there an entry for guards already? */
  remembers?: boolean;
}

const day = 24 * 60 * 60 * 1_000;

export async function plannedDeletions(desired: Desired, folder: string): Promise<PlannedRun> {
  let state;
  try {
    state = await stackState(folder);
  } catch (error) {
    const unread = `pulumi stack export failed (${plain((error as Error).message.split("\n")[0]!)})`;
    await pulumi.log.warn(
      `what this run deletes could not be told beforehand, and is guarded one by one when it comes: ${unread}`,
    );
    return { unread };
  }
  const had = new Set(state.had.map(({ kind, id }) => `${kind}/${id}`));
  const since = new Date(Date.now() - day).toISOString();
  const remembered = (state.guards?.deleted as Deletion[] | undefined) ?? [];
  return {
    owned: state,
    deleted: goneFrom(state, desired),
    // What is still there was not deleted after all.
    recently: remembered.filter(({ kind, id, at }) => at > since && !had.has(`${kind}/${id}`)),
    remembers: state.guards !== undefined,
  };
}

/** What the stack had and the description no longer has. Of a label and its former ones, Pulumi keeps the first it had. */
function goneFrom({ had, entries }: StackState, { resources, released, tenant }: Desired): Had[] {
  const kept = new Set(
    resources.map(({ kind, name, formerly }) =>
      [name, ...formerly].map((one) => `${kind}/${one}`).find((one) => entries.has(one)),
    ),
  );
  return had.filter(({ kind, name, domain }) => {
    // Of what was imported, the tenant is not known yet.
    if (tenant.domainId !== undefined && domain !== "" && domain !== tenant.domainId) return false;
    if (released.some((ref) => ref.kind === kind && ref.name === name)) return false;
    return !kept.has(`${kind}/${name}`);
  });
}

/** Registered first, so that all that follows is guarded; left out where there is nothing to say and nothing to remember. */
export function registerGuards(desired: Desired, { deleted = [], recently = [], remembers = false }: PlannedRun): void {
  const at = new Date().toISOString();
  const remembered = [...recently, ...deleted.map(({ kind, label, id }) => ({ kind, label, id, at }))];
  const allow = exceptionsIn(desired);
  const { later } = desired;
  const written: WrittenGuards = { ...later.guards, ...(allow.length > 0 && { allow }) };
  if (Object.keys(written).length === 0 && remembered.length === 0 && !remembers) return;
  new Guards("guards", { ...written, ...(remembered.length > 0 && { deleted: remembered }) } as GuardsArgs);
}
