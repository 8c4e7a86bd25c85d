/** ACL templates, and the access lists of everything: who may do what with an object, keyed by its type and key. */
import { answer, type Call, type Handler, type Item } from "./call";
import { collection, present } from "./objects";
import { groupOf } from "./people";
import { refuse } from "./refusal";
import type { Kind, Tenant } from "./tenant";

const service = "/API/acls/v1";
const permissionNames = ["read", "write", "delete", "change-acl"];

/** Object types that working programs use; the one of templates is a switch. Those with a kind here have to exist. */
const objectTypes: Record<string, Kind[]> = {
  assets: [],
  collections: [],
  metadata_views: [],
  saved_searches: [],
  custom_actions: [],
  webhooks: [],
  storages: ["storages"],
  export_locations: ["export_locations"],
  groups: ["groups", "teams", "role_groups"],
};

type Side = "groups" | "users";

export const aclHandlers: Record<string, Handler> = {
  ...collection({
    kind: "acl_templates",
    path: `${service}/acl/templates/`,
    item: "{template_id}",
    noun: "ACL template",
    removing: (call, template) => forget(call.tenant, call.tenant.switches.aclTemplateObjectType, template.id),
  }),
  [`POST ${service}/acl/templates/{template_id}/{object_type}/{object_key}/`](call) {
    const { tenant } = call;
    const template = tenant.get("acl_templates", call.path.template_id!, "ACL template");
    const from = listOf(tenant, tenant.switches.aclTemplateObjectType, template.id);
    const to = object(call);
    for (const side of ["groups", "users"] as const) {
      for (const [id, { permissions }] of Object.entries<Item>(from[side])) grant(tenant, to, side, id, permissions);
    }
    return answer(call);
  },
  [`GET ${service}/acl/{object_type}/{object_key}/`](call) {
    const list = listOf(call.tenant, objectType(call), call.path.object_key!);
    return answer(call, {
      groups_acl: Object.entries<Item>(list.groups).map(([group_id, { permissions }]) => ({ group_id, permissions })),
      users_acl: Object.entries<Item>(list.users).map(([user_id, { permissions }]) => ({ user_id, permissions })),
      inherited_groups_acl: [],
      inherited_users_acl: [],
      propagating_groups_acl: [],
      propagating_users_acl: [],
    });
  },
  [`GET ${service}/acl/{object_type}/{object_key}/permissions/`]: (call) =>
    answer(call, { permissions: [...combined(call, objectType(call), call.path.object_key!)] }),
  [`GET ${service}/acl/{object_type}/{object_key}/{permission}/`](call) {
    if (!combined(call, objectType(call), call.path.object_key!).has(call.path.permission!)) denied(call);
    return answer(call);
  },
  [`POST ${service}/acl/{object_type}/{permission}/`](call) {
    const keys: string[] = call.body.object_keys ?? [];
    return answer(
      call,
      sorted(keys, (key) => combined(call, objectType(call), key).has(call.path.permission!)),
    );
  },
  [`POST ${service}/acl/`](call) {
    const asked: Item[] = call.body.objects;
    const granted = (type: string, key: string, permissions: string[]) => {
      const held = combined(call, knownType(call.tenant, type), key);
      return permissions.every((permission) => held.has(permission));
    };
    const pairs = asked.flatMap(({ object_keys, object_type, permissions }) =>
      (object_keys as string[]).map((key) => ({ key, granted: granted(object_type, key, permissions) })),
    );
    return answer(call, {
      access_granted: pairs.filter((pair) => pair.granted).map(({ key }) => key),
      access_denied: pairs.filter((pair) => !pair.granted).map(({ key }) => key),
    });
  },
  [`PUT ${service}/acl/{object_type}/`]: (call) => answer(call, { updated_object_keys: grantMany(call, call.body) }),
  [`PUT ${service}/acl/{object_type}/bulk/`]: (call) =>
    answer(
      call,
      (call.body.objects as Item[]).map((request) => ({ updated_object_keys: grantMany(call, request) })),
    ),
  [`DELETE ${service}/acl/{object_type}/`](call) {
    const { object_keys = [], group_ids = [], user_ids = [] } = call.body;
    for (const key of object_keys) {
      const list = object(call, key);
      for (const id of group_ids) revoke(call.tenant, list, "groups", id);
      for (const id of user_ids) revoke(call.tenant, list, "users", id);
    }
    return answer(call);
  },
  ...entries("groups", "group_id", groupOf, "group"),
  ...entries("users", "user_id", (tenant, id) => tenant.find("users", id), "user"),
};

/** The maker of an object gets an entry of their own (help page: access control). */
export function giveCreator(call: Call, type: string, id: string): void {
  if (call.tenant.switches.creatorEntry === "off" || !call.caller.user) return;
  grant(call.tenant, { type, key: id }, "users", call.caller.user.id, permissionNames);
}

/** An object is gone, and its access list with it. */
export function forget(tenant: Tenant, type: string, key: string): void {
  if (tenant.find("acls", `${type}/${key}`)) tenant.remove("acls", `${type}/${key}`);
}

