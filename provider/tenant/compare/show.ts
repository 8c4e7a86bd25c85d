/** A comparison for people: as text for a terminal, and as Markdown for a comment or an issue. */

import pc from "picocolors";
import { apart } from "../../engine/leaves";
import { visible } from "../files/frame";
import { markdownCode, markdownText } from "../files/markdown";
import type { ChangedObject, Comparison, FieldChange, Named } from "./index";

/** What is said beside a change or an object: why somebody should look twice. */
export type Remark = (about: Named, change?: FieldChange) => string | undefined;

export interface Words {
  /** When there is no difference. */
  equal: string;
  /** What is on one side alone. */
  onlyFrom: string;
  onlyTo: string;
  /** Says of a change or an object why it matters. Default: nothing. */
  remark?: Remark;
}

/** For two tenants side by side. */
export const wordsOf = ({ from, to }: Comparison): Words => {
  const names = from.source === to.source ? ["the first", "the second"] : [from.source, to.source];
  return {
    equal: `no difference between ${from.source} and ${to.source}`,
    onlyFrom: `only in ${names[0]}`,
    onlyTo: `only in ${names[1]}`,
  };
};

/** Ends with a line feed. Nothing different: one line that says so. */
export function asText(comparison: Comparison, words: Words, { colors = false } = {}): string {
  const paint = pc.createColors(colors);
  const { changed, onlyFrom, onlyTo, notCompared, unusedInMap } = comparison;
  const note = (text: string | undefined) => (text === undefined ? "" : `  ${paint.yellow(`! ${text}`)}`);
  const width = Math.min(
    32,
    Math.max(0, ...changed.flatMap(({ changes }) => changes.map((change) => titleOf(change).length))),
  );
  const lines = changed.flatMap((object) => [
    `${paint.yellow("~")} ${paint.bold(visible(object.object))}${paint.dim(where(object))}`,
    ...object.changes.flatMap((change) =>
      rowsOf(change).map((row, index) => {
        const title = (index === 0 ? titleOf(change) : "").padEnd(width);
        const tone = row.sign === "+" ? paint.green : row.sign === "-" ? paint.red : (text: string) => text;
        return `    ${title}  ${tone(`${row.sign} ${row.text}`.trim())}${index === 0 ? note(words.remark?.(object, change)) : ""}`;
      }),
    ),
  ]);
  const alone = (objects: readonly Named[], sign: string, tone: (text: string) => string, says: string) =>
    objects.map(
      (object) =>
        `${tone(sign)} ${paint.bold(visible(object.object))}  ${visible(says)}${paint.dim(where(object))}${note(words.remark?.(object))}`,
    );
  const body = [
    ...lines,
    ...alone(onlyFrom, "-", paint.red, words.onlyFrom),
    ...alone(onlyTo, "+", paint.green, words.onlyTo),
  ];
  const rest = [
    ...notCompared.map(
      ({ object, field, why }) =>
        `cannot be compared: ${visible([object, field].filter(Boolean).join(" "))}: ${visible(why)}`,
    ),
    ...unusedInMap.map((entry) => `the map fits nothing: ${visible(entry)}`),
  ];
  return [
    ...(body.length > 0 ? [...body, ""] : []),
    ...(rest.length > 0 ? [...rest.map((line) => paint.dim(line)), ""] : []),
    summary(comparison, words),
    "",
  ].join("\n");
}

/** One line: how many objects differ, and how. */
export function summary({ equal, changed, onlyFrom, onlyTo, notCompared }: Comparison, words: Words): string {
  if (equal) return visible(words.equal);
  if (changed.length + onlyFrom.length + onlyTo.length === 0)
    return `no difference was found, and ${count(notCompared.length, "thing")} cannot be compared`;
  return visible(
    [
      ...(changed.length > 0 ? [`${count(changed.length, "object")} changed`] : []),
      ...(onlyFrom.length > 0 ? [`${onlyFrom.length} ${words.onlyFrom}`] : []),
      ...(onlyTo.length > 0 ? [`${onlyTo.length} ${words.onlyTo}`] : []),
    ].join(", "),
  );
}

export const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;

/** Ends with a line feed. Nothing in it is read as Markdown but what is meant to be. */
export function asMarkdown(comparison: Comparison, words: Words, heading: string): string {
  const { changed, onlyFrom, onlyTo, notCompared, unusedInMap } = comparison;
  const row = (object: Named, field: string, text: string, remark?: string) =>
    `| ${code(object.object)} | ${field} | ${text}${remark === undefined ? "" : `<br>**${escaped(remark)}**`} |`;
  const rows = [
    ...changed.flatMap((object) =>
      object.changes.map((change) =>
        row(object, code(titleOf(change)), cellOf(change), words.remark?.(object, change)),
      ),
    ),
    ...onlyFrom.map((object) => row(object, "", escaped(words.onlyFrom), words.remark?.(object))),
    ...onlyTo.map((object) => row(object, "", escaped(words.onlyTo), words.remark?.(object))),
  ];
  const rest = [
    ...notCompared.map(
      ({ object, field, why }) =>
        `- cannot be compared: ${code([object, field].filter(Boolean).join(" "))}: ${escaped(why)}`,
    ),
    ...unusedInMap.map((entry) => `- the map fits nothing: ${code(entry)}`),
  ];
  return [
    `### ${escaped(heading)}`,
    "",
    `${escaped(summary(comparison, words))}.`,
    "",
    ...(rows.length > 0 ? ["| object | field | difference |", "|---|---|---|", ...rows, ""] : []),
    ...(rest.length > 0 ? [...rest, ""] : []),
  ].join("\n");
}

const cellOf = (change: FieldChange): string =>
  rowsOf(change)
    .map(({ sign, text }) => (sign === "" ? code(text) : `${sign === "+" ? "added" : "removed"} ${code(text)}`))
    .join("<br>");

export const titleOf = ({ field, member }: FieldChange): string =>
  visible(member === undefined ? field : `${field} ${member}`);

/** A change, line by line. */
export function rowsOf({
  from,
  to,
  added = [],
  removed = [],
  member,
}: FieldChange): { sign: "+" | "-" | ""; text: string }[] {
  if (added.length === 0 && removed.length === 0) {
    const [was, is] = apart(from, to);
    return [{ sign: "", text: visible(`${was} → ${is}`) }];
  }
  // Permissions of one member stand in one line.
  const items = (list: readonly unknown[]) =>
    member === undefined ? list.map(item) : list.length > 0 ? [list.map(item).join(", ")] : [];
  return [
    ...items(added).map((text) => ({ sign: "+" as const, text })),
    ...items(removed).map((text) => ({ sign: "-" as const, text })),
  ];
}

/** `can_search`; `192.0.2.10 (application: CI)`. */
function item(value: unknown): string {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return visible(typeof value === "string" ? value : JSON.stringify(value));
  const [first, ...others] = Object.entries(value);
  if (!first || typeof first[1] === "object") return visible(JSON.stringify(value));
  return visible(
    others.length === 0
      ? String(first[1])
      : `${String(first[1])} (${others.map(([key, inner]) => `${key}: ${typeof inner === "string" ? inner : JSON.stringify(inner)}`).join(", ")})`,
  );
}

const where = ({ place }: Pick<ChangedObject, "place">): string =>
  place ? `  ${visible(place.file)}:${place.line}` : "";

const code = (text: string): string => markdownCode(visible(text));
const escaped = (text: string): string => markdownText(visible(text));
