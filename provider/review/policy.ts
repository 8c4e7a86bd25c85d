/** Policy tests: what the description itself says must and must not be, held against a tenant. */

import { covers } from "../addresses";
import { accessSorts, type Values } from "../definition";
import { mayOf } from "./words";
import type { Place } from "../tenant";
import type { Picture, PicturedResource } from "../tenant/picture";
import { entriesOf } from "./access";
import { rolesOf, size, type Cohort, type World } from "./effective";
import type { Pair } from "./pair";
import {
  granting,
  groupOf,
  matches,
  members,
  nameOf,
  texts,
  viewOf,
  type PolicyOptions,
  type View,
} from "./policy-view";
import type { Permission, Subject } from "./report";
import { count, persons, quoted, series, title } from "./words";

/** A test or an invariant that does not hold, or of which nobody can tell. */
export interface PolicyFinding {
  /** Of the test. */
  name: string;
  /** What is wrong, or why it cannot be told. */
  says: string;
  place: Place;
}

interface PolicyResult {
  /** Tests and invariants that hold. */
  passed: number;
  failures: PolicyFinding[];
  /** Those about people where these are not known, and about what is not described. */
  untold: PolicyFinding[];
}

type Test = Picture["later"]["tests"][number];
type Verdict = string[] | { untold: string };

/**
 * Runs the tests of a description.
 * @param tests whose tests and invariants
 * @param tenant what they are held against; the description itself, or a tenant
 */
export function testPolicies(tests: Picture["later"], tenant: Picture, options: PolicyOptions = {}): PolicyResult {
  const view = viewOf(tenant, options);
  const result: PolicyResult = { passed: 0, failures: [], untold: [] };
  const tell = ({ values, place }: Test, verdict: Verdict) => {
    const name = String(values.name);
    if (!Array.isArray(verdict)) result.untold.push({ name, says: verdict.untold, place });
    else if (verdict.length === 0) result.passed += 1;
    else result.failures.push(...verdict.map((says) => ({ name, says, place })));
  };
  for (const test of tests.tests) tell(test, run(test.values, view));
  for (const invariant of tests.invariants ?? []) tell(invariant, hold(invariant.values, view));
  return result;
}

/** Groups and role groups that no test names, and the roles they hold that no test is about. */
export function coverage(
  tests: Picture["later"],
  tenant: Picture,
  options: PolicyOptions = {},
): { subject: Subject; untested: readonly string[]; isNamed: boolean }[] {
  const view = viewOf(tenant, options);
  return view.pairs.all.flatMap((pair) => {
    const roles = rolesOf(pair, "is");
    if (!roles) return [];
    const own = tests.tests.filter(
      ({ values }) => values.group !== undefined && groupOf(values.group, view)?.key === pair.key,
    );
    const patterns = own.flatMap(({ values }) => [...texts(values.accept), ...texts(values.deny)]);
    const untested = roles.filter((role) => !patterns.some((pattern) => matches(pattern, role)));
    return untested.length === 0 && own.length > 0
      ? []
      : [{ subject: pair.subject, untested, isNamed: own.length > 0 }];
  });
}

/** A permission taken from a group or given to it, which no test notices. */
interface Unnoticed {
  subject: Subject;
  removed: readonly string[];
  added: readonly string[];
}

/**
 * Takes away and gives one role at a time, and tells what no test notices.
 * @param given roles that are tried on every group
 */
export function mutate(
  tests: Picture["later"],
  tenant: Picture,
  given: readonly string[],
  options: PolicyOptions = {},
): Unnoticed[] {
  const before = testPolicies(tests, tenant, options);
  const told = JSON.stringify([before.failures, before.untold]);
  const isUnnoticed = (one: PicturedResource, roles: readonly string[]) => {
    const changed = {
      ...tenant,
      resources: tenant.resources.map((other) =>
        other === one ? { ...one, inputs: { ...one.inputs, roles } } : other,
      ),
    };
    const after = testPolicies(tests, changed, options);
    return JSON.stringify([after.failures, after.untold]) === told;
  };
  return tenant.resources.flatMap((one): Unnoticed[] => {
    const held = one.inputs.roles;
    if (!Array.isArray(held)) return [];
    const { kind, section, label } = one;
    const removed = (held as string[]).filter((role) =>
      isUnnoticed(one, held.filter((other) => other !== role) as string[]),
    );
    const added = given.filter((role) => !held.includes(role) && isUnnoticed(one, [...(held as string[]), role]));
    return removed.length + added.length > 0 ? [{ subject: { kind, section, label }, removed, added }] : [];
  });
}

const notDescribed = (what: string): Verdict => ({ untold: `${what} is not described` });

