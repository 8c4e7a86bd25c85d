/** What is used of @pulumi/gcp, file by file: its root takes a second and half a gigabyte to check. */

import { fromPeer } from "../peer";

export const sdk = fromPeer("@pulumi/gcp", () => ({
  ...(require("@pulumi/gcp/storage/bucket") as typeof import("@pulumi/gcp/storage/bucket.js")),
  ...(require("@pulumi/gcp/storage/bucketIAMMember") as typeof import("@pulumi/gcp/storage/bucketIAMMember.js")),
  ...(require("@pulumi/gcp/storage/getProjectServiceAccount") as typeof import("@pulumi/gcp/storage/getProjectServiceAccount.js")),
  ...(require("@pulumi/gcp/serviceaccount/account") as typeof import("@pulumi/gcp/serviceaccount/account.js")),
  ...(require("@pulumi/gcp/serviceaccount/key") as typeof import("@pulumi/gcp/serviceaccount/key.js")),
  ...(require("@pulumi/gcp/projects/iamcustomRole") as typeof import("@pulumi/gcp/projects/iamcustomRole.js")),
  ...(require("@pulumi/gcp/kms/cryptoKeyIAMMember") as typeof import("@pulumi/gcp/kms/cryptoKeyIAMMember.js")),
}));
