/** What can be wrong with names, renames and what is released. */

import { idToAdopt } from "../../engine/stored";
import type { Ref } from "../desired";
import type { Report } from "../diagnostics";
import type { Draft } from "../reading/draft";
import { placeOfKey } from "../reading/draft";
import { quoted } from "../files/frame";
import { nearestOf } from "../language/nearest";
import type { Item, References } from "../reading/references";
import type { Sections } from "../language/sections";
import { placeOf, type Span } from "../files/text";
import { itemsOf, textOf, type Written } from "../files/written";

/**
 * Two objects of one name: fine where each says by id which one it is (`options: { adopt: <id> }`), except where the
 * name is what iconik knows them by.
 */
export function checkNames(drafts: readonly Draft[], report: Report): void {
  const named = new Map<string, Draft[]>();
  for (const draft of drafts) {
    if (draft.definition.shape !== "object") continue;
    const key = JSON.stringify([draft.kind, draft.inputs[draft.definition.key]]);
    named.set(key, [...(named.get(key) ?? []), draft]);
  }
  for (const [first, ...others] of named.values()) {
    const all = [first!, ...others];
    const byName = first!.definition.shape === "object" && first!.definition.replaced === true;
    const areTold = !byName && all.every(({ options }) => idToAdopt(options.adopt) !== undefined);
    if (areTold) continue;
    for (const draft of others) {
      const key = draft.definition.shape === "object" ? draft.definition.key : "";
      const { file, line } = placeOf(first!.at);
      report(
        "duplicate-name",
        placeOfKey(draft, key),
        `${draft.section} has two objects named ${quoted(String(draft.inputs[key]))}: this one and the one in ${file}:${line}`,
        byName
          ? "drop one of the two"
          : "give one another name; where iconik has both, write options: { adopt: <id> } with each",
      );
    }
  }
}

/** A former label must be free: Pulumi cannot move an object away from a label and put another there in one run. */
export function checkFormerLabels(references: References, sections: Sections, report: Report): void {
  for (const { kind, section } of sections.objects) {
    const claimed = new Map<string, Item>();
    for (const item of references.of(kind)) {
      for (const { label, at } of item.formerly) {
        const mine = `${section}/${item.ref.label}`;
        const holder = references.find(kind, label);
        const rival = claimed.get(label);
        if (holder === item) {
          report("former-label-in-use", at, `${mine} names its own label as a former one`, "take formerly: out");
        } else if (holder) {
          const { file, line } = placeOf(holder.at);
          report(
            "former-label-in-use",
            at,
            `${mine} was ${quoted(label)}, and ${file}:${line} has a new object under that label`,
            "rename first, apply it to every stack, then add the new object in a second run",
          );
        } else if (rival && rival !== item) {
          report(
            "former-label-in-use",
            at,
            `${mine} and ${section}/${rival.ref.label} both claim to have been ${quoted(label)}`,
            "only one of them can have been it",
          );
        }
        claimed.set(label, item);
      }
    }
  }
}

/** Tells that nothing can be under the section, and which was meant. */
export function noSuchSection({ objects }: Sections, section: string, at: Span, report: Report, fix?: string): void {
  const names = objects.map((object) => object.section);
  const near = nearestOf(section, names);
  const meant = near ? `did you mean ${near}/…?` : `write one of ${names.map((name) => `${name}/…`).join(", ")}`;
  report("unknown-reference", at, `There are no objects under ${quoted(section)}`, fix ?? meant);
}

/** What is to be forgotten without being deleted, with the parts that go with it. */
export function releasedOf(
  release: Written | undefined,
  references: References,
  sections: Sections,
  report: Report,
): Ref[] {
  return itemsOf(release).flatMap((node) => {
    const [, section = "", label = ""] = /^([^/]+)\/([\s\S]+)$/.exec(textOf(node) ?? "") ?? [];
    if (label === "") return []; // Told by its form.
    const object = sections.objectOf(section);
    if (!object) {
      const isPart = [...sections.singles, ...sections.spread].some((part) => part.section === section);
      const noRelease = "settings and lists need no release: taken out of the file, they stay as they are";
      noSuchSection(sections, section, node.at, report, isPart ? noRelease : undefined);
      return [];
    }
    const described = references.find(object.kind, label);
    const renamed = references
      .of(object.kind)
      .find(({ formerly }) => formerly.some((former) => former.label === label));
    const there = described ?? renamed;
    if (there) {
      const { file, line } = placeOf(there.at);
      report(
        "released-and-described",
        node.at,
        `${section}/${label} is to be forgotten, and ${file}:${line} describes it${described ? "" : " under its new label"}`,
        "take it out of release:, or out of the description",
      );
      return [];
    }
    return [
      { kind: object.kind, label, name: label },
      ...sections.nestedIn(object).map(({ part }) => ({ kind: part.kind, label, name: label })),
      ...sections
        .spreadOver(object)
        .map(({ key, part }) => ({ kind: part.kind, label: `${key}/${label}`, name: `${key}/${label}` })),
    ];
  });
}
