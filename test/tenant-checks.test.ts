/** Every rule of the tenant language, broken: what is said, and where. */

import { describe, expect, test } from "vitest";
import { codes, type DiagnosticCode } from "../provider/tenant";
import { load, said } from "./tenant/inline";

/** Codes that some case below calls for. */
const seen = new Set<string>();

function broken(cases: readonly [what: string, yaml: string, expected: string[], overlay?: string][]): void {
  test.each(cases)("%s", (_, yaml, expected, overlay) => {
    const checked = load(yaml, overlay === undefined ? [] : [overlay]);
    expect(said(checked)).toEqual(expected);
    const isError = checked.diagnostics.some(({ severity }) => severity === "error");
    expect(checked.desired === undefined).toBe(isError);
    for (const { code } of checked.diagnostics) seen.add(code);
  });
}

const s3 = "type: s3, purpose: files, region: eu-north-1, credentials: managed";

describe("what is written", () => {
  broken([
    ["an unknown section", "userGroup: { A: {} }\nteams: { T: {} }", ["1:1 unknown-key"]],
    ["an unknown field", "userGroups: { A: { rolez: [] } }", ["1:20 unknown-key"]],
    ["a field in iconik's spelling", "userGroups: { A: { default_user_type: power } }", ["1:20 unknown-key"]],
    ["an unknown key of a nested record", "adminSettings: { passwordChecks: { minimum: 1 } }", ["1:36 unknown-key"]],
    ["__proto__ as a key", "userGroups: { A: { __proto__: { roles: [] } } }", ["1:20 unknown-key"]],
    ["a field that iconik fills in", "storages: { P: { type: portal, purpose: files, status: active } }", ["1:48 output-field"]],
    ["a field of another type of storage", `storages: { A: { ${s3}, bucket: b, container: c } }`, ["1:97 field-not-for-type"]],
    ["provisioning of what cannot be provisioned", "storages: { P: { type: portal, purpose: files, provision: {} } }", ["1:48 field-not-for-type"]],
    ["no type", "storages: { A: { purpose: files, bucket: b } }", ["1:13 missing-field"]],
    ["no type, and an unknown key", "storages: { A: { purpose: files, buckett: b } }", ["1:13 missing-field", "1:34 unknown-key"]],
    ["an unknown type", "storages: { A: { type: s4, purpose: files } }", ["1:24 not-a-choice"]],
    ["no field that is required", "storages: { A: { type: s3, purpose: files } }", ["1:13 missing-field", "1:13 missing-field"]],
    ["an export location without a path", "exportLocations: { A: { storage: { existing: B } } }", ["1:20 missing-field"]],
    ["a text that is a number", "userGroups: { A: { description: 2026 } }", ["1:33 wrong-type"]],
    ["a text that is a truth value", "userGroups: { A: { description: true } }", ["1:33 wrong-type"]],
    ["a flag that is a word", "storages: { P: { type: portal, purpose: files, read: yes } }", ["1:54 wrong-type"]],
    ["a number that is a text", 'adminSettings: { deleteGracePeriod: "24" }', ["1:37 wrong-type"]],
    ["a whole number with a fraction", "adminSettings: { deleteGracePeriod: 1.5 }", ["1:37 wrong-type"]],
    ["a list that is a word", "userGroups: { A: { roles: can_search } }", ["1:27 wrong-type"]],
    ["a map that is a list", "userGroups: { A: [] }", ["1:18 wrong-type"]],
    ["a section that is a list", "userGroups: []", ["1:13 wrong-type"]],
    ["builtIn: false", "storages: { P: { type: portal, purpose: files, builtIn: false } }", ["1:57 wrong-type"]],
    ["autoScan: true", "storages: { P: { type: portal, purpose: files, autoScan: true } }", ["1:58 wrong-type"]],
    ["an address as a word", "shield: { everyone: [192.0.2.1] }", ["1:22 wrong-type"]],
    ["an unknown word", "userGroups: { A: { defaultUserType: STANDARD } }", ["1:37 not-a-choice"]],
    ["an unknown permission", "aclTemplates: { T: { access: { users: { a@example.com: [change-acl] } } } }", ["1:57 not-a-choice"]],
    ["a number beyond the contract", "adminSettings: { deleteGracePeriod: 87601 }", ["1:37 out-of-range"]],
    ["a number below the contract", "adminSettings: { passwordChecks: { minLength: 7 } }", ["1:47 out-of-range"]],
    ["autoScan at no interval", "storages: { P: { type: portal, purpose: files, autoScan: { hoursInterval: 0 } } }", ["1:75 out-of-range"]],
    ["an empty name", 'userGroups: { A: { name: "" } }', ["1:26 out-of-range"]],
    ["an empty label", 'userGroups: { "": {} }', ["1:15 wrong-format"]],
    ["permissions for nothing", "aclTemplates: { T: { access: { users: { a@example.com: [] } } } }", ["1:56 out-of-range"]],
    ["a domain id that is none", "tenant: { domainId: acme }\nuserGroups: { A: {} }", ["1:21 wrong-format"]],
    ["a person who is no e-mail address", "applications: { CI: { user: editor } }", ["1:29 wrong-format"]],
    ["a person in an access list who is none", "aclTemplates: { T: { access: { users: { Editors: [read] } } } }", ["1:41 wrong-format"]],
    ["a date that is none", "userGroups: { A: { roles: [{ role: can_search, expires: 31.12.2026 }] } }", ["1:48 no-effect-yet", "1:57 wrong-format"]],
    ["an endpoint without https", "storages: { A: { type: s3, purpose: files, region: r, bucket: b, endpoint: s3.example.com } }", ["1:76 wrong-format"]],
    ["an id of a metadata view that is none", "adminSettings: { searchView: { id: x } }", ["1:36 wrong-format"]],
    ["an adoption that is misspelt", "userGroups: { A: { options: { adopt: Exact } } }", ["1:38 wrong-format"]],
    ["a release without a section", "userGroups: { A: {} }\nrelease: [Externals]", ["2:11 wrong-format"]],
    ["a role twice", "userGroups: { A: { roles: [can_search, can_search] } }", ["1:40 duplicate-entry"]],
    ["an address twice", "shield: { everyone: [{ ip: 192.0.2.1 }, { ip: 192.0.2.1/32 }] }", ["1:47 duplicate-entry"]],
    ["a person twice", "aclTemplates: { T: { access: { users: { a@example.com: [read], A@example.com: [read] } } } }", ["1:64 duplicate-entry"]],
    ["a secret", `storages: { A: { ${s3}, bucket: b, secretKey: hush } }`, ["1:108 literal-secret"]],
    ["a masked secret", "storages: { A: { type: gcs, purpose: files, bucket: b, project: p, jsonKey: '****' } }", ["1:77 literal-secret"]],
    ["a secret that is a map", "storages: { A: { type: gcs, purpose: files, bucket: b, project: p, jsonKey: { type: service_account } } }", ["1:77 literal-secret"]],
    ["a name from outside", "userGroups: { A: { name: { fromConfig: x } } }", ["1:26 from-config-not-allowed"]],
    ["a reference from outside", "exportLocations: { A: { path: a, storage: { fromConfig: x } } }", ["1:43 from-config-not-allowed"]],
    ["roles from outside", "userGroups: { A: { roles: { fromConfig: x } } }", ["1:27 from-config-not-allowed"]],
    ["a role from outside", "userGroups: { A: { roles: [{ fromConfig: x }] } }", ["1:28 from-config-not-allowed"]],
    ["permissions from outside", "aclTemplates: { T: { access: { users: { a@example.com: { fromConfig: x } } } } }", ["1:56 from-config-not-allowed"]],
    ["an address from outside", "shield: { everyone: [{ ip: { fromConfig: x } }] }", ["1:28 from-config-not-allowed"]],
    ["a choice from outside", "storages: { P: { type: portal, purpose: { fromConfig: x } } }", ["1:41 from-config-not-allowed"]],
    ["a person from outside", "applications: { CI: { user: { fromConfig: x } } }", ["1:29 from-config-not-allowed"]],
    ["a field emptied that iconik cannot empty", "userGroups: { A: { description: { clear: true } } }", ["1:33 not-clearable"]],
    ["a required field emptied", "exportLocations: { A: { storage: { clear: true }, path: a } }", ["1:34 not-clearable"]],
    ["clear: false", "userGroups: { A: { externalId: { clear: false } } }", ["1:32 wrong-type"]],
    ["no value", "userGroups: { A: { description: } }", ["1:20 null-value"]],
    ["a section whose lines are all comments", "userGroups:\n#  A: {}\nadminSettings: { externalShare: true }", ["1:1 null-value"]],
    ["an entry without a value", "userGroups:\n  A:\n", ["2:3 null-value"]],
    ["null in a list", "userGroups: { A: { roles: [can_search, null] } }", ["1:40 null-value"]],
    ["keys that do not go together", `storages: { A: { ${s3}, bucket: b, accessKey: k, secretKey: { fromConfig: s } } }`, ["1:97 inconsistent-fields", "1:111 inconsistent-fields"]],
    ["one key of two", "storages: { A: { type: s3, purpose: files, region: r, bucket: b, accessKey: k } }", ["1:13 inconsistent-fields"]],
  ]);
});

