/** From the tree to resources: every field in canonical form, every reference resolved. */

import { accessSorts, type Field, type PartKind, type Values } from "../definition";
import { canonicalValue } from "../engine/values";
import { checkAllowList, type AddressEntry } from "./allow-lists";
import type { Expiry, Later, Ref, ResourceOptions } from "./desired";
import type { Report } from "./diagnostics";
import type { Draft } from "./draft";
import { memberOf } from "./field-form";
import { quoted } from "./frame";
import { spreadList } from "./grammar";
import type { Malformed } from "./conform";
import { nearestOf } from "./nearest";
import { References, type Item, type Resolved } from "./references";
import { ownFields, rolesFieldOf, writable, type Kinds, type Sections } from "./sections";
import { placeOf, type Span } from "./text";
import { child, entriesOf, itemsOf, onlyKey, plain, textOf, type Written, type WrittenMap } from "./written";

export interface Reading {
  tree: Written;
  kinds: Kinds;
  sections: Sections;
  references: References;
  malformed: Malformed;
  model: "userGroups" | "teams";
  report: Report;
  /** YYYY-MM-DD */
  today: string;
  expires: Expiry[];
  provision: Later["provision"];
}

/** Every resource of the description, in the order of the sections and, within them, of the file. */
export function drafts(reading: Reading): Draft[] {
  const { sections, tree } = reading;
  return [
    ...sections.objects.flatMap((object) => reading.references.of(object.kind).flatMap((item) => objectDrafts(reading, item))),
    ...sections.spread.flatMap((part) => spreadDrafts(reading, part)),
    ...sections.singles.flatMap((part) => {
      const entry = entriesOf(tree).find(({ key }) => key === part.section);
      const draft = entry && partDraft(reading, part, entry.value, { kind: part.kind, label: part.section, name: part.section }, entry.at, {}, []);
      return draft ? [draft] : [];
    }),
  ];
}

function objectDrafts(reading: Reading, { object, ref, title, formerly, at, node }: Item): Draft[] {
  if (reading.malformed.has(node)) return [];
  const draft = begin(object, ref, node, at, formerly.map(({ label }) => label));
  const builtIn = child(node, "builtIn") !== undefined;
  const provision = child(node, "provision");
  draft.options = { ...(object.stateful && !builtIn && { protect: true }), ...optionsOf(node), ...(builtIn && { builtIn: true }) };
  draft.provided = builtIn || provision !== undefined || draft.options.adopt !== undefined;
  draft.inputs[object.key] = title;

  const variant = object.variants?.cases[textOf(child(node, object.variants.by)) ?? ""];
  const rolesField = rolesFieldOf(object);
  for (const [name, field] of writable({ ...object.fields, ...variant?.fields })) {
    if (name === object.key || name === rolesField) continue;
    const value = child(node, name);
    if (value) put(draft.inputs, name, field, read(reading, field, value, draft));
  }
  if (rolesField && (child(node, rolesField) || child(node, "roleSets"))) {
    draft.inputs[rolesField] = roles(reading, node, rolesField, draft);
  }
  if (provision && !reading.malformed.has(provision)) {
    reading.provision.push({ of: ref, values: plain(provision) as Values, place: placeOf(provision.at) });
    cloudOf(reading, provision);
  }
  const nested = reading.sections.nestedIn(object).flatMap(({ key, part, by }) => {
    const entry = node.entries.get(key);
    return entry ? (partDraft(reading, part, entry.value, { ...ref, kind: part.kind }, entry.at, { [by]: { ref } }, draft.formerly) ?? []) : [];
  });
  return [draft, ...nested];
}

function begin(definition: Draft["definition"], ref: Ref, node: WrittenMap, at: Span, formerly: string[]): Draft {
  const { kind, label, name } = ref;
  return { definition, kind, label, name, section: definition.section, inputs: {}, options: {}, formerly, node, at, uses: [], grants: [], provided: false };
}

/** A part of a document. Nothing to manage in it: no resource. */
function partDraft(reading: Reading, part: PartKind, node: Written, ref: Ref, at: Span, fixed: Record<string, Resolved>, formerly: string[]): Draft | undefined {
  if (node.sort !== "map" || reading.malformed.has(node)) return undefined;
  const draft = begin(part, ref, node, at, formerly);
  draft.options = optionsOf(node);
  for (const resolved of Object.values(fixed)) if ("ref" in resolved) draft.uses.push({ ref: resolved.ref, at });
  for (const [name, field] of ownFields(part)) {
    const value = child(node, name);
    if (value) put(draft.inputs, name, field, read(reading, field, value, draft));
  }
  if (Object.keys(draft.inputs).length === 0) return undefined;
  draft.inputs = { ...fixed, ...draft.inputs };
  return draft;
}

