/** The sandbox serves the whole contract: every operation, its roles, its shapes, its errors. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contract } from "../provider/contract";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import { handlers } from "../provider/sandbox/server";
import { paths, s3Storage, sender, type Send } from "./sandbox-calls";

const someId = "7c9e6679-7425-40de-944b-e07fc1f90ae7";

describe("the contract", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ tenant: "both", checkAnswers: true });
  });
  afterAll(() => sandbox.close());

  test("has a handler for each of its operations, and no other", () => {
    expect(Object.keys(handlers).sort()).toEqual(Object.keys(contract.operations).sort());
  });

  test.each(Object.entries(contract.operations).filter(([, { roles }]) => roles.length > 0))(
    "%s is refused to a caller that lacks a role",
    async (key, { roles }) => {
      const everyRole = [...new Set(Object.values(contract.operations).flatMap((other) => other.roles))];
      const request = key.replace("{purpose}", "FILES").replace(/\{\w+\}/g, someId);
      const body = key.startsWith("GET ") ? undefined : {};
      for (const lacking of roles) {
        const without = sandbox.issue({ roles: everyRole.filter((role) => role !== lacking) });
        const refused = await sender(sandbox, without)(request, body);
        expect(refused.status).toBe(403);
        expect(refused.body.errors[0]).toContain(lacking);
      }
      const allowed = await sender(sandbox, sandbox.issue({ roles }))(request, body);
      expect([401, 405, 500]).not.toContain(allowed.status);
      // The checks of one permission answer 403 themselves; what counts is that no role is missing.
      expect(JSON.stringify(allowed.body ?? "")).not.toContain("Missing role");
    },
  );

  test("is kept by every answer on a walk through all operations", async () => {
    const walked = new Set<string>();
    const send = sender(sandbox);
    const walk = async (key: string, parameters: Record<string, string> = {}, body?: unknown, query = "") => {
      const request = key.replace(/\{(\w+)\}/g, (_, name) => parameters[name] ?? expect.fail(`${key} needs ${name}`));
      const said = await send(request + query, body);
      expect(said, key).toMatchObject({
        status: Math.min(...Object.keys(contract.operations[key]!.responses).map(Number)),
      });
      walked.add(key);
      return said.body;
    };
    await walkPeople(walk);
    await walkStorages(walk);
    await walkAccess(walk, sandbox);
    await walkSettings(walk, sandbox);
    await walkApplications(walk, sandbox);
    expect(Object.keys(contract.operations).filter((key) => !walked.has(key))).toEqual([]);
  });
});

type Walk = (key: string, parameters?: Record<string, string>, body?: unknown, query?: string) => Promise<any>;

async function walkPeople(walk: Walk): Promise<void> {
  const users = paths.users;
  const { id: user_id } = await walk(
    `POST ${users}`,
    {},
    { email: "editor@example.com", type: "STANDARD", password: "p" },
  );
  await walk(`GET ${users}`);
  await walk(`GET ${users}basic/`, {}, undefined, "?emails=editor@example.com");
  await walk(`GET ${users}{user_id}/`, { user_id });
  await walk(`PATCH ${users}{user_id}/`, { user_id }, { first_name: "Editor" });
  await walk(`PUT ${users}{user_id}/`, { user_id }, { email: "editor@example.com", type: "STANDARD" });
  await walk(`GET ${users}current/`);
  await walk(`PATCH ${users}current/`, {}, { first_name: "Owner" });
  await walk(`PUT ${users}current/`, {}, { email: "owner@example.com", type: "POWER" });
  await walk(`GET ${users}current/roles/`);
  for (const [kind, id] of [
    ["groups", "group_id"],
    ["teams", "team_id"],
    ["role_groups", "group_id"],
  ] as const) {
    const list = `/API/users/v1/${kind}/`;
    const group = await walk(
      `POST ${list}`,
      {},
      { name: "Editors", ...(kind !== "teams" && { roles: ["can_search"] }) },
    );
    const at = { [id]: group.id as string, user_id };
    await walk(`GET ${list}`);
    await walk(`GET ${list}basic/`);
    await walk(`GET ${list}{${id}}/`, at);
    await walk(`PATCH ${list}{${id}}/`, at, { description: "Who edits" });
    await walk(`PUT ${list}{${id}}/`, at, { name: "Editors" });
    await walk(`PATCH ${list}{${id}}/`, at, kind === "teams" ? {} : { roles: ["can_search"] });
    await walk(`POST ${list}{${id}}/users/{user_id}/`, at);
    if (kind === "groups") {
      await walk(`GET ${users}{user_id}/roles/`, { user_id });
      await walk(`GET ${users}{user_id}/roles/{role}/`, { user_id, role: "can_search" });
      await walk(`POST ${paths.mappings}`, {}, { name: "saml-editors", group_id: group.id });
      await walk(`GET ${paths.mappings}`);
      await walk(`GET ${paths.mappings}{name}/`, { name: "saml-editors" });
      await walk(`DELETE ${paths.mappings}{name}/`, { name: "saml-editors" });
    }
    await walk(`DELETE ${list}{${id}}/users/{user_id}/`, at);
    await walk(`DELETE ${list}{${id}}/`, at);
  }
  await walk(`GET ${paths.groups}all/basic/`);
  await walk(`DELETE ${users}{user_id}/`, { user_id });
}

async function walkStorages(walk: Walk): Promise<void> {
  const storages = paths.storages;
  const storage = await walk(`POST ${storages}`, {}, s3Storage("Newsroom"));
  const at = { storage_id: storage.id, purpose: "FILES", method: "S3" };
  await walk(`GET ${storages}`);
  await walk(`GET ${storages}{storage_id}/`, at);
  await walk(`PATCH ${storages}{storage_id}/`, at, { description: "Rushes" });
  await walk(`PUT ${storages}{storage_id}/`, at, s3Storage("Newsroom"));
  await walk(`POST ${storages}{storage_id}/default/`, at);
  await walk(`GET ${storages}{purpose}/default/`, at);
  await walk(`GET ${storages}matching/{purpose}/`, at);
  await walk(`GET ${storages}matching/{purpose}/method/{method}/`, at);
  await walk(`DELETE ${storages}{storage_id}/default/`, at);
  await walk(`POST ${storages}{storage_id}/auto_scan/`, at, { hours_interval: 6 });
  await walk(`GET ${storages}{storage_id}/auto_scan/`, at);
  await walk(`DELETE ${storages}{storage_id}/auto_scan/`, at);
  await walk(`POST ${storages}{storage_id}/scan/`, at, {});
  const { name: _, purpose, ...access } = s3Storage("");
  await walk(`POST ${storages}verifications/access/`, {}, access);
  await walk(`POST ${storages}verifications/permissions/`, {}, { ...access, purpose });
  await walk(`GET ${storages}{storage_id}/verifications/access/`, at);
  await walk(`GET ${storages}{storage_id}/verifications/permissions/`, at);
  const body = { name: "To the archive", path: "out", storage_id: storage.id };
  const { id: export_location_id } = await walk(`POST ${paths.exportLocations}`, {}, body);
  await walk(`GET ${paths.exportLocations}`);
  await walk(`GET ${paths.exportLocations}{export_location_id}/`, { export_location_id });
  await walk(`PATCH ${paths.exportLocations}{export_location_id}/`, { export_location_id }, { export_proxy: true });
  await walk(`PUT ${paths.exportLocations}{export_location_id}/`, { export_location_id }, body);
  await walk(`DELETE ${paths.exportLocations}{export_location_id}/`, { export_location_id });
  await walk(`DELETE ${storages}{storage_id}/`, at);
}

async function walkAccess(walk: Walk, sandbox: Sandbox): Promise<void> {
  const acl = paths.acl;
  const { id: template_id } = await walk(`POST ${paths.templates}`, {}, { name: "Newsroom" });
  const group_id = sandbox.objects("groups")[0]!.id as string;
  const user_id = sandbox.objects("users")[0]!.id as string;
  const object = { object_type: "acl_templates", object_key: template_id, permission: "read" };
  await walk(`GET ${paths.templates}`);
  await walk(`GET ${paths.templates}{template_id}/`, { template_id });
  await walk(`PATCH ${paths.templates}{template_id}/`, { template_id }, { name: "News" });
  await walk(`PUT ${paths.templates}{template_id}/`, { template_id }, { name: "News" });
  for (const [side, principal] of [
    ["groups", { group_id }],
    ["users", { user_id }],
  ] as const) {
    const parameter = side === "groups" ? "group_id" : "user_id";
    const entry = `/API/acls/v1/${side}/{${parameter}}/acl/{object_type}/{object_key}/`;
    // The first of these makes the entry (201), the second changes it (200).
    await sender(sandbox)(
      `PUT ${entry.replace(/\{(\w+)\}/g, (_, name) => ({ ...object, ...principal })[name as "object_type"])}`,
      {
        permissions: ["read"],
      },
    );
    await walk(`PUT ${entry}`, { ...object, ...principal }, { permissions: ["read", "write"] });
    await walk(`GET ${entry}`, { ...object, ...principal });
    await walk(`GET ${entry}{permission}/`, { ...object, ...principal });
  }
  const keys = { object_keys: [template_id] };
  await walk(`GET ${acl}{object_type}/{object_key}/`, object);
  await walk(`GET ${acl}{object_type}/{object_key}/permissions/`, object);
  await walk(`GET ${acl}{object_type}/{object_key}/{permission}/`, object);
  await walk(`POST ${acl}{object_type}/{permission}/`, object, keys);
  await walk(`POST ${acl}`, {}, { objects: [{ ...keys, object_type: "acl_templates", permissions: ["read"] }] });
  const many = { ...keys, group_ids: [group_id], permissions: ["read"], mode: "APPEND" };
  await walk(`PUT ${acl}{object_type}/`, object, many);
  await walk(`PUT ${acl}{object_type}/bulk/`, object, { objects: [many] });
  const asset = { object_type: "assets", object_key: someId };
  await walk(`POST ${paths.templates}{template_id}/{object_type}/{object_key}/`, { ...asset, template_id });
  await walk(`DELETE ${acl}{object_type}/`, asset, { object_keys: [someId], group_ids: [group_id] });
  await walk("DELETE /API/acls/v1/groups/{group_id}/acl/{object_type}/{object_key}/", { ...object, group_id });
  await walk("DELETE /API/acls/v1/users/{user_id}/acl/{object_type}/{object_key}/", { ...object, user_id });
  await walk(`DELETE ${paths.templates}{template_id}/`, { template_id });
}

async function walkSettings(walk: Walk, sandbox: Sandbox): Promise<void> {
  const settings = "/API/settings/v1/";
  const user_id = sandbox.objects("users")[0]!.id as string;
  const documents: [string, Record<string, string>][] = [
    ["system/current/", {}],
    ["system/{system_domain_id}/", { system_domain_id: sandbox.domainId }],
    ["group/{group_id}/", { group_id: sandbox.objects("groups")[0]!.id }],
    ["team/{team_id}/", { team_id: sandbox.objects("teams")[0]!.id }],
    ["user/{user_id}/", { user_id }],
  ];
  for (const [document, parameters] of documents) {
    await walk(`GET ${settings}${document}`, parameters);
    await walk(`PATCH ${settings}${document}`, parameters, { share_expiration_time: 7 });
    await walk(`PUT ${settings}${document}`, parameters, { share_expiration_time: 7 });
    if (!document.startsWith("system")) await walk(`DELETE ${settings}${document}`, parameters);
  }
  await walk(`DELETE ${settings}user/attributes/`, {}, { user_ids: [user_id], asset_default_sections: [] });
  await walk(`GET ${settings}merged/current/`);
  await walk(`GET ${settings}merged/{user_id}/`, { user_id });
}

async function walkApplications(walk: Walk, sandbox: Sandbox): Promise<void> {
  const auth = "/API/auth/v1/";
  const { id: app_id } = await walk(`POST ${paths.apps}`, {}, { name: "CI" });
  await walk(`GET ${paths.apps}`);
  await walk(`GET ${paths.apps}{app_id}/`, { app_id });
  await walk(`PATCH ${paths.apps}{app_id}/`, { app_id }, { default_user_id: sandbox.objects("users")[0]!.id });
  await walk(`PUT ${paths.apps}{app_id}/`, { app_id }, { name: "CI" });
  const { id: token_id } = await walk(`POST ${paths.apps}{app_id}/token/`, { app_id });
  await walk(`GET ${auth}auth/{app_id}/tokens/`, { app_id });
  await walk(`GET ${auth}auth/tokens/`);
  await walk(`GET ${auth}auth/token/{token_id}/`, { token_id });
  await walk(`DELETE ${auth}auth/token/{token_id}/`, { token_id });
  await walk(`DELETE ${paths.apps}{app_id}/`, { app_id });
  await walk(`GET ${auth}system_domains/{system_domain_id}/`, { system_domain_id: sandbox.domainId });
  const recipient = { name: "Audit", method: "AMAZON", settings: {} };
  const { id: logs_recipient_id } = await walk(`POST ${paths.recipients}`, {}, recipient);
  await walk(`GET ${paths.recipients}`);
  await walk(`GET ${paths.recipients}{logs_recipient_id}/`, { logs_recipient_id });
  await walk(`PATCH ${paths.recipients}{logs_recipient_id}/`, { logs_recipient_id }, { name: "Audit log" });
  await walk(`PUT ${paths.recipients}{logs_recipient_id}/`, { logs_recipient_id }, recipient);
  await walk(`POST ${paths.recipients}{logs_recipient_id}/`, { logs_recipient_id });
  await walk(`DELETE ${paths.recipients}{logs_recipient_id}/`, { logs_recipient_id });
  sandbox.addUser({ email: "login@example.com", password: "open sesame" });
  await walk(`POST ${auth}auth/simple/login/`, {}, { email: "login@example.com", password: "open sesame" });
  await walk(`GET ${auth}auth/token/`);
  await walk(`POST ${auth}auth/token/`);
  await walk(`PUT ${auth}auth/token/`);
  await walk(`DELETE ${auth}auth/token/`);
}

describe("a request that is not right", () => {
  let sandbox: Sandbox;
  let send: Send;
  beforeAll(async () => {
    sandbox = await startSandbox({ checkAnswers: true });
    send = sender(sandbox);
  });
  afterAll(() => sandbox.close());

  test("to a path that is not there is 404, to a method that is not there 405", async () => {
    expect(await send("GET /API/files/v1/nothing/")).toMatchObject({
      status: 404,
      body: { errors: [expect.any(String)] },
    });
    const wrongMethod = await send(`PUT ${paths.storages}`, {});
    expect(wrongMethod.status).toBe(405);
    expect(wrongMethod.headers.get("allow")?.split(", ").sort()).toEqual(["GET", "POST"]);
  });

  test("to a path without its last slash is sent on, query and all", async () => {
    const moved = await send("GET /API/files/v1/storages?page=2");
    expect(moved.status).toBe(308);
    expect(moved.headers.get("location")).toBe("/API/files/v1/storages/?page=2");
  });

  test.each([
    ["without a required field", { name: "n", method: "S3", purpose: "FILES" }, "settings"],
    ["with a word that is none of the known", { ...s3Storage("n"), method: "TAPE" }, "method"],
    ["with a value of the wrong type", { ...s3Storage("n"), name: 7 }, "name"],
    ["with settings that its method does not take", s3Storage("n", { bucket: undefined }), "settings.bucket"],
    ["with a settings value of the wrong type", s3Storage("n", { scan: "yes" }), "settings.scan"],
  ])("%s names the field", async (_, body, field) => {
    const said = await send(`POST ${paths.storages}`, body);
    expect(said).toMatchObject({ status: 400, body: { errors: { [field]: expect.any(String) } } });
    expect(Object.keys(said.body.errors)).toEqual([field]);
  });

  test("may leave required fields out of a PATCH, not out of a PUT", async () => {
    const { body: group } = await send(`POST ${paths.groups}`, { name: "Editors" });
    expect((await send(`PATCH ${paths.groups}${group.id}/`, { alias: "E" })).status).toBe(200);
    expect((await send(`PUT ${paths.groups}${group.id}/`, { alias: "E" })).body.errors).toEqual({
      name: expect.any(String),
    });
  });

  test("with a body that is no JSON object is 400", async () => {
    const raw = (body: string, type: string) =>
      fetch(sandbox.url + paths.groups, {
        method: "POST",
        body,
        headers: { "App-ID": sandbox.appId, "Auth-Token": sandbox.authToken, "Content-Type": type },
      });
    expect((await raw("{", "application/json")).status).toBe(400);
    expect((await raw("[]", "application/json")).status).toBe(400);
    expect((await raw('{"name":"n"}', "text/plain")).status).toBe(400);
    expect((await raw('{"name":"n"}', "application/json; charset=utf-8")).status).toBe(201);
  });

  test("may hold null only where the contract says so", async () => {
    const { body: group } = await send(`POST ${paths.groups}`, { name: "Readers", external_id: "x" });
    expect((await send(`PATCH ${paths.groups}${group.id}/`, { external_id: null })).body.external_id).toBeNull();
    expect((await send(`PATCH ${paths.groups}${group.id}/`, { description: null })).status).toBe(400);
  });
});
