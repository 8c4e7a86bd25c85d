/** iconik Shield: when it is on, callers come from the addresses in the allow lists, or not at all. */
import ipaddr from "ipaddr.js";
import type { Caller, Item } from "./call";
import type { Tenant } from "./tenant";

/**
 * Does Shield let the caller in from this address?
 * @param instead Settings documents to assume in place of the stored ones, by key.
 */
export function admits(tenant: Tenant, caller: Caller, address: string, instead: Record<string, Item> = {}): boolean {
  const settings = (key: string) => instead[key] ?? tenant.find("settings", key) ?? {};
  if (!settings("system").enable_shield) return true;
  // An entry with an application counts for that application only (help page: IP allow list).
  const entries = (key: string) =>
    ((settings(key).allowed_ips ?? []) as Item[]).filter(({ app_id }) => !app_id || app_id === caller.appId);
  const groups = (caller.user?.groups ?? []) as string[];
  const lists = [
    entries(`user/${caller.user?.id}`),
    groups.flatMap((id) => [...entries(`group/${id}`), ...entries(`team/${id}`)]),
    entries("system"),
  ];
  const effective =
    tenant.switches.shieldLists === "union" ? lists.flat() : (lists.find((list) => list.length > 0) ?? []);
  if (effective.length === 0) return tenant.switches.shieldEmpty === "open";
  return effective.some(({ ip }) => covers(ip, address));
}

/** An address as iconik would show it: an IPv4 address that came in over IPv6 is an IPv4 address. */
export function plainAddress(address: string): string {
  return ipaddr.isValid(address) ? ipaddr.process(address).toString() : address;
}

function covers(entry: string, address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const seen = ipaddr.process(address);
  const [network, bits] = entry.includes("/") ? ipaddr.parseCIDR(entry) : [ipaddr.parse(entry), undefined];
  if (network.kind() !== seen.kind()) return false;
  return seen.match(network, bits ?? (seen.kind() === "ipv4" ? 32 : 128));
}
