/** What the state of a stack knows of objects. */

import { exportOf, kindOf, nameOf } from "../../protocol/state";

/**
 * iconik's ids by `<kind>/<logical name>`, as the state of a stack has them: the Pulumi CLI is asked for it.
 * @throws Error when there is no CLI, no such stack, or nothing of iconik's in it.
 */
export async function idsOf(stack: string): Promise<Map<string, string>> {
  const resources = await exportOf(stack).catch((error: Error) => {
    throw new Error(`the state of ${stack} cannot be read: ${error.message}`, { cause: error });
  });
  const ours = resources.flatMap((resource): [string, string][] => {
    const kind = kindOf(resource);
    return kind === undefined || !resource.id ? [] : [[`${kind}/${nameOf(resource.urn)}`, resource.id]];
  });
  if (ours.length === 0) throw new Error(`the state of ${stack} holds no iconik object`);
  return new Map(ours);
}
