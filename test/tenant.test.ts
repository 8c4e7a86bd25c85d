/** A whole tenant file, and what each part of it becomes. */

import { describe, expect, test } from "vitest";
import { object, reference, text, choice } from "../provider/definition";
import { kinds } from "../provider/kinds";
import { loadTenant } from "../provider/tenant";
import { load, resource, said } from "./tenant/inline";

const whole = loadTenant({ base: "tenant/whole.yaml" }, { cwd: __dirname, today: "2026-11-22" });

describe("a whole file", () => {
  test("has no errors, and warns of what costs money", () => {
    expect(whole.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(new Set(whole.diagnostics.map(({ code }) => code))).toEqual(new Set(["costs"]));
    expect(whole.diagnostics[0]!.place).toEqual({ file: "tenant/whole.yaml", line: 74, column: 3 });
  });

  test("becomes resources, by kind and label, each after what it refers to", () => {
    const resources = whole.desired!.resources;
    expect(resources.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual(
      [
        "UserGroup Editors",
        "UserGroup Freelance",
        "UserGroupSettings Editors",
        "GroupMapping AD-Editors",
        "AclTemplate Default upload",
        ...[
          "Masters",
          "Ingest",
          "Google",
          "Blob",
          "B2",
          "Wasabi",
          "Ibm",
          "Hyper",
          "Other",
          "Playout",
          "Portal",
          "Proxies",
        ].map((name) => `Storage ${name}`),
        "ExportLocation Delivery",
        "Application CI",
        "Application Playout gateway",
        "ShieldAllowList everyone",
        "ShieldAllowList groups/Freelance",
        "AdminSettings adminSettings",
      ].sort(),
    );
    const at = new Map(resources.map(({ kind, name }, index) => [`${kind}/${name}`, index]));
    for (const { kind, name, inputs } of resources) {
      for (const [, target] of JSON.stringify(inputs).matchAll(/"ref":({[^}]*})/g)) {
        const ref = JSON.parse(target!) as { kind: string; name: string };
        expect(at.get(`${ref.kind}/${ref.name}`), `${kind}/${name}`).toBeLessThan(at.get(`${kind}/${name}`)!);
      }
    }
  });

  test("says which tenant it is", () => {
    expect(whole.desired!.tenant).toEqual({ domainId: "5b1f0c9e-0000-4000-8000-000000000001", model: "userGroups" });
  });

  test("joins roles and role sets, sorted, without their ends", () => {
    expect(resource(whole, "UserGroup", "Editors").inputs).toEqual({
      name: "Editors",
      description: "Cut and publish",
      defaultUserType: "standard",
      roles: [
        "can_create_assets",
        "can_purge_assets",
        "can_read_acls",
        "can_read_assets",
        "can_read_collections",
        "can_read_files",
        "can_search",
        "can_write_assets",
      ],
    });
  });

  test("makes settings a resource of their own that names the group", () => {
    const { inputs, place, section, name } = resource(whole, "UserGroupSettings", "Editors");
    expect({ section, name, line: place.line }).toEqual({ section: "userGroups.settings", name: "Editors", line: 17 });
    expect(inputs).toEqual({
      group: { ref: { kind: "UserGroup", label: "Editors", name: "Editors" } },
      aclTemplate: { ref: { kind: "AclTemplate", label: "Default upload", name: "Default upload" } },
      defaultUploadStorage: { ref: { kind: "Storage", label: "Masters", name: "Masters" } },
    });
  });

  test("keeps former labels, options, and the shorthand of mappings", () => {
    expect(resource(whole, "UserGroup", "Freelance")).toMatchObject({
      formerly: ["Externals"],
      options: { protect: true },
    });
    expect(resource(whole, "ShieldAllowList", "groups/Freelance").formerly).toEqual(["groups/Externals"]);
    expect(resource(whole, "GroupMapping", "AD-Editors").inputs).toEqual({
      name: "AD-Editors",
      group: { ref: { kind: "UserGroup", label: "Editors", name: "Editors" } },
    });
  });

  test("reads access lists, with permissions as words of the language", () => {
    expect(resource(whole, "AclTemplate", "Default upload").inputs.access).toEqual({
      groups: [
        {
          group: { ref: { kind: "UserGroup", label: "Editors", name: "Editors" } },
          permissions: ["delete", "read", "write"],
        },
        { group: { ref: { kind: "UserGroup", label: "Freelance", name: "Freelance" } }, permissions: ["read"] },
      ],
      users: [{ user: "editor@example.com", permissions: ["changeAcl", "read"] }],
    });
  });

  test("reads storages, protected unless iconik made them", () => {
    const { inputs, options } = resource(whole, "Storage", "Masters");
    expect(options).toEqual({ protect: true });
    expect(inputs).toMatchObject({
      type: "s3",
      purpose: "files",
      bucket: "acme-masters",
      path: "",
      autoScan: { hoursInterval: 24 },
      default: true,
      credentials: "managed",
    });
    expect(inputs).not.toHaveProperty("provision");
    expect(resource(whole, "Storage", "Proxies").options).toEqual({ builtIn: true });
    expect(resource(whole, "Storage", "Other").inputs).toMatchObject({
      accessKey: { fromConfig: "o.id" },
      secretKey: { fromConfig: "o.key" },
    });
  });

  test("writes out address sets, binds addresses to applications, drops notes", () => {
    const application = { ref: { kind: "Application", label: "CI", name: "CI" } };
    const { inputs } = resource(whole, "ShieldAllowList", "everyone");
    expect(inputs.enabled).toBe(true);
    expect(new Set((inputs.addresses as unknown[]).map((entry) => JSON.stringify(entry)))).toEqual(
      new Set(
        [{ ip: "203.0.113.0/24" }, { ip: "198.51.100.7" }, { ip: "192.0.2.10", application }].map((entry) =>
          JSON.stringify(entry),
        ),
      ),
    );
    expect(resource(whole, "ShieldAllowList", "groups/Freelance").inputs).toEqual({
      group: { ref: { kind: "UserGroup", label: "Freelance", name: "Freelance" } },
      addresses: [{ ip: "192.0.2.0/24" }],
    });
  });

  test("owns of the tenant's settings the leaves that are written", () => {
    expect(resource(whole, "AdminSettings", "adminSettings").inputs).toEqual({
      externalShare: true,
      supportAccess: false,
      passwordChecks: { minLength: 12 },
    });
  });

  test("says where storages come from", () => {
    const { provision, clouds } = whole.desired!;
    expect(provision.map(({ of }) => of.label)).toEqual([
      "Masters",
      "Ingest",
      "Google",
      "Blob",
      "B2",
      "Wasabi",
      "Ibm",
      "Hyper",
      "Playout",
    ]);
    expect(clouds).toMatchObject([{ label: "media", values: { type: "aws", profile: "media", region: "eu-north-1" } }]);
    expect(resource(whole, "Application", "Playout gateway").inputs).toEqual({
      name: "Playout gateway",
      description: "Storage Gateway of Playout",
      user: "isg@example.com",
      token: { rotate: "1" },
    });
    expect(provision.at(-1)!.application).toEqual({
      kind: "Application",
      label: "Playout gateway",
      name: "Playout gateway",
    });
  });

  test("hands on guards, exceptions, tests and ends", () => {
    const { later } = whole.desired!;
    expect(later.guards).toEqual({ mustKeep: ["198.51.100.7"], minAdmins: 2 });
    expect(later.allow).toMatchObject([
      { values: { delete: "userGroups/Externals", reason: "CHG-4711", until: "2026-12-05" } },
    ]);
    expect(later.tests).toMatchObject([{ values: { name: "freelancers never delete" } }]);
    expect(later.expires).toMatchObject([
      {
        of: { kind: "UserGroup", label: "Editors" },
        what: "role",
        value: "can_purge_assets",
        until: "2026-12-31",
        reason: "clean-up",
      },
      {
        of: { kind: "ShieldAllowList", label: "groups/Freelance" },
        what: "address",
        value: "192.0.2.0/24",
        until: "2027-03-01",
      },
    ]);
  });
});

describe("what is not written is not managed", () => {
  const written = (fields: string) => load(`userGroups: { Editors: { description: x${fields} } }`);

  test("an absent field is absent", () => {
    expect(resource(written(""), "UserGroup", "Editors").inputs).toEqual({ name: "Editors", description: "x" });
  });
  test("an empty list is an empty list", () => {
    expect(resource(written(", roles: []"), "UserGroup", "Editors").inputs.roles).toEqual([]);
    expect(resource(written(", roleSets: []"), "UserGroup", "Editors").inputs.roles).toEqual([]);
  });
  test("an emptied field says so", () => {
    expect(resource(written(", externalId: { clear: true }"), "UserGroup", "Editors").inputs.externalId).toEqual({
      clear: true,
    });
  });
  test("an empty access list is whole for its sort alone", () => {
    const checked = load(
      "aclTemplates: { T: { access: { groups: {} } }, U: { access: { groups: [], users: {} } }, V: { access: {} } }",
    );
    expect(resource(checked, "AclTemplate", "T").inputs.access).toEqual({ groups: [] });
    expect(resource(checked, "AclTemplate", "U").inputs.access).toEqual({ groups: [], users: [] });
    expect(resource(checked, "AclTemplate", "V").inputs.access).toEqual({});
  });
  test("settings without a key make no resource", () => {
    const checked = load("userGroups: { Editors: { settings: {} } }\nadminSettings: {}\n");
    expect(checked.desired!.resources.map(({ kind }) => kind)).toEqual(["UserGroup"]);
  });
  test("a satellite can be off", () => {
    const checked = load("storages: { P: { type: portal, purpose: files, autoScan: false, default: false } }");
    expect(resource(checked, "Storage", "P").inputs).toMatchObject({ autoScan: false, default: false });
  });
});

describe("names and references", () => {
  test("a label is the name unless name: says otherwise, and the logical name in either case", () => {
    const { name, label, inputs } = resource(
      load("userGroups: { cutters: { name: Cutters and more } }"),
      "UserGroup",
      "cutters",
    );
    expect({ name, label, title: inputs.name }).toEqual({
      name: "cutters",
      label: "cutters",
      title: "Cutters and more",
    });
  });

  test("an object that is not managed is named, in lists too", () => {
    const checked = load(
      "aclTemplates: { T: { access: { groups: [{ group: { existing: Everyone }, permissions: [read] }] } } }\ngroupMappings: { AD: { existing: Everyone } }\n",
    );
    expect(resource(checked, "AclTemplate", "T").inputs.access).toEqual({
      groups: [{ group: { existing: "Everyone" }, permissions: ["read"] }],
    });
    expect(resource(checked, "GroupMapping", "AD").inputs.group).toEqual({ existing: "Everyone" });
  });

  test("a label of two kinds is written with its section", () => {
    const teams = "teams: { Sport: {} }\nroleGroups: { Sport: {} }\n";
    expect(said(load(`${teams}groupMappings: { AD: Sport }`))).toEqual(["3:22 ambiguous-reference"]);
    expect(
      resource(load(`${teams}groupMappings: { AD: roleGroups/Sport }`), "GroupMapping", "AD").inputs.group,
    ).toEqual({
      ref: { kind: "RoleGroup", label: "Sport", name: "Sport" },
    });
  });

  test("labels may be anything that YAML can write", () => {
    for (const label of ["__proto__", "constructor", "toString", "a::b", "ü€😀", "with: colon", "123", "null", "a/b"]) {
      const quoted = JSON.stringify(label);
      const checked = load(
        `userGroups: { ${quoted}: { roles: [] } }\naclTemplates: { T: { access: { groups: { ${quoted}: [read] } } } }`,
      );
      expect(resource(checked, "UserGroup", label).inputs).toEqual({ name: label, roles: [] });
      expect(resource(checked, "AclTemplate", "T").inputs.access).toMatchObject({
        groups: [{ group: { ref: { label } } }],
      });
    }
    expect(({} as { roles?: unknown }).roles).toBeUndefined();
  });

  test("ids of what is not managed become ids", () => {
    const id = "6a0c0d2e-0000-4000-8000-000000000009";
    const checked = load(
      `exportLocations: { Out: { storage: { existing: Playout }, path: out, metadataView: { id: ${id} }, transcodeProfileIds: [{ id: ${id} }] } }`,
    );
    expect(resource(checked, "ExportLocation", "Out").inputs).toMatchObject({
      metadataView: id,
      transcodeProfileIds: [id],
      storage: { existing: "Playout" },
    });
  });

  test("values come in canonical form", () => {
    const checked = load(
      "exportLocations: { Out: { storage: { existing: Playout }, path: /media/out/, access: { users: { Editor@Example.com: [write, read] } } } }\nshield: { everyone: [{ ip: 198.51.100.7/32 }] }",
    );
    expect(resource(checked, "ExportLocation", "Out").inputs).toMatchObject({
      path: "media/out",
      access: { users: [{ user: "editor@example.com", permissions: ["read", "write"] }] },
    });
    expect(resource(checked, "ShieldAllowList", "everyone").inputs.addresses).toEqual([{ ip: "198.51.100.7" }]);
  });
});

describe("release", () => {
  test("forgets an object with its settings and its allow list", () => {
    const { desired } = load("userGroups: { A: {} }\nrelease: [userGroups/Externals, storages/Old]");
    expect(desired!.released).toEqual([
      { kind: "UserGroup", label: "Externals", name: "Externals" },
      { kind: "UserGroupSettings", label: "Externals", name: "Externals" },
      { kind: "ShieldAllowList", label: "groups/Externals", name: "groups/Externals" },
      { kind: "Storage", label: "Old", name: "Old" },
    ]);
    expect(load("teams: { A: {} }\nrelease: [teams/Old]").desired!.released).toEqual([
      { kind: "Team", label: "Old", name: "Old" },
      { kind: "TeamSettings", label: "Old", name: "Old" },
      { kind: "ShieldAllowList", label: "teams/Old", name: "teams/Old" },
    ]);
  });
});

describe("which kinds a tenant has", () => {
  test.each([
    ["userGroups: { A: {} }", "userGroups"],
    ["teams: { A: {} }", "teams"],
    ["roleGroups: { A: {} }", "teams"],
    ["tenant: { model: teams }\nadminSettings: { externalShare: true }", "teams"],
    ["adminSettings: { externalShare: true }", "userGroups"],
    [
      "storages: { P: { type: portal, purpose: files, access: { teams: [{ team: { existing: Sport }, permissions: [read] }] } } }",
      "teams",
    ],
    ["teams: { Sport: {} }\nshield: { teams: { Sport: [{ ip: 192.0.2.1 }] } }", "teams"],
  ])("%j", (yaml, model) => {
    const checked = load(yaml);
    expect(said(checked)).toEqual([]);
    expect(checked.desired!.tenant.model).toBe(model);
  });
});

test("a kind that is added is read, checked and referred to without a word about it here", () => {
  const recipient = object({
    kind: "LogsRecipient",
    section: "logsRecipients",
    about: "A place that log entries are sent to.",
    path: "/API/stats/v1/system/logs/recipients/{logs_recipient_id}/",
    key: "name",
    fields: {
      name: text("Its name.", { required: true }),
      method: choice("Where to.", ["GOOGLE", "AMAZON"], { required: true }),
      storage: reference("A storage.", "Storage", { wire: null }),
      password: text("A password.", { secret: true, wire: null }),
    },
    examples: [{ name: "Audit", method: "google" }],
  });
  const more = { kinds: { ...kinds, LogsRecipient: recipient } };
  const checked = load(
    "logsRecipients: { Audit: { method: google, storage: P, password: { fromConfig: audit } } }\nstorages: { P: { type: portal, purpose: files } }",
    [],
    more,
  );
  expect(said(checked)).toEqual([]);
  expect(checked.desired!.resources.map(({ kind }) => kind)).toEqual(["Storage", "LogsRecipient"]);
  expect(resource(checked, "LogsRecipient", "Audit").inputs).toEqual({
    name: "Audit",
    method: "google",
    storage: { ref: { kind: "Storage", label: "P", name: "P" } },
    password: { fromConfig: "audit" },
  });
  expect(said(load("logsRecipients: { Audit: { method: gogle, password: x, storag: P } }", [], more))).toEqual([
    "1:36 not-a-choice",
    "1:53 literal-secret",
    "1:56 unknown-key",
  ]);
});
