/**
 * Changes to a YAML text that leave every other byte of it as it was: comments, spacing, quotes. A change that would
 * reach further than the place it names (into an alias, or past an anchor that others use) is refused, and what comes
 * out is read again and held against what was to come out.
 */

import { isDeepStrictEqual } from "node:util";
import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  Scalar,
  stringify,
  visit,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { isList as isTreeList, isMap as isTreeMap, type Tree } from "../writing/tree";

export type Path = readonly string[];

/** What is to become of the value at a path. Items of a list are told by their number. */
export type Change = { set: Tree } | { remove: true } | { add: Tree } | { drop: number };

/** Why a change cannot be made at this place. */
export class Unwritable extends Error {
  override readonly name = "Unwritable";
}

type Range = readonly [start: number, end: number];
interface Splice {
  at: Range;
  text: string;
}

/**
 * The text with one change in it. The map that holds the last key of the path must be there.
 * @throws Unwritable
 */
export function edited(text: string, path: Path, change: Change): string {
  const document = parsed(text);
  const expected = document.toJS({ mapAsMap: true, maxAliasCount: -1 }) as unknown;
  const { at, text: put } = spliceOf(text, document, path, change);
  const next = text.slice(0, at[0]) + put + text.slice(at[1]);
  const read = parsed(next);
  const made = changed(expected, path, change);
  if (read.errors.length > 0 || !isDeepStrictEqual(read.toJS({ mapAsMap: true, maxAliasCount: -1 }), made)) {
    throw new Unwritable("the layout of the file is one that cannot be changed in place");
  }
  return next;
}

const parsed = (text: string): Document =>
  parseDocument(text, {
    version: "1.2",
    schema: "core",
    stringKeys: true,
    uniqueKeys: false,
    prettyErrors: false,
    keepSourceTokens: false,
  });

/** The node at a path; undefined when there is none. */
export function nodeAt(document: Document, path: Path): Node | undefined {
  let node: unknown = document.contents;
  for (const key of path) node = pairIn(node, key)?.value;
  return (node as Node | null | undefined) ?? undefined;
}

/** Where the key that ends the path stands, as an offset; undefined when it is not written. */
export function keyOffset(document: Document, path: Path): number | undefined {
  const pair = path.length === 0 ? undefined : pairIn(nodeAt(document, path.slice(0, -1)), path.at(-1)!);
  return (pair?.key as Node | undefined)?.range?.[0];
}

const pairIn = (node: unknown, key: string): Pair | undefined =>
  isMap(node) ? node.items.find((item) => isScalar(item.key) && String(item.key.value ?? "") === key) : undefined;

function spliceOf(text: string, document: Document, path: Path, change: Change): Splice {
  refuseShared(document, path);
  const parent = nodeAt(document, path.slice(0, -1));
  const key = path.at(-1)!;
  if (!isMap(parent)) throw new Unwritable("what holds it is not written as keys and values");
  const pair = pairIn(parent, key);
  if ("remove" in change) {
    if (!pair) throw new Unwritable("it is not written");
    return removed(text, parent, parent.items.indexOf(pair));
  }
  if ("set" in change)
    return pair ? replaced(text, pair, change.set) : added(text, parent, `${inline(key)}: ${inline(change.set)}`);
  const list = pair?.value;
  if (!pair || !isSeq(list)) throw new Unwritable("it is not written as a list");
  if ("add" in change) return added(text, list, inline(change.add), pair);
  return removed(text, list, change.drop, pair);
}

/** An alias stands for what is written elsewhere, and what has an anchor may be used elsewhere. */
function refuseShared(document: Document, path: Path): void {
  const used = new Set<string>();
  visit(document, { Alias: (_, alias) => void used.add(alias.source) });
  for (let length = 0; length <= path.length; length += 1) {
    const node = nodeAt(document, path.slice(0, length));
    if (isAlias(node)) throw new Unwritable("it is an alias of what is written elsewhere");
    const { anchor } = (node ?? {}) as { anchor?: string };
    if (anchor !== undefined && used.has(anchor)) throw new Unwritable(`it is used elsewhere too, as *${anchor}`);
  }
}

function replaced(text: string, pair: Pair, tree: Tree): Splice {
  const value = pair.value as Node | null;
  const colon = afterColon(text, pair);
  if (!value?.range || value.range[0] === value.range[1]) return { at: [colon, colon], text: ` ${inline(tree)}` };
  const [start, end] = value.range;
  const isBlock = isCollection(value)
    ? !value.flow
    : isScalar(value) && (value.type === "BLOCK_LITERAL" || value.type === "BLOCK_FOLDED");
  const put = inline(tree, isScalar(value) ? value : undefined);
  if (!isBlock) return { at: [start, end], text: put };
  // A block begins on a line of its own; in its place, the value stands behind the key.
  return {
    at: [colon, text.trimEnd().length < end ? text.length : beforeBreak(text, end)],
    text: ` ${put}${text.endsWith("\n") && text.trimEnd().length < end ? "\n" : ""}`,
  };
}

/** The end of a block without the line break that belongs to it. */
const beforeBreak = (text: string, end: number): number => {
  let at = end;
  while (at > 0 && /\s/.test(text[at - 1]!)) at -= 1;
  return at;
};