/** Reading, writing and clearing the entry of one group or user. */
function entries(
  side: Side,
  parameter: "group_id" | "user_id",
  find: (tenant: Tenant, id: string) => Item | undefined,
  noun: string,
): Record<string, Handler> {
  const path = `${service}/${side}/{${parameter}}/acl/{object_type}/{object_key}/`;
  const principal = (call: Call) => {
    const id = call.path[parameter]!;
    return find(call.tenant, id) ? id : refuse(404, `There is no ${noun} "${id}"`);
  };
  const entry = (call: Call) => {
    const id = principal(call);
    const found = listOf(call.tenant, objectType(call), call.path.object_key!)[side][id];
    if (!found) refuse(404, `The ${noun} has no entry in this access list`);
    return { [parameter]: id, object_type: call.path.object_type, object_key: call.path.object_key, ...found };
  };
  const check: Handler = (call) =>
    (entry(call).permissions as string[]).includes(call.path.permission!) ? answer(call) : denied(call);
  return {
    [`GET ${path}`]: (call) => answer(call, present(call, entry(call))),
    [`PUT ${path}`](call) {
      const id = principal(call);
      const to = object(call);
      const isNew = !(id in listOf(call.tenant, to.type, to.key)[side]);
      grant(call.tenant, to, side, id, known(call.body.permissions));
      return answer(call, present(call, entry(call)), isNew ? 201 : 200);
    },
    [`DELETE ${path}`](call) {
      entry(call);
      revoke(call.tenant, object(call), side, principal(call));
      return answer(call);
    },
    // The documents give the check for a user an answer with the entry, and the one for a group none.
    [`GET ${path}{permission}/`]: (call) =>
      side === "groups" ? check(call) : { ...check(call), body: present(call, entry(call)) },
  };
}

function grantMany(call: Call, request: Item): string[] {
  const { object_keys, group_ids = [], user_ids = [], permissions, mode = "OVERWRITE" } = request;
  known(permissions);
  for (const key of object_keys) {
    const to = object(call, key);
    const list = listOf(call.tenant, to.type, to.key);
    const sides: [Side, string[]][] = [
      ["groups", group_ids],
      ["users", user_ids],
    ];
    for (const [side, ids] of sides) {
      for (const id of ids) {
        if (side === "groups" ? !groupOf(call.tenant, id) : !call.tenant.find("users", id)) {
          refuse(400, { [side === "groups" ? "group_ids" : "user_ids"]: `There is no "${id}"` });
        }
        const before = mode === "APPEND" ? (list[side][id]?.permissions ?? []) : [];
        grant(call.tenant, to, side, id, [...new Set([...before, ...permissions])]);
      }
    }
  }
  return object_keys;
}

/** The object of a write: its type is known, and it exists where the sandbox can tell. */
function object(call: Call, key = call.path.object_key!): { type: string; key: string } {
  const type = objectType(call);
  const holders =
    type === call.tenant.switches.aclTemplateObjectType ? (["acl_templates"] as const) : objectTypes[type]!;
  if (holders.length > 0 && !holders.some((kind) => call.tenant.find(kind, key))) refuse(404, `There is no "${key}"`);
  if (holders.length === 0 && call.tenant.find("acl_templates", key)) refuse(400, "Invalid object type");
  return { type, key };
}

function objectType(call: Call): string {
  return knownType(call.tenant, call.path.object_type!);
}

function knownType(tenant: Tenant, type: string): string {
  const isKnown = Object.hasOwn(objectTypes, type) || type === tenant.switches.aclTemplateObjectType;
  return isKnown ? type : refuse(400, "Invalid object type");
}

function known(permissions: string[]): string[] {
  const wrong = permissions.find((permission) => !permissionNames.includes(permission));
  return wrong === undefined ? permissions : refuse(400, { permissions: `There is no permission "${wrong}"` });
}

function listOf(tenant: Tenant, type: string, key: string): Item {
  return tenant.find("acls", `${type}/${key}`) ?? { sandbox_key: `${type}/${key}`, groups: {}, users: {} };
}

function grant(
  tenant: Tenant,
  { type, key }: { type: string; key: string },
  side: Side,
  id: string,
  permissions: string[],
) {
  const list = listOf(tenant, type, key);
  const time = tenant.time();
  const entry = { date_created: list[side][id]?.date_created ?? time, date_modified: time, permissions };
  tenant.replace("acls", list.sandbox_key, { ...list, [side]: { ...list[side], [id]: entry } });
}

function revoke(tenant: Tenant, { type, key }: { type: string; key: string }, side: Side, id: string): void {
  const list = listOf(tenant, type, key);
  const { [id]: _, ...rest } = list[side];
  tenant.replace("acls", list.sandbox_key, { ...list, [side]: rest });
}

/** What the caller may do: everything as an administrator, otherwise what they and their groups were given. */
function combined(call: Call, type: string, key: string): Set<string> {
  if (call.caller.isAdmin) return new Set(permissionNames);
  const { groups, users } = listOf(call.tenant, type, key);
  const user = call.caller.user!;
  const held = [users[user.id], ...((user.groups ?? []) as string[]).map((id) => groups[id])];
  return new Set(held.flatMap((entry) => (entry?.permissions ?? []) as string[]));
}

function sorted(keys: string[], granted: (key: string) => boolean) {
  return { access_granted: keys.filter(granted), access_denied: keys.filter((key) => !granted(key)) };
}

function denied(call: Call): never {
  return refuse(403, `The permission "${call.path.permission}" is not given`);
}
