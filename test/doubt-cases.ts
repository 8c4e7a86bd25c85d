// What iconik does not document, as the sandbox's switches name it: every reading, what we do about it, how a look at a
// live tenant would settle it, and under which readings something honestly cannot be done.
import { switchTable, type SwitchName, type Switches, type TenantModel } from "../provider/sandbox";

/** Besides the switches: the tenant's permission model, and whether the run's token is an administrator's or has every role. */
export type Setting = Partial<Switches> & { tenant?: TenantModel; caller?: "administrator" | "roles" };

/** Values to try of switches that have no list of them. */
const tried: Partial<Record<SwitchName, readonly (string | number)[]>> = {
  listLag: [0, 1, 3],
  createLag: [0, 1, 5],
  aclTemplateObjectType: ["acl_templates", "acl_template", "template", "presets"],
};

export const valuesOf = (name: SwitchName): readonly (string | number)[] => {
  const { values } = switchTable[name];
  return Array.isArray(values) ? values : tried[name]!;
};

const names = Object.keys(switchTable) as SwitchName[];

/** Everything as it is most likely, and then one thing at a time. */
export const settings: Setting[] = [
  {},
  ...names.flatMap((name) =>
    valuesOf(name)
      .filter((value) => value !== switchTable[name].default)
      .map((value) => ({ [name]: value }) as Setting),
  ),
  { tenant: "old" },
  { tenant: "new" },
  { tenant: "old", teamsOnOldTenants: "empty" },
  { tenant: "new", groupsOnNewTenants: "work" },
  { caller: "roles" },
  { caller: "roles", systemSettingsWriters: "everyone" },
];

/** What cannot be done under a setting, by title of the life and beginning of its step, and how that is told. */
export const impossible: { when: Setting; lives: string[]; step?: string; told: RegExp; why: string }[] = [
  {
    when: { aclTemplateObjectType: "presets" },
    lives: ["AclTemplate"],
    told: /under none of the object types acl_templates, acl_template, template.*Set iconik:aclTemplateObjectType/,
    why: "a word that nobody can guess has to be given",
  },
  {
    when: { tenant: "old", teamsOnOldTenants: "404" },
    lives: ["Team", "RoleGroup", "TeamSettings"],
    told: /this tenant has user groups, and no teams and role groups/,
    why: "a tenant made before October 2025 has no teams and role groups",
  },
  {
    when: { tenant: "old", teamsOnOldTenants: "empty" },
    lives: ["Team", "RoleGroup"],
    told: /403.*no teams and role groups/,
    why: "such a tenant may list none, and take none",
  },
  {
    when: { tenant: "old", teamsOnOldTenants: "empty" },
    lives: ["TeamSettings"],
    told: /there is no Team named "Everyone" in the tenant/,
    why: "the example names the team Everyone, and there is none",
  },
  {
    when: { tenant: "new", groupsOnNewTenants: "refuse" },
    lives: ["UserGroup"],
    told: /403.*User groups cannot be changed on this tenant/,
    why: "a tenant with teams and role groups takes no user groups, and says so",
  },
  {
    when: { tenant: "new" },
    lives: ["AclTemplate", "ExportLocation", "Storage", "UserGroupSettings"],
    told: /there is no UserGroup named "Everyone" in the tenant/,
    why: "the examples give access to the group Everyone, and such a tenant has none",
  },
  {
    when: { caller: "roles", systemSettingsWriters: "administrators" },
    lives: ["AdminSettings", "ShieldAllowList"],
    told: /403.*it takes an administrator/,
    why: "settings of the whole tenant are written by administrators, and a role for it does not exist",
  },
  {
    when: { caller: "roles" },
    lives: ["Application"],
    step: "changes by example 2",
    told: /could not be revoked.*It takes an administrator, or the person it acts for/,
    why: "the token of another person's application can be minted, and not revoked; the new one is kept, and the old one still works",
  },
];

