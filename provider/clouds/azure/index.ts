/** Storages in Azure Blob Storage: `import * as azure from "pulumi-iconik/azure"`. Wants @pulumi/azure-native. */

export { StorageBucket, type AzureConnection, type AzureStorageUse, type StorageBucketArgs } from "./storage-bucket";
