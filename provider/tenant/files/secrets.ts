/** What may be a secret is never shown, whatever else is wrong with it. */

import type { SourceText } from "./text";
import { onlyKey, type Written } from "./written";

/** Names under which people keep secrets. Wider than the language's own: a misspelt key has a value too. */
export const secretLike =
  /secret|password|passwd|token|credential|private|connection.?string|json.?key|access.?key|application.?key|conversion.?url.?headers/i;

/** Hides the value of a node in every frame. A name of a stack config key is none. */
export function maskNode(node: Written): void {
  if (onlyKey(node) !== "fromConfig") node.at.text.masks.push([node.at.start, node.at.end]);
}

/**
 * Hides what looks like secrets in a text that is no YAML, so that no tree tells what is what: everything after a
 * telling key, and the lines that stand deeper.
 */
export function maskText(source: SourceText): void {
  let deeperThan = Infinity;
  source.lines.forEach((start, index) => {
    const end = source.lines[index + 1] ?? source.text.length;
    const line = source.text.slice(start, end);
    if (line.trim() === "") return;
    const indent = line.search(/\S/);
    if (indent > deeperThan) {
      source.masks.push([start, end]);
      return;
    }
    deeperThan = Infinity;
    for (const found of line.matchAll(/([\w.-]+)["']?\s*:(?!\s*\{\s*fromConfig\b)/g)) {
      if (!secretLike.test(found[1]!)) continue;
      source.masks.push([start + found.index + found[0].length, end]);
      deeperThan = indent;
      return;
    }
  });
}
