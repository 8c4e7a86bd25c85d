/** The review for a terminal. */

import pc from "picocolors";
import { plain as masked } from "../../engine/errors";
import { visible } from "../../tenant/files/frame";
import type { Effects, Level, Review } from "../report";
import { title } from "../words";
import { balance, basis, headings, headline, isNothing, linesOf, mark, putBack, wayOf, type Line } from "./lines";

/** A name with a line break in it must not write lines of its own. */
const plain = (text: string): string => masked(visible(text));

/** Ends with a line feed. */
export function text(review: Review, { colors = false }: { colors?: boolean } = {}): string {
  const color = pc.createColors(colors);
  const show = (effects: Effects): string[] => {
    const lines = linesOf(effects.statements);
    const way = wayOf(effects);
    return (["guard", "escalation", "warning", "change", "note"] as const).flatMap((level) => [
      ...section(
        level,
        lines.filter((line) => line.level === level),
        color,
      ),
      // As it is to be pasted: from the first column.
      ...(level === "guard" && way
        ? [
            "",
            "If it is meant, write in the tenant file:",
            ...way.file.split("\n").map(plain),
            "or, for one run:",
            plain(way.run),
          ]
        : []),
    ]);
  };
  const { reverts } = review;
  const total = balance(review);
  return [
    color.bold(plain(headline(review))),
    ...(isNothing(review) ? [] : [plain(basis(review))]),
    ...(total ? [total] : []),
    ...show(review),
    ...(reverts && reverts.statements.length > 0
      ? [
          "",
          color.bold(putBack.heading),
          `  ${putBack.hint}`,
          ...show(reverts).map((line) => (line === "" ? line : `  ${line}`)),
        ]
      : []),
    ...(isNothing(review) || review.digest === undefined ? [] : ["", `Digest: ${review.digest}`]),
    "",
  ].join("\n");
}

function section(level: Level, lines: readonly Line[], color: ReturnType<typeof pc.createColors>): string[] {
  if (lines.length === 0) return [];
  const paint =
    level === "guard" || level === "escalation"
      ? color.red
      : level === "warning"
        ? color.yellow
        : (text: string) => text;
  if (level !== "change") {
    return [
      "",
      color.bold(headings[level]),
      ...lines.map((line) => `  ${paint(mark(line))} ${plain(`${title(line.subject)}: ${line.says}`)}`),
    ];
  }
  const subjects = Map.groupBy(lines, ({ subject }) => title(subject));
  return [...subjects].flatMap(([name, some]) => [
    "",
    color.bold(plain(name)),
    ...some.map((line) => `  ${mark(line)} ${plain(line.says)}`),
  ]);
}
