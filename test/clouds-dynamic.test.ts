/** What every resource of a cloud does, shown on a kind whose cloud is a map: no network, no CLI. */

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cloudError, peer, type Kind } from "../provider/clouds/dynamic";
import { cloudHandler } from "../provider/clouds/dynamic/handler";
import { cloudKinds } from "../provider/clouds/dynamic/kinds";
import { unknown } from "../provider/engine/unknown";
import { InitFailed } from "../provider/protocol/process";
import { opened } from "./stack.ts";
import { repository } from "./processes.mts";

interface ShelfInputs {
  place: string;
  name: string;
  size?: number;
  labels?: string[];
  password?: string;
}

let shelves: Map<string, { size?: number; labels?: string[] }>;
let calls: string[];
let trouble: (call: string) => Error | undefined;

const step = (call: string): void => {
  calls.push(call);
  const error = trouble(call);
  if (error) throw error;
};

const Shelf: Kind<ShelfInputs, { ticket: string }> = {
  kind: "Shelf",
  words: ({ name }) => `shelf ${name}`,
  inputs: {
    place: { required: true, fixed: "replace" },
    name: { required: true, fixed: "refuse", instead: "describe another shelf" },
    size: {},
    labels: { same: (one: string[], other: string[]) => String([...one].sort()) === String([...other].sort()) },
    password: { secret: true },
  },
  outputs: { ticket: { secret: true } },
  check: ({ size }) => (size !== undefined && size < 0 ? ["size must not be below zero"] : []),
  async find(_, { name }) {
    step("find");
    return shelves.has(name) ? name : undefined;
  },
  async make(_, { name }) {
    shelves.set(name, {});
    step("make");
    return { id: name, outputs: { ticket: "canary-ticket" } };
  },
  async read(_, id) {
    step("read");
    const shelf = shelves.get(id);
    return shelf && { inputs: { name: id, size: shelf.size ?? null, labels: shelf.labels ?? null }, outputs: {} };
  },
  async write(_, id, { size, labels }, changed) {
    step(`write ${[...changed].sort().join()}`);
    Object.assign(shelves.get(id)!, { size, labels });
  },
  async remove(_, id) {
    step("remove");
    shelves.delete(id);
  },
};

const handler = cloudHandler("Shelf", async () => Shelf);
let count = 0;
let name: string;
const wanted = (more: object = {}) => ({ place: "here", name, size: 1, labels: ["a", "b"], __provider: "it", ...more });
const make = async (more: object = {}) => {
  const { inputs } = await handler.check({}, wanted(more));
  const { id, outs } = await handler.create({ ...inputs, __provider: "it" });
  return { id, outs: opened(outs) };
};

beforeEach(() => {
  shelves = new Map();
  calls = [];
  trouble = () => undefined;
  name = `shelf-${(count += 1)}`;
});
afterEach(() => delete process.env.ICONIK_ADOPT);

describe("a preview", () => {
  test("goes through with everything unknown", async () => {
    const { inputs, failures } = await handler.check(
      {},
      { place: unknown, name: unknown, size: unknown, labels: unknown, password: unknown },
    );
    expect(failures).toEqual([]);
    expect(inputs).toEqual({ place: unknown, name: unknown, size: unknown, labels: unknown, password: unknown });
    const { id, outs } = await make();
    expect(await handler.diff(id, outs, wanted({ size: unknown }))).toEqual({ changes: true });
    expect(await handler.diff(id, outs, wanted({ labels: [unknown] }))).toEqual({ changes: true });
  });

  test("says what is missing or wrong, all of it, and shows no value", async () => {
    const { failures } = await handler.check({}, { place: "here", size: -1, __options: { adopt: "perhaps" } });
    expect(failures.map(({ property, reason }) => [property, reason])).toEqual([
      ["", "name is missing"],
      ["", "size must not be below zero"],
      ["", 'adopt must be exact or converge, not "perhaps"'],
    ]);
  });

  test("tells what replaces, and what cannot be changed with what to do instead", async () => {
    const { id, outs } = await make();
    expect(await handler.diff(id, outs, wanted())).toEqual({ changes: false });
    expect(await handler.diff(id, outs, wanted({ labels: ["b", "a"] }))).toEqual({ changes: false });
    expect(await handler.diff(id, outs, wanted({ place: "there" }))).toEqual({
      changes: true,
      replaces: ["place"],
      deleteBeforeReplace: true,
    });
    const { failures } = await handler.check(wanted(), wanted({ name: "another" }));
    expect(failures[0]!.reason).toMatch(/name of shelf .* cannot be changed: describe another shelf/);
  });
});

describe("state", () => {
  test("has secrets sealed, in inputs and outputs", async () => {
    const { inputs } = await handler.check({}, wanted({ password: "canary-password" }));
    const { outs } = await handler.create(inputs);
    for (const value of [inputs.password, outs.password, outs.ticket])
      expect(value).toHaveProperty("4dabf18193072939515e22adb298388d");
  });

  test("of a newer version is refused, and so is an import", async () => {
    const { id, outs } = await make();
    await expect(handler.read(id, { ...outs, __iconik: { v: 2 } })).rejects.toThrow(/newer version of pulumi-iconik/);
    await expect(handler.read(id, {})).rejects.toThrow(/cannot be imported.*adopt: exact/);
  });
});

