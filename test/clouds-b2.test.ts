/** Buckets and keys of Backblaze B2, made through the provider against a server that follows its documented rules. */

import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { b2Cors, b2Key, corsRule, statementOf, usesOf, type StorageNeed } from "../provider/clouds/grants";
import { startB2Server, type B2Key, type B2Server } from "./b2-server/b2-server.ts";
import { createCloudStack, type CloudStack, type Described } from "./cloud-stack.ts";
import { flagSets, need } from "./grants/needs.ts";

const bucketName = "acme-archive";
const owner = "e2e/dev";
const masters = need("b2", { bucket: bucketName, path: "in", read: true, write: true, delete: true, scan: true });
const cors = (of: StorageNeed) => b2Cors(corsRule(of)!)[0];

let server: B2Server;
let stack: CloudStack;
beforeEach(async () => {
  server = await startB2Server();
  stack = createCloudStack({
    B2_ENVIRONMENT: server.url,
    B2_APPLICATION_KEY_ID: server.administrator.applicationKeyId,
    B2_APPLICATION_KEY: server.administrator.applicationKey,
    ICONIK_ADOPT: undefined,
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await server.close();
});

const bucket = (more: Record<string, unknown> = {}, options: Partial<Described> = {}): Described => ({
  name: "bucket",
  kind: "B2Bucket",
  retain: true,
  inputs: () => ({
    name: bucketName,
    owner,
    type: "allPrivate",
    encryption: "SSE-B2",
    corsRule: cors(masters),
    cancelUnfinishedAfter: 7,
    ...more,
  }),
  ...options,
});
const names = "iconik-Masters-0badcafe-";
const key = (rotate = "1", of = masters): Described => ({
  name: "key",
  kind: "B2Key",
  retain: true,
  inputs: (outputs) => {
    const { keyName: _, ...rest } = b2Key(statementOf(of), outputs("bucket").bucketId);
    return { ...rest, keyName: names + rotate };
  },
});
const retired: Described = {
  name: "old keys",
  kind: "B2RetiredKeys",
  inputs: (outputs) => ({ names, current: outputs("key").keyId }),
};
const program = (rotate?: string): Described[] => [bucket(), key(rotate), retired];

const writes = () => server.requests.filter(({ name }) => /create|update|delete/.test(name)).map(({ name }) => name);
const ours = () => [...server.keys.values()].filter(({ keyName }) => keyName.startsWith(names));

describe("a bucket", () => {
  it("is private, encrypted, with our CORS rule, and clears unfinished uploads away, in one request", async () => {
    expect(await stack.up([bucket()])).toEqual({ bucket: "created" });
    expect(writes()).toEqual(["b2_create_bucket"]);
    expect(server.buckets.get(bucketName)).toMatchObject({
      bucketType: "allPrivate",
      encryption: { mode: "SSE-B2", algorithm: "AES256" },
      corsRules: [cors(masters)],
      lifecycleRules: [
        {
          fileNamePrefix: "",
          daysFromStartingToCancelingUnfinishedLargeFiles: 7,
          daysFromHidingToDeleting: null,
          daysFromUploadingToHiding: null,
        },
      ],
    });
    expect(await stack.refresh()).toEqual({});
    expect(await stack.up([bucket()])).toEqual({ bucket: "same" });
    expect(writes()).toEqual(["b2_create_bucket"]);
  });

  it("is changed where it is described anew, and nothing else of it is", async () => {
    await stack.up([bucket()]);
    const live = server.buckets.get(bucketName)!;
    live.lifecycleRules = [
      { fileNamePrefix: "tmp/", daysFromUploadingToHiding: 1, daysFromHidingToDeleting: 1 },
      { ...(live.lifecycleRules[0] as object), daysFromHidingToDeleting: 30 },
    ];
    const theirs = { ...cors(masters), corsRuleName: "somebody-else", allowedOrigins: ["https://tool.example.com"] };
    live.corsRules = [theirs, ...live.corsRules];
    const readOnly = cors({ ...masters, write: false });
    expect(await stack.up([bucket({ corsRule: readOnly, cancelUnfinishedAfter: 3 })])).toEqual({ bucket: "updated" });
    expect(live.corsRules).toEqual([theirs, readOnly]);
    expect(live.lifecycleRules).toEqual([
      { fileNamePrefix: "tmp/", daysFromUploadingToHiding: 1, daysFromHidingToDeleting: 1 },
      {
        fileNamePrefix: "",
        daysFromUploadingToHiding: null,
        daysFromHidingToDeleting: 30,
        daysFromStartingToCancelingUnfinishedLargeFiles: 3,
      },
    ]);
    expect(writes()).toEqual(["b2_create_bucket", "b2_update_bucket"]);
  });

  it("shows what somebody changed, and is put back", async () => {
    await stack.up([bucket()]);
    const live = server.buckets.get(bucketName)!;
    live.bucketType = "allPublic";
    live.encryption = { mode: null };
    live.corsRules = [];
    expect(await stack.refresh()).toEqual({ bucket: ["type", "encryption", "corsRule"] });
    expect(await stack.up([bucket()])).toEqual({ bucket: "updated" });
    expect(live).toMatchObject({
      bucketType: "allPrivate",
      encryption: { mode: "SSE-B2" },
      corsRules: [cors(masters)],
    });
    expect(await stack.refresh()).toEqual({});
  });

  it("is not changed when somebody changed it since it was read", async () => {
    await stack.up([bucket()]);
    server.buckets.get(bucketName)!.corsRules = [{ ...cors(masters), allowedOrigins: ["https://other.example.com"] }];
    await expect(stack.up([bucket({ corsRule: cors({ ...masters, write: false }) })])).rejects.toThrow(
      /changed since this stack last read it.*pulumi refresh/,
    );
    expect(writes()).toEqual(["b2_create_bucket"]);
  });

  it("is not changed when somebody changes it between reading and writing", async () => {
    await stack.up([bucket()]);
    server.fault(({ name }) => {
      if (name === "b2_update_bucket") server.buckets.get(bucketName)!.revision += 1;
      return undefined;
    });
    await expect(stack.up([bucket({ cancelUnfinishedAfter: 3 })])).rejects.toThrow(
      /409 conflict.*Somebody else changed it/,
    );
    expect(server.buckets.get(bucketName)!.lifecycleRules).toMatchObject([
      { daysFromStartingToCancelingUnfinishedLargeFiles: 7 },
    ]);
  });

  const foreign = (more: object = {}) =>
    server.buckets.set(bucketName, {
      bucketId: "e73ede9c9c8412db49f60001",
      bucketName,
      bucketType: "allPrivate",
      bucketInfo: { team: "archive" },
      corsRules: [cors(masters)],
      lifecycleRules: [{ fileNamePrefix: "", daysFromStartingToCancelingUnfinishedLargeFiles: 7 }],
      encryption: { mode: "SSE-B2", algorithm: "AES256" },
      revision: 9,
      ...more,
    });

  it("of somebody else is refused, with the words that take it over", async () => {
    foreign();
    await expect(stack.up([bucket()])).rejects.toThrow(
      /bucket acme-archive of Backblaze exists already.*adopt: exact.*adopt: converge/,
    );
    expect(await stack.up([bucket({}, { adopt: "exact" })])).toEqual({ bucket: "created" });
    expect(writes()).toEqual([]);
  });

  it("that is not as described is taken over with adopt: converge alone", async () => {
    foreign({ bucketType: "allPublic", encryption: { mode: null } });
    await expect(stack.up([bucket({}, { adopt: "exact" })])).rejects.toThrow(
      /is not as described: type is "allPublic"/,
    );
    expect(writes()).toEqual([]);
    expect(await stack.up([bucket({}, { adopt: "converge" })])).toEqual({ bucket: "created" });
    expect(server.buckets.get(bucketName)).toMatchObject({
      bucketType: "allPrivate",
      encryption: { mode: "SSE-B2" },
      bucketInfo: { team: "archive" },
    });
  });

  it("whose name another account has is refused", async () => {
    server.takenElsewhere.add(bucketName);
    await expect(stack.up([bucket()])).rejects.toThrow(/belongs to another Backblaze account.*Choose another/);
  });

  it("is never deleted, nor is anything in it", async () => {
    await stack.up([bucket({}, { retain: false })]);
    await stack.destroy();
    expect(server.buckets.has(bucketName)).toBe(true);
    expect(writes()).toEqual(["b2_create_bucket"]);
    expect(stack.printed()).toContain("stay in Backblaze");
  });

  describe("that is somebody's (existing)", () => {
    const existing = () =>
      bucket({ type: undefined, encryption: undefined, cancelUnfinishedAfter: undefined, existing: true });

    it("has to be there", async () => {
      await expect(stack.up([existing()])).rejects.toThrow(/there is no bucket acme-archive.*Leave out existing/);
      expect(server.buckets.size).toBe(0);
    });

    it("gets our CORS rule where there is none, and keeps everything else", async () => {
      foreign({ corsRules: [], bucketType: "allPublic", encryption: { mode: null } });
      expect(await stack.up([existing()])).toEqual({ bucket: "created" });
      expect(server.buckets.get(bucketName)).toMatchObject({
        bucketType: "allPublic",
        encryption: { mode: null },
        corsRules: [cors(masters)],
        bucketInfo: { team: "archive" },
      });
      expect(await stack.up([existing()])).toEqual({ bucket: "same" });
    });

    it("is left alone when it has other rules, and the rule to add is told", async () => {
      const theirs = { ...cors(masters), corsRuleName: "somebody-else", allowedOrigins: ["https://tool.example.com"] };
      foreign({ corsRules: [theirs] });
      await expect(stack.up([existing()])).rejects.toThrow(
        /CORS rules of somebody else's \(somebody-else\).*Add this one.*app\.iconik\.io/,
      );
      expect(writes()).toEqual([]);
      server.buckets.get(bucketName)!.corsRules.push({ ...cors(masters), corsRuleName: "added-by-hand" });
      expect(await stack.up([existing()])).toEqual({ bucket: "updated" });
      expect(writes()).toEqual([]);
    });
  });
});

describe("a key", () => {
  it("has exactly what the grants say, for the bucket and the folder", async () => {
    await stack.up(program());
    const wanted = b2Key(statementOf(masters), server.buckets.get(bucketName)!.bucketId);
    const [made] = ours();
    expect(made).toMatchObject({ capabilities: wanted.capabilities, bucketId: wanted.bucketId, namePrefix: "in/" });
    expect(stack.outputs("key")).toMatchObject({ keyId: made!.applicationKeyId, applicationKey: made!.applicationKey });
    expect(await stack.up(program())).toEqual({ bucket: "same", key: "same", "old keys": "same" });
    expect(await stack.refresh()).toEqual({});
  });

  it("that somebody deleted is made anew", async () => {
    await stack.up(program());
    server.keys.delete(ours()[0]!.applicationKeyId);
    expect(await stack.refresh()).toMatchObject({ key: "gone" });
    expect(await stack.up(program())).toMatchObject({ key: "created", "old keys": "updated" });
    expect(ours()).toHaveLength(1);
  });

  it("is made anew for another set of capabilities, and the old one works until it is retired", async () => {
    await stack.up([bucket(), key()]);
    const [old] = ours();
    expect(await stack.up([bucket(), key("1", { ...masters, delete: false })])).toMatchObject({ key: "replaced" });
    expect(ours()).toHaveLength(2);
    await stack.up([bucket(), key("1", { ...masters, delete: false }), retired]);
    expect(ours()).toHaveLength(1);
    expect(ours()[0]!.applicationKeyId).not.toBe(old!.applicationKeyId);
  });

  it("is deleted when it is not retained, and may be gone already", async () => {
    await stack.up([bucket(), { ...key(), retain: false }]);
    server.keys.delete(ours()[0]!.applicationKeyId);
    await stack.destroy();
    expect(writes().at(-1)).toBe("b2_delete_key");
  });
});

describe("rotation", () => {
  const iconik = { fails: false };
  /** What has to work with the new key before the old one goes. */
  const storage = (rotate: string): Described[] => [
    bucket(),
    key(rotate),
    {
      ...retired,
      inputs: (outputs) => {
        if (iconik.fails) throw new Error("iconik cannot use the storage");
        return retired.inputs(outputs);
      },
    },
  ];
  afterEach(() => void (iconik.fails = false));

  it("makes the new key before the old one goes", async () => {
    await stack.up(storage("1"));
    const [old] = ours();
    server.requests.length = 0;
    expect(await stack.up(storage("2"))).toEqual({ bucket: "same", key: "replaced", "old keys": "updated" });
    expect(writes()).toEqual(["b2_create_key", "b2_delete_key"]);
    expect(ours()).toHaveLength(1);
    expect(server.keys.has(old!.applicationKeyId)).toBe(false);
  });

  it("leaves the old key while iconik has not moved, and ends in the next run", async () => {
    await stack.up(storage("1"));
    const [old] = ours();
    iconik.fails = true;
    await expect(stack.up(storage("2"))).rejects.toThrow("iconik cannot");
    expect(server.keys.has(old!.applicationKeyId)).toBe(true);
    iconik.fails = false;
    expect(await stack.up(storage("2"))).toMatchObject({ key: "same", "old keys": "updated" });
    expect(ours()).toHaveLength(1);
    expect(stack.outputs("key").applicationKey).toBe(ours()[0]!.applicationKey);
  });

  it("fails as a whole when no key can be made, and deletes none", async () => {
    await stack.up(storage("1"));
    const [old] = ours();
    server.fault(({ name }) =>
      name === "b2_create_key"
        ? { answer: { status: 403, code: "transaction_cap_exceeded", message: "Transaction cap exceeded" } }
        : undefined,
    );
    await expect(stack.up(storage("2"))).rejects.toThrow(/403 transaction_cap_exceeded.*Raise the cap/);
    expect(ours()).toEqual([old]);
    expect(stack.outputs("key").applicationKey).toBe(old!.applicationKey);
  });

  it("ends in the next run when an old key could not be deleted", async () => {
    await stack.up(storage("1"));
    server.fault(({ name }) =>
      name === "b2_delete_key" ? { answer: { status: 400, code: "bad_request", message: "not now" } } : undefined,
    );
    await expect(stack.up(storage("2"))).rejects.toThrow(/b2_delete_key/);
    expect(ours()).toHaveLength(2);
    server.fault(() => undefined);
    expect(await stack.up(storage("2"))).toMatchObject({ "old keys": "updated" });
    expect(ours()).toHaveLength(1);
  });

  it("deletes nothing when the key in use is not there", async () => {
    await stack.up([bucket(), key("1")]);
    await stack.up([bucket(), key("2")]);
    const current = stack.outputs("key").keyId as string;
    server.keys.delete(current);
    await expect(stack.up([bucket(), key("2"), retired])).rejects.toThrow(/is not there, so no other was deleted/);
    expect(ours()).toHaveLength(1);
  });

  it("touches no key of another stack or storage", async () => {
    const other = server.makeKey({ keyName: "iconik-Masters-ffffffff-1" });
    await stack.up(storage("1"));
    await stack.up(storage("2"));
    expect(server.keys.has(other.applicationKeyId)).toBe(true);
  });
});

/** The run ends at this request: it is answered no more, and neither is any after it. `acted`: it did its work. */
const killedAt = (nth: number, acted: boolean) => {
  const from = server.requests.length + nth;
  server.fault((_, at) => (at < from ? undefined : at === from && acted ? { lose: true } : { drop: true }));
};

describe("a run that is killed", () => {
  const state = (live: CloudStack) => new Map([...live.state].map(([name, entry]) => [name, { ...entry }]));

  for (const acted of [false, true]) {
    it(`at any request (${acted ? "after" : "before"} its work) converges without a second bucket or a lost secret`, async () => {
      for (let nth = 1; ; nth++) {
        server.buckets.clear();
        for (const { applicationKeyId } of ours()) server.keys.delete(applicationKeyId);
        stack.state.clear();
        stack.restart();
        server.fault(() => undefined);
        await stack.up(program("1"));
        const before = state(stack);
        // The rotation, and in turn the first run, are cut off; what the run had not saved is lost.
        for (const [first, rotate] of [
          [false, "2"],
          [true, "1"],
        ] as const) {
          if (first) {
            server.buckets.clear();
            for (const { applicationKeyId } of ours()) server.keys.delete(applicationKeyId);
          }
          stack.state.clear();
          if (!first) before.forEach((entry, name) => stack.state.set(name, entry));
          stack.restart();
          killedAt(nth, acted);
          const asked = server.requests.length;
          const ended = await stack.up(program(rotate)).then(
            () => true,
            () => false,
          );
          if (ended && first && server.requests.length - asked < nth) return expect(nth).toBeGreaterThan(8);
          server.fault(() => undefined);
          if (!ended) {
            // Not even a half-done entry was saved.
            for (const [name, entry] of stack.state) if (entry.unfinished) stack.state.delete(name);
          }
          stack.restart();
          await stack.up(program(rotate));
          const words = `request ${nth} of the ${first ? "first run" : "rotation"}`;
          expect([...server.buckets.keys()], words).toEqual([bucketName]);
          expect(
            ours().map(({ applicationKey }) => applicationKey),
            words,
          ).toEqual([stack.outputs("key").applicationKey]);
          expect(await stack.refresh(), words).toEqual({});
        }
      }
    });
  }

  it("deletes a key whose answer was lost, for nobody has its secret", async () => {
    await stack.up([bucket()]);
    let lost = false;
    server.fault(({ name }) => (name === "b2_create_key" && !lost ? ((lost = true), { lose: true }) : undefined));
    await stack.up([bucket(), key()]);
    expect(lost).toBe(true);
    expect(ours().map(({ applicationKey }) => applicationKey)).toEqual([stack.outputs("key").applicationKey]);
  });

  it("after a lost answer, the same run goes on", async () => {
    const lost = new Set<string>();
    server.fault(({ name }) =>
      lost.has(name) || name === "b2_authorize_account" ? undefined : (lost.add(name), { lose: true }),
    );
    await stack.up(program());
    expect([...lost].sort()).toEqual([
      "b2_create_bucket",
      "b2_create_key",
      "b2_delete_key",
      "b2_list_buckets",
      "b2_list_keys",
    ]);
    expect(server.buckets.size).toBe(1);
    expect(ours().map(({ applicationKey }) => applicationKey)).toEqual([stack.outputs("key").applicationKey]);
    lost.clear();
    await stack.up([bucket({ cancelUnfinishedAfter: 3 }), key("2"), retired]);
    expect([...lost]).toEqual(expect.arrayContaining(["b2_update_bucket", "b2_delete_key"]));
    expect(ours()).toHaveLength(1);
  });
});

describe("trouble", () => {
  it("with the administrator's key is told in words, once", async () => {
    stack.restart({ B2_APPLICATION_KEY: "K005wrong-application-key" });
    await expect(stack.up([bucket()])).rejects.toThrow(
      /Backblaze does not accept the key.*B2_APPLICATION_KEY_ID and B2_APPLICATION_KEY/,
    );
    stack.restart({ B2_APPLICATION_KEY: undefined });
    await expect(stack.up([bucket()])).rejects.toThrow(/set B2_APPLICATION_KEY/);
  });

  it("with what the administrator's key may do names what it needs", async () => {
    const weak = server.makeKey({ capabilities: ["listBuckets"] });
    stack.restart({ B2_APPLICATION_KEY_ID: weak.applicationKeyId, B2_APPLICATION_KEY: weak.applicationKey });
    await expect(stack.up([bucket()])).rejects.toThrow(/401 unauthorized to b2_create_bucket.*needs writeBuckets/);
    expect(server.buckets.size).toBe(0);
  });

  it("with a token that expired is overcome by another one, once", async () => {
    await stack.up([bucket()]);
    server.expireTokens();
    await stack.up(program());
    expect(server.requests.filter(({ name }) => name === "b2_authorize_account")).toHaveLength(2);
    server.fault(({ name }) =>
      name === "b2_list_buckets" ? { answer: { status: 401, code: "expired_auth_token" } } : undefined,
    );
    await expect(stack.refresh()).rejects.toThrow(/401 expired_auth_token/);
  });

  it("never means that something is gone: 401, 403, 429, 500 and 503 keep what is in state", async () => {
    await stack.up(program());
    for (const [status, code] of [
      [401, "unauthorized"],
      [403, "access_denied"],
      [429, "too_many_requests"],
      [500, "internal_error"],
      [503, "service_unavailable"],
    ] as const) {
      server.fault(({ name }) => (name.startsWith("b2_list") ? { answer: { status, code } } : undefined));
      await expect(stack.refresh(), String(status)).rejects.toThrow(
        new RegExp(`${status} ${code}|as said in full before`),
      );
      expect(stack.state.size).toBe(3);
    }
  });

  it("with the rate, or with the service, is waited for", async () => {
    const seen = new Map<string, number>();
    server.fault(({ name }) => {
      const times = (seen.get(name) ?? 0) + 1;
      seen.set(name, times);
      return times === 1
        ? { answer: { status: 429, code: "too_many_requests" } }
        : times === 2
          ? { answer: { status: 503, code: "service_unavailable" } }
          : undefined;
    });
    await stack.up(program());
    expect(server.buckets.size).toBe(1);
    expect(ours()).toHaveLength(1);
  });

  it("with an answer that is none is told", async () => {
    server.fault(({ name }) => (name === "b2_authorize_account" ? { answer: { status: 200, code: "x" } } : undefined));
    await expect(stack.up([bucket()])).rejects.toThrow(/not what Backblaze documents.*B2_ENVIRONMENT/);
  });

  it("with an address in plain http to another machine is refused before anything is sent", async () => {
    stack.restart({ B2_ENVIRONMENT: "http://api.example.com" });
    await expect(stack.up([bucket()])).rejects.toThrow(/must begin with https/);
  });

  it("with an account that is not that of the state is refused", async () => {
    await stack.up(program());
    const elsewhere = await startB2Server("fedcba543210");
    onTestFinished(() => elsewhere.close());
    stack.restart({
      B2_ENVIRONMENT: elsewhere.url,
      B2_APPLICATION_KEY_ID: elsewhere.administrator.applicationKeyId,
      B2_APPLICATION_KEY: elsewhere.administrator.applicationKey,
    });
    await expect(stack.refresh()).rejects.toThrow(/belongs to account abcdef012345/);
    expect(stack.state.size).toBe(3);
  });
});

describe("secrets", () => {
  it("are in no error, no line and, but sealed, in no state", async () => {
    await stack.up(program());
    server.fault(({ name }) =>
      name === "b2_update_bucket"
        ? {
            answer: {
              status: 400,
              code: "bad_request",
              message: `no: ${server.administrator.applicationKey} ${Buffer.from(`${server.administrator.applicationKeyId}:${server.administrator.applicationKey}`).toString("base64")}`,
            },
          }
        : undefined,
    );
    const error = await stack
      .up([key("2"), bucket({ cancelUnfinishedAfter: 2 })])
      .catch((thrown: unknown) => String(thrown));
    const secrets = [server.administrator.applicationKey, ...ours().map(({ applicationKey }) => applicationKey)];
    const sealed = JSON.stringify([...stack.state], (_, value) =>
      value && typeof value === "object" && "4dabf18193072939515e22adb298388d" in value ? "sealed" : value,
    );
    expect(sealed).toContain("sealed");
    expect(String(error)).toContain("[secret]");
    for (const secret of secrets)
      for (const text of [String(error), stack.printed(), sealed]) expect(text).not.toContain(secret);
  });
});

describe("with the key that is made", () => {
  /** Every call there is, in and out of the bucket and the folder, and which capability it is about. */
  async function tried(made: B2Key, bucketId: string, other: string): Promise<Record<string, boolean>> {
    const ask = async (name: string, body: object, authorization: string) => {
      const answer = await fetch(`${server.url}/b2api/v3/${name}`, {
        method: "POST",
        headers: { authorization },
        body: JSON.stringify(body),
      });
      return { ok: answer.ok, body: (await answer.json()) as any };
    };
    const token = async ({ applicationKeyId, applicationKey }: B2Key) =>
      (
        await ask(
          "b2_authorize_account",
          {},
          `Basic ${Buffer.from(`${applicationKeyId}:${applicationKey}`).toString("base64")}`,
        )
      ).body.authorizationToken as string;
    const [mine, all] = [await token(made), await token(server.administrator)];
    const accountId = server.accountId;
    const results: Record<string, boolean> = {};
    for (const [place, id, folder] of [
      ["in", bucketId, "in/"],
      ["outside", bucketId, "in2/"],
      ["other", other, "in/"],
    ] as const) {
      const file = { bucketId: id, fileName: `${folder}clip.mov` };
      const fileId = (await ask("b2_upload_file", file, all)).body.fileId as string;
      const calls: Record<string, object> = {
        b2_list_file_names: { bucketId: id, prefix: folder },
        b2_download_file_by_name: file,
        b2_get_download_authorization: { bucketId: id, fileNamePrefix: folder },
        b2_upload_file: file,
        b2_start_large_file: file,
        b2_delete_file_version: { fileId },
      };
      for (const [name, body] of Object.entries(calls)) results[`${name} ${place}`] = (await ask(name, body, mine)).ok;
    }
    const bucketCalls: Record<string, object> = {
      b2_list_buckets: { accountId, bucketId },
      b2_update_bucket: { accountId, bucketId, bucketType: "allPublic" },
      b2_create_bucket: { accountId, bucketName: "another-one", bucketType: "allPrivate" },
      b2_delete_bucket: { accountId, bucketId },
      b2_list_keys: { accountId },
      b2_create_key: { accountId, keyName: "another-one", capabilities: ["listBuckets"] },
      b2_delete_key: { applicationKeyId: made.applicationKeyId },
    };
    for (const [name, body] of Object.entries(bucketCalls)) results[name] = (await ask(name, body, mine)).ok;
    results["b2_list_buckets other"] = (await ask("b2_list_buckets", { accountId, bucketId: other }, mine)).ok;
    results["b2_list_buckets all"] = (await ask("b2_list_buckets", { accountId }, mine)).ok;
    return results;
  }

  it("each needed call works in the folder, and every other is refused, for every set of flags", async () => {
    await stack.up([bucket()]);
    const { bucketId } = server.buckets.get(bucketName)!;
    const other = "e73ede9c9c8412db49f69999";
    server.buckets.set("other-bucket", {
      ...server.buckets.get(bucketName)!,
      bucketName: "other-bucket",
      bucketId: other,
    });
    for (const flags of flagSets([true, false])) {
      for (const path of ["in", ""]) {
        const of = need("b2", { bucket: bucketName, path, ...flags });
        const uses = usesOf(of);
        stack.state.delete("key");
        await stack.up([bucket(), key("1", of)]);
        const made = server.keys.get(stack.outputs("key").keyId as string)!;
        const calls = await tried(made, bucketId, other);
        const places = path === "" ? ["in", "outside"] : ["in"];
        const allowed = [
          "b2_list_buckets",
          ...places.flatMap((place) => [
            ...(uses.has("read") || uses.has("scan") ? [`b2_list_file_names ${place}`] : []),
            ...(uses.has("read")
              ? [`b2_download_file_by_name ${place}`, `b2_get_download_authorization ${place}`]
              : []),
            ...(uses.has("write") ? [`b2_upload_file ${place}`, `b2_start_large_file ${place}`] : []),
            ...(uses.has("delete") ? [`b2_delete_file_version ${place}`] : []),
          ]),
        ];
        expect(
          Object.keys(calls)
            .filter((call) => calls[call])
            .sort(),
          JSON.stringify({ ...flags, path }),
        ).toEqual(allowed.sort());
      }
    }
  });
});
