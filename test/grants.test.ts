/**
 * Grants: what is needed is what is granted. The statement of need is held against a table written by hand, and every
 * policy made from it against the statement, over all of AWS's actions, by a simulator of AWS's evaluation.
 */

import { describe, expect, test } from "vitest";
import {
  bucketPolicy,
  flags,
  iconikRole,
  keyPolicyStatements,
  policyLimits,
  queuePolicy,
  sizeOf,
  statementOf,
  storageTypes,
  systems,
  userPolicy,
  usesOf,
  type Statement,
  type StorageNeed,
} from "../provider/clouds/grants";
import {
  account,
  allNeeds,
  bucket,
  domainId,
  flagSets,
  kmsKey,
  need,
  needsOf,
  queueUrl,
  region,
  wanted,
} from "./grants/needs";
import { catalogue, judge, judgeAny, worksOn, type Policies, type Request } from "./grants/simulation";

const actionsOf = ({ grants }: Statement) => grants.map(({ action }) => action).sort();

describe("the statement of need", () => {
  test("grants what the table says, for every storage there can be", () => {
    const needs = allNeeds();
    expect(needs.length).toBeGreaterThan(40_000);
    for (const one of needs) {
      const uses = usesOf(one);
      const rows = Object.entries(wanted[one.type]).filter(([all]) =>
        all.split(" ").every((use) => !use || uses.has(use as "read")),
      );
      const expected = [...new Set(rows.flatMap(([, actions]) => actions))].sort();
      const given = actionsOf(statementOf(one));
      if (given.join() !== expected.join()) expect({ need: one, given }).toEqual({ need: one, given: expected });
    }
  });

  test.each([
    ["files", {}, ""],
    ["files", { read: true, scan: true }, "read scan"],
    ["exports", {}, "read write"],
    ["exports", { read: false, delete: true, scan: true }, "write delete"],
    ["archive", {}, "read write restore"],
    ["archive", { scan: true, restore: false }, "read write scan"],
    ["keyframes", {}, "read write delete"],
    ["proxies", { delete: false, scan: true }, "read write"],
    ["faces", { write: false }, "read delete"],
  ] as const)("a purpose fills in the flags that are not written: %s %j is %j", (purpose, more, uses) => {
    expect([...usesOf(need("s3", { purpose, cors: "ours", ...more }))].join(" ")).toBe(uses);
  });

  test("more use never takes anything away", () => {
    for (const type of storageTypes) {
      for (const few of flagSets([true, undefined])) {
        for (const more of flagSets([true, undefined])) {
          const granted = new Set(actionsOf(statementOf(need(type, { ...few, ...more }))));
          expect(actionsOf(statementOf(need(type, few))).filter((action) => !granted.has(action))).toEqual([]);
        }
      }
    }
  });

  test("holds each thing once, with a reason and a source", () => {
    for (const { name, permissions } of Object.values(systems)) {
      const actions = permissions.map(({ action }) => action);
      expect(new Set(actions).size, name).toBe(actions.length);
      for (const { why, source } of permissions) expect([why.length > 5, source.length > 0]).toEqual([true, true]);
    }
  });
});

/** Keeps one of each policy: many storages come to the same. */
function distinct<T>(items: readonly T[], of: (item: T) => unknown): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(of(item)), item])).values()];
}

/** A thing to ask for, and the targets as which the storage's own grants reach it. */
interface Probe {
  resource: string;
  prefix?: string;
  reaches: readonly Statement["grants"][number]["on"][];
  /** One of each sort, on which every action there is gets tried. */
  typical?: true;
}

const arn = `arn:aws:s3:::${bucket}`;

