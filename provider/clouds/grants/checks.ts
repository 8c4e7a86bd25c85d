/** What can be said of storages before any cloud is asked. */

import { corsOwner, keyScope, usesOf, type StorageNeed, type StorageType } from "./need";
import { isPlaceholder } from "./placeholder";
import { problemCodes, type Problem, type ProblemCode } from "./problems";
import { bucketPolicy, policyLimits, sizeOf, userPolicy } from "./render/aws";
import { arnOfQueue, partitionOf } from "./render/arn";
import { statementOf } from "./statement";

interface Rule {
  matches: RegExp;
  not?: RegExp;
  /** What it has to be, to go on "a name is …". */
  says: string;
}

const s3Bucket: Rule = {
  matches: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  not: /\.\.|^\d+\.\d+\.\d+\.\d+$|^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/,
  says: "3 to 63 of a-z, 0-9, dots and dashes, with a letter or digit at both ends, no two dots in a row, and no IP address",
};

/** Names of buckets, as each cloud documents them. */
const bucketNames: Partial<Record<StorageType, Rule>> = {
  s3: s3Bucket,
  wasabi: s3Bucket,
  cloudian: s3Bucket,
  s3Compatible: s3Bucket,
  ibmCos: s3Bucket,
  gcs: {
    matches: /^(?=.{3,222}$)[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?)*$/,
    not: /^\d+\.\d+\.\d+\.\d+$|^goog|google|g00gle|^[^.]{64,}$/,
    says: "3 to 63 of a-z, 0-9, dashes, underscores and dots (with dots up to 222, 63 between two), with a letter or digit at both ends, and without google",
  },
  azure: {
    matches: /^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/,
    says: "3 to 63 of a-z, 0-9 and single dashes, with a letter or digit at both ends",
  },
  b2: {
    matches: /^[A-Za-z0-9-]{6,63}$/,
    not: /^b2-/i,
    says: "6 to 63 letters, digits and dashes, and does not begin with b2-",
  },
};

const awsRegion: Rule = { matches: /^[a-z]{2,3}(-[a-z]+)+-\d{1,2}$/, says: "written as eu-north-1" };
const regions: Partial<Record<StorageType, Rule>> = {
  s3: awsRegion,
  wasabi: awsRegion,
  ibmCos: {
    matches: /^[a-z]{2,3}(?:-[a-z]+|\d{2})?$/,
    says: "written as eu-de, or eu for a cross-region bucket, or ams03 for a single site",
  },
  gcs: {
    matches: /^[A-Za-z]+\d{0,2}(?:-[A-Za-z]+\d{0,2})*$/,
    says: "written as europe-north1, or EU for a multi-region",
  },
  azure: { matches: /^[a-z]+\d?$/, says: "written as westeurope" },
};

/** Everything that is wrong with these storages, each by itself and together, in their order. */
export function checkNeeds(needs: readonly StorageNeed[]): Problem[] {
  return needs
    .flatMap((need, index) => [...checkOne(need), ...overlaps(need, needs.slice(0, index))])
    .concat(
      // The bucket's own policy holds statements of all storages in it.
      checkBucketPolicies(needs),
    );
}

