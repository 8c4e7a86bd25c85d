/** How things are called, in reports that people read. */

import { accessSorts, type Definition } from "../definition";
import { kinds } from "../kinds";
import { roles, tierOf, tiers, type Tier } from "../roles";
import { quoted } from "../tenant/words";
import type { Affected, Subject } from "./report";

export { quoted, series } from "../tenant/words";

/** `UserGroup` is a user group, `AclTemplate` an ACL template. */
export function kindWords(kind: string): string {
  const words = kind.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
  return words
    .replace(/^acl\b/, "ACL")
    .replace("shield allow list", "allow list")
    .replace("group mapping", "SAML mapping");
}

/** What a subject is called above its statements. The label `*` is for several of a kind. */
export function title({ kind, label }: Subject): string {
  if (kind === "Tenant") return label;
  const definition = (kinds as Record<string, Definition>)[kind];
  if (definition?.shape !== "part")
    return label === "*" ? `${kindWords(kind)}s` : `${kindWords(kind)} ${quoted(label)}`;
  if (kind === "AdminSettings") return "admin settings";
  if (kind !== "ShieldAllowList") return `settings of ${quoted(label)}`;
  const [sort, ...name] = label.split("/");
  return name.length === 0
    ? "allow list of everyone"
    : `allow list of the ${accessSorts[sort as "groups"]?.member ?? sort} ${quoted(name.join("/"))}`;
}

/** What a holder of the role may do, as a phrase after "may"; of a role that is not known, its name. */
export const mayOf = (role: string): string => roles.get(role)?.may ?? `use the role ${role}, which is not known here`;

/** From 1; 0 is a role whose user type is documented nowhere. */
export const tierRank = (role: string): number => (tiers as readonly Tier[]).indexOf(tierOf(role)) + 1;

export const count = (number: number, what: string, many = `${what}s`): string =>
  `${number} ${number === 1 ? what : many}`;
export const persons = (number: number): string => (number === 0 ? "nobody" : count(number, "person", "people"));

/** `41 people`, `38 of 41 people`, `2 people: a@example.com, b@example.com`. */
export function affectedWords({ count: some, of, who }: Affected): string {
  const number = some === of || some === 0 ? persons(some) : `${some} of ${persons(of)}`;
  return who && who.length > 0 ? `${number}: ${who.join(", ")}` : number;
}
