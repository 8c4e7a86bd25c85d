// Storages in Google Cloud Storage: what a program registers, on Pulumi's mocks with the SDK's real classes.
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import * as iconik from "../provider";
import { StorageBucket, type StorageBucketArgs } from "../provider/clouds/gcp";
import { gcsGrants, statementOf, type StorageNeed } from "../provider/clouds/grants";
import { about, provision, type Cloud, type Registered } from "./clouds.ts";

const bucket = "acme-delivery";
const project = "acme-media";
const files = { purpose: "files", read: true, write: true, scan: true } as const;
const need = (more: Partial<StorageNeed>): StorageNeed => ({
  label: "Delivery",
  type: "gcs",
  bucket,
  path: "",
  ...files,
  ...more,
});
const key = JSON.stringify({ type: "service_account", private_key: "canary-of-google" });

const cloud: Cloud = {
  outputs: (type, inputs) => ({
    ...(type === "gcp:serviceaccount/account:Account" && {
      email: `${inputs.accountId}@${project}.iam.gserviceaccount.com`,
      name: `projects/${project}/serviceAccounts/${inputs.accountId}`,
    }),
    ...(type === "gcp:serviceaccount/key:Key" && {
      privateKey: Buffer.from(key).toString("base64"),
      name: `${inputs.serviceAccountId}/keys/0a1b`,
    }),
    ...(type === "gcp:projects/iAMCustomRole:IAMCustomRole" && { name: `projects/${project}/roles/${inputs.roleId}` }),
  }),
  answers: {
    "gcp:storage/getProjectServiceAccount:getProjectServiceAccount": () => ({
      emailAddress: "service-1@gs-project-accounts.iam.gserviceaccount.com",
    }),
  },
};
const run = <Label extends string>(
  args: Partial<StorageBucketArgs<Label>> & Pick<StorageBucketArgs<Label>, "storages">,
  more: Cloud = {},
) =>
  provision(() => new StorageBucket("acme", { bucket, project, location: "EU", ...args } as StorageBucketArgs<Label>), {
    ...cloud,
    ...more,
  });
/** By name, so that those of a folder stand in the order of the grants: bucket, listing, objects. */
const typed = (made: Record<string, Registered>, type: string) =>
  Object.keys(made)
    .filter((name) => name.startsWith(`${type} `))
    .sort()
    .map((name) => made[name]!);

