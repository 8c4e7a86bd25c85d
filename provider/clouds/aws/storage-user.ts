/** The user that holds a storage's access key. */

import * as pulumi from "@pulumi/pulumi";
import type { AccessKey } from "@pulumi/aws/iam/accessKey";
import type { UserPolicy } from "@pulumi/aws/iam/userPolicy";
import { identityName, userPolicy, type Statement, type StorageNeed } from "../grants";
import { sdk } from "./sdk";

export interface StorageUser {
  /** Of the user, and of the resources that make it. */
  name: string;
  resource: string;
  key: AccessKey;
  policy: UserPolicy;
}

/**
 * A key's name holds `rotate`: another text is another key, which is made before the storage gets it, and the old one
 * stays good until it is retired.
 */
export function storageUser(
  parent: pulumi.Resource,
  name: string,
  need: StorageNeed,
  statement: pulumi.Output<Statement>,
  rotate: string | undefined,
): StorageUser {
  const aws = sdk();
  // A storage that works goes on working when it is no longer provisioned here.
  const kept = { parent, retainOnDelete: true };
  const user = new aws.User(name, { name: identityName(need), forceDestroy: false }, kept);
  const policy = new aws.UserPolicy(
    name,
    { user: user.name, name: "iconik", policy: statement.apply((one) => JSON.stringify(userPolicy(one))) },
    kept,
  );
  const key = new aws.AccessKey(
    rotate === undefined ? name : `${name}-${rotate}`,
    { user: user.name },
    { ...kept, dependsOn: policy },
  );
  return { name: identityName(need), resource: name, key, policy };
}
