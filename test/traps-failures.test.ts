// What is left, and what people see, when something goes wrong, tried on Pulumi's real engine.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endToEnd } from "./cli.ts";
import {
  createIconikProject,
  done,
  type IconikProject,
  live,
  named,
  quick,
  refused,
  startIconikProject,
} from "./iconik-project.ts";

describe("failures", endToEnd, () => {
  const storage = ({ secretKey = "first-secret-key", more = "", options = "" } = {}) => `
    new iconik.Storage("Masters", {
      type: "s3Compatible", purpose: "files", bucket: "media", region: "eu-1", endpoint: "https://s3.example.com",
      accessKey: "EXAMPLEKEY", secretKey: "${secretKey}", ${more}
    }, { protect: false, ${options} });`;

  it("C14 an object that is made half-way is finished by the next run, and can be deleted", async () => {
    const project = await startIconikProject(storage({ more: "autoScan: { hoursInterval: 24 }, default: true" }));
    const { sandbox } = project;
    const failing = { match: "POST /API/files/v1/storages/*/auto_scan/", kind: "status", code: 400 } as const;
    sandbox.fault(failing);
    await refused(project.up(quick), /auto_scan\/ at .* answered 400/);
    const [{ id } = { id: "" }] = live(sandbox, "storages", "Masters");
    const half = named(await project.resources(), "Masters");
    expect(half).toMatchObject({
      id,
      outputs: { __provider: expect.any(String) },
      initErrors: [expect.stringMatching("answered 400")],
    });
    expect(half.outputs).not.toHaveProperty("autoScan");

    await done(project.up(quick));
    expect(sandbox.object("auto_scans", id as string)).toMatchObject({ hours_interval: 24 });
    expect(live(sandbox, "storages", "Masters")).toMatchObject([{ id, default: true }]);
    expect(named(await project.resources(), "Masters")).not.toHaveProperty("initErrors");

    project.program(storage({ more: "autoScan: { hoursInterval: 12 }, default: true" }));
    sandbox.fault(failing);
    await refused(project.up(quick), /answered 400/);
    // A refresh forgets the failure, not what is to be done.
    await done(project.refresh(quick));
    await done(project.up(quick));
    expect(sandbox.object("auto_scans", id as string)).toMatchObject({ hours_interval: 12 });
    await done(project.destroy(quick));
    expect(live(sandbox, "storages", "Masters")).toEqual([]);
  });

  it("C14 a secret whose change failed is changed by the next run, whatever is between", async () => {
    const project = await startIconikProject(storage());
    const { sandbox } = project;
    const key = () => live(sandbox, "storages", "Masters")[0]!.settings.secret_key;
    await done(project.up(quick));
    project.program(storage({ secretKey: "second-secret-key" }));
    sandbox.fault({ match: "PATCH /API/files/v1/storages/*/", kind: "status", code: 400 });
    await refused(project.up(quick), /answered 400/);
    expect(named(await project.resources(["--show-secrets"]), "Masters").outputs!.secretKey).toMatchObject({
      plaintext: '"first-secret-key"',
    });
    await done(project.refresh(quick));
    await done(project.up(quick));
    expect(key()).toBe("second-secret-key");
    await done(project.preview(["--expect-no-changes"]));
  });

  it("C16 all that is wrong with a resource is said at once", async () => {
    const project = await startIconikProject(`
      new iconik.Storage("Masters", { type: "s3", purpose: "movies", buckets: "a", scan: "yes", secretKey: "secret-key" });`);
    const { all } = await refused(
      project.preview(),
      "bucket is missing",
      "region is missing",
      'purpose must be one of files, exports, archive, keyframes, proxies, faces, not "movies"',
      "buckets is not a field of Storage of type s3",
      'scan must be true or false, not "yes"',
    );
    expect(all).not.toContain("secret-key");
    expect(project.sandbox.requests).toEqual([]);
  });

  it("C18 nothing that a terminal would obey comes from names, values or iconik", async () => {
    const [red, up, csi] = ["\\u001b[31m", "\\u001b[2A", "\\u009b2J"];
    const hostile = { errors: ["bad\u001b]0;title\u0007 \u001b[2Jname\r\u202e"] };
    const project = await startIconikProject(`
      new iconik.UserGroup("one", { name: "Ed${red}itors${csi}", description: "a${up}b", roles: [] });
      new iconik.UserGroup("two", { name: "Ed${red}itors${csi}", roles: [] });`);
    const { sandbox } = project;
    sandbox.fault({ match: "POST /API/users/v1/groups/", kind: "status", code: 400, body: hostile, times: 2 });
    await refused(project.up(quick), /both stand for the name/);
    project.program(`
      new iconik.UserGroup("one", { name: "Ed${red}itors${csi}", description: "a${up}b", roles: [] });`);
    await refused(project.up(quick), "answered 400: bad name");
    await done(project.up(quick));
    const [group] = sandbox.objects("groups").filter(({ name }) => name !== "Everyone");
    expect(group!.name).toBe("Ed\u001b[31mitors\u009b2J");
    sandbox.edit("groups", group!.id, { description: "c\u001b[2Ad" });
    project.program(`
      new iconik.UserGroup("one", { name: "Ed${red}itors${csi}", description: "e${up}f", roles: [] });`);
    await refused(project.up(quick), /was changed in iconik since this stack last read it/);
  });
});

