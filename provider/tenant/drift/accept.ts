/**
 * What is there becomes what is described: each changed field is written into the file that has it, the overlay before
 * the base, and nothing else in the files is touched. What belongs to several is never changed for one of them.
 */

import type { Field, Values } from "../../definition";
import { canonicalValue, get, none, text, type Access } from "../../engine/values";
import { kinds } from "../../kinds";
import type { FieldChange, Named } from "../compare";
import { match, titleOf } from "../compare/match";
import { replacedRefs } from "../compare/references";
import type { Ref } from "../desired";
import { Unwritable } from "../editing/edit";
import { change as write, copyOf, dataAt, loadLayers, writersOf, type Layers } from "../editing/layers";
import { codes } from "../codes";
import { pictureOf, type Picture, type PicturedResource } from "../picture";
import { namingOf } from "../writing/naming";
import { isMap, treeOf, type Tree } from "../writing/tree";
import { treeOfValue, type Naming } from "../writing/values";
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
export function accept(drift: Drift, described: Picture, live: Picture, given: Layers, ids?: ReadonlyMap<string, string>): Accepted {
  const left: Accepted["left"] = [
    ...drift.missing.map(({ object }) => ({ object, why: "it is missing in the tenant: take it out of the file, or let pulumi up make it again" })),
    ...drift.unmanaged.map(({ object }) => ({ object, why: "it is not described: pulumi-iconik export shows how it would be" })),
  ];
  const changes = drift.changed.flatMap((object) => object.changes.map((one) => ({ object, change: one })));
  const values = valuesOf(withIds(described, ids), live);

  const attempt = (wanted: readonly { object: Named; change: FieldChange }[]) => {
    const layers = copyOf(given);
    const written: Accepted["written"] = [];
    const refused: Accepted["left"] = [];
    for (const { object, change } of wanted) {
      const about = { object: object.object, field: change.field, ...(change.member !== undefined && { member: change.member }) };
      try {
        written.push({ ...about, file: acceptOne(layers, object, change, values, (why) => refused.push({ ...about, why })) });
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
  if (problem !== undefined) {
    // Some value is one that no description may hold: each is tried by itself.
    for (const one of changes) {
      const why = problemOf(attempt([one]).layers);
      if (why !== undefined) bad.set(one.change, why);
    }
    tried = attempt(changes.filter(({ change }) => !bad.has(change)));
    problem = problemOf(tried.layers);
    if (problem !== undefined) throw new Error(`what was changed does not go together in a description: ${problem}; nothing was written`);
  }
  for (const { object, change } of changes) {
    const why = bad.get(change);
    if (why !== undefined) left.push({ object: object.object, field: change.field, why: `a description cannot say it: ${why}` });
  }
  // What is still there after all was written was not accepted, whatever the files look like.
  const { desired } = loadLayers(tried.layers);
  const still = desired ? driftOf(pictureOf(desired, described.source), live, ids).changed.flatMap(({ object, changes: rest }) => rest.map(({ field, member }) => text([object, field, member ?? null]))) : [];
  const isDone = ({ object, field, member }: Accepted["written"][number]) => !still.includes(text([object, field, member ?? null])) || tried.refused.some((one) => one.object === object && one.field === field && one.member === member);
  const undone = tried.written.filter((one) => !isDone(one));
  if (undone.length > 0) throw new Error(`${undone.map(({ object, field }) => `${object} ${field}`).join(", ")} would not be as it is in the tenant after writing it; nothing was written`);
  return { layers: tried.layers, written: tried.written, left: [...left, ...tried.refused] };
}

function problemOf(layers: Layers): string | undefined {
  const { desired, diagnostics } = loadLayers(layers);
  if (desired) return undefined;
  const message = diagnostics.find(({ code }) => codes[code].severity === "error")?.message;
  // Other places are named by where the texts were tried.
  return message?.replace(/\b(\d+)\/(\d+)\.yaml(?=:\d)/g, (name, layer: string, count: string) => layers[Number(layer)]?.[Number(count)]?.name ?? name);
}

interface BothValues {
  /** As they are. */
  of(kind: string, object: Named): Values | undefined;
  /** As they are described. */
  described(kind: string, object: Named): Values | undefined;
  naming: Naming;
}

/** Live values in the words of the description: its labels, and names for what it does not describe. */
function valuesOf(described: Picture, live: Picture): BothValues {
  const matched = match(described, live);
  const labels = new Map<string, Ref | { existing: string }>();
  for (const { from, to } of matched.pairs) {
    if (to) labels.set(`${to.kind}/${to.name}`, from ? { kind: from.kind, label: from.label, name: from.name } : { existing: titleOf(to) });
  }
  const byId = new Map(live.resources.map((one) => [`${one.kind}/${one.id ?? ""}`, one]));
  const byLabel = new Map(live.resources.map((one) => [`${one.kind}/${one.label}`, one]));
  const other = (ref: Ref): unknown => {
    const known = labels.get(`${ref.kind}/${ref.name}`);
    return known === undefined ? { ref } : "existing" in known ? known : { ref: known };
  };
  const named = (resource: PicturedResource) => replacedRefs(kinds[resource.kind]!, resource.inputs, other);
  const written = new Map(described.resources.map((one) => [`${one.kind}/${one.label}`, one.inputs]));
  return {
    described: (kind, { label }) => written.get(`${kind}/${label}`),
    naming: namingOf(kinds, described.resources.filter(({ kind }) => kinds[kind]?.shape === "object")),
    of(kind, object) {
      const found = (object.id === undefined ? undefined : byId.get(`${kind}/${object.id}`)) ?? byLabel.get(`${kind}/${object.label}`);
      return found && named(found);
    },
  };
}

/** Gives the file in which it was written. */
function acceptOne(layers: Layers, object: Named, change: FieldChange, live: BothValues, tell: (why: string) => void): string {
  const found = writtenField(object, change.field.replace(/^(access)\.\w+$/, "$1"));
  if (!found) throw new Unwritable("no description can say it");
  const { field, names } = found;
  const values = live.of(found.kind, object) ?? {};
  const keys = names.filter((name) => name !== undefined);
  const [was, value] = [get(live.described(found.kind, object), keys), get(values, keys)];
  const path = inShort(layers, object, found.path);
  if (field.type === "access") return acceptMember(layers, path, change, value as Access, live.naming);
  if (field.type === "roles") return acceptRoles(layers, path, change, tell);
  if (field.type === "set") return acceptSet(layers, path, field, change, was, value, live.naming, tell);
  const tree = value === undefined ? treeOf(off(field)) : treeOfValue(field, value, live.naming);
  if (tree === undefined) throw new Unwritable("no description can say it");
  return set(layers, path, tree);
}

/** How "none" is written. */
const off = (field: Field): unknown => (field.via?.shape === "toggle" || field.via?.shape === "document" ? false : none(field));

/** A mapping in short is its one field: `AD-Editors: Editors`. */
function inShort(layers: Layers, object: Named, path: readonly string[]): readonly string[] {
  if (path.length !== 3) return path;
  const [file] = writersOf(layers, path.slice(0, 2));
  const written = file && dataAt(file, path.slice(0, 2));
  return typeof written === "string" || (isMap(written as Tree) && (written as ReadonlyMap<string, Tree>).has("existing") && kinds[object.kind]?.shape === "object") ? path.slice(0, 2) : path;
}

/** Into the overlay that has the key, otherwise the base; a key that nobody has stands where its holder does. */
function set(layers: Layers, path: readonly string[], tree: Tree): string {
  const [file] = writersOf(layers, path);
  if (file) return write(file, path, { set: tree }), file.name;
  const holders = writersOf(layers, path.slice(0, -1));
  const holder = holders.at(-1);
  if (!holder) throw new Unwritable("what it belongs to is not written as keys and values");
  return write(holder, path, { set: tree }), holder.name;
}

/** Roles of the group's own list come and go; a set is never changed for one of those who share it. */
function acceptRoles(layers: Layers, path: readonly string[], { added = [], removed = [] }: FieldChange, tell: (why: string) => void): string {
  const gone = removed.map(String).filter((role) => rolesAt(layers, path).includes(role));
  const sets = setsOf(layers, path).filter((set) => removed.some((role) => rolesAt(layers, ["roleSets", set]).includes(String(role))));
  const shared = removed.map(String).filter((role) => sets.some((set) => rolesAt(layers, ["roleSets", set]).includes(role)));
  if (shared.length > 0) {
    const [comes, them] = shared.length === 1 ? ["comes", "it"] : ["come", "them"];
    const why = `${shared.join(", ")} ${comes} from the role set ${sets.join(", ")}, which others may share: take ${them} out there, or list the roles of this group one by one`;
    if (gone.length === 0 && added.length === 0) throw new Unwritable(why);
    tell(why);
  }
  for (const role of gone) write(writersOf(layers, path)[0]!, path, { drop: rolesAt(layers, path).indexOf(role) });
  for (const role of added.map(String)) {
    const [file] = writersOf(layers, path);
    if (file) write(file, path, { add: role });
    else set(layers, path, [role]);
  }
  return writersOf(layers, path)[0]!.name;
}

/** Names in a list of roles, of a group or of a set, as the file that has the last word writes them. */
function rolesAt(layers: Layers, path: readonly string[]): string[] {
  const [file] = writersOf(layers, path);
  const written = file ? dataAt(file, path) : [];
  return Array.isArray(written) ? written.map((item) => String(item instanceof Map ? item.get("role") : item)) : [];
}

function setsOf(layers: Layers, path: readonly string[]): string[] {
  const sets = [...path.slice(0, -1), "roleSets"];
  const [file] = writersOf(layers, sets);
  const written = file ? dataAt(file, sets) : [];
  return Array.isArray(written) ? written.map(String) : [];
}

/** A list without order, item by item: notes and ends beside those that stay are kept. */
function acceptSet(layers: Layers, path: readonly string[], field: Field & { type: "set" }, { removed = [] }: FieldChange, was: unknown, is: unknown, naming: Naming, tell: (why: string) => void): string {
  const [before, wanted] = [was, is].map((value) => new Map(((value ?? []) as unknown[]).map((item) => [keyOf(field.of, treeOfValue(field.of, item, naming)), treeOfValue(field.of, item, naming)])));
  if ([...wanted!.values()].includes(undefined)) throw new Unwritable("no description can say it");
  const [file] = writersOf(layers, path);
  const written = (): unknown[] => (file ? ((dataAt(file, path) as unknown[] | null) ?? []) : []);
  if (!file || !Array.isArray(written())) return set(layers, path, [...(wanted!.values() as Iterable<Tree>)]);
  const isSet = (item: unknown) => item instanceof Map && item.has("set");
  const keys = () => written().map((item) => (isSet(item) ? undefined : keyOf(field.of, item)));
  const gone = keys().filter((key) => key !== undefined && !wanted!.has(key));
  for (const key of gone) write(file, path, { drop: keys().indexOf(key) });
  const fresh = [...wanted!].filter(([key]) => !before!.has(key));
  for (const [, tree] of fresh) write(file, path, { add: tree! });
  if (gone.length < removed.length) {
    const why = "some of what was removed comes from an address set, which others may share: take it out there";
    if (gone.length === 0 && fresh.length === 0) throw new Unwritable(why);
    tell(why);
  }
  return file.name;
}

/** What tells one item from another; what is said beside it (notes, ends) does not. */
function keyOf(field: Field, item: unknown): string {
  if (!(item instanceof Map)) return text(canonicalValue(field, item));
  const said = Object.fromEntries([...(item as Map<string, unknown>)].filter(([key]) => field.type !== "record" || Object.hasOwn(field.fields, key)));
  return text(canonicalValue(field, said));
}

/** One member of an access list: its permissions, a new one, or none any more. */
function acceptMember(layers: Layers, path: readonly string[], change: FieldChange, access: Access | undefined, naming: Naming): string {
  const sort = change.field.split(".").at(-1) as keyof Access;
  const list = [...path, sort];
  const tree = treeOfValue({ type: "access", about: "" } as Field, { [sort]: access?.[sort] ?? [] }, naming);
  const members = isMap(tree) ? tree.get(sort) : undefined;
  const [file] = writersOf(layers, list);
  const written = file && dataAt(file, list);
  if (members === undefined) throw new Unwritable("no description can say it");
  if (written instanceof Map && !isMap(members)) throw new Unwritable("not all of its members are described, and by label it can only name those that are: describe them, or write the list as entries");
  // Not written by label: the whole of its sort is one thing.
  if (!file || !(written instanceof Map) || !isMap(members)) {
    const ends = (entry: unknown) => entry instanceof Map && entry.has("expires");
    if (Array.isArray(written) && written.some(ends)) throw new Unwritable("an entry of the list says when it ends, which would be lost");
    if (writersOf(layers, list).length > 1) throw new Unwritable("base and overlay both have some of it");
    return set(layers, list, members);
  }
  const wanted = new Map(members);
  // Base and overlays say it together, member by member.
  const all = writersOf(layers, list).flatMap((one) => {
    const said = dataAt(one, list);
    return said instanceof Map ? [...(said as Map<unknown, unknown>).keys()] : [];
  });
  for (const label of new Set([...all, ...wanted.keys()].map(String))) {
    const permissions = wanted.get(label);
    const [holder = file] = writersOf(layers, [...list, label]);
    const there = dataAt(holder, [...list, label]);
    // With an end, the permissions stand beside it.
    const isLong = there instanceof Map;
    const now = isLong ? there.get("permissions") : there;
    if (permissions === undefined ? there === undefined : text(sortedOf(now)) === text(sortedOf(permissions))) continue;
    if (permissions !== undefined) write(holder, [...list, label, ...(isLong ? ["permissions"] : [])], { set: permissions });
    else {
      write(holder, [...list, label], { remove: true });
      const [below] = writersOf(layers, [...list, label]);
      if (below) write(holder, [...list, label], { set: null });
    }
  }
  return file.name;
}

const sortedOf = (list: unknown): unknown => (Array.isArray(list) ? list.map(String).sort() : list);
