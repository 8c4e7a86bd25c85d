/**
 * Grants on a real server: bucket, user, policy and key are made through the S3 and IAM API, and the key is tried. What
 * iconik needs works, everything else is refused, and every action of the statement is needed for something. Not here:
 * KMS, SQS and transfer acceleration, which the server does not have.
 */

import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteUserPolicyCommand,
  IAMClient,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateBucketCommand, PutBucketPolicyCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import {
  bucketPolicy,
  statementOf,
  userPolicy,
  usesOf,
  type Statement,
  type StorageNeed,
} from "../provider/clouds/grants";
import { calls, hasToWork, isLetThrough, keysOf, type Scene } from "./grants/calls";
import { allNeeds, domainId } from "./grants/needs";
import { noS3Server, opened } from "./opened.ts";
import { startS3Server, type S3Server } from "./s3-server/s3-server.mts";

const { given } = opened(startS3Server, (server) => server.stop(), noS3Server);

const clientsOf = ({ s3, iam, region }: S3Server, credentials: S3Server["credentials"]) => {
  const common = { region, credentials, maxAttempts: 1 };
  return {
    client: new S3Client({ ...common, endpoint: s3, forcePathStyle: true }),
    iam: new IAMClient({ ...common, endpoint: iam }),
  };
};

/** The distinct policies among all storages whose permissions the server knows. */
function statements(): Statement[] {
  const known = allNeeds().filter(
    ({ type, credentials, kmsKey, acceleration, notificationQueue }) =>
      ["s3", "wasabi", "cloudian", "s3Compatible"].includes(type) &&
      credentials !== "managed" &&
      [kmsKey, acceleration, notificationQueue].every((option) => option === undefined),
  );
  const distinct = new Map(known.map((need) => [JSON.stringify([need.path, userPolicy(statementOf(need))]), need]));
  return [...distinct.values()].map((need, index) => statementOf({ ...need, bucket: bucketName(index) }));
}
const bucketName = (index: number): string => `example-masters-${index}`;

interface Provisioned extends Scene {
  /** Another policy in place of the user's. */
  allow(statement: Statement): Promise<void>;
  /** Puts the objects there that the calls are about. */
  fill(): Promise<void>;
}

/** Makes what provisioning would make, with an ordinary client of the API, and the scene for the key that comes out. */
async function provision(real: S3Server, statement: Statement): Promise<Provisioned> {
  const { bucket, path } = statement.need;
  const owner = clientsOf(real, real.credentials);
  const [user, other, folder] = [`iconik-${bucket}`, `${bucket}x`, path && `${path}/`];
  await Promise.all([
    ...[bucket, other].map((name) => owner.client.send(new CreateBucketCommand({ Bucket: name }))),
    owner.iam.send(new CreateUserCommand({ UserName: user })),
  ]);
  const { AccessKey: key } = await owner.iam.send(new CreateAccessKeyCommand({ UserName: user }));
  const allow = async (allowed: Statement): Promise<void> => {
    const policy = { UserName: user, PolicyName: "iconik" };
    // A policy must say something.
    if (allowed.grants.length === 0) await owner.iam.send(new DeleteUserPolicyCommand(policy));
    else
      await owner.iam.send(
        new PutUserPolicyCommand({ ...policy, PolicyDocument: JSON.stringify(userPolicy(allowed)) }),
      );
  };
  const fill = async () => {
    const places = [...keysOf(folder).map((Key) => ({ Bucket: bucket, Key })), { Bucket: other, Key: "in/film.mxf" }];
    await Promise.all(places.map((place) => owner.client.send(new PutObjectCommand({ ...place, Body: "film" }))));
  };
  await allow(statement);
  const credentials = { accessKeyId: key!.AccessKeyId!, secretAccessKey: key!.SecretAccessKey! };
  return { ...clientsOf(real, credentials), user, bucket, other, folder, allow, fill };
}

const usesIn = (need: StorageNeed): ReadonlySet<string> =>
  new Set([...usesOf(need), ...(need.path ? [] : ["whole bucket"])]);

test("every purpose and set of flags: what is needed works, and everything else is refused", async (context) => {
  const real = given(context);
  const all = statements();
  expect(all.length).toBeGreaterThan(60);
  for (const statement of all) {
    const scene = await provision(real, statement);
    await scene.fill();
    const uses = usesIn(statement.need);
    const wrong: string[] = [];
    for (const call of calls) {
      const expected = hasToWork(call, uses);
      if ((await isLetThrough(call, scene)) !== expected)
        wrong.push(`${call.name} should ${expected ? "work" : "be refused"}`);
    }
    expect({ uses: [...uses], wrong }).toEqual({ uses: [...uses], wrong: [] });
  }
}, 120_000);

test("every action is needed: without any one of them a call that is needed is refused", async (context) => {
  const real = given(context);
  // Each set of uses once; the folder changes where an action holds, not whether it is needed.
  const all = statements().filter(({ need }) => need.path === "");
  expect(all.length).toBeGreaterThan(30);
  for (const [index, statement] of all.entries()) {
    const needed = calls.filter((call) => call.isNeeded && hasToWork(call, usesIn(statement.need)));
    const scene = await provision(real, statementOf({ ...statement.need, bucket: `example-without-${index}` }));
    const surplus: string[] = [];
    for (const { action } of statement.grants) {
      await scene.allow(statementIn(scene, statement, action));
      await scene.fill();
      let isMissed = false;
      for (const call of needed) isMissed ||= !(await isLetThrough(call, scene));
      if (!isMissed) surplus.push(action);
    }
    expect({ uses: [...statement.uses], surplus }).toEqual({ uses: [...statement.uses], surplus: [] });
  }
}, 120_000);

/** The statement for the scene's bucket, with one action left out. */
function statementIn({ bucket }: Scene, { need }: Statement, without: string): Statement {
  const whole = statementOf({ ...need, bucket });
  return { ...whole, grants: whole.grants.filter(({ action }) => action !== without) };
}

test("the bucket's policy refuses everything without TLS, to a key that may read too", async (context) => {
  const real = given(context);
  const statement = statementOf({ ...statements()[0]!.need, bucket: "example-tls", read: true, cors: "ours" });
  const scene = await provision(real, statement);
  await scene.fill();
  const read = calls.find(({ name }) => name === "GetObject")!;
  expect(await isLetThrough(read, scene)).toBe(true);
  const policy = JSON.stringify(bucketPolicy([statement], domainId));
  await clientsOf(real, real.credentials).client.send(
    new PutBucketPolicyCommand({ Bucket: scene.bucket, Policy: policy }),
  );
  expect(await isLetThrough(read, scene)).toBe(false);
});
