/**
 * Calls to iconik's API over HTTP. One client per tenant and process: it shares connections, the rate budget, and the
 * knowledge that the credentials were refused. What an operation needs, and how its list pages, comes from the
 * contract; nothing here knows a kind of object.
 */
import { unescape } from "node:querystring";
import { Agent, type Dispatcher, EnvHttpProxyAgent } from "undici";
import { contract } from "../contract";
import { manifest } from "../manifest";
import { type Clock, rateBudget, systemClock } from "./budget";
import { IconikError } from "./errors";
import { readAnswer, type Outcome } from "./answers";
import { answeredWithin } from "./deadline";
import { connectionFailure, interrupted, notTried, type Request } from "./failures";
import { readList } from "./lists";
import { keepSecret } from "./redact";
import { isLoopback, type Connection, type SettingNames, settingNames, tenantUrl } from "./settings";

export interface Arguments {
  /** Values for the parameters in the operation's path, all of them. */
  path?: Record<string, string>;
  query?: Record<string, string | number>;
  /** Sent as JSON. */
  body?: unknown;
}

export interface Client {
  readonly url: string;
  /**
   * One operation of the contract: `call("GET /API/files/v1/storages/{storage_id}/", { path: { storage_id } })`.
   * `body` is the parsed answer, `undefined` when there was none. Repeats what may be repeated; a DELETE that finds
   * nothing on a repetition has done its work and answers 204.
   * @throws IconikError for anything but success; `acted: "unknown"` when a change may have happened all the same.
   */
  call<T = unknown>(operation: string, args?: Arguments): Promise<{ status: number; body: T }>;
  /**
   * Every object of a list, in order, whatever its style of paging.
   * @throws IconikError `bad-answer` when two readings in a row did not add up: half a list is never given.
   */
  list<T = Record<string, unknown>>(operation: string, args?: Pick<Arguments, "path" | "query">): Promise<T[]>;
  /** Milliseconds by which this machine's clock is ahead of iconik's, by the `Date` of the last answer, which is to the second. */
  clockAhead(): number | undefined;
  /** Lets requests under way finish, stops those that wait, and lets go of the connections. */
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** Milliseconds until a connection stands (10,000), the answer begins (60,000), and has come whole (60,000). */
  timeouts?: { connect?: number; headers?: number; body?: number };
  /** Milliseconds that one call may spend between its attempts, 120,000 by default; a single wait is at most 30,000. */
  maxWait?: number;
  /** Ends waiting and refuses new calls. Requests under way finish: cut off, their outcome would be unknown. */
  signal?: AbortSignal;
  clock?: Clock;
  /** Sends nothing but reads: anything else (see `isRead`) is refused as `unsupported` before it leaves. */
  readOnly?: boolean;
  /** For the jitter between attempts: from 0 up to 1. */
  random?: () => number;
}

const maxAttempts = 5;
const singleWait = 30_000;
const firstWait = 500;

/**
 * Whether an operation changes nothing: every GET, and the POSTs by which iconik tries out a storage's credentials
 * (`files.json`: verifications).
 */
export function isRead(operation: string): boolean {
  return operation.startsWith("GET ") || /^POST .*\/verifications\//.test(operation);
}

/**
 * A client for one tenant. Nothing is sent before the first call.
 * @throws IconikError `bad-setting` for an address or credentials that cannot be used.
 */
