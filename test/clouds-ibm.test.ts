/** Buckets, identities and keys of IBM Cloud, made through the provider against a server that follows its documents. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { corsRule, ibmGrants, s3Cors, statementOf, usesOf, type StorageNeed } from "../provider/clouds/grants";
import { createCloudStack, type CloudStack, type Described } from "./cloud-stack.ts";
import { flagSets, need } from "./grants/needs.ts";
import { startIbmServer, type IbmServer } from "./ibm-server/ibm-server.ts";

const bucketName = "acme-archive";
const masters = need("ibmCos", {
  bucket: bucketName,
  path: "in",
  read: true,
  write: true,
  delete: true,
  scan: true,
  cors: "ours",
});
const cors = (of: StorageNeed) => s3Cors(corsRule(of)!).CORSRules[0]!;

let server: IbmServer;
let stack: CloudStack;
beforeEach(async () => {
  server = await startIbmServer();
  stack = createCloudStack({
    IBMCLOUD_API_KEY: server.apiKey,
    IBMCLOUD_IAM_API_ENDPOINT: server.url,
    IBMCLOUD_RESOURCE_CONTROLLER_API_ENDPOINT: server.url,
    ICONIK_ADOPT: undefined,
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await server.close();
});

const bucket = (more: Record<string, unknown> = {}, options: Partial<Described> = {}): Described => ({
  name: "bucket",
  kind: "IbmBucket",
  retain: true,
  inputs: () => ({
    name: bucketName,
    instance: server.instance,
    endpoint: server.url,
    location: "eu-de-standard",
    publicAccess: "blocked",
    corsRule: cors(masters),
    abortUploadsAfter: 7,
    ...more,
  }),
  ...options,
});
const names = "iconik-masters-0badcafe-";
const grantsOf = (of: StorageNeed, iamId = "", roleCrn: (name: string) => string = () => "") =>
  ibmGrants(statementOf(of), { iamId, instance: server.instance, roleCrn });
/** As the component describes a storage. */
const identity = (of = masters, rotate = "1"): Described[] => [
  {
    name: "service id",
    kind: "IbmServiceId",
    retain: true,
    inputs: () => ({
      account: server.account,
      name: "iconik-masters",
      description: "iconik storage Masters",
      owner: "e2e/dev acme-archive/Masters",
    }),
  },
  ...grantsOf(of).flatMap(({ role, policy }, index): Described[] => [
    {
      name: role.name,
      kind: "IbmRole",
      retain: true,
      inputs: () => ({
        account: server.account,
        name: role.name,
        displayName: role.display_name,
        actions: role.actions,
      }),
    },
    {
      name: `policy ${index + 1}`,
      kind: "IbmPolicy",
      retain: true,
      inputs: (outputs) => ({
        account: server.account,
        iamId: outputs("service id").iamId,
        role: outputs(role.name).crn,
        resource: policy.resource.attributes,
        ...(policy.rule && { rule: policy.rule }),
      }),
    },
  ]),
  {
    name: "key",
    kind: "IbmHmacKey",
    retain: true,
    inputs: (outputs) => ({ name: names + rotate, instance: server.instance, serviceId: outputs("service id").crn }),
  },
];
const retired: Described = {
  name: "old keys",
  kind: "IbmRetiredKeys",
  inputs: () => ({ names, instance: server.instance, current: stack.state.get("key")!.id }),
};
const program = (rotate = "1", of = masters): Described[] => [bucket(), ...identity(of, rotate), retired];

const writes = () =>
  server.requests
    .filter(({ name }) => /^(POST|PUT|DELETE) /.test(name) && !name.includes("/identity/"))
    .map(({ name }) => name.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|ServiceId-\S+/g, "<id>"));
const ours = () => [...server.keys.values()].filter(({ name, state }) => name.startsWith(names) && state !== "removed");
const active = () => [...server.policies.values()].filter(({ state }) => state === "active");
const secretOf = ({ credentials }: any) => credentials.cos_hmac_keys.secret_access_key as string;
const same = (more: Record<string, string> = {}) => ({
  ...Object.fromEntries(program().map(({ name }) => [name, "same"])),
  ...more,
});

