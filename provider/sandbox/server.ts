/** From an HTTP request to an answer: routing, limits, sign-in, Shield, roles, checks, the handler, and faults. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { operation } from "../contract";
import { aclHandlers } from "./acls";
import { anonymous, authenticate, authHandlers } from "./auth";
import type { Answer, Call, Handler } from "./call";
import { distort, type Fault, type Faults } from "./faults";
import { groupHandlers } from "./groups";
import { logsHandlers } from "./logs";
import { peopleHandlers } from "./people";
import type { RateLimit } from "./rate";
import { refuse, Refusal } from "./refusal";
import { route } from "./routes";
import { settingsHandlers } from "./settings";
import { admits, plainAddress } from "./shield";
import { storageHandlers } from "./storages";
import type { Tenant } from "./tenant";
import { checkedBody, problemsOfAnswer } from "./validation";

/** By operation of the contract; all have one. */
export const handlers: Readonly<Record<string, Handler>> = {
  ...aclHandlers,
  ...authHandlers,
  ...groupHandlers,
  ...logsHandlers,
  ...peopleHandlers,
  ...settingsHandlers,
  ...storageHandlers,
};

export interface RecordedRequest {
  method: string;
  /** Without the query. */
  path: string;
  query: Record<string, string>;
  /** Parsed JSON; the text when it is none; `undefined` without a body. */
  body: unknown;
  /** Header `App-ID`, empty without one. */
  appId: string;
  /** 0 while there is no answer, and when there never will be. */
  status: number;
}

export interface Service {
  tenant: Tenant;
  faults: Faults;
  rate: RateLimit;
  requests: RecordedRequest[];
  /** Milliseconds before every answer. */
  latency: number;
  /** Every answer is checked against the contract, and turned into a 500 when it breaks it. */
  checkAnswers: boolean;
  /** The address that Shield sees, when not the caller's own. */
  address?: string;
  /** Runs after every request that may have changed something. */
  changed(): void;
}

export function serve(service: Service): Server {
  const server = createServer((request, response) => {
    void exchange(service, request, response).catch(() => response.destroy());
  });
  // A client's pooled connection should not be cut while the client is about to use it.
  server.keepAliveTimeout = 60_000;
  return server;
}

/** A sandbox that runs for days does not grow for ever. */
const requestsKept = 100_000;

interface Reply extends Answer {
  headers?: Record<string, string>;
}

async function exchange(service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const method = request.method ?? "GET";
  const url = new URL(request.url ?? "/", `http://${request.headers.host ?? "127.0.0.1"}`);
  const query = Object.fromEntries(url.searchParams);
  const text = await textOf(request);
  const appId = String(request.headers["app-id"] ?? "");
  const record: RecordedRequest = { method, path: url.pathname, query, body: parsed(text), appId, status: 0 };
  service.requests.push(record);
  if (service.requests.length > requestsKept) service.requests.shift();
  const fault = service.faults.take(method, url.pathname);
  if (service.latency > 0) await wait(service.latency);
  if (fault?.kind === "delay") await wait(fault.ms);
  if (fault?.kind === "reset-before") return void request.socket.resetAndDestroy();
  if (fault?.kind === "timeout") return;
  const { remaining, retryAfter } = service.rate.spend(appId, service.tenant.now());
  const headers = { "RateLimit-Remaining": String(remaining) };
  if (fault?.kind === "status") {
    const after: Record<string, string> =
      fault.retryAfter === undefined ? {} : { "Retry-After": String(fault.retryAfter) };
    const body = fault.body ?? { errors: [`The sandbox was asked to answer ${fault.code}`] };
    return write(response, record, { status: fault.code, body, headers: { ...headers, ...after } });
  }
  const repeats = fault?.kind === "repeated-page";
  const asked = repeats ? { ...query, page: "1", last_id: "" } : query;
  const reply = await answered(service, request, url, asked, text, retryAfter);
  if (method !== "GET") service.changed();
  if (fault?.kind === "reset-after") return void request.socket.resetAndDestroy();
  if (fault?.kind === "timeout-after") return;
  const renumbered =
    repeats && query.page && reply.body ? { ...reply, body: { ...reply.body, page: Number(query.page) } } : reply;
  const said = fault ? { ...renumbered, ...distort(fault, renumbered) } : renumbered;
  await write(response, record, { ...said, headers: { ...headers, ...said.headers } }, fault);
}

