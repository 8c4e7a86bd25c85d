/** The CORS rules of a bucket: there is one set of them, so one that is somebody else's is left alone. */

import { peer, type Kind, type NoOutputs } from "../../dynamic";
import { accountOf, call, connectionInputs, connectionProblems, hostOf, present, s3Of } from "../connection";
import type { Connection, S3BucketCorsInputs, S3CorsRule } from "../inputs";
import { samePolicy } from "../policies";

const sdk = () => peer("@aws-sdk/client-s3", () => import("@aws-sdk/client-s3"));

export const S3BucketCors: Kind<S3BucketCorsInputs, NoOutputs> = {
  kind: "S3BucketCors",
  words: ({ bucket, endpoint }) => `the CORS rules of bucket ${bucket} at ${hostOf(endpoint)}`,
  inputs: {
    ...connectionInputs,
    bucket: { required: true, fixed: "replace" },
    rules: { required: true, same: samePolicy },
  },
  outputs: {},
  check: connectionProblems,
  account: accountOf,
  advice: ({ rules }) => `Whoever owns them can add these: ${JSON.stringify(rules)}`,

  async find(session, { bucket, ...connection }) {
    return (await rulesOf(session, connection, bucket)) ? bucket : undefined;
  },
  async make(session, wanted) {
    await put(session, wanted);
    return { id: wanted.bucket };
  },
  async read(session, bucket, { inputs }) {
    const rules = await rulesOf(session, inputs as Connection, bucket);
    return rules && { inputs: { bucket, rules }, outputs: {} };
  },
  write: (session, _, wanted) => put(session, wanted),
  async remove(session, bucket, { inputs }) {
    const { DeleteBucketCorsCommand } = await sdk();
    await present(
      call(s3Of(session, inputs as Connection), "DeleteBucketCors", (client) =>
        client.send(new DeleteBucketCorsCommand({ Bucket: bucket })),
      ),
    );
  },
};

type Session = Parameters<typeof S3BucketCors.make>[0];

async function rulesOf(session: Session, at: Connection, Bucket: string): Promise<S3CorsRule[] | undefined> {
  const { GetBucketCorsCommand } = await sdk();
  const answer = await present(
    call(s3Of(session, at), "GetBucketCors", (client) => client.send(new GetBucketCorsCommand({ Bucket }))),
  );
  return answer?.CORSRules?.length ? (answer.CORSRules as S3CorsRule[]) : undefined;
}

async function put(session: Session, { bucket, rules, ...connection }: S3BucketCorsInputs): Promise<void> {
  const { PutBucketCorsCommand } = await sdk();
  await call(s3Of(session, connection), "PutBucketCors", (client) =>
    client.send(new PutBucketCorsCommand({ Bucket: bucket, CORSConfiguration: { CORSRules: rules } })),
  );
}
