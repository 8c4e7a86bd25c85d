/**
 * Buckets, users, policies and keys on a real S3 server with a real IAM, through Pulumi's own provider process: what is
 * made, refused, found again, repaired and put right when something goes wrong half-way.
 */

import { DeleteUserPolicyCommand, GetUserPolicyCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { providerText } from "../provider/protocol/wire";
import { noS3Server, opened } from "./opened.ts";
import { secret } from "./provider-process.ts";
import type { Stack } from "./stack.ts";
import { foreignKey, keyIds, openScene, tryKey, type Scene } from "./clouds/s3-scene.ts";

const { given, there } = opened(openScene, (scene) => scene.close(), noS3Server);
afterEach(() => {
  const scene = there();
  if (scene)
    for (const gate of [scene.s3, scene.iam]) Object.assign(gate, { fault: () => undefined }).requests.length = 0;
});

async function stackOf(real: Scene, options?: Parameters<Scene["stack"]>[0]): Promise<Stack> {
  const stack = await real.stack(options);
  onTestFinished(stack.close);
  return stack;
}

let count = 0;
const fresh = (word: string): string => `example-${word}-${(count += 1)}`;

const reading = (bucket: string) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "Bucket",
      Effect: "Allow",
      Action: ["s3:GetBucketLocation", "s3:ListBucket"],
      Resource: `arn:aws:s3:::${bucket}`,
    },
    { Sid: "Objects", Effect: "Allow", Action: ["s3:GetObject"], Resource: `arn:aws:s3:::${bucket}/*` },
  ],
});
const foreign = (bucket: string) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "Theirs",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:DeleteObject"],
      Resource: [`arn:aws:s3:::${bucket}/keep/*`],
    },
  ],
});

/** A bucket, a user, its policy and its key, in the order of their dependencies. Gives the outcomes. */
async function bringUp(stack: Stack, real: Scene, bucket: string, rotate = "1"): Promise<string[]> {
  const user = `iconik-${bucket}`;
  const outcomes = [
    await stack.up("bucket", "S3Bucket", { ...real.at, bucket }),
    await stack.up("user", "S3User", { ...real.atIam, name: user, rotate }),
    await stack.up("policy", "S3UserPolicy", { ...real.atIam, user, name: "iconik", policy: reading(bucket) }),
  ];
  const { keysBefore } = stack.state.get("user")!.outputs as { keysBefore: string[] };
  outcomes.push(await stack.up("key", "S3AccessKey", { ...real.atIam, user, rotate, keysBefore, bucket }));
  return outcomes;
}

async function retire(stack: Stack, real: Scene, bucket: string): Promise<string> {
  const { keysBefore } = stack.state.get("user")!.outputs as { keysBefore: string[] };
  return stack.up("retired", "S3RetiredKeys", {
    ...real.atIam,
    user: `iconik-${bucket}`,
    current: keyOf(stack).id,
    keysBefore,
  });
}

function keyOf(stack: Stack): { id: string; secret: string } {
  const { outputs } = stack.state.get("key")!;
  return { id: outputs.accessKeyId as string, secret: (outputs.secretAccessKey as { value: string }).value };
}

