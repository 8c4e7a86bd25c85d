/**
 * State that an earlier version has written is read by this one, for ever. `state/v<version>` holds what Pulumi kept of
 * one object of every kind and form, with the tenant that it was in; files there are never changed. For a kind, form or
 * version that has none yet, `WRITE_STATE=1 npm test -- test/state.test.ts` writes them.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { PartKind } from "../provider/definition";
import { kinds } from "../provider/kinds";
import { startSandbox, type Item, type Sandbox, type Seed } from "../provider/sandbox";
import { forms, freeFields, example, kept, seed, valueOf, whole, type Form } from "./desired";
import type { Properties } from "./provider-process.ts";
import { createStack, opened, type Stack } from "./stack.ts";
import { repository } from "./processes.mts";

interface Written {
  kind: string;
  /** The tenant, in the words of a sandbox's seed; tokens have no place there. */
  tenant: Seed & { tokens?: Item[] };
  id: string;
  inputs: Properties;
  outputs: Properties;
}

const root = join(repository, "test/state");
const fileOf = (form: Form): string => `${form.title.replaceAll(" ", "-")}.json`;
const name = "it";

if (process.env.WRITE_STATE) {
  describe("writes", () => {
    test.each(forms)("$title, unless it is there", async (form) => {
      const written = await made(form);
      const folder = join(root, `v${String((written.outputs.__iconik as Item).v)}`);
      mkdirSync(folder, { recursive: true });
      try {
        writeFileSync(join(folder, fileOf(form)), `${JSON.stringify(written, undefined, 1)}\n`, { flag: "wx" });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
    });
  });
}

/** One object that has a value for every field, as this version keeps it. What is random gets a fixed value. */
async function made(form: Form): Promise<Written> {
  const sandbox = await startSandbox({ tenant: "both", seed, clock: () => Date.UTC(2026, 0, 1) });
  onTestFinished(sandbox.close);
  const stack = await createStack(sandbox);
  onTestFinished(stack.close);
  const { kind } = form.definition;
  expect(await stack.up(name, kind, whole(form)), stack.state.get(name)?.unfinished).toBe("created");
  const { id, inputs, outputs } = stack.state.get(name)!;
  const { authToken } = opened(outputs);
  const text = JSON.stringify({ kind, tenant: tenantOf(sandbox, form, id), id, inputs, outputs });
  const fixed = (found: string) =>
    found.startsWith(seed.domain.id.slice(0, 24))
      ? found
      : createHash("sha256")
          .update(`${form.title} ${text.indexOf(found)}`)
          .digest("hex")
          .replace(/^(.{8})(....).(...).(...)(.{12}).*/, "$1-$2-4$3-8$4-$5");
  const whole_ = typeof authToken === "string" ? text.replaceAll(authToken, "example-token") : text;
  return JSON.parse(whole_.replace(uuid, fixed)) as Written;
}

const uuid = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g;

/** The seed, the object, and what belongs to the object. */
function tenantOf(sandbox: Sandbox, { definition }: Form, id: string): Written["tenant"] {
  if (definition.shape === "part") {
    const key = /\/(group|team)\//.exec(pathOf(definition, sandbox, id))?.[1];
    return {
      ...seed,
      settings: { [key ? `${key}/${id}` : "system"]: sandbox.object("settings", key ? `${key}/${id}` : "system")! },
    };
  }
  const kind = kept[definition.kind]!;
  const access = sandbox.object("acls", `${kind}/${id}`);
  const scan = sandbox.object("auto_scans", id);
  const people = new Set<string>(seed.users.map((user) => user.id));
  const entries = (side: Record<string, Item>) =>
    Object.fromEntries(Object.entries(side).map(([who, { permissions }]) => [who, permissions]));
  const ofSeed = (side: Record<string, Item>) =>
    Object.fromEntries(Object.entries(side).filter(([who]) => people.has(who)));
  const tokens = sandbox.objects("tokens").filter(({ app_id }) => app_id === id);
  return {
    ...seed,
    [kind]: [...(((seed as Seed)[kind as keyof Seed] as Item[] | undefined) ?? []), sandbox.object(kind, id)],
    ...(access && {
      acls: { [`${kind}/${id}`]: { groups: entries(access.groups), users: entries(ofSeed(access.users)) } },
    }),
    ...(scan && { auto_scans: { [id]: scan.hours_interval as number } }),
    ...(tokens.length > 0 && { tokens }),
  };
}

const pathOf = (definition: PartKind, sandbox: Sandbox, id: string): string =>
  definition.documents.length === 1
    ? definition.documents[0]!.path
    : (definition.documents.find(({ by }) => by !== undefined && sandbox.object(`${by}s` as "groups" | "teams", id))
        ?.path ?? "");

const fixtures = readdirSync(root)
  .sort()
  .flatMap((version) =>
    readdirSync(join(root, version)).map((file) => ({ title: `${version}/${file}`, version, file })),
  );
const read = ({ title }: { title: string }): Written => JSON.parse(readFileSync(join(root, title), "utf8")) as Written;

/** The tenant of a fixture, and a stack that holds the object as it was kept. */
async function start({
  tenant: { tokens = [], ...tenant },
  kind,
  id,
  inputs,
  outputs,
}: Written): Promise<{ sandbox: Sandbox; stack: Stack }> {
  const sandbox = await startSandbox({ tenant: "both", checkAnswers: true, seed: tenant });
  onTestFinished(sandbox.close);
  for (const token of tokens) sandbox.edit("tokens", token.id as string, token);
  const stack = await createStack(sandbox, { state: new Map([[name, { kind, id, inputs, outputs }]]) });
  onTestFinished(stack.close);
  sandbox.clearRequests();
  return { sandbox, stack };
}

const shown = (properties: Properties): Properties =>
  Object.fromEntries(Object.entries(opened(properties)).filter(([key]) => !key.startsWith("__")));
const plainInputs = ({ inputs }: Written): Properties => shown(inputs);
const formOf = (file: string): Form => forms.find((form) => fileOf(form) === file)!;
const writes = (sandbox: Sandbox) => sandbox.requests.filter(({ method }) => method !== "GET");

/** The same description with another value for one field that can be changed; the same one where there is none. */
function changed(file: string, inputs: Properties): Properties {
  const form = formOf(file);
  for (const [field, { immutable, via, type }] of freeFields(form)) {
    if (immutable || via || type === "reference") continue;
    const other = [1, 2, 3]
      .map((nth) => example(valueOf(form, field), nth))
      .find((value) => JSON.stringify(value) !== JSON.stringify(inputs[field]));
    if (other !== undefined) return { ...inputs, [field]: other };
  }
  return inputs;
}

const isThere = (sandbox: Sandbox, kind: string, id: string): boolean => {
  const definition = kinds[kind]!;
  return definition.shape === "object" && sandbox.object(kept[kind]!, id) !== undefined;
};

test("every kind and form has a file of the newest version", () => {
  const newest = fixtures
    .map(({ version }) => version)
    .sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))
    .at(-1);
  expect(fixtures.filter(({ version }) => version === newest).map(({ file }) => file)).toEqual(
    expect.arrayContaining(forms.map(fileOf)),
  );
});

