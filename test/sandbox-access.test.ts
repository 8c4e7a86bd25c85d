/** Who gets in: tokens, logins, Shield; and the settings documents that Shield reads. */
import { describe, expect, onTestFinished, test } from "vitest";
import { startSandbox, type SandboxOptions } from "../provider/sandbox";
import { paths, sender } from "./sandbox-calls";

async function started(options: SandboxOptions = {}) {
  const sandbox = await startSandbox({ checkAnswers: true, ...options });
  onTestFinished(sandbox.close);
  return { sandbox, send: sender(sandbox) };
}

describe("tokens", () => {
  test("that are missing, wrong or another application's are 401", async () => {
    const { sandbox } = await started();
    const other = sandbox.issue({ admin: true });
    for (const wrong of [
      { appId: "", authToken: "" },
      { appId: sandbox.appId, authToken: "wrong" },
      { appId: sandbox.appId, authToken: other.authToken },
    ]) {
      expect((await sender(sandbox, wrong)(`GET ${paths.system}`)).status).toBe(401);
    }
  });

  test("are shown when made and never again, and end when asked to", async () => {
    const { sandbox, send } = await started();
    const { body: app } = await send(`POST ${paths.apps}`, {
      name: "CI",
      default_user_id: sandbox.objects("users")[0]!.id,
    });
    const { body: token } = await send(`POST ${paths.apps}${app.id}/token/`);
    const mine = sender(sandbox, { appId: app.id, authToken: token.token });
    expect((await mine(`GET ${paths.system}`)).status).toBe(200);
    const { body: list } = await send(`GET /API/auth/v1/auth/${app.id}/tokens/`);
    expect(list.objects).toMatchObject([{ id: token.id, app_id: app.id, expires: token.expires }]);
    expect(list.objects[0]).not.toHaveProperty("token");
    expect((await send(`DELETE /API/auth/v1/auth/token/${token.id}/`)).status).toBe(200);
    expect((await mine(`GET ${paths.system}`)).status).toBe(401);
  });

  test("act as the application's default user of the moment, and need one", async () => {
    const { sandbox, send } = await started();
    const { body: app } = await send(`POST ${paths.apps}`, { name: "CI" });
    const { body: token } = await send(`POST ${paths.apps}${app.id}/token/`);
    const mine = sender(sandbox, { appId: app.id, authToken: token.token });
    expect((await mine(`GET ${paths.users}current/`)).status).toBe(401);
    for (const email of ["first@example.com", "second@example.com"]) {
      await send(`PATCH ${paths.apps}${app.id}/`, { default_user_id: sandbox.addUser({ email }) });
      expect((await mine(`GET ${paths.users}current/`)).body.email).toBe(email);
    }
    const { id } = sandbox.objects("users").find(({ email }) => email === "second@example.com")!;
    await send(`PATCH ${paths.users}${id}/`, { status: "INACTIVE" });
    expect((await mine(`GET ${paths.users}current/`)).status).toBe(401);
  });

  test("expire: after the seconds asked for, or after the tenant's setting", async () => {
    let now = Date.UTC(2026, 0, 1);
    const { sandbox, send } = await started({ clock: () => now });
    const { body: app } = await send(`POST ${paths.apps}`, {
      name: "CI",
      default_user_id: sandbox.objects("users")[0]!.id,
    });
    const { body: short } = await send(`POST ${paths.apps}${app.id}/token/?expires_in=60`);
    expect(short.expires).toBe("2026-01-01T00:01:00.000000");
    await send(`PATCH ${paths.system}`, { default_app_token_ttl: 3600 });
    const { body: usual } = await send(`POST ${paths.apps}${app.id}/token/`);
    expect(usual.expires).toBe("2026-01-01T01:00:00.000000");
    const status = async ({ token }: any) =>
      (await sender(sandbox, { appId: app.id, authToken: token })(`GET ${paths.system}`)).status;
    now += 59_000;
    expect(await status(short)).toBe(200);
    now += 1_000;
    expect(await status(short)).toBe(401);
    expect(await status(usual)).toBe(200);
    expect((await send(`POST ${paths.apps}${app.id}/token/?expires_in=0`)).status).toBe(400);
  });

  test("are minted with 200, or with 201; and revoked with 200, or with 204", async () => {
    const { sandbox, send } = await started();
    const mint = () => send(`POST ${paths.apps}${sandbox.appId}/token/`);
    const { status, body: token } = await mint();
    expect(status).toBe(200);
    sandbox.set({ successCodes: "later" });
    expect((await mint()).status).toBe(201);
    expect((await send(`DELETE /API/auth/v1/auth/token/${token.id}/`)).status).toBe(204);
  });

  test("come from a login with e-mail and password", async () => {
    const { sandbox, send } = await started({
      seed: { users: [{ email: "editor@example.com", password: "open sesame" }] },
    });
    const login = (password: string) =>
      sender(sandbox, { appId: "", authToken: "" })("POST /API/auth/v1/auth/simple/login/", {
        email: "editor@example.com",
        password,
      });
    expect((await login("wrong")).status).toBe(400);
    const { status, body } = await login("open sesame");
    expect(status).toBe(201);
    const me = await sender(sandbox, { appId: body.app_id, authToken: body.token })(`GET ${paths.users}current/`);
    expect(me.body.email).toBe("editor@example.com");
    expect(me.body).not.toHaveProperty("password");
    expect((await send(`GET ${paths.users}${me.body.id}/`)).body).not.toHaveProperty("password");
  });
});

