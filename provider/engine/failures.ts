/**
 * What can go wrong between us and iconik, as errors: refusals with what to do about them, and connections that fail.
 */
import { contract } from "../contract";
import { type ErrorCode, IconikError, plain } from "./errors";
import type { SettingNames } from "./settings";

/** One request, as far as messages speak of it. */
export interface Request {
  /** Key of the contract: `GET /API/files/v1/storages/{storage_id}/`. */
  operation: string;
  /** The same with the parameters filled in, and the host: `GET /API/… at app.iconik.io`. */
  place: string;
  host: string;
  settings: SettingNames;
  /** A request that may change something: its failures say whether it may have. */
  writes: boolean;
  /** An earlier attempt at the same request may have reached iconik. */
  doubtful: boolean;
}

/** What became of one attempt that did not succeed. */
export interface Failure {
  error: IconikError;
  /** iconik may have acted on it. When not, even a POST may be sent again. */
  reached: boolean;
  /** Trying again can help. */
  passing: boolean;
  /** Milliseconds that iconik asked to wait. */
  retryAfter?: number;
}

/** An answer that is not a success, its body parsed when it was JSON. */
export interface Refusal {
  status: number;
  /** Origin that a redirect points to. */
  location?: string;
  body?: unknown;
  retryAfter?: number;
}

const codes: Record<number, ErrorCode> = {
  401: "unauthorized",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
  412: "conflict",
  429: "rate-limited",
  // files.json: the credential check of a storage method that has none.
  501: "unsupported",
};

/** Answers after which the same request may succeed a moment later. */
const passingStatus = new Set([429, 500, 502, 503, 504]);

/** What an answer means that is not a success. */
export function refusal(request: Request, { status, location, body, retryAfter }: Refusal): Failure {
  // A 4xx is iconik's word that it did nothing.
  const reached = status >= 500 || status < 400;
  const acted = request.writes && (request.doubtful || reached) ? "unknown" : undefined;
  const [code, message] = refusalWords(request, status, complaint(body), location);
  const error = new IconikError({ code, message, operation: request.operation, status, acted });
  return { error, reached, passing: passingStatus.has(status), retryAfter };
}

function refusalWords(request: Request, status: number, said: string, location?: string): [ErrorCode, string] {
  const { operation, place, host, settings } = request;
  const answered = `${place} answered ${status}${said && `: ${said}`}`;
  if (status < 400) {
    const target = location ? ` and points to ${location}, which was not followed` : "";
    return ["redirected", `${answered}${target}. Set ${settings.url} to the address of the tenant itself`];
  }
  const code = codes[status] ?? (status >= 500 ? "unavailable" : "rejected");
  switch (code) {
    case "unauthorized":
      return [
        code,
        `iconik does not accept the credentials: ${answered}. Look at ${settings.appId} and ${settings.authToken}, ` +
          `and whether ${settings.url} is the tenant that they belong to`,
      ];
    case "forbidden":
      return [code, `this token may not ${place} (403${said && `: ${said}`}); ${needs(operation)}`];
    case "rate-limited":
      return [code, `${answered}. ${host} takes no more requests for now: try again later, with fewer at a time`];
    case "unavailable":
      return [code, `${answered}. ${doubt(request)}Try again later`];
    case "conflict":
      return [code, `${answered}. Somebody else may have changed it: run pulumi refresh, then run again`];
    case "not-found":
      return [code, `${answered}. It may have been deleted in iconik: run pulumi refresh, then run again`];
    case "rejected":
      return [code, `${answered}. Correct what it names, then run again`];
    default:
      return [code, answered];
  }
}

/**
 * Whether iconik says that there is no such thing: 404, or 400 where its documents give no 404 (`auth.json`:
 * applications and tokens). One such answer proves nothing; whoever asks looks elsewhere too.
 */
