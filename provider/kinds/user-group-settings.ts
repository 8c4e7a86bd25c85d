import { part, reference } from "../definition";
import { sharedSettings } from "./fields/settings";

export default part({
  kind: "UserGroupSettings",
  section: "userGroups.settings",
  about:
    "Settings of the people whose primary group it is. A resource of its own, so that a group's template may name the group.",
  model: "userGroups",
  documents: [{ by: "group", path: "/API/settings/v1/group/{group_id}/" }],
  fields: {
    group: reference("The group whose settings they are.", "UserGroup", {
      required: true,
      immutable: "replace",
      wire: null,
    }),
    ...sharedSettings,
  },
  examples: [
    { group: { existing: "Everyone" }, deleteGracePeriod: 48, hideFavourites: true },
    { deleteGracePeriod: 72 },
    { deleteGracePeriod: { clear: true } },
    { searchDisplayFields: [{ name: "title" }, { name: "date_created" }] },
  ],
});
