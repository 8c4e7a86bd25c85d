/**
 * Every field of every kind through all of its states, random descriptions and random edits to them, somebody else's
 * edits, and values that are not known yet. `EXHAUSTIVE=1` tries many more; fast-check prints the seed of a failure.
 */
import { isDeepStrictEqual } from "node:util";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fieldsOf, isClear, type Field, type Values } from "../provider/definition";
import { canonical, changes, problems } from "../provider/engine";
import { encode, get, leavesOf, put, same, type Leaf } from "../provider/engine/values";
import { provider as handlerOf } from "../provider/pulumi/runtime";
import { factsKey, optionsKey } from "../provider/protocol/wire";
import { startSandbox, type Item, type Sandbox } from "../provider/sandbox";
import {
  anyEdit,
  anyValues,
  clearable,
  emptyOf,
  example,
  forms,
  freeFields,
  kept,
  seed,
  valueOf,
  whole,
  type Form,
} from "./desired";
import { createStack, opened, type Stack } from "./stack.ts";

const exhaustive = process.env.EXHAUSTIVE === "1";
const runs = (few: number, many: number) => ({ numRuns: exhaustive ? many : few, includeErrorInReport: true });

let sandbox: Sandbox;
let stack: Stack;
beforeAll(async () => {
  sandbox = await startSandbox({ tenant: "both", checkAnswers: true, seed });
  // A run is one process with one rate limit; here it makes the calls of a thousand runs.
  const env = { NODE_OPTIONS: `--require ${JSON.stringify(join(__dirname, "bench/no-limit.cjs"))}` };
  stack = await createStack(sandbox, { env });
});
afterAll(async () => {
  // Deleting and emptying takes exceptions from guards, and they are told.
  expect(
    stack?.provider.stderr.split("\n").filter((line) => line !== "" && !line.includes("; permitted by ICONIK_ALLOW")),
  ).toEqual([]);
  await stack?.close();
  await sandbox?.close();
});

const writes = () =>
  sandbox.requests.filter(({ method }) => method !== "GET").map(({ method, path, body }) => ({ method, path, body }));

/** A name that no object has. */
let count = 0;
function named(form: Form, values: Values): { name: string; values: Values } {
  count += 1;
  const name = `it ${count}`;
  return { name, values: form.definition.shape === "object" ? { ...values, [form.definition.key]: name } : values };
}

/** Runs it twice: the second one is empty, and so is the drift. */
async function settles(name: string, form: Form, values: Values): Promise<void> {
  sandbox.clearRequests();
  expect(await stack.up(name, form.definition.kind, values)).toBe("same");
  expect(sandbox.requests).toEqual([]);
  expect(await stack.refresh(name), JSON.stringify(values)).toEqual([]);
  expect(await stack.up(name, form.definition.kind, values)).toBe("same");
  expect(writes()).toEqual([]);
}

/** A new object; of a document, which nobody makes, one resource owns a part from the first test to the last. */
async function make(form: Form, wanted: Values): Promise<{ name: string; values: Values; id: string }> {
  const { name, values } =
    form.definition.shape === "object" ? named(form, wanted) : { name: form.title, values: wanted };
  const before = stack.state.has(name);
  const outcome = await stack.up(name, form.definition.kind, values);
  expect(before ? ["updated", "same"] : ["created"], stack.state.get(name)?.unfinished).toContain(outcome);
  return { name, values, id: stack.state.get(name)!.id };
}

const drop = async (form: Form, name: string): Promise<void> => {
  if (form.definition.shape === "object") await stack.remove(name);
};

