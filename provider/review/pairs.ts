/** Two pictures side by side: which object of one is which of the other, and what it is like before and after. */

import { accessSorts, fieldsOf, isClear, type Definition, type Field, type Fields, type Values } from "../definition";
import { kinds } from "../kinds";
import { unreadPeople, type Gap, type Picture, type PicturedResource } from "../tenant/picture";
import type { Subject } from "./report";

/** What becomes of an object: `stays` is one that nobody manages from now on. */
export type Fate = "kept" | "created" | "adopted" | "deleted" | "released" | "stays";

/** An object of one picture or of both. */
export interface Pair {
  /** The same wherever the object is referred to, in both pictures. */
  key: string;
  definition: Definition;
  subject: Subject;
  before?: PicturedResource;
  after?: PicturedResource;
  fate: Fate;
  /** What the tenant has before and after, as far as the pictures say; undefined where it has none. */
  was?: Values;
  is?: Values;
  /** Fields that are managed no longer, and those that are from now on, as paths. */
  dropped: readonly string[];
  taken: readonly string[];
  /** Fields that get a value which the picture after cannot say. */
  untold: readonly Gap[];
}

export interface Pairs {
  all: readonly Pair[];
  byKey: ReadonlyMap<string, Pair>;
  /** The pair that a reference of one of the pictures means; for an object in none of them, its name. */
  meant(reference: unknown, kindsOf: readonly string[]): { key: string; label: string };
}

/**
 * Which objects of two pictures are one, and what applying `to` makes of what `from` says.
 * @param managed the objects of `from` that are managed, where these are not all or none
 */
export function pairUp(from: Picture, to: Picture, managed?: ReadonlySet<PicturedResource>): Pairs {
  const byResource = new Map<string, Pair>();
  const byName = new Map<string, Pair>();
  const formerly = new Map<string, Pair>();
  const all: Pair[] = [];
  const released = new Set(to.released.map(({ kind, name }) => `${kind}/${name}`));

  const meant: Pairs["meant"] = (reference, kindsOf) => {
    const { ref, existing, id } = reference as { ref?: { kind: string; name: string; label: string }; existing?: string; id?: string };
    const found = ref
      ? (byResource.get(`${ref.kind}/${ref.name}`) ?? formerly.get(`${ref.kind}/${ref.name}`))
      : kindsOf.map((kind) => byName.get(`${kind}/${existing}`)).find((pair) => pair !== undefined);
    if (found) return { key: found.key, label: found.subject.label };
    const name = ref?.label ?? existing ?? id ?? String(reference);
    return { key: `existing/${name}`, label: name };
  };

  const add = (definition: Definition, before: PicturedResource | undefined, after: PicturedResource | undefined) => {
    const { kind, section, label } = (after ?? before)!;
    const pair: Pair = {
      key: `${kind}/${all.length}`,
      definition,
      subject: { kind, section, label },
      ...(before && { before }),
      ...(after && { after }),
      fate: "kept",
      dropped: [],
      taken: [],
      untold: [],
    };
    all.push(pair);
    for (const one of [before, after]) {
      if (!one) continue;
      byResource.set(`${kind}/${one.name}`, pair);
      for (const former of one.formerly) formerly.set(`${kind}/${former}`, pair);
      const name = definition.shape === "object" ? one.inputs[definition.key] : undefined;
      if (typeof name === "string") byName.set(`${kind}/${name}`, pair);
    }
  };

  const definitions = Object.values(kinds as Record<string, Definition>).sort((a, b) => rank(a) - rank(b));
  const ofKind = (picture: Picture, kind: string) => picture.resources.filter((one) => one.kind === kind);
  // Parts are known by whose they are, so the objects come first.
  for (const definition of definitions.filter(({ shape }) => shape === "object")) {
    const described = from.extent === "described" && to.extent === "described";
    for (const [before, after] of objectsOf(definition, ofKind(from, definition.kind), ofKind(to, definition.kind), described)) {
      add(definition, before, after);
    }
  }
  for (const definition of definitions) {
    if (definition.shape === "object") continue;
    const owner = ({ inputs }: PicturedResource) => {
      const by = definition.documents.find(({ by }) => by !== undefined && inputs[by] !== undefined)?.by;
      const field = by === undefined ? undefined : definition.fields[by];
      return field?.type === "reference" ? meant(inputs[by!], field.to).key : "tenant";
    };
    const left = new Map(ofKind(from, definition.kind).map((one) => [owner(one), one]));
    for (const after of ofKind(to, definition.kind)) {
      const whose = owner(after);
      add(definition, left.get(whose), after);
      left.delete(whose);
    }
    for (const before of left.values()) add(definition, before, undefined);
  }

  const pairs: Pairs = { all, byKey: new Map(all.map((pair) => [pair.key, pair])), meant };
  for (const pair of all) {
    const isManaged = from.extent === "described" || to.extent === "everything" || (pair.before !== undefined && managed?.has(pair.before) === true);
    settle(pair, from, to, released, isManaged);
    // What only comes now had no settings before.
    if (pair.fate === "adopted" && ownerOf(pair, pairs)?.fate === "created") pair.taken = [];
  }
  return pairs;
}

