// Whether names that people chose stay text in Markdown: in the comment of a review, and in the tables of compare and drift.
import fc from "fast-check";
import { expect, test } from "vitest";
import { markdown, review, sarif } from "../provider/review";
import { compare } from "../provider/tenant/compare";
import { asMarkdown, wordsOf } from "../provider/tenant/compare/show";
import { drift, asComparison, driftWords } from "../provider/tenant/drift";
import { asSarif } from "../provider/tenant/drift/sarif";
import { markdownCode, markdownText } from "../provider/tenant/files/markdown";
import { asLive, bare, groups, now, resource } from "./review/pictures";

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
console.log(`seed ${seed}`);
const random = { seed, numRuns: Number(process.env.RUNS ?? 3_000) };

const pieces = [
  "@team",
  "@",
  "www.evil.example",
  "WWW.",
  "://",
  "https://evil.example",
  "#12",
  "GH-12",
  "!1",
  "&1",
  "~bug",
  "%2",
  "$3",
  ":tada:",
  ":",
  "[x](https://evil.example)",
  "![",
  "]",
  "<img src=x>",
  "<!--",
  "&lt;",
  "&#64;",
  "`",
  "``",
  "*",
  "**",
  "_",
  "__init__",
  "can_read_assets",
  "~~",
  "|",
  "\\",
  "\\\\|",
  "\\|",
  "\u200b",
  "\u200d",
  "\u00ad",
  "\u2060",
  "\u202e",
  "\ufeff",
  "\u001b[31m",
  "\n",
  "\n\n## x",
  "\r",
  "\u2028",
  " ",
  "-",
  "+ ",
  "1. ",
  "1) ",
  "=",
  "é",
  "日本",
  "x",
  "7",
];
const nasty = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 12 }).map((some) => some.join(""));

/** As a reader sees it once Markdown and HTML are read: the text of the page, in which links and mentions are looked for. */
const page = (source: string): string =>
  source
    .replace(/\\([!-/:-@[-`{-~])/g, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
/** What is live in such a text on GitHub or GitLab. */
const live = /@[\w.]|:\/\/|\bwww\.|[#!%~$&][\w"]|\bGH-\d|[^\P{Cf}\u200d]/iu;
const seen = (text: string): string =>
  text
    .replace(/\u001b\[31m/g, "")
    .replace(/[\r\u2028]/g, " ")
    .replace(/(?![\n\u200d])[\p{Cc}\p{Cf}]/gu, "")
    .replace(/\n+/g, " ");

test("as text: nothing is live, whatever a name is, and it reads as it is", () => {
  fc.assert(
    fc.property(nasty, (name) => {
      const source = markdownText(name);
      expect(page(source)).not.toMatch(live);
      expect(source).not.toMatch(/@[\w.]|:\/\/|\bwww\./i);
      expect(page(source).replaceAll("\u200d", "")).toBe(seen(name).replaceAll("\u200d", ""));
      // Each sign of Markdown has a backslash of its own, and nothing is HTML or a line.
      const bare = source.replace(/\\[!-/:-@[-`{-~]/g, "?");
      expect(bare).not.toMatch(
        /[\\`*[\]|~<>\n]|&(?!(amp|lt|gt);)|(?<![a-z0-9])_|_(?![a-z0-9])|:[a-z0-9_+-]+:|^\s*([-+=]|\d+[.)])/i,
      );
    }),
    random,
  );
});

/** The cells of a row: for some a backslash takes the next character with it, for others it is looked at before a pipe alone. */
const readers = [
  (row: string) => row.replace(/\\./g, "..").split("|"),
  (row: string) => row.replace(/(?<=\\)\|/g, ".").split("|"),
];

test("as code in a table: one span of code and one cell, for every reader", () => {
  fc.assert(
    fc.property(nasty, (name) => {
      const code = markdownCode(name);
      if (seen(name).replaceAll("\u200d", "") === "") {
        expect(code).toBe("");
        return;
      }
      for (const cells of readers) expect(cells(`| ${code} | x |`)).toHaveLength(4);
      if (code.startsWith("<code>")) {
        expect(code).toBe(`<code>${markdownText(name)}</code>`);
        return;
      }
      const [, fence, inside] = /^(`+)([^]*?)\1$/.exec(code)!;
      expect(inside!.match(/`+/g)?.includes(fence!) ?? false).toBe(false);
      expect(inside).not.toContain("\n");
      expect(inside!.replaceAll("\\|", "|").replaceAll("\u200d", "").trim()).toBe(
        seen(name).replaceAll("\u200d", "").trim(),
      );
    }),
    random,
  );
});

test("in a review, invisible characters bring no mention, reference or link together", () => {
  const name = "@\u200bteam www\u200b.evil.example http:\u200b//evil.example #\u200b123";
  const comment = markdown([
    review(groups("userGroups", {}), groups("userGroups", { [name]: ["can_purge_assets"] }), { now, name: "prod" }),
  ]);
  expect(comment).toContain("team");
  expect(page(comment)).not.toMatch(/@team|www\.evil|http:\/\/|#123/);
});

test("in compare and drift, a name stays in its cell", () => {
  const name = "x\\|@team https://evil.example www.evil.example";
  const side = (description: string) =>
    bare("userGroups", [resource("UserGroup", "userGroups", name, { name, description, roles: [] })]);
  const [from, to] = [
    side(name),
    { ...asLive(side("plain")), tenant: { model: "userGroups" as const, domainId: "d" } },
  ];
  const comparison = compare(from, to);
  const drifted = drift(from, to);
  for (const report of [
    asMarkdown(comparison, wordsOf(comparison), name),
    asMarkdown(asComparison(drifted), driftWords(drifted), name),
  ]) {
    const rows = report.split("\n").filter((line) => line.includes("description"));
    expect(rows).toHaveLength(1);
    for (const cells of readers) expect(cells(rows[0]!)).toHaveLength(5);
    for (const line of report.split("\n"))
      expect(page(line.replace(/(`+)[^]*?\1/g, ""))).not.toMatch(/@team|:\/\/|www\./);
  }
});

test("in SARIF, a name is no link in a message", () => {
  const name = "[click](https://evil.example) \\[x]";
  const side = (description: string) =>
    bare("userGroups", [resource("UserGroup", "userGroups", name, { name, description, roles: [] })]);
  const [from, to] = [
    side(name),
    { ...asLive(side("plain")), tenant: { model: "userGroups" as const, domainId: "d" } },
  ];
  const logs = [
    JSON.parse(
      sarif(review(groups("userGroups", {}), groups("userGroups", { [name]: ["can_purge_assets"] }), { now })),
    ),
    asSarif(drift(from, to), []),
  ];
  for (const log of logs) {
    const messages = log.runs[0].results.map(({ message }: { message: { text: string } }) => message.text);
    expect(messages.join()).toContain("click");
    for (const message of messages) expect(message.replace(/\\[\\[\]]/g, "")).not.toMatch(/[\\[\]]/);
  }
});
