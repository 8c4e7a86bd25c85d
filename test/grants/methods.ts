/**
 * What each call takes, as the clouds document it, for those that no simulator knows: Google (permissions by JSON
 * method), Backblaze (capabilities by call), IBM (actions by call). Calls that a storage never makes are here to be
 * refused.
 */

type Where = "bucket" | "listing" | "objects" | "elsewhere";
export interface Method {
  takes: readonly string[];
  on: Where;
}
const methods = (on: Where, table: Record<string, string>): Record<string, Method> =>
  Object.fromEntries(Object.entries(table).map(([name, takes]) => [name, { on, takes: takes.split(" ") }]));

const google = (text: string) => text.replace(/\b(\w+\.\w+)/g, "storage.$1");

/** Calls that change the bucket and take no more than `storage.buckets.update`: Google has nothing smaller. */
export const bucketUpdates = ["buckets.patch", "buckets.update", "buckets.lockRetentionPolicy"];

export const gcsMethods: Record<string, Method> = {
  ...methods("bucket", {
    "buckets.get": google("buckets.get"),
    "buckets.patch": google("buckets.get buckets.update"),
    "buckets.update": google("buckets.get buckets.update"),
    "buckets.lockRetentionPolicy": google("buckets.update"),
    "buckets.delete": google("buckets.delete"),
    "buckets.getIamPolicy": google("buckets.getIamPolicy"),
    "buckets.setIamPolicy": google("buckets.setIamPolicy"),
    "buckets.enableObjectRetention": google("buckets.enableObjectRetention"),
    "bucketAccessControls.insert": google("buckets.get buckets.getIamPolicy buckets.setIamPolicy buckets.update"),
    "notifications.insert": google("buckets.get buckets.update buckets.createNotification"),
    "folders.create": google("folders.create"),
    "managedFolders.setIamPolicy": google("managedFolders.setIamPolicy"),
  }),
  ...methods("listing", {
    "objects.list": google("objects.list"),
    "multipartUploads.list": google("multipartUploads.list"),
  }),
  ...methods("objects", {
    "objects.get": google("objects.get"),
    "objects.insert": google("objects.create"),
    "objects.insert over another": google("objects.create objects.delete"),
    "objects.delete": google("objects.delete"),
    "objects.compose": google("objects.get objects.create objects.delete"),
    "objects.copy": google("objects.get objects.create"),
    "objects.patch": google("objects.get objects.update"),
    "objects.restore": google("objects.restore objects.create"),
    "objects.getIamPolicy": google("objects.getIamPolicy"),
    "objects.setIamPolicy": google("objects.setIamPolicy"),
    "objects.setRetention": google("objects.setRetention objects.update"),
    "objects.overrideUnlockedRetention": google("objects.overrideUnlockedRetention objects.update"),
    "multipartUploads.create": google("multipartUploads.create objects.create"),
    "multipartUploads.abort": google("multipartUploads.abort"),
  }),
  ...methods("elsewhere", {
    "buckets.list": google("buckets.list"),
    "buckets.insert": google("buckets.create"),
    "hmacKeys.create": google("hmacKeys.create"),
  }),
};

/** What each use brings, by hand. */
export const gcsWanted: Record<string, readonly string[]> = {
  "": ["buckets.get"],
  read: ["objects.list", "objects.get"],
  scan: ["objects.list"],
  write: ["objects.insert"],
  delete: ["objects.delete"],
  "write delete": ["objects.insert over another"],
  "read write": ["objects.copy"],
  "read write delete": ["objects.compose"],
  cors: bucketUpdates,
};