describe("what is described", () => {
  test("is made, and the key that comes out does what its policy says and nothing else", async (context) => {
    const real = given(context);
    const bucket = fresh("made");
    const stack = await stackOf(real);
    expect(await bringUp(stack, real, bucket)).toEqual(["created", "created", "created", "created"]);
    const { id, secret } = keyOf(stack);
    expect(await tryKey(real, bucket, id, secret)).toBe("works");
    const other = fresh("other");
    await real.owner.s3.send(new CreateBucketCommand({ Bucket: other }));
    expect(await tryKey(real, other, id, secret)).toBe("AccessDenied");
  });

  test("is no change the second time, nor after a refresh", async (context) => {
    const real = given(context);
    const bucket = fresh("again");
    const stack = await stackOf(real);
    await bringUp(stack, real, bucket);
    expect(await bringUp(stack, real, bucket)).toEqual(["same", "same", "same", "same"]);
    for (const name of ["bucket", "user", "policy", "key"]) expect(await stack.refresh(name)).toEqual([]);
    expect(await bringUp(stack, real, bucket)).toEqual(["same", "same", "same", "same"]);
    expect(await keyIds(real, `iconik-${bucket}`)).toHaveLength(1);
  });

  test("goes when it is taken out, a bucket only when it is empty", async (context) => {
    const real = given(context);
    const bucket = fresh("gone");
    const stack = await stackOf(real);
    await bringUp(stack, real, bucket);
    for (const name of ["key", "policy", "user", "bucket"]) await stack.remove(name);
    await expect(real.owner.s3.send(new HeadBucketCommand({ Bucket: bucket }))).rejects.toThrow();
  });
});

describe("drift", () => {
  test("of a user's policy shows on refresh and is repaired", async (context) => {
    const real = given(context);
    const bucket = fresh("drift");
    const stack = await stackOf(real);
    await bringUp(stack, real, bucket);
    const at = { UserName: `iconik-${bucket}`, PolicyName: "iconik" };
    await real.owner.iam.send(
      new PutUserPolicyCommand({ ...at, PolicyDocument: JSON.stringify(reading("example-elsewhere")) }),
    );
    expect(await stack.refresh("policy")).toEqual(["policy"]);
    expect(await bringUp(stack, real, bucket)).toEqual(["same", "same", "updated", "same"]);
    const { PolicyDocument } = await real.owner.iam.send(new GetUserPolicyCommand(at));
    expect(JSON.parse(decodeURIComponent(PolicyDocument!))).toEqual(reading(bucket));
  });

  test("of a bucket's policy shows on refresh and is repaired", async (context) => {
    const real = given(context);
    const bucket = fresh("bucket-drift");
    const stack = await stackOf(real);
    await stack.up("bucket", "S3Bucket", { ...real.at, bucket });
    const wanted = { ...real.at, bucket, policy: foreign(bucket) };
    expect(await stack.up("policy", "S3BucketPolicy", wanted)).toBe("created");
    expect(await stack.refresh("policy")).toEqual([]);
    const [statement] = foreign(bucket).Statement;
    await real.owner.s3.send(
      new PutBucketPolicyCommand({
        Bucket: bucket,
        Policy: JSON.stringify({ ...foreign(bucket), Statement: [{ ...statement, Action: ["s3:GetObject"] }] }),
      }),
    );
    expect(await stack.refresh("policy")).toEqual(["policy"]);
    expect(await stack.up("policy", "S3BucketPolicy", wanted)).toBe("updated");
    const { Policy } = await real.owner.s3.send(new GetBucketPolicyCommand({ Bucket: bucket }));
    expect(JSON.parse(Policy!)).toEqual(foreign(bucket));
    await stack.remove("policy");
    await expect(real.owner.s3.send(new GetBucketPolicyCommand({ Bucket: bucket }))).rejects.toThrow();
  });

  test("that nobody has looked at stops an update", async (context) => {
    const real = given(context);
    const bucket = fresh("moved");
    const stack = await stackOf(real);
    await bringUp(stack, real, bucket);
    const user = `iconik-${bucket}`;
    await real.owner.iam.send(
      new PutUserPolicyCommand({
        UserName: user,
        PolicyName: "iconik",
        PolicyDocument: JSON.stringify(reading("example-elsewhere")),
      }),
    );
    const wider = { ...reading(bucket), Statement: reading(bucket).Statement.slice(0, 1) };
    await expect(
      stack.up("policy", "S3UserPolicy", { ...real.atIam, user, name: "iconik", policy: wider }),
    ).rejects.toThrow(/changed since this stack last read it.*pulumi refresh/);
  });

  test("of what is gone is told by the service's own word, and it is made anew", async (context) => {
    const real = given(context);
    const bucket = fresh("lost");
    const stack = await stackOf(real);
    await bringUp(stack, real, bucket);
    await real.owner.iam.send(new DeleteUserPolicyCommand({ UserName: `iconik-${bucket}`, PolicyName: "iconik" }));
    real.iam.fault = () => 503;
    await expect(stack.refresh("policy")).rejects.toThrow(/answered 503/);
    real.iam.fault = () => undefined;
    expect(await stack.refresh("policy")).toBe("gone");
    expect(await bringUp(stack, real, bucket)).toEqual(["same", "same", "created", "same"]);
  });

  test("is not believed of another account", async (context) => {
    const real = given(context);
    const bucket = fresh("account");
    const stack = await stackOf(real);
    await bringUp(stack, real, bucket);
    const entry = stack.state.get("user")!;
    entry.outputs = { ...entry.outputs, __iconik: { ...(entry.outputs.__iconik as object), account: "another" } };
    await expect(stack.refresh("user")).rejects.toThrow(/belongs to account another.*nothing was written/);
  });
});