async function answered(
  service: Service,
  request: IncomingMessage,
  url: URL,
  query: Record<string, string>,
  text: string,
  retryAfter: number | undefined,
): Promise<Reply> {
  try {
    if (retryAfter !== undefined) {
      const says = service.tenant.switches.retryAfter === "seconds";
      refuse(429, "Too many requests", says ? { "Retry-After": String(retryAfter) } : {});
    }
    return await handled(service, request, url, query, text);
  } catch (error) {
    if (error instanceof Refusal)
      return { status: error.status, body: { errors: error.errors }, headers: error.headers };
    return {
      status: 500,
      body: { errors: [`The sandbox has failed: ${error instanceof Error ? error.stack : error}`] },
    };
  }
}

async function handled(
  service: Service,
  request: IncomingMessage,
  url: URL,
  query: Record<string, string>,
  text: string,
): Promise<Reply> {
  const { tenant } = service;
  const method = request.method ?? "GET";
  const to = route(method, url.pathname);
  if (to.found === "nothing") refuse(404, `There is nothing at ${url.pathname}`);
  if (to.found === "path") refuse(405, `${method} is not allowed here`, { Allow: to.methods.join(", ") });
  // As iconik's paths all end with a slash, one without is sent on; the method and the body stay.
  if (to.found === "withoutSlash") refuse(308, "Moved", { Location: `${url.pathname}/${url.search}` });
  const isLogin = to.key.endsWith("/login/");
  const address = addressOf(service, request);
  const caller = isLogin ? anonymous(tenant, request.headers) : authenticate(tenant, request.headers);
  if (!isLogin && !admits(tenant, caller, address)) refuse(403, "This address is not in the allow list");
  const lacking = operation(to.key).roles.filter((role) => !caller.holds(role));
  if (lacking.length > 0) refuse(403, `Missing role: ${lacking.join(", ")}`);
  const body = checkedBody(to.key, jsonOf(request, text), tenant.switches);
  const call: Call = { tenant, key: to.key, path: to.parameters, query, body, caller, address, origin: url.origin };
  const answer = await handlers[to.key]!(call);
  const problems = service.checkAnswers ? problemsOfAnswer(to.key, answer.status, answer.body) : [];
  if (problems.length > 0) throw new Error(`the answer breaks the contract: ${problems.join("; ")}`);
  return answer;
}

/** A caller's own address; another one by option, or as a test says in `X-Forwarded-For`. */
function addressOf(service: Service, request: IncomingMessage): string {
  const forwarded = String(request.headers["x-forwarded-for"] ?? "")
    .split(",")[0]!
    .trim();
  return plainAddress(forwarded || service.address || (request.socket.remoteAddress ?? ""));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

function jsonOf(request: IncomingMessage, text: string): unknown {
  if (text === "") return undefined;
  if (!/\bjson\b/i.test(request.headers["content-type"] ?? "")) refuse(400, "The body has to be application/json");
  try {
    return JSON.parse(text);
  } catch {
    return refuse(400, "The body is not JSON");
  }
}

function parsed(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

async function write(response: ServerResponse, record: RecordedRequest, reply: Reply, fault?: Fault): Promise<void> {
  record.status = reply.status;
  const whole = reply.body === undefined ? "" : JSON.stringify(reply.body);
  const html = fault?.kind === "garbage";
  const text = html
    ? "<!DOCTYPE html><html><body>Something went wrong</body></html>"
    : fault?.kind === "truncated-json"
      ? whole.slice(0, whole.length >> 1)
      : whole;
  response.writeHead(html ? 200 : reply.status, {
    ...reply.headers,
    ...(text !== "" && { "Content-Type": html ? "text/html" : "application/json" }),
    ...(reply.status !== 204 && { "Content-Length": String(Buffer.byteLength(text)) }),
  });
  if (fault?.kind === "slow") {
    const pieces = 10;
    const bytes = Buffer.from(text);
    for (let at = 0; at < pieces; at += 1) {
      response.write(bytes.subarray((bytes.length * at) / pieces, (bytes.length * (at + 1)) / pieces));
      await wait(fault.ms / pieces);
    }
    response.end();
  } else response.end(text);
}
