/**
 * What is there becomes what is described: each changed field is written into the file that has it, the overlay before
 * the base, and nothing else in the files is touched. What belongs to several is never changed for one of them.
 */

import type { Field, Values } from "../../definition";
import { get, none, text, type Access } from "../../engine/values";
import { kinds } from "../../kinds";
import type { FieldChange, Named } from "../compare";
import { match, titleOf } from "../compare/match";
import type { Ref } from "../desired";
import { Unwritable } from "../editing/edit";
import { copyOf, dataAt, loadLayers, writersOf, type Layers } from "../editing/layers";
import { codes } from "../codes";
import { pictureOf, type Picture, type PicturedResource } from "../picture";
import { replacedRefs } from "../refs";
import { namingOf } from "../writing/naming";
import { isMap, treeOf, type Tree } from "../writing/tree";
import { treeOfValue, type Naming } from "../writing/values";
import { acceptMember, acceptRoles, acceptSet, set } from "./accept-lists";
import { drift as driftOf, withIds, type Drift } from "./index";
import { writtenField } from "./written";

export interface Accepted {
  /** The files with what was accepted in them. */
  layers: Layers;
  /** `file`: where it was written. */
  written: { object: string; field: string; member?: string; file: string }[];
  /** What was not, and what to do about it. */
  left: { object: string; field?: string; member?: string; why: string }[];
}

/** @param ids as for `drift`. */
export function accept(
  drift: Drift,
  described: Picture,
  live: Picture,
  given: Layers,
  ids?: ReadonlyMap<string, string>,
): Accepted {
  const left: Accepted["left"] = [
    ...drift.missing.map(({ object }) => ({
      object,
      why: "it is missing in the tenant: take it out of the file, or let pulumi up make it again",
    })),
    ...drift.unmanaged.map(({ object }) => ({
      object,
      why: "it is not described: pulumi-iconik export shows how it would be",
    })),
  ];
  const changes = drift.changed.flatMap((object) => object.changes.map((one) => ({ object, change: one })));
  const values = valuesOf(withIds(described, ids), live);

  const attempt = (wanted: readonly { object: Named; change: FieldChange }[]): Attempt => {
    const layers = copyOf(given);
    const written: Accepted["written"] = [];
    const refused: Accepted["left"] = [];
    for (const { object, change } of wanted) {
      const about = {
        object: object.object,
        field: change.field,
        ...(change.member !== undefined && { member: change.member }),
      };
      try {
        written.push({
          ...about,
          file: acceptOne(layers, object, change, values, (why) => refused.push({ ...about, why })),
        });
      } catch (error) {
        if (!(error instanceof Unwritable)) throw error;
        refused.push({ ...about, why: error.message });
      }
    }
    return { layers, written, refused };
  };

  let tried = attempt(changes);
  let problem = problemOf(tried.layers);
  const bad = new Map<FieldChange, string>();
  const retry = () => {
    tried = attempt(changes.filter(({ change }) => !bad.has(change)));
    problem = problemOf(tried.layers);
  };
  if (problem !== undefined) {
    // Some value is one that no description may hold: each is tried by itself.
    for (const one of changes) {
      const why = problemOf(attempt([one]).layers);
      if (why !== undefined) bad.set(one.change, `a description cannot say it: ${why}`);
    }
    retry();
  }
  // What is still there after all was written was not accepted, whatever the files look like: the others are written.
  for (
    let undone = undoneOf(tried, described, live, ids);
    undone.length > 0;
    undone = undoneOf(tried, described, live, ids)
  ) {
    for (const { change } of changes.filter(({ object, change }) => undone.includes(keyOf(object.object, change)))) {
      bad.set(change, "it would not be as it is in the tenant after writing it");
    }
    retry();
  }
  if (problem !== undefined)
    throw new Error(`what was changed does not go together in a description: ${problem}; nothing was written`);
  for (const { object, change } of changes) {
    const why = bad.get(change);
    if (why !== undefined)
      left.push({
        object: object.object,
        field: change.field,
        ...(change.member !== undefined && { member: change.member }),
        why,
      });
  }
  return { layers: tried.layers, written: tried.written, left: [...left, ...tried.refused] };
}

interface Attempt {
  layers: Layers;
  written: Accepted["written"];
  refused: Accepted["left"];
}

const keyOf = (object: string, { field, member }: { field?: string; member?: string }) =>
  text([object, field, member ?? null]);

