/**
 * Shield's lists apply to programs too (help page: IP Allow List): a wrong one shuts out whoever would mend it, and
 * nothing can be put back from there. How the lists of tenant, groups, teams and people go together is not documented,
 * so each one that applies has to let in by itself; an entry for one application counts for that application.
 */

import { covers, type AddressEntry } from "../../addresses";
import type { Definition, PartKind } from "../../definition";
import { isMissing } from "../errors";
import { idParameter } from "../paths";
import type { Session } from "../session";
import type { Desired, Facts } from "../stored";
import type { Live } from "../values";
import type { Guards } from "./exceptions";
import { refuse, standing, type Refusal } from "./refusal";
import { memberships } from "./rights";

/** Does a change of settings touch what Shield lets in? */
export const touchesShield = (change: Live): boolean => "allowed_ips" in change || "enable_shield" in change;

export type List = readonly Extract<AddressEntry, object>[];

/** Shield as it is, or as it will be: lists by the id of the group, team or person; `everyone` is the tenant's own. */
export interface Shield {
  enabled: boolean;
  lists: ReadonlyMap<string, List>;
}

export const everyone = "everyone";

/** Who has to stay inside. */
export interface Inside {
  /** From where the run comes, as iconik sees it; undefined: it does not say. */
  address: string | undefined;
  appId: string;
  /** Addresses and ranges that must come in by any application. */
  mustKeep: readonly string[];
  /** Ids of the groups and teams of the person behind the token, and of the person. */
  own: ReadonlySet<string>;
  /** What the list of such an id is called, as section/label. */
  labelOf: (id: string) => string;
}

/**
 * What speaks against a change of Shield. Only lists of the tenant and of whoever makes the change are looked at. An
 * address that has to stay inside and is outside already, of a list that gets no narrower, is `told`.
 */
export function shieldRefusals(
  before: Shield,
  after: Shield,
  { address, appId, mustKeep, own, labelOf }: Inside,
): Refusal[] {
  if (!after.enabled) return [];
  const listIn = ({ lists }: Shield, id: string): List => lists.get(id) ?? [];
  // Switched on, all lists begin to count; and where one of ours is emptied, the others decide.
  const isNew =
    !before.enabled || [...own].some((id) => listIn(before, id).length > 0 && listIn(after, id).length === 0);
  return [everyone, ...own].flatMap((id): Refusal[] => {
    const [was, is] = [listIn(before, id), listIn(after, id)];
    // A group without entries has no list. The tenant itself without entries lets in everybody, or nobody.
    if (is.length === 0 && (id !== everyone || (!isNew && was.length === 0))) return [];
    const isWider = !isNew && widens(was, is, appId);
    const whose =
      id === everyone
        ? "the addresses of everyone"
        : `the addresses of ${labelOf(id)}, to which the person behind the token belongs`;
    const object = id === everyone ? "shield/everyone" : `shield/${labelOf(id)}`;
    const outcome = isWider ? "does not let it in" : "would not let it in again";
    const doubt =
      is.length === 0 ? `: ${whose} would be empty, and whether that means everybody or nobody is not documented` : "";
    const lost = (target: string, who: string): Refusal => ({
      guard: "addresses",
      object,
      message: `${who}, and iconik Shield ${outcome}${doubt}. Add ${target}, or a range that holds it, to ${whose}`,
      allow: [{ verb: "lockOut", target }],
    });
    const kept = mustKeep.filter((one) => !covers(is, one)).map((one) => lost(one, `guards.mustKeep names ${one}`));
    if (isWider) return kept.map((one) => ({ ...one, told: true }));
    if (address === undefined) {
      const message =
        "iconik does not say from which address this run comes, so whether Shield would let it in again is not known";
      return [{ guard: "addresses", caller: true, object, message, allow: [{ verb: "lockOut", target: "unknown" }] }];
    }
    return [
      ...(covers(is, address, appId)
        ? []
        : [{ ...lost(address, `this run comes from ${address}`), caller: true as const }]),
      ...kept,
    ];
  });
}

/**
 * Whoever was let in still is, by each application. To one that no entry was for, the list was none: its first entry
 * may shut it out.
 */
