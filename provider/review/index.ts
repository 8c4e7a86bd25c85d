/**
 * What a change of a tenant means for people, before it happens. Pure functions over two pictures; nothing is read here,
 * and nothing is known of Pulumi or of clouds.
 */

import { kinds } from "../kinds";
import type { People, Picture, PicturedResource } from "../tenant/picture";
import { peopleChanges } from "./abilities";
import { digestOf, planOf, type Plan } from "./digest";
import type { World } from "./effective";
import { endStatements } from "./ends";
import { acknowledge, endings } from "./exceptions";
import type { StorageGrants } from "./grants";
import { applied, stackOf } from "./applied";
import { changeOf, effectsOf, silent } from "./change";
import { matrixOf } from "./matrix";
import { objectStatements } from "./objects";
import type { Pairs } from "./pair";
import { pairUp } from "./pairs";
import { provisionStatements } from "./provision";
import { levels, statementCodes, type Effects, type Review, type Statement, type Subject, type Totals } from "./report";
import { safeguardStatements } from "./safeguards";
import { step, type Step } from "./step";

export { digestOf, otherThan, planOf, type Plan } from "./digest";
export type { StorageGrants } from "./grants";
export { levels, statementCodes } from "./report";
export type { Review, Statement, Subject } from "./report";
export { coverage, mutate, testPolicies, type PolicyFinding } from "./policy";
export type { PolicyOptions } from "./policy-view";
export { title } from "./words";
export { guarded, type Guarded } from "./guards";
export { html } from "./render/html";
export { json } from "./render/json";
export { markdown } from "./render/markdown";
export { sarif } from "./render/sarif";
export { text } from "./render/text";

export interface ReviewOptions {
  /** The time that ages and dates are counted to. */
  now: Date;
  /** What the tenant is called. Default: the source of the state after. */
  name?: string;
  /** The tenant as it is: what was changed there by hand is told as well, and rights are those of all its groups. */
  live?: Picture;
  /** Who is in which group. Default: what the live picture knows, else one of the two. */
  people?: People;
  /** What storages' identities are granted in their clouds, before and after. Default: nothing is said of that. */
  grants?: { from: readonly StorageGrants[]; to: readonly StorageGrants[] };
  /** Refusals of guards, told first. */
  refusals?: readonly Statement[];
  /** What the guards against lock-outs said; left out where they were not asked, and then nothing is claimed. */
  lockOut?: Review["lockOut"];
  /**
   * Of this tool. With it, and with a tenant that was read, the review has the digest that a program can be held to.
   * Not for what another program than that of a tenant file applies.
   */
  version?: string;
}

/** What applying `to` means where `from` was applied. */
export function review(from: Picture, to: Picture, options: ReviewOptions): Review {
  const model = modelOf([options.live, from, to], options.people);
  return reviewIn(model(from), model(to), options);
}

function reviewIn(from: Picture, to: Picture, options: ReviewOptions): Review {
  const { now, grants, refusals = [], lockOut, version } = options;
  // What was there before is the tenant itself: nothing of it was described, and nothing is put back.
  const live = from.extent === "described" ? options.live : undefined;
  const today = now.toISOString().slice(0, 10);
  const people =
    options.people ??
    [live, from, to].map((picture) => picture?.people).find((one) => one && "known" in one) ??
    (live ?? from).people;
  const { picture: before, managed } = live ? applied(live, from) : { picture: from };
  const { pairs, world, statements } = step(pairUp(before, to, managed), before, to, people, grants);
  // Of a tenant, everything is known, but not what was managed of it.
  const left = live ? objectStatements(pairUp(from, to)).filter(({ code }) => code === "no-longer-managed") : [];
  // A tenant knows of no ends, guards and tests, and neither does what Pulumi plans.
  const bothSay = [from, to].every(({ extent, isPlan }) => extent === "described" && !isPlan);
  const later = bothSay
    ? [
        ...provisionStatements(pairs, from.provision, to.provision),
        ...endStatements(pairs, from.later, to.later),
        ...safeguardStatements(from.later, to.later),
      ]
    : [];
  const back = live && putBack(live, from, to, people);
  const own = [
    ...refusals,
    ...statements.filter(({ code }) => !live || code !== "no-longer-managed"),
    ...left,
    ...later,
    ...anotherTenant(from, to),
    ...endings(to.later, today),
  ];
  const done = to.extent === "described" ? effectsOf(from, to) : undefined;
  const {
    told,
    back: undone,
    stale,
  } = acknowledge(
    [...own, ...(done && bothSay ? silent(done, own) : [])],
    back?.statements ?? [],
    to.later,
    pairs,
    today,
  );
  const isLive = live !== undefined || [from, to].some(({ extent }) => extent === "everything");
  const tenant = live ?? (from.extent === "everything" ? from : undefined);
  const isApplied = tenant !== undefined && to.extent === "described";
  const domainId = to.tenant.domainId ?? from.tenant.domainId;
  return {
    version: 1,
    name: options.name ?? to.source,
    from: from.source,
    to: to.source,
    ...(domainId !== undefined && { domainId }),
    model: to.tenant.model,
    basis: isLive ? "live" : "file",
    membership: membership(people, world, now),
    ...effects(pairs, world, [...told, ...stale]),
    ...(lockOut && { lockOut }),
    ...(done && { change: changeOf(done) }),
    ...(isApplied &&
      version !== undefined &&
      digestFor(planOf(tenant, to, live ? doomed(live, from, to) : []), version)),
    ...(back && { reverts: effects(back.pairs, back.world, undone) }),
    matrix: matrixOf(pairs, world),
  };
}

