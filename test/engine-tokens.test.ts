// An application's token: minted once, proved before the one before it is revoked, and never lost or shown.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { calls, facts, printed, startRuns, writes, type Runs } from "./runs.ts";
import { opened } from "./stack.ts";

const sealed = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const token = "/API/auth/v1/auth/token/";
const day = 24 * 60 * 60 * 1000;

let runs: Runs;
/** Of the application of one test. */
let name = "";
let count = 0;
beforeAll(async () => {
  runs = await startRuns({ seed: { users: [{ email: "ci@example.com", type: "POWER", is_admin: true }] } });
});
beforeEach(() => {
  name = `CI ${++count}`;
});
afterAll(() => runs?.close());

const application = (rotate: string, rest: object = {}) => ({
  name,
  user: "ci@example.com",
  token: { lifetimeDays: 90, rotate },
  ...rest,
});
const outputs = () =>
  opened(runs.stack.state.get(name)!.outputs) as { authToken?: string; tokenId?: string; tokenExpires?: string };
const appId = () => runs.stack.state.get(name)!.id;
/** Ids of the application's tokens at iconik. */
const tokens = () =>
  runs.sandbox
    .objects("tokens")
    .filter(({ app_id }) => app_id === appId())
    .map(({ id }) => id as string);
const byItself = () => ({ as: { url: runs.sandbox.url, appId: appId(), authToken: outputs().authToken! } });

/** The secret stands sealed in what is kept, and nowhere in what is printed. */
function expectHidden(): void {
  const { outputs: kept } = runs.stack.state.get(name)!;
  expect(kept.authToken).toMatchObject(sealed);
  const secret = outputs().authToken!;
  expect(JSON.stringify({ ...kept, authToken: undefined })).not.toContain(secret);
  expect(runs.stack.provider.stdout + runs.stack.provider.stderr).not.toContain(secret);
}

