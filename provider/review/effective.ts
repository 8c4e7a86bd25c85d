/**
 * What people may do before and after, all their groups taken together.
 *
 * Tenants with user groups: the roles of all of a person's groups, as far as the user type goes (help pages: User Groups,
 * Understanding User Group Roles). Tenants with role groups: everything that the user type allows; whoever is in a role
 * group that has roles holds those of all their role groups instead, never beyond the type (help page: Role Groups).
 * Administrators stand above both. A role that no page puts beyond a type counts as within it.
 *
 * Of a group that is not described, or not its roles, nobody says here whether it has any. In tenants with role groups
 * that decides whether its people are narrowed, so of them both is told: what they gain and lose if it has, and if not.
 */

import { roles as table, withinUserType, type UserType } from "../roles";
import type { People, Person, Picture, PicturedResource } from "../tenant/picture";
import type { Pair, Pairs } from "./pair";

/** A set of roles, a bit for each. */
export type RoleSet = bigint;

/** All roles that there are in the table or in one of the pictures, each with its bit. */
class Universe {
  readonly names: readonly string[];
  private readonly bits: ReadonlyMap<string, RoleSet>;
  private readonly listed = new Map<RoleSet, readonly string[]>();
  private readonly types = new Map<string | undefined, RoleSet>();

  constructor(pairs: readonly Pair[]) {
    const used = pairs.flatMap((pair) => [...(rolesOf(pair, "was") ?? []), ...(rolesOf(pair, "is") ?? [])]);
    this.names = [...new Set([...table.keys(), ...used])];
    this.bits = new Map(this.names.map((name, index) => [name, 1n << BigInt(index)]));
  }

  of(names: readonly string[]): RoleSet {
    return names.reduce((set, name) => set | this.bits.get(name)!, 0n);
  }

  list(set: RoleSet): readonly string[] {
    let names = this.listed.get(set);
    if (!names) {
      // The digits of a number are read faster than its bits are asked for one by one.
      const digits = set.toString(2);
      names = this.names.filter((_, index) => digits[digits.length - 1 - index] === "1");
      this.listed.set(set, names);
    }
    return names;
  }

  /** Everything that a user of this type can hold. */
  ofType(type: string | undefined): RoleSet {
    let set = this.types.get(type);
    if (set === undefined) {
      set = this.of(
        type === undefined ? this.names : this.names.filter((name) => withinUserType(type as UserType, name) !== "no"),
      );
      this.types.set(type, set);
    }
    return set;
  }
}

/** The roles of a group or role group; undefined when it is not there. What nobody says of it is none. */
export function rolesOf({ definition, was, is }: Pair, when: "was" | "is"): readonly string[] | undefined {
  const values = when === "was" ? was : is;
  if (!values || definition.fields.roles?.type !== "roles") return undefined;
  return Array.isArray(values.roles) ? (values.roles as string[]) : [];
}

/** People of one user type in the same groups: one calculation serves them all. */
export interface Cohort {
  who: readonly Person[];
  groups: readonly Pair[];
  before: RoleSet;
  after: RoleSet;
  /** They are in groups whose roles nobody tells afterwards: they may hold more, and of role groups also less. */
  isUntold: boolean;
  gained: RoleSet;
  lost: RoleSet;
}

export interface World {
  universe: Universe;
  /** Undefined when nobody knows who is in which group. Without administrators and people who cannot log in. */
  cohorts?: readonly Cohort[];
  /** Cohorts by group (`Pair.key`). */
  inGroup: ReadonlyMap<string, readonly Cohort[]>;
  /** How many people stand above roles. */
  administrators: number;
  /** People who are also in groups that neither picture has. */
  elsewhere: number;
}

