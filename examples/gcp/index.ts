// A storage in Google Cloud, usable after one `pulumi up`: the bucket, a service account with exactly the rights that
// the storage needs, its key, and iconik's side of it.
//
//   npm install pulumi-iconik @pulumi/pulumi @pulumi/gcp google-auth-library
//   gcloud auth application-default login
import * as iconik from "pulumi-iconik";
import * as gcp from "pulumi-iconik/gcp";

const delivery = new gcp.StorageBucket("delivery", {
  bucket: "example-newsroom-delivery",
  project: "example-media",
  location: "EU",
  storages: {
    // With cors: "iconik" the service account could change every setting of the bucket.
    Delivery: { purpose: "exports", read: true, write: true, cors: "ours", rotate: "2026-11" },
  },
});
const storage = new iconik.Storage("Delivery", { ...delivery.storages.Delivery, addUuidToFilenames: true });

// Another text for rotate makes another key. Once iconik works with that, the one before is deleted.
delivery.retireOldKeys("Delivery", { dependsOn: storage });

new iconik.ExportLocation("Partner", { storage, path: "partner", exportOriginal: true });
