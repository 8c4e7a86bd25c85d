// What becomes of provision: and clouds: in every cloud: the arguments of the components, and what these register.
import { describe, expect, it } from "vitest";
import { bucketsOf, type BucketPlan } from "../provider/clouds/buckets";
import { loadClouds, makeBuckets, missingPackages, packagesOf } from "../provider/pulumi/make-buckets";
import { provision, type Cloud } from "./clouds.ts";
import { load, said } from "./tenant/inline.ts";

const instance =
  "crn:v1:bluemix:public:cloud-object-storage:global:a/0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a:11111111-2222-3333-4444-555555555555::";
const file = `
tenant: { domainId: 5b1f0c9e-0000-4000-8000-000000000001 }
clouds: { media: { type: aws, profile: media, region: eu-north-1 }, vault: { type: b2 } }
storages:
  Masters: { type: s3, purpose: files, bucket: acme-masters, region: eu-north-1, path: m, read: true, write: true, scan: true, provision: { cloud: media } }
  Ingest: { type: s3, purpose: files, bucket: acme-masters, region: eu-north-1, path: in, credentials: keys, read: true, provision: { cloud: media, rotate: "2026-11" } }
  Google: { type: gcs, purpose: files, bucket: acme-delivery, project: acme-media, read: true, provision: { location: EU, cors: ours } }
  Blob: { type: azure, purpose: files, container: media, read: true, provision: { account: acmeiconik01, resourceGroup: iconik, location: westeurope, useKey: 2 } }
  B2: { type: b2, purpose: archive, bucket: acme-b2, provision: { cloud: vault, scope: bucket, rotate: "1" } }
  Wasabi: { type: wasabi, purpose: archive, bucket: acme-wasabi, region: eu-central-1, provision: { rotate: "1" } }
  Ibm: { type: ibmCos, purpose: archive, bucket: acme-ibm, region: eu-de, provision: { bucket: existing, instance: "${instance}" } }
  Hyper: { type: cloudian, purpose: files, bucket: acme-hyper, region: dc1, endpoint: "https://s3.dc1.example.com", read: true, provision: { iamEndpoint: "https://iam.dc1.example.com:16443" } }
  Other: { type: s3Compatible, purpose: exports, bucket: acme-other, region: us-east-1, endpoint: "https://s3.example.com", provision: { iamEndpoint: "https://iam.example.com" } }
  Playout: { type: file, purpose: files, mountPoint: /mnt/playout, provision: { gateway: { user: isg@example.com } } }
  There: { type: s3, purpose: files, bucket: acme-there, region: eu-north-1, credentials: managed }
`;

function plans(): BucketPlan[] {
  const checked = load(file);
  expect(said(checked)).toEqual([]);
  return bucketsOf(checked.desired!);
}

