/**
 * The buckets that a tenant file asks for: its provisioned storages by cloud and bucket, as the arguments that a program
 * would give to the `StorageBucket` of `pulumi-iconik/<cloud>`. Reads what is described and asks nobody.
 */

import type { Values } from "../definition";
import type { Cloud, Desired, Provision, StorageProblem } from "../tenant";
import { instanceOf } from "./ibm/instance";
import { connectionProblems } from "./addresses";
import { corsOwner, identityName, isPlaceholder, purposes, storagesOf, storageTypes, type StorageNeed, type TenantStorage } from "./grants";

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

/** Fields that provisioning fills in. */
const brought = ["accessKey", "secretKey", "sessionToken", "jsonKey", "connectionString", "bucketId", "keyId", "applicationKey"];

type Described = Pick<Desired, "resources" | "provision" | "clouds">;

/** Everything that is wrong with provisioned storages, before any cloud is asked. */
export function provisioningProblems({ resources, ...rest }: Described): StorageProblem[] {
  // What is not even read has been told of by then.
  const described = { ...rest, resources: resources.filter(({ kind, inputs }) => kind === "Storage" && isRead(inputs)) };
  const made = provisioned(described);
  const own = new Set(made.map(({ need }) => need.label));
  const groups = [...Map.groupBy(made, placeOf).values()];
  const builtIn = described.resources.filter(({ label, options }) => options.builtIn && described.provision.some(({ of }) => of.label === label));
  return [
    ...builtIn.map(({ label }) => ({
      code: "inconsistent-fields" as const,
      label,
      field: "provision",
      message: `storages.${label}: iconik made this storage itself, so there is nothing to provision`,
      fix: "drop provision, or builtIn",
    })),
    // Of storages that are there, the cloud has taken all of this. Overlaps are told of whether they are or not.
    ...storagesOf({ ...described, resources: described.resources.filter(({ label }) => own.has(label)) })
      .problems.filter(({ code }) => code !== "overlapping-paths")
      .map(({ code, label, field, message, fix }) => ({ code, label, field, message, fix })),
    ...made.flatMap((one) => [...missing(one), ...malformed(one), ...superfluous(one, described)]),
    ...groups.flatMap(disagreements),
    ...collisions(made, ({ need, module }) => `${module} ${identityName(need)}`, (need) => `its identity would be ${identityName(need)}`, "give it a label that differs in letters or digits"),
    ...collisions(
      groups.map(([first]) => first!),
      (one) => `${one.module} ${nameOf(one)}`,
      (need) => `its ${need.type === "azure" ? "account" : "bucket"} has the name of another one elsewhere`,
      "make one of the two in a TypeScript program",
    ),
  ];
}

const isRead = ({ type, purpose }: Values): boolean =>
  (storageTypes as readonly unknown[]).includes(type) && (purposes as readonly unknown[]).includes(purpose);

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

interface Provisioned extends TenantStorage {
  module: CloudModule;
  /** As it is written, or with the values of the stack in their places. */
  written: Provision["values"];
}

function provisioned(described: Described): Provisioned[] {
  const provisions = new Map(described.provision.map((one) => [one.of.label, one]));
  return storagesOf(described).storages.flatMap((storage) => {
    const [module, provision] = [cloudModules[storage.need.type], provisions.get(storage.need.label)];
    return module && provision ? [{ ...storage, module, written: provision.values }] : [];
  });
}

/** What is in one bucket of one service. */
const placeOf = ({ module, need, provision }: Provisioned): string =>
  JSON.stringify(need.type === "azure" ? [module, provision.account] : [module, need.type, need.endpoint ?? "", need.bucket]);

const nameOf = ({ need, provision }: Provisioned): string => (need.type === "azure" ? String(provision.account) : need.bucket);

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

// Problems

function missing({ need: { type, label, bucket }, provision }: Provisioned): StorageProblem[] {
  if (bucket === "") {
    const field = type === "azure" ? "container" : "bucket";
    const message = `storages.${label}: ${field} is known only when the program has run, and is needed before`;
    return [{ code: "missing-field", label, field, message, fix: "write it, or take it from the stack's config as no secret" }];
  }
  if (!["gcs", "azure"].includes(type) || provision.location !== undefined || provision.bucket === "existing") return [];
  return [
    {
      code: "missing-field",
      label,
      field: "provision",
      message: `storages.${label}: provision.location is missing, so nobody knows where the ${type === "azure" ? "account" : "bucket"} is to be`,
      fix: `write location: ${type === "azure" ? "westeurope" : "EU"}, or bucket: existing`,
    },
  ];
}

