// examples/b2 on the real Pulumi CLI: from nothing to a storage in iconik, a rotation, and the end.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { b2Key, statementOf } from "../provider/clouds/grants";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import { startB2Server, type B2Server } from "./b2-server/b2-server.ts";
import { createProject, endToEnd, type Project } from "./cli.ts";
import { need } from "./grants/needs.ts";
import { repository } from "./processes.mts";
import { environmentOf, mayDelete } from "./stack.ts";

const file = (name: string) => readFileSync(join(repository, "examples/b2", name), "utf8");

describe("examples/b2", endToEnd, () => {
  let server: B2Server;
  let sandbox: Sandbox;
  let project: Project;
  let printed = "";
  const run = async (running: PromiseLike<{ code: number | null; all: string }>) => {
    const { code, all } = await running;
    printed += all;
    return { code, all };
  };
  const done = async (running: PromiseLike<{ code: number | null; all: string }>) => {
    const { code, all } = await run(running);
    expect(code, all).toBe(0);
    return all;
  };
  const keys = () => [...server.keys.values()].filter(({ keyName }) => keyName.startsWith("iconik-Archive-"));
  const storage = () => sandbox.objects("storages").find(({ name }) => name === "Archive")!;
  const seen: string[] = [];

  beforeAll(async () => {
    server = await startB2Server();
    sandbox = await startSandbox({ checkAnswers: true });
    const env = {
      ...environmentOf(sandbox),
      ...mayDelete,
      B2_ENVIRONMENT: server.url,
      B2_APPLICATION_KEY_ID: server.administrator.applicationKeyId,
      B2_APPLICATION_KEY: server.administrator.applicationKey,
    };
    project = await createProject(
      { "Pulumi.yaml": file("Pulumi.yaml"), "index.ts": file("index.ts") },
      { name: "b2", env },
    );
  });
  afterAll(async () => {
    await project?.close();
    await sandbox?.close();
    await server?.close();
  });

  it("is previewed without a change anywhere", async () => {
    await done(project.preview());
    expect([server.buckets.size, keys().length]).toEqual([0, 0]);
  });

  it("refuses what is wrong before anything is made, all at once", async () => {
    project.write({
      "index.ts": file("index.ts")
        .replace('"example-archive-b2"', '"b2-x"')
        .replace('path: "news"', 'path: "news", cors: "iconik", scope: "bucket"'),
    });
    const { code, all } = await run(project.up(["--skip-preview"]));
    project.write({ "index.ts": file("index.ts") });
    expect(code).not.toBe(0);
    expect(all).toMatch(/is no name for a bucket/);
    expect(all).toMatch(/cannot write CORS rules with a key for one bucket/);
    expect(all).not.toMatch(/^\s+at /m);
    expect(server.buckets.size).toBe(0);
  });

  it("is made by one up, with the key that the grants say", async () => {
    await done(project.up());
    const bucket = server.buckets.get("example-archive-b2")!;
    const wanted = b2Key(
      statementOf(need("b2", { label: "Archive", purpose: "archive", bucket: "example-archive-b2", path: "news" })),
      bucket.bucketId,
    );
    const [key] = keys();
    seen.push(key!.applicationKey);
    expect(keys()).toMatchObject([
      { capabilities: wanted.capabilities, bucketId: bucket.bucketId, namePrefix: "news/" },
    ]);
    expect(storage()).toMatchObject({
      method: "B2",
      purpose: "ARCHIVE",
      settings: {
        bucket_name: "example-archive-b2",
        bucket_id: bucket.bucketId,
        path: "news",
        account_id: key!.applicationKeyId,
      },
    });
  });

  it("is not touched by the second, nor by a refresh", async () => {
    await done(project.up(["--skip-preview", "--expect-no-changes"]));
    await done(project.refresh(["--expect-no-changes"]));
  });

  it("gets another key by another rotate; the old one goes when iconik has the new one", async () => {
    const [old] = keys();
    project.write({ "index.ts": file("index.ts").replace('"2026-11"', '"2026-12"') });
    await done(project.up(["--skip-preview"]));
    const [key] = keys();
    seen.push(key!.applicationKey);
    expect(keys()).toHaveLength(1);
    expect(key!.applicationKeyId).not.toBe(old!.applicationKeyId);
    expect(storage().settings).toMatchObject({ account_id: key!.applicationKeyId });
    const [moved, retired] = [
      sandbox.requests.findLast(({ method }) => method !== "GET"),
      server.requests.findLast(({ name }) => name === "b2_delete_key"),
    ];
    expect(moved).toBeDefined();
    expect(retired).toMatchObject({ body: { applicationKeyId: old!.applicationKeyId } });
    await done(project.up(["--skip-preview", "--expect-no-changes"]));
  });

  it("keeps the old key while iconik refuses the new one", async () => {
    const [old] = keys();
    project.write({ "index.ts": file("index.ts").replace('"2026-11"', '"2027-01"') });
    await sandbox.close();
    expect((await run(project.up(["--skip-preview"]))).code).not.toBe(0);
    expect(keys().map(({ applicationKeyId }) => applicationKeyId)).toContain(old!.applicationKeyId);
    seen.push(...keys().map(({ applicationKey }) => applicationKey));
  });

  it("leaves bucket, files and key when the stack is destroyed, for they are protected or retained", async () => {
    await run(project.run(["state", "unprotect", "--all", "--yes"]));
    await run(project.destroy(["--skip-preview"]));
    expect(server.buckets.has("example-archive-b2")).toBe(true);
    expect(keys().length).toBeGreaterThan(0);
  });

  it("keeps no secret in the open, in state or on the screen", async () => {
    const { stdout } = await project.stackExport();
    for (const secret of [...seen, server.administrator.applicationKey]) {
      expect(stdout).not.toContain(secret);
      expect(printed).not.toContain(secret);
    }
  });
});
