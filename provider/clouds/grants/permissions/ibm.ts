/**
 * IBM Cloud Object Storage: actions of a custom role. Left out on purpose: deletion and creation of buckets, ACLs,
 * tags, lists of unfinished uploads. Copies have words of their own here; on S3 they are reads and writes.
 */

import { always, asked, inferred, type Permission } from "./permission";

const action = (name: string) => `cloud-object-storage.${name}`;

export const ibm: readonly Permission[] = [
  inferred(action("bucket.head"), "bucket", always, "sees that the bucket is there", "ibm"),
  inferred(action("bucket.get_location"), "bucket", always, "finds out in which region the bucket is", "ibm"),
  inferred(action("bucket.get"), "listing", [["read"], ["scan"]], "lists what there is", "ibm"),
  inferred(action("object.get"), "objects", [["read"]], "downloads and playback", "ibm"),
  inferred(action("object.head"), "objects", [["read"]], "sees how large an object is", "ibm"),
  inferred(action("object.copy_get"), "objects", [["read"]], "is copied from, to other storages", "ibm"),
  inferred(action("object.copy_part_get"), "objects", [["read"]], "is copied from, in parts", "ibm"),
  inferred(action("object.put"), "objects", [["write"]], "uploads in one piece", "ibm"),
  inferred(action("object.post_initiate_upload"), "objects", [["write"]], "begins an upload in parts", "ibm"),
  inferred(action("object.put_part"), "objects", [["write"]], "uploads a part", "ibm"),
  inferred(action("object.post_complete_upload"), "objects", [["write"]], "ends an upload in parts", "ibm"),
  inferred(action("object.delete_upload"), "objects", [["write"]], "gives up an upload in parts", "ibm"),
  inferred(action("object.copy"), "objects", [["write"]], "is copied to, from other storages", "ibm"),
  inferred(action("object.copy_part"), "objects", [["write"]], "is copied to, in parts", "ibm"),
  inferred(action("object.delete"), "objects", [["delete"]], "deletes files when assets are purged", "ibm"),
  inferred(action("object.post_multi_delete"), "objects", [["delete"]], "deletes many files at once", "ibm"),
  inferred(
    action("object.restore"),
    "objects",
    [["restore", "read"]],
    "brings files back from an archive class",
    "ibm",
  ),
  inferred(action("bucket.get_cors"), "bucket", [["cors"]], "sees which CORS rules there are", "ibm"),
  asked(action("bucket.put_cors"), "bucket", [["cors"]], "lets browsers upload and play", "compatible"),
];
