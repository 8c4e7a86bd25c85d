/** Groups, users, roles and access lists in the sandbox. */
import { describe, expect, onTestFinished, test } from "vitest";
import { startSandbox, type SandboxOptions } from "../provider/sandbox";
import { paths, s3Storage, sender } from "./sandbox-calls";

async function started(options: SandboxOptions = {}) {
  const sandbox = await startSandbox({ checkAnswers: true, ...options });
  onTestFinished(sandbox.close);
  return { sandbox, send: sender(sandbox) };
}

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
    const types = (await young.send(`GET ${paths.groups}all/basic/?per_page=100`)).body.objects.map(
      (g: any) => g.group_type,
    );
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
    expect((await send(`POST ${paths.groups}`, body)).body.role_categories).toMatchObject({
      billing: true,
      storage_admin: false,
    });
    sandbox.set({ roleCategories: "expanded", rolesOrder: "sorted" });
    expect((await send(`POST ${paths.groups}`, body)).body.roles).toEqual([
      "can_delete_storages",
      "can_read_billing",
      "can_read_storages",
      "can_write_storages",
    ]);
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

describe("users", () => {
  test("have an e-mail of their own, and are made administrators by administrators", async () => {
    const { sandbox, send } = await started();
    const body = { email: "editor@example.com", type: "POWER" };
    const { body: made } = await send(`POST ${paths.users}`, body);
    expect((await send(`POST ${paths.users}`, { ...body, email: "Editor@example.com" })).body.errors).toHaveProperty(
      "email",
    );
    const limited = sender(sandbox, sandbox.issue({ roles: ["can_write_users"] }));
    expect((await limited(`PATCH ${paths.users}${made.id}/`, { is_admin: true })).status).toBe(403);
    expect((await send(`PATCH ${paths.users}${made.id}/`, { is_admin: true })).body.is_admin).toBe(true);
    expect((await send(`PATCH ${paths.users}${made.id}/`, { type: "STANDARD" })).status).toBe(400);
  });

  test("that are deleted leave lists and groups, and their tokens end", async () => {
    const { sandbox, send } = await started();
    const caller = sandbox.issue({ roles: [] });
    expect((await send(`DELETE ${paths.users}${caller.userId}/`)).status).toBe(204);
    expect((await send(`GET ${paths.users}${caller.userId}/`)).status).toBe(404);
    expect((await send(`GET ${paths.users}`)).body.total).toBe(1);
    expect((await sender(sandbox, caller)(`GET ${paths.users}current/`)).status).toBe(401);
  });
});

describe("roles", () => {
  test("add up over the user groups of an old tenant", async () => {
    const seed = {
      groups: [
        { name: "a", roles: ["can_search"] },
        { name: "b", roles: ["can_read_groups", "can_search"] },
      ],
      users: [{ email: "editor@example.com", groups: ["a", "b"] }],
    };
    const { sandbox } = await started({ seed });
    const send = sender(sandbox, sandbox.issue({ email: "editor@example.com" }));
    expect((await send(`GET ${paths.users}current/roles/`)).body).toEqual({
      objects: ["can_search", "can_read_groups"],
    });
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
    const put = (type: string) =>
      send(`PUT ${entry("groups", group!.id, `${type}/${template.id}`)}`, { permissions: ["read"] });
    expect((await put("acl_templates")).status).toBe(201);
    for (const type of ["templates", "assets"])
      expect(await put(type)).toMatchObject({ status: 400, body: { errors: ["Invalid object type"] } });
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
