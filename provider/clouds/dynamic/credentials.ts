/** The credentials of whoever administers a cloud. They are never inputs, so they are never in state. */

import { IconikError } from "../../engine/errors";
import { keepSecret } from "../../engine/redact";
import { isCloudLabel } from "../administrators";
import { cloudMeanings } from "./errors";

/**
 * Names in camelCase, with what they are called in the environment after the cloud's label, and whether they are secret:
 * `{ accessKeyId: ["ACCESS_KEY_ID"], secretAccessKey: ["SECRET_ACCESS_KEY", "secret"] }`.
 */
export type CredentialNames<Name extends string> = Readonly<
  Record<Name, readonly [variable: string, secret?: "secret"]>
>;
export type Credentials<Name extends string> = Readonly<Record<Name, string>>;

/**
 * Of the cloud with this label: from `<LABEL>_<VARIABLE>`, else from the stack config `iconik:clouds`, an object by
 * label. All from one place, so that two halves never meet that do not belong together.
 * @throws IconikError `no-credentials` with the variables that are missing, `bad-setting`
 */
export function readCredentials<Name extends string>(
  label: string,
  names: CredentialNames<Name>,
  { env, config }: { env: Readonly<Record<string, string | undefined>>; config: (key: string) => string | undefined },
): Credentials<Name> {
  if (!isCloudLabel(label)) {
    throw fail(
      "bad-setting",
      `"${label}" cannot name a cloud: its credentials are read from variables, so use letters, digits, - and _`,
    );
  }
  const entries = Object.entries(names) as [Name, CredentialNames<Name>[Name]][];
  const variableOf = (variable: string) => `${label.toUpperCase().replaceAll("-", "_")}_${variable}`;
  const fromEnv = entries.map(([, [variable]]) => env[variableOf(variable)]?.trim() || undefined);
  const configured = fromEnv.every((value) => value === undefined) ? clouds(config)[label] : undefined;
  const values = entries.map(
    ([name], index) =>
      fromEnv[index] ?? (typeof configured?.[name] === "string" ? (configured[name] as string) : undefined),
  );
  const missing = entries
    .filter((_, index) => values[index] === undefined)
    .map(([, [variable]]) => variableOf(variable));
  if (missing.length > 0) {
    const keys = entries.map(([name]) => name).join(", ");
    throw fail(
      "no-credentials",
      `no credentials for the cloud ${label}: set ${missing.join(" and ")}, or the secret iconik:clouds with ${label}: { ${keys} }`,
    );
  }
  for (const [index, [, [, secret]]] of entries.entries()) if (secret) keepSecret(values[index]);
  return Object.fromEntries(entries.map(([name], index) => [name, values[index]!])) as Credentials<Name>;
}

function clouds(config: (key: string) => string | undefined): Record<string, Record<string, unknown> | undefined> {
  const text = config("iconik:clouds");
  if (!text) return {};
  keepSecret(text);
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null)
      return Object.assign(Object.create(null), keepSecret(parsed)) as Record<string, Record<string, unknown>>;
  } catch {
    // Its text is secret, and so is what a parser would say of it.
  }
  throw fail("bad-setting", "iconik:clouds must be an object by label; set it with pulumi config set --secret --path");
}

const fail = (code: "bad-setting" | "no-credentials", message: string): IconikError =>
  new IconikError({ code, message, meaning: cloudMeanings[code] });
