/**
 * Tenant files: from files and overlays to a checked desired state. Reads files and nothing else: no tenant, no stack,
 * no clock but the one it is given.
 */

import { kinds as allKinds } from "../kinds";
import { checkSets } from "./checks/allow-lists";
import { checkFormerLabels, checkNames, releasedOf } from "./checks/names";
import { checkGrants, checkRoleNames } from "./checks/roles";
import { checkDefaults, checkDisputed, checkOverlaps, checkVariants } from "./checks/storages";
import { conform } from "./language/conform";
import type { Cloud, Desired, DesiredResource } from "./desired";
import { diagnose, type Diagnostic, type Finding, type Report } from "./diagnostics";
import { placeOfField, placeOfKey, type Draft, type Reading } from "./reading/draft";
import { grammarOf } from "./language/grammar";
import { silence } from "./checks/ignore";
import { checkKept, checkLater, laterOf } from "./checks/later";
import { overlay, unite } from "./files/merge";
import { chooseModel } from "./reading/model";
import { inOrder } from "./reading/order";
import { placeOfDraft } from "./reading/places";
import { parse } from "./files/parse";
import { drafts } from "./reading/read";
import { References } from "./reading/references";
import { maskText } from "./files/secrets";
import { sectionsOf, type Kinds, type Sections } from "./language/sections";
import { readLayers, type Layer, type TenantSource } from "./files/source";
import { placeOf, type SourceText, type Span } from "./files/text";
import { child, entriesOf, plain, textOf, type Written } from "./files/written";
import { codes, type DiagnosticCode } from "./codes";

export { codes, type DiagnosticCode } from "./codes";
export type { Cloud, Desired, DesiredResource, Expiry, Later, Place, Provision, Ref, ResourceOptions } from "./desired";
export { format, type Diagnostic } from "./diagnostics";
export { placeWithin } from "./reading/places";
export { parseSource, type TenantSource } from "./files/source";

/** What a description says, or why it says nothing. */
export interface Checked {
  /** Absent when there are errors. */
  desired?: Desired;
  /** Errors and warnings, in the order of files and lines. */
  diagnostics: Diagnostic[];
}

export interface LoadOptions {
  /** Folder that paths are relative to. Default: the working folder. */
  cwd?: string;
  /** The tenant is on loopback: it needs no `tenant.domainId`. */
  loopback?: boolean;
  /** The day that dates are compared with, YYYY-MM-DD. Default: today, in UTC. */
  today?: string;
  /** The kinds of objects there are. Default: all. */
  kinds?: Kinds;
  /** Looks at storages as their clouds do. Default: nobody does. */
  storageProblems?: StorageCheck;
}

/** What is wrong with a storage, as its cloud would see it. */
export interface StorageProblem {
  code: DiagnosticCode;
  /** Of the storage. */
  label: string;
  /** Key of the storage: `path`, `provision.kmsKey`. */
  field: string;
  message: string;
  fix: string;
}

export type StorageCheck = (
  described: Pick<Desired, "resources" | "provision" | "clouds">,
) => readonly StorageProblem[];

/** Reads and checks a description. Everything wrong with it is found at once; never throws for what is written. */
export function loadTenant(source: TenantSource, options: LoadOptions = {}): Checked {
  const { cwd = process.cwd(), today = new Date().toISOString().slice(0, 10), kinds = allKinds } = options;
  const findings: Finding[] = [];
  const report: Report = (code, at, message, fix) =>
    findings.push({ code, at, message, ...(fix !== undefined && { fix }) });
  const isBroken = () => findings.some(({ code }) => codes[code].severity === "error");
  const sections = sectionsOf(kinds);

  const layers = readLayers(source, cwd, report);
  const texts = layers.flat();
  const trees = layers.map((layer) => layerTree(layer, sections, report));
  // What cannot be read would show up again as references to nothing.
  if (isBroken()) return { diagnostics: diagnose(findings) };

  const whole = trees.reduce((base, over) => overlay(base, over, report));
  const { loopback = false, storageProblems } = options;
  const desired = whole && check(whole, { kinds, sections, today, loopback, storageProblems, report });
  if (!whole || desired?.resources.length === 0) {
    const start = whole?.at ?? nowhere(texts, source);
    if (!isBroken()) {
      report(
        "nothing-described",
        { ...start, end: start.start },
        "The description holds no object at all; applied, it would delete everything that the stack has",
        "describe something; to take a stack down, use pulumi destroy",
      );
    }
  }
  const diagnostics = diagnose(silence(findings, texts));
  const isSound = desired !== undefined && diagnostics.every(({ severity }) => severity !== "error");
  return { diagnostics, ...(isSound && { desired }) };
}

