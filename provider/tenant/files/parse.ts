/** One file's text to a tree: YAML 1.2 core, aliases resolved, everything refused that would be read in two ways. */

import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Node } from "yaml";
import type { Report } from "../diagnostics";
import { quoted } from "./frame";
import { placeOf, type SourceText, type Span } from "./text";
import type { Entry, Written } from "./written";

const deepest = 64;

/** Mistakes that are told of a file: what is no YAML at all has one on every line. */
const most = 20;

/** The tree of a file; undefined when the file is empty or was refused. */
export function parse(text: SourceText, report: Report): Written | undefined {
  const document = parseDocument(text.text, {
    version: "1.2",
    schema: "core",
    merge: false,
    stringKeys: true,
    // Told here, with both places.
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: new LineCounter(),
  });
  const span = (start: number, end: number): Span => ({ text, start, end: Math.max(end, start) });

  const told = new Set<number>();
  const mistakes = [...document.errors, ...document.warnings];
  const tooDeep = mistakes.find(({ message }) => /call stack/i.test(message));
  for (const { message, pos } of tooDeep ? [tooDeep] : mistakes) {
    if (told.size === most) break;
    // What follows from the first mistake at a place says nothing new.
    if (told.has(pos[0])) continue;
    told.add(pos[0]);
    if (tooDeep) {
      report("too-large", span(0, 0), `The file is nested too deep, more than ${deepest} levels`, "flatten it");
      return undefined;
    }
    const [said, fix] = inOurWords(message);
    report("yaml-syntax", span(...pos), said, fix);
  }
  const declared = document.directives.yaml;
  if (declared.explicit && declared.version !== "1.2") {
    report(
      "yaml-syntax",
      span(0, 5),
      `The file says that it is YAML ${declared.version}; tenant files are YAML 1.2`,
      "drop the %YAML line",
    );
  }
  if (document.errors.length > 0 || document.contents === null) return undefined;

  return new Conversion(text, report).whole(document.contents);
}

/** What the parser says, as a sentence; what is easily misunderstood, in other words and with a way out. */
function inOurWords(message: string): [string, string?] {
  if (/stringKeys/.test(message)) {
    return [
      "A key has to be a text",
      "write what is no text as a list: groups: [{ group: { existing: … }, permissions: [read] }]",
    ];
  }
  const [first = ""] = message.split("\n");
  return [first.charAt(0).toUpperCase() + first.slice(1)];
}

/**
 * Aliases share the tree of their anchor, so a file that is small on disk can be immense to walk: sizes are counted as
 * if all were written out.
 */
class Conversion {
  private readonly anchors = new Map<string, { node: Written; size: number }>();
  private readonly open = new Set<string>();
  private literal = 0;
  private refused = false;

  constructor(
    private readonly text: SourceText,
    private readonly report: Report,
  ) {}

  whole(contents: Node): Written | undefined {
    const { node, size } = this.convert(contents, 0);
    if (!this.refused && size > 10 * this.literal + 10_000) {
      this.refuse(
        node.at,
        `Aliases make ${this.literal} values into ${size > 1e9 ? "billions" : size}`,
        "write less with aliases",
      );
    }
    return this.refused ? undefined : node;
  }

  private convert(source: Node | null | undefined, depth: number, gap = 0): { node: Written; size: number } {
    const [start, end] = source?.range ?? [gap, gap];
    const at: Span = { text: this.text, start, end };
    const empty = { node: { sort: "scalar", at, value: null } as const, size: 1 };
    this.literal += 1;
    if (depth > deepest) {
      if (!this.refused) this.refuse(at, `The file is nested too deep, more than ${deepest} levels`, "flatten it");
      return empty;
    }
    if (isAlias(source)) {
      const target = this.anchors.get(source.source);
      if (target) return target;
      const why = this.open.has(source.source) ? "refers to something that it is part of" : "has no anchor before it";
      this.report("yaml-syntax", at, `The alias *${source.source} ${why}`);
      return empty;
    }

    const anchor = isScalar(source) || isMap(source) || isSeq(source) ? source.anchor : undefined;
    if (anchor !== undefined) this.open.add(anchor);
    const converted = isMap(source)
      ? this.map(source.items as { key: Node; value: Node | null }[], at, depth)
      : isSeq(source)
        ? this.list(source.items as Node[], at, depth)
        : isScalar(source)
          ? { node: { sort: "scalar", at, value: this.scalar(source.value, at) } as const, size: 1 }
          : empty;
    if (anchor !== undefined) {
      this.open.delete(anchor);
      this.anchors.set(anchor, converted);
    }
    return converted;
  }

  private map(pairs: readonly { key: Node; value: Node | null }[], at: Span, depth: number) {
    const entries = new Map<string, Entry>();
    let size = 1;
    for (const pair of pairs) {
      const key = this.convert(pair.key, depth + 1).node;
      const name = key.sort === "scalar" ? String(key.value ?? "") : "";
      const value = this.convert(pair.value, depth + 1, key.at.end);
      size += 1 + value.size;
      const first = entries.get(name);
      if (name === "<<") {
        this.report(
          "merge-key",
          key.at,
          "The merge key << is not part of YAML 1.2",
          "write the keys out, or use a roleSet or an alias for a whole value",
        );
      } else if (first) {
        const { line } = placeOf(first.at);
        this.report(
          "duplicate-key",
          key.at,
          `The key ${quoted(name)} stands here and in line ${line}`,
          "keep one of the two",
        );
      } else entries.set(name, { key: name, at: key.at, value: value.node });
    }
    return { node: { sort: "map", at, entries } as const, size };
  }

  private list(nodes: readonly Node[], at: Span, depth: number) {
    const items = nodes.map((node) => this.convert(node, depth + 1, at.start));
    return {
      node: { sort: "list", at, items: items.map(({ node }) => node) } as const,
      size: items.reduce((sum, { size }) => sum + size, 1),
    };
  }

  private scalar(value: unknown, at: Span): string | number | boolean | null {
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    this.report(
      "yaml-syntax",
      at,
      "The value is neither text, a number, true nor false",
      "quote it if it is meant as text",
    );
    return null;
  }

  private refuse(at: Span, message: string, fix: string): void {
    this.refused = true;
    this.report("too-large", at, message, fix);
  }
}
