/** The storages of a tenant file as their clouds see them. */

import { isClear } from "../../definition";
import type { Desired, DesiredResource, Place } from "../../tenant";
import { checkNeeds } from "./checks";
import type { Purpose, StorageNeed, StorageType } from "./need";
import { placeholder } from "./placeholder";
import { problemCodes, type Problem } from "./problems";

/** A storage of the file, with what only its documents name. */
export interface TenantStorage {
  need: StorageNeed;
  /** What `provision:` says, values of the stack config as placeholders. */
  provision: Readonly<Record<string, unknown>>;
  /** Of `gcs`. */
  project?: string;
  /** Of `b2`. */
  bucketId?: string;
  place: Place;
}

/** The part of a description that this is about. */
export type Described = Pick<Desired, "resources" | "provision">;

/** iconik's own storages are left out: nobody grants it anything there. */
export function storagesOf(desired: Described): { storages: TenantStorage[]; problems: Problem[] } {
  const resources = desired.resources.filter(({ kind, options }) => kind === "Storage" && !options.builtIn);
  const storages = resources.map((resource) => storageOf(resource, desired));
  return {
    storages,
    problems: [...resources.flatMap(unknownFlags), ...checkNeeds(storages.map(({ need }) => need))],
  };
}

function storageOf({ label, inputs, place }: DesiredResource, { provision: provisions }: Described): TenantStorage {
  const written = provisions.find(({ of }) => of.kind === "Storage" && of.label === label)?.values ?? {};
  const provision = Object.fromEntries(Object.entries(written).map(([key, value]) => [key, known(value)]));
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  const field = (name: string) => text(known(inputs[name]));
  const type = inputs.type as StorageType;
  const kmsKey = text(provision.kmsKey);
  const region = field("region") ?? text(provision.location);
  const queue = field("notificationSqsUrl");
  const [project, bucketId] = [field("project"), field("bucketId")];
  const need: StorageNeed = {
    label,
    type,
    purpose: inputs.purpose as Purpose,
    ...Object.fromEntries(
      ["read", "write", "delete", "scan"].flatMap((flag) =>
        typeof inputs[flag] === "boolean" ? [[flag, inputs[flag]]] : [],
      ),
    ),
    bucket: field("bucket") ?? field("container") ?? "",
    path: field("path") ?? "",
    ...(region !== undefined && { region }),
    ...(field("endpoint") !== undefined && { endpoint: field("endpoint") }),
    // What is not written is keys where there are keys, and iconik's role where there are none.
    ...(type === "s3" && {
      credentials: inputs.credentials === "keys" || inputs.accessKey !== undefined ? "keys" : "managed",
    }),
    ...(provision.cors !== undefined && { cors: provision.cors as "iconik" | "ours" }),
    ...(provision.scope !== undefined && { scope: provision.scope as "bucket" | "account" }),
    ...(kmsKey !== undefined && { kmsKey }),
    ...(inputs.useAcceleration === true && { acceleration: true }),
    ...(inputs.glacierRestoreTimeout !== undefined && !isClear(inputs.glacierRestoreTimeout) && { restore: true }),
    ...(queue !== undefined && { notificationQueue: queue }),
  };
  return {
    need,
    provision,
    ...(project !== undefined && { project }),
    ...(bucketId !== undefined && { bucketId }),
    place,
  };
}

/** A value of the stack config is known when the stack runs. */
function known(value: unknown): unknown {
  const key = (value as { fromConfig?: unknown } | undefined)?.fromConfig;
  return typeof key === "string" ? placeholder(`config ${key}`) : value;
}

function unknownFlags({ label, inputs }: DesiredResource): Problem[] {
  return ["read", "write", "delete", "scan", "useAcceleration"]
    .filter((field) => inputs[field] !== undefined && typeof inputs[field] !== "boolean" && !isClear(inputs[field]))
    .map((field) => ({
      severity: problemCodes["flag-from-config"].severity,
      code: "flag-from-config",
      label,
      field,
      message: `storages.${label}: ${field} is a value of the stack config, so what is needed cannot be told from the file`,
      fix: "write true or false",
    }));
}