/** Of settings and lists, the group that they belong to; undefined of the tenant's own, and of what is no part. */
export function ownerOf({ definition, is, was }: Pair, pairs: Pairs): Pair | undefined {
  if (definition.shape !== "part") return undefined;
  const values = is ?? was;
  return definition.documents.flatMap(({ by }) => {
    const field = by === undefined ? undefined : definition.fields[by];
    return field?.type === "reference" && values?.[by!] !== undefined ? (pairs.byKey.get(pairs.meant(values[by!], field.to).key) ?? []) : [];
  })[0];
}

/** Groups come first, then who is in them, then what they have access to, and settings last. */
function rank({ shape, fields, model }: Definition): number {
  if (shape === "part") return 4;
  if (fields.roles) return 0;
  return model ? 1 : fields.access ? 2 : 3;
}

type Couple = [before: PicturedResource | undefined, after: PicturedResource | undefined];

/** By id, by logical name and former ones between files, by natural key when one side is a tenant. */
function objectsOf(
  definition: Definition,
  before: readonly PicturedResource[],
  after: readonly PicturedResource[],
  described: boolean,
): Couple[] {
  const key = (one: PicturedResource) => (definition.shape === "object" ? one.inputs[definition.key] : undefined);
  const left = new Set(before);
  const partner = new Map<PicturedResource, PicturedResource>();
  const join = (tokensOf: (one: PicturedResource) => readonly unknown[], tokenOf: (one: PicturedResource) => unknown) => {
    const found = Map.groupBy(left, tokenOf);
    for (const one of after) {
      if (partner.has(one)) continue;
      for (const token of tokensOf(one)) {
        const same = token === undefined ? [] : (found.get(token) ?? []).filter((other) => left.has(other));
        if (same.length !== 1) continue;
        partner.set(one, same[0]!);
        left.delete(same[0]!);
        break;
      }
    }
  };
  join(({ id, options }) => [id, options.adopt], ({ id }) => id);
  if (!described) {
    join((one) => [key(one)], key);
    join(({ formerly }) => formerly, key);
  }
  join(({ name }) => [name], ({ name }) => name);
  join(({ formerly }) => formerly, ({ name }) => name);
  return [...after.map((one): Couple => [partner.get(one), one]), ...[...left].map((one): Couple => [one, undefined])];
}

/** What applying makes of it. */
function settle(pair: Pair, from: Picture, to: Picture, released: ReadonlySet<string>, isManaged: boolean): void {
  const { definition, before, after } = pair;
  // Of a tenant, gaps are what no description can say; of a description, what it does not say now.
  const untold = after && to.extent === "described" ? to.gaps.filter(({ kind, label, field }) => field !== undefined && kind === after.kind && label === after.label) : [];
  pair.untold = untold;
  if (!before) {
    // What iconik has by itself and no file describes is nobody's doing.
    const isIconiks = definition.shape === "part" || after!.options.builtIn === true;
    if (isIconiks && from.extent === "described" && to.extent === "everything") {
      pair.was = pair.is = after!.inputs;
      return;
    }
    const isPart = definition.shape === "part" || after!.options.builtIn === true;
    // In a tenant, nobody takes anything over: what is only there was made by hand.
    const isAdopted = after!.options.adopt !== undefined && to.extent === "described";
    pair.fate = isPart || isAdopted ? "adopted" : "created";
    pair.is = after!.inputs;
    // Of what is taken over, nobody knows here what it was, unless it has to be as it is written; of a tenant that was
    // read, it is known that it was not set.
    if (pair.fate === "adopted" && after!.options.adopt === "exact") pair.was = after!.inputs;
    else if (pair.fate === "adopted") {
      pair.was = {};
      if (from.extent === "described") pair.taken = leavesOf(definition, after!.inputs);
    }
    return;
  }
  pair.was = before.inputs;
  if (!after) {
    const leavesIt = definition.shape === "part" || before.options.builtIn || before.options.retainOnDelete;
    if (released.has(`${pair.subject.kind}/${before.name}`)) pair.fate = "released";
    else if (isManaged && leavesIt && to.extent === "described") pair.fate = "stays";
    else if (isManaged) pair.fate = "deleted";
    if (pair.fate !== "deleted") pair.is = before.inputs;
    return;
  }
  const fields = fieldsOf(definition, { ...before.inputs, ...after.inputs });
  const seen = { dropped: [] as string[], taken: [] as string[] };
  pair.is = overlay(fields, before.inputs, after.inputs, from.extent, to.extent, seen);
  pair.was = known(fields, before.inputs, after.inputs, from.extent);
  pair.dropped = seen.dropped.filter((path) => !untold.some(({ field }) => field === path));
  pair.taken = seen.taken;
  for (const { field = "" } of unreadIn(from, before, after)) {
    // Whoever was there is not known: that nothing changes is not, either.
    pair.untold = [...pair.untold, { kind: after.kind, label: after.label, field, why: unreadPeople }];
    pair.was = withAt(pair.was, field.split("."), valueAt(pair.is, field));
  }
}

