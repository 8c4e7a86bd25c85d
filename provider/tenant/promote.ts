/** From the picture of one tenant to the description of another: the same, but for what the map says and what is its own. */

import { fieldsOf, isCredential, type Values } from "../definition";
import { kinds } from "../kinds";
import { text } from "../engine/values";
import { isFromConfig, type Expiry, type Ref } from "./desired";
import { has, without } from "./ends";
import { quoted } from "./files/frame";
import { compare, withoutMapped, type Comparison, type CompareMap } from "./compare";
import { isOpen } from "./compare/gaps";
import { isObject, match, titleOf, type Matched } from "./compare/match";
import { isPlace, naming, ownerOf } from "./compare/names";
import { withoutForeign } from "./export/foreign";
import { isOwnAddress, ownAddressNote, withOwnAddress } from "./export/shield";
import type { Gap, Left, Picture, PicturedResource } from "./picture";
import { outsideIds } from "./outside-ids";
import { replacedRefs } from "./refs";

export interface Promoted {
  /** What the target is to be like. */
  picture: Picture;
  /** Entries of the map that fit nothing. */
  unusedInMap: string[];
  /** What it says otherwise than people may expect. */
  left: Left[];
  /** What the target describes now and then no longer does, or otherwise. Undefined: there was no description. */
  changes?: Comparison;
}

/**
 * Labels of the target stay, so that its resources do; so do its id, its exceptions and tests, the fields that the source
 * does not manage, and where its secrets and buckets come from. What the source does not have is taken out. Ids of
 * objects never cross over, and those of what is not managed are told.
 *
 * @param target what the target is described as now.
 * @throws Error when several objects of one name could each be the same one.
 */
export function promote(source: Picture, target: Picture | undefined, map: CompareMap = {}): Promoted {
  const { picture: mapped, unused } = withoutMapped(withoutForeign(source, target?.tenant.model), map);
  const gaps: Gap[] = [];
  const left: Left[] = [];
  const expires: Expiry[] = [];
  const matched: Matched = match(mapped, target ?? { ...mapped, resources: [] });
  refuseAmbiguous(mapped, target, matched);
  const objects = new Map(matched.pairs.flatMap(({ from, to }) => (from ? [[from, to] as const] : [])));
  const refs = new Map(
    [...objects].map(([from, to]): [string, Ref] => {
      const { label, name } = to ?? from;
      return [`${from.kind}/${from.name}`, { kind: from.kind, label, name }];
    }),
  );
  const there = (ref: Ref) => ({ ref: refs.get(`${ref.kind}/${ref.name}`) ?? ref });
  const parts = target ? partsOf(target, mapped, matched) : () => undefined;

  const carriedIds = carrying(source, target, map);

  const resources = mapped.resources.map((from): PicturedResource => {
    const definition = kinds[from.kind]!;
    const to = objects.get(from) ?? parts(from);
    const inputs = replacedRefs(definition, from.inputs, there);
    const { adopt: _, ...options } = from.options;
    const { label, name, section } = { ...from, ...(to && { label: to.label, name: to.name }) };
    const place = definition.shape === "part" && !to ? relabelled(from, refs) : { label, name };
    const fields = fieldsOf(definition, from.inputs);
    const own = { ...inputs, ...to?.inputs };
    const crossing = Object.entries(inputs).filter(([field, value]) => {
      const isOwn = isCredential(fields[field]) && !isFromConfig(value);
      if (isOwn && to?.inputs[field] === undefined)
        gaps.push({ kind: from.kind, ...place, field, why: "credentials are each tenant's own" });
      return !isOwn && !(from.options.builtIn && isPlace(fields[field]));
    });
    left.push(
      ...carriedIds(from.kind, Object.fromEntries(crossing), to).map(({ field, why }) => ({
        object: `${kinds[from.kind]!.section}/${place.label}`,
        field,
        why,
      })),
    );
    const isOpenHere = (gap: Gap) =>
      gap.kind === from.kind && gap.label === from.label && own[gap.field ?? ""] === undefined;
    gaps.push(...mapped.gaps.filter(isOpenHere).map((gap) => ({ ...gap, ...place })));
    const next = {
      kind: from.kind,
      ...place,
      inputs: { ...to?.inputs, ...Object.fromEntries(crossing), ...ownSecrets(to) },
    };
    const given = mapped.later.expires
      .filter(isOf(from))
      .map((one) => ({ ...one, part: replacedRefs(definition, one.part, there) }));
    const dated = ending(next, {
      given,
      had: to ? target!.later.expires.filter(isOf(to)) : [],
      // Of what no file says, nobody knows the end.
      isGiven: (field) => from.place !== undefined && crossing.some(([name]) => name === field),
      source: mapped.source,
    });
    expires.push(...dated.expires);
    left.push(...dated.left);
    return {
      section,
      ...next,
      inputs: dated.inputs,
      options: { ...options, ...to?.options },
      formerly: to
        ? [...new Set([...from.formerly, ...to.formerly])].filter((former) => former !== to.name)
        : from.formerly,
    };
  });
  const provision = mapped.provision.map((one) => ({
    ...one,
    of: refs.get(`${one.of.kind}/${one.of.name}`) ?? one.of,
  }));
  const own = target?.provision ?? [];
  const isOwn = ({ of }: { of: Ref }) => own.some((other) => other.of.kind === of.kind && other.of.name === of.name);
  const described = new Set(mapped.resources.map((one) => `${one.kind}/${one.label}`));
  const unsaid = mapped.gaps.filter((gap) => !described.has(`${gap.kind}/${gap.label}`));
  gaps.push(...unsaid);
  // The source has it too, in a form that no file can say: what the target says of it is its own.
  const isUnsaid = (to: PicturedResource) =>
    unsaid.some(({ kind, label }) => kind === to.kind && (label === to.label || label === titleOf(to)));
  resources.push(...matched.pairs.flatMap(({ from, to }) => (!from && to && isUnsaid(to) ? [to] : [])));
  left.push(
    ...gaps.filter(isOpen).map(({ kind, label, field, why }): Left => {
      const object = `${kinds[kind]!.section}/${label}`;
      return { object, ...(field !== undefined && { field }), why: `cannot be described: ${why}` };
    }),
  );
  const picture = withOwnAddress({
    ...mapped,
    tenant: {
      model: mapped.tenant.model,
      ...(target?.tenant.domainId !== undefined && { domainId: target.tenant.domainId }),
    },
    resources,
    provision: [
      ...own.filter(({ of }) => resources.some(({ kind, name }) => kind === of.kind && name === of.name)),
      ...provision.filter((one) => !isOwn(one)),
    ],
    clouds: target && target.clouds.length > 0 ? target.clouds : mapped.clouds,
    released: target?.released ?? [],
    later: { ...(target?.later ?? mapped.later), expires },
    gaps,
  });
  if (isOwnAddress(picture))
    left.push({ object: "guards", field: "mustKeep", why: `${picture.address}, ${ownAddressNote}` });
  return { picture, unusedInMap: unused, left, ...(target && { changes: changesOf(target, picture) }) };
}

