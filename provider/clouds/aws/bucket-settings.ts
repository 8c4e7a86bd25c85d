/** A bucket of our own, with everything that is settled when it is made. */

import * as pulumi from "@pulumi/pulumi";
import { corsOwner, corsRule, s3Cors, type StorageNeed } from "../grants";
import { sdk } from "./sdk";

export interface BucketSettings {
  bucket: string;
  region: string;
  kmsKey: pulumi.Input<string> | undefined;
  versioning: boolean | undefined;
  needs: readonly StorageNeed[];
  origins: readonly string[] | undefined;
  /** As JSON. */
  policy: pulumi.Input<string>;
}

/** Days after which an upload that was never finished is cleared away: such parts cost, and nothing shows them. */
const abortAfterDays = 7;

/** All of them: a storage waits until each is in place. */
export function bucketSettings(
  parent: pulumi.Resource,
  name: string,
  { bucket: bucketName, region, kmsKey, versioning, needs, origins, policy }: BucketSettings,
): pulumi.Resource[] {
  const aws = sdk();
  // What is taken out of a program keeps its settings: a bucket without them would be open wider than before.
  const kept = { parent, retainOnDelete: true };
  const made = new aws.Bucket(name, { bucket: bucketName, region, forceDestroy: false }, { ...kept, protect: true });
  const on = { bucket: made.bucket, region };
  const publicAccess = new aws.BucketPublicAccessBlock(
    name,
    { ...on, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    kept,
  );
  // S3 refuses changes of a bucket's access that come at once, so these three come one after the other.
  const ownership = new aws.BucketOwnershipControls(
    name,
    { ...on, rule: { objectOwnership: "BucketOwnerEnforced" } },
    { ...kept, dependsOn: publicAccess },
  );
  const bucketPolicy = new aws.BucketPolicy(name, { ...on, policy }, { ...kept, dependsOn: ownership });
  const encryption = new aws.BucketServerSideEncryptionConfiguration(
    name,
    {
      ...on,
      rules: [
        kmsKey === undefined
          ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
          : {
              applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKey },
              bucketKeyEnabled: true,
            },
      ],
    },
    kept,
  );
  const cleanUp = new aws.BucketLifecycleConfiguration(
    name,
    {
      ...on,
      rules: [
        {
          id: "unfinished-uploads",
          status: "Enabled",
          filter: {},
          abortIncompleteMultipartUpload: { daysAfterInitiation: abortAfterDays },
        },
      ],
    },
    kept,
  );
  const corsRules = corsRulesOf(needs, origins);
  return [
    bucketPolicy,
    encryption,
    cleanUp,
    ...(versioning === undefined
      ? []
      : [
          new aws.BucketVersioning(
            name,
            { ...on, versioningConfiguration: { status: versioning ? "Enabled" : "Suspended" } },
            kept,
          ),
        ]),
    ...(corsRules.length === 0 ? [] : [new aws.BucketCorsConfiguration(name, { ...on, corsRules }, kept)]),
    ...(needs.some(({ acceleration }) => acceleration)
      ? [new aws.BucketAccelerateConfiguration(name, { ...on, status: "Enabled" }, kept)]
      : []),
  ];
}

/** One rule for each way in which the bucket's storages are used. */
function corsRulesOf(needs: readonly StorageNeed[], origins: readonly string[] | undefined) {
  const rules = needs.flatMap((need) => (corsOwner(need) === "ours" ? (corsRule(need, origins) ?? []) : []));
  const distinct = [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
  return distinct.flatMap((rule) =>
    s3Cors(rule).CORSRules.map(({ AllowedOrigins, AllowedMethods, AllowedHeaders, ExposeHeaders, MaxAgeSeconds }) => ({
      allowedOrigins: AllowedOrigins,
      allowedMethods: AllowedMethods,
      allowedHeaders: AllowedHeaders,
      exposeHeaders: ExposeHeaders,
      maxAgeSeconds: MaxAgeSeconds,
    })),
  );
}
