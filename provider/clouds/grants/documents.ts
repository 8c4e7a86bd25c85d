/** What is handed to whoever owns the cloud: per storage the documents to put in place, and what to do in which order. */

import { corsOwner, keyScope, type StorageNeed } from "./need";
import { placeholder } from "./placeholder";
import type { Enforcement } from "./permissions";
import { b2Key } from "./render/b2";
import {
  bucketPolicy,
  keyPolicyStatements,
  policyLimits,
  queuePolicy,
  sizeOf,
  userPolicy,
  type PolicyDocument,
} from "./render/aws";
import { azureCors, b2Cors, corsRule, gcsCors, s3Cors } from "./render/cors";
import { gcsGrants } from "./render/gcs";
import { ibmGrants } from "./render/ibm";
import { statementOf, type Grant, type Statement } from "./statement";
import type { TenantStorage } from "./from-tenant";

export interface GrantDocument {
  /** What it is, in the cloud's words. */
  name: string;
  /** Where it goes. */
  about: string;
  body: unknown;
}

export interface StorageGrants {
  need: StorageNeed;
  enforcement: Enforcement;
  /** By what iconik is kept to it, or why by nothing. */
  says: string;
  grants: readonly Grant[];
  documents: readonly GrantDocument[];
  /** Steps for whoever owns the cloud, in order. */
  checklist: readonly string[];
  notes: readonly string[];
  /** What stands between angle brackets, and where it comes from. */
  placeholders: Readonly<Record<string, string>>;
}

export interface DocumentOptions {
  /** The tenant's system domain id; left out: a placeholder. */
  domainId?: string;
  /** Where people open iconik, for CORS rules. Default: `https://app.iconik.io`. */
  origins?: readonly string[];
}

const hints = {
  "system domain id": "iconik's System Settings show it; write it as tenant.domainId in the tenant file",
  "account id": "the twelve digits of the AWS account that owns the bucket",
  "service account e-mail": "of the service account that iconik's key is made for",
  "bucket id": "Backblaze shows it beside the bucket; bucketId in the tenant file",
  "service id": "IAM id of the service id that iconik's HMAC key is made for: iam-ServiceId-…",
  instance: "CRN of the Cloud Object Storage instance; provision.instance in the tenant file",
  role: "CRN of the custom role, from the answer to its creation",
} as const;
type Hint = keyof typeof hints;
const open = (what: Hint): string => placeholder(what);

/** Everything about these storages. Those with managed credentials in one bucket share its policy. */
export function documentsOf(storages: readonly TenantStorage[], options: DocumentOptions = {}): StorageGrants[] {
  const statements = storages.map(({ need }) => statementOf(need));
  return storages.map((storage, index) => {
    const statement = statements[index]!;
    const { need, system, grants, notes } = statement;
    const inBucket = statements.filter((other) => other.need.type === "s3" && other.need.bucket === need.bucket);
    const documents = [...policies(statement, storage, inBucket, options), ...cors(need, options)];
    const checklist = checklistOf(storage, documents);
    return {
      need,
      enforcement: system.enforcement,
      says: need.type === "s3" ? bySort[need.credentials ?? "managed"] : system.says,
      grants,
      documents,
      checklist,
      notes,
      placeholders: placeholdersIn([documents, checklist]),
    };
  });
}

const bySort = {
  managed: "By the bucket's policy, for iconik's own role when it acts for this tenant.",
  keys: "By the policy of an IAM user.",
} as const;

/** Name of the identity that is made for a storage. */
export const identityName = ({ label }: StorageNeed): string =>
  `iconik-${
    label
      .toLowerCase()
      .normalize("NFKD")
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "") || "storage"
  }`.slice(0, 64);

function policies(
  statement: Statement,
  { provision, bucketId = open("bucket id") }: TenantStorage,
  inBucket: readonly Statement[],
  { domainId = open("system domain id") }: DocumentOptions,
): GrantDocument[] {
  const { need } = statement;
  const [first = statement, ...others] = inBucket;
  switch (need.type) {
    case "s3": {
      const managed = need.credentials === "managed";
      const who = managed
        ? { domainId }
        : { principal: `arn:aws:iam::${open("account id")}:user/${identityName(need)}` };
      const key = keyPolicyStatements(statement, who);
      const queue = queuePolicy(statement, who);
      const whole = bucketPolicy([first, ...others], domainId);
      return [
        ...(managed ? [] : [userDocument(statement)]),
        {
          name: "bucket policy",
          about: `of bucket ${need.bucket}; ${sizeOf(whole)} of ${policyLimits.bucket} bytes. Statements that are there already stay beside these.`,
          body: whole,
        },
        ...(key.length > 0
          ? [
              {
                name: "statements of the key policy",
                about: managed
                  ? `to add to the policy of ${need.kmsKey}`
                  : `to add to the policy of ${need.kmsKey}, unless it lets IAM policies of its account decide, as AWS's own does`,
                body: key,
              },
            ]
          : []),
        ...(queue ? [{ name: "queue policy", about: `of ${need.notificationQueue}`, body: queue }] : []),
      ];
    }
    case "wasabi":
    case "cloudian":
    case "s3Compatible":
      return [userDocument(statement)];
    case "gcs":
      return gcsGrants(statement, `serviceAccount:${open("service account e-mail")}`).flatMap(({ role, binding }) => [
        {
          name: `custom role ${role.roleId}`,
          about: "of the project; storages with the same rights share it",
          body: role,
        },
        {
          name: `binding of ${role.roleId}`,
          about: `on bucket ${need.bucket}`,
          body: { role: role.roleId, ...binding },
        },
      ]);
    case "b2":
      return [{ name: "application key", about: "b2_create_key, version 3", body: b2Key(statement, bucketId) }];
    case "ibmCos": {
      const instance = typeof provision.instance === "string" ? provision.instance : open("instance");
      return ibmGrants(statement, { iamId: open("service id"), instance, roleCrn: () => open("role") }).flatMap(
        ({ role, policy }) => [
          {
            name: `custom role ${role.name}`,
            about: "of the account; storages with the same rights share it",
            body: role,
          },
          { name: `access policy for ${role.name}`, about: "of the service id; IAM version 2", body: policy },
        ],
      );
    }
    default:
      return [];
  }
}

function userDocument(statement: Statement): GrantDocument {
  const policy: PolicyDocument = userPolicy(statement);
  return {
    name: "user policy",
    about: `inline, of a user of its own (${identityName(statement.need)}); ${sizeOf(policy)} of ${policyLimits.user} characters`,
    body: policy,
  };
}

function cors(need: StorageNeed, { origins }: DocumentOptions): GrantDocument[] {
  const rule = corsOwner(need) === "ours" ? corsRule(need, origins) : undefined;
  if (!rule) return [];
  const form = { gcs: gcsCors, azure: azureCors, b2: b2Cors }[need.type as string] ?? s3Cors;
  const where =
    need.type === "azure"
      ? "of the account's blob service, beside the rules that are there"
      : `of bucket ${need.bucket}`;
  return [{ name: "CORS rules", about: where, body: form(rule) }];
}

function checklistOf({ need, provision }: TenantStorage, documents: readonly GrantDocument[]): string[] {
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

function placeholdersIn(parts: unknown): Record<string, string> {
  const text = JSON.stringify(parts);
  const known = Object.entries<string>(hints).filter(([name]) => text.includes(`<${name}>`));
  const config = [...new Set(text.match(/<config [^<>"]+>/g))].map((name) => [
    name.slice(1, -1),
    "a value of the stack config",
  ]);
  return Object.fromEntries([...known, ...config]) as Record<string, string>;
}
