/** The policy of a bucket: there is one, so one that is somebody else's is left alone. */

import { cloudError, hasCode, peer, type Kind, type NoOutputs } from "../../dynamic";
import { accountOf, call, connectionInputs, connectionProblems, hostOf, present, s3Of } from "../connection";
import type { Connection, S3BucketPolicyInputs } from "../inputs";
import { parsePolicy, samePolicy } from "../policies";

const sdk = () => peer("@aws-sdk/client-s3", () => import("@aws-sdk/client-s3"));

export const S3BucketPolicy: Kind<S3BucketPolicyInputs, NoOutputs> = {
  kind: "S3BucketPolicy",
  words: ({ bucket, endpoint }) => `the policy of bucket ${bucket} at ${hostOf(endpoint)}`,
  inputs: {
    ...connectionInputs,
    bucket: { required: true, fixed: "replace" },
    policy: { required: true, same: samePolicy },
  },
  outputs: {},
  check: connectionProblems,
  account: accountOf,
  advice: ({ policy }) =>
    `Whoever owns it can add this to it: ${JSON.stringify((policy as { Statement?: unknown }).Statement ?? policy)}`,

  async find(session, { bucket, ...connection }) {
    const { GetBucketPolicyCommand } = await sdk();
    const answer = await present(
      call(s3Of(session, connection), "GetBucketPolicy", (client) =>
        client.send(new GetBucketPolicyCommand({ Bucket: bucket })),
      ),
    );
    return answer?.Policy ? bucket : undefined;
  },
  async make(session, wanted) {
    await put(session, wanted);
    return { id: wanted.bucket };
  },
  async read(session, bucket, { inputs }) {
    const { GetBucketPolicyCommand } = await sdk();
    const answer = await present(
      call(s3Of(session, inputs as Connection), "GetBucketPolicy", (client) =>
        client.send(new GetBucketPolicyCommand({ Bucket: bucket })),
      ),
    );
    return answer?.Policy
      ? { inputs: { bucket, policy: parsePolicy(answer.Policy) as object }, outputs: {} }
      : undefined;
  },
  write: (session, _, wanted) => put(session, wanted),
  async remove(session, bucket, { inputs }) {
    const { DeleteBucketPolicyCommand } = await sdk();
    await present(
      call(s3Of(session, inputs as Connection), "DeleteBucketPolicy", (client) =>
        client.send(new DeleteBucketPolicyCommand({ Bucket: bucket })),
      ),
    );
  },
};

async function put(
  session: Parameters<typeof S3BucketPolicy.make>[0],
  { bucket, policy, ...connection }: S3BucketPolicyInputs,
): Promise<void> {
  const { PutBucketPolicyCommand } = await sdk();
  try {
    await call(s3Of(session, connection), "PutBucketPolicy", (client) =>
      client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(policy) })),
    );
  } catch (error) {
    if (!hasCode(error, "not-found")) throw error;
    throw cloudError({
      code: "not-found",
      operation: "PutBucketPolicy",
      status: error.status,
      message: `there is no bucket ${bucket} at ${hostOf(connection.endpoint)}. Check its name, or let it be made`,
      cause: error,
    });
  }
}
