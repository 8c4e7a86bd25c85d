// Objects that the state has twice, under another name, or half: what is there is never lost, or taken for another.
import { afterEach, beforeEach, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import { openStack, type EngineStack } from "./engine-stack.ts";

let sandbox: Sandbox;
let stack: EngineStack;
const start = async (seed: object, switches = {}) => {
  sandbox = await startSandbox({ seed, switches, checkAnswers: true });
  stack = openStack(sandbox);
};
beforeEach(() => start({ users: [{ email: "ci@example.com", type: "POWER", is_admin: true }] }));
afterEach(async () => {
  await stack.close();
  await sandbox.close();
});
const next = async () => {
  await stack.close();
  stack = openStack(sandbox, stack.state);
};
const writes = () =>
  sandbox.requests.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);

it("an object that was imported under a second name outlives the entry under the first", async () => {
  await stack.up("Old", "UserGroup", { name: "Editors" });
  const { id } = stack.state.get("Old")!;
  await next();
  await stack.read("New", "UserGroup", id);
  await next();
  // The program has the new name alone: its entry is changed first, and the old one deleted afterwards.
  expect(await stack.up("New", "UserGroup", { name: "Editors", description: "Cut" })).toBe("updated");
  await stack.remove("Old");
  expect(sandbox.object("groups", id)).toMatchObject({ name: "Editors" });
  expect(stack.notes.join()).toContain("another resource of this stack stands for it now");
});

it("an object that has another name by now is not taken over by the one that a lagging list shows", async () => {
  const other = openStack(sandbox);
  await other.up("Editors", "UserGroup", { name: "Editors" });
  const { id } = other.state.get("Editors")!;
  await other.close();
  sandbox.set({ listLag: 30 });
  sandbox.edit("groups", id, { name: "Journalists" });
  const outcome = await stack
    .up("Editors", "UserGroup", { name: "Editors" }, { adopt: "converge" })
    .catch((error: Error) => error.message);
  expect(sandbox.object("groups", id)).toMatchObject({ name: "Journalists" });
  expect(outcome).toMatch(/created|calls it "Journalists"/);
});

it("entries of a template that iconik refuses are told as refused, and sent under no other word", async () => {
  sandbox.fault({
    match: /^PUT .*acls/,
    times: Infinity,
    kind: "status",
    code: 400,
    body: { errors: ["no such permission"] },
  });
  const access = { groups: [{ group: { existing: "Everyone" }, permissions: ["read"] }] };
  expect(await stack.up("T", "AclTemplate", { name: "T", access })).toBe("unfinished");
  expect(stack.state.get("T")!.unfinished).toContain("no such permission");
  expect(stack.state.get("T")!.unfinished).not.toContain("aclTemplateObjectType");
  expect(
    new Set(
      writes()
        .filter((call) => call.startsWith("PUT"))
        .map((call) => call.split("/acl/")[1]!.split("/")[0]),
    ),
  ).toEqual(new Set(["acl_templates"]));
});

it("a change that was sent before a later step failed is remembered as ours", async () => {
  const ci = (description: string, rotate: string) => ({
    name: "CI",
    user: "ci@example.com",
    description,
    token: { lifetimeDays: 90, rotate },
  });
  await stack.up("CI", "Application", ci("one", "1"));
  const end = sandbox.fault({ match: /^POST .*\/tokens?\//, times: Infinity, kind: "status", code: 403 });
  expect(await stack.up("CI", "Application", ci("two", "2"))).toBe("unfinished");
  end();
  await next();
  expect(await stack.up("CI", "Application", ci("three", "2"))).toBe("updated");
  expect(sandbox.objects("apps").find(({ name }) => name === "CI")).toMatchObject({ description: "three" });
});

it("a token that is still to be revoked is revoked, though the program no longer has one", async () => {
  const ci = { name: "CI", user: "ci@example.com" };
  await stack.up("CI", "Application", { ...ci, token: { rotate: "1" } });
  const { id, stored } = stack.state.get("CI")!;
  const first = { appId: id, authToken: String(stored.outputs.authToken) };
  // The application rotates the token that it runs with.
  await stack.close();
  stack = openStack({ url: sandbox.url, ...first }, stack.state);
  expect(await stack.up("CI", "Application", { ...ci, token: { rotate: "2" } })).toBe("updated");
  expect(stack.state.get("CI")!.stored.facts.revoke).toEqual([stored.outputs.tokenId]);
  await next();
  expect(await stack.up("CI", "Application", ci)).toBe("updated");
  expect(sandbox.object("tokens", String(stored.outputs.tokenId))).toBeUndefined();
  expect(await stack.up("CI", "Application", ci)).toBe("same");
});
