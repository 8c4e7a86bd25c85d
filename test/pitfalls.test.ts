// What broke for people who kept other services' configuration as code, in a few words each. What takes more than a few
// lines to try has tests of its own elsewhere.
import { describe, expect, it, onTestFinished } from "vitest";
import { canonical, problems } from "../provider/engine";
import { kinds } from "../provider/kinds";
import { providerText, typeOf } from "../provider/protocol/wire";
import { startSandbox, type RecordedRequest, type Sandbox, type SandboxOptions } from "../provider/sandbox";
import { endToEnd } from "./cli.ts";
import { leapingClock, openStack, type EngineStack } from "./engine-stack.ts";
import { done, live, named, quick, startIconikProject } from "./iconik-project.ts";
import { seed } from "./lives.ts";
import { createStack } from "./stack.ts";

interface Tenant {
  sandbox: Sandbox;
  stack: EngineStack;
}

async function tenant(options: SandboxOptions = {}): Promise<Tenant> {
  const sandbox = await startSandbox({ tenant: "both", seed, ...options });
  const stack = openStack(sandbox);
  onTestFinished(async () => {
    await stack.close();
    await sandbox.close();
  });
  return { sandbox, stack };
}

const writes = ({ requests }: Sandbox): RecordedRequest[] => requests.filter(({ method }) => method !== "GET");
const bucket = {
  type: "s3",
  purpose: "files",
  bucket: "example-masters",
  region: "eu-north-1",
  accessKey: "EXAMPLEKEY",
  secretKey: "example-secret-key",
};
const everyone = { existing: "Everyone" };

