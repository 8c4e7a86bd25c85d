/** A picture as a TypeScript program: the same resources, by the same names, that the tenant file makes. */

import { accessSorts, fieldsOf, type Field, type Values } from "../../definition";
import { memberField, memberOf, type Access } from "../../engine/values";
import { kinds } from "../../kinds";
import type { Ref } from "../desired";
import type { Gap, Picture, PicturedResource } from "../picture";
import { refsIn } from "../refs";
import { asPeopleSay } from "../writing/values";
import { brief } from "./brief";
import { leftToDerive, type DescribeOptions } from "./description";
import { withoutForeign } from "./foreign";
import { commentText, headOf } from "./head";
import { roleSetsOf, type RoleSets } from "./role-sets";
import { identifier, withSupplied } from "./secrets";
import { isOwnAddress, ownAddressNote } from "./shield";
import type { Exported } from "./yaml";

/** Characters up to which a value stands on one line. */
const wide = 100;

/** One program, `index.ts`. */
export function exportTypeScript(given: Picture, options: DescribeOptions = {}): Exported {
  const { picture, supplied } = withSupplied(withoutForeign(given));
  const { resources, unwatched } = options.brief
    ? brief(picture.resources)
    : { resources: picture.resources, unwatched: new Map() };
  const sets = roleSetsOf(resources.flatMap(({ kind, inputs }) => rolesIn(kind, inputs)));
  const names = variablesOf(resources, ["iconik", "pulumi", "config"]);
  const setNames = new Map([...sets.sets.keys()].map((name) => [name, `roles_${name.replaceAll("-", "_")}`]));
  const ends = picture.later.expires.filter(({ over }) => !over);
  const endless = ends.map(({ of: { kind, label }, value, until }): Gap => ({
    kind,
    label,
    field: `the end of ${value}`,
    why: `${until}; a program gives for good`,
  }));
  const gaps = Map.groupBy([...picture.gaps, ...endless], ({ kind, label }) => `${kind}/${label}`);
  const described = new Set(resources.map(({ kind, label }) => `${kind}/${label}`));
  const loose = picture.gaps
    .filter(({ kind, label }) => !described.has(`${kind}/${label}`))
    .map(
      ({ kind, label, field, why }) =>
        `${kinds[kind]!.section}/${label}${field === undefined ? "" : `/${field}`} is not described: ${why}`,
    );
  const usesConfig = resources.some(({ inputs }) => JSON.stringify(inputs).includes('"fromConfig"'));
  const head = [
    ...headOf(picture, { supplied, unwatched, loose }),
    ...(picture.tenant.domainId === undefined
      ? []
      : [
          "",
          "So that it is applied to no other tenant:",
          `  pulumi config set iconik:domainId ${picture.tenant.domainId}`,
        ]),
  ];
  const program = [
    ...head.map((line) => comment(line)),
    'import * as iconik from "pulumi-iconik";',
    ...(usesConfig ? ['import * as pulumi from "@pulumi/pulumi";', "", "const config = new pulumi.Config();"] : []),
    ...[...sets.sets].flatMap(([name, roles]) => [
      "",
      `const ${setNames.get(name)}: iconik.Role[] = ${listOf(roles.map(quote), 0)};`,
    ]),
    ...(picture.later.guards
      ? [
          "",
          ...(isOwnAddress(picture) ? [comment(`mustKeep: ${ownAddressNote}`)] : []),
          `new iconik.Guards("guards", ${literal(picture.later.guards, 0)});`,
        ]
      : []),
    ...resources.flatMap((resource) => [
      "",
      ...(gaps.get(`${resource.kind}/${resource.label}`) ?? []).map(({ field, why }: Gap) =>
        comment(`${field ?? resource.label} is not described: ${why}`),
      ),
      statement(resource, { names, sets, setNames }),
    ]),
    "",
  ].join("\n");
  return { files: new Map([["index.ts", program]]), supplied };
}

interface Names {
  names: ReadonlyMap<string, string>;
  sets: RoleSets;
  setNames: ReadonlyMap<string, string>;
}

const rolesIn = (kind: string, inputs: Values): string[][] =>
  Object.entries(fieldsOf(kinds[kind]!, inputs)).flatMap(([name, { type }]) => {
    const value = inputs[name];
    return type === "roles" && Array.isArray(value) && value.length > 0 ? [value as string[]] : [];
  });

/** Names for what others refer to; what nobody refers to needs none. */
function variablesOf(resources: readonly PicturedResource[], taken: readonly string[]): Map<string, string> {
  const used = new Set(
    resources.flatMap(({ kind, inputs }) => refsIn(kinds[kind]!, inputs).map(({ ref }) => `${ref.kind}/${ref.name}`)),
  );
  const names = new Set([...taken, ...reserved]);
  return new Map(
    resources.flatMap(({ kind, name }): [string, string][] => {
      const key = `${kind}/${name}`;
      if (!used.has(key)) return [];
      const word = identifier(name);
      const noun = kind.charAt(0).toLowerCase() + kind.slice(1);
      const base =
        word === ""
          ? noun
          : /^[0-9]/.test(word) || names.has(word)
            ? noun + word.charAt(0).toUpperCase() + word.slice(1)
            : word;
      let variable = base;
      for (let count = 2; names.has(variable); count += 1) variable = `${base}${count}`;
      names.add(variable);
      return [[key, variable]];
    }),
  );
}

const reserved = `
  abstract any arguments as async await boolean break case catch class const constructor continue debugger declare
  default delete do else enum eval export extends false finally for from function get if implements import in infer
  instanceof interface is keyof let module namespace never new null number object of package private protected
  public readonly require return set static string super switch symbol this throw true try type typeof undefined
  unique unknown var void while with yield exports process global
`
  .trim()
  .split(/\s+/);

