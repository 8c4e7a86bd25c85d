/**
 * Where iconik's behaviour is not documented, the sandbox can behave in each plausible way. A switch names one such
 * doubt; its default is what we think most likely. A client that passes under every value is safe either way.
 */

interface Choice {
  values: readonly string[];
  default: string;
  doubt: string;
}

interface Count {
  values: "count";
  default: number;
  doubt: string;
}

interface Word {
  values: "word";
  default: string;
  doubt: string;
}

export type Switch = Choice | Count | Word;

export const switchTable = {
  readOnlyProperties: {
    values: ["ignore", "reject"],
    default: "ignore",
    doubt: "What happens to a read-only property in a body: dropped, or 400.",
  },
  unknownProperties: {
    values: ["ignore", "reject", "store"],
    default: "ignore",
    doubt: "What happens to a property that the documents do not name: dropped, 400, or kept and shown again.",
  },
  laterProperties: {
    values: ["none", "some"],
    default: "none",
    doubt:
      "Whether answers carry properties that iconik has added since its documents were read: it does, unannounced.",
  },
  successCodes: {
    values: ["documents", "later"],
    default: "documents",
    doubt:
      "Minting a token is 200 in the documents and 201 in a client made from later ones; some deletes are 200 or 204.",
  },
  unsetProperties: {
    values: ["omit", "null", "empty"],
    default: "omit",
    doubt: "How an answer shows what nobody has set: not at all, as null where it may be null, or as an empty value.",
  },
  put: {
    values: ["clear", "keep"],
    default: "clear",
    doubt: "What a PUT does to the properties it leaves out.",
  },
  storageSettingsPatch: {
    values: ["merge", "replace"],
    default: "merge",
    doubt:
      "Whether a PATCH of a storage merges `settings`, or puts the ones given in place of the old, secrets included.",
  },
  storageSettingsCheck: {
    values: ["on", "off"],
    default: "on",
    doubt: "Whether `settings` of a storage are checked against its method: the documents leave them untyped.",
  },
  secretsOnRead: {
    values: ["omit", "mask", "return"],
    default: "omit",
    doubt: "How a storage shows its secret settings: left out, as asterisks, or as they are.",
  },
  storedForm: {
    values: ["verbatim", "normalised"],
    default: "verbatim",
    doubt: "Whether paths, endpoints and addresses come back as sent, or tidied (no outer slashes, /32 added).",
  },
  storageNames: {
    values: ["unique", "free"],
    default: "unique",
    doubt: "Whether two storages may have one name: the help page says no, the documents say nothing.",
  },
  storageSetup: {
    values: ["works", "failing", "refusedButMade"],
    default: "works",
    doubt: "How a storage that iconik cannot set up is reported: 201 with status FAILING, or 400 and yet it is there.",
  },
  defaultStorage: {
    values: ["exclusive", "several"],
    default: "exclusive",
    doubt: "Whether making a storage the default of its purpose takes that from the one before.",
  },
  verification: {
    values: ["ok", "everything", "denied", "notImplemented"],
    default: "ok",
    doubt:
      "What a check of storage credentials answers when it cannot be tried here: what the storage's flags say, that all can be done, that nothing can, or that there is no check.",
  },
  creatorEntry: {
    values: ["on", "off"],
    default: "on",
    doubt: "Whether the maker of a storage or export location gets an entry of their own in its access list.",
  },
  aclTemplateObjectType: {
    values: "word",
    default: "acl_templates",
    doubt: "Under which object type the entries of an ACL template are kept.",
  },
  roleCategories: {
    values: ["stored", "computed", "expanded"],
    default: "stored",
    doubt:
      "How role categories and roles hang together: not at all, categories follow roles, or roles follow categories.",
  },
  rolesOrder: {
    values: ["kept", "sorted"],
    default: "kept",
    doubt: "Whether roles come back in the order in which they were sent.",
  },
  teamsOnOldTenants: {
    values: ["404", "empty"],
    default: "404",
    doubt: "What teams and role groups answer on a tenant that has user groups: 404, or empty lists.",
  },
  groupsOnNewTenants: {
    values: ["refuse", "work"],
    default: "refuse",
    doubt: "Whether user groups can still be written on a tenant that has teams and role groups: 403, or yes.",
  },
  listDetail: {
    values: ["contract", "thin"],
    default: "contract",
    doubt: "What lists carry: all that the documents say, or neither roles nor settings.",
  },
  listLag: {
    values: "count",
    default: 0,
    doubt: "Lists come from a search index: for so many reads after a change they still show what was before it.",
  },
  createLag: {
    values: "count",
    default: 0,
    doubt: "How many reads by id answer 404 right after the object was made.",
  },
  nameFilter: {
    values: ["exact", "contains"],
    default: "exact",
    doubt: "Whether a filter such as `name` finds equal values only, or whatever contains the words.",
  },
  perPageAbove100: {
    values: ["reject", "cap", "accept"],
    default: "reject",
    doubt: "What `per_page` above the documented maximum of 100 does: 400, pages of 100, or as asked.",
  },
  pageUrls: {
    values: ["path", "absolute", "omit"],
    default: "path",
    doubt: "What form `next_url` and its like have.",
  },
  nestedSettings: {
    values: ["merge", "replace"],
    default: "merge",
    doubt: "Whether a PATCH of a settings document merges the objects inside it, such as `password_checks`.",
  },
  systemSettingsWriters: {
    values: ["administrators", "everyone"],
    default: "administrators",
    doubt: "Who may write system settings: the documents name no role.",
  },
  shieldLists: {
    values: ["union", "mostSpecific"],
    default: "union",
    doubt: "How the allow lists of tenant, groups and user combine: all count, or only the closest that has entries.",
  },
  shieldEmpty: {
    values: ["open", "closed"],
    default: "open",
    doubt: "Whether Shield without any entry lets everybody in or nobody.",
  },
  shieldIpv6: {
    values: ["reject", "accept"],
    default: "reject",
    doubt: "Whether an allow list takes IPv6 addresses.",
  },
  shieldLockOut: {
    values: ["allow", "refuse"],
    default: "allow",
    doubt: "Whether iconik keeps a caller from locking themselves out (400), or lets it happen.",
  },
  missingApplications: {
    values: ["404", "400"],
    default: "404",
    doubt: "What a read of an application or token answers that is not there: the documents give 400, and no 404.",
  },
  retryAfter: {
    values: ["seconds", "none"],
    default: "seconds",
    doubt: "Whether a 429 says when to come back.",
  },
} as const satisfies Record<string, Switch>;

