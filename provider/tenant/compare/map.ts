/**
 * The map file: what is called one thing in the first tenant and another in the second, said once, so that only real
 * differences remain.
 */

import { readFileSync } from "node:fs";
import Ajv, { type ErrorObject } from "ajv/dist/2020";
import { isMap, isScalar, LineCounter, parseDocument, type Document, type Scalar } from "yaml";
import { accessSorts, allFields, type Field, type Values } from "../../definition";
import { canonicalAddress } from "../../addresses";
import { memberField, type Access } from "../../engine/values";
import { kinds } from "../../kinds";
import { isFromConfig } from "../desired";
import { visible } from "../files/frame";
import { sectionsOf } from "../language/sections";
import type { Picture } from "../picture";

/** Each: what the first side has, and what the second has in its place. */
export interface CompareMap {
  /** Names of objects, by section: `{ userGroups: { Editors: Editors (test) } }`. */
  names?: Record<string, Record<string, string>>;
  /** Buckets and containers. */
  buckets?: Record<string, string>;
  /** Hosts, wherever an address of a service holds one. */
  hosts?: Record<string, string>;
  /** IP addresses and ranges. */
  addresses?: Record<string, string>;
  /** Ids of what is not managed here: metadata views, transcode profiles, B2 buckets. */
  ids?: Record<string, string>;
  /** Any other text that is a whole value: regions, projects, folders, people's e-mails. */
  values?: Record<string, string>;
}

const sorts = ["buckets", "hosts", "addresses", "ids", "values"] as const;
type Sort = (typeof sorts)[number];

const about: Record<Sort, string> = {
  buckets: "Buckets and containers.",
  hosts: "Hosts, wherever an address of a service holds one.",
  addresses: "IP addresses and ranges.",
  ids: "Ids of what is not managed here: metadata views, transcode profiles, B2 buckets.",
  values: "Any other text that is a whole value: regions, projects, folders, people's e-mails.",
};

/** JSON Schema of map files. */
export function mapSchema(): object {
  const texts = {
    type: "object",
    additionalProperties: { type: "string", minLength: 1 },
    propertyNames: { minLength: 1 },
  };
  const { objects } = sectionsOf(kinds);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "What is called one thing in the first tenant and another in the second",
    type: "object",
    additionalProperties: false,
    properties: {
      names: {
        description: "Names of objects, by section.",
        type: "object",
        additionalProperties: false,
        properties: Object.fromEntries(objects.map(({ section }) => [section, texts])),
      },
      ...Object.fromEntries(sorts.map((sort) => [sort, { description: about[sort], ...texts }])),
    },
  };
}

const validate = new Ajv({ strict: false, allErrors: true }).compile(mapSchema());

/**
 * Reads a map file.
 * @throws Error with everything that is wrong with it, each with its place.
 */
export function readMap(file: string): CompareMap {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, "utf8"), {
    version: "1.2",
    stringKeys: true,
    lineCounter: lines,
    prettyErrors: false,
  });
  const at = (offset: number) => `${file}:${lines.linePos(offset).line}:${lines.linePos(offset).col}`;
  const broken = document.errors.map(({ message, pos }) => `${at(pos[0])} ${message.split("\n")[0]}`);
  if (broken.length > 0) throw new Error(broken.join("\n"));
  const map = (document.toJS({ maxAliasCount: 100 }) ?? {}) as CompareMap;
  const wrong = validate(map)
    ? twice(map).map(([path, message]) => problem(document, path, message))
    : validate.errors!.map((error) => problem(document, pathOf(error), messageOf(error)));
  if (wrong.length > 0)
    throw new Error(wrong.map(({ offset, message }) => `${at(offset)} ${visible(message)}`).join("\n"));
  return map;
}

const pathOf = ({ instancePath, keyword, params }: ErrorObject): string[] => [
  ...instancePath
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~")),
  ...(keyword === "additionalProperties" ? [String(params.additionalProperty)] : []),
];

const messageOf = (error: ErrorObject): string => {
  const where = pathOf(error).join(".") || "the file";
  if (error.keyword === "additionalProperties")
    return `${where}: there is no such key; the schema is schema/map.schema.json`;
  return `${where}: ${error.keyword === "type" ? `wanted: ${error.params.type === "string" ? "a text" : "keys and values"}` : error.message}`;
};

/** Two that become one could not be told apart any more. */
function twice(map: CompareMap): [path: string[], message: string][] {
  const groups = [
    ...sorts.map((sort) => [[sort], map[sort]] as const),
    ...Object.entries(map.names ?? {}).map(([section, names]) => [["names", section], names] as const),
  ];
  return groups.flatMap(([path, texts]) => {
    const first = new Map<string, string>();
    return Object.entries(texts ?? {}).flatMap(([key, value]): [string[], string][] => {
      const other = first.get(value);
      first.set(value, key);
      return other === undefined || path[0] === "values"
        ? []
        : [[[...path, key], `${[...path, key].join(".")} and ${other} both become ${value}`]];
    });
  });
}

