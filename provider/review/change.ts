/**
 * All that a change of a description does, by the two sources alone, value by value: what a pipeline compares between a
 * review and the moment of applying. Sentences shorten values, and what no tenant shows (where a storage comes from,
 * what ends when) they may leave out. Secrets are not in it: of these, only which value of the config.
 */

import { createHash } from "node:crypto";
import type { Values } from "../definition";
import { exceptionOf, wordsOf } from "../engine/guards/exceptions";
import { kinds } from "../kinds";
import type { Picture } from "../tenant/picture";
import { planOf, sorted, type Effect } from "./digest";
import { endStatements } from "./ends";
import type { Pairs } from "./pair";
import { pairUp } from "./pairs";
import type { Review, Statement, Subject } from "./report";
import { safeguardStatements } from "./safeguards";
import { isRecord } from "./settle";
import { series } from "./words";

/** What one picture says beside values: by subject and thing, in a form in which equal ones are equal texts. */
interface Entry {
  subject: Subject;
  what: string;
  text: string;
  /** The value in words, where it is short and what it is of is in the subject. */
  words?: string;
}

/** Statements that are not about a tenant's objects are told by whoever compares two descriptions. */
export function effectsOf(from: Picture, to: Picture): Effect[] {
  const pairs = pairUp(from, to);
  const said =
    from.extent === "described"
      ? [...endStatements(pairs, from.later, to.later), ...safeguardStatements(from.later, to.later)]
      : [];
  return [
    ...planOf(from, to, []).effects,
    ...said.map(({ code, subject, says }): Effect => ({
      subject,
      says,
      facts: JSON.stringify([code, subject.section, subject.label, says]),
    })),
    ...beside(entriesIn(from, pairs), entriesIn(to, pairs)),
  ];
}

export function changeOf(effects: readonly Effect[]): NonNullable<Review["change"]> {
  const facts = effects.map((effect) => effect.facts).sort();
  return { effects: effects.length, digest: createHash("sha256").update(JSON.stringify(facts)).digest("hex") };
}

/** What is done and no sentence tells, so that nothing is applied that a review is silent about. */
export function silent(effects: readonly Effect[], told: readonly Statement[]): Statement[] {
  const id = ({ section, label }: Subject) => `${section}/${label}`;
  const spoken = new Set(told.map(({ subject }) => id(subject)));
  return [
    ...Map.groupBy(
      effects.filter(({ subject }) => !spoken.has(id(subject))),
      ({ subject }) => id(subject),
    ).values(),
  ].map((some): Statement => ({
    code: "field-changed",
    level: "note",
    subject: some[0]!.subject,
    says: some
      .map(({ says, fields }) =>
        fields ? `${series(fields)} ${fields.length === 1 ? "is" : "are"} written anew` : says,
      )
      .join("; "),
  }));
}

/** Pairs of both pictures say which object is meant, whatever its label. */
function entriesIn(picture: Picture, pairs: Pairs): Entry[] {
  const { tenant, resources, released, provision, clouds, later } = picture;
  const subjects = new Map(
    pairs.all.flatMap(({ subject, before, after }) =>
      [before, after].flatMap((one) => (one ? [[`${subject.kind}/${one.name}`, subject] as const] : [])),
    ),
  );
  const subjectOf = (kind: string, name: string, label: string): Subject =>
    subjects.get(`${kind}/${name}`) ?? { kind, section: kind, label };
  const entry = (subject: Subject, what: string, value: unknown): Entry => ({
    subject,
    what,
    text: JSON.stringify(sorted(value)),
  });
  const about = (section: string, label: string): Subject => ({ kind: "Tenant", section, label });
  const found = [
    ...Object.entries(tenant).map(([name, value]) => entry(about("tenant", name), name, value)),
    ...resources.flatMap(({ kind, name, label, options, inputs }) => {
      const subject = subjectOf(kind, name, label);
      return [
        ...Object.entries(options).map(([key, value]) => entry(subject, `options.${key}`, value)),
        ...fromConfig(inputs).map(([path, key]) => entry(subject, path, key)),
      ];
    }),
    // Settings and lists go with whose they are.
    ...released
      .filter(({ kind }) => kinds[kind]?.shape === "object")
      .map(({ kind, name, label }) => entry(subjectOf(kind, name, label), "release", true)),
    ...provision.map(({ of, values, application }) =>
      entry(subjectOf(of.kind, of.name, of.label), "provision", [values, application?.label]),
    ),
    ...clouds.map(({ label, values }) => entry({ kind: "Cloud", section: "clouds", label }, "credentials", values)),
    ...Object.entries(later.guards ?? {}).map(([name, value]) => ({
      ...entry({ kind: "Guard", section: "guards", label: name }, name, value),
      words: [value].flat().join(", ") || "empty",
    })),
    ...later.allow.map(({ values }) => entry(exception(values), "the entry", values)),
    ...later.expires.map(({ of, what, value, until, reason }) =>
      entry(subjectOf(of.kind, of.name, of.label), `the end of ${value}`, [what, until, reason]),
    ),
  ];
  // Of a tenant that was read, only what was chosen for it is more than its values.
  return picture.extent === "everything" ? found.filter(({ subject }) => subject.section === "tenant") : found;
}

function exception(values: Values): Subject {
  const one = exceptionOf(values);
  return {
    kind: "Exception",
    section: "allow",
    label: typeof one === "string" ? JSON.stringify(values) : wordsOf(one),
  };
}

function beside(before: readonly Entry[], after: readonly Entry[]): Effect[] {
  const key = ({ subject, what }: Entry) => JSON.stringify([subject.section, subject.label, what]);
  const texts = (entries: readonly Entry[] = []) => entries.map(({ text }) => text).sort();
  const [had, has] = [Map.groupBy(before, key), Map.groupBy(after, key)];
  return [...new Set([...had.keys(), ...has.keys()])].flatMap((one): Effect[] => {
    const [was, is] = [texts(had.get(one)), texts(has.get(one))];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    const [old, now] = [had.get(one)?.[0], has.get(one)?.[0]];
    const { subject, what, words } = (now ?? old)!;
    const fate = !old ? "is new" : !now ? "is gone" : "is otherwise";
    const says =
      words === undefined
        ? `${what} ${fate}`
        : old && now
          ? `is ${now.words} instead of ${old.words}`
          : `${fate}: ${words}`;
    return [{ subject, says, facts: JSON.stringify([one, was, is]), isValues: true }];
  });
}

/** Which values of the stack's config stand where. */
function fromConfig(values: unknown, path = ""): [path: string, key: string][] {
  if (Array.isArray(values)) return values.flatMap((one, index) => fromConfig(one, `${path}[${index}]`));
  if (!isRecord(values)) return [];
  if (typeof values.fromConfig === "string") return [[path, values.fromConfig]];
  return Object.entries(values).flatMap(([name, inner]) => fromConfig(inner, path === "" ? name : `${path}.${name}`));
}
