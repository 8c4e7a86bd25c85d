/**
 * Checks of a storage's credentials. Those of an S3 storage on loopback are really tried, with the calls that iconik's
 * help pages ask permissions for; all others answer as the switch says.
 */
import { createHash } from "node:crypto";
import { AwsClient } from "aws4fetch";
import ipaddr from "ipaddr.js";
import type { Call, Item } from "./call";
import { refuse } from "./refusal";

/** Can the storage be reached with these credentials? */
export async function verifyAccess(call: Call, storage: Item): Promise<Item> {
  const bucket = bucketOf(storage);
  if (!bucket) return untried(call, { access_check: true }, { access_check: false });
  const error = await problem(() => bucket.list());
  return { access_check: !error, ...(error && { error_message: error }) };
}

/** Do the credentials allow reading, writing, deleting and setting the CORS rules? These are written, as iconik does. */
export async function verifyPermissions(call: Call, storage: Item): Promise<Item> {
  const bucket = bucketOf(storage);
  if (!bucket) {
    const all = (to: boolean) => ({ read_access: to, write_access: to, delete_access: to, cors: to });
    const { read, write, delete: remove } = storage.settings ?? {};
    const asDescribed = {
      read_access: read !== false,
      write_access: write !== false,
      delete_access: remove !== false,
      cors: true,
    };
    return untried(call, call.tenant.switches.verification === "everything" ? all(true) : asDescribed, all(false));
  }
  const write = await problem(() => bucket.put());
  const read = (await problem(() => bucket.list())) ?? unreadable(await problem(() => bucket.get()));
  const remove = await problem(() => bucket.remove());
  const cors = await problem(() => bucket.allowOrigin(call.origin));
  return {
    read_access: !read,
    write_access: !write,
    delete_access: !remove,
    cors: !cors,
    ...(read && { read_access_error: read }),
    ...(write && { write_access_error: write }),
    ...(remove && { delete_access_error: remove }),
    ...(cors && { cors_error: cors }),
  };
}

/** That the object is not there is told to whoever may read it. */
const unreadable = (error: string | undefined): string | undefined => (error === "NoSuchKey" ? undefined : error);

function untried(call: Call, good: Item, bad: Item): Item {
  const { verification } = call.tenant.switches;
  if (verification === "notImplemented") refuse(501, "Not implemented for this storage method");
  return verification !== "denied" ? good : { ...bad, error_message: "Access denied" };
}

interface Bucket {
  list(): Promise<Response>;
  put(): Promise<Response>;
  get(): Promise<Response>;
  remove(): Promise<Response>;
  allowOrigin(origin: string): Promise<Response>;
}

/** The bucket behind an S3 storage on loopback with keys of its own; nothing for all others. */
function bucketOf({ method, settings }: Item): Bucket | undefined {
  if (method !== "S3" || !settings.access_key || !settings.secret_key || !isLoopback(settings.endpoint))
    return undefined;
  const client = new AwsClient({
    accessKeyId: settings.access_key,
    secretAccessKey: settings.secret_key,
    ...(settings.session_token && { sessionToken: settings.session_token }),
    service: "s3",
    region: settings.region || "us-east-1",
    retries: 0,
  });
  const url = `${settings.endpoint.replace(/\/+$/, "")}/${encodeURIComponent(settings.bucket)}`;
  const folder = String(settings.path ?? "").replace(/^\/+|\/+$/g, "");
  const prefix = folder && `${folder}/`;
  const probe = `${url}/${prefix.split("/").map(encodeURIComponent).join("/")}.iconik-verification`;
  const send = (to: string, init: RequestInit = {}) =>
    client.fetch(to, { ...init, signal: AbortSignal.timeout(10_000) });
  return {
    list: () => send(`${url}?list-type=2&max-keys=1&prefix=${encodeURIComponent(prefix)}`),
    put: () => send(probe, { method: "PUT", body: "verification" }),
    get: () => send(probe),
    remove: () => send(probe, { method: "DELETE" }),
    allowOrigin(origin) {
      const methods = ["GET", "PUT", "POST", "HEAD"]
        .map((method) => `<AllowedMethod>${method}</AllowedMethod>`)
        .join("");
      const rule = `<AllowedOrigin>${origin}</AllowedOrigin>${methods}<AllowedHeader>*</AllowedHeader>`;
      const body = `<CORSConfiguration><CORSRule>${rule}</CORSRule></CORSConfiguration>`;
      const digest = createHash("md5").update(body).digest("base64");
      return send(`${url}?cors`, { method: "PUT", body, headers: { "content-md5": digest } });
    },
  };
}

function isLoopback(endpoint: unknown): boolean {
  try {
    const { hostname } = new URL(String(endpoint));
    const host = hostname.replace(/^\[|\]$/g, "");
    return host === "localhost" || (ipaddr.isValid(host) && ipaddr.process(host).range() === "loopback");
  } catch {
    return false;
  }
}

/** What went wrong with an S3 call: the error's code, or that nobody answered. */
async function problem(send: () => Promise<Response>): Promise<string | undefined> {
  try {
    const response = await send();
    const text = await response.text();
    if (response.ok) return undefined;
    return /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ?? `HTTP ${response.status}`;
  } catch (cause) {
    return cause instanceof Error ? `No answer: ${cause.message}` : "No answer";
  }
}
