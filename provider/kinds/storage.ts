import {
  access,
  choice,
  external,
  flag,
  integer,
  list,
  object,
  record,
  reference,
  text,
  texts,
  type Fields,
  type Marks,
  type Values,
  type Variant,
} from "../definition";

const settings: Marks = { within: "settings" };
const usable: Marks = { within: "settings", verified: true };
const identity: Marks = {
  ...usable,
  immutable: "refuse",
  instead:
    "add a storage with the new value, move the files over in iconik, then remove this one: iconik keeps file records of the old place",
};
const credential: Marks = { ...usable, hidden: true };
const secret: Marks = { ...usable, secret: true };

/** Settings of every storage that people upload to or scan (files.json: the settings schemas of FILE, S3, GCS, B2, AZURE). */
const common: Fields = {
  aclTemplate: reference("Access to assets that are uploaded here.", "AclTemplate", settings),
  accessGroup: reference(
    "Group that gets access to what is scanned in, where no template is set.",
    ["UserGroup", "Team"],
    settings,
  ),
  aggregateIdenticalFiles: flag("Files of the same content become one asset.", settings),
  aggregateIgnore: texts("Names left out when identical files are looked for.", settings),
  aggregateOnlyOnSameStorage: flag("Looks for identical files on this storage only.", settings),
  enableCollectionDirectoryMapping: flag("Folders become collections.", settings),
  filenameIsExternalId: flag("The file name becomes the asset's external id.", settings),
  folderNameTagsMetadataFieldName: text("Metadata field that takes folder names as tags.", settings),
  folderNameTagsMetadataView: external("View of that metadata field.", "metadata view", settings),
  isSystem: flag("iconik's own storage.", { ...settings, output: true }),
  metadataConversionUrl: text("Service that turns sidecar files into metadata.", settings),
  metadataConversionUrlHeaders: text("Headers sent to that service; they may hold a password.", {
    ...settings,
    secret: true,
  }),
  metadataView: external("View of the metadata that sidecar files bring.", "metadata view", settings),
  scanDirectories: texts("Folders that are scanned; left empty: all.", settings),
  scanIgnore: texts("Patterns of what is not scanned: globs, or re: and a regular expression.", settings),
  sidecarMetadataRequired: flag("Waits for the sidecar file before an asset is made; wants a metadata view.", settings),
  titleIncludesExtension: flag("Titles keep the extension of the file.", settings),
  transcodeIgnore: texts("Patterns of what gets no proxy.", settings),
};

/** Settings of a bucket, on top of the common ones. */
const bucketed: Fields = {
  path: text("Folder within the bucket; empty: the whole bucket.", { ...identity, canonical: "path", initial: "" }),
  addUuidToFilenames: flag("Adds a unique id to file names, so that none is overwritten.", settings),
  preloadEdgeJobs: integer("Files fetched ahead for edge transcoders.", settings),
  rootCollection: external("Collection under which folders are mapped.", "collection", settings),
  ...common,
};

/** S3 and whatever speaks its protocol: one method on the wire. */
const s3Fields = (endpoint: string, marks: Marks = {}): Fields => ({
  bucket: text("Name of the bucket.", { ...identity, required: true }),
  region: text("Region of the bucket.", { ...usable, required: true }),
  endpoint: text(endpoint, { ...usable, ...marks, canonical: "endpoint" }),
  accessKey: text("Id of the access key.", credential),
  secretKey: text("Secret of the access key.", secret),
  sessionToken: text("Session token of a temporary key.", secret),
  glacierRestoreTimeout: integer("Days for which restored objects stay online.", settings),
  presignMd5Checksum: flag("Signed uploads carry an MD5 checksum.", settings),
  ...bucketed,
});

const withEndpoint = (endpoint: (region: string) => string) => (values: Values) =>
  values.endpoint === undefined && typeof values.region === "string"
    ? { ...values, endpoint: endpoint(values.region) }
    : values;

