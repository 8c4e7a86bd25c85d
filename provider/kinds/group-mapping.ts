import { object, reference, text } from "../definition";

export default object({
  kind: "GroupMapping",
  section: "groupMappings",
  about: "SAML: what the identity provider says of a person, and the group that follows from it.",
  path: "/API/users/v1/groups/mappings/{name}/",
  key: "name",
  replaced: true,
  fields: {
    name: text("The group's name as the identity provider sends it.", { required: true, immutable: "replace" }),
    group: reference("The group that people of that name are put into.", ["UserGroup", "Team", "RoleGroup"], {
      required: true,
      immutable: "replace",
    }),
  },
  examples: [{ name: "AD-Editors", group: { existing: "Everyone" } }],
});
