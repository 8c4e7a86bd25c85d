/**
 * S3 calls as iconik makes them, and others that it must not be able to make: each with the uses for which it has to
 * work. Written from the S3 API, not from the statement of need.
 */

import * as s3 from "@aws-sdk/client-s3";
import * as iam from "@aws-sdk/client-iam";
import type { Use } from "../../provider/clouds/grants";

/** Who calls, and what lies where. */
export interface Scene {
  client: s3.S3Client;
  iam: iam.IAMClient;
  user: string;
  bucket: string;
  /** Another bucket of the same owner, whose name begins with this one's. */
  other: string;
  /** What stands before the keys of the storage: "in/" or "". */
  folder: string;
}

export interface Call {
  name: string;
  /** Has to work when all uses of one of these lists apply; with no list it must be refused. */
  when: readonly (readonly (Use | "whole bucket")[])[];
  make(scene: Scene): Promise<unknown>;
  /** iconik makes it: without it, something would not work. */
  isNeeded?: true;
  /** An answer that comes after the policy had its say: there is nothing, or the server cannot do it. */
  after?: string;
}

const call = (name: string, when: Call["when"], make: Call["make"], after?: string): Call => ({
  name,
  when,
  make,
  ...(after !== undefined && { after }),
});

/** Keys that there are before each round: inside, deletable ones, and beside the folder. */
export const keysOf = (folder: string): string[] => [
  ...["film.mxf", "delete", "delete-many", "deep/er/film.mxf"].map((name) => `${folder}${name}`),
  ...outside,
];
const outside = ["in2/film.mxf", "out/film.mxf", "in.mxf"];

const multipart = async ({ client, bucket, folder }: Scene, end: "complete" | "abort"): Promise<unknown> => {
  const at = { Bucket: bucket, Key: `${folder}parts-${end}` };
  const { UploadId } = await client.send(new s3.CreateMultipartUploadCommand(at));
  const part = await client.send(new s3.UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: "part" }));
  const parts = { Parts: [{ PartNumber: 1, ETag: part.ETag }] };
  return end === "abort"
    ? client.send(new s3.AbortMultipartUploadCommand({ ...at, UploadId }))
    : client.send(new s3.CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: parts }));
};

const list =
  (prefix?: string, of: "bucket" | "other" = "bucket") =>
  (scene: Scene) =>
    scene.client.send(new s3.ListObjectsV2Command({ Bucket: scene[of], Prefix: prefix }));
const get =
  (key: string, of: "bucket" | "other" = "bucket") =>
  (scene: Scene) =>
    scene.client.send(new s3.GetObjectCommand({ Bucket: scene[of], Key: key }));
const put =
  (key: string, of: "bucket" | "other" = "bucket") =>
  (scene: Scene) =>
    scene.client.send(new s3.PutObjectCommand({ Bucket: scene[of], Key: key, Body: "new" }));

/** The calls that iconik makes. */
const needed: Call[] = [
  call("GetBucketLocation", [[]], ({ client, bucket }) =>
    client.send(new s3.GetBucketLocationCommand({ Bucket: bucket })),
  ),
  call("ListObjectsV2 in the folder", [["read"], ["scan"]], (scene) => list(scene.folder)(scene)),
  call("ListObjectsV2 deeper", [["read"], ["scan"]], (scene) => list(`${scene.folder}deep/`)(scene)),
  call("GetObject", [["read"]], (scene) => get(`${scene.folder}film.mxf`)(scene)),
  call("GetObject deeper", [["read"]], (scene) => get(`${scene.folder}deep/er/film.mxf`)(scene)),
  call("HeadObject", [["read"]], ({ client, bucket, folder }) =>
    client.send(new s3.HeadObjectCommand({ Bucket: bucket, Key: `${folder}film.mxf` })),
  ),
  call("GetObject, a range", [["read"]], ({ client, bucket, folder }) =>
    client.send(new s3.GetObjectCommand({ Bucket: bucket, Key: `${folder}film.mxf`, Range: "bytes=0-1" })),
  ),
  call("PutObject", [["write"]], (scene) => put(`${scene.folder}new`)(scene)),
  call("an upload in parts", [["write"]], (scene) => multipart(scene, "complete")),
  call("an upload in parts, given up", [["write"]], (scene) => multipart(scene, "abort")),
  call("CopyObject", [["read", "write"]], ({ client, bucket, folder }) =>
    client.send(
      new s3.CopyObjectCommand({ Bucket: bucket, Key: `${folder}copy`, CopySource: `${bucket}/${folder}film.mxf` }),
    ),
  ),
  call("DeleteObject", [["delete"]], ({ client, bucket, folder }) =>
    client.send(new s3.DeleteObjectCommand({ Bucket: bucket, Key: `${folder}delete` })),
  ),
  call("DeleteObjects", [["delete"]], ({ client, bucket, folder }) =>
    client.send(
      new s3.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: `${folder}delete-many` }] } }),
    ),
  ),
  call(
    "RestoreObject",
    [["read", "restore"]],
    ({ client, bucket, folder }) =>
      client.send(
        new s3.RestoreObjectCommand({ Bucket: bucket, Key: `${folder}film.mxf`, RestoreRequest: { Days: 1 } }),
      ),
    "NotImplemented",
  ),
  call("PutBucketCors", [["cors"]], ({ client, bucket }) =>
    client.send(
      new s3.PutBucketCorsCommand({
        Bucket: bucket,
        CORSConfiguration: { CORSRules: [{ AllowedMethods: ["GET"], AllowedOrigins: ["https://app.iconik.io"] }] },
      }),
    ),
  ),
  call(
    "GetBucketCors",
    [["cors"]],
    ({ client, bucket }) => client.send(new s3.GetBucketCorsCommand({ Bucket: bucket })),
    "NoSuchCORSConfiguration",
  ),
];

