import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, expectTypeOf, test } from "vitest";
import {
  aboveUserType,
  createWantsWrite,
  dangers,
  missingFor,
  nearest,
  parse,
  roles,
  tierOf,
  withinUserType,
  writeWantsRead,
  type Role,
  type RoleName,
  type UserType,
} from "../provider/roles";

const all = [...roles.values()];

describe("the table", () => {
  test("has every role that iconik's API documents require", () => {
    const contract = JSON.parse(readFileSync(join(__dirname, "../schema/iconik-api.json"), "utf8")) as {
      operations: Record<string, { roles: string[] }>;
    };
    const required = new Set(Object.values(contract.operations).flatMap((operation) => operation.roles));
    expect(required.size).toBeGreaterThan(30);
    expect([...required].filter((role) => !roles.has(role))).toEqual([]);
  });

  test("counts by tier and source are those of the help page and of the documents after it", () => {
    const count = (fact: "tier" | "source", value: string) => all.filter((role) => role[fact] === value).length;
    expect(["browseOnly", "standard", "power", "unknown"].map((tier) => count("tier", tier))).toEqual([45, 68, 71, 42]);
    expect(["page", "openapi", "observed"].map((source) => count("source", source))).toEqual([184, 34, 8]);
  });

  // Read off the page by hand, from the start, middle and end of each of its three tables.
  test.each([
    ["can_create_segments", "browseOnly"],
    ["can_delete_approval_status", "browseOnly"],
    ["can_read_acls", "browseOnly"],
    ["can_read_group_mappings", "browseOnly"],
    ["can_read_identity_providers", "browseOnly"],
    ["can_read_transfers", "browseOnly"],
    ["can_search", "browseOnly"],
    ["can_write_metadata_values", "browseOnly"],
    ["can_write_subscriptions", "browseOnly"],
    ["can_list_all_users", "browseOnly"],
    ["can_list_group_users", "browseOnly"],
    ["can_list_all_groups", "browseOnly"],
    ["web_can_download_original", "browseOnly"],
    ["web_can_view_versions", "browseOnly"],
    ["can_archive_formats", "standard"],
    ["can_approve_without_request", "standard"],
    ["can_create_assets", "standard"],
    ["can_create_root_collections", "standard"],
    ["can_delete_acls", "standard"],
    ["can_edit_other_users_comments", "standard"],
    ["can_manage_all_shares", "standard"],
    ["can_purge_assets", "standard"],
    ["can_purge_collections", "standard"],
    ["can_read_storages", "standard"],
    ["can_use_adobe_panel", "standard"],
    ["can_write_acls", "standard"],
    ["can_write_exports", "standard"],
    ["can_write_versions", "standard"],
    ["is_storage_worker", "standard"],
    ["web_can_upload_legacy", "standard"],
    ["web_enable_posters", "standard"],
    ["can_act_as_user", "power"],
    ["can_create_users", "power"],
    ["can_delete_storages", "power"],
    ["can_purge_files", "power"],
    ["can_purge_formats", "power"],
    ["can_read_billing", "power"],
    ["can_read_groups", "power"],
    ["can_read_users", "power"],
    ["can_reindex_storages", "power"],
    ["can_scan_bucket", "power"],
    ["can_write_groups", "power"],
    ["can_write_identity_providers", "power"],
    ["can_write_webhooks", "power"],
    ["can_edit_all_users", "power"],
    ["can_edit_all_groups", "power"],
  ])("%s is %s on the help page", (name, tier) => {
    expect(roles.get(name)).toMatchObject({ name, tier, source: "page" });
  });

  test("a role that stands in two tables of the page has the lower tier", () => {
    expect(tierOf("can_see_all_jobs")).toBe("standard");
  });

  test("a tier is never guessed: names that are not on the page have none", () => {
    expect(roles.get("can_write_teams")).toMatchObject({ tier: "unknown", source: "openapi" });
    expect(roles.get("can_run_automations")).toMatchObject({ tier: "unknown", source: "openapi" });
    expect(roles.get("can_edit_all_teams")).toMatchObject({ tier: "unknown", source: "observed" });
    expect(tierOf("can_write_holograms")).toBe("unknown");
    expect(all.filter(({ tier, source }) => (tier === "unknown") === (source === "page"))).toEqual([]);
  });

  test('descriptions read after "may": a phrase without capital, full stop or repetition', () => {
    const phrases = [...all.map(({ may }) => may), ...Object.values(dangers).map(({ may }) => may)];
    expect(phrases.filter((may) => !/^[a-z].*[^.\s]$/.test(may) || /^(may|can|allow|to) /.test(may))).toEqual([]);
    expect(phrases.filter((may, i) => phrases.indexOf(may) !== i)).toEqual([]);
  });

  test("roles of the web UI alone are marked", () => {
    expect(roles.get("web_can_upload")?.webOnly).toBe(true);
    expect(roles.get("can_create_formats")?.webOnly).toBe(false);
    expect(all.filter(({ webOnly }) => webOnly)).toHaveLength(10);
  });

  test("a name of the table is checked by the compiler, a newer one is still a role", () => {
    expectTypeOf<"can_read_assets">().toExtend<RoleName>();
    expectTypeOf<"can_read_asset">().not.toExtend<RoleName>();
    expectTypeOf<"can_write_holograms">().toExtend<Role>();
  });

  test("look-ups are safe for any text", () => {
    expect(roles.get("constructor")).toBeUndefined();
    expect(tierOf("__proto__")).toBe("unknown");
  });
});

