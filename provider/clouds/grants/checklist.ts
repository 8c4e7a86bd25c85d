/** What whoever owns the cloud is to do for a storage, in order. */

import type { GrantDocument } from "./documents";
import type { TenantStorage } from "./from-tenant";
import { corsOwner, identityName, keyScope } from "./need";

export function checklistOf({ need, provision }: TenantStorage, documents: readonly GrantDocument[]): string[] {
  const named = (name: string) => documents.some((document) => document.name === name);
  const at = need.region === undefined ? "" : ` in ${need.region}`;
  const byIconik = "Leave the CORS rules to iconik: it writes them when the storage is added.";
  const corsStep = named("CORS rules")
    ? ["Write the CORS rules, before the storage is added to iconik."]
    : corsOwner(need) === "iconik"
      ? [byIconik]
      : [];
  const cleanUp = "Let unfinished uploads be cleared away after a few days: they cost, and nothing shows them.";
  switch (need.type) {
    case "s3":
      return [
        `Bucket ${need.bucket}${at}: no public access, objects owned by the bucket's owner (no ACLs).`,
        ...(need.kmsKey ? [`Encrypt it with ${need.kmsKey}; add the statements to the key's policy.`] : []),
        "Set the bucket policy.",
        ...(need.acceleration ? ["Switch transfer acceleration on."] : []),
        ...(named("queue policy")
          ? ["Set the queue policy, and send s3:ObjectCreated:* and s3:ObjectRemoved:* of the bucket to the queue."]
          : []),
        ...corsStep,
        cleanUp,
        ...(need.credentials === "managed"
          ? ["Hand nothing over: there is no key."]
          : [
              `Make user ${identityName(need)} with the user policy, no password, no group, no other policy.`,
              "Make an access key and hand over its id and secret, for accessKey and secretKey in the tenant file.",
            ]),
      ];
    case "wasabi":
    case "cloudian":
    case "s3Compatible":
      return [
        `Bucket ${need.bucket}${at}: no public access.`,
        need.type === "s3Compatible"
          ? `Make user ${identityName(need)} with the user policy; where the service knows no policies, give the user what the list says and nothing else.`
          : `Make user ${identityName(need)} with the user policy, and no other.`,
        ...corsStep,
        ...(need.type === "wasabi" && named("CORS rules") ? ["They replace Wasabi's own default rules entirely."] : []),
        "Make an access key and hand over its id and secret, for accessKey and secretKey in the tenant file.",
      ];
    case "gcs":
      return [
        `Bucket ${need.bucket}${at}: uniform bucket-level access, public access prevention enforced.`,
        `Make a service account (${identityName(need)}) with no other role.`,
        "Make the custom roles in the project, and bind each on the bucket with its condition.",
        ...corsStep,
        cleanUp,
        "Make a JSON key of the service account and hand it over, for jsonKey in the tenant file.",
      ];
    case "azure":
      return [
        `A storage account for this storage alone${typeof provision.account === "string" ? ` (${provision.account})` : ""}: its key reaches everything in it.`,
        "On the account: HTTPS only, TLS 1.2, no anonymous access, no SFTP, no local users, no replication to other tenants, soft delete on.",
        `Container ${need.bucket}, private.`,
        corsOwner(need) === "iconik"
          ? `${byIconik} Of the five rules that the blob service takes, one must be free.`
          : "Write the CORS rules, beside those that are there.",
        "Hand over a connection string with an account key, for connectionString in the tenant file; iconik takes no SAS.",
      ];
    case "b2":
      return [
        `Bucket ${need.bucket}, private.`,
        ...corsStep,
        keyScope(need) === "bucket"
          ? "Make the application key with the bucket's id."
          : "Make the application key for all buckets: iconik writes the CORS rules, and B2 lets no key for one bucket do so.",
        "Hand over its id and the key, for keyId and applicationKey in the tenant file. Backblaze shows the key once.",
      ];
    case "ibmCos":
      return [
        `Bucket ${need.bucket}${at}: no public access.`,
        `Make a service id (${identityName(need)}), the custom roles and one access policy for each.`,
        ...corsStep,
        "Make a service credential with HMAC for the service id and no role of its own; hand over access_key_id and secret_access_key, for accessKey and secretKey in the tenant file.",
      ];
    case "file":
      return ["Run the gateway as a user of its own, with access to the mount point alone."];
    case "portal":
      return [];
  }
}
