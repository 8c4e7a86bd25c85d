/** Roles and addresses: lists that can name sets, and whose entries can end. */

import type { Field } from "../../definition";
import { canonicalValue } from "../../engine/values";
import type { AddressEntry } from "../checks/allow-lists";
import { quoted } from "../files/frame";
import type { Span } from "../files/text";
import { child, entriesOf, itemsOf, textOf, type Written } from "../files/written";
import { nearestOf } from "../language/nearest";
import { cloudOfType } from "../language/provisioning";
import type { Draft, Reading } from "./draft";
import { isOver } from "./expiry";
import type { Resolved } from "./references";
import { read } from "./values";

/** The roles of a group: those in its list and those of its sets, each once, sorted. */
export function roles(reading: Reading, node: Written, field: string, draft: Draft): string[] {
  const endless = new Set<string>();
  const grant = (node: Written, at: Span): Draft["grants"] => {
    if (reading.malformed.has(node)) return [];
    const plainly = textOf(node);
    const role = plainly ?? textOf(child(node, "role"));
    if (role === undefined) return [];
    if (plainly !== undefined) endless.add(role);
    return isOver(reading, node, draft, "role", role, { [field]: [role] }) ? [] : [{ role, at }];
  };
  const before = reading.expires.length;
  const own = itemsOf(child(node, field)).flatMap((item) => grant(item, item.at));
  const sets = itemsOf(child(node, "roleSets")).flatMap((item) => {
    const set = named(reading, "roleSets", item);
    return itemsOf(set).flatMap((role) => grant(role, item.at));
  });
  // What is granted without an end as well does not end.
  reading.expires.push(...reading.expires.splice(before).filter(({ value }) => !endless.has(value)));
  draft.grants = [...own, ...sets];
  return [...new Set(draft.grants.map(({ role }) => role))].sort();
}

/** The set that a name stands for. */
function named(reading: Reading, section: "roleSets" | "addressSets", node: Written): Written | undefined {
  const label = textOf(node);
  if (label === undefined || reading.malformed.has(node)) return undefined;
  const sets = child(reading.tree, section);
  const set = child(sets, label);
  if (!set) {
    const known = entriesOf(sets).map(({ key }) => key);
    const near = nearestOf(label, known);
    reading.report(
      "unknown-reference",
      node.at,
      `There is no set ${quoted(label)} in ${section}`,
      near
        ? `did you mean ${quoted(near)}?`
        : known.length > 0
          ? `there are ${known.map(quoted).join(", ")}`
          : `describe it under ${section}:`,
    );
  }
  return set;
}

/** The entries of an allow list, with sets written out. */
export function addresses(
  reading: Reading,
  name: string,
  field: Field & { type: "set" | "list" },
  node: Written,
  draft: Draft,
): AddressEntry[] {
  const entry = field.of.type === "record" ? field.of.fields : {};
  const references = Object.entries(entry).filter(([, inner]) => inner.type === "reference");
  const entries = itemsOf(node).flatMap((item): AddressEntry[] => {
    if (reading.malformed.has(item)) return [];
    const bound = Object.fromEntries(
      references.flatMap(([name, inner]) => {
        const written = child(item, name);
        const value = written && read(reading, inner, written, draft);
        return value ? [[name, value as Resolved]] : [];
      }),
    );
    if (references.some(([name]) => child(item, name) && !bound[name])) return [];
    const set = child(item, "set");
    if (set) {
      const entries = itemsOf(named(reading, "addressSets", set)).flatMap((one) => {
        const ip = textOf(one);
        return ip === undefined || reading.malformed.has(one) ? [] : [{ ip, ...bound, at: one.at, set: textOf(set)! }];
      });
      const values = entries.map(({ ip }) => ({ ip, ...bound }));
      return isOver(reading, item, draft, "set", textOf(set) ?? "", { [name]: canonicalValue(field, values) })
        ? []
        : entries;
    }
    const ip = child(item, "ip");
    const text = textOf(ip);
    if (!ip || text === undefined || reading.malformed.has(ip)) return [];
    return isOver(reading, item, draft, "address", text, { [name]: canonicalValue(field, [{ ip: text, ...bound }]) })
      ? []
      : [{ ip: text, ...bound, at: ip.at }];
  });
  return entries;
}

/** Is the cloud described, and can it hold a storage of this type? */
export function cloudOf(reading: Reading, provision: Written, type: string | undefined): void {
  const cloud = child(provision, "cloud");
  const label = textOf(cloud);
  if (!cloud || label === undefined || reading.malformed.has(cloud)) return;
  const clouds = entriesOf(child(reading.tree, "clouds"));
  const found = clouds.find(({ key }) => key === label);
  if (found) {
    const [is, wanted] = [textOf(child(found.value, "type")), cloudOfType[type ?? ""]];
    if (is === undefined || wanted === undefined || is === wanted) return;
    return reading.report(
      "wrong-cloud",
      cloud.at,
      `The cloud ${quoted(label)} is of type ${is}, and a storage of type ${type} is made in one of type ${wanted}`,
      "name another cloud, or leave cloud: out",
    );
  }
  const near = nearestOf(
    label,
    clouds.map(({ key }) => key),
  );
  reading.report(
    "unknown-reference",
    cloud.at,
    `There is no ${quoted(label)} under clouds:`,
    near ? `did you mean ${quoted(near)}?` : "describe it there, or leave cloud: out",
  );
}
