// What is written wrong under provision:, for every type of storage: found in the file, before any cloud is asked.
import { describe, expect, it } from "vitest";
import { missingCredentials } from "../provider/pulumi/make-buckets";
import { bucketsOf } from "../provider/clouds/buckets";
import { load } from "./tenant/inline.ts";

const said = (checked: ReturnType<typeof load>): string[] =>
  checked.diagnostics.map(({ code, message }) => `${code} ${message}`);
const instance = "crn:v1:bluemix:public:cloud-object-storage:global:a/0a0a0a0a:11111111-2222-3333-4444-555555555555::";
const types = {
  s3: "type: s3, purpose: files, bucket: example-a, region: eu-north-1, read: true",
  gcs: "type: gcs, purpose: files, bucket: example-a, project: example-media, read: true",
  azure: "type: azure, purpose: files, container: media, read: true",
  b2: "type: b2, purpose: archive, bucket: example-b2",
  wasabi: "type: wasabi, purpose: archive, bucket: example-w, region: eu-central-1",
  ibmCos: "type: ibmCos, purpose: archive, bucket: example-i, region: eu-de",
  cloudian: 'type: cloudian, purpose: archive, bucket: example-h, region: dc1, endpoint: "https://s3.example.com"',
  s3Compatible:
    'type: s3Compatible, purpose: archive, bucket: example-o, region: dc1, endpoint: "https://s3.example.com"',
  file: "type: file, purpose: files, mountPoint: /mnt/playout",
  portal: "type: portal, purpose: files",
} as const;
const azure = { account: "account: acme01", group: "resourceGroup: iconik", location: "location: westeurope" };
const inAzure = (more: Partial<typeof azure>) => Object.values({ ...azure, ...more }).join(", ");

/** One storage, and what is said of it. */
const one = (
  type: keyof typeof types,
  provision: string,
  [from, to]: readonly [string, string] = ["", ""],
  label = "A",
) => {
  const written = types[type].replace(from, to);
  return said(load(`storages:\n  ${label}: { ${written}, provision: { ${provision} } }\n`));
};

describe("every type, written right", () => {
  it.each([
    ["s3", "cors: ours"],
    ["gcs", "location: EU"],
    ["azure", inAzure({})],
    ["b2", "rotate: a"],
    ["wasabi", "adopt: exact, maxKeyAgeDays: 90"],
    ["ibmCos", `instance: "${instance}"`],
    ["cloudian", 'iamEndpoint: "https://iam.example.com:16443"'],
    ["s3Compatible", 'iamEndpoint: "https://iam.example.com"'],
    ["file", "gateway: { user: isg@example.com }"],
  ] as const)("%s: nothing is said", (type, provision) => {
    expect(one(type, provision)).toEqual([]);
  });

  it("but portal, which nothing can be made for", () => {
    expect(one("portal", "")).toEqual([expect.stringMatching(/field-not-for-type/)]);
  });
});

