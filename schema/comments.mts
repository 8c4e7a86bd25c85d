/** Doc comments of the generated classes: what editors show. */

import type { JsonSchema } from "../provider/contract.ts";
import type { Definition, Field, Values } from "../provider/definition.ts";
import { fieldsOf } from "../dist/definition.js";

/** A doc comment, broken at 116 columns. What comes after `@example` is kept line by line. */
export function doc(paragraphs: string[], margin = ""): string {
  const at = paragraphs.indexOf("@example");
  const prose = paragraphs.slice(0, at < 0 ? undefined : at).flatMap((text) => wrap(text, 112 - margin.length));
  const lines = [...prose, ...(at < 0 ? [] : paragraphs.slice(at))].map((line) => line.replaceAll("*/", "*\\/"));
  if (lines.length === 1) return `${margin}/** ${lines[0]} */`;
  return [`${margin}/**`, ...lines.map((line) => `${margin} *${line ? ` ${line}` : ""}`), `${margin} */`].join("\n");
}

export const secretNote = "Secret: encrypted in the state, never printed.";

/** What the contract and the marks say of a field, in sentences. */
export function notesOf(field: Field, schema: JsonSchema | undefined, clearable: boolean): string[] {
  return [
    ...limitsOf(schema),
    ...(field.type === "user" ? ["By e-mail."] : []),
    ...(isExternal(field) ? ["By id."] : []),
    ...(clearable ? ["`iconik.clear` unsets it."] : []),
    ...(field.secret ? [secretNote] : []),
    ...(field.immutable === "replace" ? ["Changing it replaces the resource."] : []),
    ...(field.immutable === "refuse" ? [`Changing it is refused: ${field.instead}.`] : []),
  ];
}

function isExternal(field: Field): boolean {
  return field.type === "list" || field.type === "set" ? isExternal(field.of) : field.type === "external";
}

/** Bounds that say something: those of a machine's integers do not. */
function limitsOf(schema: JsonSchema | undefined): string[] {
  const bound = (value: number | undefined): number | undefined =>
    value === undefined || Math.abs(value) >= 2 ** 31 - 1 ? undefined : value;
  const most = bound(schema?.maximum);
  const least = bound(schema?.minimum);
  const items = schema?.maxItems;
  return [
    ...(least !== undefined && most !== undefined ? [`From ${least} to ${most}.`] : []),
    ...(least && most === undefined ? [`At least ${least}.`] : []),
    ...(least === undefined && most !== undefined ? [`At most ${most}.`] : []),
    ...(items !== undefined ? [`At most ${items} entries.`] : []),
  ];
}

/** A line of program that makes the first example. */
export function example(definition: Definition, values: Values): string[] {
  const { kind } = definition;
  const key = definition.shape === "object" ? definition.key : undefined;
  const { [key ?? ""]: name, ...rest } = values;
  const fields = fieldsOf(definition, values);
  const args = literal(
    Object.fromEntries(
      Object.entries(rest).map(([field, value]) => [field, fields[field]?.secret ? new Secret(field) : value]),
    ),
  );
  return ["", "@example", ...`new iconik.${kind}(${JSON.stringify(name ?? kind)}, ${args});`.split("\n")];
}

/** Stands for a value that a program must not hold. */
class Secret {
  readonly field: string;
  constructor(field: string) {
    this.field = field;
  }
}

function literal(value: unknown, depth = 0): string {
  if (value instanceof Secret) return `config.requireSecret(${JSON.stringify(value.field)})`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const list = Array.isArray(value);
  const parts = list
    ? value.map((item) => literal(item, depth + 1))
    : Object.entries(value).map(([name, item]) => `${name}: ${literal(item, depth + 1)}`);
  const [open, close] = list ? ["[", "]"] : ["{ ", " }"];
  const flat = `${open}${parts.join(", ")}${close}`;
  if (parts.length === 0) return list ? "[]" : "{}";
  if (flat.length < 90 && !flat.includes("\n")) return flat;
  const margin = "  ".repeat(depth + 1);
  return `${open.trim()}\n${parts.map((part) => `${margin}${part},\n`).join("")}${"  ".repeat(depth)}${close.trim()}`;
}

function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line && line.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines;
}
