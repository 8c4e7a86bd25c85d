/** What user groups, teams and role groups have in common (users.json: GroupSchema, TeamSchema, RoleGroupSchema). */

import { choice, integer, text, type Fields } from "../../definition";

export const people = (what: string): Fields => ({
  name: text(`What people call the ${what}.`, { required: true }),
  alias: text("A second, short name."),
  description: text(`What the ${what} is for.`),
  defaultUserType: choice(
    `Type of the people who come in by this ${what}; it caps what they may do.`,
    ["POWER", "STANDARD", "BROWSE_ONLY", "BROWSE_API_ONLY"],
    { source: "the contract has a plain string; the words are those of a user's type (users/UserSchema)" },
  ),
  externalId: text(`Id of the ${what} in another system; an identity provider may own it.`),
  samlPrimaryGroupPriority: integer("Which of a person's groups becomes the primary one at SAML login."),
});
