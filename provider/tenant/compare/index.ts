/**
 * How two pictures of tenants differ. Ids differ from tenant to tenant, so objects are found by their names, and what
 * refers to them is compared by name too. A field that one side does not manage is no difference, and secrets are never
 * looked at.
 */

import { kinds } from "../../kinds";
import type { Place } from "../desired";
import type { Picture, PicturedResource } from "../picture";
import { fieldChanges, type FieldChange } from "./fields";
import { isObject, match, titleOf, type Matched } from "./match";
import { naming, ownerOf, type Naming } from "./names";
import { gapsOf, openGaps, type GapOf } from "./gaps";
import { withoutMapped, type CompareMap } from "./map";

export type { FieldChange } from "./fields";
export { readMap, withoutMapped, type CompareMap } from "./map";

/** An object in a comparison. */
export interface Named {
  /** Of the object; settings of a group are told at the group. */
  kind: string;
  section: string;
  label: string;
  /** As it is written in tenant files: `userGroups/Editors`, `adminSettings`, `shield/everyone`. */
  object: string;
  /** Where it is written, when a file says it. */
  place?: Place;
  /** iconik's id, when the source knows it. */
  id?: string;
}

export interface ChangedObject extends Named {
  /** In the order of the definition. Settings of a group stand at the group, as `settings.…`. */
  changes: FieldChange[];
}

export interface Comparison {
  from: { source: string; domainId?: string };
  to: { source: string; domainId?: string };
  /** Nothing differs, and nothing is left that a side has and cannot describe. */
  equal: boolean;
  onlyFrom: Named[];
  onlyTo: Named[];
  changed: ChangedObject[];
  /** What both manage and what could not be held against each other, with the reason. */
  notCompared: (Named & { field?: string; why: string })[];
  /** Entries of the map that fit nothing: misspelt, or no longer needed. `buckets: acme-masters`. */
  unusedInMap: string[];
}

/** @param map what is called one thing on the first side and another on the second. */
export function compare(first: Picture, to: Picture, map?: CompareMap): Comparison {
  const { picture: from, unused } = map ? withoutMapped(first, map) : { picture: first, unused: [] };
  const matched = match(from, to);
  const sides = { from: naming(from, to, matched), to: naming(to, from, matched) };
  const isSameTenant = from.tenant.domainId !== undefined && from.tenant.domainId === to.tenant.domainId;
  const gaps = { from: gapsOf(from), to: gapsOf(to) };
  const changed = new Map<string, ChangedObject>();
  const notCompared: Comparison["notCompared"] = [];
  const undescribed = new Set<string>();
  const tellGap = (name: Named, why: string, field?: string) => {
    const key = JSON.stringify([name.object, field]);
    if (!undescribed.has(key)) notCompared.push({ ...name, ...(field !== undefined && { field }), why });
    undescribed.add(key);
  };
  const partner = new Map<PicturedResource, PicturedResource>();

  for (const { left, right } of [
    ...matched.pairs.map(({ from, to }) => ({ left: from, right: to })),
    ...partPairs(from, to, matched, sides),
  ]) {
    if (left && right) partner.set(left, right).set(right, left);
    // As files call it, where one does.
    const one = left?.place ? left : (right ?? left)!;
    const definition = kinds[one.kind];
    if (!definition || (isObject(one) && !(left && right))) continue;
    const half = (picture: Picture, side: Naming, resource: PicturedResource | undefined) => ({
      inputs: resource?.inputs ?? {},
      naming: side,
      extent: picture.extent,
      builtIn: resource?.options.builtIn === true,
    });
    const { changes, incomparable } = fieldChanges(definition, half(from, sides.from, left), half(to, sides.to, right));
    const { prefix, ...named } = nameOf(one);
    const name: Named = { ...named, ...placeAndId(left, right) };
    // In one tenant, another id is another object, though it has the name of the one that is known.
    if (left?.id && right?.id && left.id !== right.id && isObject(one) && isSameTenant)
      changes.unshift({ field: "id", from: left.id, to: right.id });
    for (const { field, why } of incomparable) notCompared.push({ ...name, field: prefix + field, why });
    const told = changes.filter(({ field }) => {
      // Of a part that is not there at all, the other side says whose it would be.
      const gap = gaps.from(left ?? one, field) ?? gaps.to(right ?? one, field);
      if (gap) tellGap(name, gap.why, prefix + field);
      return gap === undefined;
    });
    if (told.length === 0) continue;
    const there = changed.get(name.object) ?? { ...name, changes: [] };
    changed.set(name.object, there);
    there.changes.push(...told.map((change) => ({ ...change, field: prefix + change.field })));
  }

  const only = (side: "from" | "to", other: Picture, gapOf: GapOf) =>
    matched.pairs.flatMap((pair): Named[] => {
      const one = pair[side];
      const isAlone = one && !pair[side === "from" ? "to" : "from"];
      // What iconik made itself is in every tenant, and few describe it.
      if (!isAlone || (one.options.builtIn && other.extent === "described")) return [];
      const { prefix: _, ...named } = nameOf(one);
      const name = { ...named, ...placeAndId(one) };
      const gap = gapOf(one) ?? gapOf({ ...one, label: titleOf(one) });
      if (!gap) return [name];
      tellGap(name, gap.why);
      return [];
    });
  const models = from.tenant.model !== to.tenant.model;
  if (models)
    changed.set("tenant", {
      kind: "tenant",
      section: "tenant",
      label: "tenant",
      object: "tenant",
      changes: [{ field: "model", from: from.tenant.model, to: to.tenant.model }],
    });
  const [onlyFrom, onlyTo] = [only("from", to, gaps.to), only("to", from, gaps.from)];
  for (const { kind, label, field, why } of [...openGaps(from, to, partner), ...openGaps(to, from, partner)]) {
    const { prefix, ...name } = nameOf({ kind, label, section: kinds[kind]!.section });
    tellGap(name, why, field === undefined ? undefined : prefix + field);
  }
  return {
    from: sideOf(from),
    to: sideOf(to),
    equal: changed.size === 0 && onlyFrom.length === 0 && onlyTo.length === 0 && undescribed.size === 0,
    onlyFrom: onlyFrom.sort(byObject),
    onlyTo: onlyTo.sort(byObject),
    changed: [...changed.values()].sort(byObject),
    notCompared: notCompared.sort(byObject),
    unusedInMap: unused,
  };
}