describe("what is there already", () => {
  test("is refused with the words to use, and taken over with them", async (context) => {
    const real = given(context);
    const bucket = fresh("taken");
    await real.owner.s3.send(new CreateBucketCommand({ Bucket: bucket }));
    const stack = await stackOf(real);
    await expect(stack.up("bucket", "S3Bucket", { ...real.at, bucket })).rejects.toThrow(
      /exists already and is not in this stack; it was left as it is.*adopt: exact.*adopt: converge/,
    );
    expect(await stack.up("bucket", "S3Bucket", { ...real.at, bucket }, { adopt: "exact" })).toBe("created");
  });

  test("under a name that somebody else took is refused", async (context) => {
    const real = given(context);
    const bucket = fresh("name");
    const stack = await stackOf(real);
    real.s3.fault = (request) => (request.startsWith(`HEAD /${bucket}`) ? 403 : undefined);
    await expect(stack.up("bucket", "S3Bucket", { ...real.at, bucket }, { adopt: "converge" })).rejects.toThrow(
      /out of reach: it belongs to another account.*choose another one/,
    );
    expect(real.s3.requests.filter((request) => request.startsWith("PUT"))).toEqual([]);
  });

  test("cannot be described twice", async (context) => {
    const real = given(context);
    const bucket = fresh("twice");
    const stack = await stackOf(real);
    await stack.up("one", "S3Bucket", { ...real.at, bucket });
    await stack.up("one", "S3Bucket", { ...real.at, bucket });
    await expect(
      stack.up("two", "S3Bucket", { ...real.at, bucket, tags: { a: "b" } }, { adopt: "converge" }),
    ).rejects.toThrow(/described by two resources/);
  });

  test("is a policy of somebody's that is left alone, and the statement to add is told", async (context) => {
    const real = given(context);
    const bucket = fresh("foreign");
    await real.owner.s3.send(new CreateBucketCommand({ Bucket: bucket }));
    await real.owner.s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(foreign(bucket)) }));
    const stack = await stackOf(real);
    const policy = {
      Version: "2012-10-17",
      Statement: [
        { Sid: "Ours", Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: `arn:aws:s3:::${bucket}/*` },
      ],
    };
    for (const options of [{}, { adopt: "exact" }]) {
      await expect(stack.up("policy", "S3BucketPolicy", { ...real.at, bucket, policy }, options)).rejects.toThrow(
        /left as it is.*can add this to it: \[\{.*"Sid":"Ours"/,
      );
    }
    const { Policy } = await real.owner.s3.send(new GetBucketPolicyCommand({ Bucket: bucket }));
    expect(JSON.parse(Policy!)).toEqual(foreign(bucket));
  });

  test("is not deleted by the entry of another name that it was taken over from", async (context) => {
    const real = given(context);
    const bucket = fresh("renamed");
    const before = await stackOf(real);
    await before.up("old", "S3Bucket", { ...real.at, bucket });
    const stack = await stackOf(real, { state: before.state });
    expect(await stack.up("new", "S3Bucket", { ...real.at, bucket }, { adopt: "exact" })).toBe("created");
    await stack.remove("old");
    await real.owner.s3.send(new HeadBucketCommand({ Bucket: bucket }));
  });
});

