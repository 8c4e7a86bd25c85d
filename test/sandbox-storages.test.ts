/** Storages in the sandbox: settings and secrets, defaults, scans, checks of credentials. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { startSandbox, type SandboxOptions } from "../provider/sandbox";
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
    expect(
      body.objects.map(({ purpose, method, default: it, settings }: any) => [purpose, method, it, settings.is_system]),
    ).toEqual([
      ["KEYFRAMES", "GCS", true, true],
      ["PROXIES", "GCS", true, true],
    ]);
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
    const defaults = () =>
      sandbox
        .objects("storages")
        .filter((s) => s.purpose === "FILES" && s.default)
        .map((s) => s.id);
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

  test("have a scan interval at a path of its own, absent when off and gone with the storage", async () => {
    const { sandbox, send } = await started();
    const { body: made } = await send(`POST ${paths.storages}`, s3Storage("n"));
    const autoScan = `${paths.storages}${made.id}/auto_scan/`;
    expect((await send(`GET ${autoScan}`)).status).toBe(404);
    expect((await send(`POST ${autoScan}`, {})).body).toEqual({ hours_interval: 24 });
    expect((await send(`POST ${autoScan}`, { hours_interval: 0 })).status).toBe(400);
    expect((await send(`DELETE ${autoScan}`)).status).toBe(204);
    expect((await send(`GET ${autoScan}`)).status).toBe(404);
    await send(`POST ${autoScan}`, {});
    expect((await send(`DELETE ${paths.storages}${made.id}/`)).status).toBe(204);
    expect((await send(`DELETE ${paths.storages}${made.id}/`)).status).toBe(404);
    expect(sandbox.objects("auto_scans")).toEqual([]);
  });

  test("may be half made", async () => {
    const { sandbox, send } = await started({ switches: { storageSetup: "failing" } });
    const { status, body } = await send(`POST ${paths.storages}`, s3Storage("failing"));
    expect({ status, said: body.status, why: body.status_message }).toEqual({
      status: 201,
      said: "FAILING",
      why: expect.any(String),
    });
    sandbox.set({ storageSetup: "refusedButMade" });
    expect((await send(`POST ${paths.storages}`, s3Storage("refused"))).status).toBe(400);
    expect(sandbox.objects("storages").map(({ name }) => name)).toContain("refused");
  });

  test("come back as sent, or tidied", async () => {
    const { send } = await started({ switches: { storedForm: "normalised" } });
    const { body } = await send(
      `POST ${paths.storages}`,
      s3Storage("n", { path: "/a/b/", endpoint: "https://s3.example.com/" }),
    );
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
    expect((await check()).body).toMatchObject({
      read_access: true,
      write_access: true,
      delete_access: true,
      cors: true,
    });
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
    await new Promise<void>((resolve) => bucket.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void bucket.close());
    const endpoint = `http://127.0.0.1:${(bucket.address() as AddressInfo).port}`;
    const { body: made } = await send(`POST ${paths.storages}`, s3Storage("n", { endpoint }));
    const { body } = await send(`GET ${paths.storages}${made.id}/verifications/permissions/`);
    expect(body).toEqual({
      read_access: true,
      write_access: true,
      delete_access: false,
      cors: true,
      delete_access_error: "AccessDenied",
    });
    const probe = "/media/newsroom/.iconik-verification";
    expect(calls).toEqual([`PUT ${probe}`, "GET /media", `GET ${probe}`, `DELETE ${probe}`, "PUT /media?cors"]);
    expect((await send(`GET ${paths.storages}${made.id}/verifications/access/`)).body).toEqual({ access_check: true });
    const asked = { method: "S3", settings: s3Storage("", { endpoint, access_key: "AKIAWRONG" }).settings };
    const denied = await send(`POST ${paths.storages}verifications/access/`, asked);
    expect(denied.body).toEqual({ access_check: false, error_message: "AccessDenied" });
    const nothing = await send(`POST ${paths.storages}verifications/permissions/`, { ...asked, purpose: "FILES" });
    expect(nothing.body).toMatchObject({ read_access: false, write_access: false, delete_access: false, cors: false });
  });
});
