/** `schema/grants.md`: what is granted, for whom, why and from where, from the data that the policies are made from. */

import { table } from "../../tenant/docs/tables";
import { coverageTable } from "./coverage";
import {
  flags,
  purposeFlags,
  purposes,
  storageTypes,
  uses,
  type Flag,
  type StorageNeed,
  type StorageType,
  type Use,
} from "./need";
import { sources, systems, type Permission } from "./permissions";
import { problemCodes } from "./problems";
import { policyLimits } from "./render/aws";
import { corsFacts } from "./render/cors";
import { statementOf, type Grant } from "./statement";

export const grantsPage = (): string =>
  [
    "# Grants",
    "",
    "What iconik's identity gets in each cloud, and nothing else. Generated from the data that the policies are made from, by `npm run generate`. Do not edit.",
    "",
    "A grant follows from the storage's type, purpose, flags, folder (`path`) and options. `pulumi-iconik grants <tenant file>` prints it for the storages of a tenant file.",
    "",
    "## Systems",
    "",
    "`pulumi-iconik grants --systems` prints this table with the tests that show it. How each is run for real: [storages.md](storages.md).",
    "",
    ...coverageTable(),
    "## Uses",
    "",
    ...table(
      ["Use", "iconik", "Comes from"],
      (Object.keys(uses) as Use[]).map((use) => [use, uses[use], origins[use]]),
    ),
    "A flag that is not written has the purpose's word. That is a reading of the help pages: iconik publishes no such table.",
    "",
    ...table(
      ["Purpose", "Flags that are on unless written", "Scanned", "Why"],
      purposes.map((purpose) => {
        const { unwritten, scanned, why } = purposeFlags[purpose];
        return [purpose, unwritten.join(", ") || "none", scanned ? "if `scan` says so" : "never", why];
      }),
    ),
    ...storageTypes.flatMap(systemPage),
    "## CORS rules",
    "",
    "Written by iconik unless `cors: ours` (on B2: unless `cors: iconik` and `scope: account`). iconik does not say which rules it writes; ours are these.",
    "",
    ...table(
      ["What", "When and why", "Source"],
      corsFacts.map((fact) => [...fact]),
    ),
    "## Limits and problems",
    "",
    `A user's inline policies: ${policyLimits.user} characters in all. A bucket's policy: ${policyLimits.bucket} bytes.`,
    "",
    ...table(
      ["Code", "", "Meaning"],
      Object.entries(problemCodes).map(([code, { severity, says }]) => [`\`${code}\``, severity, says]),
    ),
    "## Sources",
    "",
    ...Object.values(sources).map(([name, url]) => `- ${name}: <${url}>`),
    "",
  ].join("\n");

/** Keys of the tenant file. */
const origins: Record<Use, string> = {
  read: "`read`",
  write: "`write`",
  delete: "`delete`",
  scan: "`scan`",
  restore: "`glacierRestoreTimeout`; archives on `s3` and `ibmCos`",
  cors: "`provision.cors: iconik`",
  encrypted: "`provision.kmsKey`",
  accelerated: "`useAcceleration`",
  notified: "`notificationSqsUrl`",
};

function systemPage(type: StorageType): string[] {
  const { name, enforcement, says, permissions } = systems[type];
  const head = [`## ${name} (\`${type}\`)`, "", `Enforced: ${enforced[enforcement]}. ${says}`, ""];
  if (permissions.length === 0) return head;
  const less = systems.s3.permissions.filter((one) => !permissions.includes(one)).map(({ action }) => action);
  if (type !== "s3" && permissions.every((one) => systems.s3.permissions.includes(one))) {
    return [...head, `The permissions of [Amazon S3](#amazon-s3-s3), without ${words(less)}.`, ""];
  }
  const grants = (path: string): Map<string, Grant> =>
    new Map(statementOf(sample(type, path)).grants.map((grant) => [grant.action, grant]));
  const [whole, folder] = [grants(""), grants("PATH")];
  const rows = permissions.map((permission) => [
    `\`${permission.action}\``,
    placeOf(whole.get(permission.action)!, folder.get(permission.action)!),
    whenOf(permission),
    permission.why,
    `${sources[permission.source][0]}${permission.basis === "inferred" ? " (inferred)" : ""}`,
  ]);
  return [...head, ...table(["Action", "Resource and condition", "When", "Why", "Source"], rows), ...setsOf(type)];
}

