/** Values with names in the place of references, so that tenants whose ids differ can be held against each other. */

import { accessSorts, isClear, type Field, type Values } from "../../definition";
import { canonicalValue, memberField, memberOf, text, type Access } from "../../engine/values";
import { kinds } from "../../kinds";
import { isFromConfig, type Ref } from "../desired";
import type { Picture, PicturedResource } from "../picture";
import { isObject, titleOf, type Matched } from "./match";

/** How one side of a comparison calls what its values refer to. */
export interface Naming {
  /** The value to compare: references by identity, sets sorted, what is none left out. Undefined: none. */
  compared(field: Field, value: unknown): unknown;
  /** The value to show: references as names. */
  shown(field: Field, value: unknown): unknown;
  /** Of an access list, by member: what it is called, and its permissions. */
  members(sort: keyof Access, access: unknown): Map<string, { shown: string; permissions: string[] }>;
  /** The object that a reference of this side means. */
  target(field: Field, form: unknown): PicturedResource | undefined;
}

export function naming(own: Picture, other: Picture, { identity }: Matched): Naming {
  const [mine, theirs] = [indexOf(own), indexOf(other)];

  function target(field: Field, form: unknown): PicturedResource | undefined {
    if (field.type !== "reference") return undefined;
    if (typeof form === "string") return mine.byId.get(form);
    if (typeof form !== "object" || form === null) return undefined;
    if ("ref" in form) {
      const { kind, name } = form.ref as Ref;
      return mine.byName.get(`${kind}/${name}`);
    }
    if (!("existing" in form)) return undefined;
    const keys = field.to.map((kind) => `${kind}/${String(form.existing)}`);
    return (
      keys.flatMap((key) => mine.byTitle.get(key) ?? [])[0] ?? keys.flatMap((key) => theirs.byTitle.get(key) ?? [])[0]
    );
  }

  function reference(field: Field & { type: "reference" }, form: unknown, purpose: "compared" | "shown"): unknown {
    const object = target(field, form);
    if (object) return purpose === "shown" ? titleOf(object) : identity.get(object);
    const { ref, existing } = (typeof form === "object" && form !== null ? form : {}) as {
      ref?: Ref;
      existing?: unknown;
    };
    const name = ref ? ref.label : existing;
    if (name === undefined) return form;
    return purpose === "shown" ? String(name) : `${field.to.join("|")}/${String(name)}`;
  }

  function plain(field: Field, value: unknown, purpose: "compared" | "shown"): unknown {
    if (isNone(value)) return undefined;
    if (isFromConfig(value)) return value;
    switch (field.type) {
      case "list":
        return (value as unknown[]).map((item) => plain(field.of, item, purpose));
      case "set":
      case "roles":
        return distinct(
          (value as unknown[]).map((item) => (field.type === "set" ? plain(field.of, item, purpose) : item)),
        );
      case "record": {
        if (typeof value !== "object" || value === null) return value;
        const entries = Object.entries(field.fields).flatMap(([name, inner]): [string, unknown][] => {
          const one = inner.secret ? undefined : plain(inner, (value as Values)[name], purpose);
          return one === undefined ? [] : [[name, one]];
        });
        return Object.fromEntries(entries);
      }
      case "reference":
        return reference(field, value, purpose);
      default:
        return canonicalValue(field, value);
    }
  }

  return {
    target,
    compared: (field, value) => plain(field, value, "compared"),
    shown: (field, value) => plain(field, value, "shown"),
    members: (sort, access) =>
      new Map(
        ((access as Access | undefined)?.[sort] ?? []).map((entry) => {
          const field = memberField(sort);
          const member = memberOf(entry);
          return [
            text(plain(field, member, "compared")),
            { shown: String(plain(field, member, "shown")), permissions: [...new Set(entry.permissions)].sort() },
          ];
        }),
      ),
  };
}

const indexOf = ({ resources }: Picture) => {
  const objects = resources.filter(isObject);
  // The first of a name is meant where a name is all that there is.
  const byTitle = new Map(objects.toReversed().map((one) => [`${one.kind}/${titleOf(one)}`, one]));
  const byName = new Map(objects.map((one) => [`${one.kind}/${one.name}`, one]));
  const byId = new Map(objects.flatMap((one) => (one.id === undefined ? [] : [[one.id, one]])));
  return { byTitle, byName, byId };
};

/** Nothing, cleared, empty, and switched off: iconik answers any of these for "none". */
export const isNone = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  isClear(value) ||
  (Array.isArray(value) && value.length === 0);

/** Bucket, path, region: where iconik keeps its own storages is its own business, in each tenant. */
export const isPlace = (field: Field | undefined): boolean =>
  field?.type === "string" && field.within === "settings" && (field.verified === true || field.immutable !== undefined);

/** Without repetition, in an order of its own. */
const distinct = (items: readonly unknown[]): unknown[] =>
  [...new Map(items.map((item) => [text(item), item])).entries()]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, item]) => item);

/** Sorts of member, in the order in which they are told. */
export const memberSorts = Object.keys(accessSorts) as (keyof Access)[];

/** The reference by which a part says whose it is; undefined of what belongs to the tenant. */
export function ownerOf({ kind, inputs }: PicturedResource): { field: Field; form: unknown } | undefined {
  const definition = kinds[kind];
  if (definition?.shape !== "part") return undefined;
  return definition.documents.flatMap(({ by }) => {
    const field = by === undefined ? undefined : definition.fields[by];
    return by !== undefined && field && inputs[by] !== undefined ? [{ field, form: inputs[by] }] : [];
  })[0];
}
