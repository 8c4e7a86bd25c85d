/**
 * The settings of one tenant, from the environment and the stack config. The environment wins; stack config is kept
 * by Pulumi in its own state, so credentials are better off outside it.
 *
 * With a name (several tenants in one program) the connection comes from `ICONIK_<NAME>_*` and from nowhere else: a
 * variable that is missing must never send one tenant's changes to another.
 */
import { isIPv4 } from "node:net";
import { IconikError } from "./errors";
import { parseExceptions, type Exception } from "./guards/exceptions";
import { keepSecret } from "./redact";

/** Where a tenant is, and with which credentials. */
export interface Connection {
  /** Scheme, host and port of the tenant: `https://app.iconik.io`. */
  url: string;
  appId: string;
  authToken: string;
  /** Share of iconik's rate limit to use, above 0 and at most 1. Default 1. */
  rateShare?: number;
  /** Which of several tenants, so that messages name the right settings. */
  name?: string;
}

export interface Settings extends Connection {
  rateShare: number;
  /** What to do with an object that is already there; left out: refuse. From the environment alone, for one run. */
  adopt?: "exact" | "converge";
  /** What guards let pass, from the environment alone, for one run. */
  allow?: readonly Exception[];
  /** File that keeps what runs are about to change. From the environment alone. */
  undo?: string;
  /** iconik's word for ACL templates where it asks for an object's type. Not documented: left out, it is looked for. */
  aclTemplateObjectType?: string;
  /** The tenant's id (`system_domain_id`), when it is to be checked that the credentials belong to it. */
  domainId?: string;
}

/** As people write them: `ICONIK_URL (or iconik:url)`. */
export type SettingNames = Record<"url" | "appId" | "authToken" | "adopt" | "allow" | "undo", string>;

/** Where settings are looked up. */
export interface Sources {
  env: Record<string, string | undefined>;
  /** Stack config by its whole key, `iconik:url`; with a `name`, the instance's own values under the same keys. */
  config: (key: string) => string | undefined;
  /** Which of several tenants: `PROD-B` reads `ICONIK_PROD_B_URL` and so on. */
  name?: string;
}

export const defaultUrl = "https://app.iconik.io";

/**
 * Reads and checks every setting of the provider; empty values count as not set. The token is registered as a secret.
 * @throws IconikError `no-credentials` naming what is missing, or `bad-setting` naming what is wrong.
 */
export function readSettings({ env, config, name }: Sources): Settings {
  const prefix = environmentPrefix(name);
  const fromEnv = (variable: string) => given(env[`${prefix}${variable}`]);
  const fromConfig = (key: string) => given(config(`iconik:${key}`));
  // A named tenant's connection is never taken from anything but its own variables.
  const connection = (variable: string, key: string) => fromEnv(variable) ?? (name ? undefined : fromConfig(key));

  const allow = fromEnv("ALLOW");
  const authToken = keepSecret(connection("AUTH_TOKEN", "authToken"));
  const appId = connection("APP_ID", "appId");
  if (!appId || !authToken) throw noCredentials({ appId, authToken }, name);
  return {
    url: readUrl(fromEnv("URL"), name ? undefined : fromConfig("url"), `${prefix}URL`),
    appId,
    authToken,
    name,
    rateShare: readShare(fromEnv("RATE_SHARE"), `${prefix}RATE_SHARE`, fromConfig("rateShare")),
    adopt: readAdopt(fromEnv("ADOPT"), settingNames(name).adopt),
    allow: allow === undefined ? undefined : parseExceptions(allow, settingNames(name).allow),
    undo: fromEnv("UNDO"),
    aclTemplateObjectType: fromConfig("aclTemplateObjectType"),
    domainId: fromConfig("domainId"),
  };
}

/** A setting as it is meant: an empty one is not set. CI systems set variables to nothing that nobody gave them. */
export const given = (value: string | undefined): string | undefined => value?.trim() || undefined;

