// Shield's list applies to programs too: a list that shuts out the run that writes it is never written.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import { createStack, type Stack } from "./stack.ts";

let sandbox: Sandbox;
let stack: Stack;
beforeEach(async () => {
  sandbox = await startSandbox({ shieldSeesIp: "203.0.113.9" });
  stack = await createStack(sandbox);
});
afterEach(async () => {
  await stack.close();
  await sandbox.close();
});

const list = (...ips: string[]) => ips.map((ip) => ({ ip }));
const writes = () => sandbox.requests.filter(({ method }) => method !== "GET");

it("refuses to switch Shield on with a list that does not hold this machine", async () => {
  await expect(
    stack.up("everyone", "ShieldAllowList", { enabled: true, addresses: list("198.51.100.0/24") }),
  ).rejects.toThrow(/203\.0\.113\.9/);
  expect(writes()).toEqual([]);
});

it("refuses to narrow a list that is in force, and lets it be narrowed around this machine", async () => {
  expect(
    await stack.up("everyone", "ShieldAllowList", { enabled: true, addresses: list("203.0.113.0/24", "198.51.100.7") }),
  ).toBe("created");
  sandbox.clearRequests();
  await expect(
    stack.up("everyone", "ShieldAllowList", { enabled: true, addresses: list("198.51.100.7") }),
  ).rejects.toThrow(/203\.0\.113\.9/);
  expect(writes()).toEqual([]);
  expect(await stack.up("everyone", "ShieldAllowList", { enabled: true, addresses: list("203.0.113.9") })).toBe(
    "updated",
  );
});

describe("the lists of groups and teams", () => {
  const whose = async () => {
    const user = sandbox.objects("users")[0]!;
    const { id } = await made("Editors");
    sandbox.edit("users", user.id, { groups: [id] });
    return id;
  };
  const made = async (name: string) => {
    await stack.up(name, "UserGroup", { name });
    return sandbox.objects("groups").find((group) => group.name === name)!;
  };
  const shieldOn = () => stack.up("everyone", "ShieldAllowList", { enabled: true, addresses: list("203.0.113.0/24") });

  it("must let in this machine, where the person behind the token belongs to the group", async () => {
    const group = await whose();
    await shieldOn();
    sandbox.clearRequests();
    expect(await stack.up("list", "ShieldAllowList", { group, addresses: list("198.51.100.7", "203.0.113.9") })).toBe(
      "created",
    );
    sandbox.clearRequests();
    await expect(stack.up("list", "ShieldAllowList", { group, addresses: list("198.51.100.7") })).rejects.toThrow(
      /203\.0\.113\.9.*to which the person behind the token belongs/,
    );
    expect(writes()).toEqual([]);
  });

  it("may leave it out, where the person does not", async () => {
    const { id: group } = await made("Freelance");
    await shieldOn();
    expect(await stack.up("list", "ShieldAllowList", { group, addresses: list("198.51.100.7") })).toBe("created");
  });

  it("are looked at before Shield is switched on", async () => {
    const group = await whose();
    await stack.up("list", "ShieldAllowList", { group, addresses: list("198.51.100.7") });
    sandbox.clearRequests();
    await expect(shieldOn()).rejects.toThrow(new RegExp(`203\\.0\\.113\\.9.*${group}`));
    expect(writes()).toEqual([]);
  });
});

it("counts an entry for another application as no entry", async () => {
  const other = "5b1f0c9e-0000-4000-8000-000000000001";
  const addresses = [{ ip: "203.0.113.0/24", application: other }, { ip: "198.51.100.7" }];
  await expect(stack.up("everyone", "ShieldAllowList", { enabled: true, addresses })).rejects.toThrow(
    /let it in again/,
  );
});

it("lets a list be written while Shield is off", async () => {
  expect(await stack.up("everyone", "ShieldAllowList", { addresses: list("198.51.100.7") })).toBe("created");
});

it("says what is wrong with a role or an address that a program writes", async () => {
  await expect(stack.up("G", "UserGroup", { name: "G", roles: ["can_serach"] })).rejects.toThrow(/can_search/);
  await expect(stack.up("everyone", "ShieldAllowList", { addresses: list("10.0.0.1/8") })).rejects.toThrow(
    /an address or a range/,
  );
  await expect(
    stack.up("S", "Storage", {
      name: "S",
      type: "s3",
      purpose: "files",
      bucket: "b",
      region: "eu-north-1",
      credentials: "keys",
    }),
  ).rejects.toThrow(/accessKey and secretKey/);
  expect(writes()).toEqual([]);
});