/** What was written and is drift all the same, but for what was told to be so. */
function undoneOf(
  { layers, written, refused }: Attempt,
  described: Picture,
  live: Picture,
  ids: ReadonlyMap<string, string> | undefined,
): string[] {
  const { desired } = loadLayers(layers);
  const rest = desired ? driftOf(pictureOf(desired, described.source), live, ids).changed : [];
  const still = new Set(rest.flatMap(({ object, changes }) => changes.map((one) => keyOf(object, one))));
  const told = new Set(refused.map((one) => keyOf(one.object, one)));
  return written.map((one) => keyOf(one.object, one)).filter((key) => still.has(key) && !told.has(key));
}

function problemOf(layers: Layers): string | undefined {
  const { desired, diagnostics } = loadLayers(layers);
  if (desired) return undefined;
  const message = diagnostics.find(({ code }) => codes[code].severity === "error")?.message;
  // Other places are named by where the texts were tried.
  return message?.replace(
    /\b(\d+)\/(\d+)\.yaml(?=:\d)/g,
    (name, layer: string, count: string) => layers[Number(layer)]?.[Number(count)]?.name ?? name,
  );
}

/** Values of an object, in the words of the description. */
interface BothValues {
  live(kind: string, object: Named): Values | undefined;
  described(kind: string, object: Named): Values | undefined;
  naming: Naming;
}

/** Live values in the words of the description: its labels, and names for what it does not describe. */
function valuesOf(described: Picture, live: Picture): BothValues {
  const matched = match(described, live);
  const labels = new Map<string, Ref | { existing: string }>();
  for (const { from, to } of matched.pairs) {
    if (to)
      labels.set(
        `${to.kind}/${to.name}`,
        from ? { kind: from.kind, label: from.label, name: from.name } : { existing: titleOf(to) },
      );
  }
  const byId = new Map(live.resources.map((one) => [`${one.kind}/${one.id ?? ""}`, one]));
  const byLabel = new Map(live.resources.map((one) => [`${one.kind}/${one.label}`, one]));
  const other = (ref: Ref): object => {
    const known = labels.get(`${ref.kind}/${ref.name}`);
    return known === undefined ? { ref } : "existing" in known ? known : { ref: known };
  };
  const named = (resource: PicturedResource) => replacedRefs(kinds[resource.kind]!, resource.inputs, other);
  const written = new Map(described.resources.map((one) => [`${one.kind}/${one.label}`, one.inputs]));
  return {
    described: (kind, { label }) => written.get(`${kind}/${label}`),
    naming: namingOf(
      kinds,
      described.resources.filter(({ kind }) => kinds[kind]?.shape === "object"),
    ),
    live(kind, object) {
      const found =
        (object.id === undefined ? undefined : byId.get(`${kind}/${object.id}`)) ??
        byLabel.get(`${kind}/${object.label}`);
      return found && named(found);
    },
  };
}

/** Gives the file in which it was written. */
function acceptOne(
  layers: Layers,
  object: Named,
  change: FieldChange,
  both: BothValues,
  tell: (why: string) => void,
): string {
  const found = writtenField(object, change.field.replace(/^(access)\.\w+$/, "$1"));
  if (!found) throw new Unwritable("no description can say it");
  const { field, names } = found;
  const keys = names.filter((name) => name !== undefined);
  const was = get(both.described(found.kind, object), keys);
  const value = get(both.live(found.kind, object) ?? {}, keys);
  const path = inShort(layers, object, found.path);
  if (field.type === "access") return acceptMember(layers, path, change, value as Access, both.naming);
  if (field.type === "roles") return acceptRoles(layers, path, change, tell);
  if (field.type === "set") return acceptSet(layers, path, field, change, was, value, both.naming, tell);
  const tree = value === undefined ? treeOf(off(field)) : treeOfValue(field, value, both.naming);
  if (tree === undefined) throw new Unwritable("no description can say it");
  return set(layers, path, tree);
}

/** How "none" is written. */
const off = (field: Field): unknown =>
  field.via?.shape === "toggle" || field.via?.shape === "document" ? false : none(field);

/** A mapping in short is its one field: `AD-Editors: Editors`. */
function inShort(layers: Layers, object: Named, path: readonly string[]): readonly string[] {
  if (path.length !== 3) return path;
  const [file] = writersOf(layers, path.slice(0, 2));
  const written = file && dataAt(file, path.slice(0, 2));
  return typeof written === "string" ||
    (isMap(written as Tree) &&
      (written as ReadonlyMap<string, Tree>).has("existing") &&
      kinds[object.kind]?.shape === "object")
    ? path.slice(0, 2)
    : path;
}
