/**
 * A bucket in Amazon S3, and what iconik needs to use it: the right of iconik's own role, or users with keys.
 */

import * as pulumi from "@pulumi/pulumi";
import {
  bucketPolicy,
  identityName,
  keyPolicyStatements,
  queuePolicy,
  s3Cors,
  statementOf,
  type PolicyDocument,
  type PolicyStatement,
  type Statement,
  type StorageNeed,
} from "../grants";
import { after, checkStorages, corsNotes, mapRecord, needsOf, refusal, refuseStorages, wordsOf, written, type Refusal, type StorageUse, type StorageWords } from "../storage-bucket";
import { bucketSettings } from "./bucket-settings";
import { verdictOn } from "./existing-policy";
import { storageUser, type StorageUser } from "./storage-user";
import { sdk } from "./sdk";

export interface S3StorageUse extends StorageUse {
  /** `managed`: iconik's own role, no key exists. `keys`: a user with an access key. Default: `managed`. */
  credentials?: "managed" | "keys";
  /** Any text; another one makes a new access key. The old one is deleted by hand, before the next time: a user has two at most. */
  rotate?: string;
  /** Objects go to classes from which they must be restored. Default: those of archives. */
  restore?: boolean;
  /** iconik uses transfer acceleration. */
  acceleration?: boolean;
  /** URL of an SQS queue that tells of new objects. Its policy is its owner's: `notes` has what to put there. */
  notificationQueue?: string;
}

export interface StorageBucketArgs<Label extends string = string> {
  /** Name of the bucket. */
  bucket: string;
  /** Region of the bucket, whatever region the provider has. */
  region: string;
  /** The storages in it, by the name that the `iconik.Storage` has. */
  storages: Readonly<Record<Label, S3StorageUse>>;
  /**
   * The bucket is there and somebody's: none of its settings is changed, and its policy only if it has none. Default:
   * it is made.
   */
  existing?: boolean;
  /** The tenant's system domain id, which managed credentials are bound to. Default: `iconik:domainId` of the stack. */
  domainId?: pulumi.Input<string>;
  /**
   * ARN of the KMS key that encrypts the bucket; its policy is its owner's (`keyPolicyStatements`). `create`: a key of
   * the bucket's own, with its policy. Default: S3's own encryption.
   */
  kmsKey?: pulumi.Input<string>;
  /** Keeps what is overwritten and deleted, at its price. Default: as it is, which for a new bucket is not. */
  versioning?: boolean;
  /** Where people open iconik, for `cors: "ours"`. Default: `https://app.iconik.io`. */
  origins?: readonly string[];
}

/** To spread into the arguments of the `iconik.Storage`, which then waits until the bucket can be used. */
export interface S3Connection extends StorageWords {
  type: "s3";
  bucket: pulumi.Output<string>;
  region: string;
  credentials: "managed" | "keys";
  /** With `credentials: "keys"`. */
  accessKey?: pulumi.Output<string>;
  /** With `credentials: "keys"`. Secret. */
  secretKey?: pulumi.Output<string>;
  useAcceleration?: true;
  notificationSqsUrl?: string;
}

/**
 * A bucket and its storages. Taking it out of the program, and `pulumi destroy`, leave everything in AWS as it is: the
 * bucket is protected besides.
 *
 * @example
 * const masters = new aws.StorageBucket("acme-masters", {
 *   bucket: "acme-masters",
 *   region: "eu-north-1",
 *   storages: { Masters: { purpose: "files", read: true, write: true, scan: true } },
 * });
 * new iconik.Storage("Masters", { ...masters.storages.Masters, default: true });
 */
export class StorageBucket<Label extends string = string> extends pulumi.ComponentResource {
  /** What each `iconik.Storage` is to be given. */
  readonly storages: Readonly<Record<Label, S3Connection>>;
  /** What the policy of a KMS key that is not ours has to say for iconik's role; empty without such a key. */
  readonly keyPolicyStatements: pulumi.Output<PolicyStatement[]>;
  /** What is to be done by hand, and what one has to know. */
  readonly notes: readonly string[];