/** Inside, and everything near it that is outside. */
function probesOf({ path }: StorageNeed): Probe[] {
  const whole = path === "";
  const listing = (prefix: string | undefined, inside: boolean): Probe => ({
    resource: arn,
    ...(prefix !== undefined && { prefix }),
    reaches: ["bucket", ...(inside ? (["listing"] as const) : [])],
  });
  const object = (key: string, inside: boolean): Probe => ({
    resource: `${arn}/${key}`,
    reaches: inside ? ["objects"] : [],
  });
  const elsewhere = (resource: string): Probe => ({ resource, reaches: [] });
  const folder = path || "in";
  return [
    { ...listing(`${folder}/`, true), typical: true },
    listing(`${folder}/deep/er`, true),
    listing(undefined, whole),
    listing("", whole),
    listing(folder, whole),
    listing(`${folder}2/`, whole),
    listing(`x${folder}/`, whole),
    listing(folder.toUpperCase() + "/", whole),
    { ...object(`${folder}/film.mxf`, true), typical: true },
    object(`${folder}/deep/er/film.mxf`, true),
    object(`${folder}`, whole),
    object(`${folder}2/film.mxf`, whole),
    object(`x${folder}/film.mxf`, whole),
    object(`${folder.toUpperCase()}/film.mxf`, whole),
    object("film.mxf", whole),
    elsewhere(`${arn}x`),
    elsewhere(`arn:aws:s3:::x${bucket}`),
    elsewhere(arn.slice(0, -1)),
    elsewhere(`${arn.replace("-", ".")}`),
    elsewhere("arn:aws:s3:::example-other"),
    elsewhere(`${arn}x/${folder}/film.mxf`),
    elsewhere(`arn:aws:s3:::x${bucket}/${folder}/film.mxf`),
    elsewhere(`arn:aws:s3:::example-other/${folder}/film.mxf`),
    elsewhere(`arn:aws:s3:::${folder}/film.mxf`),
  ];
}

const queueArn = `arn:aws:sqs:${region}:${account}:news`;
const otherProbes: Probe[] = [
  { resource: kmsKey, reaches: ["key"], typical: true },
  { resource: kmsKey.replace(/1$/, "2"), reaches: [] },
  { resource: kmsKey.replace(region, "eu-west-1"), reaches: [] },
  { resource: queueArn, reaches: ["queue"], typical: true },
  { resource: `${queueArn}2`, reaches: [] },
  { resource: `arn:aws:iam::${account}:user/iconik`, reaches: [] },
  { resource: `arn:aws:s3:${region}:${account}:accesspoint/point`, reaches: [] },
  { resource: "*", reaches: [], typical: true },
];

/** As S3 calls KMS. */
const viaS3 = { "kms:ViaService": `s3.${region}.amazonaws.com` };

/** All that a policy allows and the statement does not, and the other way round. */
async function compare(
  { grants }: Pick<Statement, "grants">,
  ask: (request: Omit<Request, "principal">) => string | undefined | Promise<string | undefined>,
  actions: readonly string[],
  probes: readonly Probe[],
): Promise<{ surplus: string[]; missing: string[] }> {
  const found = { surplus: [] as string[], missing: [] as string[] };
  for (const { resource, prefix, reaches } of probes) {
    for (const action of actions) {
      // To the simulator it is a pattern; what works on nothing in particular is asked for so.
      if (resource === "*" && grants.some((grant) => grant.action === action)) continue;
      const isNeeded = grants.some((grant) => grant.action === action && reaches.includes(grant.on));
      const context = { ...viaS3, ...(prefix !== undefined && { "s3:prefix": prefix }) };
      const isAllowed = (await ask({ action, resource, context })) === "Allowed";
      if (isAllowed !== isNeeded)
        (isAllowed ? found.surplus : found.missing).push(`${action} ${resource} ${prefix ?? ""}`);
    }
  }
  return found;
}
const nothing = { surplus: [], missing: [] };

const user = `arn:aws:iam::${account}:user/iconik`;
/** The key policy that AWS makes: IAM policies decide. */
const keyPolicy = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "kms:*", Resource: "*" }],
};

