import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { describe as inWords, errorCodes, IconikError, quietStacks } from "../provider/engine/errors";
import { keepSecret } from "../provider/engine/redact";

describe("an error", () => {
  const cause = new TypeError("cause");
  const error = new IconikError({ code: "conflict", message: "m", operation: "POST /API/x/", status: 409, cause });

  test("has a code, where it happened and why, but no stack and no id", () => {
    expect(error).toMatchObject({ name: "IconikError", code: "conflict", operation: "POST /API/x/", status: 409 });
    expect(error.cause).toBe(cause);
    expect(error.stack).toBe("");
    expect("id" in error).toBe(false);
    expect(error).toBeInstanceOf(Error);
  });

  test("turns into its message", () => {
    expect(`${error}`).toBe("m");
  });

  test("shows neither secrets nor what a terminal would obey, and keeps its lines", () => {
    keepSecret("hidden-secret-1");
    keepSecret("hidden\tsecret-2");
    expect(new IconikError({ code: "internal", message: "a hidden\tsecret-2" }).message).toBe("a [secret]");
    const link = "\u001b]8;;https://x.example.com\u0007link\u001b]8;;\u0007";
    const message = `a \u001b[31mred\u001b[0m ${link} hidden-\u0000secret-1\nb\u202e`;
    expect(new IconikError({ code: "internal", message }).message).toBe("a red link [secret]\nb");
  });

  test("every code has a meaning of one line", () => {
    for (const meaning of Object.values(errorCodes)) expect(meaning).toMatch(/^[^\n]{5,120}$/);
  });
});

describe("in words", () => {
  test.each<[string, unknown, string]>([
    ["our own", new IconikError({ code: "exists", message: "there\nis one" }), "there is one"],
    [
      "our own, placed once",
      new IconikError({ code: "not-found", message: "no such thing", operation: "GET /API/x/{id}/" }),
      "no such thing (GET /API/x/{id}/)",
    ],
    [
      "our own, placed already",
      new IconikError({ code: "not-found", message: "GET /API/x/1/ at h answered 404", operation: "GET /API/x/{id}/" }),
      "GET /API/x/1/ at h answered 404",
    ],
    ["others'", new TypeError("x is not a function"), "a bug in pulumi-iconik: TypeError: x is not a function"],
    ["others' with a cause", new Error("a", { cause: new Error("b") }), "a bug in pulumi-iconik: Error: a: b"],
    ["several", new AggregateError([new IconikError({ code: "exists", message: "first" })]), "first"],
    ["a string", "what\tnow", "a bug in pulumi-iconik: what now"],
    ["nothing", undefined, "a bug in pulumi-iconik: undefined"],
    ["an object", { a: 1 }, "a bug in pulumi-iconik: { a: 1 }"],
  ])("%s", (_, error, words) => {
    expect(inWords(error)).toBe(words);
  });

  test("are one line without secrets, and end", () => {
    keepSecret("line one of it\nline two of it");
    expect(inWords(new Error("x line one of it\nline two of it y"))).toMatch(/: Error: x \[secret\] y$/);
    expect(inWords(new Error("x".repeat(5_000)))).toHaveLength(2_000);
  });

  test("survive what cannot be turned into text", () => {
    const knot: Record<string, unknown> = {};
    knot.self = knot;
    expect(inWords(knot)).toMatch(/^a bug in pulumi-iconik: /);
    expect(inWords(10n)).toBe("a bug in pulumi-iconik: 10n");
  });
});

describe("Pulumi's line about a failed check, diff, read or delete", () => {
  const real = console.error;
  afterEach(() => (console.error = real));

  /** As in Pulumi's provider process. */
  const report = (e: Error) => console.error(`${e}: ${e.stack}`);

  test("is the one that Pulumi's SDK prints", () => {
    const sdk = join(__dirname, "../node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js");
    const lines = readFileSync(sdk, "utf8").match(/console\.error\(`.*\be\b.*\)/g);
    expect(lines).toEqual(Array(4).fill("console.error(`${e}: ${e.stack}`)"));
  });

  test("is dropped for our errors, and for nothing else", () => {
    const printed = vi.fn();
    console.error = printed;
    const ours = new IconikError({ code: "forbidden", message: "not allowed" });
    report(ours);
    expect(printed).toHaveBeenCalledTimes(1);

    quietStacks();
    quietStacks();
    report(ours);
    report(ours);
    expect(printed).toHaveBeenCalledTimes(1);

    const theirs = new TypeError("theirs");
    report(theirs);
    console.error("not allowed");
    console.error("not allowed: ");
    console.error(`${ours}`);
    console.error(`${ours}: `, 1);
    expect(printed.mock.calls.slice(1)).toEqual([
      [`TypeError: theirs: ${theirs.stack}`],
      ["not allowed"],
      ["not allowed: "],
      ["not allowed"],
      ["not allowed: ", 1],
    ]);
  });
});
