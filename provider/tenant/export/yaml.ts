/** A picture as tenant files. */

import { Document, Pair, Scalar, YAMLMap, YAMLSeq, type Node } from "yaml";
import { kinds } from "../../kinds";
import { sectionsOf } from "../language/sections";
import type { Picture } from "../picture";
import { isList, isMap, type Tree } from "../writing/tree";
import { describe, pathKey, type DescribeOptions, type Description } from "./description";
import { commentText } from "./head";
import { ownSections } from "./lost";
import type { Supplied } from "./secrets";

/** Texts by file name, relative to the folder that holds them. */
export type Files = ReadonlyMap<string, string>;

export interface Exported {
  files: Files;
  /** What must be supplied before the first run. */
  supplied: readonly Supplied[];
}

const schema = "yaml-language-server: $schema=./node_modules/pulumi-iconik/schema/tenant.schema.json";
/** Lines beyond which a description is easier to find one's way in as a folder. */
const large = 1_000;
/** Characters up to which a value stands on one line. */
const wide = 100;

/** One file, `tenant.yaml`; of a large tenant, or when it is asked for, a folder's worth, one for each section. */
export function exportYaml(
  picture: Picture,
  options: DescribeOptions & { split?: "large" | "always" | "never" } = {},
): Exported {
  const description = describe(picture, options);
  const whole = textOf(description, [...description.sections.keys()], description.head);
  const { supplied } = description;
  const { split = "large" } = options;
  if (split === "never" || (split === "large" && whole.split("\n").length <= large))
    return { files: new Map([["tenant.yaml", whole]]), supplied };
  const general = ["tenant", "roleSets", "knownRoles", ...ownSections];
  const names = [...description.sections.keys()];
  const files = new Map([
    [
      "tenant.yaml",
      textOf(
        description,
        names.filter((name) => general.includes(name)),
        description.head,
      ),
    ],
  ]);
  for (const name of names.filter((one) => !general.includes(one)))
    files.set(fileOf(name), textOf(description, [name], []));
  return { files, supplied };
}

const fileOf = (section: string): string => `${section.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.yaml`;

/** Every name that a file of an export can have. */
export const fileNames: readonly string[] = [
  "tenant.yaml",
  ...new Set(Object.values(kinds).map(({ section }) => fileOf(section.split(".")[0]!))),
];

function textOf(description: Description, sections: readonly string[], head: readonly string[]): string {
  const map = new YAMLMap();
  for (const [index, name] of sections.entries()) {
    const pair = pairOf(description, [name], description.sections.get(name)!);
    (pair.key as Scalar).spaceBefore = index > 0;
    map.items.push(pair);
  }
  const document = new Document(map, { version: "1.2", schema: "core" });
  document.commentBefore = [schema, ...head].map((line) => comment(line)).join("\n");
  return document.toString({ lineWidth: 0, minContentWidth: 0, flowCollectionPadding: true, singleQuote: false });
}

function pairOf(description: Description, path: readonly string[], tree: Tree): Pair {
  const key = new Scalar(path.at(-1)!);
  const before = description.before.get(pathKey(path));
  if (before) key.commentBefore = before.map((line) => comment(line)).join("\n");
  const value = nodeOf(description, path, tree);
  const behind = description.behind.get(pathKey(path));
  if (behind !== undefined) value.comment = comment(behind);
  return new Pair(key, value);
}

const comment = (line: string): string => (line === "" ? "" : ` ${commentText(line)}`);

function nodeOf(description: Description, path: readonly string[], tree: Tree): Node {
  // Sections and the objects in them are blocks; below, what is short stands on one line.
  const flow = path.length > 1 && !isObject(path, tree) && isShort(tree, path) && !holdsComment(description, path);
  if (isMap(tree)) {
    const map = new PaddedMap();
    map.flow = flow || tree.size === 0;
    for (const [name, value] of tree)
      map.items.push(
        flow
          ? new Pair(new Scalar(name), nodeOf(description, [...path, name], value))
          : pairOf(description, [...path, name], value),
      );
    return map;
  }
  if (isList(tree)) {
    const list = new PlainList();
    list.flow = flow || tree.length === 0;
    for (const [index, item] of tree.entries()) list.items.push(nodeOf(description, [...path, String(index)], item));
    return list;
  }
  const scalar = new Scalar(tree);
  // Folded and literal blocks have their own ideas of what ends a line.
  if (typeof tree === "string" && /[\r\u2028\u2029\u0085]/.test(tree)) scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}

// As the project's own files have it: { read: [a, b] }.
class PaddedMap extends YAMLMap {
  override toString(...[context, ...rest]: Parameters<YAMLMap["toString"]>): string {
    return super.toString(context && { ...context, flowCollectionPadding: " " }, ...rest);
  }
}
class PlainList extends YAMLSeq {
  override toString(...[context, ...rest]: Parameters<YAMLSeq["toString"]>): string {
    return super.toString(context && { ...context, flowCollectionPadding: "" }, ...rest);
  }
}

/** An object, or settings within one: a line for each field, so that a change shows as one. */
const isObject = ([section, ...below]: readonly string[], tree: Tree): boolean =>
  isMap(tree) && labelled.has(section!) && (below.length === 1 || (below.length === 2 && below[1] === "settings"));

const labelled = new Set(sectionsOf(kinds).objects.map(({ section }) => section));

const isShort = (tree: Tree, path: readonly string[]): boolean =>
  width(tree) + 2 * path.length + (path.at(-1)?.length ?? 0) <= wide;

function width(tree: Tree): number {
  if (isMap(tree)) return [...tree].reduce((sum, [key, value]) => sum + key.length + 4 + width(value), 2);
  if (isList(tree)) return tree.reduce<number>((sum, item) => sum + 2 + width(item), 2);
  return typeof tree === "string" && /[\n\r]/.test(tree) ? wide : String(tree).length;
}

const holdsComment = ({ before, behind }: Description, path: readonly string[]): boolean => {
  let holders = commented.get(before);
  if (!holders) {
    const paths = [...before.keys(), ...behind.keys()].map((key) => JSON.parse(key) as string[]);
    holders = new Set(paths.flatMap((one) => one.map((_, length) => pathKey(one.slice(0, length)))));
    commented.set(before, holders);
  }
  return holders.has(pathKey(path));
};
/** Paths within which something is said, of each description. */
const commented = new WeakMap<object, Set<string>>();
