// What is known before the first write, and what is told of what was taken over.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Values } from "../provider/definition";
import { openSession } from "../provider/engine";
import { preflight } from "../provider/engine/preflight";
import { kinds } from "../provider/kinds";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import { openStack } from "./engine-stack.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({
    seed: {
      users: [{ email: "ci@example.com", type: "POWER" }],
      groups: [
        { name: "Editors", description: "Cut", roles: ["can_read_assets"] },
        { name: "Twins" },
        { name: "Twins" },
      ],
    },
  });
});
afterAll(() => sandbox.close());

async function asked(wanted: [kind: string, values: Values][], as: { appId: string; authToken: string } = sandbox) {
  const session = openSession(
    { url: sandbox.url, appId: as.appId, authToken: as.authToken, rateShare: 1 },
    { readOnly: true },
  );
  try {
    return await preflight(
      session,
      wanted.map(([kind, values]) => ({ definition: kinds[kind]!, values })),
    );
  } finally {
    await session.client.close();
  }
}
const template = (...groups: string[]): [string, Values] => [
  "AclTemplate",
  { name: "Uploads", access: { groups: groups.map((existing) => ({ group: { existing }, permissions: ["read"] })) } },
];

describe("before anything is written", () => {
  it("every name that leads nowhere is told, each once", async () => {
    const lines = await asked([
      template("Everyone", "Editers", "Twins"),
      ["UserGroupSettings", { group: { existing: "Editers" } }],
      ["Application", { name: "CI", user: "nobody@example.com" }],
    ]);
    expect(lines).toEqual([
      expect.stringContaining('no UserGroup named "Editers"'),
      expect.stringContaining('2 objects of kind UserGroup are named "Twins"'),
      expect.stringContaining("nobody in the tenant has the e-mail nobody@example.com"),
    ]);
  });

  it("what is described in the same run may be named before it is there", async () => {
    expect(
      await asked([
        template("Cutters"),
        ["UserGroup", { name: "Cutters" }],
        ["Application", { name: "CI", user: "ci@example.com" }],
      ]),
    ).toEqual([]);
  });

  it("a token without the roles is told which, and nothing is looked up with it", async () => {
    const poor = sandbox.issue({ roles: ["can_read_groups"] });
    const lines = await asked([template("Editers")], poor);
    expect(lines.join("\n")).toContain("the token lacks the role can_write_acl_templates");
    expect(lines.join("\n")).not.toContain("Editers");
  });

  it("nothing but reading happens", () => {
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });
});

it("what is taken over is told, with the fields that are changed", async () => {
  const editors = { name: "Editors", description: "Cut", roles: ["can_read_assets"] };
  const { id } = sandbox.objects("groups").find(({ name }) => name === "Editors")!;
  const exact = openStack(sandbox);
  await exact.up("Editors", "UserGroup", editors, { adopt: "exact" });
  expect(exact.notes).toEqual([`UserGroup "Editors" (${id}) was there already and is taken over; nothing was changed`]);
  await exact.close();

  const converge = openStack(sandbox);
  await converge.up(
    "Editors",
    "UserGroup",
    { ...editors, roles: ["can_search"], description: "Paste" },
    { adopt: "converge" },
  );
  expect(converge.notes).toEqual([
    `UserGroup "Editors" (${id}) was there already and is taken over; changed: description, roles`,
  ]);
  expect(await converge.up("Editors", "UserGroup", { ...editors, roles: ["can_search"], description: "Cut" })).toBe(
    "updated",
  );
  expect(converge.notes).toHaveLength(1);
  await converge.close();
});
