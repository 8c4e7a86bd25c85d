/** The classes in front of the kinds of Backblaze B2. */

import * as pulumi from "@pulumi/pulumi";
import { CloudResource, type Args, type CloudResourceOptions } from "../dynamic/resource";
import type { B2BucketInputs } from "./bucket";
import type { B2KeyInputs, B2RetiredKeysInputs } from "./key";

export class B2Bucket extends CloudResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly bucketId: pulumi.Output<string>;
  constructor(name: string, args: Args<B2BucketInputs>, opts?: CloudResourceOptions) {
    super({ kind: "B2Bucket", outputs: ["bucketId"] }, name, args, opts);
  }
}

export class B2Key extends CloudResource {
  declare readonly keyId: pulumi.Output<string>;
  /** Told once, when the key is made; a secret. */
  declare readonly applicationKey: pulumi.Output<string>;
  /** As ISO text. */
  declare readonly madeAt: pulumi.Output<string>;
  constructor(name: string, args: Args<B2KeyInputs>, opts?: CloudResourceOptions) {
    super(
      {
        kind: "B2Key",
        outputs: ["keyId", "applicationKey", "madeAt"],
        secretOutputs: ["applicationKey"],
        createFirst: true,
      },
      name,
      args,
      opts,
    );
  }
}

/** Deletes the keys of an identity that are not the current one, when it is made and whenever another key is current. */
export class B2RetiredKeys extends CloudResource {
  constructor(name: string, args: Args<B2RetiredKeysInputs>, opts?: CloudResourceOptions) {
    super({ kind: "B2RetiredKeys", outputs: ["kept"] }, name, args, opts);
  }
}
