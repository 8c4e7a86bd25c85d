/** The classes of the kinds in `kinds/`, whose code is loaded by the provider process alone. */

import type * as pulumi from "@pulumi/pulumi";
import { CloudResource, type Args, type CloudResourceOptions } from "../dynamic/resource";
import type {
  S3AccessKeyInputs,
  S3BucketCorsInputs,
  S3BucketInputs,
  S3BucketPolicyInputs,
  S3RetiredKeysInputs,
  S3UserInputs,
  S3UserPolicyInputs,
} from "./inputs";

export type S3BucketArgs = Args<S3BucketInputs>;
export type S3BucketPolicyArgs = Args<S3BucketPolicyInputs>;
export type S3BucketCorsArgs = Args<S3BucketCorsInputs>;
export type S3UserArgs = Args<S3UserInputs>;
export type S3UserPolicyArgs = Args<S3UserPolicyInputs>;
export type S3AccessKeyArgs = Args<S3AccessKeyInputs>;
export type S3RetiredKeysArgs = Args<S3RetiredKeysInputs>;

/** A bucket. One that exists is refused, and none is ever emptied. */
export class S3Bucket extends CloudResource {
  declare readonly bucket: pulumi.Output<string>;
  /** Of `ifSupported`: what the service does not know. */
  declare readonly unsupported: pulumi.Output<string[]>;
  constructor(name: string, args: S3BucketArgs, opts?: CloudResourceOptions) {
    super({ kind: "S3Bucket", outputs: ["unsupported"] }, name, { ...args }, opts);
  }
}

/** The one policy of a bucket. */
export class S3BucketPolicy extends CloudResource {
  constructor(name: string, args: S3BucketPolicyArgs, opts?: CloudResourceOptions) {
    super({ kind: "S3BucketPolicy", outputs: [] }, name, { ...args }, opts);
  }
}

/** The CORS rules of a bucket, all of them. */
export class S3BucketCors extends CloudResource {
  constructor(name: string, args: S3BucketCorsArgs, opts?: CloudResourceOptions) {
    super({ kind: "S3BucketCors", outputs: [] }, name, { ...args }, opts);
  }
}

/** A user of the service's IAM. */
export class S3User extends CloudResource {
  declare readonly name: pulumi.Output<string>;
  /** Ids of the keys that were there when this generation of keys began. */
  declare readonly keysBefore: pulumi.Output<string[]>;
  constructor(name: string, args: S3UserArgs, opts?: CloudResourceOptions) {
    super({ kind: "S3User", outputs: ["keysBefore"] }, name, { ...args }, opts);
  }
}

/** An inline policy of a user. */
export class S3UserPolicy extends CloudResource {
  constructor(name: string, args: S3UserPolicyArgs, opts?: CloudResourceOptions) {
    super({ kind: "S3UserPolicy", outputs: [] }, name, { ...args }, opts);
  }
}

/** An access key of a user. With another `rotate` text it is replaced, the new one first. */
export class S3AccessKey extends CloudResource {
  declare readonly accessKeyId: pulumi.Output<string>;
  /** Secret. */
  declare readonly secretAccessKey: pulumi.Output<string>;
  /** As ISO text. */
  declare readonly madeAt: pulumi.Output<string>;
  constructor(name: string, args: S3AccessKeyArgs, opts?: CloudResourceOptions) {
    const facts = {
      kind: "S3AccessKey",
      outputs: ["accessKeyId", "secretAccessKey", "madeAt"],
      secretOutputs: ["secretAccessKey"],
      createFirst: true,
    } as const;
    super(facts, name, { ...args }, opts);
  }
}

/** Deletes the keys of a user that were replaced. Let it depend on what uses the current one. */
export class S3RetiredKeys extends CloudResource {
  constructor(name: string, args: S3RetiredKeysArgs, opts?: CloudResourceOptions) {
    super({ kind: "S3RetiredKeys", outputs: [] }, name, { ...args }, opts);
  }
}
