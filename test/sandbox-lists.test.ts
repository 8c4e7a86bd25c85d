/** What the sandbox takes, shows and lists: properties, pages, filters, lag. */
import { describe, expect, onTestFinished, test } from "vitest";
import { startSandbox, type SandboxOptions } from "../provider/sandbox";
import { paths, s3Storage, sender } from "./sandbox-calls";

async function started(options: SandboxOptions = {}) {
  const sandbox = await startSandbox({ checkAnswers: true, ...options });
  onTestFinished(sandbox.close);
  return { sandbox, send: sender(sandbox) };
}

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
    expect((await send(`POST ${paths.storages}`, s3Storage("b", { shard: 7 }))).body.errors).toHaveProperty(
      "settings.shard",
    );
    sandbox.set({ unknownProperties: "store" });
    const { body: kept } = await send(`POST ${paths.storages}`, { ...body, name: "c" });
    expect((await send(`GET ${paths.storages}${kept.id}/`)).body).toMatchObject({
      color: "red",
      settings: { shard: 7 },
    });
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
    expect((await send(`PUT ${paths.groups}${made.id}/`, { name: "h" })).body).toMatchObject({
      name: "h",
      description: "d",
    });
    sandbox.set({ put: "clear" });
    const { body: cleared } = await send(`PUT ${paths.groups}${made.id}/`, { name: "h" });
    expect(cleared).not.toHaveProperty("description");
    expect(cleared).toMatchObject({ id: made.id, date_created: made.date_created });
  });
});

describe("lists", () => {
  test("page by number: ten to a page, at most a hundred, with totals and links", async () => {
    const { sandbox, send } = await started({
      seed: { groups: Array.from({ length: 24 }, (_, n) => ({ name: `g${n}` })) },
    });
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
    for (let url = first.first_url; url;) {
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
      objects: expect.any(Array),
      page: 1,
      pages: 1,
      per_page: 100,
      total: 25,
    });
    sandbox.set({ perPageAbove100: "accept", pageUrls: "absolute" });
    expect((await send(`GET ${paths.groups}?per_page=500`)).body).toMatchObject({
      per_page: 500,
      first_url: expect.stringContaining(sandbox.url),
    });
  });

  test("page by the last id", async () => {
    const { send } = await started({ seed: { apps: Array.from({ length: 24 }, (_, n) => ({ name: `a${n}` })) } });
    const seen: string[] = [];
    for (let last = ""; ;) {
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
    const { send } = await started({
      seed: { acl_templates: Array.from({ length: 25 }, (_, n) => ({ name: `t${n}` })) },
    });
    const { body } = await send(`GET ${paths.templates}`);
    expect(Object.keys(body)).toEqual(["objects"]);
    expect(body.objects).toHaveLength(25);
  });

  test("filter by name, ids, words and e-mails", async () => {
    const { sandbox, send } = await started({
      seed: { groups: [{ name: "Editors" }, { name: "Editors abroad", alias: "ea" }] },
    });
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
    // While lists lag, a second change does not bring the first one forward.
    await send(`POST ${paths.groups}`, { name: "one" });
    await send(`POST ${paths.groups}`, { name: "two" });
    expect([await total(), await total(), await total()]).toEqual([1, 1, 3]);
  });
});
