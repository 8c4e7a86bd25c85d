/**
 * Google Cloud Storage. Left out on purpose: `storage.admin` (iconik wants it only while it writes the CORS rules, and
 * `storage.buckets.update` is what that call takes), IAM policies, deletion of buckets, and
 * `storage.multipartUploads.*` (iconik does not ask for it: resumable uploads take `storage.objects.create`).
 */

import { always, asked, type Permission } from "./permission";

export const gcs: readonly Permission[] = [
  asked("storage.buckets.get", "bucket", always, "reads what the bucket is, its CORS rules included", "gcs"),
  asked("storage.objects.list", "listing", [["read"], ["scan"]], "lists what there is", "gcs"),
  asked("storage.objects.get", "objects", [["read"]], "downloads, playback, copies to other storages", "gcs"),
  asked("storage.objects.create", "objects", [["write"]], "uploads under names that are free", "gcs"),
  asked(
    "storage.objects.delete",
    "objects",
    [["delete"]],
    "deletes files when assets are purged, and replaces them",
    "gcs",
  ),
  asked("storage.buckets.update", "bucket", [["cors"]], "lets browsers upload and play", "gcs"),
];
