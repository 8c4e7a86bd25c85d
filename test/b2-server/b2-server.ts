// Backblaze B2 as its documents describe it, as far as keys tell apart what may be done: a capability for each call,
// keys bound to a bucket and a folder, secrets told once, revisions of buckets, names that all accounts share
// (https://www.backblaze.com/apidocs, "Application Key Capabilities"). Real HTTP on loopback, nothing kept on disk.
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface B2Key {
  applicationKeyId: string;
  applicationKey: string;
  keyName: string;
  capabilities: string[];
  bucketId: string | null;
  namePrefix: string | null;
}

export interface B2ServerBucket {
  bucketId: string;
  bucketName: string;
  bucketType: string;
  bucketInfo: Record<string, string>;
  corsRules: unknown[];
  lifecycleRules: unknown[];
  encryption: unknown;
  revision: number;
}

export interface B2Request {
  name: string;
  body: any;
}

/** What happens to one request instead of, or after, its work. */
export interface B2Fault {
  /** Answers this and does nothing. */
  answer?: { status: number; code: string; message?: string; headers?: Record<string, string> };
  /** Does the work and breaks the connection. */
  lose?: boolean;
  /** Breaks the connection and does nothing. */
  drop?: boolean;
}

export interface B2Server {
  url: string;
  accountId: string;
  /** The account's master key. */
  administrator: B2Key;
  keys: Map<string, B2Key>;
  buckets: Map<string, B2ServerBucket>;
  /** Calls in order, authorizations included. */
  requests: B2Request[];
  /** Asked for every request; the last one given counts. */
  fault(decide: (request: B2Request, nth: number) => B2Fault | undefined): void;
  /** Makes every token given so far expire. */
  expireTokens(): void;
  /** A name that another account has. */
  takenElsewhere: Set<string>;
  makeKey(settings: Partial<B2Key>): B2Key;
  close(): Promise<void>;
}

const all = [
  "listKeys",
  "writeKeys",
  "deleteKeys",
  "listBuckets",
  "listAllBucketNames",
  "readBuckets",
  "writeBuckets",
  "deleteBuckets",
  "readBucketEncryption",
  "writeBucketEncryption",
  "listFiles",
  "readFiles",
  "shareFiles",
  "writeFiles",
  "deleteFiles",
];
/** Of a key for one bucket ("not allowed for app keys that are restricted to a bucket"). */
const neverForOneBucket = ["listKeys", "writeKeys", "deleteKeys", "writeBuckets", "deleteBuckets"];

class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message = "",
  ) {
    super(message);
  }
}

