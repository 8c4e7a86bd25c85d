/** What in the wrong hands does lasting harm, as data for permission reviews: facets of danger and their roles. */
import type { RoleName } from "./table";

/**
 * A facet is a reason to look twice; `may` is a phrase that reads after "may". A role can have several. Left out on
 * purpose: plain deletion, which the names of the roles and access lists show by themselves.
 */
export const dangers = {
  widenOwnRights: {
    may: "give rights to others and to themselves",
    roles: [
      "can_create_users",
      "can_edit_all_groups",
      "can_edit_all_role_groups",
      "can_edit_all_teams",
      "can_edit_all_users",
      "can_write_acl_templates",
      "can_write_acls",
      "can_write_apps",
      "can_write_group_mappings",
      "can_write_groups",
      "can_write_identity_providers",
      "can_write_role_groups",
      "can_write_teams",
      "can_write_users",
      // Who is in no role group has everything that the user type allows (help page: Role Groups), and this role takes
      // users out of role groups (users.json: DELETE /v1/role_groups/{group_id}/users/{user_id}/).
      "can_delete_role_groups",
    ],
  },
  actAsAnother: {
    may: "work under the identity of another user",
    roles: [
      "can_act_as_user",
      // Mints a token that acts as the application's user (auth.json: POST /v1/apps/{app_id}/token/), and that user is
      // chosen by whoever may write applications.
      "can_read_apps",
      "can_write_apps",
    ],
  },
  changeAccess: {
    may: "change who has access to content",
    roles: ["can_delete_acl_templates", "can_delete_acls", "can_write_acl_templates", "can_write_acls"],
  },
  purge: {
    may: "destroy content beyond recovery",
    roles: ["can_purge_assets", "can_purge_collections", "can_purge_files", "can_purge_formats"],
  },
  sendOut: {
    may: "send content or events to places outside the tenant",
    roles: [
      "can_write_export_locations",
      "can_write_exports",
      "can_write_logs_recipients",
      "can_write_shares",
      "can_write_storages",
      "can_write_webhooks",
    ],
  },
  hideTraces: {
    may: "silence or rewrite the record of who did what",
    roles: [
      "can_delete_assets_history",
      "can_delete_logs_recipients",
      "can_write_assets_history",
      "can_write_logs_recipients",
    ],
  },
  billing: {
    may: "see or change what the tenant pays",
    roles: ["can_read_billing", "can_write_billing"],
  },
} as const satisfies Record<string, { may: string; roles: readonly RoleName[] }>;

/** The name of a facet. */
export type Danger = keyof typeof dangers;
