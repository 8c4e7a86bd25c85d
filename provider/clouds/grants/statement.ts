/**
 * The statement of need: every (action, resource, condition) that a storage's identity gets, and no other. All
 * policies, the reference and the proof are made from it.
 */

import { corsOwner, keyScope, usesOf, type StorageNeed, type Use } from "./need";
import { isNeeded, systems, type Permission, type System, type Target } from "./permissions";
import { arnOfQueue, partitionOf } from "./render/arn";

/** A condition of a grant, in the words of its cloud. */
export interface Condition {
  operator: string;
  key: string;
  values: readonly string[];
}

/** One thing that is granted. */
export interface Grant extends Pick<Permission, "action" | "on" | "why" | "source" | "basis"> {
  /** What it is granted on, in the cloud's own notation; objects end in `/*` where a pattern is wanted. */
  resource: string;
  /** All must hold. */
  conditions: readonly Condition[];
}

export interface Statement {
  need: StorageNeed;
  system: System;
  uses: ReadonlySet<Use>;
  grants: readonly Grant[];
  /** What one has to know and no permission tells. */
  notes: readonly string[];
}

/** Grants with one resource and one condition: what becomes one statement of a policy, or one role. */
export interface GrantGroup {
  on: Target;
  resource: string;
  conditions: readonly Condition[];
  actions: readonly string[];
}

export function statementOf(need: StorageNeed): Statement {
  const system = systems[need.type];
  const uses = usesOf(need);
  const placed = places[need.type];
  const grants = system.permissions
    .filter((permission) => isNeeded(permission, uses))
    .map(({ action, on, why, source, basis }) => ({ action, on, why, source, basis, ...placed(need)(on) }));
  return { need, system, uses, grants, notes: notesOf(need, uses) };
}

/** In the order of the grants. `on` narrows it to grants on these. */
export function groupsOf({ grants }: Pick<Statement, "grants">, on?: readonly Target[]): GrantGroup[] {
  const groups = new Map<string, GrantGroup & { actions: string[] }>();
  for (const grant of grants) {
    if (on && !on.includes(grant.on)) continue;
    const { resource, conditions, action } = grant;
    const id = JSON.stringify([resource, conditions]);
    const group = groups.get(id);
    if (group) group.actions.push(action);
    else groups.set(id, { on: grant.on, resource, conditions, actions: [action] });
  }
  return [...groups.values()];
}

type Place = (on: Target) => Pick<Grant, "resource" | "conditions">;

const anywhere = (resource: string) => ({ resource, conditions: [] });

/** Bucket, listing and objects by ARN; a folder is `path/`, so that its look-alikes (`path2/`) stay outside. */
const aws =
  (need: StorageNeed): Place =>
  (on) => {
    const bucket = `arn:${partitionOf(need)}:s3:::${need.bucket}`;
    switch (on) {
      case "objects":
        return anywhere(`${bucket}/${need.path ? `${need.path}/` : ""}*`);
      case "listing": {
        const prefix = { operator: "StringLike", key: "s3:prefix", values: [`${need.path}/*`] };
        return { resource: bucket, conditions: need.path ? [prefix] : [] };
      }
      case "key": {
        const suffix = partitionOf(need) === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
        const via = { operator: "StringEquals", key: "kms:ViaService", values: [`s3.${need.region}.${suffix}`] };
        return { resource: need.kmsKey!, conditions: need.region ? [via] : [] };
      }
      case "queue":
        return anywhere(arnOfQueue(need.notificationQueue!) ?? need.notificationQueue!);
      default:
        return anywhere(bucket);
    }
  };

const google =
  ({ bucket, path }: StorageNeed): Place =>
  (on) => {
    const resource = `projects/_/buckets/${bucket}`;
    const starts = (key: string, value: string) => ({
      resource,
      conditions: [{ operator: "startsWith", key, values: [value] }],
    });
    if (!path || on === "bucket") return anywhere(resource);
    return on === "listing"
      ? starts("storage.googleapis.com/objectListPrefix", `${path}/`)
      : starts("resource.name", `${resource}/objects/${path}/`);
  };

const backblaze =
  (need: StorageNeed): Place =>
  () => {
    // A key for the whole account can be kept to no folder.
    if (keyScope(need) === "account") return anywhere("every bucket of the account");
    const conditions = need.path ? [{ operator: "startsWith", key: "namePrefix", values: [`${need.path}/`] }] : [];
    return { resource: need.bucket, conditions };
  };

const ibm =
  ({ bucket, path }: StorageNeed): Place =>
  (on) => {
    if (!path || on === "bucket") return anywhere(bucket);
    const key = on === "listing" ? "{{resource.attributes.prefix}}" : "{{resource.attributes.path}}";
    return { resource: bucket, conditions: [{ operator: "stringMatch", key, values: [`${path}/*`] }] };
  };

const places: Readonly<Record<StorageNeed["type"], (need: StorageNeed) => Place>> = {
  s3: aws,
  wasabi: aws,
  cloudian: aws,
  s3Compatible: aws,
  gcs: google,
  azure: () => () => anywhere("the storage account"),
  b2: backblaze,
  ibmCos: ibm,
  file: () => () => anywhere(""),
  portal: () => () => anywhere(""),
};

function notesOf(need: StorageNeed, uses: ReadonlySet<Use>): string[] {
  const { type, path } = need;
  const isAws = places[type] === aws;
  const notes: [boolean, string][] = [
    [
      isAws && path !== "",
      "HeadBucket is refused to an identity that is kept to a folder: S3 has no folder in that call. iconik does not document whether it asks; a bucket of the storage's own avoids the question.",
    ],
    [
      type === "gcs" && uses.has("write") && !uses.has("delete"),
      "Google wants storage.objects.delete to replace an object. Without the delete flag an upload under a name that is taken is refused; addUuidToFilenames avoids it.",
    ],
    [type === "gcs" && path !== "", "Conditions want uniform bucket-level access on the bucket."],
    [
      type === "gcs" && uses.has("cors"),
      "storage.buckets.update changes every setting of the bucket, and Google has nothing smaller for CORS rules. cors: ours does without.",
    ],
    [
      type === "gcs" && need.kmsKey !== undefined,
      "The key is used by the project's Cloud Storage service agent (roles/cloudkms.cryptoKeyEncrypterDecrypter on the key), not by iconik's identity.",
    ],
    [
      type === "b2" && keyScope(need) === "account",
      "The key reaches every file of every bucket of the account and their settings: B2 lets no key for one bucket write CORS rules. cors: ours keeps it to the bucket.",
    ],
    [
      type === "b2" && keyScope(need) === "bucket",
      "iconik's help page asks for a key that reaches all buckets, so that it can write the CORS rules. Here they are written beforehand; whether iconik then takes the key is not documented.",
    ],
    [
      corsOwner(need) === "ours" && isAws,
      "iconik's help page asks for the right to write the CORS rules. Here they are written beforehand; whether iconik then adds the storage without that right is not documented.",
    ],
    [
      uses.has("notified"),
      "iconik does not document what it asks of the queue; receiving and deleting messages is what a reader of a queue needs.",
    ],
  ];
  return notes.flatMap(([applies, says]) => (applies ? [says] : []));
}
