/** The settings documents of the tenant, its groups, teams and users, and how they look merged. */
import ipaddr from "ipaddr.js";
import { answer, type Call, type Handler, type Item } from "./call";
import { afterPut, present } from "./objects";
import { existing } from "./people";
import { refuse } from "./refusal";
import { admits } from "./shield";
import type { Tenant } from "./tenant";

const service = "/API/settings/v1";

export const settingsHandlers: Record<string, Handler> = {
  ...document("system/current", () => "system"),
  ...document("system/{system_domain_id}", (call) => {
    const ours = call.path.system_domain_id === call.tenant.state.domain.id;
    return ours ? "system" : refuse(404, "There is no such system domain");
  }),
  ...document("group/{group_id}", (call) => `group/${call.tenant.get("groups", call.path.group_id!, "group").id}`),
  ...document("team/{team_id}", (call) => `team/${call.tenant.get("teams", call.path.team_id!, "team").id}`),
  ...document("user/{user_id}", (call) => `user/${existing(call).id}`),
  [`DELETE ${service}/user/attributes/`](call) {
    if (!call.caller.isAdmin) refuse(403, "Only an administrator can do this");
    const { user_ids, ...attributes } = call.body;
    for (const id of user_ids as string[]) {
      const before = call.tenant.find("settings", `user/${id}`) ?? {};
      const kept = Object.entries(before).filter(([name]) => !(name in attributes));
      call.tenant.replace("settings", `user/${id}`, Object.fromEntries(kept));
    }
    return answer(call);
  },
  [`GET ${service}/merged/current/`]: (call) => answer(call, merged(call, call.caller.user!)),
  [`GET ${service}/merged/{user_id}/`]: (call) => answer(call, merged(call, existing(call))),
};

/** Reading, changing and (where the contract has it) clearing a document. Groups have one as soon as they exist. */
function document(path: string, keyOf: (call: Call) => string): Record<string, Handler> {
  const url = `${service}/${path}/`;
  const write =
    (combine: (call: Call, before: Item) => Item): Handler =>
    (call) => {
      const key = keyOf(call);
      allowWrite(call, key);
      const after = settled(call, combine(call, call.tenant.find("settings", key) ?? {}));
      refuseLockOut(call, key, after);
      call.tenant.replace("settings", key, after);
      return answer(call, shownAs(call, key, after));
    };
  return {
    [`GET ${url}`](call) {
      const key = keyOf(call);
      if (key.startsWith("user/")) allowWrite(call, key);
      return answer(call, shownAs(call, key, call.tenant.find("settings", key) ?? {}));
    },
    [`PATCH ${url}`]: write((call, before) => merge(call, before)),
    [`PUT ${url}`]: write((call, before) => afterPut(call, before, [])),
    ...(!path.startsWith("system") && {
      [`DELETE ${url}`](call: Call) {
        const key = keyOf(call);
        allowWrite(call, key);
        call.tenant.remove("settings", key);
        return answer(call);
      },
    }),
  };
}

function shownAs(call: Call, key: string, settings: Item): Item {
  const [scope, id] = key.split("/");
  const { domain } = call.tenant.state;
  return present(call, {
    ...settings,
    client_ip: call.address,
    system_domain_id: domain.id,
    system_domain_name: domain.name,
    ...((scope === "group" || scope === "team") && { group_id: id }),
  });
}

/** The documents name no role for these writes, so what is left is who one is. */
function allowWrite(call: Call, key: string): void {
  const { caller, tenant } = call;
  if (caller.isAdmin) return;
  if (key === "system" && tenant.switches.systemSettingsWriters === "administrators") {
    refuse(403, "Only an administrator can change system settings");
  }
  if (key.startsWith("user/") && key !== `user/${caller.user?.id}`) {
    refuse(403, "These settings belong to somebody else");
  }
}

function merge(call: Call, before: Item): Item {
  const isObject = (value: unknown): value is Item => !!value && typeof value === "object" && !Array.isArray(value);
  const nested = call.tenant.switches.nestedSettings === "merge";
  const changes = Object.entries<unknown>(call.body).map(([name, value]) => [
    name,
    nested && isObject(value) && isObject(before[name]) ? { ...before[name], ...value } : value,
  ]);
  return { ...before, ...Object.fromEntries(changes) };
}

/** Addresses are IPv4 or IPv4 networks (help page: IP allow list); the documents leave them free text. */
function settled(call: Call, after: Item): Item {
  if (!after.allowed_ips) return after;
  const entries = (after.allowed_ips as Item[]).map((entry, at) => {
    if (!isAddress(entry.ip, call.tenant)) refuse(400, { [`allowed_ips.${at}.ip`]: "Not an address or network" });
    const whole = call.tenant.switches.storedForm === "normalised" && !entry.ip.includes("/");
    return whole ? { ...entry, ip: `${entry.ip}/${entry.ip.includes(":") ? 128 : 32}` } : entry;
  });
  return { ...after, allowed_ips: entries };
}

function isAddress(text: unknown, tenant: Tenant): boolean {
  if (typeof text !== "string") return false;
  const [address = "", ...prefix] = text.split("/");
  const isFour = ipaddr.IPv4.isValidFourPartDecimal(address);
  const isSix = ipaddr.IPv6.isValid(address) && tenant.switches.shieldIpv6 === "accept";
  return (isFour || isSix) && (prefix.length === 0 || ipaddr.isValidCIDR(text));
}

function refuseLockOut(call: Call, key: string, after: Item): void {
  if (call.tenant.switches.shieldLockOut !== "refuse") return;
  if (!admits(call.tenant, call.caller, call.address, { [key]: after })) {
    refuse(400, { allowed_ips: "This would lock the caller out" });
  }
}

/** What holds for a user: the tenant's, over it the primary group's or team's, over it the user's own. */
function merged(call: Call, user: Item): Item {
  const { tenant } = call;
  const of = (key: string) => tenant.find("settings", key) ?? {};
  const primary = user.primary_group;
  const layers = [
    of("system"),
    primary ? { ...of(`group/${primary}`), ...of(`team/${primary}`) } : {},
    of(`user/${user.id}`),
  ];
  const set = layers.map((layer) => Object.fromEntries(Object.entries(layer).filter(([, value]) => value !== null)));
  return shownAs(call, "system", { ...Object.assign({}, ...set), ...(primary && { group_id: primary }) });
}
