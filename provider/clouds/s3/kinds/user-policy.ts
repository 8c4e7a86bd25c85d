/** An inline policy of a user. */

import { peer, type Kind, type NoOutputs } from "../../dynamic";
import { accountOf, call, connectionProblems, hostOf, iamConnectionInputs, iamOf, present } from "../connection";
import type { IamConnection, S3UserPolicyInputs } from "../inputs";
import { parsePolicy, samePolicy } from "../policies";

const sdk = () => peer("@aws-sdk/client-iam", () => import("@aws-sdk/client-iam"));

export const S3UserPolicy: Kind<S3UserPolicyInputs, NoOutputs> = {
  kind: "S3UserPolicy",
  words: ({ user, name, iamEndpoint }) => `policy ${name} of user ${user} at ${hostOf(iamEndpoint)}`,
  inputs: {
    ...iamConnectionInputs,
    user: { required: true, fixed: "replace" },
    name: { required: true, fixed: "replace" },
    policy: { required: true, same: samePolicy },
  },
  outputs: {},
  check: connectionProblems,
  account: accountOf,

  async find(session, { user, name, ...connection }) {
    return (await documentOf(session, connection, user, name)) === undefined ? undefined : `${user}/${name}`;
  },
  async make(session, wanted) {
    await put(session, wanted);
    return { id: `${wanted.user}/${wanted.name}` };
  },
  async read(session, id, { inputs }) {
    const [user, name] = id.split("/") as [string, string];
    const policy = await documentOf(session, inputs as IamConnection, user, name);
    return policy === undefined ? undefined : { inputs: { user, name, policy: policy as object }, outputs: {} };
  },
  write: (session, _, wanted) => put(session, wanted),
  async remove(session, id, { inputs }) {
    const { DeleteUserPolicyCommand } = await sdk();
    const [UserName, PolicyName] = id.split("/") as [string, string];
    await present(
      call(iamOf(session, inputs as IamConnection), "DeleteUserPolicy", (client) =>
        client.send(new DeleteUserPolicyCommand({ UserName, PolicyName })),
      ),
    );
  },
};

type Session = Parameters<typeof S3UserPolicy.make>[0];

async function documentOf(session: Session, at: IamConnection, UserName: string, PolicyName: string): Promise<unknown> {
  const { GetUserPolicyCommand } = await sdk();
  const answer = await present(
    call(iamOf(session, at), "GetUserPolicy", (client) =>
      client.send(new GetUserPolicyCommand({ UserName, PolicyName })),
    ),
  );
  return answer?.PolicyDocument === undefined ? undefined : parsePolicy(answer.PolicyDocument);
}

async function put(
  session: Session,
  { user: UserName, name: PolicyName, policy, ...connection }: S3UserPolicyInputs,
): Promise<void> {
  const { PutUserPolicyCommand } = await sdk();
  const input = { UserName, PolicyName, PolicyDocument: JSON.stringify(policy) };
  await call(iamOf(session, connection), "PutUserPolicy", (client) => client.send(new PutUserPolicyCommand(input)));
}
