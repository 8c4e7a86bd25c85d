// iconik may show what it was told only after a while: lists come from an index, and an id may answer 404 at first.
// Whatever is waited for is bounded and told, and there is never a second object.
import { describe, expect, it } from "vitest";
import { startSandbox, type Kind } from "../provider/sandbox";
import { kept } from "./desired.ts";
import { openStack, type EngineEntry, type EngineStack, type Options } from "./engine-stack.ts";
import { subjects, type Subject } from "./fault-cases.ts";
import { seed } from "./lives.ts";

const objects = subjects
  .filter(({ definition }) => definition.shape === "object")
  .map((subject) => [subject.definition.kind, subject] as const);
const byName = objects.filter(([kind]) => kind !== "GroupMapping");

/** A tenant of its own, and one run after the other with one state. */
async function startLife({ definition, name, made }: Subject) {
  const sandbox = await startSandbox({ tenant: "both", seed, checkAnswers: true });
  const state = new Map<string, EngineEntry>();
  const notes: string[] = [];
  const sort: Kind = kept[definition.kind]!;
  const run = async <T>(work: (stack: EngineStack) => Promise<T>): Promise<T> => {
    const stack = openStack(sandbox, state);
    try {
      return await work(stack);
    } finally {
      notes.push(...stack.notes);
      await stack.close();
    }
  };
  const path = definition.shape === "object" ? definition.path.replace(/\{\w+\}\/$/, "") : "";
  /** So much time goes by that lists and ids are up to date. */
  const catchUp = () => sandbox.set({ listLag: 0, createLag: 0 });
  return {
    sandbox,
    state,
    notes,
    catchUp,
    path,
    up: (options?: Options) => run((stack) => stack.up(name, definition.kind, made, options)),
    refresh: () => run((stack) => stack.refresh(name)),
    remove: () => run((stack) => stack.remove(name)),
    named: () => sandbox.objects(sort).filter((object) => object.name === name),
    posts: () => sandbox.requests.filter(({ method, path: at }) => method === "POST" && at === path),
    /** Everything is as described, once. */
    async atRest() {
      catchUp();
      expect(await this.up()).toBe("same");
      expect(await this.refresh()).toEqual([]);
      expect(this.named()).toHaveLength(1);
    },
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}

const lost = ["reset-after", "timeout-after", "garbage", "truncated-json"] as const;

describe.concurrent.each(objects)("%s", (_, subject) => {
  it.each([1, 3, 6])("whose id answers 404 %i times at first is waited for", async (createLag) => {
    await using life = await startLife(subject);
    life.sandbox.set({ createLag });
    expect(await life.up()).toBe("created");
    const told = life.notes.filter((note) => /does not show .* yet; waiting for up to 15 seconds/.test(note));
    expect(told.length).toBe(createLag > 3 ? 1 : 0);
    for (const note of told) expect(note).toContain(JSON.stringify(subject.name));
    await life.atRest();
  });

  it.each([0, 1_000])(
    "whose id does not answer for longer is kept, and finished by the next run, list %i readings behind",
    async (listLag) => {
      await using life = await startLife(subject);
      life.sandbox.set({ createLag: 1_000, listLag });
      expect(await life.up()).toBe("unfinished");
      const { id, unfinished } = life.state.get(subject.name)!;
      expect(unfinished).toMatch(/iconik made .* for 15 seconds now. Run again in a few minutes/);
      expect(unfinished).toContain(JSON.stringify(subject.name));
      // Nor is it forgotten by a refresh, or made again, while that lasts. (A refresh believes two that agree.)
      if (listLag === 0)
        await expect(life.refresh()).rejects.toThrow(
          /does not show it by id, for 15 seconds now. Run again in a few minutes/,
        );
      await expect(life.up()).rejects.toThrow(
        /iconik made .* does not show it( by id)?, for 15 seconds now. Run again in a few minutes/,
      );
      expect(life.posts()).toHaveLength(1);
      expect(life.named()).toHaveLength(1);
      life.catchUp();
      expect(["updated", "same"]).toContain(await life.up());
      expect(life.state.get(subject.name)!.id).toBe(id);
      await life.atRest();
    },
  );

  it.each(lost.flatMap((kind) => [1, 3].map((listLag) => [kind, listLag] as const)))(
    "whose answer is lost (%s) while the list is %i readings behind is found",
    async (kind, listLag) => {
      await using life = await startLife(subject);
      life.sandbox.set({ listLag });
      life.sandbox.fault({ match: `POST ${life.path}`, kind });
      expect(await life.up()).toBe("created");
      expect(life.posts()).toHaveLength(1);
      await life.atRest();
    },
  );

  it("that was deleted is made again when the list has noticed", async () => {
    await using life = await startLife(subject);
    await life.up();
    life.sandbox.set({ listLag: 3 });
    await life.remove();
    expect(await life.up()).toBe("created");
    await life.atRest();
  });

  it("that was deleted is not made while the list still shows it", async () => {
    await using life = await startLife(subject);
    await life.up();
    life.sandbox.set({ listLag: 1_000 });
    await life.remove();
    await expect(life.up()).rejects.toThrow(
      /lists it all the same, for 15 seconds now. Nothing was changed; run again in a few minutes/,
    );
    expect(life.named()).toEqual([]);
    life.catchUp();
    expect(await life.up()).toBe("created");
    await life.atRest();
  });

  it("that somebody deleted is gone when the list says so too", async () => {
    await using life = await startLife(subject);
    await life.up();
    const entry = life.state.get(subject.name)!;
    life.sandbox.set({ listLag: 1_000 });
    life.sandbox.remove(kept[subject.definition.kind]!, entry.id);
    await expect(life.refresh()).rejects.toThrow(/lists it all the same/);
    expect(life.state.has(subject.name)).toBe(true);
    life.catchUp();
    expect(await life.refresh()).toBe("gone");
  });
});

describe.concurrent.each(byName)("%s, while its list shows nothing new", (_, subject) => {
  it.each([...lost, "reset-before"] as const)("is not made twice when its answer is lost (%s)", async (kind) => {
    await using life = await startLife(subject);
    life.sandbox.set({ listLag: 1_000 });
    life.sandbox.fault({ match: `POST ${life.path}`, kind });
    await expect(life.up()).rejects.toThrow(/its list did not show it for 15 seconds. Run again in a few minutes/);
    expect(life.posts()).toHaveLength(1);
    expect(life.notes.join()).toMatch(/it is not known whether iconik made .*; waiting for up to 15 seconds/);
    life.catchUp();
    if (kind === "reset-before") expect(await life.up()).toBe("created");
    else {
      await expect(life.up()).rejects.toThrow(/exists already/);
      expect(await life.up({ adopt: "exact" })).toBe("created");
    }
    await life.atRest();
  });
});

describe.concurrent("GroupMapping, of which iconik cannot have two", () => {
  it.each([...lost, "reset-before"] as const)("is asked for again when its answer is lost (%s)", async (kind) => {
    const [, subject] = objects.find(([kind]) => kind === "GroupMapping")!;
    await using life = await startLife(subject);
    life.sandbox.set({ listLag: 1_000 });
    life.sandbox.fault({ match: `POST ${life.path}`, kind });
    expect(await life.up()).toBe("created");
    await life.atRest();
  });
});
