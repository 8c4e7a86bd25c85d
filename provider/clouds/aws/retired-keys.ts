/**
 * Deletes the access key that a storage of Amazon S3 had before, once it has the current one: what depends on the
 * storage is done after it. The keys themselves are made by @pulumi/aws, which keeps what is replaced; there is nothing
 * of this at AWS.
 */

import type { IAMClient } from "@aws-sdk/client-iam";
import { cloudError, peer, type CloudSession, type Kind, type NoOutputs } from "../dynamic";
import { call, present, timeouts, type Calls } from "../s3/connection";

export interface AwsRetiredKeysInputs {
  user: string;
  /** Id of the key that the storage has now. */
  current: string;
  /** Of the bucket: says in which of AWS's partitions the user is. */
  region: string;
  /** Profile of AWS's own configuration. Left out: what AWS's SDK finds, as its command line does. */
  profile?: string;
}

const sdk = () => peer("@aws-sdk/client-iam", () => import("@aws-sdk/client-iam"));

export const AwsRetiredKeys: Kind<AwsRetiredKeysInputs, NoOutputs> = {
  kind: "AwsRetiredKeys",
  words: ({ user }) => `the retired keys of user ${user} of AWS`,
  inputs: {
    user: { required: true, fixed: "replace" },
    current: { required: true },
    region: { required: true, local: true },
    profile: { local: true },
  },
  outputs: {},

  make: async (_, { user }) => ({ id: user }),
  read: async () => ({ inputs: {}, outputs: {} }),
  async write(session, _, wanted, __, { inputs: { current: before } }) {
    if (before !== undefined) await retire(session, wanted, before);
  },
  remove: async () => undefined,
};

/** The one before and no other: who made the rest is not known. Ids of keys are not given twice, in any account. */
async function retire(
  session: CloudSession,
  { user, current, ...at }: AwsRetiredKeysInputs,
  before: string,
): Promise<void> {
  const { DeleteAccessKeyCommand, ListAccessKeysCommand } = await sdk();
  const byHand = `aws iam delete-access-key --user-name ${user} --access-key-id ${before}, then pulumi state delete of this resource`;
  const iam = callsOf(session, at, byHand);
  const listed = await present(
    call(iam, "ListAccessKeys", (client) => client.send(new ListAccessKeysCommand({ UserName: user }))),
  );
  const ids = (listed?.AccessKeyMetadata ?? []).map(({ AccessKeyId }) => AccessKeyId!);
  if (!ids.includes(current)) {
    throw cloudError({
      code: "wrong-tenant",
      message: `user ${user} has no key ${current} in the account of these credentials, so the old one was not deleted. Give those that the user was made with: AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Or do it by hand: ${byHand}`,
    });
  }
  if (ids.includes(before)) {
    await present(
      call(iam, "DeleteAccessKey", (client) =>
        client.send(new DeleteAccessKeyCommand({ UserName: user, AccessKeyId: before })),
      ),
    );
    session.note(`access key ${before} of user ${user} is retired and was deleted`);
  }
  const others = ids.filter((id) => id !== current && id !== before);
  if (others.length > 0)
    session.note(
      `user ${user} has another key, ${others.join(" and ")}, which is not of this stack: delete it if nothing uses it, for a user has two at most`,
    );
}

const callsOf = (
  session: CloudSession,
  { region, profile }: Pick<AwsRetiredKeysInputs, "region" | "profile">,
  byHand: string,
): Calls<IAMClient> => ({
  client: session.shared(`aws iam ${region} ${profile ?? ""}`, async () => {
    const { IAMClient } = await sdk();
    const client = new IAMClient({
      region,
      ...(profile !== undefined && { profile }),
      maxAttempts: 1,
      requestHandler: timeouts,
    });
    await client.config.credentials().catch((cause: unknown) => {
      throw cloudError({
        code: "no-credentials",
        message: `AWS's SDK finds no credentials with which old keys could be deleted. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Or do it by hand: ${byHand}`,
        cause,
      });
    });
    return client;
  }),
  session,
  host: "AWS",
});
