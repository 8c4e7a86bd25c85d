import { access, object, text } from "../definition";

export default object({
  kind: "AclTemplate",
  section: "aclTemplates",
  about: "Who gets access to assets that are uploaded from now on. A change never touches assets that exist already.",
  path: "/API/acls/v1/acl/templates/{template_id}/",
  key: "name",
  fields: {
    name: text("What people call the template.", { required: true }),
    access: access("Who may do what with assets made under this template.", { setting: "aclTemplateObjectType" }),
  },
  examples: [
    { name: "Default upload", access: { groups: [{ group: { existing: "Everyone" }, permissions: ["read"] }] } },
    { access: { groups: [{ group: { existing: "Everyone" }, permissions: ["read", "write"] }] } },
    { access: { groups: [] } },
  ],
});
