/**
 * What all resources of one tenant share within one process: the client, the proof of which tenant it is, one reading
 * of each list, the locks. Nothing is asked before it is needed, and nothing twice.
 */

import type { Field, ObjectKind } from "../definition";
import { collectionOf } from "../field-schema";
import { kinds } from "../kinds";
import { systemClock } from "./budget";
import { connect, type Client, type ConnectOptions } from "./client";
import { IconikError, isMissing } from "./errors";
import { noGuards, type Guards } from "./guards/exceptions";
import { createInventory, type Inventory } from "./inventory";
import { createReader, type Reader } from "./reader";
import type { Owners } from "./owners";
import type { Change } from "./undo";
import { isLoopback, settingNames, type Settings } from "./settings";
import { idOf } from "./paths";
import type { Live, Resolved } from "./values";

/** Whom the token acts for, and where. */
export interface Caller {
  domainId: string;
  userId: string | undefined;
  /** The token in use: never revoked by the run that uses it. */
  tokenId: string | undefined;
  /** Administrators stand above roles. */
  isAdmin: boolean;
}

export interface Session {
  readonly client: Client;
  readonly settings: Settings;
  /** Asks iconik once per process; refuses a tenant other than the one that is expected. */
  caller(expectedDomainId?: string): Promise<Caller>;
  /** The same, before something is made: on a live tenant, which one is meant must have been said. */
  writer(expectedDomainId?: string): Promise<Caller>;
  /** The same, before something is changed that is in the tenant `domainId`. Empty: state does not say (an import). */
  owner(domainId: string, expectedDomainId?: string): Promise<Caller>;
  inventory(definition: ObjectKind): Inventory;
  reader(definition: ObjectKind): Reader;
  /** Ids behind written forms; those already known are not asked for again. */
  resolve(
    forms: readonly { field: Field; form: unknown; key: string }[],
    known: Resolved,
  ): Promise<Record<string, string>>;
  /** Ids of the tenant's teams; empty where there are none. */
  teams(): Promise<ReadonlySet<string>>;
  /** A client of the same tenant for other credentials. */
  connectAs(appId: string, authToken: string): Client;
  /** Runs `work` while nobody else holds `key`: one at a time, in order. */
  exclusive<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Who stands for what in this run. */
  readonly owners: Owners;
  /** Work under way that takes a place of which there is one, such as the default of a purpose; by place. */
  readonly claims: Map<string, Set<Promise<unknown>>>;
  /** Objects to be forgotten and not deleted, as `<kind>/<label>` or `<kind>/<id>`. */
  readonly released: ReadonlySet<string>;
  /** What no run may undo, and what this one may all the same. */
  readonly guards: Guards;
  /** Objects of this run that are deleted to be made anew at once, as `<kind>/<id>`. */
  readonly replacing: ReadonlySet<string>;
  /** Told of each change before its first write, and waited for; when it throws, nothing of the change is written. */
  changing(change: Change): Promise<void>;
  /** iconik's word for ACL templates in access lists, as it was found. */
  aclTemplateObjectType?: string;
  /** One line for people, shown beside the run. */
  note(line: string): void;
  /** Resolves after so many milliseconds, or as soon as the run is stopped: the next call then says so. */
  wait(ms: number): Promise<void>;
}

/** As for a client: `readOnly` lets no call but reads leave this process; `clock` times every wait for iconik. */
export interface SessionOptions extends Pick<ConnectOptions, "signal" | "readOnly" | "clock" | "timeouts"> {
  /** Takes the lines that are for people; left out, nobody sees them. */
  note?: (line: string) => void;
  released?: ReadonlySet<string>;
  guards?: Guards;
  replacing?: ReadonlySet<string>;
  owners?: Owners;
  /** Keeps what is about to be changed; left out, nobody does. */
  keep?: (session: Session, change: Change) => Promise<void>;
}

