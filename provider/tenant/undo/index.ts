/** The description of a tenant as it was before the runs that a file of theirs tells of. */

import { fieldsOf, type Definition, type ObjectKind, type PartKind, type Values } from "../../definition";
import { kinds } from "../../kinds";
import type { Ref } from "../desired";
import { inOrder } from "../live/order";
import { linked, type Look } from "../live/links";
import { knownRoles, partLabel } from "../live/paint";
import type { Gap, Left, Picture, PicturedResource } from "../picture";
import { refsIn } from "../refs";
import { expressible } from "../writing/expressible";
import { namingOf } from "../writing/naming";
import { madeAnew } from "./anew";
import type { Entry } from "./file";

export { readUndo, runsOf, type Entry, type Run } from "./file";

/** What one object was before the first of its changes. */
interface Was extends Pick<Entry, "kind" | "label" | "id" | "values"> {
  does: Entry["does"];
  hidden: ReadonlySet<string>;
  /** What the runs called it, where the description has another label. */
  formerly?: string;
}

/**
 * Objects that were changed get the old values of what was changed, those that were made go, those that were deleted
 * come back. All else stays as `now` has it.
 *
 * @param now the description from before the runs, or, when they went through, the one that was applied. What they had
 *   not come to stays as it says.
 */
export function undone(now: Picture, entries: readonly Entry[]): { picture: Picture; left: Left[] } {
  const all = firstOf(entries).map((was) => asCalled(now, was));
  const names = Object.assign({}, ...entries.toReversed().map((entry) => entry.names)) as Entry["names"];
  const left: Left[] = [];
  const gaps: Gap[] = [];
  const objects = new Map(now.resources.filter(isObject).map((one) => [keyOf(one.kind, one.name), one]));
  const isGone = new Set<string>();
  const wasOf = new Map<string, Was>();
  for (const was of all.filter(({ label }) => label !== undefined)) {
    const key = keyOf(was.kind, was.label!);
    const there = objects.get(key);
    wasOf.set(key, was);
    if (was.does === "create") {
      const isProtected = there ? there.options.protect === true : (kinds[was.kind] as ObjectKind).stateful === true;
      if (isProtected) left.push({ object: titleOf(was.kind, was.label!), why: madeAndProtected(there !== undefined) });
      else if (there) isGone.add(key);
    } else if (there || was.does === "delete" || isWhole(was)) objects.set(key, there ?? brought(was));
    else
      left.push({ object: titleOf(was.kind, was.label!), why: "it was changed, and the description does not have it" });
  }
  for (const key of isGone) objects.delete(key);

  const look = lookIn([...objects.values()], all, names);
  const naming = namingOf(kinds, [...objects.values()]);
  /** The old values in the words of the description, laid over what it says. */
  const restored = (one: PicturedResource, values: Values, hidden: Iterable<string> = []): PicturedResource => {
    const definition = kinds[one.kind]!;
    const old = said(definition, one.inputs, values);
    const object = titleOf(one.kind, one.label);
    for (const { field, why } of old.unsaid) left.push({ object, field, why });
    for (const field of hidden)
      if (one.inputs[field] !== undefined)
        left.push({ object, field, why: "its value was not kept: it is secret, or iconik does not show it" });
    return { ...one, inputs: inDefinitionOrder(definition, laid(one.inputs, old.values)) };
  };
  function said(definition: Definition, inputs: Values, values: Values) {
    const { by } = (definition.shape === "object" && definition.variants) || { by: "" };
    const variant = values[by] === undefined && inputs[by] !== undefined ? { [by]: inputs[by] } : {};
    const fields = fieldsOf(definition, { ...variant, ...values });
    const named = linked(fields, { ...variant, ...values }, look);
    const told = expressible(definition, named.values, naming);
    return { values: told.values, unsaid: [...named.unsaid, ...told.unsaid] };
  }

  const resources = new Map<string, PicturedResource>();
  for (const [key, one] of objects) {
    const was = wasOf.get(key);
    const next = was ? restored(one, was.values, was.does === "update" ? was.hidden : []) : one;
    if (was?.formerly !== undefined) next.formerly = [...new Set([...next.formerly, was.formerly])];
    resources.set(
      key,
      was?.does === "delete"
        ? { ...next, options: { ...next.options, ...knownRoles(kinds[one.kind] as ObjectKind, next.inputs) } }
        : next,
    );
    if (was?.does === "delete")
      for (const field of was.hidden)
        if (next.inputs[field] === undefined)
          gaps.push({ kind: one.kind, label: one.label, field, why: "iconik does not show it, so it was not kept" });
  }

  left.push(...madeAnew(resources, entries));

  const partOf = new Map(
    now.resources.filter((one) => !isObject(one)).map((one) => [partKey(one.kind, one.inputs), one]),
  );
  const settings = [
    ...all.filter(({ label }) => label === undefined),
    ...entries.flatMap(({ parts = [], does }): Was[] =>
      does === "delete" ? parts.map((part) => ({ ...part, does: "delete", hidden: new Set() })) : [],
    ),
  ];
  const told = new Set<string>();
  for (const was of settings) {
    const part = kinds[was.kind] as PartKind;
    const by = part.documents.find((one) => one.by !== undefined && was.values[one.by] !== undefined)?.by;
    const owner = by === undefined ? undefined : ownerOf(part, by, was.values, look);
    // Whose settings they are is made by the run, or is not described.
    if (by !== undefined && !owner) continue;
    const inputs: Values = by === undefined ? {} : { [by]: { ref: owner } };
    const key = partKey(was.kind, inputs);
    if (told.has(key)) continue;
    told.add(key);
    const there = partOf.get(key);
    if (!there && was.does === "update" && wasOf.get(owner ? keyOf(owner.kind, owner.name) : "")?.does !== "delete") {
      left.push({
        object: titleOf(was.kind, partLabel(part, by, owner?.label)),
        why: "it was changed, and the description does not have it",
      });
      continue;
    }
    const label = partLabel(part, by, owner?.label);
    const { [by ?? ""]: _, ...values } = was.values;
    partOf.set(
      key,
      restored(
        there ?? { kind: was.kind, label, name: label, section: part.section, inputs, options: {}, formerly: [] },
        values,
        was.hidden,
      ),
    );
  }
  for (const [key, one] of partOf) resources.set(key, one);

  const kept = [...resources.values()].flatMap((one) => withoutGone(one, isGone, left));
  const ordered = inOrder(kinds, kept);
  for (const { kind, label, field, why } of ordered.gaps)
    left.push({ object: titleOf(kind, label), ...(field !== undefined && { field }), why });
  return { picture: { ...now, resources: ordered.resources, gaps: [...now.gaps, ...gaps] }, left };
}

