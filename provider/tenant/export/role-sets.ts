/**
 * Role lists that repeat, as sets. What a set is depends on what it holds and on nothing else, so that an edit of one
 * group changes that group's lines, and sets come and go whole.
 */

import { createHash } from "node:crypto";
import { tierOf, tiers, type Tier } from "../../roles";

export interface RoleSets {
  /** Roles by name of their set. */
  sets: ReadonlyMap<string, readonly string[]>;
  /** How a list is written: names of sets, and the roles that are in none of them. */
  fold(roles: readonly string[]): { sets: readonly string[]; roles: readonly string[] };
}

/** Fewer are written out. */
const least = 3;
/** Lists that are looked at as the base of others; a tenant has a handful of real ones. */
const most = 200;

/**
 * Sets out of lists that some objects hold as they are, where that makes the whole shorter: a viewer's roles are a set
 * when an editor has them too.
 */
export function roleSetsOf(lists: readonly (readonly string[])[]): RoleSets {
  const distinct = new Map<string, { roles: readonly string[]; count: number }>();
  for (const roles of lists) {
    const key = roles.join("\n");
    distinct.set(key, { roles, count: (distinct.get(key)?.count ?? 0) + 1 });
  }
  const all = [...distinct.values()].map((list) => ({ ...list, has: new Set(list.roles) }));
  const candidates = all
    .filter(({ roles }) => roles.length >= least)
    .sort((a, b) => b.count - a.count || b.roles.length - a.roles.length || (a.roles.join() < b.roles.join() ? -1 : 1))
    .slice(0, most)
    .filter(({ roles }) => {
      const users = all
        .filter(({ has }) => roles.every((role) => has.has(role)))
        .reduce((sum, { count }) => sum + count, 0);
      // A line for the set's name, and one for each role; every user saves its roles for one name.
      return (users - 1) * roles.length > users + 1;
    })
    // The longest that fits goes first.
    .sort((a, b) => b.roles.length - a.roles.length || (a.roles.join() < b.roles.join() ? -1 : 1));
  const named = candidates.map(({ roles }) => ({ name: nameOf(roles), roles }));

  const fold = (roles: readonly string[]) => {
    const left = new Set(roles);
    const has = new Set(roles);
    const used: string[] = [];
    for (const set of named) {
      if (set.roles.length > roles.length || !set.roles.every((role) => has.has(role))) continue;
      const gain = set.roles.filter((role) => left.has(role)).length;
      if (gain < least) continue;
      used.push(set.name);
      for (const role of set.roles) left.delete(role);
    }
    return { sets: used, roles: roles.filter((role) => left.has(role)) };
  };
  const used = new Set(lists.flatMap((roles) => fold(roles).sets));
  return {
    sets: new Map(
      named
        .filter(({ name }) => used.has(name))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ name, roles }) => [name, roles]),
    ),
    fold,
  };
}

/** By the user type that they take, how many they are, and four digits that stand for which. */
function nameOf(roles: readonly string[]): string {
  const highest = Math.max(0, ...roles.map((role) => (tiers as readonly Tier[]).indexOf(tierOf(role))));
  return `${tiers[highest]}-${roles.length}-${createHash("sha256").update(roles.join("\n")).digest("hex").slice(0, 4)}`;
}
