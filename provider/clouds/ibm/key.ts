/** HMAC keys of service ids, and those that are no longer needed. */

import type { CloudSession, Kind } from "../dynamic/kind";
import { keepSecret } from "../../engine/redact";
import { CloudFailure } from "../http";
import { unbelievable } from "./api";
import { instanceOf } from "./instance";
import { ibmCloud } from "./session";

export interface IbmHmacKeyInputs {
  name: string;
  /** CRN of the Object Storage instance. */
  instance: string;
  /** CRN of the service id that it is a key of. */
  serviceId: string;
  cloud?: string;
}

export interface IbmHmacKeyOutputs {
  accessKey: string;
  secretKey: string;
  /** As ISO text. */
  madeAt: string;
}

/** A service credential with HMAC and no role of its own: what it may do is what the service id's policies say. */
export const IbmHmacKey: Kind<IbmHmacKeyInputs, IbmHmacKeyOutputs> = {
  kind: "IbmHmacKey",
  words: ({ name }) => `service credential ${name} of IBM Cloud`,
  inputs: {
    name: { required: true, fixed: "replace" },
    instance: { required: true, fixed: "replace" },
    serviceId: { required: true, fixed: "replace" },
    cloud: { local: true },
  },
  outputs: { accessKey: {}, secretKey: { secret: true }, madeAt: {} },
  createFirst: true,
  async make(session, wanted) {
    const { name, instance, serviceId } = wanted;
    const before = new Set((await keysNamed(session, wanted, (one) => one === name)).map(({ id }) => id as string));
    const policies = new Set(await policiesOf(session, wanted));
    const make = async () => {
      // `NONE` keeps IBM from adding a policy for the credential. Terraform's provider for IBM Cloud sends the same.
      const body = { name, source: instance, role: "NONE", parameters: { HMAC: true, serviceid_crn: serviceId } };
      const made = (await ibmCloud(session, wanted).resources("/v2/resource_keys", { method: "POST", body }))?.body;
      const keys = made?.credentials?.cos_hmac_keys;
      if (typeof made?.id !== "string") throw unbelievable("POST /v2/resource_keys", false);
      keepSecret([made.credentials?.apikey, keys?.secret_access_key]);
      if (typeof keys?.secret_access_key !== "string" || typeof keys.access_key_id !== "string") {
        await deleteKey(session, wanted, made.id);
        const hidden = made.credentials?.REDACTED ? ` (${made.credentials.REDACTED})` : "";
        throw new CloudFailure({
          code: "forbidden",
          message: `IBM Cloud does not show the key that it made${hidden}; it was deleted again. Who owns the API key needs Administrator on the Object Storage instance`,
        });
      }
      const more = (await policiesOf(session, wanted)).filter((id) => !policies.has(id));
      if (more.length > 0) {
        await deleteKey(session, wanted, made.id);
        throw new CloudFailure({
          code: "not-stored",
          message: `IBM Cloud gave the service id a policy of its own with the credential (${more.join(", ")}), which reaches more than iconik needs; the credential was deleted again. Delete the policy too, and make the credential by hand with the role None`,
        });
      }
      return {
        id: made.id as string,
        outputs: {
          accessKey: keys.access_key_id as string,
          secretKey: keys.secret_access_key as string,
          madeAt: new Date().toISOString(),
        },
      };
    };
    try {
      return await make();
    } catch (error) {
      if (!(error instanceof CloudFailure) || error.acted === undefined) throw error;
      // If it was made, nobody has its secret: it goes, and another is made.
      for (const { id } of await keysNamed(session, wanted, (one) => one === name))
        if (!before.has(id)) await deleteKey(session, wanted, id);
      return await make();
    }
  },
  async read(session, id, { inputs }) {
    const found = await ibmCloud(session, inputs).resources(`/v2/resource_keys/${encodeURIComponent(id)}`, {
      method: "GET",
    });
    if (!found || found.body.state === "removed") return undefined;
    keepSecret(found.body.credentials);
    return {
      inputs: {
        name: found.body.name,
        instance: found.body.source_crn,
        serviceId: found.body.credentials?.iam_serviceid_crn,
      },
      outputs: {},
    };
  },
  remove: (session, id, { inputs }) => deleteKey(session, inputs, id),
};