function widens(was: List, is: List, appId: string): boolean {
  const applications = new Set([
    undefined,
    appId,
    ...[...was, ...is].map(({ application }) => application ?? undefined),
  ]);
  return [...applications].every((one) => {
    const [before, after] = [was, is].map((list) => list.filter(({ application }) => (application ?? one) === one));
    return before!.length === 0 ? after!.length === 0 : before!.every(({ ip }) => covers(is, ip, one));
  });
}

/** A list as iconik has it. */
export const listOf = (live: Live | undefined): List =>
  ((live?.allowed_ips ?? []) as { ip: string; app_id?: string | null }[]).map(({ ip, app_id }) => ({
    ip,
    application: app_id,
  }));

/** What is kept with a list that is put back when it is deleted: a run that destroys has no program to tell of guards. */
export const keptFor = (
  { kind }: Definition,
  onDestroy: Desired["onDestroy"],
  { mustKeep }: Guards,
): Pick<Facts, "mustKeep"> =>
  kind === "ShieldAllowList" && onDestroy === "restore" && mustKeep.length > 0 ? { mustKeep } : {};

interface Change {
  what: string;
  /** The document: its path, and the group or team whose it is. */
  path: string;
  id: string;
  live: Live;
  body: Live;
  /** What must be let in where no program has said so in this run. */
  kept?: readonly string[];
}

/** Stops before a change of one document after which Shield would not let in whoever has to stay inside. */
export async function refuseLockOut(
  session: Session,
  definition: PartKind,
  { what, path, id, live, body, kept = [] }: Change,
): Promise<void> {
  const tenantPath = definition.documents.find(({ by }) => by === undefined)!.path;
  const whose = path === tenantPath ? everyone : id;
  const tenant = whose === everyone ? live : (await session.client.call<Live>(`GET ${tenantPath}`)).body;
  const after = { ...live, ...body };
  const enabled = (whose === everyone ? after : tenant).enable_shield === true;
  if (!enabled) return;
  const { before, inside: told } = await readShield(session, definition, tenant);
  const inside = told.mustKeep.length > 0 ? told : { ...told, mustKeep: kept };
  const lists = new Map([...before.lists, [whose, listOf(after)]]);
  const refusals = shieldRefusals(
    { ...before, lists: new Map([...before.lists, [whose, listOf(live)]]) },
    { enabled, lists },
    inside,
  );
  // What an exception permits is not left as it is.
  const left = standing(
    session,
    refusals.map((one) => ({ ...one, message: `${what}: ${one.message}` })),
  );
  refuse(
    session,
    left.map((one) =>
      one.told ? one : { ...one, message: `${what} was left as it is${one.message.slice(what.length)}` },
    ),
  );
}

/** Shield as it is in iconik, as far as it concerns whoever runs this. */
export async function readShield(
  session: Session,
  definition: PartKind,
  known?: Live,
): Promise<{ before: Shield; inside: Inside }> {
  const { client, settings, guards } = session;
  const tenantPath = definition.documents.find(({ by }) => by === undefined)!.path;
  const tenant = known ?? (await client.call<Live>(`GET ${tenantPath}`)).body ?? {};
  const { userId, ids } = await memberships(session);
  const lists = new Map<string, List>([[everyone, listOf(tenant)]]);
  const names = new Map<string, string>();
  for (const whose of ids) {
    for (const { by, path } of definition.documents) {
      if (by === undefined) continue;
      const own = await client.call<Live>(`GET ${path}`, { path: { [idParameter(path)]: whose } }).catch(orNone);
      if (!own) continue;
      lists.set(whose, listOf(own.body));
      names.set(whose, `${by}s/${whose}`);
    }
  }
  if (userId !== undefined) {
    lists.set(userId, listOf((await client.call<Live>(`GET ${personal}`, { path: { user_id: userId } })).body));
    names.set(userId, "the person behind the token");
  }
  const address = typeof tenant.client_ip === "string" ? tenant.client_ip : undefined;
  const own = new Set([...lists.keys()].filter((id) => id !== everyone));
  return {
    before: { enabled: tenant.enable_shield === true, lists },
    inside: { address, appId: settings.appId, mustKeep: guards.mustKeep, own, labelOf: (id) => names.get(id) ?? id },
  };
}

/** A person's own settings have a list too (settings.json: UserSettingSchema). */
const personal = "/API/settings/v1/user/{user_id}/";

/** A team is no group, and a role group has no settings. */
function orNone(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}
