/**
 * What was reviewed, in one line: a digest over all that applying a description does to a tenant. Whoever applies it
 * makes the digest again from the tenant as it is then, and what differs is told. What happens elsewhere in the tenant
 * is not in it, nor are people: whom a change is about changes every day.
 *
 * A digest is `version:hash:tenant:marks:marks`. The hash decides. The marks, six bytes for each effect (first those
 * that sentences tell, then those of values as they are written), say which of them differ, as far as that can be told
 * without the review.
 */

import { createHash } from "node:crypto";
import { fieldsOf, type Fields, type Values } from "../definition";
import { unreadPeople, type Picture, type PicturedResource } from "../tenant/picture";
import { entriesOf } from "./access";
import { form } from "./fields";
import type { Pair, Pairs } from "./pair";
import { pairUp } from "./pairs";
import { innerOf, isRecord } from "./settle";
import type { Subject } from "./report";
import { step } from "./step";
import { count, title } from "./words";

/** All that applying a description does to a tenant. */
export interface Plan {
  domainId: string | undefined;
  effects: readonly Effect[];
  /** Everything that can be in it, so that what is gone can be called by its name. */
  subjects: readonly Subject[];
  /** What the description asks of clouds; a tenant says nothing of that. */
  provision: Picture["provision"];
  /** Nothing of it depends on people that could not be read. */
  isWhole: boolean;
}

export interface Effect {
  subject: Subject;
  says: string;
  /** Two effects are the same when these are. */
  facts: string;
  /** Values as they are written, besides what sentences say of them. */
  isValues?: true;
  /** Which values, as paths. */
  fields?: readonly string[];
}

/** Besides what it changes, `doomed` are the objects of the tenant that applying it deletes. */
export function planOf(tenant: Picture, to: Picture, doomed: readonly PicturedResource[]): Plan {
  const { pairs, statements } = step(pairUp(tenant, to, new Set(doomed)), tenant, to, {
    unknown: "people are no part of it",
  });
  const told = statements.map(({ code, subject, says }): Effect => ({
    subject,
    says,
    facts: JSON.stringify([code, subject.section, subject.label, says]),
  }));
  return {
    domainId: tenant.tenant.domainId,
    effects: [...told, ...pairs.all.flatMap((pair) => written(pair, pairs))],
    subjects: pairs.all.map(({ subject }) => subject),
    provision: to.provision,
    isWhole: pairs.all.every(({ untold }) => untold.every(({ why }) => why !== unreadPeople)),
  };
}

export function digestOf(plan: Plan, version: string): string {
  const { domainId, effects } = plan;
  const marks = (some: readonly Effect[]) => (effects.length > most ? "" : some.map(markOf).sort().join(""));
  const { told, values } = parts(effects);
  return [version, hashOf(plan, version), mark(domainId ?? ""), marks(told), marks(values)].join(":");
}
/** Beyond that, a digest is for the hash alone. */
const most = 400;

const parts = (effects: readonly Effect[]) => ({
  told: effects.filter(({ isValues }) => !isValues),
  values: effects.filter(({ isValues }) => isValues),
});

/**
 * How a plan differs from what was reviewed, a line for each difference; undefined: it does not, or nothing is left of
 * it to be done.
 */
export function otherThan(plan: Plan, version: string, reviewed: string): string[] | undefined {
  const { domainId, effects, provision, subjects } = plan;
  const [, by, hash, tenant, ...marks] =
    /^([\w.+-]+):([0-9a-f]{64}):([\w+/]{4}):((?:[\w+/]{8})*):((?:[\w+/]{8})*)$/.exec(reviewed.trim()) ?? [];
  if (by === undefined) return ["what is given is no digest; the last line of pulumi-iconik review has it, whole"];
  if (effects.length === 0 && provision.length === 0) return undefined;
  if (hash === hashOf(plan, version)) return undefined;
  if (tenant !== mark(domainId ?? "")) return [`the review was of another tenant than ${domainId ?? "this one"}`];
  if (by !== version) return [`the review was made with version ${by} of pulumi-iconik, and this is ${version}`];
  const name = (subject: string) => {
    const found = subjects.find((one) => subjectMark(one) === subject);
    return found ? title(found) : "something that is no longer there";
  };
  const { told, values } = parts(effects);
  const said = against(told, marks[0]!);
  const written = against(values, marks[1]!);
  const isMarked = marks.some((some) => some !== "") || effects.length <= most;
  const spoken = new Set([...said.fresh.map(({ subject }) => subjectMark(subject)), ...(isMarked ? said.gone : [])]);
  const unsaid = written.fresh.filter(({ subject }) => !spoken.has(subjectMark(subject)));
  for (const { subject } of unsaid) spoken.add(subjectMark(subject));
  const lines = [
    ...said.fresh.map(({ subject, says }) => `${isMarked ? "new: " : ""}${title(subject)}: ${says}`),
    ...unsaid.map(({ subject, says }) => `${isMarked ? "other: " : ""}${title(subject)}: ${says}`),
    ...[...bag(said.gone)].map(([subject, times]) => `gone: ${name(subject)}: ${count(times, "effect")} of the review`),
    ...written.gone
      .filter((subject) => !spoken.has(subject))
      .map((subject) => `gone: ${name(subject)}: what was to be written`),
  ];
  return lines.length > 0 ? lines : ["what the clouds are asked for is not what was reviewed"];
}

