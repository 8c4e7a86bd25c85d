// Runs of a stack against a sandbox of its own: each run is one provider process, as each `pulumi up` has one.
import { expect, vi } from "vitest";
import {
  startSandbox,
  type Item,
  type Kind,
  type RecordedRequest,
  type Sandbox,
  type SandboxOptions,
} from "../provider/sandbox";
import type { Properties } from "./provider-process.ts";
import { createStack, type Stack } from "./stack.ts";

export interface RunOptions {
  env?: Record<string, string>;
  config?: Properties;
  /** Another tenant, or other credentials; left out: the sandbox's first administrator. */
  as?: Pick<Sandbox, "url" | "appId" | "authToken">;
}

export interface Runs {
  readonly sandbox: Sandbox;
  /** The stack of the run under way. */
  readonly stack: Stack;
  /** Ends the run and begins another one with the state that it left. */
  next(options?: RunOptions): Promise<Stack>;
  /** The one object of that name. */
  named(kind: Kind, name: string): Item;
  close(): Promise<void>;
}

/** A tenant of both permission models, a few people and a storage on site, and a first run. */
export async function startRuns({
  run,
  seed,
  ...options
}: Omit<SandboxOptions, "seed"> & { seed?: object; run?: RunOptions } = {}): Promise<Runs> {
  const sandbox = await startSandbox({
    tenant: "both",
    checkAnswers: true,
    ...options,
    seed: {
      users: ["editor", "freelancer", "ci"].map((role) => ({ email: `${role}@example.com`, type: "POWER" })),
      storages: [{ name: "Playout", method: "FILE", purpose: "FILES", settings: { mount_point: "/mnt/playout" } }],
      ...seed,
    },
  });
  const begin = ({ as = sandbox, ...rest }: RunOptions = {}, state?: Stack["state"]) =>
    createStack(as, { ...rest, state });
  let stack = await begin(run);
  return {
    sandbox,
    get stack() {
      return stack;
    },
    async next(options) {
      await stack.close();
      return (stack = await begin(options, stack.state));
    },
    named(kind, name) {
      const found = sandbox.objects(kind).filter((object) => object.name === name);
      if (found.length !== 1) throw new Error(`${found.length} objects of ${kind} are named ${name}`);
      return found[0]!;
    },
    async close() {
      await stack.close();
      await sandbox.close();
    },
  };
}

/** The requests that change something, in order. */
export const writes = ({ requests }: Pick<Sandbox, "requests">): RecordedRequest[] =>
  requests.filter(({ method }) => method !== "GET");

/** The same as `METHOD path`, ids shown as names where `names` knows them. */
export const calls = (sandbox: Pick<Sandbox, "requests">, names: Record<string, string> = {}): string[] =>
  writes(sandbox).map(({ method, path }) =>
    Object.entries(names).reduce((text, [id, name]) => text.replaceAll(id, name), `${method} ${path}`),
  );

/** Waits for a line that a run prints for people: it comes another way than the answers. */
export const printed = (stack: Stack, line: string | RegExp): Promise<void> =>
  vi.waitFor(() => expect(stack.provider.stderr).toMatch(line));

/** Facts that the engine keeps of a resource. */
export const facts = (stack: Stack, name: string): Record<string, any> =>
  stack.state.get(name)!.outputs.__iconik as Record<string, any>;

/** Another state under the same names: what a run that was lost had, or a copy to go on from. */
export const copied = (stack: Stack, name: string) => structuredClone(stack.state.get(name)!);
