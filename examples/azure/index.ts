// A storage in Azure, usable after one `pulumi up`: an account of its own, since iconik's key reaches everything in it,
// a container, and iconik's side of it.
//
//   npm install pulumi-iconik @pulumi/pulumi @pulumi/azure-native
//   az login
//
// Cloud SDKs are imported by file: their roots take seconds and most of a gigabyte to check.
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup.js";
import * as iconik from "pulumi-iconik";
import * as azure from "pulumi-iconik/azure";

const group = new ResourceGroup("iconik", { location: "westeurope" });

const blob = new azure.StorageBucket("blob", {
  bucket: "media",
  account: "examplenewsroom01",
  resourceGroup: group.name,
  location: "westeurope",
  sku: "Standard_ZRS",
  useKey: 1,
  storages: {
    Blob: { purpose: "files", read: true, write: true, scan: true },
  },
});
new iconik.Storage("Blob", blob.storages.Blob);
