/** Leaves of an object or a document: what differs, what moved behind our back, what is sent, what was stored. */

import { chosenVariant, isClear, type Definition, type Fields, type ObjectKind, type Values } from "../definition";
import { wireName } from "../naming";
import { IconikError } from "./errors";
import { keepSecret } from "./redact";
import {
  decode,
  encode,
  get,
  isMasked,
  leavesOf,
  put,
  same,
  written,
  type Leaf,
  type Live,
  type Resolved,
} from "./values";

/** Leaves that the values say something about: the owned ones. */
export const owned = (fields: Fields, values: Values): Leaf[] =>
  leavesOf(fields).filter((leaf) => written(values, leaf) !== undefined);

/** What iconik shows of a leaf. A hidden one that is left out or masked shows nothing. */
export function shown(leaf: Leaf, live: Live, resolved: Resolved): { value: unknown } | undefined {
  if (leaf.field.secret) return undefined;
  const wire = get(live, leaf.wire);
  if (leaf.field.hidden && (wire === undefined || wire === null || isMasked(wire))) return undefined;
  return { value: decode(leaf.field, wire, resolved) };
}

/** All that a live object shows of the fields, as people would write it; references are ids. */
export function wholeOf(fields: Fields, live: Live): Values {
  const values: Values = {};
  for (const leaf of leavesOf(fields)) {
    const value = shown(leaf, live, {})?.value;
    if (value !== undefined) put(values, leaf.path, value);
  }
  return values;
}

/** iconik leaves open what follows from the rest, as the endpoint of a region does: then it is that, and nothing is to be changed. */
export function withImplied(definition: ObjectKind, live: Live): Live {
  const variant = Object.values(definition.variants?.cases ?? {}).find(({ recognise }) => recognise(live));
  if (!variant?.derive) return live;
  const fields = { ...definition.fields, ...variant.fields };
  const said = Object.fromEntries(
    Object.entries(wholeOf(fields, live)).filter(([, value]) => value !== "" && value !== null),
  );
  const implied = variant.derive(said);
  const open = leavesOf(fields).filter(
    ({ path }) => path.length === 1 && said[path[0]!] === undefined && implied[path[0]!] !== undefined,
  );
  if (open.length === 0) return live;
  const whole = structuredClone(live);
  for (const leaf of open) put(whole, leaf.wire, encode(leaf.field, implied[leaf.path[0]!], {}));
  return whole;
}

/** What the program keeps secret stays out of messages whoever wrote it. */
export function keepHidden(leaves: readonly Leaf[], live: Live, secrets: readonly string[] = []): void {
  for (const leaf of leaves) if (secrets.includes(leaf.path[0]!)) keepSecret(get(live, leaf.wire));
}

/** Owned leaves whose live value is not the wanted one. A value that iconik does not show counts as equal. */
export const differing = (leaves: readonly Leaf[], live: Live, wanted: Values, resolved: Resolved): Leaf[] =>
  leaves.filter((leaf) => {
    const live_ = shown(leaf, live, resolved);
    return live_ !== undefined && !same(leaf.field, live_.value, written(wanted, leaf), resolved);
  });

/** Leaves to send: those that differ, and those iconik does not show whose wanted value is another than the last. */
export const toSend = (
  leaves: readonly Leaf[],
  live: Live,
  before: Values,
  wanted: Values,
  resolved: Resolved,
): Leaf[] =>
  leaves.filter((leaf) => {
    const live_ = shown(leaf, live, resolved);
    return !same(leaf.field, live_ ? live_.value : written(before, leaf), written(wanted, leaf), resolved);
  });

/**
 * Stops when somebody changed an owned field after it was last read, and wants it otherwise than this run does:
 * overwriting it would undo their work unseen.
 */
export function refuseMoved(
  what: string,
  operation: string,
  leaves: readonly Leaf[],
  live: Live,
  before: Values,
  wanted: Values,
  resolved: Resolved,
): void {
  const moved = leaves.flatMap((leaf) => {
    const live_ = shown(leaf, live, resolved);
    const last = written(before, leaf);
    if (
      !live_ ||
      last === undefined ||
      same(leaf.field, live_.value, last, resolved) ||
      same(leaf.field, live_.value, written(wanted, leaf), resolved)
    )
      return [];
    const [was, is, described] = apart(last, live_.value, written(wanted, leaf));
    return [`${leaf.name} was ${was}, is ${is} in iconik, and ${described} is wanted`];
  });
  if (moved.length > 0) {
    throw new IconikError({
      code: "moved",
      operation,
      message: `${what} was changed in iconik since this stack last read it: ${moved.join("; ")}. It was left as it is. Run pulumi refresh, look at the change, then run again`,
    });
  }
}