interface Note {
  /** What the engine does, so that it is right either way. */
  we: string;
  /** What to do on a live tenant, and what its answer means. */
  probe: string;
}

const notes: Record<SwitchName, Note> = {
  readOnlyProperties: {
    we: "Read-only properties are never sent; of a nested object that goes back whole, they are left out.",
    probe: "PATCH a test group with `date_created`: 400, or dropped.",
  },
  unknownProperties: {
    we: "Only properties of the contract are sent.",
    probe: "PATCH a test group with a property that does not exist, and read it: 400, dropped, or kept.",
  },
  laterProperties: {
    we: "Properties that we do not know are not looked at and not sent.",
    probe: "Compare any answer with the contract.",
  },
  successCodes: {
    we: "Every 2xx is success, with or without a body.",
    probe: "Mint a token of a test application and delete it: the two status codes.",
  },
  unsetProperties: {
    we: "Missing, null, an empty text and an empty list are one and the same when values are compared.",
    probe: "Read a group that has nothing but a name.",
  },
  put: {
    we: "Objects are changed by PATCH alone; PUT is used for entries of access lists, which have one value.",
    probe: "PUT a test team with nothing but its name, and read it.",
  },
  storageSettingsPatch: {
    we: "A change of `settings` sends all of them: what iconik shows, and what is ours, secrets included.",
    probe: "PATCH `settings` of a test storage with one key, and read it: are the others still there?",
  },
  storageSettingsCheck: {
    we: "Settings are checked against the contract before they are sent.",
    probe: "Make a test storage with a setting that its method does not have.",
  },
  secretsOnRead: {
    we: "Secrets are compared with the last state and never with an answer; a mask is never sent back.",
    probe: "Read a storage that has a key.",
  },
  storedForm: {
    we: "Paths, endpoints and addresses are brought to one spelling on the way in and on the way back.",
    probe: "Make a test storage with the path `/in/`, and an allow list with a single address; read both.",
  },
  storageNames: {
    we: "A name is looked up before anything is made, and a storage is never made twice on suspicion.",
    probe: "Make two test storages of one name.",
  },
  storageSetup: {
    we: "A storage with status FAILING is kept and a note says so; after a 400 the name is looked up, and what is there is kept.",
    probe: "Make a test storage with wrong keys: 201, or 400; then look for it in the list.",
  },
  defaultStorage: {
    we: "Only the storage itself is read and written; whether another one gives way is iconik's business.",
    probe: "Make two test storages the default of one purpose, and read both.",
  },
  verification: {
    we: "A storage is verified only with `verify: true`: what does not agree is waited for and then fails, and that there is no check is told (`test/verification.test.ts`).",
    probe:
      "Verify the access and the permissions of a storage of each type, with keys that may do more, and less, than its flags say.",
  },
  creatorEntry: {
    we: "The entry of the person behind the token is left alone unless it is described.",
    probe: "Make a test storage and read its access list.",
  },
  aclTemplateObjectType: {
    we: "Words that it may be are tried in order, and the first that is taken is used; `iconik:aclTemplateObjectType` names another one.",
    probe: "Give a test template an entry in iconik, and look which word the browser sends.",
  },
  roleCategories: {
    we: "Only `roles` are described, sent and compared; categories are left alone.",
    probe: "Give a test group the roles of a category, read `role_categories`; then set a category, and read `roles`.",
  },
  rolesOrder: {
    we: "Roles are a set.",
    probe: "Give a test group two roles in reverse order, and read it.",
  },
  teamsOnOldTenants: {
    we: "Both a 404 and an empty list mean that there are no teams; making one is then refused by us, or by iconik.",
    probe: "List the teams of a tenant made before October 2025.",
  },
  groupsOnNewTenants: {
    we: "They are asked for as described; what iconik refuses is told with its words.",
    probe: "Make a test group on a tenant that has teams.",
  },
  listDetail: {
    we: "An object of a list is believed only where it carries every owned field; anything else is read by id.",
    probe: "List groups and storages: are `roles` and `settings` there?",
  },
  listLag: {
    we: "Lists find things by name and prove nothing. When the answer to a POST is lost, the name is looked for for 15 seconds, and a second object is not made: the error says to run again. A 404 by id counts when no list has the object.",
    probe: "Make a test group and list groups until it shows; the same after deleting it.",
  },
  createLag: {
    we: "After an object is made, its id is waited for for 15 seconds, and a note says so; then it is kept as unfinished, and the next run goes on.",
    probe: "Make a test group and read it at once, a hundred times.",
  },
  nameFilter: {
    we: "Filters are not used; names are compared here.",
    probe: "List groups with `name=Every`.",
  },
  perPageAbove100: {
    we: "Pages of 100 are asked for.",
    probe: "List groups with `per_page=101`.",
  },
  pageUrls: {
    we: "Pages are counted, and links are not followed.",
    probe: "List users with `per_page=1`.",
  },
  nestedSettings: {
    we: "A nested object is sent whole: what iconik has in it, and what is ours.",
    probe: "PATCH `password_checks` of a test tenant with one key, and read it.",
  },
  systemSettingsWriters: {
    we: "They are written as described; a 403 is told with what it takes.",
    probe: "PATCH system settings with the token of a person who is no administrator.",
  },
  shieldLists: {
    we: "Each list that applies to this run has to let it in by itself; which of them wins is not relied upon.",
    probe: "With Shield on, give a test group a list of its own that leaves out the caller.",
  },
  shieldEmpty: {
    we: "Addresses are written before Shield is switched on, in one change.",
    probe: "On a test tenant, switch Shield on with no entry, with support at hand.",
  },
  shieldIpv6: {
    we: "Addresses are sent as described; what iconik refuses is told with its words.",
    probe: "Put `2001:db8::/32` on the list of a test group.",
  },
  shieldLockOut: {
    we: "A list that applies to this run and leaves out its address is refused before it is sent.",
    probe: "With Shield on, put a list on a test tenant that leaves out the caller, with support at hand.",
  },
  missingApplications: {
    we: "Either is taken for gone, if the list does not have it.",
    probe: "Read an application under an id that does not exist.",
  },
  retryAfter: {
    we: "A `Retry-After` is obeyed; without one, a 429 holds all calls for a second and longer each time.",
    probe: "Send 60 requests in a second, and look at the headers of the 429.",
  },
};