describe("a bucket", () => {
  it("is made where it is described, closed to the public, with our CORS rule, and gives unfinished uploads up", async () => {
    expect(await stack.up([bucket()])).toEqual({ bucket: "created" });
    const live = server.buckets.get(bucketName)!;
    expect(live).toMatchObject({ instance: server.instance, location: "eu-de-standard" });
    expect(live.access).toContain("<BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>");
    expect(live.lifecycle).toContain("<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation>");
    expect(live.cors).toContain(
      "<AllowedOrigin>https://app.iconik.io</AllowedOrigin><AllowedMethod>GET</AllowedMethod>",
    );
    const done = writes();
    expect(await stack.up([bucket()])).toEqual({ bucket: "same" });
    expect(await stack.refresh()).toEqual({});
    expect(writes()).toEqual(done);
  });

  it("shows what somebody changed, is put back, and what is not ours stays", async () => {
    await stack.up([bucket()]);
    const live = server.buckets.get(bucketName)!;
    live.access = "";
    live.lifecycle =
      "<LifecycleConfiguration><Rule><ID>theirs</ID><Status>Enabled</Status><Filter><Prefix>tmp/</Prefix></Filter><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>";
    expect(await stack.refresh()).toEqual({ bucket: ["publicAccess", "abortUploadsAfter"] });
    expect(await stack.up([bucket({ abortUploadsAfter: 3 })])).toEqual({ bucket: "updated" });
    expect(live.lifecycle).toMatch(/<ID>theirs<\/ID>.*<Days>1<\/Days>.*<DaysAfterInitiation>3</);
    expect(live.access).toContain("true");
    expect(await stack.refresh()).toEqual({});
  });

  it("is not changed when somebody changed it since it was read", async () => {
    await stack.up([bucket()]);
    const live = server.buckets.get(bucketName)!;
    live.cors = live.cors.replace("app.iconik.io", "other.example.com");
    await expect(stack.up([bucket({ corsRule: cors({ ...masters, write: false }) })])).rejects.toThrow(
      /corsRule.*changed since this stack last read it/,
    );
    expect(live.cors).toContain("other.example.com");
  });

  const foreign = (more: object = {}) =>
    server.buckets.set(bucketName, {
      instance: server.instance,
      location: "eu-de-standard",
      cors: "",
      lifecycle: "",
      access: "",
      objects: new Set(),
      ...more,
    });

  it("of somebody else is refused, with the words that take it over", async () => {
    foreign();
    await expect(stack.up([bucket()])).rejects.toThrow(
      /bucket acme-archive of IBM Cloud exists already.*adopt: exact.*adopt: converge/,
    );
    foreign({ instance: "crn:another" });
    await expect(stack.up([bucket()])).rejects.toThrow(/belongs to somebody else/);
    foreign({ location: "us-south-standard" });
    await expect(stack.up([bucket({}, { adopt: "converge" })])).rejects.toThrow(/location is "us-south-standard"/);
    expect(writes()).toEqual([]);
    foreign();
    expect(await stack.up([bucket({}, { adopt: "converge" })])).toEqual({ bucket: "created" });
  });

  it("is never deleted", async () => {
    await stack.up([bucket({}, { retain: false })]);
    await stack.destroy();
    expect(server.buckets.has(bucketName)).toBe(true);
    expect(writes().filter((name) => name.startsWith("DELETE"))).toEqual([]);
  });

  it("that is somebody's (existing) keeps its own CORS rules, and the rule to add is told", async () => {
    const existing = bucket({
      existing: true,
      location: undefined,
      publicAccess: undefined,
      abortUploadsAfter: undefined,
    });
    await expect(stack.up([existing])).rejects.toThrow(/there is no bucket acme-archive.*Leave out existing/);
    foreign({
      cors: "<CORSConfiguration><CORSRule><AllowedOrigin>https://tool.example.com</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>",
    });
    await expect(stack.up([existing])).rejects.toThrow(/a CORS rule of somebody else's.*Add this one.*app\.iconik\.io/);
    expect(writes()).toEqual([]);
    server.buckets.get(bucketName)!.cors = "";
    expect(await stack.up([existing])).toEqual({ bucket: "updated" });
    expect(writes()).toEqual([`PUT /${bucketName}?cors`]);
  });
});

describe("an identity", () => {
  it("has exactly what the grants say", async () => {
    expect(Object.values(await stack.up(program()))).toEqual(program().map(() => "created"));
    const [serviceId] = [...server.serviceIds.values()];
    const crnOf = (name: string) => [...server.roles.values()].find((role) => role.name === name).crn as string;
    const wanted = grantsOf(masters, serviceId.iam_id, crnOf);
    expect([...server.roles.values()]).toEqual(wanted.map(({ role }) => expect.objectContaining(role)));
    expect(active()).toEqual(wanted.map(({ policy }) => expect.objectContaining(policy)));
    expect(active()).toHaveLength(wanted.length);
    expect(ours()).toMatchObject([{ role: "NONE", source_crn: server.instance }]);
    expect(stack.outputs("key")).toMatchObject({
      accessKey: ours()[0].credentials.cos_hmac_keys.access_key_id,
      secretKey: secretOf(ours()[0]),
    });
    expect(await stack.up(program())).toEqual(same());
    expect(await stack.refresh()).toEqual({});
  });

  it("shows drift of roles and policies, and is put back", async () => {
    await stack.up(program());
    const [role] = [...server.roles.values()];
    role.actions = [...role.actions, "cloud-object-storage.bucket.delete_bucket"];
    const [policy] = active();
    policy.resource.attributes.pop();
    const gone = active()[1]!;
    gone.state = "deleted";
    expect(await stack.refresh()).toEqual({ [role.name]: ["actions"], "policy 1": ["resource"], "policy 2": "gone" });
    expect(await stack.up(program())).toEqual(
      same({ [role.name]: "updated", "policy 1": "updated", "policy 2": "created" }),
    );
    expect(await stack.refresh()).toEqual({});
    expect(active()).toHaveLength(3);
  });

  it("is not changed when somebody changes it at the same time (If-Match)", async () => {
    await stack.up(program());
    const [role] = [...server.roles.values()];
    role.actions = [...role.actions, "cloud-object-storage.bucket.delete_bucket"];
    await stack.refresh();
    server.fault(({ name }) =>
      name.startsWith("PUT /v2/roles") ? (Object.assign(role, { entity_tag: "2-newer" }), undefined) : undefined,
    );
    await expect(stack.up(program())).rejects.toThrow(/409 policy_conflict_error.*Somebody else changed it/);
    expect(role.actions).toContain("cloud-object-storage.bucket.delete_bucket");
  });

  it("of the same name that is somebody else's is refused", async () => {
    server.serviceIds.set("ServiceId-1", {
      id: "ServiceId-1",
      iam_id: "iam-ServiceId-1",
      crn: "crn:1",
      account_id: server.account,
      name: "iconik-masters",
      description: "made by hand",
      entity_tag: "1",
    });
    await expect(stack.up(program())).rejects.toThrow(/service id iconik-masters of IBM Cloud exists already/);
    expect(server.serviceIds.size).toBe(1);
  });

  it("shares roles with others of the account, and refuses one that was changed", async () => {
    const [{ role }] = grantsOf(masters) as [ReturnType<typeof grantsOf>[number]];
    const there = { ...role, id: "role-1", crn: "crn:role-1", account_id: server.account, entity_tag: "1" };
    server.roles.set("role-1", there);
    await stack.up(program());
    expect([...server.roles.values()].filter(({ name }) => name === role.name)).toHaveLength(1);
    there.actions = ["cloud-object-storage.bucket.delete_bucket"];
    stack.state.delete(role.name);
    await expect(stack.up(program())).rejects.toThrow(/custom role .* exists already/);
  });

  it("has another policy when its folder changes, by an update in place", async () => {
    await stack.up(program());
    expect(await stack.up(program("1", { ...masters, path: "out" }))).toEqual(
      same({ "policy 2": "updated", "policy 3": "updated" }),
    );
    expect(active().flatMap(({ rule }) => (rule ? [rule.value] : []))).toEqual(["out/*", "out/*"]);
  });

  it("gets no key with which IBM grants more than is described", async () => {
    server.addPolicies();
    await expect(stack.up(program())).rejects.toThrow(/a policy of its own with the credential.*deleted again/);
    expect(ours()).toEqual([]);
  });

  it("gets no key that IBM does not show", async () => {
    server.redact("REDACTED");
    await expect(stack.up(program())).rejects.toThrow(/does not show the key that it made.*deleted again/);
    expect(ours()).toEqual([]);
  });
});

describe("rotation", () => {
  let fails = false;
  const storage = (rotate: string): Described[] => [
    bucket(),
    ...identity(masters, rotate),
    {
      ...retired,
      inputs: (outputs) => {
        if (fails) throw new Error("iconik cannot use the storage");
        return retired.inputs(outputs);
      },
    },
  ];
  afterEach(() => void (fails = false));

  it("makes the new key before the old one goes", async () => {
    await stack.up(storage("1"));
    const [old] = ours();
    server.requests.length = 0;
    expect(await stack.up(storage("2"))).toEqual(same({ key: "replaced", "old keys": "updated" }));
    expect(writes()).toEqual(["POST /v2/resource_keys", "DELETE /v2/resource_keys/<id>"]);
    expect(old.state).toBe("removed");
    expect(secretOf(ours()[0])).toBe(stack.outputs("key").secretKey);
  });

  it("leaves the old key while iconik has not moved, and ends in the next run", async () => {
    await stack.up(storage("1"));
    fails = true;
    await expect(stack.up(storage("2"))).rejects.toThrow("iconik cannot");
    expect(ours()).toHaveLength(2);
    fails = false;
    expect(await stack.up(storage("2"))).toEqual(same({ "old keys": "updated" }));
    expect(ours()).toHaveLength(1);
  });

  it("deletes none when no key can be made, and tries again when one cannot be deleted", async () => {
    await stack.up(storage("1"));
    server.fault(({ name }) =>
      name === "POST /v2/resource_keys" ? { answer: { status: 403, code: "RC-Forbidden" } } : undefined,
    );
    await expect(stack.up(storage("2"))).rejects.toThrow(/403 RC-Forbidden.*needs Administrator/);
    expect(ours()).toHaveLength(1);
    server.fault(({ name }) =>
      name.startsWith("DELETE /v2/resource_keys") ? { answer: { status: 400, code: "RC-Locked" } } : undefined,
    );
    await expect(stack.up(storage("2"))).rejects.toThrow(/RC-Locked/);
    expect(ours()).toHaveLength(2);
    server.fault(() => undefined);
    await stack.up(storage("2"));
    expect(ours()).toHaveLength(1);
  });

  it("touches no key of another stack", async () => {
    const theirs = { id: "k", name: "iconik-masters-ffffffff-1", state: "active", credentials: {} };
    server.keys.set("k", theirs);
    await stack.up(storage("1"));
    await stack.up(storage("2"));
    expect(theirs.state).toBe("active");
  });
});

describe("a run that is killed", () => {
  const clear = () => {
    for (const all of [server.buckets, server.serviceIds, server.roles, server.policies, server.keys]) all.clear();
    stack.state.clear();
  };

  for (const acted of [false, true]) {
    it(`at any request (${acted ? "after" : "before"} its work) converges without a second of anything or a lost secret`, async () => {
      const small = { ...masters, path: "", cors: "iconik" as const };
      const whole = (rotate: string) => [bucket({ corsRule: undefined }), ...identity(small, rotate), retired];
      for (let nth = 1; ; nth++) {
        clear();
        stack.restart({ ICONIK_ADOPT: undefined });
        const from = server.requests.length + nth;
        server.fault((_, at) => (at < from ? undefined : at === from && acted ? { lose: true } : { drop: true }));
        const ended = await stack.up(whole("1")).then(
          () => true,
          () => false,
        );
        if (ended && server.requests.length < from) return expect(nth).toBeGreaterThan(15);
        server.fault(() => undefined);
        // What was being done when the run ended was not saved.
        for (const [name, { unfinished }] of stack.state) if (unfinished) stack.state.delete(name);
        // A bucket tells nobody who made it: a person says so.
        stack.restart({ ICONIK_ADOPT: "exact" });
        await stack.up(whole("1"));
        const words = `request ${nth}`;
        expect([server.buckets.size, server.serviceIds.size, server.roles.size, active().length], words).toEqual([
          1, 1, 1, 1,
        ]);
        expect(ours().map(secretOf), words).toEqual([stack.outputs("key").secretKey]);
        expect(await stack.refresh(), words).toEqual({});
      }
    });
  }

  it("deletes a key whose answer was lost, for nobody has its secret", async () => {
    let lost = false;
    server.fault(({ name }) =>
      name === "POST /v2/resource_keys" && !lost ? ((lost = true), { lose: true }) : undefined,
    );
    await stack.up(program().filter(({ name }) => name !== "old keys"));
    expect(lost).toBe(true);
    expect(ours().map(secretOf)).toEqual([stack.outputs("key").secretKey]);
  });

  it("after a lost answer, the same run goes on", async () => {
    const lost = new Set<string>();
    server.fault(({ name }) => {
      if (!/^(POST|PUT)/.test(name) || lost.has(name)) return undefined;
      lost.add(name);
      return { lose: true };
    });
    await stack.up(program());
    expect(lost.size).toBeGreaterThan(6);
    expect([server.buckets.size, server.serviceIds.size, server.roles.size, active().length, ours().length]).toEqual([
      1, 1, 3, 3, 1,
    ]);
    expect(secretOf(ours()[0])).toBe(stack.outputs("key").secretKey);
  });
});

describe("trouble", () => {
  it("with the API key is told in words", async () => {
    stack.restart({ IBMCLOUD_API_KEY: "wrong-api-key" });
    await expect(stack.up([bucket()])).rejects.toThrow(/does not accept the API key.*Look at IBMCLOUD_API_KEY/);
    stack.restart({ IBMCLOUD_API_KEY: undefined });
    await expect(stack.up([bucket()])).rejects.toThrow(/set IBMCLOUD_API_KEY/);
  });

  it("with a token that expired is overcome by another one, once", async () => {
    await stack.up([bucket()]);
    server.expireTokens();
    await stack.up(program());
    expect(server.requests.filter(({ name }) => name === "POST /identity/token")).toHaveLength(2);
    server.fault(({ name }) =>
      name.startsWith("GET /v2") ? { answer: { status: 401, code: "token_expired" } } : undefined,
    );
    await expect(stack.refresh()).rejects.toThrow(/401 token_expired/);
  });

  it("never means that something is gone: 401, 403, 429, 500 and 503 keep what is in state", async () => {
    await stack.up(program());
    const { size } = stack.state;
    for (const status of [401, 403, 429, 500, 503]) {
      server.fault(({ name }) => (name.includes("/identity/") ? undefined : { answer: { status, code: "trouble" } }));
      await expect(stack.refresh(), String(status)).rejects.toThrow(
        new RegExp(`${status} trouble|as said in full before`),
      );
      expect(stack.state.size).toBe(size);
    }
  });

  it("with the rate, or with the service, is waited for", async () => {
    const seen = new Map<string, number>();
    server.fault(({ name }) => {
      const times = (seen.get(name) ?? 0) + 1;
      seen.set(name, times);
      return times < 3 ? { answer: { status: times === 1 ? 429 : 503, code: "trouble" } } : undefined;
    });
    await stack.up(program());
    expect([server.buckets.size, server.serviceIds.size, active().length, ours().length]).toEqual([1, 1, 3, 1]);
  });
});

describe("secrets", () => {
  it("are in no error, no line and, but sealed, in no state", async () => {
    await stack.up(program());
    server.fault(({ name }) =>
      name.startsWith("POST /v2/resource_keys")
        ? {
            answer: { status: 400, code: `no ${server.apiKey} ${secretOf(ours()[0])} ${ours()[0].credentials.apikey}` },
          }
        : undefined,
    );
    const error = await stack.up(program("2")).catch((thrown: unknown) => String((thrown as Error).message));
    const secrets = [server.apiKey, ...ours().flatMap((one) => [secretOf(one), one.credentials.apikey as string])];
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
  /** Calls of the S3 protocol, by the action that each of them is. */
  const bucketCalls: [string, string, string][] = [
    ["bucket.head", "HEAD", ""],
    ["bucket.get_location", "GET", "?location"],
    ["bucket.get_cors", "GET", "?cors"],
    ["bucket.put_cors", "PUT", "?cors"],
    ["bucket.delete_cors", "DELETE", "?cors"],
    ["bucket.get_lifecycle", "GET", "?lifecycle"],
    ["bucket.put_lifecycle", "PUT", "?lifecycle"],
    ["bucket.get_uploads", "GET", "?uploads"],
    ["bucket.get_acl", "GET", "?acl"],
    ["bucket.put_acl", "PUT", "?acl"],
    ["bucket.put_bucket", "PUT", ""],
    ["bucket.delete_bucket", "DELETE", ""],
    ["bucket.get_public_access_block", "GET", "?publicAccessBlock"],
    ["bucket.put_public_access_block", "PUT", "?publicAccessBlock"],
  ];
  const folderCalls: [string, string, (folder: string) => string][] = [
    ["bucket.get", "GET", (folder) => `?prefix=${folder}`],
    ["object.get", "GET", (folder) => `/${folder}clip`],
    ["object.head", "HEAD", (folder) => `/${folder}clip`],
    ["object.put", "PUT", (folder) => `/${folder}clip`],
    ["object.delete", "DELETE", (folder) => `/${folder}clip`],
    ["object.post_multi_delete", "POST", (folder) => `?delete&first=${folder}clip`],
    ["object.post_initiate_upload", "POST", (folder) => `/${folder}clip?uploads`],
    ["object.put_part", "PUT", (folder) => `/${folder}clip?uploadId=1`],
    ["object.post_complete_upload", "POST", (folder) => `/${folder}clip?uploadId=1`],
    ["object.delete_upload", "DELETE", (folder) => `/${folder}clip?uploadId=1`],
    ["object.get_uploads", "GET", (folder) => `/${folder}clip?uploadId=1`],
    ["object.restore", "POST", (folder) => `/${folder}clip?restore`],
    ["object.copy", "PUT", (folder) => `/${folder}clip?copy`],
    ["object.copy_get", "GET", (folder) => `/${folder}clip?copy`],
    ["object.copy_part", "PUT", (folder) => `/${folder}clip?copyPart`],
    ["object.copy_part_get", "GET", (folder) => `/${folder}clip?copyPart`],
    ["object.get_acl", "GET", (folder) => `/${folder}clip?acl`],
    ["object.put_acl", "PUT", (folder) => `/${folder}clip?acl`],
  ];

  it("each needed call works in the folder, and every other is refused, for every set of flags", async () => {
    await stack.up([bucket()]);
    server.buckets.set("other-bucket", { ...server.buckets.get(bucketName)! });
    for (const flags of flagSets([true, false])) {
      for (const path of ["in", ""]) {
        const of = need("ibmCos", {
          bucket: bucketName,
          path,
          cors: path ? "iconik" : "ours",
          restore: flags.write,
          ...flags,
        });
        for (const all of [server.serviceIds, server.roles, server.policies, server.keys]) all.clear();
        for (const name of [...stack.state.keys()]) if (name !== "bucket") stack.state.delete(name);
        await stack.up([bucket(), ...identity(of)]);
        const authorization = `AWS4-HMAC-SHA256 Credential=${stack.outputs("key").accessKey}/20300101/eu-de/s3/aws4_request, SignedHeaders=host, Signature=0`;
        const works = async (method: string, place: string) => {
          const { status } = await fetch(server.url + place, { method, headers: { authorization } });
          return status !== 403;
        };
        const granted = new Set(
          statementOf(of).grants.map(({ action }) => action.replace("cloud-object-storage.", "")),
        );
        const allowed: string[] = [];
        const wanted: string[] = [];
        for (const [name, places] of [
          [bucketName, ["in/", "in2/", ""]],
          ["other-bucket", ["in/"]],
        ] as const) {
          for (const [action, method, query] of bucketCalls) {
            if (await works(method, `/${name}${query}`)) allowed.push(`${name} ${action}`);
            if (action === "bucket.delete_bucket") expect(server.buckets.has(name)).toBe(true);
            if (name === bucketName && granted.has(action)) wanted.push(`${name} ${action}`);
          }
          for (const folder of places) {
            for (const [action, method, at] of folderCalls) {
              if (await works(method, `/${name}${at(folder)}`)) allowed.push(`${name} ${folder} ${action}`);
              if (name === bucketName && granted.has(action) && (path === "" || folder === "in/"))
                wanted.push(`${name} ${folder} ${action}`);
            }
          }
        }
        expect(allowed.sort(), JSON.stringify({ ...flags, path })).toEqual(wanted.sort());
        expect(granted.has("object.get")).toBe(usesOf(of).has("read"));
      }
    }
  });
});
