/** What people may do by their groups: gained, lost, and what comes of it for each of them. */

import {
  aboveUserType,
  createWantsWrite,
  dangers,
  roles as table,
  tiers,
  tierWords,
  writeWantsRead,
  type Danger,
  type UserType,
} from "../roles";
import { placeWithin } from "../tenant";
import { rolesOf, size, type Cohort, type World } from "./effective";
import type { Pair, Pairs } from "./pair";
import type { Affected, PeopleChange, Statement } from "./report";
import { count, mayOf, persons, quoted, series, tierRank } from "./words";

/** Facets of danger that make a gain an escalation; the others belong to ordinary work, and their words are enough. */
const escalating: readonly Danger[] = ["widenOwnRights", "actAsAnother", "changeAccess", "purge", "hideTraces"];
export const isEscalating = (role: string): boolean =>
  table.get(role)?.dangers.some((danger) => escalating.includes(danger)) ?? false;

/** Statements about every group and role group whose roles change. */
export function abilityStatements(pairs: Pairs, world: World): Statement[] {
  return pairs.all.flatMap((pair) => {
    const [was, is] = [rolesOf(pair, "was"), rolesOf(pair, "is")];
    if (!was && !is) return [];
    const before = new Set(was);
    const after = new Set(is);
    const gained = [...after].filter((role) => !before.has(role));
    const lost = [...before].filter((role) => !after.has(role));
    return [
      ...tier(pair, world, was, gained),
      ...gained.map((role) => ability(pair, world, role, "gain")),
      ...lost.map((role) => ability(pair, world, role, "loss")),
      ...narrowing(pair, world, was, is),
      ...incoherences(pair, was ?? [], is ?? []),
      ...(pair.fate === "created" ? nobody(pair, pairs, world) : []),
    ];
  });
}

/** People whose abilities change, those alike together. */
export function peopleChanges(world: World): PeopleChange[] {
  const changed = (world.cohorts ?? []).filter(({ gained, lost }) => gained !== 0n || lost !== 0n);
  const alike = Map.groupBy(changed, ({ gained, lost, groups }) =>
    JSON.stringify([
      String(gained),
      String(lost),
      groups
        .filter(changesRoles)
        .map(({ key }) => key)
        .sort(),
    ]),
  );
  return [...alike.values()].map((cohorts) => {
    const { gained, lost, groups } = cohorts[0]!;
    return {
      who: cohorts.flatMap(({ who }) => who.map(({ email }) => email)).sort(),
      gained: world.universe.list(gained),
      lost: world.universe.list(lost),
      through: groups.filter(changesRoles).map(({ subject }) => subject),
    };
  });
}

/** People who may do nothing at all afterwards, and could do something before. */
export function emptyHanded(world: World): number {
  return size((world.cohorts ?? []).filter(({ before, after }) => before !== 0n && after === 0n));
}

const changesRoles = (pair: Pair): boolean =>
  JSON.stringify([...(rolesOf(pair, "was") ?? [])].sort()) !== JSON.stringify([...(rolesOf(pair, "is") ?? [])].sort());

function ability(pair: Pair, world: World, role: string, direction: "gain" | "loss"): Statement {
  const isGain = direction === "gain";
  const phrase = mayOf(role);
  const base = {
    code: isGain ? ("ability-gained" as const) : ("ability-lost" as const),
    direction,
    subject: pair.subject,
    roles: [role],
    may: phrase,
    ...placeOf(pair, "roles", role),
  };
  const says = `${isGain ? "may now" : "may no longer"} ${phrase}`;
  // What a role permits that is not known here, it may be anything.
  const level = isGain && isEscalating(role) ? "escalation" : isGain && !table.has(role) ? "warning" : "change";
  if (!world.cohorts)
    return { ...base, level, says: turnsNarrowing(pair) ? `${says}: true of whoever is in another role group` : says };
  const bit = world.universe.of([role]);
  const members = world.inGroup.get(pair.key) ?? [];
  const touched = members.filter((cohort) => ((isGain ? cohort.gained : cohort.lost) & bit) !== 0n);
  const others = members.filter((cohort) => !touched.includes(cohort));
  const people = affected(touched, members);
  if (people.of === 0 || people.count > 0) {
    const rest = people.count < people.of ? because(pair, others, role, world, isGain) : "";
    return { ...base, level, says: `${says}${rest && `; ${rest}`}`, people };
  }
  const why = because(pair, others, role, world, isGain);
  return { ...base, level: "note", says: `${says}: no effective change, since ${why}`, people };
}

