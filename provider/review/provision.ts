/** Where storages come from (`provision:`), where that changes. What their identities are granted is told by `grants`. */

import type { Provision } from "../tenant/desired";
import type { Pairs } from "./pair";
import type { Statement } from "./report";
import { isRecord } from "./settle";
import { quoted } from "./words";

/** Statements about every storage that stays. Of one that is new, it is said what it is granted. */
export function provisionStatements(
  pairs: Pairs,
  before: readonly Provision[],
  after: readonly Provision[],
): Statement[] {
  const byKey = (all: readonly Provision[]) =>
    new Map(all.map((one) => [pairs.meant({ ref: one.of }, [one.of.kind]).key, one]));
  const [had, has] = [byKey(before), byKey(after)];
  return pairs.all.flatMap(({ key, subject, fate }): Statement[] => {
    const [was, is] = [had.get(key), has.get(key)];
    if (fate !== "kept" || (!was && !is)) return [];
    const statement = (says: string): Statement => ({
      code: "field-changed",
      level: "change",
      subject,
      says,
      ...(is && { place: is.place }),
    });
    if (!was)
      return [
        statement("is provisioned from now on (provision): what it lacks in its cloud is made, and a key of its own"),
      ];
    if (!is)
      return [
        statement("is no longer provisioned: what was made for it stays in its cloud, and is nobody's from now on"),
      ];
    const [old, now] = [leaves(was.values), leaves(is.values)];
    return [...new Set([...old.keys(), ...now.keys()])]
      .filter((path) => old.get(path) !== now.get(path))
      .map((path) => statement(changed(`provision.${path}`, old.get(path), now.get(path))));
  });
}

function changed(path: string, was: string | undefined, is: string | undefined): string {
  // Its text means nothing; that it is another one does.
  if (path === "provision.rotate")
    return `${path} is other text: a new key is made, and the old one goes once the new one works`;
  if (path === "provision.gateway.rotate")
    return `${path} is other text: a new token is minted, and the old one is revoked once the new one works`;
  if (is === undefined) return `${path} is unset; it was ${was}`;
  return `${path} is ${is}${was === undefined ? "" : ` instead of ${was}`}`;
}

function leaves(values: Record<string, unknown>, path = ""): Map<string, string> {
  return new Map(
    Object.entries(values).flatMap(([name, value]): [string, string][] => {
      const inside = `${path}${name}`;
      if (isRecord(value) && typeof value.fromConfig === "string")
        return [[inside, `the value of the stack config ${quoted(value.fromConfig)}`]];
      return isRecord(value)
        ? [...leaves(value, `${inside}.`)]
        : [[inside, typeof value === "string" ? quoted(value) : JSON.stringify(value)]];
    }),
  );
}
