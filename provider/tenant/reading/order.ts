/** The order in which resources can be made, and references that allow none. */

import type { Report } from "../diagnostics";
import type { Draft } from "./draft";

const keyOf = ({ kind, name }: { kind: string; name: string }): string => `${kind}/${name}`;

/** Each draft after everything it refers to, otherwise as they come. Circles are reported, each once. */
export function inOrder(drafts: readonly Draft[], report: Report): Draft[] {
  const byKey = new Map(drafts.map((draft) => [keyOf(draft), draft]));
  const ordered = new Set<Draft>();
  const path: Draft[] = [];

  // Written as a loop: a chain of references may be longer than the stack is deep.
  for (const start of drafts) {
    const steps: { draft: Draft; next: number }[] = ordered.has(start) ? [] : [{ draft: start, next: 0 }];
    if (steps.length > 0) path.push(start);
    while (steps.length > 0) {
      const step = steps[steps.length - 1]!;
      const use = step.draft.uses[step.next++];
      if (!use) {
        steps.pop();
        path.pop();
        ordered.add(step.draft);
        continue;
      }
      const target = byKey.get(keyOf(use.ref));
      if (!target || ordered.has(target)) continue;
      const at = path.indexOf(target);
      if (at >= 0) {
        const circle = [...path.slice(at), target].map((draft) => `${draft.section}/${draft.label}`).join(" → ");
        report(
          "reference-cycle",
          use.at,
          `These refer to each other in a circle: ${circle}`,
          "take one of the references out",
        );
        continue;
      }
      steps.push({ draft: target, next: 0 });
      path.push(target);
    }
  }
  return [...ordered];
}
