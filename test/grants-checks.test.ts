/** What is refused before a cloud is asked, and the CORS rules. */

import { describe, expect, test } from "vitest";
import {
  azureCors,
  b2Cors,
  checkNeeds,
  corsRule,
  gcsCors,
  problemCodes,
  s3Cors,
  storagesOf,
  type StorageNeed,
  type StorageType,
} from "../provider/clouds/grants";
import type { ObjectKind } from "../provider/definition";
import { kinds } from "../provider/kinds";
import { kmsKey, need, queueUrl } from "./grants/needs";
import { load } from "./tenant/inline";

const seen = new Set<string>();
const codesOf = (...needs: StorageNeed[]) =>
  checkNeeds(needs).map(({ code, field }) => (seen.add(code), `${field} ${code}`));
const fine = { read: true, write: true, scan: true } as const;

describe("names of buckets", () => {
  const good: [StorageType, string[]][] = [
    ["s3", ["abc", "example.masters-2", "1st", "b".repeat(63), "<config bucket>"]],
    ["wasabi", ["abc"]],
    ["gcs", ["abc", "example_masters", `${"a".repeat(63)}.${"b".repeat(63)}`]],
    ["azure", ["media", "a-b-c", "abc"]],
    ["b2", ["Masters", "example-b2"]],
    ["ibmCos", ["example-cos"]],
  ];
  const bad: [StorageType, string[]][] = [
    [
      "s3",
      [
        "",
        "ab",
        "Masters",
        "a_b",
        "a..b",
        "-ab",
        "ab-",
        ".ab",
        "192.0.2.1",
        "xn--ab",
        "ab-s3alias",
        "b".repeat(64),
        "a/b",
        "a*b",
      ],
    ],
    ["cloudian", ["A"]],
    ["s3Compatible", ["a b"]],
    ["gcs", ["ab", "googly", "my-google-bucket", "goog-a", "192.0.2.1", "a..b", "Ab", "b".repeat(64), "-ab", "a.-b"]],
    ["azure", ["ab", "a--b", "-ab", "ab-", "Media", "a.b"]],
    ["b2", ["short", "b2-masters", "a.b.c.d", "b".repeat(64)]],
  ];
  test.each(good.flatMap(([type, names]) => names.map((name) => [type, name] as const)))(
    "%s takes %s",
    (type, name) => {
      expect(codesOf(need(type, { ...fine, bucket: name }))).toEqual([]);
    },
  );
  test.each(bad.flatMap(([type, names]) => names.map((name) => [type, name] as const)))(
    "%s does not take %j",
    (type, name) => {
      expect(codesOf(need(type, { ...fine, bucket: name }))).toEqual([
        `${type === "azure" ? "container" : "bucket"} bucket-name`,
      ]);
    },
  );

  const examples = Object.entries((kinds.Storage as ObjectKind).variants!.cases);
  test.each(examples.map(([type, { example }]) => [type, example] as const))(
    "the example of %s is one",
    (type, example) => {
      const {
        bucket = "",
        container = bucket,
        region,
      } = example as { bucket?: string; container?: string; region?: string };
      expect(codesOf(need(type as StorageType, { ...fine, bucket: container, region }))).toEqual([]);
    },
  );
});

describe("regions", () => {
  test.each([
    [
      "s3",
      ["eu-north-1", "us-gov-west-1", "ap-southeast-4", "cn-north-1", "<config r>"],
      ["EU-North-1", "eu-north", "europe-north1", ""],
    ],
    ["wasabi", ["eu-central-1", "ca-central-1"], ["frankfurt"]],
    ["ibmCos", ["eu-de", "us-south", "eu", "ams03"], ["eu-north-1", "EU"]],
    ["gcs", ["europe-north1", "EU", "NAM4", "europe-west12", "us"], ["eu-north-1a ", "europe north1"]],
    ["azure", ["westeurope", "eastus2"], ["West Europe", "west-europe"]],
    ["cloudian", ["dc1", "anything goes"], []],
  ] as const)("%s", (type, good, bad) => {
    const field = type === "gcs" || type === "azure" ? "provision.location" : "region";
    for (const region of good) expect([region, codesOf(need(type, { ...fine, region }))]).toEqual([region, []]);
    for (const region of bad)
      expect([region, codesOf(need(type, { ...fine, region }))]).toEqual([region, [`${field} region-name`]]);
  });
});