/** What iconik keeps of the object, as its own objects: the object or document itself, its access list, its interval. */
function live(
  { definition, least }: Form,
  id: string,
): { object: Item; acls: Item | undefined; scan: Item | undefined } {
  if (definition.shape === "part") {
    const scope = least.group !== undefined ? `group/${id}` : least.team !== undefined ? `team/${id}` : "system";
    return { object: sandbox.object("settings", scope) ?? {}, acls: undefined, scan: undefined };
  }
  const kind = kept[definition.kind]!;
  const { date_modified: _, version: __, ...object } = sandbox.object(kind, id)!;
  return { object, acls: sandbox.object("acls", `${kind}/${id}`), scan: sandbox.object("auto_scans", id) };
}

const leafOf = (form: Form, name: string): Leaf | undefined =>
  leavesOf(fieldsOf(form.definition, form.least)).find((leaf) => leaf.name === name);
const isNone = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);

/** Fields that can change on an object that is there. */
const changeable = (form: Form): [string, Field][] => freeFields(form).filter(([, field]) => !field.immutable);

/** Is there a value, though the least is written? An address that follows from the region is. */
const isWritten = (form: Form, field: string): boolean => canonical(form.definition, form.least)[field] !== undefined;

describe.each(forms)("$title", (form) => {
  const { kind } = form.definition;

  it("through all states of all fields at once: absent, value, null, nothing, cleared, another value", async () => {
    const { name, values: least, id } = await make(form, form.least);
    const optional = changeable(form).filter(([field]) => !isWritten(form, field));
    const all = (of: (name: string, field: Field) => unknown): Values => ({
      ...least,
      ...Object.fromEntries(
        optional.flatMap(([field, declared]) =>
          of(field, declared) === undefined ? [] : [[field, of(field, declared)]],
        ),
      ),
    });
    const states: [string, Values][] = [
      ["a value", all((field) => example(valueOf(form, field)))],
      ["nothing", all((field) => emptyOf(form, field)[0])],
      ["another value", all((field) => example(valueOf(form, field), 1))],
      ["cleared", all((field) => emptyOf(form, field).findLast(isClear))],
    ];
    await settles(name, form, least);
    for (const [what, values] of states) {
      const { __provider: _, __options: __, ...last } = opened(stack.state.get(name)!.inputs);
      const changed = !isDeepStrictEqual(canonical(form.definition, values), last);
      expect(await stack.up(name, kind, values), `${what}: ${stack.state.get(name)?.unfinished}`).toBe(
        changed ? "updated" : "same",
      );
      await settles(name, form, values);

      // Not to write a field is to let go of it: nothing is sent, and iconik keeps what it has.
      const before = live(form, id);
      sandbox.clearRequests();
      await stack.up(name, kind, least);
      expect(
        writes().map((one) => JSON.stringify(one)),
        `${what}, then absent`,
      ).toEqual([]);
      const nulls = { ...Object.fromEntries(optional.map(([field]) => [field, null])), ...least };
      expect(await stack.up(name, kind, nulls), "null").toBe("same");
      expect(live(form, id)).toEqual(before);
      await stack.up(name, kind, values);
      expect(live(form, id)).toEqual(before);
    }
    await drop(form, name);
  });

  const each = exhaustive
    ? changeable(form)
    : changeable(form).slice(0, form.title.startsWith("Storage ") && form.title !== "Storage file" ? 4 : 1_000);
  it.each(each.map(([field, declared]) => ({ field, declared })))(
    "$field: iconik has what is written, nothing where nothing is, and what it had where it is let go",
    async ({ field, declared }) => {
      const { name, values: least, id } = await make(form, form.least);
      const leaf = leafOf(form, field);
      const raw = () => (leaf ? get(live(form, id).object, leaf.wire) : undefined);
      const isPlain =
        ["string", "boolean", "integer", "number", "external"].includes(declared.type) && !declared.canonical;

      for (const nth of [0, 1]) {
        const value = example(valueOf(form, field), nth);
        const wanted = { ...least, [field]: value };
        expect(["updated", "same"]).toContain(await stack.up(name, kind, wanted));
        await settles(name, form, wanted);
        if (leaf && isPlain) expect(raw()).toEqual(value);
        for (const empty of emptyOf(form, field)) {
          expect(await stack.up(name, kind, { ...least, [field]: empty }), JSON.stringify(empty)).toBe("updated");
          if (leaf) expect(raw()).toSatisfy(isNone);
          await settles(name, form, { ...least, [field]: empty });
          const before = live(form, id);
          sandbox.clearRequests();
          expect(await stack.up(name, kind, least)).toBe("updated");
          expect(await stack.up(name, kind, { [field]: null, ...least })).toBe("same");
          if (!isWritten(form, field)) expect(writes()).toEqual([]);
          if (!isWritten(form, field)) expect(live(form, id)).toEqual(before);
          await stack.up(name, kind, wanted);
        }
      }
      await drop(form, name);
    },
  );

  it("says what cannot be written, and sends nothing", async () => {
    sandbox.clearRequests();
    for (const [field, { type, via }] of freeFields(form)) {
      const wrong: unknown[] = [
        ...(clearable(form, field) || type === "json" ? [] : [{ clear: true }]),
        ...(["list", "set", "roles", "json"].includes(type) ? ["a text", 1, true] : [[]]),
        ...(type === "json" ? [] : [{ nothing: true }]),
        ...(type === "boolean" ? ["true", 0] : []),
        ...(["integer", "number"].includes(type) ? ["1", true, Number.MAX_VALUE] : []),
        ...(["string", "external", "choice", "reference", "user"].includes(type) ? [1, true] : []),
        ...(type === "choice" ? ["nothing"] : []),
        ...(type === "record" && !via ? [false] : []),
      ];
      for (const value of wrong) {
        const { name, values } = named(form, { ...form.least, [field]: value });
        await expect(
          stack
            .up(name, kind, values)
            .then((made) => `${made} with ${field} ${JSON.stringify(value)}: ${stack.state.get(name)?.unfinished}`),
        ).rejects.toThrow(field);
      }
    }
    for (const field of ["nothing", "constructor", "toString", "hasOwnProperty"]) {
      const { name, values } = named(form, form.least);
      await expect(stack.up(name, kind, { ...values, [field]: { polluted: true } }), field).rejects.toThrow(field);
    }
    expect(sandbox.requests).toEqual([]);
  });

  it("any description, and any edits to it, come true and stay", async () => {
    const lives = anyValues(form).chain((first) =>
      fc.tuple(anyEdit(form, first), anyEdit(form, first)).map((edits) => [first, ...edits]),
    );
    await fc.assert(
      fc.asyncProperty(lives, async ([first, ...edits]) => {
        const { name, values } = await make(form, first!);
        try {
          await settles(name, form, values);
          for (const edit of edits) {
            const next = form.definition.shape === "object" ? { ...edit, [form.definition.key]: name } : edit;
            const before = opened(stack.state.get(name)!.inputs);
            const outcome = await stack.up(name, kind, next);
            const { __options: _, __provider: __, ...after } = opened(stack.state.get(name)!.inputs);
            const { __options: ___, __provider: ____, ...was } = before;
            if (outcome === "same") expect(meaning(form, after)).toEqual(meaning(form, was));
            else expect(outcome).toBe("updated");
            await settles(name, form, next);
          }
        } finally {
          await drop(form, name);
        }
      }),
      runs(3, 60),
    );
  });

  const shared = leavesOf(fieldsOf(form.definition, form.least)).filter(
    // The address of a bucket follows from its region.
    ({ name, field, path }) =>
      name !== "region" &&
      !field.secret &&
      !field.hidden &&
      !field.immutable &&
      changeable(form).some(([name]) => name === path[0]),
  );
  // Where nothing is left that somebody may edit, there is nothing to show.
  if (shared.length > 0)
    it("somebody else's edit is shown by a refresh, and never overwritten by a run that has not seen it", async () => {
      const cases = fc
        .constantFrom(...shared)
        .chain((leaf) =>
          fc.tuple(fc.constant(leaf), leafValue(form, leaf), leafValue(form, leaf), leafValue(form, leaf)),
        );
      await fc.assert(
        fc.asyncProperty(cases, async ([leaf, mine, theirs, later]) => {
          const differ = [mine, theirs, later].every((value, at, all) =>
            all.every((other, index) => index === at || !same(leaf.field, value, other, resolved)),
          );
          fc.pre(differ);
          const with_ = (value: unknown): Values => {
            const values = structuredClone(form.least);
            put(values, leaf.path, value);
            return values;
          };
          const { name, values, id } = await make(form, with_(mine));
          const key = form.definition.shape === "object" ? { [form.definition.key]: name } : {};
          try {
            somebodyEdits(form, id, leaf, theirs);
            const before = live(form, id);
            await expect(stack.up(name, kind, { ...with_(later), ...key })).rejects.toThrow(
              /was changed in iconik since|as said in full before/,
            );
            expect(live(form, id)).toEqual(before);
            // Nor by one that wants something else altogether.
            const other = changeable(form).find(
              ([field, { via }]) => field !== leaf.path[0] && !via && !isWritten(form, field),
            );
            if (other)
              await expect(
                stack.up(name, kind, { ...values, [other[0]]: example(valueOf(form, other[0])) }),
              ).rejects.toThrow(/was changed in iconik since|as said in full before/);
            expect(live(form, id)).toEqual(before);

            expect(await stack.refresh(name)).toEqual([leaf.path[0]]);
            expect(await stack.up(name, kind, values)).toBe("updated");
            await settles(name, form, values);

            // What somebody did already needs no asking.
            somebodyEdits(form, id, leaf, theirs);
            sandbox.clearRequests();
            expect(await stack.up(name, kind, { ...with_(theirs), ...key })).toBe("updated");
            expect(writes()).toEqual([]);
            await settles(name, form, { ...with_(theirs), ...key });
          } finally {
            await drop(form, name);
          }
        }),
        runs(4, 100),
      );
    });
});

