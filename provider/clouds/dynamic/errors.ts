/** Failures of clouds, in the codes and with the class of everything else that people meet. */

import { IconikError, type ErrorCode, type ErrorParts } from "../../engine/errors";
import type { CloudSession } from "./kind";

/** What a code means when it is a cloud that was asked. */
export const cloudMeanings = {
  unauthorized: "the cloud does not accept the credentials",
  forbidden: "the credentials are good, but may not do this",
  "not-found": "the cloud has no such thing",
  conflict: "what is there already stands against the change",
  rejected: "the cloud finds the request wrong",
  "rate-limited": "the cloud takes no more requests for now",
  unavailable: "the cloud failed or was down",
  "timed-out": "the cloud did not answer in time",
  unreachable: "no connection to the cloud: DNS, refused, reset or TLS",
  "bad-answer": "the cloud answered something that cannot be believed",
  "wrong-tenant": "the credentials belong to another account than what is in state",
  "no-credentials": "no credentials are set",
  "bad-setting": "a setting has no usable value",
  exists: "it is there already and was not to be adopted",
  moved: "it was changed between the plan and the write",
  "not-stored": "the cloud accepted a value and did not keep it",
  "cannot-change": "the cloud cannot change this once it exists",
  unsupported: "the cloud or this version cannot do it",
  interrupted: "stopped before it was done",
} as const satisfies Partial<Record<ErrorCode, string>>;

export type CloudErrorCode = keyof typeof cloudMeanings;

/** `operation`: the cloud's own word, `PutBucketPolicy`. `acted: "unknown"`: it may have been done. */
export const cloudError = ({ code, ...parts }: ErrorParts & { code: CloudErrorCode }): IconikError =>
  new IconikError({ code, meaning: cloudMeanings[code], ...parts });

const statusCodes: Record<number, CloudErrorCode> = {
  401: "unauthorized",
  403: "forbidden",
  404: "not-found",
  405: "unsupported",
  408: "timed-out",
  409: "conflict",
  412: "conflict",
  429: "rate-limited",
  501: "unsupported",
};

/** What an HTTP status means that is no success. */
export const codeOfStatus = (status: number): CloudErrorCode =>
  statusCodes[status] ?? (status >= 500 ? "unavailable" : "rejected");

export const hasCode = (error: unknown, ...codes: CloudErrorCode[]): error is IconikError =>
  error instanceof IconikError && (codes as ErrorCode[]).includes(error.code);

const passing: readonly CloudErrorCode[] = ["rate-limited", "unavailable", "timed-out", "unreachable"];

/** Pauses before another attempt, in milliseconds. */
const pauses = [250, 1_000, 3_000];

/**
 * Repeats a call that does no harm when it is done twice, as long as another attempt can help. Of what makes something
 * new only a refusal may be repeated: `once` stops at the first answer that is lost.
 */
export async function retrying<T>(
  session: Pick<CloudSession, "wait" | "signal">,
  work: () => Promise<T>,
  { once = false } = {},
): Promise<T> {
  for (const pause of pauses) {
    try {
      return await work();
    } catch (error) {
      if (!hasCode(error, ...passing) || session.signal.aborted || (once && error.acted === "unknown")) throw error;
    }
    await session.wait(pause);
  }
  return work();
}
