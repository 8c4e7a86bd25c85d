/** A bucket of an S3-compatible service, ready for iconik: the bucket, and an identity for each storage in it. */

import * as pulumi from "@pulumi/pulumi";
import {
  corsOwner,
  corsRule,
  bucketPolicy,
  identityName,
  s3Cors,
  statementOf,
  userPolicy,
  type Statement,
  type StorageNeed,
} from "../grants";
import {
  after,
  ageProblems,
  checkStorages,
  needsOf,
  noSuchStorage,
  warnOfAge,
  written,
  type Refusal,
  type Rotation,
  type StorageUse as AnyStorageUse,
} from "../storage-bucket";
import type { Adoption } from "../storages";
import { connectionProblems } from "../addresses";
import { administrators } from "../administrators";
import type { S3CorsRule } from "./inputs";
import { S3AccessKey, S3Bucket, S3BucketCors, S3BucketPolicy, S3RetiredKeys, S3User, S3UserPolicy } from "./resources";

/** What iconik does with one storage in the bucket; the words are those of iconik.Storage. */
export interface StorageUse extends AnyStorageUse, Rotation {
  /** Objects go to classes from which they must be restored. */
  restore?: boolean;
  /** Where the service has no IAM: an access key that somebody made, with its secret. */
  accessKey?: pulumi.Input<string>;
  secretKey?: pulumi.Input<string>;
}

export interface StorageBucketArgs<Label extends string = string> extends Adoption {
  /** Default: `wasabi`. */
  type?: "wasabi" | "cloudian" | "s3Compatible";
  bucket: string;
  region: string;
  /** Address of the S3 service, with https://. Of Wasabi it follows from the region. */
  endpoint?: string;
  /** Address of the IAM service, with https://. Wasabi has one; elsewhere, left out: there is none, and keys are given. */
  iamEndpoint?: string;
  /**
   * Label of the administrator's credentials: `archive` reads `ARCHIVE_ACCESS_KEY_ID` and `ARCHIVE_SECRET_ACCESS_KEY`, else
   * `archive: { accessKeyId, secretAccessKey }` of the stack's secret `iconik:clouds`. Default: `wasabi`, `cloudian`, `s3`.
   */
  cloud?: string;
  /** The bucket is somebody's: it must exist, and nothing of it is changed. Default: it is made. */
  existing?: boolean;
  /** Old versions of objects are kept. Default: left to the service. */
  versioning?: boolean;
  tags?: Record<string, string>;
  /** Days after which uploads in parts that were never finished are dropped. Default: 7, where the service can. */
  abortStaleUploadsAfterDays?: number;
  /** Everything without TLS is refused. Default: yes, for a bucket that is made here and an address with https://. */
  tlsOnly?: boolean;
  /** With `cors: "ours"`: where people open iconik. Default: `https://app.iconik.io`. */
  origins?: string[];
  storages: Readonly<Record<Label, StorageUse>>;
}

/** Arguments of `iconik.Storage`, to spread into it. They are there once the identity may do what it has to. */
export interface StorageConnection {
  bucket: pulumi.Output<string>;
  region: string;
  endpoint: string;
  path: string;
  accessKey: pulumi.Output<string>;
  secretKey: pulumi.Output<string>;
}

interface Service {
  endpoint?(region: string): string;
  iamEndpoint?: string;
}

/** Wasabi's documentation: service URLs. */
const services: Readonly<Record<NonNullable<StorageBucketArgs["type"]>, Service>> = {
  wasabi: { endpoint: (region) => `https://s3.${region}.wasabisys.com`, iamEndpoint: "https://iam.wasabisys.com" },
  cloudian: {},
  s3Compatible: {},
};

const staleUploadDays = 7;

/**
 * A bucket of Wasabi, Cloudian or another S3-compatible service, with a user, a policy and an access key for each
 * storage in it. The bucket is protected, and what was made stays when it is taken out of the program or the stack is
 * destroyed: a storage that works goes on working.
 *
 * @example
 * const archive = new s3.StorageBucket("archive", {
 *   bucket: "acme-archive", region: "eu-central-1",
 *   storages: { Archive: { purpose: "archive", rotate: "2026-11" } },
 * });
 * const storage = new iconik.Storage("Archive", { type: "wasabi", purpose: "ARCHIVE", ...archive.storages.Archive });
 * archive.retireOldKeys("Archive", { dependsOn: storage });
 */
