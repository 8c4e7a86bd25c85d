/** Buckets and keys of Backblaze B2 for iconik: `pulumi-iconik/b2`. */

import * as pulumi from "@pulumi/pulumi";
import { b2Cors, b2Key, corsOwner, corsRule, iconikOrigin, keyScope, type Statement } from "../grants";
import {
  ageProblems,
  needsOf,
  noSuchStorage,
  warnOfAge,
  written,
  type Rotation,
  type StorageUse,
} from "../storage-bucket";
import { short, stackName, statementsOf, type Adoption } from "../storages";
import type { B2CorsRule } from "./api";
import { B2Bucket, B2Key, B2RetiredKeys } from "./resources";

export { B2Bucket, B2Key, B2RetiredKeys } from "./resources";

export interface StorageArgs extends StorageUse, Rotation {
  /** Who writes the CORS rules. Default: we, since no key for one bucket may. All storages of a bucket agree on it. */
  cors?: "ours" | "iconik";
  /** What the key reaches. Default: the bucket, and in it the folder. `account` is for `cors: iconik`. */
  scope?: "bucket" | "account";
}

export interface StorageBucketArgs<Label extends string = string> extends Adoption {
  /** Name of the bucket; all of Backblaze's customers share one list of names. */
  bucket: string;
  /** The bucket is somebody's: it is looked for, never made, and nothing that is there is changed. Default: false. */
  existing?: boolean;
  /** The storages in it, by the labels of their `iconik.Storage`. */
  storages: Readonly<Record<Label, StorageArgs>>;
  /** Addresses at which people open iconik. Default: `https://app.iconik.io`. */
  origins?: readonly string[];
  /** Days after which unfinished uploads are cancelled. Default: 7. */
  cancelUnfinishedAfter?: number;
  /**
   * Label of the administrator's credentials: `media` reads `MEDIA_APPLICATION_KEY_ID` and `MEDIA_APPLICATION_KEY`.
   * Default: `b2`. The key needs listBuckets, writeBuckets, readBucketEncryption, writeBucketEncryption, listKeys,
   * writeKeys and deleteKeys.
   */
  cloud?: string;
}

/** What an `iconik.Storage` of type `b2` takes of its bucket. */
export interface ProvisionedStorage {
  bucket: string;
  path: string;
  bucketId: pulumi.Output<string>;
  keyId: pulumi.Output<string>;
  /** A secret. */
  applicationKey: pulumi.Output<string>;
}

/**
 * A private bucket, and for each storage in it a key that can do what iconik does there and nothing else.
 *
 * @example
 * const bucket = new b2.StorageBucket("archive", { bucket: "acme-archive", storages: { Archive: { purpose: "archive" } } });
 * const storage = new iconik.Storage("Archive", { type: "b2", purpose: "archive", ...bucket.storages.Archive });
 * bucket.retireOldKeys("Archive", { dependsOn: storage });
 */
export class StorageBucket<Label extends string = string> extends pulumi.ComponentResource {
  readonly storages: Readonly<Record<Label, ProvisionedStorage>>;
  readonly bucketId: pulumi.Output<string>;
  private readonly keys: Readonly<Record<string, { key: B2Key; names: string; resource: string }>>;
  private readonly cloud?: string;

  constructor(name: string, args: StorageBucketArgs<Label>, opts?: pulumi.ComponentResourceOptions) {
    const needs = needsOf(args.storages, { type: "b2", bucket: args.bucket }, (use) => written(use, ["scope"]));
    const statements = statementsOf(name, needs, ageProblems(args.storages));
    super("iconik:b2:StorageBucket", name, {}, opts);
    const { bucket: bucketName, existing, cancelUnfinishedAfter = 7, cloud, origins = [iconikOrigin], adopt } = args;
    this.cloud = cloud;
    const settings = existing
      ? { existing }
      : { type: "allPrivate" as const, encryption: "SSE-B2" as const, cancelUnfinishedAfter };
    const bucket = new B2Bucket(
      name,
      {
        name: bucketName,
        owner: stackName(),
        cloud,
        corsRule: corsOf(Object.values(statements), origins),
        ...settings,
      },
      { parent: this, protect: true, retainOnDelete: true, adopt },
    );
    this.bucketId = bucket.bucketId;
    this.keys = Object.fromEntries(
      Object.entries(statements).map(([label, statement]) => {
        const resource = `${name}-${label}`;
        const { keyName, capabilities, namePrefix } = b2Key(statement, "");
        const ofBucket = keyScope(statement.need) === "bucket";
        if (!ofBucket) {
          void pulumi.log.warn(
            `storages.${label}: its key reaches every file of every bucket of the Backblaze account; cors: ours keeps it to the bucket`,
            this,
          );
        }
        // Told apart by their names alone: keys carry nothing else that could be told them.
        const names = `${keyName.slice(0, 80)}-${short(stackName(), bucketName, label)}-`;
        const generation = short(args.storages[label as Label].rotate ?? "", capabilities, namePrefix ?? "", ofBucket);
        const key = new B2Key(
          resource,
          {
            keyName: names + generation,
            capabilities,
            ...(ofBucket && { bucketId: bucket.bucketId }),
            ...(namePrefix !== undefined && { namePrefix }),
            cloud,
          },
          { parent: this, dependsOn: bucket, retainOnDelete: true },
        );
        warnOfAge(this, label, key.madeAt, args.storages[label as Label]);
        return [label, { key, names, resource }];
      }),
    );
    this.storages = Object.fromEntries(
      Object.entries(this.keys).map(
        ([
          label,
          {
            key: { keyId, applicationKey },
          },
        ]) => [
          label,
          {
            bucket: bucketName,
            path: statements[label]!.need.path,
            bucketId: bucket.bucketId,
            keyId,
            applicationKey: pulumi.secret(applicationKey),
          },
        ],
      ),
    ) as Record<Label, ProvisionedStorage>;
    this.registerOutputs({ bucketId: this.bucketId });
  }

  /**
   * Deletes the storage's earlier keys once `dependsOn`, its `iconik.Storage`, works with the current one.
   * @throws pulumi.RunError when the bucket has no storage of that label.
   */
  retireOldKeys(label: Label, opts: Pick<pulumi.CustomResourceOptions, "dependsOn">): B2RetiredKeys {
    const found = Object.hasOwn(this.keys, label) ? this.keys[label] : undefined;
    if (!found) throw noSuchStorage(label, Object.keys(this.keys));
    const { key, names, resource } = found;
    return new B2RetiredKeys(
      `${resource}-old-keys`,
      { names, current: key.keyId, cloud: this.cloud },
      { parent: this, ...opts },
    );
  }
}

/** One rule for all storages whose rules are ours: what any of them needs. */
function corsOf(statements: readonly Statement[], origins: readonly string[]): B2CorsRule | undefined {
  const rules = statements.flatMap(({ need }) => (corsOwner(need) === "ours" ? (corsRule(need, origins) ?? []) : []));
  if (rules.length === 0) return undefined;
  const union = (of: (rule: (typeof rules)[number]) => string[]) => [...new Set(rules.flatMap(of))];
  const [rule] = b2Cors({
    ...rules[0]!,
    methods: union(({ methods }) => methods),
    exposedHeaders: union(({ exposedHeaders }) => exposedHeaders),
  });
  return rule;
}
