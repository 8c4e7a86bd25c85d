import { describe, expect, test } from "vitest";
import { clientOf, failure, serve } from "./scripted-server";

describe("a list", () => {
  const pages = "GET /API/files/v1/storages/";
  const keyset = "GET /API/files/v1/export_locations/";
  const mappings = "GET /API/users/v1/groups/mappings/";
  const whole = "GET /API/acls/v1/acl/templates/";
  const objects = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `id-${i}`, name: `name ${i}` }));

  type Spoil = (answer: any, page: number, reading: number) => unknown;

  /** A server that pages as iconik does; `spoil` changes an answer before it goes out. */
  const listing = (all: Record<string, unknown>[], spoil: Spoil = (answer) => answer, most = 100) => {
    let page = 0;
    let reading = 0;
    return serve(({ url, query }) => {
      const starts = (query.page ?? "1") === "1" && !query.last_id;
      if (starts) reading += 1;
      page = starts ? 1 : page + 1;
      const per_page = Math.min(most, Number(query.per_page ?? 10));
      let from = 0;
      if (query.page) from = (Number(query.page) - 1) * per_page;
      if (query.last_id) from = all.findIndex((one) => (one.id ?? one.name) === query.last_id) + 1;
      const objects = url.includes("acl/templates") ? all : all.slice(from, from + per_page);
      const envelope = query.per_page ? { per_page, total: all.length } : {};
      const answer = { objects, ...envelope, ...(query.page && { pages: Math.ceil(all.length / per_page) }) };
      return { body: spoil(answer, page, reading) };
    });
  };

  test.each([
    [pages, 0, 1],
    [pages, 100, 1],
    [pages, 250, 3],
    [keyset, 0, 1],
    [keyset, 99, 1],
    [keyset, 100, 2],
    [keyset, 250, 3],
    [whole, 0, 1],
    [whole, 300, 1],
  ])("%s with %i objects comes whole and in order, in %i requests", async (operation, count, requests) => {
    const server = await listing(objects(count));
    expect(await clientOf(server.url).list(operation)).toEqual(objects(count));
    expect(server.asked).toHaveLength(requests);
  });

  test("asks for a hundred at a time and keeps the caller's filter", async () => {
    const server = await listing(objects(150));
    await clientOf(server.url).list(pages, { query: { purpose: "FILES" } });
    expect(server.asked.map(({ query }) => query)).toEqual([
      { purpose: "FILES", page: "1", per_page: "100" },
      { purpose: "FILES", page: "2", per_page: "100" },
    ]);
  });

  test("goes on after the name where objects have no id", async () => {
    const all = objects(150).map(({ name }) => ({ name, group_id: "g1" }));
    const server = await listing(all);
    expect(await clientOf(server.url).list(mappings)).toEqual(all);
    expect(server.asked[1]!.query).toEqual({ per_page: "100", last_id: "name 99" });
  });

  test.each([pages, keyset])("%s is whole when iconik gives fewer at a time than were asked for", async (operation) => {
    const server = await listing(objects(95), undefined, 20);
    expect(await clientOf(server.url).list(operation)).toHaveLength(95);
    const reticent: Spoil[] = [({ objects }) => ({ objects }), ({ objects, per_page }) => ({ objects, per_page })];
    for (const spoil of reticent) {
      const other = await listing(objects(95), spoil, 20);
      expect(await clientOf(other.url).list(operation)).toHaveLength(95);
    }
  });

  test("is not over at a short page while objects are missing", async () => {
    const server = await listing(objects(95), (answer) => ({ ...answer, per_page: 100 }), 20);
    expect(await clientOf(server.url).list(keyset)).toHaveLength(95);
  });

  const changed = (change: object) => (answer: object) => ({ ...answer, ...change });
  const faults: [string, string, Spoil][] = [
    ["says it has more", pages, changed({ total: 251 })],
    ["says it has fewer", pages, changed({ total: 249 })],
    ["says it has more", keyset, changed({ total: 251 })],
    ["says it has fewer", keyset, changed({ total: 249 })],
    ["says it has more", whole, changed({ total: 251 })],
    ["gives the same page again", pages, (answer) => ({ ...answer, objects: objects(100) })],
    ["gives the same page again", keyset, (answer) => ({ ...answer, objects: objects(100) })],
    ["ends early", pages, changed({ pages: 2 })],
    ["has an empty page", pages, (answer, page) => ({ ...answer, objects: page === 2 ? [] : answer.objects })],
    ["ends early", keyset, (answer, page) => ({ ...answer, objects: page === 2 ? [] : answer.objects })],
    ["shrinks", pages, (answer, page) => ({ ...answer, total: 250 - page })],
    ["has another total on one page", pages, (answer, page) => ({ ...answer, total: page === 2 ? 251 : 250 })],
    ["has an empty page and no total", pages, (all, page) => ({ pages: 3, objects: page === 2 ? [] : all.objects })],
    ["has no objects", pages, () => ({ total: 0 })],
    ["has objects that are none", pages, () => ({ objects: "many" })],
    ["has objects without a key", keyset, (answer) => ({ ...answer, objects: [{}] })],
  ];
  test.each(faults)("that %s is no list (%s)", async (_, operation, spoil) => {
    const server = await listing(objects(250), spoil);
    const error = await failure(clientOf(server.url).list(operation));
    expect(error).toMatchObject({ code: "bad-answer", operation });
    expect(error.message).toMatch(/could not be read whole, twice: .+/);
  });

  test.each(faults)("that %s once is read again (%s)", async (_, operation, spoil) => {
    let readings = 0;
    const server = await listing(objects(250), (answer, page, reading) => {
      readings = reading;
      return reading === 1 ? spoil(answer, page, reading) : answer;
    });
    expect(await clientOf(server.url).list(operation)).toHaveLength(250);
    expect(readings).toBe(2);
  });

  test.each([pages, keyset])("%s that repeats itself is noticed by its second page", async (operation) => {
    const server = await listing(objects(250), () => ({ objects: objects(100) }));
    expect((await failure(clientOf(server.url).list(operation))).message).toContain('"id-0" came twice');
    expect(server.asked).toHaveLength(4);
  });

  test("fails with its first page that fails", async () => {
    const server = await listing(objects(250), (answer, page) => (page === 2 ? "no" : answer));
    expect((await failure(clientOf(server.url).list(pages))).code).toBe("bad-answer");
  });
});
