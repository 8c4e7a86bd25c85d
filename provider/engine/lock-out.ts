/** Shield's lists apply to programs too (help page: IP Allow List): a wrong one shuts out whoever would mend it. */

import { covers } from "../addresses";
import type { PartKind } from "../definition";
import { IconikError, isMissing } from "./errors";
import { idParameter } from "./paths";
import type { Session } from "./session";
import type { Live } from "./values";

/** Does a change of settings touch what Shield lets in? */
export const touchesShield = (change: Live): boolean => "allowed_ips" in change || "enable_shield" in change;

const me = "GET /API/users/v1/users/current/";

interface Change {
  what: string;
  /** The document: its path, and the group or team whose it is. */
  path: string;
  id: string;
  live: Live;
  body: Live;
}

/**
 * Stops before a change after which Shield would not let in the address that this run comes from, as far as it did so
 * before. iconik says which address that is (`client_ip`). How the lists of tenant, groups and teams go together is not
 * documented, so each one that applies to the person behind the token has to let it in by itself.
 */
export async function refuseLockOut(session: Session, definition: PartKind, { what, path, id, live, body }: Change): Promise<void> {
  const { client, settings } = session;
  const tenantPath = definition.documents.find(({ by }) => by === undefined)!.path;
  const tenant = path === tenantPath ? live : (await client.call<Live>(`GET ${tenantPath}`)).body;
  const address = tenant?.client_ip as unknown;
  if (typeof address !== "string") {
    return session.note(`iconik does not say from which address this run comes, so whether ${what} lets it in is not known`);
  }
  const lets = (list: unknown) => admits(list, address, settings.appId);
  const refuse = (where: string) => {
    throw new IconikError({
      code: "lock-out",
      message: `${what} was left as it is: this run comes from ${address}, and iconik Shield would not let it in again. Add ${address}, or a range that holds it, to ${where}`,
    });
  };
  const after = { ...live, ...body };
  if (path !== tenantPath) {
    const narrows = tenant.enable_shield === true && lets(live.allowed_ips) && !lets(after.allowed_ips);
    if (narrows && (await memberships(session)).has(id)) refuse("its addresses: the person behind the token belongs there");
    return;
  }
  const isOn = after.enable_shield === true;
  const wasOn = live.enable_shield === true;
  if (isOn && !(wasOn && !lets(live.allowed_ips)) && !lets(after.allowed_ips)) refuse("the addresses of everyone");
  // Switched on, the lists of groups and teams begin to count, too.
  if (!isOn || wasOn) return;
  for (const whose of await memberships(session)) {
    for (const { path: other } of definition.documents.filter(({ by }) => by !== undefined)) {
      const own = await client.call<Live>(`GET ${other}`, { path: { [idParameter(other)]: whose } }).catch(orNone);
      if (!lets(own?.body?.allowed_ips)) refuse(`the list of the group or team ${whose}, to which the person behind the token belongs`);
    }
  }
}

function admits(list: unknown, address: string, appId: string): boolean {
  const entries = (list ?? []) as { ip: string; app_id?: string | null }[];
  return entries.length === 0 || covers(entries.map(({ ip, app_id }) => ({ ip, application: app_id })), address, appId);
}

/** Ids of the groups and teams of the person behind the token; iconik does not tell them apart here. */
async function memberships({ client }: Session): Promise<ReadonlySet<string>> {
  const { body } = await client.call<Live>(me);
  return new Set([body?.groups, body?.teams].flatMap((ids) => ((ids ?? []) as unknown[]).map(String)));
}

/** A team is no group, and a role group has no settings. */
function orNone(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}
