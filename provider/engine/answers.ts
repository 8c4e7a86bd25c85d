/**
 * An answer taken off the wire: bounded in size and time, JSON where the contract says so.
 */
import { type Dispatcher, errors } from "undici";
import { contract, resolve } from "../contract";
import { badAnswer, connectionFailure, type Failure, refusal, type Request } from "./failures";

export type Outcome = { status: number; body: unknown } | Failure;

/** Larger answers are refused: a page of a hundred objects is far below. */
const maxBody = 64 * 1024 * 1024;

/** @param within milliseconds for the whole body, so that an answer that trickles ends too. */
export async function readAnswer(
  request: Request,
  { statusCode: status, headers, body }: Dispatcher.ResponseData,
  { within, now }: { within: number; now: number },
): Promise<Outcome> {
  const success = status >= 200 && status < 300;
  let bytes: Buffer | undefined;
  try {
    bytes = await readBody(body, within);
  } catch (cause) {
    // Of a refusal the status is enough.
    if (success) return connectionFailure(request, cause, true);
  }
  if (success && !bytes) return badAnswer(request, `with more than ${maxBody / 1024 / 1024} MiB`, status);
  if (success && bytes) return believe(request, status, bytes, String(headers["content-type"]));
  return refusal(request, {
    status,
    location: originOf(headers.location),
    body: bytes && parse(bytes)?.value,
    retryAfter: waitAsked(headers["retry-after"], now),
  });
}

/** `undefined` when it is too large; the rest is then not read. */
async function readBody(body: Dispatcher.ResponseData["body"], within: number): Promise<Buffer | undefined> {
  const late = setTimeout(() => body.destroy(new errors.BodyTimeoutError()), within);
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBody) return undefined;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, size);
  } finally {
    clearTimeout(late);
  }
}

/** A success, when it is what the contract says it is. */
function believe(request: Request, status: number, bytes: Buffer, contentType: string): Outcome {
  const { responses } = contract.operations[request.operation];
  const schema = responses[status] ?? Object.entries(responses).find(([code, one]) => code.startsWith("2") && one)?.[1];
  if (status === 204 || (bytes.length === 0 && !schema)) return { status, body: undefined };
  const parsed = parse(bytes);
  if (!parsed) {
    // Where no body is documented, words in it do no harm; a web page means that someone else answered.
    if (!schema && !contentType.includes("html")) return { status, body: undefined };
    const what = bytes.length === 0 ? "nothing" : `something that is not JSON (${contentType})`;
    return badAnswer(request, `with ${what}`, status);
  }
  const expected = schema && resolve(schema).type;
  const type = Array.isArray(parsed.value) ? "array" : parsed.value === null ? "null" : typeof parsed.value;
  if ((expected === "object" || expected === "array") && type !== expected) {
    return badAnswer(request, `with ${type} instead of ${expected}`, status);
  }
  return { status, body: parsed.value };
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Of anything but an address on the web nothing is worth telling. */
function originOf(location: string | string[] | undefined): string | undefined {
  const url = URL.parse(String(location));
  return url && /^https?:$/.test(url.protocol) ? url.origin : undefined;
}

function parse(bytes: Buffer): { value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes));
    return isDeeper(value, maxDepth) ? undefined : { value };
  } catch {
    return undefined;
  }
}

/** iconik's own answers have about ten levels; what walks through them would fail on thousands. */
const maxDepth = 100;

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === "object" &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)));

/** Milliseconds from a `Retry-After`, in seconds or as a date (RFC 9110 section 10.2.3). */
function waitAsked(header: string | string[] | undefined, now: number): number | undefined {
  const value = String(header ?? "").trim();
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