export class StorageBucket<Label extends string = string> extends pulumi.ComponentResource {
  readonly storages: Readonly<Record<Label, StorageConnection>>;
  readonly #identities = new Map<string, Identity>();
  readonly #name: string;
  readonly #adopt: Adoption["adopt"];

  /** @throws pulumi.RunError with everything that is wrong with the arguments, before anything is registered */
  constructor(name: string, args: StorageBucketArgs<Label>, opts?: pulumi.ComponentResourceOptions) {
    const plan = planOf(name, args);
    super("iconik:s3:StorageBucket", name, {}, opts);
    this.#name = name;
    this.#adopt = args.adopt;
    const { connection, iamEndpoint, needs } = plan;
    const kept = { parent: this, retainOnDelete: true, adopt: args.adopt };
    const bucket = args.existing
      ? undefined
      : new S3Bucket(
          name,
          {
            ...connection,
            bucket: args.bucket,
            ...(args.versioning !== undefined && { versioning: args.versioning }),
            ...(args.tags && { tags: args.tags }),
            abortStaleUploadsAfterDays: args.abortStaleUploadsAfterDays ?? staleUploadDays,
            blockPublicAccess: true,
            ifSupported: [
              "blockPublicAccess",
              ...(args.abortStaleUploadsAfterDays === undefined ? ["abortStaleUploadsAfterDays"] : []),
            ],
          },
          { ...kept, protect: true },
        );
    const inBucket = { ...kept, dependsOn: bucket ? [bucket] : [] };
    const settings: pulumi.Resource[] = bucket ? [bucket] : [];
    if (plan.policy)
      settings.push(new S3BucketPolicy(name, { ...connection, bucket: args.bucket, policy: plan.policy }, inBucket));
    if (plan.cors)
      settings.push(new S3BucketCors(name, { ...connection, bucket: args.bucket, rules: plan.cors }, inBucket));

    const storages = needs.map((need): [string, StorageConnection] => {
      const use = args.storages[need.label as Label];
      const common = { region: connection.region, endpoint: connection.endpoint, path: need.path };
      if (iamEndpoint === undefined) {
        const [accessKey, secretKey] = [pulumi.output(use.accessKey!), pulumi.secret(use.secretKey!)];
        return [need.label, { ...common, bucket: after(args.bucket, ...settings), accessKey, secretKey }];
      }
      const identity = this.#identityOf(need, use, { ...connection, iamEndpoint }, settings);
      this.#identities.set(need.label, identity);
      const { key } = identity;
      return [
        need.label,
        {
          ...common,
          bucket: after(args.bucket, ...settings, key),
          accessKey: key.accessKeyId,
          secretKey: pulumi.secret(key.secretAccessKey),
        },
      ];
    });
    this.storages = Object.fromEntries(storages) as Record<Label, StorageConnection>;
    this.registerOutputs({ bucket: args.bucket });
  }

  /**
   * Deletes the keys that a storage had before, once it has the current one.
   * @param opts `dependsOn`: the iconik.Storage, and whatever else uses the key
   * @returns nothing where keys are given
   * @throws pulumi.RunError when the bucket has no storage of that label
   */
  retireOldKeys(
    label: Label,
    opts: pulumi.CustomResourceOptions & Required<Pick<pulumi.CustomResourceOptions, "dependsOn">>,
  ): S3RetiredKeys | undefined {
    if (!Object.hasOwn(this.storages, label)) throw noSuchStorage(label, Object.keys(this.storages));
    const identity = this.#identities.get(label);
    if (!identity) return undefined;
    const { connection, user, key } = identity;
    return new S3RetiredKeys(
      `${this.#name}-${label}`,
      { ...connection, user: user.name, current: key.accessKeyId, keysBefore: user.keysBefore },
      { parent: this, ...opts },
    );
  }

  #identityOf(
    need: StorageNeed,
    use: StorageUse,
    connection: Identity["connection"],
    settings: readonly pulumi.Resource[],
  ): Identity {
    const name = `${this.#name}-${need.label}`;
    const kept = { parent: this, retainOnDelete: true, adopt: this.#adopt };
    const userName = identityName(need);
    const rotated = written(use, ["rotate"]);
    const user = new S3User(name, { ...connection, name: userName, ...rotated }, kept);
    const policy = new S3UserPolicy(
      name,
      { ...connection, user: userName, name: "iconik", policy: userPolicy(statementOf(need)) },
      { ...kept, dependsOn: [user] },
    );
    // The key comes last: whoever has it can use it.
    const key = new S3AccessKey(
      name,
      { ...connection, user: userName, ...rotated, keysBefore: user.keysBefore, bucket: need.bucket },
      { ...kept, dependsOn: [user, policy, ...settings] },
    );
    warnOfAge(this, need.label, key.madeAt, use);
    return { connection, user, key };
  }
}

