/** What becomes of one object when it is applied: its values before and after, and which of them anybody manages. */

import { accessSorts, fieldsOf, isClear, type Definition, type Field, type Fields, type Values } from "../definition";
import { unreadPeople, type Gap, type Picture, type PicturedResource } from "../tenant/picture";
import type { Pair } from "./pair";

/** What applying makes of it. */
export function settle(
  pair: Pair,
  from: Picture,
  to: Picture,
  released: ReadonlySet<string>,
  isManaged: boolean,
): void {
  const { definition, before, after } = pair;
  // Of a tenant, gaps are what no description can say; of a description, what it does not say now.
  const untold =
    after && to.extent === "described"
      ? to.gaps.filter(({ kind, label, field }) => field !== undefined && kind === after.kind && label === after.label)
      : [];
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
  from.gaps.filter(({ kind, label, field, why }) => {
    if (why !== unreadPeople || field === undefined || kind !== before.kind || label !== before.label) return false;
    return valueAt(before.inputs, field) === undefined && valueAt(after.inputs, field) !== undefined;
  });

const valueAt = (values: Values | undefined, path: string): unknown =>
  path.split(".").reduce<unknown>((inside, name) => (inside as Values | undefined)?.[name], values);

const withAt = (values: Values | undefined, [name = "", ...rest]: readonly string[], value: unknown): Values => ({
  ...values,
  [name]: rest.length === 0 ? value : withAt(values?.[name] as Values | undefined, rest, value),
});

type Extent = Picture["extent"];

function overlay(
  fields: Fields,
  before: Values,
  after: Values,
  had: Extent,
  has: Extent,
  seen: { dropped: string[]; taken: string[] },
  path = "",
): Values {
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
    return (
      (secret || hidden) &&
      (after[name] as { fromConfig?: unknown } | null)?.fromConfig !== undefined &&
      isRead(before[name])
    );
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
      return inner && isRecord(values[name])
        ? walk(inner, values[name] as Values, `${path}${name}.`)
        : [`${path}${name}`];
    });
  return walk(fieldsOf(definition, inputs), inputs, "");
}
