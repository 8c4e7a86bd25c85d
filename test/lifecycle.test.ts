// Every kind goes through the same life, through Pulumi's real provider process and over real HTTP. What a kind's
// life holds stands in its definition: the first example is made, the others are changes to it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allFields, type ObjectKind, type Values } from "../provider/definition";
import { kinds } from "../provider/kinds";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import { createStack, type Stack } from "./stack.ts";

let sandbox: Sandbox;
let stack: Stack;

beforeAll(async () => {
  sandbox = await startSandbox({
    tenant: "both",
    checkAnswers: true,
    seed: {
      users: [{ email: "ci@example.com", type: "POWER" }],
      storages: [{ name: "Playout", method: "FILE", purpose: "FILES", settings: { mount_point: "/mnt/playout" } }],
    },
  });
  stack = await createStack(sandbox);
});
afterAll(async () => {
  await stack?.close();
  await sandbox?.close();
});

const writes = () => sandbox.requests.filter(({ method }) => method !== "GET");

describe.each(Object.values(kinds))("$kind", (definition) => {
  const { kind, examples } = definition;
  const name = String((examples[0] as Values).name ?? kind);
  let wanted: Values = { ...examples[0] };

  it("is made", async () => {
    expect(await stack.up(name, kind, wanted)).toBe("created");
    expect(stack.state.get(name)!.unfinished).toBeUndefined();
  });

  it("is not touched by a second run", async () => {
    sandbox.clearRequests();
    expect(await stack.up(name, kind, wanted)).toBe("same");
    expect(sandbox.requests).toEqual([]);
  });

  it("shows no drift", async () => {
    expect(await stack.refresh(name)).toEqual([]);
    expect(await stack.up(name, kind, wanted)).toBe("same");
  });

  it.each(examples.slice(1).map((change, index) => ({ index: index + 1, change, what: JSON.stringify(change) })))(
    "changes by example $index: $what",
    async ({ change }) => {
      const next = { ...wanted, ...change };
      sandbox.clearRequests();
      expect(await stack.up(name, kind, next)).toBe("updated");
      expect(writes().length).toBeGreaterThan(0);
      sandbox.clearRequests();
      expect(await stack.up(name, kind, next)).toBe("same");
      expect(await stack.refresh(name)).toEqual([]);
      expect(await stack.up(name, kind, next)).toBe("same");
      expect(writes()).toEqual([]);
      wanted = next;
    },
  );

  it("keeps no secret in the open", () => {
    const { outputs, inputs } = stack.state.get(name)!;
    for (const [field, { secret }] of Object.entries(allFields(definition))) {
      if (!secret) continue;
      for (const value of [outputs[field], inputs[field]]) {
        if (value !== undefined) expect(value, field).toHaveProperty("4dabf18193072939515e22adb298388d");
      }
    }
  });

  if (definition.shape === "object") {
    it("is refused when state was lost, and taken over when asked", async () => {
      const lost = stack.state.get(name)!;
      stack.state.delete(name);
      // In a run of its own: within one run, a second resource for an object is refused whatever it asks for.
      await stack.close();
      stack = await createStack(sandbox, { state: stack.state });
      await expect(stack.up(name, kind, wanted)).rejects.toThrow(/exists already.*adopt/s);
      sandbox.clearRequests();
      expect(await stack.up(name, kind, wanted, { adopt: "exact" })).toBe("created");
      expect(stack.state.get(name)!.id).toBe(lost.id);
      expect(await stack.up(name, kind, wanted)).toBe("same");
    });
  }

  it("is deleted; deleting again is quiet", async () => {
    const entry = stack.state.get(name)!;
    await stack.remove(name);
    if (definition.shape === "object") {
      stack.state.set(name, entry);
      expect(await stack.refresh(name)).toBe("gone");
      stack.state.set(name, entry);
      await stack.remove(name);
    }
  });
});

it("has been through every kind", () => {
  expect(Object.values(kinds).filter(({ shape }) => shape === "object").map(({ kind }) => kind)).toContain("Storage" satisfies ObjectKind["kind"]);
});
