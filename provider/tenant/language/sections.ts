/**
 * Where each kind is written. Read from the definitions by shape, so that a new one finds its place by itself:
 * - an object has a section of labelled entries;
 * - a part whose section is `<section>.<key>` is written inside the object it belongs to;
 * - a part of the tenant's one document is a section of its own, without labels;
 * - a part of several documents is a section with a list for everyone and one for each object (Shield).
 */

import type { Definition, Field, ObjectKind, PartKind } from "../../definition";

export type Kinds = Readonly<Record<string, Definition>>;

export interface Sections {
  objects: readonly ObjectKind[];
  /** Parts written inside an object, with the key under which they stand. */
  nestedIn(object: ObjectKind): { key: string; part: PartKind; by: string }[];
  /** Parts of the tenant's one document. */
  singles: readonly PartKind[];
  /** Parts of several documents. */
  spread: readonly PartKind[];
  /** Those that have lists for single objects of this kind, with the key under which these stand: `groups`. */
  spreadOver(object: ObjectKind): { key: string; part: PartKind }[];
  /** The definition behind a section of labelled entries. */
  objectOf(section: string): ObjectKind | undefined;
}

export function sectionsOf(kinds: Kinds): Sections {
  const definitions = Object.values(kinds);
  const objects = definitions.filter((definition) => definition.shape === "object");
  const parts = definitions.filter((definition) => definition.shape === "part");
  const top = parts.filter(({ section }) => !section.includes("."));
  const spread = top.filter(({ documents }) => documents.length > 1);
  return {
    objects,
    nestedIn: (object) =>
      parts.flatMap((part) => {
        const [section, key, ...deeper] = part.section.split(".");
        const by = part.documents[0]?.by;
        return section === object.section && key !== undefined && deeper.length === 0 && by !== undefined
          ? [{ key, part, by }]
          : [];
      }),
    singles: top.filter(({ documents }) => documents.length === 1),
    spread,
    spreadOver: ({ kind }) =>
      spread.flatMap((part) =>
        spreadKeys(part).flatMap(({ key, field }) => (field.to.includes(kind) ? [{ key, part }] : [])),
      ),
    objectOf: (section) => objects.find((object) => object.section === section),
  };
}

/** Fields that people write: not what iconik fills in. */
export const writable = (fields: Readonly<Record<string, Field>>): [string, Field][] =>
  Object.entries(fields).filter(([, field]) => !field.output);

/** Fields of a part without those that say which document it is. */
export const ownFields = (part: PartKind): [string, Field][] =>
  writable(part.fields).filter(([name]) => !part.documents.some(({ by }) => by === name));

/**
 * The one field of a kind that is nothing but a name and that: its entries are written in short, `AD-Editors: Editors`.
 */
export function shorthandOf(object: ObjectKind): [string, Field] | undefined {
  const others = writable(object.fields).filter(([name]) => name !== object.key);
  return others.length === 1 && others[0]![1].type === "reference" ? others[0] : undefined;
}

/** The field of an object that holds roles; its entries can name role sets too. */
export const rolesFieldOf = (object: ObjectKind): string | undefined =>
  Object.keys(object.fields).find((name) => object.fields[name]!.type === "roles");

/** Keys of a part of several documents under which it has lists for single objects: `groups`, by its field `group`. */
export const spreadKeys = (part: PartKind): { key: string; by: string; field: Field & { type: "reference" } }[] =>
  part.documents.flatMap(({ by }) => {
    const field = by === undefined ? undefined : part.fields[by];
    return by !== undefined && field?.type === "reference" ? [{ key: `${by}s`, by, field }] : [];
  });

/** The list that a part of several documents consists of. */
export function spreadList(part: PartKind): [string, Field & { type: "set" | "list" }] {
  const found = ownFields(part).find(([, field]) => field.type === "set" || field.type === "list");
  if (!found) throw new Error(`${part.kind} is a part of several documents without a list`);
  return found as [string, Field & { type: "set" | "list" }];
}
