// The components of Backblaze B2 and IBM Cloud as a program meets them: what they register, refuse and hand over.
import { execFileSync } from "node:child_process";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as pulumi from "@pulumi/pulumi";
import * as b2 from "../provider/clouds/b2";
import * as ibm from "../provider/clouds/ibm";
import * as s3 from "../provider/clouds/s3";
import { repository } from "./processes.mts";

interface Registered {
  type: string;
  name: string;
  inputs: Record<string, any>;
}
let registered: Registered[] = [];
let madeAt: string | undefined;
const warned = vi.spyOn(pulumi.log, "warn").mockImplementation(async () => undefined);
const instance =
  "crn:v1:bluemix:public:cloud-object-storage:global:a/0123456789abcdef0123456789abcdef:8dfbcba4-e6a1-4f2a-9a5b-000000000001::";

beforeEach(async () => {
  registered = [];
  warned.mockClear();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        registered.push({ type: type.replace("pulumi-nodejs:dynamic/iconik:", ""), name, inputs });
        const outputs = {
          bucketId: "bucket-1",
          keyId: `key-of-${name}`,
          applicationKey: "application-key",
          accessKey: `key-of-${name}`,
          secretKey: "secret-key",
          iamId: `iam-${name}`,
          crn: `crn:${name}`,
          madeAt,
          keysBefore: [],
          accessKeyId: "id",
          secretAccessKey: "secret-key",
        };
        return { id: `${name}-id`, state: { ...inputs, ...outputs } };
      },
      call: () => ({}),
    },
    "news",
    "dev",
  );
});
afterAll(() => vi.restoreAllMocks());

/** In the order of their names: Pulumi registers them as their inputs become known. */
const of = (type: string) => registered.filter((one) => one.type === type).sort((a, b) => (a.name < b.name ? -1 : 1));
const value = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => output.apply(resolve));
const settled = () => new Promise((resolve) => setTimeout(resolve, 200));

