/** Writes the classes of `provider/pulumi/resources.ts`: one for each kind, with what editors show of it. */

import type { JsonSchema } from "../provider/contract.ts";
import type { Definition, Field, Fields, ObjectKind, Values, Variant } from "../provider/definition.ts";
// Compiled, because the sources are CommonJS, which Node does not run as TypeScript.
import { fieldsOf } from "../dist/definition.js";
import { fieldSchema, innerSchema, isClearable, itemSchema } from "../dist/field-schema.js";
import { lowerCamel } from "../dist/naming.js";
import { doc, example, notesOf, secretNote } from "./comments.mts";

/** The module, for these kinds in this order. */
export function classesOf(definitions: readonly Definition[]): string {
  return `${[header, ...definitions.flatMap((definition) => [...argumentsOf(definition), classOf(definition)])].join("\n\n")}\n`;
}

const header = `// Generated from the kinds by \`npm run generate\`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import type { Role } from "../roles";
import type { Access, BuiltIn, Clear, Clearable, Existing, KeptAccess, Reference } from "./inputs";
import { IconikResource, type IconikResourceOptions } from "./resource";`;

/** One form of a kind: of most there is one, of those with variants one for each. */
interface Form {
  /** Name of the interface of its arguments. */
  name: string;
  definition: Definition;
  variant?: Variant;
  /** The word that chooses the variant. */
  word?: string;
  fields: Fields;
}

function formsOf(definition: Definition): Form[] {
  const variants = definition.shape === "object" ? definition.variants : undefined;
  if (!variants) return [{ name: `${definition.kind}Args`, definition, fields: definition.fields }];
  return Object.entries(variants.cases).map(([word, variant]) => ({
    name: `${capital(word)}${definition.kind}Args`,
    definition,
    variant,
    word,
    fields: fieldsOf(definition, { [variants.by]: word }),
  }));
}

// Arguments

function argumentsOf(definition: Definition): string[] {
  const forms = formsOf(definition);
  const interfaces = forms.map(
    (form) => `${doc(aboutOf(form))}\nexport interface ${form.name} {\n${argumentLines(form).join("\n")}\n}`,
  );
  if (forms.length === 1) return interfaces;
  const union = forms.map(({ name }) => `\n  | ${name}`).join("");
  const { kind } = definition;
  const whole = `Arguments of {@link ${kind}}: \`${(definition as ObjectKind).variants!.by}\` decides which.`;
  const builtIn = `Arguments of a {@link ${kind}} that iconik made itself (\`builtIn\`): what is left out stays as it is.`;
  return [
    ...interfaces,
    `${doc([whole])}\nexport type ${kind}Args =${union};`,
    `${doc([builtIn])}\nexport type ${builtInArgs(definition)} = BuiltIn<${kind}Args, ${formName(definition)}>;`,
  ];
}

const builtInArgs = (definition: Definition): string => `BuiltIn${definition.kind}Args`;

/** What says of which form an object is: all that iconik's own need. */
const formName = (definition: Definition): string => {
  const by = definition.shape === "object" ? definition.variants?.by : undefined;
  return by === undefined ? "never" : JSON.stringify(by);
};

function aboutOf({ definition, variant, word }: Form): string[] {
  if (!variant) return [`Arguments of {@link ${definition.kind}}.`];
  return [
    variant.about,
    ...example(definition, {
      ...shared(definition),
      [(definition as ObjectKind).variants!.by]: word,
      ...variant.example,
    }),
  ];
}

/** What the first example says of fields that all variants have. */
const shared = (definition: Definition): Values =>
  Object.fromEntries(Object.entries(definition.examples[0]).filter(([name]) => definition.fields[name]?.required));

function argumentLines(form: Form): string[] {
  const { definition, variant, word, fields } = form;
  const by = variant && (definition as ObjectKind).variants!.by;
  return Object.entries(fields)
    .filter(([, field]) => !field.output)
    .flatMap(([name, field]) => {
      const schema = fieldSchema(definition, name, variant);
      const clearable = isClearable(definition, name, variant);
      const optional = !field.required || isKey(definition, name);
      const type = name === by ? JSON.stringify(word) : inputType(field, schema, clearable);
      const notes = [
        ...notesOf(field, schema, clearable),
        ...(isKey(definition, name) ? ["Left out: the resource's own name."] : []),
      ];
      return [doc([[field.about, ...notes].join(" ")], "  "), indent(`${name}${optional ? "?" : ""}: ${type};`)];
    });
}

function inputType(field: Field, schema: JsonSchema | undefined, clearable: boolean): string {
  if (field.type === "reference") return `Reference<${field.to.join(" | ")}>${clearable ? " | Clear" : ""}`;
  if (field.type === "access") return "Access";
  return `${clearable ? "Clearable" : "pulumi.Input"}<${valueType(field, schema)}>`;
}

