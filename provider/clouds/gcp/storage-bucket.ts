/** A bucket in Google Cloud Storage, and what iconik needs to use it: service accounts with keys. */

import * as pulumi from "@pulumi/pulumi";
import { corsOwner, corsRule, gcsCors, statementOf, type StorageNeed } from "../grants";
import {
  after,
  ageProblems,
  checkStorages,
  corsNotes,
  mapRecord,
  needsOf,
  noSuchStorage,
  warnOfAge,
  wordsOf,
  type Refusal,
  type Rotation,
  type StorageUse,
  type StorageWords,
} from "../storage-bucket";
import { GcpRetiredKeys } from "./resources";
import { storageAccount, type StorageAccount } from "./storage-account";
import { sdk } from "./sdk";

export interface GcsStorageUse extends StorageUse, Rotation {}

export interface StorageBucketArgs<Label extends string = string> {
  /** Name of the bucket. */
  bucket: string;
  /** Id of the project that has the bucket, the service accounts and the roles. */
  project: string;
  /** Region, dual-region or multi-region of the bucket, such as `EU`. Not needed of one that exists. */
  location?: string;
  /** The storages in it, by the name that the `iconik.Storage` has. */
  storages: Readonly<Record<Label, GcsStorageUse>>;
  /** The bucket is there and somebody's: it gets bindings beside those it has, and none of its settings is changed. */
  existing?: boolean;
  /**
   * Name of the Cloud KMS key that encrypts the bucket; Cloud Storage's own service account gets the right to use it.
   * Default: Google's own encryption.
   */
  kmsKey?: pulumi.Input<string>;
  /** Keeps what is overwritten and deleted, at its price. Default: not. */
  versioning?: boolean;
  /** Where people open iconik, for `cors: "ours"`. Default: `https://app.iconik.io`. */
  origins?: readonly string[];
}

/** To spread into the arguments of the `iconik.Storage`, which then waits until the bucket can be used. */
export interface GcsConnection extends StorageWords {
  type: "gcs";
  bucket: pulumi.Output<string>;
  project: string;
  /** Secret. */
  jsonKey: pulumi.Output<string>;
}

/**
 * A bucket and its storages. Taking it out of the program, and `pulumi destroy`, leave everything in Google Cloud as it
 * is: the bucket is protected besides.
 *
 * With `cors: "iconik"` iconik may change every setting of the bucket (`storage.buckets.update`), to write its CORS
 * rules. Once they are there, `cors: "ours"` takes that away again and writes rules of ours in their place.
 *
 * @example
 * const delivery = new gcp.StorageBucket("acme-delivery", {
 *   bucket: "acme-delivery",
 *   project: "acme-media",
 *   location: "EU",
 *   storages: { Delivery: { purpose: "exports", cors: "ours" } },
 * });
 * const storage = new iconik.Storage("Delivery", delivery.storages.Delivery);
 * delivery.retireOldKeys("Delivery", { dependsOn: storage });
 */
export class StorageBucket<Label extends string = string> extends pulumi.ComponentResource {
  /** What each `iconik.Storage` is to be given. */
  readonly storages: Readonly<Record<Label, GcsConnection>>;
  /** What is to be done by hand, and what one has to know. */
  readonly notes: readonly string[];
  readonly #accounts = new Map<string, StorageAccount>();
  readonly #name: string;

  constructor(name: string, args: StorageBucketArgs<Label>, opts?: pulumi.ComponentResourceOptions) {
    const { bucket, project, storages } = args;
    const region = args.location;
    const needs = needsOf(storages, { type: "gcs", bucket, ...(region !== undefined && { region }) }, () =>
      typeof args.kmsKey === "string" ? { kmsKey: args.kmsKey } : {},
    );
    checkStorages(name, needs, problemsIn(args, needs));
    sdk();
    super("iconik:gcp:StorageBucket", name, {}, opts);
    this.#name = name;

    const made = args.existing ? undefined : newBucket(this, name, args, needs);
    this.storages = mapRecord<Label, GcsStorageUse, GcsConnection>(storages, (use, label) => {
      const need = needs.find((one) => one.label === label)!;
      const at = { bucket: made?.name ?? bucket, project, rotate: use.rotate };
      const account = storageAccount(this, `${name}-${label}`, need, at);
      const { key, bindings } = account;
      this.#accounts.set(label, account);
      warnOfAge(this, label, key.validAfter, use);
      const ready = <T>(value: pulumi.Input<T>) => after(value, ...(made ? [made] : []), ...bindings);
      // Google gives the key as base64; iconik takes the text within.
      const jsonKey = key.privateKey.apply((text) => Buffer.from(text, "base64").toString("utf8"));
      return { type: "gcs", ...wordsOf(use), bucket: ready(bucket), project, jsonKey: pulumi.secret(ready(jsonKey)) };
    });
    this.notes = notesOf(args, needs);
    this.registerOutputs({});
    for (const note of this.notes) pulumi.log.info(note, this);
  }