describe("what is ours, and what is not", () => {
  it("a key that is left out is not touched; an empty list empties it", async () => {
    const { sandbox, stack } = await tenant();
    await stack.up("Editors", "UserGroup", { name: "Editors", description: "Cut", roles: ["can_search"] });
    const { id } = stack.state.get("Editors")!;
    await stack.up("Editors", "UserGroup", { name: "Editors" });
    expect(sandbox.object("groups", id)).toMatchObject({ description: "Cut", roles: ["can_search"] });
    await stack.up("Editors", "UserGroup", { name: "Editors", roles: [] });
    expect(sandbox.object("groups", id)).toMatchObject({ description: "Cut", roles: [] });
  });

  it("what begins to be described takes nothing away that is not described: sorts of an access list, keys of settings", async () => {
    const { sandbox, stack } = await tenant();
    const [group] = sandbox.objects("groups");
    await stack.up("Upload", "AclTemplate", {
      name: "Upload",
      access: { groups: [{ group: everyone, permissions: ["read"] }] },
    });
    sandbox.edit(
      "acls",
      `acl_templates/${stack.state.get("Upload")!.id}`,
      (list) => void (list.users = { somebody: { permissions: ["read"] } }),
    );
    const { date_modified: _, ...settings } = sandbox.object("settings", "system")!;
    await stack.up("Upload", "AclTemplate", {
      name: "Upload",
      access: { groups: [{ group: everyone, permissions: ["read", "write"] }] },
    });
    await stack.up("settings", "AdminSettings", { passwordChecks: { minLength: 12 } });
    const { groups, users } = sandbox.object("acls", `acl_templates/${stack.state.get("Upload")!.id}`)!;
    expect({ groups, users }).toEqual({
      groups: { [group!.id]: expect.objectContaining({ permissions: ["read", "write"] }) },
      users: { somebody: { permissions: ["read"] } },
    });
    expect(sandbox.object("settings", "system")).toMatchObject({
      ...settings,
      password_checks: { ...settings.password_checks, min_length: 12 },
    });
  });

  it.each(["merge", "replace"] as const)(
    "fields that others set, known or not, are as they were after a change, to the letter (nested ones: %s)",
    async (storageSettingsPatch) => {
      const { sandbox, stack } = await tenant({ switches: { storageSettingsPatch, storageSettingsCheck: "off" } });
      await stack.up("Editors", "UserGroup", { name: "Editors", description: "Cut", roles: [] });
      await stack.up("Masters", "Storage", { name: "Masters", ...bucket, read: true });
      const others = { alias: "ED", external_id: "idp-7", of_tomorrow: { list: [1, { deep: null }], text: " ***  " } };
      const [group, storage] = ["Editors", "Masters"].map((name) => stack.state.get(name)!.id);
      sandbox.edit("groups", group!, others);
      sandbox.edit(
        "storages",
        storage!,
        (item) => void Object.assign(item.settings, { of_tomorrow: others.of_tomorrow, kms_key_id: "theirs" }),
      );
      await stack.up("Editors", "UserGroup", { name: "Editors", description: "Cut and publish", roles: [] });
      await stack.up("Masters", "Storage", { name: "Masters", ...bucket, read: false });
      expect(sandbox.object("groups", group!)).toMatchObject({ ...others, description: "Cut and publish" });
      expect(sandbox.object("storages", storage!)!.settings).toMatchObject({
        of_tomorrow: others.of_tomorrow,
        kms_key_id: "theirs",
        read: false,
      });
    },
  );

  it("nothing of our own is written into an object: what is sent is what is described", async () => {
    const { sandbox, stack } = await tenant();
    await stack.up("Editors", "UserGroup", { name: "Editors", description: "Cut", roles: ["can_search"] });
    await stack.up("Editors", "UserGroup", { name: "Editors", description: "Cut and publish", roles: ["can_search"] });
    expect(writes(sandbox).map(({ body }) => body)).toEqual([
      { name: "Editors", description: "Cut", roles: ["can_search"] },
      { description: "Cut and publish" },
    ]);
  });

  it("a value that iconik fills in by itself is no difference", async () => {
    const { sandbox, stack } = await tenant({
      switches: { unsetProperties: "empty", laterProperties: "some", rolesOrder: "sorted" },
    });
    await stack.up("Editors", "UserGroup", { name: "Editors", roles: ["can_search", "can_read_assets"] });
    sandbox.edit("groups", stack.state.get("Editors")!.id, { default_user_type: "STANDARD", external_id: "idp-7" });
    expect(await stack.refresh("Editors")).toEqual([]);
    expect(await stack.up("Editors", "UserGroup", { name: "Editors", roles: ["can_read_assets", "can_search"] })).toBe(
      "same",
    );
  });

  it("what iconik made itself is not taken over by its name, and never deleted", async () => {
    const { sandbox, stack } = await tenant();
    const values = { name: "Everyone", roles: [] };
    await expect(stack.up("Everyone", "UserGroup", values, { adopt: "converge" })).rejects.toThrow(
      /iconik's own.*builtIn: true/,
    );
    const { roles } = sandbox.objects("groups")[0]!;
    await stack.up("Everyone", "UserGroup", { name: "Everyone" }, { builtIn: true });
    await stack.remove("Everyone");
    expect(sandbox.objects("groups")).toMatchObject([{ name: "Everyone", roles }]);
  });

  it("a destroyed setting stays as it is; it is not set to what somebody believes to be its default", async () => {
    const { sandbox, stack } = await tenant();
    await stack.up("settings", "AdminSettings", { externalShare: false, passwordChecks: { minLength: 12 } });
    const before = sandbox.object("settings", "system");
    sandbox.clearRequests();
    await stack.remove("settings");
    expect(sandbox.object("settings", "system")).toEqual(before);
    expect(writes(sandbox)).toEqual([]);
  });
});

