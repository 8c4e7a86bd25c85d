/** How references are written: by label, and by section and label where two kinds have one of that label. */

import type { Kinds } from "../language/sections";
import type { Ref } from "../desired";
import type { Naming } from "./values";

/** Of a description that holds these objects. */
export function namingOf(kinds: Kinds, objects: readonly Pick<Ref, "kind" | "label">[]): Naming {
  const labels = new Map<string, Set<string>>();
  for (const { kind, label } of objects) labels.set(kind, (labels.get(kind) ?? new Set()).add(label));
  const has = (kind: string, label: string) => labels.get(kind)?.has(label) === true;
  return (to, { kind, label }) => {
    const holders = to.filter((other) => has(other, label));
    if (holders.length === 1 && holders[0] === kind) return label;
    const exact = `${kinds[kind]?.section}/${label}`;
    return has(kind, label) && !to.some((other) => has(other, exact)) ? exact : undefined;
  };
}
