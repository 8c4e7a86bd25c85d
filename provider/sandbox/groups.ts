/** User groups, teams, role groups, who is in them, and SAML group mappings. */
import { answer, type Call, type Handler, type Item } from "./call";
import { page } from "./lists";
import { collection, present } from "./objects";
import { existing, groupOf, separated } from "./people";
import { refuseRolesNotHeld } from "./permissions";
import { refuse } from "./refusal";

const service = "/API/users/v1";

interface Sort {
  kind: "groups" | "teams" | "role_groups";
  item: "{group_id}" | "{team_id}";
  noun: string;
  type?: "TEAM" | "ROLE_GROUP";
}

const sorts: Sort[] = [
  { kind: "groups", item: "{group_id}", noun: "group" },
  { kind: "teams", item: "{team_id}", noun: "team", type: "TEAM" },
  { kind: "role_groups", item: "{group_id}", noun: "role group", type: "ROLE_GROUP" },
];

export const groupHandlers: Record<string, Handler> = {
  ...Object.assign({}, ...sorts.map(handlersOf)),
  [`GET ${service}/groups/all/basic/`]: (call) =>
    answer(
      call,
      page(
        call,
        sorts.flatMap(({ kind }) => call.tenant.listed(kind)),
        (object) => basic(call, object),
      ),
    ),
  ...collection({
    kind: "group_mappings",
    path: `${service}/groups/mappings/`,
    item: "{name}",
    noun: "group mapping",
    key: "name",
    settle(call, after) {
      if (call.tenant.find("group_mappings", after.name)) refuse(409, `There is a mapping for "${after.name}" already`);
      if (!groupOf(call.tenant, after.group_id)) refuse(400, { group_id: "There is no such group" });
      return after;
    },
  }),
};

function handlersOf(sort: Sort): Record<string, Handler> {
  const { kind, item, noun, type } = sort;
  const path = `${service}/${kind}/`;
  const handlers = collection({
    kind,
    path,
    item,
    noun,
    gate: (call) => gate(call, sort),
    settle(call, after, before) {
      if (kind !== "teams") refuseRolesNotHeld(call, after.roles, before?.roles);
      const settled = kind === "teams" ? after : withCategories(call, after);
      return { ...settled, is_saml_group: before?.is_saml_group ?? false, ...(type && { group_type: type }) };
    },
    show: (call, group) => detail(call, group),
    removing(call, group) {
      const members = call.tenant.all("users").filter((user) => user.groups?.includes(group.id));
      // Seen by a client's author; the documents do not say it.
      if (kind === "teams" && members.length > 0) refuse(400, "A team that has members cannot be deleted");
      for (const user of members) leave(call, user, group.id);
      for (const access of call.tenant.all("acls").filter((entry) => group.id in entry.groups)) {
        const { [group.id]: _, ...groups } = access.groups;
        call.tenant.replace("acls", access.sandbox_key, { ...access, groups });
      }
      for (const settings of ["group", "team"]) call.tenant.remove("settings", `${settings}/${group.id}`);
    },
  });
  const read = handlers[`GET ${path}${item}/`]!;
  return {
    ...handlers,
    // The answer of this call names the type, so it reads teams and role groups too; writing is for their own calls.
    ...(kind === "groups" && {
      [`GET ${path}${item}/`](call: Call) {
        const other = sorts.find(({ kind }) => kind !== "groups" && call.tenant.find(kind, call.path.group_id!));
        if (!other) return read(call);
        return answer(call, present(call, call.tenant.read(other.kind, call.path.group_id!, noun)));
      },
    }),
    [`GET ${path}basic/`](call) {
      gate(call, sort);
      return answer(
        call,
        page(call, call.tenant.listed(kind), (object) => basic(call, object)),
      );
    },
    [`POST ${path}${item}/users/{user_id}/`](call) {
      const { group, user } = membership(call, sort);
      const groups = [...new Set([...(user.groups ?? []), group.id])];
      const primary = kind === "role_groups" ? user.primary_group : (user.primary_group ?? group.id);
      const joined = { ...user, groups, ...(primary && { primary_group: primary }) };
      return answer(call, member(call, sort, call.tenant.replace("users", user.id, joined)));
    },
    [`DELETE ${path}${item}/users/{user_id}/`](call) {
      const { group, user } = membership(call, sort);
      if (!user.groups?.includes(group.id)) refuse(404, `The user is not in this ${noun}`);
      if (user.primary_group === group.id && user.groups.length > 1) {
        refuse(400, "The user's primary group has to be replaced first");
      }
      return answer(call, member(call, sort, leave(call, user, group.id)));
    },
  };
}

/** Which sorts a tenant has depends on its permission model. */
function gate(call: Call, { kind }: Sort): void {
  const { model, switches } = call.tenant;
  const writes = !call.key.startsWith("GET ");
  if (kind === "groups" && model === "new" && writes && switches.groupsOnNewTenants === "refuse") {
    refuse(403, "User groups cannot be changed on this tenant: it has teams and role groups");
  }
  if (kind !== "groups" && model === "old") {
    if (switches.teamsOnOldTenants === "404") refuse(404, "This tenant has no teams and role groups");
    if (writes) refuse(403, "This tenant has no teams and role groups");
  }
}

function membership(call: Call, sort: Sort): { group: Item; user: Item } {
  gate(call, sort);
  const id = call.path[sort.item.slice(1, -1)]!;
  return { group: call.tenant.get(sort.kind, id, sort.noun), user: existing(call) };
}

function member(call: Call, { kind }: Sort, user: Item): Item {
  return present(call, kind === "groups" ? user : separated(call.tenant, user));
}

function leave(call: Call, user: Item, groupId: string): Item {
  const { primary_group: primary, ...rest } = user;
  const groups = (user.groups as string[]).filter((id) => id !== groupId);
  const stays = primary && primary !== groupId ? { primary_group: primary } : {};
  return call.tenant.replace("users", user.id, { ...rest, ...stays, groups });
}

function basic(call: Call, { id, name, group_type }: Item): Item {
  return present(call, { id, name, ...(group_type && { group_type }) });
}

function detail(call: Call, group: Item): Item {
  const { listDetail, rolesOrder } = call.tenant.switches;
  const shown = rolesOrder === "sorted" && group.roles ? { ...group, roles: [...group.roles].sort() } : group;
  if (listDetail === "contract" || call.key.includes("{")) return shown;
  const { roles: _, role_categories: __, ...thin } = shown;
  return thin;
}

/** How categories and roles hang together is not documented, nor what is in a category: these are made up. */
const categories: Record<string, readonly string[]> = {
  core: ["can_search", "can_read_assets", "can_read_collections"],
  storage_admin: ["can_read_storages", "can_write_storages", "can_delete_storages"],
  users_groups_admin: ["can_read_users", "can_write_users", "can_read_groups", "can_write_groups"],
  metadata_admin: ["can_read_metadata_fields", "can_write_metadata_fields"],
  billing: ["can_read_billing"],
};

function withCategories(call: Call, group: Item): Item {
  const { roleCategories } = call.tenant.switches;
  const roles: string[] = group.roles ?? [];
  if (roleCategories === "computed") {
    const computed = Object.entries(categories).map(([name, parts]) => [
      name,
      parts.every((role) => roles.includes(role)),
    ]);
    return { ...group, role_categories: Object.fromEntries(computed) };
  }
  if (roleCategories === "expanded") {
    const named = Object.entries(categories).filter(([name]) => group.role_categories?.[name]);
    return { ...group, roles: [...new Set([...roles, ...named.flatMap(([, parts]) => parts)])] };
  }
  return group;
}