export function connect(connection: Connection, options: ConnectOptions = {}): Client {
  const { timeouts = {}, maxWait = 120_000, clock = systemClock, random = Math.random } = options;
  const settings = settingNames(connection.name);
  const url = new URL(tenantUrl(connection.url, settings.url));
  const headers = headersOf(connection, settings);
  const pool = openPool(url, timeouts);
  const budget = rateBudget(connection.rateShare, clock);
  const closing = new AbortController();
  const stop = options.signal ? AbortSignal.any([options.signal, closing.signal]) : closing.signal;
  let refused = false;
  let ahead: number | undefined;
  let closed: Promise<void> | undefined;

  async function call<T>(operation: string, args: Arguments = {}): Promise<{ status: number; body: T }> {
    const [method] = operation.split(" ");
    const path = pathOf(operation, args.path) + queryOf(args.query);
    const body = args.body === undefined ? undefined : JSON.stringify(args.body);
    const writes = !isRead(operation);
    const place = `${method} ${path} at ${url.host}`;
    if (writes && options.readOnly) throw readsOnly(operation, place);
    const request: Request = { operation, place, host: url.host, settings, writes, doubtful: false };
    const repeatable = method !== "POST" || !writes;
    let last: unknown;
    let waited = 0;

    for (let attempt = 0; ; attempt++) {
      await unlessStopped(budget.take(stop), request, last);
      if (refused) throw notTried(request);
      const outcome = await send(request, method, path, body);
      if (!("error" in outcome)) return outcome as { status: number; body: T };

      const { error, reached, passing, retryAfter } = outcome;
      if (method === "DELETE" && error.status === 404 && request.doubtful) return { status: 204, body: undefined as T };
      if (error.status === 401) {
        if (refused) throw notTried(request);
        refused = true;
      }
      const limited = error.status === 429;
      const jitter = random() * Math.min(singleWait, firstWait * 2 ** attempt);
      // A 429 without a Retry-After holds a second at least: the shorter of iconik's two windows.
      const hold = Math.min(singleWait, retryAfter || (limited ? Math.max(1_000, jitter) : 0));
      if (hold > 0) budget.pause(hold);

      request.doubtful ||= reached;
      if (!passing || (reached && !repeatable) || (attempt + 1 >= maxAttempts && !limited)) throw error;
      waited += hold || jitter;
      if (waited > maxWait) throw error;
      last = error;
      if (hold === 0) await unlessStopped(clock.wait(jitter, stop), request, last);
    }
  }

  async function send(request: Request, method: string, path: string, body?: string): Promise<Outcome> {
    const type = body === undefined ? {} : { "content-type": "application/json" };
    let response: Dispatcher.ResponseData;
    try {
      response = await pool.request({
        origin: url.origin,
        path,
        method: method as Dispatcher.HttpMethod,
        headers: { ...headers, ...type },
        body,
      });
    } catch (cause) {
      return connectionFailure(request, cause, false);
    }
    const date = Date.parse(String(response.headers.date));
    if (!Number.isNaN(date)) ahead = clock.now() - date;
    const left = Number.parseInt(String(response.headers["ratelimit-remaining"]), 10);
    budget.answered(left >= 0 ? left : undefined);
    return readAnswer(request, response, { within: timeouts.body ?? 60_000, now: clock.now() });
  }

  return {
    url: url.origin,
    call,
    list: (operation, { path, query } = {}) =>
      readList(operation, url.host, async (page) => {
        const { body } = await call(operation, { path, query: { ...query, ...page } });
        return body;
      }),
    clockAhead: () => ahead,
    close: () => {
      closing.abort();
      return (closed ??= pool.close());
    },
  };
}

function readsOnly(operation: string, place: string): IconikError {
  const message = `${place} was not sent: it may change something, and what runs here only reads`;
  return new IconikError({ code: "unsupported", message, operation });
}

async function unlessStopped(waiting: Promise<void>, request: Request, last: unknown): Promise<void> {
  try {
    await waiting;
  } catch (cause) {
    throw interrupted(request, last ?? cause);
  }
}

function headersOf({ appId, authToken }: Connection, settings: SettingNames): Record<string, string> {
  for (const [value, setting] of [
    [appId, settings.appId],
    [keepSecret(authToken), settings.authToken],
  ]) {
    // Checked here, where nothing has been sent: a header would be refused with the value in the message.
    if (!/^[\x21-\x7e]+$/.test(value)) {
      const message = `${setting} is empty or holds characters that no header may`;
      throw new IconikError({ code: "bad-setting", message });
    }
  }
  return {
    "App-ID": appId,
    "Auth-Token": authToken,
    Accept: "application/json",
    "User-Agent": `pulumi-iconik/${manifest.version}`,
  };
}

/** Honours HTTPS_PROXY and NO_PROXY, but not for this machine: a proxy's loopback is another one. */
function openPool(url: URL, timeouts: NonNullable<ConnectOptions["timeouts"]>): Dispatcher {
  const { connect = 10_000, headers = 60_000 } = timeouts;
  // Whatever NODE_TLS_REJECT_UNAUTHORIZED says for others: a certificate that is not accepted would cost the token.
  const tls = { timeout: connect, rejectUnauthorized: true };
  const pool = { connections: 32, connect: tls, requestTls: tls, proxyTls: tls, headersTimeout: 0, bodyTimeout: 0 };
  const timely = answeredWithin(headers);
  if (isLoopback(url)) return new Agent(pool).compose(timely);
  for (const variable of ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"]) {
    keepSecret(unescape(URL.parse(process.env[variable] ?? "")?.password ?? ""));
  }
  try {
    return new EnvHttpProxyAgent(pool).compose(timely);
  } catch {
    // The cause would hold the address, and the address may hold a password.
    throw new IconikError({ code: "bad-setting", message: "HTTPS_PROXY or HTTP_PROXY is not the address of a proxy" });
  }
}

/** The operation's path with its parameters filled in. */
function pathOf(operation: string, values: Record<string, string> = {}): string {
  if (!contract.operations[operation]) {
    const message = `${operation} is not an operation of iconik's contract`;
    throw new IconikError({ code: "internal", message, operation });
  }
  return operation.slice(operation.indexOf(" ") + 1).replace(/\{(\w+)\}/g, (_, parameter: string) => {
    const value = values[parameter];
    // "", "." and ".." would make it another path, and another object.
    if (/^\.{0,2}$/.test(value ?? "")) {
      const message = `"${value ?? ""}" cannot be the ${parameter} of ${operation}`;
      throw new IconikError({ code: "unsupported", message, operation });
    }
    return encodeURIComponent(value);
  });
}

function queryOf(query: Arguments["query"] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) parameters.set(name, String(value));
  return parameters.size > 0 ? `?${parameters}` : "";
}
