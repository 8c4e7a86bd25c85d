/** Storages in Amazon S3: `import * as aws from "pulumi-iconik/aws"`. Wants @pulumi/aws. */

export type { RetireOptions, S3Connection, S3StorageUse, StorageBucketArgs } from "./args";
export { AwsRetiredKeys } from "./resources";
export { StorageBucket } from "./storage-bucket";