describe("a user's policy", () => {
  const withKeys = storageTypes
    .filter((type) => ["s3", "wasabi", "cloudian", "s3Compatible"].includes(type))
    .flatMap(needsOf)
    .filter(({ credentials }) => credentials !== "managed");
  const statements = distinct(withKeys.map(statementOf), userPolicy);
  const policiesFor = (identity: unknown, resource: string): Policies => ({
    identity,
    ...(resource.includes(":kms:") && { resource: keyPolicy }),
  });

  test("allows the statement of need over all of AWS's actions: surplus 0, missing 0", async () => {
    const actions = await catalogue();
    expect(actions.length).toBeGreaterThan(400);
    expect(statements.length).toBeGreaterThan(150);
    for (const statement of statements) {
      const identity = userPolicy(statement);
      const ask = (request: Omit<Request, "principal">) => {
        const whole = { principal: user, ...request };
        // Without a grant for it, the key's own policy changes nothing.
        return request.resource.includes(":kms:") && statement.uses.has("encrypted")
          ? judge(whole, { identity, resource: keyPolicy })
          : judgeAny(whole, { identity });
      };
      const probes = [...probesOf(statement.need), ...otherProbes];
      // Every action where it could work, and those that are granted on every neighbour too.
      for (const probe of probes.filter(({ typical }) => typical)) {
        const [, , service] = probe.resource.split(":");
        const fitting = actions.filter(
          (action) => action.startsWith(`${service ?? ""}:`) || isForNothing(action, service),
        );
        expect(await compare(statement, ask, fitting, [probe])).toEqual(nothing);
      }
      expect(await compare(statement, ask, actionsOf(statement), probes)).toEqual(nothing);
    }
  }, 180_000);

  /** Works on no resource in particular, or on those of services where nothing is granted. */
  const isForNothing = (action: string, service: string | undefined) =>
    service === undefined && (/^(iam|sts):/.test(action) || worksOn(action).length === 0);

  test("is sound to a judge who checks the request and the policy too", async () => {
    const actions = await catalogue();
    const all = { read: true, write: true, delete: true, scan: true };
    const options = { restore: true, acceleration: true, kmsKey, notificationQueue: queueUrl };
    for (const path of ["", "in"]) {
      const statement = statementOf(need("s3", { path, ...all, ...options, credentials: "keys" }));
      const identity = userPolicy(statement);
      const ask = (request: Omit<Request, "principal">) =>
        judge({ principal: user, ...request }, policiesFor(identity, request.resource));
      const probes = [...probesOf(statement.need), ...otherProbes].filter(({ typical }) => typical);
      expect(await compare(statement, ask, actions, probes)).toEqual(nothing);
    }
  });

  test("gives nothing in an account of others, and the key to S3 alone", async () => {
    const statement = statementOf(
      need("s3", { read: true, write: true, delete: true, scan: true, kmsKey, credentials: "keys" }),
    );
    const identity = userPolicy(statement);
    for (const { action, resource } of statement.grants) {
      const request = { principal: user, action, resource: resource.replace("*", "film.mxf"), context: viaS3 };
      const policies = policiesFor(identity, resource);
      expect(await judge(request, policies), action).toBe("Allowed");
      expect(await judge({ ...request, owner: "444455556666" }, { identity }), action).toBe("ImplicitlyDenied");
      expect(await judge({ ...request, principal: user.replace(account, "444455556666") }, policies), action).toBe(
        "ImplicitlyDenied",
      );
      if (resource === kmsKey) expect(await judge({ ...request, context: {} }, policies)).toBe("ImplicitlyDenied");
    }
  });

  test("fits into what AWS takes, with the longest bucket name", () => {
    for (const { need: one } of statements) {
      const long = statementOf({ ...one, bucket: "b".repeat(63), path: one.path && "p".repeat(300) });
      expect(sizeOf(userPolicy(long))).toBeLessThanOrEqual(policyLimits.user);
    }
  });
});