export type SwitchName = keyof typeof switchTable;

type Value<S> = S extends { values: "count" }
  ? number
  : S extends { values: "word" }
    ? string
    : S extends { values: readonly (infer V)[] }
      ? V
      : never;

/** One value per switch. */
export type Switches = { -readonly [N in SwitchName]: Value<(typeof switchTable)[N]> };

/** Every switch at its default, with the given ones changed. @throws RangeError on an unknown name or value. */
export function switchesWith(changes: Partial<Switches> = {}): Switches {
  const defaults = Object.fromEntries(Object.entries(switchTable).map(([name, { default: value }]) => [name, value]));
  return { ...(defaults as Switches), ...checked(changes) };
}

/** The same values, if all are allowed. @throws RangeError on an unknown name or value. */
export function checked(changes: Partial<Switches>): Partial<Switches> {
  for (const [name, value] of Object.entries(changes)) accepts(name, value);
  return changes;
}

/** Reads `name=value`. @throws RangeError on an unknown name or value. */
export function parseSwitch(text: string): Partial<Switches> {
  const [name = "", value = ""] = text.split(/=(.*)/s);
  const isCount = (switchTable as Record<string, Switch>)[name]?.values === "count";
  return checked({ [name]: isCount ? Number(value || NaN) : value });
}

function accepts(name: string, value: unknown): void {
  const known = (switchTable as Record<string, Switch>)[name];
  if (!known) {
    throw new RangeError(`the sandbox has no switch "${name}"; it has ${Object.keys(switchTable).join(", ")}`);
  }
  const allowed =
    known.values === "count"
      ? Number.isSafeInteger(value) && (value as number) >= 0
      : known.values === "word"
        ? typeof value === "string" && value !== ""
        : known.values.includes(value as string);
  if (allowed) return;
  const values =
    known.values === "count" ? "a whole number" : known.values === "word" ? "a word" : known.values.join(", ");
  throw new RangeError(`switch "${name}" takes ${values}, not "${value}"`);
}