describe("a bucket of our own", () => {
  it("is locked down, protected and kept, with an account, a role and a binding for its storage", async () => {
    const { made } = await run({ storages: { Delivery: { ...files, rotate: "1" } } });
    const [{ role, binding }] = gcsGrants(
      statementOf(need({})),
      "serviceAccount:iconik-delivery@acme-media.iam.gserviceaccount.com",
    ) as [any];
    expect(made["IAMCustomRole acme-Delivery-bucket"]!.inputs).toEqual({
      ...role,
      roleId: expect.stringMatching(/^iconik_Delivery_bucket_[0-9a-f]{8}$/),
      project,
    });
    expect(made["BucketIAMMember acme-Delivery-bucket"]!.inputs).toEqual({
      ...binding,
      role: `projects/${project}/roles/${made["IAMCustomRole acme-Delivery-bucket"]!.inputs.roleId}`,
    });
    for (const name of ["IAMCustomRole", "BucketIAMMember"]) delete made[`${name} acme-Delivery-bucket`]!.inputs;
    expect(made).toMatchInlineSnapshot(`
      {
        "Account acme-Delivery": {
          "inputs": {
            "accountId": "iconik-delivery",
            "displayName": "iconik storage Delivery",
            "project": "acme-media",
          },
          "retainOnDelete": true,
        },
        "Bucket acme": {
          "ignoreChanges": [
            "cors",
          ],
          "inputs": {
            "forceDestroy": false,
            "lifecycleRules": [
              {
                "action": {
                  "type": "AbortIncompleteMultipartUpload",
                },
                "condition": {
                  "age": 7,
                },
              },
            ],
            "location": "EU",
            "name": "acme-delivery",
            "project": "acme-media",
            "publicAccessPrevention": "enforced",
            "uniformBucketLevelAccess": true,
          },
          "protect": true,
          "retainOnDelete": true,
        },
        "BucketIAMMember acme-Delivery-bucket": {
          "dependsOn": [
            "Account acme-Delivery",
            "Bucket acme",
            "IAMCustomRole acme-Delivery-bucket",
          ],
          "retainOnDelete": true,
        },
        "IAMCustomRole acme-Delivery-bucket": {
          "retainOnDelete": true,
        },
        "Key acme-Delivery": {
          "dependsOn": [
            "Account acme-Delivery",
            "BucketIAMMember acme-Delivery-bucket",
          ],
          "inputs": {
            "keepers": {
              "rotate": "1",
            },
            "serviceAccountId": "projects/acme-media/serviceAccounts/iconik-delivery",
          },
          "retainOnDelete": true,
        },
        "StorageBucket acme": {
          "inputs": {},
        },
      }
    `);
  });

  it("leaves the CORS rules to iconik unless they are ours, and then has one rule for each way of use", async () => {
    const theirs = (await run({ storages: { Delivery: files } })).made["Bucket acme"]!;
    expect(theirs.inputs).not.toHaveProperty("cors");
    expect(theirs.ignoreChanges).toEqual(["cors"]);
    const ours = (
      await run({
        origins: ["https://media.example.com"],
        storages: { In: { ...files, path: "in", cors: "ours" }, Also: { ...files, path: "also", cors: "ours" } },
      })
    ).made["Bucket acme"]!;
    expect(ours).not.toHaveProperty("ignoreChanges");
    expect(ours.inputs.cors).toEqual([
      {
        origins: ["https://media.example.com"],
        methods: ["GET", "HEAD", "PUT", "POST"],
        responseHeaders: expect.arrayContaining(["Content-Type", "ETag", "Location"]),
        maxAgeSeconds: 3600,
      },
    ]);
  });

  it("has versions and a key when they are asked for; Cloud Storage may use the key before the bucket is made", async () => {
    const kmsKey = "projects/p/locations/eu/keyRings/r/cryptoKeys/k";
    const { made } = await run({ versioning: true, kmsKey, storages: { Delivery: files } });
    expect(made["CryptoKeyIAMMember acme"]).toEqual({
      inputs: {
        cryptoKeyId: kmsKey,
        role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
        member: "serviceAccount:service-1@gs-project-accounts.iam.gserviceaccount.com",
      },
      retainOnDelete: true,
    });
    expect(made["Bucket acme"]).toMatchObject({
      inputs: { encryption: { defaultKmsKeyName: kmsKey }, versioning: { enabled: true } },
      dependsOn: ["CryptoKeyIAMMember acme"],
    });
  });
});

describe("the set-up phase", () => {
  it("ends with cors: ours: the same role, under the same binding, no longer holds storage.buckets.update", async () => {
    const during = (await run({ storages: { Delivery: { ...files, cors: "iconik" } } })).made;
    const after = (await run({ storages: { Delivery: { ...files, cors: "ours" } } })).made;
    const [one, other] = [during, after].map((made) => made["IAMCustomRole acme-Delivery-bucket"]!.inputs);
    expect(one.permissions).toContain("storage.buckets.update");
    expect(other.permissions).toEqual(one.permissions.filter((name: string) => name !== "storage.buckets.update"));
    expect(other.roleId).toBe(one.roleId);
    expect(typed(after, "BucketIAMMember")).toEqual(typed(during, "BucketIAMMember"));
  });

  it("is told of while it lasts", async () => {
    const { said } = await run({ storages: { Delivery: files } });
    expect(said.join()).toContain("storage.buckets.update changes every setting of the bucket");
  });
});