/** At the key, or at the nearest one above it that is written. */
function problem(
  { contents }: Document,
  path: readonly string[],
  message: string,
): { offset: number; message: string } {
  let offset = 0;
  let node: unknown = contents;
  for (const key of path) {
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
      : undefined;
    if (!pair) break;
    offset = (pair.key as Scalar).range?.[0] ?? offset;
    node = pair.value;
  }
  return { offset, message };
}

/** The first side as the second would call everything, and the entries of the map that fit nothing. */
export function withoutMapped(picture: Picture, map: CompareMap): { picture: Picture; unused: string[] } {
  const unused = new Set<string>();
  const tables = new Map(
    sorts.map((sort) => [
      sort,
      new Map(
        Object.entries(map[sort] ?? {}).map(
          ([key, value]) => (unused.add(`${sort}: ${key}`), [spelt(sort, key), { key, value }]),
        ),
      ),
    ]),
  );
  for (const [section, names] of Object.entries(map.names ?? {}))
    for (const name of Object.keys(names)) unused.add(`names.${section}: ${name}`);

  const lookUp = (sort: Sort, value: string): string | undefined => {
    const found = tables.get(sort)!.get(spelt(sort, value));
    if (found) unused.delete(`${sort}: ${found.key}`);
    return found?.value;
  };
  const rename = (section: string, name: string): string => {
    const names = map.names && Object.hasOwn(map.names, section) ? map.names[section]! : {};
    if (!Object.hasOwn(names, name)) return name;
    unused.delete(`names.${section}: ${name}`);
    return names[name]!;
  };
  const existing = (to: readonly string[], name: string): string =>
    to.map((kind) => rename(kinds[kind]?.section ?? kind, name)).find((renamed) => renamed !== name) ?? name;

  function mapped(name: string, field: Field, value: unknown): unknown {
    if (field.secret || value === null || value === undefined || isFromConfig(value)) return value;
    switch (field.type) {
      case "list":
      case "set":
        return Array.isArray(value) ? value.map((item) => mapped(name, field.of, item)) : value;
      case "record":
        return typeof value !== "object"
          ? value
          : Object.fromEntries(
              Object.entries(value).map(([key, inner]) => [
                key,
                Object.hasOwn(field.fields, key) ? mapped(key, field.fields[key]!, inner) : inner,
              ]),
            );
      case "access":
        return Object.fromEntries(
          (Object.entries(value) as [keyof Access, Values[]][]).map(([sort, entries]) => {
            const { member } = accessSorts[sort];
            return [
              sort,
              entries.map((entry) => ({ ...entry, [member]: mapped(member, memberField(sort), entry[member]) })),
            ];
          }),
        );
      case "reference":
        if (typeof value === "object" && "existing" in value)
          return { existing: existing(field.to, String(value.existing)) };
        return typeof value === "string" ? (lookUp("ids", value) ?? value) : value;
      case "external":
        return typeof value === "string" ? (lookUp("ids", value) ?? value) : value;
      case "string":
      case "user":
        return typeof value === "string" ? textOf(name, field, value) : value;
      default:
        return value;
    }
  }

  const textOf = (name: string, field: Field, value: string): string =>
    (field.idOf !== undefined ? lookUp("ids", value) : undefined) ??
    (field.type === "string" && field.canonical === "address" ? lookUp("addresses", value) : undefined) ??
    (name === "bucket" || name === "container" ? lookUp("buckets", value) : undefined) ??
    withHost(value) ??
    lookUp("values", value) ??
    value;

  function withHost(value: string): string | undefined {
    const [, before = "", host, after = ""] =
      /^([a-z][a-z0-9+.-]*:\/\/)?([a-z0-9.-]+)((?::\d+)?(?:[/?#].*)?)$/i.exec(value) ?? [];
    const other = host === undefined ? undefined : lookUp("hosts", host);
    return other === undefined ? undefined : `${before}${other}${after}`;
  }

  const mappedInputs = (kind: string, inputs: Values): Values => {
    const definition = kinds[kind];
    if (!definition) return inputs;
    const fields = allFields(definition);
    return Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => {
        if (definition.shape === "object" && name === definition.key && typeof value === "string")
          return [name, rename(definition.section, value)];
        return [name, Object.hasOwn(fields, name) ? mapped(name, fields[name]!, value) : value];
      }),
    );
  };
  const resources = picture.resources.map((resource) => ({
    ...resource,
    inputs: mappedInputs(resource.kind, resource.inputs),
  }));
  const expires = picture.later.expires.map((one) => ({ ...one, part: mappedInputs(one.of.kind, one.part) }));
  return { picture: { ...picture, resources, later: { ...picture.later, expires } }, unused: [...unused] };
}

const spelt = (sort: Sort, text: string): string =>
  sort === "addresses" ? canonicalAddress(text) : sort === "hosts" ? text.toLowerCase() : text;
