/** From the tree to resources: every field in canonical form, every reference resolved. */

import { chosenVariant, type PartKind, type Values } from "../../definition";
import { canonicalValue } from "../../engine/values";
import { checkAllowList } from "../checks/allow-lists";
import type { Ref, ResourceOptions } from "../desired";
import { placeOf, type Span } from "../files/text";
import { child, entriesOf, itemsOf, plain, textOf, type Written, type WrittenMap } from "../files/written";
import { ownFields, rolesFieldOf, spreadKeys, spreadList, writable } from "../language/sections";
import type { Draft, Reading } from "./draft";
import type { Item, Resolved } from "./references";
import { addresses, cloudOf, roles } from "./sets";
import { isForeign, put, read, wrongModel } from "./values";

/** Every resource of the description, in the order of the sections and, within them, of the file. */
export function drafts(reading: Reading): Draft[] {
  const { sections, tree } = reading;
  return [
    ...sections.objects.flatMap((object) =>
      reading.references.of(object.kind).flatMap((item) => objectDrafts(reading, item)),
    ),
    ...sections.spread.flatMap((part) => spreadDrafts(reading, part)),
    ...sections.singles.flatMap((part) => {
      const entry = entriesOf(tree).find(({ key }) => key === part.section);
      const draft =
        entry &&
        partDraft(
          reading,
          part,
          entry.value,
          { kind: part.kind, label: part.section, name: part.section },
          entry.at,
          {},
          [],
        );
      return draft ? [draft] : [];
    }),
  ];
}

function objectDrafts(reading: Reading, { object, ref, title, formerly, at, node }: Item): Draft[] {
  if (reading.malformed.has(node)) return [];
  const draft = begin(
    object,
    ref,
    node,
    at,
    formerly.map(({ label }) => label),
  );
  const brought: Draft[] = [];
  const builtIn = child(node, "builtIn") !== undefined;
  const provision = child(node, "provision");
  draft.options = {
    ...(object.stateful && !builtIn && { protect: true }),
    ...optionsOf(node),
    ...(builtIn && { builtIn: true }),
  };
  draft.provided = builtIn || provision !== undefined || draft.options.adopt !== undefined;
  draft.inputs[object.key] = title;

  const variant =
    object.variants && chosenVariant(object, { [object.variants.by]: textOf(child(node, object.variants.by)) });
  const rolesField = rolesFieldOf(object);
  for (const [name, field] of writable({ ...object.fields, ...variant?.fields })) {
    if (name === object.key || name === rolesField) continue;
    const value = child(node, name);
    if (value) put(draft.inputs, name, field, read(reading, field, value, draft));
  }
  if (rolesField && (child(node, rolesField) || child(node, "roleSets"))) {
    const held = roles(reading, node, rolesField, draft);
    const known = new Set(itemsOf(child(reading.tree, "knownRoles")).flatMap((item) => textOf(item) ?? []));
    const right = held.filter((role) => known.has(role));
    draft.inputs[rolesField] = held;
    if (right.length > 0) draft.options.knownRoles = right;
  }
  if (provision && !reading.malformed.has(provision)) {
    const gateway = gatewayDraft(reading, ref, provision);
    reading.provision.push({
      of: ref,
      values: plain(provision) as Values,
      ...(gateway && { application: refOf(gateway) }),
      place: placeOf(provision.at),
    });
    cloudOf(reading, provision, textOf(child(node, object.variants?.by ?? "")));
    if (gateway) brought.push(gateway);
  }
  const nested = reading.sections.nestedIn(object).flatMap(({ key, part, by }) => {
    const entry = node.entries.get(key);
    return entry
      ? (partDraft(
          reading,
          part,
          entry.value,
          { ...ref, kind: part.kind },
          entry.at,
          { [by]: { ref } },
          draft.formerly,
        ) ?? [])
      : [];
  });
  return [draft, ...brought, ...nested];
}

/** The application that the gateway of a storage works with; undefined where none is asked for. */
function gatewayDraft({ kinds }: Reading, { label }: Ref, provision: Written): Draft | undefined {
  const gateway = child(provision, "gateway");
  const user = textOf(child(gateway, "user"));
  const application = kinds.Application;
  if (gateway?.sort !== "map" || user === undefined || !application) return undefined;
  const name = `${label} gateway`;
  const rotate = textOf(child(gateway, "rotate"));
  const draft = begin(application, { kind: application.kind, label: name, name }, gateway, gateway.at, []);
  draft.inputs = {
    name,
    description: `Storage Gateway of ${label}`,
    user: user.toLowerCase(),
    token: rotate === undefined ? {} : { rotate },
  };
  return draft;
}

const refOf = ({ kind, label, name }: Draft): Ref => ({ kind, label, name });

function begin(definition: Draft["definition"], ref: Ref, node: WrittenMap, at: Span, formerly: string[]): Draft {
  const { kind, label, name } = ref;
  return {
    definition,
    kind,
    label,
    name,
    section: definition.section,
    inputs: {},
    options: {},
    formerly,
    node,
    at,
    uses: [],
    grants: [],
    provided: false,
  };
}

/** A part of a document. Nothing to manage in it: no resource. */
function partDraft(
  reading: Reading,
  part: PartKind,
  node: Written,
  ref: Ref,
  at: Span,
  fixed: Record<string, Resolved>,
  formerly: string[],
): Draft | undefined {
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
    draft.list = { field: listName, node };
    const entries = addresses(reading, listName, listField, node, draft);
    checkAllowList(part, listName, entries, node.at, reading.report);
    if (
      entries.length === 0 &&
      itemsOf(node).length > 0 &&
      reading.expires.some(({ of, over }) => over && of.kind === part.kind && of.label === label)
    ) {
      reading.report(
        "list-ended",
        at,
        `Every address of ${part.section}.${label} has ended, and what iconik does with an empty list is not documented`,
        "name an address that stays, or take the list out",
      );
    }
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
    else {
      reading.report(
        "missing-field",
        entry.at,
        `${part.section}.${name} is written without ${part.section}.everyone`,
        `write ${part.section}.everyone: with every address that must come in`,
      );
    }
  }
  for (const { key, by, field } of spreadKeys(part)) {
    const entry = section.entries.get(key);
    if (!entry) continue;
    if (isForeign(reading, field.to[0]!)) {
      wrongModel(reading, entry.at, `${part.section}.${key}`);
      continue;
    }
    for (const { key: label, at, value } of entriesOf(entry.value)) {
      const target = reading.references.byLabel(
        field.to,
        label,
        at,
        "take the key out; of what iconik made itself, builtIn: true describes enough",
      );
      if (!target) continue;
      const formerly = reading.references.find(target.ref.kind, target.ref.label)?.formerly ?? [];
      const draft = listDraft(
        `${key}/${label}`,
        value,
        at,
        formerly.map((former) => `${key}/${former.label}`),
      );
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