export function worldOf(pairs: Pairs, people: People, models: { before: Model; after: Model }): World {
  const universe = new Universe(pairs.all);
  if ("unknown" in people) return { universe, inGroup: new Map(), administrators: 0, elsewhere: 0 };
  const groups = groupsByName(pairs);
  const sets = new Map<string, { was?: RoleSet; is?: RoleSet }>();
  for (const pair of pairs.all) {
    const [was, is] = [rolesOf(pair, "was"), rolesOf(pair, "is")];
    if (was || is) sets.set(pair.key, { ...(was && { was: universe.of(was) }), ...(is && { is: universe.of(is) }) });
  }
  const allowed = (type: string | undefined) => universe.ofType(type);
  const active = people.known.filter((person) => person.active);
  const counted = active.filter((person) => !person.admin);
  const elsewhere = counted.filter(({ memberOf }) => memberOf.some((name) => !groups.has(name))).length;
  const cohorts = [...Map.groupBy(counted, cohortKey).values()].map((who): Cohort => {
    const { memberOf, type } = who[0]!;
    const mine = [...new Set(memberOf.flatMap((name) => groups.get(name) ?? []))];
    const held = (when: "was" | "is", model: Model) => {
      const own = mine.flatMap(({ key, definition }) => {
        const set = definition.model === undefined || definition.model === model ? sets.get(key)?.[when] : undefined;
        return set === undefined || set === 0n ? [] : [set];
      });
      if (model === "teams" && own.length === 0) return allowed(type);
      return own.reduce((union, set) => union | set, 0n) & allowed(type);
    };
    const [before, after] = [held("was", models.before), held("is", models.after)];
    const change = { gained: after & ~before, lost: before & ~after };
    if (models.before === "teams" && models.after === "teams" && isNarrowedByUnknown(memberOf, mine, groups)) {
      const given = (when: "was" | "is") =>
        mine.reduce((union, { key }) => union | (sets.get(key)?.[when] ?? 0n), 0n) & allowed(type);
      change.gained |= given("is") & ~given("was");
      change.lost |= given("was") & ~given("is");
    }
    const isUntold =
      memberOf.some(
        (name) => name.startsWith(models.after === "teams" ? "roleGroups/" : "userGroups/") && !groups.has(name),
      ) ||
      mine.some(
        ({ definition, is, fate }) =>
          definition.fields.roles?.type === "roles" && is && fate === "kept" && !Array.isArray(is.roles),
      );
    return { who, groups: mine, before, after, isUntold, ...change };
  });
  const inGroup = new Map<string, Cohort[]>();
  for (const cohort of cohorts) {
    for (const { key } of cohort.groups) {
      const list = inGroup.get(key);
      if (list) list.push(cohort);
      else inGroup.set(key, [cohort]);
    }
  }
  return { universe, cohorts, inGroup, administrators: active.length - counted.length, elsewhere };
}

/**
 * By section and name. Names that a tenant has, or had, come before labels, which only a file has, and before names that
 * it is yet to get: those may be another group's now.
 */
function groupsByName(pairs: Pairs): Map<string, Pair> {
  const groups = new Map<string, Pair>();
  const either =
    (namesOf: (one: PicturedResource) => readonly unknown[]) =>
    ({ before, after }: Pair) =>
      [before, after].flatMap((one) => (one ? namesOf(one) : []));
  const naming: ((pair: Pair) => readonly unknown[])[] = [
    either(({ place, name }) => (place ? [] : [name])),
    ({ before }) => [before?.inputs.name],
    either(({ formerly }) => formerly),
    either(({ inputs, name }) => [inputs.name, name]),
  ];
  for (const namesOf of naming) {
    for (const pair of pairs.all) {
      for (const name of namesOf(pair)) {
        const key = `${pair.subject.section}/${String(name)}`;
        if (name !== undefined && !groups.has(key)) groups.set(key, pair);
      }
    }
  }
  return groups;
}

/** Whether somebody is in a role group whose roles neither picture tells. */
const isNarrowedByUnknown = (
  memberOf: readonly string[],
  mine: readonly Pair[],
  groups: ReadonlyMap<string, Pair>,
): boolean =>
  memberOf.some((name) => name.startsWith("roleGroups/") && !groups.has(name)) ||
  mine.some(
    ({ definition, was, is }) => definition.fields.roles?.type === "roles" && was && is && !Array.isArray(was.roles),
  );

export type Model = Picture["tenant"]["model"];

const cohortKey = ({ type, memberOf }: Person): string => JSON.stringify([type, [...memberOf].sort()]);

export const size = (cohorts: readonly Cohort[]): number => cohorts.reduce((sum, { who }) => sum + who.length, 0);
