/** Identities of IBM Cloud and what they may do: service ids, custom roles, access policies. */

import { isDeepStrictEqual } from "node:util";
import type { CloudSession, Kind } from "../dynamic/kind";
import type { IbmGrant } from "../grants";
import { CloudFailure } from "../http";
import { ibmCloud } from "./session";

interface Common {
  /** Id of the IBM account. */
  account: string;
  /** Label of the administrator's credentials. */
  cloud?: string;
}

const missing = (what: string): CloudFailure =>
  new CloudFailure({
    code: "moved",
    message: `${what} was deleted in IBM Cloud meanwhile. Run pulumi refresh, then run again`,
  });
const doubtful = (error: unknown): boolean => error instanceof CloudFailure && error.acted === "unknown";
const isTaken = (error: unknown): boolean => error instanceof CloudFailure && error.status === 409;

// Service ids

export interface IbmServiceIdInputs extends Common {
  name: string;
  description: string;
  /** Who made it: tells ours from another of the same name, which IBM allows. */
  owner: string;
}

export interface IbmServiceIdOutputs {
  /** `iam-ServiceId-…`, the subject of policies. */
  iamId: string;
  crn: string;
}

export const IbmServiceId: Kind<IbmServiceIdInputs, IbmServiceIdOutputs> = {
  kind: "IbmServiceId",
  words: ({ name }) => `service id ${name} of IBM Cloud`,
  inputs: {
    account: { required: true, fixed: "replace" },
    name: { required: true, fixed: "replace" },
    description: { required: true },
    owner: { required: true, local: true },
    cloud: { local: true },
  },
  outputs: { iamId: {}, crn: {} },
  find: async (session, wanted) =>
    (await serviceIds(session, wanted)).find(({ description }) => !isOurs(description, wanted.owner))?.id,
  async make(session, wanted) {
    const mine = async () =>
      (await serviceIds(session, wanted)).find(({ description }) => isOurs(description, wanted.owner));
    const there = await mine();
    if (there) return serviceId(there);
    const { account, name, description, owner } = wanted;
    const make = async () =>
      (await ibmCloud(session, wanted).iam("/v1/serviceids/", {
        method: "POST",
        body: { account_id: account, name, description: marked(description, owner) },
      }))!.body;
    try {
      return serviceId(await make());
    } catch (error) {
      if (!doubtful(error)) throw error;
      return serviceId((await mine()) ?? (await make()));
    }
  },
  async read(session, id, { inputs }) {
    const found = await ibmCloud(session, inputs).iam(`/v1/serviceids/${encodeURIComponent(id)}`, { method: "GET" });
    if (!found) return undefined;
    const { account_id: account, name, description = "" } = found.body;
    return { inputs: { account, name, description: unmarked(description) }, outputs: serviceId(found.body).outputs };
  },
  async write(session, id, wanted) {
    const api = ibmCloud(session, wanted);
    const path = `/v1/serviceids/${encodeURIComponent(id)}`;
    const live = await api.iam(path, { method: "GET" });
    if (!live) throw missing(this.words(wanted));
    await api.iam(path, {
      method: "PUT",
      ifMatch: live.body.entity_tag,
      body: { description: marked(wanted.description, wanted.owner) },
      repeatable: false,
    });
  },
  async remove(session, id, { inputs }) {
    await ibmCloud(session, inputs).iam(`/v1/serviceids/${encodeURIComponent(id)}`, { method: "DELETE" });
  },
};

const marked = (description: string, owner: string): string => `${description} [${owner}]`;
const unmarked = (description: string): string => description.replace(/ \[[^\]]*\]$/, "");
const isOurs = (description: string | undefined, owner: string): boolean =>
  description?.endsWith(` [${owner}]`) === true;
const serviceId = ({ id, iam_id: iamId, crn }: any) => ({
  id: id as string,
  outputs: { iamId: iamId as string, crn: crn as string },
});

