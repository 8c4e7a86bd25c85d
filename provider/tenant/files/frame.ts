/** Text of people's files made fit to be printed: control characters made visible, secrets masked, lines cut. */

import { lineAt, type SourceText, type Span } from "./text";

const width = 110;
const mask = "•";

/** Control characters, direction marks and the like as `\u{…}`: nothing a terminal would act on is left. */
export const visible = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);

/** User text in a message: quoted, short, harmless. */
export const quoted = (text: string): string => `"${visible(text.length > 80 ? `${text.slice(0, 79)}…` : text)}"`;

/** The line of a span with the line before it, numbered, and a mark under the span. */
export function excerpt({ text, start, end }: Span): string {
  if (text.text.trim() === "") return "";
  const line = lineAt(text, start);
  const from = text.lines[line - 1]!;
  const shown = lineOf(text, line);
  // A long line is shown around the place.
  const column = Math.min(start - from, shown.length);
  const cut = shown.length > width && column > width / 2 ? column - Math.floor(width / 2) : 0;
  const marks = Math.max(1, Math.min(end - start, shown.length - column, width - (column - cut)));
  const size = String(line).length;
  const number = (of: number) => `  ${String(of).padStart(size)} | `;
  return [
    ...(line > 1 && lineOf(text, line - 1).trim() !== "" ? [number(line - 1) + fit(lineOf(text, line - 1), 0)] : []),
    number(line) + fit(shown, cut),
    `${" ".repeat(size + 3)}| ${" ".repeat(column - cut + (cut > 0 ? 1 : 0))}${"^".repeat(marks)}`,
  ].join("\n");
}

const fit = (line: string, cut: number): string =>
  `${cut > 0 ? "…" : ""}${line.slice(cut, cut + width)}${line.length > cut + width ? "…" : ""}`.trimEnd();

/** A line without its secrets. Each character stays one character, so that columns hold. */
function lineOf(text: SourceText, line: number): string {
  const start = text.lines[line - 1]!;
  const end = text.lines[line] ?? text.text.length;
  const characters = text.text
    .slice(start, end)
    .replace(/\r?\n$/, "")
    .split("");
  for (const [from, to] of text.masks) {
    for (let at = Math.max(from, start); at < Math.min(to, start + characters.length); at++) {
      characters[at - start] = mask;
    }
  }
  return characters.map((character) => (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(character) ? "·" : character)).join("");
}