describe("a token", () => {
  it("is minted once, for as long as is written, and kept as a secret", async () => {
    const { stack, sandbox } = runs;
    const begun = Date.now();
    expect(await stack.up(name, "Application", application("1"))).toBe("created");
    const { authToken, tokenId, tokenExpires } = outputs();
    const [minted] = sandbox.objects("tokens").filter(({ id }) => id === tokenId);
    expect(minted).toMatchObject({ app_id: appId(), token: authToken, expires: tokenExpires });
    expect(Date.parse(`${tokenExpires}Z`) - begun).toBeGreaterThanOrEqual(90 * day);
    expect(Date.parse(`${tokenExpires}Z`) - Date.now()).toBeLessThanOrEqual(90 * day);
    expect(tokens()).toEqual([tokenId]);
    expectHidden();
    sandbox.clearRequests();
    expect(await stack.up(name, "Application", application("1"))).toBe("same");
    expect(await stack.refresh(name)).toEqual([]);
    expectHidden();
    expect(outputs()).toEqual({ ...outputs(), authToken, tokenId, tokenExpires });
    // A change of something else is no reason for another one.
    expect(await stack.up(name, "Application", application("1", { description: "Applies this file" }))).toBe("updated");
    expect(writes(sandbox).map(({ method }) => method)).toEqual(["PATCH"]);
    expect(outputs().authToken).toBe(authToken);
    expectHidden();
  });

  it("lives by the tenant's rule when nothing is written", async () => {
    const { stack, sandbox } = runs;
    sandbox.edit("settings", "system", { default_app_token_ttl: 3600 });
    sandbox.clearRequests();
    await stack.up(name, "Application", { ...application("1"), token: { rotate: "1" } });
    expect(sandbox.requests.find(({ path }) => path.endsWith("/token/") && path.includes("/apps/"))!.query).toEqual({});
    expect(Date.parse(`${outputs().tokenExpires}Z`) - Date.now()).toBeLessThanOrEqual(3600_000);
    sandbox.edit("settings", "system", { default_app_token_ttl: undefined });
  });

  it("is rotated: the new one is proved, and only then is the old one revoked", async () => {
    const { stack, sandbox } = runs;
    await stack.up(name, "Application", application("1"));
    const old = outputs();
    sandbox.clearRequests();
    expect(await stack.up(name, "Application", application("2"))).toBe("updated");
    const now = outputs();
    expect(now.authToken).not.toBe(old.authToken);
    expect(tokens()).toEqual([now.tokenId]);
    const steps = sandbox.requests
      .filter(({ path }) => path.includes("/token/"))
      .map(({ method, path, appId }) => [method, path, appId]);
    expect(steps).toEqual([
      ["POST", `/API/auth/v1/apps/${appId()}/token/`, sandbox.appId],
      ["GET", token, appId()],
      ["DELETE", `${token}${old.tokenId}/`, sandbox.appId],
    ]);
    expectHidden();
    expect(await stack.up(name, "Application", application("2"))).toBe("same");
    expect(await stack.refresh(name)).toEqual([]);
  });

  it("is rotated by another lifetime as well", async () => {
    const { stack } = runs;
    await stack.up(name, "Application", application("1"));
    const { tokenId } = outputs();
    expect(await stack.up(name, "Application", { ...application("1"), token: { lifetimeDays: 30, rotate: "1" } })).toBe(
      "updated",
    );
    expect(tokens()).toEqual([outputs().tokenId]);
    expect(outputs().tokenId).not.toBe(tokenId);
    expect(Date.parse(`${outputs().tokenExpires}Z`) - Date.now()).toBeLessThanOrEqual(30 * day);
  });

  it("that does not work is kept and tried again; the old one stays until then", async () => {
    const { stack, sandbox } = runs;
    await stack.up(name, "Application", application("1"));
    const old = outputs();
    sandbox.fault({ match: `GET ${token}`, kind: "status", code: 403 });
    expect(await stack.up(name, "Application", application("2"))).toBe("unfinished");
    const { unfinished } = stack.state.get(name)!;
    expect(unfinished).toMatch(
      new RegExp(`the new token of Application "${name}" is minted and kept, but could not be proved: GET .*403`),
    );
    expect(unfinished).not.toMatch(/ICONIK_AUTH_TOKEN/);
    const now = outputs();
    expect(tokens().sort()).toEqual([old.tokenId, now.tokenId].sort());
    expect(now.tokenId).not.toBe(old.tokenId);
    expectHidden();
    // A reading in between forgets nothing, and other resources of the run are not affected.
    expect(await stack.refresh(name)).toEqual([]);
    expect(await stack.up(`Group ${name}`, "UserGroup", { name: `Group ${name}` })).toBe("created");
    sandbox.clearRequests();
    expect(await stack.up(name, "Application", application("2"))).toBe("updated");
    expect(calls(sandbox)).toEqual([`DELETE ${token}${old.tokenId}/`]);
    expect(outputs().authToken).toBe(now.authToken);
    expect(tokens()).toEqual([now.tokenId]);
    expect(await stack.up(name, "Application", application("2"))).toBe("same");
  });

  it("that never works can be replaced by another rotation, which leaves none behind", async () => {
    const { stack, sandbox } = runs;
    await stack.up(name, "Application", application("1"));
    sandbox.fault({ match: `GET ${token}`, kind: "status", code: 403, times: 2 });
    expect(await stack.up(name, "Application", application("2"))).toBe("unfinished");
    expect(await stack.up(name, "Application", application("3"))).toBe("unfinished");
    expect(tokens()).toHaveLength(3);
    expect(await stack.up(name, "Application", application("3"))).toBe("updated");
    expect(tokens()).toEqual([outputs().tokenId]);
  });

  it("of an application just made that does not work keeps the application too", async () => {
    const { stack, sandbox } = runs;
    sandbox.fault({ match: `GET ${token}`, kind: "status", code: 403 });
    expect(await stack.up(name, "Application", application("1"))).toBe("unfinished");
    expectHidden();
    const { tokenId } = outputs();
    await runs.next();
    expect(await runs.stack.up(name, "Application", application("1"))).toBe("updated");
    expect(tokens()).toEqual([tokenId]);
    expect(runs.stack.state.get(name)!.unfinished).toBeUndefined();
  });

  it("that cannot be minted leaves the old one, and the next run tries again", async () => {
    const { stack, sandbox } = runs;
    await stack.up(name, "Application", application("1"));
    const old = outputs();
    const mint = `POST /API/auth/v1/apps/*/token/`;
    sandbox.fault({ match: mint, kind: "status", code: 403 });
    await expect(stack.up(name, "Application", application("2"))).rejects.toThrow(/403/);
    expect(outputs()).toEqual(old);
    expect(tokens()).toEqual([old.tokenId]);
    expect(await stack.up(name, "Application", application("2"))).toBe("updated");
    expect(tokens()).toEqual([outputs().tokenId]);
  });

  it("whose text was lost on the way is revoked once another one works", async () => {
    const { stack, sandbox } = runs;
    await stack.up(name, "Application", application("1"));
    sandbox.fault({ match: "POST /API/auth/v1/apps/*/token/", kind: "reset-after" });
    expect(await stack.up(name, "Application", application("2"))).toBe("updated");
    expect(tokens()).toEqual([outputs().tokenId]);
    expectHidden();
    expect(await stack.up(name, "Application", application("2"))).toBe("same");
  });

  it("that iconik does not know at once is asked after again", async () => {
    const { stack, sandbox } = runs;
    await stack.up(name, "Application", application("1"));
    sandbox.fault({ match: `GET ${token}`, kind: "status", code: 401 });
    expect(await stack.up(name, "Application", application("2"))).toBe("updated");
    expect(tokens()).toEqual([outputs().tokenId]);
    // The run's own credentials are still good.
    expect(await stack.up(`Group ${name}`, "UserGroup", { name: `Group ${name}` })).toBe("created");
  });

  it("whose predecessor cannot be revoked is kept, and the next run revokes", async () => {
    const { stack, sandbox } = runs;
    await stack.up(name, "Application", application("1"));
    const old = outputs();
    sandbox.fault({ match: `DELETE ${token}*/`, kind: "status", code: 403 });
    expect(await stack.up(name, "Application", application("2"))).toBe("unfinished");
    const now = outputs();
    expect(now.tokenId).not.toBe(old.tokenId);
    expect(await stack.up(name, "Application", application("2"))).toBe("updated");
    expect(outputs()).toEqual(expect.objectContaining({ tokenId: now.tokenId }));
    expect(tokens()).toEqual([now.tokenId]);
  });

  it("whose predecessor was revoked by hand is content with that", async () => {
    const { stack, sandbox } = runs;
    await stack.up(name, "Application", application("1"));
    sandbox.remove("tokens", outputs().tokenId!);
    expect(await stack.up(name, "Application", application("2"))).toBe("updated");
    expect(tokens()).toEqual([outputs().tokenId]);
  });
});