/**
 * A description without groups does not say which sort of them the tenant has; taken for the other sort, everybody would
 * seem to gain or to lose everything.
 */
function modelOf(
  pictures: readonly (Picture | undefined)[],
  people: People | undefined,
): (picture: Picture) => Picture {
  const says = ({ extent, tenant, resources }: Picture) =>
    extent === "everything" ||
    tenant.model === "teams" ||
    resources.some(({ kind }) => kinds[kind]?.model !== undefined);
  const isOfTeams =
    people &&
    "known" in people &&
    people.known.some(({ memberOf }) => memberOf.some((name) => /^(teams|roleGroups)\//.test(name)));
  const model = pictures.find((one) => one && says(one))?.tenant.model ?? (isOfTeams ? "teams" : undefined);
  return (picture) =>
    model === undefined || says(picture) ? picture : { ...picture, tenant: { ...picture.tenant, model } };
}

function doomed(live: Picture, from: Picture, to: Picture): PicturedResource[] {
  const ids = new Set(stackOf(live, from, to).deleted.map(({ kind, id }) => `${kind}/${id}`));
  return live.resources.filter(({ kind, id }) => ids.has(`${kind}/${id}`));
}

/** Whoever applies it reads more than what this would be a digest of. */
const digestFor = (plan: Plan, version: string): Pick<Review, "digest"> =>
  plan.isWhole ? { digest: digestOf(plan, version) } : {};

/** The same file for another tenant: all that is said besides is about what was described, and not about what is there. */
function anotherTenant(from: Picture, to: Picture): Statement[] {
  const [was, is] = [from.tenant.domainId, to.tenant.domainId];
  if (from.extent !== "described" || to.extent !== "described" || was === undefined || is === undefined || was === is)
    return [];
  const says = `the description is of the tenant ${is} instead of ${was}: what the file says has not changed may be new there`;
  return [
    {
      code: "another-tenant",
      level: "warning",
      subject: { kind: "Tenant", section: "tenant", label: "domainId" },
      says,
    },
  ];
}

/** What somebody changed by hand and the change puts back. What the change wants as it was made by hand stays. */
function putBack(live: Picture, from: Picture, to: Picture, people: People): Step {
  const { picture } = applied(live, from, to);
  return step(pairUp(live, picture), live, picture, people);
}

function effects(pairs: Pairs, world: World, statements: readonly Statement[]): Effects {
  const ranks = new Map<string, number>(
    [...levels, ...Object.keys(statementCodes)].map((word, index) => [word, index]),
  );
  const places = new Map(pairs.all.map(({ subject }, index) => [idOf(subject), index]));
  // The dangerous by what it is; plain changes by what they are about.
  const rank = ({ level, code, subject }: Statement) =>
    ranks.get(level)! * 1e6 + (level === "change" ? (places.get(idOf(subject)) ?? 0) : ranks.get(code)!);
  const sorted = [...statements].sort((a, b) => rank(a) - rank(b));
  return { totals: totalsOf(pairs, sorted), statements: sorted, people: peopleChanges(world) };
}

const idOf = ({ section, label }: Subject): string => `${section}/${label}`;

function totalsOf(pairs: Pairs, statements: readonly Statement[]): Totals {
  const fates = (...fates: string[]) => pairs.all.filter(({ fate }) => fates.includes(fate)).length;
  const of = (code: string) => statements.filter((statement) => statement.code === code).length;
  const id = ({ subject }: Pick<Statement, "subject">) => idOf(subject);
  const kept = new Set(pairs.all.filter(({ fate }) => fate === "kept" || fate === "adopted").map(id));
  const silent = ["renamed", "ends-soon", "stale-exception", "no-longer-managed", "adopted", "access-without-role"];
  const changed = new Set(statements.filter((one) => kept.has(id(one)) && !silent.includes(one.code)).map(id));
  return {
    created: fates("created"),
    changed: changed.size,
    deleted: fates("deleted"),
    released: fates("released"),
    renamed: of("renamed"),
    escalations: statements.filter(({ level, allowed }) => level === "escalation" && !allowed).length,
    warnings: statements.filter(({ level, allowed }) => level === "warning" && !allowed).length,
  };
}

function membership(people: People, world: World, now: Date): Review["membership"] {
  if ("unknown" in people) return people;
  // Clocks differ by minutes, and a day ahead is no difference of clocks.
  const ageDays = Math.trunc((now.getTime() - Date.parse(people.readAt)) / 86_400_000) || 0;
  return {
    people: people.known.filter(({ active }) => active).length,
    readAt: people.readAt,
    ageDays,
    elsewhere: world.elsewhere,
  };
}
