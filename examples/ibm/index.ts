// A storage in IBM Cloud Object Storage, ready to be used after one `pulumi up`: bucket, service id, role, policies,
// HMAC key, storage. The administrator's API key is read from IBMCLOUD_API_KEY. To change the storage's key, write
// another text for rotate.
import * as iconik from "pulumi-iconik";
import * as ibm from "pulumi-iconik/ibm";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();

const bucket = new ibm.StorageBucket("archive", {
  bucket: "example-archive-cos",
  region: "eu-de",
  instance: config.require("instance"),
  endpoint: config.get("endpoint"),
  storages: { Archive: { purpose: "archive", path: "news", rotate: "2026-11" } },
});

const archive = new iconik.Storage("Archive", {
  type: "ibmCos",
  purpose: "archive",
  read: true,
  write: true,
  ...bucket.storages.Archive,
});

// The old key goes once iconik works with the new one.
bucket.retireOldKeys("Archive", { dependsOn: archive });
