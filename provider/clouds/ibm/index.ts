/** Buckets and identities of IBM Cloud Object Storage for iconik: `pulumi-iconik/ibm`. */

import * as pulumi from "@pulumi/pulumi";
import { corsOwner, corsRule, iconikOrigin, identityName, ibmGrants, s3Cors, type Statement } from "../grants";
import {
  ageProblems,
  needsOf,
  noSuchStorage,
  warnOfAge,
  written,
  type Refusal,
  type Rotation,
  type StorageUse,
} from "../storage-bucket";
import { short, stackName, statementsOf, type Adoption } from "../storages";
import type { IbmCorsRule } from "./bucket";
import { instanceOf } from "./instance";
import { IbmBucket, IbmHmacKey, IbmPolicy, IbmRetiredKeys, IbmRole, IbmServiceId } from "./resources";

export { IbmBucket, IbmHmacKey, IbmPolicy, IbmRetiredKeys, IbmRole, IbmServiceId } from "./resources";

export interface StorageArgs extends StorageUse, Rotation {
  /** Objects go to an archive class. Default: of archives. */
  restore?: boolean;
}

export interface StorageBucketArgs<Label extends string = string> extends Adoption {
  /** Name of the bucket; all of IBM Cloud shares one list of names. */
  bucket: string;
  /** Region (`eu-de`), cross-region (`eu`) or single site (`ams03`). */
  region: string;
  /** CRN of the Object Storage instance: `crn:v1:bluemix:public:cloud-object-storage:global:a/…:…::`. */
  instance: string;
  /** Default: `standard`. */
  storageClass?: "standard" | "vault" | "cold" | "smart";
  /** Address of the service. Default: the public one of the region. */
  endpoint?: string;
  /** The bucket is somebody's: it is looked for, never made, and nothing that is there is changed. Default: false. */
  existing?: boolean;
  /** The storages in it, by the labels of their `iconik.Storage`. */
  storages: Readonly<Record<Label, StorageArgs>>;
  /** Addresses at which people open iconik. Default: `https://app.iconik.io`. */
  origins?: readonly string[];
  /** Days after which unfinished uploads are given up. Default: 7. */
  abortUploadsAfter?: number;
  /** Label of the administrator's credentials: `media` reads `MEDIA_API_KEY`. Default: `ibmcloud`. */
  cloud?: string;
}

/** What an `iconik.Storage` of type `ibmCos` takes of its bucket. */
export interface ProvisionedStorage {
  bucket: string;
  region: string;
  endpoint: string;
  path: string;
  accessKey: pulumi.Output<string>;
  /** A secret. */
  secretKey: pulumi.Output<string>;
}

/**
 * A bucket without public access, and for each storage in it a service id with an HMAC key that can do what iconik does
 * there and nothing else.
 *
 * @example
 * const bucket = new ibm.StorageBucket("archive", { bucket: "acme-archive", region: "eu-de", instance, storages: { Archive: { purpose: "archive" } } });
 * const storage = new iconik.Storage("Archive", { type: "ibmCos", purpose: "archive", ...bucket.storages.Archive });
 * bucket.retireOldKeys("Archive", { dependsOn: storage });
 */
export class StorageBucket<Label extends string = string> extends pulumi.ComponentResource {
  readonly storages: Readonly<Record<Label, ProvisionedStorage>>;
  private readonly keys: Readonly<Record<string, { key: IbmHmacKey; names: string; resource: string }>>;
  private readonly of: { instance: string; cloud?: string };