/** Fields that came after the files of their kind were written: state without them is what is kept of most tenants. */
const cameLater: Readonly<Record<string, readonly string[]>> = { Storage: ["verify"] };

test("files hold every field, and no secret in the open", () => {
  for (const fixture of fixtures) {
    const { inputs, outputs } = read(fixture);
    const form = formOf(fixture.file);
    const fields = freeFields(form).filter(([field]) => !cameLater[form.definition.kind]?.includes(field));
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(fields.map(([field]) => field)));
    for (const [field, { secret }] of fields) {
      if (secret)
        for (const value of [inputs[field], outputs[field]])
          expect(value, `${fixture.title} ${field}`).toHaveProperty("4dabf18193072939515e22adb298388d");
    }
  }
});

describe.each(fixtures)("$title", (fixture) => {
  test("is no change, shows no drift, takes a change, and is deleted", async () => {
    const written = read(fixture);
    const { sandbox, stack } = await start(written);
    const wanted = plainInputs(written);
    expect(await stack.provider.diff(written.id, opened(written.outputs), opened(written.inputs))).toMatchObject({
      changes: "none",
      replaces: [],
    });
    expect(await stack.up(name, written.kind, wanted)).toBe("same");
    expect(sandbox.requests).toEqual([]);

    expect(await stack.refresh(name)).toEqual([]);
    const { id, outputs } = stack.state.get(name)!;
    expect(id).toBe(written.id);
    expect(shown(outputs)).toEqual(shown(written.outputs));
    expect(await stack.up(name, written.kind, wanted)).toBe("same");
    expect(writes(sandbox)).toEqual([]);

    const next = changed(fixture.file, wanted);
    if (next !== wanted) {
      expect(await stack.up(name, written.kind, next)).toBe("updated");
      expect(await stack.up(name, written.kind, next)).toBe("same");
      expect(await stack.refresh(name)).toEqual([]);
    }
    expect(await stack.up(name, written.kind, wanted)).toBe(next === wanted ? "same" : "updated");
    await stack.remove(name);
    expect(isThere(sandbox, written.kind, written.id)).toBe(false);
    expect(unexpected(stack.provider.stderr)).toBe("");
  });

  test("without its facts, as an import file gives it, is no change, is read, updated and deleted", async () => {
    const written = read(fixture);
    const { __iconik: _, ...outputs } = written.outputs;
    const { sandbox, stack } = await start({ ...written, outputs });
    const wanted = plainInputs(written);
    const imported = structuredClone(stack.state.get(name)!);
    expect(await stack.up(name, written.kind, wanted)).toBe("same");
    expect(sandbox.requests).toEqual([]);

    expect(await stack.refresh(name)).toEqual([]);
    expect(await stack.up(name, written.kind, wanted)).toBe("same");
    expect((stack.state.get(name)!.outputs.__iconik as Item).domain).toBe(sandbox.domainId);
    expect(writes(sandbox)).toEqual([]);

    stack.state.set(name, imported);
    const next = changed(fixture.file, wanted);
    if (next !== wanted) expect(await stack.up(name, written.kind, next)).toBe("updated");
    expect(await stack.up(name, written.kind, next)).toBe("same");
    await stack.remove(name);
    expect(isThere(sandbox, written.kind, written.id)).toBe(false);
    expect(unexpected(stack.provider.stderr)).toBe("");
  });
});