describe("secrets", () => {
  it.each(["mask", "omit", "return"] as const)(
    "one that iconik shows in its own way (%s) is never written back",
    async (secretsOnRead) => {
      const { sandbox, stack } = await tenant({ switches: { secretsOnRead } });
      await stack.up("Masters", "Storage", { name: "Masters", ...bucket, read: true });
      const { id } = stack.state.get("Masters")!;
      const kept = sandbox.object("storages", id)!.settings;
      await stack.refresh("Masters");
      sandbox.clearRequests();
      await stack.up("Masters", "Storage", { name: "Masters", ...bucket, read: false });
      expect(JSON.stringify(writes(sandbox))).not.toContain("***");
      expect(sandbox.object("storages", id)!.settings).toEqual({ ...kept, read: false });
    },
  );

  it("a mask in the place of one is refused", () => {
    const storage = kinds.Storage!;
    for (const mask of ["********", "•••••"]) {
      expect(problems(storage, canonical(storage, { name: "Masters", ...bucket, secretKey: mask }))).toMatchObject([
        { field: "secretKey", problem: expect.stringContaining("is a mask") },
      ]);
    }
  });

  it("a secret that changed is sent, though iconik never shows it", async () => {
    const { sandbox, stack } = await tenant();
    await stack.up("Masters", "Storage", { name: "Masters", ...bucket });
    sandbox.clearRequests();
    await stack.up("Masters", "Storage", { name: "Masters", ...bucket, secretKey: "example-rotated-key" });
    expect(JSON.stringify(writes(sandbox).map(({ body }) => body))).toContain("example-rotated-key");
  });

  it("there are as many in state as there are secret fields: each one more makes Pulumi slow", async () => {
    const sandbox = await startSandbox({ seed });
    const { up, state, close } = await createStack(sandbox);
    onTestFinished(async () => {
      await close();
      await sandbox.close();
    });
    await up("Masters", "Storage", { name: "Masters", ...bucket });
    await up("Editors", "UserGroup", { name: "Editors", roles: ["can_search"] });
    const marks = (value: unknown) => JSON.stringify(value).split("4dabf18193072939515e22adb298388d").length - 1;
    expect(marks(state.get("Masters")!.outputs)).toBe(1);
    expect(marks(state.get("Editors")!.outputs)).toBe(0);
    expect(providerText("Storage").length).toBeLessThan(80);
  });
});

describe("identity", () => {
  it("a new version is no change: what Pulumi keeps as the provider holds no code", () => {
    // In every state file there is: it stays so for ever.
    expect(providerText("UserGroup")).toBe(
      'exports.handler=()=>require("pulumi-iconik/runtime").provider("UserGroup")',
    );
    expect(typeOf("UserGroup")).toBe("pulumi-nodejs:dynamic/iconik:UserGroup");
  });

  it("another name is a change of the same object", async () => {
    const { sandbox, stack } = await tenant();
    await stack.up("group", "UserGroup", { name: "Editors", roles: [] });
    const { id } = stack.state.get("group")!;
    sandbox.clearRequests();
    expect(await stack.up("group", "UserGroup", { name: "Cutters", roles: [] })).toBe("updated");
    expect(writes(sandbox).map(({ method, path, body }) => [method, path, body])).toEqual([
      ["PATCH", `/API/users/v1/groups/${id}/`, { name: "Cutters" }],
    ]);
    expect(stack.state.get("group")!.id).toBe(id);
  });

  it("two of one name are never one of them by chance", async () => {
    const { sandbox, stack } = await tenant({ seed: { groups: [{ name: "Editors" }, { name: "Editors" }] } });
    const ids = sandbox.objects("groups").flatMap(({ name, id }) => (name === "Editors" ? [String(id)] : []));
    const told = await stack
      .up("Editors", "UserGroup", { name: "Editors", roles: [] }, { adopt: "converge" })
      .catch((error: Error) => error.message);
    for (const id of ids) expect(told).toContain(id);
    expect(writes(sandbox)).toEqual([]);
  });

  it("a run does not delete the application that it acts as", async () => {
    const { sandbox, stack } = await tenant();
    await stack.up("CI", "Application", { name: "CI", user: "ci@example.com", token: { rotate: "1" } });
    const { id, stored } = stack.state.get("CI")!;
    const user = sandbox.objects("users").find(({ email }) => email === "ci@example.com")!;
    sandbox.edit("users", user.id, { is_admin: true });
    const itself = openStack({ url: sandbox.url, appId: id, authToken: String(stored.outputs.authToken) }, stack.state);
    onTestFinished(itself.close);
    await expect(itself.remove("CI")).rejects.toThrow(
      /Application "CI".*is the application that this run acts as.*lockOut: applications\/CI/s,
    );
    expect(sandbox.object("apps", id)).toBeDefined();
    await stack.remove("CI");
    expect(sandbox.object("apps", id)).toBeUndefined();
  });
});

