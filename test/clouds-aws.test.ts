// Storages in Amazon S3: what a program registers, on Pulumi's mocks with the SDK's real classes.
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import * as iconik from "../provider";
import { StorageBucket, type StorageBucketArgs } from "../provider/clouds/aws";
import {
  bucketPolicy,
  keyPolicyStatements,
  queuePolicy,
  statementOf,
  userPolicy,
  type Statement,
  type StorageNeed,
} from "../provider/clouds/grants";
import { about, provision, valueOf, type Cloud } from "./clouds.ts";
import { account, domainId, kmsKey, queueUrl, region } from "./grants/needs";

const bucket = "acme-ingest";
const files = { purpose: "files", read: true, write: true, scan: true } as const;
const place = { type: "s3", bucket, region, path: "" } as const;

const cloud: Cloud = {
  outputs: (type, { user }) => ({
    ...(type === "aws:iam/accessKey:AccessKey" && { secret: `canary-secret-of-${user}` }),
    ...(type === "aws:kms/key:Key" && { arn: kmsKey }),
  }),
  answers: { "aws:index/getCallerIdentity:getCallerIdentity": () => ({ accountId: account }) },
};
const run = <Label extends string>(
  args: Partial<StorageBucketArgs<Label>> & Pick<StorageBucketArgs<Label>, "storages">,
  more: Cloud = {},
) =>
  provision(() => new StorageBucket("acme", { bucket, region, domainId, ...args } as StorageBucketArgs<Label>), {
    ...cloud,
    ...more,
  });
const policyOf = (needs: StorageNeed[]) =>
  bucketPolicy(needs.map(statementOf) as [Statement, ...Statement[]], domainId);

describe("a bucket of our own", () => {
  it("is locked down, protected and kept, and its policy comes when the rest of its access is settled", async () => {
    const { made } = await run({ storages: { Masters: files } });
    const { policy, ...rest } = made["BucketPolicy acme"]!.inputs;
    expect(rest).toEqual({ bucket, region });
    expect(JSON.parse(policy)).toEqual(policyOf([{ ...place, label: "Masters", ...files, credentials: "managed" }]));
    delete made["BucketPolicy acme"]!.inputs;
    expect(made).toMatchInlineSnapshot(`
      {
        "Bucket acme": {
          "inputs": {
            "bucket": "acme-ingest",
            "forceDestroy": false,
            "region": "eu-north-1",
          },
          "protect": true,
          "retainOnDelete": true,
        },
        "BucketLifecycleConfiguration acme": {
          "dependsOn": [
            "Bucket acme",
          ],
          "inputs": {
            "bucket": "acme-ingest",
            "region": "eu-north-1",
            "rules": [
              {
                "abortIncompleteMultipartUpload": {
                  "daysAfterInitiation": 7,
                },
                "filter": {},
                "id": "unfinished-uploads",
                "status": "Enabled",
              },
            ],
          },
          "retainOnDelete": true,
        },
        "BucketOwnershipControls acme": {
          "dependsOn": [
            "Bucket acme",
            "BucketPublicAccessBlock acme",
          ],
          "inputs": {
            "bucket": "acme-ingest",
            "region": "eu-north-1",
            "rule": {
              "objectOwnership": "BucketOwnerEnforced",
            },
          },
          "retainOnDelete": true,
        },
        "BucketPolicy acme": {
          "dependsOn": [
            "Bucket acme",
            "BucketOwnershipControls acme",
          ],
          "retainOnDelete": true,
        },
        "BucketPublicAccessBlock acme": {
          "dependsOn": [
            "Bucket acme",
          ],
          "inputs": {
            "blockPublicAcls": true,
            "blockPublicPolicy": true,
            "bucket": "acme-ingest",
            "ignorePublicAcls": true,
            "region": "eu-north-1",
            "restrictPublicBuckets": true,
          },
          "retainOnDelete": true,
        },
        "BucketServerSideEncryptionConfiguration acme": {
          "dependsOn": [
            "Bucket acme",
          ],
          "inputs": {
            "bucket": "acme-ingest",
            "region": "eu-north-1",
            "rules": [
              {
                "applyServerSideEncryptionByDefault": {
                  "sseAlgorithm": "AES256",
                },
              },
            ],
          },
          "retainOnDelete": true,
        },
        "StorageBucket acme": {
          "inputs": {},
        },
      }
    `);
  });

  it("has versions, CORS rules and acceleration when they are asked for, and one CORS rule for each way of use", async () => {
    const { made } = await run({
      versioning: true,
      origins: ["https://media.example.com"],
      storages: {
        In: { ...files, path: "in", cors: "ours", acceleration: true },
        Also: { ...files, path: "also", cors: "ours" },
        Look: { purpose: "files", read: true, path: "look", cors: "ours" },
      },
    });
    expect(made["BucketVersioning acme"]).toMatchObject({
      inputs: { bucket, region, versioningConfiguration: { status: "Enabled" } },
      retainOnDelete: true,
    });
    expect(made["BucketAccelerateConfiguration acme"]).toMatchObject({
      inputs: { bucket, region, status: "Enabled" },
      retainOnDelete: true,
    });
    expect(made["BucketCorsConfiguration acme"]!.inputs).toMatchInlineSnapshot(`
      {
        "bucket": "acme-ingest",
        "corsRules": [
          {
            "allowedHeaders": [
              "*",
            ],
            "allowedMethods": [
              "GET",
              "HEAD",
              "PUT",
              "POST",
            ],
            "allowedOrigins": [
              "https://media.example.com",
            ],
            "exposeHeaders": [
              "Content-Length",
              "Content-Range",
              "Accept-Ranges",
              "ETag",
            ],
            "maxAgeSeconds": 3600,
          },
          {
            "allowedHeaders": [
              "*",
            ],
            "allowedMethods": [
              "GET",
              "HEAD",
            ],
            "allowedOrigins": [
              "https://media.example.com",
            ],
            "exposeHeaders": [
              "Content-Length",
              "Content-Range",
              "Accept-Ranges",
            ],
            "maxAgeSeconds": 3600,
          },
        ],
        "region": "eu-north-1",
      }
    `);
  });

  it("has one policy for all storages with managed credentials, within AWS's words of the grants", async () => {
    const { made } = await run({
      storages: { In: { ...files, path: "/in/" }, Out: { purpose: "exports", path: "out" } },
    });
    expect(JSON.parse(made["BucketPolicy acme"]!.inputs.policy)).toEqual(
      policyOf([
        { ...place, label: "In", ...files, path: "in", credentials: "managed" },
        { ...place, label: "Out", purpose: "exports", path: "out", credentials: "managed" },
      ]),
    );
  });
});

