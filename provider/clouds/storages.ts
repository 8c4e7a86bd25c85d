/** What the components of all clouds do with the storages that are described to them. Knows no cloud. */

import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { checkNeeds, identityName, statementOf, type Statement, type StorageNeed, type StorageType } from "./grants";
import { folder, type StorageUse as AnyStorageUse } from "./storage-bucket";

/** One storage in a bucket, as far as its cloud has to know it. */
export interface StorageUse extends Omit<AnyStorageUse, "cors"> {
  /** Another text makes another key; the old one works until `retireOldKeys`. */
  rotate?: string;
}

/**
 * The statements of need of a bucket's storages, by label. Warnings are logged.
 * @throws pulumi.RunError with everything that is wrong, before anything is registered.
 */
export function statementsOf(
  type: StorageType,
  bucket: string,
  storages: Readonly<Record<string, StorageUse & Partial<StorageNeed>>>,
  common: Partial<StorageNeed> = {},
): Record<string, Statement> {
  const needs = Object.entries(storages).map(
    ([label, { path, ...use }]): StorageNeed => ({ ...use, ...common, label, type, bucket, path: folder(path) }),
  );
  const problems = checkNeeds(needs);
  const words = problems.map(({ severity, message, fix }) => ({ severity, line: `${message}; ${fix}` }));
  const errors = words.filter(({ severity }) => severity === "error").map(({ line }) => line);
  for (const [identity, [first, second]] of Map.groupBy(needs, identityName)) {
    if (second) errors.push(`storages.${first!.label} and storages.${second.label} would both be ${identity} in the cloud; give one another label`);
  }
  if (needs.length === 0) errors.push(`bucket ${bucket}: no storage is described; write at least one under storages`);
  if (errors.length > 0) throw new pulumi.RunError(errors.join("\n"));
  for (const { line } of words) void pulumi.log.warn(line);
  return Object.fromEntries(needs.map((need) => [need.label, statementOf(need)]));
}

/** A few letters that stand for a text. */
export const short = (...parts: readonly unknown[]): string => createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 8);

/** Who makes things in this run: tells ours from those of another stack. */
export const stackName = (): string => `${pulumi.getProject()}/${pulumi.getStack()}`;