/** The list for everyone, and the lists of single groups or teams. */
function spreadDrafts(reading: Reading, part: PartKind): Draft[] {
  const section = child(reading.tree, part.section);
  if (section?.sort !== "map" || reading.malformed.has(section)) return [];
  const [listName, listField] = spreadList(part);
  const others = ownFields(part).filter(([name]) => name !== listName);
  const options = optionsOf(section);

  const listDraft = (label: string, node: Written, at: Span, formerly: string[]): Draft => {
    const draft = begin(part, { kind: part.kind, label, name: label }, section, at, formerly);
    draft.options = options;
    const entries = addresses(reading, listField, node, draft);
    checkAllowList(part, listName, entries, node.at, reading.report);
    const values = entries.map(({ ip, application }) => ({ ip, ...(application && { application }) }));
    draft.inputs[listName] = canonicalValue(listField, values);
    return draft;
  };

  const everyone = section.entries.get("everyone");
  const drafts = everyone ? [listDraft("everyone", everyone.value, everyone.at, [])] : [];
  for (const [name, field] of others) {
    const entry = section.entries.get(name);
    if (!entry) continue;
    if (drafts[0]) put(drafts[0].inputs, name, field, read(reading, field, entry.value, drafts[0]));
    else reading.report("missing-field", entry.at, `${part.section}.${name} is written without ${part.section}.everyone`, `write ${part.section}.everyone: with every address that must come in`);
  }
  for (const { by } of part.documents) {
    const field = by && part.fields[by];
    const entry = by && section.entries.get(`${by}s`);
    if (!by || !field || field.type !== "reference" || !entry) continue;
    if (isForeign(reading, field.to[0]!)) {
      wrongModel(reading, entry.at, `${part.section}.${by}s`);
      continue;
    }
    for (const { key: label, at, value } of entriesOf(entry.value)) {
      const target = reading.references.byLabel(field.to, label, at);
      if (!target) continue;
      const formerly = reading.references.find(target.ref.kind, target.ref.label)?.formerly ?? [];
      const draft = listDraft(`${by}s/${label}`, value, at, formerly.map((former) => `${by}s/${former.label}`));
      draft.inputs = { [by]: target, ...draft.inputs };
      draft.uses.push({ ref: target.ref, at });
      drafts.push(draft);
    }
  }
  return drafts;
}

function optionsOf(node: Written): ResourceOptions {
  const options = child(node, "options");
  return options ? (plain(options) as ResourceOptions) : {};
}

function put(into: Values, name: string, field: Field, value: unknown): void {
  if (value !== undefined) into[name] = isFromConfig(value) ? value : canonicalValue(field, value);
}

const isFromConfig = (value: unknown): boolean => typeof value === "object" && value !== null && "fromConfig" in value;

/** The value of a field; undefined when it was refused. */
function read(reading: Reading, field: Field, node: Written, draft: Draft): unknown {
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
      return access(reading, node, draft);
    default:
      return plain(node);
  }
}

function access(reading: Reading, node: Written, draft: Draft): unknown {
  return Object.fromEntries(
    Object.entries(accessSorts).flatMap(([sort, kind]) => {
      const entry = node.sort === "map" ? node.entries.get(sort) : undefined;
      if (!entry || reading.malformed.has(entry.value)) return [];
      if (isForeign(reading, kind)) {
        wrongModel(reading, entry.at, `access.${sort}`);
        return [];
      }
      const key = memberOf(sort);
      const seen = new Set<string>();
      const members = grantsOf(entry.value, key).flatMap(({ who, at, permissions }) => {
        if (reading.malformed.has(permissions) || (typeof who !== "string" && reading.malformed.has(who))) return [];
        const member =
          sort === "users"
            ? (typeof who === "string" ? who : textOf(who))?.toLowerCase()
            : typeof who === "string"
              ? reading.references.byLabel([kind], who, at)
              : reading.references.resolve([kind], who);
        if (member === undefined) return [];
        if (typeof member === "object" && "ref" in member) draft.uses.push({ ref: member.ref, at });
        const identity = JSON.stringify(member);
        if (seen.has(identity)) reading.report("duplicate-entry", at, `The access list names the same ${key} twice`, "keep one of the two");
        seen.add(identity);
        return [{ [key]: member, permissions: itemsOf(permissions).flatMap((item) => textOf(item) ?? []) }];
      });
      return [[sort, members]];
    }),
  );
}

