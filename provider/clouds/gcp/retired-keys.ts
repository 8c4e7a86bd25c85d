/**
 * Deletes the key that a storage of Google Cloud had before, once it has the current one: what depends on the storage is
 * done after it. The keys themselves are made by @pulumi/gcp, which keeps what is replaced; there is nothing of this at
 * Google.
 */

import { readFile } from "node:fs/promises";
import { keepSecret } from "../../engine/redact";
import { cloudError, codeOfStatus, peer, type CloudSession, type Kind, type NoOutputs } from "../dynamic";
import { apiUrl, openHttp, parsed, said } from "../http";

export interface GcpRetiredKeysInputs {
  /** E-mail address of the service account. */
  account: string;
  /** Name of the key that the storage has now: `projects/…/serviceAccounts/…/keys/…`. */
  current: string;
}

export const GcpRetiredKeys: Kind<GcpRetiredKeysInputs, NoOutputs> = {
  kind: "GcpRetiredKeys",
  words: ({ account }) => `the retired keys of service account ${account}`,
  inputs: { account: { required: true, fixed: "replace" }, current: { required: true } },
  outputs: {},

  make: async (_, { account }) => ({ id: account }),
  read: async () => ({ inputs: {}, outputs: {} }),
  async write(session, _, wanted, __, { inputs: { current: before } }) {
    if (before !== undefined) await retire(session, wanted, before);
  },
  remove: async () => undefined,
};

const idOf = (name: string): string => name.split("/").at(-1)!;

/** The one before and no other: who made the rest is not known. */
async function retire(
  session: CloudSession,
  { account, current }: GcpRetiredKeysInputs,
  before: string,
): Promise<void> {
  const byHand = `gcloud iam service-accounts keys delete ${idOf(before)} --iam-account ${account}, then pulumi state delete of this resource`;
  const path = `/projects/-/serviceAccounts/${encodeURIComponent(account)}/keys`;
  const ask = await connect(session, byHand);
  const listed = (await ask("GET", `${path}?keyTypes=USER_MANAGED`)) as { keys?: { name: string }[] } | undefined;
  const ids = (listed?.keys ?? []).map(({ name }) => idOf(name));
  if (!ids.includes(idOf(current))) {
    throw cloudError({
      code: "not-found",
      message: `service account ${account} has no key ${idOf(current)}, so the old one was not deleted. Run pulumi refresh, then run again. Or do it by hand: ${byHand}`,
    });
  }
  if (ids.includes(idOf(before))) {
    await ask("DELETE", `${path}/${encodeURIComponent(idOf(before))}`);
    session.note(`key ${idOf(before)} of service account ${account} is retired and was deleted`);
  }
  const others = ids.filter((id) => id !== idOf(current) && id !== idOf(before));
  if (others.length > 0)
    session.note(
      `service account ${account} has other keys, which are not of this stack: ${others.join(", ")}. Delete those that nothing uses`,
    );
}

/** A call of Google's IAM (https://docs.cloud.google.com/iam/docs/reference/rest); undefined: there is no such thing. */
type Ask = (method: "GET" | "DELETE", path: string) => Promise<unknown>;

/** As Terraform's provider, an address in `GOOGLE_IAM_CUSTOM_ENDPOINT` goes before Google's. */
async function connect(session: CloudSession, byHand: string): Promise<Ask> {
  const base = apiUrl(
    process.env.GOOGLE_IAM_CUSTOM_ENDPOINT?.trim() || "https://iam.googleapis.com/v1/",
    "GOOGLE_IAM_CUSTOM_ENDPOINT",
  );
  const http = session.shared("gcp http", () => openHttp(session));
  const token = await session.shared("gcp token", () => tokenOf(byHand));
  return async (method, path) => {
    const { status, text } = await http.send({
      method,
      url: `${base}${path}`,
      headers: { authorization: `Bearer ${token}` },
      repeatable: true,
    });
    if (status === 404) return undefined;
    const body = parsed(text) as { error?: { message?: unknown } } | undefined;
    if (status < 300 && body !== undefined) return body;
    const advice =
      status === 403
        ? ". The credentials need iam.serviceAccountKeys.list and iam.serviceAccountKeys.delete"
        : status >= 500
          ? ". Try again later"
          : "";
    const operation = `${method} ${path.split("?")[0]}`;
    throw cloudError({
      code: status < 300 ? "bad-answer" : codeOfStatus(status),
      status,
      operation,
      message: `Google answered ${status} to ${operation}${said(body?.error?.message)}${advice}`,
    });
  };
}

/** Where @pulumi/gcp looks: `GOOGLE_OAUTH_ACCESS_TOKEN`, `GOOGLE_CREDENTIALS`, then Google's own defaults. */
async function tokenOf(byHand: string): Promise<string> {
  const given = process.env.GOOGLE_OAUTH_ACCESS_TOKEN?.trim();
  if (given) return keepSecret(given);
  const { GoogleAuth, JWT } = await peer("google-auth-library", () => import("google-auth-library"));
  const scopes = ["https://www.googleapis.com/auth/cloud-platform"];
  const written = process.env.GOOGLE_CREDENTIALS?.trim();
  const of = written ? await serviceAccountIn(written) : undefined;
  const failed = (cause?: unknown) =>
    cloudError({
      code: "no-credentials",
      message: `Google's credentials to delete old keys with are not there, or are not accepted${said((cause as Error | undefined)?.message)}. Set GOOGLE_CREDENTIALS or GOOGLE_APPLICATION_CREDENTIALS, or log in: gcloud auth application-default login. Or do it by hand: ${byHand}`,
      cause,
    });
  try {
    const token = of
      ? (await new JWT({ ...of, scopes }).getAccessToken()).token
      : await new GoogleAuth({ scopes }).getAccessToken();
    if (token) return keepSecret(token);
  } catch (error) {
    throw failed(error);
  }
  throw failed();
}

/** As JSON, or in a file. */
async function serviceAccountIn(text: string): Promise<{ email: string; key: string }> {
  const json = text.startsWith("{") ? text : await readFile(text, "utf8").catch(() => "");
  const { client_email: email, private_key: key } = (parsed(json) ?? {}) as Record<string, unknown>;
  if (typeof email === "string" && typeof key === "string") return { email, key: keepSecret(key) };
  throw cloudError({
    code: "bad-setting",
    message:
      "GOOGLE_CREDENTIALS is no key of a service account, as JSON or in a file. Other credentials go into a file that GOOGLE_APPLICATION_CREDENTIALS names",
  });
}