export function openSession(settings: Settings, options: SessionOptions = {}): Session {
  const { signal, readOnly, clock = systemClock, timeouts } = options;
  const client = connect(settings, { signal, readOnly, clock, timeouts });
  const inventories = new Map<string, Inventory>();
  const queues = new Map<string, Promise<unknown>>();
  const readers = new Map<string, Reader>();
  const names = settingNames(settings.name);
  const note = options.note ?? (() => undefined);
  let asked: Promise<Caller> | undefined;
  let teams: Promise<ReadonlySet<string>> | undefined;
  const people: (Promise<Map<string, Live[]>> | undefined)[] = [];

  const session: Session = {
    client,
    settings,
    owners: options.owners ?? new Map(),
    claims: new Map(),
    released: options.released ?? new Set(),
    guards: options.guards ?? noGuards,
    replacing: options.replacing ?? new Set(),
    changing: async (change) => options.keep?.(session, change),
    note,
    wait: (ms) => clock.wait(ms, signal).catch(() => undefined),
    async caller(expected = settings.domainId) {
      asked ??= identify(client).catch((error: unknown) => {
        // What was refused stays refused; anything else may pass.
        if (!(error instanceof IconikError && error.code === "unauthorized")) asked = undefined;
        throw error;
      });
      const caller = await asked;
      if (expected !== undefined && expected !== caller.domainId) {
        throw new IconikError({
          code: "wrong-tenant",
          message: `${client.url} with these credentials is tenant ${caller.domainId}, not ${expected}; nothing was written. Check ${names.url} and ${names.authToken}, or the domainId that is written`,
        });
      }
      return caller;
    },
    async writer(expected = settings.domainId) {
      const caller = await session.caller(expected);
      if (expected === undefined && !isLoopback(new URL(client.url))) {
        throw new IconikError({
          code: "wrong-tenant",
          message: `say which tenant is meant before anything is written to it: ${client.url} with these credentials is ${caller.domainId}. Write it as ${settings.name ? "domainId of its IconikProvider" : "domainId in the tenant file, or as iconik:domainId in the stack's config"}`,
        });
      }
      return caller;
    },
    async owner(domainId, expected = settings.domainId) {
      if (domainId === "") return session.writer(expected);
      await session.caller(domainId);
      return session.caller(expected);
    },
    inventory(definition) {
      let inventory = inventories.get(definition.kind);
      if (!inventory) inventories.set(definition.kind, (inventory = createInventory(client, definition)));
      return inventory;
    },
    reader(definition) {
      let reader = readers.get(definition.kind);
      if (!reader) readers.set(definition.kind, (reader = createReader(session, definition)));
      return reader;
    },
    async resolve(forms, known) {
      const found: Record<string, string> = {};
      for (const { field, form, key } of forms) {
        if (field.type === "user") found[key] = known[key] ?? (await person(String(form)));
        else found[key] = known[key] ?? (await existing(field, (form as { existing: string }).existing));
      }
      return found;
    },
    teams() {
      teams ??= session
        .inventory(kinds.Team as ObjectKind)
        .all()
        .then((all) => new Set(all.map((team) => String(team.id))))
        .catch((error: unknown) => {
          // Tenants of the older model know no teams.
          if (isMissing(error)) return new Set<string>();
          teams = undefined;
          throw error;
        });
      return teams;
    },
    connectAs: (appId, authToken) => connect({ ...settings, appId, authToken }, { signal, readOnly, clock, timeouts }),
    exclusive(key, work) {
      const turn = (queues.get(key) ?? Promise.resolve()).then(work, work);
      const settled = turn
        .catch(() => undefined)
        .then(() => {
          if (queues.get(key) === settled) queues.delete(key);
        });
      queues.set(key, settled);
      return turn;
    },
  };

  async function existing(field: Field, name: string): Promise<string> {
    const candidates = field.type === "reference" ? field.to : [];
    for (const kind of candidates) {
      const definition = kinds[kind] as ObjectKind;
      const inventory = session.inventory(definition);
      // That there is none has to be sure: lists lag, and another kind may have one of that name.
      const matches = await inventory.missing(name).catch((error: unknown) => {
        // A tenant of the older model has no such list.
        if (candidates.length > 1 && definition.model === "teams" && isMissing(error)) return [];
        throw error;
      });
      if (matches.length === 1) return idOf(definition, matches[0]!);
      if (matches.length > 1) {
        throw new IconikError({
          code: "ambiguous",
          message: `${matches.length} objects of kind ${kind} are named "${name}": ${matches.map((match) => idOf(definition, match)).join(", ")}. Refer to one of them by a label of its own with options.adopt`,
        });
      }
    }
    throw new IconikError({
      code: "unknown-reference",
      operation: candidates.map((kind) => `GET ${collectionOf((kinds[kind] as ObjectKind).path)}`).join(", "),
      message: `there is no ${candidates.join(" or ")} named "${name}" in the tenant; check the spelling, or describe it here`,
    });
  }

  /** People by e-mail, as the first or the second reading of this run has them. */
  function everybody(reading: 0 | 1): Promise<Map<string, Live[]>> {
    return (people[reading] ??= client
      .list<Live>("GET /API/users/v1/users/")
      .then((users) => Map.groupBy(users, (user) => String(user.email ?? "").toLowerCase()))
      .catch((error: unknown) => {
        people[reading] = undefined;
        throw error;
      }));
  }

  async function person(email: string): Promise<string> {
    const called = (all: ReadonlyMap<string, Live[]>) =>
      (all.get(email.toLowerCase()) ?? []).filter((user) => user.status !== "DELETED");
    let matches = called(await everybody(0));
    // Lists lag: that there is nobody is believed when two readings say so.
    if (matches.length === 0) matches = called(await everybody(1));
    if (matches.length === 0) {
      throw new IconikError({
        code: "unknown-reference",
        operation: "GET /API/users/v1/users/",
        message: `nobody in the tenant has the e-mail ${email}; invite them in iconik first, or check the spelling`,
      });
    }
    const active = matches.find((user) => user.status === undefined || user.status === "ACTIVE");
    if (!active)
      note(`${email} is ${String(matches[0]!.status).toLowerCase()} in iconik: nothing that acts for them works`);
    return String((active ?? matches[0]!).id);
  }

  return session;
}

/** A token's own record says whom it acts for and in which tenant (auth.json, TokenOutputSchema). */
async function identify(client: Client): Promise<Caller> {
  const { body: token } = await client.call<Live>("GET /API/auth/v1/auth/token/");
  const domainId = token?.system_domain_id ?? (await systemDomain(client));
  return {
    domainId,
    userId: token?.user_id,
    tokenId: token?.id,
    isAdmin: token?.is_admin === true || token?.is_super_admin === true,
  };
}

async function systemDomain(client: Client): Promise<string> {
  const { body } = await client.call<Live>("GET /API/settings/v1/system/current/");
  if (typeof body?.system_domain_id === "string") return body.system_domain_id;
  throw new IconikError({
    code: "bad-answer",
    operation: "GET /API/settings/v1/system/current/",
    message: "iconik did not say which tenant this is; nothing was written",
  });
}
