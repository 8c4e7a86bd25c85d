/** How paths of the contract name things. */

import type { ObjectKind } from "../definition";
import type { Live } from "./values";

/** `/API/users/v1/groups/{group_id}/` → `group_id`. */
export const idParameter = (path: string): string => /\{([^}]+)\}/.exec(path)?.[1] ?? "";

/** Objects are known by `id`; those without one, such as group mappings, by what stands in their path. */
export const idOf = (definition: ObjectKind, live: Live): string =>
  String(live.id ?? live[idParameter(definition.path)]);
