/** `pulumi-iconik grants`: what it prints, and when it refuses. */

import { Command } from "commander";
import { afterEach, describe, expect, test, vi } from "vitest";
import { grants } from "../provider/commands/grants";
import { documentsOf, storagesOf, type StorageGrants } from "../provider/clouds/grants";
import { grantsTerraform } from "../provider/clouds/grants/terraform";
import { folder, load } from "./tenant/inline";

const domainId = "5b1f0c9e-0000-4000-8000-000000000001";
const storages = `storages:
  Masters: { type: s3, purpose: files, bucket: example-masters, region: eu-north-1, read: true, write: true, scan: true, credentials: managed, provision: { kmsKey: { fromConfig: kmsArn } } }
  In: { type: s3, purpose: files, bucket: example-in, region: eu-north-1, path: in, credentials: keys, read: true, provision: { cors: ours }, notificationSqsUrl: "https://sqs.eu-north-1.amazonaws.com/111122223333/news" }
  Out: { type: s3, purpose: exports, bucket: example-masters, path: { fromConfig: out }, region: eu-north-1 }
  Google: { type: gcs, purpose: files, bucket: example-gcs, path: in, project: example-media, read: true, provision: { location: EU, cors: ours } }
  Blob: { type: azure, purpose: files, container: media, read: true, provision: { account: exampleiconik, resourceGroup: media } }
  B2: { type: b2, purpose: archive, bucket: example-b2, provision: { rotate: "1" } }
  Known B2: { type: b2, purpose: archive, bucket: example-known, bucketId: e73ede9c, keyId: k, applicationKey: { fromConfig: b2 } }
  Wasabi: { type: wasabi, purpose: archive, bucket: example-w, region: eu-central-1, provision: { rotate: "1" } }
  Ibm: { type: ibmCos, purpose: archive, bucket: example-c, path: a, region: eu-de, provision: { instance: "crn:v1:bluemix:public:cloud-object-storage:global:a/0a:11111111::" } }
  Other: { type: s3Compatible, purpose: exports, bucket: example-other, region: us-east-1, endpoint: "https://s3.example.com", accessKey: { fromConfig: "o.id" }, secretKey: { fromConfig: "o.key" } }
  Playout: { type: file, purpose: files, mountPoint: /mnt/playout }
  Portal: { type: portal, purpose: files, read: true }
  Proxies: { type: gcs, purpose: proxies, builtIn: true }
`;
const files = folder({
  "tenant.yaml": `tenant: { domainId: ${domainId} }\n${storages}`,
  "unnamed.yaml": storages,
  "none.yaml": "userGroups: { A: {} }\n",
  "bad.yaml": "storages: { A: { type: s3, purpose: files, bucket: A_B, region: eu-north-1, read: true } }\n",
  "flag.yaml":
    "storages: { A: { type: s3, purpose: files, bucket: example-a, region: eu-north-1, read: { fromConfig: r } } }\n",
  "wrong.yaml": "storages: { A: { typ: s3 } }\n",
  "odd.yaml":
    'storages: { "\\e[31mOdd\\a": { type: s3, purpose: files, bucket: example-a, region: eu-north-1, read: true } }\n',
  "idle.yaml": "storages: { A: { type: s3, purpose: files, bucket: example-a, region: eu-north-1 } }\n",
  "overlay.yaml": "storages: { In: { write: true } }\n",
});

/** Runs the command in the folder of files. */
async function run(...args: string[]): Promise<{ stdout: string; stderr: string; exitCode: number }> {
  const written = { stdout: "", stderr: "" };
  const spies = [
    vi.spyOn(process, "cwd").mockReturnValue(files),
    ...(["stdout", "stderr"] as const).map((stream) =>
      vi.spyOn(process[stream], "write").mockImplementation((text) => ((written[stream] += String(text)), true)),
    ),
  ];
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    const program = new Command("pulumi-iconik").exitOverride().configureOutput({ writeErr: () => {} });
    grants(program);
    for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => {} });
    await program.parseAsync(["grants", ...args], { from: "user" });
    return { ...written, exitCode: Number(process.exitCode ?? 0) };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}

const asJson = async (...args: string[]) =>
  (
    JSON.parse((await run(...args, "--format", "json")).stdout) as {
      storages: (StorageGrants & { label: string; bucket: string })[];
    }
  ).storages;
const names = (one: StorageGrants) => one.documents.map(({ name }) => name);
const body = (one: StorageGrants, name: string) =>
  one.documents.find((document) => document.name.startsWith(name))?.body as any;

afterEach(() => vi.unstubAllEnvs());

test("every storage of the file, and none of iconik's own", async () => {
  const all = await asJson("tenant.yaml");
  expect(all.map(({ label, enforcement }) => `${label} ${enforcement}`)).toEqual([
    "Masters cloud",
    "In cloud",
    "Out cloud",
    "Google cloud",
    "Blob advisory",
    "B2 cloud",
    "Known B2 cloud",
    "Wasabi cloud",
    "Ibm cloud",
    "Other service",
    "Playout none",
    "Portal none",
  ]);
  for (const one of all)
    for (const grant of one.grants) expect(grant.source).toMatchObject({ url: expect.stringMatching(/^https:/) });
});