describe("b2.StorageBucket", () => {
  it("makes one bucket, a key for each storage, and one CORS rule for all", async () => {
    const made = new b2.StorageBucket("archive", {
      bucket: "acme-archive",
      origins: ["https://iconik.example.com"],
      storages: {
        Archive: { purpose: "archive", path: "/news/" },
        Shown: { purpose: "files", path: "shown", read: true },
      },
    });
    expect(await value(made.storages.Archive.keyId)).toBe("key-of-archive-Archive");
    expect(await value(made.storages.Shown.bucketId)).toBe("bucket-1");
    expect(await pulumi.isSecret(made.storages.Archive.applicationKey)).toBe(true);
    expect(of("B2Bucket")).toMatchObject([
      {
        inputs: {
          name: "acme-archive",
          owner: "news/dev",
          type: "allPrivate",
          encryption: "SSE-B2",
          cancelUnfinishedAfter: 7,
          corsRule: {
            allowedOrigins: ["https://iconik.example.com"],
            allowedOperations: expect.arrayContaining(["b2_download_file_by_name", "b2_upload_file"]),
          },
        },
      },
    ]);
    expect(of("B2Key")).toMatchObject([
      {
        inputs: {
          bucketId: "bucket-1",
          namePrefix: "news/",
          capabilities: ["listBuckets", "listFiles", "readFiles", "shareFiles", "writeFiles"],
        },
      },
      {
        inputs: {
          bucketId: "bucket-1",
          namePrefix: "shown/",
          capabilities: ["listBuckets", "listFiles", "readFiles", "shareFiles"],
        },
      },
    ]);
    expect(made.storages.Archive).toMatchObject({ bucket: "acme-archive", path: "news" });
    expect(warned).not.toHaveBeenCalled();
  });

  it("names keys by stack, bucket and label, and anew for another rotate, folder or set of flags", async () => {
    const storages = [{}, { rotate: "2" }, { path: "a" }, { delete: true }];
    for (const [index, more] of storages.entries())
      new b2.StorageBucket(`archive${index}`, {
        bucket: "acme-archive",
        storages: { Archive: { purpose: "archive", ...more } },
      });
    await settled();
    const names = of("B2Key").map(({ inputs }) => inputs.keyName as string);
    expect(new Set(names).size).toBe(storages.length);
    for (const name of names) expect(name).toMatch(/^iconik-Archive-[0-9a-f]{8}-[0-9a-f]{8}$/);
    expect(new Set(names.map((name) => name.slice(0, -8))).size).toBe(1);
  });

  it("makes a key for the whole account only when asked, and warns", async () => {
    new b2.StorageBucket("archive", {
      bucket: "acme-archive",
      storages: { Archive: { purpose: "archive", cors: "iconik", scope: "account", path: "in" } },
    });
    await settled();
    const [{ inputs }] = of("B2Key") as [Registered];
    expect(inputs.bucketId).toBeUndefined();
    expect(inputs.namePrefix).toBeUndefined();
    expect(inputs.capabilities).toContain("writeBuckets");
    expect(of("B2Bucket")[0]!.inputs.corsRule).toBeUndefined();
    expect(warned.mock.calls.flat().join()).toMatch(/every file of every bucket of the Backblaze account/);
  });

  it("says everything that is wrong, and registers nothing", async () => {
    const wrong = () =>
      new b2.StorageBucket("archive", {
        bucket: "b2-x",
        storages: {
          "A b": { purpose: "files" },
          "A-b": { purpose: "files", read: true, cors: "iconik", scope: "bucket" },
        },
      });
    expect(wrong).toThrow(pulumi.RunError);
    expect(wrong).toThrow(
      /its identity would be iconik-a-b(.|\n)*is no name for a bucket(.|\n)*cannot write CORS rules/,
    );
    expect(() => new b2.StorageBucket("none", { bucket: "acme-archive", storages: {} })).toThrow(
      /no storage is described/,
    );
    await settled();
    expect(registered).toEqual([]);
  });

  it("deletes old keys by a resource of its own, of a storage that it has", async () => {
    const made: b2.StorageBucket = new b2.StorageBucket("archive", {
      bucket: "acme-archive",
      storages: { Archive: { purpose: "archive" } },
    });
    made.retireOldKeys("Archive", { dependsOn: made });
    await settled();
    const [key] = of("B2Key");
    expect(of("B2RetiredKeys")).toMatchObject([
      {
        name: "archive-Archive-old-keys",
        inputs: { current: "key-of-archive-Archive", names: (key!.inputs.keyName as string).slice(0, -8) },
      },
    ]);
    expect(() => made.retireOldKeys("toString", { dependsOn: made })).toThrow(
      /there is no storage toString.*it has Archive/,
    );
  });
});

describe("ibm.StorageBucket", () => {
  it("makes one bucket, an identity for each storage, and a role for each set of actions", async () => {
    const made = new ibm.StorageBucket("archive", {
      bucket: "acme-archive",
      region: "eu-de",
      instance,
      storages: { One: { purpose: "archive" }, Two: { purpose: "archive" } },
    });
    expect(await value(made.storages.One.accessKey)).toBe("key-of-archive-One");
    expect(await pulumi.isSecret(made.storages.Two.secretKey)).toBe(true);
    expect(made.storages.One).toMatchObject({
      bucket: "acme-archive",
      region: "eu-de",
      endpoint: "https://s3.eu-de.cloud-object-storage.appdomain.cloud",
      path: "",
    });
    expect([
      of("IbmBucket").length,
      of("IbmServiceId").length,
      of("IbmRole").length,
      of("IbmPolicy").length,
      of("IbmHmacKey").length,
    ]).toEqual([1, 2, 1, 2, 2]);
    expect(of("IbmBucket")).toMatchObject([
      { inputs: { location: "eu-de-standard", publicAccess: "blocked", abortUploadsAfter: 7 } },
    ]);
  });

  it("refuses what is no instance, and two storages with one identity", () => {
    const bucket = { bucket: "acme-archive", region: "eu-de" };
    expect(
      () =>
        new ibm.StorageBucket("archive", {
          ...bucket,
          instance: "8dfbcba4",
          storages: { One: { purpose: "archive" } },
        }),
    ).toThrow(/is not the CRN of an Object Storage instance/);
    expect(
      () =>
        new ibm.StorageBucket("archive", {
          ...bucket,
          instance,
          storages: { One: { purpose: "archive" }, ONE: { purpose: "archive" } },
        }),
    ).toThrow(/its identity would be iconik-one/);
  });
});