describe("the token that a run uses", () => {
  it("is not revoked by it; the next run with other credentials does that", async () => {
    await runs.stack.up(name, "Application", application("1"));
    const old = outputs();
    await runs.next(byItself());
    expect(await runs.stack.up(name, "Application", application("2"))).toBe("updated");
    const now = outputs();
    expect(tokens().sort()).toEqual([old.tokenId, now.tokenId].sort());
    await printed(
      runs.stack,
      new RegExp(
        `^iconik: the old token of Application "${name}" is the one this run uses: the next run revokes it$`,
        "m",
      ),
    );
    expect(facts(runs.stack, name).revoke).toEqual([old.tokenId]);
    // As long as the old one is in use nothing else happens: no third token.
    expect(await runs.stack.up(name, "Application", application("2"))).toBe("updated");
    expect(tokens()).toHaveLength(2);
    expect(await runs.stack.refresh(name)).toEqual([]);
    await runs.next(byItself());
    runs.sandbox.clearRequests();
    expect(await runs.stack.up(name, "Application", application("2"))).toBe("updated");
    expect(calls(runs.sandbox)).toEqual([`DELETE ${token}${old.tokenId}/`]);
    expect(tokens()).toEqual([now.tokenId]);
    expect(facts(runs.stack, name).revoke).toBeUndefined();
    expect(await runs.stack.up(name, "Application", application("2"))).toBe("same");
    await runs.next();
  });
});

describe("a token that was revoked by hand", () => {
  it("shows on refresh, and is minted anew by the next run", async () => {
    await runs.stack.up(name, "Application", application("1"));
    const old = outputs();
    runs.sandbox.remove("tokens", old.tokenId!);
    await runs.next();
    expect(await runs.stack.refresh(name)).toEqual(["token"]);
    expect(outputs()).not.toHaveProperty("authToken");
    expect(await runs.stack.up(name, "Application", application("1"))).toBe("updated");
    expect(tokens()).toEqual([outputs().tokenId]);
    expect(outputs().authToken).not.toBe(old.authToken);
    expectHidden();
    expect(await runs.stack.refresh(name)).toEqual([]);
    expect(await runs.stack.up(name, "Application", application("1"))).toBe("same");
  });

  it("is not said to be gone when the list of tokens cannot be read", async () => {
    await runs.stack.up(name, "Application", application("1"));
    runs.sandbox.fault({ match: "GET /API/auth/v1/auth/*/tokens/", kind: "status", code: 403 });
    await expect(runs.stack.refresh(name)).rejects.toThrow(/403/);
    expect(outputs()).toHaveProperty("authToken");
    runs.sandbox.fault({ match: "GET /API/auth/v1/auth/*/tokens/", kind: "truncated-json" });
    await expect(runs.stack.refresh(name)).rejects.toThrow(/not JSON/);
    expect(await runs.stack.refresh(name)).toEqual([]);
  });
});
