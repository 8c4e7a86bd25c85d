import { integer, object, record, text, user } from "../definition";

export default object({
  kind: "Application",
  section: "applications",
  about: "A program that talks to iconik: its App-ID, the person it acts for, and a token.",
  path: "/API/auth/v1/apps/{app_id}/",
  key: "name",
  fields: {
    name: text("What people call the application.", { required: true }),
    description: text("What it is for."),
    url: text("Where people read more about it."),
    user: user("The person it acts for: its rights are theirs, and it stops when they are deactivated.", {
      wire: "default_user_id",
      immutable: "refuse",
      instead: "make a second application for the other person, move its users over, then remove this one",
      source: "help page Application Tokens: only the name can be edited afterwards",
    }),
    token: record(
      "A token for this application, minted once and never shown again: a secret output.",
      {
        lifetimeDays: integer("Days until the token ends; left out: the tenant's own rule.", {
          wire: null,
          source: "expires_in, a query parameter in seconds (newer auth.json)",
        }),
        rotate: text("Any text; another text mints a new token and revokes the old one once the new one works.", {
          wire: null,
        }),
      },
      {
        via: {
          shape: "token",
          mint: "/API/auth/v1/apps/{app_id}/token/",
          list: "/API/auth/v1/auth/{app_id}/tokens/",
          revoke: "/API/auth/v1/auth/token/{token_id}/",
          prove: "/API/auth/v1/auth/token/",
        },
      },
    ),
    authToken: text("The token.", { output: true, secret: true, wire: null }),
    tokenId: text("Id of the token, by which it can be revoked.", { output: true, wire: null }),
    tokenExpires: text("When the token ends, as iconik says it: UTC without a mark.", { output: true, wire: null }),
  },
  examples: [
    { name: "CI", user: "ci@example.com", description: "Applies this file", token: { lifetimeDays: 90, rotate: "1" } },
    { description: "Applies the tenant file" },
    { token: { lifetimeDays: 90, rotate: "2" } },
  ],
});