export function saysGone(error: unknown): boolean {
  if (!(error instanceof IconikError)) return false;
  if (error.code === "not-found") return true;
  const { responses = {} } = contract.operations[error.operation ?? ""] ?? {};
  return error.status === 400 && /^(GET|DELETE) .*\{/.test(error.operation!) && !("404" in responses);
}

/** Roles come from the contract. Access lists and iconik Shield answer 403 too, and the answer does not tell which. */
function needs(operation: string): string {
  const roles = contract.operations[operation]?.roles ?? [];
  const others = "the object's access list keeps it out, or the caller's address is not in iconik Shield's lists";
  if (roles.length === 0) return `iconik names no role for this: it takes an administrator, or ${others}`;
  const [role, that] = roles.length > 1 ? ["roles", "those"] : ["role", "that"];
  return `it needs the ${role} ${roles.join(", ")}. If it holds ${that}, ${others}`;
}

/** No request ever left: for these alone a POST is repeated. */
const beforeSending: Record<string, string> = {
  ECONNREFUSED: "connection refused",
  ENOTFOUND: "no such host name",
  EAI_AGAIN: "the host name could not be looked up",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "no route to the network",
  UND_ERR_CONNECT_TIMEOUT: "no connection in time",
  // How undici reports a proxy that refuses the tunnel; we never abort a request ourselves.
  UND_ERR_ABORTED: "the proxy refused",
  UND_ERR_PRX_TLS: "no secure connection to the proxy",
};

/** A certificate that is not accepted (https://nodejs.org/api/tls.html#x509-certificate-error-codes). */
const certificate = /^(ERR_TLS_CERT_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_|HOSTNAME_MISMATCH)/;

/** Any other trouble with the encryption, which may come up after the request was sent. */
const encryption = /^(ERR_TLS_|ERR_SSL_|EPROTO)/;

/** What an error of the HTTP library means. `begun`: the answer had begun. */
export function connectionFailure(request: Request, cause: unknown, begun: boolean): Failure {
  const { code: reason = "", message = "" } = cause as { code?: string; message?: string };
  const reached = begun || !(certificate.test(reason) || reason in beforeSending);
  const [code, words] = connectionWords(request, reason, message, begun);
  const acted = request.writes && (request.doubtful || reached) ? "unknown" : undefined;
  const error = new IconikError({
    code,
    message: reached && request.writes ? `${words}. ${doubt(request).trim()}` : words,
    operation: request.operation,
    acted,
    cause,
  });
  // Neither becomes good by waiting.
  return { error, reached, passing: !certificate.test(reason) && !encryption.test(reason) };
}

function connectionWords(request: Request, reason: string, message: string, begun: boolean): [ErrorCode, string] {
  const { place, host, settings } = request;
  if (/^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(reason))
    return ["timed-out", `${place} was not answered in time. Try again later`];
  if (begun) return ["bad-answer", `the answer to ${place} broke off (${reason || message}). Try again`];
  if (certificate.test(reason)) {
    return [
      "unreachable",
      `the certificate of ${host} is not accepted (${reason}: ${message}). Look at ${settings.url}; ` +
        "for a certificate authority of your own, set NODE_EXTRA_CA_CERTS",
    ];
  }
  if (encryption.test(reason)) {
    return ["unreachable", `no secure connection to ${host} (${reason}). Look at ${settings.url}`];
  }
  const advice = `Look at ${settings.url}, and at HTTPS_PROXY if you are behind a proxy`;
  const known = beforeSending[reason];
  if (known) return ["unreachable", `cannot reach ${host} (${known}: ${message || reason}). ${advice}`];
  const broke = [reason, message].filter(Boolean).join(": ");
  return ["unreachable", `the connection broke during ${place} (${broke}). ${advice}`];
}

/** For a success that cannot be believed. */
export function badAnswer(request: Request, problem: string, status: number, cause?: unknown): Failure {
  const { operation, place, settings, writes } = request;
  const message = `${place} answered ${status} ${problem}. ${doubt(request)}Is ${settings.url} right?`;
  const acted = writes ? "unknown" : undefined;
  const error = new IconikError({ code: "bad-answer", message, operation, status, acted, cause });
  return { error, reached: true, passing: false };
}

/** Nothing is sent once the credentials were refused: hundreds of resources would say the same at length. */
export function notTried(request: Request): IconikError {
  return new IconikError({
    code: "unauthorized",
    message: `${request.place}: not tried, iconik refused the credentials before`,
    operation: request.operation,
    status: 401,
    acted: request.doubtful && request.writes ? "unknown" : undefined,
  });
}

/** The run was stopped while the request waited. */
export function interrupted(request: Request, cause: unknown): IconikError {
  const acted = request.doubtful && request.writes;
  return new IconikError({
    code: "interrupted",
    message: `stopped before ${request.place} was done. ${acted ? doubt(request) : "Nothing was changed by it"}`.trim(),
    operation: request.operation,
    acted: acted ? "unknown" : undefined,
    cause,
  });
}

function doubt({ writes }: Request): string {
  return writes ? "It is not known whether iconik acted on it. " : "";
}

/** From iconik's `{"errors": ["…"]}` or `{"errors": {"field": …}}`, at most 500 characters; no other body is shown. */
function complaint(body: unknown): string {
  const { errors, message } = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  // Cleaned before it is cut: half a secret would not be recognised.
  const said = plain(flatten(errors ?? message, "").join("; "))
    .replace(/\s+/g, " ")
    .trim();
  return said.length > 500 ? `${said.slice(0, 499)}…` : said;
}

function flatten(value: unknown, field: string): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one) => flatten(one, field));
  if (typeof value === "object") {
    return Object.entries(value).flatMap(([key, one]) => flatten(one, field ? `${field}.${key}` : key));
  }
  return [field ? `${field}: ${value}` : String(value)];
}