describe("what the service does not know", () => {
  test("is an error when it was asked for, and a note when it is care of our own", async (context) => {
    const real = given(context);
    const stack = await stackOf(real);
    const asked = { ...real.at, bucket: fresh("asked"), blockPublicAccess: true };
    expect(await stack.up("asked", "S3Bucket", asked)).toBe("unfinished");
    expect(stack.state.get("asked")!.unfinished).toMatch(
      /does not know blockPublicAccess, which is described.*It is there, and kept in state/,
    );
    expect(await stack.up("asked", "S3Bucket", { ...real.at, bucket: asked.bucket })).toBe("updated");

    const care = {
      ...real.at,
      bucket: fresh("care"),
      blockPublicAccess: true,
      abortStaleUploadsAfterDays: 7,
      ifSupported: ["blockPublicAccess", "abortStaleUploadsAfterDays"],
    };
    expect(await stack.up("care", "S3Bucket", care)).toBe("created");
    expect(stack.state.get("care")!.outputs.unsupported).toEqual(["abortStaleUploadsAfterDays", "blockPublicAccess"]);
    expect(stack.provider.stderr).toContain("does not know blockPublicAccess");
    expect(await stack.up("care", "S3Bucket", care)).toBe("same");
    expect(await stack.refresh("care")).toEqual([]);
  });
});

