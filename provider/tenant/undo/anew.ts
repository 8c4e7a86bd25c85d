/** What was deleted has no id any more to be known by, and is made anew only under a name that no other object has. */

import type { ObjectKind } from "../../definition";
import { idToAdopt } from "../../engine/stored";
import { kinds } from "../../kinds";
import type { Left, PicturedResource } from "../picture";
import type { Entry } from "./file";

/** Changes those among `objects` (by kind and logical name) that the runs deleted and did not make again. */
export function madeAnew(objects: Map<string, PicturedResource>, entries: readonly Entry[]): Left[] {
  const deleted = new Map<string, string | undefined>();
  for (const { does, kind, label, id } of entries) {
    const key = `${kind}/${label}`;
    if (does === "delete") deleted.set(key, id);
    else if (does === "create") deleted.delete(key);
  }
  const left: Left[] = [];
  const taken = new Set([...objects].filter(([key]) => !deleted.has(key)).map(([, one]) => titleOf(one, nameOf(one))));
  for (const [key, id] of deleted) {
    const one = objects.get(key);
    if (!one) continue;
    const { adopt, ...others } = one.options;
    const options = id !== undefined && idToAdopt(adopt) === id ? others : one.options;
    const name = nameOf(one);
    const free =
      [name, one.label, ...Array.from({ length: deleted.size }, (_, count) => `${one.label} (${count + 2})`)].find(
        (title) => !taken.has(titleOf(one, title)),
      ) ?? name;
    taken.add(titleOf(one, free));
    objects.set(key, {
      ...one,
      options,
      inputs: free === name ? one.inputs : { ...one.inputs, [keyField(one)]: free },
    });
    if (free !== name) {
      left.push({
        object: `${one.section}/${one.label}`,
        field: keyField(one),
        why: `another one is named ${JSON.stringify(name)}, and two of a name cannot be made: it comes back as ${JSON.stringify(free)}`,
      });
    }
  }
  return left;
}

const keyField = ({ kind }: PicturedResource): string => (kinds[kind] as ObjectKind).key;
const nameOf = (one: PicturedResource): string => String(one.inputs[keyField(one)] ?? one.name);
const titleOf = ({ kind }: PicturedResource, name: string): string => `${kind}/${name}`;
