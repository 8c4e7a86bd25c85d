// Every kind goes through the same life, through Pulumi's real provider process and over real HTTP.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allFields } from "../provider/definition";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import { lives, seed } from "./lives.ts";
import { createStack, type Stack } from "./stack.ts";

let sandbox: Sandbox;
let stack: Stack;

const home = {
  get sandbox() {
    return sandbox;
  },
  get stack() {
    return stack;
  },
  async next() {
    await stack.close();
    stack = await createStack(sandbox, { state: stack.state });
  },
};

beforeAll(async () => {
  sandbox = await startSandbox({ tenant: "both", checkAnswers: true, seed });
  stack = await createStack(sandbox);
});
afterAll(async () => {
  await stack?.close();
  await sandbox?.close();
});

describe.each(lives().map((life) => [life.title, life] as const))("%s", (_, { definition, name, steps }) => {
  it.each(steps.map((step) => [step.title, step] as const))("%s", async (_, step) => {
    await step.live(home);
    const entry = stack.state.get(name);
    if (!entry) return;
    // At no time does it keep a secret in the open.
    for (const [field, { secret }] of Object.entries(allFields(definition))) {
      for (const value of [entry.outputs[field], entry.inputs[field]]) {
        if (secret && value !== undefined) expect(value, field).toHaveProperty("4dabf18193072939515e22adb298388d");
      }
    }
  });
});
