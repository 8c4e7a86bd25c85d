/** Buckets and identities of provisioned storages, as a program makes them with `pulumi-iconik/<cloud>`. */

import * as pulumi from "@pulumi/pulumi";
import { administrators } from "../clouds/administrators";
import type { BucketPlan, CloudModule } from "../clouds/buckets";
import { readCredentials, type CredentialNames } from "../clouds/dynamic/credentials";
import { IconikError } from "../engine/errors";
import { isLoopback } from "../engine/settings";
import type { Cloud } from "../tenant";

/** What a storage gets from its bucket. */
export interface StoragePlace {
  /** Where it is and the credentials, as arguments of the storage; they are there once the credentials can be used. */
  connection: Record<string, unknown>;
  /** Deletes the keys before the current one, once the storage works with that. */
  retireOldKeys(storage: pulumi.Resource): void;
}

interface StorageBucket extends pulumi.ComponentResource {
  storages: Record<string, Record<string, unknown>>;
  /** Azure has none: its keys are made anew by hand. */
  retireOldKeys?(label: string, options: { dependsOn: pulumi.Resource; profile?: unknown }): unknown;
}
type StorageBucketClass = new (name: string, args: object, options: pulumi.ComponentResourceOptions) => StorageBucket;

interface Module {
  /** Optional peers of this package that it needs. */
  packages: readonly string[];
  /** Those that are needed besides to delete keys that were replaced. */
  toRetire?: readonly string[];
  load(): Promise<{ StorageBucket: unknown }>;
}

/** Each is loaded when the description has a bucket there, so that nobody needs what they do not use. */
const modules: Readonly<Record<CloudModule, Module>> = {
  aws: { packages: ["@pulumi/aws"], toRetire: ["@aws-sdk/client-iam"], load: () => import("../clouds/aws/index.js") },
  gcp: { packages: ["@pulumi/gcp"], toRetire: ["google-auth-library"], load: () => import("../clouds/gcp/index.js") },
  azure: { packages: ["@pulumi/azure-native"], load: () => import("../clouds/azure/index.js") },
  b2: { packages: [], load: () => import("../clouds/b2/index.js") },
  s3: { packages: ["@aws-sdk/client-s3", "@aws-sdk/client-iam"], load: () => import("../clouds/s3/index.js") },
  ibm: { packages: [], load: () => import("../clouds/ibm/index.js") },
};

/** Packages that these buckets need. */
export const packagesOf = (plans: readonly BucketPlan[]): string[] => [
  ...new Set(
    plans.flatMap(({ module, args }) => [
      ...modules[module].packages,
      ...(hasRotation(args) ? (modules[module].toRetire ?? []) : []),
    ]),
  ),
];

/** Those of them that are not installed. */
export const missingPackages = (plans: readonly BucketPlan[]): string[] =>
  packagesOf(plans).filter((name) => !isInstalled(name));

const hasRotation = ({ storages }: BucketPlan["args"]): boolean =>
  Object.values(storages as Record<string, { rotate?: unknown }>).some(({ rotate }) => rotate !== undefined);

/** What is wrong with the credentials of whoever makes these buckets, where this package's own code asks for them. */
export function missingCredentials(
  plans: readonly BucketPlan[],
  from: Parameters<typeof readCredentials>[2],
): string[] {
  const found = plans.flatMap(({ module, args }) => {
    const type = { s3: args.type as "wasabi", b2: "b2", ibm: "ibmCos" }[module as string] as
      keyof typeof administrators | undefined;
    if (!type) return [];
    try {
      readCredentials(
        String(args.cloud ?? administrators[type].label),
        administrators[type].names as CredentialNames<string>,
        from,
      );
      return [];
    } catch (error) {
      if (!(error instanceof IconikError)) throw error;
      return [error.message];
    }
  });
  return [...new Set(found)];
}

function isInstalled(name: string): boolean {
  try {
    require.resolve(`${name}/package.json`);
    return true;
  } catch (error) {
    // Found, and not to be looked into.
    return (error as NodeJS.ErrnoException).code === "ERR_PACKAGE_PATH_NOT_EXPORTED";
  }
}

/** What the plans need, and nothing else. */
export async function loadClouds(plans: readonly BucketPlan[]): Promise<Clouds> {
  const clouds: Clouds = { buckets: new Map() };
  for (const { module, cloud } of plans) {
    clouds.buckets.set(module, (await modules[module].load()).StorageBucket as StorageBucketClass);
    if (cloud?.values.type === "aws") clouds.AwsProvider ??= (await import("@pulumi/aws/provider.js")).Provider;
  }
  return clouds;
}

interface Clouds {
  buckets: Map<CloudModule, StorageBucketClass>;
  AwsProvider?: new (name: string, args: { profile?: string; region?: string }) => pulumi.ProviderResource;
}

/**
 * Makes the buckets, and gives the place of each storage by its label. What is taken out of the description stays in its
 * cloud: nothing there is deleted, and so nothing is protected from being forgotten.
 */
export function makeBuckets(
  clouds: Clouds,
  plans: readonly BucketPlan[],
  { domainId, url }: { domainId?: string; url: string },
): Map<string, StoragePlace> {
  const tenant = new URL(url);
  const providers = new Map<string, pulumi.ProviderResource>();
  const places = new Map<string, StoragePlace>();
  for (const { module, name, args, cloud, labels } of plans) {
    const StorageBucket = clouds.buckets.get(module)!;
    const provider = cloud && (providers.get(cloud.label) ?? providerOf(clouds, cloud));
    if (provider) providers.set(cloud.label, provider);
    const bucket = new StorageBucket(
      name,
      {
        ...args,
        ...(module === "aws" && { domainId }),
        // Whoever opens a tenant on loopback does so with no browser.
        ...(!isLoopback(tenant) && { origins: [tenant.origin] }),
      },
      { ...(provider && { providers: [provider] }), transformations: [unprotected] },
    );
    for (const label of labels) {
      places.set(label, {
        connection: connectionOf(bucket.storages[label]!),
        retireOldKeys: (storage) =>
          bucket.retireOldKeys?.(label, {
            dependsOn: storage,
            ...(cloud?.values.profile !== undefined && { profile: cloud.values.profile }),
          }),
      });
    }
  }
  return places;
}

/** The file says these itself, and what it does not say stays unmanaged. */
const ofTheFile = new Set([
  "type",
  "purpose",
  "path",
  "read",
  "write",
  "delete",
  "scan",
  "useAcceleration",
  "notificationSqsUrl",
]);

const connectionOf = (all: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(all).filter(([name]) => !ofTheFile.has(name)));

const unprotected: pulumi.ResourceTransformation = ({ props, opts }) => ({
  props,
  opts: opts.retainOnDelete ? { ...opts, protect: false } : opts,
});

/** Of the clouds that Pulumi's own providers make things in, those whose entry can say something to the provider. */
function providerOf(
  { AwsProvider }: Clouds,
  { label, values: { type, profile, region } }: Cloud,
): pulumi.ProviderResource | undefined {
  if (type !== "aws" || !AwsProvider) return undefined;
  return new AwsProvider(label, { ...(profile !== undefined && { profile }), ...(region !== undefined && { region }) });
}