function run(values: Values, view: View): Verdict {
  const { accept, deny } = values;
  if (values.group !== undefined) {
    const group = groupOf(values.group, view);
    if (!group)
      return view.tenant.extent === "described"
        ? notDescribed(`the group ${quoted(nameOf(values.group))}`)
        : [`there is no group ${quoted(nameOf(values.group))}`];
    if (!Array.isArray(group.is?.roles)) return { untold: `the roles of ${title(group.subject)} are not described` };
    return hasRoles(rolesOf(group, "is")!, accept, deny, title(group.subject));
  }
  if (values.person !== undefined) return person(String(values.person), accept, deny, view);
  if (values.allowList !== undefined) return allowList(String(values.allowList), accept, deny, view);
  const [kind, label] =
    values.aclTemplate !== undefined
      ? ["AclTemplate", String(values.aclTemplate)]
      : ["Storage", String(values.storage)];
  const pair = view.find([kind], label);
  if (!pair) return [`there is no ${kind === "Storage" ? "storage" : "ACL template"} ${quoted(label)}`];
  if (kind === "Storage" && (Array.isArray(accept) || Array.isArray(deny))) {
    const granted = view.grants
      .find(({ storage }) => storage === label || storage === pair.subject.label)
      ?.grants.map(({ action }) => action);
    if (!granted) return { untold: `what the identity of ${title(pair.subject)} is granted is not known here` };
    return listed(granted, accept, deny, `the identity of ${title(pair.subject)}`, (action) => action);
  }
  if (pair.is?.access === undefined) return notDescribed(`the access list of ${title(pair.subject)}`);
  return access(pair, accept, deny, texts(values.except), view);
}

const hasRoles = (held: readonly string[], accept: unknown, deny: unknown, who: string): string[] =>
  listed(held, accept, deny, who, (role) => `${role} (may ${mayOf(role)})`);

function listed(
  held: readonly string[],
  accept: unknown,
  deny: unknown,
  who: string,
  show: (one: string) => string,
): string[] {
  return [
    ...texts(accept)
      .filter((pattern) => !held.some((one) => matches(pattern, one)))
      .map((pattern) => `${who} lacks ${show(pattern)}`),
    ...texts(deny).flatMap((pattern) =>
      held
        .filter((one) => matches(pattern, one))
        .map((one) => `${who} has ${show(one)}${one === pattern ? "" : `, which ${pattern} denies`}`),
    ),
  ];
}

function person(email: string, accept: unknown, deny: unknown, { people, world }: View): Verdict {
  if ("unknown" in people || !world.cohorts)
    return { untold: `who is in which group is not known: ${"unknown" in people ? people.unknown : ""}` };
  const found = people.known.find((one) => one.email.toLowerCase() === email.toLowerCase());
  if (!found) return [`nobody has the e-mail ${email}`];
  if (!found.active) return hasRoles([], accept, deny, email);
  if (found.admin) return hasRoles(world.universe.names, accept, deny, `${email}, an administrator,`);
  const cohort = world.cohorts.find(({ who }) => who.includes(found))!;
  const held = world.universe.list(cohort.after);
  if (!cohort.isUntold) return hasRoles(held, accept, deny, email);
  // What they hold by the groups that are described, they hold: only that can be told.
  const isCertain = isLeast(cohort);
  if (isCertain && deny === undefined && hasRoles(held, accept, undefined, email).length === 0) return [];
  const denied = isCertain ? hasRoles(held, undefined, deny, email) : [];
  return denied.length > 0 ? denied : { untold: `${email} is also in groups whose roles are not described` };
}

/** Whether somebody holds at least what is counted here: in no role group that is described, it is what the type allows. */
const isLeast = ({ groups, isUntold }: Cohort): boolean =>
  !isUntold || groups.some((group) => (rolesOf(group, "is")?.length ?? 0) > 0);

function allowList(label: string, accept: unknown, deny: unknown, { pairs, tenant, find }: View): Verdict {
  const [sort = "", ...whose] = label.split("/");
  const called =
    whose.length === 0 ? label : `${sort}/${find(members, whose.join("/"))?.subject.label ?? whose.join("/")}`;
  const pair = pairs.all.find(
    ({ definition, subject }) => definition.fields.addresses !== undefined && subject.label === called,
  );
  const entries = pair?.is?.addresses as { ip: string; application?: unknown }[] | undefined;
  if (!pair || !entries)
    return tenant.extent === "described"
      ? notDescribed(`the allow list ${quoted(label)}`)
      : [`there is no allow list ${quoted(label)}`];
  const list = entries.map(({ ip, application }) => ({
    ip,
    application: application === undefined ? undefined : JSON.stringify(application),
  }));
  return [
    ...texts(accept)
      .filter((ip) => !covers(list, ip))
      .map((ip) => `${title(pair.subject)} does not let in ${ip}`),
    ...texts(deny)
      .filter((ip) => covers(list, ip))
      .map((ip) => `${title(pair.subject)} lets in ${ip}`),
  ];
}