describe("values from the stack config, where they may stand", () => {
  test.each([
    ["userGroups: { A: { description: { fromConfig: a } } }"],
    ["storages: { A: { type: s3, purpose: files, region: { fromConfig: r }, bucket: { fromConfig: 'ns:b' }, path: { fromConfig: p.q } } }"],
    ["adminSettings: { deleteGracePeriod: { fromConfig: d }, externalShare: { fromConfig: e }, passwordChecks: { minLength: { fromConfig: m } } }"],
  ])("%s", (yaml) => {
    expect(said(load(yaml))).toEqual([]);
  });
});

describe("what a storage needs", () => {
  const gcs = "type: gcs, purpose: files, bucket: b, project: p";
  const b2 = "type: b2, purpose: archive, bucket: b";
  const wasabi = "type: wasabi, purpose: archive, bucket: b, region: r";
  const adopted = "options: { adopt: exact }";
  broken([
    ["gcs: a key", `storages: { A: { ${gcs} } }`, ["1:13 missing-field"]],
    ["gcs: a key, or provisioning", `storages: { A: { ${gcs}, provision: {} } }`, ["1:68 no-effect-yet"]],
    ["gcs: a key, unless it is taken over", `storages: { A: { ${gcs}, ${adopted} } }`, []],
    ["b2: three things", `storages: { A: { ${b2} } }`, ["1:13 missing-field", "1:13 missing-field", "1:13 missing-field"]],
    ["b2: provisioned", `storages: { A: { ${b2}, provision: { rotate: '1' } } }`, ["1:57 no-effect-yet"]],
    ["azure: a connection string", "storages: { A: { type: azure, purpose: files, container: c } }", ["1:13 missing-field"]],
    ["wasabi: keys", `storages: { A: { ${wasabi} } }`, ["1:13 inconsistent-fields"]],
    ["wasabi: provisioned", `storages: { A: { ${wasabi}, provision: { rotate: '1' } } }`, ["1:72 no-effect-yet"]],
    ["wasabi: taken over", `storages: { A: { ${wasabi}, ${adopted} } }`, []],
    ["s3Compatible: an endpoint", "storages: { A: { type: s3Compatible, purpose: files, bucket: b, region: r, accessKey: k, secretKey: { fromConfig: s } } }", ["1:13 missing-field"]],
    ["iconik's own: nothing", "storages: { A: { type: gcs, purpose: proxies, builtIn: true }, B: { type: s3, builtIn: true } }", []],
  ]);
});

