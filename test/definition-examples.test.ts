/**
 * The examples of the definitions, which documentation and other tests build on, obey the definitions and the contract;
 * and what a definition works out by itself (addresses, types of storages, pairs of keys) comes out right.
 */

import { describe, expect, test } from "vitest";
import type { JsonSchema } from "../provider/contract";
import {
  accessSorts,
  fieldsOf,
  isClear,
  permissions,
  type Definition,
  type Field,
  type ObjectKind,
  type Values,
  type Variant,
} from "../provider/definition";
import { fieldSchema, innerSchema, isClearable, itemSchema } from "../provider/field-schema";
import { kinds } from "../provider/kinds";
import { wireWord } from "../provider/naming";
import { roles } from "../provider/roles";

const definitions = Object.values(kinds);
const objects = definitions.filter((definition) => definition.shape === "object");

describe("examples", () => {
  const whole = (definition: Definition): Values[] => {
    const variants = definition.shape === "object" ? definition.variants : undefined;
    const [first] = definition.examples;
    if (!variants) return [first];
    const shared = Object.fromEntries(
      Object.entries(first).filter(([name]) => definition.fields[name] && name !== variants.by),
    );
    return [
      first,
      ...Object.entries(variants.cases).map(([name, { example }]) => ({ ...shared, [variants.by]: name, ...example })),
    ];
  };
  const variantOf = (definition: Definition, values: Values): Variant | undefined =>
    definition.shape === "object" ? definition.variants?.cases[String(values[definition.variants.by])] : undefined;

  test.each(definitions)("$kind: the first is whole, the others change it", (definition) => {
    const [first, ...changes] = definition.examples;
    for (const values of whole(definition)) {
      const fields = fieldsOf(definition, values);
      expect(Object.keys(fields).filter((name) => fields[name]!.required && !(name in values))).toEqual([]);
      expect(invalid(definition, variantOf(definition, values), values)).toEqual([]);
      expect(variantOf(definition, values)?.check?.(values, true) ?? []).toEqual([]);
    }
    let values = first;
    for (const change of changes) {
      expect(invalid(definition, variantOf(definition, first), { ...values, ...change })).toEqual([]);
      expect({ ...values, ...change }, "a change changes something").not.toEqual(values);
      values = { ...values, ...change };
    }
  });

  test.each(objects)("$kind: carries the name by which it is found", ({ key, fields, examples }) => {
    expect(fields[key]).toMatchObject({ type: "string", required: true });
    expect(examples[0][key]).toMatch(/./);
  });

  function invalid(definition: Definition, variant: Variant | undefined, values: Values): string[] {
    const fields = fieldsOf(definition, values);
    return Object.entries(values).flatMap(([name, value]) => {
      const field = fields[name];
      if (!field) return [`${name}: no such field`];
      if (field.output) return [`${name}: an output`];
      if (isClear(value)) return isClearable(definition, name, variant) ? [] : [`${name}: cannot be cleared`];
      if (field.via?.shape === "document" && value === false) return [];
      return problems(name, field, value, fieldSchema(definition, name, variant));
    });
  }

  function problems(name: string, field: Field, value: unknown, schema: JsonSchema | undefined): string[] {
    const wrong = [`${name}: ${JSON.stringify(value)} is no ${field.type}`];
    const when = (right: boolean) => (right ? [] : wrong);
    const isRecord = (given: unknown): given is Values =>
      typeof given === "object" && given !== null && !Array.isArray(given);
    const isMember = (given: unknown) =>
      isRecord(given) ? typeof given.existing === "string" : typeof given === "string";
    switch (field.type) {
      case "string":
      case "external":
        return when(typeof value === "string");
      case "boolean":
        return when(typeof value === "boolean");
      case "integer":
      case "number": {
        const { minimum = -Infinity, maximum = Infinity } = schema ?? {};
        const isNumber = field.type === "integer" ? Number.isInteger(value) : typeof value === "number";
        return when(isNumber && (value as number) >= minimum && (value as number) <= maximum);
      }
      case "choice":
        return when(wireWord(field.values, String(value)) !== undefined);
      case "list":
      case "set":
        if (!Array.isArray(value)) return wrong;
        return value.flatMap((item, index) => problems(`${name}[${index}]`, field.of, item, itemSchema(schema)));
      case "roles":
        return when(Array.isArray(value) && value.every((role) => roles.has(role)));
      case "record":
        if (!isRecord(value)) return wrong;
        return [
          ...Object.keys(field.fields)
            .filter((inner) => field.fields[inner]!.required && !(inner in value))
            .map((inner) => `${name}.${inner}: missing`),
          ...Object.entries(value).flatMap(([inner, innerValue]) => {
            const innerField = field.fields[inner];
            if (!innerField) return [`${name}.${inner}: no such field`];
            return problems(`${name}.${inner}`, innerField, innerValue, innerSchema(schema, inner, innerField).schema);
          }),
        ];
      case "json":
        return when(isRecord(value));
      case "reference":
        return when(isMember(value));
      case "user":
        return when(typeof value === "string" && /^[^@]+@example\.com$/.test(value));
      case "access":
        if (!isRecord(value)) return wrong;
        return Object.entries(value).flatMap(([sort, entries]) =>
          Object.hasOwn(accessSorts, sort) && Array.isArray(entries)
            ? entries.flatMap((entry: Values) =>
                when(
                  isMember(entry[accessSorts[sort as keyof typeof accessSorts].member]) &&
                    (entry.permissions as string[]).every((word) => wireWord(permissions, word)),
                ),
              )
            : wrong,
        );
    }
  }
});