describe("written wrong", () => {
  it.each<[keyof typeof types, string, readonly [string, string], RegExp]>([
    ["s3", "", ["example-a", "Example_A"], /bucket-name .*"Example_A" is no name for a bucket/],
    ["s3", "", ["eu-north-1", "Stockholm"], /region-name .*"Stockholm" is no region/],
    ["s3", "", ["eu-north-1", "cn-north-1"], /managed-elsewhere/],
    [
      "s3",
      "",
      ["read: true", 'read: true, endpoint: "https://s3.example.com"'],
      /inconsistent-fields .*made in AWS, and that is not where endpoint leads/,
    ],
    ["s3", "kmsKey: alias/media", ["", ""], /key-name .*no ARN of a key/],
    ["s3", 'rotate: "1"', ["", ""], /inconsistent-fields .*rotate is for keys/],
    ["s3", "maxKeyAgeDays: 90", ["", ""], /inconsistent-fields .*maxKeyAgeDays is for keys/],
    [
      "s3",
      "",
      ["read: true", `credentials: keys, read: true, write: true, path: ${"folder/".repeat(120)}end`],
      /policy-too-large .*AWS takes 2048/,
    ],
    [
      "gcs",
      "location: EU",
      ["read: true", "read: true, jsonKey: { fromConfig: key }"],
      /inconsistent-fields .*jsonKey is written, and provision: makes another one/,
    ],
    ["gcs", "location: EU", ["example-a", "my-google-bucket"], /bucket-name/],
    ["gcs", "", ["", ""], /missing-field .*provision\.location is missing/],
    ["gcs", 'location: "Europa West"', ["", ""], /region-name/],
    ["gcs", "location: EU", ["example-media", "Example Media"], /wrong-format .*"Example Media" is no id of a project/],
    ["gcs", "location: EU, kmsKey: media", ["", ""], /key-name/],
    [
      "gcs",
      "bucket: existing, kmsKey: projects/p/locations/eu/keyRings/r/cryptoKeys/k",
      ["", ""],
      /inconsistent-fields .*not encrypted anew/,
    ],
    ["azure", inAzure({}), ["media", "Media_"], /bucket-name .*no name for a container/],
    ["azure", inAzure({ account: "account: Acme-01" }), ["", ""], /bucket-name .*no name for a storage account/],
    [
      "azure",
      inAzure({ group: "resourceGroup: media/iconik" }),
      ["", ""],
      /wrong-format .*"media\/iconik" is no name for a resource group/,
    ],
    ["azure", inAzure({ location: 'location: "West Europe"' }), ["", ""], /region-name/],
    ["azure", `${inAzure({})}, useKey: 3`, ["", ""], /out-of-range/],
    ["b2", "", ["example-b2", "b2-x"], /bucket-name/],
    ["b2", "cors: iconik, scope: bucket", ["", ""], /cors-out-of-reach/],
    ["wasabi", "", ["eu-central-1", "Frankfurt"], /region-name/],
    [
      "wasabi",
      "",
      ["region: eu-central-1", 'region: eu-central-1, endpoint: "https://s3.example.com"'],
      /missing-field .*provision\.iamEndpoint is needed/,
    ],
    ["wasabi", 'iamEndpoint: "http://iam.example.com"', ["", ""], /wrong-format .*must begin with https:\/\//],
    ["wasabi", 'iamEndpoint: "iam.example.com"', ["", ""], /wrong-format .*not a URL with https:\/\//],
    ["ibmCos", "instance: 8dfbcba4", ["", ""], /wrong-format .*not the CRN/],
    ["ibmCos", `instance: "${instance}"`, ["eu-de", "Frankfurt"], /region-name/],
    [
      "ibmCos",
      `instance: "${instance}"`,
      ["region: eu-de", 'region: eu-de, endpoint: "http://s3.example.com"'],
      /wrong-format .*must begin with https:\/\//,
    ],
    ["cloudian", "", ["", ""], /missing-field .*no iamEndpoint/],
    ["s3Compatible", 'iamEndpoint: "https://iam.example.com"', ["example-o", "X"], /bucket-name/],
    ["file", "", ["", ""], /missing-field .*no gateway/],
    ["file", "gateway: { user: somebody }", ["", ""], /wrong-format .*not an e-mail address/],
  ])("%s: { %s } %j", (type, provision, change, expected) => {
    expect(one(type, provision, change)).toEqual([expect.stringMatching(expected)]);
  });

  it("gcs: a label without letters and digits, which name roles", () => {
    expect(one("gcs", "location: EU", ["", ""], '"++"')).toEqual([
      expect.stringMatching(/wrong-format .*roles are named by letters and digits/),
    ]);
  });

  it("a name of a cloud that no variable can have", () => {
    const text = `clouds: { "my cloud": { type: wasabi } }\nstorages:\n  A: { ${types.wasabi}, provision: { cloud: "my cloud" } }\n`;
    expect(said(load(text))).toEqual([expect.stringMatching(/wrong-format .*"my cloud" cannot name/)]);
  });
});

describe("storages together", () => {
  const two = (first: string, second: string) => said(load(`storages:\n  A: { ${first} }\n  B: { ${second} }\n`));
  it("overlap, which is told and may be meant", () => {
    expect(two(`${types.s3}, path: a, provision: {}`, `${types.s3}, path: a/b, provision: {}`)).toEqual([
      expect.stringMatching(/overlapping-paths/),
    ]);
  });
  it("say of one bucket what cannot both be", () => {
    expect(two(`${types.s3}, path: a, provision: {}`, `${types.s3}, path: b, provision: { cors: ours }`)).toEqual([
      expect.stringMatching(/one-bucket .*provision\.cors is not that of storages\.A/),
    ]);
  });
  it("cannot both have the policy of a bucket that is made for one of them", () => {
    expect(two(`${types.s3}, path: a, provision: {}`, `${types.s3}, path: b`)).toEqual([
      expect.stringMatching(/one-bucket storages\.B: its bucket is made for storages\.A/),
    ]);
    expect(two(`${types.s3}, path: a, provision: { bucket: existing }`, `${types.s3}, path: b`)).toEqual([]);
    expect(
      two(`${types.s3}, path: a, provision: {}`, `${types.s3}, path: b, accessKey: ID, secretKey: { fromConfig: s }`),
    ).toEqual([]);
  });
});

describe("credentials of administrators", () => {
  const plans = bucketsOf(
    load(`clouds: { vault: { type: b2 } }
storages:
  W: { ${types.wasabi}, provision: {} }
  O: { ${types.s3Compatible}, provision: { iamEndpoint: "https://iam.example.com" } }
  B: { ${types.b2}, provision: { cloud: vault } }
  I: { ${types.ibmCos}, provision: { instance: "${instance}" } }
  G: { ${types.gcs}, provision: { location: EU } }
`).desired!,
  );
  const missing = (env: Record<string, string>, clouds?: object) =>
    missingCredentials(plans, { env, config: () => clouds && JSON.stringify(clouds) });

  it("that are missing are named, each once", () => {
    expect(missing({})).toEqual([
      expect.stringMatching(
        /^no credentials for the cloud wasabi: set WASABI_ACCESS_KEY_ID and WASABI_SECRET_ACCESS_KEY/,
      ),
      expect.stringMatching(/^no credentials for the cloud s3: set S3_ACCESS_KEY_ID/),
      expect.stringMatching(
        /^no credentials for the cloud vault: set VAULT_APPLICATION_KEY_ID and VAULT_APPLICATION_KEY/,
      ),
      expect.stringMatching(/^no credentials for the cloud ibmcloud: set IBMCLOUD_API_KEY/),
    ]);
  });
  it("may be in the environment or in the stack's config", () => {
    const env = {
      WASABI_ACCESS_KEY_ID: "a",
      WASABI_SECRET_ACCESS_KEY: "b",
      VAULT_APPLICATION_KEY_ID: "c",
      VAULT_APPLICATION_KEY: "d",
      IBMCLOUD_API_KEY: "e",
    };
    expect(missing(env, { s3: { accessKeyId: "f", secretAccessKey: "g" } })).toEqual([]);
  });
});
