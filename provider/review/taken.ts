/** What a description begins to manage, so that what else the tenant has there goes, and no file says what that is. */

import { accessSorts } from "../definition";
import { placeOf } from "./abilities";
import type { Pair, Pairs } from "./pair";
import type { Statement } from "./report";
import { series } from "./words";

/** Statements about roles and access lists of objects that a file was silent about. */
export function takenStatements(pairs: Pairs): Statement[] {
  return pairs.all.flatMap((pair) => [...roles(pair), ...access(pair)]);
}

function roles(pair: Pair): Statement[] {
  const { definition, taken, is } = pair;
  if (definition.fields.roles?.type !== "roles" || !taken.includes("roles")) return [];
  const base = { code: "managed-from-now-on" as const, subject: pair.subject, ...placeOf(pair, "roles") };
  const isNone = Array.isArray(is?.roles) && is.roles.length === 0;
  if (definition.model === "teams" && isNone) {
    const says =
      "its roles are managed from now on, and it has none: if it has any in the tenant, whoever is in no other role group may then do everything that their user type allows";
    return [{ ...base, level: "escalation", direction: "gain", says }];
  }
  return [
    {
      ...base,
      level: "warning",
      direction: "loss",
      says: `its roles are managed from now on: ${isNone ? "all that it has" : "whatever else it has"} in the tenant is taken away`,
    },
  ];
}

function access(pair: Pair): Statement[] {
  const { definition, taken, is } = pair;
  if (definition.fields.access?.type !== "access") return [];
  const written = Object.keys((is?.access ?? {}) as object);
  const sorts = Object.keys(accessSorts).filter(
    (sort) => written.includes(sort) && (taken.includes("access") || taken.includes(`access.${sort}`)),
  );
  if (sorts.length === 0) return [];
  const says = `its access list is managed from now on, for ${series(sorts)}: whoever else is in it in the tenant is taken out`;
  return [
    {
      code: "managed-from-now-on",
      level: "warning",
      direction: "loss",
      subject: pair.subject,
      says,
      ...placeOf(pair, "access"),
    },
  ];
}
