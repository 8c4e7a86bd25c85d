/** A real HTTP server on loopback that answers as a test tells it, and remembers what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished } from "vitest";
import type { Clock } from "../provider/engine/budget";
import { type Client, connect, type ConnectOptions } from "../provider/engine/client";
import { IconikError } from "../provider/engine/errors";

export const token = "token-0123456789";

export interface Asked {
  method: string;
  /** As sent, with the query. */
  url: string;
  query: Record<string, string>;
  headers: IncomingMessage["headers"];
  body: string;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string | number>;
  /** Sent as JSON, but for strings and buffers, which go out as they are. */
  body?: unknown;
}

/** A reply, or `undefined` when the script has dealt with the response by itself. */
export type Script = (
  asked: Asked,
  nth: number,
  response: ServerResponse,
) => Reply | undefined | Promise<Reply | undefined>;

export interface ScriptedServer extends AsyncDisposable {
  url: string;
  port: number;
  asked: Asked[];
}

export async function scriptedServer(script: Script, port = 0): Promise<ScriptedServer> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const query = Object.fromEntries(new URL(request.url!, "http://loopback").searchParams);
    const body = Buffer.concat(chunks).toString();
    asked.push({ method: request.method!, url: request.url!, query, headers: request.headers, body });
    const reply = await script(asked[asked.length - 1]!, asked.length, response);
    if (!reply) return;
    const raw = typeof reply.body === "string" || Buffer.isBuffer(reply.body) || reply.body === undefined;
    response.writeHead(reply.status ?? 200, { "content-type": "application/json", ...reply.headers });
    response.end(raw ? reply.body : JSON.stringify(reply.body));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const taken = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Time that passes only when somebody waits, and then at once. */
export function idleClock(onWait: (ms: number) => void | Promise<void> = () => {}): Clock & { waits: number[] } {
  const start = Date.UTC(2030, 0, 1);
  let now = start;
  const waits: number[] = [];
  return {
    waits,
    now: () => now,
    async wait(ms, signal) {
      waits.push(ms);
      now += ms;
      await onWait(ms);
      signal?.throwIfAborted();
    },
  };
}

/** A client for a server of this file, closed with the test. */
export function clientOf(url: string, options: ConnectOptions & { rateShare?: number; name?: string } = {}): Client {
  const { rateShare, name, ...rest } = options;
  const made = connect({ url, appId: "app-1", authToken: token, rateShare, name }, { clock: idleClock(), ...rest });
  onTestFinished(() => made.close());
  return made;
}

/** A server that plays a script, or gives one reply after another and then the last one; closed with the test. */
export async function serve(script: Script | Reply[], port?: number): Promise<ScriptedServer> {
  const replies = Array.isArray(script) ? script : undefined;
  const played: Script = replies ? (_, nth) => replies[Math.min(nth, replies.length) - 1] : (script as Script);
  const server = await scriptedServer(played, port);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

/** The error of a promise that must fail. */
export async function failure(promise: Promise<unknown>): Promise<IconikError> {
  const error = await promise.then(
    (value) => expect.fail(`succeeded with ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(IconikError);
  return error as IconikError;
}
