/** What a tenant holds on its first day, and what else one wants it to hold. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { mint } from "./auth";
import type { Item } from "./call";
import { groupOf } from "./people";
import { kinds, openTenant, type Kind, type State, type Tenant, type TenantModel } from "./tenant";
import { switchesWith } from "./switches";

/**
 * Objects as iconik stores them: names, properties and words are those of its API. Whatever is left out (ids, dates,
 * status) is filled in, and secrets are given as they are. Where a user or an access list names a group, and where an
 * object names a storage, user, application or ACL template, its name or e-mail serves as well as its id.
 */
export interface Seed {
  /** The tenant itself. */
  domain?: { id?: string; name?: string };
  storages?: Item[];
  export_locations?: Item[];
  groups?: Item[];
  teams?: Item[];
  role_groups?: Item[];
  /** `groups`, `teams` and `role_groups` of a user say what the user is in; `password` allows a login. */
  users?: Item[];
  apps?: Item[];
  group_mappings?: Item[];
  acl_templates?: Item[];
  logs_recipients?: Item[];
  /** By `system`, `group/<name>`, `team/<name>`, `user/<e-mail>`. */
  settings?: Record<string, Item>;
  /** Scan intervals in hours, by storage. */
  auto_scans?: Record<string, number>;
  /** By `<object type>/<object>`: permissions of groups (teams too) and users. */
  acls?: Record<string, { groups?: Record<string, string[]>; users?: Record<string, string[]> }>;
}

/** @throws Error in plain words. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`the seed ${file} cannot be read (${(error as NodeJS.ErrnoException).code}); check the path`, {
      cause: error,
    });
  }
}

/** Reads a seed from a YAML or JSON file. @throws Error when it is not readable, or not an object. */
export function readSeed(file: string): Seed {
  const seed: unknown = parse(textOf(file));
  if (!seed || typeof seed !== "object" || Array.isArray(seed)) throw new Error(`${file}: a seed is an object`);
  const known = ["domain", ...kinds.filter((kind) => kind !== "tokens")];
  const unknown = Object.keys(seed).find((key) => !known.includes(key));
  if (unknown) throw new Error(`${file}: a seed has no "${unknown}"; it may have ${known.join(", ")}`);
  return seed;
}

/** A new tenant: its first administrator with an application and token, what iconik makes itself, and the seed. */
export function foundedState(model: TenantModel, seed: Seed, now: () => number): State {
  const objects = Object.fromEntries(kinds.map((kind) => [kind, {}])) as State["objects"];
  const domain = { id: seed.domain?.id ?? randomUUID(), name: seed.domain?.name ?? "Sandbox", date_created: "" };
  const state: State = { version: 1, model, domain, credentials: { appId: "", authToken: "" }, objects };
  const tenant = openTenant(state, switchesWith(), now);
  domain.date_created = tenant.time();
  const owner = addUser(tenant, { email: "owner@example.com", first_name: "Owner", type: "POWER", is_admin: true });
  const app = tenant.insert("apps", { name: "Sandbox", default_user_id: owner.id, system_domain_id: domain.id });
  state.credentials = { appId: app.id, authToken: mint(tenant, app.id).token };
  for (const [kind, own] of Object.entries(ownObjects(model)))
    for (const object of own) plant(tenant, kind as Kind, object);
  tenant.replace("settings", "system", structuredClone(ownSettings));
  sow(tenant, seed);
  return state;
}

/** Adds a user. @throws Error when a group it names is not there. */
export function addUser(tenant: Tenant, user: Item): Item {
  const { groups = [], teams = [], role_groups = [], ...rest } = user;
  const inside = [...groups, ...teams, ...role_groups].map((name: string) => idOf(tenant, groupKinds, name));
  const primary = inside.find((id) => !tenant.find("role_groups", id));
  return tenant.insert("users", {
    id: randomUUID(),
    type: "POWER",
    status: "ACTIVE",
    is_admin: false,
    ...(primary && { primary_group: primary }),
    ...rest,
    groups: inside,
    system_domain_id: tenant.state.domain.id,
  });
}

const groupKinds: Kind[] = ["groups", "teams", "role_groups"];

/** What has an access list and a name. */
const listed: Kind[] = ["storages", "export_locations", "acl_templates", ...groupKinds];

/** Properties that hold another object's id, so that a seed may hold its name. */
const references: Record<string, Kind[]> = {
  storage_id: ["storages"],
  group_id: groupKinds,
  default_user_id: ["users"],
  app_id: ["apps"],
  acl_template_id: ["acl_templates"],
  access_group_id: groupKinds,
  default_upload_storage_id: ["storages"],
};