/** Is the storage at a host of this domain, or of a part of it? */
function isAt(live: Readonly<Record<string, any>>, ...domains: string[]): boolean {
  const host = String(live.settings?.endpoint ?? "")
    .toLowerCase()
    .replace(/^\w+:\/\//, "")
    .replace(/[:/].*$/, "");
  return domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
}

/** Said to work with keys, it has none: iconik would take it for managed, and that could not be taken back. */
const keysMissing = (values: Values, making: boolean): { field: string; problem: string }[] =>
  making && values.credentials === "keys" && values.accessKey === undefined && values.secretKey === undefined
    ? [
        {
          field: "accessKey",
          problem: "credentials: keys wants accessKey and secretKey; write both, or credentials: managed",
        },
      ]
    : keyPair(values);

/** Keys come in pairs. Whether any must be there is the tenant file's business: provisioning may bring them. */
function keyPair(values: Values): { field: string; problem: string }[] {
  if ((values.accessKey === undefined) !== (values.secretKey === undefined)) {
    const missing = values.accessKey === undefined ? "accessKey" : "secretKey";
    return [
      {
        field: missing,
        problem:
          "accessKey and secretKey go together; write both, or neither of one that is there and keeps its keys, with adopt: exact",
      },
    ];
  }
  return [];
}

const needsKeys = (values: Values, making: boolean) =>
  making && values.accessKey === undefined && values.secretKey === undefined
    ? [
        {
          field: "accessKey",
          problem:
            "this storage needs accessKey and secretKey; only Amazon S3 works without. Of one that is there and keeps its keys, adopt: exact says so",
        },
      ]
    : keyPair(values);

const compatible = (
  about: string,
  options: Pick<Variant, "recognise" | "example"> & { endpoint?: (region: string) => string },
): Variant => ({
  about,
  wire: { method: "S3" },
  fields: s3Fields("Address of the S3 service, with https://.", options.endpoint ? {} : { required: true }),
  ...(options.endpoint && { derive: withEndpoint(options.endpoint) }),
  recognise: options.recognise,
  check: needsKeys,
  example: options.example,
});

const cases: Record<string, Variant> = {
  s3: {
    about: "Amazon S3.",
    wire: { method: "S3" },
    fields: {
      ...s3Fields("Address of the service; follows from the region."),
      useAcceleration: flag("Uses S3 transfer acceleration; the bucket must have it switched on.", settings),
      notificationSqsUrl: text("Queue that tells of new objects.", settings),
      credentials: choice("`managed`: iconik's own role, no key exists. `keys`: an access key.", ["managed", "keys"], {
        wire: null,
        immutable: "refuse",
        instead:
          "add a storage with the other sort of credentials: how keys are taken away from a storage is not documented by iconik",
        source: "help page: managed credentials; on the wire: no keys (not documented)",
      }),
    },
    derive: withEndpoint((region) => `https://s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`),
    recognise: (live) =>
      live.method === "S3" && (!live.settings?.endpoint || isAt(live, "amazonaws.com", "amazonaws.com.cn")),
    check: (values, making) =>
      values.credentials === "managed"
        ? ["accessKey", "secretKey", "sessionToken"]
            .filter((field) => values[field] !== undefined)
            .map((field) => ({
              field,
              problem: "managed credentials mean that no key exists; drop it or write credentials: keys",
            }))
        : keysMissing(values, making),
    example: { bucket: "example-masters", region: "eu-north-1", credentials: "managed" },
  },
  wasabi: compatible("Wasabi.", {
    endpoint: (region) => `https://s3.${region}.wasabisys.com`,
    recognise: (live) => live.method === "S3" && isAt(live, "wasabisys.com"),
    example: {
      bucket: "example-archive",
      region: "eu-central-1",
      accessKey: "EXAMPLEKEY",
      secretKey: "example-secret-key",
    },
  }),
  ibmCos: compatible("IBM Cloud Object Storage.", {
    endpoint: (region) => `https://s3.${region}.cloud-object-storage.appdomain.cloud`,
    recognise: (live) => live.method === "S3" && isAt(live, "cloud-object-storage.appdomain.cloud"),
    example: { bucket: "example-cos", region: "eu-de", accessKey: "EXAMPLEKEY", secretKey: "example-secret-key" },
  }),
  // Cloudian runs under its owner's own name: never recognised by its address, only by what the file says.
  cloudian: compatible("Cloudian HyperStore.", {
    recognise: () => false,
    example: {
      bucket: "example-hyper",
      region: "dc1",
      endpoint: "https://s3.dc1.example.com",
      accessKey: "EXAMPLEKEY",
      secretKey: "example-secret-key",
    },
  }),
  s3Compatible: compatible("Any other service that speaks the S3 protocol.", {
    recognise: (live) => live.method === "S3",
    example: {
      bucket: "example-other",
      region: "us-east-1",
      endpoint: "https://s3.example.com",
      accessKey: "EXAMPLEKEY",
      secretKey: "example-secret-key",
    },
  }),
  gcs: {
    about: "Google Cloud Storage.",
    wire: { method: "GCS" },
    fields: {
      bucket: text("Name of the bucket.", { ...identity, required: true }),
      project: text("Name of the project that owns the bucket.", { ...usable, required: true }),
      jsonKey: text("Key of the service account, as JSON.", secret),
      ...bucketed,
    },
    recognise: (live) => live.method === "GCS",
    example: { bucket: "example-gcs", project: "example-media", jsonKey: '{"type":"service_account"}' },
  },
  azure: {
    about: "Azure Blob Storage. iconik takes account keys only, so nothing narrower than the account can be granted.",
    wire: { method: "AZURE" },
    fields: {
      container: text("Name of the container.", { ...identity, required: true }),
      connectionString: text("Connection string with an account key.", secret),
      ...bucketed,
    },
    recognise: (live) => live.method === "AZURE",
    unnarrowed: true,
    example: {
      container: "media",
      connectionString: "DefaultEndpointsProtocol=https;AccountName=example;AccountKey=ZXhhbXBsZQ==",
    },
  },
  b2: {
    about: "Backblaze B2 by its own protocol.",
    wire: { method: "B2" },
    fields: {
      bucket: text("Name of the bucket.", { ...identity, required: true, wire: "bucket_name" }),
      bucketId: text("Id of the bucket.", { ...identity, idOf: "bucket" }),
      keyId: text("Id of the application key.", { ...credential, wire: "account_id" }),
      applicationKey: text("The application key.", { ...secret, wire: "authorization_token" }),
      ...bucketed,
    },
    recognise: (live) => live.method === "B2",
    example: {
      bucket: "example-b2",
      bucketId: "e73ede9c9c8412db49f60715",
      keyId: "00512345",
      applicationKey: "example-application-key",
    },
  },
  file: {
    about: "A file system on site, served by an iconik Storage Gateway.",
    wire: { method: "FILE" },
    fields: {
      mountPoint: text("Where the gateway sees the files.", { ...identity, required: true }),
      allowAccessOutsideScanDirectories: flag("Reads files outside the folders that are scanned.", settings),
      assetVersionsSuffix: text("Ending that marks a file as a version of another.", settings),
      autoVersionIgnore: texts("Patterns that never become versions.", settings),
      autoVersionIngestThrottleValue: integer("Versions taken in at once.", settings),
      directoryAssetsOriginalPatterns: texts("Patterns of original files in folders that are assets.", settings),
      directoryAssetsTranscodePatterns: texts("Patterns of files to transcode in folders that are assets.", settings),
      enableAutoVersioning: flag("Changed files become versions.", settings),
      enableDirectoryAssets: flag("Folders can be assets.", settings),
      gatewayUser: external("User of the gateway.", "user", { ...settings, output: true }),
      growingFilesThreshold: integer("Seconds without growth after which a file is complete.", settings),
      localKeyframeCreation: flag("Makes keyframes on site.", settings),
      localProxyCreation: flag("Makes proxies on site.", settings),
      prioDirs: list(
        "Folders that go first.",
        record("A folder and its priority.", {
          directory: text("The folder."),
          priority: integer("The higher, the sooner."),
        }),
        settings,
      ),
      publicIdentity: text("Public key of the gateway.", { ...settings, idOf: "gateway" }),
      remotePath: text("Folder on the remote storage to which files are uploaded.", settings),
      remoteStorage: reference("Storage to which files are uploaded.", "Storage", settings),
      scanInclude: texts("Patterns of what is scanned; they win over scanIgnore.", settings),
      scanIntervalSeconds: integer("Seconds between two scans.", settings),
      skipUploadOnAnyRemoteCopyFound: flag("Uploads nothing of which a remote copy exists.", settings),
      storageAddr: text("Address for direct transfers between gateways.", settings),
      transcodeInclude: texts("Patterns of what gets a proxy; they win over transcodeIgnore.", settings),
      uploadFiles: flag("Uploads files to the remote storage.", settings),
      uploadIgnore: texts("Patterns of what is not uploaded.", settings),
      ...common,
    },
    recognise: (live) => live.method === "FILE",
    example: { mountPoint: "/mnt/playout" },
  },
  portal: {
    about: "Cantemo Portal. It scans itself.",
    wire: { method: "PORTAL" },
    fields: { isSystem: flag("iconik's own storage.", { ...settings, output: true }) },
    recognise: (live) => live.method === "PORTAL",
    example: {},
  },
};

export default object({
  kind: "Storage",
  section: "storages",
  about: "A place where files lie: a bucket in a cloud, a file system on site, a Cantemo Portal.",
  path: "/API/files/v1/storages/{storage_id}/",
  key: "name",
  stateful: true,
  // A storage may be made and still not work (help page: creating a storage).
  trouble: (live) =>
    live.status === "FAILING" ? `iconik cannot use it: ${live.status_message ?? "it does not say why"}` : undefined,
  isSystem: (live) => live.settings?.is_system === true,
  verification: {
    by: "verify",
    access: "/API/files/v1/storages/{storage_id}/verifications/access/",
    permissions: "/API/files/v1/storages/{storage_id}/verifications/permissions/",
    flags: {
      // Looking for new files is listing them; how iconik finds out about reading is not documented.
      read: { answer: "read_access", impliedBy: "scan" },
      write: { answer: "write_access" },
      delete: { answer: "delete_access" },
    },
    told: {
      cors: "iconik cannot set the CORS rules: people upload in a browser only if somebody else has written them",
    },
  },
  variants: { by: "type", cases },
  fields: {
    name: text("What people call the storage; unique in the tenant.", { required: true }),
    type: choice("What the storage is.", Object.keys(cases), {
      required: true,
      wire: null,
      immutable: "refuse",
      instead: identity.instead,
      source: "iconik's word is method; Wasabi, IBM and Cloudian are S3 with another endpoint (help page: Storage)",
    }),
    purpose: choice("What lies there.", ["FILES", "EXPORTS", "ARCHIVE", "KEYFRAMES", "PROXIES", "FACES"], {
      required: true,
      immutable: "refuse",
      instead: identity.instead,
    }),
    description: text("What it is for."),
    read: flag("iconik may read files.", usable),
    write: flag("iconik may write files.", usable),
    delete: flag("iconik may delete files, when assets are purged.", usable),
    scan: flag("iconik looks for new files.", settings),
    default: flag("Uploads of this purpose go here unless people choose another.", {
      via: {
        shape: "toggle",
        path: "/API/files/v1/storages/{storage_id}/default/",
        claims: "/API/files/v1/storages/{purpose}/default/",
      },
    }),
    autoScan: record(
      "Scans the bucket at intervals; `false` switches it off.",
      { hoursInterval: integer("Hours between two scans.", { required: true }) },
      { via: { shape: "document", path: "/API/files/v1/storages/{storage_id}/auto_scan/" } },
    ),
    access: access("Who sees the storage itself and may upload to it.", "storages"),
    verify: flag(
      "After a change of what iconik needs to use it, waits until iconik's own check says that it can do what is described, and no more.",
      { wire: null, source: "files.json: verifications of a storage; no field of iconik's" },
    ),
    status: choice("Whether iconik can use it.", ["ACTIVE", "INACTIVE", "FAILING"], { output: true }),
    statusMessage: text("What iconik says of it.", { output: true }),
  },
  examples: [
    {
      name: "Masters",
      type: "s3",
      purpose: "files",
      bucket: "example-masters",
      region: "eu-north-1",
      path: "",
      credentials: "managed",
      read: true,
      write: true,
      delete: false,
      scan: true,
    },
    { description: "Finished programmes" },
    { delete: true },
    { scanIgnore: ["*.tmp", "re:^\\."] },
    { autoScan: { hoursInterval: 24 } },
    { default: true },
    { access: { groups: [{ group: { existing: "Everyone" }, permissions: ["read"] }] } },
    { autoScan: false, access: { groups: [] } },
  ],
});
