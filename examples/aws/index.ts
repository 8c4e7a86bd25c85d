// Storages in AWS, usable after one `pulumi up`: the buckets, what iconik may do there, and iconik's side of it.
//
//   npm install pulumi-iconik @pulumi/pulumi @pulumi/aws @aws-sdk/client-iam
//   pulumi config set iconik:domainId <system domain id>     # iconik's System Settings show it
//   pulumi config set aws:region eu-north-1                  # and AWS's usual credentials: a profile, a role, variables
import * as iconik from "pulumi-iconik";
import * as aws from "pulumi-iconik/aws";

// Managed credentials: iconik's own role may use the bucket when it acts for this tenant. There is no key.
const masters = new aws.StorageBucket("masters", {
  bucket: "example-newsroom-masters",
  region: "eu-north-1",
  kmsKey: "create",
  versioning: true,
  storages: {
    Masters: { purpose: "files", read: true, write: true, scan: true },
  },
});
new iconik.Storage("Masters", {
  ...masters.storages.Masters,
  description: "Finished programmes",
  default: true,
});

// Somebody's bucket: two storages in folders of it, each with a user and a key that reaches its folder and nothing else.
const shared = new aws.StorageBucket("shared", {
  bucket: "example-shared",
  region: "eu-north-1",
  existing: true,
  storages: {
    Ingest: { purpose: "files", path: "in", read: true, scan: true, credentials: "keys", rotate: "2026-11" },
    Delivery: { purpose: "exports", path: "out", credentials: "keys", rotate: "2026-11" },
  },
});
const ingest = new iconik.Storage("Ingest", { ...shared.storages.Ingest, scanIgnore: ["*.tmp"] });
const delivery = new iconik.Storage("Delivery", { ...shared.storages.Delivery, read: true, write: true });

// Another text for rotate makes another key. Once iconik works with that, the one before is deleted.
shared.retireOldKeys("Ingest", { dependsOn: ingest });
shared.retireOldKeys("Delivery", { dependsOn: delivery });
