/**
 * An iconik tenant on loopback, for demos, tests and CI. It behaves as iconik's API does, judged by the contract
 * (`schema/iconik-api.json`): paths, roles, shapes, paging, errors. Where iconik's behaviour is not documented there
 * is a switch. Clients made for iconik work against it as they are.
 *
 *     const sandbox = await startSandbox({ tenant: "old" });
 *     // point a client at sandbox.url, with sandbox.appId and sandbox.authToken
 *     await sandbox.close();
 */
import { randomUUID } from "node:crypto";
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { mint } from "./auth";
import type { Item } from "./call";
import { faultsOf, type Fault } from "./faults";
import { rateLimit } from "./rate";
import { addUser, foundedState, readSeed, type Seed } from "./seed";
import { serve, type RecordedRequest } from "./server";
import { checked, switchesWith, type Switches } from "./switches";
import { openTenant, type Kind, type State, type TenantModel } from "./tenant";

export { parseFault, type Fault, type FaultKind } from "./faults";
export { parseSwitch, switchTable, type Switch, type SwitchName, type Switches } from "./switches";
export type { Item, Kind, RecordedRequest, Seed, TenantModel };

export interface SandboxOptions {
  /** Port on 127.0.0.1; 0, the default, takes a free one. */
  port?: number;
  /**
   * `old`, the default: user groups carry roles and access. `new`: teams and role groups in their place. `both`.
   */
  tenant?: TenantModel;
  /** What the tenant holds besides what iconik makes itself; a string names a YAML or JSON file. */
  seed?: Seed | string;
  /** Keeps the tenant in this file. When the file is there, the tenant is read from it and `seed` is not used. */
  stateFile?: string;
  /** Milliseconds before every answer; 0. */
  latency?: number;
  faults?: readonly Fault[];
  switches?: Partial<Switches>;
  /** Refuse calls beyond iconik's rate limit with 429; off, they are only counted. */
  rateLimit?: boolean;
  /** Address from which all calls seem to come. A call may say another one in `X-Forwarded-For`. */
  shieldSeesIp?: string;
  /** The tenant's time in milliseconds since 1970, for tokens and dates; the system's clock. */
  clock?: () => number;
  /** Answer 500 when an answer breaks the contract: for tests of the sandbox itself. */
  checkAnswers?: boolean;
}

export interface Credentials {
  appId: string;
  authToken: string;
  userId: string;
}

export interface NewCredentials {
  /** Exactly these roles, whatever groups the user is in; left out: those of the user's groups. */
  roles?: readonly string[];
  /** An administrator, who holds all roles. */
  admin?: boolean;
  /** An existing user's e-mail, or that of a new one; a new one is made when left out. */
  email?: string;
  /** Type of a new user: `POWER`. */
  userType?: "POWER" | "STANDARD" | "BROWSE_ONLY" | "BROWSE_API_ONLY";
}

export interface Sandbox {
  /** `http://127.0.0.1:<port>`, in place of `https://app.iconik.io`. */
  readonly url: string;
  /** Credentials of the first administrator. */
  readonly appId: string;
  readonly authToken: string;
  readonly domainId: string;
  /** Every request since the start, or since the last `clearRequests`; the last 100,000 of them. */
  readonly requests: readonly RecordedRequest[];
  clearRequests(): void;
  /** A token that acts as a user with the given rights. */
  issue(credentials?: NewCredentials): Credentials;
  /** Adds a user, as in a seed; answers with the user's id. */
  addUser(user: Item): string;
  /** Makes calls go wrong; the function that comes back ends it. */
  fault(fault: Fault): () => void;
  set(switches: Partial<Switches>): void;
  /** Copies of the stored objects of a kind, secrets included. */
  objects(kind: Kind): Item[];
  /** A copy of one stored object. Keys: ids; for settings, access lists and mappings see `Seed`, with ids for names. */
  object(kind: Kind, key: string): Item | undefined;
  /**
   * Changes an object behind the client's back: properties to set (`undefined` removes), or a function that changes a
   * copy in place. An object that is not there is made. Nothing is checked.
   */
  edit(kind: Kind, key: string, change: Item | ((object: Item) => void)): void;
  /** Takes an object away behind the client's back. */
  remove(kind: Kind, key: string): void;
  /** Stops listening and ends all connections. */
  close(): Promise<void>;
}

/**
 * Starts a sandbox.
 * @throws RangeError when a switch or its value is unknown; Error when the seed or state file cannot be used, or the
 * port is taken (`code: "EADDRINUSE"`).
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, stateFile, clock = Date.now } = options;
  const switches = switchesWith(options.switches);
  const seed = typeof options.seed === "string" ? readSeed(options.seed) : (options.seed ?? {});
  const state =
    (stateFile && readState(stateFile, options.tenant)) || foundedState(options.tenant ?? "old", seed, clock);
  const tenant = openTenant(state, switches, clock);
  const faults = faultsOf(options.faults);
  const requests: RecordedRequest[] = [];
  const changed = () => {
    if (stateFile) writeState(stateFile, state);
  };
  changed();
  const server = serve({
    tenant,
    faults,
    requests,
    changed,
    rate: rateLimit(options.rateLimit ?? false),
    latency: options.latency ?? 0,
    checkAnswers: options.checkAnswers ?? false,
    address: options.shieldSeesIp,
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...state.credentials,
    domainId: state.domain.id,
    requests,
    clearRequests: () => void requests.splice(0),
    issue({ roles, admin = false, email = `${randomUUID()}@example.com`, userType = "POWER" } = {}) {
      const known = tenant.all("users").find((user) => user.email === email);
      const user = known ?? addUser(tenant, { email, type: userType });
      const rights = { ...(admin && { is_admin: true }), ...(roles && { sandbox_roles: [...roles] }) };
      tenant.replace("users", user.id, { ...user, ...rights });
      const app = tenant.insert("apps", { name: email, default_user_id: user.id, system_domain_id: state.domain.id });
      const { token } = mint(tenant, app.id);
      changed();
      return { appId: app.id, authToken: token, userId: user.id };
    },
    addUser(user) {
      const { id } = addUser(tenant, user);
      changed();
      return id;
    },
    fault: faults.add,
    set: (changes) => void Object.assign(switches, checked(changes)),
    objects: (kind) => structuredClone(tenant.all(kind)),
    object: (kind, key) => structuredClone(tenant.find(kind, key)),
    edit(kind, key, change) {
      const object: Item = structuredClone(tenant.find(kind, key)) ?? {};
      if (typeof change === "function") change(object);
      else Object.assign(object, change);
      tenant.replace(kind, key, object);
      changed();
    },
    remove(kind, key) {
      tenant.remove(kind, key);
      changed();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function readState(file: string, model?: TenantModel): State | undefined {
  if (!existsSync(file)) return undefined;
  const state = JSON.parse(readFileSync(file, "utf8")) as State;
  if (state.version !== 1) throw new Error(`${file}: not the state of a sandbox`);
  if (model && state.model !== model) throw new Error(`${file} holds a tenant "${state.model}", not "${model}"`);
  return state;
}

/** Whole or not at all: whoever reads the file never sees half of it. It holds credentials. */
function writeState(file: string, state: State): void {
  const half = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(half, JSON.stringify(state, undefined, 1), { mode: 0o600 });
    chmodSync(half, 0o600);
    renameSync(half, file);
  } catch (error) {
    throw new Error(`the state ${file} cannot be written (${(error as NodeJS.ErrnoException).code}); check the path`, {
      cause: error,
    });
  }
}