const enforced = {
  cloud: "by the cloud",
  service: "by the service, where it can",
  advisory: "by nobody",
  none: "not applicable",
} as const;

/** With every use there is, so that every permission stands on its resource. */
const sample = (type: StorageType, path: string): StorageNeed => ({
  label: "Sample",
  type,
  purpose: "files",
  read: true,
  write: true,
  delete: true,
  scan: true,
  bucket: "BUCKET",
  path,
  region: "REGION",
  restore: true,
  kmsKey: "KEY",
  acceleration: true,
  notificationQueue: "QUEUE",
  cors: "iconik",
  // Its `writeBuckets` has its own row; the others are shown as they are on a key for one bucket.
  ...(type === "b2" && { scope: "bucket" as const }),
});

function placeOf(whole: Grant, folder: Grant): string {
  const show = ({ resource, conditions }: Grant) =>
    [
      `\`${resource}\``,
      ...conditions.map(({ operator, key, values }) => `${operator} \`${key}\` \`${values.join()}\``),
    ].join(", ");
  if (whole.on === "account") return whole.action === "writeBuckets" ? "every bucket of the account" : whole.resource;
  return show(whole) === show(folder) ? show(whole) : `${show(whole)}; with a folder: ${show(folder)}`;
}

const whenOf = ({ when }: Permission): string =>
  when.map((all) => (all.length === 0 ? "always" : all.join(" and "))).join("; or ");

/** What each set of flags takes, beside what the options add. */
function setsOf(type: StorageType): string[] {
  const base: StorageNeed = {
    label: "S",
    type,
    purpose: "files",
    bucket: "BUCKET",
    path: "",
    cors: "ours",
    restore: false,
  };
  const actions = (more: Partial<StorageNeed>) => statementOf({ ...base, ...more }).grants.map(({ action }) => action);
  const flagged = (set: readonly Flag[]) => Object.fromEntries(flags.map((flag) => [flag, set.includes(flag)]));
  const sets = flags.reduce<Flag[][]>((all, flag) => all.flatMap((set) => [set, [...set, flag]]), [[]]);
  const rows = distinctBy(
    sets.sort((a, b) => a.length - b.length),
    (set) => actions(flagged(set)).join(),
  ).map(({ items, key }) => [items.map((set) => set.join(" ") || "none").join("; "), words(key.split(","))]);
  const every = { read: true, write: true, delete: true, scan: true, region: "REGION" };
  const options: [string, Partial<StorageNeed>][] = [
    ["`cors: iconik`", { cors: "iconik", ...(type === "b2" && { scope: "account" }) }],
    ["archive classes, with read", { restore: true }],
    ["`kmsKey`, with read and write", { kmsKey: "KEY" }],
    ["`useAcceleration`", { acceleration: true }],
    ["`notificationSqsUrl`", { notificationQueue: "QUEUE" }],
  ];
  const plainSet = new Set(actions(every));
  const added = options
    .map(
      ([option, more]) => [option, actions({ ...every, ...more }).filter((action) => !plainSet.has(action))] as const,
    )
    .filter(([, more]) => more.length > 0);
  return [
    ...table(["Flags, once the purpose has filled them in", "Needed"], rows),
    ...(added.length > 0
      ? table(
          ["Option", "Adds"],
          added.map(([option, more]) => [option, words(more)]),
        )
      : []),
  ];
}

/** IBM's long prefix is left out. */
const words = (actions: readonly string[]): string =>
  actions.map((action) => `\`${action.replace(/^cloud-object-storage\./, "")}\``).join(", ");

function distinctBy<T>(items: readonly T[], keyOf: (item: T) => string): { key: string; items: T[] }[] {
  return [...Map.groupBy(items, keyOf)].map(([key, all]) => ({ key, items: all }));
}
