/**
 * The grammar as JSON Schema, for editors. Draft 7, the newest that the YAML extension of VS Code supports in full.
 * What a schema cannot say (references, sums, costs) is the loader's alone; what it says, the loader says too.
 */

import { formats, says, type Form, type Key, type RecordForm, type VariantsForm } from "../language/form";
import { grammarOf } from "../language/grammar";
import type { Kinds } from "../language/sections";

type Schema = Record<string, unknown>;

/** The schema of tenant files, from the definitions. */
export function tenantSchema(kinds: Kinds): Schema {
  const definitions = new Map<string, Schema>();
  definitions.set("fromConfig", {
    description:
      "A value of the Pulumi stack config: the project's namespace unless ns:key; the literal key first, then as a path.",
    ...exactly({ fromConfig: { type: "string", pattern: formats.configKey.pattern } }),
  });
  definitions.set("clear", { description: "Empties the field in iconik.", ...exactly({ clear: { const: true } }) });
  const whole = new Build(definitions).record(grammarOf(kinds));
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "iconik tenant",
    description: "What a platform team wants of one iconik tenant.",
    ...whole,
    definitions: Object.fromEntries([...definitions].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

const exactly = (properties: Record<string, Schema>): Schema => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

const reference = (name: string): Schema => ({ $ref: `#/definitions/${name}` });

class Build {
  constructor(private readonly definitions: Map<string, Schema>) {}

  of(form: Form): Schema {
    switch (form.form) {
      case "text": {
        const { min, max, format, suggestions } = form;
        const text: Schema = {
          type: "string",
          ...(min !== undefined && { minLength: min }),
          ...(max !== undefined && { maxLength: max }),
          ...(format && { pattern: formats[format].pattern }),
          ...(format === "date" && { format }),
        };
        return suggestions ? this.named("roleName", () => ({ anyOf: [{ enum: suggestions }, text] })) : text;
      }
      case "flag":
        return form.only === undefined ? { type: "boolean" } : { const: form.only };
      case "number":
        return {
          type: form.whole ? "integer" : "number",
          ...(form.min !== undefined && { minimum: form.min }),
          ...(form.max !== undefined && { maximum: form.max }),
        };
      case "words":
        return { type: "string", enum: form.words };
      case "list":
        return {
          type: "array",
          items: this.of(form.of),
          ...(form.min !== undefined && { minItems: form.min }),
          ...(form.max !== undefined && { maxItems: form.max }),
          ...(form.distinct && { uniqueItems: true }),
        };
      case "map":
        return {
          type: "object",
          propertyNames: { minLength: 1, ...(form.keys?.format && { pattern: formats[form.keys.format].pattern }) },
          additionalProperties: this.of(form.of),
        };
      case "record":
        return form.name ? this.named(form.name, () => this.record(form)) : this.record(form);
      case "variants":
        return this.named(form.name, () => this.variants(form));
      case "either":
        return { anyOf: form.of.map((one) => this.of(one)) };
      case "anything":
        return {};
    }
  }

  record(form: RecordForm): Schema {
    const keys = Object.entries(form.keys).filter(([, { refused }]) => !refused);
    const required = keys.filter(([, key]) => key.required).map(([name]) => name);
    const unless = keys.filter(([, { requiredUnless }]) => requiredUnless);
    return {
      ...(form.about && { description: form.about }),
      type: "object",
      properties: Object.fromEntries(keys.map(([name, key]) => [name, this.property(key)])),
      ...(required.length > 0 && { required }),
      ...(unless.length > 0 && { allOf: requirements(unless) }),
      additionalProperties: false,
    };
  }

  /** Common keys up front, so that editors offer them before the type is written; the type then brings its own record. */
  private variants(form: VariantsForm): Schema {
    const cases = Object.entries(form.cases);
    const shared = Object.entries(cases[0]![1].keys).filter(
      ([name, { refused }]) =>
        !refused &&
        cases.every(
          ([, { keys }]) => keys[name] && !keys[name].refused && !keys[name].requiredUnless?.includes("options.adopt"),
        ),
    );
    return {
      description: form.about,
      type: "object",
      properties: Object.fromEntries(shared.map(([name, key]) => [name, this.property(key)])),
      required: [form.by],
      allOf: cases.map(([name, record]) => ({
        if: { type: "object", properties: { [form.by]: { const: name } }, required: [form.by] },
        then: this.of(record),
      })),
    };
  }

  private property(key: Key): Schema {
    const own = this.of(key.form);
    const ways = [
      ...(key.config === "only" ? [] : [own]),
      ...(key.config ? [reference("fromConfig")] : []),
      ...(key.clear ? [reference("clear")] : []),
    ];
    const description = describe(key);
    return {
      description,
      ...(ways.length === 1
        ? ways[0]!
        : { anyOf: ways.flatMap((way) => (isBareEither(way) ? (way.anyOf as Schema[]) : [way])) }),
    };
  }

  private named(name: string, build: () => Schema): Schema {
    if (!this.definitions.has(name)) {
      this.definitions.set(name, {}); // Holds the place while it is built.
      this.definitions.set(name, build());
    }
    return reference(name);
  }
}

const isBareEither = (schema: Schema): boolean => Array.isArray(schema.anyOf) && Object.keys(schema).length === 1;

/** Keys that must be written unless another one is, grouped by which. */
function requirements(keys: readonly [string, Key][]): Schema[] {
  const groups = new Map<string, string[]>();
  for (const [name, { requiredUnless }] of keys) {
    const others = JSON.stringify(requiredUnless);
    groups.set(others, [...(groups.get(others) ?? []), name]);
  }
  return [...groups].map(([others, required]) => ({
    if: { not: { anyOf: (JSON.parse(others) as string[]).map(written) } },
    then: { required },
  }));
}

/** A schema for "this is written": a key, or a key of a record. */
function written(path: string): Schema {
  const [key = "", ...deeper] = path.split(".");
  return { required: [key], ...(deeper.length > 0 && { properties: { [key]: written(deeper.join(".")) } }) };
}

/** What an editor shows: what it is, and what people stumble over. */
export function describe({ about, field, config, form }: Key): string {
  return [
    about,
    ...(config === "only" ? ["A secret: { fromConfig: key }."] : []),
    ...(field?.immutable === "refuse" ? [`Cannot be changed afterwards: ${field.instead}.`] : []),
    ...(field?.immutable === "replace" ? ["A change makes a new one in its place."] : []),
    ...(form.form === "either" ? [`Write ${says(form)}.`] : []),
  ].join(" ");
}
