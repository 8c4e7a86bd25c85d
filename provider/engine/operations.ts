/** The calls that a kind takes; the contract knows the roles that a token needs for them. */

import { allFields, fieldsOf, type Definition, type Satellite, type Values } from "../definition";
import { contract } from "../contract";
import { collectionOf } from "../field-schema";
import { accessPath, groupPath, userPath } from "./paths";
import { satellitesOf } from "./values";

/** Names of operations: `GET /API/users/v1/groups/`. */
export interface Operations {
  read: string[];
  write: string[];
  remove: string[];
}

/** Of an object of these values; without values, of any object of the kind. */
export function operationsOf(definition: Definition, values?: Values): Operations {
  if (definition.shape === "part") {
    const paths = definition.documents
      .filter(({ by }) => values === undefined || by === documentBy(definition, values))
      .map(({ path }) => path);
    const patch = paths.map((path) => `PATCH ${path}`);
    return { read: paths.map((path) => `GET ${path}`), write: patch, remove: patch };
  }
  const { path, replaced, verification } = definition;
  const list = collectionOf(path);
  const fields = values === undefined ? allFields(definition) : fieldsOf(definition, values);
  const used = satellitesOf(fields).filter(([name]) => values === undefined || values[name] !== undefined);
  const satellites = used.map(([, { via }]) => ofSatellite(via!));
  const checks =
    verification && (values === undefined || values[verification.by] === true)
      ? [verification.access, verification.permissions]
      : [];
  return {
    read: [
      `GET ${list}`,
      `GET ${path}`,
      ...satellites.flatMap(({ read }) => read),
      ...checks.map((check) => `GET ${check}`),
    ],
    write: [`POST ${list}`, ...(replaced ? [] : [`PATCH ${path}`]), ...satellites.flatMap(({ write }) => write)],
    remove: [`DELETE ${path}`],
  };
}

/** Which of a part's documents the values are for. */
const documentBy = (definition: Definition & { shape: "part" }, values: Values): string | undefined =>
  definition.documents.find(({ by }) => by !== undefined && values[by] !== undefined)?.by;

function ofSatellite(via: Satellite): Pick<Operations, "read" | "write"> {
  switch (via.shape) {
    case "toggle":
      return { read: [], write: [`POST ${via.path}`, `DELETE ${via.path}`] };
    case "document":
      return { read: [`GET ${via.path}`], write: [`POST ${via.path}`, `DELETE ${via.path}`] };
    case "token":
      return { read: [`GET ${via.list}`], write: [`POST ${via.mint}`, `DELETE ${via.revoke}`] };
    case "accessList":
      return {
        read: [`GET ${accessPath}`],
        write: [groupPath, userPath].flatMap((path) => [`PUT ${path}`, `DELETE ${path}`]),
      };
  }
}

/** Roles that the operations need together, sorted. */
export const rolesFor = (operations: readonly string[]): string[] =>
  [...new Set(operations.flatMap((operation) => contract.operations[operation]?.roles ?? []))].sort();
