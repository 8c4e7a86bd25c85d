// What the provider process makes of a program's values: the tenant that they mean, what of them is kept as a secret,
// and what is not known yet.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { providerText } from "../provider/protocol/wire";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import { secret, type Properties } from "./provider-process.ts";
import { facts } from "./runs.ts";
import { createStack, type Stack } from "./stack.ts";

let sandbox: Sandbox;
let stack: Stack;
beforeEach(async () => {
  sandbox = await startSandbox({ seed: { users: [{ email: "ci@example.com", type: "POWER" }] } });
  stack = await createStack(sandbox);
});
afterEach(async () => {
  await stack.close();
  await sandbox.close();
});

const writes = () => sandbox.requests.filter(({ method }) => method !== "GET");
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const check = (kind: string, values: Properties, options: Properties = {}) =>
  stack.provider.check({}, { ...values, __options: options, __provider: providerText(kind) });

describe("the tenant that is meant", () => {
  const other = "5b1f0c9e-0000-4000-8000-00000000000b";
  const group = { roles: [] };

  it("is the same for all resources of a provider: another one is refused, and nothing is made in either", async () => {
    expect((await check("UserGroup", { name: "A", ...group }, { domainId: other })).failures).toEqual([]);
    const { failures } = await check("UserGroup", { name: "B", ...group }, { domainId: sandbox.domainId });
    expect(failures).toEqual([
      {
        property: "",
        reason: expect.stringContaining(
          `domainId is ${sandbox.domainId} here, and ${other} elsewhere in this program: one provider is for one tenant`,
        ),
      },
    ]);
    // Whose credentials they are decides nothing.
    await expect(stack.up("A", "UserGroup", { name: "A", ...group })).rejects.toThrow(
      `is tenant ${sandbox.domainId}, not ${other}`,
    );
    expect(writes()).toEqual([]);
  });

  it("may be said again, and may be unknown", async () => {
    for (const domainId of [unknown, sandbox.domainId, unknown, sandbox.domainId]) {
      expect((await check("UserGroup", { name: "A", ...group }, { domainId })).failures).toEqual([]);
    }
    expect(await stack.up("A", "UserGroup", { name: "A", ...group }, { domainId: sandbox.domainId })).toBe("created");
  });
});

describe("facts that are kept", () => {
  const settings = () => sandbox.object("settings", "system")!;

  it("hold a name that the program keeps secret as a secret", async () => {
    const { id } = sandbox.objects("users").find(({ email }) => email === "ci@example.com")!;
    expect(await stack.up("CI", "Application", { name: "CI", user: "ci@example.com" }, { secrets: ["user"] })).toBe(
      "created",
    );
    expect(facts(stack, "CI").resolved).toEqual(secret({ "user/ci@example.com": id }));
    expect(await stack.up("CI", "Application", { name: "CI", user: "ci@example.com" }, { secrets: ["user"] })).toBe(
      "same",
    );
    expect(await stack.refresh("CI")).toEqual([]);
    expect(facts(stack, "CI").resolved).toEqual(secret({ "user/ci@example.com": id }));
    expect(
      await stack.up(
        "CI",
        "Application",
        { name: "CI", user: "ci@example.com", description: "d" },
        { secrets: ["user"] },
      ),
    ).toBe("updated");
    expect(facts(stack, "CI").resolved).toEqual(secret({ "user/ci@example.com": id }));

    // Once it is no secret any more, it is readable again.
    expect(await stack.up("CI", "Application", { name: "CI", user: "ci@example.com", description: "d" })).toBe(
      "updated",
    );
    expect(facts(stack, "CI").resolved).toEqual({ "user/ci@example.com": id });
    await stack.remove("CI");
  });

  it("hold what a secret setting was before as a secret, and what any other was in the open", async () => {
    const program = { homePage: "hush-hush-hush", externalShare: false };
    const options = { secrets: ["homePage"], onDestroy: "restore", label: "settings" };
    sandbox.edit("settings", "system", { home_page: "hush-hush-hush", external_share: true });
    expect(await stack.up("settings", "AdminSettings", program, options)).toBe("created");
    const before = { homePage: secret("hush-hush-hush"), externalShare: true };
    expect(facts(stack, "settings").before).toEqual(before);
    expect(await stack.refresh("settings")).toEqual([]);
    expect(facts(stack, "settings").before).toEqual(before);
    expect(await stack.up("settings", "AdminSettings", { ...program, homePage: "hush-again-hush" }, options)).toBe(
      "updated",
    );
    expect(facts(stack, "settings").before).toEqual(before);
    await stack.remove("settings");
    expect(settings()).toMatchObject({ home_page: "hush-hush-hush", external_share: true });
  });

  it("hold it as a secret after a failure half-way too", async () => {
    sandbox.edit("settings", "system", { home_page: "hush-hush-hush" });
    sandbox.fault({ match: "GET /API/settings/v1/system/current/", kind: "status", code: 403, after: 1 });
    expect(
      await stack.up("settings", "AdminSettings", { homePage: "hush-again-hush" }, { secrets: ["homePage"] }),
    ).toBe("unfinished");
    expect(facts(stack, "settings").before).toEqual({ homePage: secret("hush-hush-hush") });
  });

  it("say nothing of secrets where there was nothing", async () => {
    expect(settings().home_page ?? null).toBe(null);
    expect(await stack.up("settings", "AdminSettings", { homePage: "hush-hush-hush" }, { secrets: ["homePage"] })).toBe(
      "created",
    );
    expect(facts(stack, "settings").before).toEqual({ homePage: null });
  });
});

describe("an endpoint", () => {
  const wasabi = {
    name: "Archive",
    type: "wasabi",
    purpose: "archive",
    bucket: "b",
    accessKey: "EXAMPLEKEY",
    secretKey: "example-secret-key",
  };

  it("that follows from an unknown region is unknown", async () => {
    const { inputs, failures } = await check("Storage", { ...wasabi, region: unknown });
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({ region: unknown, endpoint: unknown });
    // What does not follow from what is unknown is known all the same.
    expect((await check("Storage", { ...wasabi, bucket: unknown, region: "eu-1" })).inputs).toMatchObject({
      endpoint: "https://s3.eu-1.wasabisys.com",
    });
    expect(
      (await check("Storage", { ...wasabi, region: unknown, endpoint: "https://s3.example.com" })).inputs,
    ).toMatchObject({ endpoint: "https://s3.example.com" });
  });

  it("keeps the path as it is written; scheme and host are the same in any case", async () => {
    const at = async (endpoint: string) =>
      (await check("Storage", { ...wasabi, region: "eu-1", endpoint })).inputs.endpoint;
    expect(await at("HTTPS://GW.Example.com/TenantA/")).toBe("https://gw.example.com/TenantA");
    expect(await at("GW.Example.com:8443/TenantA")).toBe("https://gw.example.com:8443/TenantA");
    expect(
      await stack.up("Archive", "Storage", { ...wasabi, region: "eu-1", endpoint: "https://GW.example.com/TenantA" }),
    ).toBe("created");
    expect(sandbox.objects("storages").find(({ name }) => name === "Archive")!.settings.endpoint).toBe(
      "https://gw.example.com/TenantA",
    );
  });
});
