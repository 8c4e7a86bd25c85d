// A storage in Backblaze B2, ready to be used after one `pulumi up`: bucket, key, storage. The administrator's key is
// read from B2_APPLICATION_KEY_ID and B2_APPLICATION_KEY. To change the storage's key, write another text for rotate.
import * as iconik from "pulumi-iconik";
import * as b2 from "pulumi-iconik/b2";

const bucket = new b2.StorageBucket("archive", {
  bucket: "example-archive-b2",
  storages: { Archive: { purpose: "archive", path: "news", rotate: "2026-11" } },
});

const archive = new iconik.Storage("Archive", {
  type: "b2",
  purpose: "archive",
  read: true,
  write: true,
  ...bucket.storages.Archive,
});

// The old key goes once iconik works with the new one.
bucket.retireOldKeys("Archive", { dependsOn: archive });
