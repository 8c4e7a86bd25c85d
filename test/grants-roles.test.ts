/**
 * Grants of clouds whose policies no simulator knows: what each call takes is written down, and the roles are held
 * against it.
 */

import { describe, expect, test } from "vitest";
import {
  b2Key,
  gcsGrants,
  ibmGrants,
  statementOf,
  usesOf,
  type Condition,
  type StorageNeed,
} from "../provider/clouds/grants";
import { b2Methods, b2Wanted, gcsMethods, gcsWanted, ibmMethods, ibmWanted, type Method } from "./grants/methods";
import { bucket, need, needsOf } from "./grants/needs";

/** A call, made somewhere. */
interface Call {
  bucket: string;
  /** Of a listing. */
  prefix?: string;
  /** Of a call on an object. */
  object?: string;
}

/** Everywhere that a method could be called, and whether it is inside the storage's folder. */
function callsOf({ on }: Method, { path }: StorageNeed): [Call, boolean][] {
  const whole = path === "";
  const folder = path || "in";
  const near: [string, boolean][] = [
    [`${folder}/film.mxf`, true],
    [`${folder}/deep/er/film.mxf`, true],
    [`${folder}2/film.mxf`, whole],
    [`x${folder}/film.mxf`, whole],
    [folder, whole],
    ["film.mxf", whole],
  ];
  const inBucket: [Call, boolean][] =
    on === "objects"
      ? near.map(([object, inside]) => [{ bucket, object }, inside])
      : on === "listing"
        ? [
            ...near.map(([prefix, inside]): [Call, boolean] => [{ bucket, prefix }, inside]),
            [{ bucket }, whole],
            [{ bucket, prefix: `${folder}/` }, true],
          ]
        : [[{ bucket }, on === "bucket"]];
  const others = [`${bucket}x`, `x${bucket}`, "example-other"].map((other): [Call, boolean] => [
    { ...inBucket[0]![0], bucket: other },
    false,
  ]);
  return [...inBucket, ...others];
}

type Allows = (takes: readonly string[], call: Call) => boolean;

/** Each method everywhere: allowed where it is wanted and inside, refused elsewhere. */
function hold(
  one: StorageNeed,
  all: Record<string, Method>,
  table: Record<string, readonly string[]>,
  allows: Allows,
): void {
  const uses = usesOf(one);
  const wanted = new Set(
    Object.entries(table)
      .filter(([when]) => when.split(" ").every((use) => !use || uses.has(use as "read")))
      .flatMap(([, names]) => names),
  );
  const wrong: unknown[] = [];
  for (const [name, method] of Object.entries(all)) {
    for (const [call, inside] of callsOf(method, one)) {
      const expected = inside && wanted.has(name);
      if (allows(method.takes, call) !== expected) wrong.push({ name, ...call, expected });
    }
  }
  if (wrong.length > 0) expect({ need: one, wrong }).toEqual({ need: one, wrong: [] });
}

test("Google Cloud Storage: the roles and their conditions allow what is wanted, and nothing else", () => {
  for (const one of needsOf("gcs")) {
    const grants = gcsGrants(statementOf(one), "serviceAccount:iconik@example-media.iam.gserviceaccount.com");
    hold(one, gcsMethods, gcsWanted, (takes, call) =>
      takes.every((permission) =>
        grants.some(
          ({ role, binding }) =>
            role.permissions.includes(permission) &&
            binding.bucket === call.bucket &&
            celHolds(binding.condition?.expression, call),
        ),
      ),
    );
  }
});

/** The one form of CEL that is written, read back as Google documents it. */
function celHolds(expression: string | undefined, { bucket: name, prefix, object }: Call): boolean {
  if (expression === undefined) return true;
  const [, subject, value] = /^(.+)\.startsWith\(("(?:[^"\\]|\\.)*")\)$/.exec(expression)!;
  const attributes: Record<string, string> = {
    "resource.name": `projects/_/buckets/${name}${object === undefined ? "" : `/objects/${object}`}`,
    'api.getAttribute("storage.googleapis.com/objectListPrefix", "")': prefix ?? "",
  };
  return attributes[subject!]!.startsWith(JSON.parse(value!) as string);
}

test("Google Cloud Storage: a role is named by what it holds, in letters that Google takes", () => {
  const roles = needsOf("gcs").flatMap((one) =>
    gcsGrants(statementOf(one), "serviceAccount:a@example.com").map(({ role }) => role),
  );
  const names = new Map(roles.map(({ roleId, permissions }) => [roleId, permissions.join()]));
  expect(new Set(names.values()).size).toBe(names.size);
  for (const { roleId, permissions } of roles) {
    expect(roleId).toMatch(/^[A-Za-z0-9_.]{3,64}$/);
    expect(names.get(roleId)).toBe(permissions.join());
  }
});

test("Google Cloud Storage: a folder with quotes stays a text", () => {
  const tricky = 'a"b\\c\') || true || ("';
  const grants = gcsGrants(statementOf(need("gcs", { path: tricky, read: true })), "serviceAccount:a@example.com");
  const conditions = grants.flatMap(({ binding }) => (binding.condition ? [binding.condition.expression] : []));
  expect(
    conditions.map((expression) => celHolds(expression, { bucket, prefix: `${tricky}/x`, object: `${tricky}/x` })),
  ).toEqual([true, true]);
  expect(conditions.map((expression) => celHolds(expression, { bucket, prefix: "x", object: "x" }))).toEqual([
    false,
    false,
  ]);
});

