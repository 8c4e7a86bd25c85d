/** Storages in Amazon S3: `import * as aws from "pulumi-iconik/aws"`. Wants @pulumi/aws. */

export { StorageBucket, type S3Connection, type S3StorageUse, type StorageBucketArgs } from "./storage-bucket";
