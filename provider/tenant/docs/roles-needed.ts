/** The roles that a token needs for a kind, by the contract. */

import type { Definition } from "../../definition";
import { operationsOf, rolesFor } from "../../engine/operations";
import { table } from "./tables";

/** What the token needs, with the parts that are written inside the kind. */
export function rolesTable(definition: Definition, parts: readonly Definition[]): string[] {
  const rows = (all: readonly Definition[], values?: object, whose = "") =>
    Object.entries({ read: "read", write: "write", delete: "remove" } as const).map(([verb, key]) => [
      `${verb}${whose}`,
      words(rolesFor(all.flatMap((one) => operationsOf(one, values as Record<string, unknown>)[key]))),
    ]);
  const several = definition.shape === "part" && definition.documents.length > 1 ? definition.documents : undefined;
  return table(
    ["To", "the token needs"],
    several
      ? several.flatMap(({ by }) =>
          rows(
            [definition],
            by === undefined ? {} : { [by]: "" },
            by === undefined ? " what is for everyone" : ` a ${by}'s`,
          ),
        )
      : rows([definition, ...parts]),
  );
}

const words = (list: readonly string[]): string =>
  list.length > 0 ? list.map((role) => `\`${role}\``).join(", ") : "none documented";