/**
 * Parts of documents: those that belong to one object on both sides, or to the tenant. One that a described side does
 * not have is not managed there; what belongs to an object that is on one side alone goes without saying.
 */
function partPairs(
  from: Picture,
  to: Picture,
  matched: Matched,
  sides: Record<"from" | "to", Naming>,
): { left?: PicturedResource; right?: PicturedResource }[] {
  const partsOf = (picture: Picture, side: Naming) =>
    new Map(
      picture.resources
        .filter((one) => kinds[one.kind]?.shape === "part")
        .map((one) => [keyOf(one, side, matched), one]),
    );
  const [left, right] = [partsOf(from, sides.from), partsOf(to, sides.to)];
  const isAlone = (one: PicturedResource, side: Naming) => {
    const owner = ownerOf(one);
    const object = owner && side.target(owner.field, owner.form);
    const pair = object && matched.behind.get(matched.identity.get(object)!);
    return pair !== undefined && !(pair.from && pair.to);
  };
  return [...new Set([...left.keys(), ...right.keys()])].flatMap(
    (key): { left?: PicturedResource; right?: PicturedResource }[] => {
      const [one, other] = [left.get(key), right.get(key)];
      if (one && other) return [{ left: one, right: other }];
      if (one) return to.extent === "described" || isAlone(one, sides.from) ? [] : [{ left: one }];
      return from.extent === "described" || isAlone(other!, sides.to) ? [] : [{ right: other! }];
    },
  );
}

function keyOf(part: PicturedResource, side: Naming, matched: Matched): string {
  const owner = ownerOf(part);
  if (!owner) return part.kind;
  const object = side.target(owner.field, owner.form);
  return `${part.kind}/${object ? matched.identity.get(object) : part.label}`;
}

const sideOf = ({ source, tenant: { domainId } }: Picture): Comparison["from"] => ({
  source,
  ...(domainId !== undefined && { domainId }),
});

/** What an object is called, and what stands before its fields where it is written inside another. */
function nameOf(
  resource: Pick<PicturedResource, "kind" | "section" | "label">,
): Omit<Named, "place" | "id"> & { prefix: string } {
  const { kind, section, label } = resource;
  const [holder, key] = section.split(".") as [string, string?];
  if (key !== undefined) {
    const owner = Object.values(kinds).find((one) => one.shape === "object" && one.section === holder);
    return { kind: owner?.kind ?? kind, section: holder, label, object: `${holder}/${label}`, prefix: `${key}.` };
  }
  const object = label === section && !isObject(resource) ? section : `${section}/${label}`;
  return { kind, section, label, object, prefix: "" };
}

/** The place is the first side's, which is the described one of a drift; the id the second's. */
const placeAndId = (...sides: (PicturedResource | undefined)[]): Pick<Named, "place" | "id"> => {
  const place = sides.flatMap((one) => one?.place ?? [])[0];
  const id = sides.flatMap((one) => one?.id ?? [])[0];
  return { ...(place && { place }), ...(id !== undefined && { id }) };
};

const byObject = (a: { object: string }, b: { object: string }): number =>
  a.object < b.object ? -1 : a.object > b.object ? 1 : 0;