describe("settings", () => {
  test("of the tenant are an administrator's to write, by default", async () => {
    const { sandbox } = await started();
    const limited = sender(sandbox, sandbox.issue({ roles: [] }));
    expect((await limited(`GET ${paths.system}`)).status).toBe(200);
    expect((await limited(`PATCH ${paths.system}`, { mfa_required: true })).status).toBe(403);
    sandbox.set({ systemSettingsWriters: "everyone" });
    expect((await limited(`PATCH ${paths.system}`, { mfa_required: true })).status).toBe(200);
  });

  test("say who the tenant is and where the caller comes from", async () => {
    const { sandbox, send } = await started({ shieldSeesIp: "198.51.100.7" });
    expect((await send(`GET ${paths.system}`)).body).toMatchObject({
      client_ip: "198.51.100.7",
      system_domain_id: sandbox.domainId,
      system_domain_name: "Sandbox",
    });
    expect((await send(`GET ${paths.system}`, undefined, { "X-Forwarded-For": "203.0.113.9" })).body.client_ip).toBe(
      "203.0.113.9",
    );
  });

  test("are changed key by key, with what is inside a key merged or replaced", async () => {
    const { sandbox, send } = await started();
    await send(`PATCH ${paths.system}`, { password_checks: { min_length: 12 } });
    const { body } = await send(`GET ${paths.system}`);
    expect(body.password_checks).toMatchObject({ min_length: 12, max_length: 64 });
    expect(body.external_share).toBe(true);
    sandbox.set({ nestedSettings: "replace" });
    await send(`PATCH ${paths.system}`, { password_checks: { min_length: 10 } });
    expect((await send(`GET ${paths.system}`)).body.password_checks).toEqual({ min_length: 10 });
  });

  test("are kept within the contract's limits", async () => {
    const { send } = await started();
    const errors = async (body: unknown) => (await send(`PATCH ${paths.system}`, body)).body.errors;
    expect(await errors({ share_expiration_time: 3651 })).toHaveProperty("share_expiration_time");
    expect(await errors({ password_checks: { min_length: 7 } })).toEqual({
      "password_checks.min_length": expect.any(String),
    });
    expect(await errors({ mfa_methods: ["SMS"] })).toEqual({ "mfa_methods.0": expect.any(String) });
    const entries = (count: number) => ({ allowed_ips: Array.from({ length: count }, () => ({ ip: "192.0.2.1" })) });
    expect(await errors(entries(101))).toHaveProperty("allowed_ips");
    expect((await send(`PATCH ${paths.system}`, entries(100))).status).toBe(200);
  });

  test("of a group are there with the group, and clear on DELETE", async () => {
    const { sandbox, send } = await started();
    const { id } = sandbox.objects("groups")[0]!;
    const at = `/API/settings/v1/group/${id}/`;
    expect((await send(`GET ${at}`)).body).toMatchObject({ group_id: id, client_ip: "127.0.0.1" });
    await send(`PATCH ${at}`, { hide_favourites: true });
    expect((await send(`DELETE ${at}`)).status).toBe(204);
    expect((await send(`GET ${at}`)).body).not.toHaveProperty("hide_favourites");
    expect((await send(`GET /API/settings/v1/group/${sandbox.domainId}/`)).status).toBe(404);
  });

  test("merge from tenant over group to user", async () => {
    const { sandbox, send } = await started();
    const group = sandbox.objects("groups")[0]!.id;
    const user = sandbox.addUser({ email: "editor@example.com", groups: [group] });
    const values = { share_expiration_time: 30, delete_grace_period: 5, date_format: "x" };
    await send(`PATCH ${paths.system}`, { ...values, home_page: "/" });
    await send(`PATCH /API/settings/v1/group/${group}/`, {
      share_expiration_time: 7,
      date_format: "y",
      delete_grace_period: null,
    });
    await send(`PATCH /API/settings/v1/user/${user}/`, { date_format: "z" });
    const mine = sender(sandbox, sandbox.issue({ email: "editor@example.com" }));
    expect((await mine("GET /API/settings/v1/merged/current/")).body).toMatchObject({
      share_expiration_time: 7,
      delete_grace_period: 5,
      date_format: "z",
      home_page: "/",
      group_id: group,
    });
  });
});