describe("the whole", () => {
  const template = (group: string) => `aclTemplates: { T: { access: { groups: { ${group}: [read] } } } }`;
  broken([
    ["nothing", "", ["1:1 nothing-described"]],
    ["only comments", "# nothing\n", ["1:1 nothing-described"]],
    ["sections without an object", "userGroups: {}\nroleSets: { browse: [can_search] }", ["1:1 nothing-described"]],
    ["only what is released", "release: [userGroups/A]", ["1:1 nothing-described"]],
    ["user groups and teams", "userGroups: { A: {} }\nteams: { B: {} }", ["2:1 wrong-model"]],
    ["user groups where there are teams", "tenant: { model: teams }\nuserGroups: { A: {} }", ["2:1 wrong-model"]],
    ["role groups where there are user groups", "tenant: { model: userGroups }\nroleGroups: { A: {} }", ["2:1 wrong-model"]],
    ["access of groups where there are teams", "teams: { Sport: {} }\naclTemplates: { T: { access: { groups: { Sport: [read] } } } }", ["2:32 wrong-model"]],
    ["an allow list of groups where there are teams", "teams: { Sport: {} }\nshield: { groups: { Sport: [{ ip: 192.0.2.1 }] } }", ["2:11 wrong-model"]],
    ["a reference to nothing", "exportLocations: { A: { storage: Nowhere, path: a } }", ["1:34 unknown-reference"]],
    ["a reference by name", `userGroups: { a: { name: Editors } }\n${template("Editors")}`, ["2:42 unknown-reference"]],
    ["a reference to another kind", "userGroups: { Editors: {} }\nexportLocations: { A: { storage: Editors, path: a } }", ["2:34 unknown-reference"]],
    ["an allow list for a group that is not there", "shield: { groups: { Freelance: [{ ip: 192.0.2.1 }] } }", ["1:21 unknown-reference"]],
    ["a role set that is not there", "userGroups: { A: { roleSets: [browse] } }", ["1:31 unknown-reference"]],
    ["an address set that is not there", "shield: { everyone: [{ set: office }] }", ["1:29 unknown-reference"]],
    ["an application that is not there", "shield: { everyone: [{ ip: 192.0.2.1, application: CI }] }", ["1:52 unknown-reference"]],
    ["a cloud that is not there", `storages: { A: { ${s3}, bucket: b, provision: { cloud: media } } }`, ["1:97 no-effect-yet", "1:117 unknown-reference"]],
    ["a test of a group that is not there", "userGroups: { A: {} }\ntests: [{ name: x, group: B, deny: [can_*] }]", ["2:1 no-effect-yet", "2:27 unknown-reference"]],
    ["an exception for a kind that is not there", "userGroups: { A: {} }\nallow: [{ delete: groups/B, reason: r, until: 2027-01-01 }]", ["2:1 no-effect-yet", "2:19 unknown-reference"]],
    ["a release of a kind that is not there", "userGroups: { A: {} }\nrelease: [userGroup/B]", ["2:11 unknown-reference"]],
    ["existing, and managed here", `userGroups: { a: { name: Editors } }\ngroupMappings: { AD: { existing: Editors } }`, ["2:22 existing-is-managed"]],
    ["storages that refer to each other", "storages:\n  A: { type: file, purpose: files, mountPoint: /a, remoteStorage: B }\n  B: { type: file, purpose: files, mountPoint: /b, remoteStorage: A }", ["3:67 reference-cycle"]],
    ["a storage that refers to itself", "storages: { A: { type: file, purpose: files, mountPoint: /a, remoteStorage: A } }", ["1:77 reference-cycle"]],
    ["two objects of one name", "userGroups: { A: {}, B: { name: A } }", ["1:27 duplicate-name"]],
    ["two objects of one name, told apart by id", "userGroups: { A: { options: { adopt: 6a0c0d2e-0000-4000-8000-000000000001 } }, B: { name: A, options: { adopt: 6a0c0d2e-0000-4000-8000-000000000002 } } }", []],
    ["two objects of one name, one told by id", "userGroups: { A: { options: { adopt: exact } }, B: { name: A, options: { adopt: 6a0c0d2e-0000-4000-8000-000000000002 } } }", ["1:54 duplicate-name"]],
    ["a former label that is in use", "userGroups: { New: { formerly: Old }, Old: {} }", ["1:32 former-label-in-use"]],
    ["a former label that is one's own", "userGroups: { A: { formerly: A } }", ["1:30 former-label-in-use"]],
    ["a former label claimed twice", "userGroups: { A: { formerly: [X, Old] }, B: { formerly: Old } }", ["1:57 former-label-in-use"]],
    ["released and described", "userGroups: { A: {} }\nrelease: [userGroups/A]", ["2:11 released-and-described"]],
    ["released and renamed", "userGroups: { A: { formerly: Old } }\nrelease: [userGroups/Old]", ["2:11 released-and-described"]],
    ["two defaults for one purpose", `storages:\n  A: { ${s3}, bucket: a, default: true }\n  B: { ${s3}, bucket: b, default: true }`, ["3:87 two-defaults"]],
    ["a default on site", "storages: { A: { type: file, purpose: files, mountPoint: /a, default: true } }", ["1:62 cannot-be-default"]],
    ["an address that is none", "shield: { everyone: [{ ip: office }] }", ["1:28 wrong-address"]],
    ["an address with host bits", "shield: { everyone: [{ ip: 192.0.2.7/24 }] }", ["1:28 wrong-address"]],
    ["a wrong address in a set, used twice", "addressSets: { office: [192.0.2.300] }\nuserGroups: { A: {} }\nshield: { everyone: [{ set: office }], groups: { A: [{ set: office }] } }", ["1:25 wrong-address"]],
    ["a wrong address to be kept", "userGroups: { A: {} }\nguards: { mustKeep: [x] }", ["2:1 no-effect-yet", "2:22 wrong-address"]],
    ["Shield switched on without a list", "shield: { enabled: true }", ["1:11 missing-field"]],
    ["a role that is misspelt", "userGroups: { A: { roles: [can_read_asset] } }", ["1:28 misspelt-role"]],
    ["a role that is misspelt in a set", "roleSets: { browse: [can_serach] }\nuserGroups: { A: { roleSets: [browse] } }", ["1:22 misspelt-role"]],
    ["storages for keyframes", `storages: { A: { ${s3.replace("files", "keyframes")}, bucket: b } }`, ["1:28 own-keyframes-or-proxies"]],
    ["storages for proxies", `storages: { A: { ${s3.replace("files", "proxies")}, bucket: b } }`, ["1:28 own-keyframes-or-proxies"]],
    ["exports on Portal", "storages: { A: { type: portal, purpose: exports } }", ["1:32 export-on-portal"]],
    ["an export location on Portal", "storages: { P: { type: portal, purpose: files } }\nexportLocations: { Out: { storage: P, path: out } }", ["2:27 export-on-portal"]],
  ]);

  test("two defaults for two purposes are fine", () => {
    const two = `storages:\n  A: { ${s3}, bucket: a, default: true }\n  B: { ${s3.replace("files", "archive")}, bucket: b, default: true }`;
    expect(said(load(two))).toEqual([]);
  });

  test("an allow list is as long as iconik takes it, sets included", () => {
    const office = Array.from({ length: 60 }, (_, index) => `192.0.2.${2 * index}`).join(", ");
    const home = Array.from({ length: 41 }, (_, index) => `198.51.100.${2 * index}`).join(", ");
    const sets = `addressSets: { office: [${office}], home: [${home}] }\n`;
    expect(said(load(`${sets}shield: { everyone: [{ set: office }, { set: home }] }`))).toEqual(["2:21 out-of-range"]);
    expect(said(load(`${sets}shield: { everyone: [{ set: office }, { ip: 198.51.100.1 }] }`))).toEqual([]);
  });
});

