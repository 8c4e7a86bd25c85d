/** How the sandbox's objects behave: storages, groups, people, access lists, lists; and each switch that concerns them. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { startSandbox, switchTable, type SandboxOptions } from "../provider/sandbox";
import { paths, s3Storage, sender } from "./sandbox-calls";

async function started(options: SandboxOptions = {}) {
  const sandbox = await startSandbox({ checkAnswers: true, ...options });
  onTestFinished(sandbox.close);
  return { sandbox, send: sender(sandbox) };
}

describe("storages", () => {
  test("start with iconik's own for keyframes and proxies, which are the defaults", async () => {
    const { send } = await started();
    const { body } = await send(`GET ${paths.storages}`);
    expect(body.objects.map(({ purpose, method, default: it, settings }: any) => [purpose, method, it, settings.is_system]))
      .toEqual([["KEYFRAMES", "GCS", true, true], ["PROXIES", "GCS", true, true]]);
    expect((await send(`GET ${paths.storages}FILES/default/`)).status).toBe(404);
  });

  test.each([
    ["omit", undefined],
    ["mask", "********"],
    ["return", "a secret"],
  ] as const)("show secrets by the switch: %s", async (secretsOnRead, shown) => {
    const { sandbox, send } = await started({ switches: { secretsOnRead } });
    const { body: made } = await send(`POST ${paths.storages}`, s3Storage("n"));
    for (const body of [made, (await send(`GET ${paths.storages}${made.id}/`)).body]) {
      expect(body.settings.secret_key).toBe(shown);
      expect(body.settings.access_key).toBe("AKIAEXAMPLE");
    }
    expect(sandbox.object("storages", made.id)!.settings.secret_key).toBe("a secret");
  });

  test("merge a PATCH of settings, or let it replace them, secrets included", async () => {
    const { sandbox, send } = await started();
    const { body: made } = await send(`POST ${paths.storages}`, s3Storage("n"));
    await send(`PATCH ${paths.storages}${made.id}/`, { settings: { scan: true } });
    expect(sandbox.object("storages", made.id)!.settings).toMatchObject({ scan: true, secret_key: "a secret" });
    sandbox.set({ storageSettingsPatch: "replace" });
    const partial = await send(`PATCH ${paths.storages}${made.id}/`, { settings: { scan: true } });
    expect(partial).toMatchObject({ status: 400, body: { errors: { "settings.bucket": expect.any(String) } } });
    const { secret_key: _, ...settings } = s3Storage("n").settings;
    expect((await send(`PATCH ${paths.storages}${made.id}/`, { settings })).status).toBe(200);
    expect(sandbox.object("storages", made.id)!.settings).toEqual(settings);
  });

  test("keep their method, and their name to themselves", async () => {
    const { sandbox, send } = await started();
    const { body: made } = await send(`POST ${paths.storages}`, s3Storage("n"));
    expect((await send(`PATCH ${paths.storages}${made.id}/`, { method: "GCS" })).status).toBe(400);
    expect((await send(`POST ${paths.storages}`, s3Storage("n"))).body.errors).toHaveProperty("name");
    sandbox.set({ storageNames: "free" });
    expect((await send(`POST ${paths.storages}`, s3Storage("n"))).status).toBe(201);
  });

  test("have one default per purpose, or several; uploads need a cloud", async () => {
    const { sandbox, send } = await started();
    const make = async (name: string) => (await send(`POST ${paths.storages}`, s3Storage(name))).body.id;
    const [first, second] = [await make("first"), await make("second")];
    const defaults = () => sandbox.objects("storages").filter(s => s.purpose === "FILES" && s.default).map(s => s.id);
    await send(`POST ${paths.storages}${first}/default/`);
    await send(`POST ${paths.storages}${second}/default/`);
    expect(defaults()).toEqual([second]);
    sandbox.set({ defaultStorage: "several" });
    await send(`POST ${paths.storages}${first}/default/`);
    expect(defaults()).toEqual([first, second]);
    await send(`DELETE ${paths.storages}${first}/default/`);
    expect(defaults()).toEqual([second]);
    const file = { name: "gateway", method: "FILE", purpose: "FILES", settings: { mount_point: "/mnt" } };
    const { body: gateway } = await send(`POST ${paths.storages}`, file);
    expect((await send(`POST ${paths.storages}${gateway.id}/default/`)).status).toBe(400);
  });

  test("have a scan interval at a path of its own, absent when off", async () => {
    const { send } = await started();
    const { body: made } = await send(`POST ${paths.storages}`, s3Storage("n"));
    const autoScan = `${paths.storages}${made.id}/auto_scan/`;
    expect((await send(`GET ${autoScan}`)).status).toBe(404);
    expect((await send(`POST ${autoScan}`, {})).body).toEqual({ hours_interval: 24 });
    expect((await send(`POST ${autoScan}`, { hours_interval: 0 })).status).toBe(400);
    expect((await send(`DELETE ${autoScan}`)).status).toBe(204);
    expect((await send(`GET ${autoScan}`)).status).toBe(404);
  });

  test("may be half made", async () => {
    const { sandbox, send } = await started({ switches: { storageSetup: "failing" } });
    const { status, body } = await send(`POST ${paths.storages}`, s3Storage("failing"));
    expect({ status, said: body.status, why: body.status_message }).toEqual({ status: 201, said: "FAILING", why: expect.any(String) });
    sandbox.set({ storageSetup: "refusedButMade" });
    expect((await send(`POST ${paths.storages}`, s3Storage("refused"))).status).toBe(400);
    expect(sandbox.objects("storages").map(({ name }) => name)).toContain("refused");
  });

  test("come back as sent, or tidied", async () => {
    const { send } = await started({ switches: { storedForm: "normalised" } });
    const { body } = await send(`POST ${paths.storages}`, s3Storage("n", { path: "/a/b/", endpoint: "https://s3.example.com/" }));
    expect(body.settings).toMatchObject({ path: "a/b", endpoint: "https://s3.example.com" });
  });

  test("take any settings when these are not checked", async () => {
    const { send } = await started({ switches: { storageSettingsCheck: "off" } });
    expect((await send(`POST ${paths.storages}`, s3Storage("n", { bucket: 7 }))).status).toBe(201);
  });

  test("answer a check of credentials that cannot be tried by the switch", async () => {
    const { sandbox, send } = await started();
    const { name: _, ...asked } = s3Storage("");
    const check = () => send(`POST ${paths.storages}verifications/permissions/`, asked);
    expect((await check()).body).toMatchObject({ read_access: true, write_access: true, delete_access: true, cors: true });
    sandbox.set({ verification: "denied" });
    expect((await check()).body).toMatchObject({ read_access: false, error_message: expect.any(String) });
    sandbox.set({ verification: "notImplemented" });
    expect((await check()).status).toBe(501);
  });

  test("on loopback have their credentials really tried", async () => {
    const { send } = await started();
    const calls: string[] = [];
    const bucket = createServer((request, response) => {
      const url = new URL(request.url!, "http://bucket");
      const isSigned = request.headers.authorization?.includes("Credential=AKIAEXAMPLE/");
      calls.push(`${request.method} ${url.pathname}${url.searchParams.has("cors") ? "?cors" : ""}`);
      response.statusCode = isSigned && request.method !== "DELETE" ? 200 : 403;
      response.end(response.statusCode === 403 ? "<Error><Code>AccessDenied</Code></Error>" : "");
    });
    await new Promise<void>(resolve => bucket.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void bucket.close());
    const endpoint = `http://127.0.0.1:${(bucket.address() as AddressInfo).port}`;
    const { body: made } = await send(`POST ${paths.storages}`, s3Storage("n", { endpoint }));
    const { body } = await send(`GET ${paths.storages}${made.id}/verifications/permissions/`);
    expect(body).toEqual({ read_access: true, write_access: true, delete_access: false, cors: true, delete_access_error: "AccessDenied" });
    const probe = "/media/newsroom/.iconik-verification";
    expect(calls).toEqual([`PUT ${probe}`, "GET /media", `GET ${probe}`, `DELETE ${probe}`, "PUT /media?cors"]);
    expect((await send(`GET ${paths.storages}${made.id}/verifications/access/`)).body).toEqual({ access_check: true });
    const asked = { method: "S3", settings: s3Storage("", { endpoint, access_key: "AKIAWRONG" }).settings };
    const denied = await send(`POST ${paths.storages}verifications/access/`, asked);
    expect(denied.body).toEqual({ access_check: false, error_message: "AccessDenied" });
  });
});

describe("properties", () => {
  test("that are read-only are ignored, or refused", async () => {
    const { sandbox, send } = await started();
    const body = { name: "g", group_type: "TEAM", is_saml_group: true };
    const made = await send(`POST ${paths.groups}`, body);
    expect(made.body).toMatchObject({ is_saml_group: false });
    expect(made.body).not.toHaveProperty("group_type");
    sandbox.set({ readOnlyProperties: "reject" });
    expect((await send(`POST ${paths.groups}`, body)).body.errors).toHaveProperty("group_type");
  });

  test("that nobody knows are ignored, refused, or kept", async () => {
    const { sandbox, send } = await started();
    const body = { ...s3Storage("a", { shard: 7 }), color: "red" };
    const { body: ignored } = await send(`POST ${paths.storages}`, body);
    expect([ignored.color, ignored.settings.shard]).toEqual([undefined, undefined]);
    sandbox.set({ unknownProperties: "reject" });
    expect((await send(`POST ${paths.storages}`, body)).body.errors).toEqual({ color: expect.any(String) });
    expect((await send(`POST ${paths.storages}`, s3Storage("b", { shard: 7 }))).body.errors).toHaveProperty("settings.shard");
    sandbox.set({ unknownProperties: "store" });
    const { body: kept } = await send(`POST ${paths.storages}`, { ...body, name: "c" });
    expect((await send(`GET ${paths.storages}${kept.id}/`)).body).toMatchObject({ color: "red", settings: { shard: 7 } });
  });

  test("that are not set are left out, null, or empty", async () => {
    const { sandbox, send } = await started();
    const { body: made } = await send(`POST ${paths.groups}`, { name: "g" });
    const read = async () => (await send(`GET ${paths.groups}${made.id}/`)).body;
    expect(Object.keys(await read()).sort()).toEqual(["date_created", "date_modified", "id", "is_saml_group", "name"]);
    sandbox.set({ unsetProperties: "null" });
    expect(await read()).toMatchObject({ external_id: null, role_categories: null });
    expect(await read()).not.toHaveProperty("description");
    sandbox.set({ unsetProperties: "empty" });
    expect(await read()).toMatchObject({ external_id: null, description: "", roles: [] });
  });

  test("left out of a PUT are cleared, or kept", async () => {
    const { sandbox, send } = await started();
    const { body: made } = await send(`POST ${paths.groups}`, { name: "g", description: "d" });
    sandbox.set({ put: "keep" });
    expect((await send(`PUT ${paths.groups}${made.id}/`, { name: "h" })).body).toMatchObject({ name: "h", description: "d" });
    sandbox.set({ put: "clear" });
    const { body: cleared } = await send(`PUT ${paths.groups}${made.id}/`, { name: "h" });
    expect(cleared).not.toHaveProperty("description");
    expect(cleared).toMatchObject({ id: made.id, date_created: made.date_created });
  });
});

describe("lists", () => {
  test("page by number: ten to a page, at most a hundred, with totals and links", async () => {
    const { sandbox, send } = await started({ seed: { groups: Array.from({ length: 24 }, (_, n) => ({ name: `g${n}` })) } });
    const first = (await send(`GET ${paths.groups}`)).body;
    expect({ ...first, objects: first.objects.length }).toEqual({
      objects: 10,
      page: 1,
      pages: 3,
      per_page: 10,
      total: 25,
      first_url: `${paths.groups}?page=1&per_page=10`,
      last_url: `${paths.groups}?page=3&per_page=10`,
      next_url: `${paths.groups}?page=2&per_page=10`,
    });
    const names: string[] = [];
    for (let url = first.first_url; url; ) {
      const { body } = await send(`GET ${url}`);
      names.push(...body.objects.map((group: any) => group.name));
      url = body.next_url;
    }
    expect(new Set(names).size).toBe(25);
    expect((await send(`GET ${paths.groups}?page=4`)).body.objects).toEqual([]);
    for (const wrong of ["page=0", "per_page=0", "per_page=many"]) {
      expect((await send(`GET ${paths.groups}?${wrong}`)).status).toBe(400);
    }
    expect((await send(`GET ${paths.groups}?per_page=101`)).status).toBe(400);
    sandbox.set({ perPageAbove100: "cap", pageUrls: "omit" });
    expect((await send(`GET ${paths.groups}?per_page=500`)).body).toEqual({
      objects: expect.any(Array), page: 1, pages: 1, per_page: 100, total: 25,
    });
    sandbox.set({ perPageAbove100: "accept", pageUrls: "absolute" });
    expect((await send(`GET ${paths.groups}?per_page=500`)).body).toMatchObject({ per_page: 500, first_url: expect.stringContaining(sandbox.url) });
  });

  test("page by the last id", async () => {
    const { send } = await started({ seed: { apps: Array.from({ length: 24 }, (_, n) => ({ name: `a${n}` })) } });
    const seen: string[] = [];
    for (let last = ""; ; ) {
      const { body } = await send(`GET ${paths.apps}?per_page=10${last && `&last_id=${last}`}`);
      expect(body).not.toHaveProperty("total");
      seen.push(...body.objects.map((app: any) => app.id));
      expect("next_url" in body).toBe(seen.length < 25);
      if (body.objects.length < 10) break;
      last = seen.at(-1)!;
    }
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(seen).toHaveLength(25);
  });

  test("come whole where the contract has no paging", async () => {
    const { send } = await started({ seed: { acl_templates: Array.from({ length: 25 }, (_, n) => ({ name: `t${n}` })) } });
    const { body } = await send(`GET ${paths.templates}`);
    expect(Object.keys(body)).toEqual(["objects"]);
    expect(body.objects).toHaveLength(25);
  });

  test("filter by name, ids, words and e-mails", async () => {
    const { sandbox, send } = await started({ seed: { groups: [{ name: "Editors" }, { name: "Editors abroad", alias: "ea" }] } });
    const names = async (query: string) =>
      (await send(`GET ${paths.groups}?${query}`)).body.objects.map((group: any) => group.name);
    expect(await names("name=Editors")).toEqual(["Editors"]);
    expect(await names("query=editors")).toEqual(["Editors", "Editors abroad"]);
    expect(await names("query=*abroad")).toEqual(["Editors abroad"]);
    expect(await names("alias=ea")).toEqual(["Editors abroad"]);
    expect(await names("query=editors&sort=name,desc")).toEqual(["Editors abroad", "Editors"]);
    const { id } = sandbox.objects("groups").find(({ name }) => name === "Editors")!;
    expect(await names(`ids=${id}`)).toEqual(["Editors"]);
    sandbox.set({ nameFilter: "contains" });
    expect(await names("name=editors")).toEqual(["Editors", "Editors abroad"]);
    sandbox.addUser({ email: "editor@example.com" });
    const basic = await send(`GET ${paths.users}basic/?emails=editor@example.com,nobody@example.com`);
    expect(basic.body.objects).toEqual([{ id: expect.any(String), email: "editor@example.com" }]);
  });

  test("carry roles and settings, or do not", async () => {
    const { sandbox, send } = await started({ seed: { groups: [{ name: "Editors", roles: ["can_search"] }] } });
    const editors = async () => (await send(`GET ${paths.groups}?name=Editors`)).body.objects[0];
    expect(await editors()).toMatchObject({ roles: ["can_search"] });
    sandbox.set({ listDetail: "thin" });
    expect(await editors()).not.toHaveProperty("roles");
    expect((await send(`GET ${paths.groups}${(await editors()).id}/`)).body).toMatchObject({ roles: ["can_search"] });
    expect((await send(`GET ${paths.storages}`)).body.objects[0].settings).toEqual({});
  });

  test("lag behind for so many reads, and so do reads by id after a create", async () => {
    const { send } = await started({ switches: { listLag: 2, createLag: 1 } });
    const { body: made } = await send(`POST ${paths.groups}`, { name: "late" });
    const total = async () => (await send(`GET ${paths.groups}`)).body.total;
    expect([await total(), await total(), await total()]).toEqual([1, 1, 2]);
    const read = async () => (await send(`GET ${paths.groups}${made.id}/`)).status;
    expect([await read(), await read()]).toEqual([404, 200]);
    await send(`DELETE ${paths.groups}${made.id}/`);
    expect([await total(), await total(), await total()]).toEqual([2, 2, 1]);
    expect(await read()).toBe(404);
  });
});

describe("groups", () => {
  test("are user groups on an old tenant, teams and role groups on a new one", async () => {
    const old = await started();
    expect((await old.send(`POST ${paths.groups}`, { name: "g" })).status).toBe(201);
    expect((await old.send(`GET ${paths.teams}`)).status).toBe(404);
    old.sandbox.set({ teamsOnOldTenants: "empty" });
    expect((await old.send(`GET ${paths.roleGroups}`)).body).toMatchObject({ objects: [], total: 0 });
    expect((await old.send(`POST ${paths.teams}`, { name: "t" })).status).toBe(403);

    const young = await started({ tenant: "new" });
    expect((await young.send(`POST ${paths.groups}`, { name: "g" })).status).toBe(403);
    expect((await young.send(`GET ${paths.groups}`)).body.objects).toEqual([]);
    young.sandbox.set({ groupsOnNewTenants: "work" });
    expect((await young.send(`POST ${paths.groups}`, { name: "g" })).status).toBe(201);
    const team = (await young.send(`POST ${paths.teams}`, { name: "t", roles: ["can_search"] })).body;
    expect(team.group_type).toBe("TEAM");
    expect(team).not.toHaveProperty("roles");
    expect((await young.send(`POST ${paths.roleGroups}`, { name: "r", roles: ["can_search"] })).body).toMatchObject({
      group_type: "ROLE_GROUP",
      roles: ["can_search"],
    });
    const types = (await young.send(`GET ${paths.groups}all/basic/?per_page=100`)).body.objects.map((g: any) => g.group_type);
    expect(types).toEqual([undefined, "TEAM", "TEAM", "ROLE_GROUP"]);
    expect((await young.send(`GET ${paths.groups}${team.id}/`)).body.group_type).toBe("TEAM");
    expect((await young.send(`PATCH ${paths.groups}${team.id}/`, { name: "x" })).status).toBe(404);
  });

  test("may share a name", async () => {
    const { send } = await started();
    expect((await send(`POST ${paths.groups}`, { name: "g" })).status).toBe(201);
    expect((await send(`POST ${paths.groups}`, { name: "g" })).status).toBe(201);
  });

  test("get only roles that the caller holds, unless an administrator gives them", async () => {
    const { sandbox, send } = await started();
    const { body: group } = await send(`POST ${paths.groups}`, { name: "g", roles: ["can_delete_storages"] });
    const limited = sender(sandbox, sandbox.issue({ roles: ["can_write_groups", "can_read_groups", "can_search"] }));
    expect((await limited(`POST ${paths.groups}`, { name: "h", roles: ["can_search"] })).status).toBe(201);
    const refused = await limited(`POST ${paths.groups}`, { name: "i", roles: ["can_search", "can_delete_users"] });
    expect(refused).toMatchObject({ status: 403, body: { errors: [expect.stringContaining("can_delete_users")] } });
    expect(refused.body.errors[0]).not.toContain("can_search");
    const patch = (roles: string[]) => limited(`PATCH ${paths.groups}${group.id}/`, { roles });
    expect((await patch(["can_delete_storages", "can_search"])).status).toBe(200);
    expect((await patch(["can_delete_storages", "can_delete_users"])).status).toBe(403);
  });

  test("take in and let go of users; a team with members stays", async () => {
    const { sandbox, send } = await started({ tenant: "new" });
    const user = sandbox.addUser({ email: "editor@example.com" });
    const { body: team } = await send(`POST ${paths.teams}`, { name: "t" });
    const joined = await send(`POST ${paths.teams}${team.id}/users/${user}/`);
    expect(joined).toMatchObject({ status: 201, body: { teams: [team.id], groups: [], primary_group: team.id } });
    expect((await send(`DELETE ${paths.teams}${team.id}/`)).status).toBe(400);
    expect((await send(`DELETE ${paths.teams}${team.id}/users/${user}/`)).body.teams).toEqual([]);
    expect((await send(`DELETE ${paths.teams}${team.id}/users/${user}/`)).status).toBe(404);
    expect((await send(`DELETE ${paths.teams}${team.id}/`)).status).toBe(204);
  });

  test("relate roles and categories in one of three ways", async () => {
    const { sandbox, send } = await started();
    const body = { name: "g", roles: ["can_read_billing"], role_categories: { storage_admin: true } };
    expect((await send(`POST ${paths.groups}`, body)).body).toMatchObject(body);
    sandbox.set({ roleCategories: "computed" });
    expect((await send(`POST ${paths.groups}`, body)).body.role_categories).toMatchObject({ billing: true, storage_admin: false });
    sandbox.set({ roleCategories: "expanded", rolesOrder: "sorted" });
    expect((await send(`POST ${paths.groups}`, body)).body.roles)
      .toEqual(["can_delete_storages", "can_read_billing", "can_read_storages", "can_write_storages"]);
  });

  test("are mapped from SAML by name, once", async () => {
    const { sandbox, send } = await started();
    const [group] = sandbox.objects("groups");
    const body = { name: "saml/editors", group_id: group!.id };
    expect((await send(`POST ${paths.mappings}`, body)).body).toEqual(body);
    expect((await send(`POST ${paths.mappings}`, body)).status).toBe(409);
    const at = `${paths.mappings}saml%2Feditors/`;
    expect((await send(`GET ${at}`)).body).toEqual(body);
    expect((await send(`PATCH ${at}`, body)).status).toBe(405);
    expect((await send(`DELETE ${at}`)).status).toBe(204);
  });
});

describe("roles", () => {
  test("add up over the user groups of an old tenant", async () => {
    const seed = {
      groups: [{ name: "a", roles: ["can_search"] }, { name: "b", roles: ["can_read_groups", "can_search"] }],
      users: [{ email: "editor@example.com", groups: ["a", "b"] }],
    };
    const { sandbox } = await started({ seed });
    const send = sender(sandbox, sandbox.issue({ email: "editor@example.com" }));
    expect((await send(`GET ${paths.users}current/roles/`)).body).toEqual({ objects: ["can_search", "can_read_groups"] });
    expect((await send(`GET ${paths.groups}`)).status).toBe(200);
    expect((await send(`GET ${paths.storages}`)).status).toBe(403);
  });

  test("are what the type allows on a new tenant, until a role group says otherwise", async () => {
    const { sandbox, send } = await started({ tenant: "new" });
    const caller = sandbox.issue({ userType: "POWER" });
    const limited = sender(sandbox, caller);
    expect((await limited(`GET ${paths.storages}`)).status).toBe(200);
    const browser = sender(sandbox, sandbox.issue({ userType: "BROWSE_ONLY" }));
    expect((await browser(`GET ${paths.storages}`)).status).toBe(403);
    const { body: empty } = await send(`POST ${paths.roleGroups}`, { name: "empty" });
    await send(`POST ${paths.roleGroups}${empty.id}/users/${caller.userId}/`);
    expect((await limited(`GET ${paths.storages}`)).status).toBe(200);
    const { body: narrow } = await send(`POST ${paths.roleGroups}`, { name: "narrow", roles: ["can_read_teams"] });
    await send(`POST ${paths.roleGroups}${narrow.id}/users/${caller.userId}/`);
    expect((await limited(`GET ${paths.storages}`)).status).toBe(403);
    expect((await limited(`GET ${paths.teams}`)).status).toBe(200);
  });
});

describe("access lists", () => {
  const entry = (side: string, id: string, object: string) => `/API/acls/v1/${side}/${id}/acl/${object}/`;

  test("take entries of groups and users, 201 when new, 200 when changed", async () => {
    const { sandbox, send } = await started();
    const { body: storage } = await send(`POST ${paths.storages}`, s3Storage("n"));
    const object = `storages/${storage.id}`;
    const [group] = sandbox.objects("groups");
    const [owner] = sandbox.objects("users");
    const at = entry("groups", group!.id, object);
    expect((await send(`GET ${at}`)).status).toBe(404);
    expect((await send(`PUT ${at}`, { permissions: ["read"] })).status).toBe(201);
    expect((await send(`PUT ${at}`, { permissions: ["read", "change-acl"] })).status).toBe(200);
    expect((await send(`PUT ${at}`, { permissions: ["peek"] })).status).toBe(400);
    expect((await send(`PUT ${entry("groups", storage.id, object)}`, { permissions: ["read"] })).status).toBe(404);
    expect((await send(`GET ${paths.acl}${object}/`)).body).toMatchObject({
      groups_acl: [{ group_id: group!.id, permissions: ["read", "change-acl"] }],
      users_acl: [{ user_id: owner!.id, permissions: ["read", "write", "delete", "change-acl"] }],
    });
    expect((await send(`DELETE ${at}`)).status).toBe(204);
    expect((await send(`DELETE ${at}`)).status).toBe(404);
  });

  test("hold an entry of the creator, or do not", async () => {
    const { sandbox, send } = await started({ switches: { creatorEntry: "off" } });
    const { body: storage } = await send(`POST ${paths.storages}`, s3Storage("n"));
    expect(sandbox.object("acls", `storages/${storage.id}`)).toBeUndefined();
  });

  test("lose the entries of a group that is deleted, while references to it stay", async () => {
    const { sandbox, send } = await started({ seed: { groups: [{ name: "g" }] } });
    const { id } = sandbox.objects("groups").find(({ name }) => name === "g")!;
    const { body: storage } = await send(`POST ${paths.storages}`, s3Storage("n", { access_group_id: id }));
    await send(`PUT ${entry("groups", id, `storages/${storage.id}`)}`, { permissions: ["read"] });
    await send(`DELETE ${paths.groups}${id}/`);
    expect((await send(`GET ${paths.acl}storages/${storage.id}/`)).body.groups_acl).toEqual([]);
    expect((await send(`GET ${paths.storages}${storage.id}/`)).body.settings.access_group_id).toBe(id);
  });

  test("of ACL templates are kept under one object type only", async () => {
    const { sandbox, send } = await started();
    const [group] = sandbox.objects("groups");
    const { body: template } = await send(`POST ${paths.templates}`, { name: "t" });
    const put = (type: string) => send(`PUT ${entry("groups", group!.id, `${type}/${template.id}`)}`, { permissions: ["read"] });
    expect((await put("acl_templates")).status).toBe(201);
    for (const type of ["templates", "assets"]) expect(await put(type)).toMatchObject({ status: 400, body: { errors: ["Invalid object type"] } });
    sandbox.set({ aclTemplateObjectType: "templates" });
    expect((await put("templates")).status).toBe(201);
    expect((await put("acl_templates")).status).toBe(400);
  });

  test("of templates are copied when a template is applied", async () => {
    const { sandbox, send } = await started();
    const [group] = sandbox.objects("groups");
    const { body: template } = await send(`POST ${paths.templates}`, { name: "t" });
    await send(`PUT ${entry("groups", group!.id, `acl_templates/${template.id}`)}`, { permissions: ["read"] });
    const { body: storage } = await send(`POST ${paths.storages}`, s3Storage("n"));
    expect((await send(`POST ${paths.templates}${template.id}/storages/${storage.id}/`)).status).toBe(200);
    await send(`DELETE ${paths.templates}${template.id}/`);
    expect((await send(`GET ${paths.acl}storages/${storage.id}/`)).body.groups_acl).toHaveLength(1);
  });
});

test("every switch says what it stands for, and its default is one of its values", () => {
  for (const [name, { values, default: initial, doubt }] of Object.entries(switchTable)) {
    expect(doubt, name).toMatch(/\w.*\.$/);
    if (typeof values !== "string") expect(values, name).toContain(initial);
  }
});