describe("a folder", () => {
  const storages = (more: object) =>
    ({ Delivery: { purpose: "files", path: "/in/", ...more } }) as StorageBucketArgs<"Delivery">["storages"];

  it("has three roles with their conditions, as the grants say", async () => {
    const { made } = await run({ storages: storages({ read: true, write: true, delete: true, scan: true }) });
    const grants = gcsGrants(
      statementOf(need({ path: "in", delete: true })),
      "serviceAccount:iconik-delivery@acme-media.iam.gserviceaccount.com",
    );
    expect(typed(made, "IAMCustomRole").map(({ inputs }) => inputs)).toEqual(
      grants.map(({ role }) => ({ ...role, roleId: expect.any(String), project })),
    );
    expect(typed(made, "BucketIAMMember").map(({ inputs }) => inputs)).toEqual(
      grants.map(({ binding }) => ({ ...binding, role: expect.any(String) })),
    );
  });

  it.each([
    ["read", { read: true }, ["GA", "GA", "GA"]],
    ["scan", { scan: true }, ["GA", "GA", "DISABLED"]],
    ["write", { write: true }, ["GA", "DISABLED", "GA"]],
  ])(
    "with %s alone keeps roles that it has no use for disabled, and its bindings never change",
    async (_, flags, stages) => {
      const all = await run({ storages: storages({ read: true, write: true, delete: true, scan: true }) });
      const some = await run({ storages: storages(flags) });
      expect(typed(some.made, "IAMCustomRole").map(({ inputs }) => inputs.stage)).toEqual(stages);
      expect(typed(some.made, "BucketIAMMember")).toEqual(typed(all.made, "BucketIAMMember"));
      const granted = typed(some.made, "IAMCustomRole").flatMap(({ inputs }) =>
        inputs.stage === "GA" ? inputs.permissions : [],
      );
      const statement = statementOf(need({ path: "in", read: false, write: false, scan: false, ...flags }));
      expect(granted.sort()).toEqual(statement.grants.map(({ action }) => action).sort());
    },
  );
});

