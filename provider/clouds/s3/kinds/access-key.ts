/** An access key of a user. Its secret is told once, when it is made, and is in state from then on. */

import { keepSecret } from "../../../engine/redact";
import { IconikError } from "../../../engine/errors";
import { eventually } from "../../../engine/waiting";
import { cloudError, hasCode, peer, type CloudSession, type Kind } from "../../dynamic";
import { accountOf, call, connectionProblems, hostOf, iamConnectionInputs, iamOf, s3Of } from "../connection";
import type { S3AccessKeyInputs } from "../inputs";
import { deleteKey, keysOf } from "./user";

export interface S3AccessKeyOutputs {
  accessKeyId: string;
  secretAccessKey: string;
  /** As ISO text. */
  madeAt: string;
}

const sdk = () => peer("@aws-sdk/client-iam", () => import("@aws-sdk/client-iam"));

export const S3AccessKey: Kind<S3AccessKeyInputs, S3AccessKeyOutputs> = {
  kind: "S3AccessKey",
  words: ({ user, iamEndpoint }) => `the access key of user ${user} at ${hostOf(iamEndpoint)}`,
  inputs: {
    ...iamConnectionInputs,
    user: { required: true, fixed: "replace" },
    rotate: { fixed: "replace" },
    keysBefore: { required: true, local: true },
    bucket: { required: true, local: true },
  },
  outputs: { accessKeyId: {}, secretAccessKey: { secret: true }, madeAt: {} },
  createFirst: true,
  check: connectionProblems,
  account: accountOf,

  make: (session, wanted, replaced) =>
    session.exclusive(`keys of ${wanted.user} at ${wanted.iamEndpoint}`, async () => {
      // The key of this generation is there and in use: somebody wants another one all the same.
      const isForced = replaced !== undefined && replaced.rotate === wanted.rotate;
      const key = await makeKey(session, wanted, isForced);
      await untilItWorks(session, wanted, key);
      return { id: key.accessKeyId, outputs: key };
    }),

  async read(session, id, { inputs }) {
    const { user, ...connection } = inputs as S3AccessKeyInputs;
    const key = (await keysOf(session, connection, user)).find((listed) => listed.id === id);
    if (key && !key.isActive)
      session.note(
        `access key ${id} of user ${user} was switched off; it is left so. Another rotate text makes a new one`,
      );
    return key && { inputs: { user }, outputs: {} };
  },

  async remove(session, id, { inputs }) {
    const { user, ...connection } = inputs as S3AccessKeyInputs;
    await deleteKey(session, connection, user, id);
  },
};

/** When the answer is lost, so is the secret: the key that it was about goes, and another one is made. */
async function makeKey(
  session: CloudSession,
  { user, keysBefore, ...connection }: S3AccessKeyInputs,
  isForced: boolean,
): Promise<S3AccessKeyOutputs> {
  const { CreateAccessKeyCommand } = await sdk();
  const create = async (): Promise<S3AccessKeyOutputs> => {
    const { AccessKey } = await call(
      iamOf(session, connection),
      "CreateAccessKey",
      (client) => client.send(new CreateAccessKeyCommand({ UserName: user })),
      { once: true },
    );
    if (AccessKey?.AccessKeyId && AccessKey.SecretAccessKey) {
      return {
        accessKeyId: AccessKey.AccessKeyId,
        secretAccessKey: keepSecret(AccessKey.SecretAccessKey),
        madeAt: new Date().toISOString(),
      };
    }
    throw cloudError({
      code: "bad-answer",
      operation: "CreateAccessKey",
      acted: "unknown",
      message: `CreateAccessKey at ${hostOf(connection.iamEndpoint)} gave no key`,
    });
  };
  const listed = async () => (await keysOf(session, connection, user)).map(({ id }) => id);
  const there = await listed();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await create();
    } catch (error) {
      const isFull = hasCode(error, "conflict");
      const isLost = error instanceof IconikError && error.acted === "unknown";
      if ((!isFull && !isLost) || attempt === 3) throw error;
      // Of what was there before this run, only what an interrupted run of this generation left may go.
      const surplus = (await listed()).filter(
        (id) => !there.includes(id) || (isFull && !isForced && !keysBefore.includes(id)),
      );
      if (isFull && surplus.length === 0) {
        const message = `user ${user} at ${hostOf(connection.iamEndpoint)} has as many keys as it may (${there.join(", ")}), and each may be in use. Run without another rotate text until the storage has the newest one, or delete the one that nothing uses`;
        throw cloudError({ code: "conflict", operation: "CreateAccessKey", message, cause: error });
      }
      for (const id of surplus) {
        await deleteKey(session, connection, user, id);
        session.note(
          `access key ${id} of user ${user} was deleted: nobody has its secret, since its making was interrupted`,
        );
      }
    }
  }
}

/** New keys and policies take a moment on some services, and iconik tries the key at once. Not to work is no error here. */
async function untilItWorks(
  session: CloudSession,
  { bucket, ...connection }: S3AccessKeyInputs,
  key: S3AccessKeyOutputs,
): Promise<void> {
  const { GetBucketLocationCommand } = await peer("@aws-sdk/client-s3", () => import("@aws-sdk/client-s3"));
  const s3 = s3Of(session, connection, key);
  const tryIt = () =>
    call(s3, "GetBucketLocation", (client) => client.send(new GetBucketLocationCommand({ Bucket: bucket })));
  await eventually(session, tryIt, { passing: (error) => hasCode(error, "unauthorized", "forbidden") }).catch(
    (error: unknown) => {
      session.note(
        `access key ${key.accessKeyId} was made and does not work yet: ${error instanceof Error ? error.message : String(error)}`,
      );
    },
  );
}
