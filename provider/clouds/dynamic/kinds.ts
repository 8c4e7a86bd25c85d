/** Every kind that clouds need, by name, with how its code is loaded: a stack without it loads none of it. */

import type { AnyKind } from "./kind";

export const cloudKinds: Readonly<Record<string, () => Promise<AnyKind>>> = {
  S3Bucket: async () => (await import("../s3/kinds/bucket.js")).S3Bucket,
  S3BucketPolicy: async () => (await import("../s3/kinds/bucket-policy.js")).S3BucketPolicy,
  S3BucketCors: async () => (await import("../s3/kinds/bucket-cors.js")).S3BucketCors,
  S3User: async () => (await import("../s3/kinds/user.js")).S3User,
  S3UserPolicy: async () => (await import("../s3/kinds/user-policy.js")).S3UserPolicy,
  S3AccessKey: async () => (await import("../s3/kinds/access-key.js")).S3AccessKey,
  S3RetiredKeys: async () => (await import("../s3/kinds/retired-keys.js")).S3RetiredKeys,
  AwsRetiredKeys: async () => (await import("../aws/retired-keys.js")).AwsRetiredKeys,
  GcpRetiredKeys: async () => (await import("../gcp/retired-keys.js")).GcpRetiredKeys,
  B2Bucket: async () => (await import("../b2/bucket.js")).B2Bucket,
  B2Key: async () => (await import("../b2/key.js")).B2Key,
  B2RetiredKeys: async () => (await import("../b2/key.js")).B2RetiredKeys,
  IbmBucket: async () => (await import("../ibm/bucket.js")).IbmBucket,
  IbmServiceId: async () => (await import("../ibm/identity.js")).IbmServiceId,
  IbmRole: async () => (await import("../ibm/identity.js")).IbmRole,
  IbmPolicy: async () => (await import("../ibm/identity.js")).IbmPolicy,
  IbmHmacKey: async () => (await import("../ibm/key.js")).IbmHmacKey,
  IbmRetiredKeys: async () => (await import("../ibm/key.js")).IbmRetiredKeys,
};