/** Fields of a tenant that name people, whom the token may not read, and that are written anew. */
const unreadIn = (from: Picture, before: PicturedResource, after: PicturedResource): Gap[] =>
  from.gaps.filter(
    ({ kind, label, field, why }) =>
      why === unreadPeople && field !== undefined && kind === before.kind && label === before.label && valueAt(before.inputs, field) === undefined && valueAt(after.inputs, field) !== undefined,
  );

const valueAt = (values: Values | undefined, path: string): unknown => path.split(".").reduce<unknown>((inside, name) => (inside as Values | undefined)?.[name], values);

const withAt = (values: Values | undefined, [name = "", ...rest]: readonly string[], value: unknown): Values => ({
  ...values,
  [name]: rest.length === 0 ? value : withAt(values?.[name] as Values | undefined, rest, value),
});

type Extent = Picture["extent"];

function overlay(fields: Fields, before: Values, after: Values, had: Extent, has: Extent, seen: { dropped: string[]; taken: string[] }, path = ""): Values {
  const result: Values = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const field = fields[name];
    const [was, is] = [before[name], after[name]];
    const inner = innerOf(field);
    if (inner && isRecord(was) && isRecord(is)) {
      result[name] = overlay(inner, was, is, had, has, seen, `${path}${name}.`);
      continue;
    }
    if (is !== undefined) {
      // A tenant has more than a file says of it.
      if (was === undefined && had === "described" && has === "everything") continue;
      if (was === undefined && had === "described") seen.taken.push(`${path}${name}`);
      result[name] = is;
    } else if (has === "described" || field?.secret || field?.hidden) {
      if (had === "described" && has === "described") seen.dropped.push(`${path}${name}`);
      result[name] = was;
    }
  }
  return result;
}

/**
 * What is secret or is never sent as it is written is in no tenant that was read, so that nobody can tell whether it
 * changes; nor whether a secret of the stack's config is what the tenant has.
 */
function known(fields: Fields, before: Values, after: Values, had: Extent): Values {
  if (had === "described") return before;
  const unread = Object.keys(after).filter((name) => {
    const { secret, hidden, wire, via } = fields[name] ?? ({} as Partial<Field>);
    if (before[name] === undefined) return secret || hidden || wire === null || via?.shape === "token";
    return (secret || hidden) && (after[name] as { fromConfig?: unknown } | null)?.fromConfig !== undefined && isRead(before[name]);
  });
  return unread.length === 0 ? before : { ...before, ...Object.fromEntries(unread.map((name) => [name, after[name]])) };
}

const isRead = (value: unknown): boolean => typeof value === "string";

/** Records and access lists are managed leaf by leaf, everything else as a whole. */
export function innerOf(field: Field | undefined): Fields | undefined {
  if (field?.type === "record") return field.fields;
  return field?.type === "access" ? accessFields : undefined;
}
const accessFields: Fields = Object.fromEntries(
  Object.keys(accessSorts).map((sort) => [sort, { type: "json", about: "" } as const]),
);

export const isRecord = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !isClear(value);

function leavesOf(definition: Definition, inputs: Values): string[] {
  const walk = (fields: Fields, values: Values, path: string): string[] =>
    Object.keys(values).flatMap((name) => {
      const inner = innerOf(fields[name]);
      return inner && isRecord(values[name]) ? walk(inner, values[name] as Values, `${path}${name}.`) : [`${path}${name}`];
    });
  return walk(fieldsOf(definition, inputs), inputs, "");
}
