/** A bucket of Backblaze B2: made private and encrypted, never emptied. */

import { isDeepStrictEqual } from "node:util";
import type { CloudSession, Kind } from "../dynamic/kind";
import { CloudFailure } from "../http";
import type { B2BucketSettings, B2CorsRule, B2LifecycleRule, B2LiveBucket } from "./api";
import { backblaze } from "./session";

export interface B2BucketInputs {
  name: string;
  /** Label of the administrator's credentials. */
  cloud?: string;
  /** Who made it, kept in the bucket's info: tells what an interrupted run made from what is somebody's. */
  owner: string;
  /** It is somebody's: it has to be there, and only our CORS rule is written, where there is no other. */
  existing?: boolean;
  /** Of new buckets always `allPrivate`. */
  type?: "allPrivate";
  /** Of new buckets always `SSE-B2`: encrypted with keys of Backblaze's. */
  encryption?: "SSE-B2";
  /** Our rule, by its name; other rules are left alone. Left out: iconik writes the rules. */
  corsRule?: B2CorsRule;
  /** Days after which unfinished uploads are cancelled. */
  cancelUnfinishedAfter?: number;
}

export interface B2BucketOutputs {
  bucketId: string;
}

const ownerKey = "pulumi-iconik";
const unfinished = "daysFromStartingToCancelingUnfinishedLargeFiles";

export const B2Bucket: Kind<B2BucketInputs, B2BucketOutputs> = {
  kind: "B2Bucket",
  words: ({ name }) => `bucket ${name} of Backblaze`,
  inputs: {
    name: { required: true, fixed: "refuse", instead: "make another bucket, move the files and remove this one" },
    cloud: { local: true },
    owner: { required: true, local: true },
    existing: { local: true },
    type: {},
    encryption: {},
    corsRule: { same: sameRule },
    cancelUnfinishedAfter: {},
  },
  outputs: { bucketId: {} },
  account: async (session, inputs) => (await backblaze(session, inputs).account()).accountId,
  async find(session, { name, existing, owner, cloud }) {
    const found = existing ? undefined : await backblaze(session, { cloud }).bucket({ bucketName: name });
    return found && found.bucketInfo[ownerKey] !== owner ? found.bucketId : undefined;
  },
  async make(session, wanted) {
    const api = backblaze(session, wanted);
    const there = await api.bucket({ bucketName: wanted.name });
    if (wanted.existing) {
      if (!there)
        throw new CloudFailure({
          code: "not-found",
          message: `there is no bucket ${wanted.name} in the account. Leave out existing to have it made`,
        });
      return made(there);
    }
    if (there?.bucketInfo[ownerKey] === wanted.owner) return made(there);
    const isOurs = (bucket: B2LiveBucket) => bucket.bucketInfo[ownerKey] === wanted.owner;
    return made(await api.createBucket(wanted.name, settingsOf(wanted), isOurs));
  },
  async read(session, id, { inputs }) {
    const live = await backblaze(session, inputs).bucket({ bucketId: id });
    if (!live) return undefined;
    lastRead(session).set(id, live);
    const { bucketName, bucketType, encryption, corsRules, lifecycleRules, bucketId } = live;
    return {
      inputs: {
        name: bucketName,
        type: bucketType as "allPrivate",
        encryption: encryption && (encryption.mode as "SSE-B2" | null),
        corsRule: ruleOf(corsRules, inputs.corsRule),
        cancelUnfinishedAfter: lifecycleRules.find(isWhole)?.[unfinished] ?? null,
      },
      outputs: { bucketId },
    };
  },
  async write(session, id, wanted, changed) {
    const live = lastRead(session).get(id)!;
    const { corsRules, lifecycleRules } = live;
    if (wanted.existing && changed.has("corsRule") && corsRules.length > 0)
      throw notOurs(wanted.name, wanted.corsRule!, corsRules);
    const all = settingsOf(wanted);
    const settings: Partial<B2BucketSettings> = {
      ...(changed.has("type") && { bucketType: all.bucketType }),
      ...(changed.has("encryption") && { defaultServerSideEncryption: all.defaultServerSideEncryption }),
      ...(changed.has("corsRule") && {
        corsRules: [
          ...corsRules.filter(({ corsRuleName }) => corsRuleName !== wanted.corsRule!.corsRuleName),
          ...all.corsRules,
        ],
      }),
      ...(changed.has("cancelUnfinishedAfter") && {
        lifecycleRules: withUnfinished(lifecycleRules, wanted.cancelUnfinishedAfter!),
      }),
    };
    await backblaze(session, wanted).updateBucket(live, settings);
  },
  // Files are nobody's to delete but their owner's.
  remove: async (session, _, { inputs }) =>
    session.note(`bucket ${inputs.name} and what is in it stay in Backblaze; delete it there if it is not needed`),
};

const made = ({ bucketId }: B2LiveBucket) => ({ id: bucketId, outputs: { bucketId } });

/** As each bucket was when it was last read: what is written goes by its revision. */
const lastRead = (session: CloudSession): Map<string, B2LiveBucket> => session.shared("b2/last read", () => new Map());

const settingsOf = ({
  owner,
  type = "allPrivate",
  encryption,
  corsRule,
  cancelUnfinishedAfter,
}: B2BucketInputs): B2BucketSettings => ({
  bucketType: type,
  bucketInfo: { [ownerKey]: owner },
  corsRules: corsRule ? [corsRule] : [],
  lifecycleRules: cancelUnfinishedAfter === undefined ? [] : withUnfinished([], cancelUnfinishedAfter),
  defaultServerSideEncryption: encryption ? { mode: encryption, algorithm: "AES256" } : { mode: null },
});

const isWhole = ({ fileNamePrefix }: B2LifecycleRule): boolean => fileNamePrefix === "";

/** Of all files there is one rule at most: what it says besides stays. */
const withUnfinished = (rules: readonly B2LifecycleRule[], days: number): B2LifecycleRule[] => [
  ...rules.filter((rule) => !isWhole(rule)),
  {
    daysFromUploadingToHiding: null,
    daysFromHidingToDeleting: null,
    ...rules.find(isWhole),
    fileNamePrefix: "",
    [unfinished]: days,
  },
];

/** The rule of that name; under another name one that says the same is as good. */
const ruleOf = (rules: readonly B2CorsRule[], wanted: B2CorsRule | undefined): B2CorsRule | null =>
  rules.find(({ corsRuleName }) => corsRuleName === wanted?.corsRuleName) ??
  rules.find((rule) => wanted && sameRule(rule, wanted)) ??
  null;

function sameRule(one: B2CorsRule, other: B2CorsRule): boolean {
  const plain = ({ allowedOrigins, allowedOperations, allowedHeaders, exposeHeaders, maxAgeSeconds }: B2CorsRule) => [
    ...[allowedOrigins, allowedOperations, allowedHeaders, exposeHeaders].map((list) => [...(list ?? [])].sort()),
    maxAgeSeconds,
  ];
  return isDeepStrictEqual(plain(one), plain(other));
}

function notOurs(name: string, rule: B2CorsRule, rules: readonly B2CorsRule[]): CloudFailure {
  const names = rules.map(({ corsRuleName }) => corsRuleName).join(", ");
  return new CloudFailure({
    code: "conflict",
    message: `bucket ${name} has CORS rules of somebody else's (${names}), which were left as they are. Add this one to them, then run again: ${JSON.stringify(rule)}`,
  });
}