describe("folders", () => {
  test.each(["a*", "a?b", "in/${aws:username}", "a\u0007b"])("%j would mean something else in a policy", (path) => {
    expect(codesOf(need("s3", { ...fine, path }))).toEqual(["path unsafe-path"]);
  });
  test.each(["in", "in/2026", "Österreich", "a b", "a$b", 'a"b'])("%j is a folder like any other", (path) => {
    expect(codesOf(need("s3", { ...fine, path }))).toEqual([]);
  });
  test("patterns are plain text to Google and Backblaze", () => {
    expect(codesOf(need("gcs", { ...fine, path: "a*" }), need("b2", { ...fine, path: "a?" }))).toEqual([]);
  });
  test("a folder that leaves no room for names is too long", () => {
    expect(codesOf(need("gcs", { ...fine, path: "ö".repeat(451) }))).toEqual(["path unsafe-path"]);
  });

  test.each([
    [["in", "in"], 1],
    [["", "in"], 1],
    [["in/a", "in"], 1],
    [["in", "in/a", "in/b"], 2],
    [["in", "in2"], 0],
    [["a", "b"], 0],
  ])("%j: %i overlap", (paths, count) => {
    const needs = paths.map((path, index) => need("s3", { ...fine, path, label: `S${index}` }));
    expect(codesOf(...needs)).toEqual(Array<string>(count).fill("path overlapping-paths"));
  });
  test("buckets of two names, types or services are two", () => {
    const [a, b] = [need("s3", fine), need("s3", { ...fine, bucket: "example-other" })];
    const [c, d] = ["https://a.example.com", "https://b.example.com"].map((endpoint) =>
      need("s3Compatible", { ...fine, endpoint }),
    );
    expect(codesOf(a, b, need("gcs", fine), c!, d!)).toEqual([]);
  });
});

describe("keys, queues and credentials", () => {
  test.each([
    [{ kmsKey }, []],
    [{ kmsKey: "<config kmsArn>" }, []],
    [{ kmsKey: "alias/media" }, ["provision.kmsKey key-name"]],
    [{ kmsKey: kmsKey.replace("key/", "alias/") }, ["provision.kmsKey key-name"]],
    [{ kmsKey: kmsKey.replace("eu-north-1", "eu-west-1") }, ["provision.kmsKey key-name"]],
    [{ notificationQueue: queueUrl }, []],
    [{ notificationQueue: "arn:aws:sqs:eu-north-1:111122223333:news" }, ["notificationSqsUrl queue-url"]],
    [
      { notificationQueue: "https://sqs.eu-north-1.amazonaws.com.example.com/111122223333/news" },
      ["notificationSqsUrl queue-url"],
    ],
    [{ credentials: "managed", region: "cn-north-1" }, ["credentials managed-elsewhere"]],
    [{ credentials: "keys", region: "cn-north-1" }, []],
    [{ read: false, write: false, scan: false }, ["read no-use"]],
  ] as [Partial<StorageNeed>, string[]][])("of s3: %j", (more, codes) => {
    expect(codesOf(need("s3", { ...fine, ...more }))).toEqual(codes);
  });
  test.each([
    [{ kmsKey: "projects/p/locations/eu/keyRings/r/cryptoKeys/k" }, []],
    [{ kmsKey }, ["provision.kmsKey key-name"]],
  ])("of gcs: %j", (more, codes) => {
    expect(codesOf(need("gcs", { ...fine, ...more }))).toEqual(codes);
  });
  test.each([
    [{}, []],
    [{ scope: "account" }, []],
    [{ cors: "iconik" }, []],
    [{ cors: "ours", scope: "bucket" }, []],
    [{ cors: "iconik", scope: "bucket" }, ["provision.cors cors-out-of-reach"]],
    [{ cors: "ours", scope: "account" }, ["provision.scope scope-too-wide"]],
  ] as [Partial<StorageNeed>, string[]][])("of b2: %j", (more, codes) => {
    expect(codesOf(need("b2", { ...fine, ...more }))).toEqual(codes);
  });
});

test("a flag of a tenant file that is a value of the stack config", () => {
  const { desired } = load(
    "storages: { A: { type: s3, purpose: files, bucket: example-a, region: eu-north-1, scan: true, read: { fromConfig: r } } }",
  );
  const { problems } = storagesOf(desired!);
  expect(problems.map(({ code, field }) => (seen.add(code), `${field} ${code}`))).toEqual(["read flag-from-config"]);
});

