/** Labels of the description, and what references to them mean. */

import type { ObjectKind } from "../../definition";
import type { Ref } from "../desired";
import type { Report } from "../diagnostics";
import { quoted } from "../files/frame";
import { nearestOf } from "../language/nearest";
import { shorthandOf, type Sections } from "../language/sections";
import type { Span } from "../files/text";
import { child, entriesOf, itemsOf, textOf, type Written, type WrittenMap } from "../files/written";

/** An object of the description, by its label. */
export interface Item {
  object: ObjectKind;
  ref: Ref;
  /** What iconik calls it. */
  title: string;
  formerly: { label: string; at: Span }[];
  /** Place of the label. */
  at: Span;
  node: WrittenMap;
}

export type Resolved = { ref: Ref } | { existing: string };

export class References {
  /** By kind, then by label. */
  private readonly items = new Map<string, Map<string, Item>>();
  /** By kind, then by name. */
  private readonly titles = new Map<string, Map<string, Item>>();

  constructor(
    tree: Written,
    private readonly sections: Sections,
    private readonly report: Report,
  ) {
    for (const object of sections.objects) {
      const found = entriesOf(child(tree, object.section)).map(({ key: label, at, value }): [string, Item] => {
        const node = inFull(object, value);
        const former = child(node, "formerly");
        return [
          label,
          {
            object,
            ref: { kind: object.kind, label, name: label },
            title: textOf(child(node, object.key)) ?? label,
            formerly: (former?.sort === "list" ? itemsOf(former) : former ? [former] : []).flatMap((one) => {
              const text = textOf(one);
              return text === undefined ? [] : [{ label: text, at: one.at }];
            }),
            at,
            node,
          },
        ];
      });
      this.items.set(object.kind, new Map(found));
      this.titles.set(object.kind, new Map(found.map(([, item]) => [item.title, item])));
    }
  }

  of(kind: string): Item[] {
    return [...(this.items.get(kind)?.values() ?? [])];
  }

  find(kind: string, label: string): Item | undefined {
    return this.items.get(kind)?.get(label);
  }

  /** What a reference means; undefined, and reported, when it means nothing. */
  resolve(to: readonly string[], node: Written): Resolved | undefined {
    const existing = textOf(child(node, "existing"));
    if (existing !== undefined) return this.existing(to, existing, node.at);
    const label = textOf(node);
    return label === undefined ? undefined : this.byLabel(to, label, node.at);
  }

  /** `otherwise`: what to write where a name cannot stand in the place of the label. */
  byLabel(to: readonly string[], label: string, at: Span, otherwise?: string): { ref: Ref } | undefined {
    const found = to.flatMap((kind) => this.find(kind, label) ?? []);
    if (found.length === 1) return { ref: found[0]!.ref };
    if (found.length > 1) {
      const ways = found.map(({ object }) => `${object.section}/${label}`);
      this.report(
        "ambiguous-reference",
        at,
        `${quoted(label)} is the label of ${ways.length} objects that could be meant`,
        `write ${ways.join(" or ")}`,
      );
      return undefined;
    }
    const exact = to.flatMap((kind) => {
      const section = `${this.sections.objects.find((object) => object.kind === kind)?.section}/`;
      const item = label.startsWith(section) ? this.find(kind, label.slice(section.length)) : undefined;
      return item ? [item.ref] : [];
    });
    if (exact.length === 1) return { ref: exact[0]! };
    this.report(
      "unknown-reference",
      at,
      `Nothing under ${this.sectionsOf(to)} has the label ${quoted(label)}`,
      this.advice(to, label, otherwise ?? `write { existing: ${quoted(label)} } for one that is not managed here`),
    );
    return undefined;
  }

  private existing(to: readonly string[], name: string, at: Span): Resolved {
    const managed = this.named(to, name);
    if (managed) {
      const { section } = managed.object;
      this.report(
        "existing-is-managed",
        at,
        `${quoted(name)} is managed here, as ${section}/${managed.ref.label}, and may not be there yet when it is looked up`,
        `refer to it by its label: ${quoted(managed.ref.label)}`,
      );
    }
    return { existing: name };
  }

  private named(kinds: readonly string[], name: string): Item | undefined {
    return kinds.flatMap((kind) => this.titles.get(kind)?.get(name) ?? [])[0];
  }

  private advice(to: readonly string[], label: string, otherwise: string): string {
    const named = this.named(to, label);
    if (named) return `references are labels: the one named ${quoted(label)} is labelled ${quoted(named.ref.label)}`;
    const near = nearestOf(
      label,
      to.flatMap((kind) => [...(this.items.get(kind)?.keys() ?? [])]),
    );
    if (near !== undefined) return `did you mean ${quoted(near)}?`;
    const elsewhere = [...this.items.keys()].find((kind) => !to.includes(kind) && this.find(kind, label));
    const other = elsewhere ? `what has that label under ${this.sectionsOf([elsewhere])} cannot stand here; ` : "";
    return `${other}describe it, or ${otherwise}`;
  }

  private sectionsOf(kinds: readonly string[]): string {
    const sections = kinds.map((kind) => this.sections.objects.find((object) => object.kind === kind)?.section ?? kind);
    return sections.length > 1
      ? `${sections.slice(0, -1).join(", ")} or ${sections[sections.length - 1]}`
      : sections.join();
  }
}

/** An entry written in short, as a map. */
function inFull(object: ObjectKind, value: Written): WrittenMap {
  const short = shorthandOf(object);
  if (value.sort === "map" && !(short && value.entries.has("existing"))) return value;
  const entries = short ? new Map([[short[0], { key: short[0], at: value.at, value }]]) : new Map();
  return { sort: "map", at: value.at, entries };
}