describe("iconik's side", () => {
  it("has all that the component knows, and is made when everything it needs is in place", async () => {
    const { made } = await provision(() => {
      const both = new StorageBucket("acme", {
        bucket,
        region,
        domainId,
        storages: { Masters: { ...files, path: "m" }, Ingest: { ...files, path: "in", credentials: "keys" } },
      });
      new iconik.Storage("Masters", { ...both.storages.Masters, default: true });
      new iconik.Storage("Ingest", both.storages.Ingest);
    }, cloud);
    const { __provider: _, __options: __, ...masters } = made["Storage Masters"]!.inputs;
    expect(masters).toEqual({
      name: "Masters",
      type: "s3",
      ...files,
      path: "m",
      bucket,
      region,
      credentials: "managed",
      default: true,
    });
    const { accessKey, secretKey, credentials } = made["Storage Ingest"]!.inputs;
    expect({ accessKey, credentials }).toEqual({ accessKey: "acme-Ingest-id", credentials: "keys" });
    // As Pulumi marks a secret on the wire.
    expect(secretKey).toEqual({
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      value: "canary-secret-of-iconik-ingest",
    });
    expect(made["Storage Masters"]!.dependsOn).toEqual(expect.arrayContaining(["BucketPolicy acme"]));
    expect(made["Storage Masters"]!.dependsOn).not.toContain("UserPolicy acme-Ingest");
    expect(made["Storage Ingest"]!.dependsOn).toEqual(
      expect.arrayContaining(["AccessKey acme-Ingest", "BucketPolicy acme", "UserPolicy acme-Ingest"]),
    );
  });
});

