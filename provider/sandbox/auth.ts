/** Who calls, applications, and their tokens. */
import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { answer, type Call, type Caller, type Handler, type Item } from "./call";
import { page } from "./lists";
import { collection, present } from "./objects";
import { rolesOf } from "./permissions";
import { refuse } from "./refusal";
import type { Tenant } from "./tenant";

/** How long tokens live unless the tenant's settings or the request say otherwise, in seconds. */
const lifetime = { app: 365 * 86_400, user: 7 * 86_400 };

const service = "/API/auth/v1";

/** The caller behind the headers `App-ID` and `Auth-Token`. Refuses with 401. */
export function authenticate(tenant: Tenant, headers: IncomingHttpHeaders): Caller {
  const appId = String(headers["app-id"] ?? "");
  const value = String(headers["auth-token"] ?? "");
  const token = tenant.all("tokens").find((known) => known.token === value && known.app_id === appId);
  if (!token || Date.parse(`${token.expires}Z`) <= tenant.now()) refuse(401, "Token is invalid");
  const caller = callerOf(tenant, token);
  if (!caller.user) refuse(401, "The application has no default user: it has to log in");
  if (caller.user.status !== "ACTIVE") refuse(401, "The user behind the token is not active");
  return caller;
}

/** A new token: of an application when `userId` is left out, and then it acts as the application's default user. */
export function mint(tenant: Tenant, appId: string, userId?: string, expiresIn?: number): Item {
  const system = tenant.find("settings", "system") ?? {};
  const setting = userId ? system.default_user_token_ttl : system.default_app_token_ttl;
  const seconds = expiresIn ?? (setting || (userId ? lifetime.user : lifetime.app));
  const actsAs = userId ?? tenant.find("apps", appId)?.default_user_id;
  return tenant.insert("tokens", {
    id: randomUUID(),
    token: randomBytes(24).toString("base64url"),
    app_id: appId,
    ...(actsAs && { user_id: actsAs }),
    sandbox_follows_app: userId === undefined,
    expires: tenant.time(tenant.now() + seconds * 1000),
    is_admin: Boolean(actsAs && tenant.find("users", actsAs)?.is_admin),
    is_mfa_authenticated: false,
    is_super_admin: false,
    is_super_admin_light: false,
    system_domain_id: tenant.state.domain.id,
    system_domains: [tenant.state.domain.id],
  });
}

export const anonymous = (tenant: Tenant, headers: IncomingHttpHeaders): Caller => ({
  user: undefined,
  token: {},
  appId: tenant.find("apps", String(headers["app-id"]))?.id ?? tenant.state.credentials.appId,
  isAdmin: false,
  holds: () => false,
});

export const authHandlers: Record<string, Handler> = {
  ...collection({
    kind: "apps",
    path: `${service}/apps/`,
    item: "{app_id}",
    noun: "application",
    settle(call, after) {
      if (after.default_user_id && !call.tenant.find("users", after.default_user_id)) {
        refuse(400, { default_user_id: "There is no such user" });
      }
      return { ...after, system_domain_id: call.tenant.state.domain.id };
    },
    removing: (call, app) => revoke(call.tenant, (token) => token.app_id === app.id),
  }),
  [`POST ${service}/apps/{app_id}/token/`](call) {
    const app = call.tenant.get("apps", call.path.app_id!, "application");
    return answer(call, present(call, mint(call.tenant, app.id, undefined, expiresIn(call))));
  },
  [`POST ${service}/auth/simple/login/`](call) {
    const { email, password } = call.body;
    const user = call.tenant.all("users").find((known) => known.email === email && known.password === password);
    if (!user || user.status !== "ACTIVE") refuse(400, "E-mail or password is wrong");
    return answer(call, present(call, mint(call.tenant, call.caller.appId, user.id)));
  },
  [`GET ${service}/auth/token/`]: (call) => answer(call, outline(call.caller.token)),
  [`POST ${service}/auth/token/`](call) {
    const { app_id, user_id, sandbox_follows_app } = call.caller.token;
    return answer(
      call,
      present(call, mint(call.tenant, app_id, sandbox_follows_app ? undefined : user_id, expiresIn(call))),
    );
  },
  [`PUT ${service}/auth/token/`](call) {
    const { token, tenant } = { token: call.caller.token, tenant: call.tenant };
    const span = Date.parse(`${token.expires}Z`) - Date.parse(`${token.date_modified}Z`);
    const time = tenant.time();
    const refreshed = { ...token, date_modified: time, expires: tenant.time(tenant.now() + span) };
    return answer(call, present(call, tenant.replace("tokens", token.id, refreshed)));
  },
  [`DELETE ${service}/auth/token/`](call) {
    call.tenant.remove("tokens", call.caller.token.id);
    return answer(call);
  },
  [`GET ${service}/auth/token/{token_id}/`]: (call) => answer(call, outline(own(call))),
  [`DELETE ${service}/auth/token/{token_id}/`](call) {
    call.tenant.remove("tokens", own(call).id);
    return answer(call);
  },
  [`GET ${service}/auth/tokens/`]: (call) => tokens(call, (token) => isOwn(call, token)),
  [`GET ${service}/auth/{app_id}/tokens/`](call) {
    const app = call.tenant.get("apps", call.path.app_id!, "application");
    return tokens(call, (token) => token.app_id === app.id);
  },
  [`GET ${service}/system_domains/{system_domain_id}/`](call) {
    const { id, name, date_created } = call.tenant.state.domain;
    if (call.path.system_domain_id !== id) refuse(404, "There is no such system domain");
    const domain = { id, name, date_created, date_modified: date_created, base_url: call.origin, status: "ACTIVE" };
    return answer(call, present(call, { ...domain, type: "CUSTOMER", billing_tier: "ENTERPRISE" }));
  },
};

function callerOf(tenant: Tenant, token: Item): Caller {
  const userId = token.sandbox_follows_app ? tenant.find("apps", token.app_id)?.default_user_id : token.user_id;
  const user = userId && tenant.find("users", userId);
  const { all, names } = user ? rolesOf(tenant, user) : { all: false, names: [] };
  return {
    user,
    token,
    appId: token.app_id,
    isAdmin: Boolean(user?.is_admin),
    holds: (role) => all || names.includes(role),
  };
}

function tokens(call: Call, wanted: (token: Item) => boolean) {
  return answer(
    call,
    page(call, call.tenant.all("tokens").filter(wanted), (token) => present(call, token)),
  );
}

function own(call: Call): Item {
  const token = call.tenant.get("tokens", call.path.token_id!, "token");
  return isOwn(call, token) ? token : refuse(404, `There is no token "${token.id}"`);
}

/** An administrator deals with every token of the tenant, anybody else with their own. */
function isOwn(call: Call, token: Item): boolean {
  return call.caller.isAdmin || token.user_id === call.caller.user?.id;
}

/** A token is shown whole once, when it is made. */
function outline({ token: _, sandbox_follows_app: __, ...rest }: Item): Item {
  return rest;
}

function expiresIn(call: Call): number | undefined {
  const text = call.query.expires_in;
  if (text === undefined) return undefined;
  return /^[1-9]\d{0,8}$/.test(text)
    ? Number(text)
    : refuse(400, { expires_in: "Has to be a whole number of seconds" });
}

function revoke(tenant: Tenant, which: (token: Item) => boolean): void {
  for (const token of tenant.all("tokens").filter(which)) tenant.remove("tokens", token.id);
}
