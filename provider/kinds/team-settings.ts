import { part, reference } from "../definition";
import { sharedSettings } from "./fields/settings";

export default part({
  kind: "TeamSettings",
  section: "teams.settings",
  about:
    "Settings of the people whose primary team it is. A resource of its own, so that a team's template may name the team.",
  model: "teams",
  documents: [{ by: "team", path: "/API/settings/v1/team/{team_id}/" }],
  fields: {
    team: reference("The team whose settings they are.", "Team", { required: true, immutable: "replace", wire: null }),
    ...sharedSettings,
  },
  examples: [
    { team: { existing: "Everyone" }, deleteGracePeriod: 48, hideFavourites: true },
    { deleteGracePeriod: 72 },
    { deleteGracePeriod: { clear: true } },
    { searchDisplayFields: [{ name: "title" }, { name: "date_created" }] },
  ],
});
