/** The tenant's objects, and how long iconik takes to know of a change everywhere. */
import { randomUUID } from "node:crypto";
import type { Item } from "./call";
import { refuse } from "./refusal";
import type { Switches } from "./switches";

/**
 * What a tenant holds, each kind by id. Group mappings go by name; settings by `system`, `group/<id>`, `team/<id>` and
 * `user/<id>`; access lists by `<object type>/<object key>`; scan intervals by the id of their storage.
 */
export const kinds = [
  "storages",
  "auto_scans",
  "export_locations",
  "groups",
  "teams",
  "role_groups",
  "group_mappings",
  "users",
  "apps",
  "tokens",
  "acl_templates",
  "acls",
  "settings",
  "logs_recipients",
] as const;

export type Kind = (typeof kinds)[number];

/** Which permission model the tenant has: user groups (`old`), teams and role groups (`new`), or all three. */
export type TenantModel = "old" | "new" | "both";

export interface State {
  version: 1;
  model: TenantModel;
  domain: { id: string; name: string; date_created: string };
  /** The first administrator's credentials, so that they survive a restart. */
  credentials: { appId: string; authToken: string };
  objects: Record<Kind, Record<string, Item>>;
}

export interface Tenant {
  readonly state: State;
  readonly model: TenantModel;
  readonly switches: Switches;
  /** Milliseconds since 1970. */
  now(): number;
  /** iconik's form of a time: UTC, microseconds, no zone. */
  time(milliseconds?: number): string;
  all(kind: Kind): Item[];
  /** What lists show: with `listLag`, what was there before the last change. */
  listed(kind: Kind): Item[];
  find(kind: Kind, id: string): Item | undefined;
  /** What a read by id shows: with `createLag`, nothing at first. Refuses with 404. */
  read(kind: Kind, id: string, noun: string): Item;
  /** Refuses with 404 when there is none. */
  get(kind: Kind, id: string, noun: string): Item;
  /** Stores a new object, with an id and dates unless it has them. */
  insert(kind: Kind, object: Item, key?: string): Item;
  /** Puts an object in the place of the one under this key. */
  replace(kind: Kind, key: string, object: Item): Item;
  remove(kind: Kind, key: string): void;
  /** From here on, reads by id lag behind for this object. */
  justCreated(kind: Kind, id: string): void;
}

export function openTenant(state: State, switches: Switches, now: () => number): Tenant {
  const stale = new Map<Kind, { objects: Item[]; reads: number }>();
  const unseen = new Map<string, number>();
  const of = (kind: Kind) => state.objects[kind];
  const changing = (kind: Kind) => {
    if (switches.listLag === 0) return;
    const objects = stale.get(kind)?.objects ?? Object.values(of(kind));
    stale.set(kind, { objects, reads: switches.listLag });
  };
  const missing = (kind: Kind) => (kind === "apps" || kind === "tokens" ? Number(switches.missingApplications) : 404);
  const tenant: Tenant = {
    state,
    model: state.model,
    switches,
    now,
    time: (milliseconds = now()) => new Date(milliseconds).toISOString().replace("Z", "000"),
    all: (kind) => Object.values(of(kind)),
    listed(kind) {
      const old = stale.get(kind);
      // Switched off, the lag is over at once.
      if (!old || switches.listLag === 0) {
        stale.delete(kind);
        return tenant.all(kind);
      }
      old.reads -= 1;
      if (old.reads <= 0) stale.delete(kind);
      return old.objects;
    },
    find: (kind, id) => (Object.hasOwn(of(kind), id) ? of(kind)[id] : undefined),
    read(kind, id, noun) {
      const misses = switches.createLag > 0 ? (unseen.get(`${kind}/${id}`) ?? 0) : 0;
      if (misses > 0) {
        unseen.set(`${kind}/${id}`, misses - 1);
        refuse(missing(kind), `There is no ${noun} "${id}"`);
      }
      return tenant.get(kind, id, noun);
    },
    get: (kind, id, noun) => tenant.find(kind, id) ?? refuse(missing(kind), `There is no ${noun} "${id}"`),
    insert(kind, object, key) {
      const id = object.id ?? randomUUID();
      const time = tenant.time();
      const whole = { ...(key === undefined && { id }), date_created: time, date_modified: time, ...object };
      return tenant.replace(kind, key ?? id, whole);
    },
    replace(kind, key, object) {
      changing(kind);
      // Assigned, `__proto__` would be no key.
      Object.defineProperty(of(kind), key, { value: object, writable: true, enumerable: true, configurable: true });
      return object;
    },
    remove(kind, key) {
      changing(kind);
      delete of(kind)[key];
    },
    justCreated: (kind, id) => void unseen.set(`${kind}/${id}`, switches.createLag),
  };
  return tenant;
}