function statement(resource: PicturedResource, known: Names): string {
  const { kind, name, inputs, options, formerly } = resource;
  const definition = kinds[kind]!;
  const fields = fieldsOf(definition, inputs);
  const key = definition.shape === "object" ? definition.key : undefined;
  const written = definition.shape === "object" ? leftToDerive(definition, inputs) : inputs;
  const args = Object.entries(written).flatMap(([field, value]) => {
    if (!fields[field] || value === undefined || (field === key && value === name)) return [];
    return [`${property(field)}: ${valueOf(fields[field], value, known, 1)}`];
  });
  const usual = definition.shape === "object" && definition.stateful && !options.builtIn ? { protect: true } : {};
  const opts = [
    ...Object.entries(options).flatMap(([option, value]) =>
      value === undefined || (usual as Values)[option] === value ? [] : [`${option}: ${JSON.stringify(value)}`],
    ),
    ...(formerly.length > 0
      ? [
          `aliases: ${listOf(
            formerly.map((former) => `{ name: ${quote(former)} }`),
            1,
          )}`,
        ]
      : []),
  ];
  const variable = known.names.get(`${kind}/${name}`);
  const given = args.length > 0 ? `{\n${args.map((arg) => `  ${arg},\n`).join("")}}` : "{}";
  const body = [
    quote(name),
    ...(args.length > 0 || opts.length > 0 ? [given] : []),
    ...(opts.length > 0 ? [`{ ${opts.join(", ")} }`] : []),
  ];
  return `${variable === undefined ? "" : `const ${variable} = `}new iconik.${kind}(${body.join(", ")});`;
}

function valueOf(field: Field, value: unknown, known: Names, depth: number): string {
  if (typeof value !== "object" || value === null) return literal(value, depth);
  if (field.type === "json") return literal(value, depth);
  if ("clear" in value) return "iconik.clear";
  if ("fromConfig" in value) return fromConfig(field, String((value as { fromConfig: unknown }).fromConfig));
  if ("ref" in value) {
    const { kind, name } = (value as { ref: Ref }).ref;
    return known.names.get(`${kind}/${name}`) ?? "undefined";
  }
  switch (field.type) {
    case "roles": {
      if (!Array.isArray(value)) return literal(value, depth);
      const { sets, roles } = known.sets.fold(value as string[]);
      return listOf([...sets.map((set) => `...${known.setNames.get(set)}`), ...roles.map(quote)], depth);
    }
    case "list":
    case "set":
      return Array.isArray(value)
        ? listOf(
            value.map((item) => valueOf(field.of, item, known, depth + 1)),
            depth,
          )
        : literal(value, depth);
    case "record":
      return objectOf(
        Object.entries(value).flatMap(([name, inner]) => {
          if (!Object.hasOwn(field.fields, name) || inner === undefined) return [];
          return [`${property(name)}: ${valueOf(field.fields[name]!, inner, known, depth + 1)}`];
        }),
        depth,
      );
    case "access":
      return objectOf(
        (Object.entries(value) as [keyof Access, NonNullable<Access[keyof Access]>][]).map(([sort, entries]) => {
          const items = entries.map((entry) => {
            const member = valueOf(memberField(sort), memberOf(entry), known, depth + 2);
            const permissions = listOf(asPeopleSay(entry.permissions).map(quote), depth + 2);
            return `{ ${accessSorts[sort].member}: ${member}, permissions: ${permissions} }`;
          });
          return `${sort}: ${listOf(items, depth + 1)}`;
        }),
        depth,
      );
    default:
      return literal(value, depth);
  }
}

function fromConfig(field: Field, key: string): string {
  const [, namespace, name = key] = /^([^:]+):(.+)$/.exec(key) ?? [];
  const config = namespace === undefined ? "config" : `new pulumi.Config(${quote(namespace)})`;
  const sort =
    field.type === "boolean" ? "Boolean" : field.type === "integer" || field.type === "number" ? "Number" : "";
  return `${config}.require${field.secret || field.hidden ? "Secret" : ""}${sort}(${quote(name)})`;
}

function literal(value: unknown, depth: number): string {
  if (Array.isArray(value))
    return listOf(
      value.map((item) => literal(item, depth + 1)),
      depth,
    );
  if (typeof value !== "object" || value === null)
    return typeof value === "string" ? quote(value) : JSON.stringify(value);
  return objectOf(
    Object.entries(value).flatMap(([name, inner]) =>
      inner === undefined ? [] : [`${property(name)}: ${literal(inner, depth + 1)}`],
    ),
    depth,
  );
}

const listOf = (items: readonly string[], depth: number): string => laid("[", items, "]", "", depth);
const objectOf = (items: readonly string[], depth: number): string =>
  items.length === 0 ? "{}" : laid("{", items, "}", " ", depth);

/** On one line where it fits, otherwise a line for each. */
function laid(open: string, items: readonly string[], close: string, pad: string, depth: number): string {
  const line = `${open}${pad}${items.join(", ")}${pad}${close}`;
  if (line.length <= wide && !line.includes("\n")) return line;
  const indent = "  ".repeat(depth);
  return `${open}\n${items.map((item) => `${indent}  ${item},\n`).join("")}${indent}${close}`;
}

/** A computed key is an own property even where the name means something. */
const property = (name: string): string =>
  name === "__proto__" ? '["__proto__"]' : /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
/** Line separators end a line in older readers. */
const quote = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u2028\u2029\u007f-\u009f]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
const comment = (line: string): string => (line === "" ? "//" : `// ${commentText(line)}`);