describe("managed credentials", () => {
  const all = { read: true, write: true, delete: true, scan: true };
  const options: Partial<StorageNeed>[] = [
    { cors: "ours" },
    { restore: true },
    { acceleration: true },
    { kmsKey },
    { notificationQueue: queueUrl },
  ];
  const statements = ["", "in"].flatMap((path) =>
    [...flagSets([true, false]), ...options.map((option) => ({ ...all, ...option }))].map((more) =>
      statementOf(need("s3", { path, credentials: "managed", ...more })),
    ),
  );
  const tag = (id: string) => ({ "aws:PrincipalTag/IconikSystemDomainId": id });
  /** What iconik gives its own role is not known; taken for everything, so that only the bucket's policy decides. */
  const identity = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["s3:*", "kms:*", "sqs:*"], Resource: "*" }],
  };
  const resourcePolicy = (statement: Statement, resource: string): unknown =>
    resource.includes(":kms:")
      ? { ...keyPolicy, Statement: [...keyPolicy.Statement, ...keyPolicyStatements(statement, { domainId })] }
      : resource.includes(":sqs:")
        ? queuePolicy(statement, { domainId })
        : bucketPolicy([statement], domainId);
  const asker =
    (statement: Statement, context: Record<string, string>, principal = iconikRole) =>
    (request: Omit<Request, "principal">) => {
      const resource = resourcePolicy(statement, request.resource);
      return judge(
        { principal, ...request, context: { ...request.context, ...context } },
        { identity, ...(resource !== undefined && { resource }) },
      );
    };

  test("the policies of bucket, key and queue allow iconik's role the statement of need: surplus 0, missing 0", async () => {
    const actions = (await catalogue()).filter((action) => /^(s3|kms|sqs):/.test(action));
    for (const statement of statements) {
      const ask = asker(statement, tag(domainId));
      // A policy speaks of its own bucket, key or queue only: others have others.
      const probes = [...probesOf(statement.need), ...otherProbes].filter(
        ({ resource }) => resource.startsWith(`${arn}/`) || [arn, kmsKey, queueArn].includes(resource),
      );
      expect(await compare(statement, ask, actionsOf(statement), probes)).toEqual(nothing);
      const isWidest = flags.every((flag) => statement.uses.has(flag));
      if (isWidest)
        expect(
          await compare(
            statement,
            ask,
            actions,
            probes.filter(({ typical }) => typical),
          ),
        ).toEqual(nothing);
    }
  });

  const asked = (statement: Statement) =>
    [...probesOf(statement.need), ...otherProbes].filter(({ typical }) => typical);

  test("another tenant of iconik, and a role without a tenant, get nothing", async () => {
    const others = [
      {},
      tag(""),
      tag(domainId.replace(/1$/, "2")),
      tag(domainId.toUpperCase()),
      tag(`${domainId}0`),
      tag("*"),
    ];
    for (const statement of statements) {
      for (const context of others) {
        const ask = asker(statement, context);
        expect(await compare({ grants: [] }, ask, actionsOf(statement), asked(statement))).toEqual(nothing);
      }
    }
  });

  test("another role of iconik's account, or of another, gets nothing with the right tag", async () => {
    const roles = [
      iconikRole.replace("IconikS3AccessRole", "IconikS3AccessRole2"),
      iconikRole.replace("283217727627", "444455556666"),
    ];
    for (const statement of statements) {
      for (const role of roles) {
        const ask = asker(statement, tag(domainId), role);
        expect(await compare({ grants: [] }, ask, actionsOf(statement), asked(statement))).toEqual(nothing);
      }
    }
  });

  test("nothing goes without TLS, whoever asks", async () => {
    const statement = statementOf(need("s3", { read: true, credentials: "managed" }));
    const resource = bucketPolicy([statement], domainId);
    const request = { principal: iconikRole, action: "s3:GetObject", resource: `${arn}/film.mxf` };
    const without = { ...tag(domainId), "aws:SecureTransport": "false" };
    expect(await judge({ ...request, context: tag(domainId) }, { identity, resource })).toBe("Allowed");
    expect(await judge({ ...request, context: without }, { identity, resource })).toBe("ExplicitlyDenied");
    expect(await judge({ ...request, principal: user, context: without }, { identity, resource })).toBe(
      "ExplicitlyDenied",
    );
  });

  test("storages of one bucket share its policy, each with its own statements", async () => {
    const [first, second] = [
      statementOf(need("s3", { label: "In: films", path: "in", read: true, credentials: "managed" })),
      statementOf(need("s3", { label: "In - films", path: "out", write: true, credentials: "managed" })),
    ];
    const resource = bucketPolicy([first, second], domainId);
    const ids = resource.Statement.map(({ Sid }) => Sid);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => /^[A-Za-z0-9]+$/.test(id))).toBe(true);
    const ask = (action: string, key: string) =>
      judge(
        { principal: iconikRole, action, resource: `${arn}/${key}`, context: tag(domainId) },
        { identity, resource },
      );
    expect(await ask("s3:GetObject", "in/film.mxf")).toBe("Allowed");
    expect(await ask("s3:PutObject", "out/film.mxf")).toBe("Allowed");
    expect(await ask("s3:PutObject", "in/film.mxf")).toBe("ImplicitlyDenied");
    expect(await ask("s3:GetObject", "out/film.mxf")).toBe("ImplicitlyDenied");
  });

  test("a storage with keys has nothing in the bucket's policy but TLS", () => {
    const statement = statementOf(need("s3", { read: true, write: true, credentials: "keys" }));
    expect(bucketPolicy([statement], domainId).Statement.map(({ Effect }) => Effect)).toEqual(["Deny"]);
  });
});
