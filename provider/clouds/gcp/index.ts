/** Storages in Google Cloud Storage: `import * as gcp from "pulumi-iconik/gcp"`. Wants @pulumi/gcp. */

export { GcpRetiredKeys } from "./resources";
export { StorageBucket, type GcsConnection, type GcsStorageUse, type StorageBucketArgs } from "./storage-bucket";
