/**
 * Backblaze B2 by its own protocol, as far as a bucket and the keys of its storages need it
 * (https://www.backblaze.com/apidocs). There is no maintained client for Node; it is a POST per call. Version 3 of the
 * protocol: keys that version 4 makes are not known to older clients, and iconik does not say which it is.
 */
import { keepSecret } from "../../engine/redact";
import { codeOfStatus } from "../dynamic/errors";
import { apiUrl, CloudFailure, type Http, parsed, said } from "../http";

/** A key of the account's administrator. */
export interface B2Administrator {
  keyId: string;
  applicationKey: string;
  /** Default: `https://api.backblazeb2.com`. */
  realm?: string;
}

export interface B2CorsRule {
  corsRuleName: string;
  allowedOrigins: string[];
  allowedOperations: string[];
  allowedHeaders: string[];
  exposeHeaders: string[];
  maxAgeSeconds: number;
}

export interface B2LifecycleRule {
  fileNamePrefix: string;
  daysFromUploadingToHiding?: number | null;
  daysFromHidingToDeleting?: number | null;
  daysFromStartingToCancelingUnfinishedLargeFiles?: number | null;
}

export interface B2Encryption {
  mode: string | null;
  algorithm?: string | null;
}

/** What a bucket can be told. */
export interface B2BucketSettings {
  bucketType: string;
  bucketInfo: Record<string, string>;
  corsRules: B2CorsRule[];
  lifecycleRules: B2LifecycleRule[];
  defaultServerSideEncryption: B2Encryption;
}

export interface B2LiveBucket extends Omit<B2BucketSettings, "defaultServerSideEncryption"> {
  bucketId: string;
  bucketName: string;
  revision: number;
  /** `undefined`: the administrator's key may not see it. */
  encryption?: B2Encryption;
}

export interface B2KeySettings {
  keyName: string;
  capabilities: string[];
  bucketId?: string;
  namePrefix?: string;
}

export interface B2LiveKey extends B2KeySettings {
  applicationKeyId: string;
}

export interface B2Api {
  account(): Promise<{ accountId: string; s3Endpoint: string }>;
  /** By its name or its id. */
  bucket(by: { bucketName: string } | { bucketId: string }): Promise<B2LiveBucket | undefined>;
  /** @throws CloudFailure `exists` when the name is taken, by whomever. */
  createBucket(
    name: string,
    settings: B2BucketSettings,
    isOurs: (bucket: B2LiveBucket) => boolean,
  ): Promise<B2LiveBucket>;
  /** @throws CloudFailure `moved` when the bucket is no longer at that revision. */
  updateBucket(
    bucket: Pick<B2LiveBucket, "bucketId" | "revision">,
    settings: Partial<B2BucketSettings>,
  ): Promise<B2LiveBucket>;
  /** All keys of the account whose names begin so. Their secrets are not in it. */
  keys(namePrefix: string): Promise<B2LiveKey[]>;
  key(applicationKeyId: string): Promise<B2LiveKey | undefined>;
  /** The only answer that ever holds the key's secret. */
  createKey(settings: B2KeySettings): Promise<B2LiveKey & { applicationKey: string }>;
  /** A key that is gone already counts as deleted. */
  deleteKey(applicationKeyId: string): Promise<void>;
}

const defaultRealm = "https://api.backblazeb2.com";

interface Authorization {
  accountId: string;
  token: string;
  apiUrl: string;
  s3ApiUrl: string;
}

