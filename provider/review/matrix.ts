/** The whole of both sides, for a page: who may do what, before and after, changed or not. */

import { fieldsOf, type Definition, type Field, type Fields, type Values } from "../definition";
import { roles as table, tierOf } from "../roles";
import { entriesOf, usersOf } from "./access";
import { rolesOf, size, type World } from "./effective";
import type { Pair, Pairs } from "./pair";
import type { Flags, Matrix } from "./report";
import { innerOf, isRecord } from "./settle";

export function matrixOf(pairs: Pairs, world: World): Matrix {
  const groups = pairs.all.filter((pair) => rolesOf(pair, "was") ?? rolesOf(pair, "is"));
  const names = new Set(groups.flatMap((pair) => [...(rolesOf(pair, "was") ?? []), ...(rolesOf(pair, "is") ?? [])]));
  const columns = [...table.keys(), ...[...names].filter((name) => !table.has(name))].filter((name) => names.has(name));
  const place = new Map(columns.map((name, index) => [name, index]));
  const places = (list: readonly string[] | undefined) =>
    list ? list.map((name) => place.get(name)!).sort((a, b) => a - b) : null;
  return {
    roles: columns.map((name) => ({
      name,
      may: table.get(name)?.may ?? "",
      tier: tierOf(name),
      dangers: table.get(name)?.dangers ?? [],
    })),
    groups: groups.map((pair) => ({
      subject: pair.subject,
      fate: pair.fate,
      before: places(rolesOf(pair, "was")),
      after: places(rolesOf(pair, "is")),
      ...(world.cohorts && { people: size(world.inGroup.get(pair.key) ?? []) }),
    })),
    access: pairs.all
      .filter((pair) => pair.definition.fields.access?.type === "access")
      .map((pair) => accessOf(pair, pairs)),
    storages: pairs.all
      .filter(({ definition }) => definition.kind === "Storage")
      .map(({ subject, fate, was, is }) => ({ subject, fate, before: flagsOf(was), after: flagsOf(is) })),
    settings: pairs.all
      .filter(({ definition }) => definition.shape === "part")
      .flatMap((pair) => settingsOf(pair, pairs)),
  };
}

function accessOf(pair: Pair, pairs: Pairs): Matrix["access"][number] {
  const [was, is] = [entriesOf(pair.was, pairs), entriesOf(pair.is, pairs)];
  const members = new Map([...is, ...was].map(({ sort, key, label }) => [`${sort}/${key}`, { sort, key, label }]));
  const given = (entries: typeof was, sort: string, key: string) =>
    entries.find((entry) => entry.sort === sort && entry.key === key)?.permissions ?? [];
  return {
    subject: pair.subject,
    fate: pair.fate,
    members: [...members.values()].map(({ sort, key, label }) => ({
      sort,
      label,
      before: given(was, sort, key),
      after: given(is, sort, key),
    })),
    ...(pair.definition.kind === "AclTemplate" && { usedBy: usersOf(pair, pairs) }),
  };
}

function flagsOf(values: Values | undefined): Flags | null {
  if (!values) return null;
  return Object.fromEntries(
    (["read", "write", "delete", "scan"] as const).flatMap((flag) =>
      typeof values[flag] === "boolean" ? [[flag, values[flag]]] : [],
    ),
  );
}

function settingsOf({ definition, subject, was, is }: Pair, pairs: Pairs): Matrix["settings"] {
  const [before, after] = [leaves(definition, was, pairs), leaves(definition, is, pairs)];
  return [...new Set([...before.keys(), ...after.keys()])].map((path) => ({
    subject,
    path,
    before: before.get(path) ?? null,
    after: after.get(path) ?? null,
  }));
}

function leaves(definition: Definition, values: Values | undefined, pairs: Pairs): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (fields: Fields, holder: Values, path: string) => {
    for (const [name, value] of Object.entries(holder)) {
      const field = fields[name];
      const inner = innerOf(field);
      if (!field || field.secret || field.hidden) continue;
      if (inner && isRecord(value)) walk(inner, value, `${path}${name}.`);
      else found.set(`${path}${name}`, textOf(field, value, pairs));
    }
  };
  if (values) walk(fieldsOf(definition, values), values, "");
  return found;
}

function textOf(field: Field, value: unknown, pairs: Pairs): string {
  if (field.type === "reference" && isRecord(value)) return pairs.meant(value, field.to).label;
  if ((field.type === "list" || field.type === "set") && Array.isArray(value))
    return value.map((one) => textOf(field.of, one, pairs)).join(", ");
  if (field.type === "record" && isRecord(value)) {
    return Object.entries(value)
      .flatMap(([name, inner]) =>
        field.fields[name] ? [`${name === "ip" ? "" : `${name} `}${textOf(field.fields[name], inner, pairs)}`] : [],
      )
      .join(" ");
  }
  return typeof value === "object"
    ? isRecord(value) && typeof value.fromConfig === "string"
      ? `stack config ${value.fromConfig}`
      : "…"
    : String(value);
}
