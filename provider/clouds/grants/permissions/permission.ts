/** The vocabulary in which a cloud's permissions are written down. */

import type { Use } from "../need";

/**
 * What a permission is about: the bucket, listing what is in the storage's folder, the objects in it, the key that
 * encrypts them, the queue that tells of them, or everything that an account has.
 */
export type Target = "bucket" | "listing" | "objects" | "key" | "queue" | "account";

/** Where the knowledge comes from. */
export const sources = {
  s3: ["help page: Amazon S3", "https://help.iconik.backlight.co/hc/en-us/articles/25027458899351"],
  s3Actions: [
    "AWS: actions of Amazon S3",
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html",
  ],
  s3Multipart: ["AWS: multipart upload", "https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html"],
  managed: [
    "help page: managed credentials",
    "https://app.iconik.io/help/pages/admin/storage/editing/aws_s3_managed_credentials",
  ],
  kms: ["AWS: SSE-KMS", "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html"],
  sqs: [
    "AWS: actions of Amazon SQS",
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html",
  ],
  gcs: ["help page: Google Cloud Storage", "https://help.iconik.backlight.co/hc/en-us/articles/25027443929623"],
  gcsMethods: ["Google: permissions by method", "https://cloud.google.com/storage/docs/access-control/iam-json"],
  azure: ["help page: Azure Blob Storage", "https://help.iconik.backlight.co/hc/en-us/articles/25027430663959"],
  b2: ["help page: Backblaze B2", "https://app.iconik.io/help/pages/admin/storage/adding/b2"],
  b2Capabilities: [
    "Backblaze: capabilities of application keys",
    "https://www.backblaze.com/docs/cloud-storage-application-key-capabilities",
  ],
  ibm: [
    "IBM: IAM actions of Cloud Object Storage",
    "https://cloud.ibm.com/docs/cloud-object-storage?topic=cloud-object-storage-iam",
  ],
  compatible: [
    "help page: S3-compatible storage",
    "https://eu.iconik.io/help/pages/admin/storage/adding/s3_compatible",
  ],
  flags: [
    "help page: Files storage",
    "https://help.iconik.backlight.co/hc/en-us/articles/25304275988247-Files-storage",
  ],
  portal: ["help page: Cantemo Portal", "https://app.iconik.io/help/pages/admin/storage/adding/portal"],
} as const satisfies Record<string, readonly [string, string]>;
export type Source = keyof typeof sources;

export interface Permission {
  /** The cloud's own word. */
  action: string;
  on: Target;
  /** Needed when all uses of one of these lists apply; an empty list always does. */
  when: readonly (readonly Use[])[];
  why: string;
  source: Source;
  /** `documented`: iconik asks for it. `inferred`: it follows from what iconik does. */
  basis: "documented" | "inferred";
}

/** A word for a row that iconik's own pages ask for. */
export const asked = (
  action: string,
  on: Target,
  when: Permission["when"],
  why: string,
  source: Source,
): Permission => ({ action, on, when, why, source, basis: "documented" });

/** A word for a row that follows from what iconik does. */
export const inferred = (
  action: string,
  on: Target,
  when: Permission["when"],
  why: string,
  source: Source,
): Permission => ({ action, on, when, why, source, basis: "inferred" });

export const always: Permission["when"] = [[]];

export const isNeeded = ({ when }: Permission, uses: ReadonlySet<Use>): boolean =>
  when.some((all) => all.every((use) => uses.has(use)));