describe("a refresh", () => {
  test("gives what is there now as inputs, only of what is described", async () => {
    const { id, outs } = await make({ labels: undefined });
    shelves.set(name, { size: 5, labels: ["theirs"] });
    const { inputs, props } = await handler.read(id, outs);
    expect(inputs).toEqual({ place: "here", name, size: 5 });
    expect(opened(props!).ticket).toBe("canary-ticket");
    shelves.delete(name);
    expect(await handler.read(id, outs)).toEqual({});
  });

  test("believes no failure", async () => {
    const { id, outs } = await make();
    trouble = () => cloudError({ code: "forbidden", message: `no reading of ${name}` });
    await expect(handler.read(id, outs)).rejects.toThrow("no reading");
  });
});

describe("making", () => {
  test("looks first, refuses what exists, and takes it over when told to", async () => {
    shelves.set(name, { size: 9 });
    await expect(make()).rejects.toThrow(/exists already and is not in this stack.*adopt: exact.*adopt: converge/);
    await expect(make({ __options: { adopt: "exact" } })).rejects.toThrow(/size is 9, 1 is described.*left as it is/);
    expect(calls).not.toContain("write labels,size");
    await make({ __options: { adopt: "converge" } });
    expect(shelves.get(name)).toEqual({ size: 1, labels: ["a", "b"] });
  });

  test("looks for what it made when the answer was lost, and makes no second one", async () => {
    trouble = (call) =>
      call === "make"
        ? cloudError({ code: "unreachable", acted: "unknown", message: `no answer for ${name}` })
        : undefined;
    const { id } = await make();
    expect(id).toBe(name);
    expect(calls.filter((call) => call === "make")).toHaveLength(1);
  });

  test("that fails half-way keeps the id and where it is, and the next run goes on", async () => {
    trouble = (call) =>
      call.startsWith("write") ? cloudError({ code: "forbidden", message: `no writing of ${name}` }) : undefined;
    const failed = await make().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(InitFailed);
    const { id, properties, reasons } = failed as InitFailed;
    expect(reasons[0]).toMatch(/no writing.*It is there, and kept in state/);
    const olds = opened(properties);
    expect({ id, olds }).toMatchObject({
      id: name,
      olds: { place: "here", name, ticket: "canary-ticket", __provider: "it" },
    });
    expect(await handler.diff(id, olds, wanted())).toEqual({ changes: true });
    trouble = () => undefined;
    const { outs } = await handler.update(id, olds, wanted());
    expect(shelves.get(name)).toEqual({ size: 1, labels: ["a", "b"] });
    expect(await handler.diff(id, opened(outs), wanted())).toEqual({ changes: false });
  });
});

describe("an update", () => {
  test("writes what differs, and nothing that is so already", async () => {
    const { id, outs } = await make();
    calls = [];
    await handler.update(id, outs, wanted({ size: 2 }));
    expect(calls).toContain("write size");
    expect(shelves.get(name)).toEqual({ size: 2, labels: ["a", "b"] });
  });

  test("stops at what somebody else changed, and does not stop at what is as wanted", async () => {
    const { id, outs } = await make();
    shelves.get(name)!.labels = ["theirs"];
    await expect(handler.update(id, outs, wanted({ size: 2 }))).rejects.toThrow(
      /labels of shelf .* was changed.*\["theirs"\].*pulumi refresh/,
    );
    Object.assign(shelves.get(name)!, { size: 2, labels: ["b", "a"] });
    calls = [];
    await handler.update(id, outs, wanted({ size: 2 }));
    expect(calls.some((call) => call.startsWith("write"))).toBe(false);
  });

  test("says when the cloud kept something else", async () => {
    const { id, outs } = await make();
    trouble = (call) => {
      if (call === "read" && calls.some((earlier) => earlier === "write size")) shelves.get(name)!.size = 7;
      return undefined;
    };
    await expect(handler.update(id, outs, wanted({ size: 2 }))).rejects.toThrow(
      /kept something else: size: sent 2, stored 7/,
    );
  });
});

test("a failure that is a bug says so and does not lose what was made", async () => {
  trouble = (call) => (call.startsWith("write") ? new TypeError("oops") : undefined);
  await expect(make()).rejects.toBeInstanceOf(InitFailed);
});

test("a package that is missing is asked for in plain words", async () => {
  const name = "@example/cloud";
  await expect(peer(name, () => import(`${name}`))).rejects.toThrow(
    /the package @example\/cloud is not installed, and this cloud needs it: npm install @example\/cloud/,
  );
});

test("every kind in the list is there under its name", async () => {
  for (const [kind, load] of Object.entries(cloudKinds)) expect((await load()).kind).toBe(kind);
});

test("nothing of a cloud is loaded before it is needed", () => {
  const loaded = (what: string): string[] => {
    const code = `require("${join(repository, "dist", what)}"); console.log(JSON.stringify(Object.keys(require.cache)))`;
    return JSON.parse(execFileSync(process.execPath, ["-e", code], { encoding: "utf8" }).trim()) as string[];
  };
  const of = (files: string[], pattern: RegExp) => files.filter((file) => pattern.test(file));
  expect(of(loaded("index.js"), /@aws-sdk|clouds.s3/)).toEqual([]);
  expect(of(loaded("pulumi/runtime.js"), /@aws-sdk|clouds.s3/)).toEqual([]);
  expect(of(loaded("clouds/s3/index.js"), /@aws-sdk|s3.kinds/)).toEqual([]);
});