/** Ids behind the names in `desired`. */
const resolved: Record<string, string> = Object.fromEntries(
  Object.entries({
    groups: "UserGroup",
    teams: "Team",
    role_groups: "RoleGroup",
    apps: "Application",
    acl_templates: "AclTemplate",
    storages: "Storage",
  }).flatMap(([list, kind]) =>
    (seed as unknown as Record<string, { id: string; name: string }[]>)[list]!.flatMap(({ id, name }) =>
      ["UserGroup|Team|RoleGroup", "UserGroup|Team", kind].map((to) => [`${to}/${name}`, id]),
    ),
  ),
);

/** Values in which what means the same is equal: none is left out. */
const meaning = (form: Form, values: Values): unknown =>
  changes(
    form.definition,
    { id: "", values: canonical(form.definition, values), outputs: {}, facts: { v: 1, domain: "", resolved } },
    canonical(form.definition, values),
  ).changed;

/** Any value of a leaf, cleared or empty among them. */
function leafValue(form: Form, leaf: Leaf): fc.Arbitrary<unknown> {
  const [top, inner] = leaf.path as [string, string?];
  if (inner === undefined) return valueOf(form, top);
  return valueOf(form, top)
    .map((record) => (record as Values)[inner])
    .filter((value) => value !== undefined && !isClear(value));
}

