// A real S3 server with a real IAM, a gate before each of the two, and provider processes that are pointed at them.
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, ListAccessKeysCommand } from "@aws-sdk/client-iam";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { type Properties } from "../provider-process.ts";
import { createStack, type Entry, type Stack } from "../stack.ts";
import { startS3Server, type S3Server } from "../s3-server/s3-server.mts";
import { startGate, type Gate } from "./gate.ts";

export interface Scene {
  server: S3Server;
  s3: Gate;
  iam: Gate;
  /** Inputs that say where it is; of buckets and of users. */
  at: { cloud: string; endpoint: string; region: string };
  atIam: { cloud: string; endpoint: string; region: string; iamEndpoint: string };
  env: Record<string, string>;
  /** The administrator, past the gates. */
  owner: { s3: S3Client; iam: IAMClient };
  stack(options?: { state?: Map<string, Entry>; env?: Record<string, string>; config?: Properties }): Promise<Stack>;
  close(): Promise<void>;
}

export async function openScene(): Promise<Scene> {
  const server = await startS3Server();
  const [s3, iam] = [await startGate(server.s3), await startGate(server.iam)];
  const { region, credentials } = server;
  const at = { cloud: "wasabi", endpoint: s3.url, region };
  const env = { WASABI_ACCESS_KEY_ID: credentials.accessKeyId, WASABI_SECRET_ACCESS_KEY: credentials.secretAccessKey };
  const owner = {
    s3: new S3Client({ endpoint: server.s3, region, credentials, forcePathStyle: true, maxAttempts: 1 }),
    iam: new IAMClient({ endpoint: server.iam, region, credentials, maxAttempts: 1 }),
  };
  return {
    server,
    s3,
    iam,
    at,
    env,
    owner,
    atIam: { ...at, iamEndpoint: iam.url },
    // No iconik is asked for anything here.
    stack: ({ env: more, ...options } = {}) =>
      createStack(
        { url: "http://127.0.0.1:1", appId: "none", authToken: "none" },
        { retained: true, env: { ...env, ...more }, ...options },
      ),
    async close() {
      await Promise.all([s3.close(), iam.close()]);
      await server.stop();
    },
  };
}

export const keyIds = async ({ owner }: Scene, UserName: string): Promise<string[]> =>
  ((await owner.iam.send(new ListAccessKeysCommand({ UserName }))).AccessKeyMetadata ?? []).map(
    ({ AccessKeyId }) => AccessKeyId!,
  );

/** A user and a key that are nobody's business here. */
export async function foreignKey({ owner }: Scene, UserName: string, isNew = false): Promise<string> {
  if (isNew) await owner.iam.send(new CreateUserCommand({ UserName }));
  return (await owner.iam.send(new CreateAccessKeyCommand({ UserName }))).AccessKey!.AccessKeyId!;
}

/** Whether a key lists the bucket: "works", or the error's name. */
export async function tryKey(
  { server }: Scene,
  Bucket: string,
  accessKeyId: string,
  secretAccessKey: string,
): Promise<string> {
  const client = new S3Client({
    endpoint: server.s3,
    region: server.region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    maxAttempts: 1,
  });
  return client.send(new ListObjectsV2Command({ Bucket })).then(
    () => "works",
    (error: Error) => error.name,
  );
}
