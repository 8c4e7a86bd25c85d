/** Users. */
import { answer, type Call, type Handler, type Item } from "./call";
import { collection, present } from "./objects";
import { page } from "./lists";
import { rolesOf } from "./permissions";
import { refuse } from "./refusal";
import type { Tenant } from "./tenant";

const path = "/API/users/v1/users/";

const users = collection({
  kind: "users",
  path,
  item: "{user_id}",
  noun: "user",
  settle(call, after, before) {
    const { tenant } = call;
    const email = after.email?.toLowerCase();
    if (tenant.all("users").some((user) => user.id !== before?.id && user.email?.toLowerCase() === email)) {
      refuse(400, { email: "There is a user with this e-mail already" });
    }
    if (Boolean(after.is_admin) !== Boolean(before?.is_admin) && !call.caller.isAdmin) {
      refuse(403, "Only an administrator can make or unmake one");
    }
    if (after.is_admin && after.type !== "POWER")
      refuse(400, { is_admin: "Only a power user can be an administrator" });
    for (const id of after.groups ?? []) {
      if (!groupOf(tenant, id)) refuse(400, { groups: `There is no group "${id}"` });
    }
    const typed = ((before?.groups ?? []) as string[]).filter((id) => !tenant.find("groups", id));
    const groups = [...new Set([...(after.groups ?? []), ...typed])];
    return { status: "ACTIVE", ...after, groups, system_domain_id: tenant.state.domain.id };
  },
  show: (call, user) => (call.key.includes("{user_id}") ? separated(call.tenant, user) : user),
});

export const peopleHandlers: Record<string, Handler> = {
  ...users,
  // The record stays, marked; the user's tokens stop (help page: deleting users).
  [`DELETE ${path}{user_id}/`](call) {
    const user = existing(call);
    call.tenant.replace("users", user.id, { ...user, status: "DELETED", groups: [] });
    return answer(call);
  },
  [`GET ${path}{user_id}/`]: (call) => (existing(call), users[`GET ${path}{user_id}/`]!(call)),
  [`PATCH ${path}{user_id}/`]: (call) => (existing(call), users[`PATCH ${path}{user_id}/`]!(call)),
  [`PUT ${path}{user_id}/`]: (call) => (existing(call), users[`PUT ${path}{user_id}/`]!(call)),
  [`GET ${path}`]: (call) =>
    answer(
      call,
      page(call, undeleted(call), (user) => present(call, user)),
    ),
  [`GET ${path}basic/`]: (call) =>
    answer(
      call,
      page(call, undeleted(call), (user) => present(call, user)),
    ),
  [`GET ${path}current/`]: (call) => answer(call, present(call, { ...call.caller.user, app_id: call.caller.appId })),
  [`PATCH ${path}current/`]: current,
  [`PUT ${path}current/`]: current,
  [`GET ${path}current/roles/`]: (call) => answer(call, { objects: rolesOf(call.tenant, call.caller.user!).names }),
  [`GET ${path}{user_id}/roles/`]: (call) => answer(call, { objects: rolesOf(call.tenant, existing(call)).names }),
  [`GET ${path}{user_id}/roles/{role}/`](call) {
    const { all, names } = rolesOf(call.tenant, existing(call));
    if (!all && !names.includes(call.path.role!)) refuse(404, `The user does not hold the role "${call.path.role}"`);
    return answer(call);
  },
};

/** A user with user groups, teams and role groups told apart; the documents also have an answer that does not. */
export function separated(tenant: Tenant, user: Item): Item {
  const of = (kind: "groups" | "teams" | "role_groups") =>
    ((user.groups ?? []) as string[]).filter((id) => tenant.find(kind, id));
  return { ...user, groups: of("groups"), teams: of("teams"), role_groups: of("role_groups") };
}

/** A user group, team or role group: they share one space of ids. */
export function groupOf(tenant: Tenant, id: string): Item | undefined {
  return tenant.find("groups", id) ?? tenant.find("teams", id) ?? tenant.find("role_groups", id);
}

export function existing(call: Call): Item {
  const user = call.tenant.get("users", call.path.user_id!, "user");
  return user.status === "DELETED" ? refuse(404, `There is no user "${user.id}"`) : user;
}

function undeleted(call: Call): Item[] {
  return call.tenant.listed("users").filter((user) => user.status !== "DELETED");
}

/** What people may change about themselves is all but what they may do. */
function current(call: Call) {
  const { is_admin: _, type: __, groups: ___, status: ____, ...changes } = call.body;
  const { user } = call.caller;
  const after = { ...user, ...changes, date_modified: call.tenant.time() };
  return answer(call, present(call, call.tenant.replace("users", user!.id, after)));
}