const madeAndProtected = (isDescribed: boolean): string =>
  `the run made it, and it is protected, so Pulumi deletes it only after a run with options: { protect: false }; ${isDescribed ? "it stays described" : "the description does not have it: release it, or describe it again with that"}`;

const isObject = ({ kind }: { kind: string }): boolean => kinds[kind]?.shape === "object";
const keyOf = (kind: string, name: string): string => `${kind}/${name}`;
const titleOf = (kind: string, label: string): string => {
  const section = (kinds[kind]?.section ?? kind).split(".")[0]!;
  return label === section ? section : `${section}/${label}`;
};

/** By which part of what it is known. */
function partKey(kind: string, inputs: Values): string {
  const owner = (kinds[kind] as PartKind).documents
    .flatMap(({ by }) => (by === undefined ? [] : [(inputs[by] as { ref?: Ref } | undefined)?.ref ?? []]))
    .flat()[0];
  return JSON.stringify([kind, owner ? keyOf(owner.kind, owner.name) : null]);
}

function ownerOf(part: PartKind, by: string, values: Values, look: Look): Ref | undefined {
  const field = part.fields[by]!;
  const link = look(field.type === "reference" ? field.to : [], String(values[by]));
  return "is" in link && typeof link.is === "object" && "ref" in link.is ? link.is.ref : undefined;
}

/** Of what each object was, what was kept first counts; later lines say what they alone have. */
function firstOf(entries: readonly Entry[]): Was[] {
  const found: Was[] = [];
  for (const entry of entries) {
    const { kind, label, id, does, values, hidden } = entry;
    if (!kinds[kind])
      throw new Error(
        `the file tells of a ${kind}, which this version of pulumi-iconik does not know; use the one that wrote it`,
      );
    const was = found.find(
      (one) =>
        one.kind === kind && ((id !== undefined && one.id === id) || (label !== undefined && one.label === label)),
    );
    if (!was)
      found.push({
        kind,
        ...(label !== undefined && { label }),
        ...(id !== undefined && { id }),
        does,
        values,
        hidden: new Set(hidden),
      });
    else if (was.does === "update" && does !== "create") {
      const isKnown = (field: string) => was.hidden.has(field);
      const more = Object.fromEntries(Object.entries(values).filter(([field]) => !isKnown(field)));
      Object.assign(was, {
        does,
        label: label ?? was.label,
        values: laid(more, was.values),
        hidden: new Set([...was.hidden, ...hidden.filter((field) => was.values[field] === undefined)]),
      });
    }
  }
  return found;
}