/** Newer tenants: the first roles of a role group take away, and losing the last ones gives. */
const turnsNarrowing = (pair: Pair): boolean =>
  pair.definition.model === "teams" &&
  pair.fate !== "created" &&
  (rolesOf(pair, "was")?.length ?? 0) > 0 !== (rolesOf(pair, "is")?.length ?? 0) > 0;

/** Why a role that comes or goes in a group changes nothing for some of its members. */
function because(pair: Pair, others: readonly Cohort[], role: string, world: World, isGain: boolean): string {
  const bit = world.universe.of([role]);
  const holders = others.filter(({ before, after }) => (before & after & bit) !== 0n);
  const without = size(others) - size(holders);
  const givers = (cohort: Cohort) =>
    cohort.groups.filter((group) => group !== pair && rolesOf(group, isGain ? "was" : "is")?.includes(role));
  const given = holders.filter((cohort) => givers(cohort).length > 0);
  const byType = size(holders) - size(given);
  const groups = given.flatMap(givers);
  const names = [...new Set(groups.map(({ subject }) => quoted(subject.label)))];
  const through = names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : series(names);
  const held = isGain ? "could before" : "still can";
  return series([
    ...(given.length > 0 ? [`${persons(size(given))} ${held}, through ${through}`] : []),
    ...(byType > 0 ? [`${persons(byType)} ${held}, by their user type`] : []),
    ...(without > 0 ? [`the user type of ${persons(without)} does not allow it`] : []),
  ]);
}

/** How many of those in a group something happens to. */
export function affected(touched: readonly Cohort[], members: readonly Cohort[]): Affected {
  const number = size(touched);
  const few =
    number > 0 && number <= 3 ? touched.flatMap(({ who }) => who.map(({ email }) => email)).sort() : undefined;
  return { count: number, of: size(members), ...(few && { who: few }) };
}

/** A group that reaches a higher user type by its roles; of new groups, only the highest is worth a word. */
function tier(pair: Pair, world: World, was: readonly string[] | undefined, gained: readonly string[]): Statement[] {
  const rank = (names: readonly string[]) => Math.max(0, ...names.map(tierRank));
  const [before, after] = [rank(was ?? []), rank(gained)];
  if (after <= before || after < (before === 0 ? 3 : 2)) return [];
  const by = gained.filter((role) => tierRank(role) === after);
  const reached = tierWords[tiers[after - 1]!];
  const members = world.inGroup.get(pair.key) ?? [];
  const set = world.universe.of(by);
  const touched = members.filter(({ gained: more }) => (more & set) !== 0n);
  const people = world.cohorts && affected(touched, members);
  const isIdle = people !== undefined && people.of > 0 && people.count === 0;
  const from = before === 0 ? "" : ` instead of ${tierWords[tiers[before - 1]!]}`;
  return [
    {
      code: "tier-reached",
      level: isIdle ? "note" : "escalation",
      direction: "gain",
      subject: pair.subject,
      says: `its roles now ask for the user type ${reached}${from}, because of ${by.length > 4 ? `${by.slice(0, 4).join(", ")} and ${by.length - 4} more` : series(by)}${isIdle ? ": no effective change for those who are in it" : ""}`,
      roles: by,
      ...(people && { people }),
      ...placeOf(pair, "roles", by[0]!),
    },
  ];
}