function layerTree(layer: Layer, sections: Sections, report: Report): Written | undefined {
  const files = layer.flatMap((text) => {
    let refused = false;
    const tree = parse(text, (code, ...rest) => {
      refused = true;
      report(code, ...rest);
    });
    if (refused) maskText(text);
    return tree ? [tree] : [];
  });
  return unite(files, (path) => path.length === 2 && sections.objectOf(path[0]!) !== undefined, report);
}

const nowhere = (texts: readonly SourceText[], { base }: TenantSource): Span => ({
  text: texts[0] ?? { file: base, text: "", lines: [0], order: 0, overlay: false, masks: [], replaced: new Set() },
  start: 0,
  end: 0,
});

interface Given {
  kinds: Kinds;
  sections: Sections;
  today: string;
  loopback: boolean;
  storageProblems?: StorageCheck;
  report: Report;
}

function check(tree: Written, { kinds, sections, today, loopback, storageProblems, report }: Given): Desired {
  const malformed = conform(grammarOf(kinds), tree, report);
  const model = chooseModel(tree, kinds, report);
  const domain = child(child(tree, "tenant"), "domainId");
  if (!domain && !loopback) {
    const at = tree.sort === "map" ? tree.entries.get("tenant")?.at : undefined;
    report(
      "missing-field",
      at ?? { ...tree.at, end: tree.at.start },
      "There is no tenant.domainId, so the file could be applied to any tenant",
      "write tenant: { domainId: <id> }; it stands in the tenant's System Settings",
    );
  }

  const references = new References(tree, sections, report);
  const reading: Reading = {
    tree,
    kinds,
    sections,
    references,
    malformed,
    model,
    report,
    today,
    expires: [],
    provision: [],
  };
  const read = drafts(reading);
  checkRoleNames(tree, sections, report);
  checkGrants(read, report);
  checkNames(read, report);
  checkFormerLabels(references, sections, report);
  checkVariants(read, report);
  checkDefaults(read, report);
  checkDisputed(read, report);
  checkOverlaps(read, report);
  checkCosts(read, report);
  checkSets(child(tree, "addressSets"), child(child(tree, "guards"), "mustKeep"), report);
  checkLater(reading);
  checkKept(read, reading);
  const clouds = cloudsOf(tree);
  for (const { code, label, field, message, fix } of storageProblems?.({
    resources: read.map(resourceOf),
    provision: reading.provision,
    clouds,
  }) ?? []) {
    const draft = read.find((one) => one.kind === "Storage" && one.label === label);
    if (draft) report(code, placeOfField(draft, field), message, fix);
  }
  const released = releasedOf(child(tree, "release"), references, sections, report);
  const domainId = textOf(domain);
  return {
    tenant: { model, ...(domainId !== undefined && { domainId }) },
    resources: inOrder(read, report).map(resourceOf),
    released,
    provision: reading.provision,
    clouds,
    later: laterOf(reading),
  };
}

const cloudsOf = (tree: Written): Cloud[] =>
  entriesOf(child(tree, "clouds")).map(({ key: label, at, value }) => ({
    label,
    values: plain(value) as Cloud["values"],
    place: placeOf(at),
  }));

/** Help page: IP allow list, "has a monthly price". */
function checkCosts(read: readonly Draft[], report: Report): void {
  for (const draft of read) {
    if (draft.kind !== "ShieldAllowList" || draft.inputs.enabled !== true) continue;
    report(
      "costs",
      placeOfKey(draft, "enabled"),
      "Shield has a monthly price",
      "agree on it with whoever pays, and silence this with the reason",
    );
  }
}

const resourceOf = (draft: Draft): DesiredResource => {
  const { kind, label, section, name, inputs, options, formerly } = draft;
  return { kind, label, section, name, inputs, options, formerly, place: placeOfDraft(draft) };
};
