/** Policies as they are compared: services give them back in other spellings. */

import { isDeepStrictEqual } from "node:util";

/** Do two documents mean the same? A list of one is its element, and the order of lists does not count. */
export const samePolicy = (one: unknown, other: unknown): boolean =>
  isDeepStrictEqual(canonical(one), canonical(other));

export function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(canonical).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    return items.length === 1 ? items[0] : items;
  }
  if (typeof value !== "object" || value === null)
    return typeof value === "boolean" || typeof value === "number" ? String(value) : value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, canonical(inner)]),
  );
}

/** A document as the service gives it: JSON, which IAM encodes as in a URL. */
export function parsePolicy(text: string): unknown {
  const plain = text.trimStart().startsWith("{") ? text : decodeURIComponent(text);
  try {
    return JSON.parse(plain);
  } catch {
    return plain;
  }
}