/** What the components refuse by themselves, which is too late where others are under way by then. */
function malformed({ need: { type, label, endpoint, credentials }, provision }: Provisioned): StorageProblem[] {
  const { account, instance, iamEndpoint } = provision;
  const found: StorageProblem[] = [];
  const say = (code: StorageProblem["code"], field: string, message: string, fix: string) =>
    found.push({ code, label, field, message: `storages.${label}: ${message}`, fix });
  if (type === "azure" && !/^[a-z0-9]{3,24}$/.test(String(account))) {
    say("bucket-name", "provision.account", `${JSON.stringify(account)} is no name for a storage account`, "a name is 3 to 24 of a-z and 0-9");
  }
  if (type === "ibmCos") {
    try {
      instanceOf(String(instance));
    } catch (error) {
      say("wrong-format", "provision.instance", (error as Error).message, "copy it from ibmcloud resource service-instance");
    }
  }
  if (["wasabi", "cloudian", "s3Compatible"].includes(type)) {
    const addresses = { ...(endpoint !== undefined && !isPlaceholder(endpoint) && { endpoint }), ...(typeof iamEndpoint === "string" && { iamEndpoint }) };
    for (const problem of connectionProblems(addresses)) {
      const field = problem.startsWith("iamEndpoint") ? "provision.iamEndpoint" : "endpoint";
      say("wrong-format", field, problem, "correct the address");
    }
    if (type === "wasabi" && endpoint !== undefined && iamEndpoint === undefined) {
      say("missing-field", "provision", "its endpoint is not Wasabi's own, so provision.iamEndpoint is needed", "write where its users are made, or drop endpoint");
    }
  }
  for (const word of ["rotate", "maxKeyAgeDays"]) {
    if (type !== "s3" || credentials !== "managed" || provision[word] === undefined) continue;
    say("inconsistent-fields", `provision.${word}`, `${word} is for keys, and managed credentials have none`, "drop it, or write credentials: keys");
  }
  return found;
}

function superfluous({ need: { label } }: Provisioned, { resources }: Described): StorageProblem[] {
  const inputs = resources.find((one) => one.kind === "Storage" && one.label === label)?.inputs ?? {};
  return brought
    .filter((field) => inputs[field] !== undefined)
    .map((field) => ({
      code: "inconsistent-fields",
      label,
      field,
      message: `storages.${label}: ${field} is written, and provision: makes another one`,
      fix: "keep one of the two",
    }));
}

/** What is said of the bucket has to be said alike by all storages in it. */
function disagreements(group: readonly Provisioned[]): StorageProblem[] {
  const [first, ...others] = group as [Provisioned, ...Provisioned[]];
  if (first.need.type === "azure" && others.length > 0) {
    return others.map(({ need: { label } }) => ({
      code: "one-bucket",
      label,
      field: "provision.account",
      message: `storages.${label}: its account is that of storages.${first.need.label}, and iconik's key reaches everything in an account`,
      fix: "give each storage an account of its own",
    }));
  }
  return others.flatMap((other) => {
    const [theirs, ours] = [first, other].map(said) as [Record<string, unknown>, Record<string, unknown>];
    return Object.keys(theirs)
      .filter((field) => JSON.stringify(theirs[field]) !== JSON.stringify(ours[field]))
      .map((field) => ({
        code: "one-bucket" as const,
        label: other.need.label,
        field,
        message: `storages.${other.need.label}: ${field} is not that of storages.${first.need.label}, and both are in bucket ${first.need.bucket}`,
        fix: `write the same ${field} for both`,
      }));
  });
}

const said = ({ need, provision, written, project }: Provisioned): Record<string, unknown> => ({
  region: need.region,
  project,
  "provision.bucket": provision.bucket ?? "create",
  "provision.cloud": provision.cloud,
  "provision.adopt": provision.adopt,
  "provision.cors": corsOwner(need),
  "provision.kmsKey": written.kmsKey,
  "provision.location": provision.location,
  "provision.instance": provision.instance,
  "provision.iamEndpoint": provision.iamEndpoint,
});

function collisions(
  all: readonly Provisioned[],
  key: (one: Provisioned) => string,
  what: (need: StorageNeed) => string,
  fix: string,
): StorageProblem[] {
  const known = all.filter(({ need }) => !isPlaceholder(need.bucket));
  return [...Map.groupBy(known, key).values()].flatMap(([first, ...others]) =>
    others.map(({ need }) => ({
      code: "one-bucket",
      label: need.label,
      field: "provision",
      message: `storages.${need.label}: ${what(need)}, as that of storages.${first!.need.label}`,
      fix,
    })),
  );
}
