/** What can be wrong with `provision:`, found before any cloud is asked. */

import type { Values } from "../definition";
import type { StorageProblem } from "../tenant";
import { connectionProblems } from "./addresses";
import { administrators, isCloudLabel } from "./administrators";
import { nameOf, placeOf, provisioned, type Described, type Provisioned } from "./buckets";
import { corsOwner, identityName, isPlaceholder, purposes, storagesOf, storageTypes, type StorageNeed } from "./grants";
import { instanceOf } from "./ibm/instance";

/** Everything that is wrong with provisioned storages, before any cloud is asked. */
export function provisioningProblems({ resources, ...rest }: Described): StorageProblem[] {
  // What is not even read has been told of by then.
  const described = {
    ...rest,
    resources: resources.filter(({ kind, inputs }) => kind === "Storage" && isRead(inputs)),
  };
  const made = provisioned(described);
  const own = new Set(made.map(({ need }) => need.label));
  const groups = [...Map.groupBy(made, placeOf).values()];
  const builtIn = described.resources.filter(
    ({ label, options }) => options.builtIn && described.provision.some(({ of }) => of.label === label),
  );
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
    ...besides(made, described),
    ...groups.flatMap(disagreements),
    ...collisions(
      made,
      ({ need, module }) => `${module} ${identityName(need)}`,
      (need) => `its identity would be ${identityName(need)}`,
      "give it a label that differs in letters or digits",
    ),
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

/** Fields that provisioning fills in. */
const brought = [
  "accessKey",
  "secretKey",
  "sessionToken",
  "jsonKey",
  "connectionString",
  "bucketId",
  "keyId",
  "applicationKey",
];

function missing({ need: { type, label, bucket }, provision }: Provisioned): StorageProblem[] {
  if (bucket === "") {
    const field = type === "azure" ? "container" : "bucket";
    const message = `storages.${label}: ${field} is known only when the program has run, and is needed before`;
    return [
      {
        code: "missing-field",
        label,
        field,
        message,
        fix: "write it, or take it from the stack's config as no secret",
      },
    ];
  }
  if (!["gcs", "azure"].includes(type) || provision.location !== undefined || provision.bucket === "existing")
    return [];
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

/** What the components or their clouds refuse, which is too late where others are under way by then. */
function malformed({ need, provision, project }: Provisioned): StorageProblem[] {
  const { type, label, endpoint } = need;
  const { account, resourceGroup, instance, iamEndpoint, cloud } = provision;
  const found: StorageProblem[] = [];
  const say = (code: StorageProblem["code"], field: string, message: string, fix: string) =>
    found.push({ code, label, field, message: `storages.${label}: ${message}`, fix });
  const isOwn = Object.hasOwn(administrators, type);
  if (isOwn && typeof cloud === "string" && !isCloudLabel(cloud)) {
    say(
      "wrong-format",
      "provision.cloud",
      `${JSON.stringify(cloud)} cannot name administrators' credentials, which are read from variables of that name`,
      "use letters, digits, - and _",
    );
  }
  switch (type) {
    case "s3":
      if (
        endpoint !== undefined &&
        !isPlaceholder(endpoint) &&
        !/^(https:\/\/)?[^/]*\.amazonaws\.com(\.cn)?(:\d+)?\/?$/i.test(endpoint)
      ) {
        say(
          "inconsistent-fields",
          "endpoint",
          "its bucket is made in AWS, and that is not where endpoint leads",
          "drop endpoint, or write type: s3Compatible",
        );
      }
      break;
    case "gcs":
      if (
        project !== undefined &&
        !isPlaceholder(project) &&
        !/^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(project)
      ) {
        say(
          "wrong-format",
          "project",
          `${JSON.stringify(project)} is no id of a project`,
          "an id is 6 to 30 of a-z, 0-9 and dashes, and begins with a letter; it is not the project's name",
        );
      }
      if (provision.bucket === "existing" && provision.kmsKey !== undefined) {
        say(
          "inconsistent-fields",
          "provision.kmsKey",
          "a bucket that is somebody's is not encrypted anew",
          "drop kmsKey, or bucket: existing",
        );
      }
      if (!/[A-Za-z0-9]/.test(label))
        say(
          "wrong-format",
          "provision",
          "roles are named by letters and digits, and its label has none",
          "give it a label that has some",
        );
      break;
    case "azure":
      if (!/^[a-z0-9]{3,24}$/.test(String(account))) {
        say(
          "bucket-name",
          "provision.account",
          `${JSON.stringify(account)} is no name for a storage account`,
          "a name is 3 to 24 of a-z and 0-9",
        );
      }
      if (!/^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/u.test(String(resourceGroup))) {
        say(
          "wrong-format",
          "provision.resourceGroup",
          `${JSON.stringify(resourceGroup)} is no name for a resource group`,
          "a name is up to 90 letters, digits and _ ( ) . -, and does not end with a dot",
        );
      }
      break;
    case "ibmCos":
      try {
        instanceOf(String(instance));
      } catch (error) {
        say(
          "wrong-format",
          "provision.instance",
          (error as Error).message,
          "copy it from ibmcloud resource service-instance",
        );
      }
      break;
    case "wasabi":
      if (endpoint !== undefined && iamEndpoint === undefined) {
        say(
          "missing-field",
          "provision",
          "its endpoint is not Wasabi's own, so provision.iamEndpoint is needed",
          "write where its users are made, or drop endpoint",
        );
      }
      break;
  }
  if (isOwn) {
    // What is no address at all is told of where it is read.
    const written = Object.entries({ endpoint, iamEndpoint }).filter(
      ([, value]) => typeof value === "string" && !isPlaceholder(value) && URL.canParse(value),
    );
    for (const problem of connectionProblems(Object.fromEntries(written) as { endpoint?: string })) {
      say(
        "wrong-format",
        problem.startsWith("iamEndpoint") ? "provision.iamEndpoint" : "endpoint",
        problem,
        "correct the address",
      );
    }
  }
  for (const word of ["rotate", "maxKeyAgeDays"]) {
    if (type !== "s3" || need.credentials !== "managed" || provision[word] === undefined) continue;
    say(
      "inconsistent-fields",
      `provision.${word}`,
      `${word} is for keys, and managed credentials have none`,
      "drop it, or write credentials: keys",
    );
  }
  return found;
}

/** The policy of a bucket that is made here is ours as a whole: what it does not know of cannot use the bucket. */
function besides(made: readonly Provisioned[], described: Described): StorageProblem[] {
  const ours = new Map(
    made.flatMap(({ need, provision }) =>
      need.type === "s3" && provision.bucket !== "existing" ? [[need.bucket, need.label] as const] : [],
    ),
  );
  const own = new Set(made.map(({ need }) => need.label));
  return storagesOf(described).storages.flatMap(({ need: { type, label, bucket, credentials } }) =>
    type === "s3" && credentials === "managed" && !own.has(label) && !isPlaceholder(bucket) && ours.has(bucket)
      ? [
          {
            code: "one-bucket" as const,
            label,
            field: "bucket",
            message: `storages.${label}: its bucket is made for storages.${ours.get(bucket)}, with a policy that would not let it in`,
            fix: "write provision: {} here too, or credentials: keys",
          },
        ]
      : [],
  );
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
