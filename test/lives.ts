// The life that every kind of object goes through: made, found in order, changed, lost and taken over, deleted. What a
// kind's life holds stands in its definition: the first example is made, the others are changes to it.
import { expect } from "vitest";
import type { Definition, Values } from "../provider/definition";
import { collectionOf } from "../provider/field-schema";
import { kinds } from "../provider/kinds";
import type { Sandbox, Seed } from "../provider/sandbox";
import type { Options } from "./engine-stack.ts";
import type { Outcome } from "./stack.ts";

/** What a life needs of a stack, whether there are processes behind it or not. */
export interface LifeStack {
  readonly state: Map<string, { id: string; unfinished?: string }>;
  up(name: string, kind: string, values: Values, options?: Options): Promise<Outcome>;
  refresh(name: string): Promise<string[] | "gone">;
  remove(name: string): Promise<void>;
}

/** Where it is lived: a tenant, and one run after the other. */
export interface Home {
  sandbox: Sandbox;
  readonly stack: LifeStack;
  /** Ends the run and begins another one with the state that it left. */
  next(): Promise<void>;
  /** So much time goes by that the list at this path is up to date. */
  catchUp?(path: string): Promise<void>;
}

/** What the examples refer to. */
export const seed: Seed = {
  users: [{ email: "ci@example.com", type: "POWER" }],
  storages: [{ name: "Playout", method: "FILE", purpose: "FILES", settings: { mount_point: "/mnt/playout" } }],
};

export interface Life {
  title: string;
  definition: Definition;
  name: string;
  steps: { title: string; live(home: Home): Promise<void> }[];
}

/** One life for each kind. */
export const lives = (): Life[] =>
  Object.values(kinds).map((definition) => lifeOf(definition.kind, definition, definition.examples));

/** One more for each form of a kind that has several, so that all their secrets and spellings are met. */
export const livesOfVariants = (): Life[] =>
  Object.values(kinds).flatMap((definition) =>
    definition.shape === "object" && definition.variants
      ? Object.entries(definition.variants.cases).map(([type, { example }]) => {
          const { by } = definition.variants!;
          const whole: Values = { name: `Of ${type}`, purpose: "files", ...example, [by]: type };
          return lifeOf(`${definition.kind} ${type}`, definition, [
            whole,
            { description: "Changed" },
            ...(type === "portal" ? [] : [{ read: true }]),
          ]);
        })
      : [],
  );

function lifeOf(title: string, definition: Definition, examples: readonly Values[]): Life {
  const { kind } = definition;
  const name = String(examples[0]!.name ?? kind);
  let wanted: Values = { ...examples[0] };
  const up = ({ stack }: Home, options?: Options) => stack.up(name, kind, wanted, options);
  const writes = ({ sandbox }: Home) => sandbox.requests.filter(({ method }) => method !== "GET");

  const steps: Life["steps"] = [
    {
      title: "is made",
      async live(home) {
        expect(await up(home), home.stack.state.get(name)?.unfinished).toBe("created");
      },
    },
    {
      title: "is not touched by a second run",
      async live(home) {
        home.sandbox.clearRequests();
        expect(await up(home)).toBe("same");
        expect(home.sandbox.requests).toEqual([]);
      },
    },
    {
      title: "shows no drift",
      async live(home) {
        expect(await home.stack.refresh(name)).toEqual([]);
        expect(await up(home)).toBe("same");
      },
    },
    ...examples.slice(1).map((change, index) => ({
      title: `changes by example ${index + 1}: ${JSON.stringify(change)}`,
      async live(home: Home) {
        wanted = { ...wanted, ...change };
        home.sandbox.clearRequests();
        expect(await up(home), home.stack.state.get(name)?.unfinished).toBe("updated");
        expect(writes(home).length).toBeGreaterThan(0);
        home.sandbox.clearRequests();
        expect(await up(home)).toBe("same");
        expect(await home.stack.refresh(name)).toEqual([]);
        expect(await up(home)).toBe("same");
        expect(writes(home)).toEqual([]);
      },
    })),
  ];
  if (definition.shape === "object") {
    steps.push({
      title: "is refused when state was lost, and taken over when asked",
      async live(home) {
        const lost = home.stack.state.get(name)!;
        home.stack.state.delete(name);
        // In a run of its own: within one run, a second resource for an object is refused whatever it asks for.
        await home.next();
        await home.catchUp?.(collectionOf(definition.path));
        await expect(up(home)).rejects.toThrow(/exists already.*adopt/s);
        expect(await up(home, { adopt: "exact" })).toBe("created");
        expect(home.stack.state.get(name)!.id).toBe(lost.id);
        expect(await up(home)).toBe("same");
        expect(await home.stack.refresh(name)).toEqual([]);
      },
    });
  }
  steps.push({
    title: "is deleted; deleting again is quiet",
    async live(home) {
      const entry = home.stack.state.get(name)!;
      await home.stack.remove(name);
      if (definition.shape !== "object") return;
      home.stack.state.set(name, entry);
      expect(await home.stack.refresh(name)).toBe("gone");
      home.stack.state.set(name, entry);
      await home.stack.remove(name);
    },
  });
  return { title, definition, name, steps };
}
