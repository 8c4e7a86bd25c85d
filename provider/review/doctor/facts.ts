/** What iconik says of a token and of whoever it acts for. Reads, and nothing else. */

import { IconikError } from "../../engine/errors";
import type { Session } from "../../engine";
import type { Live } from "../../engine/values";
import { lowerCamel } from "../../naming";

/** A list of addresses that counts for whoever the token acts for. */
export interface ShieldList {
  /** `everyone`, `the person`, or the group or team by its id. */
  of: string;
  entries: { ip: string; application?: string }[];
}

export interface Facts {
  url: string;
  appId: string;
  domainId: string;
  token: {
    id?: string;
    /** Milliseconds since 1970. */
    created?: number;
    expires?: number;
  };
  user: {
    email?: string;
    /** As in `defaultUserType`. */
    type?: string;
    /** As iconik says it: ACTIVE, INACTIVE, BLOCKED, DELETED. */
    status?: string;
    admin: boolean;
  };
  /** Roles that the token has in effect. */
  roles: string[];
  /** Milliseconds by which this machine's clock is ahead of iconik's. */
  clockAhead?: number;
  /** `unknown`: why it could not be read. */
  shield: { enabled: boolean; address?: string; lists: ShieldList[] } | { unknown: string };
}

/** @throws IconikError when the credentials are refused, or iconik does not answer. */
export async function readFacts(session: Session): Promise<Facts> {
  const { client, settings } = session;
  const { domainId, isAdmin } = await session.caller(undefined);
  const token = (await client.call<Live>("GET /API/auth/v1/auth/token/")).body ?? {};
  const user = (await client.call<Live>("GET /API/users/v1/users/current/")).body ?? {};
  const { body: held } = await client.call<Live>("GET /API/users/v1/users/current/roles/");
  return {
    url: client.url,
    appId: settings.appId,
    domainId,
    token: { id: token.id, created: timeOf(token.date_created), expires: timeOf(token.expires) },
    user: {
      email: user.email,
      ...(typeof user.type === "string" && { type: lowerCamel(user.type) }),
      status: user.status,
      admin: isAdmin || user.is_admin === true,
    },
    roles: ((held?.objects ?? []) as string[]).map(String).sort(),
    clockAhead: client.clockAhead(),
    shield: await readShield(session, user),
  };
}

/** iconik's times are UTC and do not say so. */
function timeOf(text: unknown): number | undefined {
  if (typeof text !== "string") return undefined;
  const time = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(time) ? undefined : time;
}

async function readShield({ client }: Session, user: Live): Promise<Facts["shield"]> {
  try {
    const { body: everyone } = await client.call<Live>("GET /API/settings/v1/system/current/");
    const enabled = everyone?.enable_shield === true;
    const address = typeof everyone?.client_ip === "string" ? everyone.client_ip : undefined;
    const lists = [listOf("everyone", everyone)];
    if (enabled) {
      for (const id of new Set([user.groups, user.teams].flatMap((ids) => ((ids ?? []) as unknown[]).map(String)))) {
        for (const [word, operation, parameter] of ofGroups) {
          const own = await client.call<Live>(operation, { path: { [parameter]: id } }).catch(none);
          if (own) lists.push(listOf(`${word} ${id}`, own.body));
        }
      }
      const own =
        user.id &&
        (await client
          .call<Live>("GET /API/settings/v1/user/{user_id}/", { path: { user_id: String(user.id) } })
          .catch(none));
      if (own) lists.push(listOf("the person", own.body));
    }
    return { enabled, address, lists: lists.filter(({ of, entries }) => of === "everyone" || entries.length > 0) };
  } catch (error) {
    if (error instanceof IconikError && error.code === "forbidden")
      return { unknown: "the token may not read the settings" };
    throw error;
  }
}

const ofGroups = [
  ["group", "GET /API/settings/v1/group/{group_id}/", "group_id"],
  ["team", "GET /API/settings/v1/team/{team_id}/", "team_id"],
] as const;

/** Which of a person's groups are teams is not told, and role groups have no settings. */
function none(error: unknown): undefined {
  if (!(error instanceof IconikError && error.code === "not-found")) throw error;
}

const listOf = (of: string, settings: Live | undefined): ShieldList => ({
  of,
  entries: ((settings?.allowed_ips ?? []) as Live[]).map(({ ip, app_id }) => ({
    ip: String(ip),
    ...(app_id && { application: String(app_id) }),
  })),
});