/** Both ways to write access: by label, or as a list. */
function grantsOf(node: Written, key: string): { who: string | Written; at: Span; permissions: Written }[] {
  if (node.sort === "map") return entriesOf(node).map(({ key: label, at, value }) => ({ who: label, at, permissions: value }));
  return itemsOf(node).flatMap((item) => {
    const [who, permissions] = [child(item, key), child(item, "permissions")];
    return who && permissions ? [{ who, at: who.at, permissions }] : [];
  });
}

/** The roles of a group: those in its list and those of its sets, each once, sorted. */
function roles(reading: Reading, node: Written, field: string, draft: Draft): string[] {
  const own = itemsOf(child(node, field)).flatMap((item) => grant(reading, item, draft, item.at));
  const sets = itemsOf(child(node, "roleSets")).flatMap((item) => {
    const set = named(reading, "roleSets", item);
    return itemsOf(set).flatMap((role) => grant(reading, role, draft, item.at));
  });
  draft.grants = [...own, ...sets];
  return [...new Set(draft.grants.map(({ role }) => role))].sort();
}

function grant(reading: Reading, node: Written, draft: Draft, at: Span): Draft["grants"] {
  if (reading.malformed.has(node)) return [];
  const role = textOf(node) ?? textOf(child(node, "role"));
  if (role === undefined) return [];
  expiry(reading, node, draft, "role", role);
  return [{ role, at }];
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
    reading.report("unknown-reference", node.at, `There is no set ${quoted(label)} in ${section}`, near ? `did you mean ${quoted(near)}?` : known.length > 0 ? `there are ${known.map(quoted).join(", ")}` : `describe it under ${section}:`);
  }
  return set;
}

/** The entries of an allow list, with sets written out. */
function addresses(reading: Reading, field: Field & { type: "set" | "list" }, node: Written, draft: Draft): AddressEntry[] {
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
      expiry(reading, item, draft, "set", textOf(set) ?? "");
      return itemsOf(named(reading, "addressSets", set)).flatMap((one) => {
        const ip = textOf(one);
        return ip === undefined || reading.malformed.has(one) ? [] : [{ ip, ...bound, at: one.at, set: textOf(set)! }];
      });
    }
    const ip = child(item, "ip");
    const text = textOf(ip);
    if (!ip || text === undefined || reading.malformed.has(ip)) return [];
    expiry(reading, item, draft, "address", text);
    return [{ ip: text, ...bound, at: ip.at }];
  });
  return entries;
}

function expiry(reading: Reading, node: Written, draft: Draft, what: Expiry["what"], value: string): void {
  const written = child(node, "expires");
  const until = textOf(written);
  if (!written || until === undefined || reading.malformed.has(written)) return;
  const reason = textOf(child(node, "reason")) ?? textOf(child(node, "note"));
  past(reading, written, `The ${what} ${quoted(value)} was meant to end on ${until}`);
  reading.expires.push({ of: { kind: draft.kind, label: draft.label, name: draft.name }, what, value, until, ...(reason !== undefined && { reason }), place: placeOf(written.at) });
}

/** Says that a date is over. Days are those of UTC. */
export function past({ report, today }: Reading, node: Written, what: string): void {
  const until = textOf(node);
  if (until !== undefined && until < today) report("past-date", node.at, `${what}, and it is ${today}`, "take it out, or give it a later date");
}

function cloudOf(reading: Reading, provision: Written): void {
  const cloud = child(provision, "cloud");
  const label = textOf(cloud);
  if (!cloud || label === undefined || reading.malformed.has(cloud)) return;
  const clouds = entriesOf(child(reading.tree, "clouds")).map(({ key }) => key);
  if (clouds.includes(label)) return;
  const near = nearestOf(label, clouds);
  reading.report("unknown-reference", cloud.at, `There is no ${quoted(label)} under clouds:`, near ? `did you mean ${quoted(near)}?` : "describe it there, or leave cloud: out");
}

const isForeign = ({ kinds, model }: Reading, kind: string): boolean => {
  const of = kinds[kind]?.model;
  return of !== undefined && of !== model;
};

function wrongModel({ model, report }: Reading, at: Span, what: string): void {
  report("wrong-model", at, `${what} is not for this tenant: it has ${model === "teams" ? "teams and role groups" : "user groups"}`, `write ${model === "teams" ? "teams" : "groups"}, or set tenant.model`);
}