  /**
   * Deletes the key that the storage had before, once `dependsOn`, its `iconik.Storage`, works with the current one.
   * Wants google-auth-library when there is one to delete.
   * @throws pulumi.RunError when the bucket has no storage of that label.
   */
  retireOldKeys(label: Label, opts: Pick<pulumi.CustomResourceOptions, "dependsOn">): GcpRetiredKeys {
    const account = this.#accounts.get(label);
    if (!account) throw noSuchStorage(label, this.#accounts.keys());
    return new GcpRetiredKeys(
      `${this.#name}-${label}-old-keys`,
      { account: account.email, current: account.key.name },
      { parent: this, ...opts },
    );
  }
}

function newBucket(parent: pulumi.Resource, name: string, args: StorageBucketArgs, needs: readonly StorageNeed[]) {
  const gcp = sdk();
  const { bucket, project, location, kmsKey, versioning, origins } = args;
  const kept = { parent, retainOnDelete: true };
  const isOurs = needs.some((need) => corsOwner(need) === "ours");
  const rules = isOurs ? needs.flatMap((need) => gcsCorsOf(need, origins)) : [];
  const distinct = [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
  const keyUse =
    kmsKey === undefined
      ? []
      : [
          new gcp.CryptoKeyIAMMember(
            name,
            {
              cryptoKeyId: kmsKey,
              role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
              member: gcp
                .getProjectServiceAccountOutput({ project }, { parent })
                .apply(({ emailAddress }) => `serviceAccount:${emailAddress}`),
            },
            kept,
          ),
        ];
  return new gcp.Bucket(
    name,
    {
      name: bucket,
      project,
      location: location!,
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      forceDestroy: false,
      lifecycleRules: [{ action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: abortAfterDays } }],
      ...(kmsKey !== undefined && { encryption: { defaultKmsKeyName: kmsKey } }),
      ...(versioning !== undefined && { versioning: { enabled: versioning } }),
      ...(distinct.length > 0 && { cors: distinct }),
    },
    {
      ...kept,
      protect: true,
      dependsOn: keyUse,
      // What iconik writes would look like drift, and be taken away by the next run.
      ...(!isOurs && { ignoreChanges: ["cors"] }),
    },
  );
}

/** Days after which an upload that was never finished is cleared away: such parts cost, and nothing shows them. */
const abortAfterDays = 7;

function gcsCorsOf(need: StorageNeed, origins: readonly string[] | undefined) {
  const rule = corsRule(need, origins);
  if (!rule) return [];
  return gcsCors(rule).map(({ origin, method, responseHeader, maxAgeSeconds }) => ({
    origins: origin,
    methods: method,
    responseHeaders: responseHeader,
    maxAgeSeconds,
  }));
}

function problemsIn(
  { existing, location, kmsKey, versioning, storages }: StorageBucketArgs,
  needs: readonly StorageNeed[],
): Refusal[] {
  const theirs = (what: string) => ({
    message: `${what} is a setting of a bucket that is somebody's`,
    fix: "drop it, or existing",
  });
  return [
    ...(!existing && location === undefined
      ? [{ message: "a new bucket needs a location", fix: "write location, such as EU or europe-north1" }]
      : []),
    ...(existing && versioning !== undefined ? [theirs("versioning")] : []),
    ...(existing && kmsKey !== undefined ? [theirs("kmsKey")] : []),
    ...ageProblems(storages),
    ...needs.flatMap(({ label }) =>
      /[A-Za-z0-9]/.test(label)
        ? []
        : [
            {
              message: `storages.${label}: roles are named by letters and digits`,
              fix: "give it a name that has some",
            },
          ],
    ),
  ];
}

function notesOf({ existing, bucket, origins }: StorageBucketArgs, needs: readonly StorageNeed[]): string[] {
  return [
    ...new Set(needs.flatMap((need) => statementOf(need).notes.map((note) => `${need.label}: ${note}`))),
    ...(existing ? corsNotes(`bucket ${bucket}`, needs, origins, gcsCors) : []),
  ];
}