describe("Shield", () => {
  const from = (ip: string) => ({ "X-Forwarded-For": ip });

  async function shielded(options: SandboxOptions, lists: Record<string, unknown[]>) {
    const { sandbox, send } = await started(options);
    sandbox.edit("settings", "system", { enable_shield: true, allowed_ips: [] });
    for (const [key, allowed_ips] of Object.entries(lists)) sandbox.edit("settings", key, { allowed_ips });
    const status = async (ip: string, as = send) =>
      (await as(`GET ${paths.users}current/`, undefined, from(ip))).status;
    return { sandbox, status };
  }

  test("lets in who comes from a listed address or network, and refuses all others everything", async () => {
    const { status } = await shielded({}, { system: [{ ip: "192.0.2.7" }, { ip: "198.51.100.0/24" }] });
    expect(await status("192.0.2.7")).toBe(200);
    expect(await status("::ffff:192.0.2.7")).toBe(200);
    expect(await status("198.51.100.255")).toBe(200);
    expect(await status("192.0.2.8")).toBe(403);
    expect(await status("2001:db8::1")).toBe(403);
  });

  test("is nothing while it is off", async () => {
    const { sandbox, status } = await shielded({}, { system: [{ ip: "192.0.2.7" }] });
    sandbox.edit("settings", "system", { enable_shield: false });
    expect(await status("192.0.2.8")).toBe(200);
  });

  test("counts an entry with an application for that application only", async () => {
    const { sandbox, status } = await shielded({}, {});
    const other = sandbox.issue({ admin: true });
    sandbox.edit("settings", "system", {
      allowed_ips: [{ ip: "192.0.2.7", app_id: other.appId }, { ip: "192.0.2.9" }],
    });
    expect(await status("192.0.2.7")).toBe(403);
    expect(await status("192.0.2.7", sender(sandbox, other))).toBe(200);
  });

  test("adds the lists of tenant, groups and user up, or takes the closest", async () => {
    const { sandbox, status } = await shielded({}, { system: [{ ip: "192.0.2.1" }] });
    const group = sandbox.objects("groups")[0]!.id;
    const user = sandbox.addUser({ email: "editor@example.com", groups: [group] });
    const editor = sender(sandbox, sandbox.issue({ email: "editor@example.com" }));
    const entered = async () => {
      const all = await Promise.all(["192.0.2.1", "192.0.2.2", "192.0.2.3"].map((ip) => status(ip, editor)));
      return all.map((code) => code === 200);
    };
    sandbox.edit("settings", `group/${group}`, { allowed_ips: [{ ip: "192.0.2.2" }] });
    expect(await entered()).toEqual([true, true, false]);
    sandbox.set({ shieldLists: "mostSpecific" });
    expect(await entered()).toEqual([false, true, false]);
    sandbox.edit("settings", `user/${user}`, { allowed_ips: [{ ip: "192.0.2.3" }] });
    expect(await entered()).toEqual([false, false, true]);
  });

  test("without entries is open, or closed", async () => {
    const { sandbox, status } = await shielded({}, {});
    expect(await status("192.0.2.1")).toBe(200);
    sandbox.set({ shieldEmpty: "closed" });
    expect(await status("192.0.2.1")).toBe(403);
  });

  test("lets a caller lock themselves out, or does not", async () => {
    const { sandbox, send } = await started({ shieldSeesIp: "192.0.2.1", switches: { shieldLockOut: "refuse" } });
    const patch = (ip: string) => send(`PATCH ${paths.system}`, { enable_shield: true, allowed_ips: [{ ip }] });
    expect((await patch("192.0.2.2")).status).toBe(400);
    expect((await patch("192.0.2.0/28")).status).toBe(200);
    sandbox.set({ shieldLockOut: "allow" });
    expect((await patch("192.0.2.2")).status).toBe(200);
    expect((await patch("192.0.2.1")).status).toBe(403);
  });

  test.each(["192.0.2", "192.0.2.256", "192.0.2.0/33", "192.0.2.1-192.0.2.9", "example.com", "2001:db8::1", ""])(
    "does not take %j for an address",
    async (ip) => {
      const { send } = await started();
      const said = await send(`PATCH ${paths.system}`, { allowed_ips: [{ ip: "192.0.2.1" }, { ip }] });
      expect(said).toMatchObject({ status: 400, body: { errors: { "allowed_ips.1.ip": expect.any(String) } } });
    },
  );

  test("takes IPv6 and gives addresses back as networks when switched so", async () => {
    const { send } = await started({ switches: { shieldIpv6: "accept", storedForm: "normalised" } });
    const { body } = await send(`PATCH ${paths.system}`, {
      allowed_ips: [{ ip: "192.0.2.1" }, { ip: "2001:db8::/64" }],
    });
    expect(body.allowed_ips).toEqual([{ ip: "192.0.2.1/32" }, { ip: "2001:db8::/64" }]);
  });
});