/** Calls that come with a permission that is needed for others. */
const alongside: Call[] = [
  call(
    "HeadBucket",
    [
      ["read", "whole bucket"],
      ["scan", "whole bucket"],
    ],
    ({ client, bucket }) => client.send(new s3.HeadBucketCommand({ Bucket: bucket })),
  ),
  call(
    "ListObjectsV2 of everything",
    [
      ["read", "whole bucket"],
      ["scan", "whole bucket"],
    ],
    list(),
  ),
  call(
    "ListObjectsV2 of a look-alike folder",
    [
      ["read", "whole bucket"],
      ["scan", "whole bucket"],
    ],
    list("in2/"),
  ),
  call(
    "ListObjectsV2 of the folder's name without its slash",
    [
      ["read", "whole bucket"],
      ["scan", "whole bucket"],
    ],
    list("in"),
  ),
  call("GetObject in a look-alike folder", [["read", "whole bucket"]], get("in2/film.mxf")),
  call("GetObject of an object named like the folder", [["read", "whole bucket"]], get("in.mxf")),
  call("PutObject in a look-alike folder", [["write", "whole bucket"]], put("in2/new")),
  call("CopyObject from another folder", [["read", "write", "whole bucket"]], ({ client, bucket, folder }) =>
    client.send(
      new s3.CopyObjectCommand({ Bucket: bucket, Key: `${folder}stolen`, CopySource: `${bucket}/out/film.mxf` }),
    ),
  ),
  call("DeleteObject in another folder", [["delete", "whole bucket"]], ({ client, bucket }) =>
    client.send(new s3.DeleteObjectCommand({ Bucket: bucket, Key: "out/film.mxf" })),
  ),
  call("DeleteObjects in a look-alike folder", [["delete", "whole bucket"]], ({ client, bucket }) =>
    client.send(new s3.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: "in2/film.mxf" }] } })),
  ),
  // Its action is PutBucketCORS.
  call("DeleteBucketCors", [["cors"]], ({ client, bucket }) =>
    client.send(new s3.DeleteBucketCorsCommand({ Bucket: bucket })),
  ),
];

const refused = (name: string, make: Call["make"]): Call => call(name, [], make);
const nobody = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:*", Resource: "*" }],
});

