/** A bucket: made when there is none of that name, never emptied. */

import type { PutBucketLifecycleConfigurationCommandInput } from "@aws-sdk/client-s3";
import { cloudError, hasCode, peer, type CloudSession, type Kind } from "../../dynamic";
import { accountOf, call, connectionInputs, connectionProblems, hostOf, present, s3Of } from "../connection";
import type { Connection, S3BucketInputs } from "../inputs";

export interface S3BucketOutputs {
  /** Of `ifSupported`: what the service does not know. */
  unsupported: string[];
}

const sdk = () => peer("@aws-sdk/client-s3", () => import("@aws-sdk/client-s3"));
const ruleId = "iconik-stale-uploads";

export const S3Bucket: Kind<S3BucketInputs, S3BucketOutputs> = {
  kind: "S3Bucket",
  words: ({ bucket, endpoint }) => `bucket ${bucket} at ${hostOf(endpoint)}`,
  inputs: {
    ...connectionInputs,
    bucket: { required: true, fixed: "refuse", instead: "describe another bucket, and move the files" },
    versioning: {},
    abortStaleUploadsAfterDays: {},
    blockPublicAccess: {},
    tags: {},
    ifSupported: { local: true },
  },
  outputs: { unsupported: {} },
  check: connectionProblems,
  account: accountOf,

  async find(session, { bucket, ...connection }) {
    const { HeadBucketCommand } = await sdk();
    try {
      await call(s3Of(session, connection), "HeadBucket", (client) =>
        client.send(new HeadBucketCommand({ Bucket: bucket })),
      );
      return bucket;
    } catch (error) {
      if (hasCode(error, "not-found")) return undefined;
      // The credentials were proven before, by asking whose they are.
      if (!hasCode(error, "forbidden", "rejected", "conflict")) throw error;
      throw cloudError({
        code: "conflict",
        operation: "HeadBucket",
        status: error.status,
        message: `bucket ${bucket} at ${hostOf(connection.endpoint)} is there and out of reach: it belongs to another account or is in another region (${error.message}). Names are shared by everybody: choose another one, or correct the region`,
        cause: error,
      });
    }
  },

  async make(session, { bucket, ...connection }) {
    const { CreateBucketCommand } = await sdk();
    try {
      await call(
        s3Of(session, connection),
        "CreateBucket",
        (client) => client.send(new CreateBucketCommand({ Bucket: bucket })),
        { once: true },
      );
    } catch (error) {
      if (!hasCode(error, "conflict")) throw error;
      throw cloudError({
        code: "conflict",
        operation: "CreateBucket",
        status: error.status,
        message: `${error.message}. The name is taken: choose another one`,
        cause: error,
      });
    }
    return { id: bucket };
  },

  async read(session, bucket, { inputs }) {
    const { HeadBucketCommand } = await sdk();
    const s3 = s3Of(session, inputs as Connection);
    const head = await present(
      call(s3, "HeadBucket", (client) => client.send(new HeadBucketCommand({ Bucket: bucket }))),
    );
    if (!head) return undefined;
    const wanted = <Name extends keyof typeof settings>(name: Name) =>
      inputs[name] === undefined
        ? undefined
        : shown(settings[name].get(session, inputs as Connection, bucket) as Promise<S3BucketInputs[Name] | null>);
    const [versioning, abortStaleUploadsAfterDays, blockPublicAccess, tags] = await Promise.all([
      wanted("versioning"),
      wanted("abortStaleUploadsAfterDays"),
      wanted("blockPublicAccess"),
      wanted("tags"),
    ]);
    return { inputs: { bucket, versioning, abortStaleUploadsAfterDays, blockPublicAccess, tags }, outputs: {} };
  },

  async write(session, bucket, wanted, changed, { outputs }) {
    const unsupported = new Set(outputs.unsupported);
    for (const name of Object.keys(settings) as (keyof typeof settings)[]) {
      if (!changed.has(name)) continue;
      unsupported.delete(name);
      try {
        await settings[name].put(session, wanted, bucket, wanted[name] as never);
      } catch (error) {
        if (!hasCode(error, "unsupported")) throw error;
        if (!wanted.ifSupported?.includes(name)) {
          throw cloudError({
            code: "unsupported",
            operation: error.operation,
            status: error.status,
            message: `${hostOf(wanted.endpoint)} does not know ${name}, which is described for bucket ${bucket} (${error.message}). Take it out`,
            cause: error,
          });
        }
        session.note(`${hostOf(wanted.endpoint)} does not know ${name}; bucket ${bucket} is without it`);
        unsupported.add(name);
      }
    }
    return { unsupported: [...unsupported].sort() };
  },

  async remove(session, bucket, { inputs }) {
    const { DeleteBucketCommand } = await sdk();
    try {
      await call(s3Of(session, inputs as Connection), "DeleteBucket", (client) =>
        client.send(new DeleteBucketCommand({ Bucket: bucket })),
      );
    } catch (error) {
      if (hasCode(error, "not-found")) return;
      if (!hasCode(error, "conflict")) throw error;
      throw cloudError({
        code: "conflict",
        operation: "DeleteBucket",
        status: error.status,
        message: `bucket ${bucket} holds files and is not deleted. Empty it first, or let the stack forget it: pulumi state delete`,
        cause: error,
      });
    }
  },
};

