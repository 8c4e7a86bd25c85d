// The newsroom of examples/newsroom/tenant.yaml, in TypeScript. Both make the same resources by the same names, so a
// team can move from one to the other without a change in the tenant.
import * as iconik from "pulumi-iconik";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();

const browse: iconik.Role[] = [
  "can_search",
  "can_read_acls",
  "can_read_assets",
  "can_read_collections",
  "can_read_files",
  "can_read_formats",
  "can_read_proxies",
];
const cut: iconik.Role[] = [
  "can_create_assets",
  "can_write_assets",
  "can_create_collections",
  "can_write_collections",
  "can_create_formats",
  "can_write_formats",
  "can_write_files",
];
const office = [{ ip: "203.0.113.0/24" }, { ip: "198.51.100.7" }];

const editors = new iconik.UserGroup("Editors", {
  description: "Cut and publish",
  defaultUserType: "standard",
  roles: [...browse, ...cut],
});
const freelance = new iconik.UserGroup("Freelance", {
  description: "Look, and comment",
  defaultUserType: "browseOnly",
  roles: [...browse, "can_create_segments", "can_write_segments", "can_read_segments"],
});
const archivists = new iconik.UserGroup("Archivists", {
  description: "Move what is done to the archive",
  defaultUserType: "standard",
  roles: [...browse, "can_archive_formats", "can_restore_archived_formats", "can_read_storages"],
});

new iconik.GroupMapping("AD-Editors", { group: editors });
new iconik.GroupMapping("AD-Archive", { group: archivists });

const upload = new iconik.AclTemplate("Default upload", {
  access: {
    groups: [
      { group: editors, permissions: ["read", "write", "delete"] },
      { group: freelance, permissions: ["read"] },
      { group: archivists, permissions: ["read", "write"] },
    ],
    users: [{ user: "duty-editor@example.com", permissions: ["read", "changeAcl"] }],
  },
});

const masters = new iconik.Storage("Masters", {
  type: "s3",
  purpose: "files",
  description: "Finished programmes",
  bucket: "example-masters",
  region: "eu-north-1",
  path: "",
  credentials: "managed",
  read: true,
  write: true,
  delete: false,
  scan: true,
  scanIgnore: ["*.tmp", "re:^\\."],
  aclTemplate: upload,
  autoScan: { hoursInterval: 24 },
  default: true,
  access: {
    groups: [
      { group: editors, permissions: ["read", "write"] },
      { group: archivists, permissions: ["read"] },
    ],
  },
});
new iconik.Storage("Archive", {
  type: "wasabi",
  purpose: "archive",
  bucket: "example-archive",
  region: "eu-central-1",
  path: "news",
  accessKey: config.requireSecret("archive.accessKey"),
  secretKey: config.requireSecret("archive.secretKey"),
  read: true,
  write: true,
});
new iconik.Storage("Playout", {
  type: "file",
  purpose: "files",
  mountPoint: "/mnt/playout",
  read: true,
  scanIntervalSeconds: 30,
  growingFilesThreshold: 600,
});
const delivery = new iconik.Storage("Delivery", {
  type: "gcs",
  purpose: "exports",
  bucket: "example-delivery",
  project: "example-media",
  path: "out",
  jsonKey: config.requireSecret("delivery.jsonKey"),
  write: true,
});
new iconik.Storage("Proxies", { type: "gcs", purpose: "proxies" }, { builtIn: true });

new iconik.ExportLocation("Partner", {
  storage: delivery,
  path: "partner",
  exportOriginal: true,
  exportMetadata: false,
  access: { groups: [{ group: editors, permissions: ["read"] }] },
});

const ci = new iconik.Application("CI", {
  user: "ci@example.com",
  description: "Applies this file",
  token: { lifetimeDays: 90, rotate: "2026-11" },
});

// A resource of its own: the template names the group, and the group's settings name the template.
new iconik.UserGroupSettings("Editors", {
  group: editors,
  aclTemplate: upload,
  defaultUploadStorage: masters,
  deleteGracePeriod: 72,
});

new iconik.ShieldAllowList("everyone", {
  addresses: [...office, { ip: "127.0.0.0/8" }, { ip: "192.0.2.10", application: ci }],
});
new iconik.ShieldAllowList("groups/Freelance", { group: freelance, addresses: [{ ip: "192.0.2.0/24" }] });

new iconik.AdminSettings("adminSettings", {
  externalShare: true,
  supportAccess: false,
  mfaMethods: ["totp"],
  passwordChecks: { minLength: 12, digits: 1 },
  defaultShareOptions: { allowDownload: false, requirePassword: true },
});

/** The token with which continuous integration applies this program. */
export const token = ci.authToken;
