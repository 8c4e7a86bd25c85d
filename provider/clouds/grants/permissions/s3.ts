/**
 * Amazon S3, and whoever takes its policies. Left out on purpose: everything about ACLs, policies, versions, tags and
 * lifecycle rules; `s3:ListMultipartUploadParts` (whoever began an upload may list its parts);
 * `s3:ListBucketMultipartUploads` (it cannot be kept to a folder, so it would tell the names of others' objects).
 */

import { always, asked, inferred, type Permission } from "./permission";

const objects: readonly Permission[] = [
  inferred("s3:GetBucketLocation", "bucket", always, "finds out in which region the bucket is", "s3Actions"),
  inferred(
    "s3:ListBucket",
    "listing",
    [["read"], ["scan"]],
    "lists what there is; without it an object that is not there looks forbidden",
    "s3Actions",
  ),
  asked("s3:GetObject", "objects", [["read"]], "downloads, playback, copies to other storages", "s3"),
  asked("s3:PutObject", "objects", [["write"]], "uploads, in one piece or in parts", "s3"),
  inferred("s3:AbortMultipartUpload", "objects", [["write"]], "gives up an upload in parts", "s3Multipart"),
  asked("s3:DeleteObject", "objects", [["delete"]], "deletes files when assets are purged", "s3"),
  asked("s3:RestoreObject", "objects", [["restore", "read"]], "brings files back from an archive class", "s3"),
];

const cors: readonly Permission[] = [
  inferred("s3:GetBucketCORS", "bucket", [["cors"]], "sees which CORS rules there are", "s3Actions"),
  asked("s3:PutBucketCORS", "bucket", [["cors"]], "lets browsers upload and play", "s3"),
];

/** What S3-compatible services get: their restore and CORS calls are S3's. */
export const s3Compatible: readonly Permission[] = [...objects, ...cors];

export const s3: readonly Permission[] = [
  ...s3Compatible,
  inferred(
    "s3:GetAccelerateConfiguration",
    "bucket",
    [["accelerated"]],
    "sees that transfer acceleration is on",
    "s3Actions",
  ),
  inferred(
    "kms:Decrypt",
    "key",
    [
      ["encrypted", "read"],
      ["encrypted", "write"],
    ],
    "reads what the key encrypts; an upload in parts reads its own parts",
    "kms",
  ),
  inferred("kms:GenerateDataKey", "key", [["encrypted", "write"]], "writes what the key encrypts", "kms"),
  inferred("sqs:ReceiveMessage", "queue", [["notified"]], "takes the news from the queue", "sqs"),
  inferred("sqs:DeleteMessage", "queue", [["notified"]], "drops the news that it has taken", "sqs"),
];
