/**
 * Statements as AWS policies: of a user, a bucket, a KMS key, a queue. Wasabi, Cloudian and others take the first two.
 */

import type { Condition, GrantGroup, Statement } from "../statement";
import { groupsOf } from "../statement";
import type { Target } from "../permissions";
import { arnOfQueue, partitionOf } from "./arn";

export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: PolicyStatement[];
}

export interface PolicyStatement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | { AWS: string } | { Service: string };
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** Who gets it: iconik's own role when it acts for this tenant, or a user by ARN. */
export type Grantee = { domainId: string } | { principal: string };

/** iconik's own role; all its customers share it, so a policy must name the tenant (help page: managed credentials). */
export const iconikRole = "arn:aws:iam::283217727627:role/IconikS3AccessRole";
const domainTag = "aws:PrincipalTag/IconikSystemDomainId";

/** Largest policies, in characters. Of a user's inline policies, all together, blanks are not counted. */
export const policyLimits = { user: 2_048, bucket: 20_480, key: 32_768 } as const;

/** Size as AWS counts it against `policyLimits`. */
export const sizeOf = (policy: PolicyDocument): number => Buffer.byteLength(JSON.stringify(policy));

/** The inline policy of a user that holds the storage's access key. */
export const userPolicy = (statement: Statement): PolicyDocument =>
  document(groupsOf(statement).map((group) => allow(group)));

/**
 * The policy of a bucket: over TLS only, and for each storage with managed credentials what iconik's role may do.
 * `domainId`: the tenant's system domain id. All statements are of storages in this one bucket; at least one.
 */
export function bucketPolicy(statements: readonly [Statement, ...Statement[]], domainId: string): PolicyDocument {
  const ids = new Map<string, number>();
  const managed = statements.filter(({ need }) => need.type === "s3" && need.credentials === "managed");
  const allowed = managed.flatMap((statement) =>
    groupsOf(statement, bucketTargets).map((group) => {
      const base = `${sidOf(statement.need.label)}${word[group.on]}`;
      const count = (ids.get(base) ?? 0) + 1;
      ids.set(base, count);
      return { ...allowTo({ domainId }, group), Sid: count === 1 ? base : `${base}${count}` };
    }),
  );
  const { need } = statements[0];
  const bucket = `arn:${partitionOf(need)}:s3:::${need.bucket}`;
  const overTls: PolicyStatement = {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [bucket, `${bucket}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  return document([overTls, ...allowed]);
}

/**
 * What the policy of the KMS key needs besides what is in it. A key whose policy lets IAM policies decide needs it for
 * managed credentials only.
 */
export function keyPolicyStatements(statement: Statement, who: Grantee): PolicyStatement[] {
  return groupsOf(statement, ["key"]).map((group) => ({
    ...allowTo(who, group),
    Sid: `${sidOf(statement.need.label)}Key`,
    // In a key's own policy: this key.
    Resource: "*",
  }));
}

/** The policy of the queue that tells of new objects: the bucket writes to it, iconik reads it. */
export function queuePolicy(statement: Statement, who: Grantee): PolicyDocument | undefined {
  const { need } = statement;
  const queue = need.notificationQueue === undefined ? undefined : arnOfQueue(need.notificationQueue);
  if (queue === undefined) return undefined;
  const account = queue.split(":")[4]!;
  const fromBucket: PolicyStatement = {
    Sid: "FromBucket",
    Effect: "Allow",
    Principal: { Service: "s3.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: queue,
    Condition: {
      ArnEquals: { "aws:SourceArn": `arn:${partitionOf(need)}:s3:::${need.bucket}` },
      StringEquals: { "aws:SourceAccount": account },
    },
  };
  return document([fromBucket, ...groupsOf(statement, ["queue"]).map((group) => allowTo(who, group))]);
}

const bucketTargets: readonly Target[] = ["bucket", "listing", "objects"];

const word: Record<Target, string> = {
  bucket: "Bucket",
  listing: "Listing",
  objects: "Objects",
  key: "Key",
  queue: "Queue",
  account: "Account",
};

const document = (statements: PolicyStatement[]): PolicyDocument => ({ Version: "2012-10-17", Statement: statements });

function allow({ on, actions, resource, conditions }: GrantGroup): PolicyStatement {
  const condition = conditionOf(conditions);
  return {
    Sid: word[on],
    Effect: "Allow",
    Action: [...actions],
    Resource: resource,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}

/** With a principal, for policies that do not hang on one. */
function allowTo(who: Grantee, group: GrantGroup): PolicyStatement {
  const ofTenant = "domainId" in who ? [{ operator: "StringEquals", key: domainTag, values: [who.domainId] }] : [];
  const { Sid, Effect, ...rest } = allow({ ...group, conditions: [...group.conditions, ...ofTenant] });
  return { Sid, Effect, Principal: { AWS: "domainId" in who ? iconikRole : who.principal }, ...rest };
}

function conditionOf(conditions: readonly Condition[]): Record<string, Record<string, string | string[]>> {
  const rendered: Record<string, Record<string, string | string[]>> = {};
  for (const { operator, key, values } of conditions) {
    rendered[operator] = { ...rendered[operator], [key]: values.length === 1 ? values[0]! : [...values] };
  }
  return rendered;
}

/** A label as part of a Sid, which takes letters and digits only. */
function sidOf(label: string): string {
  const words = label.replace(/[^A-Za-z0-9]+/g, " ").trim();
  return words ? words.replace(/(?:^| )(\w)/g, (_, letter: string) => letter.toUpperCase()) : "Storage";
}
