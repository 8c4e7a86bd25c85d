/** Tables of the reference: the keys of a record, with what they take. */

import { formats, type Form, type Key, type RecordForm } from "../language/form";

export function keyTable({ keys }: RecordForm): string[] {
  const rows = Object.entries(keys).flatMap(([name, key]) => rowsOf(name, key, 0));
  return rows.length > 0 ? table(["Key", "Value", "What it is"], rows) : [];
}

/** A key, and under it the keys of its record. */
export function rowsOf(name: string, key: Key, depth: number): string[][] {
  if (key.refused) return [];
  const own = [`\`${name}\``, cell(key), about(key)];
  const isWord =
    ["reference", "external", "access"].includes(key.field?.type ?? "") || name === "options" || name === "settings";
  const inner = isWord || depth > 3 ? undefined : recordIn(key.form, name);
  return [
    own,
    ...Object.entries(inner?.record.keys ?? {}).flatMap(([below, one]) =>
      rowsOf(`${inner!.path}.${below}`, one, depth + 1),
    ),
  ];
}

/** The record that a value is, or that the items of a list are; of several, their keys together. */
function recordIn(form: Form, path: string): { record: RecordForm; path: string } | undefined {
  if (form.form === "record") return { record: form, path };
  if (form.form === "list") return recordIn(form.of, `${path}[]`);
  if (form.form !== "either") return undefined;
  const found = form.of.flatMap((one) => recordIn(one, path) ?? []);
  if (found.length < 2) return found[0];
  const everywhere = (name: string) => found.every(({ record }) => Object.hasOwn(record.keys, name));
  const keys = Object.assign({}, ...found.map(({ record }) => record.keys)) as Record<string, Key>;
  const together = Object.entries(keys).map(([name, key]) => [
    name,
    everywhere(name) ? key : { ...key, required: undefined },
  ]);
  return { ...found[0]!, record: { ...found[0]!.record, keys: Object.fromEntries(together) as Record<string, Key> } };
}

function cell(key: Key): string {
  const marks = [
    ...(key.required ? ["**required**"] : []),
    ...(key.requiredUnless
      ? [
          `**required**${key.requiredUnless.length > 0 ? ` unless ${key.requiredUnless.map((other) => `\`${other}\``).join(" or ")}` : ""}`,
        ]
      : []),
    ...(key.config === "only" ? ["**secret**"] : []),
    ...(key.clear ? ["can be cleared"] : []),
  ];
  return [key.config === "only" ? "`{ fromConfig: key }`" : valueOf(key.form), ...marks].join("; ");
}

function about({ about: text, field }: Key): string {
  return [
    text,
    ...(field?.immutable === "refuse" ? [`Cannot be changed: ${field.instead}.`] : []),
    ...(field?.immutable === "replace" ? ["A change deletes the object and makes a new one."] : []),
  ].join(" ");
}

const huge = 2 ** 31 - 1;

export function valueOf(form: Form): string {
  switch (form.form) {
    case "text":
      return form.format
        ? formats[form.format].says
        : form.suggestions
          ? "role"
          : form.max === undefined
            ? "text"
            : `text, up to ${form.max} characters`;
    case "flag":
      return form.only === undefined ? "true or false" : `${form.only}`;
    case "number": {
      const min = form.min !== undefined && form.min > -huge ? form.min : undefined;
      const max = form.max !== undefined && form.max < huge ? form.max : undefined;
      const range =
        min === undefined
          ? max === undefined
            ? ""
            : `, at most ${max}`
          : max === undefined
            ? `, at least ${min}`
            : `, ${min} to ${max}`;
      return `${form.whole ? "whole number" : "number"}${range}`;
    }
    case "words":
      return form.words.map((word) => `\`${word}\``).join(", ");
    case "list":
      return `list of: ${valueOf(form.of)}${form.max === undefined ? "" : `; up to ${form.max}`}`;
    case "map":
      return form.about;
    case "record":
      return form.name === "access"
        ? "`groups`, `teams`, `users`: what each may do"
        : form.keys.id && Object.keys(form.keys).length === 1
          ? "`{ id: … }`"
          : "map";
    case "variants":
      return "map";
    case "either":
      return form.says;
    case "anything":
      return "anything";
  }
}

export function table(head: string[], rows: readonly string[][]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((text) => text.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line), ""];
}
