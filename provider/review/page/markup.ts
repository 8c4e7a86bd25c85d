/** Text and HTML, told apart: what is no markup is escaped wherever it is put in. */

import { plain } from "../../engine/errors";

export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | undefined | false | readonly Part[];

/** Markup from a template; everything in `${}` that is no markup itself is text. Lists are joined, nothing is nothing. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: strings.map((text, index) => (index === 0 ? text : written(parts[index - 1]) + text)).join("") };
}

/** What is no text of anybody's: a style, a script. */
export const asIs = (text: string): Markup => ({ markup: text });

function written(part: Part): string {
  if (part === undefined || part === false) return "";
  if (typeof part === "number") return String(part);
  if (typeof part === "string") return escaped(part);
  return "markup" in part ? part.markup : part.map(written).join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (text: string): string => plain(text).replace(/[&<>"']/g, (one) => entities[one]!);

/**
 * A sentence. Names in it, which may be of any script and direction, do not turn the words around them; names of roles
 * are set as code.
 */
export function sentence(text: string): Markup {
  const parts = text.split(/(“[^”]*”|\b(?:can|web|is)_[a-z0-9_]+)/);
  return markup`${parts.map((part, index) => (index % 2 === 0 ? part : part.startsWith("“") ? markup`“<bdi>${part.slice(1, -1)}</bdi>”` : markup`<code>${part}</code>`))}`;
}
