/** Names and lists within sentences. */

/** `a`, `a and b`, `a, b and c`. */
export function series(words: readonly string[], last = "and"): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}

/** Names of people's own choice, so that they are seen to be names. */
export const quoted = (text: string): string => `“${text}”`;