test("each gets the documents of its cloud", async () => {
  const of = Object.fromEntries((await asJson("tenant.yaml")).map((one) => [one.label, one]));
  expect(names(of.Masters!)).toEqual(["bucket policy", "statements of the key policy"]);
  expect(names(of.In!)).toEqual(["user policy", "bucket policy", "queue policy", "CORS rules"]);
  expect(names(of.Google!).map((name) => name.split(" ")[0])).toEqual([
    "custom",
    "binding",
    "custom",
    "binding",
    "custom",
    "binding",
    "CORS",
  ]);
  expect(names(of.Blob!)).toEqual([]);
  expect(names(of.B2!)).toEqual(["application key", "CORS rules"]);
  expect(names(of.Wasabi!)).toEqual(["user policy"]);
  expect(names(of.Other!)).toEqual(["user policy"]);
  expect([body(of["Known B2"]!, "application key").bucketId, body(of.B2!, "application key").bucketId]).toEqual([
    "e73ede9c",
    "<bucket id>",
  ]);
  expect(body(of.Ibm!, "access policy").resource.attributes[1].value).toBe("11111111");
  for (const one of Object.values(of))
    expect([one.label, one.checklist.length > 0]).toEqual([one.label, one.label !== "Portal"]);
});

test("storages with managed credentials in one bucket share its policy", async () => {
  const [masters, , out] = await asJson("tenant.yaml");
  expect(body(out!, "bucket policy")).toEqual(body(masters!, "bucket policy"));
  expect(body(out!, "bucket policy").Statement.map(({ Sid }: { Sid: string }) => Sid)).toEqual([
    "TlsOnly",
    "MastersBucket",
    "MastersObjects",
    "OutBucket",
    "OutListing",
    "OutObjects",
  ]);
});

test("what is not known is a placeholder, with where it comes from", async () => {
  const [masters, , out] = await asJson("unnamed.yaml");
  expect(JSON.stringify(body(masters!, "bucket policy"))).toContain(
    '"aws:PrincipalTag/IconikSystemDomainId":"<system domain id>"',
  );
  expect(masters!.placeholders["system domain id"]).toContain("tenant.domainId");
  expect(out!.placeholders).toMatchObject({ "config out": "a value of the stack config" });
  const [known] = await asJson("tenant.yaml");
  expect(JSON.stringify(body(known!, "bucket policy"))).toContain(domainId);
  expect(known!.placeholders).not.toHaveProperty("system domain id");
});

test("no secret and no name of one is in it", async () => {
  for (const format of ["text", "json", "terraform"]) {
    const { stdout } = await run("tenant.yaml", "--format", format);
    expect(stdout).not.toMatch(/o\.key|o\.id|config b2/);
  }
});

describe("CORS rules that are ours let in", () => {
  test.each([
    [undefined, "https://app.iconik.io"],
    ["https://eu.iconik.io/", "https://eu.iconik.io"],
    ["http://127.0.0.1:8080", "https://app.iconik.io"],
    ["nonsense", "https://app.iconik.io"],
  ])("with ICONIK_URL %s: %s", async (url, origin) => {
    vi.stubEnv("ICONIK_URL", url);
    const [one] = await asJson("tenant.yaml", "In");
    expect(body(one!, "CORS rules").CORSRules[0].AllowedOrigins).toEqual([origin]);
  });
});

test("one storage of the file", async () => {
  expect((await asJson("tenant.yaml", "Google")).map(({ label }) => label)).toEqual(["Google"]);
  await expect(run("tenant.yaml", "Gogle")).rejects.toThrow(/no storage "Gogle" of its own; did you mean Google\?$/);
  await expect(run("none.yaml", "A")).rejects.toThrow(/no storage "A" of its own$/);
});

describe("the systems that there are", () => {
  test("are printed without a file, as text and as JSON", async () => {
    const { stdout, stderr, exitCode } = await run("--systems", "nothing.yaml");
    expect([stderr, exitCode]).toEqual(["", 0]);
    for (const name of ["Amazon S3 (s3)", "Cantemo Portal (portal)", "test/enforced.test.ts: every action is needed"])
      expect(stdout).toContain(name);
    const json = JSON.parse((await run("--systems", "--format", "json")).stdout) as Record<string, object>;
    expect(Object.keys(json)).toHaveLength(10);
    expect(Object.keys(json.portal!)).toEqual(["declare"]);
  });

  test("are nothing for Terraform", async () => {
    await expect(run("--systems", "--format", "terraform")).rejects.toThrow(/text or JSON/);
  });
});

