/** The service account that holds a storage's key, and what it may do. */

import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember";
import type { Key } from "@pulumi/gcp/serviceaccount/key";
import { gcsGrants, groupsOf, identityName, statementOf, type GcsGrant, type StorageNeed } from "../grants";
import { sdk } from "./sdk";

export interface StorageAccount {
  email: pulumi.Output<string>;
  key: Key;
  bindings: BucketIAMMember[];
}

/**
 * Roles are named by the storage, and change in place: a binding that is replaced would stay in Google Cloud, as all of
 * an identity does, and go on granting what is no longer wanted.
 */
export function storageAccount(
  parent: pulumi.Resource,
  name: string,
  need: StorageNeed,
  { bucket, project, rotate }: { bucket: pulumi.Input<string>; project: string; rotate: string | undefined },
): StorageAccount {
  const gcp = sdk();
  // A storage that works goes on working when it is no longer provisioned here.
  const kept = { parent, retainOnDelete: true };
  const account = new gcp.Account(
    name,
    { accountId: accountIdOf(need), displayName: `iconik storage ${need.label}`.slice(0, 100), project },
    kept,
  );
  const member = pulumi.interpolate`serviceAccount:${account.email}`;
  const bindings = standingGrants(need).map(({ on, role, binding }) => {
    const roleName = `${name}-${on}`;
    const custom = new gcp.IAMCustomRole(roleName, { ...role, roleId: roleIdOf(name, need, on), project }, kept);
    return new gcp.BucketIAMMember(
      roleName,
      { bucket, role: custom.name, member, ...(binding.condition && { condition: binding.condition }) },
      kept,
    );
  });
  const key = new gcp.Key(
    name,
    { serviceAccountId: account.name, ...(rotate !== undefined && { keepers: { rotate } }) },
    { ...kept, dependsOn: bindings },
  );
  return { email: account.email, key, bindings };
}

interface StandingGrant {
  on: string;
  role: Omit<GcsGrant["role"], "stage"> & { stage: "GA" | "DISABLED" };
  binding: GcsGrant["binding"];
}

/**
 * Every grant that a storage of this folder can have. Those that its flags do not ask for are disabled roles, which
 * grant nothing: so what is taken away is taken away though nothing is deleted.
 */
function standingGrants(need: StorageNeed): StandingGrant[] {
  const grantsOf = (one: StorageNeed) => {
    const statement = statementOf(one);
    const grants = gcsGrants(statement, "");
    return new Map(groupsOf(statement).map(({ on }, index) => [on as string, grants[index]!]));
  };
  const asked = grantsOf(need);
  const all = grantsOf({ ...need, purpose: "files", read: true, write: true, delete: true, scan: true });
  return [...all].map(([on, grant]) => {
    const { role, binding } = asked.get(on) ?? grant;
    return { on, role: asked.has(on) ? role : { ...role, stage: "DISABLED" }, binding };
  });
}

/** 6 to 30 characters. */
function accountIdOf(need: StorageNeed): string {
  const name = identityName(need).replace(/-+$/, "");
  return name.length <= 30 ? name : `${name.slice(0, 23).replace(/-+$/, "")}-${digest(name, 6)}`;
}

/** A project's own name space, which several stacks may share. */
function roleIdOf(name: string, { label }: StorageNeed, on: string): string {
  const words = label.replace(/[^A-Za-z0-9]+/g, "_").slice(0, 30);
  return `iconik_${words}_${on}_${digest(`${pulumi.getProject()}/${pulumi.getStack()}/${name}`, 8)}`;
}

const digest = (text: string, length: number): string =>
  createHash("sha256").update(text).digest("hex").slice(0, length);