export function doubtsTable(): string {
  const shown = (name: SwitchName) =>
    (switchTable[name].values as unknown) === "count" || (switchTable[name].values as unknown) === "word"
      ? `${switchTable[name].values}, \`${switchTable[name].default}\``
      : valuesOf(name)
          .map((value) => (value === switchTable[name].default ? `**\`${value}\`**` : `\`${value}\``))
          .join(", ");
  return `# What iconik does not document

Where iconik's documents leave something open, the sandbox can behave in each plausible way (\`provider/sandbox/switches.ts\`;
what is most likely is bold), and the engine has to be right in all of them: it looks, and is not told. The life of every
kind is lived under each reading, and under mixes of them (\`test/doubts.test.ts\`).

| Switch | Readings | The doubt | What we do | What would settle it |
|--|--|--|--|--|
${names.map((name) => `| \`${name}\` | ${shown(name)} | ${switchTable[name].doubt} | ${notes[name].we} | ${notes[name].probe} |`).join("\n")}

## What cannot be done

| Where | What | What is said |
|--|--|--|
${impossible
  .map(
    ({ when, lives, told, why }) =>
      `| ${Object.entries(when)
        .map(([name, value]) => `\`${name}\` is \`${value}\``)
        .join(", ")} | ${lives.join(", ")}: ${why} | \`${told.source.replaceAll("|", "\\|")}\` |`,
  )
  .join("\n")}

Lists that lag, state that was lost, and an object made within that time: no look can find it, so another one of its name
is made. That is so only when the state of the run that made it is lost too.
`;
}
