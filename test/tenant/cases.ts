/** Tenant files that break a rule, or just do not; and what is said of them. */

/** What is wrong, the file, the diagnostics in short (`line:column code`), and an overlay. */
export type Case = readonly [what: string, yaml: string, expected: string[], overlay?: string];

export const s3 = "type: s3, purpose: files, region: eu-north-1, credentials: managed";
const gcs = "type: gcs, purpose: files, bucket: b, project: acme-media";
const b2 = "type: b2, purpose: archive, bucket: b";
const wasabi = "type: wasabi, purpose: archive, bucket: b, region: r";
/** Of storages whose buckets are to be made. */
const made = {
  s3: "type: s3, purpose: files, region: eu-north-1, read: true, bucket: bucket",
  gcs: "type: gcs, purpose: files, bucket: bucket, project: acme-media, read: true",
  azure: "type: azure, purpose: files, container: media, read: true",
  b2: "type: b2, purpose: archive, bucket: bucket",
  wasabi: "type: wasabi, purpose: archive, bucket: bucket, region: eu-central-1",
};
const queue = "notificationSqsUrl: https://example.com/queue";
const adopted = "options: { adopt: exact }";
const template = (group: string) => `aclTemplates: { T: { access: { groups: { ${group}: [read] } } } }`;

export const cases = {
  "what is written": [
    ["an unknown section", "userGroup: { A: {} }\nteams: { T: {} }", ["1:1 unknown-key"]],
    ["an unknown field", "userGroups: { A: { rolez: [] } }", ["1:20 unknown-key"]],
    ["a field in iconik's spelling", "userGroups: { A: { default_user_type: power } }", ["1:20 unknown-key"]],
    ["an unknown key of a nested record", "adminSettings: { passwordChecks: { minimum: 1 } }", ["1:36 unknown-key"]],
    ["__proto__ as a key", "userGroups: { A: { __proto__: { roles: [] } } }", ["1:20 unknown-key"]],
    [
      "a field that iconik fills in",
      "storages: { P: { type: portal, purpose: files, status: active } }",
      ["1:48 output-field"],
    ],
    [
      "a field of another type of storage",
      `storages: { A: { ${s3}, bucket: b, container: c } }`,
      ["1:97 field-not-for-type"],
    ],
    [
      "provisioning of what cannot be provisioned",
      "storages: { P: { type: portal, purpose: files, provision: {} } }",
      ["1:48 field-not-for-type"],
    ],
    ["no type", "storages: { A: { purpose: files, bucket: b } }", ["1:13 missing-field"]],
    [
      "no type, and an unknown key",
      "storages: { A: { purpose: files, buckett: b } }",
      ["1:13 missing-field", "1:34 unknown-key"],
    ],
    ["a misspelt type", "storages: { A: { typ: s3, purpose: files } }", ["1:18 unknown-key"]],
    [
      "a misspelt key that is required",
      "exportLocations: { A: { storage: { existing: B }, pth: a } }",
      ["1:51 unknown-key"],
    ],
    [
      "a misspelt set",
      "addressSets: { office: [192.0.2.1] }\nshield: { everyone: [{ sett: office }] }",
      ["2:24 unknown-key"],
    ],
    [
      "a secret beside its key",
      "storages: { A: { type: wasabi, purpose: files, bucket: b, region: r, accessKey: k, secretKey: hush } }",
      ["1:95 literal-secret"],
    ],
    ["an unknown type", "storages: { A: { type: s4, purpose: files } }", ["1:24 not-a-choice"]],
    [
      "no field that is required",
      "storages: { A: { type: s3, purpose: files } }",
      ["1:13 missing-field", "1:13 missing-field"],
    ],
    [
      "an export location without a path",
      "exportLocations: { A: { storage: { existing: B } } }",
      ["1:20 missing-field"],
    ],
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
    [
      "an unknown permission",
      "aclTemplates: { T: { access: { users: { a@example.com: [change-acl] } } } }",
      ["1:57 not-a-choice"],
    ],
    ["a number beyond the contract", "adminSettings: { deleteGracePeriod: 87601 }", ["1:37 out-of-range"]],
    ["a number below the contract", "adminSettings: { passwordChecks: { minLength: 7 } }", ["1:47 out-of-range"]],
    [
      "autoScan at no interval",
      "storages: { P: { type: portal, purpose: files, autoScan: { hoursInterval: 0 } } }",
      ["1:75 out-of-range"],
    ],
    ["an empty name", 'userGroups: { A: { name: "" } }', ["1:26 out-of-range"]],
    ["an empty label", 'userGroups: { "": {} }', ["1:15 wrong-format"]],
    [
      "permissions for nothing",
      "aclTemplates: { T: { access: { users: { a@example.com: [] } } } }",
      ["1:56 out-of-range"],
    ],
    ["a domain id that is none", "tenant: { domainId: acme }\nuserGroups: { A: {} }", ["1:21 wrong-format"]],
    ["a person who is no e-mail address", "applications: { CI: { user: editor } }", ["1:29 wrong-format"]],
    [
      "a person in an access list who is none",
      "aclTemplates: { T: { access: { users: { Editors: [read] } } } }",
      ["1:41 wrong-format"],
    ],
    [
      "a date that is none",
      "userGroups: { A: { roles: [{ role: can_search, expires: 31.12.2026 }] } }",
      ["1:57 wrong-format"],
    ],
    [
      "an endpoint without https",
      "storages: { A: { type: s3, purpose: files, region: r, bucket: b, endpoint: s3.example.com } }",
      ["1:76 wrong-format"],
    ],
    ["an id of a metadata view that is none", "adminSettings: { searchView: { id: x } }", ["1:36 wrong-format"]],
    ["an adoption that is misspelt", "userGroups: { A: { options: { adopt: Exact } } }", ["1:38 wrong-format"]],
    ["a release without a section", "userGroups: { A: {} }\nrelease: [Externals]", ["2:11 wrong-format"]],
    ["a role twice", "userGroups: { A: { roles: [can_search, can_search] } }", ["1:40 duplicate-entry"]],
    ["an address twice", "shield: { everyone: [{ ip: 192.0.2.1 }, { ip: 192.0.2.1/32 }] }", ["1:47 duplicate-entry"]],
    [
      "a person twice",
      "aclTemplates: { T: { access: { users: { a@example.com: [read], A@example.com: [read] } } } }",
      ["1:64 duplicate-entry"],
    ],
    [
      "a secret",
      `storages: { A: { ${s3}, bucket: b, secretKey: hush } }`,
      ["1:97 inconsistent-fields", "1:108 literal-secret"],
    ],
    [
      "a masked secret",
      "storages: { A: { type: gcs, purpose: files, bucket: b, project: p, jsonKey: '****' } }",
      ["1:77 literal-secret"],
    ],
    [
      "a secret that is a map",
      "storages: { A: { type: gcs, purpose: files, bucket: b, project: p, jsonKey: { type: service_account } } }",
      ["1:77 literal-secret"],
    ],
    ["a name from outside", "userGroups: { A: { name: { fromConfig: x } } }", ["1:26 from-config-not-allowed"]],
    [
      "a reference from outside",
      "exportLocations: { A: { path: a, storage: { fromConfig: x } } }",
      ["1:43 from-config-not-allowed"],
    ],
    ["roles from outside", "userGroups: { A: { roles: { fromConfig: x } } }", ["1:27 from-config-not-allowed"]],
    ["a role from outside", "userGroups: { A: { roles: [{ fromConfig: x }] } }", ["1:28 from-config-not-allowed"]],
    [
      "permissions from outside",
      "aclTemplates: { T: { access: { users: { a@example.com: { fromConfig: x } } } } }",
      ["1:56 from-config-not-allowed"],
    ],
    ["an address from outside", "shield: { everyone: [{ ip: { fromConfig: x } }] }", ["1:28 from-config-not-allowed"]],
    [
      "a choice from outside",
      "storages: { P: { type: portal, purpose: { fromConfig: x } } }",
      ["1:41 from-config-not-allowed"],
    ],
    ["a person from outside", "applications: { CI: { user: { fromConfig: x } } }", ["1:29 from-config-not-allowed"]],
    [
      "a field emptied that iconik cannot empty",
      "userGroups: { A: { description: { clear: true } } }",
      ["1:33 not-clearable"],
    ],
    [
      "a required field emptied",
      "exportLocations: { A: { storage: { clear: true }, path: a } }",
      ["1:34 not-clearable"],
    ],
    ["clear: false", "userGroups: { A: { externalId: { clear: false } } }", ["1:32 wrong-type"]],
    ["no value", "userGroups: { A: { description: } }", ["1:20 null-value"]],
    [
      "a section whose lines are all comments",
      "userGroups:\n#  A: {}\nadminSettings: { externalShare: true }",
      ["1:1 null-value"],
    ],
    ["an entry without a value", "userGroups:\n  A:\n", ["2:3 null-value"]],
    ["null in a list", "userGroups: { A: { roles: [can_search, null] } }", ["1:40 null-value"]],
    [
      "keys that do not go together",
      `storages: { A: { ${s3}, bucket: b, accessKey: k, secretKey: { fromConfig: s } } }`,
      ["1:97 inconsistent-fields", "1:111 inconsistent-fields"],
    ],
    [
      "one key of two",
      "storages: { A: { type: s3, purpose: files, region: r, bucket: b, accessKey: k } }",
      ["1:13 inconsistent-fields"],
    ],
  ],
  "what a storage needs": [
    ["gcs: a key", `storages: { A: { ${gcs} } }`, ["1:13 missing-field"]],
    ["gcs: a key, or provisioning", `storages: { A: { ${made.gcs}, provision: { location: EU } } }`, []],
    ["gcs: a key, unless it is taken over", `storages: { A: { ${gcs}, ${adopted} } }`, []],
    [
      "b2: three things",
      `storages: { A: { ${b2} } }`,
      ["1:13 missing-field", "1:13 missing-field", "1:13 missing-field"],
    ],
    ["b2: provisioned", `storages: { A: { ${made.b2}, provision: { rotate: '1' } } }`, []],
    [
      "azure: a connection string",
      "storages: { A: { type: azure, purpose: files, container: c } }",
      ["1:13 missing-field"],
    ],
    ["wasabi: keys", `storages: { A: { ${wasabi} } }`, ["1:13 inconsistent-fields"]],
    ["wasabi: provisioned", `storages: { A: { ${made.wasabi}, provision: { rotate: '1' } } }`, []],
    ["wasabi: taken over", `storages: { A: { ${wasabi}, ${adopted} } }`, []],
    [
      "s3Compatible: an endpoint",
      "storages: { A: { type: s3Compatible, purpose: files, bucket: b, region: r, accessKey: k, secretKey: { fromConfig: s } } }",
      ["1:13 missing-field"],
    ],
    [
      "iconik's own: nothing",
      "storages: { A: { type: gcs, purpose: proxies, builtIn: true }, B: { type: s3, builtIn: true } }",
      [],
    ],
  ],
  "the whole": [
    ["nothing", "", ["1:1 nothing-described"]],
    ["only comments", "# nothing\n", ["1:1 nothing-described"]],
    ["sections without an object", "userGroups: {}\nroleSets: { browse: [can_search] }", ["1:1 nothing-described"]],
    ["only what is released", "release: [userGroups/A]", ["1:1 nothing-described"]],
    ["user groups and teams", "userGroups: { A: {} }\nteams: { B: {} }", ["2:1 wrong-model"]],
    ["user groups where there are teams", "tenant: { model: teams }\nuserGroups: { A: {} }", ["2:1 wrong-model"]],
    [
      "role groups where there are user groups",
      "tenant: { model: userGroups }\nroleGroups: { A: {} }",
      ["2:1 wrong-model"],
    ],
    [
      "access of groups where there are teams",
      "teams: { Sport: {} }\naclTemplates: { T: { access: { groups: { Sport: [read] } } } }",
      ["2:32 wrong-model"],
    ],
    [
      "an allow list of groups where there are teams",
      "teams: { Sport: {} }\nshield: { groups: { Sport: [{ ip: 192.0.2.1 }] } }",
      ["2:11 wrong-model"],
    ],
    ["a reference to nothing", "exportLocations: { A: { storage: Nowhere, path: a } }", ["1:34 unknown-reference"]],
    ["a reference by name", `userGroups: { a: { name: Editors } }\n${template("Editors")}`, ["2:42 unknown-reference"]],
    [
      "a reference to another kind",
      "userGroups: { Editors: {} }\nexportLocations: { A: { storage: Editors, path: a } }",
      ["2:34 unknown-reference"],
    ],
    [
      "an allow list for a group that is not there",
      "shield: { groups: { Freelance: [{ ip: 192.0.2.1 }] } }",
      ["1:21 unknown-reference"],
    ],
    ["a role set that is not there", "userGroups: { A: { roleSets: [browse] } }", ["1:31 unknown-reference"]],
    ["an address set that is not there", "shield: { everyone: [{ set: office }] }", ["1:29 unknown-reference"]],
    [
      "an application that is not there",
      "shield: { everyone: [{ ip: 192.0.2.1, application: CI }] }",
      ["1:52 unknown-reference"],
    ],
    [
      "a cloud that is not there",
      `storages: { A: { ${made.s3}, provision: { cloud: media } } }`,
      ["1:112 unknown-reference"],
    ],
    [
      "a test of a group that is not there",
      "userGroups: { A: {} }\ntests: [{ name: x, group: B, deny: [can_*] }]",
      ["2:27 unknown-reference"],
    ],
    [
      "an exception whose reason is still to be filled in",
      'userGroups: { A: {} }\nallow: [{ delete: userGroups/B, reason: "<why>", until: 2999-12-31 }]',
      ["2:41 wrong-format"],
    ],
    ...["2026-99-99", "2026-02-30", "2027-02-29", "2026-12-5"].map((day): Case => [
      "an exception until a day that there is not",
      `userGroups: { A: {} }\nallow: [{ delete: userGroups/B, reason: r, until: ${day} }]`,
      ["2:51 wrong-format"],
    ]),
    [
      "an exception until the last day of a February",
      "userGroups: { A: {} }\nallow: [{ delete: userGroups/B, reason: r, until: 2028-02-29 }]",
      [],
    ],
    [
      "an exception for a kind that is not there",
      "userGroups: { A: {} }\nallow: [{ delete: groups/B, reason: r, until: 2027-01-01 }]",
      ["2:19 unknown-reference"],
    ],
    [
      "a release of a kind that is not there",
      "userGroups: { A: {} }\nrelease: [userGroup/B]",
      ["2:11 unknown-reference"],
    ],
    [
      "existing, and managed here",
      `userGroups: { a: { name: Editors } }\ngroupMappings: { AD: { existing: Editors } }`,
      ["2:22 existing-is-managed"],
    ],
    [
      "storages that refer to each other",
      "storages:\n  A: { type: file, purpose: files, mountPoint: /a, remoteStorage: B }\n  B: { type: file, purpose: files, mountPoint: /b, remoteStorage: A }",
      ["3:67 reference-cycle"],
    ],
    [
      "a storage that refers to itself",
      "storages: { A: { type: file, purpose: files, mountPoint: /a, remoteStorage: A } }",
      ["1:77 reference-cycle"],
    ],
    ["two objects of one name", "userGroups: { A: {}, B: { name: A } }", ["1:27 duplicate-name"]],
    [
      "two objects of one name, told apart by id",
      "userGroups: { A: { options: { adopt: 6a0c0d2e-0000-4000-8000-000000000001 } }, B: { name: A, options: { adopt: 6a0c0d2e-0000-4000-8000-000000000002 } } }",
      [],
    ],
    [
      "two objects of one name, one told by id",
      "userGroups: { A: { options: { adopt: exact } }, B: { name: A, options: { adopt: 6a0c0d2e-0000-4000-8000-000000000002 } } }",
      ["1:54 duplicate-name"],
    ],
    [
      "two mappings of one name, told apart by id or not",
      "groupMappings: { A: { group: { existing: E }, options: { adopt: 6a0c0d2e-0000-4000-8000-000000000001 } }, B: { name: A, group: { existing: F }, options: { adopt: 6a0c0d2e-0000-4000-8000-000000000002 } } }",
      ["1:112 duplicate-name"],
    ],
    ["a former label that is in use", "userGroups: { New: { formerly: Old }, Old: {} }", ["1:32 former-label-in-use"]],
    ["a former label that is one's own", "userGroups: { A: { formerly: A } }", ["1:30 former-label-in-use"]],
    [
      "a former label claimed twice",
      "userGroups: { A: { formerly: [X, Old] }, B: { formerly: Old } }",
      ["1:57 former-label-in-use"],
    ],
    ["released and described", "userGroups: { A: {} }\nrelease: [userGroups/A]", ["2:11 released-and-described"]],
    [
      "released and renamed",
      "userGroups: { A: { formerly: Old } }\nrelease: [userGroups/Old]",
      ["2:11 released-and-described"],
    ],
    [
      "two defaults for one purpose",
      `storages:\n  A: { ${s3}, bucket: a, default: true }\n  B: { ${s3}, bucket: b, default: true }`,
      ["3:87 two-defaults"],
    ],
    [
      "a default on site",
      "storages: { A: { type: file, purpose: files, mountPoint: /a, default: true } }",
      ["1:62 cannot-be-default"],
    ],
    ["an address that is none", "shield: { everyone: [{ ip: office }] }", ["1:28 wrong-address"]],
    ["an address with host bits", "shield: { everyone: [{ ip: 192.0.2.7/24 }] }", ["1:28 wrong-address"]],
    [
      "a wrong address in a set, used twice",
      "addressSets: { office: [192.0.2.300] }\nuserGroups: { A: {} }\nshield: { everyone: [{ set: office }], groups: { A: [{ set: office }] } }",
      ["1:25 wrong-address"],
    ],
    ["a wrong address to be kept", "userGroups: { A: {} }\nguards: { mustKeep: [x] }", ["2:22 wrong-address"]],
    [
      "Shield switched on without a list",
      "shield: { enabled: true }\nguards: { mustKeep: [192.0.2.1] }",
      ["1:11 missing-field"],
    ],
    [
      "Shield switched on, and not letting in what must be kept",
      "shield: { enabled: true, everyone: [{ ip: 192.0.2.1 }] }\nguards: { mustKeep: [192.0.2.1, 203.0.113.9, 192.0.2.0/24] }",
      ["1:11 costs", "2:33 shut-out", "2:46 shut-out"],
    ],
    [
      "Shield switched on, and letting in what must be kept by one application",
      "applications: { CI: {} }\nshield: { enabled: true, everyone: [{ ip: 192.0.2.1, application: CI }] }\nguards: { mustKeep: [192.0.2.1] }",
      ["2:11 costs", "3:22 shut-out"],
    ],
    [
      "Shield switched on, and letting in what must be kept by a group's list",
      "userGroups: { A: {} }\nshield: { enabled: true, everyone: [{ ip: 192.0.2.1 }], groups: { A: [{ ip: 203.0.113.9 }] } }\nguards: { mustKeep: [203.0.113.9] }",
      ["2:11 costs", "3:22 shut-out"],
    ],
    [
      "Shield switched on, and what must be kept may be shut out",
      "shield: { enabled: true, everyone: [{ ip: 192.0.2.1 }] }\nguards: { mustKeep: [203.0.113.9] }\nallow: [{ lockOut: 203.0.113.9, reason: r, until: 2999-12-31 }]",
      ["1:11 costs"],
    ],
    [
      "Shield switched on, and what must be kept might be shut out for some time",
      "shield: { enabled: true, everyone: [{ ip: 192.0.2.1 }] }\nguards: { mustKeep: [203.0.113.9] }\nallow: [{ lockOut: 203.0.113.9, reason: r, until: 2020-01-01 }]",
      ["1:11 costs", "2:22 shut-out", "3:51 past-date"],
    ],
    [
      "Shield left as it is, and not letting in what must be kept",
      "shield: { everyone: [{ ip: 192.0.2.1 }] }\nguards: { mustKeep: [203.0.113.9] }",
      [],
    ],
    [
      "Shield switched on, and nothing that must be kept",
      "shield: { enabled: true, everyone: [{ ip: 192.0.2.1 }] }",
      ["1:11 costs", "1:20 missing-field"],
    ],
    [
      "Two exceptions in one",
      "userGroups: { A: {} }\nallow: [{ delete: userGroups/B, empty: userGroups/A, reason: r, until: 2027-01-01 }]",
      ["2:33 unknown-key"],
    ],
    [
      "An exception from nothing",
      "userGroups: { A: {} }\nallow: [{ reason: r, until: 2027-01-01 }]",
      ["2:9 missing-field"],
    ],
    [
      "An exception without an end",
      "userGroups: { A: {} }\nallow: [{ lockOut: 192.0.2.1, reason: r }]",
      ["2:9 missing-field"],
    ],
    ["a role that is misspelt", "userGroups: { A: { roles: [can_read_asset] } }", ["1:28 misspelt-role"]],
    [
      "a role that is misspelt in a set",
      "roleSets: { browse: [can_serach] }\nuserGroups: { A: { roleSets: [browse] } }",
      ["1:22 misspelt-role"],
    ],
    [
      "storages for keyframes",
      `storages: { A: { ${s3.replace("files", "keyframes")}, bucket: b } }`,
      ["1:28 own-keyframes-or-proxies"],
    ],
    [
      "storages for proxies",
      `storages: { A: { ${s3.replace("files", "proxies")}, bucket: b } }`,
      ["1:28 own-keyframes-or-proxies"],
    ],
    ["exports on Portal", "storages: { A: { type: portal, purpose: exports } }", ["1:32 export-on-portal"]],
    [
      "an export location on Portal",
      "storages: { P: { type: portal, purpose: files } }\nexportLocations: { Out: { storage: P, path: out } }",
      ["2:27 export-on-portal"],
    ],
  ],
  provisioning: [
    [
      "a name that no bucket can have",
      `storages: { A: { ${made.s3.replace("bucket: bucket", "bucket: Bucket_")}, provision: {} } }`,
      ["1:76 bucket-name"],
    ],
    [
      "the same, of a bucket that is there",
      `storages: { A: { ${made.s3.replace("bucket: bucket", "bucket: Bucket_")} } }`,
      [],
    ],
    [
      "a region that is none",
      `storages: { A: { ${made.wasabi.replace("eu-central-1", "r")}, provision: {} } }`,
      ["1:66 region-name"],
    ],
    ["no location", `storages:\n  A: { ${made.gcs}, provision: {} }`, ["2:84 missing-field"]],
    ["no location, of a bucket that is there", `storages: { A: { ${made.gcs}, provision: { bucket: existing } } }`, []],
    [
      "no account",
      `storages:\n  A: { ${made.azure}, provision: { location: westeurope } }`,
      ["2:67 missing-field", "2:67 missing-field"],
    ],
    [
      "no gateway's person",
      "storages: { A: { type: file, purpose: files, mountPoint: /mnt, provision: { gateway: {} } } }",
      ["1:77 missing-field"],
    ],
    ["a folder that is a pattern", `storages: { A: { ${made.s3}, path: "a*", provision: {} } }`, ["1:92 unsafe-path"]],
    ["an alias of a key", `storages: { A: { ${made.s3}, provision: { kmsKey: alias/media } } }`, ["1:105 key-name"]],
    ["a queue that is none", `storages: { A: { ${made.s3}, ${queue}, provision: {} } }`, ["1:92 queue-url"]],
    [
      "iconik's role where it is not",
      `storages: { A: { ${made.s3.replace("eu-north-1", "cn-north-1")}, credentials: managed, provision: {} } }`,
      ["1:92 managed-elsewhere"],
    ],
    [
      "a flag from the stack",
      `storages: { A: { ${made.s3.replace("read: true", "read: { fromConfig: r }")}, provision: {} } }`,
      ["1:64 flag-from-config", "1:64 no-use"],
    ],
    [
      "CORS rules that no key reaches",
      `storages: { A: { ${made.b2}, provision: { cors: iconik, scope: bucket } } }`,
      ["1:75 cors-out-of-reach"],
    ],
    [
      "a key that reaches too much",
      `storages: { A: { ${made.b2}, provision: { cors: ours, scope: account } } }`,
      ["1:87 scope-too-wide"],
    ],
    ["nothing to do", `storages: { A: { ${made.s3.replace("read: true, ", "")}, provision: {} } }`, ["1:13 no-use"]],
    [
      "a policy that is too large",
      `storages: { A: { ${made.wasabi}, path: ${"folder/".repeat(125)}, provision: {} } }`,
      ["1:88 policy-too-large"],
    ],
    [
      "keys that are made, and written",
      `storages: { A: { ${made.wasabi}, accessKey: k, secretKey: { fromConfig: s }, provision: {} } }`,
      ["1:88 inconsistent-fields", "1:102 inconsistent-fields"],
    ],
    [
      "an account that cannot be",
      `storages: { A: { ${made.azure}, provision: { account: A_, resourceGroup: g, location: westeurope } } }`,
      ["1:90 bucket-name"],
    ],
    [
      "an instance that is none",
      "storages: { A: { type: ibmCos, purpose: archive, bucket: bucket, region: eu-de, provision: { instance: mine } } }",
      ["1:94 wrong-format"],
    ],
    [
      "new keys that could be read on the way",
      `storages: { A: { ${made.wasabi}, endpoint: "http://s3.example.com", provision: {} } }`,
      ["1:88 wrong-format", "1:123 missing-field"],
    ],
    [
      "a new key of a role",
      `storages: { A: { ${made.s3}, provision: { rotate: "1" } } }`,
      ["1:105 inconsistent-fields"],
    ],
    [
      "what iconik made itself",
      "storages: { A: { type: gcs, purpose: proxies, builtIn: true, provision: { location: EU } } }",
      ["1:62 inconsistent-fields"],
    ],
    [
      "a cloud of another sort",
      `storages: { A: { ${made.s3}, provision: { cloud: media } } }\nclouds: { media: { type: wasabi } }`,
      ["1:112 wrong-cloud"],
    ],
    [
      "a profile where there is none",
      "userGroups: { A: {} }\nclouds: { media: { type: b2, profile: x } }",
      ["2:30 unknown-key"],
    ],
    [
      "two things said of one bucket",
      `storages:\n  A: { ${made.s3}, path: a, provision: {} }\n  B: { ${made.s3}, path: b, provision: { bucket: existing, cors: ours } }`,
      ["3:104 one-bucket", "3:122 one-bucket"],
    ],
    [
      "two storages in one account",
      `storages:\n  A: { ${made.azure}, provision: { account: aaa, resourceGroup: g, location: westeurope } }\n  B: { ${made.azure}, path: b, provision: { account: aaa, resourceGroup: g, location: westeurope } }`,
      ["3:89 one-bucket"],
    ],
    [
      "two storages of one identity",
      `storages:\n  In: { ${made.wasabi}, path: a, provision: {} }\n  in: { ${made.wasabi}, path: b, provision: {} }`,
      ["3:88 one-bucket"],
    ],
    [
      "two buckets of one name",
      `storages:\n  A: { ${made.wasabi}, provision: {} }\n  B: { ${made.wasabi.replace("wasabi", "cloudian")}, endpoint: "https://s3.example.com", provision: { iamEndpoint: "https://iam.example.com" } }`,
      ["3:116 one-bucket"],
    ],
  ],
  "legal and unwise": [
    ["an unknown role", "userGroups: { A: { roles: [can_teleport_assets] } }", ["1:28 unknown-role"]],
    [
      "an unknown role that is known",
      "knownRoles: [can_teleport_assets]\nuserGroups: { A: { roles: [can_teleport_assets] } }",
      [],
    ],
    [
      "a nearly known role that is known",
      "knownRoles: [can_read_asset]\nuserGroups: { A: { roles: [can_read_asset] } }",
      [],
    ],
    ["create without write", "userGroups: { A: { roles: [can_create_assets] } }", ["1:28 create-without-write"]],
    ["write without read", "userGroups: { A: { roles: [can_write_assets] } }", ["1:28 write-without-read"]],
    [
      "write without read, from a set",
      "roleSets: { w: [can_write_assets] }\nuserGroups: { A: { roleSets: [w] } }",
      ["2:31 write-without-read"],
    ],
    [
      "a role above the user type",
      "roleGroups: { A: { defaultUserType: browseOnly, roles: [can_create_assets, can_write_assets, can_read_assets] } }",
      ["1:57 role-above-user-type", "1:76 role-above-user-type"],
    ],
    [
      "one bucket twice",
      `storages:\n  A: { ${s3}, bucket: b, path: media }\n  B: { ${s3}, bucket: b, path: /media/raw/ }`,
      ["3:87 overlapping-paths"],
    ],
    [
      "one bucket as s3 and by its endpoint",
      `storages:\n  A: { ${s3}, bucket: b }\n  B: { type: s3Compatible, purpose: files, region: x, bucket: b, endpoint: "https://S3.eu-north-1.amazonaws.com/", accessKey: k, secretKey: { fromConfig: s } }`,
      ["3:3 overlapping-paths"],
    ],
    [
      "a bucket that iconik uses for its own",
      `storages:\n  A: { ${s3}, bucket: b }\n  B: { type: s3, bucket: b, region: eu-north-1, builtIn: true }`,
      [],
    ],
    [
      "folders side by side",
      `storages:\n  A: { ${s3}, bucket: b, path: media }\n  B: { ${s3}, bucket: b, path: media2 }`,
      [],
    ],
    [
      "a folder that is not known here",
      `storages:\n  A: { ${s3}, bucket: b, path: { fromConfig: p } }\n  B: { ${s3}, bucket: b }`,
      [],
    ],
    [
      "Shield",
      "shield: { enabled: true, everyone: [{ ip: 192.0.2.1 }] }\nguards: { mustKeep: [192.0.2.1] }",
      ["1:11 costs"],
    ],
    ["everybody", "shield: { everyone: [{ ip: 0.0.0.0/0 }] }", ["1:28 unwise-address"]],
    ["IPv6", "shield: { everyone: [{ ip: '2001:db8::1' }] }", ["1:28 unwise-address"]],
    [
      "an address within another",
      "shield: { everyone: [{ ip: 192.0.2.0/24 }, { ip: 192.0.2.1 }] }",
      ["1:50 unwise-address"],
    ],
    [
      "an address within a set",
      "addressSets: { office: [192.0.2.0/24] }\nshield: { everyone: [{ set: office }, { ip: 192.0.2.1 }] }",
      [],
    ],
    [
      "a role that has ended",
      "userGroups: { A: { roles: [{ role: can_search, expires: 2026-11-21, reason: x }] } }",
      ["1:57 past-date"],
    ],
    [
      "a role that ends today",
      "userGroups: { A: { roles: [{ role: can_search, expires: 2026-11-22, reason: x }] } }",
      ["1:57 ends-soon"],
    ],
    [
      "access that has ended, and access that ends within 14 days",
      "userGroups: { A: {}, B: {} }\naclTemplates: { T: { access: { groups: { A: { permissions: [read], expires: 2026-11-21 }, B: { permissions: [read], expires: 2026-12-06 } } } } }",
      ["2:77 past-date", "2:126 ends-soon"],
    ],
    [
      "a list of which every address has ended",
      "shield: { everyone: [{ ip: 192.0.2.1, expires: 2026-11-21 }] }",
      ["1:11 list-ended", "1:48 past-date"],
    ],
    [
      "an exception that is over",
      "userGroups: { A: {} }\nallow: [{ delete: userGroups/B, reason: r, until: 2026-01-01 }]",
      ["2:51 past-date"],
    ],
    ["an overlay that removes nothing", "userGroups: { A: {} }", ["1:15 removes-nothing"], "userGroups: { B: null }"],
  ],
  silencing: [
    [
      "a warning",
      "shield:\n  enabled: true # iconik-ignore costs: agreed with finance\n  everyone: [{ ip: 192.0.2.1 }]\nguards: { mustKeep: [192.0.2.1] }",
      [],
    ],
    [
      "a disputed error",
      "storages:\n  A:\n    type: portal\n    purpose: exports # iconik-ignore export-on-portal: seen to work",
      [],
    ],
    [
      "two at once",
      "userGroups:\n  A:\n    roles: [can_create_assets, can_write_versions] # iconik-ignore create-without-write, write-without-read: a trial",
      ["3:52 stale-ignore"],
    ],
    [
      "not another code",
      "shield:\n  enabled: true # iconik-ignore unknown-role: x\n  everyone: [{ ip: 192.0.2.1 }]\nguards: { mustKeep: [192.0.2.1] }",
      ["2:3 costs", "2:17 stale-ignore"],
    ],
    [
      "not another line",
      "shield:\n  # iconik-ignore costs: x\n  enabled: true\n  everyone: [{ ip: 192.0.2.1 }]\nguards: { mustKeep: [192.0.2.1] }",
      ["2:3 stale-ignore", "3:3 costs"],
    ],
    [
      "not an error",
      "userGroups:\n  A: { rolez: [] } # iconik-ignore unknown-key: x",
      ["2:8 unknown-key", "2:20 wrong-ignore"],
    ],
    [
      "not without a reason",
      "shield:\n  enabled: true # iconik-ignore costs\n  everyone: [{ ip: 192.0.2.1 }]\nguards: { mustKeep: [192.0.2.1] }",
      ["2:3 costs", "2:17 wrong-ignore"],
    ],
    [
      "not a code that is none",
      "shield:\n  enabled: true # iconik-ignore cost: x\n  everyone: [{ ip: 192.0.2.1 }]\nguards: { mustKeep: [192.0.2.1] }",
      ["2:3 costs", "2:17 wrong-ignore"],
    ],
    ["not when there is nothing", "userGroups: { A: {} } # iconik-ignore costs: x", ["1:23 stale-ignore"]],
    ["not in a text", 'userGroups: { A: { description: "x # iconik-ignore costs: y" } }', []],
    ["not in a block of text", "userGroups:\n  A:\n    description: |\n      # iconik-ignore costs: y\n", []],
  ],
} as const satisfies Record<string, readonly Case[]>;