/** The address of the tenant of the environment, or of the stack's config. @throws IconikError `bad-setting` */
export const readAddress = ({ env, config }: Sources): string =>
  readUrl(given(env.ICONIK_URL), given(config("iconik:url")), "ICONIK_URL");

/**
 * Where people set a tenant's connection.
 * @throws IconikError `bad-setting` when the name cannot stand in a variable.
 */
export function settingNames(name?: string): SettingNames {
  const prefix = environmentPrefix(name);
  const or = (key: string) => (name ? "" : ` (or iconik:${key})`);
  return {
    url: `${prefix}URL${or("url")}`,
    appId: `${prefix}APP_ID${or("appId")}`,
    authToken: `${prefix}AUTH_TOKEN${or("authToken")}`,
    adopt: `${prefix}ADOPT`,
    allow: `${prefix}ALLOW`,
    undo: `${prefix}UNDO`,
  };
}

/**
 * A tenant's address in its one spelling: scheme, host and port, nothing after.
 * @throws IconikError `bad-setting` for anything else, and for plain http to another machine.
 */
export function tenantUrl(value: string, setting: string): string {
  const url = URL.parse(value);
  if (!url || (url.protocol !== "https:" && url.protocol !== "http:")) {
    const given = value.includes("@") ? "" : `, not "${value}"`;
    throw badSetting(setting, `must be a whole address such as ${defaultUrl}${given}`);
  }
  if (url.username || url.password) throw badSetting(setting, "must not hold a user name or password");
  if (url.pathname !== "/" || url.search || url.hash) {
    throw badSetting(setting, `must end after the host name: ${url.origin}`);
  }
  if (url.protocol === "http:" && !isLoopback(url)) {
    throw badSetting(setting, `must begin with https://, or the token could be read on the way to ${url.host}`);
  }
  return url.origin;
}

/** Whether an address stays on this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || (isIPv4(hostname) && hostname.startsWith("127."));
}

function environmentPrefix(name: string | undefined): string {
  if (name === undefined) return "ICONIK_";
  if (!/^[a-z0-9]+([-_][a-z0-9]+)*$/i.test(name)) {
    throw new IconikError({
      code: "bad-setting",
      message: `"${name}" cannot name a tenant: its settings are read from variables, so use letters, digits, - and _`,
    });
  }
  return `ICONIK_${name.toUpperCase().replaceAll("-", "_")}_`;
}

function readUrl(env: string | undefined, config: string | undefined, variable: string): string {
  const fromEnv = env && tenantUrl(env, variable);
  const fromConfig = config && tenantUrl(config, "iconik:url");
  if (fromEnv && fromConfig && fromEnv !== fromConfig) {
    throw badSetting(variable, `is ${fromEnv} but iconik:url is ${fromConfig}: unset one of them`);
  }
  return fromEnv || fromConfig || defaultUrl;
}

function readShare(env: string | undefined, variable: string, config: string | undefined): number {
  const value = env ?? config ?? "1";
  const share = Number(value);
  if (share > 0 && share <= 1) return share;
  throw badSetting(env ? variable : "iconik:rateShare", `must be a number above 0 and at most 1, not "${value}"`);
}

function readAdopt(value: string | undefined, setting: string): Settings["adopt"] {
  if (value === undefined || value === "exact" || value === "converge") return value;
  throw badSetting(setting, `must be exact or converge, not "${value}"`);
}

function noCredentials(found: { appId?: string; authToken?: string }, name: string | undefined): IconikError {
  const names = settingNames(name);
  const missing = (["appId", "authToken"] as const).filter((key) => !found[key]).map((key) => names[key]);
  const whose = name ? ` for the tenant ${name}` : "";
  const message = `no iconik credentials${whose}: set ${missing.join(" and ")}`;
  return new IconikError({ code: "no-credentials", message });
}

function badSetting(setting: string, problem: string): IconikError {
  return new IconikError({ code: "bad-setting", message: `${setting} ${problem}` });
}