describe("managed credentials", () => {
  it("need no user and no key, and the storage waits for the policy", async () => {
    const { result, made } = await run({ storages: { Masters: { ...files, path: "in" } } });
    expect(Object.keys(made).filter((name) => /^(User|AccessKey)/.test(name))).toEqual([]);
    const { bucket: name, ...words } = result.storages.Masters;
    expect(words).toEqual({ type: "s3", ...files, path: "in", region, credentials: "managed" });
    expect(await about(name)).toMatchObject({
      value: bucket,
      secret: false,
      after: expect.arrayContaining(["BucketPolicy acme"]),
    });
  });

  it("take the tenant from the stack's config, or from an output that is known later", async () => {
    const stack = await run(
      { domainId: undefined, storages: { Masters: files } },
      { config: { "iconik:domainId": domainId } },
    );
    const later = await run({ domainId: pulumi.output(Promise.resolve(domainId)), storages: { Masters: files } });
    for (const { made } of [stack, later])
      expect(made["BucketPolicy acme"]!.inputs.policy).toContain(
        `"aws:PrincipalTag/IconikSystemDomainId":"${domainId}"`,
      );
  });

  it.each([undefined, "", "*", "${aws:PrincipalTag/IconikSystemDomainId}"])(
    "are for no tenant called %j",
    async (wrong) => {
      await expect(run({ domainId: wrong, storages: { Masters: files } })).rejects.toThrow(
        /write domainId, or set iconik:domainId/,
      );
      if (wrong === undefined) return;
      const { failed, made } = await run({ domainId: pulumi.output(wrong), storages: { Masters: files } });
      expect(failed!.message).toContain("write domainId");
      expect(made).not.toHaveProperty("BucketPolicy acme");
    },
  );
});

describe("keys", () => {
  const keyed = { ...files, path: "in", credentials: "keys" } as const;

  it("are of a user who may do what is needed and nothing else; the secret is secret, and comes when all is in place", async () => {
    const { result, made } = await run({ storages: { Ingest: { ...keyed, rotate: "2026-11" } } });
    const { policy, ...rest } = made["UserPolicy acme-Ingest"]!.inputs;
    expect(rest).toEqual({ user: "iconik-ingest", name: "iconik" });
    expect(JSON.parse(policy)).toEqual(userPolicy(statementOf({ ...place, label: "Ingest", ...keyed })));
    expect(made["User acme-Ingest"]).toEqual({
      inputs: { name: "iconik-ingest", forceDestroy: false },
      retainOnDelete: true,
    });
    expect(made["AccessKey acme-Ingest-2026-11"]).toEqual({
      inputs: { user: "iconik-ingest" },
      retainOnDelete: true,
      dependsOn: ["User acme-Ingest", "UserPolicy acme-Ingest"],
    });
    const all = ["AccessKey acme-Ingest-2026-11", "BucketPolicy acme", "UserPolicy acme-Ingest"];
    const { accessKey, secretKey, bucket: name } = result.storages.Ingest;
    expect(await about(secretKey!)).toMatchObject({
      value: "canary-secret-of-iconik-ingest",
      secret: true,
      after: expect.arrayContaining(all),
    });
    expect(await about(accessKey!)).toMatchObject({
      value: "acme-Ingest-2026-11-id",
      secret: false,
      after: expect.arrayContaining(all),
    });
    expect(await about(name)).toMatchObject({
      value: bucket,
      after: expect.arrayContaining(["BucketPolicy acme", "UserPolicy acme-Ingest"]),
    });
    // The bucket's policy speaks of no user: it says TLS only.
    expect(JSON.parse(made["BucketPolicy acme"]!.inputs.policy).Statement).toHaveLength(1);
  });

  it("are other resources with another rotate, while user and policy stay", async () => {
    const one = Object.keys((await run({ storages: { Ingest: { ...keyed, rotate: "1" } } })).made);
    const two = Object.keys((await run({ storages: { Ingest: { ...keyed, rotate: "2" } } })).made);
    expect(one.filter((name) => !two.includes(name))).toEqual(["AccessKey acme-Ingest-1"]);
    expect(two.filter((name) => !one.includes(name))).toEqual(["AccessKey acme-Ingest-2"]);
  });

  it("that were replaced are deleted by a resource of its own, after the storage; none of managed credentials", async () => {
    const { made, result } = await provision(() => {
      const acme = new StorageBucket("acme", {
        bucket,
        region,
        domainId,
        storages: { Ingest: { ...keyed, rotate: "2" }, Masters: { ...files, path: "m" } },
      });
      acme.retireOldKeys("Ingest", {
        dependsOn: new iconik.Storage("Rotated", acme.storages.Ingest),
        profile: "media",
      });
      expect(acme.retireOldKeys("Masters", { dependsOn: [] })).toBeUndefined();
      return acme as StorageBucket<string>;
    }, cloud);
    const retired = made["AwsRetiredKeys acme-Ingest-old-keys"]!;
    expect(retired.inputs).toMatchObject({
      user: "iconik-ingest",
      current: "acme-Ingest-2-id",
      region,
      profile: "media",
    });
    expect(retired.dependsOn).toEqual(expect.arrayContaining(["AccessKey acme-Ingest-2", "Storage Rotated"]));
    expect(() => result.retireOldKeys("Ingst", { dependsOn: [] })).toThrow(
      "there is no storage Ingst in this bucket; it has Ingest, Masters",
    );
  });

  it("are deleted with the profile of the stack's config where no other is named", async () => {
    const { made } = await provision(
      () => {
        const acme = new StorageBucket("acme", { bucket, region, domainId, storages: { Ingest: keyed } });
        acme.retireOldKeys("Ingest", { dependsOn: [] });
      },
      { ...cloud, config: { "aws:profile": "stack" } },
    );
    expect(made["AwsRetiredKeys acme-Ingest-old-keys"]!.inputs).toMatchObject({ profile: "stack" });
  });

  it("warn in every run when they are older than is said", async () => {
    const aged = async (days: number) =>
      (
        await run(
          { storages: { Ingest: { ...keyed, maxKeyAgeDays: 90 } } },
          {
            outputs: (type, inputs) => ({
              ...cloud.outputs!(type, inputs),
              createDate: new Date(Date.now() - days * 86_400_000 - 1_000).toISOString(),
            }),
          },
        )
      ).said;
    expect((await aged(90)).filter((line) => line.startsWith("warning"))).toEqual([]);
    expect(await aged(91)).toContain(
      "warning: storages.Ingest: its key is 91 days old, and maxKeyAgeDays is 90; write another text under rotate",
    );
    await expect(run({ storages: { Masters: { ...files, maxKeyAgeDays: 90 } } })).rejects.toThrow(
      /maxKeyAgeDays is for keys, and managed credentials have none/,
    );
  });

  it("are not known in the first preview, and everything else is", async () => {
    const { result } = await run({ storages: { Ingest: keyed } }, { preview: true });
    const { accessKey, secretKey, bucket: name } = result.storages.Ingest;
    expect(await about(name)).toMatchObject({ value: bucket, known: true });
    expect(await about(accessKey!)).toMatchObject({ known: false });
    expect(await about(secretKey!)).toMatchObject({ secret: true });
  });
});

