/** Which object of one picture is which of another: by id where both know it, else by natural key, else by former label. */

import type { ObjectKind } from "../../definition";
import { idToAdopt } from "../../engine/stored";
import { kinds } from "../../kinds";
import type { Picture, PicturedResource } from "../picture";

export interface Pair {
  from?: PicturedResource;
  to?: PicturedResource;
}

export interface Matched {
  /** Objects, parts left out: each once, alone or with the one that it is. */
  pairs: Pair[];
  /** What an object of either side is called in the comparison: `UserGroup/Editors`. The same for both of a pair. */
  identity: Map<PicturedResource, string>;
  /** The pair behind an identity. */
  behind: Map<string, Pair>;
}

/** What iconik calls an object. Of a part: its label. */
export function titleOf({ kind, label, inputs }: PicturedResource): string {
  const definition = kinds[kind];
  const title = definition?.shape === "object" ? inputs[definition.key] : undefined;
  return typeof title === "string" ? title : label;
}

export const isObject = ({ kind }: Pick<PicturedResource, "kind">): boolean => kinds[kind]?.shape === "object";

export function match(from: Picture, to: Picture): Matched {
  const pairs = (Object.values(kinds).filter(({ shape }) => shape === "object") as ObjectKind[]).flatMap(({ kind }) =>
    pairsOf(
      from.resources.filter((one) => one.kind === kind),
      to.resources.filter((one) => one.kind === kind),
    ),
  );
  const identity = new Map<PicturedResource, string>();
  const behind = new Map<string, Pair>();
  for (const pair of pairs) {
    const one = (pair.to ?? pair.from)!;
    const plain = `${one.kind}/${titleOf(one)}`;
    // Where iconik allows two of one name, the label tells them apart.
    let name = plain;
    for (let count = 1; behind.has(name); count += 1) name = `${plain} (${one.label}${count > 1 ? ` ${count}` : ""})`;
    behind.set(name, pair);
    if (pair.from) identity.set(pair.from, name);
    if (pair.to) identity.set(pair.to, name);
  }
  return { pairs, identity, behind };
}

function pairsOf(from: readonly PicturedResource[], to: readonly PicturedResource[]): Pair[] {
  const partner = new Map<PicturedResource, PicturedResource>();
  const taken = new Set<PicturedResource>();
  const free = () => ({ left: from.filter((one) => !partner.has(one)), right: to.filter((one) => !taken.has(one)) });

  /** Pairs what has the same key on both sides, and is the only one there that has it. */
  const pairBy = (keyOf: (one: PicturedResource, side: "from" | "to") => readonly string[]) => {
    const { left, right } = free();
    const byKey = grouped(right, (one) => keyOf(one, "to"));
    const rivals = grouped(left, (one) => keyOf(one, "from"));
    for (const one of left) {
      for (const key of keyOf(one, "from")) {
        const candidates = byKey.get(key) ?? [];
        if (partner.has(one) || candidates.length !== 1 || rivals.get(key)!.length !== 1 || taken.has(candidates[0]!))
          continue;
        partner.set(one, candidates[0]!);
        taken.add(candidates[0]!);
      }
    }
  };
  const labelled = (one: PicturedResource) => JSON.stringify([titleOf(one), one.label]);
  pairBy((one) => idsOf(one));
  pairBy((one) => [titleOf(one)]);
  // Two of one name: the label tells which is which.
  pairBy((one) => [labelled(one)]);
  pairBy((one, side) => (side === "from" ? [one.label, titleOf(one)] : one.formerly));
  pairBy((one, side) => (side === "from" ? one.formerly : [one.label, titleOf(one)]));

  return [
    ...from.map((one): Pair => ({ from: one, ...(partner.has(one) && { to: partner.get(one)! }) })),
    ...free().right.map((one): Pair => ({ to: one })),
  ];
}

/** The id that iconik gave it, or by which the file says which one is meant. */
function idsOf({ id, options: { adopt } }: PicturedResource): string[] {
  const known = id ?? idToAdopt(adopt);
  return known === undefined ? [] : [known];
}

function grouped<T>(items: readonly T[], keysOf: (item: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    for (const key of new Set(keysOf(item))) {
      const group = groups.get(key);
      if (group) group.push(item);
      else groups.set(key, [item]);
    }
  }
  return groups;
}