describe("legal and unwise", () => {
  broken([
    ["an unknown role", "userGroups: { A: { roles: [can_teleport_assets] } }", ["1:28 unknown-role"]],
    ["an unknown role that is known", "knownRoles: [can_teleport_assets]\nuserGroups: { A: { roles: [can_teleport_assets] } }", []],
    ["a nearly known role that is known", "knownRoles: [can_read_asset]\nuserGroups: { A: { roles: [can_read_asset] } }", []],
    ["create without write", "userGroups: { A: { roles: [can_create_assets] } }", ["1:28 create-without-write"]],
    ["write without read", "userGroups: { A: { roles: [can_write_assets] } }", ["1:28 write-without-read"]],
    ["write without read, from a set", "roleSets: { w: [can_write_assets] }\nuserGroups: { A: { roleSets: [w] } }", ["2:31 write-without-read"]],
    ["a role above the user type", "roleGroups: { A: { defaultUserType: browseOnly, roles: [can_create_assets, can_write_assets, can_read_assets] } }", ["1:57 role-above-user-type", "1:76 role-above-user-type"]],
    ["one bucket twice", `storages:\n  A: { ${s3}, bucket: b, path: media }\n  B: { ${s3}, bucket: b, path: /media/raw/ }`, ["3:87 overlapping-paths"]],
    ["one bucket as s3 and by its endpoint", `storages:\n  A: { ${s3}, bucket: b }\n  B: { type: s3Compatible, purpose: files, region: x, bucket: b, endpoint: "https://S3.eu-north-1.amazonaws.com/", accessKey: k, secretKey: { fromConfig: s } }`, ["3:3 overlapping-paths"]],
    ["folders side by side", `storages:\n  A: { ${s3}, bucket: b, path: media }\n  B: { ${s3}, bucket: b, path: media2 }`, []],
    ["a folder that is not known here", `storages:\n  A: { ${s3}, bucket: b, path: { fromConfig: p } }\n  B: { ${s3}, bucket: b }`, []],
    ["Shield", "shield: { enabled: true, everyone: [{ ip: 192.0.2.1 }] }", ["1:11 costs"]],
    ["everybody", "shield: { everyone: [{ ip: 0.0.0.0/0 }] }", ["1:28 unwise-address"]],
    ["IPv6", "shield: { everyone: [{ ip: '2001:db8::1' }] }", ["1:28 unwise-address"]],
    ["an address within another", "shield: { everyone: [{ ip: 192.0.2.0/24 }, { ip: 192.0.2.1 }] }", ["1:50 unwise-address"]],
    ["an address within a set", "addressSets: { office: [192.0.2.0/24] }\nshield: { everyone: [{ set: office }, { ip: 192.0.2.1 }] }", []],
    ["a role that has ended", "userGroups: { A: { roles: [{ role: can_search, expires: 2026-11-21, reason: x }] } }", ["1:48 no-effect-yet", "1:57 past-date"]],
    ["a role that ends today", "userGroups: { A: { roles: [{ role: can_search, expires: 2026-11-22, reason: x }] } }", ["1:48 no-effect-yet"]],
    ["an exception that is over", "userGroups: { A: {} }\nallow: [{ delete: userGroups/B, reason: r, until: 2026-01-01 }]", ["2:1 no-effect-yet", "2:51 past-date"]],
    ["an overlay that removes nothing", "userGroups: { A: {} }", ["1:15 removes-nothing"], "userGroups: { B: null }"],
  ]);
});

