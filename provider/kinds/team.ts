import { object } from "../definition";
import { people } from "./fields/people";

export default object({
  kind: "Team",
  section: "teams",
  about:
    "Who belongs together: teams stand in access lists and carry settings. Only in tenants made since October 2025; what people may do is said by role groups.",
  model: "teams",
  path: "/API/users/v1/teams/{team_id}/",
  key: "name",
  isSystem: (live) => ["Everyone", "All users"].includes(live.name),
  fields: {
    ...people("team"),
  },
  examples: [
    { name: "Sport", description: "Sport desk" },
    { description: "Sport desk and highlights" },
    { alias: "sp" },
  ],
});
