/**
 * Servers that are not iconik, have gone mad or mean harm, and the encryption on the way to them: real servers, over
 * HTTP and HTTPS, through proxies.
 */
import { connect, createServer, type AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { Values } from "../provider/definition";
import type { ConnectOptions } from "../provider/engine/client";
import { describe as inWords } from "../provider/engine/errors";
import { tenantUrl } from "../provider/engine/settings";
import { providerText } from "../provider/protocol/wire";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import { openAuthority, passOn, serveTls, type Authority, type Certificate } from "./authority.ts";
import { escapes, raw } from "./escapes.ts";
import { startProvider } from "./provider-process.ts";
import { clientOf, failure, serve, type Script } from "./scripted-server.ts";
import { environmentOf } from "./stack.ts";

describe("a server that is not iconik, or has gone mad", () => {
  const operation = "GET /API/files/v1/storages/{storage_id}/";
  const one = { path: { storage_id: "s1" } };
  const quickly = { timeouts: { headers: 400, body: 400 }, maxWait: 0, random: () => 0 };
  const told = async (script: Script, options: ConnectOptions = quickly) => {
    const server = await serve(script);
    const error = await failure(clientOf(server.url, options).call(operation, one));
    expect(error.message).toMatch(new RegExp(`127\\.0\\.0\\.1:${server.port}`));
    expect(inWords(error)).not.toMatch(/bug in pulumi-iconik/);
    return error;
  };

  it("whose answer is a bomb of gzip: it is not unpacked", async () => {
    const bomb = gzipSync(Buffer.alloc(256 * 1024 * 1024, " "), { level: 1 });
    const before = process.memoryUsage.rss();
    const error = await told(() => ({ body: bomb, headers: { "content-encoding": "gzip" } }));
    expect(error).toMatchObject({ code: "bad-answer", message: expect.stringContaining("something that is not JSON") });
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1024 * 1024);
  });

  it("whose refusal does not end: it is not read to its end", async () => {
    const chunk = Buffer.alloc(1024 * 1024, "x");
    let sent = 0;
    const error = await told(
      (_, __, response) => {
        response.writeHead(400);
        const pump = () => {
          while (!response.destroyed && sent++ < 1_000) if (!response.write(chunk)) return response.once("drain", pump);
          return response.end();
        };
        pump();
        return undefined;
      },
      { maxWait: 0 },
    );
    expect(error).toMatchObject({ code: "rejected", status: 400 });
    expect(sent).toBeLessThan(500);
  });

  it("whose answer trickles, line by line of its head or byte by byte of its body: it is given up", async () => {
    const drip =
      (write: (response: Parameters<Script>[2]) => void): Script =>
      (_, __, response) => {
        const timer = setInterval(() => write(response), 20);
        response.socket!.on("close", () => clearInterval(timer));
        return undefined;
      };
    const lines = await told((asked, nth, response) => {
      response.socket!.write("HTTP/1.1 200 OK\r\n");
      return drip(({ socket }) => socket!.write("x-more: x\r\n"))(asked, nth, response);
    });
    expect(lines.code).toBe("timed-out");
    const hints = await told(
      drip((response) => response.socket!.write("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n")),
    );
    expect(hints.code).toBe("timed-out");
    const body = await told((asked, nth, response) => {
      response.writeHead(400);
      return drip((its) => its.write(" "))(asked, nth, response);
    });
    expect(body).toMatchObject({ status: 400 });
  });

  it("whose head does not end: it is given up", async () => {
    const error = await told((_, __, response) => {
      response.socket!.write("HTTP/1.1 200 OK\r\n");
      const pump = () => {
        while (!response.socket?.destroyed)
          if (!response.socket?.write(`x-more: ${"x".repeat(1_000)}\r\n`)) return response.socket?.once("drain", pump);
        return undefined;
      };
      pump();
      return undefined;
    });
    expect(["bad-answer", "unreachable"]).toContain(error.code);
  });

  it("whose JSON is nested without end: it is no answer, and no bug of ours", async () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    expect((await told(() => ({ body: `{"id":"s1","settings":${deep}}` }))).code).toBe("bad-answer");
    expect(await told(() => ({ status: 400, body: `{"errors":${deep}}` }))).toMatchObject({
      code: "rejected",
      status: 400,
    });
  });

  it("whose JSON names prototypes: every object stays what it was", async () => {
    const server = await serve(() => ({
      body: `{"id":"s1","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}`,
    }));
    const { body } = await clientOf(server.url).call<Values>(operation, one);
    expect(body.id).toBe("s1");
    expect(({} as Values).polluted).toBeUndefined();
  });

  it("that answers no HTTP at all: told, with the address", async () => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end(`220 mail${escapes} ready\r\n`));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const error = await failure(clientOf(`http://127.0.0.1:${port}`, quickly).call(operation, one));
    expect(error.code).toBe("unreachable");
    expect(error.message).toMatch(`127.0.0.1:${port}`);
    expect(error.message).not.toMatch(raw);
  });

  it.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "//",
    "\\\\evil",
    "/login",
    "https://user:hidden-word@elsewhere.example.com/hidden-word",
  ])("that points to %s: not followed, and nothing of it is told but the origin", async (location) => {
    const error = await told(() => ({ status: 302, headers: { location }, body: "" }));
    expect(error).toMatchObject({ code: "redirected", status: 302 });
    expect(error.message).not.toMatch(/javascript|alert|data:|hidden-word|null/);
  });

  it("whose ids lead elsewhere: they stay one part of the path", async () => {
    const server = await serve([{ body: { id: "s1" } }]);
    const { call } = clientOf(server.url);
    for (const id of [
      "../../users/v1/users",
      "a?b=c",
      "a#b",
      "a%2fb",
      "a\r\nX: y",
      "\\..",
      "{storage_id}",
      `${escapes}x`,
    ]) {
      await call(operation, { path: { storage_id: id } });
      expect(server.asked.at(-1)!.url).toMatch(/^\/API\/files\/v1\/storages\/[\w.%{}~!*'()-]+\/$/);
      expect(decodeURIComponent(server.asked.at(-1)!.url.split("/").at(-2)!)).toBe(id);
    }
  });
});