async function serviceIds(
  session: CloudSession,
  { account, name, cloud }: Pick<IbmServiceIdInputs, "account" | "name" | "cloud">,
): Promise<any[]> {
  const api = ibmCloud(session, { cloud });
  const all: any[] = [];
  for (let pagetoken: string | undefined; ;) {
    const query: Record<string, string> =
      pagetoken === undefined ? { account_id: account, name, pagesize: "100" } : { pagetoken };
    const page = (await api.iam("/v1/serviceids/", { method: "GET", query }))?.body;
    all.push(...(page?.serviceids ?? []));
    pagetoken = page?.next
      ? (new URL(page.next, "https://iam.cloud.ibm.com").searchParams.get("pagetoken") ?? undefined)
      : undefined;
    if (pagetoken === undefined) return all.filter((one) => one.name === name);
  }
}

// Roles

export interface IbmRoleInputs extends Common {
  /** Follows from the actions, so that storages with the same needs share one. */
  name: string;
  displayName: string;
  actions: string[];
}

export interface IbmRoleOutputs {
  crn: string;
}

const service = "cloud-object-storage";

/**
 * A role that is there and has these actions is what is wanted, whoever made it; nobody deletes it, since others in the
 * account may use it.
 */
export const IbmRole: Kind<IbmRoleInputs, IbmRoleOutputs> = {
  kind: "IbmRole",
  words: ({ name }) => `custom role ${name} of IBM Cloud`,
  inputs: {
    account: { required: true, fixed: "replace" },
    name: { required: true, fixed: "replace" },
    displayName: { required: true },
    actions: { required: true, same: sameSet },
    cloud: { local: true },
  },
  outputs: { crn: {} },
  async find(session, wanted) {
    const found = await roleOf(session, wanted);
    return found && !sameSet(found.actions, wanted.actions) ? found.id : undefined;
  },
  async make(session, wanted) {
    const { account, name, displayName, actions } = wanted;
    const there = await roleOf(session, wanted);
    if (there) return role(there);
    const body = { account_id: account, name, display_name: displayName, service_name: service, actions };
    const make = async () => role((await ibmCloud(session, wanted).iam("/v2/roles", { method: "POST", body }))!.body);
    try {
      return await make();
    } catch (error) {
      // Its name is its own, so that a second one is refused: another resource may be making it at this moment.
      if (!doubtful(error) && !isTaken(error)) throw error;
      const found = await roleOf(session, wanted);
      if (found) return role(found);
      if (isTaken(error)) throw error;
      return await make();
    }
  },
  async read(session, id, { inputs }) {
    const found = await ibmCloud(session, inputs).iam(`/v2/roles/${encodeURIComponent(id)}`, { method: "GET" });
    if (!found) return undefined;
    const { account_id: account, name, display_name: displayName, actions } = found.body;
    return { inputs: { account, name, displayName, actions }, outputs: role(found.body).outputs };
  },
  async write(session, id, wanted) {
    const api = ibmCloud(session, wanted);
    const path = `/v2/roles/${encodeURIComponent(id)}`;
    const live = await api.iam(path, { method: "GET" });
    if (!live) throw missing(this.words(wanted));
    await api.iam(path, {
      method: "PUT",
      ifMatch: live.etag,
      body: { display_name: wanted.displayName, actions: wanted.actions },
      repeatable: false,
    });
  },
  remove: async (session, _, { inputs }) =>
    session.note(`custom role ${inputs.name} stays in IBM Cloud: other storages of the account may use it`),
};

const role = ({ id, crn }: any) => ({ id: id as string, outputs: { crn: crn as string } });

async function roleOf(session: CloudSession, { account, name, cloud }: IbmRoleInputs): Promise<any> {
  const found = await ibmCloud(session, { cloud }).iam("/v2/roles", {
    method: "GET",
    query: { account_id: account, service_name: service },
  });
  return ((found?.body?.custom_roles ?? []) as any[]).find((one) => one.name === name);
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return isDeepStrictEqual([...one].sort(), [...other].sort());
}

// Policies

export interface IbmPolicyInputs extends Common {
  /** The subject: `iam-ServiceId-…`. */
  iamId: string;
  /** CRN of the role. */
  role: string;
  resource: { key: string; operator: string; value: string }[];
  /** Keeps it to a folder. */
  rule?: NonNullable<IbmGrant["policy"]["rule"]>;
}