describe("settings of a bucket", () => {
  test("versions are kept when they are asked for, switched off when not, and drift shows", async (context) => {
    const real = given(context);
    const wanted = { ...real.at, bucket: fresh("versions"), versioning: true };
    const status = async () =>
      (await real.owner.s3.send(new GetBucketVersioningCommand({ Bucket: wanted.bucket }))).Status;
    const stack = await stackOf(real);
    expect(await stack.up("bucket", "S3Bucket", wanted)).toBe("created");
    expect([await status(), stack.state.get("bucket")!.outputs.unsupported]).toEqual(["Enabled", []]);
    expect(await stack.refresh("bucket")).toEqual([]);
    await real.owner.s3.send(
      new PutBucketVersioningCommand({ Bucket: wanted.bucket, VersioningConfiguration: { Status: "Suspended" } }),
    );
    expect(await stack.refresh("bucket")).toEqual(["versioning"]);
    expect(await stack.up("bucket", "S3Bucket", wanted)).toBe("updated");
    expect(await status()).toBe("Enabled");
    expect(await stack.up("bucket", "S3Bucket", { ...wanted, versioning: false })).toBe("updated");
    expect(await status()).toBe("Suspended");
    expect(await stack.up("bucket", "S3Bucket", { ...wanted, versioning: false })).toBe("same");
  });

  /** The server has neither, so these two are kept here, as S3 keeps them: a document that comes back as it was put. */
  function keepDocuments({ s3 }: Scene): Map<string, string> {
    const documents = new Map<string, string>();
    const none = {
      lifecycle: "NoSuchLifecycleConfiguration",
      publicAccessBlock: "NoSuchPublicAccessBlockConfiguration",
    };
    s3.answer = (request, body) => {
      const [, method, place, sub] = /^(\w+) (.*\?(lifecycle|publicAccessBlock))$/.exec(request) ?? [];
      if (!place) return undefined;
      if (method === "PUT") {
        documents.set(place, body);
        return { status: 200, body: "" };
      }
      const found = documents.get(place);
      return found === undefined
        ? { status: 404, body: `<Error><Code>${none[sub as keyof typeof none]}</Code></Error>` }
        : { status: 200, body: found };
    };
    onTestFinished(() => void (s3.answer = () => undefined));
    return documents;
  }

  test("stale uploads go, and rules of others stay", async (context) => {
    const real = given(context);
    const documents = keepDocuments(real);
    const bucket = fresh("stale");
    const theirs =
      "<Rule><ID>theirs</ID><Status>Enabled</Status><Filter><Prefix>logs/</Prefix></Filter><Expiration><Days>30</Days></Expiration></Rule>";
    documents.set(`/${bucket}/?lifecycle`, `<LifecycleConfiguration>${theirs}</LifecycleConfiguration>`);
    const stack = await stackOf(real);
    expect(await stack.up("bucket", "S3Bucket", { ...real.at, bucket, abortStaleUploadsAfterDays: 7 })).toBe("created");
    expect(stack.state.get("bucket")!.outputs.unsupported).toEqual([]);
    const document = () => documents.get(`/${bucket}/?lifecycle`)!;
    expect(document()).toMatch(
      /<ID>theirs<\/ID>.*<Prefix>logs\/<\/Prefix>.*<ID>iconik-stale-uploads<\/ID>.*<DaysAfterInitiation>7<\/DaysAfterInitiation>/,
    );
    expect(await stack.refresh("bucket")).toEqual([]);
    expect(await stack.up("bucket", "S3Bucket", { ...real.at, bucket, abortStaleUploadsAfterDays: 7 })).toBe("same");
    expect(await stack.up("bucket", "S3Bucket", { ...real.at, bucket, abortStaleUploadsAfterDays: 3 })).toBe("updated");
    expect(document().match(/<ID>/g)).toHaveLength(2);
    documents.set(`/${bucket}/?lifecycle`, `<LifecycleConfiguration>${theirs}</LifecycleConfiguration>`);
    expect(await stack.refresh("bucket")).toEqual(["abortStaleUploadsAfterDays"]);
    expect(await stack.up("bucket", "S3Bucket", { ...real.at, bucket, abortStaleUploadsAfterDays: 3 })).toBe("updated");
    expect(document()).toContain("<DaysAfterInitiation>3</DaysAfterInitiation>");
  });

  test("nothing can be made public, and one of four locks that is opened shows", async (context) => {
    const real = given(context);
    const documents = keepDocuments(real);
    const wanted = { ...real.at, bucket: fresh("closed"), blockPublicAccess: true };
    const place = `/${wanted.bucket}/?publicAccessBlock`;
    const stack = await stackOf(real);
    expect(await stack.up("bucket", "S3Bucket", wanted)).toBe("created");
    for (const lock of ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"]) {
      const closed = documents.get(place)!;
      expect(closed).toContain(`<${lock}>true</${lock}>`);
      documents.set(place, closed.replace(`<${lock}>true`, `<${lock}>false`));
      expect(await stack.refresh("bucket")).toEqual(["blockPublicAccess"]);
      expect(await stack.up("bucket", "S3Bucket", wanted)).toBe("updated");
    }
    expect(await stack.refresh("bucket")).toEqual([]);
  });
});

test("tags are written, compared whatever their order, and changed", async (context) => {
  const real = given(context);
  const wanted = { ...real.at, bucket: fresh("tags"), tags: { owner: "archive", team: "media" } };
  const stack = await stackOf(real);
  expect(await stack.up("bucket", "S3Bucket", wanted)).toBe("created");
  expect(stack.state.get("bucket")!.outputs.unsupported).toEqual([]);
  expect(await stack.refresh("bucket")).toEqual([]);
  expect(await stack.up("bucket", "S3Bucket", { ...wanted, tags: { team: "sport", owner: "archive" } })).toBe(
    "updated",
  );
  expect(await stack.refresh("bucket")).toEqual([]);
});

