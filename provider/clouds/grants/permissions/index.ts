/** Every type of storage: its permissions, and who keeps iconik to them. */

import type { StorageType } from "../need";
import { azure } from "./azure";
import { b2 } from "./b2";
import { gcs } from "./gcs";
import { ibm } from "./ibm";
import type { Permission, Source } from "./permission";
import { s3, s3Compatible } from "./s3";

export { isNeeded, sources, type Permission, type Source, type Target } from "./permission";

/**
 * Who keeps iconik to the grant. `cloud`: the cloud refuses everything else. `service`: the service does, if it has an
 * IAM that takes AWS policies. `advisory`: nobody; the flags bind iconik alone. `none`: there is nothing to grant.
 */
export type Enforcement = "cloud" | "service" | "advisory" | "none";

export interface System {
  /** Its name, for headings. */
  name: string;
  enforcement: Enforcement;
  /** One sentence: by what, or why not. */
  says: string;
  source: Source;
  permissions: readonly Permission[];
}

export const systems: Readonly<Record<StorageType, System>> = {
  s3: {
    name: "Amazon S3",
    enforcement: "cloud",
    says: "By a policy of an IAM user (keys), or a bucket policy for iconik's own role (managed credentials).",
    source: "s3",
    permissions: s3,
  },
  wasabi: {
    name: "Wasabi",
    enforcement: "cloud",
    says: "By a policy of a Wasabi user; Wasabi takes AWS policies. It has no archive classes.",
    source: "compatible",
    permissions: s3Compatible.filter(({ action }) => action !== "s3:RestoreObject"),
  },
  cloudian: {
    name: "Cloudian HyperStore",
    enforcement: "cloud",
    says: "By a policy of a user of its IAM service, which takes AWS policies.",
    source: "compatible",
    permissions: s3Compatible,
  },
  s3Compatible: {
    name: "Other S3-compatible services",
    enforcement: "service",
    says: "By a user's policy where the service has an IAM that takes AWS policies; otherwise by what its operator sets by hand, from the same list.",
    source: "compatible",
    permissions: s3Compatible,
  },
  gcs: {
    name: "Google Cloud Storage",
    enforcement: "cloud",
    says: "By custom roles, bound to a service account on the bucket.",
    source: "gcs",
    permissions: gcs,
  },
  azure: {
    name: "Azure Blob Storage",
    enforcement: "advisory",
    says: "By nothing: iconik takes account keys only, and an account key may do everything in its account. The flags bind iconik, not the cloud; an account of the storage's own is what can be done.",
    source: "azure",
    permissions: azure,
  },
  b2: {
    name: "Backblaze B2",
    enforcement: "cloud",
    says: "By the capabilities of an application key, its bucket and its name prefix.",
    source: "b2",
    permissions: b2,
  },
  ibmCos: {
    name: "IBM Cloud Object Storage",
    enforcement: "cloud",
    says: "By custom roles and policies of a service id.",
    source: "ibm",
    permissions: ibm,
  },
  file: {
    name: "File system on site",
    enforcement: "none",
    says: "There is nothing to grant: the gateway reads and writes as the user it runs as on its own machine.",
    source: "flags",
    permissions: [],
  },
  portal: {
    name: "Cantemo Portal",
    enforcement: "none",
    says: "There is nothing to grant: Portal itself moves the files.",
    source: "portal",
    permissions: [],
  },
};
