/** Storages in Amazon S3: `import * as aws from "pulumi-iconik/aws"`. Wants @pulumi/aws. */

export type { S3Connection, S3StorageUse, StorageBucketArgs } from "./args";
export { StorageBucket } from "./storage-bucket";
