/**
 * A bucket of IBM Cloud Object Storage: made without public access, never emptied. By the S3 protocol with a bearer
 * token, which needs no key of the administrator's besides the API key.
 */

import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { CloudSession, Kind } from "../dynamic/kind";
import { apiUrl, type CloudAnswer, CloudFailure, type CloudRequest } from "../http";
import { ibmRefusal } from "./api";
import { instanceOf } from "./instance";
import { ibmCloud } from "./session";

/** As `s3Cors` writes one. */
export interface IbmCorsRule {
  AllowedOrigins: string[];
  AllowedMethods: string[];
  AllowedHeaders: string[];
  ExposeHeaders: string[];
  MaxAgeSeconds: number;
}

export interface IbmBucketInputs {
  name: string;
  /** CRN of the Object Storage instance that pays for it. */
  instance: string;
  /** Address of the service in the bucket's region. */
  endpoint: string;
  /** Region and storage class: `eu-de-standard`. Of existing buckets left out. */
  location?: string;
  /** It is somebody's: it has to be there, and only our CORS rule is written, where there is no other. */
  existing?: boolean;
  /** ACLs that make anything public are refused. */
  publicAccess?: "blocked";
  /** Our rule; others are left alone. Left out: iconik writes the rules. */
  corsRule?: IbmCorsRule;
  /** Days after which unfinished uploads are given up. */
  abortUploadsAfter?: number;
  cloud?: string;
}

export type IbmBucketOutputs = Record<string, never>;

const lifecycleId = "iconik-unfinished-uploads";

export const IbmBucket: Kind<IbmBucketInputs, IbmBucketOutputs> = {
  kind: "IbmBucket",
  words: ({ name }) => `bucket ${name} of IBM Cloud`,
  inputs: {
    name: { required: true, fixed: "refuse", instead: "make another bucket, move the files and remove this one" },
    instance: { required: true, fixed: "refuse", instead: "make another bucket there" },
    endpoint: { required: true, local: true },
    location: { fixed: "refuse", instead: "make another bucket there, move the files and remove this one" },
    existing: { local: true },
    publicAccess: {},
    corsRule: { same: sameRule },
    abortUploadsAfter: {},
    cloud: { local: true },
  },
  outputs: {},
  account: async (_, { instance }) => instanceOf(instance).account,
  find: async (session, wanted) => (!wanted.existing && (await isThere(session, wanted)) ? wanted.name : undefined),
  async make(session, wanted) {
    if (wanted.existing) {
      if (await isThere(session, wanted)) return { id: wanted.name };
      throw new CloudFailure({
        code: "not-found",
        message: `there is no bucket ${wanted.name} at ${wanted.endpoint}. Leave out existing to have it made`,
      });
    }
    const body =
      wanted.location === undefined
        ? undefined
        : `<CreateBucketConfiguration><LocationConstraint>${escaped(wanted.location)}</LocationConstraint></CreateBucketConfiguration>`;
    const make = async () => {
      const answer = await ask(session, wanted, "PUT", "", body, { "ibm-service-instance-id": wanted.instance });
      if (answer.status === 409)
        throw new CloudFailure({
          code: "exists",
          message: `the bucket name ${wanted.name} is taken: names are shared by all of IBM Cloud. Choose another`,
        });
      expectDone(`PUT /${wanted.name}`, answer, false);
    };
    try {
      await make();
    } catch (error) {
      // It was not there a moment ago.
      if (!(error instanceof CloudFailure) || error.acted === undefined) throw error;
      if (!(await isThere(session, wanted))) await make();
    }
    return { id: wanted.name };
  },
  async read(session, id, { inputs }) {
    const at = { ...inputs, name: id } as IbmBucketInputs;
    const location = await ask(session, at, "GET", "?location");
    if (location.status === 404) return undefined;
    expectDone(`GET /${id}?location`, location);
    const [cors, lifecycle, access] = await settings(session, at);
    const rules = rulesOf(cors);
    const ours = rules.find((rule) => inputs.corsRule && sameRule(rule, inputs.corsRule));
    const [abort] = blocks(lifecycle, "Rule").filter((rule) => value(rule, "ID") === lifecycleId);
    return {
      inputs: {
        name: id,
        location: value(location.text, "LocationConstraint"),
        publicAccess:
          value(access, "BlockPublicAcls") === "true" && value(access, "IgnorePublicAcls") === "true"
            ? "blocked"
            : null,
        // Rules have no names: one of ours that was changed is not told from another's.
        corsRule: ours ?? (rules.length === 1 && !inputs.existing ? rules[0] : null),
        abortUploadsAfter: abort ? Number(value(abort, "DaysAfterInitiation")) : null,
      },
      outputs: {},
    };
  },
  async write(session, _, wanted, changed, last) {
    const [cors, lifecycle] = await settings(session, wanted);
    if (changed.has("corsRule")) {
      const rules = rulesOf(cors);
      if (wanted.existing && rules.length > 0) throw notOurs(wanted.name, wanted.corsRule!, rules.length);
      const before = last.inputs.corsRule;
      const others = rules.length === 1 && before ? [] : rules.filter((rule) => !before || !sameRule(rule, before));
      await put(
        session,
        wanted,
        "?cors",
        `<CORSConfiguration>${[...others, wanted.corsRule!].map(corsXml).join("")}</CORSConfiguration>`,
      );
    }
    if (changed.has("abortUploadsAfter")) {
      const others = blocks(lifecycle, "Rule").filter((rule) => value(rule, "ID") !== lifecycleId);
      const ours = `<ID>${lifecycleId}</ID><Status>Enabled</Status><Filter><Prefix/></Filter><AbortIncompleteMultipartUpload><DaysAfterInitiation>${wanted.abortUploadsAfter}</DaysAfterInitiation></AbortIncompleteMultipartUpload>`;
      await put(
        session,
        wanted,
        "?lifecycle",
        `<LifecycleConfiguration>${[...others, ours].map((rule) => `<Rule>${rule}</Rule>`).join("")}</LifecycleConfiguration>`,
      );
    }
    if (changed.has("publicAccess")) {
      await put(
        session,
        wanted,
        "?publicAccessBlock",
        "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls></PublicAccessBlockConfiguration>",
      );
    }
  },
  // Files are nobody's to delete but their owner's.
  remove: async (session, _, { inputs }) =>
    session.note(`bucket ${inputs.name} and what is in it stay in IBM Cloud; delete it there if it is not needed`),
};