/** Ids that only the source knows, of which neither the map nor the target says what they are there. */
function carrying({ tenant, source }: Picture, target: Picture | undefined, { ids, values }: CompareMap) {
  const said = new Set(Object.values({ ...ids, ...values }));
  const isSame = tenant.domainId !== undefined && tenant.domainId === target?.tenant.domainId;
  return (kind: string, inputs: Values, to: PicturedResource | undefined): { field: string; why: string }[] => {
    if (isSame) return [];
    const had = new Set(to && outsideIds(kind, to.inputs).map(({ id }) => id));
    const carried = outsideIds(kind, inputs).filter(({ id }) => !said.has(id) && !had.has(id));
    return carried.map(({ field, of, id }) => ({
      field,
      why: `${id} is the id of a ${of} by ${source}, and is written as it is: say under ids: of a map which one it is here`,
    }));
  };
}

/** What the target did not say before is told too, settings above all. What iconik made itself was there all the same. */
function changesOf(target: Picture, { resources, ...next }: Picture): Comparison {
  const known = new Set(target.resources.map(({ kind, name }) => `${kind}/${name}`));
  const shown = resources.filter(({ kind, name, options }) => !options.builtIn || known.has(`${kind}/${name}`));
  return compare({ ...target, extent: "everything" }, { ...next, resources: shown, gaps: [], extent: "described" });
}

/** Names that several share tell nothing; labels do, where both sides have them. */
function refuseAmbiguous(source: Picture, target: Picture | undefined, { pairs }: Matched): void {
  const keyOf = (one: PicturedResource) => `${one.kind}/${titleOf(one)}`;
  const named = (picture: Picture | undefined) => Map.groupBy((picture?.resources ?? []).filter(isObject), keyOf);
  const [theirs, own] = [named(source), named(target)];
  const unknown = pairs.flatMap(({ from, to }) => (from && !to ? [from] : []));
  for (const one of unknown) {
    const [several, there] = [theirs.get(keyOf(one)) ?? [], own.get(keyOf(one)) ?? []];
    if (several.length < 2 && there.length < 2) continue;
    const list = (all: readonly PicturedResource[]) =>
      all.map(({ label, id, options: { adopt } }) => [quoted(label), id ?? adopt].filter(Boolean).join(" ")).join(", ");
    const file = target?.source ?? "the target's tenant.yaml";
    throw new Error(
      `${source.source} has ${several.length} of ${one.section} named ${quoted(titleOf(one))}: ${list(several)}; ` +
        `${target ? `${file} has ${there.length === 0 ? "none" : `${there.length}: ${list(there)}`}` : "there is no description of the target yet"}, so nobody can tell which is which. ` +
        `Give them names of their own in iconik; or, where the target has them too, describe each in ${file} under the label that it has here, with name: ${quoted(titleOf(one))} and options: { adopt: <its id there> }`,
    );
  }
}