describe("CORS rules", () => {
  test("are made, kept, repaired, and those of somebody else left alone", async (context) => {
    const real = given(context);
    const bucket = fresh("cors");
    const stack = await stackOf(real);
    await stack.up("bucket", "S3Bucket", { ...real.at, bucket });
    const rules = [
      {
        AllowedOrigins: ["https://app.iconik.io"],
        AllowedMethods: ["GET", "HEAD"],
        AllowedHeaders: ["*"],
        ExposeHeaders: ["ETag"],
        MaxAgeSeconds: 3600,
      },
    ];
    expect(await stack.up("cors", "S3BucketCors", { ...real.at, bucket, rules })).toBe("created");
    expect(await stack.refresh("cors")).toEqual([]);
    const other = await stackOf(real);
    await expect(
      other.up("cors", "S3BucketCors", { ...real.at, bucket, rules: [{ ...rules[0]!, AllowedMethods: ["PUT"] }] }),
    ).rejects.toThrow(/can add these/);
  });
});

describe("the administrator's credentials", () => {
  test("come from the stack's config too, and are told nowhere", async (context) => {
    const real = given(context);
    const bucket = fresh("config");
    const keys = {
      accessKeyId: real.server.credentials.accessKeyId,
      secretAccessKey: real.server.credentials.secretAccessKey,
    };
    const none = { WASABI_ACCESS_KEY_ID: "", WASABI_SECRET_ACCESS_KEY: "" };
    const stack = await stackOf(real, {
      env: none,
      config: { "iconik:clouds": secret(JSON.stringify({ wasabi: keys })) },
    });
    expect(await stack.up("bucket", "S3Bucket", { ...real.at, bucket })).toBe("created");
    expect(JSON.stringify([...stack.state]) + stack.provider.stderr + stack.provider.stdout).not.toContain(
      keys.secretAccessKey,
    );
  });

  test("that are missing are named; half of them from elsewhere are not taken", async (context) => {
    const real = given(context);
    const config = {
      "iconik:clouds": secret(JSON.stringify({ wasabi: { accessKeyId: "id", secretAccessKey: "canary-config" } })),
    };
    const stack = await stackOf(real, { env: { WASABI_SECRET_ACCESS_KEY: "" }, config });
    await expect(stack.up("bucket", "S3Bucket", { ...real.at, bucket: fresh("none") })).rejects.toThrow(
      /^no credentials for the cloud wasabi: set WASABI_SECRET_ACCESS_KEY, or the secret iconik:clouds/,
    );
  });

  test("that are wrong are said to be, once in full, without them", async (context) => {
    const real = given(context);
    const stack = await stackOf(real, { env: { WASABI_SECRET_ACCESS_KEY: "canary-secret" } });
    const wrong = await stack
      .up("bucket", "S3Bucket", { ...real.at, bucket: fresh("wrong") })
      .catch((error: Error) => error.message);
    expect(wrong).toMatch(
      /ListBuckets at .* answered 403: SignatureDoesNotMatch.*Check the administrator's access key/,
    );
    const again = await stack
      .up("other", "S3Bucket", { ...real.at, bucket: fresh("wrong") })
      .catch((error: Error) => error.message);
    expect(again).toBe("the cloud does not accept the credentials, as said in full before");
    expect(`${wrong}${stack.provider.stderr}`).not.toContain("canary");
  });
});