describe("silencing", () => {
  broken([
    ["a warning", "shield:\n  enabled: true # iconik-ignore costs: agreed with finance\n  everyone: [{ ip: 192.0.2.1 }]", []],
    ["a disputed error", "storages:\n  A:\n    type: portal\n    purpose: exports # iconik-ignore export-on-portal: seen to work", []],
    ["two at once", "userGroups:\n  A:\n    roles: [can_create_assets, can_write_versions] # iconik-ignore create-without-write, write-without-read: a trial", ["3:52 stale-ignore"]],
    ["not another code", "shield:\n  enabled: true # iconik-ignore unknown-role: x\n  everyone: [{ ip: 192.0.2.1 }]", ["2:3 costs", "2:17 stale-ignore"]],
    ["not another line", "shield:\n  # iconik-ignore costs: x\n  enabled: true\n  everyone: [{ ip: 192.0.2.1 }]", ["2:3 stale-ignore", "3:3 costs"]],
    ["not an error", "userGroups:\n  A: { rolez: [] } # iconik-ignore unknown-key: x", ["2:8 unknown-key", "2:20 wrong-ignore"]],
    ["not without a reason", "shield:\n  enabled: true # iconik-ignore costs\n  everyone: [{ ip: 192.0.2.1 }]", ["2:3 costs", "2:17 wrong-ignore"]],
    ["not a code that is none", "shield:\n  enabled: true # iconik-ignore cost: x\n  everyone: [{ ip: 192.0.2.1 }]", ["2:3 costs", "2:17 wrong-ignore"]],
    ["not when there is nothing", "userGroups: { A: {} } # iconik-ignore costs: x", ["1:23 stale-ignore"]],
    ["not in a text", 'userGroups: { A: { description: "x # iconik-ignore costs: y" } }', []],
    ["not in a block of text", "userGroups:\n  A:\n    description: |\n      # iconik-ignore costs: y\n", []],
  ]);

  test("is not called stale where an overlay replaced the line", () => {
    const base = "shield:\n  enabled: true # iconik-ignore costs: agreed\n  everyone: [{ ip: 192.0.2.1 }]";
    expect(said(load(base, ["shield: { enabled: false }"]))).toEqual([]);
    expect(said(load(base, ["shield: { enabled: null }"]))).toEqual([]);
    expect(said(load(base, ["shield: { everyone: [{ ip: 192.0.2.2 }] }"]))).toEqual([]);
  });
});