describe("requests", () => {
  it("are as many as they were: one object's life, call by call", async () => {
    const { sandbox, stack } = await tenant();
    const counted = async (work: () => Promise<unknown>) => {
      sandbox.clearRequests();
      await work();
      return sandbox.requests.length;
    };
    const group = (description: string) => () =>
      stack.up("Editors", "UserGroup", { name: "Editors", description, roles: [] });
    // Who we are; the list, twice; the object; the object; whether somebody else made one.
    expect(await counted(group("one"))).toBe(6);
    expect(await counted(group("one"))).toBe(0);
    expect(await counted(() => stack.refresh("Editors"))).toBe(1);
    expect(await counted(group("two"))).toBe(3);
    // What it grants, and whose groups we are in, which guards ask; how many there are was read.
    expect(await counted(() => stack.remove("Editors"))).toBe(4);
  });

  it("stay below iconik's limit by themselves", async () => {
    const clock = leapingClock();
    const sandbox = await startSandbox({ rateLimit: true, clock: clock.now });
    const stack = openStack(sandbox, new Map(), { clock });
    onTestFinished(async () => {
      await stack.close();
      await sandbox.close();
    });
    for (let index = 0; index < 500; index += 1)
      await stack.up(`Group ${index}`, "UserGroup", { name: `Group ${index}`, roles: [] });
    expect(sandbox.requests.length).toBeGreaterThan(1_000);
    expect(sandbox.requests.filter(({ status }) => status === 429)).toEqual([]);
  });
});

describe("on the real CLI", endToEnd, () => {
  it("a preview says what a run does, deletions and all, and writes nothing", async () => {
    const project = await startIconikProject(`
      for (const name of ["Stays", "Changes", "Goes"]) new iconik.UserGroup(name, { description: "d", roles: [] });
      new iconik.GroupMapping("AD", { group: { existing: "Everyone" } });`);
    await done(project.up(quick));
    project.program(`
      new iconik.UserGroup("Stays", { description: "d", roles: [] });
      new iconik.UserGroup("Changes", { description: "e", roles: [] });
      new iconik.UserGroup("Comes", { description: "d", roles: [] });
      new iconik.GroupMapping("AD", { name: "AD-2", group: { existing: "Everyone" } });`);
    project.sandbox.clearRequests();
    const preview = JSON.parse((await done(project.preview(["--json"]))).stdout) as {
      changeSummary: Record<string, number>;
    };
    expect(project.writes()).toEqual([]);
    expect(preview.changeSummary).toMatchObject({ create: 1, update: 1, delete: 1, replace: 1 });
    await done(project.up(quick));
    expect(
      project
        .writes()
        .map((request) => request.replace(/[\w-]{36}/, "ID"))
        .sort(),
    ).toEqual([
      "DELETE /API/users/v1/groups/ID/",
      "DELETE /API/users/v1/groups/mappings/AD/",
      "PATCH /API/users/v1/groups/ID/",
      "POST /API/users/v1/groups/",
      "POST /API/users/v1/groups/mappings/",
    ]);
  });

  it("what exists can be imported, and the program that describes it changes nothing", async () => {
    const project = await startIconikProject(
      `
      new iconik.UserGroup("Editors", { description: "Cut", roles: ["can_search"] });
      new iconik.AdminSettings("settings", { externalShare: false });`,
      { seed: { groups: [{ name: "Editors", description: "Cut", roles: ["can_search"] }] } },
    );
    const { sandbox } = project;
    sandbox.edit("settings", "system", { external_share: false });
    const [group] = live(sandbox, "groups", "Editors");
    const resource = (kind: string, name: string, id: string, values: object) => {
      const properties = { ...values, __provider: providerText(kind) };
      return { type: typeOf(kind), name, id, inputs: properties, outputs: properties };
    };
    await done(
      project.import({
        resources: [
          resource("UserGroup", "Editors", group!.id, { name: "Editors", description: "Cut", roles: ["can_search"] }),
          resource("AdminSettings", "settings", "tenant", { externalShare: false }),
        ],
      }),
    );
    await done(project.up(quick));
    await done(project.refresh([...quick, "--expect-no-changes"]));
    expect(project.writes()).toEqual([]);
    expect(named(await project.resources(), "Editors").id).toBe(group!.id);
  });
});
