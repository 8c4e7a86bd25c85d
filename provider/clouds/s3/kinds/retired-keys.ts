/**
 * Deletes the keys that a storage had before, once it has the current one: what depends on the storage is done after it.
 * There is nothing of it at the service.
 */

import type { CloudSession, Kind, NoOutputs } from "../../dynamic";
import { accountOf, connectionProblems, hostOf, iamConnectionInputs } from "../connection";
import type { S3RetiredKeysInputs } from "../inputs";
import { deleteKey, keysOf } from "./user";

export const S3RetiredKeys: Kind<S3RetiredKeysInputs, NoOutputs> = {
  kind: "S3RetiredKeys",
  words: ({ user, iamEndpoint }) => `the retired keys of user ${user} at ${hostOf(iamEndpoint)}`,
  inputs: {
    ...iamConnectionInputs,
    user: { required: true, fixed: "replace" },
    current: { required: true },
    keysBefore: { required: true, local: true },
  },
  outputs: {},
  check: connectionProblems,
  account: accountOf,

  make: async (_, { user }) => ({ id: user }),
  read: async () => ({ inputs: {}, outputs: {} }),
  write: (session, _, wanted, __, { inputs }) => retire(session, wanted, inputs.current),
  remove: async () => undefined,
};

/** The one before, and what interrupted runs of this generation left: made since it began, and before the current one. */
async function retire(
  session: CloudSession,
  { user, current, keysBefore, ...connection }: S3RetiredKeysInputs,
  before: string | undefined,
): Promise<void> {
  const keys = await keysOf(session, connection, user);
  const kept = keys.find(({ id }) => id === current);
  if (!kept) return session.note(`user ${user} has no key ${current}: no other was deleted`);
  for (const { id, made } of keys) {
    if (id === current || (id !== before && (keysBefore.includes(id) || made > kept.made))) continue;
    await deleteKey(session, connection, user, id);
    session.note(`access key ${id} of user ${user} is retired and was deleted`);
  }
}