/** Somebody gives a leaf another value in iconik. */
function somebodyEdits(form: Form, id: string, leaf: Leaf, value: unknown): void {
  const wire = encode(leaf.field, value, resolved);
  const { definition, least } = form;
  const edit = (object: Item) => put(object, leaf.wire, wire);
  if (definition.shape === "object") sandbox.edit(kept[definition.kind]!, id, edit);
  else
    sandbox.edit(
      "settings",
      least.group !== undefined ? `group/${id}` : least.team !== undefined ? `team/${id}` : "system",
      edit,
    );
}

describe.each(forms)("$title, where values are not known yet", (form) => {
  const sentinels = [
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
  ];
  const { kind } = form.definition;
  const handler = handlerOf(kind);
  const facts = { [factsKey]: { v: 1, domain: "d", resolved } };

  /** Every place in a value: the value itself, and all within. */
  const placesOf = (value: unknown, path: string[] = []): string[][] => [
    ...(path.length > 0 ? [path] : []),
    ...(typeof value === "object" && value !== null && !isClear(value)
      ? Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...path, key]))
      : []),
  ];
  const replaced = (values: Values, places: readonly string[][], sentinel: string): Values => {
    const copy = structuredClone(values);
    for (const place of places)
      if (get(copy, place) !== undefined && !isUnknown(get(copy, place.slice(0, -1)))) put(copy, place, sentinel);
    return copy;
  };
  const isUnknown = (value: unknown): boolean =>
    sentinels.some((sentinel) => JSON.stringify(value)?.includes(sentinel));
  const choose = (values: Values) =>
    fc.tuple(
      fc.array(fc.constantFrom(...placesOf(values)), { minLength: 1, maxLength: 4 }),
      fc.constantFrom(...sentinels),
    );

  async function checked(olds: Values, news: Values): Promise<Values> {
    const { inputs, failures } = await handler.check(olds, news);
    expect(
      failures.filter(({ reason }) => isUnknown(reason)),
      JSON.stringify(news),
    ).toEqual([]);
    return inputs;
  }

  it("check takes them anywhere, and refuses none", async () => {
    // What tells apart which object it is stays known: everything else depends on it.
    const by = form.definition.shape === "object" ? form.definition.variants?.by : undefined;
    const cases = anyValues(form).chain((values) => fc.tuple(fc.constant(values), choose(values)));
    await fc.assert(
      fc.asyncProperty(cases, async ([values, [places, sentinel]]) => {
        const news = replaced(
          values,
          places.filter(([first]) => first !== by),
          sentinel,
        );
        const { failures } = await handler.check({}, news);
        expect(failures).toEqual([]);
        for (const olds of [values, news, whole(form)]) await checked(await checked({}, olds), news);
        for (const key of Object.keys(values))
          await checked({}, { ...news, [key]: sentinel, [optionsKey]: { domainId: sentinel, builtIn: true } });
      }),
      runs(20, 1_000),
    );
  });

  it("diff never throws, and never says that nothing changes when something known does", async () => {
    const cases = anyValues(form).chain((before) =>
      fc
        .tuple(fc.constant(before), anyEdit(form, before))
        .chain(([was, after]) => fc.tuple(fc.constant(was), fc.constant(after), choose(after))),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([before, after, [places, sentinel]]) => {
        const was = opened((await handler.check({}, before)).inputs);
        const news = replaced(after, places, sentinel);
        const inputs = opened(await checked(was, news));
        const outs = { ...was, ...facts };
        const answer = await handler.diff("id", outs, inputs);
        const known = Object.keys({ ...was, ...inputs }).filter(
          (key) => !key.startsWith("__") && !isUnknown(inputs[key]),
        );
        const only = (values: Values) =>
          Object.fromEntries(Object.entries(values).filter(([key]) => known.includes(key)));
        const stored = (values: Values) => ({
          id: "",
          values,
          outputs: {},
          facts: { v: 1 as const, domain: "", resolved },
        });
        const { changed } = changes(form.definition, stored(only(was)), only(inputs));
        const unknown = Object.keys(inputs).some((key) => isUnknown(inputs[key]));
        if (changed.length > 0 || unknown)
          expect(answer.changes, JSON.stringify({ changed, was, inputs })).not.toBe(false);
        // The other way: state that an update under way would leave.
        await handler.diff("id", { ...inputs, ...facts }, was);
      }),
      runs(20, 1_000),
    );
  });

  it("a whole description has no problems", () => {
    expect(problems(form.definition, canonical(form.definition, whole(form)))).toEqual([]);
  });
});