test("without a source it reads tenant.yaml", async () => {
  expect((await run()).stdout).toContain("Masters: Amazon S3");
});

test("overlays count", async () => {
  const [one] = await asJson("tenant.yaml", "In", "--overlay", "overlay.yaml");
  expect(one!.grants.map(({ action }) => action)).toContain("s3:PutObject");
});

test("as text: what, why, the documents, what to do", async () => {
  const { stdout, stderr, exitCode } = await run("tenant.yaml", "Masters");
  expect([stderr, exitCode]).toEqual(["", 0]);
  for (const part of [
    "Masters: Amazon S3, files, example-masters",
    "s3:ListBucket",
    '"Version": "2012-10-17"',
    "To do:",
    "To fill in:\n- ",
    "- <config kmsArn>: a value of the stack config\n",
  ]) {
    expect(stdout).toContain(part);
  }
  expect(stdout.split("\n").filter((line) => line !== line.trimEnd())).toEqual([]);
});

test("as Terraform: policies as texts, conditions as blocks, what is not known as variables of each storage", async () => {
  const { stdout } = await run("unnamed.yaml", "--format", "terraform");
  for (const part of [
    'resource "aws_s3_bucket_policy" "masters" {\n  bucket = "example-masters"\n  policy = jsonencode({',
    '"aws:PrincipalTag/IconikSystemDomainId" = var.system_domain_id',
    'resource "aws_iam_user_policy" "in" {\n  name = "iconik"\n  user = aws_iam_user.in.name',
    'resource "aws_s3_bucket_cors_configuration" "in"',
    'resource "google_storage_bucket_iam_member" "google_3"',
    'expression = "resource.name.startsWith(\\"projects/_/buckets/example-gcs/objects/in/\\")"',
    "bucket_id    = var.b2_bucket_id",
    'bucket_id    = "e73ede9c"',
    'resource "ibm_iam_service_policy" "ibm_3"',
    'variable "system_domain_id" {',
    "example-masters/${var.config_out}/*",
  ]) {
    expect(stdout).toContain(part);
  }
  // One policy to a bucket, and every variable declared once and used.
  expect(stdout.match(/aws_s3_bucket_policy/g)).toHaveLength(2);
  const declared = [...stdout.matchAll(/^variable "(\w+)"/gm)].map(([, name]) => name!);
  const used = [...stdout.matchAll(/\bvar\.(\w+)/g)].map(([, name]) => name!);
  expect([...new Set(used)].sort()).toEqual([...declared].sort());
  // Nothing but our own templates.
  expect(stdout.match(/\$\{(?!var\.)/g)).toBeNull();
});

test("a text that looks like a template of Terraform's stays a text", () => {
  const { desired } = load(
    "storages: { 'A ${b}': { type: gcs, purpose: files, bucket: example-a, project: p, jsonKey: { fromConfig: k }, path: '${x}/%{y}', read: true } }",
  );
  const { storages: found } = storagesOf(desired!);
  const [one] = documentsOf(found);
  const text = grantsTerraform([{ storage: found[0]!, grants: one! }]);
  expect(text).toContain("$${x}/%%{y}/");
  expect(text).toContain('resource "google_storage_bucket_iam_member" "a_b_1"');
});

test("nothing that was written commands a terminal", async () => {
  const { stdout } = await run("odd.yaml");
  expect(stdout).toContain("Odd: Amazon S3");
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

describe("refuses", () => {
  test.each([
    ["bad.yaml", /^bad\.yaml:1:\d+ error bucket-name storages\.A: "A_B" is no name for a bucket\n {2}→ /],
    ["flag.yaml", /error flag-from-config storages\.A: read is a value of the stack config/],
    ["wrong.yaml", /error unknown-key/],
    ["nothing.yaml", /error unreadable/],
  ])("%s, and prints no grant", async (file, expected) => {
    const { stdout, stderr, exitCode } = await run(file);
    expect([stdout, exitCode]).toEqual(["", 1]);
    expect(stderr).toMatch(expected);
  });

  test("warnings go beside the result", async () => {
    const { stdout, stderr, exitCode } = await run("idle.yaml", "--format", "json");
    expect([JSON.parse(stdout).storages.length, exitCode]).toEqual([1, 0]);
    expect(stderr).toMatch(/^idle\.yaml:1:\d+ warning no-use storages\.A: no flag is set/);
  });

  test.each([
    ["live", /files and folders only/],
    ["git:main:tenant.yaml", /no git repository/],
    ["stack:prod", /there is no Pulumi.yaml here/],
    ["", /It is empty/],
  ])("the source %j", async (source, why) => {
    await expect(run(source)).rejects.toThrow(why);
  });
});

test("a file without storages gives an empty result and says so", async () => {
  const { stdout, stderr, exitCode } = await run("none.yaml", "--format", "json");
  expect([JSON.parse(stdout), exitCode]).toEqual([{ storages: [] }, 0]);
  expect(stderr).toContain("nothing is to be granted");
});
