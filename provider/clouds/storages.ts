/** What the components share whose resources are this package's own. Knows no cloud. */

import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { CloudResourceOptions } from "./dynamic/resource";
import { statementOf, type Statement, type StorageNeed } from "./grants";
import { checkStorages, type Refusal } from "./storage-bucket";

/** Of the arguments of these components. */
export interface Adoption {
  /**
   * Takes over what is there under the names of this component: `exact` if it is as described, `converge` also if not.
   * Default: what is there is refused.
   */
  adopt?: CloudResourceOptions["adopt"];
}

/**
 * The statements of need of a bucket's storages, by label. Warnings are logged.
 * @throws pulumi.RunError with everything that is wrong, before anything is registered.
 */
export function statementsOf(
  name: string,
  needs: readonly StorageNeed[],
  also: readonly Refusal[] = [],
): Record<string, Statement> {
  checkStorages(name, needs, also);
  return Object.fromEntries(needs.map((need) => [need.label, statementOf(need)]));
}

/** A few letters that stand for a text. */
export const short = (...parts: readonly unknown[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 8);

/** Who makes things in this run: tells ours from those of another stack. */
export const stackName = (): string => `${pulumi.getProject()}/${pulumi.getStack()}`;