describe("rotation", () => {
  test("makes the new key first, and deletes the old one only when it is told to", async (context) => {
    const real = given(context);
    const bucket = fresh("rotate");
    const user = `iconik-${bucket}`;
    const stack = await stackOf(real);
    await bringUp(stack, real, bucket);
    await retire(stack, real, bucket);
    const old = keyOf(stack);
    expect(await bringUp(stack, real, bucket, "2")).toEqual(["same", "updated", "same", "replaced"]);
    const now = keyOf(stack);
    expect(now.id).not.toBe(old.id);
    for (const key of [old, now]) expect(await tryKey(real, bucket, key.id, key.secret)).toBe("works");
    expect(await retire(stack, real, bucket)).toBe("updated");
    expect(await keyIds(real, user)).toEqual([now.id]);
    expect(await tryKey(real, bucket, now.id, now.secret)).toBe("works");
  });

  test("leaves a key alone that somebody else made", async (context) => {
    const real = given(context);
    const bucket = fresh("theirs");
    const user = `iconik-${bucket}`;
    const stack = await stackOf(real);
    await bringUp(stack, real, bucket);
    await retire(stack, real, bucket);
    const theirs = await foreignKey(real, user);
    // There are two now, which is all that a user may have.
    await expect(bringUp(stack, real, bucket, "2")).rejects.toThrow(/as many keys as it may .*each may be in use/);
    expect(await keyIds(real, user)).toContain(theirs);
    const { id, secret } = keyOf(stack);
    expect(await tryKey(real, bucket, id, secret)).toBe("works");
  });

  test("retires no key that somebody else made, before or after", async (context) => {
    const real = given(context);
    const [early, late] = [fresh("early"), fresh("late")];
    const theirs = await foreignKey(real, `iconik-${early}`, true);
    const first = await stackOf(real, { env: { ICONIK_ADOPT: "exact" } });
    await bringUp(first, real, early);
    await retire(first, real, early);
    expect(new Set(await keyIds(real, `iconik-${early}`))).toEqual(new Set([theirs, keyOf(first).id]));

    const second = await stackOf(real);
    await bringUp(second, real, late);
    // Services count in seconds.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const later = await foreignKey(real, `iconik-${late}`);
    await retire(second, real, late);
    expect(new Set(await keyIds(real, `iconik-${late}`))).toEqual(new Set([later, keyOf(second).id]));
  });

  test("that is forced keeps the key that is in use when there is no room for another", async (context) => {
    const real = given(context);
    const bucket = fresh("forced");
    const user = `iconik-${bucket}`;
    const stack = await stackOf(real);
    await bringUp(stack, real, bucket);
    await foreignKey(real, user);
    const { inputs } = stack.state.get("key")!;
    const news = (await stack.provider.check(inputs, { ...inputs, __provider: providerText("S3AccessKey") })).inputs;
    await expect(stack.provider.create(news)).rejects.toThrow(/as many keys as it may/);
    const { id, secret } = keyOf(stack);
    expect(await tryKey(real, bucket, id, secret)).toBe("works");
  });

  test("whose answer is lost leaves one key in use and the old one working", async (context) => {
    const real = given(context);
    const bucket = fresh("answer");
    const stack = await stackOf(real);
    await bringUp(stack, real, bucket);
    await retire(stack, real, bucket);
    const old = keyOf(stack);
    let left = 1;
    real.iam.fault = (request) => (request === "CreateAccessKey" && left-- > 0 ? "after" : undefined);
    expect(await bringUp(stack, real, bucket, "2")).toEqual(["same", "updated", "same", "replaced"]);
    expect(new Set(await keyIds(real, `iconik-${bucket}`))).toEqual(new Set([old.id, keyOf(stack).id]));
  });
});

