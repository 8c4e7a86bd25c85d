// What the provider process makes of a program's values: the tenant that they mean, what of them is kept as a secret,
// and what is not known yet.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { providerText } from "../provider/pulumi/wire";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import type { Properties } from "./provider-process.ts";
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
      { property: "", reason: expect.stringContaining(`domainId is ${sandbox.domainId} here, and ${other} elsewhere in this program: one provider is for one tenant`) },
    ]);
    // Whose credentials they are decides nothing.
    await expect(stack.up("A", "UserGroup", { name: "A", ...group })).rejects.toThrow(`is tenant ${sandbox.domainId}, not ${other}`);
    expect(writes()).toEqual([]);
  });

  it("may be said again, and may be unknown", async () => {
    for (const domainId of [unknown, sandbox.domainId, unknown, sandbox.domainId]) {
      expect((await check("UserGroup", { name: "A", ...group }, { domainId })).failures).toEqual([]);
    }
    expect(await stack.up("A", "UserGroup", { name: "A", ...group }, { domainId: sandbox.domainId })).toBe("created");
  });
});