test("a version to come is refused in words, and nothing is asked of iconik", async () => {
  const { sandbox, stack } = await start(read(fixtures[0]!));
  const said = new Set<string>();
  for (const fixture of fixtures) {
    const { id, ...written } = read(fixture);
    const outputs = opened({ ...written.outputs, __iconik: { ...(written.outputs.__iconik as Item), v: 1_000 } });
    const inputs = opened(written.inputs);
    const { diff, read: readBack, update, delete: remove } = stack.provider;
    for (const refused of [
      diff(id, outputs, inputs),
      readBack(id, outputs),
      update(id, outputs, inputs),
      remove(id, outputs),
    ]) {
      said.add(
        await refused.then(
          () => `${fixture.title} was not refused`,
          (error: Error) => error.message,
        ),
      );
    }
  }
  // In full once for each kind of call, and in a few words after.
  for (const words of said)
    expect(words).toMatch(
      / was written by a newer version of pulumi-iconik \(state version 1000, this one knows 1\); install that version or a newer one$|, as said in full before$/,
    );
  expect([...said][0]).toContain("newer version");
  expect(sandbox.requests).toEqual([]);
  expect(stack.provider.stderr).toBe("");
});

/** What the process told, but for what a deletion of tenant-wide settings always tells. */
function unexpected(stderr: string): string {
  return stderr.replace(/^iconik: \w+ stays as it is in iconik: this stack no longer looks after it\n/gm, "");
}