const isOf =
  ({ kind, name }: PicturedResource) =>
  ({ of }: Expiry): boolean =>
    of.kind === kind && of.name === name;

interface Dates {
  /** Ends by the source. */
  given: readonly Expiry[];
  /** Ends by the target. */
  had: readonly Expiry[];
  /** Does the source say all of this field, its ends too? */
  isGiven(field: string): boolean;
  source: string;
}

/** What of the object ends: as the source says; and where that knows no dates, as the target does. */
function ending(
  next: Pick<PicturedResource, "kind" | "label" | "name" | "inputs">,
  { given, had, isGiven, source }: Dates,
): Pick<Promoted, "left"> & { expires: Expiry[]; inputs: Values } {
  const isSaid = ({ part }: Expiry) => Object.keys(part).every(isGiven);
  const [over, staying] = [
    had.filter((one) => one.over && !isSaid(one) && has(next, one)),
    had.filter((one) => !one.over && has(next, one)),
  ];
  const kept = [
    ...given.filter((one) => !one.over && isSaid(one) && has(next, one)),
    ...staying.filter((one) => !isSaid(one)),
  ];
  const told = ({ what, value, place }: Expiry, why: string): Left => ({
    object: `${kinds[next.kind]!.section}/${next.label}`,
    field: `${what === "role" ? "" : `${what} `}${value}`,
    why: `${why} (${place.file}:${place.line})`,
  });
  const moved = staying.filter(isSaid).flatMap((old): Left[] => {
    const now = kept.find(({ part }) => text(part) === text(old.part));
    if (now?.until === old.until) return [];
    return [
      told(
        old,
        now
          ? `it ends on ${now.until}, before on ${old.until}`
          : `it was to end on ${old.until}, and stays for good: ${source} gives it no end`,
      ),
    ];
  });
  return {
    left: [
      ...over.map((one) => told(one, `it ended on ${one.until}, and stays out, though ${source} has it`)),
      ...moved,
    ],
    expires: kept.map((one) => ({ ...one, of: { kind: next.kind, label: next.label, name: next.name } })),
    inputs: over.reduce((inputs, one) => without({ ...next, inputs }, one), next.inputs),
  };
}

/** The part of the target that is the same part of the same object. */
function partsOf(
  target: Picture,
  source: Picture,
  matched: Matched,
): (part: PicturedResource) => PicturedResource | undefined {
  const [mine, theirs] = [naming(source, target, matched), naming(target, source, matched)];
  const keyOf = (part: PicturedResource, side: typeof mine) => {
    const owner = ownerOf(part);
    const object = owner && side.target(owner.field, owner.form);
    return `${part.kind}/${object ? matched.identity.get(object) : owner ? part.label : ""}`;
  };
  const known = new Map(
    target.resources.filter(({ kind }) => kinds[kind]?.shape === "part").map((part) => [keyOf(part, theirs), part]),
  );
  return (part) => (kinds[part.kind]?.shape === "part" ? known.get(keyOf(part, mine)) : undefined);
}

/** A part carries the label of what it belongs to, after `groups/` and the like. */
function relabelled(
  { label, name, inputs, kind }: PicturedResource,
  refs: ReadonlyMap<string, Ref>,
): Pick<PicturedResource, "label" | "name"> {
  const owner = ownerOf({ kind, label, name, inputs, section: "", options: {}, formerly: [] })?.form as
    { ref?: Ref } | undefined;
  const to = owner?.ref && refs.get(`${owner.ref.kind}/${owner.ref.name}`);
  if (!to || !owner?.ref) return { label, name };
  const before = label.endsWith(owner.ref.label) ? label.slice(0, label.length - owner.ref.label.length) : "";
  return { label: before + to.label, name: before + to.label };
}

/** Credentials are each tenant's own. */
function ownSecrets(to: PicturedResource | undefined): Values {
  if (!to) return {};
  const fields = fieldsOf(kinds[to.kind]!, to.inputs);
  return Object.fromEntries(Object.entries(to.inputs).filter(([name]) => isCredential(fields[name])));
}
