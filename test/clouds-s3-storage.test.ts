/**
 * A storage of iconik that becomes usable in one `pulumi up`: bucket, user, policy and key on a real S3 server with a
 * real IAM, the storage in iconik, and iconik's own check of it. With the real CLI.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GetUserPolicyCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  HeadBucketCommand,
  PutBucketPolicyCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, it, onTestFinished, type TestContext } from "vitest";
import { startSandbox } from "../provider/sandbox";
import { createProject, endToEnd, type Result } from "./cli.ts";
import { createIconikProject, done, live, named, quick, refused, type IconikProject } from "./iconik-project.ts";
import { noS3Server, opened } from "./opened.ts";
import { repository } from "./processes.mts";
import { sender } from "./sandbox-calls.ts";
import { environmentOf, mayDelete } from "./stack.ts";
import { keyIds, openScene, tryKey, type Scene } from "./clouds/s3-scene.ts";

const scene = opened(openScene, (one) => one.close(), noS3Server);

function given(context: TestContext): Scene {
  const real = scene.given(context);
  Object.assign(real.s3, { fault: () => undefined });
  Object.assign(real.iam, { fault: () => undefined });
  return real;
}

/** `bucket`: arguments besides where it is; `use`: what goes on there. */
const program = (
  real: Scene,
  label: string,
  bucket: Record<string, unknown>,
  use: Record<string, unknown> = {},
): string => `
  const s3 = require("pulumi-iconik/s3");
  const at = ${JSON.stringify({ region: real.at.region, endpoint: real.at.endpoint, iamEndpoint: real.atIam.iamEndpoint })};
  const use = ${JSON.stringify({ purpose: "archive", path: "in", delete: true, ...use })};
  const bucket = new s3.StorageBucket("media", { ...at, ...${JSON.stringify(bucket)}, storages: { ${label}: use } });
  const storage = new iconik.Storage("${label}", { type: "wasabi", purpose: use.purpose, read: true, write: true, delete: true, ...bucket.storages.${label} });
  bucket.retireOldKeys("${label}", { dependsOn: storage });
  exports.connection = bucket.storages.${label};`;

interface Told extends IconikProject {
  /** All that was said in all runs. */
  said(): string;
}

async function start(real: Scene, text: string): Promise<Told> {
  const project = await createIconikProject(text, { env: real.env });
  onTestFinished(project.close);
  const results: Result[] = [];
  const telling =
    (command: IconikProject["up"]): IconikProject["up"] =>
    (args, env) => {
      const started = command(args, env);
      void started.then(
        (result) => results.push(result),
        () => undefined,
      );
      return started;
    };
  const commands = {
    up: telling(project.up),
    preview: telling(project.preview),
    refresh: telling(project.refresh),
    destroy: telling(project.destroy),
  };
  return { ...project, ...commands, said: () => results.map(({ all }) => all).join("\n") };
}

const keyIn = (project: IconikProject, label: string): { id: string; secret: string } => {
  const { settings } = live(project.sandbox, "storages", label)[0]!;
  return { id: settings.access_key, secret: settings.secret_key };
};

describe("a storage and its bucket", endToEnd, () => {
  it("are made in one run, work, are no change after it, are repaired, and outlive the stack", async (context) => {
    const real = given(context);
    const text = program(real, "Vault", { bucket: "example-archive" });
    const project = await start(real, text);
    await done(project.preview(["--save-plan", "first.json"]));
    await done(project.up(["--plan", "first.json"]));

    const { id } = live(project.sandbox, "storages", "Vault")[0]!;
    const iconik = sender(project.sandbox);
    const checks = `GET /API/files/v1/storages/${id}/verifications/`;
    expect((await iconik(`${checks}access/`)).body).toEqual({ access_check: true });
    expect((await iconik(`${checks}permissions/`)).body).toEqual({
      read_access: true,
      write_access: true,
      delete_access: true,
      cors: true,
    });
    await done(project.preview(["--expect-no-changes"]));
    await done(project.refresh([...quick, "--expect-no-changes"]));

    // Nothing that is secret stands in state, or was said.
    const { secret } = keyIn(project, "Vault");
    const state = await project.stackExport();
    const shown = await project.stackExport(["--show-secrets"]);
    expect(shown.stdout).toContain(secret);
    for (const hidden of [secret, real.env.WASABI_SECRET_ACCESS_KEY!])
      expect(state.stdout + project.said()).not.toContain(hidden);
    expect(shown.stdout).not.toContain(real.env.WASABI_SECRET_ACCESS_KEY!);

    // Nor in plans: of what is to be made, and of what is there and is to be turned over.
    project.program(program(real, "Vault", { bucket: "example-archive" }, { rotate: "2" }));
    await done(project.preview(["--save-plan", "second.json"]));
    const plans = ["first.json", "second.json"].map((file) => readFileSync(join(project.folder, file), "utf8"));
    for (const plan of plans) expect(plan).toContain("iconik-vault");
    for (const hidden of [secret, real.env.WASABI_SECRET_ACCESS_KEY!]) expect(plans.join()).not.toContain(hidden);
    project.program(text);

    const policy = { UserName: "iconik-vault", PolicyName: "iconik" };
    const document = async () =>
      decodeURIComponent((await real.owner.iam.send(new GetUserPolicyCommand(policy))).PolicyDocument!);
    const before = await document();
    const wider = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
    });
    await real.owner.iam.send(new PutUserPolicyCommand({ ...policy, PolicyDocument: wider }));
    const drift = await done(project.refresh([...quick, "--diff"]));
    expect(drift.all).toMatch(/s3:\*/);
    await done(project.up(quick));
    expect(JSON.parse(await document())).toEqual(JSON.parse(before));

    // Protected things stop a destroy; without that, what is at the service stays and what is in iconik goes.
    await refused(project.destroy(quick), /protect/);
    await done(project.run(["state", "unprotect", "--all", "--yes"]));
    await done(project.destroy(quick));
    await real.owner.s3.send(new HeadBucketCommand({ Bucket: "example-archive" }));
    const [key] = await keyIds(real, "iconik-vault");
    expect(live(project.sandbox, "storages", "Vault")).toEqual([]);
    expect(key).toBeDefined();
  });

  it("get another key: the new one first, the old one gone only once iconik has the new one", async (context) => {
    const real = given(context);
    const text = (rotate: string) => program(real, "Rotated", { bucket: "example-rotated" }, { rotate, path: "" });
    const project = await start(real, text("1"));
    await done(project.up(quick));
    const old = keyIn(project, "Rotated");

    // iconik does not take it: nothing is lost, and both keys work.
    project.program(text("2"));
    const mend = project.sandbox.fault({ kind: "status", code: 400, match: /^PATCH .*storages/, times: Infinity });
    await refused(project.up(quick), /400/);
    mend();
    expect(keyIn(project, "Rotated")).toEqual(old);
    expect(await tryKey(real, "example-rotated", old.id, old.secret)).toBe("works");
    expect(await keyIds(real, "iconik-rotated")).toHaveLength(2);

    let atDeletion: string | undefined;
    real.iam.fault = (request) => {
      if (request === "DeleteAccessKey") atDeletion = keyIn(project, "Rotated").id;
      return undefined;
    };
    await done(project.up(quick));
    const now = keyIn(project, "Rotated");
    expect(now.id).not.toBe(old.id);
    expect(atDeletion).toBe(now.id);
    expect(await keyIds(real, "iconik-rotated")).toEqual([now.id]);
    expect(await tryKey(real, "example-rotated", now.id, now.secret)).toBe("works");
    await done(project.preview(["--expect-no-changes"]));
    const state = (await project.stackExport()).stdout;
    for (const { secret } of [old, now]) expect(state + project.said()).not.toContain(secret);
  });
});