describe("trouble", () => {
  test("at every request leaves a working key, and the next run goes on from it", async (context) => {
    const real = given(context);
    const bucket = fresh("fault");
    const stack = await stackOf(real);
    await bringUp(stack, real, bucket);
    await retire(stack, real, bucket);
    let generation = 1;
    // What is refused is refused for good; what is lost is lost once, or it would only be waited for.
    for (const fault of [403, "before", "after"] as const) {
      for (let stop = 0, done = false; !done; stop += 1) {
        const rotate = String((generation += 1));
        const old = keyOf(stack);
        let seen = 0;
        real.iam.fault = real.s3.fault = () => ((fault === 403 ? seen++ >= stop : seen++ === stop) ? fault : undefined);
        const rotated = async () =>
          void (await bringUp(stack, real, bucket, rotate), await retire(stack, real, bucket));
        const failed = await rotated().then(
          () => undefined,
          (error: Error) => error.message,
        );
        real.iam.fault = real.s3.fault = () => undefined;
        done = seen <= stop;
        if (fault === 403 && !done) expect(failed).toMatch(/403|may not do this/);
        else expect({ fault, stop, failed }).toEqual({ fault, stop, failed: undefined });
        const now = keyOf(stack);
        expect({ fault, stop, works: await tryKey(real, bucket, now.id, now.secret) }).toEqual({
          fault,
          stop,
          works: "works",
        });
        // What iconik has until it is moved is there until then.
        if (failed !== undefined && now.id === old.id) expect(await keyIds(real, `iconik-${bucket}`)).toContain(old.id);
        await rotated();
        expect({ fault, stop, keys: await keyIds(real, `iconik-${bucket}`) }).toEqual({
          fault,
          stop,
          keys: [keyOf(stack).id],
        });
      }
    }
    expect(stack.provider.stderr).not.toMatch(/bug/);
  }, 180_000);

  test("such as a kill at any request is put right by the next run", async (context) => {
    const real = given(context);
    // What was asked for is done, and nobody hears of it; a kill before it is one after what was asked before.
    for (let stop = 0, done = false; !done; stop += 1) {
      const bucket = fresh("kill");
      const first = await stackOf(real);
      let seen = 0;
      let killed = false;
      real.iam.fault = real.s3.fault = () => {
        if (seen++ !== stop) return undefined;
        killed = true;
        process.kill(first.provider.pid, "SIGKILL");
        return "after";
      };
      const whole = async (stack: Stack) =>
        void (await bringUp(stack, real, bucket), await retire(stack, real, bucket));
      await whole(first).catch(() => undefined);
      done = !killed;
      real.iam.fault = real.s3.fault = () => undefined;
      const second = await stackOf(real, { state: first.state, env: { ICONIK_ADOPT: "exact" } });
      await whole(second);
      const key = keyOf(second);
      expect({
        stop,
        works: await tryKey(real, bucket, key.id, key.secret),
        keys: await keyIds(real, `iconik-${bucket}`),
      }).toEqual({ stop, works: "works", keys: [key.id] });
      await Promise.all([first.close(), second.close()]);
    }
  }, 180_000);

  test("such as a kill at any request of a rotation leaves iconik's key working, and the next run goes on from it", async (context) => {
    const real = given(context);
    const begin = await stackOf(real);
    // What was asked for is done, and nobody hears of it; a kill before it is one after what was asked before.
    let kills = 0;
    for (let stop = 0, done = false; !done; stop += 1) {
      const bucket = fresh("turn");
      begin.state.clear();
      await bringUp(begin, real, bucket);
      await retire(begin, real, bucket);
      let inIconik = keyOf(begin);
      const state = new Map(structuredClone([...begin.state]));

      const killed = await stackOf(real, { state });
      let seen = 0;
      let isKilled = false;
      real.iam.fault = real.s3.fault = () => {
        if (seen++ !== stop) return undefined;
        isKilled = true;
        kills += 1;
        process.kill(killed.provider.pid, "SIGKILL");
        return "after";
      };
      const turn = async (stack: Stack) => {
        await bringUp(stack, real, bucket, "2");
        inIconik = keyOf(stack);
        await retire(stack, real, bucket);
      };
      await turn(killed).catch(() => undefined);
      real.iam.fault = real.s3.fault = () => undefined;
      done = !isKilled;
      expect({ stop, works: await tryKey(real, bucket, inIconik.id, inIconik.secret) }).toEqual({
        stop,
        works: "works",
      });

      const next = await stackOf(real, { state: killed.state });
      await turn(next);
      expect({
        stop,
        works: await tryKey(real, bucket, inIconik.id, inIconik.secret),
        keys: await keyIds(real, `iconik-${bucket}`),
      }).toEqual({ stop, works: "works", keys: [inIconik.id] });
      await Promise.all([killed.close(), next.close()]);
    }
    expect(kills).toBeGreaterThan(8);
  }, 300_000);
});