function ownObjects(model: TenantModel): Partial<Record<Kind, Item[]>> {
  const everyone = { name: "Everyone", roles: [] };
  const storage = (name: string, purpose: string) => ({
    name,
    purpose,
    method: "GCS",
    default: true,
    settings: {
      bucket: `iconik-${purpose.toLowerCase()}`,
      json_key: "{}",
      path: "",
      project: "iconik",
      is_system: true,
      read: true,
      write: true,
    },
  });
  return {
    storages: [storage("Keyframes", "KEYFRAMES"), storage("Proxies", "PROXIES")],
    ...(model !== "new" && { groups: [everyone] }),
    ...(model !== "old" && { teams: [{ name: "Everyone" }] }),
  };
}

const ownSettings: Item = {
  enable_shield: false,
  allowed_ips: [],
  external_share: true,
  support_access: false,
  mfa_required: false,
  share_expiration_time: 30,
  password_checks: { min_length: 8, max_length: 64, digits: 0, lowercase: 0, uppercase: 0, special_symbols: 0 },
};

function sow(tenant: Tenant, seed: Seed): void {
  const order: (keyof Seed & Kind)[] = [
    "groups",
    "teams",
    "role_groups",
    "users",
    "apps",
    "acl_templates",
    "storages",
    "export_locations",
    "group_mappings",
    "logs_recipients",
  ];
  for (const kind of order) for (const object of (seed[kind] as Item[] | undefined) ?? []) plant(tenant, kind, object);
  for (const [key, settings] of Object.entries(seed.settings ?? {})) {
    const [scope = "", name] = key.split(/\/(.*)/s);
    const id = name === undefined ? key : `${scope}/${idOf(tenant, scope === "user" ? ["users"] : groupKinds, name)}`;
    tenant.replace("settings", id, { ...tenant.find("settings", id), ...linked(tenant, settings) });
  }
  for (const [storage, hours] of Object.entries(seed.auto_scans ?? {})) {
    tenant.replace("auto_scans", idOf(tenant, ["storages"], storage), { hours_interval: hours });
  }
  for (const [key, { groups = {}, users = {} }] of Object.entries(seed.acls ?? {})) {
    const [type = "", name = ""] = key.split(/\/(.*)/s);
    const object = `${type}/${nameToId(tenant, listed, name) ?? name}`;
    const entries = (given: Record<string, string[]>, kinds: Kind[]) =>
      Object.fromEntries(
        Object.entries(given).map(([who, permissions]) => [idOf(tenant, kinds, who), { permissions }]),
      );
    tenant.replace("acls", object, {
      sandbox_key: object,
      groups: entries(groups, groupKinds),
      users: entries(users, ["users"]),
    });
  }
}

function plant(tenant: Tenant, kind: Kind, object: Item): void {
  if (kind === "users") addUser(tenant, object);
  else if (kind === "group_mappings") tenant.insert(kind, linked(tenant, object), object.name);
  else tenant.insert(kind, { ...(serverSide[kind] ?? {}), ...domainOf(tenant, kind), ...linked(tenant, object) });
}

/** What iconik fills in on its own. */
const serverSide: Partial<Record<Kind, Item>> = {
  storages: { status: "ACTIVE", default: false, version: "1" },
  groups: { is_saml_group: false },
  teams: { is_saml_group: false, group_type: "TEAM" },
  role_groups: { is_saml_group: false, group_type: "ROLE_GROUP" },
};

function domainOf(tenant: Tenant, kind: Kind): Item {
  return kind === "apps" || kind === "export_locations" ? { system_domain_id: tenant.state.domain.id } : {};
}

function linked(tenant: Tenant, value: any): any {
  if (Array.isArray(value)) return value.map((entry) => linked(tenant, entry));
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const kinds = references[name];
      return [
        name,
        kinds && typeof inner === "string" ? (nameToId(tenant, kinds, inner) ?? inner) : linked(tenant, inner),
      ];
    }),
  );
}

function idOf(tenant: Tenant, kinds: Kind[], name: string): string {
  const id = nameToId(tenant, kinds, name) ?? groupOf(tenant, name)?.id;
  if (!id) throw new Error(`the seed names "${name}", and there is none among ${kinds.join(", ")}`);
  return id;
}

function nameToId(tenant: Tenant, kinds: Kind[], name: string): string | undefined {
  const all = kinds.flatMap((kind) => tenant.all(kind));
  return all.find((object) => object.id === name || object.name === name || object.email === name)?.id;
}