export async function startB2Server(accountId = "abcdef012345"): Promise<B2Server> {
  const keys = new Map<string, B2Key>();
  const buckets = new Map<string, B2ServerBucket>();
  const tokens = new Map<string, B2Key>();
  const expired = new Set<string>();
  const takenElsewhere = new Set<string>();
  const files = new Map<string, { bucketId: string; fileName: string }>();
  const requests: B2Request[] = [];
  let decide: (request: B2Request, nth: number) => B2Fault | undefined = () => undefined;
  let count = 0;

  const makeKey = (settings: Partial<B2Key>): B2Key => {
    count += 1;
    const applicationKeyId = `005abcdef012345${String(count).padStart(10, "0")}`;
    const key = {
      applicationKeyId,
      applicationKey: `K005secret${randomUUID().replaceAll("-", "")}`,
      keyName: "made-by-hand",
      capabilities: all,
      bucketId: null,
      namePrefix: null,
      ...settings,
    };
    keys.set(applicationKeyId, key);
    return key;
  };
  const administrator = makeKey({ keyName: "master" });

  const bucketOf = (id: string): B2ServerBucket => {
    for (const bucket of buckets.values()) if (bucket.bucketId === id) return bucket;
    throw new Refused(400, "bad_bucket_id", `Bucket ${id} does not exist`);
  };
  const shown = (bucket: B2ServerBucket, key: B2Key) => {
    const { encryption, ...rest } = bucket;
    const may = key.capabilities.includes("readBucketEncryption");
    return {
      accountId,
      ...rest,
      options: [],
      defaultServerSideEncryption: { isClientAuthorizedToRead: may, value: may ? encryption : null },
    };
  };
  const publicly = ({ applicationKey: _, ...key }: B2Key) => ({
    accountId,
    ...key,
    expirationTimestamp: null,
    options: ["s3"],
  });

  /** Is the key good for this call, on this bucket and this file? */
  function allow(key: B2Key, capability: string, bucketId?: string, fileName?: string): void {
    if (!key.capabilities.includes(capability)) throw new Refused(401, "unauthorized", "");
    if (key.bucketId !== null && key.bucketId !== bucketId) throw new Refused(401, "unauthorized", "");
    if (key.namePrefix !== null && fileName !== undefined && !fileName.startsWith(key.namePrefix))
      throw new Refused(401, "unauthorized", "");
  }
  const fileOf = (id: string) => files.get(id) ?? refuse(400, "file_not_present", "");
  const upload = (bucketId: string, fileName: string) => {
    const fileId = `4_z${bucketId}_${fileName}`;
    files.set(fileId, { bucketId, fileName });
    return { fileId, bucketId, fileName, action: "upload" };
  };

  const calls: Record<string, (body: any, key: B2Key) => unknown> = {
    b2_list_buckets({ bucketId, bucketName }, key) {
      const asked = bucketId ?? [...buckets.values()].find((bucket) => bucket.bucketName === bucketName)?.bucketId;
      if (key.bucketId !== null && bucketId === undefined && bucketName === undefined)
        throw new Refused(401, "unauthorized", "");
      allow(key, "listBuckets", key.bucketId !== null ? asked : undefined);
      const found = [...buckets.values()].filter(
        (one) => (bucketId === undefined && bucketName === undefined) || one.bucketId === asked,
      );
      return { buckets: found.map((bucket) => shown(bucket, key)) };
    },
    b2_create_bucket(
      { bucketName, bucketType, bucketInfo = {}, corsRules = [], lifecycleRules = [], defaultServerSideEncryption },
      key,
    ) {
      allow(key, "writeBuckets");
      if (defaultServerSideEncryption) allow(key, "writeBucketEncryption");
      if (!/^[A-Za-z0-9-]{6,63}$/.test(bucketName)) throw new Refused(400, "invalid_bucket_name", "bad name");
      if (buckets.has(bucketName) || takenElsewhere.has(bucketName))
        throw new Refused(400, "duplicate_bucket_name", "Bucket name is already in use.");
      checkRules(corsRules, lifecycleRules);
      count += 1;
      const bucket = {
        bucketId: `e73ede9c9c8412db49f6${String(count).padStart(4, "0")}`,
        bucketName,
        bucketType,
        bucketInfo,
        corsRules,
        lifecycleRules,
        encryption: defaultServerSideEncryption ?? { mode: null, algorithm: null },
        revision: 2,
      };
      buckets.set(bucketName, bucket);
      return shown(bucket, key);
    },
    b2_update_bucket(
      { bucketId, ifRevisionIs, bucketType, bucketInfo, corsRules, lifecycleRules, defaultServerSideEncryption },
      key,
    ) {
      allow(key, "writeBuckets", bucketId);
      if (defaultServerSideEncryption) allow(key, "writeBucketEncryption", bucketId);
      const bucket = bucketOf(bucketId);
      if (ifRevisionIs !== undefined && ifRevisionIs !== bucket.revision) throw new Refused(409, "conflict", "");
      checkRules(corsRules ?? [], lifecycleRules ?? []);
      const given = { bucketType, bucketInfo, corsRules, lifecycleRules, encryption: defaultServerSideEncryption };
      Object.assign(bucket, Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
      bucket.revision += 1;
      return shown(bucket, key);
    },
    b2_delete_bucket({ bucketId }, key) {
      allow(key, "deleteBuckets", bucketId);
      const bucket = bucketOf(bucketId);
      if ([...files.values()].some((file) => file.bucketId === bucketId))
        throw new Refused(400, "cannot_delete_non_empty_bucket", "");
      buckets.delete(bucket.bucketName);
      return shown(bucket, key);
    },
    b2_create_key({ keyName, capabilities, bucketId = null, namePrefix = null }, key) {
      allow(key, "writeKeys");
      if (!/^[A-Za-z0-9-]{1,100}$/.test(keyName)) throw new Refused(400, "bad_request", "bad key name");
      const unknown = capabilities.filter((one: string) => !all.includes(one));
      if (unknown.length > 0) throw new Refused(400, "bad_request", `unknown capability ${unknown}`);
      if (bucketId !== null && capabilities.some((one: string) => neverForOneBucket.includes(one)))
        throw new Refused(400, "bad_request", "not for a restricted key");
      if (namePrefix !== null && bucketId === null) throw new Refused(400, "bad_request", "a prefix wants a bucket");
      if (bucketId !== null) bucketOf(bucketId);
      const made = makeKey({ keyName, capabilities, bucketId, namePrefix });
      return { ...publicly(made), applicationKey: made.applicationKey };
    },
    b2_list_keys({ maxKeyCount = 100, startApplicationKeyId = "" }, key) {
      allow(key, "listKeys");
      const from = [...keys.values()]
        .filter(({ applicationKeyId }) => applicationKeyId >= startApplicationKeyId)
        .sort((a, b) => (a.applicationKeyId < b.applicationKeyId ? -1 : 1));
      // Pages are kept small, so that a client that reads one alone is found out.
      const size = Math.min(maxKeyCount, 3);
      return { keys: from.slice(0, size).map(publicly), nextApplicationKeyId: from[size]?.applicationKeyId ?? null };
    },
    b2_delete_key({ applicationKeyId }, key) {
      allow(key, "deleteKeys");
      const gone = keys.get(applicationKeyId) ?? refuse(400, "bad_request", "Key does not exist");
      keys.delete(applicationKeyId);
      return publicly(gone);
    },
    b2_list_file_names({ bucketId, prefix = "" }, key) {
      allow(key, "listFiles", bucketId, prefix);
      return {
        files: [...files]
          .filter(([, file]) => file.bucketId === bucketId && file.fileName.startsWith(prefix))
          .map(([fileId, file]) => ({ fileId, ...file })),
        nextFileName: null,
      };
    },
    // Uploads in one piece: the address, and what is sent to it, in one.
    b2_get_upload_url({ bucketId }, key) {
      allow(key, "writeFiles", bucketId);
      bucketOf(bucketId);
      return { bucketId, uploadUrl: `/upload/${bucketId}`, authorizationToken: "upload" };
    },
    b2_upload_file({ bucketId, fileName }, key) {
      allow(key, "writeFiles", bucketId, fileName);
      return upload(bucketId, fileName);
    },
    b2_start_large_file({ bucketId, fileName }, key) {
      allow(key, "writeFiles", bucketId, fileName);
      return upload(bucketId, fileName);
    },
    b2_download_file_by_name({ bucketId, fileName }, key) {
      allow(key, "readFiles", bucketId, fileName);
      return { fileName };
    },
    b2_get_download_authorization({ bucketId, fileNamePrefix }, key) {
      allow(key, "shareFiles", bucketId, fileNamePrefix);
      return { bucketId, fileNamePrefix, authorizationToken: "download" };
    },
    b2_delete_file_version({ fileId }, key) {
      const file = fileOf(fileId);
      allow(key, "deleteFiles", file.bucketId, file.fileName);
      files.delete(fileId);
      return { fileId };
    },
  };

  function authorize(header: string): unknown {
    const [id = "", secret] = Buffer.from(/^Basic (.+)$/.exec(header)?.[1] ?? "", "base64")
      .toString()
      .split(":");
    const key = keys.get(id);
    if (!key || key.applicationKey !== secret) throw new Refused(401, "unauthorized", "invalid_application_key");
    const authorizationToken = `4_${randomUUID()}_acct`;
    tokens.set(authorizationToken, key);
    const { capabilities, bucketId, namePrefix } = key;
    return {
      accountId,
      authorizationToken,
      apiInfo: {
        storageApi: {
          apiUrl: url,
          downloadUrl: url,
          s3ApiUrl: "https://s3.eu-central-003.backblazeb2.com",
          capabilities,
          bucketId,
          namePrefix,
        },
      },
    };
  }

  function work(name: string, body: any, header: string): unknown {
    if (name === "b2_authorize_account") return authorize(header);
    const key = tokens.get(header);
    if (!key) throw new Refused(401, "bad_auth_token", "Invalid authorization token");
    if (expired.has(header)) throw new Refused(401, "expired_auth_token", "Authorization token has expired");
    if (!keys.has(key.applicationKeyId)) throw new Refused(401, "bad_auth_token", "Invalid authorization token");
    if (body.accountId !== undefined && body.accountId !== accountId) throw new Refused(401, "unauthorized", "");
    return (calls[name] ?? refuse(404, "not_found", name))(body, key);
  }

  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const name = new URL(request.url!, "http://loopback").pathname.replace(/^\/b2api\/v\d\//, "");
    const body = JSON.parse(Buffer.concat(chunks).toString() || "{}");
    requests.push({ name, body });
    const fault = decide({ name, body }, requests.length);
    if (fault?.drop) return void request.socket.destroy();
    let status = 200;
    let answer: unknown;
    let headers: Record<string, string> = {};
    if (fault?.answer) {
      ({ status, headers = {} } = fault.answer);
      answer = { status, code: fault.answer.code, message: fault.answer.message ?? "" };
    } else {
      try {
        answer = work(name, body, request.headers.authorization ?? "");
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        status = error.status;
        answer = { status, code: error.code, message: error.message };
      }
    }
    if (fault?.lose) return void request.socket.destroy();
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    accountId,
    administrator,
    keys,
    buckets,
    requests,
    takenElsewhere,
    makeKey,
    fault: (given) => (decide = given),
    expireTokens: () => tokens.forEach((_, token) => expired.add(token)),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refuse(status: number, code: string, message: string): never {
  throw new Refused(status, code, message);
}

/** "CORS Rules" and "Lifecycle Rules": the fields they must have, and how many operations there are. */
function checkRules(cors: any[], lifecycle: any[]): void {
  const operations = [
    "b2_download_file_by_name",
    "b2_download_file_by_id",
    "b2_upload_file",
    "b2_upload_part",
    "s3_delete",
    "s3_get",
    "s3_head",
    "s3_post",
    "s3_put",
  ];
  const names = cors.map(({ corsRuleName }) => corsRuleName);
  if (new Set(names).size !== names.length) refuse(400, "bad_request", "duplicate corsRuleName");
  for (const rule of cors) {
    if (!/^[A-Za-z0-9-]{6,50}$/.test(rule.corsRuleName) || /^b2-/.test(rule.corsRuleName))
      refuse(400, "bad_request", `bad corsRuleName ${rule.corsRuleName}`);
    if (!(rule.allowedOrigins?.length > 0)) refuse(400, "bad_request", "allowedOrigins");
    if (
      !(rule.allowedOperations?.length > 0) ||
      rule.allowedOperations.some((one: string) => !operations.includes(one))
    )
      refuse(400, "bad_request", "allowedOperations");
    if (!(rule.maxAgeSeconds >= 0 && rule.maxAgeSeconds <= 86_400)) refuse(400, "bad_request", "maxAgeSeconds");
  }
  const prefixes = lifecycle.map(({ fileNamePrefix }) => fileNamePrefix);
  if (new Set(prefixes).size !== prefixes.length || prefixes.some((one) => typeof one !== "string"))
    refuse(400, "bad_request", "fileNamePrefix");
}