interface Identity {
  connection: { cloud: string; endpoint: string; region: string; iamEndpoint: string };
  user: S3User;
  key: S3AccessKey;
}

interface Plan {
  connection: { cloud: string; endpoint: string; region: string };
  iamEndpoint?: string;
  needs: readonly StorageNeed[];
  policy?: object;
  cors?: S3CorsRule[];
}

/** What the arguments mean. Everything that is wrong with them is said at once. */
function planOf(name: string, args: StorageBucketArgs): Plan {
  const { type = "wasabi", bucket, region, existing = false, storages } = args;
  const service = services[type];
  const endpoint = args.endpoint ?? service?.endpoint?.(region) ?? "";
  // Wasabi's users are not those of another address that is written.
  const iamEndpoint = args.iamEndpoint ?? (args.endpoint === undefined ? service?.iamEndpoint : undefined);
  const needs = needsOf(storages, { type, bucket, region }, (use) => ({ endpoint, ...written(use, ["restore"]) }));
  checkStorages(name, needs, problemsIn(args, { type, endpoint, iamEndpoint }));

  const statements = needs.map(statementOf) as [Statement, ...Statement[]];
  const isOurs = corsOwner(needs[0]!) === "ours";
  const rules = isOurs
    ? needs
        .flatMap((need) => corsRule(need, args.origins) ?? [])
        .flatMap((rule) => s3Cors(rule).CORSRules as S3CorsRule[])
    : [];
  return {
    connection: { cloud: args.cloud ?? administrators[type].label, endpoint, region },
    iamEndpoint,
    needs,
    // No storage here has managed credentials, which alone need the tenant's id.
    ...((args.tlsOnly ?? (!existing && endpoint.startsWith("https:"))) && { policy: bucketPolicy(statements, "") }),
    ...(rules.length > 0 && { cors: [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()] }),
  };
}

/** What the statement of need does not tell. */
function problemsIn(
  args: StorageBucketArgs,
  { type, endpoint, iamEndpoint }: { type: string; endpoint: string; iamEndpoint?: string },
): Refusal[] {
  const settings = (["versioning", "tags", "abortStaleUploadsAfterDays"] as const).filter(
    (setting) => args.existing && args[setting] !== undefined,
  );
  return [
    ...(type in services
      ? []
      : [
          {
            message: `${JSON.stringify(type)} is no type of service`,
            fix: `write one of ${Object.keys(services).join(", ")}`,
          },
        ]),
    ...(endpoint === ""
      ? [
          {
            message: `endpoint is missing: ${type} has no address that follows from the region`,
            fix: "write endpoint: https://…",
          },
        ]
      : []),
    ...connectionProblems({ ...(endpoint && { endpoint }), ...(iamEndpoint !== undefined && { iamEndpoint }) }).map(
      (message) => ({ message, fix: "correct the address" }),
    ),
    ...Object.entries(args.storages).flatMap(([label, use]) => keyProblems(label, use, iamEndpoint)),
    ...ageProblems(args.storages),
    ...settings.map((setting) => ({
      message: `${setting} is a setting of a bucket that is somebody's`,
      fix: "drop it, or existing",
    })),
  ];
}

function keyProblems(
  label: string,
  { accessKey, secretKey, rotate, maxKeyAgeDays }: StorageUse,
  iamEndpoint: string | undefined,
): Refusal[] {
  const given = [accessKey, secretKey].filter((part) => part !== undefined).length;
  if (iamEndpoint !== undefined) {
    return given === 0
      ? []
      : [
          {
            message: `storages.${label}: a user is made at ${iamEndpoint}, so accessKey and secretKey are not needed`,
            fix: "drop them",
          },
        ];
  }
  const idle = Object.entries({ rotate, maxKeyAgeDays }).filter(([, value]) => value !== undefined);
  return [
    ...(given === 2
      ? []
      : [
          {
            message: `storages.${label}: without iamEndpoint no user can be made`,
            fix: "write accessKey and secretKey of one that may do what pulumi-iconik grants lists",
          },
        ]),
    ...idle.map(([word]) => ({
      message: `storages.${label}: ${word} is for keys that are made here, and there is no iamEndpoint to make one at`,
      fix: "drop it",
    })),
  ];
}
