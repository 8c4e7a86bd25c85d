import { createServer, type AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { type Clock, systemClock } from "../provider/engine/budget";
import { connect, isRead } from "../provider/engine/client";
import { IconikError } from "../provider/engine/errors";
import {
  clientOf,
  failure,
  idleClock,
  type Reply,
  type Script,
  scriptedServer,
  type ScriptedServer,
  serve,
  token,
} from "./scripted-server";

const storages = "/API/files/v1/storages/";
const get = `GET ${storages}{storage_id}/`;
const create = `POST ${storages}`;
const one = { path: { storage_id: "s1" } };

describe("a request", () => {
  test("carries credentials, encoded parameters, a query and JSON, and keeps the trailing slash", async () => {
    const server = await serve([{ body: { id: "s1" } }]);
    const { call, url } = clientOf(server.url);
    expect(url).toBe(server.url);
    const answer = await call("PATCH /API/files/v1/storages/{storage_id}/", {
      path: { storage_id: "a/b ü" },
      query: { query: "x y&z", page: 2 },
      body: { name: "Röhre" },
    });
    expect(answer).toEqual({ status: 200, body: { id: "s1" } });
    const [asked] = server.asked;
    expect(asked).toMatchObject({ method: "PATCH", query: { query: "x y&z", page: "2" }, body: '{"name":"Röhre"}' });
    expect(asked!.url).toMatch(/^\/API\/files\/v1\/storages\/a%2Fb%20%C3%BC\/\?/);
    expect(asked!.headers).toMatchObject({
      "app-id": "app-1",
      "auth-token": token,
      accept: "application/json",
      "content-type": "application/json",
      "user-agent": expect.stringMatching(/^pulumi-iconik\/\d+\.\d+\.\d+/),
    });
  });

  test.each(["", ".", ".."])("whose id is %j is never sent: it would be another object's path", async (id) => {
    const server = await serve([{ body: {} }]);
    const { call } = clientOf(server.url);
    const error = await failure(call(`DELETE ${storages}{storage_id}/`, { path: { storage_id: id } }));
    expect(error.code).toBe("unsupported");
    expect(server.asked).toEqual([]);
  });

  test("that the contract does not know is a bug of ours", async () => {
    const error = await failure(clientOf("http://127.0.0.1:1").call("GET /API/files/v1/nothing/"));
    expect(error.code).toBe("internal");
  });

  test("with a token that no header can carry is refused without showing it", () => {
    const bad = () => connect({ url: "https://tenant.example.com", appId: "app", authToken: "line\nbreak-1234" });
    const message = expect.not.stringContaining("break");
    expect(bad).toThrow(expect.objectContaining({ code: "bad-setting", message }));
  });

  test("goes over plain http to this machine alone", () => {
    for (const host of ["app.iconik.io", "192.0.2.1", "127.0.0.1.example.com", "localhost.example.com"]) {
      expect(() => clientOf(`http://${host}`)).toThrow(/https:/);
    }
    for (const url of ["http://localhost:1", "http://127.0.0.1:1", "http://127.9.9.9", "http://[::1]:1"]) clientOf(url);
  });

  test("finds the connection of the one before", async () => {
    const ports = new Set<number>();
    const server = await serve((_, __, response) => {
      ports.add(response.socket!.remotePort!);
      return { body: {} };
    });
    const { call } = clientOf(server.url);
    for (let i = 0; i < 20; i++) await call(get, one);
    expect(ports.size).toBeLessThan(4);
  });
});

describe("credentials stay home", () => {
  test.each([301, 302, 303, 307, 308])("a %i is an error, and nothing goes to where it points", async (status) => {
    const elsewhere = await serve([{ body: {} }]);
    const location = `${elsewhere.url}/login?session=hidden-word&token=${token}`;
    const server = await serve([{ status, headers: { location }, body: "" }]);
    const error = await failure(clientOf(server.url).call(get, one));
    expect(error).toMatchObject({ code: "redirected", status });
    expect(error.message).toContain(elsewhere.url);
    expect(error.message).not.toMatch(/hidden-word|token-/);
    expect(await failure(clientOf(server.url).call(create, { body: {} }))).toMatchObject({ acted: "unknown" });
    expect(elsewhere.asked).toEqual([]);
    expect(server.asked).toHaveLength(2);
  });

  describe("behind a proxy", () => {
    afterEach(() => vi.unstubAllEnvs());
    const tunnels: string[] = [];
    let proxy: string;
    beforeEach(async () => {
      tunnels.length = 0;
      for (const name of ["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "NO_PROXY"]) {
        vi.stubEnv(name, undefined);
      }
      const server = createServer((socket) => {
        socket.on("error", () => {});
        socket.once("data", (data) => {
          tunnels.push(data.toString());
          socket.end("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n");
        });
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      onTestFinished(() => void server.close());
      proxy = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      vi.stubEnv("HTTPS_PROXY", `http://user:proxy-password@${proxy}`);
    });

    test("the token travels inside the tunnel, and a refused tunnel lets even a POST be repeated", async () => {
      const error = await failure(clientOf("https://tenant.example.com").call(create, { body: {} }));
      expect(error).toMatchObject({ code: "unreachable", acted: undefined });
      expect(error.message).toMatch(/tenant\.example\.com.*502.*HTTPS_PROXY/);
      expect(tunnels.length).toBeGreaterThan(1);
      expect(tunnels[0]).toMatch(/^CONNECT tenant\.example\.com:443 /);
      expect(tunnels.join()).not.toContain(token);
      expect(new IconikError({ code: "internal", message: "at proxy-password" }).message).toBe("at [secret]");
    });

    test("NO_PROXY is honoured", async () => {
      vi.stubEnv("NO_PROXY", "192.0.2.1");
      const options = { timeouts: { connect: 20 }, maxWait: 0 };
      const error = await failure(clientOf("https://192.0.2.1", options).call(get, one));
      expect(error.code).toBe("unreachable");
      expect(tunnels).toEqual([]);
    });

    test("this machine is never reached through it", async () => {
      vi.stubEnv("HTTP_PROXY", `http://${proxy}`);
      const server = await serve([{ body: { id: "s1" } }]);
      await clientOf(server.url).call(get, one);
      expect(tunnels).toEqual([]);
    });

    test("a proxy that is no address is a bad setting, not shown", () => {
      vi.stubEnv("HTTPS_PROXY", "user:hidden-word@proxy:1 2");
      expect(() => clientOf("https://tenant.example.com")).toThrow(/^HTTPS_PROXY or HTTP_PROXY is not the address/);
    });
  });
});

describe("repetition", () => {
  const repeatable = ["GET", "PUT", "PATCH", "DELETE"].map((method) => `${method} ${storages}{storage_id}/`);
  const passing = [429, 500, 502, 503, 504];

  test.each(repeatable.flatMap((operation) => passing.map((status) => ({ operation, status }))))(
    "$operation is sent again after $status",
    async ({ operation, status }) => {
      const server = await serve([{ status }, { status }, { body: { id: "s1" } }]);
      const answer = await clientOf(server.url).call(operation, one);
      expect(answer.body).toEqual({ id: "s1" });
      expect(server.asked).toHaveLength(3);
    },
  );

  test.each([500, 502, 503, 504])("a POST is not sent again after %i, and its outcome is unknown", async (status) => {
    const server = await serve([{ status }, { status: 201, body: { id: "s2" } }]);
    const error = await failure(clientOf(server.url).call(create, { body: {} }));
    expect(error).toMatchObject({ code: "unavailable", status, acted: "unknown" });
    expect(error.message).toContain("not known whether iconik acted");
    expect(server.asked).toHaveLength(1);
  });

  test("a POST is sent again after 429, by which iconik says that it did nothing", async () => {
    const server = await serve([{ status: 429 }, { status: 201, body: { id: "s2" } }]);
    expect(await clientOf(server.url).call(create, { body: {} })).toEqual({ status: 201, body: { id: "s2" } });
  });

  test("a POST is sent again when the connection was refused", async () => {
    const { port } = await (async () => {
      await using taken = await scriptedServer(() => ({}));
      return taken;
    })();
    let server: ScriptedServer | undefined;
    const clock = idleClock(async () => {
      server ??= await serve([{ status: 201, body: { id: "s2" } }], port);
    });
    const answer = await clientOf(`http://127.0.0.1:${port}`, { clock, random: () => 0.5 }).call(create, { body: {} });
    expect(answer.status).toBe(201);
    expect(server!.asked).toHaveLength(1);
  });

  test("a POST that changes nothing is sent again", async () => {
    const operation = "POST /API/files/v1/storages/verifications/access/";
    expect([operation, create, get].map(isRead)).toEqual([true, false, true]);
    const server = await serve([{ status: 503 }, { body: { access_check: true } }]);
    expect((await clientOf(server.url).call(operation, { body: {} })).body).toEqual({ access_check: true });
  });

  test.each([400, 401, 403, 404, 409, 422, 501])("nothing is sent again after %i", async (status) => {
    const server = await serve([{ status }]);
    expect(await failure(clientOf(server.url).call(`PUT ${storages}{storage_id}/`, one))).toMatchObject({ status });
    expect(server.asked).toHaveLength(1);
  });

  describe("when the connection breaks", () => {
    const breaking =
      (times: number): Script =>
      (_, nth, response) => {
        if (nth > times) return { body: { id: "s1" } };
        response.socket!.destroy();
        return undefined;
      };

    test("a read is sent again", async () => {
      const server = await serve(breaking(2));
      expect((await clientOf(server.url).call(get, one)).body).toEqual({ id: "s1" });
    });

    test("a POST is not, and its outcome is unknown", async () => {
      const server = await serve(breaking(1));
      const error = await failure(clientOf(server.url).call(create, { body: {} }));
      expect(error).toMatchObject({ code: "unreachable", acted: "unknown", operation: create });
      expect(server.asked).toHaveLength(1);
    });
  });

  test("an answer that does not come is a time-out", async () => {
    const server = await serve(() => undefined);
    const quick = clientOf(server.url, { timeouts: { headers: 30 }, maxWait: 600, random: () => 0.999 });
    expect(await failure(quick.call(create, { body: {} }))).toMatchObject({ code: "timed-out", acted: "unknown" });
    expect(server.asked).toHaveLength(1);
    expect(await failure(quick.call(get, one))).toMatchObject({ code: "timed-out", acted: undefined });
    expect(server.asked.length).toBe(3);
  });

  test("attempts end, and so does the waiting", async () => {
    const server = await serve([{ status: 503 }]);
    const clock = idleClock();
    await failure(clientOf(server.url, { clock, random: () => 0.999 }).call(get, one));
    expect(server.asked).toHaveLength(5);
    expect(Math.max(...clock.waits)).toBeLessThanOrEqual(30_000);

    const limited = await serve([{ status: 429 }]);
    const other = idleClock();
    const error = await failure(clientOf(limited.url, { clock: other, random: () => 0 }).call(get, one));
    expect(error.code).toBe("rate-limited");
    expect(other.waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(120_000);
  });

  test("waits grow, with full jitter", async () => {
    const waits = async (random: number) => {
      const server = await serve([{ status: 500 }]);
      const clock = idleClock();
      await failure(clientOf(server.url, { clock, random: () => random }).call(get, one));
      return clock.waits;
    };
    expect(await waits(0.5)).toEqual([250, 500, 1_000, 2_000]);
    expect(await waits(0)).toEqual([0, 0, 0, 0]);
  });

  test.each([
    ["7", 7_000],
    ["0", 1_000],
    [new Date(Date.UTC(2030, 0, 1, 0, 0, 9)).toUTCString(), 9_000],
    [new Date(Date.UTC(2029, 0, 1)).toUTCString(), 1_000],
    ["3600", 30_000],
    ["soon", 1_000],
  ])("a 429 with Retry-After %s holds the whole client for %i ms", async (value, ms) => {
    const server = await serve([{ status: 429, headers: { "retry-after": value } }, { body: {} }]);
    const clock = idleClock();
    const { call } = clientOf(server.url, { clock, random: () => 0 });
    const start = clock.now();
    await call(get, one);
    expect(clock.now() - start).toBe(ms);
  });

  test("a Retry-After holds other callers too", async () => {
    const server = await serve([{ status: 503, headers: { "retry-after": 5 } }, { body: {} }]);
    const clock = idleClock();
    const { call } = clientOf(server.url, { clock });
    const start = clock.now();
    await failure(call(create, { body: {} }));
    await call(get, one);
    expect(clock.now() - start).toBe(5_000);
  });

  test("a DELETE that finds nothing after an attempt of unknown outcome has done its work", async () => {
    const remove = `DELETE ${storages}{storage_id}/`;
    const gone = await serve([{ status: 502 }, { status: 404 }]);
    expect(await clientOf(gone.url).call(remove, one)).toEqual({ status: 204, body: undefined });

    const never = await serve([{ status: 404 }]);
    expect(await failure(clientOf(never.url).call(remove, one))).toMatchObject({ code: "not-found" });

    const limited = await serve([{ status: 429 }, { status: 404 }]);
    expect(await failure(clientOf(limited.url).call(remove, one))).toMatchObject({ code: "not-found" });
  });

  test("a refusal after an attempt of unknown outcome leaves the outcome unknown", async () => {
    const server = await serve([{ status: 504 }, { status: 409 }]);
    const error = await failure(clientOf(server.url).call(`PUT ${storages}{storage_id}/`, one));
    expect(error).toMatchObject({ code: "conflict", acted: "unknown" });
  });
});

describe("refusals in words", () => {
  const refused = async (operation: string, reply: Reply, name?: string) => {
    const server = await serve([reply]);
    const error = await failure(clientOf(server.url, { name }).call(operation, operation.includes("{") ? one : {}));
    return { ...error, message: error.message, host: new URL(server.url).host };
  };

  test("401: which settings to look at", async () => {
    const error = await refused(get, { status: 401, body: { errors: ["Token is invalid"] } });
    expect(error.code).toBe("unauthorized");
    expect(error.message).toContain(`GET ${storages}s1/ at ${error.host} answered 401: Token is invalid`);
    expect(error.message).toMatch(/ICONIK_APP_ID .*ICONIK_AUTH_TOKEN .*ICONIK_URL/);
    const named = await refused(get, { status: 401 }, "PROD-B");
    expect(named.message).toMatch(/ICONIK_PROD_B_APP_ID and ICONIK_PROD_B_AUTH_TOKEN/);
    expect(named.message).not.toMatch(/iconik:|ICONIK_AUTH_TOKEN/);
  });

  test("403: the role of the contract, and what else it can be", async () => {
    const error = await refused(create, { status: 403, body: { errors: ["Forbidden"] } });
    expect(error).toMatchObject({ code: "forbidden", status: 403, operation: create, acted: undefined });
    expect(error.message).toMatch(/^this token may not POST .*needs the role can_write_storages\..*Shield/);
    const silent = await refused("PATCH /API/settings/v1/system/current/", { status: 403 });
    expect(silent.message).toMatch(/names no role.*or the caller's address is not in iconik Shield's lists/);
  });

  test("400: iconik's field errors, however deep", async () => {
    const errors = { name: ["Missing data"], settings: { bucket: { _schema: "no such bucket" } } };
    const error = await refused(create, { status: 400, body: { errors } });
    expect(error.code).toBe("rejected");
    expect(error.message).toContain("answered 400: name: Missing data; settings.bucket._schema: no such bucket");
  });

  test("a web page is not shown, a secret not echoed, a long complaint cut, a terminal not driven", async () => {
    expect((await refused(get, { status: 404, body: "<html>not here</html>" })).message).not.toContain("html");
    const errors = [`${"x".repeat(490)} ${token} \u001b[31mred`];
    const echoed = await refused(create, { status: 422, body: { errors } });
    expect(echoed.message).not.toContain(token.slice(0, 8));
    expect(echoed.message).not.toContain("\u001b");
    expect(echoed.message.length).toBeLessThan(700);
  });

  test.each([
    [404, "not-found"],
    [409, "conflict"],
    [418, "rejected"],
    [422, "rejected"],
    [501, "unsupported"],
  ])("%i is %s", async (status, code) => {
    expect(await refused(get, { status })).toMatchObject({ code, status });
  });
});

describe("after the first 401", () => {
  test("nothing more is sent, and later calls fail in few words", async () => {
    const server = await serve([{ status: 401 }]);
    const { call, list } = clientOf(server.url);
    await failure(call(get, one));
    const later = [await failure(call(get, one)), await failure(list(`GET ${storages}`))];
    expect(server.asked).toHaveLength(1);
    for (const error of later) {
      expect(error.code).toBe("unauthorized");
      expect(error.message).toMatch(/not tried/);
    }
  });

  test("of many calls at once one alone explains", async () => {
    const server = await serve([{ status: 401 }]);
    const { call } = clientOf(server.url);
    const errors = await Promise.all(Array.from({ length: 8 }, () => failure(call(get, one))));
    expect(errors.filter((error) => error.message.includes("ICONIK_AUTH_TOKEN"))).toHaveLength(1);
  });
});

describe("an answer that cannot be believed", () => {
  test.each<[string, Reply]>([
    ["a web page", { body: "<html>sign in</html>", headers: { "content-type": "text/html" } }],
    ["nothing", { body: "" }],
    ["JSON that breaks off", { body: '{"id": "s1", "na' }],
    ["a list in place of an object", { body: [{ id: "s1" }] }],
    ["null in place of an object", { body: null }],
    ["bytes that are no UTF-8", { body: Buffer.from('{"id":"\xff\xfe"}', "latin1") }],
  ])("%s", async (_, reply) => {
    const server = await serve([reply]);
    const { call } = clientOf(server.url);
    expect(await failure(call(get, one))).toMatchObject({ code: "bad-answer", status: 200, acted: undefined });
    expect(server.asked).toHaveLength(1);
    expect(await failure(call(create, { body: {} }))).toMatchObject({ code: "bad-answer", acted: "unknown" });
  });

  test("one without a documented body may be anything but a web page", async () => {
    const operation = "POST /API/files/v1/storages/{storage_id}/default/";
    const answers = [
      { status: 201, body: "" },
      { status: 201, body: "OK" },
      { status: 201, body: { a: 1 } },
    ];
    const server = await serve([...answers, { body: "<html>", headers: { "content-type": "text/html" } }]);
    const { call } = clientOf(server.url);
    expect([(await call(operation, one)).body, (await call(operation, one)).body]).toEqual([undefined, undefined]);
    expect((await call(operation, one)).body).toEqual({ a: 1 });
    expect((await failure(call(operation, one))).code).toBe("bad-answer");
  });

  test("one that breaks off is asked for again", async () => {
    const server = await serve((_, nth, response) => {
      if (nth === 2) return { body: { id: "s1" } };
      response.writeHead(200, { "content-length": 100 });
      response.write('{"id":', () => response.socket!.destroy());
      return undefined;
    });
    expect((await clientOf(server.url).call(get, one)).body).toEqual({ id: "s1" });
  });

  test("one that breaks off every time", async () => {
    const server = await serve((_, __, response) => {
      response.writeHead(200, { "content-length": 100 });
      response.write('{"id":', () => response.socket!.destroy());
      return undefined;
    });
    expect(await failure(clientOf(server.url).call(get, one))).toMatchObject({ code: "bad-answer", acted: undefined });
    const requests = server.asked.length;
    const error = await failure(clientOf(server.url).call(create));
    expect(error).toMatchObject({ code: "bad-answer", acted: "unknown" });
    expect(server.asked).toHaveLength(requests + 1);
  });

  test("one that trickles without end", async () => {
    const server = await serve((_, __, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(" "), 5);
      response.on("close", () => clearInterval(drip));
      return undefined;
    });
    const patient = clientOf(server.url, { timeouts: { body: 40 }, maxWait: 0 });
    expect((await failure(patient.call(get, one))).code).toBe("timed-out");
  });

  test("one larger than 64 MiB is not read to its end", async () => {
    const chunk = Buffer.alloc(1024 * 1024, " ");
    let sent = 0;
    const server = await serve((_, __, response) => {
      response.writeHead(200);
      const pump = () => {
        while (!response.destroyed && sent++ < 1_000) if (!response.write(chunk)) return response.once("drain", pump);
        return response.end();
      };
      pump();
      return undefined;
    });
    const error = await failure(clientOf(server.url).call(get, one));
    expect(error).toMatchObject({ code: "bad-answer", message: expect.stringContaining("64 MiB") });
    expect(sent).toBeLessThan(500);
  });
});

describe("stopping", () => {
  test("a signal ends the waiting", async () => {
    const stop = new AbortController();
    const server = await serve([{ status: 429, headers: { "retry-after": 30 } }]);
    const wait: Clock["wait"] = (ms, signal) => {
      queueMicrotask(() => stop.abort());
      return systemClock.wait(ms, signal);
    };
    const clock = { now: systemClock.now, wait };
    const { call } = clientOf(server.url, { clock, signal: stop.signal });
    expect(await failure(call(create, { body: {} }))).toMatchObject({ code: "interrupted", acted: undefined });
    expect(await failure(call(get, one))).toMatchObject({ code: "interrupted" });
    expect(server.asked).toHaveLength(1);
  });

  test("a signal between attempts of a change leaves its outcome unknown", async () => {
    const stop = new AbortController();
    const server = await serve([{ status: 500 }]);
    const clock = idleClock(() => stop.abort());
    const { call } = clientOf(server.url, { clock, signal: stop.signal });
    const error = await failure(call(`PATCH ${storages}{storage_id}/`, one));
    expect(error).toMatchObject({ code: "interrupted", acted: "unknown" });
    expect(error.cause).toMatchObject({ status: 500 });
  });

  test.each(["signal", "close"])("a request under way finishes in spite of %s", async (how) => {
    const stop = new AbortController();
    let arrived = () => {};
    let release = () => {};
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const gate = new Promise<void>((resolve) => (release = resolve));
    const server = await serve(async () => {
      arrived();
      await gate;
      return { status: 201, body: { id: "s2" } };
    });
    const subject = clientOf(server.url, { signal: stop.signal });
    const answer = subject.call(create, { body: {} });
    await arrival;
    const closed = how === "close" ? subject.close() : stop.abort();
    expect(await failure(subject.call(get, one))).toMatchObject({ code: "interrupted" });
    release();
    expect((await answer).status).toBe(201);
    await closed;
    await subject.close();
  });
});

test("RateLimit-Remaining slows the client down", async () => {
  const server = await serve([{ body: {}, headers: { "ratelimit-remaining": "0" } }]);
  const clock = idleClock();
  const { call } = clientOf(server.url, { clock });
  const start = clock.now();
  for (let i = 0; i < 4; i++) await call(get, one);
  expect(clock.now() - start).toBe(3_000);
});