/** Nothing is sent before the first call; the account is asked for once. */
export function b2Api({ keyId, applicationKey, realm = defaultRealm }: B2Administrator, http: Http): B2Api {
  keepSecret(applicationKey);
  const origin = apiUrl(realm, "B2_ENVIRONMENT");
  let authorized: Promise<Authorization> | undefined;

  async function authorize(): Promise<Authorization> {
    const answer = await http.send({
      method: "POST",
      url: `${origin}/b2api/v3/b2_authorize_account`,
      headers: { authorization: `Basic ${keepSecret(Buffer.from(`${keyId}:${applicationKey}`).toString("base64"))}` },
      body: "{}",
      repeatable: true,
    });
    const body = parsed(answer.text);
    if (answer.status === 401) {
      throw new CloudFailure({
        code: "unauthorized",
        status: 401,
        reason: body?.code,
        message: `Backblaze does not accept the key ${keyId}${said(body?.message)}. Look at B2_APPLICATION_KEY_ID and B2_APPLICATION_KEY`,
      });
    }
    if (answer.status !== 200) throw refused("b2_authorize_account", answer.status, body, true);
    const storage = body?.apiInfo?.storageApi;
    if (typeof body?.authorizationToken !== "string" || typeof storage?.apiUrl !== "string")
      throw unbelievable("b2_authorize_account");
    return {
      accountId: String(body.accountId),
      token: keepSecret(body.authorizationToken as string),
      apiUrl: apiUrl(storage.apiUrl, "the address that Backblaze gave"),
      s3ApiUrl: String(storage.s3ApiUrl ?? ""),
    };
  }

  const authorization = (): Promise<Authorization> =>
    (authorized ??= authorize().catch((error: unknown) => {
      authorized = undefined;
      throw error;
    }));

  async function call(name: string, args: (account: string) => object, repeatable: boolean): Promise<any> {
    for (let attempt = 1; ; attempt++) {
      const mine = authorization();
      const { apiUrl: api, token, accountId } = await mine;
      const request = {
        method: "POST" as const,
        url: `${api}/b2api/v3/${name}`,
        headers: { authorization: token, "content-type": "application/json" },
        repeatable,
      };
      const answer = await http.send({ ...request, body: JSON.stringify(args(accountId)) });
      const body = parsed(answer.text);
      if (answer.status === 200) {
        if (typeof body !== "object" || body === null) throw unbelievable(name, repeatable);
        return body;
      }
      // Tokens last a day; another call may have got a new one meanwhile.
      if (answer.status === 401 && ["expired_auth_token", "bad_auth_token"].includes(body?.code) && attempt === 1) {
        if (authorized === mine) authorized = undefined;
        continue;
      }
      throw refused(name, answer.status, body, repeatable);
    }
  }

  async function bucket(by: { bucketName: string } | { bucketId: string }): Promise<B2LiveBucket | undefined> {
    let buckets: unknown;
    try {
      ({ buckets } = await call("b2_list_buckets", (accountId) => ({ accountId, ...by }), true));
    } catch (error) {
      if (error instanceof CloudFailure && error.reason === "bad_bucket_id") return undefined;
      throw error;
    }
    if (!Array.isArray(buckets)) throw unbelievable("b2_list_buckets");
    const [[field, value]] = Object.entries(by) as [[string, string]];
    const found = buckets.find((one) => one?.[field] === value);
    return found && live(found);
  }

  async function allKeys(): Promise<B2LiveKey[]> {
    const all: B2LiveKey[] = [];
    let start: string | undefined;
    do {
      const page = { maxKeyCount: 1_000, ...(start !== undefined && { startApplicationKeyId: start }) };
      const { keys, nextApplicationKeyId } = await call("b2_list_keys", (accountId) => ({ accountId, ...page }), true);
      if (!Array.isArray(keys)) throw unbelievable("b2_list_keys");
      all.push(...keys.map(keyOf));
      start = nextApplicationKeyId ?? undefined;
    } while (start !== undefined);
    return all;
  }

  const deleteKey = async (applicationKeyId: string): Promise<void> => {
    try {
      await call("b2_delete_key", () => ({ applicationKeyId }), true);
    } catch (error) {
      // Backblaze answers 400 for a key that does not exist, and for one that was just deleted.
      if (!(error instanceof CloudFailure) || ![400, 404].includes(error.status ?? 0)) throw error;
      if ((await allKeys()).some((key) => key.applicationKeyId === applicationKeyId)) throw error;
    }
  };

  return {
    async account() {
      const { accountId, s3ApiUrl } = await authorization();
      return { accountId, s3Endpoint: s3ApiUrl };
    },
    bucket,
    async createBucket(name, settings, isOurs) {
      const make = async () =>
        live(await call("b2_create_bucket", (accountId) => ({ accountId, bucketName: name, ...settings }), false));
      try {
        return await make();
      } catch (error) {
        if (!(error instanceof CloudFailure)) throw error;
        if (error.reason === "duplicate_bucket_name") throw taken(name, await bucket({ bucketName: name }));
        if (error.acted === undefined) throw error;
        const found = await bucket({ bucketName: name });
        if (found && isOurs(found)) return found;
        if (found) throw taken(name, found);
        return await make();
      }
    },
    async updateBucket({ bucketId, revision }, settings) {
      const write = async () =>
        live(
          await call(
            "b2_update_bucket",
            (accountId) => ({ accountId, bucketId, ifRevisionIs: revision, ...settings }),
            false,
          ),
        );
      try {
        return await write();
      } catch (error) {
        if (!(error instanceof CloudFailure) || error.acted === undefined) throw error;
        const found = await bucket({ bucketId });
        // With the revision it is done once at most. If it was, whoever asked reads whether it is as it should be.
        return found && found.revision !== revision ? found : await write();
      }
    },
    keys: async (namePrefix) => (await allKeys()).filter(({ keyName }) => keyName.startsWith(namePrefix)),
    key: async (id) => (await allKeys()).find(({ applicationKeyId }) => applicationKeyId === id),
    async createKey(settings) {
      const ofName = async () =>
        (await allKeys())
          .filter(({ keyName }) => keyName === settings.keyName)
          .map(({ applicationKeyId }) => applicationKeyId);
      const before = new Set(await ofName());
      const make = async () => {
        const made = await call("b2_create_key", (accountId) => ({ accountId, ...settings }), false);
        if (typeof made.applicationKey !== "string" || typeof made.applicationKeyId !== "string")
          throw unbelievable("b2_create_key", false);
        return { ...keyOf(made), applicationKey: keepSecret(made.applicationKey as string) };
      };
      try {
        return await make();
      } catch (error) {
        if (!(error instanceof CloudFailure) || error.acted === undefined) throw error;
        // If it was made, nobody will ever know its secret: it goes, and another is made.
        for (const id of await ofName()) if (!before.has(id)) await deleteKey(id);
        return await make();
      }
    },
    deleteKey,
  };
}

