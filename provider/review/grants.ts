/** What a storage's identity may do in its cloud, before and after. What is granted is said by whoever knows clouds. */

import { placeOf } from "./abilities";
import type { Pair, Pairs } from "./pair";
import type { Statement } from "./report";
import { count } from "./words";

/** What is granted for one storage. */
export interface StorageGrants {
  /** Label of the storage. */
  storage: string;
  grants: readonly CloudGrant[];
}

interface CloudGrant {
  /** In the cloud's own word: `s3:DeleteObject`. */
  action: string;
  /** In the cloud's own notation, with its conditions. */
  on: string;
}

/** Statements about every storage whose grants differ. Those of a storage that is new are told as a number. */
export function grantStatements(
  pairs: Pairs,
  before: readonly StorageGrants[],
  after: readonly StorageGrants[],
): Statement[] {
  const of = (all: readonly StorageGrants[], label: string | undefined) =>
    all.find(({ storage }) => storage === label)?.grants ?? [];
  return pairs.all
    .filter(({ definition, fate }) => definition.kind === "Storage" && (fate === "kept" || fate === "created"))
    .flatMap((pair) => {
      const was = of(before, pair.before?.label);
      const is = of(after, pair.after?.label);
      if (pair.fate === "created") {
        return is.length === 0
          ? []
          : [
              statement(
                pair,
                "gain",
                `its identity is to be granted ${count(is.length, "action")} in the cloud (pulumi-iconik grants lists them)`,
              ),
            ];
      }
      const minus = (some: readonly CloudGrant[], others: readonly CloudGrant[]) =>
        some.filter(({ action, on }) => !others.some((other) => other.action === action && other.on === on));
      const told = (grants: readonly CloudGrant[], direction: "gain" | "loss") =>
        [...Map.groupBy(grants, ({ on }) => on)].map(([on, some]) =>
          statement(
            pair,
            direction,
            `in the cloud, its identity ${direction === "gain" ? "may now" : "may no longer"} ${some.map(({ action }) => action).join(", ")} on ${on}`,
          ),
        );
      return [...told(minus(is, was), "gain"), ...told(minus(was, is), "loss")];
    });
}

const statement = (pair: Pair, direction: "gain" | "loss", says: string): Statement => ({
  code: direction === "gain" ? "grant-gained" : "grant-lost",
  level: "change",
  direction,
  subject: pair.subject,
  says,
  ...placeOf(pair),
});