describe("of every cloud whose resources are this package's own", () => {
  type Words = { adopt?: "exact"; maxKeyAgeDays?: number };
  const places: [string, (words: Words) => unknown, taken: string[]][] = [
    [
      "b2",
      ({ adopt, ...use }) =>
        new b2.StorageBucket("archive", {
          bucket: "acme-archive",
          adopt,
          storages: { Archive: { purpose: "archive", ...use } },
        }),
      ["B2Bucket"],
    ],
    [
      "ibm",
      ({ adopt, ...use }) =>
        new ibm.StorageBucket("archive", {
          bucket: "acme-archive",
          region: "eu-de",
          instance,
          adopt,
          storages: { Archive: { purpose: "archive", ...use } },
        }),
      ["IbmBucket", "IbmRole", "IbmServiceId"],
    ],
    [
      "s3",
      ({ adopt, ...use }) =>
        new s3.StorageBucket("archive", {
          bucket: "acme-archive",
          region: "eu-central-1",
          adopt,
          storages: { Archive: { purpose: "archive", cors: "ours", ...use } },
        }),
      ["S3Bucket", "S3BucketCors", "S3BucketPolicy", "S3User", "S3UserPolicy"],
    ],
  ];

  it.each(places)("%s takes over what is there when it is told to, and not otherwise", async (_, make, taken) => {
    make({});
    await settled();
    expect(registered.filter(({ inputs }) => inputs.__options?.adopt)).toEqual([]);
    registered = [];
    make({ adopt: "exact" });
    await settled();
    expect(registered.filter(({ inputs }) => inputs.__options?.adopt === "exact").map(({ type }) => type)).toEqual(
      expect.arrayContaining(taken),
    );
  });

  it.each(places)("%s warns of a key that is older than is said", async (_, make) => {
    madeAt = new Date(Date.now() - 31 * 86_400_000).toISOString();
    make({ maxKeyAgeDays: 31 });
    await settled();
    expect(warned.mock.calls.flat().join()).not.toContain("days old");
    make({ maxKeyAgeDays: 30 });
    await settled();
    expect(warned.mock.calls.flat().join()).toContain(
      "storages.Archive: its key is 31 days old, and maxKeyAgeDays is 30; write another text under rotate",
    );
    expect(() => make({ maxKeyAgeDays: 0 })).toThrow(/maxKeyAgeDays is 0; write a whole number of days/);
  });
});

describe("the packages", () => {
  for (const [cloud, others] of [
    ["b2", /clouds\/(ibm|s3|aws|gcp|azure)\/|aws-sdk/],
    ["ibm", /clouds\/(b2|s3|aws|gcp|azure)\/|aws-sdk/],
  ] as const) {
    it(`pulumi-iconik/${cloud} loads no other cloud, and no way to call one`, () => {
      const script = `require("pulumi-iconik/${cloud}"); console.log(Object.keys(require.cache).join("\\n"))`;
      const loaded = execFileSync(process.execPath, ["-e", script], { cwd: repository, encoding: "utf8" });
      expect(loaded).toMatch(new RegExp(`clouds/${cloud}/index`));
      expect(loaded).not.toMatch(others);
      expect(loaded).not.toMatch(/node_modules\/undici\//);
    });
  }
});