  constructor(name: string, args: StorageBucketArgs<Label>, opts?: pulumi.ComponentResourceOptions) {
    const {
      bucket: bucketName,
      region,
      instance,
      storageClass = "standard",
      existing,
      abortUploadsAfter = 7,
      cloud,
      origins = [iconikOrigin],
      adopt,
    } = args;
    const needs = needsOf(args.storages, { type: "ibmCos", bucket: bucketName, region }, (use) =>
      written(use, ["restore"]),
    );
    const statements = statementsOf(name, needs, [...instanceProblems(instance), ...ageProblems(args.storages)]);
    const { account } = instanceOf(instance);
    super("iconik:ibm:StorageBucket", name, {}, opts);
    this.of = { instance, cloud };
    const endpoint = args.endpoint ?? `https://s3.${region}.cloud-object-storage.appdomain.cloud`;
    const settings = existing
      ? { existing }
      : { location: `${region}-${storageClass}`, publicAccess: "blocked" as const, abortUploadsAfter };
    const bucket = new IbmBucket(
      name,
      {
        name: bucketName,
        instance,
        endpoint,
        cloud,
        corsRule: corsOf(Object.values(statements), origins),
        ...settings,
      },
      { parent: this, protect: true, retainOnDelete: true, adopt },
    );
    const common = { account, cloud };
    const roles = new Map<string, IbmRole>();
    this.keys = Object.fromEntries(
      Object.entries(statements).map(([label, statement]) => {
        const resource = `${name}-${label}`;
        const identity = identityName(statement.need);
        const serviceId = new IbmServiceId(
          resource,
          {
            ...common,
            name: identity,
            description: `iconik storage ${label} in bucket ${bucketName}`,
            owner: `${stackName()} ${bucketName}/${label}`,
          },
          { parent: this, retainOnDelete: true, adopt },
        );
        const policies = ibmGrants(statement, { iamId: "", instance, roleCrn: () => "" }).map(
          ({ role: { name: roleName, display_name: displayName, actions }, policy }, index) => {
            if (!roles.has(roleName))
              roles.set(
                roleName,
                new IbmRole(
                  `${name}-${roleName}`,
                  { ...common, name: roleName, displayName, actions },
                  { parent: this, retainOnDelete: true, adopt },
                ),
              );
            return new IbmPolicy(
              `${resource}-${index + 1}`,
              {
                ...common,
                iamId: serviceId.iamId,
                role: roles.get(roleName)!.crn,
                resource: policy.resource.attributes,
                rule: policy.rule,
              },
              { parent: this, retainOnDelete: true },
            );
          },
        );
        const names = `${identity}-${short(stackName(), bucketName, label)}-`;
        const key = new IbmHmacKey(
          resource,
          {
            name: names + short(args.storages[label as Label].rotate ?? ""),
            instance,
            serviceId: serviceId.crn,
            cloud,
          },
          { parent: this, dependsOn: [bucket, ...policies], retainOnDelete: true },
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
            key: { accessKey, secretKey },
          },
        ]) => [
          label,
          {
            bucket: bucketName,
            region,
            endpoint,
            path: statements[label]!.need.path,
            accessKey,
            secretKey: pulumi.secret(secretKey),
          },
        ],
      ),
    ) as Record<Label, ProvisionedStorage>;
    this.registerOutputs({});
  }

  /**
   * Deletes the storage's earlier keys once `dependsOn`, its `iconik.Storage`, works with the current one.
   * @throws pulumi.RunError when the bucket has no storage of that label.
   */
  retireOldKeys(label: Label, opts: Pick<pulumi.CustomResourceOptions, "dependsOn">): IbmRetiredKeys {
    const found = Object.hasOwn(this.keys, label) ? this.keys[label] : undefined;
    if (!found) throw noSuchStorage(label, Object.keys(this.keys));
    const { key, names, resource } = found;
    return new IbmRetiredKeys(
      `${resource}-old-keys`,
      { names, current: key.id, ...this.of },
      { parent: this, ...opts },
    );
  }
}

function instanceProblems(crn: string): Refusal[] {
  try {
    instanceOf(crn);
    return [];
  } catch (error) {
    return [{ message: (error as Error).message, fix: "copy it from ibmcloud resource service-instance" }];
  }
}

/** One rule for all storages whose rules are ours: what any of them needs. */
function corsOf(statements: readonly Statement[], origins: readonly string[]): IbmCorsRule | undefined {
  const rules = statements.flatMap(({ need }) => (corsOwner(need) === "ours" ? (corsRule(need, origins) ?? []) : []));
  if (rules.length === 0) return undefined;
  const union = (of: (rule: (typeof rules)[number]) => string[]) => [...new Set(rules.flatMap(of))];
  return s3Cors({
    ...rules[0]!,
    methods: union(({ methods }) => methods),
    exposedHeaders: union(({ exposedHeaders }) => exposedHeaders),
  }).CORSRules[0];
}
