/** Which roles a user holds: how user groups, role groups and the user's type add up. */
import { roles as catalogue, withinUserType, type UserType } from "../roles";
import { contract } from "../contract";
import type { Call, Item } from "./call";
import { refuse } from "./refusal";
import type { Tenant } from "./tenant";

/** The roles of a user, or all of them: an administrator stands above roles (help page: Roles). */
export function rolesOf(tenant: Tenant, user: Item): { all: boolean; names: string[] } {
  if (user.is_admin) return { all: true, names: [...known] };
  if (user.sandbox_roles) return { all: false, names: user.sandbox_roles };
  const memberships = (kind: "groups" | "role_groups") =>
    ((user.groups ?? []) as string[]).flatMap((id) => tenant.find(kind, id) ?? []);
  const union = (groups: Item[]) => [...new Set(groups.flatMap((group) => (group.roles ?? []) as string[]))];
  const groups = tenant.model === "new" ? [] : memberships("groups");
  const granted = union([...groups, ...(tenant.model === "old" ? [] : memberships("role_groups"))]);
  // Without user groups, a user starts with all that the type allows; an empty role group changes nothing (help page:
  // Role Groups).
  if (tenant.model === "new" && granted.length === 0) {
    const type = userTypes[user.type as string] ?? "browseOnly";
    return { all: false, names: [...known].filter((role) => withinUserType(type, role) !== "no") };
  }
  return { all: false, names: granted };
}

/** A caller cannot give a group a role that it does not hold itself (help page: Roles, `can_edit_all_groups`). */
export function refuseRolesNotHeld(call: Call, after: readonly string[] = [], before: readonly string[] = []): void {
  const given = after.filter((role) => !before.includes(role) && !call.caller.holds(role));
  if (given.length > 0) refuse(403, `The caller cannot give roles that it does not hold: ${given.join(", ")}`);
}

const known = new Set([...Object.values(contract.operations).flatMap(({ roles }) => roles), ...catalogue.keys()]);

const userTypes: Record<string, UserType> = {
  POWER: "power",
  STANDARD: "standard",
  BROWSE_ONLY: "browseOnly",
  BROWSE_API_ONLY: "browseApiOnly",
};
