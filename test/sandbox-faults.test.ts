/** What goes wrong on request, the rate limit, and what the sandbox keeps of the calls it got. */
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  parseFault,
  parseSwitch,
  startSandbox,
  switchTable,
  type Fault,
  type SandboxOptions,
} from "../provider/sandbox";
import { rateLimit } from "../provider/sandbox/rate";
import { paths, s3Storage, sender } from "./sandbox-calls";

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);

async function started(options: SandboxOptions = {}) {
  const sandbox = await startSandbox({ checkAnswers: true, ...options });
  onTestFinished(sandbox.close);
  return { sandbox, send: sender(sandbox) };
}

describe("a fault", () => {
  const post = `POST ${paths.groups}`;
  const list = `GET ${paths.groups}`;

  async function hit(fault: Fault, request: string, body?: unknown) {
    const { sandbox, send } = await started({
      seed: { groups: Array.from({ length: 14 }, (_, n) => ({ name: `g${n}` })) },
    });
    sandbox.fault(fault);
    const outcome = await send(request, body).catch((error: unknown) => ({ error }));
    return {
      sandbox,
      send,
      outcome: outcome as any,
      made: sandbox.objects("groups").some(({ name }) => name === "new"),
    };
  }

  test("answers with a status and does nothing", async () => {
    const { outcome, made } = await hit({ match: post, kind: "status", code: 503, retryAfter: 2 }, post, {
      name: "new",
    });
    expect([outcome.status, outcome.headers.get("retry-after"), made]).toEqual([503, "2", false]);
    expect(outcome.body.errors).toHaveLength(1);
  });

  test("cuts the connection before or after the work is done", async () => {
    const before = await hit({ match: post, kind: "reset-before" }, post, { name: "new" });
    expect([before.outcome.error, before.made]).toEqual([expect.any(Error), false]);
    const after = await hit({ match: post, kind: "reset-after" }, post, { name: "new" });
    expect([after.outcome.error, after.made]).toEqual([expect.any(Error), true]);
  });

  test.each([
    ["timeout", false],
    ["timeout-after", true],
  ] as const)("leaves the caller waiting: %s", async (kind, acted) => {
    const { sandbox } = await started();
    sandbox.fault({ match: post, kind });
    const ended = sender(sandbox)(post, { name: "new" }).then(
      () => "answered",
      () => "cut",
    );
    while (sandbox.requests.length === 0) await new Promise(setImmediate);
    // A second call gets through while the first one waits.
    expect((await sender(sandbox)(list)).body.objects.some(({ name }: any) => name === "new")).toBe(acted);
    await sandbox.close();
    expect(await ended).toBe("cut");
  });

  test("answers with HTML, or with half of the JSON, after the work is done", async () => {
    for (const kind of ["garbage", "truncated-json"] as const) {
      const { outcome, made } = await hit({ match: post, kind }, post, { name: "new" });
      expect([outcome.error, made]).toEqual([expect.any(SyntaxError), true]);
    }
  });

  test("spoils lists: half of the objects, a wrong total, the first page again", async () => {
    const half = await hit({ match: list, kind: "truncated-list" }, list);
    expect([half.outcome.body.objects.length, half.outcome.body.total]).toEqual([5, 15]);
    const lie = await hit({ match: list, kind: "lying-total" }, list);
    expect([lie.outcome.body.objects.length, lie.outcome.body.total]).toEqual([10, 16]);
    const again = await hit({ match: list, kind: "repeated-page" }, `${list}?page=2`);
    expect(again.outcome.body.page).toBe(2);
    expect(again.outcome.body.objects).toEqual((await again.send(list)).body.objects);
  });

  test("spoils fields, of an answer or of all objects of a list", async () => {
    const dropped = await hit({ match: list, kind: "drop-field", field: "name" }, list);
    expect(dropped.outcome.body.objects.some((group: any) => "name" in group)).toBe(false);
    const coerced = await hit({ match: post, kind: "coerce-field", field: "name", value: 7 }, post, { name: "new" });
    expect([coerced.outcome.body.name, coerced.made]).toEqual([7, true]);
    const storages = `GET ${paths.storages}`;
    const nested = await hit({ match: storages, kind: "drop-field", field: "settings.is_system" }, storages);
    expect(nested.outcome.body.objects.map((storage: any) => storage.settings.is_system)).toEqual([
      undefined,
      undefined,
    ]);
  });

  test("slows down, before or during the answer, without changing it", async () => {
    for (const kind of ["delay", "slow"] as const) {
      const { outcome, send } = await hit({ match: list, kind, ms: 20 }, list);
      expect(outcome.body).toEqual((await send(list)).body);
    }
  });

  test("hits as many calls as asked for, after as many as asked for, until it is taken back", async () => {
    const { sandbox, send } = await started();
    const statuses = async (count: number) => {
      const seen = [];
      for (let n = 0; n < count; n += 1) seen.push((await send(list)).status);
      return seen;
    };
    sandbox.fault({ match: list, kind: "status", code: 500, after: 1, times: 2 });
    expect(await statuses(4)).toEqual([200, 500, 500, 200]);
    const takeBack = sandbox.fault({ match: /groups/, kind: "status", code: 502, times: Infinity });
    expect(await statuses(3)).toEqual([502, 502, 502]);
    takeBack();
    expect(await statuses(1)).toEqual([200]);
  });

  test("is told from others by its pattern", async () => {
    const { sandbox, send } = await started();
    sandbox.fault({ match: `GET ${paths.storages}*/`, kind: "status", code: 500, times: Infinity });
    sandbox.fault({ match: "** /API/settings/**", kind: "status", code: 501, times: Infinity });
    const [storage] = sandbox.objects("storages");
    expect((await send(`GET ${paths.storages}`)).status).toBe(200);
    expect((await send(`GET ${paths.storages}${storage!.id}/`)).status).toBe(500);
    expect((await send(`GET ${paths.storages}${storage!.id}/auto_scan/`)).status).toBe(404);
    expect((await send(`PATCH ${paths.system}`, {})).status).toBe(501);
  });

  test("can be written in one line", () => {
    expect(parseFault("POST /API/files/v1/storages/ status code=503 times=2")).toEqual({
      match: "POST /API/files/v1/storages/",
      kind: "status",
      code: 503,
      times: 2,
    });
    expect(parseFault("GET ** coerce-field field=name value=null")).toMatchObject({ field: "name", value: null });
    expect(() => parseFault("GET ** explode")).toThrow(RangeError);
    expect(() => parseFault("GET ** status colour=red")).toThrow("colour");
  });
});