  constructor(name: string, args: StorageBucketArgs<Label>, opts?: pulumi.ComponentResourceOptions) {
    const { bucket, region, existing = false, storages, domainId = new pulumi.Config("iconik").get("domainId"), origins } = args;
    const needs = needsOf(storages, { type: "s3", bucket, region }, (use) => ({
      credentials: use.credentials ?? "managed",
      ...written(use, ["restore", "acceleration", "notificationQueue"]),
      ...(typeof args.kmsKey === "string" && args.kmsKey !== "create" && { kmsKey: args.kmsKey }),
    }));
    checkStorages(name, needs, problemsIn(args, needs, domainId));
    const aws = sdk();
    super("iconik:aws:StorageBucket", name, {}, opts);

    const managed = needs.filter(({ credentials }) => credentials === "managed");
    const domain = pulumi.output(domainId ?? "").apply((id) => {
      if (managed.length > 0 && !isDomainId(id)) throw refusal(`StorageBucket ${JSON.stringify(name)} cannot be made`, [noDomainId(id)]);
      return id;
    });
    const keyStatements = domain.apply((id) =>
      args.kmsKey === undefined
        ? []
        : // In the key's own policy the key has no name, so it need not be known.
          managed.flatMap((need) => keyPolicyStatements(statementOf({ ...need, kmsKey: "*" }), { domainId: id })),
    );
    const ownKey =
      args.kmsKey === "create"
        ? new aws.Key(
            name,
            {
              description: `Encrypts bucket ${bucket}`,
              enableKeyRotation: true,
              region,
              policy: pulumi
                .all([keyStatements, aws.getCallerIdentityOutput({}, { parent: this }).accountId])
                .apply(([statements, account]) => JSON.stringify(keyPolicy(account, region, statements))),
            },
            { parent: this, protect: true, retainOnDelete: true },
          )
        : undefined;
    const kmsKey = ownKey?.arn ?? args.kmsKey;
    const statements = pulumi.output(kmsKey).apply((key) => {
      const keyed = needs.map((need) => (key === undefined ? need : { ...need, kmsKey: key }));
      // A key that only an output knows is looked at here.
      if (pulumi.Output.isInstance(args.kmsKey)) refuseStorages(name, keyed);
      return keyed.map(statementOf);
    });
    const wanted = pulumi.all([statements, domain]).apply(([all, id]) => {
      const [first, ...rest] = all as [Statement, ...Statement[]];
      return bucketPolicy([first, ...rest], id);
    });

    const inPlace: pulumi.Input<pulumi.Resource | undefined>[] = existing
      ? managed.length > 0
        ? [this.policyBesideOthers(name, args, wanted, domain)]
        : []
      : bucketSettings(this, name, { bucket, region, kmsKey, versioning: args.versioning, needs, origins, policy: wanted.apply((policy) => JSON.stringify(policy)) });

    const users = new Map<string, StorageUser>();
    needs.forEach((need, index) => {
      if (need.credentials !== "keys") return;
      const statement = statements.apply((all) => all[index]!);
      users.set(need.label, storageUser(this, `${name}-${need.label}`, need, statement, storages[need.label as Label].rotate));
    });

    this.storages = mapRecord<Label, S3StorageUse, S3Connection>(storages, (use, label) => {
      const user = users.get(label);
      if (user && use.rotate !== undefined) {
        user.key.id.apply((id) => pulumi.log.info(`once ${label} works with its new key, delete every access key of its user but ${id}: a user has two at most`, this));
      }
      const ready = <T>(value: pulumi.Input<T>) => after(value, ...inPlace, ...(user ? [user.policy] : []));
      return {
        type: "s3",
        ...wordsOf(use),
        bucket: ready(bucket),
        region,
        credentials: use.credentials ?? "managed",
        ...(user && { accessKey: ready(user.key.id), secretKey: pulumi.secret(ready(user.key.secret)) }),
        ...(use.acceleration === true && { useAcceleration: true }),
        ...(use.notificationQueue !== undefined && { notificationSqsUrl: use.notificationQueue }),
      };
    });
    this.keyPolicyStatements = ownKey ? pulumi.output([]) : keyStatements;
    this.notes = notesOf(args, needs);
    this.registerOutputs({});
    for (const note of this.notes) pulumi.log.info(note, this);
    if (args.kmsKey !== undefined && !ownKey && managed.length > 0) {
      this.keyPolicyStatements.apply((all) => pulumi.log.info(`to add to the policy of the KMS key, if it is not there: ${JSON.stringify(all)}`, this));
    }
  }

