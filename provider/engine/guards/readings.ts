/** What guards read before something is deleted, as operations: without it, nothing is deleted that is not named. */

import type { Definition, ObjectKind } from "../../definition";
import { kinds } from "../../kinds";
import { collectionOf } from "../../field-schema";
import { pointing } from "./pointers";
import { isGranting } from "./rights";

/** Which sorts of groups a tenant has shows when it is asked: those of both models are. */
export function readBeforeDeleting(definition: ObjectKind): string[] {
  const { kind } = definition;
  const holders = Object.values(kinds as Record<string, Definition>).filter(
    (holder) => pointing(holder, kind).length > 0,
  );
  const paths = [
    ...wherever(definition),
    ...holders.flatMap(wherever),
    ...(kind === "UserGroup" || kind === "Team" || isGranting(kind) ? ["/API/users/v1/users/"] : []),
    ...(kind === "Team" || isGranting(kind) ? ["/API/users/v1/users/{user_id}/"] : []),
  ];
  return [...new Set(paths)].map((path) => `GET ${path}`);
}

/** Of a part, its documents and the lists of those whose they are. */
function wherever(definition: Definition): string[] {
  if (definition.shape === "object") return [collectionOf(definition.path), definition.path];
  return definition.documents.flatMap(({ by, path }) => {
    const field = by === undefined ? undefined : definition.fields[by];
    return [
      path,
      ...(field?.type === "reference" ? field.to.map((kind) => collectionOf((kinds[kind] as ObjectKind).path)) : []),
    ];
  });
}
