/**
 * Where and how one accepted change is written: lists item by item, so that what stands beside the items stays. Each
 * gives the file in which it was written.
 */

import type { Field } from "../../definition";
import { canonicalValue, text, type Access } from "../../engine/values";
import type { FieldChange } from "../compare";
import { Unwritable } from "../editing/edit";
import { change as write, dataAt, writersOf, type Layers } from "../editing/layers";
import { isMap, type Tree } from "../writing/tree";
import { treeOfValue, type Naming } from "../writing/values";

/** Into the overlay that has the key, otherwise the base; a key that nobody has stands where its holder does. */
export function set(layers: Layers, path: readonly string[], tree: Tree): string {
  const [file] = writersOf(layers, path);
  if (file) return (write(file, path, { set: tree }), file.name);
  const holders = writersOf(layers, path.slice(0, -1));
  const holder = holders.at(-1);
  if (!holder) throw new Unwritable("what it belongs to is not written as keys and values");
  return (write(holder, path, { set: tree }), holder.name);
}

/** Roles of the group's own list come and go; a set is never changed for one of those who share it. */
export function acceptRoles(
  layers: Layers,
  path: readonly string[],
  { added = [], removed = [] }: FieldChange,
  tell: (why: string) => void,
): string {
  const gone = removed.map(String).filter((role) => rolesAt(layers, path).includes(role));
  const sets = setsOf(layers, path).filter((set) =>
    removed.some((role) => rolesAt(layers, ["roleSets", set]).includes(String(role))),
  );
  const shared = removed
    .map(String)
    .filter((role) => sets.some((set) => rolesAt(layers, ["roleSets", set]).includes(role)));
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
export function acceptSet(
  layers: Layers,
  path: readonly string[],
  field: Field & { type: "set" },
  { removed = [] }: FieldChange,
  was: unknown,
  is: unknown,
  naming: Naming,
  tell: (why: string) => void,
): string {
  const byKey = (value: unknown) =>
    new Map(
      ((value ?? []) as unknown[]).map((item) => {
        const tree = treeOfValue(field.of, item, naming);
        return [keyOf(field.of, tree), tree];
      }),
    );
  const [before, wanted] = [byKey(was), byKey(is)];
  if ([...wanted.values()].includes(undefined)) throw new Unwritable("no description can say it");
  const [file] = writersOf(layers, path);
  const written = (): unknown[] => (file ? ((dataAt(file, path) as unknown[] | null) ?? []) : []);
  if (!file || !Array.isArray(written())) return set(layers, path, [...(wanted.values() as Iterable<Tree>)]);
  const isSet = (item: unknown) => item instanceof Map && item.has("set");
  const keys = () => written().map((item) => (isSet(item) ? undefined : keyOf(field.of, item)));
  const gone = keys().filter((key) => key !== undefined && !wanted.has(key));
  for (const key of gone) write(file, path, { drop: keys().indexOf(key) });
  const fresh = [...wanted].filter(([key]) => !before.has(key));
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
  const said = Object.fromEntries(
    [...(item as Map<string, unknown>)].filter(([key]) => field.type !== "record" || Object.hasOwn(field.fields, key)),
  );
  return text(canonicalValue(field, said));
}

/** One member of an access list: its permissions, a new one, or none any more. */
export function acceptMember(
  layers: Layers,
  path: readonly string[],
  change: FieldChange,
  access: Access | undefined,
  naming: Naming,
): string {
  const sort = change.field.split(".").at(-1) as keyof Access;
  const list = [...path, sort];
  const tree = treeOfValue({ type: "access", about: "" } as Field, { [sort]: access?.[sort] ?? [] }, naming);
  const members = isMap(tree) ? tree.get(sort) : undefined;
  const [file] = writersOf(layers, list);
  const written = file && dataAt(file, list);
  if (members === undefined) throw new Unwritable("no description can say it");
  if (written instanceof Map && !isMap(members))
    throw new Unwritable(
      "not all of its members are described, and by label it can only name those that are: describe them, or write the list as entries",
    );
  // Not written by label: the whole of its sort is one thing.
  if (!file || !(written instanceof Map) || !isMap(members)) {
    const ends = (entry: unknown) => entry instanceof Map && entry.has("expires");
    if (Array.isArray(written) && written.some(ends))
      throw new Unwritable("an entry of the list says when it ends, which would be lost");
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
    if (permissions !== undefined)
      write(holder, [...list, label, ...(isLong ? ["permissions"] : [])], { set: permissions });
    else {
      write(holder, [...list, label], { remove: true });
      const [below] = writersOf(layers, [...list, label]);
      if (below) write(holder, [...list, label], { set: null });
    }
  }
  return file.name;
}

const sortedOf = (list: unknown): unknown => (Array.isArray(list) ? list.map(String).sort() : list);
