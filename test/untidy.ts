// Tenants as people leave them: names that hurt, words that nobody knows, and things that point at nothing.
import fc from "fast-check";
import { roles } from "../provider/roles";
import { startSandbox, type Sandbox, type Seed, type Switches } from "../provider/sandbox";

// Names that people give, and that programs trip over.
export const hurting = [
  "__proto__",
  "constructor",
  "no",
  "null",
  "~",
  "1e3",
  "010",
  "true",
  "<<",
  "",
  " padded ",
  "a/b",
  "a: b",
  "# hash",
  "- dash",
  "'q'",
  '"q"',
  "tab\there",
  "line\nbreak",
  "🎬 cut",
  "عربى",
  "\u202eright",
  "Editors",
  "editors",
  "Editors (2)",
  "userGroups/Editors",
  "{}",
  "[x]",
  "*star",
  "&and",
  "!tag",
  "%",
  "@at",
  "`tick`",
  "x".repeat(300),
  "e\u0301",
  "\u0007bell",
  "\u2028",
];

const id = fc.uuid();
const name = fc.oneof(
  fc.constantFrom(...hurting.filter((one) => one !== "")),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const word = fc.constantFrom("POWER", "STANDARD", "BROWSE_ONLY", "SOMETHING_NEW", "");
const roleNames = fc.subarray([...roles.keys()].slice(0, 12).concat("can_read_asset", "can_teleport"));
const pick = (all: readonly string[]) =>
  all.length > 0 ? fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...all) }, id) : id;
const permissions = fc.subarray(["read", "write", "delete", "change-acl"]);