describe("Backblaze B2", () => {
  /** Backblaze: "Application Keys": a key's bucket and its prefix bound every call that names one. */
  const allows =
    (key: ReturnType<typeof b2Key>): Allows =>
    (takes, call) =>
      takes.every((capability) => key.capabilities.includes(capability)) &&
      (key.bucketId === undefined || key.bucketId === `id-of-${call.bucket}`) &&
      [call.object, call.prefix].every((name) => name === undefined || name.startsWith(key.namePrefix ?? ""));

  test("the key of one bucket does what is wanted there, and nothing else", () => {
    const bound = needsOf("b2").map((one) => ({ ...one, cors: "ours" as const }));
    for (const one of bound) {
      const key = b2Key(statementOf(one), `id-of-${bucket}`);
      // A listing without a prefix is one with an empty prefix.
      hold(one, b2Methods, b2Wanted, (takes, call) =>
        allows(key)(takes, takes.includes("listFiles") ? { prefix: "", ...call } : call),
      );
    }
  });

  test("a key that may write CORS rules reaches the whole account, and says so", () => {
    const statement = statementOf(need("b2", { read: true, scope: "account", path: "in" }));
    const key = b2Key(statement, "id");
    expect(key).toEqual({
      keyName: "iconik-Masters",
      capabilities: ["listBuckets", "listFiles", "readFiles", "shareFiles", "writeBuckets"],
    });
    expect(statement.notes.join()).toContain("every bucket");
    expect(statement.grants.every(({ resource }) => resource === "every bucket of the account")).toBe(true);
  });

  test.each([
    ["Masters", "iconik-Masters"],
    ["In / films: Österreich", "iconik-In-films-sterreich"],
    ["x".repeat(200), `iconik-${"x".repeat(93)}`],
  ])("the name of a key takes what Backblaze takes: %s", (label, name) => {
    expect(b2Key(statementOf(need("b2", { label })), "id").keyName).toBe(name);
  });
});

describe("IBM Cloud Object Storage", () => {
  const identity = {
    iamId: "iam-ServiceId-00000000-0000-4000-8000-000000000001",
    instance: "crn:v1:bluemix:public:cloud-object-storage:global:a/0a0a:11111111-0000-4000-8000-000000000001::",
    roleCrn: (name: string) => `crn:v1:bluemix:public:iam-access-management::a/0a0a::customRole:${name}`,
  };

  test("the roles and the rules of their policies allow what is wanted, and nothing else", () => {
    for (const one of needsOf("ibmCos")) {
      const grants = ibmGrants(statementOf(one), identity);
      hold(one, ibmMethods, ibmWanted, (takes, call) =>
        takes.every((action) =>
          grants.some(
            ({ role, policy }) =>
              role.actions.includes(action) &&
              policy.resource.attributes.some(({ key, value }) => key === "resource" && value === call.bucket) &&
              ruleHolds(policy.rule, call),
          ),
        ),
      );
    }
  });

  /** IBM: a rule on an attribute that the call does not carry refuses it; `*` stands for anything. */
  function ruleHolds(
    rule: { key: string; operator: string; value: string } | undefined,
    { prefix, object }: Call,
  ): boolean {
    if (!rule) return true;
    const given = { "{{resource.attributes.prefix}}": prefix, "{{resource.attributes.path}}": object }[rule.key];
    expect([rule.operator, rule.value.indexOf("*")]).toEqual(["stringMatch", rule.value.length - 1]);
    return given !== undefined && given.startsWith(rule.value.slice(0, -1));
  }

  test("policies are about one bucket of one instance, and name their role", () => {
    const [grant] = ibmGrants(statementOf(need("ibmCos", { read: true })), identity);
    expect(grant!.policy.resource.attributes.map(({ key, value }) => [key, value])).toEqual([
      ["serviceName", "cloud-object-storage"],
      ["serviceInstance", "11111111-0000-4000-8000-000000000001"],
      ["resourceType", "bucket"],
      ["resource", bucket],
    ]);
    expect(grant!.policy.control.grant.roles).toEqual([{ role_id: identity.roleCrn(grant!.role.name) }]);
    expect(grant!.role.name).toMatch(/^[A-Z][A-Za-z0-9]{0,29}$/);
    expect(grant!.role.display_name.length).toBeLessThanOrEqual(50);
  });
});

test("where nothing can be kept apart, it is said", () => {
  const azure = statementOf(need("azure", { read: true }));
  expect([azure.system.enforcement, azure.system.says]).toEqual([
    "advisory",
    expect.stringContaining("account keys only"),
  ]);
  for (const type of ["file", "portal"] as const) {
    const { grants, system } = statementOf(need(type, { read: true, write: true }));
    expect([grants, system.enforcement, system.says]).toEqual([
      [],
      "none",
      expect.stringContaining("nothing to grant"),
    ]);
  }
});

test("no condition is lost on the way: all are of the three forms that the policies know", () => {
  const forms = new Set(
    (["s3", "gcs", "b2", "ibmCos"] as const).flatMap((type) =>
      statementOf(need(type, { path: "in", read: true, write: true, kmsKey: "k", region: "r" })).grants.flatMap(
        ({ conditions }) => conditions.map(({ operator, key }: Condition) => `${operator} ${key}`),
      ),
    ),
  );
  expect([...forms].sort()).toEqual([
    "StringEquals kms:ViaService",
    "StringLike s3:prefix",
    "startsWith namePrefix",
    "startsWith resource.name",
    "startsWith storage.googleapis.com/objectListPrefix",
    "stringMatch {{resource.attributes.path}}",
    "stringMatch {{resource.attributes.prefix}}",
  ]);
});
