/**
 * A storage as far as its cloud has to know it: where it lies, and what iconik is to do there. Everything that is
 * granted follows from this, and from nothing else.
 */

export const storageTypes = [
  "s3",
  "wasabi",
  "cloudian",
  "s3Compatible",
  "gcs",
  "azure",
  "b2",
  "ibmCos",
  "file",
  "portal",
] as const;
export type StorageType = (typeof storageTypes)[number];

export const purposes = ["files", "exports", "archive", "keyframes", "proxies", "faces"] as const;
export type Purpose = (typeof purposes)[number];

export const flags = ["read", "write", "delete", "scan"] as const;
export type Flag = (typeof flags)[number];

export interface StorageNeed {
  /** Label in the tenant file: names statements, roles and keys. */
  label: string;
  type: StorageType;
  purpose: Purpose;
  /** Flags as they are written; one that is not has the purpose's word (`purposeFlags`). */
  read?: boolean;
  write?: boolean;
  delete?: boolean;
  scan?: boolean;
  /** Bucket; on Azure the container. Empty for `file` and `portal`. */
  bucket: string;
  /** Folder in the bucket, without slashes at its ends; empty: the whole bucket. */
  path: string;
  /** Region; on Google Cloud and Azure the location. */
  region?: string;
  /** Address of the service, where it does not follow from the type. */
  endpoint?: string;
  /** Of `s3`: iconik's own role, or an access key. */
  credentials?: "managed" | "keys";
  /** Who writes the bucket's CORS rules. Default: iconik, as its help pages say; on B2 with a key for one bucket we. */
  cors?: "iconik" | "ours";
  /** Of `s3`: ARN of the KMS key that encrypts the bucket. Of `gcs`: name of the key. */
  kmsKey?: string;
  /** Of `s3`: iconik uses transfer acceleration. */
  acceleration?: boolean;
  /** Objects go to classes from which they must be restored. Default: archives on `s3` and `ibmCos`. */
  restore?: boolean;
  /** Of `s3`: URL of the SQS queue that tells of new objects. */
  notificationQueue?: string;
  /** Of `b2`: what the application key reaches. Default: the bucket, unless iconik writes the CORS rules. */
  scope?: "bucket" | "account";
}

/**
 * What a purpose means for flags that are not written, and whether such storages are scanned at all (help page: Files
 * storage, "Scan" is an option of file and archive storages). The rest is a reading of the help pages: iconik publishes
 * no such table.
 */
export const purposeFlags: Readonly<Record<Purpose, { unwritten: readonly Flag[]; scanned: boolean; why: string }>> = {
  files: { unwritten: [], scanned: true, why: "what is written, and nothing else" },
  exports: { unwritten: ["read", "write"], scanned: false, why: "exports are written, and read to verify them" },
  archive: { unwritten: ["read", "write"], scanned: true, why: "archives are written, and read when they come back" },
  keyframes: { unwritten: ["read", "write", "delete"], scanned: false, why: "iconik makes, shows and replaces them" },
  proxies: { unwritten: ["read", "write", "delete"], scanned: false, why: "iconik makes, shows and replaces them" },
  faces: { unwritten: ["read", "write", "delete"], scanned: false, why: "iconik makes, shows and replaces them" },
};

/** What iconik does with a storage, as far as permissions tell it apart. */
export const uses = {
  read: "reads objects",
  write: "writes objects",
  delete: "deletes objects",
  scan: "looks for new objects",
  restore: "brings objects back from an archive class",
  cors: "writes the bucket's CORS rules",
  encrypted: "the bucket is encrypted with a KMS key",
  accelerated: "uses transfer acceleration",
  notified: "is told of new objects by a queue",
} as const;
export type Use = keyof typeof uses;

/** Who writes the CORS rules of this storage. */
export const corsOwner = ({ type, cors, scope }: StorageNeed): "iconik" | "ours" =>
  cors ?? (type === "b2" && scope !== "account" ? "ours" : "iconik");

/** What a B2 key of this storage reaches. */
export const keyScope = (need: StorageNeed): "bucket" | "account" =>
  need.scope ?? (corsOwner(need) === "iconik" ? "account" : "bucket");

/** The uses that a storage is put to. */
export function usesOf(need: StorageNeed): ReadonlySet<Use> {
  const { unwritten, scanned } = purposeFlags[need.purpose];
  const flag = (name: Flag) => (name !== "scan" || scanned) && (need[name] ?? unwritten.includes(name));
  const restore = need.restore ?? (need.purpose === "archive" && ["s3", "ibmCos"].includes(need.type));
  const all: Record<Use, boolean> = {
    read: flag("read"),
    write: flag("write"),
    delete: flag("delete"),
    scan: flag("scan"),
    restore,
    cors: corsOwner(need) === "iconik",
    encrypted: need.kmsKey !== undefined,
    accelerated: need.acceleration === true,
    notified: need.notificationQueue !== undefined,
  };
  return new Set((Object.keys(all) as Use[]).filter((use) => all[use]));
}

/** Name of the identity that is made for a storage. */
export const identityName = ({ label }: StorageNeed): string =>
  `iconik-${
    label
      .toLowerCase()
      .normalize("NFKD")
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "") || "storage"
  }`.slice(0, 64);
