/** A user of the service's IAM: the identity of one storage. */

import { cloudError, hasCode, peer, type CloudSession, type Kind } from "../../dynamic";
import { accountOf, call, connectionProblems, hostOf, iamConnectionInputs, iamOf, present } from "../connection";
import type { IamConnection, S3UserInputs } from "../inputs";

export interface S3UserOutputs {
  /**
   * Ids of the keys that were there when the generation began. It is in state before a key is made, so that a key whose
   * making was interrupted can be told from those that somebody else may use.
   */
  keysBefore: string[];
}

const sdk = () => peer("@aws-sdk/client-iam", () => import("@aws-sdk/client-iam"));

export const S3User: Kind<S3UserInputs, S3UserOutputs> = {
  kind: "S3User",
  words: ({ name, iamEndpoint }) => `user ${name} at ${hostOf(iamEndpoint)}`,
  inputs: {
    ...iamConnectionInputs,
    name: { required: true, fixed: "refuse", instead: "describe another user" },
    rotate: {},
  },
  outputs: { keysBefore: {} },
  check: connectionProblems,
  account: accountOf,

  async find(session, wanted) {
    return (await userOf(session, wanted, wanted.name)) ? wanted.name : undefined;
  },
  async make(session, { name, ...connection }) {
    const { CreateUserCommand } = await sdk();
    await call(
      iamOf(session, connection),
      "CreateUser",
      (client) => client.send(new CreateUserCommand({ UserName: name })),
      { once: true },
    );
    return { id: name, outputs: { keysBefore: [] } };
  },
  async read(session, name, { inputs }) {
    const user = await userOf(session, inputs as IamConnection, name);
    return user ? { inputs: { name }, outputs: {} } : undefined;
  },
  async write(session, name, wanted) {
    return { keysBefore: (await keysOf(session, wanted, name)).map(({ id }) => id) };
  },
  async remove(session, name, { inputs }) {
    const { DeleteUserCommand } = await sdk();
    try {
      await present(
        call(iamOf(session, inputs as IamConnection), "DeleteUser", (client) =>
          client.send(new DeleteUserCommand({ UserName: name })),
        ),
      );
    } catch (error) {
      if (!hasCode(error, "conflict")) throw error;
      throw cloudError({
        code: "conflict",
        operation: "DeleteUser",
        status: error.status,
        message: `${error.message}. It has keys or policies that are not in this stack: delete them first`,
        cause: error,
      });
    }
  },
};

async function userOf(session: CloudSession, at: IamConnection, UserName: string): Promise<unknown> {
  const { GetUserCommand } = await sdk();
  return present(call(iamOf(session, at), "GetUser", (client) => client.send(new GetUserCommand({ UserName }))));
}

export interface ListedKey {
  id: string;
  isActive: boolean;
  /** Milliseconds. */
  made: number;
}

/** All keys of a user; none when there is no such user. */
export async function keysOf(session: CloudSession, at: IamConnection, UserName: string): Promise<ListedKey[]> {
  const { ListAccessKeysCommand } = await sdk();
  const found: ListedKey[] = [];
  for (let Marker: string | undefined, more = true; more;) {
    const page = await present(
      call(iamOf(session, at), "ListAccessKeys", (client) =>
        client.send(new ListAccessKeysCommand({ UserName, Marker })),
      ),
    );
    for (const { AccessKeyId, Status, CreateDate } of page?.AccessKeyMetadata ?? []) {
      if (AccessKeyId)
        found.push({ id: AccessKeyId, isActive: Status !== "Inactive", made: CreateDate?.getTime() ?? 0 });
    }
    Marker = page?.Marker;
    more = page?.IsTruncated === true && Marker !== undefined;
  }
  return found;
}

/** Gone already is fine. */
export async function deleteKey(
  session: CloudSession,
  at: IamConnection,
  UserName: string,
  AccessKeyId: string,
): Promise<void> {
  const { DeleteAccessKeyCommand } = await sdk();
  await present(
    call(iamOf(session, at), "DeleteAccessKey", (client) =>
      client.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId })),
    ),
  );
}
