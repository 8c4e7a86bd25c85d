/** How paths of the contract name things. */

import type { ObjectKind } from "../definition";
import type { Live } from "./values";

/** `/API/users/v1/groups/{group_id}/` → `group_id`. */
export const idParameter = (path: string): string => /\{([^}]+)\}/.exec(path)?.[1] ?? "";

/** Objects are known by `id`; those without one, such as group mappings, by what stands in their path. */
export const idOf = (definition: ObjectKind, live: Live): string =>
  String(live.id ?? live[idParameter(definition.path)]);

/** Access lists: who may do what with an object (acls.json). */
export const accessPath = "/API/acls/v1/acl/{object_type}/{object_key}/";
/** One entry of a group, or of a team. */
export const groupPath = "/API/acls/v1/groups/{group_id}/acl/{object_type}/{object_key}/";
/** One entry of a person. */
export const userPath = "/API/acls/v1/users/{user_id}/acl/{object_type}/{object_key}/";