describe("plans", () => {
  it("are one for each bucket, in the words of its cloud", () => {
    const use = (purpose: string) => ({ purpose });
    expect(plans()).toEqual([
      {
        module: "aws",
        name: "acme-masters",
        cloud: expect.objectContaining({ label: "media" }),
        labels: ["Masters", "Ingest"],
        args: {
          bucket: "acme-masters",
          region: "eu-north-1",
          storages: {
            Masters: { ...use("files"), path: "m", read: true, write: true, scan: true, credentials: "managed" },
            Ingest: { ...use("files"), path: "in", read: true, credentials: "keys", rotate: "2026-11" },
          },
        },
      },
      {
        module: "gcp",
        name: "acme-delivery",
        labels: ["Google"],
        args: {
          bucket: "acme-delivery",
          project: "acme-media",
          location: "EU",
          storages: { Google: { ...use("files"), read: true, cors: "ours" } },
        },
      },
      {
        module: "azure",
        name: "acmeiconik01",
        labels: ["Blob"],
        args: {
          bucket: "media",
          account: "acmeiconik01",
          resourceGroup: "iconik",
          location: "westeurope",
          useKey: 2,
          storages: { Blob: { ...use("files"), read: true } },
        },
      },
      {
        module: "b2",
        name: "acme-b2",
        cloud: expect.objectContaining({ label: "vault" }),
        labels: ["B2"],
        args: {
          bucket: "acme-b2",
          cloud: "vault",
          storages: { B2: { ...use("archive"), scope: "bucket", rotate: "1" } },
        },
      },
      {
        module: "s3",
        name: "acme-wasabi",
        labels: ["Wasabi"],
        args: {
          type: "wasabi",
          bucket: "acme-wasabi",
          region: "eu-central-1",
          storages: { Wasabi: { ...use("archive"), rotate: "1" } },
        },
      },
      {
        module: "ibm",
        name: "acme-ibm",
        labels: ["Ibm"],
        args: { bucket: "acme-ibm", region: "eu-de", instance, existing: true, storages: { Ibm: use("archive") } },
      },
      {
        module: "s3",
        name: "acme-hyper",
        labels: ["Hyper"],
        args: {
          type: "cloudian",
          bucket: "acme-hyper",
          region: "dc1",
          endpoint: "https://s3.dc1.example.com",
          iamEndpoint: "https://iam.dc1.example.com:16443",
          storages: { Hyper: { ...use("files"), read: true } },
        },
      },
      {
        module: "s3",
        name: "acme-other",
        labels: ["Other"],
        args: {
          type: "s3Compatible",
          bucket: "acme-other",
          region: "us-east-1",
          endpoint: "https://s3.example.com",
          iamEndpoint: "https://iam.example.com",
          storages: { Other: use("exports") },
        },
      },
    ]);
  });

  it("name the packages that are not installed", () => {
    expect(missingPackages(plans())).toEqual([]);
    // Only where keys are replaced is there a key to delete.
    expect(packagesOf(plans().filter(({ module }) => module === "aws" || module === "gcp"))).toEqual([
      "@pulumi/aws",
      "@aws-sdk/client-iam",
      "@pulumi/gcp",
    ]);
  });
});

const cloud: Cloud = {
  answers: { "azure-native:storage:listStorageAccountKeys": () => ({ keys: [{ keyName: "key2", value: "a2V5" }] }) },
  outputs: (type) =>
    type.includes("serviceaccount/key") ? { privateKey: Buffer.from("{}").toString("base64"), name: "keys/1" } : {},
};

describe("what is registered", () => {
  it("is of every cloud, kept by it, and forgotten without a word when it is taken out", async () => {
    const all = plans();
    const clouds = await loadClouds(all);
    const { made, result, failed } = await provision(
      () => makeBuckets(clouds, all, { domainId: "5b1f0c9e-0000-4000-8000-000000000001", url: "https://eu.iconik.io" }),
      cloud,
    );
    expect(failed).toBeUndefined();
    const buckets = Object.keys(made).filter((title) =>
      /^(S3Bucket|Bucket|StorageAccount|B2Bucket|IbmBucket) /.test(title),
    );
    expect(buckets.sort()).toEqual([
      "B2Bucket acme-b2",
      "Bucket acme-delivery",
      "Bucket acme-masters",
      "IbmBucket acme-ibm",
      "S3Bucket acme-hyper",
      "S3Bucket acme-other",
      "S3Bucket acme-wasabi",
      "StorageAccount acmeiconik01",
    ]);
    for (const title of buckets) expect(made[title], title).toMatchObject({ retainOnDelete: true });
    expect(Object.entries(made).flatMap(([title, { protect }]) => (protect ? [title] : []))).toEqual([]);
    expect(made["aws media"]!.inputs).toMatchObject({ profile: "media", region: "eu-north-1" });
    expect(JSON.stringify(made["Bucket acme-delivery"]!.inputs)).toContain("https://eu.iconik.io");
    expect([...result].map(([label, { connection }]) => [label, Object.keys(connection).sort().join(" ")])).toEqual([
      ["Masters", "bucket credentials region"],
      ["Ingest", "accessKey bucket credentials region secretKey"],
      ["Google", "bucket jsonKey project"],
      ["Blob", "connectionString container"],
      ["B2", "applicationKey bucket bucketId keyId"],
      ["Wasabi", "accessKey bucket endpoint region secretKey"],
      ["Ibm", "accessKey bucket endpoint region secretKey"],
      ["Hyper", "accessKey bucket endpoint region secretKey"],
      ["Other", "accessKey bucket endpoint region secretKey"],
    ]);
  });
});