describe("sizes", () => {
  test("a user's policy beyond 2,048 characters is refused, with its size", () => {
    const long = need("s3", { ...fine, credentials: "keys", path: "p".repeat(890) });
    expect(codesOf(long)).toEqual(["path policy-too-large"]);
    expect(checkNeeds([long])[0]!.message).toMatch(
      /^storages\.Masters: the user's policy has 2\d{3} characters, and AWS takes 2048$/,
    );
    // Nobody's policy holds it.
    expect(codesOf({ ...long, credentials: "managed" })).toEqual([]);
  });
  test("a bucket's policy beyond 20 KB is refused at the last of its storages", () => {
    const many = Array.from({ length: 40 }, (_, index) =>
      need("s3", { ...fine, credentials: "managed", label: `S${index}`, path: `folder-${index}` }),
    );
    expect(checkNeeds(many).map(({ code, label, severity }) => [code, label, severity])).toEqual([
      ["policy-too-large", "S39", "error"],
    ]);
    expect(codesOf(...many.slice(0, 10))).toEqual([]);
  });
});

test("every problem says where, what was given and what to do", () => {
  const all = checkNeeds([
    need("s3", { bucket: "A B", region: "x", path: "a*", kmsKey: "k", notificationQueue: "q", credentials: "managed" }),
    need("b2", { ...fine, cors: "iconik", scope: "bucket" }),
  ]);
  expect(all.length).toBeGreaterThan(5);
  for (const { message, fix, field, code, severity } of all) {
    expect([message, fix, field]).toEqual([
      expect.stringMatching(/^storages\.Masters: ./),
      expect.stringMatching(/.{10}/),
      expect.stringMatching(/^[\w.]+$/),
    ]);
    expect(severity).toBe(problemCodes[code].severity);
  }
});

describe("CORS rules that are ours", () => {
  const origins = ["https://app.iconik.io", "https://iconik.example.com"];
  const rule = (more: Partial<StorageNeed>, type: StorageType = "s3") => corsRule(need(type, more), origins);

  test("methods follow from the flags, and nobody but iconik's pages may use them", () => {
    expect(rule({ read: true })).toMatchObject({ origins, methods: ["GET", "HEAD"] });
    expect(rule({ write: true })).toMatchObject({ methods: ["PUT", "POST"], exposedHeaders: ["ETag"] });
    expect(rule({ read: true, write: true })!.methods).toEqual(["GET", "HEAD", "PUT", "POST"]);
    expect(rule({ delete: true, scan: true })).toBeUndefined();
    expect(corsRule(need("s3", { read: true }))!.origins).toEqual(["https://app.iconik.io"]);
  });
  test("in each cloud's words", () => {
    const both = { read: true, write: true };
    expect(s3Cors(rule(both)!).CORSRules).toEqual([
      {
        AllowedOrigins: origins,
        AllowedMethods: ["GET", "HEAD", "PUT", "POST"],
        AllowedHeaders: ["*"],
        ExposeHeaders: ["Content-Length", "Content-Range", "Accept-Ranges", "ETag"],
        MaxAgeSeconds: 3600,
      },
    ]);
    expect(gcsCors(rule(both, "gcs")!)[0]).toMatchObject({ origin: origins, method: ["GET", "HEAD", "PUT", "POST"] });
    expect(gcsCors(rule(both, "gcs")!)[0]!.responseHeader).toEqual(
      expect.arrayContaining(["Content-Type", "x-goog-resumable", "Location", "X-GUploader-UploadID"]),
    );
    expect(azureCors(rule(both, "azure")!).corsRules[0]).toMatchObject({
      allowedOrigins: origins,
      maxAgeInSeconds: 3600,
    });
    expect(b2Cors(rule({ read: true }, "b2")!)[0]!.allowedOperations).toEqual([
      "b2_download_file_by_id",
      "b2_download_file_by_name",
    ]);
    expect(b2Cors(rule(both, "b2")!)[0]!.corsRuleName).toMatch(/^(?!b2-)[A-Za-z0-9-]{6,50}$/);
  });
});

test("every code was called for above", () => {
  expect(Object.keys(problemCodes).filter((code) => !seen.has(code))).toEqual([]);
});
