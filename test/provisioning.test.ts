// A tenant file whose storages bring their own buckets and identities: on the real CLI, with a real S3 server that has a
// real IAM, and iconik's own check of what comes out.
import { GetUserPolicyCommand } from "@aws-sdk/client-iam";
import { GetBucketCorsCommand, HeadBucketCommand } from "@aws-sdk/client-s3";
import { describe, expect, it, onTestFinished } from "vitest";
import { startSandbox, type Sandbox, type SandboxOptions } from "../provider/sandbox";
import { createProject, endToEnd, type Project, type Result } from "./cli.ts";
import { done, live, quick, refused } from "./iconik-project.ts";
import { keyIds, openScene, tryKey } from "./clouds/s3-scene.ts";
import { noS3Server, opened } from "./opened.ts";
import { environmentOf, mayDelete } from "./stack.ts";

const { given } = opened(openScene, (scene) => scene.close(), noS3Server);

interface Started {
  sandbox: Sandbox;
  project: Project;
  file(text: string): void;
  /** All that was said. */
  said(): string;
}

async function start(text: string, env: Record<string, string> = {}, options: SandboxOptions = {}): Promise<Started> {
  const sandbox = await startSandbox(options);
  onTestFinished(sandbox.close);
  const files = { "index.js": `module.exports = require("pulumi-iconik/program");`, "tenant.yaml": text };
  const project = await createProject(files, { env: { ...environmentOf(sandbox), ...mayDelete, ...env } });
  onTestFinished(project.close);
  const results: Result[] = [];
  const telling =
    (command: Project["up"]): Project["up"] =>
    (args, extra) => {
      const run = command(args, extra);
      void run.then(
        (result) => results.push(result),
        () => undefined,
      );
      return run;
    };
  return {
    sandbox,
    project: {
      ...project,
      up: telling(project.up),
      preview: telling(project.preview),
      destroy: telling(project.destroy),
    },
    file: (next) => project.write({ "tenant.yaml": next }),
    said: () => results.map(({ all }) => all).join("\n"),
  };
}

const keyOf = (sandbox: Sandbox, name: string): { id: string; secret: string } => {
  const { settings } = live(sandbox, "storages", name)[0]!;
  return { id: settings.access_key, secret: settings.secret_key };
};

describe("storages of a tenant file", endToEnd, () => {
  it("come with bucket, user, policy and key, verified; rotate; and go on working when provision: is taken out", async (context) => {
    const real = given(context);
    const where = `type: wasabi, purpose: files, bucket: example-media, region: ${real.at.region}, endpoint: "${real.at.endpoint}"`;
    const provision = (rotate: string) =>
      `provision: { cloud: media, iamEndpoint: "${real.atIam.iamEndpoint}", rotate: "${rotate}" }`;
    const text = (masters: string, dailies: string) => `
clouds: { media: { type: wasabi } }
storages:
  Masters: { ${where}, path: masters, read: true, write: true, delete: true, scan: true, ${masters} }
  Dailies: { ${where}, path: dailies, read: true, write: false, delete: false, ${dailies} }
`;
    const env = {
      MEDIA_ACCESS_KEY_ID: real.env.WASABI_ACCESS_KEY_ID!,
      MEDIA_SECRET_ACCESS_KEY: real.env.WASABI_SECRET_ACCESS_KEY!,
    };
    const { sandbox, project, file, said } = await start(text(provision("1"), provision("1")), env);
    const checks = () => sandbox.requests.filter(({ path }) => path.includes("/verifications/permissions/")).length;

    await done(project.preview());
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    await done(project.up(quick));
    await real.owner.s3.send(new HeadBucketCommand({ Bucket: "example-media" }));
    expect((await real.owner.s3.send(new GetBucketCorsCommand({ Bucket: "example-media" }))).CORSRules).toHaveLength(1);
    const policy = await real.owner.iam.send(
      new GetUserPolicyCommand({ UserName: "iconik-dailies", PolicyName: "iconik" }),
    );
    expect(decodeURIComponent(policy.PolicyDocument!)).toContain("example-media/dailies/*");
    expect(checks()).toBeGreaterThanOrEqual(2);
    const first = { masters: keyOf(sandbox, "Masters"), dailies: keyOf(sandbox, "Dailies") };
    expect(await keyIds(real, "iconik-masters")).toEqual([first.masters.id]);
    await done(project.preview(["--expect-no-changes"]));
    await done(project.refresh([...quick, "--expect-no-changes"]));

    // Nothing secret stands in state, or was said.
    const state = (await project.stackExport()).stdout;
    for (const { secret } of Object.values(first)) expect(state + said()).not.toContain(secret);
    expect(state).not.toContain(env.MEDIA_SECRET_ACCESS_KEY);

    file(text(provision("2"), provision("1")));
    await done(project.up(quick));
    const now = keyOf(sandbox, "Masters");
    expect(now.id).not.toBe(first.masters.id);
    expect(await keyIds(real, "iconik-masters")).toEqual([now.id]);
    expect(keyOf(sandbox, "Dailies")).toEqual(first.dailies);
    await done(project.preview(["--expect-no-changes"]));

    // Nothing is deleted, and the storages keep their keys.
    sandbox.clearRequests();
    const kept = "options: { adopt: exact }";
    file(text(kept, kept));
    await done(project.up());
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(keyOf(sandbox, "Masters")).toEqual(now);
    expect(await keyIds(real, "iconik-masters")).toEqual([now.id]);
    expect(await keyIds(real, "iconik-dailies")).toEqual([first.dailies.id]);
    expect(await tryKey(real, "example-media", now.id, now.secret)).not.toMatch(
      /InvalidAccessKeyId|SignatureDoesNotMatch/,
    );
    expect((await project.resources()).map(({ urn }) => urn.split("::").at(-1)).sort()).toEqual(["Dailies", "Masters"]);
    await done(project.preview(["--expect-no-changes"]));

    // And back again: what is there is not taken over without a word, and gets new keys with it.
    file(text(provision("2"), provision("1")));
    await refused(project.up(quick), /bucket example-media at \S+ exists already and is not in this stack/);
    await done(project.up(quick, { ICONIK_ADOPT: "converge" }));
    const back = keyOf(sandbox, "Masters");
    expect(await tryKey(real, "example-media", back.id, back.secret)).not.toMatch(
      /InvalidAccessKeyId|SignatureDoesNotMatch/,
    );
    expect(await keyIds(real, "iconik-masters")).toContain(back.id);
    await done(project.preview(["--expect-no-changes"]));
  });

  it("of Cloudian and of other services come with bucket, user, policy and key too", async (context) => {
    const real = given(context);
    const where = `region: ${real.at.region}, endpoint: "${real.at.endpoint}", provision: { iamEndpoint: "${real.atIam.iamEndpoint}" }`;
    const { WASABI_ACCESS_KEY_ID: id, WASABI_SECRET_ACCESS_KEY: secret } = real.env as Record<string, string>;
    const { sandbox, project } = await start(
      `storages:
  Hyper: { type: cloudian, purpose: archive, bucket: example-hyper, delete: false, ${where} }
  Other: { type: s3Compatible, purpose: exports, bucket: example-other, delete: false, ${where} }
`,
      {
        CLOUDIAN_ACCESS_KEY_ID: id!,
        CLOUDIAN_SECRET_ACCESS_KEY: secret!,
        S3_ACCESS_KEY_ID: id!,
        S3_SECRET_ACCESS_KEY: secret!,
      },
    );
    await done(project.up(quick));
    for (const [label, bucket] of [
      ["Hyper", "example-hyper"],
      ["Other", "example-other"],
    ] as const) {
      const key = keyOf(sandbox, label);
      expect(await keyIds(real, `iconik-${label.toLowerCase()}`)).toEqual([key.id]);
      expect(await tryKey(real, bucket, key.id, key.secret)).toBe("works");
    }
    expect(sandbox.requests.filter(({ path }) => path.includes("/verifications/permissions/"))).toHaveLength(2);
    await done(project.preview(["--expect-no-changes"]));
  });

  it("say what is wrong before anything is made", async (context) => {
    const real = given(context);
    const { project, sandbox } = await start(
      `storages:\n  A: { type: wasabi, purpose: files, bucket: Example_Media, region: us-east-1, read: true, provision: {} }\n`,
      real.env,
    );
    await refused(project.up(quick), /tenant\.yaml:2:\d+ error bucket-name/, "Example_Media", /a name is 3 to 63/);
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(await project.resources()).toEqual([]);
  });
});