function checkOne(need: StorageNeed): Problem[] {
  const { label, type, bucket, region, path, kmsKey, notificationQueue } = need;
  const found: Problem[] = [];
  const say = (code: ProblemCode, field: string, message: string, fix: string) =>
    found.push({
      severity: problemCodes[code].severity,
      code,
      label,
      field,
      message: `storages.${label}: ${message}`,
      fix,
    });
  const container = type === "azure" ? "container" : "bucket";
  const rule = bucketNames[type];
  if (rule && !isPlaceholder(bucket) && !follows(bucket, rule)) {
    say("bucket-name", container, `${JSON.stringify(bucket)} is no name for a ${container}`, `a name is ${rule.says}`);
  }
  const regionRule = regions[type];
  if (regionRule && region !== undefined && !isPlaceholder(region) && !follows(region, regionRule)) {
    const field = type === "gcs" || type === "azure" ? "provision.location" : "region";
    say("region-name", field, `${JSON.stringify(region)} is no region by its form`, `a region is ${regionRule.says}`);
  }
  const unsafe = /[\u0000-\u001f\u007f]/.exec(path) ?? (hasPatterns(type) ? /[*?]|\$\{/.exec(path) : null);
  if (unsafe && !isPlaceholder(path)) {
    say(
      "unsafe-path",
      "path",
      `${JSON.stringify(unsafe[0])} in the folder ${JSON.stringify(path)} would mean something else in a policy`,
      "use a folder without * ? ${ and control characters",
    );
  }
  if (Buffer.byteLength(path) > 900) {
    say(
      "unsafe-path",
      "path",
      `the folder is ${Buffer.byteLength(path)} bytes long, and a key ends at 1,024`,
      "use a shorter folder",
    );
  }
  if (kmsKey !== undefined && !isPlaceholder(kmsKey)) checkKey(need, kmsKey, say);
  if (notificationQueue !== undefined && !isPlaceholder(notificationQueue) && !arnOfQueue(notificationQueue)) {
    say(
      "queue-url",
      "notificationSqsUrl",
      `${JSON.stringify(notificationQueue)} is not the URL of an SQS queue`,
      "write https://sqs.<region>.amazonaws.com/<account>/<name>",
    );
  }
  if (type === "s3" && need.credentials === "managed" && partitionOf(need) !== "aws") {
    say(
      "managed-elsewhere",
      "credentials",
      `iconik's role is not in the partition of ${region}`,
      "write credentials: keys",
    );
  }
  if (type === "b2" && corsOwner(need) === "iconik" && keyScope(need) === "bucket") {
    say(
      "cors-out-of-reach",
      "provision.cors",
      "iconik cannot write CORS rules with a key for one bucket",
      "write cors: ours, or scope: account (the key then reaches every bucket)",
    );
  }
  if (type === "b2" && corsOwner(need) === "ours" && keyScope(need) === "account") {
    say(
      "scope-too-wide",
      "provision.scope",
      "with cors: ours nothing needs a key for the whole account",
      "write scope: bucket",
    );
  }
  const isBucket = type !== "file" && type !== "portal";
  if (isBucket && !["read", "write", "delete", "scan"].some((use) => usesOf(need).has(use as "read"))) {
    say(
      "no-use",
      "read",
      "no flag is set, so iconik could do nothing there",
      "write read, write, delete or scan: true",
    );
  }
  if (takesAwsPolicies(type) && need.credentials !== "managed") {
    const size = sizeOf(userPolicy(statementOf(need)));
    if (size > policyLimits.user) {
      say(
        "policy-too-large",
        "path",
        `the user's policy has ${size} characters, and AWS takes ${policyLimits.user}`,
        "use a shorter folder, or a bucket of the storage's own",
      );
    }
  }
  return found;
}

function checkKey(
  { type, region }: StorageNeed,
  kmsKey: string,
  say: (code: ProblemCode, field: string, message: string, fix: string) => void,
): void {
  if (type === "gcs") {
    if (/^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/.test(kmsKey)) return;
    const form = "projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>";
    return say("key-name", "provision.kmsKey", `${JSON.stringify(kmsKey)} is no name of a key`, `write ${form}`);
  }
  const [, keyRegion] = /^arn:aws(?:-cn|-us-gov)?:kms:([a-z0-9-]+):\d{12}:key\/[\w-]+$/.exec(kmsKey) ?? [];
  if (!keyRegion) {
    say(
      "key-name",
      "provision.kmsKey",
      `${JSON.stringify(kmsKey)} is no ARN of a key`,
      "write arn:aws:kms:<region>:<account>:key/<id>; policies know no aliases",
    );
  } else if (region !== undefined && !isPlaceholder(region) && keyRegion !== region) {
    say(
      "key-name",
      "provision.kmsKey",
      `the key is in ${keyRegion} and the bucket in ${region}`,
      "use a key in the bucket's region; a bucket takes no other",
    );
  }
}

function overlaps(need: StorageNeed, before: readonly StorageNeed[]): Problem[] {
  return before
    .filter((other) => placeOf(other) !== undefined && placeOf(other) === placeOf(need))
    .filter((other) => holds(other.path, need.path) || holds(need.path, other.path))
    .map((other) => ({
      severity: problemCodes["overlapping-paths"].severity,
      code: "overlapping-paths",
      label: need.label,
      field: "path",
      message: `storages.${need.label}: its folder and that of storages.${other.label} hold one another, so each identity reaches the other's files`,
      fix: "give each a folder of its own",
    }));
}

function checkBucketPolicies(needs: readonly StorageNeed[]): Problem[] {
  const buckets = Map.groupBy(
    needs.filter(({ type, credentials }) => type === "s3" && credentials === "managed"),
    ({ bucket }) => bucket,
  );
  return [...buckets].flatMap(([bucket, [first, ...rest]]) => {
    // Ids have one length.
    const domainId = "0".repeat(36);
    const size = sizeOf(bucketPolicy([statementOf(first!), ...rest.map(statementOf)], domainId));
    if (size <= policyLimits.bucket) return [];
    const { label } = rest.at(-1) ?? first!;
    return {
      severity: "error" as const,
      code: "policy-too-large" as const,
      label,
      field: "bucket",
      message: `storages.${label}: the policy of bucket ${bucket} has ${size} bytes with it, and S3 takes ${policyLimits.bucket}`,
      fix: "use more than one bucket, or credentials: keys",
    };
  });
}

const follows = (text: string, { matches, not }: Rule): boolean => matches.test(text) && !not?.test(text);

const takesAwsPolicies = (type: StorageType): boolean => ["s3", "wasabi", "cloudian", "s3Compatible"].includes(type);
/** Their policies take patterns for folders. */
const hasPatterns = (type: StorageType): boolean => takesAwsPolicies(type) || type === "ibmCos";

const holds = (folder: string, path: string): boolean =>
  folder === "" || path === folder || path.startsWith(`${folder}/`);

const placeOf = ({ type, endpoint, bucket }: StorageNeed): string | undefined =>
  bucket === "" || isPlaceholder(bucket) ? undefined : JSON.stringify([type, endpoint, bucket]);
