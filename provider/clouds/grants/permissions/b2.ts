/**
 * Backblaze B2, by its own protocol. Left out on purpose: `writeKeys` (as good as the whole account),
 * `listAllBucketNames` and `readBuckets` (only the S3 protocol asks for them), everything about retention.
 */

import { always, asked, inferred, type Permission } from "./permission";

export const b2: readonly Permission[] = [
  inferred("listBuckets", "bucket", always, "finds the bucket by its name or id", "b2Capabilities"),
  inferred("listFiles", "listing", [["read"], ["scan"]], "lists what there is", "b2Capabilities"),
  inferred("readFiles", "objects", [["read"]], "downloads, copies to other storages", "b2Capabilities"),
  inferred("shareFiles", "objects", [["read"]], "hands out links for download and playback", "b2Capabilities"),
  inferred("writeFiles", "objects", [["write"]], "uploads, in one piece or in parts", "b2Capabilities"),
  inferred("deleteFiles", "objects", [["delete"]], "deletes files when assets are purged", "b2Capabilities"),
  asked(
    "writeBuckets",
    "account",
    [["cors"]],
    "lets browsers upload and play; no key for one bucket may have it",
    "b2",
  ),
];
