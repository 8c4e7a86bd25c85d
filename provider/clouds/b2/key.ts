/** Application keys of Backblaze B2, and those that are no longer needed. */

import { isDeepStrictEqual } from "node:util";
import type { CloudSession, Kind } from "../dynamic/kind";
import { CloudFailure } from "../http";
import { backblaze } from "./session";

export interface B2KeyInputs {
  keyName: string;
  capabilities: string[];
  /** Left out: the key reaches every bucket of the account. */
  bucketId?: string;
  namePrefix?: string;
  cloud?: string;
}

export interface B2KeyOutputs {
  keyId: string;
  applicationKey: string;
  /** As ISO text. Backblaze does not say when a key was made. */
  madeAt: string;
}

/** Keys cannot be changed: every change makes another one, before the old one goes. */
export const B2Key: Kind<B2KeyInputs, B2KeyOutputs> = {
  kind: "B2Key",
  words: ({ keyName }) => `application key ${keyName} of Backblaze`,
  inputs: {
    keyName: { required: true, fixed: "replace" },
    capabilities: {
      required: true,
      fixed: "replace",
      same: (one, other) => isDeepStrictEqual([...one].sort(), [...other].sort()),
    },
    bucketId: { fixed: "replace" },
    namePrefix: { fixed: "replace" },
    cloud: { local: true },
  },
  outputs: { keyId: {}, applicationKey: { secret: true }, madeAt: {} },
  createFirst: true,
  account: async (session, inputs) => (await backblaze(session, inputs).account()).accountId,
  async make(session, { cloud, keyName, capabilities, bucketId, namePrefix }) {
    const settings = {
      keyName,
      capabilities,
      ...(bucketId !== undefined && { bucketId }),
      ...(namePrefix !== undefined && { namePrefix }),
    };
    const { applicationKeyId, applicationKey } = await backblaze(session, { cloud }).createKey(settings);
    return {
      id: applicationKeyId,
      outputs: { keyId: applicationKeyId, applicationKey, madeAt: new Date().toISOString() },
    };
  },
  async read(session, id, { inputs }) {
    const live = await backblaze(session, inputs).key(id);
    if (!live) return undefined;
    const { keyName, capabilities, bucketId = null, namePrefix = null } = live;
    return { inputs: { keyName, capabilities, bucketId, namePrefix }, outputs: { keyId: id } };
  },
  remove: (session, id, { inputs }) => backblaze(session, inputs).deleteKey(id),
};

export interface B2RetiredKeysInputs {
  /** How the names of all keys of this identity begin. */
  names: string;
  /** Id of the key that is used. */
  current: string;
  cloud?: string;
}

export interface B2RetiredKeysOutputs {
  /** The key for which all others were deleted. */
  kept: string;
}

/** Stands for the keys of an identity that are used no more: whenever another one is in use, the rest go. */
export const B2RetiredKeys: Kind<B2RetiredKeysInputs, B2RetiredKeysOutputs> = {
  kind: "B2RetiredKeys",
  words: ({ names }) => `old application keys ${names}… of Backblaze`,
  inputs: { names: { required: true, fixed: "replace" }, current: { required: true }, cloud: { local: true } },
  outputs: { kept: {} },
  account: async (session, inputs) => (await backblaze(session, inputs).account()).accountId,
  make: async (session, wanted) => ({ id: wanted.names, outputs: await retire(session, wanted) }),
  // There is nothing of it in Backblaze but what is not there.
  read: async (_, __, { inputs, outputs }) => ({ inputs: { names: inputs.names, current: outputs.kept }, outputs: {} }),
  write: (session, _, wanted) => retire(session, wanted),
  async remove() {},
};

async function retire(
  session: CloudSession,
  { names, current, cloud }: B2RetiredKeysInputs,
): Promise<B2RetiredKeysOutputs> {
  const api = backblaze(session, { cloud });
  const keys = await api.keys(names);
  if (!keys.some(({ applicationKeyId }) => applicationKeyId === current)) {
    throw new CloudFailure({
      code: "not-found",
      message: `the key in use, ${current}, is not there, so no other was deleted. Run pulumi refresh, then run again`,
    });
  }
  for (const { applicationKeyId } of keys) if (applicationKeyId !== current) await api.deleteKey(applicationKeyId);
  return { kept: current };
}