export interface IbmRetiredKeysInputs {
  /** How the names of all keys of this identity begin. */
  names: string;
  instance: string;
  /** Id of the key that is used. */
  current: string;
  cloud?: string;
}

export interface IbmRetiredKeysOutputs {
  /** The key for which all others were deleted. */
  kept: string;
}

/** Stands for the keys of an identity that are used no more: whenever another one is in use, the rest go. */
export const IbmRetiredKeys: Kind<IbmRetiredKeysInputs, IbmRetiredKeysOutputs> = {
  kind: "IbmRetiredKeys",
  words: ({ names }) => `old service credentials ${names}… of IBM Cloud`,
  inputs: {
    names: { required: true, fixed: "replace" },
    instance: { required: true, fixed: "replace" },
    current: { required: true },
    cloud: { local: true },
  },
  outputs: { kept: {} },
  make: async (session, wanted) => ({ id: wanted.names, outputs: await retire(session, wanted) }),
  // There is nothing of it in IBM Cloud but what is not there.
  read: async (_, __, { inputs, outputs }) => ({
    inputs: { names: inputs.names, instance: inputs.instance, current: outputs.kept },
    outputs: {},
  }),
  write: (session, _, wanted) => retire(session, wanted),
  async remove() {},
};

async function retire(session: CloudSession, wanted: IbmRetiredKeysInputs): Promise<IbmRetiredKeysOutputs> {
  const { names, current } = wanted;
  const keys = await keysNamed(session, wanted, (name) => name.startsWith(names));
  if (!keys.some(({ id }) => id === current)) {
    throw new CloudFailure({
      code: "not-found",
      message: `the key in use, ${current}, is not there, so no other was deleted. Run pulumi refresh, then run again`,
    });
  }
  for (const { id } of keys) if (id !== current) await deleteKey(session, wanted, id);
  return { kept: current };
}

/** Ids of the policies of the service id. */
async function policiesOf(session: CloudSession, { instance, serviceId, cloud }: IbmHmacKeyInputs): Promise<string[]> {
  const query = { account_id: instanceOf(instance).account, iam_id: `iam-${serviceId.split(":").at(-1)}` };
  const found = await ibmCloud(session, { cloud }).iam("/v2/policies", { method: "GET", query });
  return ((found?.body?.policies ?? []) as { id: string; state: string }[]).flatMap(({ id, state }) =>
    state === "deleted" ? [] : [id],
  );
}

/** A key that is gone already counts as deleted. */
async function deleteKey(session: CloudSession, inputs: { cloud?: string }, id: string): Promise<void> {
  await ibmCloud(session, inputs).resources(`/v2/resource_keys/${encodeURIComponent(id)}`, { method: "DELETE" });
}

/** Keys of the instance. What IBM shows of their secrets is registered, and goes no further. */
async function keysNamed(
  session: CloudSession,
  { instance, cloud }: { instance: string; cloud?: string },
  isMeant: (name: string) => boolean,
): Promise<any[]> {
  const api = ibmCloud(session, { cloud });
  const path = `/v2/resource_instances/${instanceOf(instance).guid}/resource_keys`;
  const all: any[] = [];
  for (let start: string | undefined; ;) {
    const page = (
      await api.resources(path, { method: "GET", query: { limit: "100", ...(start !== undefined && { start }) } })
    )?.body;
    if (!Array.isArray(page?.resources))
      throw new CloudFailure({
        code: "not-found",
        message: `there is no Object Storage instance ${instance}, or the API key may not see it`,
      });
    all.push(...page.resources);
    start = page.next_url
      ? (new URL(page.next_url, "https://resource-controller.cloud.ibm.com").searchParams.get("start") ?? undefined)
      : undefined;
    if (start === undefined) break;
  }
  keepSecret(all.map(({ credentials }) => [credentials?.apikey, credentials?.cos_hmac_keys?.secret_access_key]));
  return all.filter(({ name, state }) => state !== "removed" && isMeant(String(name)));
}