/** Newer tenants: a role group with roles takes away what the user type alone would give; one without does not. */
function narrowing(
  pair: Pair,
  world: World,
  was: readonly string[] | undefined,
  is: readonly string[] | undefined,
): Statement[] {
  const [narrowed, narrows] = [(was?.length ?? 0) > 0, (is?.length ?? 0) > 0];
  if (pair.definition.model !== "teams" || narrowed === narrows) return [];
  const base = { subject: pair.subject, ...placeOf(pair) };
  const gone = pair.fate === "deleted" ? "is deleted" : "has no roles any more";
  if (!world.cohorts) {
    if (pair.fate === "created") return [];
    return [
      narrowed
        ? {
            ...base,
            code: "role-group-ends",
            level: "escalation",
            direction: "gain",
            says: `${gone}: whoever is in no other role group may then do everything that their user type allows`,
          }
        : {
            ...base,
            code: "role-group-begins",
            level: "warning",
            direction: "loss",
            says: "gets its first roles: whoever is in no other role group may then do nothing else, where their user type alone counted before",
          },
    ];
  }
  const members = world.inGroup.get(pair.key) ?? [];
  const narrowedBy = ({ groups }: Cohort, when: "was" | "is") =>
    groups.some((group) => (rolesOf(group, when)?.length ?? 0) > 0);
  const touched = members.filter((cohort) => !narrowedBy(cohort, narrowed ? "is" : "was"));
  if (size(touched) === 0) return [];
  const people = affected(touched, members);
  const set = touched.reduce((union, cohort) => union | (narrowed ? cohort.gained : cohort.lost), 0n);
  const names = world.universe.list(set);
  if (narrowed) {
    const facets = escalating.filter((facet) => names.some((role) => table.get(role)?.dangers.includes(facet)));
    const such = facets.length > 0 ? `, among them: ${facets.map((facet) => dangers[facet].may).join("; ")}` : "";
    const more = `${touched.every((cohort) => cohort.gained === set) ? "" : "up to "}${count(names.length, "ability", "abilities")} more`;
    const says = `${gone} and was the last role group of ${persons(people.count)}: they may now do everything that their user type allows, ${more}${such}`;
    return [{ ...base, code: "role-group-ends", level: "escalation", direction: "gain", says, roles: names, people }];
  }
  const says = `becomes the first role group of ${persons(people.count)}: of what their user type allows, it takes away ${touched.every((cohort) => cohort.lost === set) ? "" : "up to "}${count(names.length, "ability", "abilities")}`;
  return [{ ...base, code: "role-group-begins", level: "warning", direction: "loss", says, roles: names, people }];
}

/** What is newly odd about a group's roles. */
function incoherences(pair: Pair, was: readonly string[], is: readonly string[]): Statement[] {
  const base = { level: "warning" as const, subject: pair.subject };
  const alone = (names: readonly string[]) =>
    [...createWantsWrite(names), ...writeWantsRead(names)].filter((finding) => "wants" in finding);
  const old = new Set(alone(was).map(({ role }) => role));
  const above = (names: readonly string[], values: Pair["is"]) => {
    const type = values?.defaultUserType as UserType | undefined;
    return type ? aboveUserType(type, names).map(({ role }) => role) : [];
  };
  const before = above(was, pair.was);
  const beyond = above(is, pair.is).filter((role) => !before.includes(role));
  const type = tierWords[pair.is?.defaultUserType as "standard"];
  return [
    ...alone(is)
      .filter(({ role }) => !old.has(role))
      .map(({ code, role, wants }): Statement => ({
        ...base,
        code,
        says: `has ${role} without ${wants}, which should go with it`,
        roles: [role],
        ...placeOf(pair, "roles", role),
      })),
    ...(beyond.length > 0
      ? [
          {
            ...base,
            code: "above-user-type" as const,
            says: `${series(beyond)} ${beyond.length === 1 ? "has" : "have"} no effect for people of its default user type, ${type}`,
            roles: beyond,
            ...placeOf(pair, "roles", beyond[0]!),
          },
        ]
      : []),
  ];
}

/** Nobody is in a group that is only being made, unless SAML logins lead there. */
function nobody(pair: Pair, pairs: Pairs, world: World): Statement[] {
  if (size(world.inGroup.get(pair.key) ?? []) > 0) return [];
  const mappings = pairs.all.filter(
    ({ is, definition }) =>
      definition.kind === "GroupMapping" && is && pairs.meant(is.group, [pair.subject.kind]).key === pair.key,
  );
  if (mappings.length > 0) return [];
  return [
    {
      code: "nobody-in-it",
      level: "note",
      subject: pair.subject,
      says: "nobody is in it yet: members are added in iconik",
      ...placeOf(pair),
    },
  ];
}

/** Where it is written, as near as that is known: what is taken out of a file stood where the rest of it stands. */
export function placeOf({ after, before }: Pair, ...path: string[]): Pick<Statement, "place"> {
  const place = after?.place ?? before?.place;
  return place ? { place: placeWithin(place, path) } : {};
}