function afterColon(text: string, pair: Pair): number {
  const [, end] = (pair.key as Node).range!;
  return text.indexOf(":", end) + 1;
}

type Collection = YAMLMap | YAMLSeq;

const itemRange = (item: unknown): Range => {
  if (isNode(item)) return [item.range![0], item.range![1]];
  const { key, value } = item as Pair;
  const start = (key as Node).range![0];
  const end = Math.max((value as Node | null)?.range?.[1] ?? 0, (key as Node).range![1]);
  return [start, end];
};
const isNode = (item: unknown): item is Node => isScalar(item) || isCollection(item) || isAlias(item);

/** Behind the last item, in the form that the others have. */
function added(text: string, collection: Collection, put: string, holder?: Pair): Splice {
  const { items } = collection;
  const last = items.at(-1);
  if (collection.flow || last === undefined) {
    if (last !== undefined) return at(itemRange(last)[1], `, ${put}`);
    const [start, end] = collection.range!;
    if (start === end) return at(holder ? afterColon(text, holder) : start, holder ? ` [${put}]` : put);
    return { at: [start, end], text: isSeq(collection) ? `[${put}]` : `{ ${put} }` };
  }
  const first = lineStart(text, itemRange(items[0]!)[0]);
  const indent = /^ */.exec(text.slice(first))![0];
  const dash = isSeq(collection) ? "- " : "";
  // Of a map in a list the first key stands behind the dash.
  const own = isMap(collection) ? " ".repeat(itemRange(items[0]!)[0] - first) : indent;
  const end = lineEnd(text, endOf(text, last));
  return at(end, `${text.includes("\r\n") ? "\r\n" : "\n"}${own}${dash}${put}`);
}

function removed(text: string, collection: Collection, index: number, holder?: Pair): Splice {
  const { items } = collection;
  const [start, end] = itemRange(items[index]!);
  if (items.length === 1) {
    const empty = isSeq(collection) ? "[]" : "{}";
    if (collection.flow) return { at: [collection.range![0], collection.range![1]], text: empty };
    const from = holder ? afterColon(text, holder) : undefined;
    if (from === undefined) return { at: [start, beforeBreak(text, endOf(text, items[0]!))], text: empty };
    return { at: [from, beforeBreak(text, endOf(text, items[0]!))], text: ` ${empty}` };
  }
  if (collection.flow) {
    const next = items[index + 1];
    const before = items[index - 1];
    if (next !== undefined) return { at: [start, itemRange(next)[0]], text: "" };
    return { at: [itemRange(before!)[1], end], text: "" };
  }
  const line = lineStart(text, start);
  const isFirstOfItem =
    !/^[ ]*(- )?$/.test(text.slice(line, start)) || (isMap(collection) && text.slice(line, start).includes("-"));
  if (isFirstOfItem) throw new Unwritable("it stands behind a dash, with others below");
  return { at: [line, Math.min(text.length, lineEnd(text, endOf(text, items[index]!)) + 1)], text: "" };
}

/** Where an item ends, what is nested in it included, without the line break after it. */
function endOf(text: string, item: unknown): number {
  return beforeBreak(text, itemRange(item)[1]);
}

const at = (offset: number, text: string): Splice => ({ at: [offset, offset], text });
const lineStart = (text: string, offset: number): number => text.lastIndexOf("\n", offset - 1) + 1;
const lineEnd = (text: string, offset: number): number => {
  const end = text.indexOf("\n", offset);
  const found = end < 0 ? text.length : end;
  return text[found - 1] === "\r" ? found - 1 : found;
};

/** On one line, and safe wherever it stands. */
function inline(tree: Tree, like?: Scalar): string {
  if (isTreeMap(tree))
    return tree.size === 0
      ? "{}"
      : `{ ${[...tree].map(([key, value]) => `${inline(key)}: ${inline(value)}`).join(", ")} }`;
  if (isTreeList(tree)) return `[${tree.map((item) => inline(item)).join(", ")}]`;
  const scalar = new Scalar(tree);
  if (typeof tree === "string" && (like?.type === "QUOTE_DOUBLE" || like?.type === "QUOTE_SINGLE"))
    scalar.type = like.type;
  // As an item of a list on one line, so that what would end one is quoted.
  return stringify([scalar], {
    version: "1.2",
    schema: "core",
    collectionStyle: "flow",
    lineWidth: 0,
    flowCollectionPadding: false,
    doubleQuotedMinMultiLineLength: Infinity,
  })
    .trim()
    .slice(1, -1);
}

/** What the change makes of plain data. */
function changed(data: unknown, path: Path, change: Change): unknown {
  const [key, ...rest] = path;
  const map = new Map(data as Map<string, unknown>);
  const inner = map.get(key!);
  if (rest.length > 0) map.set(key!, changed(inner, rest, change));
  else if ("remove" in change) map.delete(key!);
  else if ("set" in change) map.set(key!, change.set);
  else if ("add" in change) map.set(key!, [...((inner as unknown[] | null) ?? []), change.add]);
  else
    map.set(
      key!,
      (inner as unknown[]).filter((_, index) => index !== change.drop),
    );
  return map;
}