describe("dangers", () => {
  test.each<[RoleName, string[]]>([
    ["can_write_groups", ["widenOwnRights"]],
    ["can_write_role_groups", ["widenOwnRights"]],
    ["can_delete_role_groups", ["widenOwnRights"]],
    ["can_write_identity_providers", ["widenOwnRights"]],
    ["can_write_apps", ["widenOwnRights", "actAsAnother"]],
    ["can_write_acls", ["widenOwnRights", "changeAccess"]],
    ["can_delete_acls", ["changeAccess"]],
    ["can_act_as_user", ["actAsAnother"]],
    ["can_purge_files", ["purge"]],
    ["can_write_billing", ["billing"]],
    ["can_write_logs_recipients", ["sendOut", "hideTraces"]],
    ["can_read_assets", []],
    ["can_read_groups", []],
    ["can_delete_assets", []],
  ])("%s: %j", (role, facets) => {
    expect(roles.get(role)?.dangers).toEqual(facets);
  });

  test("every role that purges is in the purge facet", () => {
    const purging = all.filter(({ name }) => parse(name)?.verb === "purge").map(({ name }) => name);
    expect([...dangers.purge.roles].sort()).toEqual(purging.sort());
  });
});

describe("names", () => {
  test.each([
    ["can_read_assets", "read", "assets"],
    ["can_delete_acl_templates", "delete", "acl_templates"],
    ["can_write_approval_status_in_bulk", "write", "approval_status_in_bulk"],
    ["can_write_holograms", "write", "holograms"],
  ])("%s is %s of %s", (name, verb, object) => {
    expect(parse(name)).toEqual({ verb, object });
  });

  test.each([
    "can_search",
    "can_act_as_user",
    "can_approve_without_request",
    "is_storage_worker",
    "web_can_upload",
    "can_read_",
    "Can_Read_Assets",
    "",
  ])("%j has no verb and object", (name) => {
    expect(parse(name)).toBeUndefined();
  });
});

describe("create wants write", () => {
  test("a create role alone is found, its write role beside it settles it", () => {
    expect(createWantsWrite(["can_create_assets", "can_search"])).toEqual([
      { code: "create-without-write", role: "can_create_assets", wants: "can_write_assets" },
    ]);
    expect(createWantsWrite(["can_create_assets", "can_write_assets"])).toEqual([]);
  });

  test("it holds for newer roles too", () => {
    expect(createWantsWrite(["can_create_playlists"])).toMatchObject([{ wants: "can_write_playlists" }]);
  });

  test("objects without a write role, and unknown objects, are left alone", () => {
    expect(createWantsWrite(["can_create_subclips", "can_create_asset_relations", "can_create_holograms"])).toEqual([]);
  });

  test("exactly these objects have both", () => {
    expect(createWantsWrite(roles.keys())).toEqual([]);
    const creating = all.filter(({ name }) => parse(name)?.verb === "create").map(({ name }) => name);
    expect(createWantsWrite(creating).map(({ role }) => parse(role)?.object)).toEqual([
      "segments",
      "assets",
      "collections",
      "formats",
      "transcode_jobs",
      "users",
      "playlists",
      "projects",
      "sequences",
    ]);
  });

  test("a role granted twice is found once", () => {
    expect(createWantsWrite(["can_create_assets", "can_create_assets"])).toHaveLength(1);
  });
});

describe("write does not bring read", () => {
  test("a write role alone is found, its read role beside it settles it", () => {
    expect(writeWantsRead(["can_write_storages"])).toEqual([
      { code: "write-without-read", role: "can_write_storages", wants: "can_read_storages" },
    ]);
    expect(writeWantsRead(["can_write_storages", "can_read_storages"])).toEqual([]);
  });

  test("other verbs ask for nothing", () => {
    expect(writeWantsRead(["can_delete_storages", "can_create_users", "can_purge_files"])).toEqual([]);
  });

  test("objects without a read role are left alone", () => {
    expect(writeWantsRead(["can_write_keyframes", "can_write_exports", "can_write_approval_status"])).toEqual([]);
  });

  test("a read role that only a third-party tool names is not asked for", () => {
    expect(roles.get("can_read_versions")?.source).toBe("observed");
    expect(writeWantsRead(["can_write_versions"])).toEqual([]);
  });
});

