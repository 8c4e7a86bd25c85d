// examples/ibm on the real Pulumi CLI: from nothing to a storage in iconik, a rotation, and the end.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ibmGrants, statementOf } from "../provider/clouds/grants";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import { createProject, endToEnd, type Project } from "./cli.ts";
import { need } from "./grants/needs.ts";
import { startIbmServer, type IbmServer } from "./ibm-server/ibm-server.ts";
import { repository } from "./processes.mts";
import { environmentOf, mayDelete } from "./stack.ts";

const file = (name: string) => readFileSync(join(repository, "examples/ibm", name), "utf8");
const bucketName = "example-archive-cos";

describe("examples/ibm", endToEnd, () => {
  let server: IbmServer;
  let sandbox: Sandbox;
  let project: Project;
  let printed = "";
  const seen: string[] = [];
  const done = async (running: PromiseLike<{ code: number | null; all: string }>) => {
    const { code, all } = await running;
    printed += all;
    expect(code, all).toBe(0);
  };
  const keys = () => [...server.keys.values()].filter(({ state }) => state !== "removed");
  const storage = () => sandbox.objects("storages").find(({ name }) => name === "Archive")!;

  beforeAll(async () => {
    server = await startIbmServer();
    sandbox = await startSandbox({ checkAnswers: true });
    const env = {
      ...environmentOf(sandbox),
      ...mayDelete,
      IBMCLOUD_API_KEY: server.apiKey,
      IBMCLOUD_IAM_API_ENDPOINT: server.url,
      IBMCLOUD_RESOURCE_CONTROLLER_API_ENDPOINT: server.url,
    };
    project = await createProject(
      { "Pulumi.yaml": file("Pulumi.yaml"), "index.ts": file("index.ts") },
      { name: "ibm", env },
    );
    await project.config({ "ibm:instance": server.instance, "ibm:endpoint": server.url });
  });
  afterAll(async () => {
    await project?.close();
    await sandbox?.close();
    await server?.close();
  });

  it("is previewed without a change anywhere", async () => {
    await done(project.preview());
    expect([server.buckets.size, server.serviceIds.size, keys().length]).toEqual([0, 0, 0]);
  });

  it("is made by one up, with the roles and policies that the grants say", async () => {
    await done(project.up());
    const [serviceId] = [...server.serviceIds.values()];
    const [key] = keys();
    seen.push(key.credentials.apikey, key.credentials.cos_hmac_keys.secret_access_key);
    const crnOf = (name: string) => [...server.roles.values()].find((role) => role.name === name).crn as string;
    const wanted = ibmGrants(
      statementOf(need("ibmCos", { label: "Archive", purpose: "archive", bucket: bucketName, path: "news" })),
      { iamId: serviceId.iam_id, instance: server.instance, roleCrn: crnOf },
    );
    expect([...server.policies.values()]).toHaveLength(wanted.length);
    expect([...server.policies.values()]).toEqual(
      expect.arrayContaining(wanted.map(({ policy }) => expect.objectContaining(policy))),
    );
    expect([...server.roles.values()]).toEqual(
      expect.arrayContaining(wanted.map(({ role }) => expect.objectContaining(role))),
    );
    expect(storage()).toMatchObject({
      method: "S3",
      purpose: "ARCHIVE",
      settings: { bucket: bucketName, path: "news", access_key: key.credentials.cos_hmac_keys.access_key_id },
    });
  });

  it("is not touched by the second, nor by a refresh", async () => {
    await done(project.up(["--skip-preview", "--expect-no-changes"]));
    await done(project.refresh(["--expect-no-changes"]));
  });

  it("gets another key by another rotate, and the old one goes", async () => {
    const [old] = keys();
    project.write({ "index.ts": file("index.ts").replace('"2026-11"', '"2026-12"') });
    await done(project.up(["--skip-preview"]));
    const [key] = keys();
    seen.push(key.credentials.cos_hmac_keys.secret_access_key);
    expect(keys()).toHaveLength(1);
    expect(key.id).not.toBe(old.id);
    expect(storage().settings).toMatchObject({ access_key: key.credentials.cos_hmac_keys.access_key_id });
    await done(project.up(["--skip-preview", "--expect-no-changes"]));
  });

  it("leaves the bucket and the identity when the stack is destroyed, for they are protected or retained", async () => {
    await done(project.run(["state", "unprotect", "--all", "--yes"]));
    await done(project.destroy(["--skip-preview"]));
    expect([server.buckets.size, server.serviceIds.size, keys().length]).toEqual([1, 1, 1]);
  });

  it("keeps no secret in the open, in state or on the screen", async () => {
    const { stdout } = await project.stackExport();
    for (const secret of [...seen, server.apiKey]) {
      expect(stdout).not.toContain(secret);
      expect(printed).not.toContain(secret);
    }
  });
});
