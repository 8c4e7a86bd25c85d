/** Pages of the reference about what people may do: access lists, and every known role. */

import { permissions } from "../../definition";
import { lowerCamel } from "../../naming";
import { roles, type Tier } from "../../roles";
import { table } from "./tables";

/** What each permission of an access list lets people do (help page: Access Control Lists). */
const means: Record<(typeof permissions)[number], string> = {
  read: "see it",
  write: "change it; of a storage or export location, also send files there",
  delete: "delete it",
  "change-acl": "give and take access to it",
};

/** How access lists are written. */
export const accessPage: readonly string[] = [
  "## access",
  "",
  "The access list of a storage, export location or ACL template. Each of `groups`, `teams` and `users` that is written is the whole truth for its sort. It is a map from label or e-mail to permissions, or a list, in which objects that are not described here can stand too:",
  "",
  "```yaml",
  "userGroups:",
  "  Editors: {}",
  "aclTemplates:",
  "  As a map:",
  "    access:",
  "      groups: { Editors: [ read, write ] }",
  "      users: { editor@example.com: { permissions: [ read ], expires: 2027-01-31, reason: a visit } }",
  "  As a list:",
  "    access:",
  "      groups:",
  "        - { group: { existing: Everyone }, permissions: [ read ] }",
  "```",
  "",
  ...table(
    ["Permission", "Who has it may"],
    permissions.map((permission) => [`\`${lowerCamel(permission)}\``, means[permission]]),
  ),
];

const tiers: Record<Tier, string> = {
  browseOnly: "browse only",
  standard: "standard",
  power: "power",
  unknown: "not documented",
};

/** Every known role. */
export const rolesPage = (): string[] => [
  "## Roles",
  "",
  "Roles that this version knows, and the least user type that may hold them. A tenant may know newer ones: list them under `knownRoles`. Creating things wants the role to write them, too; writing does not bring reading; an access list is needed besides.",
  "",
  ...table(
    ["Role", "User type", "Who has it may"],
    [...roles.values()].map(({ name, tier, may }) => [`\`${name}\``, tiers[tier], may]),
  ),
];