describe("user types", () => {
  test.each<[UserType, RoleName, "yes" | "no" | "unknown"]>([
    ["browseOnly", "can_search", "yes"],
    ["browseOnly", "can_write_assets", "no"],
    ["browseOnly", "can_write_groups", "no"],
    ["standard", "can_search", "yes"],
    ["standard", "can_write_assets", "yes"],
    ["standard", "can_write_groups", "no"],
    ["power", "can_search", "yes"],
    ["power", "can_write_assets", "yes"],
    ["power", "can_write_groups", "yes"],
    ["power", "can_write_teams", "yes"],
    ["standard", "can_write_teams", "unknown"],
    ["browseOnly", "can_read_playlists", "unknown"],
    ["browseApiOnly", "can_search", "unknown"],
    ["browseApiOnly", "can_write_groups", "unknown"],
  ])("may %s hold %s? %s", (type, role, wanted) => {
    expect(withinUserType(type, role)).toBe(wanted);
  });

  test("only what is certain is a finding", () => {
    const granted = ["can_search", "can_write_assets", "can_write_groups", "can_write_teams", "can_write_holograms"];
    expect(aboveUserType("standard", granted)).toEqual([
      { code: "role-above-user-type", role: "can_write_groups", tier: "power", userType: "standard" },
    ]);
    expect(aboveUserType("browseOnly", granted)).toMatchObject([
      { role: "can_write_assets", tier: "standard" },
      { role: "can_write_groups", tier: "power" },
    ]);
    expect(aboveUserType("power", granted)).toEqual([]);
    expect(aboveUserType("browseApiOnly", granted)).toEqual([]);
  });
});

describe("what a caller can give", () => {
  test("nobody can give a role they lack", () => {
    expect(missingFor(["can_search"], false, ["can_search", "can_write_assets", "can_write_holograms"])).toEqual([
      { code: "caller-lacks-role", role: "can_write_assets" },
      { code: "caller-lacks-role", role: "can_write_holograms" },
    ]);
  });

  test("holding the write role does not stand for the read role", () => {
    expect(missingFor(["can_write_assets"], false, ["can_read_assets"])).toHaveLength(1);
  });

  test("administrators stand above roles", () => {
    expect(missingFor([], true, ["can_write_assets"])).toEqual([]);
  });
});

describe("misspellings", () => {
  test.each<[string, RoleName]>([
    ["can_read_asset", "can_read_assets"],
    ["can_raed_assets", "can_read_assets"],
    ["can_read_assests", "can_read_assets"],
    ["can_rad_assets", "can_read_assets"],
    ["canReadAssets", "can_read_assets"],
    ["CAN_READ_ASSETS", "can_read_assets"],
    ["can-read-assets", "can_read_assets"],
    ["can_read assets ", "can_read_assets"],
    ["can_readassets", "can_read_assets"],
    ["can_read_acl_template", "can_read_acl_templates"],
    ["can_create_posters", "can_create_poster"],
    ["can_write_metadata_category", "can_write_metadata_categories"],
    ["can_write_metadata_catagories", "can_write_metadata_categories"],
    ["can_read_groups_mapping", "can_read_group_mappings"],
    ["can_serch", "can_search"],
    ["cna_raed_asset", "can_read_assets"],
    ["is_storage_wroker", "is_storage_worker"],
  ])("%j is %s", (name, wanted) => {
    expect(nearest(name)).toBe(wanted);
  });

  test.each([
    "can_write_holograms",
    "can_write_faces", // beside files
    "can_read_terms", // beside teams
    "can_read_shapes", // beside shares
    "can_read_stories", // beside storages
    "can_write_custom_actions", // beside can_read_custom_actions: another verb is another role
    "can_create_groups",
    "can_list_all_assets",
    "can_unarchive_formats",
    "can_retranscribe_content",
    "can_read_status", // beside stats, but a word that iconik uses elsewhere
    "can_read_assets_and_more",
    "",
    "_",
    "constructor",
  ])("%j is a new name, no misspelling", (name) => {
    expect(nearest(name)).toBeUndefined();
  });

  test("a known name is no misspelling of another", () => {
    expect(all.map(({ name }) => nearest(name)).filter(Boolean)).toEqual([]);
  });

  test("a slip in any word of six letters or more leads back to the role", () => {
    const slips: ((word: string, at: number) => string)[] = [
      (word, at) => word.slice(0, at) + word.slice(at + 1),
      (word, at) => word.slice(0, at) + word.charAt(at) + word.slice(at),
      (word, at) => word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2),
    ];
    const written = all.flatMap(({ name }) => name.split("_").map((word, place) => ({ name, word, place })));
    const own = new Set(written.map(({ word }) => word)); // a slip that makes another word of iconik's may be meant
    const astray = written
      .filter(({ word }) => word.length >= 6)
      .flatMap(({ name, word, place }) =>
        slips
          .flatMap((slip) => Array.from({ length: word.length - 1 }, (_, at) => slip(word, at)))
          .filter((slipped) => !own.has(slipped))
          .map((slipped) => ({ wanted: name, misspelt: name.split("_").with(place, slipped).join("_") })),
      )
      .filter(({ wanted, misspelt }) => nearest(misspelt) !== wanted);
    expect(astray).toEqual([]);
  });
});
