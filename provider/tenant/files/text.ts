/** Files as texts, and places in them. */

import type { Place } from "../desired";

/** One file of a description. */
export interface SourceText {
  /** As shown to people: relative to the working folder, with forward slashes. */
  file: string;
  text: string;
  /** Offsets at which lines start. */
  lines: readonly number[];
  /** Position among the files of the description: the base first, then the overlays. */
  order: number;
  overlay: boolean;
  /** Ranges never to be shown. */
  masks: [start: number, end: number][];
  /** Lines (from 1) on which an overlay replaced something: nobody can tell what would be said of them. */
  replaced: Set<number>;
}

/** A range of a text: offsets, the end exclusive. */
export interface Span {
  text: SourceText;
  start: number;
  end: number;
}

export function sourceText(file: string, text: string, order: number, overlay: boolean): SourceText {
  const lines = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines.push(at + 1);
  return { file, text, lines, order, overlay, masks: [], replaced: new Set() };
}

/** The line (from 1) on which an offset lies. */
export function lineAt(text: SourceText, offset: number): number {
  let [low, high] = [0, text.lines.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (text.lines[middle]! <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}

export function placeOf({ text, start }: Span): Place {
  const line = lineAt(text, start);
  return { file: text.file, line, column: start - text.lines[line - 1]! + 1 };
}
