/** Which changes let people do or see more than is described, as far as a single change shows it. */

import { covers, type AddressEntry } from "../../addresses";
import type { Values } from "../../definition";
import { get } from "../../engine/values";
import { dangers, roles } from "../../roles";
import type { FieldChange, Named } from "../compare";
import { meanings, unset } from "../meanings";
import { series } from "../words";

/** An object as it is described, and as it is. */
export interface Both {
  described: Values | undefined;
  live: Values | undefined;
}

const everywhere = ["0.0.0.0/0", "::/0"];

/** What follows from the change for the better or the worse of permissions; undefined: nothing that widens them. */
export function widens(object: Named, change: FieldChange, { described, live }: Both): string | undefined {
  const { field, added = [] } = change;
  if (field === "roles" && object.kind === "RoleGroup") {
    if (change.emptied) return withoutRoleGroup;
    // The first roles take away what the user type alone allowed, and give to those whom another role group had limited already.
    if ((described?.roles as unknown[] | undefined)?.length === 0 && added.length > 0)
      return `who is in another role group too may do more${harm(added)}`;
  }
  if (field === "roles") return rolesAdded(added);
  if (field.startsWith("access."))
    return added.length > 0 ? `${change.member} may also ${added.join(", ")}` : undefined;
  if (object.kind === "ShieldAllowList" && field === "addresses") {
    if (change.emptied) return "an empty list may let everybody in";
    if (everywhere.some((all) => covers(added as AddressEntry[], all))) return "any address may come in";
    return added.length > 0 ? "more addresses may come in" : undefined;
  }
  if (object.kind === "GroupMapping" && field === "group") return "people come into another group";
  if (object.kind === "Application" && field === "user") return "it acts for another person";
  if (field === "aclTemplate" || field === "settings.aclTemplate") return "others may get access to what is uploaded";
  const reading = meanings[`${object.kind}.${field}`];
  // Of lists, a change has what came and went; and what is off may not be there at all.
  const isList = change.added !== undefined || change.removed !== undefined;
  const off = isList ? [] : [change.from, change.to].some((value) => typeof value === "boolean") ? false : undefined;
  const [was, is] = isList
    ? [described, live].map((values) => get(values, field.split(".")) ?? off)
    : [change.from ?? off, change.to ?? off];
  const meaning = is === undefined && reading ? unset(reading, was, `${field} is unset`) : reading?.(is, was);
  return meaning?.sense === "loose" ? meaning.says : undefined;
}

function rolesAdded(added: readonly unknown[]): string | undefined {
  return added.length > 0 ? `its people may do more${harm(added)}` : undefined;
}

/** What the roles are dangerous for, and which of them. */
function harm(added: readonly unknown[]): string {
  const facets = Map.groupBy(
    added.flatMap((role) => (roles.get(String(role))?.dangers ?? []).map((facet) => ({ role: String(role), facet }))),
    ({ facet }) => facet,
  );
  const said = [...facets].map(([facet, some]) => `${dangers[facet].may} (${few(some.map(({ role }) => role))})`);
  return said.length > 0 ? `: they may ${series(said)}` : "";
}

const few = (names: readonly string[]): string =>
  series(names.length > 5 ? [...names.slice(0, 4), `${names.length - 4} more`] : names);

/** What an object that nobody described lets people do. `inputs`: its own. */
export function widensByBeing({ kind }: Named, inputs: Values): string | undefined {
  const hasAccess = () =>
    Object.values((inputs.access ?? {}) as Record<string, unknown[]>).some((entries) => entries.length > 0);
  const given = (inputs.roles ?? []) as string[];
  if (given.length > 0) {
    return `it gives its people ${few(given)}${harm(given)}`;
  }
  if (kind === "GroupMapping") return "people come into a group by it";
  if (kind === "Application") return "it may have a token, and acts for a person";
  return hasAccess() ? "it gives people access" : undefined;
}

// Help page: Role Groups.
const withoutRoleGroup = "who is in no role group with roles may do all that their user type allows";

/** What an object that is gone no longer keeps from happening. */
export const widensByMissing = ({ kind }: Named): string | undefined =>
  kind === "RoleGroup" ? withoutRoleGroup : undefined;
