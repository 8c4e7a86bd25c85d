/**
 * Calls to the API of a cloud that has no client library worth its size. It knows no cloud: how a refusal reads is the
 * caller's business.
 */
import { Agent, type Dispatcher, EnvHttpProxyAgent } from "undici";
import { answeredWithin } from "../engine/deadline";
import { IconikError, plain, type ErrorParts } from "../engine/errors";
import { isLoopback } from "../engine/settings";
import { type CloudErrorCode, cloudMeanings } from "./dynamic/errors";
import type { CloudSession } from "./dynamic/kind";

export interface CloudRequest {
  method: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  url: string;
  headers?: Record<string, string>;
  body?: string;
  /** It changes nothing, or the same when it is done twice: sent again when nobody knows what became of it. */
  repeatable: boolean;
}

export interface CloudAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

export interface Http {
  /**
   * The answer, whatever its status. A 429 is waited for and asked again, and so is any trouble of the server with a
   * request that may be repeated.
   * @throws CloudFailure for no answer; `acted: "unknown"` when the request may have done its work all the same.
   */
  send(request: CloudRequest): Promise<CloudAnswer>;
  close(): Promise<void>;
}

export interface HttpOptions {
  /** Milliseconds until the answer begins (60,000). */
  within?: number;
  /** For the jitter between attempts: from 0 up to 1. */
  random?: () => number;
}

/** A failure of a cloud, in the words of the one error that people meet. */
export class CloudFailure extends IconikError {
  /** The cloud's own code: `duplicate_bucket_name`. */
  readonly reason?: string;
  constructor({ reason, ...parts }: ErrorParts & { code: CloudErrorCode; reason?: string }) {
    super({ meaning: cloudMeanings[parts.code], ...parts });
    this.reason = reason;
  }
}

const maxAttempts = 5;
const maxBody = 16 * 1024 * 1024;
const firstWait = 500;
const singleWait = 30_000;
const longestWait = 120_000;
const passing = new Set([408, 429, 500, 502, 503, 504]);

/** One per cloud and process. Nothing is sent before the first call; a request under way is never cut off. */
export function openHttp(
  { wait: pause, signal }: Pick<CloudSession, "wait" | "signal">,
  { random = Math.random, within = 60_000 }: HttpOptions = {},
): Http {
  let direct: Dispatcher | undefined;
  let proxied: Dispatcher | undefined;
  const connection = { timeout: 10_000, rejectUnauthorized: true };
  const settings = {
    connect: connection,
    requestTls: connection,
    proxyTls: connection,
    headersTimeout: 0,
    bodyTimeout: within,
  };
  // A proxy's loopback is another one.
  const dispatcher = (url: URL): Dispatcher =>
    isLoopback(url)
      ? (direct ??= new Agent(settings).compose(answeredWithin(within)))
      : (proxied ??= new EnvHttpProxyAgent(settings).compose(answeredWithin(within)));

  async function once(request: CloudRequest): Promise<CloudAnswer> {
    const url = new URL(request.url);
    const { statusCode, headers, body } = await dispatcher(url).request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method,
      headers: request.headers,
      body: request.body,
    });
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBody) throw new Error(`more than ${maxBody / 1024 / 1024} MiB`);
      chunks.push(chunk);
    }
    const plainHeaders = Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), [value].flat().join(", ")]],
    );
    return { status: statusCode, headers: Object.fromEntries(plainHeaders), text: Buffer.concat(chunks).toString() };
  }

  return {
    async send(request) {
      let waited = 0;
      for (let attempt = 1; ; attempt++) {
        if (signal.aborted) throw stopped(request);
        let answer: CloudAnswer | undefined;
        let failure: CloudFailure | undefined;
        try {
          answer = await once(request);
        } catch (cause) {
          failure = noAnswer(request, cause);
          if (failure.acted === "unknown" || !mayPass(cause)) throw failure;
        }
        // A 429 is the server's word that it did nothing; of other troubles only the caller can find out.
        if (answer && (!passing.has(answer.status) || (answer.status !== 429 && !request.repeatable))) return answer;
        const jitter = random() * Math.min(singleWait, firstWait * 2 ** attempt);
        const wait = Math.min(singleWait, Math.max(asked(answer?.headers["retry-after"]), jitter));
        waited += wait;
        if (attempt >= maxAttempts || waited > longestWait) {
          if (answer) return answer;
          throw failure!;
        }
        await pause(wait);
      }
    },
    async close() {
      await Promise.all([direct?.close(), proxied?.close()]);
    },
  };
}

/** What a cloud said of a refusal, at most 300 characters, in one line and without anything secret. */
export function said(text: unknown): string {
  if (typeof text !== "string" || text === "") return "";
  const line = plain(text).replace(/\s+/g, " ").trim();
  return `: ${line.length > 300 ? `${line.slice(0, 299)}…` : line}`;
}

/**
 * The address of an API in its one spelling, without a slash at its end.
 * @throws CloudFailure `bad-setting` for anything else, and for plain http to another machine.
 */
export function apiUrl(value: string, setting: string): string {
  const url = URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new CloudFailure({
      code: "bad-setting",
      message: `${setting} must be a whole address such as https://api.example.com`,
    });
  }
  if (url.protocol === "http:" && !isLoopback(url)) {
    throw new CloudFailure({
      code: "bad-setting",
      message: `${setting} must begin with https://, or keys could be read on the way to ${url.host}`,
    });
  }
  return (url.origin + url.pathname).replace(/\/+$/, "");
}

/** JSON, or nothing when it is none. */
export function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const place = ({ method, url }: CloudRequest): string => {
  const { pathname, host } = new URL(url);
  return `${method} ${pathname} at ${host}`;
};

function stopped(request: CloudRequest): CloudFailure {
  return new CloudFailure({ code: "interrupted", message: `stopped before ${place(request)} was done` });
}

/** No request ever left. */
const beforeSending = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_ABORTED",
  "UND_ERR_PRX_TLS",
]);
const certificate = /^(ERR_TLS_CERT_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_|HOSTNAME_MISMATCH)/;

const reasonOf = (cause: unknown): string => (cause as { code?: string }).code ?? "";

/** Neither a name that does not exist nor a certificate becomes good by waiting. */
const mayPass = (cause: unknown): boolean => !certificate.test(reasonOf(cause)) && reasonOf(cause) !== "ENOTFOUND";

function noAnswer(request: CloudRequest, cause: unknown): CloudFailure {
  const reason = reasonOf(cause);
  const { host } = new URL(request.url);
  if (certificate.test(reason)) {
    return new CloudFailure({
      code: "unreachable",
      message: `the certificate of ${host} is not accepted (${reason}); for a certificate authority of your own, set NODE_EXTRA_CA_CERTS`,
      cause,
    });
  }
  if (beforeSending.has(reason)) {
    return new CloudFailure({
      code: "unreachable",
      message: `cannot reach ${host} (${reason}); look at the address, and at HTTPS_PROXY if you are behind a proxy`,
      cause,
    });
  }
  const late = /TIMEOUT/.test(reason);
  const doubt = request.repeatable ? "" : ". It is not known whether it was done";
  return new CloudFailure({
    code: late ? "timed-out" : "unreachable",
    message: `${place(request)} ${late ? "was not answered in time" : `broke off (${reason || (cause as Error).message})`}${doubt}. Try again`,
    ...(!request.repeatable && { acted: "unknown" as const }),
    cause,
  });
}

/** Milliseconds from a `Retry-After`, in seconds or as a date. */
function asked(header: string | undefined): number {
  if (header === undefined) return 0;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? 0 : Math.max(0, at - Date.now());
}