describe("the key", () => {
  it("is the text within Google's base64, secret, and comes when every binding is in place", async () => {
    const { result, made } = await run({ storages: { Delivery: { ...files, rotate: "2026-11" } } });
    const { jsonKey, bucket: name, ...words } = result.storages.Delivery;
    expect(words).toEqual({ type: "gcs", ...files, project });
    expect(await about(jsonKey)).toMatchObject({
      value: key,
      secret: true,
      after: expect.arrayContaining(["Bucket acme", "BucketIAMMember acme-Delivery-bucket", "Key acme-Delivery"]),
    });
    expect(await about(name)).toMatchObject({
      value: bucket,
      secret: false,
      after: ["Bucket acme", "BucketIAMMember acme-Delivery-bucket"],
    });
    expect(made["Key acme-Delivery"]!.inputs.keepers).toEqual({ rotate: "2026-11" });
  });

  it("that was replaced is deleted by a resource of its own, after the storage; of storages that are there", async () => {
    const { made, result } = await provision(() => {
      const acme = new StorageBucket("acme", {
        bucket,
        project,
        location: "EU",
        storages: { Delivery: { ...files, rotate: "2" } },
      });
      acme.retireOldKeys("Delivery", { dependsOn: new iconik.Storage("Delivery", acme.storages.Delivery) });
      return acme as StorageBucket<string>;
    }, cloud);
    const { account, current } = made["GcpRetiredKeys acme-Delivery-old-keys"]!.inputs;
    expect([account, current]).toEqual([
      "iconik-delivery@acme-media.iam.gserviceaccount.com",
      expect.stringMatching(/^projects\/acme-media\/serviceAccounts\/.*\/keys\/0a1b$/),
    ]);
    expect(made["GcpRetiredKeys acme-Delivery-old-keys"]!.dependsOn).toEqual(
      expect.arrayContaining(["Key acme-Delivery", "Storage Delivery"]),
    );
    expect(() => result.retireOldKeys("Delivry", { dependsOn: [] })).toThrow(
      "there is no storage Delivry in this bucket; it has Delivery",
    );
  });

  it("warns in every run when it is older than is said", async () => {
    const since = (days: number) => new Date(Date.now() - days * 86_400_000 - 1_000).toISOString();
    const aged = async (days: number) =>
      (
        await run(
          { storages: { Delivery: { ...files, cors: "ours", maxKeyAgeDays: 90 } } },
          { outputs: (type, inputs) => ({ ...cloud.outputs!(type, inputs), validAfter: since(days) }) },
        )
      ).said.filter((line) => line.startsWith("warning"));
    expect(await aged(90)).toEqual([]);
    expect(await aged(91)).toEqual([
      "warning: storages.Delivery: its key is 91 days old, and maxKeyAgeDays is 90; write another text under rotate",
    ]);
    await expect(run({ storages: { Delivery: { ...files, maxKeyAgeDays: 0.5 } } })).rejects.toThrow(
      /maxKeyAgeDays is 0\.5; write a whole number of days/,
    );
  });

  it("is secret and not known in the first preview, and the bucket's name is known", async () => {
    const { result } = await run({ storages: { Delivery: files } }, { preview: true });
    expect(await about(result.storages.Delivery.jsonKey)).toMatchObject({ secret: true, known: false });
    expect(await about(result.storages.Delivery.bucket)).toMatchObject({ value: bucket, known: true });
  });

  it("belongs to an account whose name Google takes, whatever the storage is called", async () => {
    const label = "The long name of a storage for everything that is delivered";
    const { made } = await run({
      storages: { [label]: files, "The long name of a storage for something else": { ...files, path: "b" } },
    });
    const names = typed(made, "Account").map(({ inputs }) => inputs.accountId as string);
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^[a-z](?:[-a-z0-9]{4,28}[a-z0-9])$/);
    for (const { inputs } of typed(made, "IAMCustomRole")) expect(inputs.roleId).toMatch(/^[a-zA-Z0-9_.]{3,64}$/);
  });
});

describe("a bucket that is somebody's", () => {
  it("gets bindings, and nothing of it is changed", async () => {
    const { made, result } = await run({
      existing: true,
      location: undefined,
      storages: { Delivery: { ...files, cors: "ours" } },
    });
    expect(Object.keys(made).sort()).toEqual([
      "Account acme-Delivery",
      "BucketIAMMember acme-Delivery-bucket",
      "IAMCustomRole acme-Delivery-bucket",
      "Key acme-Delivery",
      "StorageBucket acme",
    ]);
    expect(result.notes.at(-1)).toMatch(/CORS rules of .* are its owner's.*To add to them: .*GET/);
  });
});

it("refuses what Google would not take, all at once", async () => {
  const { made, result } = await provision(() => {
    try {
      return new StorageBucket("acme", {
        bucket: "google",
        project,
        storages: { "!": { ...files, purpose: "masters" as "files" } },
      });
    } catch (error) {
      return error as Error;
    }
  });
  expect(made).toEqual({});
  expect(result).toBeInstanceOf(pulumi.RunError);
  expect((result as Error).message).toMatchInlineSnapshot(`
    "StorageBucket "acme" cannot be made:
    - storages.!: "masters" is no purpose; write one of files, exports, archive, keyframes, proxies, faces
    - a new bucket needs a location; write location, such as EU or europe-north1
    - storages.!: roles are named by letters and digits; give it a name that has some"
  `);
  await expect(run({ existing: true, versioning: false, kmsKey: "k", storages: { Delivery: files } })).rejects.toThrow(
    /versioning is a setting[\s\S]+kmsKey is a setting/,
  );
});
