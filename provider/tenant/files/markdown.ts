/** Text of people's own choice in Markdown, as GitHub and GitLab read it. */

import { plain } from "../../engine/errors";

/** It cannot be seen, and parts what would otherwise be a mention, a reference or a link wherever it is looked for. */
const joiner = "\u200d";

/** Text that is nothing but text: no markup, no HTML, no mention, no reference, no link, no cell and no line of its own. */
export const markdownText = (text: string): string =>
  // What cannot be seen goes first: afterwards it would bring together what was kept apart.
  plain(text)
    .replace(/\n+/g, " ")
    // Mentions and references are looked for in the page that was made, where neither a backslash nor an entity is left.
    .replace(/@|[#!%&~$](?=[\w"])|:(?=\/\/)|\bGH(?=-\d)|www(?=\.)/gi, `$&${joiner}`)
    // Underscores within names of roles are no markup, and stay readable. `:name:` is a picture.
    .replace(/[\\`*[\]|~#$]|:(?=[\w+-]+:)|(?<![a-z0-9])_|_(?![a-z0-9])/gi, "\\$&")
    // What starts a list or underlines a heading.
    .replace(/^(\s*\d*)([-+=.)])/, "$1\\$2")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");

/** Text as code, fenced by more backticks than it holds, and one cell of a table. */
export function markdownCode(text: string): string {
  const shown = plain(text).replace(/\n+/g, " ");
  if (shown.replace(/\p{Cf}/gu, "") === "") return "";
  // Whether the pipe of `\\|` ends a cell, readers of Markdown do not agree on.
  if (shown.includes("\\|")) return `<code>${markdownText(shown)}</code>`;
  const cell = shown.replaceAll("|", "\\|");
  const fence = "`".repeat(Math.max(0, ...[...cell.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  return fence.length > 1 || cell.startsWith(" ") ? `${fence} ${cell} ${fence}` : `${fence}${cell}${fence}`;
}
