/** Where in a description the things of a comparison are written. */

import { kinds } from "../../kinds";
import type { Field, PartKind } from "../../definition";
import { sectionsOf, spreadList } from "../language/sections";
import type { Named } from "../compare";
import { placeOf, type Layers } from "../editing/layers";
import type { Place } from "../desired";

export interface WrittenField {
  /** Whose field it is: the object, or its settings. */
  kind: string;
  /** Name of the field among those of its kind, and of the leaf in it. */
  names: readonly [string, string?];
  field: Field;
  /** Keys from the top of the file. */
  path: readonly string[];
}

const layout = sectionsOf(kinds);

/** The field behind the name that a comparison gives it; undefined of what no file can say. */
export function writtenField(object: Named, name: string): WrittenField | undefined {
  const keys = name.split(".");
  const definition = kinds[object.kind];
  if (!definition) return undefined;
  if (definition.shape === "object") {
    const nested = layout.nestedIn(definition).find(({ key }) => key === keys[0]);
    return nested
      ? fieldOf(nested.part, keys.slice(1), [object.section, object.label, keys[0]!])
      : fieldOf(definition, keys, [object.section, object.label]);
  }
  if (definition.documents.length === 1) return fieldOf(definition, keys, [object.section]);
  const [list] = spreadList(definition);
  if (keys[0] !== list) return fieldOf(definition, keys, [object.section]);
  const [holder = "", ...label] = object.label.split("/");
  const found = fieldOf(definition, keys, []);
  return found && { ...found, path: [object.section, holder, ...(label.length > 0 ? [label.join("/")] : [])] };
}

function fieldOf(
  definition: (typeof kinds)[string] | PartKind,
  keys: readonly string[],
  holder: readonly string[],
): WrittenField | undefined {
  const [name = "", leaf] = keys;
  const variants =
    definition.shape === "object" && definition.variants
      ? Object.values(definition.variants.cases).map(({ fields }) => fields)
      : [];
  const field = [definition.fields, ...variants].find((fields) => Object.hasOwn(fields, name))?.[name];
  if (!field) return undefined;
  const path = [...holder, ...keys];
  if (leaf === undefined || field.type !== "record") return { kind: definition.kind, names: [name], field, path };
  const inner = Object.hasOwn(field.fields, leaf) ? field.fields[leaf] : undefined;
  return inner && { kind: definition.kind, names: [name, leaf], field: inner, path };
}

/** Where a change, or an object, is written; the top of the description where nothing of it is. */
export function placeIn(layers: Layers, object: Named, field?: string, member?: string): Place | undefined {
  const written = field === undefined ? undefined : writtenField(object, field);
  const path = written
    ? [...written.path, ...(member === undefined ? [] : [member])]
    : object.label === object.section
      ? [object.section]
      : [object.section, object.label];
  const [first] = layers.flat();
  return placeOf(layers, path) ?? object.place ?? (first && { file: first.name, line: 1, column: 1 });
}