export type IbmPolicyOutputs = Record<string, never>;

/** What an identity may do with a bucket, or with a folder of it. */
export const IbmPolicy: Kind<IbmPolicyInputs, IbmPolicyOutputs> = {
  kind: "IbmPolicy",
  words: ({ iamId, role: of }) => `access policy of ${iamId} with ${of}`,
  inputs: {
    account: { required: true, fixed: "replace" },
    iamId: { required: true, fixed: "replace" },
    role: { required: true },
    resource: { required: true, same: (one, other) => isDeepStrictEqual(byKey(one), byKey(other)) },
    rule: {},
    cloud: { local: true },
  },
  outputs: {},
  async make(session, wanted) {
    // The identity is ours alone, so a policy of it that says the same is the one that is wanted.
    const mine = async () => {
      const query = { account_id: wanted.account, iam_id: wanted.iamId, type: "access" };
      const found = await ibmCloud(session, wanted).iam("/v2/policies", { method: "GET", query });
      return ((found?.body?.policies ?? []) as any[]).find(
        (one) => one.state !== "deleted" && isDeepStrictEqual(shownPolicy(one), statedPolicy(wanted)),
      )?.id as string | undefined;
    };
    const there = await mine();
    if (there !== undefined) return { id: there };
    const make = async () =>
      (await ibmCloud(session, wanted).iam("/v2/policies", { method: "POST", body: policyBody(wanted) }))!.body
        .id as string;
    try {
      return { id: await make() };
    } catch (error) {
      if (!doubtful(error) && !isTaken(error)) throw error;
      return { id: (await mine()) ?? (await make()) };
    }
  },
  async read(session, id, { inputs }) {
    const found = await ibmCloud(session, inputs).iam(`/v2/policies/${encodeURIComponent(id)}`, { method: "GET" });
    // A policy stays for a while after it was deleted, and says so.
    if (!found || found.body.state === "deleted") return undefined;
    const { rule = null, ...shown } = shownPolicy(found.body);
    return { inputs: { ...shown, rule }, outputs: {} };
  },
  async write(session, id, wanted) {
    const api = ibmCloud(session, wanted);
    const path = `/v2/policies/${encodeURIComponent(id)}`;
    const live = await api.iam(path, { method: "GET" });
    if (!live) throw missing(this.words(wanted));
    await api.iam(path, { method: "PUT", ifMatch: live.etag, body: policyBody(wanted), repeatable: false });
  },
  async remove(session, id, { inputs }) {
    await ibmCloud(session, inputs).iam(`/v2/policies/${encodeURIComponent(id)}`, { method: "DELETE" });
  },
};

const byKey = (attributes: readonly any[] = []) =>
  attributes.map(({ key, operator, value }) => ({ key, operator, value })).sort((a, b) => (a.key < b.key ? -1 : 1));

const shownPolicy = ({ subject, resource, control, rule }: any) => ({
  iamId: subject?.attributes?.find(({ key }: { key: string }) => key === "iam_id")?.value as string,
  role: (control?.grant?.roles ?? []).map(({ role_id }: { role_id: string }) => role_id).join() as string,
  resource: byKey(resource?.attributes),
  ...(rule != null && { rule }),
});

const statedPolicy = ({ iamId, role: of, resource, rule }: IbmPolicyInputs) => ({
  iamId,
  role: of,
  resource: byKey(resource),
  ...(rule && { rule }),
});

const policyBody = ({ iamId, role: of, resource, rule }: IbmPolicyInputs): IbmGrant["policy"] => ({
  type: "access",
  subject: { attributes: [{ key: "iam_id", operator: "stringEquals", value: iamId }] },
  resource: { attributes: resource as IbmGrant["policy"]["resource"]["attributes"] },
  control: { grant: { roles: [{ role_id: of }] } },
  ...(rule && { rule, pattern: "attribute-based-condition:resource:literal-and-wildcard" }),
});