describe("a KMS key", () => {
  const statements = (need: Partial<StorageNeed>) =>
    keyPolicyStatements(
      statementOf({ ...place, label: "Masters", ...files, credentials: "managed", kmsKey, ...need }),
      { domainId },
    );

  it("that is somebody's encrypts the bucket; what its policy must say is told", async () => {
    const { result, made, said } = await run({ kmsKey, storages: { Masters: files } });
    expect(made["BucketServerSideEncryptionConfiguration acme"]!.inputs.rules).toEqual([
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKey },
        bucketKeyEnabled: true,
      },
    ]);
    expect(await valueOf(result.keyPolicyStatements)).toEqual(statements({}));
    expect(said.join("\n")).toContain(JSON.stringify(statements({})));
  });

  it("may come from the program, and reaches the user's policy", async () => {
    const storages = { Masters: { ...files, credentials: "keys" } } as const;
    const { made } = await run({ kmsKey: pulumi.output(kmsKey), storages });
    expect(JSON.parse(made["UserPolicy acme-Masters"]!.inputs.policy)).toEqual(
      userPolicy(statementOf({ ...place, label: "Masters", ...storages.Masters, kmsKey })),
    );
  });

  it("of the bucket's own is protected, turns over, and lets iconik's role and the account's administrators use it", async () => {
    const { result, made } = await run({ kmsKey: "create", storages: { Masters: files } });
    const { policy, ...rest } = made["Key acme"]!.inputs;
    expect(rest).toEqual({ description: `Encrypts bucket ${bucket}`, enableKeyRotation: true, region });
    expect(made["Key acme"]).toMatchObject({ protect: true, retainOnDelete: true });
    const root = {
      Sid: "Account",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: "kms:*",
      Resource: "*",
    };
    expect(JSON.parse(policy)).toEqual({ Version: "2012-10-17", Statement: [root, ...statements({})] });
    expect(
      made["BucketServerSideEncryptionConfiguration acme"]!.inputs.rules[0].applyServerSideEncryptionByDefault
        .kmsMasterKeyId,
    ).toBe(kmsKey);
    expect(await valueOf(result.keyPolicyStatements)).toEqual([]);
  });
});

