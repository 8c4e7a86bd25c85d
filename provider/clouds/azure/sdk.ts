/** What is used of @pulumi/azure-native, file by file: its root takes seconds and most of a gigabyte to check. */

import { fromPeer } from "../peer";

export const sdk = fromPeer("@pulumi/azure-native", () => ({
  ...(require("@pulumi/azure-native/storage/blobContainer") as typeof import("@pulumi/azure-native/storage/blobContainer.js")),
  ...(require("@pulumi/azure-native/storage/blobServiceProperties") as typeof import("@pulumi/azure-native/storage/blobServiceProperties.js")),
  ...(require("@pulumi/azure-native/storage/listStorageAccountKeys") as typeof import("@pulumi/azure-native/storage/listStorageAccountKeys.js")),
  ...(require("@pulumi/azure-native/storage/storageAccount") as typeof import("@pulumi/azure-native/storage/storageAccount.js")),
}));
