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
import {
  after,
  checkStorages,
  corsNotes,
  mapRecord,
  needsOf,
  noSuchStorage,
  refusal,
  refuseStorages,
  warnOfAge,
  wordsOf,
  written,
} from "../storage-bucket";
import type { RetireOptions, S3Connection, S3StorageUse, StorageBucketArgs } from "./args";
import { bucketSettings } from "./bucket-settings";
import { isDomainId, noDomainId, problemsIn } from "./checks";
import { verdictOn } from "./existing-policy";
import { AwsRetiredKeys } from "./resources";
import { storageUser, type StorageUser } from "./storage-user";
import { sdk } from "./sdk";

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
 *
 * @example with an access key, the one before which is deleted once iconik has another
 * const ingest = new aws.StorageBucket("acme-ingest", {
 *   bucket: "acme-ingest",
 *   region: "eu-north-1",
 *   storages: { Ingest: { purpose: "files", read: true, credentials: "keys", rotate: "2026-11" } },
 * });
 * const storage = new iconik.Storage("Ingest", ingest.storages.Ingest);
 * ingest.retireOldKeys("Ingest", { dependsOn: storage });
 */
export class StorageBucket<Label extends string = string> extends pulumi.ComponentResource {
  /** What each `iconik.Storage` is to be given. */
  readonly storages: Readonly<Record<Label, S3Connection>>;
  /** What the policy of a KMS key that is not ours has to say for iconik's role; empty without such a key. */
  readonly keyPolicyStatements: pulumi.Output<PolicyStatement[]>;
  /** What is to be done by hand, and what one has to know. */
  readonly notes: readonly string[];
  readonly #users = new Map<string, StorageUser>();
  readonly #region: string;

  constructor(name: string, args: StorageBucketArgs<Label>, opts?: pulumi.ComponentResourceOptions) {
    const {
      bucket,
      region,
      existing = false,
      storages,
      domainId = new pulumi.Config("iconik").get("domainId"),
      origins,
    } = args;
    const needs = needsOf(storages, { type: "s3", bucket, region }, (use) => ({
      credentials: use.credentials ?? "managed",
      ...written(use, ["restore", "acceleration", "notificationQueue"]),
      ...(typeof args.kmsKey === "string" && args.kmsKey !== "create" && { kmsKey: args.kmsKey }),
    }));
    checkStorages(name, needs, problemsIn(args, needs, domainId));
    const aws = sdk();
    super("iconik:aws:StorageBucket", name, {}, opts);
    this.#region = region;

    const managed = needs.filter(({ credentials }) => credentials === "managed");
    const domain = pulumi.output(domainId ?? "").apply((id) => {
      if (managed.length > 0 && !isDomainId(id))
        throw refusal(`StorageBucket ${JSON.stringify(name)} cannot be made`, [noDomainId(id)]);
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
      : bucketSettings(this, name, {
          bucket,
          region,
          kmsKey,
          versioning: args.versioning,
          needs,
          origins,
          policy: wanted.apply((policy) => JSON.stringify(policy)),
        });

    needs.forEach((need, index) => {
      if (need.credentials !== "keys") return;
      const statement = statements.apply((all) => all[index]!);
      const use = storages[need.label as Label];
      const user = storageUser(this, `${name}-${need.label}`, need, statement, use.rotate);
      warnOfAge(this, need.label, user.key.createDate, use);
      this.#users.set(need.label, user);
    });

    this.storages = mapRecord<Label, S3StorageUse, S3Connection>(storages, (use, label) => {
      const user = this.#users.get(label);
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
      this.keyPolicyStatements.apply((all) =>
        pulumi.log.info(`to add to the policy of the KMS key, if it is not there: ${JSON.stringify(all)}`, this),
      );
    }
  }

  /**
   * Deletes the key that the storage had before, once `dependsOn` works with the current one. Wants @aws-sdk/client-iam
   * when there is one to delete. Nothing for managed credentials, which have no key.
   * @throws pulumi.RunError when the bucket has no storage of that label.
   */
  retireOldKeys(
    label: Label,
    { profile = new pulumi.Config("aws").get("profile"), ...opts }: RetireOptions,
  ): AwsRetiredKeys | undefined {
    if (!Object.hasOwn(this.storages, label)) throw noSuchStorage(label, Object.keys(this.storages));
    const user = this.#users.get(label);
    if (!user) return undefined;
    return new AwsRetiredKeys(
      `${user.resource}-old-keys`,
      { user: user.name, current: user.key.id, region: this.#region, profile },
      { parent: this, ...opts },
    );
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
    const grants = wanted.apply((policy) => ({
      ...policy,
      Statement: policy.Statement.filter(({ Effect }) => Effect === "Allow"),
    }));
    return pulumi.all([live, grants, domain]).apply(([before, ours, domainId]) => {
      const verdict = verdictOn(before, ours, domainId);
      if (verdict === "there") return undefined;
      if (verdict === "write") {
        return new aws.BucketPolicy(
          name,
          { bucket, region, policy: JSON.stringify(ours) },
          { parent: this, retainOnDelete: true },
        );
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

/** The account's administrators keep the key; iconik's role uses it. */
function keyPolicy(account: string, region: string, statements: readonly PolicyStatement[]): PolicyDocument {
  const partition = region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Account",
        Effect: "Allow",
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: "kms:*",
        Resource: "*",
      },
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
  const who =
    need.credentials === "managed"
      ? { domainId: "<system domain id>" }
      : { principal: `arn:aws:iam::<account id>:user/${identityName(need)}` };
  return `${need.label}: the policy of ${need.notificationQueue} is its owner's, and so are the bucket's notifications to it: ${JSON.stringify(queuePolicy(statementOf(need), who)?.Statement)}`;
}