describe("types of storages", () => {
  const variants = (kinds.Storage as ObjectKind).variants!;
  const live = (type: string, values: Values): Record<string, any> => {
    const variant = variants.cases[type]!;
    return { ...variant.wire, settings: variant.derive?.(values) ?? values };
  };
  const recognised = (answer: Record<string, any>) =>
    Object.keys(variants.cases).find((name) => variants.cases[name]!.recognise(answer));

  test.each(Object.keys(variants.cases))("a storage of type %s is recognised as what it is", (type) => {
    // Cloudian runs under its owner's own name, so its address says nothing.
    expect(recognised(live(type, variants.cases[type]!.example))).toBe(type === "cloudian" ? "s3Compatible" : type);
  });

  test.each([
    ["", "s3"],
    ["s3.eu-north-1.amazonaws.com", "s3"],
    ["https://S3.cn-north-1.amazonaws.com.cn/", "s3"],
    ["https://s3.eu-central-1.wasabisys.com:443", "wasabi"],
    ["https://s3.amazonaws.com.example.com", "s3Compatible"],
    ["https://s3.example.com/wasabisys.com", "s3Compatible"],
    ["https://notwasabisys.com", "s3Compatible"],
    ["http://127.0.0.1:9000", "s3Compatible"],
  ])("an S3 storage at %j is %s", (endpoint, type) => {
    expect(recognised({ method: "S3", settings: { endpoint } })).toBe(type);
  });

  test("the address follows from the region, unless one is written", () => {
    const address = (type: string, values: Values) => variants.cases[type]!.derive!(values).endpoint;
    expect(address("s3", { region: "eu-north-1" })).toBe("https://s3.eu-north-1.amazonaws.com");
    expect(address("s3", { region: "cn-north-1" })).toBe("https://s3.cn-north-1.amazonaws.com.cn");
    expect(address("wasabi", { region: "eu-central-1" })).toBe("https://s3.eu-central-1.wasabisys.com");
    expect(address("ibmCos", { region: "eu-de" })).toBe("https://s3.eu-de.cloud-object-storage.appdomain.cloud");
    expect(address("s3", { region: "eu-north-1", endpoint: "https://s3.example.com" })).toBe("https://s3.example.com");
    expect(address("s3", {})).toBeUndefined();
  });

  test.each([
    ["s3", { credentials: "managed", accessKey: "EXAMPLEKEY" }, ["accessKey"]],
    ["s3", { credentials: "managed", secretKey: "example-secret-key" }, ["secretKey"]],
    ["s3", { credentials: "managed" }, []],
    ["s3", { credentials: "keys", accessKey: "EXAMPLEKEY" }, ["secretKey"]],
    ["s3", { secretKey: "example-secret-key" }, ["accessKey"]],
    ["s3", {}, []],
    ["wasabi", { accessKey: "EXAMPLEKEY" }, ["secretKey"]],
    ["wasabi", { accessKey: "EXAMPLEKEY", secretKey: "example-secret-key" }, []],
  ])("keys of %s: %j", (type, values, fields) => {
    expect(variants.cases[type]!.check!(values, true).map(({ field }) => field)).toEqual(fields);
  });

  test.each(Object.entries(variants.cases))(
    "%s: no field stands in place of one that all storages have",
    (_, { fields }) => {
      const shared = Object.keys((kinds.Storage as ObjectKind).fields);
      expect(Object.keys(fields).filter((name) => shared.includes(name))).toEqual([]);
    },
  );
});
