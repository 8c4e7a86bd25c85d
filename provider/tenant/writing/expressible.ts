/**
 * What of an object the language can say. A tenant holds what no file may: words that iconik has added since, numbers
 * beyond its own limits, addresses with leading zeros. That is left out, with the reason, so that what is written can
 * always be read.
 */

import { checkAddress } from "../checks/allow-lists";
import { accessSorts, chosenVariant, fieldsOf, type Definition, type Field, type Values } from "../../definition";
import { canonicalValue, type Access } from "../../engine/values";
import type { Finding } from "../diagnostics";
import { conform } from "../language/conform";
import { fieldKey } from "../language/field-form";
import type { Key } from "../language/form";
import { asWritten, mapOf, type Tree } from "./tree";
import { treeOfValue, type Naming } from "./values";

export interface Unsaid {
  field: string;
  why: string;
}

/** The values in canonical form, without what the language cannot say, and what that was. */
export function expressible(
  definition: Definition,
  values: Values,
  naming: Naming,
): { values: Values; unsaid: Unsaid[] } {
  const variant = chosenVariant(definition, values);
  const fields = fieldsOf(definition, values);
  const unsaid: Unsaid[] = [];
  const said: Values = {};
  for (const [name, value] of Object.entries(values)) {
    const field = fields[name];
    if (!field || field.output || value === undefined) continue;
    // That there is no address is no address that is wrong.
    if (field.type === "string" && field.canonical === "endpoint" && canonicalValue(field, value) === "") continue;
    const key = fieldKey(definition, name, field, variant);
    const kept =
      field.type === "access"
        ? bySort(key, field, name, value as Access)
        : field.type === "record" && !field.via && typeof value === "object" && !("clear" in value!)
          ? byLeaf(key, field, name, value as Values)
          : whole(key, field, name, value);
    if (kept !== undefined) said[name] = canonicalValue(field, kept);
  }
  return { values: said, unsaid };

  function whole(key: Key, field: Field, name: string, value: unknown): unknown {
    const why = problemOf(key, name, treeOfValue(field, value, naming)) ?? addressProblem(field, value);
    if (why === undefined) return value;
    unsaid.push({ field: name, why });
    return undefined;
  }

  function byLeaf(key: Key, field: Field & { type: "record" }, name: string, value: Values): Values | undefined {
    const entries = Object.entries(value).filter(([inner, item]) => {
      if (!Object.hasOwn(field.fields, inner) || item === undefined) return false;
      const why = problemOf(key, name, treeOfValue(field, { [inner]: item }, naming));
      if (why !== undefined) unsaid.push({ field: `${name}.${inner}`, why });
      return why === undefined;
    });
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  }

  function bySort(key: Key, field: Field, name: string, value: Access): Access | undefined {
    const entries = (Object.keys(accessSorts) as (keyof Access)[]).flatMap((sort): [string, unknown][] => {
      if (value[sort] === undefined) return [];
      const why = problemOf(key, name, treeOfValue(field, { [sort]: value[sort] }, naming));
      if (why === undefined) return [[sort, value[sort]]];
      unsaid.push({ field: `${name}.${sort}`, why });
      return [];
    });
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  }
}

/** Why the language does not take this value under this key; undefined when it does. */
function problemOf(key: Key, name: string, tree: Tree | undefined): string | undefined {
  if (tree === undefined) return "it cannot be said in a tenant file";
  const found: string[] = [];
  // Secrets stand as { fromConfig: … } and are the writer's business.
  conform(
    { form: "record", keys: { [name]: { ...key, required: undefined, requiredUnless: undefined } } },
    asWritten(mapOf([[name, tree]])),
    (_, __, message) => found.push(message),
  );
  return found[0] ?? unencodable(tree);
}

/** Half a character cannot be kept in a file. */
function unencodable(tree: Tree): string | undefined {
  const text = JSON.stringify([...texts(tree)]);
  return /\\ud[89a-f]/i.test(text) && [...texts(tree)].some((one) => !one.isWellFormed())
    ? "it holds half a character, which no file can"
    : undefined;
}

function* texts(tree: Tree): Generator<string> {
  if (typeof tree === "string") yield tree;
  else if (Array.isArray(tree)) for (const item of tree as readonly Tree[]) yield* texts(item);
  else if (tree instanceof Map)
    for (const [key, value] of tree as ReadonlyMap<string, Tree>) yield* (yield key, texts(value));
}

/** Addresses are looked at by the list that they stand in, not by its form. */
function addressProblem(field: Field, value: unknown): string | undefined {
  if ((field.type !== "set" && field.type !== "list") || field.of.type !== "record" || !Array.isArray(value))
    return undefined;
  const addresses = Object.entries(field.of.fields).filter(
    ([, inner]) => inner.type === "string" && inner.canonical === "address",
  );
  const problems: Pick<Finding, "message">[] = [];
  for (const [name] of addresses) {
    for (const item of value as Values[])
      checkAddress(
        String(item[name]),
        asWritten("").at,
        (code, __, message) => code === "wrong-address" && problems.push({ message }),
      );
  }
  return problems[0]?.message;
}
