/**
 * `preview:<file>`: what `pulumi preview --json --show-sames` says of a stack before and after, whatever language its
 * program is in. Ids are names again; what is known only after the run is found by what Pulumi says depends on what.
 */

import { readFileSync } from "node:fs";
import { accessSorts, allFields, fieldsOf, type Field, type Values } from "../../definition";
import { memberField, type Access } from "../../engine/values";
import { isUnknown } from "../../engine/unknown";
import { kinds } from "../../kinds";
import { kindOf, nameOf, type StateResource } from "../../protocol/state";
import { factsKey, optionsKey, releaseKind, typeOf, type HiddenOptions } from "../../protocol/wire";
import type { Ref } from "../../tenant";
import { masked } from "../../tenant/compare/fields";
import type { Gap, Picture, PicturedResource } from "../../tenant/picture";

interface Preview {
  steps: {
    op: string;
    urn: string;
    oldState?: StateResource;
    newState?: StateResource;
    diffReasons?: string[] | null;
  }[];
  changeSummary?: Record<string, number>;
  diagnostics?: { severity?: string; message?: string }[];
}

/**
 * Reads a preview.
 * @throws Error when the file is none, when the preview failed, and when it does not hold everything.
 */
export async function readPreview(file: string): Promise<{ from: Picture; to: Picture }> {
  const { steps, changeSummary = {} } = previewIn(file);
  const sames = steps.filter(({ op }) => op === "same").length;
  if (sames < (changeSummary.same ?? 0)) {
    throw new Error(
      `${file} leaves out what stays the same, so what refers to it cannot be told; make it with pulumi preview --json --show-sames`,
    );
  }
  const before = new Map<string, StateResource>();
  const after = new Map<string, StateResource>();
  const changes = new Map<string, Change>();
  for (const { op, urn, oldState, newState, diffReasons } of steps) {
    if (oldState) before.set(oldState.urn, oldState);
    if (!newState || op.startsWith("delete")) continue;
    after.set(urn, withKnownId(newState, op, oldState));
    const fields = [...(changes.get(urn)?.fields ?? []), ...(diffReasons ?? []).map((path) => path.split(/[.[]/)[0]!)];
    changes.set(urn, {
      isNew: !before.has(oldState?.urn ?? urn),
      replaces: isReplacing(op) || changes.get(urn)?.replaces === true,
      fields: new Set(fields),
    });
  }
  const ours = [...before.values(), ...after.values()].filter((one) => kindOf(one) !== undefined);
  if (ours.length === 0) throw new Error(`${file} holds no iconik object`);
  const providers = new Set(ours.map(({ provider }) => provider?.replace(/::[^:]*$/, "")));
  if (providers.size > 1)
    throw new Error(
      `${file} holds the objects of ${providers.size} tenants, and one is looked at at a time; preview them apart, with --target or as stacks of their own`,
    );
  return {
    from: pictureOf([...before.values()], `preview:${file} (before)`),
    to: pictureOf([...after.values()], `preview:${file}`, changes),
  };
}

function previewIn(file: string): Preview {
  let preview: Partial<Preview> | null;
  try {
    preview = JSON.parse(readFileSync(file, "utf8")) as Partial<Preview> | null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code)
      throw new Error(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
    throw new Error(`${file} is not the output of pulumi preview --json: it is no JSON`, { cause: error });
  }
  const failed = (preview?.diagnostics ?? []).find(({ severity }) => severity === "error");
  if (failed) throw new Error(`the preview in ${file} failed: ${String(failed.message).trim()}`);
  if (!Array.isArray(preview?.steps) || preview.steps.some((step) => typeof step?.op !== "string"))
    throw new Error(`${file} is not the output of pulumi preview --json: it has no steps`);
  return preview as Preview;
}

/** What a step does to an object. */
interface Change {
  isNew: boolean;
  replaces: boolean;
  fields: ReadonlySet<string>;
}

const isReplacing = (op: string): boolean => op === "create-replacement" || op === "replace";

/** An object that stays keeps its id; Pulumi does not repeat it. */
const withKnownId = (state: StateResource, op: string, old: StateResource | undefined): StateResource =>
  state.id || !old?.id || isReplacing(op) ? state : { ...state, id: old.id };

function pictureOf(
  states: readonly StateResource[],
  source: string,
  changes: ReadonlyMap<string, Change> = new Map(),
): Picture {
  const ours = states.flatMap((state): { state: StateResource; ref: Ref }[] => {
    const kind = kindOf(state);
    const name = nameOf(state.urn);
    return kind === undefined ? [] : [{ state, ref: { kind, label: name, name } }];
  });
  const byId = new Map(ours.flatMap(({ state: { id }, ref }) => (id ? [[`${ref.kind}/${id}`, ref]] : [])));
  const byUrn = new Map(ours.map(({ state, ref }) => [state.urn, { ref, known: Boolean(state.id) }]));
  const gaps: Gap[] = [];
  const resources = ours.map(({ state, ref }) => resourceOf(state, ref, { byId, byUrn, gaps }, changes.get(state.urn)));
  const [domainId] = ours.flatMap(({ state }) => domainOf(state) ?? []);
  const released = states
    .filter(({ type }) => type === typeOf(releaseKind))
    .flatMap(({ inputs }) => (inputs?.objects as string[] | undefined) ?? []);
  return {
    source,
    extent: "described",
    isPlan: true,
    tenant: {
      model: resources.some(({ kind }) => kinds[kind]!.model === "teams") ? "teams" : "userGroups",
      ...(domainId !== undefined && { domainId }),
    },
    resources,
    released: released.map((one) => {
      const [kind = "", ...label] = one.split("/");
      return { kind, label: label.join("/"), name: label.join("/") };
    }),
    provision: [],
    clouds: [],
    later: { tests: [], allow: [], expires: [] },
    gaps,
    people: { unknown: "a preview does not say who is a member of what" },
  };
}

const domainOf = ({ inputs, outputs }: StateResource): string | undefined =>
  ((inputs?.[optionsKey] as HiddenOptions | undefined)?.domainId ??
    (outputs?.[factsKey] as { domain?: string } | undefined)?.domain) ||
  undefined;

interface Known {
  byId: ReadonlyMap<string, Ref>;
  byUrn: ReadonlyMap<string, { ref: Ref; known: boolean }>;
  gaps: Gap[];
}

function resourceOf(
  state: StateResource,
  { kind, label, name }: Ref,
  known: Known,
  change: Change | undefined,
): PicturedResource {
  const definition = kinds[kind]!;
  const { __provider: _, [optionsKey]: hidden, [factsKey]: __, ...written } = state.inputs ?? {};
  const { adopt, builtIn, onDestroy } = (hidden ?? {}) as HiddenOptions;
  const fields = fieldsOf(definition, written);
  const inputs = Object.fromEntries(
    Object.entries(written).flatMap(([field, value]): [string, unknown][] => {
      if (value === undefined || value === null || !Object.hasOwn(allFields(definition), field)) return [];
      const dependsOn = state.propertyDependencies?.[field] ?? [];
      const gap = (why: string) => known.gaps.push({ kind, label, field, why });
      const type = fields[field] ?? allFields(definition)[field]!;
      if (value === masked && change && (change.isNew ? isCompound(type) : change.fields.has(field)))
        gap("the program keeps it secret");
      const read = named(type, value, dependsOn, known, gap);
      return read === undefined ? [] : [[field, read]];
    }),
  );
  return {
    kind,
    label,
    section: definition.section,
    name,
    inputs,
    options: {
      ...(state.protect && { protect: true }),
      ...(state.retainOnDelete && { retainOnDelete: true }),
      ...(typeof adopt === "string" && { adopt }),
      ...(builtIn && { builtIn: true }),
      ...(onDestroy === "restore" && { onDestroy }),
    },
    formerly: (state.aliases ?? []).map(nameOf),
    ...(state.id && { id: state.id }),
    ...(change?.replaces && { replaces: true }),
  };
}

const isCompound = ({ type }: Field): boolean =>
  ["roles", "access", "list", "set", "record", "reference"].includes(type);

/** A value with names in the place of ids; undefined, with a gap, where it is known only after the run. */
function named(
  field: Field,
  value: unknown,
  dependsOn: readonly string[],
  known: Known,
  gap: (why: string) => void,
): unknown {
  if (value === masked) return isCompound(field) ? undefined : { fromConfig: masked };
  const inside = (inner: Field, item: unknown): unknown => named(inner, item, dependsOn, known, gap);
  switch (field.type) {
    case "list":
    case "set":
      return Array.isArray(value) ? value.flatMap((item) => inside(field.of, item) ?? []) : later(value, gap);
    case "record":
      return typeof value !== "object"
        ? later(value, gap)
        : Object.fromEntries(
            Object.entries(value as Values).flatMap(([name, inner]) => {
              const read = Object.hasOwn(field.fields, name) ? inside(field.fields[name]!, inner) : inner;
              return read === undefined ? [] : [[name, read]];
            }),
          );
    case "roles":
      return Array.isArray(value)
        ? value.filter(
            (role) => (role === masked ? gap("the program keeps some of it secret") : later(role, gap)) !== undefined,
          )
        : later(value, gap);
    case "access":
      return typeof value === "object"
        ? accessOf(value as Partial<Record<keyof Access, Values[]>>, dependsOn, known, gap)
        : later(value, gap);
    case "reference":
      return reference(field.to, value, dependsOn, known, gap);
    default:
      return later(value, gap);
  }
}

function later(value: unknown, gap: (why: string) => void): unknown {
  if (!isUnknown(value)) return value;
  gap("the value is known only after the run");
  return undefined;
}

function reference(
  to: readonly string[],
  value: unknown,
  dependsOn: readonly string[],
  known: Known,
  gap: (why: string) => void,
): unknown {
  if (typeof value !== "string") return value;
  if (!isUnknown(value)) {
    const ref = to.flatMap((kind) => known.byId.get(`${kind}/${value}`) ?? [])[0];
    return ref ? { ref } : value;
  }
  const made = madeOf(to, dependsOn, known);
  if (made.length === 1) return { ref: made[0] };
  gap(
    `it is known only after the run which of ${made.map(({ label }) => label).join(", ") || "what is made"} it refers to`,
  );
  return undefined;
}

/** What does not exist yet, of these kinds, among what a value depends on. */
const madeOf = (to: readonly string[], dependsOn: readonly string[], { byUrn }: Known): Ref[] =>
  dependsOn.flatMap((urn) => {
    const one = byUrn.get(urn);
    return one && !one.known && to.includes(one.ref.kind) ? [one.ref] : [];
  });

/** Several new members of a list can be told apart only when all have the same permissions. */
function accessOf(
  access: Partial<Record<keyof Access, Values[]>>,
  dependsOn: readonly string[],
  known: Known,
  gap: (why: string) => void,
): unknown {
  return Object.fromEntries(
    (Object.entries(access) as [keyof Access, Values[]][]).map(([sort, entries]) => {
      const { member, kind } = accessSorts[sort];
      const field = memberField(sort);
      const isNew = (entry: Values) => isUnknown(entry[member]) && field.type === "reference";
      const fresh = entries.filter(isNew);
      const made = madeOf([kind], dependsOn, known);
      const alike = new Set(fresh.map(({ permissions }) => JSON.stringify(permissions))).size <= 1;
      if (fresh.length > 0 && (made.length !== fresh.length || !alike)) {
        gap(
          `it is known only after the run which of ${made.map(({ label }) => label).join(", ") || "what is made"} gets which permissions`,
        );
      }
      const resolved =
        alike && made.length === fresh.length ? made.map((ref) => ({ ...fresh[0], [member]: { ref } })) : [];
      const others = entries
        .filter((entry) => !isNew(entry))
        .map((entry) => ({
          ...entry,
          [member]:
            field.type === "reference" ? reference([kind], entry[member], dependsOn, known, gap) : entry[member],
        }));
      return [sort, [...others, ...resolved]];
    }),
  );
}
