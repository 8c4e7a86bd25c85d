/** What can be wrong with storages, each by itself and together. */

import { fieldsOf, type ObjectKind, type Values } from "../../definition";
import { canonical } from "../../engine/values";
import type { Report } from "../diagnostics";
import type { DesiredResource } from "../desired";
import { placeOfKey, type Draft } from "../reading/draft";
import { quoted } from "../files/frame";
import { placeOf } from "../files/text";

/** Help page: Storage settings, "Only S3, B2, GCS and Azure can be the default upload storage". */
export const canBeDefault = ["S3", "B2", "GCS", "AZURE"];

/** Fields that do not go together, of any kind whose definition has such a rule. */
export function checkVariants(drafts: readonly Draft[], report: Report): void {
  for (const draft of drafts) {
    const variant = variantOf(draft);
    if (!variant?.check || draft.options.builtIn) continue;
    // What was refused is written nevertheless.
    const written = Object.fromEntries([...draft.node.entries.keys()].map((name) => [name, null]));
    for (const { field, problem } of variant.check({ ...written, ...draft.inputs }, !draft.provided)) {
      report("inconsistent-fields", placeOfKey(draft, field), `${draft.section}.${draft.label}: ${problem}`);
    }
  }
}

/** A flag that only one object can have: `claims` says among which. */
export function checkDefaults(drafts: readonly Draft[], report: Report): void {
  const holders = new Map<string, Draft>();
  for (const draft of drafts) {
    for (const [name, { via }] of Object.entries(fieldsOf(draft.definition, draft.inputs))) {
      if (via?.shape !== "toggle" || via.claims === undefined || draft.inputs[name] !== true) continue;
      const at = placeOfKey(draft, name);
      const method = variantOf(draft)?.wire.method;
      if (method !== undefined && !canBeDefault.includes(method)) {
        report(
          "cannot-be-default",
          at,
          `${draft.section}.${draft.label} is of type ${String(draft.inputs.type)}; only buckets can be a default`,
          `take ${name}: out`,
        );
      }
      const among = via.claims.replace(/\{(\w+)\}/g, (_, key: string) => String(draft.inputs[key]));
      const other = holders.get(among);
      if (other) {
        const { file, line } = placeOf(placeOfKey(other, name));
        const of = Object.keys(draft.inputs).find((key) => via.claims!.includes(`{${key}}`));
        report(
          "two-defaults",
          at,
          `${quoted(draft.label)} and ${quoted(other.label)} (${file}:${line}) are both the default${of ? ` of ${of} ${String(draft.inputs[of])}` : ""}`,
          `keep ${name}: true with one of them`,
        );
      } else holders.set(among, draft);
    }
  }
}

/** A field about which iconik's own pages disagree. */
export interface Dispute<T> {
  resource: T;
  field: string;
  code: "own-keyframes-or-proxies" | "export-on-portal";
  message: string;
  fix: string;
}

type Disputable = Pick<DesiredResource, "kind" | "name" | "label" | "inputs" | "options">;

/** Where iconik's own pages disagree. */
export function disputesOf<T extends Disputable>(resources: readonly T[]): Dispute<T>[] {
  const byName = new Map(resources.map((resource) => [`${resource.kind}/${resource.name}`, resource]));
  return resources.flatMap((resource): Dispute<T>[] => {
    const { kind, inputs, options, label } = resource;
    const found: Dispute<T>[] = [];
    if (kind === "Storage") {
      const { purpose, type } = inputs;
      if ((purpose === "keyframes" || purpose === "proxies") && !options.builtIn) {
        found.push({
          resource,
          field: "purpose",
          code: "own-keyframes-or-proxies",
          message: `${quoted(label)} is a new storage for ${purpose}: one help page says that none can be added, another that it costs money each month and must be made the default`,
          fix: "use iconik's own (builtIn: true), or silence this with the reason",
        });
      }
      if (purpose === "exports" && type === "portal") {
        found.push({
          resource,
          field: "purpose",
          code: "export-on-portal",
          message: `${quoted(label)} is a Portal storage for exports: the help pages disagree on whether that works`,
          fix: "use another type of storage, or silence this with the reason",
        });
      }
    }
    if (kind === "ExportLocation") {
      const { ref } = (inputs.storage ?? {}) as { ref?: { kind: string; name: string } };
      if (ref && byName.get(`${ref.kind}/${ref.name}`)?.inputs.type === "portal") {
        found.push({
          resource,
          field: "storage",
          code: "export-on-portal",
          message: `${quoted(label)} exports to a Portal storage: the help pages disagree on whether that works`,
          fix: "use another storage, or silence this with the reason",
        });
      }
    }
    return found;
  });
}

export function checkDisputed(drafts: readonly Draft[], report: Report): void {
  for (const { resource, field, code, message, fix } of disputesOf(drafts))
    report(code, placeOfKey(resource, field), message, fix);
}

/** Storages that reach the same files: one's folder is the other's, or lies in it. */
export function checkOverlaps(drafts: readonly Draft[], report: Report): void {
  const buckets = new Map<string, { draft: Draft; path: string }[]>();
  for (const draft of drafts) {
    const place = bucketOf(draft);
    if (!place) continue;
    const others = buckets.get(place.bucket) ?? [];
    for (const other of others) {
      if (!holds(place.path, other.path) && !holds(other.path, place.path)) continue;
      const { file, line } = placeOf(other.draft.at);
      const what = place.path === other.path ? "the same folder" : "folders of which one holds the other";
      report(
        "overlapping-paths",
        placeOfKey(draft, "path"),
        `${quoted(draft.label)} and ${quoted(other.draft.label)} (${file}:${line}) have ${what} of one bucket: each sees, scans and may delete the other's files`,
        "give each a folder of its own",
      );
    }
    buckets.set(place.bucket, [...others, { draft, path: place.path }]);
  }
}

const holds = (folder: string, path: string): boolean =>
  folder === "" || path === folder || path.startsWith(`${folder}/`);

/** The bucket and the folder in it; undefined when either is not known here, or it is no bucket. */
function bucketOf(draft: Draft): { bucket: string; path: string } | undefined {
  const variant = variantOf(draft);
  if (draft.kind !== "Storage" || !variant || draft.options.builtIn) return undefined;
  const values = canonical(draft.definition, draft.inputs);
  const { bucket, endpoint = "", path = "" } = values;
  // A container is known only together with its account, and that is in a secret.
  if (bucket === undefined || typeof path !== "string") return undefined;
  return { bucket: JSON.stringify([variant.wire, endpoint, bucket]), path };
}

function variantOf(draft: Draft): NonNullable<ObjectKind["variants"]>["cases"][string] | undefined {
  const variants = draft.definition.shape === "object" ? draft.definition.variants : undefined;
  const word = variants && (draft.inputs as Values)[variants.by];
  return typeof word === "string" && Object.hasOwn(variants!.cases, word) ? variants!.cases[word] : undefined;
}