function access(pair: Pair, accept: unknown, deny: unknown, except: readonly string[], view: View): Verdict {
  const entries = entriesOf(pair.is, view.pairs);
  const called = (label: string) => view.find(members, label)?.subject.label ?? label;
  const wanted = (value: unknown) =>
    Object.entries((value ?? {}) as Record<string, Permission[]>).map(
      ([label, some]) => [called(label), some] as const,
    );
  const held = (label: string) =>
    entries.filter((entry) => entry.label === label).flatMap(({ permissions }) => permissions);
  const says = (label: string, verb: string, permission: string) =>
    `${title(pair.subject)} ${verb} ${quoted(label)} ${permission}`;
  const unsaid = unsaidSorts(pair, view);
  // Whoever is not there may stand among those of whom nothing is said.
  const isUntold = (label: string) =>
    unsaid.length > 0 &&
    !entries.some((entry) => entry.label === label) &&
    unsaid.some((sort) => (sort === "users") === label.includes("@"));
  const [accepted, denied] = [wanted(accept), wanted(deny)];
  const failures = [
    ...accepted
      .filter(([label]) => !isUntold(label))
      .flatMap(([label, some]) =>
        some.filter((one) => !held(label).includes(one)).map((one) => says(label, "does not give", one)),
      ),
    ...denied.flatMap(([label, some]) => {
      const named = [...denied.map(([other]) => other), ...except.map(called)];
      const whom =
        label === "*"
          ? [...new Set(entries.map((entry) => entry.label))].filter((other) => !named.includes(other))
          : [label];
      return whom.flatMap((one) =>
        some.filter((permission) => held(one).includes(permission)).map((permission) => says(one, "gives", permission)),
      );
    }),
  ];
  const hangsOnThem = [...accepted, ...denied].some(([label]) => (label === "*" ? unsaid.length > 0 : isUntold(label)));
  if (failures.length > 0 || !hangsOnThem) return failures;
  const known = view.tenant.extent === "described" ? "described" : "known";
  return { untold: `which ${series(unsaid, "or")} are in the access list of ${title(pair.subject)} is not ${known}` };
}

/** Sorts of members that the list may hold, and of which nothing is said: a description manages only those that it writes. */
function unsaidSorts({ subject, is }: Pair, { tenant }: View): string[] {
  const sorts = Object.keys(accessSorts).filter(
    (sort) => sort === "users" || (sort === "teams") === (tenant.tenant.model === "teams"),
  );
  const unsaid = sorts.filter((sort) => (is?.access as Values)[sort] === undefined);
  if (tenant.extent === "described") return unsaid;
  const gaps = new Set(
    tenant.gaps.filter(({ kind, label }) => kind === subject.kind && label === subject.label).map(({ field }) => field),
  );
  return unsaid.filter((sort) => gaps.has("access") || gaps.has(`access.${sort}`));
}

function hold(values: Values, view: View): Verdict {
  const { world, people, pairs } = view;
  const separated = texts(values.separation);
  if (separated.length > 0) {
    const both = (roles: readonly string[], who: string) => {
      const held = separated.filter((role) => roles.includes(role));
      return held.length > 1 ? [`${who} has ${held.join(" and ")}`] : [];
    };
    if (!world.cohorts) {
      const groups = pairs.all.filter(({ subject }) => granting.includes(subject.kind));
      const silent = groups.find(({ is }) => is && !Array.isArray(is.roles));
      const found = groups.flatMap((pair) => both(rolesOf(pair, "is") ?? [], title(pair.subject)));
      return found.length === 0 && silent
        ? { untold: `the roles of ${title(silent.subject)} are not described` }
        : found;
    }
    const failures = world.cohorts
      .filter(isLeast)
      .flatMap(({ after, who }) => who.flatMap(({ email }) => both(world.universe.list(after), email)));
    return failures.length > 0 ? failures : (untoldPeople(world) ?? []);
  }
  if ("unknown" in people || !world.cohorts)
    return { untold: `who is in which group is not known: ${"unknown" in people ? people.unknown : ""}` };
  const role = String(values.role);
  const holders = world.cohorts.filter((cohort) => isLeast(cohort) && world.universe.list(cohort.after).includes(role));
  const most = holders.reduce((sum, { who }) => sum + who.length, world.administrators);
  const atLeast = Number(values.atLeast);
  if (most >= atLeast) return [];
  return (
    untoldPeople(world) ?? [
      `${persons(most)} may ${mayOf(role)} (${role}), and ${count(atLeast, "person", "people")} must`,
    ]
  );
}

function untoldPeople({ cohorts = [] }: World): { untold: string } | undefined {
  const number = size(cohorts.filter(({ isUntold }) => isUntold));
  return number > 0
    ? { untold: `${persons(number)} ${number === 1 ? "is" : "are"} also in groups whose roles are not described` }
    : undefined;
}
