// An archive on Wasabi: the bucket, a user that may do what iconik does there and nothing else, its key, and the storage
// in iconik. The administrator's key comes from WASABI_ACCESS_KEY_ID and WASABI_SECRET_ACCESS_KEY and is kept nowhere.
// It needs two packages more: npm install @aws-sdk/client-s3 @aws-sdk/client-iam
import * as iconik from "pulumi-iconik";
import * as s3 from "pulumi-iconik/s3";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();

const media = new s3.StorageBucket("media", {
  bucket: config.get("bucket") ?? "example-archive",
  region: config.get("region") ?? "eu-central-1",
  // Another text makes another key: iconik gets it, and then the old one is deleted.
  storages: { Archive: { purpose: "archive", read: true, write: true, delete: false, rotate: "2026-11" } },
  // Left out, they are Wasabi's.
  endpoint: config.get("endpoint"),
  iamEndpoint: config.get("iamEndpoint"),
});

const archive = new iconik.Storage("Archive", {
  type: "wasabi",
  purpose: "archive",
  read: true,
  write: true,
  delete: false,
  ...media.storages.Archive,
});
media.retireOldKeys("Archive", { dependsOn: archive });
