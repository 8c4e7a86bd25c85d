/**
 * What the components of all clouds share: what a program says of its storages, how it is checked, and what waits for
 * what.
 */

import * as pulumi from "@pulumi/pulumi";
import { plain } from "../engine/errors";
import {
  checkNeeds,
  corsOwner,
  corsRule,
  identityName,
  purposes,
  type CorsRule,
  type Flag,
  type StorageNeed,
  type StorageType,
} from "./grants";

/** What iconik is to do in a bucket, or in a folder of one. A flag that is not written has the purpose's word. */
export interface StorageUse extends Pick<StorageNeed, "purpose" | Flag> {
  /** Folder in the bucket. Default: the whole bucket. */
  path?: string;
  /** Who writes the CORS rules. Default: iconik, which then has the right to. All storages of a bucket agree on it. */
  cors?: "iconik" | "ours";
  /** Days after which every run warns of the storage's key. Default: none does. */
  maxKeyAgeDays?: number;
}

/** Of a key that can be made anew by a word in the program. */
export interface Rotation {
  /** Any text; another one makes a new key. The old one stays good until `retireOldKeys`. */
  rotate?: string;
}

/** What `iconik.Storage` is to be given as it was written. */
export type StorageWords = Pick<StorageUse, "purpose" | "path" | Flag>;

/** Something wrong with what the program says, and what to do. */
export interface Refusal {
  message: string;
  fix: string;
}

/** The storages as their cloud sees them. */
export const needsOf = <Use extends StorageUse>(
  storages: Readonly<Record<string, Use>>,
  place: { type: StorageType; bucket: string; region?: string },
  more: (use: Use) => Partial<StorageNeed> = () => ({}),
): StorageNeed[] =>
  Object.entries(storages).map(([label, use]) => ({
    label,
    ...place,
    purpose: use.purpose,
    ...written(use, ["read", "write", "delete", "scan", "cors"]),
    path: folder(use.path),
    ...more(use),
  }));

/** `media`, `/media` and `media/` are one folder. */
export const folder = (path = ""): string => path.replace(/^\/+|\/+$/g, "");

/** Those of an object's fields that are written. */
export const written = <T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> =>
  Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]]))) as Pick<T, K>;

export const wordsOf = (use: StorageUse): StorageWords =>
  written(use, ["purpose", "path", "read", "write", "delete", "scan"]);

/** Warns of what is merely unwise, after refusing what no cloud would take. */
export function checkStorages(name: string, needs: readonly StorageNeed[], also: readonly Refusal[] = []): void {
  refuseStorages(name, needs, also);
  for (const { message, fix } of checkNeeds(needs)) pulumi.log.warn(plain(`${name}: ${message}; ${fix}`));
}

/**
 * Refuses, all at once and before anything is registered, what no cloud would take. `also`: what the cloud's own
 * component finds besides.
 */
export function refuseStorages(name: string, needs: readonly StorageNeed[], also: readonly Refusal[] = []): void {
  const wrong = needs.filter(({ purpose }) => !purposes.includes(purpose));
  const problems = wrong.length > 0 ? [] : checkNeeds(needs);
  const refused = [
    ...wrong.map(({ label, purpose }) => ({
      message: `storages.${label}: ${JSON.stringify(purpose)} is no purpose`,
      fix: `write one of ${purposes.join(", ")}`,
    })),
    ...(needs.length > 0
      ? []
      : [{ message: "no storage is described", fix: "write storages: { <name>: { purpose: … } }" }]),
    ...sameIdentity(needs),
    ...mixedCors(needs),
    ...problems.filter(({ severity }) => severity === "error"),
    ...also,
  ];
  if (refused.length > 0) throw refusal(`StorageBucket ${JSON.stringify(name)} cannot be made`, refused);
}

/** Without a stack: it is the program's words that are wrong. */
export const refusal = (what: string, reasons: readonly Refusal[]): pulumi.RunError =>
  new pulumi.RunError(
    `${plain(what)}:\n${reasons.map(({ message, fix }) => `- ${plain(`${message}; ${fix}`)}`).join("\n")}`,
  );

/** What is said of ages. */
export const ageProblems = (storages: Readonly<Record<string, StorageUse>>): Refusal[] =>
  Object.entries(storages).flatMap(([label, { maxKeyAgeDays: days }]) =>
    days === undefined || (Number.isInteger(days) && days > 0)
      ? []
      : [
          {
            message: `storages.${label}: maxKeyAgeDays is ${JSON.stringify(days)}`,
            fix: "write a whole number of days, or drop it",
          },
        ],
  );

/** Warns of a key that is older than the program says. `made`: when, as ISO text; `fix`: how to get another. */
export function warnOfAge(
  parent: pulumi.Resource,
  label: string,
  made: pulumi.Output<string | undefined>,
  { maxKeyAgeDays: most }: StorageUse,
  fix = "write another text under rotate",
): void {
  if (most === undefined) return;
  made.apply((text) => {
    const days = Math.floor((Date.now() - Date.parse(text ?? "")) / 86_400_000);
    if (days > most)
      void pulumi.log.warn(
        plain(`storages.${label}: its key is ${days} days old, and maxKeyAgeDays is ${most}; ${fix}`),
        parent,
      );
  });
}

export const noSuchStorage = (label: string, labels: Iterable<string>): pulumi.RunError =>
  new pulumi.RunError(plain(`there is no storage ${label} in this bucket; it has ${[...labels].join(", ")}`));

function sameIdentity(needs: readonly StorageNeed[]): Refusal[] {
  return needs.flatMap((need, index) =>
    needs.slice(0, index).some((other) => identityName(other) === identityName(need))
      ? [
          {
            message: `storages.${need.label}: its identity would be ${identityName(need)}, as that of another storage`,
            fix: "give it a name that differs in letters or digits",
          },
        ]
      : [],
  );
}

function mixedCors(needs: readonly StorageNeed[]): Refusal[] {
  const [first, other] = new Set(needs.map(corsOwner));
  if (first === undefined || other === undefined) return [];
  return [
    {
      message: "cors is ours for some storages and iconik's for others, and a bucket has one set of CORS rules",
      fix: "write the same for all storages of the bucket",
    },
  ];
}

/**
 * Of somebody's bucket, whose rules are written whole and so are left alone: those to add. `form`: in the cloud's words.
 */
export function corsNotes(
  where: string,
  needs: readonly StorageNeed[],
  origins: readonly string[] | undefined,
  form: (rule: CorsRule) => unknown,
): string[] {
  return needs.flatMap((need) => {
    const rule = corsOwner(need) === "ours" ? corsRule(need, origins) : undefined;
    return rule
      ? [`${need.label}: the CORS rules of ${where} are its owner's. To add to them: ${JSON.stringify(form(rule))}`]
      : [];
  });
}

/** The value, once these resources are in place. It is known in previews all the same. */
export const after = <T>(
  value: pulumi.Input<T>,
  ...resources: readonly pulumi.Input<pulumi.Resource | undefined>[]
): pulumi.Output<T> =>
  pulumi
    .all(
      resources.map((resource) =>
        pulumi.output(resource as pulumi.Input<any>).apply((one?: pulumi.Resource) => one?.urn),
      ),
    )
    .apply(() => value) as pulumi.Output<T>;

/** A record with the same keys. */
export const mapRecord = <Label extends string, From, To>(
  from: Readonly<Record<Label, From>>,
  to: (value: From, label: Label) => To,
): Readonly<Record<Label, To>> =>
  Object.fromEntries(
    Object.entries(from).map(([label, value]) => [label, to(value as From, label as Label)]),
  ) as Record<Label, To>;