describe("the tenant's id", () => {
  test("must be written, except on loopback", () => {
    expect(said(load("userGroups: { A: {} }", [], { loopback: false }))).toEqual(["1:1 missing-field"]);
    expect(said(load("tenant: { model: userGroups }\nuserGroups: { A: {} }", [], { loopback: false }))).toEqual(["1:1 missing-field"]);
    expect(said(load("tenant: { domainId: 5b1f0c9e-0000-4000-8000-000000000001 }\nuserGroups: { A: {} }", [], { loopback: false }))).toEqual([]);
    expect(said(load("userGroups: { A: {} }"))).toEqual([]);
  });
});

test("everything is found at once", () => {
  const checked = load(`
userGroups:
  A: { rolez: [], roles: [can_read_asset], defaultUserType: king }
  B: { name: A, description: 7 }
exportLocations:
  E: { storage: Nowhere, path: a }
shield: { everyone: [{ ip: x }] }
`);
  expect(said(checked)).toEqual([
    "3:8 unknown-key",
    "3:27 misspelt-role",
    "3:62 not-a-choice",
    "4:8 duplicate-name",
    "4:30 wrong-type",
    "6:17 unknown-reference",
    "7:28 wrong-address",
  ]);
});

test("what is meant is said", () => {
  const fixes = (yaml: string) => load(yaml).diagnostics.map(({ fix }) => fix);
  expect(fixes("userGroups: { A: { rolse: [] } }")).toEqual(["did you mean roles?"]);
  expect(fixes("userGroups: { A: { default_user_type: power } }")).toEqual(["did you mean defaultUserType?"]);
  expect(fixes("userGroups: { A: { defaultUserType: standart } }")).toEqual(["did you mean standard?"]);
  expect(fixes("storages: { P: { type: portal, purpose: files, read: yes } }")).toEqual(["write true, without quotes"]);
  expect(fixes("userGroups: { A: { description: 2026 } }")).toEqual(['quote it: "2026"']);
  expect(fixes("userGroups: { Editors: {} }\naclTemplates: { T: { access: { groups: { editors: [read] } } } }")).toEqual(['did you mean "Editors"?']);
  const [finding] = load(`storages: { A: { ${s3}, bucket: b, container: c } }`).diagnostics;
  expect(finding!.message).toBe("storages.A.container is a field of azure; s3 has none");
});

test("every code is called for by some test here, or by those about files", () => {
  const aboutFiles: DiagnosticCode[] = ["unreadable", "too-large", "outside-folder", "yaml-syntax", "merge-key", "duplicate-key", "set-twice", "ambiguous-reference"];
  expect(Object.keys(codes).filter((code) => !seen.has(code) && !(aboutFiles as string[]).includes(code))).toEqual([]);
});
