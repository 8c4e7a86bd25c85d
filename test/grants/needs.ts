/**
 * Every storage there can be, as far as grants tell them apart, and what each is to be granted, written down by hand.
 */

import { flags, purposes, storageTypes, type StorageNeed, type StorageType } from "../../provider/clouds/grants";

export const bucket = "example-masters";
export const account = "111122223333";
export const region = "eu-north-1";
export const kmsKey = `arn:aws:kms:${region}:${account}:key/0f0f0f0f-0000-4000-8000-000000000001`;
export const queueUrl = `https://sqs.${region}.amazonaws.com/${account}/news`;
export const domainId = "5b1f0c9e-0000-4000-8000-000000000001";

/** One need of a type, with all flags as given. */
export const need = (type: StorageType, more: Partial<StorageNeed> = {}): StorageNeed => ({
  label: "Masters",
  type,
  purpose: "files",
  bucket: type === "file" || type === "portal" ? "" : bucket,
  path: "",
  ...(type === "s3" && { region }),
  ...more,
});

/** Every set of flags: each written true or false, or not written. */
export const flagSets = (values: readonly (boolean | undefined)[]): Partial<StorageNeed>[] =>
  flags.reduce<Partial<StorageNeed>[]>(
    (sets, flag) =>
      sets.flatMap((set) => values.map((value) => (value === undefined ? set : { ...set, [flag]: value }))),
    [{}],
  );

const options: Partial<StorageNeed>[] = [{}, { cors: "ours" }, { restore: true }, { restore: false }];
const ofS3: Partial<StorageNeed>[] = [{ kmsKey }, { acceleration: true }, { notificationQueue: queueUrl }];
const everything: Partial<StorageNeed> = { restore: true, kmsKey, acceleration: true, notificationQueue: queueUrl };

/** All of a type: purposes, flags, folders, options one at a time and all at once. */
export function needsOf(type: StorageType): StorageNeed[] {
  const more = [...options, ...(type === "s3" ? [...ofS3, everything] : [])];
  const credentials: Partial<StorageNeed>[] =
    type === "s3" ? [{ credentials: "keys" }, { credentials: "managed" }] : [{}];
  return purposes.flatMap((purpose) =>
    flagSets([true, false, undefined]).flatMap((set) =>
      ["", "in"].flatMap((path) =>
        more.flatMap((option) => credentials.map((sort) => need(type, { purpose, path, ...set, ...option, ...sort }))),
      ),
    ),
  );
}

export const allNeeds = (): StorageNeed[] => storageTypes.flatMap(needsOf);

/** What each use takes, by hand: the other witness. Uses that only count together stand together. */
export const wanted: Record<StorageType, Record<string, readonly string[]>> = {
  s3: s3Table({ restore: true, aws: true }),
  wasabi: s3Table({ restore: false, aws: false }),
  cloudian: s3Table({ restore: true, aws: false }),
  s3Compatible: s3Table({ restore: true, aws: false }),
  gcs: {
    "": ["storage.buckets.get"],
    read: ["storage.objects.get", "storage.objects.list"],
    write: ["storage.objects.create"],
    delete: ["storage.objects.delete"],
    scan: ["storage.objects.list"],
    cors: ["storage.buckets.update"],
  },
  azure: { "": ["account key"] },
  b2: {
    "": ["listBuckets"],
    read: ["readFiles", "shareFiles", "listFiles"],
    write: ["writeFiles"],
    delete: ["deleteFiles"],
    scan: ["listFiles"],
    cors: ["writeBuckets"],
  },
  ibmCos: {
    "": ibm("bucket.head", "bucket.get_location"),
    read: ibm("bucket.get", "object.get", "object.head", "object.copy_get", "object.copy_part_get"),
    write: ibm(
      "object.put",
      "object.post_initiate_upload",
      "object.put_part",
      "object.post_complete_upload",
      "object.delete_upload",
      "object.copy",
      "object.copy_part",
    ),
    delete: ibm("object.delete", "object.post_multi_delete"),
    scan: ibm("bucket.get"),
    "read restore": ibm("object.restore"),
    cors: ibm("bucket.get_cors", "bucket.put_cors"),
  },
  file: {},
  portal: {},
};

function s3Table({ restore, aws }: { restore: boolean; aws: boolean }): Record<string, readonly string[]> {
  return {
    "": ["s3:GetBucketLocation"],
    read: ["s3:GetObject", "s3:ListBucket"],
    write: ["s3:PutObject", "s3:AbortMultipartUpload"],
    delete: ["s3:DeleteObject"],
    scan: ["s3:ListBucket"],
    cors: ["s3:GetBucketCORS", "s3:PutBucketCORS"],
    ...(restore && { "read restore": ["s3:RestoreObject"] }),
    ...(aws && {
      accelerated: ["s3:GetAccelerateConfiguration"],
      "read encrypted": ["kms:Decrypt"],
      "write encrypted": ["kms:Decrypt", "kms:GenerateDataKey"],
      notified: ["sqs:ReceiveMessage", "sqs:DeleteMessage"],
    }),
  };
}

function ibm(...names: string[]): string[] {
  return names.map((name) => `cloud-object-storage.${name}`);
}