/** By the label that it has in the description: one from before a run may have another than the run. */
function asCalled({ resources }: Picture, was: Was): Was {
  const { kind, label, values } = was;
  const definition = kinds[kind]!;
  const title = definition.shape === "object" ? values[definition.key] : undefined;
  if (title === undefined || was.does !== "update" || resources.some((one) => one.kind === kind && one.name === label))
    return was;
  const called = resources.filter(
    (one) => one.kind === kind && (one.inputs[(definition as ObjectKind).key] ?? one.name) === title,
  );
  return called.length === 1 && label !== undefined ? { ...was, label: called[0]!.name, formerly: label } : was;
}

/** Of what a run took over, all that it described was kept. */
function isWhole({ kind, values }: Was): boolean {
  const definition = kinds[kind] as ObjectKind;
  return (
    values[definition.key] !== undefined &&
    Object.entries(fieldsOf(definition, values)).every(
      ([name, { required }]) => !required || values[name] !== undefined,
    )
  );
}

/** Values over others; of records, leaf by leaf. */
function laid(under: Values, over: Values): Values {
  const isRecord = (value: unknown): value is Values =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !["clear", "ref", "existing", "fromConfig"].some((key) => key in value);
  const all = { ...under };
  for (const [name, value] of Object.entries(over)) {
    const below = under[name];
    all[name] = isRecord(value) && isRecord(below) ? laid(below, value) : value;
  }
  return all;
}

/** An object that the description does not have, before its values are known. */
const brought = ({ kind, label }: Was): PicturedResource => ({
  kind,
  label: label!,
  name: label!,
  section: kinds[kind]!.section,
  inputs: {},
  options: { ...((kinds[kind] as ObjectKind).stateful && { protect: true }) },
  formerly: [],
});

const inDefinitionOrder = (definition: Definition, inputs: Values): Values => {
  const names = [...new Set([...Object.keys(fieldsOf(definition, inputs)), ...Object.keys(inputs)])];
  return Object.fromEntries(names.flatMap((name) => (inputs[name] === undefined ? [] : [[name, inputs[name]]])));
};

/** What an id of the time before the runs stands for in the description. */
function lookIn(objects: readonly PicturedResource[], all: readonly Was[], names: Entry["names"]): Look {
  const byLabel = new Map(objects.map((one) => [keyOf(one.kind, one.name), one]));
  const byTitle = Map.groupBy(objects, (one) =>
    keyOf(one.kind, String(one.inputs[(kinds[one.kind] as ObjectKind).key] ?? one.name)),
  );
  const labels = new Map(
    all.flatMap(({ kind, id, label }) =>
      id === undefined || label === undefined ? [] : [[keyOf(kind, id), label] as const],
    ),
  );
  const refTo = ({ kind, label, name }: PicturedResource) => ({ is: { ref: { kind, label, name } } });
  return (to, id) => {
    if (to.includes("user")) {
      const email = id.includes("@") ? id : names[id];
      return typeof email === "string" ? { is: email } : { not: `it names a person who was no longer there (${id})` };
    }
    for (const kind of to) {
      const own = byLabel.get(keyOf(kind, labels.get(keyOf(kind, id)) ?? ""));
      if (own) return refTo(own);
    }
    const meant = names[id];
    if (typeof meant !== "object") return { not: `it points at something that was no longer there (${id})` };
    const called = byTitle.get(keyOf(meant.kind, meant.name)) ?? [];
    if (called.length > 1)
      return { not: `it points at ${meant.kind} ${id}, which cannot be told from others of its name` };
    return called[0] ? refTo(called[0]) : { is: { existing: meant.name } };
  };
}

/** Without what is no longer described because the runs made it: settings of it go, other fields are let go. */
function withoutGone(one: PicturedResource, gone: ReadonlySet<string>, left: Left[]): PicturedResource[] {
  const definition = kinds[one.kind]!;
  const dangling = new Set(
    refsIn(definition, one.inputs).flatMap(({ field, ref }) => (gone.has(keyOf(ref.kind, ref.name)) ? [field] : [])),
  );
  if (dangling.size === 0) return [one];
  if (definition.shape === "part" && definition.documents.some(({ by }) => by !== undefined && dangling.has(by)))
    return [];
  for (const field of dangling)
    left.push({
      object: titleOf(one.kind, one.label),
      field,
      why: "it refers to what was not there before, and was not written yet: it is no longer described",
    });
  return [{ ...one, inputs: Object.fromEntries(Object.entries(one.inputs).filter(([field]) => !dangling.has(field))) }];
}