const keyOf = ({ applicationKeyId, keyName, capabilities, bucketId, namePrefix }: any): B2LiveKey => ({
  applicationKeyId,
  keyName,
  capabilities,
  ...(bucketId != null && { bucketId }),
  ...(namePrefix != null && { namePrefix }),
});

function live(bucket: any): B2LiveBucket {
  if (typeof bucket?.bucketId !== "string" || typeof bucket.revision !== "number")
    throw unbelievable("the description of a bucket");
  const { bucketId, bucketName, bucketType, revision, defaultServerSideEncryption: encryption } = bucket;
  return {
    bucketId,
    bucketName,
    bucketType,
    revision,
    bucketInfo: bucket.bucketInfo ?? {},
    corsRules: bucket.corsRules ?? [],
    lifecycleRules: bucket.lifecycleRules ?? [],
    ...(encryption?.isClientAuthorizedToRead && { encryption: encryption.value ?? { mode: null } }),
  };
}

function taken(name: string, found: B2LiveBucket | undefined): CloudFailure {
  return new CloudFailure({
    code: "exists",
    message: found
      ? `the bucket ${name} is there already (${found.bucketId})`
      : `the bucket name ${name} belongs to another Backblaze account: names are shared by all. Choose another`,
  });
}

/** What the administrator's key needs for each call, in Backblaze's words. */
const needs: Record<string, string> = {
  b2_list_buckets: "listBuckets",
  b2_create_bucket: "writeBuckets and writeBucketEncryption",
  b2_update_bucket: "writeBuckets and writeBucketEncryption",
  b2_list_keys: "listKeys",
  b2_create_key: "writeKeys",
  b2_delete_key: "deleteKeys",
};

function refused(name: string, status: number, body: any, repeatable: boolean): CloudFailure {
  const reason = typeof body?.code === "string" ? (body.code as string) : undefined;
  const words = `Backblaze answered ${status}${reason ? ` ${reason}` : ""} to ${name}${said(body?.message)}`;
  const parts = { status, reason, operation: `POST /b2api/v3/${name}` };
  if (status === 401 && reason === "unauthorized") {
    return new CloudFailure({
      ...parts,
      code: "forbidden",
      message: `${words}. The key in B2_APPLICATION_KEY_ID needs ${needs[name] ?? "more"}, for the whole account`,
    });
  }
  if (status === 403 && reason?.endsWith("cap_exceeded")) {
    return new CloudFailure({
      ...parts,
      code: "forbidden",
      message: `${words}. Raise the cap in Backblaze's Caps & Alerts, then run again`,
    });
  }
  if (status === 409) {
    return new CloudFailure({
      ...parts,
      code: "moved",
      message: `${words}. Somebody else changed it at the same time: run pulumi refresh, then run again`,
    });
  }
  const doubtful = status >= 500 && !repeatable;
  const advice = status >= 500 || status === 429 ? ". Try again later" : "";
  return new CloudFailure({
    ...parts,
    code: codeOfStatus(status),
    message: words + advice,
    ...(doubtful && { acted: "unknown" as const }),
  });
}

const unbelievable = (what: string, repeatable = true): CloudFailure =>
  new CloudFailure({
    code: "bad-answer",
    message: `the answer to ${what} is not what Backblaze documents. Is B2_ENVIRONMENT right?`,
    ...(!repeatable && { acted: "unknown" as const }),
  });