describe("many objects", endToEnd, () => {
  const count = 200;
  let project: IconikProject;
  beforeAll(async () => {
    project = await createIconikProject(`
      for (let index = 0; index < ${count}; index += 1) new iconik.UserGroup("Group " + index, { description: "d", roles: [] });`);
    await done(project.up(quick, { PULUMI_SKIP_CHECKPOINTS: "true" }));
  });
  afterAll(() => project?.close());

  it("E26 are refreshed by pages, not one by one", async () => {
    project.sandbox.clearRequests();
    await done(project.refresh([...quick, "--expect-no-changes"]));
    const { requests } = project.sandbox;
    const pages = requests.filter(({ query }) => query.page !== undefined);
    expect(pages.map(({ query }) => query)).toEqual([1, 2, 3].map((page) => ({ page: String(page), per_page: "100" })));
    expect(requests.length).toBeLessThan(12);
  });

  it("E26 are refreshed and changed in one run, and what is gone is made anew", async () => {
    const { sandbox } = project;
    const [lost, drifted] = [20, 30].map((index) => live(sandbox, "groups", `Group ${index}`)[0]!);
    sandbox.remove("groups", lost!.id);
    sandbox.edit("groups", drifted!.id, { description: "other" });
    sandbox.clearRequests();
    await done(project.up([...quick, "--refresh"], { PULUMI_SKIP_CHECKPOINTS: "true" }));
    expect(
      project
        .writes()
        .map((request) => request.replace(drifted!.id, "ID"))
        .sort(),
    ).toEqual(["PATCH /API/users/v1/groups/ID/", "POST /API/users/v1/groups/"]);
    expect(live(sandbox, "groups", "Group 30")).toMatchObject([{ id: drifted!.id, description: "d" }]);
    expect(live(sandbox, "groups", "Group 20")).toHaveLength(1);
    expect(sandbox.requests.length).toBeLessThan(20);
  });

  it("C15 that cannot be read say so in a few lines, without stacks", async () => {
    project.sandbox.clearRequests();
    const wrong = { ICONIK_AUTH_TOKEN: "canary-wrong-token" };
    const refresh = await refused(project.refresh(quick, wrong));
    expect(refresh.all).not.toContain("canary");
    expect(refresh.stderr).toBe("");
    expect(project.sandbox.requests).toHaveLength(1);
    // For each resource Pulumi prints its name and what the provider said; the rest is ours.
    const [, diagnostics] = refresh.all.split(/^Diagnostics:\n|^Resources:\n/m);
    const errors = diagnostics!
      .split("\n")
      .filter((line) => /^ +error: /.test(line) && !line.endsWith("update failed"));
    expect(errors).toHaveLength(count);
    expect(
      errors.filter((line) => /does not accept the credentials: GET .* answered 401: .*ICONIK_AUTH_TOKEN/.test(line)),
    ).toHaveLength(1);
    expect(
      errors.filter((line) => line.endsWith("error: iconik does not accept the credentials, as said in full before")),
    ).toHaveLength(count - 1);
    expect(diagnostics!.split("\n").length).toBeLessThan(3 * (count + 5));
  });
});
