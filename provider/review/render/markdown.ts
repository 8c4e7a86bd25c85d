/** The review as a comment on a pull request. */

import { plain } from "../../engine/errors";
import { markdownCode, markdownText } from "../../tenant/files/markdown";
import type { Effects, Review } from "../report";
import { title } from "../words";
import {
  balance,
  basis,
  headings,
  headline,
  isNothing,
  linesOf,
  mark,
  putBack,
  sameness,
  wayOf,
  type Line,
} from "./lines";

interface MarkdownOptions {
  /** Where the whole report is, for what does not fit. */
  report?: string;
  /** Bytes that it may take at most; GitHub takes 65,536 characters. */
  most?: number;
}

/**
 * Begins with one line for each environment; those with equal effects share the rest. What does not fit is left out as
 * whole facts, the least dangerous first, and counted.
 */
export function markdown(reviews: readonly Review[], { report: url, most = 60_000 }: MarkdownOptions = {}): string {
  const report = url && plain(url);
  const heads = reviews.map((review) => `**${markdownText(headline(review))}**`);
  const alike = Map.groupBy(reviews, sameness);
  const blocks = [...alike.values()].flatMap((some) => blocksOf(some, alike.size > 1));
  const start = `${heads.join("\n\n")}\n`;
  const digests = reviews
    .flatMap((review) =>
      isNothing(review) || review.digest === undefined
        ? []
        : [`\nDigest of ${markdownText(review.name)}: ${markdownCode(review.digest)}\n`],
    )
    .join("");
  const rest = (number: number) =>
    `\n${number} more ${number === 1 ? "fact does" : "facts do"} not fit in here${report ? `: [the full report](${report}) has them` : "; the full report has them"}.\n`;
  // The worst of every environment comes before the rest of any.
  const ordered = blocks
    .map((block, index) => ({ ...block, index }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index);
  let room = most - bytes(start) - bytes(rest(1e9)) - bytes(digests) - 200;
  let left = 0;
  const kept: { index: number; heading: string; lines: string[] }[] = [];
  for (const { heading, lines, index } of ordered) {
    const fitting: string[] = [];
    if (lines.length === 0) room -= bytes(heading) + 2;
    for (const line of lines) {
      const cost = bytes(line) + 1 + (fitting.length === 0 ? bytes(heading) + 3 : 0);
      if (left === 0 && cost <= room) {
        fitting.push(line);
        room -= cost;
      } else left += 1;
    }
    if (fitting.length > 0 || lines.length === 0) kept.push({ index, heading, lines: fitting });
  }
  const body = kept
    .sort((a, b) => a.index - b.index)
    .map(({ heading, lines }) => `\n${[heading, ...lines].join("\n")}\n`);
  const link = report && left === 0 ? `\n[Full report](${report})\n` : "";
  return `${start}${body.join("")}${left > 0 ? rest(left) : link}${digests}`;
}

interface Block {
  /** 0 is the worst. */
  rank: number;
  heading: string;
  lines: string[];
}

function blocksOf(reviews: readonly Review[], isOneOfSeveral: boolean): Block[] {
  const [review] = reviews as [Review, ...Review[]];
  const names = reviews.map(({ name }) => name).join(", ");
  const title = isOneOfSeveral ? [{ rank: 0, heading: `## ${markdownText(names)}`, lines: [] }] : [];
  const total = balance(review);
  const about = { rank: 0, heading: `${markdownText(basis(review))}${total ? ` ${total}` : ""}`, lines: [] };
  const { reverts } = review;
  return [
    ...title,
    ...(isNothing(review) ? [] : [about]),
    ...effectBlocks(review),
    ...(reverts && reverts.statements.length > 0
      ? [
          { rank: 1, heading: `### ${putBack.heading}\n${markdownText(putBack.hint)}`, lines: [] },
          ...effectBlocks(reverts, "#"),
        ]
      : []),
  ];
}

/** @param inside marks that put headings below another one */
function effectBlocks(effects: Effects, inside = ""): Block[] {
  const lines = linesOf(effects.statements);
  const level = (wanted: Line["level"]) => lines.filter((line) => line.level === wanted);
  const item = (line: Line) => `- ${sign(line)} **${markdownText(title(line.subject))}**: ${markdownText(line.says)}`;
  const section = (wanted: "guard" | "escalation" | "warning" | "note", rank: number): Block[] =>
    level(wanted).length === 0
      ? []
      : [{ rank, heading: `${inside}### ${headings[wanted]}`, lines: level(wanted).map(item) }];
  const changes = [...Map.groupBy(level("change"), ({ subject }) => title(subject))].map(([name, some]): Block => ({
    rank: 3,
    heading: `${inside}#### ${markdownText(name)}`,
    lines: some.map((line) => `- ${sign(line)} ${markdownText(line.says)}`),
  }));
  const way = wayOf(effects);
  // One fact: cut apart, it could not be pasted.
  const pasted = way
    ? [
        {
          rank: 0,
          heading: "If it is meant, write in the tenant file, or for one run in the environment:",
          lines: [["```yaml", way.file, "```", "```sh", way.run, "```"].join("\n")],
        },
      ]
    : [];
  return [
    ...section("guard", 0),
    ...pasted,
    ...section("escalation", 1),
    ...section("warning", 2),
    ...changes,
    ...section("note", 4),
  ];
}

const sign = (line: Line): string =>
  ({ "✗": "⛔", "▲": "🔺", "!": "⚠️", "+": "➕", "-": "➖", "·": "▫️" })[mark(line)]!;

const bytes = (text: string): number => Buffer.byteLength(text);
