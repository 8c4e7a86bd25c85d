/** The order in which objects can be made, and references that allow none. */

import type { Kinds } from "../language/sections";
import type { Gap, PicturedResource } from "../picture";
import { refsIn } from "../refs";

/**
 * Each after everything it refers to, otherwise as they come. A reference that closes a circle is taken out and told:
 * a description can say it of objects that exist, and none of them could be made first.
 */
export function inOrder(
  kinds: Kinds,
  resources: readonly PicturedResource[],
): { resources: PicturedResource[]; gaps: Gap[] } {
  const keyOf = ({ kind, name }: { kind: string; name: string }) => `${kind}/${name}`;
  const byKey = new Map(resources.map((resource) => [keyOf(resource), resource]));
  const cut = new Map<PicturedResource, Set<string>>();
  const ordered = new Set<PicturedResource>();
  const gaps: Gap[] = [];
  for (const start of resources) {
    if (ordered.has(start)) continue;
    const begin = (resource: PicturedResource) => ({
      resource,
      refs: refsIn(kinds[resource.kind]!, resource.inputs),
      next: 0,
    });
    // Written as a loop: a chain of references may be longer than the stack is deep.
    const steps = [begin(start)];
    const open = new Set([start]);
    while (steps.length > 0) {
      const step = steps[steps.length - 1]!;
      const use = step.refs[step.next++];
      if (!use) {
        steps.pop();
        open.delete(step.resource);
        ordered.add(step.resource);
        continue;
      }
      const target = byKey.get(keyOf(use.ref));
      if (!target || ordered.has(target)) continue;
      if (!open.has(target)) {
        open.add(target);
        steps.push(begin(target));
        continue;
      }
      cut.set(step.resource, (cut.get(step.resource) ?? new Set()).add(use.field));
      gaps.push({
        kind: step.resource.kind,
        label: step.resource.label,
        field: use.field,
        why: `it closes a circle of references by way of ${target.section}/${target.label}, so none of them could be made first`,
      });
    }
  }
  const without = (resource: PicturedResource): PicturedResource => {
    const fields = cut.get(resource);
    return fields
      ? {
          ...resource,
          inputs: Object.fromEntries(Object.entries(resource.inputs).filter(([field]) => !fields.has(field))),
        }
      : resource;
  };
  return { resources: [...ordered].map(without), gaps };
}