describe("the rate limit", () => {
  test("is counted on every answer, per application", async () => {
    const { sandbox, send } = await started({ rateLimit: true });
    const remaining = async (as = send) => Number((await as(`GET ${paths.groups}`)).headers.get("ratelimit-remaining"));
    expect([await remaining(), await remaining()]).toEqual([999, 998]);
    expect(await remaining(sender(sandbox, sandbox.issue()))).toBe(999);
  });

  test("refuses what goes beyond it, with or without saying when to come back", async () => {
    const { sandbox, send } = await started({ rateLimit: true, clock: () => 0 });
    for (let n = 0; n < 1000; n += 100)
      await Promise.all(Array.from({ length: 100 }, () => send(`GET ${paths.users}current/`)));
    const refused = await send(`GET ${paths.groups}`);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "20"]);
    expect(refused.headers.get("ratelimit-remaining")).toBe("0");
    sandbox.set({ retryAfter: "none" });
    expect((await send(`GET ${paths.groups}`)).headers.get("retry-after")).toBeNull();
  });

  test(`never lets more than 1000 calls through in any 20 seconds (seed ${seed})`, () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1500, maxLength: 3000 });
    fc.assert(
      fc.property(gaps, (between) => {
        const limit = rateLimit(true);
        let now = 0;
        const passed = between.flatMap((gap) =>
          limit.spend("app", (now += gap)).retryAfter === undefined ? [now] : [],
        );
        return passed.every((time, at) => at < 1000 || time - passed[at - 1000]! >= 20_000);
      }),
      { seed, numRuns: 30 },
    );
  });
});

