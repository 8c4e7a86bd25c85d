/** What a tenant file says that no tenant can know, and what of it another text would no longer say. */

import { isDeepStrictEqual } from "node:util";
import { parseDocument } from "yaml";

/** At the top of a file. */
const sections = ["clouds", "release", "guards", "allow", "tests", "invariants"];
/** Within objects and entries. */
const keys = ["formerly", "provision", "expires"];

/** In the words of the file: `guards`, `formerly of userGroups/Editors`. */
export function lostBy(written: string, next: string): string[] {
  const [was, is] = [written, next].map(contentOf);
  const lost = sections.filter((section) => isThere(at(was, section)) && !isDeepStrictEqual(at(was, section), at(is, section)));
  return [...lost, ...entriesOf(was).flatMap(([section, entries]) => entriesOf(entries).flatMap(([label, entry]) => keys.filter((key) => found(entry, key) !== found(at(at(is, section), label), key)).map((key) => `${key} of ${section}/${label}`)))];
}

/** Broken files too, as far as they can be read. */
function contentOf(text: string): unknown {
  try {
    return parseDocument(text, { logLevel: "silent" }).toJS({ maxAliasCount: 100 }) as unknown;
  } catch {
    return undefined;
  }
}

const isThere = (value: unknown): boolean => value !== undefined && value !== null && Object.keys(value).length > 0;
const entriesOf = (value: unknown): [string, unknown][] => (typeof value === "object" && value !== null ? Object.entries(value) : []);
const at = (value: unknown, key: string): unknown => (typeof value === "object" && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined);

/** All values of the key, however deep. */
const found = (value: unknown, key: string): string => JSON.stringify(entriesOf(value).flatMap(([name, inner]): unknown[] => (name === key ? [inner] : JSON.parse(found(inner, key)) as unknown[])));
