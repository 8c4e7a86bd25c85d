/** The classes in front of the kinds of IBM Cloud. */

import * as pulumi from "@pulumi/pulumi";
import { CloudResource, type Args, type CloudResourceOptions } from "../dynamic/resource";
import type { IbmBucketInputs } from "./bucket";
import type { IbmPolicyInputs, IbmRoleInputs, IbmServiceIdInputs } from "./identity";
import type { IbmHmacKeyInputs, IbmRetiredKeysInputs } from "./key";

export class IbmBucket extends CloudResource {
  constructor(name: string, args: Args<IbmBucketInputs>, opts?: CloudResourceOptions) {
    super({ kind: "IbmBucket", outputs: [] }, name, args, opts);
  }
}

export class IbmServiceId extends CloudResource {
  declare readonly iamId: pulumi.Output<string>;
  declare readonly crn: pulumi.Output<string>;
  constructor(name: string, args: Args<IbmServiceIdInputs>, opts?: CloudResourceOptions) {
    super({ kind: "IbmServiceId", outputs: ["iamId", "crn"] }, name, args, opts);
  }
}

export class IbmRole extends CloudResource {
  declare readonly crn: pulumi.Output<string>;
  constructor(name: string, args: Args<IbmRoleInputs>, opts?: CloudResourceOptions) {
    super({ kind: "IbmRole", outputs: ["crn"] }, name, args, opts);
  }
}

export class IbmPolicy extends CloudResource {
  constructor(name: string, args: Args<IbmPolicyInputs>, opts?: CloudResourceOptions) {
    super({ kind: "IbmPolicy", outputs: [] }, name, args, opts);
  }
}

export class IbmHmacKey extends CloudResource {
  declare readonly accessKey: pulumi.Output<string>;
  /** A secret. */
  declare readonly secretKey: pulumi.Output<string>;
  /** As ISO text. */
  declare readonly madeAt: pulumi.Output<string>;
  constructor(name: string, args: Args<IbmHmacKeyInputs>, opts?: CloudResourceOptions) {
    super(
      {
        kind: "IbmHmacKey",
        outputs: ["accessKey", "secretKey", "madeAt"],
        secretOutputs: ["secretKey"],
        createFirst: true,
      },
      name,
      args,
      opts,
    );
  }
}

/** Deletes the keys of an identity that are not the current one, when it is made and whenever another key is current. */
export class IbmRetiredKeys extends CloudResource {
  constructor(name: string, args: Args<IbmRetiredKeysInputs>, opts?: CloudResourceOptions) {
    super({ kind: "IbmRetiredKeys", outputs: ["kept"] }, name, args, opts);
  }
}
