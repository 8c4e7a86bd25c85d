/** The values of fields: plain, from outside, or references to others. */

import { accessSorts, allFields, type Field, type Values } from "../../definition";
import { canonicalValue } from "../../engine/values";
import { isFromConfig } from "../desired";
import { quoted } from "../files/frame";
import type { Span } from "../files/text";
import { child, entriesOf, itemsOf, onlyKey, plain, textOf, type Written } from "../files/written";
import type { Draft, Reading } from "./draft";
import { isOver } from "./expiry";

export function put(into: Values, name: string, field: Field, value: unknown): void {
  if (value !== undefined) into[name] = isFromConfig(value) ? value : canonicalValue(field, value);
}

/** The value of a field; undefined when it was refused. */
export function read(reading: Reading, field: Field, node: Written, draft: Draft): unknown {
  if (reading.malformed.has(node)) return undefined;
  if (field.type === "json") return plain(node);
  if (onlyKey(node) === "fromConfig" || onlyKey(node) === "clear") return plain(node);
  switch (field.type) {
    case "list":
    case "set":
      return itemsOf(node).flatMap((item) => read(reading, field.of, item, draft) ?? []);
    case "record":
      if (node.sort !== "map") return plain(node);
      return Object.fromEntries(
        Object.entries(field.fields).flatMap(([name, inner]) => {
          const written = child(node, name);
          const value = written && read(reading, inner, written, draft);
          return value === undefined ? [] : [[name, value]];
        }),
      );
    case "reference": {
      const resolved = reading.references.resolve(field.to, node);
      if (resolved && "ref" in resolved) draft.uses.push({ ref: resolved.ref, at: node.at });
      return resolved;
    }
    case "external":
      return textOf(child(node, "id"));
    case "access":
      return access(reading, field, node, draft);
    default:
      return plain(node);
  }
}

function access(reading: Reading, field: Field, node: Written, draft: Draft): unknown {
  const name = Object.entries(allFields(draft.definition)).find(([, { type }]) => type === field.type)![0];
  return Object.fromEntries(
    Object.entries(accessSorts).flatMap(([sort, { member: key, kind }]) => {
      const entry = node.sort === "map" ? node.entries.get(sort) : undefined;
      if (!entry || reading.malformed.has(entry.value)) return [];
      if (isForeign(reading, kind)) {
        wrongModel(reading, entry.at, `access.${sort}`);
        return [];
      }
      const seen = new Set<string>();
      const members = grantsOf(entry.value, key).flatMap(({ who, at, permissions, entry: written }) => {
        if (
          reading.malformed.has(permissions) ||
          reading.malformed.has(written) ||
          (typeof who !== "string" && reading.malformed.has(who))
        )
          return [];
        const member =
          sort === "users"
            ? (typeof who === "string" ? who : textOf(who))?.toLowerCase()
            : typeof who === "string"
              ? reading.references.byLabel(
                  [kind],
                  who,
                  at,
                  `write a list, for one that is not managed here: [{ ${key}: { existing: ${quoted(who)} }, permissions: […] }]`,
                )
              : reading.references.resolve([kind], who);
        if (member === undefined) return [];
        if (typeof member === "object" && "ref" in member) draft.uses.push({ ref: member.ref, at });
        const identity = JSON.stringify(member);
        if (seen.has(identity)) {
          reading.report("duplicate-entry", at, `The access list names the same ${key} twice`, "keep one of the two");
        }
        seen.add(identity);
        const given = { [key]: member, permissions: itemsOf(permissions).flatMap((item) => textOf(item) ?? []) };
        const called = typeof who === "string" ? who : (textOf(who) ?? textOf(child(who, "existing")) ?? "");
        return isOver(reading, written, draft, "access", called, { [name]: { [sort]: [given] } }) ? [] : [given];
      });
      return [[sort, members]];
    }),
  );
}

/** The ways to write access: by label, or as a list. `entry` is where an end may stand. */
function grantsOf(
  node: Written,
  key: string,
): { who: string | Written; at: Span; permissions: Written; entry: Written }[] {
  if (node.sort === "map") {
    return entriesOf(node).map(({ key: label, at, value }) => ({
      who: label,
      at,
      permissions: child(value, "permissions") ?? value,
      entry: value,
    }));
  }
  return itemsOf(node).flatMap((item) => {
    const [who, permissions] = [child(item, key), child(item, "permissions")];
    return who && permissions ? [{ who, at: who.at, permissions, entry: item }] : [];
  });
}

export const isForeign = ({ kinds, model }: Reading, kind: string): boolean => {
  const of = kinds[kind]?.model;
  return of !== undefined && of !== model;
};

export function wrongModel({ model, report }: Reading, at: Span, what: string): void {
  report(
    "wrong-model",
    at,
    `${what} is not for this tenant: it has ${model === "teams" ? "teams and role groups" : "user groups"}`,
    `write ${model === "teams" ? "teams" : "groups"}, or set tenant.model`,
  );
}