const group = fc.record({
  id,
  name,
  description: maybe(fc.string()),
  alias: maybe(fc.string()),
  default_user_type: maybe(word),
  roles: maybe(roleNames),
  saml_primary_group_priority: maybe(fc.integer()),
});
export const untidyTenants: fc.Arbitrary<{ model: "old" | "new" | "both"; seed: Seed; switches: Partial<Switches> }> =
  fc
    .record({
      model: fc.constantFrom("old", "new", "both"),
      groups: fc.array(group, { maxLength: 5 }),
      teams: fc.array(fc.record({ id, name, description: maybe(fc.string()) }), { maxLength: 4 }),
      role_groups: fc.array(fc.record({ id, name, roles: maybe(roleNames) }), { maxLength: 3 }),
      users: fc.uniqueArray(
        fc.record({
          id,
          email: fc.constantFrom("a@example.com", "B@example.com", "c@example.com", "not an address"),
          status: fc.constantFrom("ACTIVE", "INACTIVE", "DELETED"),
        }),
        { maxLength: 4 },
      ),
      templates: fc.array(fc.record({ id, name }), { maxLength: 3 }),
      switches: fc.record({
        unsetProperties: fc.constantFrom("omit", "null", "empty"),
        secretsOnRead: fc.constantFrom("omit", "mask", "return"),
        listDetail: fc.constantFrom("contract", "thin"),
        teamsOnOldTenants: fc.constantFrom("404", "empty"),
        rolesOrder: fc.constantFrom("kept", "sorted"),
      }),
    })
    .chain((base) => {
      const isOld = base.model !== "new";
      const isNew = base.model !== "old";
      const principals = [...(isOld ? base.groups : []), ...(isNew ? [...base.teams, ...base.role_groups] : [])].map(
        (one) => one.id,
      );
      const templates = base.templates.map((one) => one.id);
      const users = base.users.map((one) => one.id);
      const method = fc.constantFrom("S3", "GCS", "B2", "AZURE", "FILE", "PORTAL", "FTP");
      const settings = fc.record({
        bucket: fc.constantFrom("bucket-a", "bucket-b"),
        bucket_name: fc.constant("bucket-c"),
        bucket_id: fc.constant("e73ede9c9c8412db49f60715"),
        account_id: maybe(fc.constant("00512345")),
        container: fc.constant("media"),
        region: fc.constantFrom("eu-north-1", ""),
        project: fc.constant("example"),
        mount_point: fc.constant("/mnt/x"),
        path: fc.constantFrom("", "/a/", "a/b"),
        endpoint: maybe(
          fc.constantFrom(
            "https://s3.eu-north-1.amazonaws.com",
            "https://s3.eu-central-1.wasabisys.com",
            "http://s3.example.com/",
            "nonsense",
          ),
        ),
        access_key: maybe(fc.constant("EXAMPLEKEY")),
        secret_key: maybe(fc.constant("example-secret-key")),
        read: maybe(fc.boolean()),
        write: maybe(fc.boolean()),
        scan_ignore: maybe(fc.array(fc.string({ minLength: 1 }), { maxLength: 3 })),
        acl_template_id: maybe(pick(templates)),
        access_group_id: maybe(pick(principals)),
        metadata_view_id: maybe(fc.oneof(id, fc.constant(""))),
        is_system: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
      });
      const storage = fc.record({
        id,
        name,
        method,
        purpose: fc.constantFrom("FILES", "EXPORTS", "ARCHIVE", "KEYFRAMES", "PROXIES", "FACES", "LATER"),
        description: maybe(fc.string()),
        default: fc.boolean(),
        settings,
      });
      return fc.array(storage, { maxLength: 5 }).chain((storages) => {
        const storageIds = storages.map((one) => one.id);
        const acl = fc.record({
          groups: fc.dictionary(pick(principals), permissions, { maxKeys: 3 }),
          users: fc.dictionary(pick(users), permissions, { maxKeys: 3 }),
        });
        const location = fc.record({
          id,
          name,
          storage_id: pick(storageIds),
          path: fc.constantFrom("", "/out/"),
          export_original: maybe(fc.boolean()),
          metadata_format: maybe(fc.constantFrom("CSV", "OTHER")),
          metadata_view: fc.constant(undefined),
          transcode_profile_ids: maybe(fc.array(id, { maxLength: 2 })),
        });
        const document = fc.record({
          acl_template_id: maybe(pick(templates)),
          default_upload_storage_id: maybe(pick(storageIds)),
          delete_grace_period: maybe(fc.integer({ min: -5, max: 100_000 })),
          hide_favourites: maybe(fc.boolean()),
          search_display_fields: maybe(fc.array(fc.record({ name: fc.string() }), { maxLength: 2 })),
          jobs_dashboard: maybe(
            fc.record({
              widgets: fc.array(
                fc.record({
                  id,
                  type: fc.constantFrom("JOBS_LIST", "NEW_LIST"),
                  options: fc.jsonValue({ maxDepth: 2 }),
                }),
                { maxLength: 2 },
              ),
            }),
          ),
          allowed_ips: maybe(
            fc.array(
              fc.record({
                ip: fc.constantFrom("192.0.2.1", "192.0.2.1/32", "192.0.2.0/24", "010.1.1.1", "nowhere", "::1"),
              }),
              { maxLength: 3 },
            ),
          ),
        });
        return fc.record({
          model: fc.constant(base.model),
          switches: fc.constant(base.switches as Partial<Switches>),
          seed: fc
            .record({
              locations: fc.array(location, { maxLength: 3 }),
              apps: fc.array(
                fc.record({ id, name, default_user_id: maybe(pick(users)), description: maybe(fc.string()) }),
                { maxLength: 3 },
              ),
              mappings: fc.uniqueArray(fc.record({ name, group_id: pick(principals) }), {
                maxLength: 3,
                selector: (one) => one.name,
              }),
              system: document.chain((one) =>
                fc
                  .record({
                    mfa_methods: maybe(fc.array(fc.constantFrom("TOTP", "MAIL_2SV", "NEW"), { maxLength: 2 })),
                    enable_shield: maybe(fc.constant(false)),
                  })
                  .map((more) => ({ ...one, ...more })),
              ),
              groupSettings: fc.array(document, { maxLength: 3 }),
              acls: fc.array(acl, { maxLength: 6 }),
            })
            .map(({ locations, apps, mappings, system, groupSettings, acls }): Seed => {
              const groups = isOld ? base.groups : [];
              const teams = isNew ? base.teams : [];
              const holders = [
                ...base.templates.map((one) => `acl_templates/${one.id}`),
                ...storages.map((one) => `storages/${one.id}`),
                ...locations.map((one) => `export_locations/${one.id}`),
              ];
              return {
                groups,
                teams,
                role_groups: isNew ? base.role_groups : [],
                users: base.users,
                acl_templates: base.templates,
                storages,
                apps,
                group_mappings: mappings,
                settings: {
                  system,
                  ...Object.fromEntries(
                    groupSettings.flatMap((one, index) =>
                      groups[index]
                        ? [[`group/${groups[index].id}`, one]]
                        : teams[index]
                          ? [[`team/${teams[index].id}`, one]]
                          : [],
                    ),
                  ),
                },
                // Planted behind the sandbox's back: it would know that they point nowhere.
                export_locations: locations,
                ...{
                  later: Object.fromEntries(
                    acls.flatMap((one, index) => (holders[index] ? [[holders[index], one]] : [])),
                  ),
                },
              };
            }),
        });
      });
    });

/** A sandbox that holds such a tenant. */
export async function startUntidy({
  model,
  seed,
  switches,
}: {
  model: "old" | "new" | "both";
  seed: Seed;
  switches: Partial<Switches>;
}): Promise<Sandbox> {
  const { later = {}, ...planted } = seed as Seed & {
    later?: Record<string, { groups: Record<string, string[]>; users: Record<string, string[]> }>;
  };
  const sandbox = await startSandbox({ tenant: model, seed: JSON.parse(JSON.stringify(planted)) as Seed, switches });
  for (const [key, { groups, users }] of Object.entries(later)) {
    const entries = (given: Record<string, string[]>) =>
      Object.fromEntries(Object.entries(given).map(([who, permissions]) => [who, { permissions }]));
    sandbox.edit("acls", key, { sandbox_key: key, groups: entries(groups), users: entries(users) });
  }
  return sandbox;
}