/** Effects that the marks do not have, and the subjects of those marks that no effect has. */
function against(effects: readonly Effect[], marks: string): { fresh: Effect[]; gone: string[] } {
  const left = bag(marks.match(/.{8}/g) ?? []);
  const fresh = effects.filter((effect) => !take(left, markOf(effect)));
  return { fresh, gone: [...left].flatMap(([one, times]) => Array<string>(times).fill(one.slice(0, 4))) };
}

function hashOf({ domainId, effects, provision }: Plan, version: string): string {
  const asked = provision
    .map(({ of, values, application }) =>
      JSON.stringify([of.kind, of.label, sorted(values), application?.label ?? null]),
    )
    .sort();
  return createHash("sha256")
    .update(JSON.stringify([version, domainId ?? null, asked, effects.map(({ facts }) => facts).sort()]))
    .digest("hex");
}

const markOf = ({ subject, facts }: Effect): string => subjectMark(subject) + mark(facts);
const subjectMark = ({ section, label }: Subject): string => mark(`${section}/${label}`);
const mark = (text: string): string => createHash("sha256").update(text).digest().subarray(0, 3).toString("base64");

const bag = (items: readonly string[]): Map<string, number> => {
  const found = new Map<string, number>();
  for (const item of items) found.set(item, (found.get(item) ?? 0) + 1);
  return found;
};

function take(from: Map<string, number>, item: string): boolean {
  const left = from.get(item);
  if (left === undefined) return false;
  if (left === 1) from.delete(item);
  else from.set(item, left - 1);
  return true;
}

/** Each value that is not as it was, in full: sentences shorten what is long. Secrets are not in it. */
function written(pair: Pair, pairs: Pairs): Effect[] {
  const { definition, subject, fate, was, is } = pair;
  if (fate === "stays" || fate === "released") return [];
  const fields = fieldsOf(definition, { ...was, ...is });
  const [before, after] = [leaves(fields, was, pairs), leaves(fields, is, pairs)];
  const changed = [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .sort();
  if (changed.length === 0) return [];
  const facts = changed.map((path) => [path, before.get(path) ?? null, after.get(path) ?? null]);
  return [
    {
      subject,
      says: `what is written into ${changed.join(", ")}, or what stands there now`,
      facts: JSON.stringify([subject.section, subject.label, facts]),
      isValues: true,
      fields: changed,
    },
  ];
}

function leaves(fields: Fields, values: Values | undefined, pairs: Pairs): Map<string, string> {
  const found = new Map<string, string>();
  const refer = (value: unknown, to: readonly string[]) => pairs.meant(value, to).label;
  const walk = (inside: Fields, holder: Values, path: string) => {
    for (const [name, value] of Object.entries(holder)) {
      const field = inside[name];
      if (!field || field.output || field.secret || field.hidden || value === undefined) continue;
      const inner = innerOf(field);
      if (field.type === "access") {
        const entries = entriesOf({ access: value }, pairs).map(({ sort, label, permissions }) =>
          JSON.stringify([sort, label, permissions]),
        );
        found.set(`${path}${name}`, JSON.stringify(entries.sort()));
      } else if (field.type === "roles") found.set(`${path}${name}`, JSON.stringify([...(value as string[])].sort()));
      else if (inner && isRecord(value)) walk(inner, value, `${path}${name}.`);
      else {
        const text = form(field, value, refer);
        if (text !== "") found.set(`${path}${name}`, text);
      }
    }
  };
  if (values) walk(fields, values, "");
  return found;
}

/** Keys in one order, at every depth. */
export const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === "object" && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, inner]) => [key, sorted(inner)]),
        )
      : value;
