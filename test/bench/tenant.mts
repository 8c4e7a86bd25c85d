// Tenants to measure against, and the floor: what the same HTTP calls cost when nothing but undici makes them.
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Agent, type Dispatcher } from "undici";
import type { SandboxOptions, Switches } from "../../provider/sandbox/index.ts";

/** Calls under way at once, for Pulumi and for the floor: Pulumi's own number on two cores. */
export const concurrency = 8;

export interface Requests {
  total: number;
  /** Answered with 429. */
  refused: number;
}

export interface Tenant {
  url: string;
  appId: string;
  authToken: string;
  /** Requests since this was last asked. */
  requests(): Promise<Requests>;
  /** Paths, with their queries, of the requests since either was last asked. */
  paths(): Promise<string[]>;
  set(switches: Partial<Switches>): Promise<void>;
  close(): Promise<void>;
}

export async function openTenant(options: SandboxOptions): Promise<Tenant> {
  const child = fork(join(import.meta.dirname, "sandbox.mts"), [JSON.stringify(options)]);
  const ended = once(child, "exit");
  const answer = async <T,>(): Promise<T> => {
    const [message] = await Promise.race([
      once(child, "message"),
      ended.then(([code, signal]) => Promise.reject(new Error(`the sandbox ended with ${code ?? signal}`))),
    ]);
    return message as T;
  };
  const tell = (switches: Partial<Switches>) => {
    child.send(switches);
    return answer<Requests & { paths: string[] }>();
  };
  return {
    ...(await answer<Pick<Tenant, "url" | "appId" | "authToken">>()),
    requests: async () => {
      const { total, refused } = await tell({});
      return { total, refused };
    },
    paths: async () => (await tell({})).paths,
    set: async (switches) => void (await tell(switches)),
    async close() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

type Http = (method: Dispatcher.HttpMethod, path: string, body?: unknown) => Promise<any>;

/**
 * Seconds that some calls take from a bare undici loop.
 * @param perSecond calls a second at most
 * @param connections calls under way at once at most
 */
export async function floor(
  tenant: Tenant,
  work: (http: Http) => Promise<void>,
  perSecond = Infinity,
  connections = concurrency,
): Promise<{ seconds: number; requests: Requests }> {
  const pool = new Agent({ connections });
  const headers = { "App-ID": tenant.appId, "Auth-Token": tenant.authToken, "Content-Type": "application/json" };
  let next = 0;
  const http: Http = async (method, path, body) => {
    const now = performance.now();
    const turn = Math.max(now, next);
    next = turn + 1_000 / perSecond;
    if (turn > now) await new Promise((resolve) => setTimeout(resolve, turn - now));
    const answer = await pool.request({ origin: tenant.url, method, path, headers, body: JSON.stringify(body) });
    return answer.body.json();
  };
  await tenant.requests();
  const start = performance.now();
  await work(http);
  const seconds = (performance.now() - start) / 1_000;
  await pool.close();
  return { seconds, requests: await tenant.requests() };
}

/** Calls of `make` and `read`, as the engine and its provider make them: so many at once, in order. */
export async function inTurns<T>(
  items: Iterable<T>,
  work: (item: T) => Promise<void>,
  atOnce = concurrency,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