/** The type of a value itself; what it holds may again be inputs. */
function valueType(field: Field, schema: JsonSchema | undefined): string {
  switch (field.type) {
    case "list":
    case "set":
      return arrayOf(inputType(field.of, itemSchema(schema), false));
    case "roles":
      return "pulumi.Input<Role>[]";
    case "record": {
      const lines = Object.entries(field.fields).flatMap(([name, inner]) => {
        const { schema: innerOne, clearable } = innerSchema(schema, name, inner);
        const type = inputType(inner, innerOne, clearable);
        const about = [inner.about, ...notesOf(inner, innerOne, clearable)].join(" ");
        return [doc([about]), `${name}${inner.required ? "" : "?"}: ${type};`];
      });
      return `${canBeOff(field) ? "false | " : ""}{\n${indent(lines.join("\n"))}\n}`;
    }
    default:
      return plainType(field);
  }
}

function plainType(field: Field): string {
  switch (field.type) {
    case "boolean":
      return "boolean";
    case "integer":
    case "number":
      return "number";
    case "choice":
      return field.values.map((word) => JSON.stringify(lowerCamel(word))).join(" | ");
    case "json":
      return "unknown";
    default:
      return "string";
  }
}

// Classes

function classOf(definition: Definition): string {
  const { kind } = definition;
  const forms = formsOf(definition);
  const args = `${kind}Args`;
  const needed =
    definition.shape === "part" ||
    forms.length > 1 ||
    forms.some(({ fields }) =>
      Object.entries(fields).some(([name, field]) => field.required && !isKey(definition, name)),
    );
  const head = `  constructor(name: string, args: ${args}${needed ? "" : " = {}"}, opts?: IconikResourceOptions)`;
  const overloads =
    forms.length > 1
      ? [
          `  constructor(name: string, args: ${builtInArgs(definition)}, opts: IconikResourceOptions & { builtIn: true });`,
          `${head};`,
        ]
      : [];
  const implementation = overloads.length > 0 ? head.replace(args, `${args} | ${builtInArgs(definition)}`) : head;
  return [
    doc([definition.about, ...example(definition, definition.examples[0])]),
    `export class ${kind} extends IconikResource {`,
    doc(["Tells kinds apart that look alike."], "  "),
    `  declare readonly __pulumiType: "pulumi-nodejs:dynamic/iconik:${kind}";`,
    ...outputLines(definition, forms),
    "",
    ...overloads,
    `${implementation} {`,
    `    super("${kind}", name, { ...args }, opts);`,
    "  }",
    "",
    doc([`One that exists, by its id: for reading only, it does not become part of the stack.`], "  "),
    `  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): ${kind} {`,
    `    return new ${kind}(name, {} as ${args}, { ...opts, id });`,
    "  }",
    "}",
  ].join("\n");
}

/** A field of several variants is one output; where one of them has no such field, it may be undefined. */
function outputLines(definition: Definition, forms: Form[]): string[] {
  const names = [...new Set(forms.flatMap(({ fields }) => Object.keys(fields)))];
  return names.flatMap((name) => {
    const having = forms.filter(({ fields }) => fields[name]);
    const types = having.map(({ variant, fields }) =>
      keptType(fields[name]!, fieldSchema(definition, name, variant), isClearable(definition, name, variant)),
    );
    const certain = forms.every(({ fields }) => fields[name]?.required);
    const type = [...new Set([...types, ...(certain ? [] : ["undefined"])])].join(" | ");
    const field = having[0]!.fields[name]!;
    return [
      doc([[field.about, ...(field.secret ? [secretNote] : [])].join(" ")], "  "),
      `  declare readonly ${name}: pulumi.Output<${type}>;`,
    ];
  });
}

/** The type of a value as it is kept: nothing in it waits any more. */
function keptType(field: Field, schema: JsonSchema | undefined, clearable: boolean): string {
  const type = ((): string => {
    switch (field.type) {
      case "reference":
        return field.output ? "string" : "string | Existing";
      case "access":
        return "KeptAccess";
      case "list":
      case "set":
        return arrayOf(keptType(field.of, itemSchema(schema), false));
      case "roles":
        return "Role[]";
      case "record": {
        const lines = Object.entries(field.fields).map(([name, inner]) => {
          const found = innerSchema(schema, name, inner);
          return `${name}${inner.required ? "" : "?"}: ${keptType(inner, found.schema, found.clearable)};`;
        });
        return `${canBeOff(field) ? "false | " : ""}{ ${lines.join(" ").replace(/;$/, "")} }`;
      }
      default:
        return plainType(field);
    }
  })();
  return clearable ? `${type} | Clear` : type;
}

// Details

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const isKey = (definition: Definition, name: string): boolean =>
  definition.shape === "object" && definition.key === name;
const canBeOff = (field: Field): boolean => field.via?.shape === "document";
const arrayOf = (type: string): string => (/^[^{<]*\|/.test(type) ? `(${type})[]` : `${type}[]`);
const indent = (text: string): string => text.replace(/^(?=.)/gm, "  ");
