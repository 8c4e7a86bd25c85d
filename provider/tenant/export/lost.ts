/** What a tenant file says that no tenant can know, and what of it another text would no longer say. */

import { isDeepStrictEqual } from "node:util";
import { parseDocument } from "yaml";

/** Sections of a file that no tenant knows. */
export const ownSections = ["clouds", "release", "guards", "allow", "tests", "invariants"];
/** Within objects and entries. */
const keys = ["formerly", "provision", "expires"];

/** In the words of the file: `guards`, `formerly of userGroups/Editors`. */
export function lostBy(written: string, next: string): string[] {
  const [was, is] = [written, next].map(contentOf);
  const lost = ownSections.filter(
    (section) => isThere(at(was, section)) && !isDeepStrictEqual(at(was, section), at(is, section)),
  );
  const within = entriesOf(was).flatMap(([section, entries]) =>
    entriesOf(entries).flatMap(([label, entry]) => {
      const now = at(at(is, section), label);
      return keys.filter((key) => found(entry, key) !== found(now, key)).map((key) => `${key} of ${section}/${label}`);
    }),
  );
  return [...lost, ...within];
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
const isHolder = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const entriesOf = (value: unknown): [string, unknown][] => (isHolder(value) ? Object.entries(value) : []);
const at = (value: unknown, key: string): unknown =>
  isHolder(value) && Object.hasOwn(value, key) ? value[key] : undefined;

/** All values of the key, however deep, as one text. */
const found = (value: unknown, key: string): string => JSON.stringify(valuesOf(value, key));
const valuesOf = (value: unknown, key: string): unknown[] =>
  entriesOf(value).flatMap(([name, inner]) => (name === key ? [inner] : valuesOf(inner, key)));
