/**
 * What is handed to whoever owns the cloud: per storage the documents to put in place, and what to do in which order.
 */

import { corsOwner, identityName, type StorageNeed } from "./need";
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
import { checklistOf } from "./checklist";
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
      says: need.type === "s3" ? bySort[need.credentials === "managed" ? "managed" : "keys"] : system.says,
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

function placeholdersIn(parts: unknown): Record<string, string> {
  const text = JSON.stringify(parts);
  const known = Object.entries<string>(hints).filter(([name]) => text.includes(`<${name}>`));
  const config = [...new Set(text.match(/<config [^<>"]+>/g))].map((name) => [
    name.slice(1, -1),
    "a value of the stack config",
  ]);
  return Object.fromEntries([...known, ...config]) as Record<string, string>;
}