describe("examples/wasabi", endToEnd, () => {
  it("makes an archive that iconik can use", async (context) => {
    const real = given(context);
    const sandbox = await startSandbox();
    onTestFinished(() => sandbox.close());
    const folder = join(repository, "examples/wasabi");
    const files = Object.fromEntries(
      ["Pulumi.yaml", "index.ts"].map((file) => [file, readFileSync(join(folder, file), "utf8")]),
    );
    const project = await createProject(files, {
      name: "wasabi",
      env: { ...environmentOf(sandbox), ...mayDelete, ...real.env },
    });
    onTestFinished(project.close);
    const { region, endpoint, iamEndpoint } = real.atIam;
    await project.config({
      "wasabi:bucket": "example-wasabi",
      "wasabi:region": region,
      "wasabi:endpoint": endpoint,
      "wasabi:iamEndpoint": iamEndpoint,
    });
    await done(project.up(quick));
    const { settings } = live(sandbox, "storages", "Archive")[0]!;
    expect(settings).toMatchObject({ bucket: "example-wasabi", endpoint });
    expect(await tryKey(real, "example-wasabi", settings.access_key, settings.secret_key)).toBe("works");
  });
});

describe("a bucket that is there already", endToEnd, () => {
  it("is refused as a new one, used as an existing one, and its policy is left alone with the statement told", async (context) => {
    const real = given(context);
    const bucket = "example-existing";
    await real.owner.s3.send(new CreateBucketCommand({ Bucket: bucket }));
    const theirs = {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Theirs",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:DeleteObject",
          Resource: `arn:aws:s3:::${bucket}/keep/*`,
        },
      ],
    };
    await real.owner.s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(theirs) }));
    const project = await start(real, program(real, "Existing", { bucket }));
    await refused(project.up(quick), /bucket example-existing at .* exists already.*left as it is/);

    project.program(program(real, "Existing", { bucket, existing: true, tlsOnly: true }));
    await refused(project.up(quick), /left as it is.*can add this to it: .*"Sid":"TlsOnly"/);

    project.program(program(real, "Existing", { bucket, existing: true }));
    await done(project.up(quick));
    const { id, secret } = keyIn(project, "Existing");
    expect(await tryKey(real, bucket, id, secret)).toBe("AccessDenied");
    const { Policy } = await real.owner.s3.send(new GetBucketPolicyCommand({ Bucket: bucket }));
    expect(JSON.parse(Policy!)).toEqual(theirs);
    expect(named(await project.resources(), "Existing").type).toContain("Storage");
  });

  it("and all else that is wrong with the arguments is told at once, before anything is made", async (context) => {
    const real = given(context);
    const project = await start(
      real,
      `const s3 = require("pulumi-iconik/s3");
       new s3.StorageBucket("media", { type: "cloudian", bucket: "No Bucket", region: "dc1", endpoint: "http://s3.example.com", existing: true, versioning: true, storages: {
         A: { purpose: "files" }, a: { purpose: "files", read: true, accessKey: "id", secretKey: "secret-of-theirs", cors: "ours" } } });`,
    );
    const { all } = await refused(
      project.up(quick),
      /No Bucket/,
      /https:/,
      /versioning/,
      /A: without iamEndpoint/,
      /its identity would be iconik-a/,
      /one set of CORS rules/,
    );
    expect(all).not.toContain("secret-of-theirs");
    expect(await project.resources()).toEqual([]);
  });
});