  /** Ours, or nothing where somebody's has all of it. */
  private policyBesideOthers(
    name: string,
    { bucket, region }: StorageBucketArgs<Label>,
    wanted: pulumi.Output<PolicyDocument>,
    domain: pulumi.Output<string>,
  ): pulumi.Output<pulumi.Resource | undefined> {
    const aws = sdk();
    const live = aws
      .getBucket({ bucket, region }, { parent: this })
      .then(() => aws.getBucketPolicy({ bucket, region }, { parent: this }).then(({ policy }) => policy, noPolicy));
    // TLS only would be a change for whoever else uses the bucket.
    const grants = wanted.apply((policy) => ({ ...policy, Statement: policy.Statement.filter(({ Effect }) => Effect === "Allow") }));
    return pulumi.all([live, grants, domain]).apply(([before, ours, domainId]) => {
      const verdict = verdictOn(before, ours, domainId);
      if (verdict === "there") return undefined;
      if (verdict === "write") {
        return new aws.BucketPolicy(name, { bucket, region, policy: JSON.stringify(ours) }, { parent: this, retainOnDelete: true });
      }
      throw new pulumi.RunError(
        `bucket ${bucket} has a policy that is not ours, and writing one would replace it. Add ${verdict.length === 1 ? "this statement" : "these statements"} to it, then run this again:\n${JSON.stringify(verdict, undefined, 2)}`,
      );
    }) as pulumi.Output<pulumi.Resource | undefined>;
  }
}

/**
 * The provider's words when a bucket that is there has no policy (terraform-provider-aws: bucket_policy.go). Everything
 * else is a failure.
 */
function noPolicy(error: Error): undefined {
  if (!/NoSuchBucketPolicy|couldn't find resource/.test(error.message)) throw error;
}

const isDomainId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

const noDomainId = (given: string | undefined): Refusal => ({
  message: given
    ? `${JSON.stringify(given)} is no system domain id`
    : "managed credentials are bound to one tenant, and none is named",
  fix: "write domainId, or set iconik:domainId in the stack; iconik's System Settings show it",
});

function problemsIn(args: StorageBucketArgs, needs: readonly StorageNeed[], domainId: pulumi.Input<string> | undefined): Refusal[] {
  const isManaged = needs.some(({ credentials }) => credentials === "managed");
  const given = typeof domainId === "string" || domainId === undefined;
  return [
    ...(isManaged && given && !isDomainId(domainId ?? "") ? [noDomainId(domainId)] : []),
    ...Object.entries(args.storages).flatMap(([label, { credentials = "managed", rotate }]) =>
      credentials === "managed" && rotate !== undefined
        ? [{ message: `storages.${label}: rotate is for keys, and managed credentials have none`, fix: 'drop it, or write credentials: "keys"' }]
        : [],
    ),
    ...(args.existing && args.versioning !== undefined
      ? [{ message: "versioning is a setting of a bucket that is somebody's", fix: "drop it, or existing" }]
      : []),
    ...(args.existing && args.kmsKey === "create"
      ? [{ message: "a bucket that is somebody's is not encrypted anew", fix: "write the ARN of the key that encrypts it, or drop kmsKey" }]
      : []),
  ];
}

/** The account's administrators keep the key; iconik's role uses it. */
function keyPolicy(account: string, region: string, statements: readonly PolicyStatement[]): PolicyDocument {
  const partition = region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  return {
    Version: "2012-10-17",
    Statement: [
      { Sid: "Account", Effect: "Allow", Principal: { AWS: `arn:${partition}:iam::${account}:root` }, Action: "kms:*", Resource: "*" },
      ...statements,
    ],
  };
}

function notesOf({ existing, bucket, origins }: StorageBucketArgs, needs: readonly StorageNeed[]): string[] {
  const queues = needs.filter(({ notificationQueue }) => notificationQueue !== undefined);
  return [
    ...new Set(needs.flatMap((need) => statementOf(need).notes.map((note) => `${need.label}: ${note}`))),
    ...(existing ? corsNotes(`bucket ${bucket}`, needs, origins, s3Cors) : []),
    ...queues.map((need) => queueNote(need)),
  ];
}

function queueNote(need: StorageNeed): string {
  const who = need.credentials === "managed" ? { domainId: "<system domain id>" } : { principal: `arn:aws:iam::<account id>:user/${identityName(need)}` };
  return `${need.label}: the policy of ${need.notificationQueue} is its owner's, and so are the bucket's notifications to it: ${JSON.stringify(queuePolicy(statementOf(need), who)?.Statement)}`;
}
