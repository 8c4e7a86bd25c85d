import { object, roles } from "../definition";
import { people } from "./fields/people";

export default object({
  kind: "UserGroup",
  section: "userGroups",
  about:
    "People who share rights. In tenants made before October 2025 a group says both who its members are and what they may do.",
  model: "userGroups",
  path: "/API/users/v1/groups/{group_id}/",
  key: "name",
  // Names observed in tools that work on live tenants; the contract has no mark for groups that iconik made.
  isSystem: (live) =>
    live.is_legacy_everyone === true ||
    ["Everyone", "Administrators", "Administrator", "All users"].includes(live.name),
  fields: {
    ...people("group"),
    roles: roles("What its members may do."),
  },
  examples: [
    {
      name: "Editors",
      description: "Cut and publish",
      defaultUserType: "standard",
      roles: ["can_read_assets", "can_write_assets"],
    },
    { description: "Cut, publish, archive" },
    { roles: ["can_read_assets", "can_write_assets", "can_delete_assets"] },
    { roles: [] },
  ],
});