/** Stops when iconik kept something else than what was sent. */
export function refuseNotStored(
  what: string,
  operation: string,
  leaves: readonly Leaf[],
  live: Live,
  wanted: Values,
  resolved: Resolved,
): void {
  const lost = differing(leaves, live, wanted, resolved).map((leaf) => {
    const [sent, stored] = apart(written(wanted, leaf), shown(leaf, live, resolved)?.value);
    return `${leaf.name}: sent ${sent}, stored ${stored}`;
  });
  if (lost.length > 0) {
    throw new IconikError({
      code: "not-stored",
      operation,
      message: `iconik took the change of ${what} but kept something else: ${lost.join("; ")}. Write what iconik keeps, or ask its support why`,
    });
  }
}

/**
 * The body that gives `leaves` their values. A nested object goes whole, with what iconik has in it and all that is
 * ours: whether PATCH merges nested objects or replaces them is not documented, and either way this comes out right.
 */
export function bodyOf(
  definition: Definition,
  fields: Fields,
  leaves: readonly Leaf[],
  values: Values,
  resolved: Resolved,
  live: Live = {},
): Record<string, any> {
  const body: Record<string, any> = {};
  const nested = new Set(leaves.filter((leaf) => leaf.wire.length > 1).map((leaf) => leaf.wire[0]!));
  for (const key of nested) {
    const readOnly = new Set(
      Object.entries(fields)
        .filter(([, field]) => field.output && field.within === key)
        .map(([name, field]) => wireName(name, field)),
    );
    body[key] = Object.fromEntries(
      Object.entries((live[key] as object | null | undefined) ?? {}).filter(
        ([name, value]) => !readOnly.has(name) && value !== null && value !== undefined && !isMasked(value),
      ),
    );
  }
  const ours = owned(fields, values).filter((leaf) => leaf.wire.length > 1 && nested.has(leaf.wire[0]!));
  for (const leaf of new Set([...ours, ...leaves])) {
    // What is cleared as a whole is null as a whole: iconik may have no empty value for what is in it.
    if (leaf.path.length > 1 && isClear(values[leaf.path[0]!])) put(body, leaf.wire.slice(0, -1), null);
    else put(body, leaf.wire, encode(leaf.field, written(values, leaf), resolved));
  }
  // A nested object that goes whole has what iconik wants in it, though nobody has written or set it.
  for (const leaf of leavesOf(fields)) {
    if (leaf.field.initial !== undefined && nested.has(leaf.wire[0]!) && get(body, leaf.wire) === undefined)
      put(body, leaf.wire, leaf.field.initial);
  }
  return { ...body, ...(definition.shape === "object" && live.id === undefined ? fixed(definition, values) : {}) };
}

/** Values on the wire that follow from the variant: a storage's `method`. */
export function fixed(definition: Definition, values: Values): Record<string, string> {
  return { ...chosenVariant(definition, values)?.wire };
}

const longest = 120;

/** A value in a message: short, on one line. */
export function show(value: unknown): string {
  const text = inFull(value);
  return text.length > longest ? `${text.slice(0, longest - 3)}...` : text;
}

const inFull = (value: unknown): string => (value === undefined || value === null ? "nothing" : JSON.stringify(value));

/** Values to be held against each other: of long ones what they share is left out, so that what differs is seen. */
export function apart(...values: unknown[]): string[] {
  if (values.every((value) => inFull(value).length <= longest)) return values.map(inFull);
  const { differing, shared } = without(values);
  if (shared === 0) return values.map(show);
  return differing.map((value) => `${show(value)} and ${shared} more that ${shared === 1 ? "is" : "are"} the same`);
}

/** The same without the entries and fields that all of them hold, and how many those are. */
function without(values: readonly unknown[]): { differing: unknown[]; shared: number } {
  if (values.every((value) => Array.isArray(value))) {
    const texts = values.map((value) => new Set(value.map(inFull)));
    const common = new Set([...texts[0]!].filter((text) => texts.every((all) => all.has(text))));
    return { differing: values.map((value) => value.filter((item) => !common.has(inFull(item)))), shared: common.size };
  }
  if (!values.every((value) => typeof value === "object" && value !== null && !Array.isArray(value)))
    return { differing: [...values], shared: 0 };
  const records = values as readonly Values[];
  const differing: Record<string, unknown>[] = records.map(() => ({}));
  let shared = 0;
  for (const key of new Set(records.flatMap((record) => Object.keys(record)))) {
    const inner = without(records.map((record) => record[key]));
    shared += inner.shared;
    const same = inner.shared === 0 && new Set(inner.differing.map(inFull)).size === 1;
    if (same) shared += 1;
    else inner.differing.forEach((value, index) => (differing[index]![key] = value));
  }
  return { differing, shared };
}
