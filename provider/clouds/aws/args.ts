/** What a program says of a bucket in Amazon S3, and what it gets. */

import type * as pulumi from "@pulumi/pulumi";
import type { Rotation, StorageUse, StorageWords } from "../storage-bucket";

export interface S3StorageUse extends StorageUse, Rotation {
  /** `managed`: iconik's own role, no key exists. `keys`: a user with an access key. Default: `managed`. */
  credentials?: "managed" | "keys";
  /** Objects go to classes from which they must be restored. Default: those of archives. */
  restore?: boolean;
  /** iconik uses transfer acceleration. */
  acceleration?: boolean;
  /** URL of an SQS queue that tells of new objects. Its policy is its owner's: `notes` has what to put there. */
  notificationQueue?: string;
}

export interface StorageBucketArgs<Label extends string = string> {
  /** Name of the bucket. */
  bucket: string;
  /** Region of the bucket, whatever region the provider has. */
  region: string;
  /** The storages in it, by the name that the `iconik.Storage` has. */
  storages: Readonly<Record<Label, S3StorageUse>>;
  /**
   * The bucket is there and somebody's: none of its settings is changed, and its policy only if it has none. Default:
   * it is made.
   */
  existing?: boolean;
  /** The tenant's system domain id, which managed credentials are bound to. Default: `iconik:domainId` of the stack. */
  domainId?: pulumi.Input<string>;
  /**
   * ARN of the KMS key that encrypts the bucket; its policy is its owner's (`keyPolicyStatements`). `create`: a key of
   * the bucket's own, with its policy. Default: S3's own encryption.
   */
  kmsKey?: pulumi.Input<string>;
  /** Keeps what is overwritten and deleted, at its price. Default: as it is, which for a new bucket is not. */
  versioning?: boolean;
  /** Where people open iconik, for `cors: "ours"`. Default: `https://app.iconik.io`. */
  origins?: readonly string[];
}

/** To spread into the arguments of the `iconik.Storage`, which then waits until the bucket can be used. */
export interface S3Connection extends StorageWords {
  type: "s3";
  bucket: pulumi.Output<string>;
  region: string;
  credentials: "managed" | "keys";
  /** With `credentials: "keys"`. */
  accessKey?: pulumi.Output<string>;
  /** With `credentials: "keys"`. Secret. */
  secretKey?: pulumi.Output<string>;
  useAcceleration?: true;
  notificationSqsUrl?: string;
}

export interface RetireOptions {
  /** The `iconik.Storage`, and whatever else uses the key. */
  dependsOn: pulumi.CustomResourceOptions["dependsOn"];
  /**
   * Profile of AWS's own configuration, to delete keys with. Default: `aws:profile` of the stack, else what AWS's SDK
   * finds in the environment. It may do `iam:ListAccessKeys` and `iam:DeleteAccessKey`.
   */
  profile?: string;
}