describe("without the credentials of a cloud's administrator", endToEnd, () => {
  it("a preview warns, and an update is refused before anything is made", async () => {
    const { project, sandbox } = await start(
      "userGroups: { Editors: {} }\nstorages:\n  A: { type: b2, purpose: archive, bucket: example-b2, delete: false, provision: {} }\n",
    );
    const words =
      /no credentials for the cloud b2: set B2_APPLICATION_KEY_ID and B2_APPLICATION_KEY, or the secret iconik:clouds/;
    expect((await done(project.preview())).all).toMatch(words);
    await refused(project.up(quick), words);
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(await project.resources()).toEqual([]);
  });
});

describe("a bucket that lets iconik's own role in", endToEnd, () => {
  it("is not made before it is said for which tenant", async () => {
    const { project, sandbox } = await start(
      "storages:\n  A: { type: s3, purpose: files, bucket: example-a, region: eu-north-1, read: true, provision: {} }\n",
    );
    await refused(
      project.up(quick),
      /storages\.A: iconik's own role is let in for one tenant alone.*write tenant: \{ domainId: <id> \}/,
    );
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(await project.resources()).toEqual([]);
  });
});

describe("a storage behind a gateway", endToEnd, () => {
  const text = (rotate: string) =>
    `storages:\n  Playout: { type: file, purpose: files, mountPoint: /mnt/playout, provision: { gateway: { user: ISG@example.com, rotate: "${rotate}" } } }\n`;
  const seed = { users: [{ email: "isg@example.com", type: "POWER" as const }] };

  it("has an application, a token and a configuration, secret, and says what its person lacks", async () => {
    const { project, sandbox, said } = await start(text("1"), {}, { seed });
    await done(project.up(quick));
    expect(said()).toMatch(/storages\.Playout: isg@example\.com does not have the role is_storage_worker/);
    const [{ id: storageId }] = live(sandbox, "storages", "Playout") as [{ id: string }];
    const outputs = async () =>
      JSON.parse((await done(project.run(["stack", "output", "--json", "--show-secrets"]))).stdout);
    const { gateways, applications } = await outputs();
    const { appId, authToken } = applications["Playout gateway"];
    expect(gateways.Playout.configIni).toBe(
      `iconik-url = ${sandbox.url}/\napp-id = ${appId}\nauth-token = ${authToken}\nstorage-id = ${storageId}\n`,
    );
    const works = await fetch(`${sandbox.url}/API/users/v1/users/current/`, {
      headers: { "App-ID": appId, "Auth-Token": authToken },
    });
    expect(await works.json()).toMatchObject({ email: "isg@example.com" });
    expect((await project.stackExport()).stdout + said()).not.toContain(authToken);
    await done(project.preview(["--expect-no-changes"]));
  });

  it("is refused for a person who is not there", async () => {
    const { project, sandbox } = await start(text("1"));
    await refused(project.up(quick), /nobody in the tenant has the e-mail isg@example\.com/);
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });
});
