/** The one mapping between the two spellings: camelCase for people, iconik's own on the wire. */

import type { Field } from "./definition";

/** `defaultUserType` → `default_user_type`. */
export const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** `BROWSE_ONLY` → `browseOnly`, `change-acl` → `changeAcl`; what is lower camel case already stays. */
export const lowerCamel = (word: string): string =>
  /^[a-z][A-Za-z0-9]*$/.test(word)
    ? word
    : word
        .toLowerCase()
        .split(/[_-]/)
        .map((piece, index) => (index === 0 ? piece : piece.charAt(0).toUpperCase() + piece.slice(1)))
        .join("");

/** Name of a field on the wire. A reference `aclTemplate` is `acl_template_id`; `undefined`: never sent. */
export function wireName(name: string, field: Field): string | undefined {
  if (field.wire === null) return undefined;
  if (field.wire !== undefined) return field.wire;
  const suffix = field.type === "reference" || field.type === "user" || field.type === "external" ? "_id" : "";
  return snake(name) + suffix;
}

/** iconik's spelling of a word written in lower camel case, found in the enum's own list. */
export const wireWord = (values: readonly string[], word: string): string | undefined =>
  values.find((value) => lowerCamel(value) === word);