describe("TLS", () => {
  let authority: Authority;
  let sandbox: Sandbox;
  beforeAll(async () => {
    authority = openAuthority();
    sandbox = await startSandbox({ seed: { domain: { id: "5b1f0c9e-0000-4000-8000-000000000001", name: "Example" } } });
  });
  afterAll(async () => {
    authority[Symbol.dispose]();
    await sandbox.close();
  });

  /** The sandbox behind HTTPS. */
  const front = async (certificate: Certificate) => {
    const server = await serveTls(certificate, passOn(sandbox.url));
    onTestFinished(() => server[Symbol.asyncDispose]());
    return server;
  };
  /** A provider's process that is pointed at it; Node reads NODE_EXTRA_CA_CERTS when it starts. */
  const pointedAt = async (url: string, env: Record<string, string> = {}) => {
    const provider = await startProvider({
      provider: providerText("UserGroup"),
      env: { ...environmentOf({ ...sandbox, url }), ...env },
      config: { "iconik:domainId": sandbox.domainId },
    });
    onTestFinished(provider.close);
    return provider;
  };
  const refusedBy = async (url: string, env?: Record<string, string>) => {
    const provider = await pointedAt(url, env);
    const error = await provider.create({ name: "A" }).then(
      () => expect.fail("was made"),
      (thrown: Error) => thrown.message,
    );
    expect(error + provider.stderr).not.toMatch(new RegExp(`${sandbox.authToken}|^\\s+at `, "m"));
    return error;
  };

  it("of an authority of one's own works with NODE_EXTRA_CA_CERTS", async () => {
    const server = await front(authority.issue("localhost"));
    const provider = await pointedAt(`https://localhost:${server.port}`, { NODE_EXTRA_CA_CERTS: authority.file });
    const { id, outs } = await provider.create({ name: "Over TLS" });
    expect(sandbox.objects("groups")).toContainEqual(expect.objectContaining({ id, name: "Over TLS" }));
    await provider.delete(id, outs);
    expect(sandbox.objects("groups")).not.toContainEqual(expect.objectContaining({ id }));
    expect(server.asked.length).toBeGreaterThan(3);
  });

  it.each<[string, () => Certificate, Record<string, string>, RegExp]>([
    ["self-signed", () => authority.selfSigned("localhost"), {}, /DEPTH_ZERO_SELF_SIGNED_CERT/],
    [
      "self-signed, though others are to be trusted",
      () => authority.selfSigned("localhost"),
      { NODE_TLS_REJECT_UNAUTHORIZED: "0" },
      /DEPTH_ZERO_SELF_SIGNED_CERT/,
    ],
    ["of an unknown authority", () => authority.issue("localhost"), {}, /UNABLE_TO_VERIFY_LEAF_SIGNATURE/],
    [
      "for another host",
      () => authority.issue("elsewhere.example.com"),
      { NODE_EXTRA_CA_CERTS: "" },
      /ERR_TLS_CERT_ALTNAME_INVALID/,
    ],
  ])("that is %s is refused, and nothing is sent", async (_, certificate, env, reason) => {
    const server = await front(certificate());
    const error = await refusedBy(
      `https://localhost:${server.port}`,
      env.NODE_EXTRA_CA_CERTS === "" ? { NODE_EXTRA_CA_CERTS: authority.file } : env,
    );
    expect(error).toMatch(new RegExp(`the certificate of localhost:${server.port} is not accepted`));
    expect(error).toMatch(reason);
    expect(error).toMatch(/ICONIK_URL.*NODE_EXTRA_CA_CERTS/);
    expect(server.asked).toEqual([]);
  });

  it("is not carried on to where it points", async () => {
    const elsewhere = await front(authority.issue("localhost"));
    const certificate = authority.issue("localhost");
    const server = await serveTls(
      certificate,
      (_, response) => void response.writeHead(307, { location: `https://localhost:${elsewhere.port}/` }).end(),
    );
    onTestFinished(() => server[Symbol.asyncDispose]());
    const error = await refusedBy(`https://localhost:${server.port}`, { NODE_EXTRA_CA_CERTS: authority.file });
    expect(error).toContain(
      `answered 307 and points to https://localhost:${elsewhere.port}, which was not followed. Set ICONIK_URL`,
    );
    expect(elsewhere.asked).toEqual([]);
  });

  it("is not there: told, and plain http is for this machine alone", async () => {
    expect(await refusedBy(sandbox.url.replace("http:", "https:"))).toMatch(
      /no secure connection to 127\.0\.0\.1:\d+ \(.*\). Look at ICONIK_URL/,
    );
    expect(await refusedBy("http://tenant.example.com")).toMatch(/ICONIK_URL must begin with https:\/\//);
    for (const host of [
      "192.0.2.1",
      "localhost.example.com",
      "[::ffff:192.0.2.1]",
      "0.0.0.0",
      "127.0.0.1.example.com",
    ]) {
      expect(() => tenantUrl(`http://${host}`, "ICONIK_URL")).toThrow(/^ICONIK_URL must begin with https:\/\//);
    }
    for (const user of ["127.0.0.1", "user:hidden-word", ":hidden-word"]) {
      expect(() => tenantUrl(`https://${user}@tenant.example.com`, "ICONIK_URL")).toThrow(
        "ICONIK_URL must not hold a user name or password",
      );
    }
  });

  describe("through a proxy", () => {
    /** A proxy that leads every tunnel to one port of this machine. */
    const tunnels = async (port: number) => {
      const heads: string[] = [];
      const server = createServer((socket) => {
        socket.on("error", () => {});
        socket.once("data", (head) => {
          heads.push(head.toString());
          const onward = connect(port, "127.0.0.1", () => {
            socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
            socket.pipe(onward).pipe(socket);
          });
          onward.on("error", () => socket.destroy());
        });
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      onTestFinished(() => void server.close());
      return { heads, url: `http://user:proxy-password@127.0.0.1:${(server.address() as AddressInfo).port}` };
    };

    it("is the tenant's own: the proxy sees its password and no token, the tenant the token and no password", async () => {
      const server = await front(authority.issue("tenant.example.com"));
      const proxy = await tunnels(server.port);
      const provider = await pointedAt("https://tenant.example.com", {
        HTTPS_PROXY: proxy.url,
        NODE_EXTRA_CA_CERTS: authority.file,
      });
      const { id, outs } = await provider.create({ name: "Through a proxy" });
      await provider.delete(id, outs);
      expect(proxy.heads.join()).toMatch(/^CONNECT tenant\.example\.com:443 /);
      expect(proxy.heads.join()).toContain(Buffer.from("user:proxy-password").toString("base64"));
      expect(proxy.heads.join()).not.toContain(sandbox.authToken);
      expect(server.asked.length).toBeGreaterThan(3);
      expect(JSON.stringify(server.asked.map(({ headers }) => headers))).not.toMatch(
        /proxy-authorization|proxy-password/i,
      );
    });

    it("is verified all the same", async () => {
      const server = await front(authority.selfSigned("tenant.example.com"));
      const proxy = await tunnels(server.port);
      for (const env of [{}, { NODE_TLS_REJECT_UNAUTHORIZED: "0" }] as Record<string, string>[]) {
        const error = await refusedBy("https://tenant.example.com", { HTTPS_PROXY: proxy.url, ...env });
        expect(error).toMatch(
          /the certificate of tenant.example.com is not accepted \(DEPTH_ZERO_SELF_SIGNED_CERT.*NODE_EXTRA_CA_CERTS/,
        );
        expect(error).not.toContain("proxy-password");
      }
      expect(server.asked).toEqual([]);
    });
  });
});