describe("a bucket that is somebody's", () => {
  const storages = { Masters: files } as const;
  const need: StorageNeed = { ...place, label: "Masters", ...files, credentials: "managed" };
  const ours = policyOf([need]).Statement.filter(({ Effect }) => Effect === "Allow");
  const foreign = {
    Sid: "Backup",
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${account}:role/backup` },
    Action: "s3:GetObject",
    Resource: `arn:aws:s3:::${bucket}/*`,
  };
  const withPolicy = (policy: unknown): Cloud => ({
    answers: {
      "aws:s3/getBucket:getBucket": () => ({ bucket }),
      "aws:s3/getBucketPolicy:getBucketPolicy": () =>
        policy instanceof Error ? policy : { policy: JSON.stringify(policy) },
    },
  });
  const none = new Error(
    "invoking aws:s3/getBucketPolicy:getBucketPolicy: 1 error occurred: * reading S3 Bucket (acme-ingest) Policy: couldn't find resource",
  );
  const failure = async (more: Cloud) => {
    const { failed, made } = await run({ existing: true, storages }, more);
    expect(made).not.toHaveProperty("BucketPolicy acme");
    return failed;
  };

  it("without a policy gets one, and nothing else of it is touched", async () => {
    const { result, made } = await run({ existing: true, storages }, withPolicy(none));
    expect(Object.keys(made).sort()).toEqual(["BucketPolicy acme", "StorageBucket acme"]);
    expect(JSON.parse(made["BucketPolicy acme"]!.inputs.policy).Statement).toEqual(ours);
    expect(made["BucketPolicy acme"]).toMatchObject({ retainOnDelete: true });
    expect(await about(result.storages.Masters.bucket)).toMatchObject({ value: bucket, after: ["BucketPolicy acme"] });
  });

  it("with our policy of an earlier day gets today's", async () => {
    const before = policyOf([
      { ...need, delete: true },
      { ...need, label: "Gone", path: "gone" },
    ]).Statement.filter(({ Effect }) => Effect === "Allow");
    // S3 gives lists of one as one.
    const asS3 = before.map((one) => ({
      ...one,
      Action: [one.Action].flat().length === 1 ? [one.Action].flat()[0] : one.Action,
    }));
    const { made } = await run({ existing: true, storages }, withPolicy({ Version: "2012-10-17", Statement: asS3 }));
    expect(JSON.parse(made["BucketPolicy acme"]!.inputs.policy).Statement).toEqual(ours);
  });

  it("with a policy of somebody's is left alone, and the statements to add are told", async () => {
    const error = await failure(withPolicy({ Version: "2012-10-17", Statement: [foreign] }));
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    expect(error!.message).toContain("has a policy that is not ours");
    expect(error!.message).toContain(JSON.stringify(ours, undefined, 2));
  });

  it("with a policy for another tenant of iconik's is left alone too", async () => {
    const others = JSON.parse(
      JSON.stringify(ours).replaceAll(domainId, "5b1f0c9e-0000-4000-8000-000000000002"),
    ) as typeof ours;
    expect((await failure(withPolicy({ Statement: others })))!.message).toContain("not ours");
  });

  it("whose owner has added the statements is used as it is", async () => {
    const named = ours.map((one, index) => ({
      ...one,
      Sid: `ForIconik${index}`,
      Action: [one.Action].flat().reverse(),
    }));
    expect(await failure(withPolicy({ Statement: [foreign, ...named] }))).toBeUndefined();
    const { result } = await run({ existing: true, storages }, withPolicy({ Statement: [foreign, ...named] }));
    expect(await about(result.storages.Masters.bucket)).toMatchObject({ value: bucket, known: true });
  });

  it("whose policy lacks one of several statements is told of that one", async () => {
    const error = await failure(withPolicy({ Statement: [foreign, ours[0]] }));
    expect(error!.message).toContain(JSON.stringify([ours[1]], undefined, 2));
  });

  it("whose policy cannot be read is left alone", async () => {
    expect(
      (await failure(withPolicy(new Error("AccessDenied: not authorized to perform s3:GetBucketPolicy"))))!.message,
    ).toContain("AccessDenied");
  });

  it("that is not there is an error", async () => {
    const gone = { answers: { "aws:s3/getBucket:getBucket": () => new Error("couldn't find resource") } };
    expect((await failure(gone))!.message).toContain("couldn't find resource");
  });

  it("is not read where keys are wanted, and gets a user only", async () => {
    const { made, asked } = await run({
      existing: true,
      storages: { Masters: { ...files, credentials: "keys", cors: "ours" } },
    });
    expect(Object.keys(made).sort()).toEqual([
      "AccessKey acme-Masters",
      "StorageBucket acme",
      "User acme-Masters",
      "UserPolicy acme-Masters",
    ]);
    expect(asked).toEqual([]);
  });
});

describe("what no cloud would take", () => {
  it("is refused all at once, before anything is registered", async () => {
    const { made, result } = await provision(() => {
      try {
        return new StorageBucket("acme", {
          bucket: "Acme_Ingest",
          region: "Stockholm",
          existing: true,
          versioning: true,
          kmsKey: "create",
          storages: { "In out": { ...files, rotate: "1" }, "in-out": { ...files, cors: "ours", path: "*" } },
        });
      } catch (error) {
        return error as Error;
      }
    });
    expect(made).toEqual({});
    expect(result).toBeInstanceOf(pulumi.RunError);
    expect((result as Error).message).toMatchInlineSnapshot(`
      "StorageBucket "acme" cannot be made:
      - storages.in-out: its identity would be iconik-in-out, as that of another storage; give it a name that differs in letters or digits
      - cors is ours for some storages and iconik's for others, and a bucket has one set of CORS rules; write the same for all storages of the bucket
      - storages.In out: "Acme_Ingest" is no name for a bucket; a name is 3 to 63 of a-z, 0-9, dots and dashes, with a letter or digit at both ends, no two dots in a row, and no IP address
      - storages.In out: "Stockholm" is no region by its form; a region is written as eu-north-1
      - storages.in-out: "Acme_Ingest" is no name for a bucket; a name is 3 to 63 of a-z, 0-9, dots and dashes, with a letter or digit at both ends, no two dots in a row, and no IP address
      - storages.in-out: "Stockholm" is no region by its form; a region is written as eu-north-1
      - storages.in-out: "*" in the folder "*" would mean something else in a policy; use a folder without * ? \${ and control characters
      - managed credentials are bound to one tenant, and none is named; write domainId, or set iconik:domainId in the stack; iconik's System Settings show it
      - storages.In out: rotate is for keys, and managed credentials have none; drop it, or write credentials: "keys"
      - versioning is a setting of a bucket that is somebody's; drop it, or existing
      - a bucket that is somebody's is not encrypted anew; write the ARN of the key that encrypts it, or drop kmsKey"
    `);
  });

  it.each([
    [
      "a purpose that there is not",
      { Masters: { purpose: "FILES" as "files" } },
      /"FILES" is no purpose; write one of files, exports/,
    ],
    ["no storage", {}, /no storage is described/],
  ])("includes %s", async (_, storages, words) => {
    await expect(run({ storages: storages as StorageBucketArgs["storages"] })).rejects.toThrow(words);
  });
});

describe("notes", () => {
  it("tell what a queue's owner has to do, and what one has to know", async () => {
    const { result, said } = await run({
      storages: { Masters: { ...files, path: "in", notificationQueue: queueUrl } },
    });
    expect(said).toEqual(result.notes);
    const need: StorageNeed = {
      ...place,
      path: "in",
      label: "Masters",
      ...files,
      credentials: "managed",
      notificationQueue: queueUrl,
    };
    expect(result.notes.slice(0, -1)).toEqual(statementOf(need).notes.map((note) => `Masters: ${note}`));
    expect(result.notes.at(-1)).toContain(
      JSON.stringify(queuePolicy(statementOf(need), { domainId: "<system domain id>" })!.Statement),
    );
  });

  it("tell that CORS rules of somebody's bucket are left alone", async () => {
    const { result } = await run({
      existing: true,
      storages: { Masters: { ...files, credentials: "keys", cors: "ours" } },
    });
    expect(result.notes.at(-1)).toMatch(/CORS rules of .* are its owner's.*To add to them: .*GET/);
  });
});