/** Calls that no storage makes. */
const never: Call[] = [
  refused("ListObjectsV2 of another bucket", list(undefined, "other")),
  refused("GetObject of another bucket", get("in/film.mxf", "other")),
  refused("PutObject to another bucket", put("in/new", "other")),
  refused("CopyObject from another bucket", ({ client, bucket, other, folder }) =>
    client.send(
      new s3.CopyObjectCommand({ Bucket: bucket, Key: `${folder}stolen`, CopySource: `${other}/in/film.mxf` }),
    ),
  ),
  refused("DeleteObject of another bucket", ({ client, other }) =>
    client.send(new s3.DeleteObjectCommand({ Bucket: other, Key: "in/film.mxf" })),
  ),
  refused("ListBuckets", ({ client }) => client.send(new s3.ListBucketsCommand({}))),
  refused("CreateBucket", ({ client, bucket }) => client.send(new s3.CreateBucketCommand({ Bucket: `${bucket}-new` }))),
  refused("DeleteBucket", ({ client, bucket }) => client.send(new s3.DeleteBucketCommand({ Bucket: bucket }))),
  refused("GetBucketPolicy", ({ client, bucket }) => client.send(new s3.GetBucketPolicyCommand({ Bucket: bucket }))),
  refused("PutBucketPolicy", ({ client, bucket }) =>
    client.send(new s3.PutBucketPolicyCommand({ Bucket: bucket, Policy: nobody })),
  ),
  refused("DeleteBucketPolicy", ({ client, bucket }) =>
    client.send(new s3.DeleteBucketPolicyCommand({ Bucket: bucket })),
  ),
  refused("GetBucketAcl", ({ client, bucket }) => client.send(new s3.GetBucketAclCommand({ Bucket: bucket }))),
  refused("PutBucketAcl", ({ client, bucket }) =>
    client.send(new s3.PutBucketAclCommand({ Bucket: bucket, ACL: "public-read" })),
  ),
  refused("PutBucketOwnershipControls", ({ client, bucket }) =>
    client.send(
      new s3.PutBucketOwnershipControlsCommand({
        Bucket: bucket,
        OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] },
      }),
    ),
  ),
  refused("PutBucketVersioning", ({ client, bucket }) =>
    client.send(new s3.PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: "Enabled" } })),
  ),
  refused("PutBucketTagging", ({ client, bucket }) =>
    client.send(new s3.PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet: [{ Key: "a", Value: "b" }] } })),
  ),
  refused("ListObjectVersions", ({ client, bucket, folder }) =>
    client.send(new s3.ListObjectVersionsCommand({ Bucket: bucket, Prefix: folder })),
  ),
  refused("ListMultipartUploads", ({ client, bucket }) =>
    client.send(new s3.ListMultipartUploadsCommand({ Bucket: bucket })),
  ),
  refused("GetObjectTagging", ({ client, bucket, folder }) =>
    client.send(new s3.GetObjectTaggingCommand({ Bucket: bucket, Key: `${folder}film.mxf` })),
  ),
  refused("GetObjectAcl", ({ client, bucket, folder }) =>
    client.send(new s3.GetObjectAclCommand({ Bucket: bucket, Key: `${folder}film.mxf` })),
  ),
  refused("GetObjectAttributes", ({ client, bucket, folder }) =>
    client.send(
      new s3.GetObjectAttributesCommand({ Bucket: bucket, Key: `${folder}film.mxf`, ObjectAttributes: ["ObjectSize"] }),
    ),
  ),
  refused("CreateUser", (scene) => scene.iam.send(new iam.CreateUserCommand({ UserName: "intruder" }))),
  refused("CreateAccessKey", (scene) => scene.iam.send(new iam.CreateAccessKeyCommand({ UserName: scene.user }))),
  refused("PutUserPolicy", (scene) =>
    scene.iam.send(new iam.PutUserPolicyCommand({ UserName: scene.user, PolicyName: "more", PolicyDocument: nobody })),
  ),
];

const isDeletion = ({ name }: Call): boolean => name.startsWith("Delete");
const working = [...needed.map((one): Call => ({ ...one, isNeeded: true })), ...alongside];

/** Deletions come last among those that may work, so that nothing is missed for another reason. */
export const calls: readonly Call[] = [
  ...never,
  ...working.filter((one) => !isDeletion(one)),
  ...working.filter(isDeletion),
];

export const hasToWork = ({ when }: Call, uses: ReadonlySet<string>): boolean =>
  when.some((all) => all.every((use) => uses.has(use)));

/** Did the policy let the call through? Any answer that is neither success nor a refusal is an error. */
export async function isLetThrough({ make, after }: Call, scene: Scene): Promise<boolean> {
  try {
    const { Errors = [] } = (await make(scene)) as { Errors?: { Code?: string }[] };
    if (Errors.length === 0) return true;
    if (Errors.every(({ Code }) => Code === "AccessDenied")) return false;
    throw new Error(JSON.stringify(Errors));
  } catch (error) {
    const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
    if (after !== undefined && name === after) return true;
    if ($metadata?.httpStatusCode === 403) return false;
    throw error;
  }
}
