/** The roles that a token needs for a kind, by the contract. */

import { contract } from "../../contract";
import type { Definition, Field } from "../../definition";
import { collectionOf } from "../../field-schema";
import { table } from "./tables";

/** What the token needs, by the contract. */
export function rolesTable(definition: Definition, parts: readonly Definition[]): string[] {
  const rows = [...pathsOf(definition), ...parts.flatMap(pathsOf)];
  const needs = (keys: readonly string[]) =>
    [...new Set(keys.flatMap((key) => contract.operations[key]?.roles ?? []))].sort();
  const read = needs(rows.flatMap(({ read }) => read));
  const write = needs(rows.flatMap(({ write }) => write));
  const remove = needs(rows.flatMap(({ remove }) => remove));
  const words = (list: readonly string[]) =>
    list.length > 0 ? list.map((role) => `\`${role}\``).join(", ") : "none documented";
  return table(
    ["To", "the token needs"],
    [
      ["read", words(read)],
      ["write", words(write)],
      ["delete", words(remove)],
    ],
  );
}

interface Operations {
  read: string[];
  write: string[];
  remove: string[];
}

function pathsOf(definition: Definition): Operations[] {
  if (definition.shape === "part") {
    return definition.documents.map(({ path }) => ({
      read: [`GET ${path}`],
      write: [`PATCH ${path}`],
      remove: [`PATCH ${path}`],
    }));
  }
  const { path } = definition;
  const list = collectionOf(path);
  const own = {
    read: [`GET ${list}`, `GET ${path}`],
    write: [`POST ${list}`, ...(definition.replaced ? [] : [`PATCH ${path}`])],
    remove: [`DELETE ${path}`],
  };
  return [own, ...Object.values(definition.fields).flatMap(satellitePaths)];
}

function satellitePaths({ via }: Field): Operations[] {
  switch (via?.shape) {
    case "toggle":
      return [{ read: [], write: [`POST ${via.path}`, `DELETE ${via.path}`], remove: [] }];
    case "document":
      return [{ read: [`GET ${via.path}`], write: [`POST ${via.path}`, `DELETE ${via.path}`], remove: [] }];
    case "token":
      return [{ read: [`GET ${via.list}`], write: [`POST ${via.mint}`, `DELETE ${via.revoke}`], remove: [] }];
    case "accessList": {
      const group = "/API/acls/v1/groups/{group_id}/acl/{object_type}/{object_key}/";
      return [
        {
          read: ["GET /API/acls/v1/acl/{object_type}/{object_key}/"],
          write: [`PUT ${group}`, `DELETE ${group}`],
          remove: [],
        },
      ];
    }
    default:
      return [];
  }
}