export const b2Methods: Record<string, Method> = {
  ...methods("bucket", { b2_list_buckets: "listBuckets", b2_get_upload_url: "writeFiles" }),
  ...methods("listing", {
    b2_list_file_names: "listFiles",
    b2_list_file_versions: "listFiles",
    b2_list_unfinished_large_files: "listFiles",
  }),
  ...methods("objects", {
    b2_download_file_by_name: "readFiles",
    b2_get_download_authorization: "shareFiles",
    b2_upload_file: "writeFiles",
    b2_start_large_file: "writeFiles",
    b2_cancel_large_file: "writeFiles",
    b2_hide_file: "writeFiles",
    b2_copy_file: "readFiles writeFiles",
    b2_delete_file_version: "deleteFiles",
    b2_update_file_retention: "writeFileRetentions",
    b2_update_file_legal_hold: "writeFileLegalHolds",
  }),
  ...methods("elsewhere", {
    b2_create_bucket: "writeBuckets",
    b2_update_bucket: "writeBuckets",
    b2_delete_bucket: "deleteBuckets",
    b2_create_key: "writeKeys",
    b2_list_keys: "listKeys",
    b2_delete_key: "deleteKeys",
    "b2_update_bucket (encryption)": "writeBuckets writeBucketEncryption",
    "b2_update_bucket (replication)": "writeBuckets writeBucketReplications",
    b2_set_bucket_notification_rules: "writeBucketNotifications",
  }),
};

export const b2Wanted: Record<string, readonly string[]> = {
  "": ["b2_list_buckets"],
  read: [
    "b2_list_file_names",
    "b2_list_file_versions",
    "b2_list_unfinished_large_files",
    "b2_download_file_by_name",
    "b2_get_download_authorization",
  ],
  scan: ["b2_list_file_names", "b2_list_file_versions", "b2_list_unfinished_large_files"],
  write: ["b2_get_upload_url", "b2_upload_file", "b2_start_large_file", "b2_cancel_large_file", "b2_hide_file"],
  "read write": ["b2_copy_file"],
  delete: ["b2_delete_file_version"],
  // Of every bucket: B2 has nothing smaller.
  cors: ["b2_create_bucket", "b2_update_bucket"],
};

const cos = (text: string) => text.replace(/\b(bucket|object)\./g, "cloud-object-storage.$1.");

export const ibmMethods: Record<string, Method> = {
  ...methods("bucket", {
    HeadBucket: cos("bucket.head"),
    GetBucketLocation: cos("bucket.get_location"),
    GetBucketCors: cos("bucket.get_cors"),
    PutBucketCors: cos("bucket.put_cors"),
    DeleteBucketCors: cos("bucket.delete_cors"),
    DeleteBucket: cos("bucket.delete_bucket"),
    PutBucketLifecycle: cos("bucket.put_lifecycle"),
    PutBucketAcl: cos("bucket.put_acl"),
    PutBucketVersioning: cos("bucket.put_versioning"),
    PutBucketFirewall: cos("bucket.put_firewall"),
  }),
  ...methods("listing", {
    ListObjects: cos("bucket.get"),
    ListObjectVersions: cos("bucket.list_bucket_versions"),
    ListMultipartUploads: cos("bucket.get_uploads"),
  }),
  ...methods("objects", {
    GetObject: cos("object.get"),
    HeadObject: cos("object.head"),
    PutObject: cos("object.put"),
    CreateMultipartUpload: cos("object.post_initiate_upload"),
    UploadPart: cos("object.put_part"),
    CompleteMultipartUpload: cos("object.post_complete_upload"),
    AbortMultipartUpload: cos("object.delete_upload"),
    ListParts: cos("object.get_uploads"),
    CopyObject: cos("object.copy object.copy_get"),
    UploadPartCopy: cos("object.copy_part object.copy_part_get"),
    DeleteObject: cos("object.delete"),
    DeleteObjects: cos("object.post_multi_delete"),
    RestoreObject: cos("object.restore"),
    GetObjectVersion: cos("object.get_version"),
    DeleteObjectVersion: cos("object.delete_version"),
    PutObjectAcl: cos("object.put_acl"),
    PutObjectTagging: cos("object.put_tagging"),
  }),
  ...methods("elsewhere", {
    CreateBucket: cos("bucket.put_bucket"),
    ListBuckets: "cloud-object-storage.account.get_account_buckets",
  }),
};

export const ibmWanted: Record<string, readonly string[]> = {
  "": ["HeadBucket", "GetBucketLocation"],
  read: ["ListObjects", "GetObject", "HeadObject"],
  scan: ["ListObjects"],
  write: ["PutObject", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "AbortMultipartUpload"],
  "read write": ["CopyObject", "UploadPartCopy"],
  delete: ["DeleteObject", "DeleteObjects"],
  "read restore": ["RestoreObject"],
  cors: ["GetBucketCors", "PutBucketCors"],
};
