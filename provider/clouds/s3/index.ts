/** Wasabi, Cloudian and other S3-compatible services: `import * as s3 from "pulumi-iconik/s3"`. */

export { StorageBucket, type StorageBucketArgs, type StorageConnection, type StorageUse } from "./storage-bucket";
export * from "./resources";
export type { CloudResourceOptions } from "../dynamic/resource";