/** What a service does not know cannot be shown: what was written is believed. */
const shown = <T>(asking: Promise<T>): Promise<T | undefined> =>
  asking.catch((error: unknown) => {
    if (hasCode(error, "unsupported")) return undefined;
    throw error;
  });

interface Setting<Value> {
  /** `null`: not set. */
  get(session: CloudSession, at: Connection, bucket: string): Promise<Value | null>;
  put(session: CloudSession, at: Connection, bucket: string, value: Value): Promise<unknown>;
}

const settings = {
  versioning: {
    async get(session, at, Bucket) {
      const { GetBucketVersioningCommand } = await sdk();
      const { Status } = await call(s3Of(session, at), "GetBucketVersioning", (client) =>
        client.send(new GetBucketVersioningCommand({ Bucket })),
      );
      return Status === "Enabled";
    },
    async put(session, at, Bucket, value) {
      const { PutBucketVersioningCommand } = await sdk();
      const VersioningConfiguration = { Status: value ? "Enabled" : "Suspended" } as const;
      return call(s3Of(session, at), "PutBucketVersioning", (client) =>
        client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration })),
      );
    },
  } satisfies Setting<boolean>,
  abortStaleUploadsAfterDays: {
    async get(session, at, bucket) {
      const rules = await lifecycleRules(session, at, bucket);
      return (
        rules.find(({ ID, Status }) => ID === ruleId && Status === "Enabled")?.AbortIncompleteMultipartUpload
          ?.DaysAfterInitiation ?? null
      );
    },
    async put(session, at, Bucket, DaysAfterInitiation) {
      const { PutBucketLifecycleConfigurationCommand } = await sdk();
      // The rules of others stay.
      const others = (await lifecycleRules(session, at, Bucket)).filter(({ ID }) => ID !== ruleId);
      const ours = {
        ID: ruleId,
        Status: "Enabled",
        Filter: { Prefix: "" },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation },
      } as const;
      const LifecycleConfiguration = { Rules: [...others, ours] };
      return call(s3Of(session, at), "PutBucketLifecycleConfiguration", (client) =>
        client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration })),
      );
    },
  } satisfies Setting<number>,
  blockPublicAccess: {
    async get(session, at, Bucket) {
      const { GetPublicAccessBlockCommand } = await sdk();
      const answer = await present(
        call(s3Of(session, at), "GetPublicAccessBlock", (client) =>
          client.send(new GetPublicAccessBlockCommand({ Bucket })),
        ),
      );
      const block = answer?.PublicAccessBlockConfiguration;
      return block
        ? Boolean(
            block.BlockPublicAcls && block.BlockPublicPolicy && block.IgnorePublicAcls && block.RestrictPublicBuckets,
          )
        : null;
    },
    async put(session, at, Bucket, value) {
      const { PutPublicAccessBlockCommand } = await sdk();
      const PublicAccessBlockConfiguration = {
        BlockPublicAcls: value,
        BlockPublicPolicy: value,
        IgnorePublicAcls: value,
        RestrictPublicBuckets: value,
      };
      return call(s3Of(session, at), "PutPublicAccessBlock", (client) =>
        client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration })),
      );
    },
  } satisfies Setting<boolean>,
  tags: {
    async get(session, at, Bucket) {
      const { GetBucketTaggingCommand } = await sdk();
      const answer = await present(
        call(s3Of(session, at), "GetBucketTagging", (client) => client.send(new GetBucketTaggingCommand({ Bucket }))),
      );
      return answer?.TagSet ? Object.fromEntries(answer.TagSet.map(({ Key, Value }) => [Key!, Value ?? ""])) : null;
    },
    async put(session, at, Bucket, tags) {
      const { PutBucketTaggingCommand } = await sdk();
      const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      return call(s3Of(session, at), "PutBucketTagging", (client) =>
        client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } })),
      );
    },
  } satisfies Setting<Record<string, string>>,
};

type Rule = NonNullable<
  NonNullable<PutBucketLifecycleConfigurationCommandInput["LifecycleConfiguration"]>["Rules"]
>[number];

async function lifecycleRules(session: CloudSession, at: Connection, Bucket: string): Promise<Rule[]> {
  const { GetBucketLifecycleConfigurationCommand } = await sdk();
  const answer = await present(
    call(s3Of(session, at), "GetBucketLifecycleConfiguration", (client) =>
      client.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
    ),
  );
  return answer?.Rules ?? [];
}
