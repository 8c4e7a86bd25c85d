// A way to an HTTP server on which requests are seen, and go wrong as a test wants it.
import { createServer, request as forward, type IncomingMessage } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

/** `before`: the request does not arrive. `after`: it is done, and its answer is lost. A status: the answer is that one. */
export type Fault = "before" | "after" | number;

export interface Gate {
  url: string;
  /** In order: `CreateUser` for IAM, `PUT /bucket?cors` for S3. */
  readonly requests: string[];
  /** Asked for every request; undefined lets it through. */
  fault: (request: string, index: number) => Fault | undefined | Promise<Fault | undefined>;
  /** Answers in place of the server, which then never hears of it; undefined leaves it to the server. */
  answer: (request: string, body: string) => { status: number; body: string } | undefined;
  close(): Promise<void>;
}

export async function startGate(target: string): Promise<Gate> {
  const { hostname, port } = new URL(target);
  const requests: string[] = [];
  const server = createServer(async (incoming, answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const name = nameOf(incoming, body);
    requests.push(name);
    const fault = await gate.fault(name, requests.length - 1);
    if (fault === "before") return incoming.socket.destroy();
    if (typeof fault === "number") return answer.writeHead(fault).end();
    const own = gate.answer(name, body.toString());
    if (own) return answer.writeHead(own.status, { "content-type": "application/xml" }).end(own.body);
    // The host is part of what is signed, so headers go through as they are.
    const outgoing = forward(
      { hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers },
      (response) => {
        if (fault === "after") return void response.resume().once("end", () => incoming.socket.destroy());
        answer.writeHead(response.statusCode!, response.headers);
        response.pipe(answer);
      },
    );
    outgoing.once("error", () => incoming.socket.destroy());
    outgoing.end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const gate: Gate = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    fault: () => undefined,
    answer: () => undefined,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return gate;
}

function nameOf({ method, url }: IncomingMessage, body: Buffer): string {
  const action = new URLSearchParams(body.toString()).get("Action");
  if (method === "POST" && action) return action;
  const { pathname, searchParams } = new URL(url!, "http://x");
  const [sub] = [...searchParams.keys()].filter((key) => key !== "x-id");
  return `${method} ${pathname}${sub ? `?${sub}` : ""}`;
}
