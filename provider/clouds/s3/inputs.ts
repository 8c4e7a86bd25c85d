/** What the kinds take. Values only: no package of AWS is named here, so that types need none. */

/** Inputs of every kind. */
export interface Connection {
  /** Label of the administrator's credentials: `wasabi` reads `WASABI_ACCESS_KEY_ID` and `WASABI_SECRET_ACCESS_KEY`. */
  cloud: string;
  /** Address of the S3 service, with https://. */
  endpoint: string;
  region: string;
}

/** Inputs of every kind that is about users. */
export interface IamConnection extends Connection {
  /** Address of the IAM service, with https://. */
  iamEndpoint: string;
}

export interface S3BucketInputs extends Connection {
  bucket: string;
  /** Old versions of objects are kept. */
  versioning?: boolean;
  /** Days after which uploads in parts that were never finished are dropped. */
  abortStaleUploadsAfterDays?: number;
  /** Nothing in the bucket can be made public. */
  blockPublicAccess?: boolean;
  tags?: Record<string, string>;
  /** Inputs that are care beyond what was asked for: a service that does not know them is told of, and no error. */
  ifSupported?: string[];
}

export interface S3BucketPolicyInputs extends Connection {
  bucket: string;
  policy: object;
}

/** In S3's own words. */
export interface S3CorsRule {
  AllowedOrigins: string[];
  AllowedMethods: string[];
  AllowedHeaders?: string[];
  ExposeHeaders?: string[];
  MaxAgeSeconds?: number;
}

export interface S3BucketCorsInputs extends Connection {
  bucket: string;
  rules: S3CorsRule[];
}

export interface S3UserInputs extends IamConnection {
  name: string;
  /** Any text: with another one, the next generation of its key begins. */
  rotate?: string;
}

export interface S3UserPolicyInputs extends IamConnection {
  user: string;
  name: string;
  policy: object;
}

export interface S3AccessKeyInputs extends IamConnection {
  user: string;
  /** With another text, another key is made, and this one stays until it is retired. */
  rotate?: string;
  /** The user's: keys that are there and not among these were left by a run that was interrupted. */
  keysBefore: string[];
  /** Where the key is tried, since it may take a moment until it works. */
  bucket: string;
}

export interface S3RetiredKeysInputs extends IamConnection {
  user: string;
  /** Id of the key that the storage has now. */
  current: string;
  /** The user's: none of these is deleted, unless it was the current one before. */
  keysBefore: string[];
}
