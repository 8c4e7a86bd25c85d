/** `--brief`: without what says nothing more than iconik's own default. What is left out is not watched any more. */

import type { JsonSchema } from "../../contract";
import { chosenVariant, fieldsOf, type Definition, type Field, type Values } from "../../definition";
import { isUnset } from "../../engine/satellites";
import { text } from "../../engine/values";
import { fieldSchema } from "../../field-schema";
import { kinds } from "../../kinds";
import type { PicturedResource } from "../picture";

export interface Brief {
  resources: PicturedResource[];
  /** Fields that were left out, by section, with how many objects lost them. */
  unwatched: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

export function brief(all: readonly PicturedResource[]): Brief {
  const unwatched = new Map<string, Map<string, number>>();
  const resources = all.map((resource) => {
    const definition = kinds[resource.kind]!;
    const inputs = withoutDefaults(definition, resource.inputs, (field) => {
      const counts = unwatched.get(resource.section) ?? new Map<string, number>();
      unwatched.set(resource.section, counts.set(field, (counts.get(field) ?? 0) + 1));
    });
    return { ...resource, inputs };
  });
  // Settings of which nothing is left are no resource.
  const isEmpty = ({ kind, inputs }: PicturedResource) => {
    const definition = kinds[kind]!;
    return (
      definition.shape === "part" &&
      Object.keys(inputs).every((name) => definition.documents.some(({ by }) => by === name))
    );
  };
  return { resources: resources.filter((resource) => !isEmpty(resource)), unwatched };
}

function withoutDefaults(definition: Definition, inputs: Values, left: (field: string) => void): Values {
  const fields = fieldsOf(definition, inputs);
  const variant = chosenVariant(definition, inputs);
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, value]): [string, unknown][] => {
      const field = fields[name];
      // Roles are what people watch for.
      if (!field || field.required || field.immutable || field.type === "roles") return [[name, value]];
      if (isDefault(field, value, fieldSchema(definition, name, variant))) {
        left(name);
        return [];
      }
      if (field.type !== "access" || typeof value !== "object" || value === null) return [[name, value]];
      const sorts = Object.entries(value).filter(([sort, entries]) => {
        const isNone = Array.isArray(entries) && entries.length === 0;
        if (isNone) left(`${name}.${sort}`);
        return !isNone;
      });
      return [[name, Object.fromEntries(sorts)]];
    }),
  );
}

/** What the contract states, or what it looks like when nobody has ever set it. */
const isDefault = (field: Field, value: unknown, schema: JsonSchema | undefined): boolean =>
  (schema?.default !== undefined && text(schema.default) === text(value)) ||
  (field.via !== undefined ? isUnset(value) : value === "" || (Array.isArray(value) && value.length === 0));
