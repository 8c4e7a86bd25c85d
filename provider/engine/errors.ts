/**
 * The one error that people and programs meet: a code from a closed list, and a message that says what happened,
 * where, what was given and what to do. Messages are free of secrets and of anything a terminal would obey.
 */
import { inspect, stripVTControlCharacters } from "node:util";
import { scrub } from "./redact";

/** Every code, with what it means. */
export const errorCodes = {
  unauthorized: "iconik does not accept the credentials",
  forbidden: "the credentials are good, but may not do this",
  "not-found": "iconik has no such object",
  conflict: "what is there already stands against the change",
  rejected: "iconik finds the request wrong",
  "rate-limited": "iconik's rate limit stayed exhausted",
  unavailable: "iconik failed or was down",
  "timed-out": "iconik did not answer in time",
  unreachable: "no connection to iconik: DNS, refused, reset, TLS or proxy",
  "bad-answer": "iconik answered something that cannot be believed: not JSON, cut off, or a list that does not add up",
  redirected: "the address points elsewhere",
  "wrong-tenant": "the credentials belong to another tenant than the object or the stack",
  "no-credentials": "no credentials are set",
  "bad-setting": "a setting has no usable value",
  exists: "an object with this natural key is there and was not to be adopted",
  ambiguous: "several objects have this natural key",
  moved: "the object changed between the plan and the write",
  "not-stored": "iconik accepted a value and did not keep it",
  unverified: "what iconik can do with it is not what is described",
  "unknown-reference": "a name or id refers to nothing",
  "lock-out": "the change would shut out whoever makes it, or whoever could mend it",
  guarded: "the change takes away more than was asked for in so many words",
  "cannot-change": "iconik cannot change this once the object exists",
  unsupported: "iconik or this version cannot do it",
  interrupted: "stopped before it was done",
  internal: "a bug in pulumi-iconik",
} as const;

export type ErrorCode = keyof typeof errorCodes;

export interface ErrorParts {
  code: ErrorCode;
  message: string;
  /** Lines that stand below the sentence as they are: to be pasted. */
  below?: string;
  /** Method and path template, a key of the contract: `POST /API/files/v1/storages/`. */
  operation?: string;
  /** HTTP status of the answer. */
  status?: number;
  /** `unknown`: iconik may or may not have done what was asked; look before asking again. */
  acted?: "unknown";
  /** The code in words, where it is not iconik that answered. Default: those of `errorCodes`. */
  meaning?: string;
  cause?: unknown;
}

/** How an error last turned into text, which is how `quietStacks` knows Pulumi's line about it. */
let lastText: string | undefined;

/**
 * Pulumi's provider process prints `${error}: ${error.stack}` for failures of check, diff, read and delete, once per
 * resource, and prints the message besides. So `stack` is empty, and `quietStacks` drops what remains of the line.
 * There is never an `id` on it: Pulumi takes an error with one for an object that was made.
 */
export class IconikError extends Error {
  override readonly name = "IconikError";
  readonly code: ErrorCode;
  readonly below?: string;
  readonly operation?: string;
  readonly status?: number;
  readonly acted?: "unknown";
  readonly meaning: string;

  constructor({ code, message, below, operation, status, acted, meaning, cause }: ErrorParts) {
    super(plain(message), cause === undefined ? undefined : { cause });
    this.code = code;
    this.below = below;
    this.operation = operation;
    this.status = status;
    this.acted = acted;
    this.meaning = meaning ?? errorCodes[code];
    this.stack = "";
  }

  [Symbol.toPrimitive](): string {
    return (lastText = this.message);
  }
}

/**
 * From here on this process prints no line of Pulumi's about an `IconikError`; everything else goes where it went.
 * For the provider process alone. Calling it again changes nothing.
 */
export function quietStacks(): void {
  if (console.error === quiet) return;
  loud = console.error;
  console.error = quiet;
}

let loud: typeof console.error = console.error;

function quiet(...args: unknown[]): void {
  const ours = args.length === 1 && lastText !== undefined && args[0] === `${lastText}: `;
  lastText = undefined;
  if (!ours) loud.apply(console, args);
}

/** One plain line for people, whatever was thrown, never longer than 2,000 characters; and what stands below it. */
export function describe(error: unknown): string {
  const below = error instanceof IconikError && error.below !== undefined ? `\n${plain(error.below)}` : "";
  const line = plain(words(error)).replace(/\s+/g, " ").trim();
  return `${line.length > 2_000 ? `${line.slice(0, 1_999)}…` : line}${below}`;
}

function words(error: unknown): string {
  if (error instanceof IconikError) {
    const [method, path] = error.operation?.split(" ") ?? [];
    const placed = !path || error.message.includes(`${method} /`);
    return placed ? error.message : `${error.message} (${error.operation})`;
  }
  if (error instanceof AggregateError && !error.message && error.errors.length > 0) return words(error.errors[0]);
  if (error instanceof Error) {
    const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
    return `${errorCodes.internal}: ${error.name}: ${error.message}${cause}`;
  }
  return `${errorCodes.internal}: ${typeof error === "string" ? error : inspect(error, { maxStringLength: null })}`;
}

/** A text without secrets, terminal sequences and characters that cannot be seen. Line breaks stay. */
export function plain(text: string): string {
  const visible = stripVTControlCharacters(scrub(text))
    .replace(/[\t\v\f\r\u0085\u2028\u2029]/g, " ")
    // All that is for the device or cannot be seen; but the joiners are part of words and of pictures.
    .replace(/[^\P{Cc}\n]|(?![\u200c\u200d])\p{Cf}|\p{Cs}/gu, "");
  // Once more, for what such characters had split; the first time was for secrets that contain any.
  return scrub(visible);
}

/** Did iconik answer that there is no such thing? Nothing else ever means that. */
export const isMissing = (error: unknown): error is IconikError =>
  error instanceof IconikError && error.code === "not-found";
