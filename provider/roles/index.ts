/**
 * iconik's roles and the rules among them. Pure functions over names: what is wrong comes back as findings (data), and
 * whoever prints them finds the words. The names are in `table.ts`, what is dangerous in `dangers.ts`.
 */
import { dangers, type Danger } from "./dangers";
import { table, type RoleName } from "./table";

export { dangers, type Danger } from "./dangers";
export { nearest } from "./spelling";
export type { RoleName } from "./table";

/** A role name: one of the known ones (which editors complete), or a newer one. */
export type Role = RoleName | (string & {});

/** The least user type that may hold a role; `unknown` where no page says so. Never guess a tier for those. */
export type Tier = "browseOnly" | "standard" | "power" | "unknown";

/** From the least to the most (help page: Understanding User Group Roles): who has one may hold the roles of those before. */
export const tiers = ["browseOnly", "standard", "power"] as const satisfies readonly Tier[];

/** What iconik calls them. */
export const tierWords: Readonly<Record<(typeof tiers)[number], string>> = {
  browseOnly: "Browse Only",
  standard: "Standard",
  power: "Power",
};

/** iconik's user types (`users.json`: `type`), in the spelling of tenant files. Being an administrator is none. */
export type UserType = "browseOnly" | "standard" | "power" | "browseApiOnly";

/** What is known of one role. */
export interface RoleFacts {
  readonly name: RoleName;
  readonly tier: Tier;
  /** What a holder may do: a phrase that reads after "may". */
  readonly may: string;
  /** Where the name is written: iconik's help page, its OpenAPI documents, or a third-party tool only. */
  readonly source: "page" | "openapi" | "observed";
  /**
   * Only shows or hides a part of the web UI, so that taking it away does not stop the same act through the API. That
   * there are such roles is on the help page "Security Controls"; that they are the `web_` ones is our reading.
   */
  readonly webOnly: boolean;
  readonly dangers: readonly Danger[];
}

/** Every known role by name. A map, so that `roles.get(text)` is safe for any text. */
export const roles: ReadonlyMap<string, RoleFacts> = new Map(
  (Object.keys(table) as RoleName[]).map((name) => {
    const [tier, may, source = "page"] = table[name];
    return [name, { name, tier, may, source, webOnly: name.startsWith("web_"), dangers: dangersOf(name) }];
  }),
);

/** One thing wrong with a set of granted roles. `role` is the granted one that it is about. */
export type RoleFinding =
  | { code: "create-without-write"; role: Role; wants: RoleName }
  | { code: "write-without-read"; role: Role; wants: RoleName }
  | { code: "role-above-user-type"; role: Role; tier: Tier; userType: UserType }
  | { code: "caller-lacks-role"; role: Role };

/**
 * The verb and object in a name: `can_delete_acl_templates` is `{ verb: "delete", object: "acl_templates" }`. Works for
 * unknown names too. Undefined for names that are not made so: `web_*`, `is_*`, `can_search`, `can_act_as_user`,
 * `can_approve_without_request`.
 */
export function parse(name: Role): { verb: string; object: string } | undefined {
  const [, verb, object] = /^can_([a-z]+)_(?!as_|without_)([a-z0-9_]+)$/.exec(name) ?? [];
  return verb && object ? { verb, object } : undefined;
}

/** The least user type for a role (help page: Understanding User Group Roles); `unknown` for names not on that page. */
export function tierOf(role: Role): Tier {
  return roles.get(role)?.tier ?? "unknown";
}

/**
 * Whether a user of this type can hold the role. Standard may have every Browse Only role, Power every role (help page:
 * Understanding User Group Roles), so for Power even a role without a documented tier is a yes. `unknown` when the
 * role's tier is not documented, and for every role of `browseApiOnly`, whose abilities are documented nowhere.
 */
export function withinUserType(type: UserType, role: Role): "yes" | "no" | "unknown" {
  if (type === "power") return "yes";
  const tier = tierOf(role);
  if (type === "browseApiOnly" || tier === "unknown") return "unknown";
  return tier === "browseOnly" || tier === type ? "yes" : "no";
}

/** The granted roles that a user of this type certainly cannot hold (see `withinUserType`; unknown is no finding). */
export function aboveUserType(type: UserType, granted: Iterable<Role>): RoleFinding[] {
  return [...new Set(granted)]
    .filter((role) => withinUserType(type, role) === "no")
    .map((role) => ({ code: "role-above-user-type", role, tier: tierOf(role), userType: type }));
}

/**
 * Create roles granted without the write role of the same object, which should accompany them (help page:
 * Understanding User Group Roles). Only for objects of which both are documented.
 */
export function createWantsWrite(granted: Iterable<Role>): RoleFinding[] {
  return unaccompanied(granted, "create", "write", "create-without-write");
}

/**
 * Write roles granted without the read role of the same object: writing does not bring reading with it (help page:
 * Understanding User Group Roles; a later page has the web UI add the read role, the API takes what it is given). Only
 * for objects of which a read role is documented: nothing is said of `can_write_versions`, for instance.
 */
export function writeWantsRead(granted: Iterable<Role>): RoleFinding[] {
  return unaccompanied(granted, "write", "read", "write-without-read");
}

/**
 * The granted roles that the caller cannot give, because nobody can put a role that they lack themselves into a group
 * (help page: Understanding User Group Roles, `can_edit_all_groups`). Administrators stand above roles (same page), so
 * for them there are none; that they may also give what they lack is our reading.
 */
export function missingFor(callerRoles: Iterable<Role>, isAdmin: boolean, granted: Iterable<Role>): RoleFinding[] {
  if (isAdmin) return [];
  const held = new Set(callerRoles);
  return [...new Set(granted)].filter((role) => !held.has(role)).map((role) => ({ code: "caller-lacks-role", role }));
}

function unaccompanied(
  granted: Iterable<Role>,
  verb: "create" | "write",
  companion: "write" | "read",
  code: "create-without-write" | "write-without-read",
): RoleFinding[] {
  const held = new Set(granted);
  return [...held].flatMap((role) => {
    const parsed = parse(role);
    if (parsed?.verb !== verb || !isDocumented(role)) return [];
    const wants = `can_${companion}_${parsed.object}`;
    return isDocumented(wants) && !held.has(wants) ? [{ code, role, wants }] : [];
  });
}

/** A name seen only in a third-party tool may not exist in every tenant: no rule asks for it. */
function isDocumented(name: string): name is RoleName {
  return (roles.get(name)?.source ?? "observed") !== "observed";
}

function dangersOf(name: RoleName): Danger[] {
  return (Object.keys(dangers) as Danger[]).filter((facet) =>
    (dangers[facet].roles as readonly RoleName[]).includes(name),
  );
}
