import { object, roles } from "../definition";
import { people } from "./fields/people";

export default object({
  kind: "RoleGroup",
  section: "roleGroups",
  about:
    "What its members may do. Only in tenants made since October 2025. A person in no role group may do all that the user type allows; the first one takes that away.",
  model: "teams",
  path: "/API/users/v1/role_groups/{group_id}/",
  key: "name",
  isSystem: (live) => ["Owner", "Administrators"].includes(live.name),
  fields: {
    ...people("role group"),
    roles: roles("What its members may do. An empty list changes nothing for them."),
  },
  examples: [
    { name: "Cutters", description: "Cut and publish", roles: ["can_read_assets", "can_write_assets"] },
    { description: "Cut, publish, archive" },
    { roles: ["can_read_assets"] },
  ],
});