describe("the record of calls", () => {
  test("holds what was sent and answered, and can be cleared", async () => {
    const { sandbox, send } = await started();
    await send(`POST ${paths.groups}?a=b`, { name: "g" });
    await send(`GET /API/nothing/`);
    expect(sandbox.requests).toEqual([
      { method: "POST", path: paths.groups, query: { a: "b" }, body: { name: "g" }, appId: sandbox.appId, status: 201 },
      { method: "GET", path: "/API/nothing/", query: {}, body: undefined, appId: sandbox.appId, status: 404 },
    ]);
    sandbox.clearRequests();
    expect(sandbox.requests).toEqual([]);
  });
});

describe("behind the client's back", () => {
  test("objects can be looked at, changed, made and taken away", async () => {
    const { sandbox, send } = await started();
    const { body: storage } = await send(`POST ${paths.storages}`, s3Storage("n"));
    sandbox.edit("storages", storage.id, { description: "by hand" });
    sandbox.edit("storages", storage.id, (object) => void (object.settings.scan = true));
    sandbox.edit("auto_scans", storage.id, { hours_interval: 3 });
    const read = () => send(`GET ${paths.storages}${storage.id}/`);
    expect((await read()).body).toMatchObject({ description: "by hand", settings: { scan: true } });
    expect((await send(`GET ${paths.storages}${storage.id}/auto_scan/`)).body.hours_interval).toBe(3);
    sandbox.edit("storages", storage.id, { description: undefined });
    expect((await read()).body).not.toHaveProperty("description");
    sandbox.object("storages", storage.id)!.name = "a copy";
    expect((await read()).body.name).toBe("n");
    sandbox.remove("storages", storage.id);
    expect((await read()).status).toBe(404);
  });

  test("a call may hold any JSON and never makes the sandbox fail", async () => {
    const { send } = await started();
    const calls = [
      `POST ${paths.storages}`,
      `POST ${paths.groups}`,
      `PATCH ${paths.system}`,
      `POST ${paths.users}`,
      `PUT ${paths.acl}storages/`,
    ];
    const words = fc.constantFrom(
      "name",
      "settings",
      "method",
      "purpose",
      "allowed_ips",
      "roles",
      "email",
      "type",
      "__proto__",
      "object_keys",
      "permissions",
    );
    const body = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.constantFrom("S3", "FILES", "POWER"),
        tie("object"),
      ),
      object: fc.dictionary(words, tie("value")),
    })).object;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...calls), body, async (call, sent) => {
        const { status } = await send(call, sent);
        expect([200, 201, 400]).toContain(status);
      }),
      { seed, numRuns: 200 },
    );
  });
});

describe("switches", () => {
  test("say what they stand for, and default to one of their values", () => {
    for (const [name, { values, default: initial, doubt }] of Object.entries(switchTable)) {
      expect(doubt, name).toMatch(/\w.*\.$/);
      if (typeof values !== "string") expect(values, name).toContain(initial);
    }
  });

  test("take the values they have, and no others", async () => {
    expect(parseSwitch("listLag=3")).toEqual({ listLag: 3 });
    expect(parseSwitch("teamsOnOldTenants=404")).toEqual({ teamsOnOldTenants: "404" });
    for (const wrong of [
      "listLag=some",
      "listLag=-1",
      "listLag=",
      "put=maybe",
      "nothing=1",
      "aclTemplateObjectType=",
    ]) {
      expect(() => parseSwitch(wrong), wrong).toThrow(RangeError);
    }
    await expect(startSandbox({ switches: { put: "maybe" as "keep" } })).rejects.toThrow("clear, keep");
  });

  test("at any setting leave the answers of an ordinary day within the contract", async () => {
    const choices = Object.entries(switchTable).flatMap(([name, { values }]) =>
      typeof values === "string" ? [] : (values as readonly string[]).map((value) => `${name}=${value}`),
    );
    for (const choice of choices) {
      const { sandbox, send } = await started({ tenant: "both", switches: parseSwitch(choice) });
      await send(`POST ${paths.storages}`, s3Storage("n"));
      for (const path of [paths.storages, paths.groups, paths.teams, paths.users, paths.apps, paths.system]) {
        expect((await send(`GET ${path}`)).status, `${choice}: ${path}`).toBe(200);
      }
      await sandbox.close();
    }
  });
});
