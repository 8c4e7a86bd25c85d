/** What is used of @pulumi/aws, file by file: its root takes a second and half a gigabyte to check. */

import { fromPeer } from "../peer";

export const sdk = fromPeer("@pulumi/aws", () => ({
  ...(require("@pulumi/aws/s3/bucket") as typeof import("@pulumi/aws/s3/bucket.js")),
  ...(require("@pulumi/aws/s3/bucketAccelerateConfiguration") as typeof import("@pulumi/aws/s3/bucketAccelerateConfiguration.js")),
  ...(require("@pulumi/aws/s3/bucketCorsConfiguration") as typeof import("@pulumi/aws/s3/bucketCorsConfiguration.js")),
  ...(require("@pulumi/aws/s3/bucketLifecycleConfiguration") as typeof import("@pulumi/aws/s3/bucketLifecycleConfiguration.js")),
  ...(require("@pulumi/aws/s3/bucketOwnershipControls") as typeof import("@pulumi/aws/s3/bucketOwnershipControls.js")),
  ...(require("@pulumi/aws/s3/bucketPolicy") as typeof import("@pulumi/aws/s3/bucketPolicy.js")),
  ...(require("@pulumi/aws/s3/bucketPublicAccessBlock") as typeof import("@pulumi/aws/s3/bucketPublicAccessBlock.js")),
  ...(require("@pulumi/aws/s3/bucketServerSideEncryptionConfiguration") as typeof import("@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js")),
  ...(require("@pulumi/aws/s3/bucketVersioning") as typeof import("@pulumi/aws/s3/bucketVersioning.js")),
  ...(require("@pulumi/aws/s3/getBucket") as typeof import("@pulumi/aws/s3/getBucket.js")),
  ...(require("@pulumi/aws/s3/getBucketPolicy") as typeof import("@pulumi/aws/s3/getBucketPolicy.js")),
  ...(require("@pulumi/aws/iam/accessKey") as typeof import("@pulumi/aws/iam/accessKey.js")),
  ...(require("@pulumi/aws/iam/user") as typeof import("@pulumi/aws/iam/user.js")),
  ...(require("@pulumi/aws/iam/userPolicy") as typeof import("@pulumi/aws/iam/userPolicy.js")),
  ...(require("@pulumi/aws/kms/key") as typeof import("@pulumi/aws/kms/key.js")),
  ...(require("@pulumi/aws/getCallerIdentity") as typeof import("@pulumi/aws/getCallerIdentity.js")),
}));