function ask(
  session: CloudSession,
  { name, endpoint, cloud }: IbmBucketInputs,
  method: CloudRequest["method"],
  query: string,
  body?: string,
  headers: Record<string, string> = {},
): Promise<CloudAnswer> {
  const url = `${apiUrl(endpoint, "endpoint")}/${encodeURIComponent(name)}${query}`;
  // Making a bucket is the one thing that is not the same when it is done twice.
  return ibmCloud(session, { cloud }).send({
    method,
    url,
    body,
    headers: { ...headers, ...(body !== undefined && { "content-type": "application/xml" }) },
    repeatable: method !== "PUT" || query !== "",
  });
}

async function put(session: CloudSession, wanted: IbmBucketInputs, query: string, body: string): Promise<void> {
  const answer = await ask(session, wanted, "PUT", query, body, {
    "content-md5": createHash("md5").update(body).digest("base64"),
  });
  expectDone(`PUT /${wanted.name}${query}`, answer);
}

function expectDone(operation: string, answer: CloudAnswer, repeatable = true): void {
  if (answer.status >= 300) throw ibmRefusal(operation, answer, repeatable);
}

async function isThere(session: CloudSession, wanted: IbmBucketInputs): Promise<boolean> {
  const answer = await ask(session, wanted, "HEAD", "");
  if (answer.status === 404) return false;
  if (answer.status === 403) {
    throw new CloudFailure({
      code: "forbidden",
      status: 403,
      message: `bucket ${wanted.name} belongs to somebody else, or the API key may not see it: IBM Cloud answered 403. Names are shared by all of IBM Cloud; choose another`,
    });
  }
  expectDone(`HEAD /${wanted.name}`, answer);
  return true;
}

/** CORS, lifecycle and public access; empty where there is none. */
function settings(session: CloudSession, at: IbmBucketInputs): Promise<string[]> {
  return Promise.all(
    ["?cors", "?lifecycle", "?publicAccessBlock"].map(async (query) => {
      const answer = await ask(session, at, "GET", query);
      if (answer.status === 404) return "";
      expectDone(`GET /${at.name}${query}`, answer);
      return answer.text;
    }),
  );
}

// XML: flat enough that its elements can be taken out one by one.

const blocks = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, "g"))].map(([, inner]) => inner!);
const unescaped = (text: string): string =>
  text.replace(
    /&(lt|gt|quot|apos|amp);/g,
    (_, name: string) => ({ lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" })[name]!,
  );
const escaped = (text: string): string =>
  text.replace(/[<>&]/g, (sign) => ({ "<": "&lt;", ">": "&gt;", "&": "&amp;" })[sign]!);
const values = (xml: string, name: string): string[] => blocks(xml, name).map((text) => unescaped(text.trim()));
const value = (xml: string, name: string): string | undefined => values(xml, name)[0];

const parts = [
  ["AllowedOrigin", "AllowedOrigins"],
  ["AllowedMethod", "AllowedMethods"],
  ["AllowedHeader", "AllowedHeaders"],
  ["ExposeHeader", "ExposeHeaders"],
] as const;

const rulesOf = (xml: string): IbmCorsRule[] =>
  blocks(xml, "CORSRule").map((rule) => ({
    ...(Object.fromEntries(parts.map(([one, all]) => [all, values(rule, one)])) as Omit<IbmCorsRule, "MaxAgeSeconds">),
    MaxAgeSeconds: Number(value(rule, "MaxAgeSeconds") ?? 0),
  }));

const corsXml = (rule: IbmCorsRule): string =>
  `<CORSRule>${parts.flatMap(([one, all]) => rule[all].map((text) => `<${one}>${escaped(text)}</${one}>`)).join("")}<MaxAgeSeconds>${rule.MaxAgeSeconds}</MaxAgeSeconds></CORSRule>`;

function sameRule(one: IbmCorsRule, other: IbmCorsRule): boolean {
  const plain = (rule: IbmCorsRule) => [...parts.map(([, all]) => [...rule[all]].sort()), rule.MaxAgeSeconds];
  return isDeepStrictEqual(plain(one), plain(other));
}

function notOurs(name: string, rule: IbmCorsRule, count: number): CloudFailure {
  return new CloudFailure({
    code: "conflict",
    message: `bucket ${name} has ${count === 1 ? "a CORS rule" : `${count} CORS rules`} of somebody else's, left as ${count === 1 ? "it was" : "they were"}. Add this one, then run again: ${corsXml(rule)}`,
  });
}
