/** Which changes let people do or see more than is described, as far as a single change shows it. */

import { dangers, roles, type Danger } from "../../roles";
import type { FieldChange, Named } from "../compare";

/**
 * Settings that guard something, with the value that guards less: what a tenant with that value lets happen. Numbers
 * guard less the smaller (`less`) or the larger (`more`) they are.
 */
const guards: Readonly<Record<string, { less: boolean | "less" | "more"; may: string }>> = {
  externalShare: { less: true, may: "people may share with guests" },
  allowShareMagicLinkCreation: { less: true, may: "a link alone opens a share" },
  searchUsersFromShare: { less: true, may: "people can be searched for when sharing" },
  supportAccess: { less: true, may: "iconik's support may look at assets" },
  mfaRequired: { less: false, may: "a password alone is enough" },
  samlRequireGroups: { less: false, may: "SAML logins without a known group get in" },
  requireLimitDownloadGroups: { less: false, may: "downloads are not limited by group" },
  lockMappedCollections: { less: false, may: "mirrored collections can be changed by hand" },
  defaultAppTokenTtl: { less: "more", may: "tokens live longer" },
  defaultUserTokenTtl: { less: "more", may: "tokens live longer" },
  defaultRefreshTokenTtl: { less: "more", may: "tokens live longer" },
  "defaultShareOptions.requirePassword": { less: false, may: "a share opens without a password" },
  "defaultShareOptions.showWatermark": { less: false, may: "shares show no watermark" },
  ...Object.fromEntries(["minLength", "digits", "lowercase", "uppercase", "specialSymbols"].map((name) => [`passwordChecks.${name}`, { less: "less" as const, may: "weaker passwords are taken" }])),
  ...Object.fromEntries(
    ["Download", "DownloadProxy", "Upload", "CustomActions", "Comments", "ApprovingComments", "SettingApproveStatus", "ViewTranscriptions", "ViewVersions"].map((name) => [
      `defaultShareOptions.allow${name}`,
      { less: true, may: "guests may do more with what is shared" },
    ]),
  ),
  read: { less: true, may: "iconik may read files there" },
  write: { less: true, may: "iconik may write files there" },
  delete: { less: true, may: "iconik may delete files there" },
  enabled: { less: false, may: "everybody may come from anywhere" },
};

/** User types from the least to the most (help page: Understanding User Group Roles). */
const tiers = ["browseOnly", "standard", "power"];

/** What follows from the change for the better or the worse of permissions; undefined: nothing that widens them. */
export function widens(object: Named, change: FieldChange): string | undefined {
  const { field, added = [], from, to } = change;
  if (field === "roles") return rolesAdded(added);
  if (field.startsWith("access.")) return added.length > 0 ? `${change.member} may also ${added.join(", ")}` : undefined;
  if (object.kind === "ShieldAllowList" && field === "addresses") {
    if (change.emptied) return "an empty list may let everybody in";
    return added.length > 0 ? "more addresses may come in" : undefined;
  }
  if (field === "corsHosts" && added.length > 0) return "more sites may call iconik's API";
  if (field === "mfaMethods" && added.length > 0) return "more second factors are taken";
  if (object.kind === "GroupMapping" && field === "group") return "people come into another group";
  if (object.kind === "Application" && field === "user") return "it acts for another person";
  if (field === "aclTemplate" || field === "settings.aclTemplate") return "others may get access to what is uploaded";
  if (field === "defaultUserType") return tiers.indexOf(String(to)) > tiers.indexOf(String(from)) ? "its people may hold more roles" : undefined;
  const guard = Object.hasOwn(guards, field) ? guards[field] : undefined;
  if (!guard) return undefined;
  const { less, may } = guard;
  const isLess = typeof less === "boolean" ? (to ?? false) === less : less === "more" ? Number(to ?? Infinity) > Number(from ?? Infinity) : Number(to ?? 0) < Number(from ?? 0);
  return isLess ? may : undefined;
}

function rolesAdded(added: readonly unknown[]): string | undefined {
  if (added.length === 0) return undefined;
  const facets = new Set<Danger>(added.flatMap((role) => roles.get(String(role))?.dangers ?? []));
  return ["its people may do more", ...(facets.size > 0 ? [`they may ${[...facets].map((facet) => dangers[facet].may).join(", and ")}`] : [])].join(": ");
}

/** What an object that nobody described lets people do. `inputs`: its own. */
export function widensByBeing({ kind }: Named, inputs: Readonly<Record<string, unknown>>): string | undefined {
  const has = (field: string) => Array.isArray(inputs[field]) && inputs[field].length > 0;
  const hasAccess = () => Object.values((inputs.access ?? {}) as Record<string, unknown[]>).some((entries) => entries.length > 0);
  if (has("roles")) {
    const { length } = inputs.roles as string[];
    return `it gives ${length === 1 ? "a role" : `${length} roles`} to its people`;
  }
  if (kind === "GroupMapping") return "people come into a group by it";
  if (kind === "Application") return "it may have a token, and acts for a person";
  return hasAccess() ? "it gives people access" : undefined;
}

/** What an object that is gone no longer keeps from happening. */
export const widensByMissing = ({ kind }: Named): string | undefined =>
  // Help page: Role Groups.
  kind === "RoleGroup" ? "who is in no role group may do all that their user type allows" : undefined;
