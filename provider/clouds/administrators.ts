/** Whose credentials make things in the clouds whose calls are this package's own. */

import type { CredentialNames } from "./dynamic/credentials";

export const s3Administrator = {
  accessKeyId: ["ACCESS_KEY_ID"],
  secretAccessKey: ["SECRET_ACCESS_KEY", "secret"],
} as const;
export const b2Administrator = {
  applicationKeyId: ["APPLICATION_KEY_ID"],
  applicationKey: ["APPLICATION_KEY", "secret"],
} as const;
export const ibmAdministrator = { apiKey: ["API_KEY", "secret"] } as const;

interface Administrator {
  /** Label of the credentials when no other is given. */
  label: string;
  names: CredentialNames<string>;
}

/** By type of storage. Of the other clouds Pulumi's own providers find the credentials. */
export const administrators = {
  wasabi: { label: "wasabi", names: s3Administrator },
  cloudian: { label: "cloudian", names: s3Administrator },
  s3Compatible: { label: "s3", names: s3Administrator },
  b2: { label: "b2", names: b2Administrator },
  ibmCos: { label: "ibmcloud", names: ibmAdministrator },
} as const satisfies Record<string, Administrator>;

/** Can it stand in the names of variables? */
export const isCloudLabel = (text: string): boolean => /^[a-z0-9]+([-_][a-z0-9]+)*$/i.test(text);
