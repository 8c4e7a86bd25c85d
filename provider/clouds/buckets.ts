/**
 * The buckets that a tenant file asks for: its provisioned storages by cloud and bucket, as the arguments that a program
 * would give to the `StorageBucket` of `pulumi-iconik/<cloud>`. Reads what is described and asks nobody.
 */

import type { Cloud, Desired, Provision } from "../tenant";
import { storagesOf, type StorageNeed, type TenantStorage } from "./grants";

/** Modules with a `StorageBucket`, as in `pulumi-iconik/aws`. */
export type CloudModule = "aws" | "gcp" | "azure" | "b2" | "s3" | "ibm";

export interface BucketPlan {
  module: CloudModule;
  /** Name of the component: the bucket's, on Azure the account's. */
  name: string;
  /** Arguments of the component, without what the tenant says: `domainId`, `origins`. */
  args: Readonly<Record<string, unknown>>;
  cloud?: Cloud;
  /** Storages in it. */
  labels: readonly string[];
}

/** Which makes the buckets of each type. */
export const cloudModules: Readonly<Partial<Record<StorageNeed["type"], CloudModule>>> = {
  s3: "aws",
  gcs: "gcp",
  azure: "azure",
  b2: "b2",
  wasabi: "s3",
  cloudian: "s3",
  s3Compatible: "s3",
  ibmCos: "ibm",
};

export type Described = Pick<Desired, "resources" | "provision" | "clouds">;

/** The buckets to be made; the description has no problems. */
export function bucketsOf(described: Described): BucketPlan[] {
  return [...Map.groupBy(provisioned(described), placeOf).values()].map((group): BucketPlan => {
    const first = group[0]!;
    const label = first.provision.cloud;
    const cloud = described.clouds.find((one) => one.label === label);
    return {
      module: first.module,
      name: nameOf(first),
      args: defined({
        ...bucketArgs(first),
        existing: first.provision.bucket === "existing" ? true : undefined,
        storages: Object.fromEntries(group.map((one) => [one.need.label, defined(useOf(one))])),
      }),
      ...(cloud && { cloud }),
      labels: group.map(({ need }) => need.label),
    };
  });
}

export interface Provisioned extends TenantStorage {
  module: CloudModule;
  /** As it is written, or with the values of the stack in their places. */
  written: Provision["values"];
}

export function provisioned(described: Described): Provisioned[] {
  const provisions = new Map(described.provision.map((one) => [one.of.label, one]));
  return storagesOf(described).storages.flatMap((storage) => {
    const [module, provision] = [cloudModules[storage.need.type], provisions.get(storage.need.label)];
    return module && provision ? [{ ...storage, module, written: provision.values }] : [];
  });
}

/** What is in one bucket of one service. */
export const placeOf = ({ module, need, provision }: Provisioned): string =>
  JSON.stringify(
    need.type === "azure" ? [module, provision.account] : [module, need.type, need.endpoint ?? "", need.bucket],
  );

export const nameOf = ({ need, provision }: Provisioned): string =>
  need.type === "azure" ? String(provision.account) : need.bucket;

/** Arguments of the bucket itself, in the words of its cloud. */
function bucketArgs({ need, provision, written, project }: Provisioned): Record<string, unknown> {
  const { type, bucket, region, endpoint } = need;
  const { account, resourceGroup, location, useKey, instance, iamEndpoint, cloud, adopt } = provision;
  switch (type) {
    case "s3":
      return { bucket, region, kmsKey: written.kmsKey };
    case "gcs":
      return { bucket, project, location, kmsKey: written.kmsKey };
    case "azure":
      return { bucket, account, resourceGroup, location, useKey };
    case "b2":
      return { bucket, cloud, adopt };
    case "ibmCos":
      return { bucket, region, endpoint, instance, cloud, adopt };
    default:
      return { type, bucket, region, endpoint, iamEndpoint, cloud, adopt };
  }
}

/** What iconik does in it, in the words of `StorageUse`. */
function useOf({ need, provision: { rotate, maxKeyAgeDays } }: Provisioned): Record<string, unknown> {
  const { type, purpose, path, read, write, delete: remove, scan, cors, restore } = need;
  const common = { purpose, path: path || undefined, read, write, delete: remove, scan, cors, maxKeyAgeDays };
  switch (type) {
    case "s3": {
      const { credentials, acceleration, notificationQueue } = need;
      return { ...common, rotate, restore, credentials, acceleration, notificationQueue };
    }
    case "gcs":
      return { ...common, rotate };
    case "azure":
      return common;
    case "b2":
      return { ...common, rotate, scope: need.scope };
    default:
      return { ...common, rotate, restore };
  }
}

const defined = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
