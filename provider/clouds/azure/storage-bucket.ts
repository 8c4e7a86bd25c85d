/** A container in Azure Blob Storage, in an account of its own, and the connection string that iconik takes. */

import * as pulumi from "@pulumi/pulumi";
import { azureCors, corsOwner, corsRule, statementOf, systems, type StorageNeed } from "../grants";
import {
  after,
  ageProblems,
  checkStorages,
  corsNotes,
  mapRecord,
  needsOf,
  warnOfAge,
  wordsOf,
  type Refusal,
  type StorageUse,
  type StorageWords,
} from "../storage-bucket";
import { sdk } from "./sdk";

export type AzureStorageUse = StorageUse;

export interface StorageBucketArgs<Label extends string = string> {
  /** Name of the container. */
  bucket: string;
  /** Name of the storage account, unique in all of Azure: 3 to 24 of a-z and 0-9. */
  account: string;
  /** Name of the resource group, which is there. */
  resourceGroup: pulumi.Input<string>;
  /** Such as `westeurope`. Not needed of an account that exists. */
  location?: string;
  /**
   * The one storage in it, by the name that the `iconik.Storage` has: iconik's key reaches everything in the account.
   */
  storages: Readonly<Record<Label, AzureStorageUse>>;
  /** Account and container are there and somebody's: nothing in Azure is changed. */
  existing?: boolean;
  /**
   * Which of the account's two keys iconik has. To rotate: name the other one, then make this one anew by hand.
   * Default: 1.
   */
  useKey?: 1 | 2;
  /** How often and where Azure keeps copies. Default: `Standard_LRS`, three in one place. */
  sku?: string;
  /** Where people open iconik, for `cors: "ours"`. Default: `https://app.iconik.io`. */
  origins?: readonly string[];
}

/** To spread into the arguments of the `iconik.Storage`, which then waits until the container can be used. */
export interface AzureConnection extends StorageWords {
  type: "azure";
  container: pulumi.Output<string>;
  /** Secret. */
  connectionString: pulumi.Output<string>;
}

/**
 * A container and its storage. Taking it out of the program, and `pulumi destroy`, leave everything in Azure as it is:
 * account and container are protected besides.
 *
 * The flags bind iconik and not Azure: iconik takes account keys only, and such a key may do everything in its account.
 *
 * @example
 * const blob = new azure.StorageBucket("acme-blob", {
 *   bucket: "media",
 *   account: "acmeiconik01",
 *   resourceGroup: "iconik",
 *   location: "westeurope",
 *   storages: { Blob: { purpose: "files", read: true, write: true } },
 * });
 * new iconik.Storage("Blob", blob.storages.Blob);
 */
export class StorageBucket<Label extends string = string> extends pulumi.ComponentResource {
  /** What the `iconik.Storage` is to be given. */
  readonly storages: Readonly<Record<Label, AzureConnection>>;
  /** Who keeps iconik to the flags: nobody. */
  readonly enforcement = systems.azure.enforcement;
  /** What is to be done by hand, and what one has to know. */
  readonly notes: readonly string[];

  constructor(name: string, args: StorageBucketArgs<Label>, opts?: pulumi.ComponentResourceOptions) {
    const { bucket, account, resourceGroup: resourceGroupName, storages, useKey = 1 } = args;
    const region = args.location;
    const needs = needsOf(storages, { type: "azure", bucket, ...(region !== undefined && { region }) });
    checkStorages(name, needs, problemsIn(args, needs));
    const azure = sdk();
    super("iconik:azure:StorageBucket", name, {}, opts);

    const mine = args.existing ? undefined : newAccount(this, name, args, needs[0]!);
    // Azure's own word for the name: in previews it is not known before the account is there, and no key is asked for.
    const accountName = mine?.account.name ?? account;
    const keys = azure.listStorageAccountKeysOutput({ accountName, resourceGroupName }, { parent: this });
    const ready = <T>(value: pulumi.Input<T>) => after(value, ...(mine ? [mine.container] : []));
    // Azure does not mark keys as secret, so this does, before anything is made of them.
    const connectionString = pulumi.secret(keys).apply(({ keys: all }) => {
      const key = all.find(({ keyName }) => keyName === `key${useKey}`);
      if (!key)
        throw new pulumi.RunError(`storage account ${account} has no key${useKey}; Azure told of ${all.length} keys`);
      return `DefaultEndpointsProtocol=https;AccountName=${account};AccountKey=${key.value};EndpointSuffix=core.windows.net`;
    });
    const made = keys.apply(({ keys: all }) => all.find(({ keyName }) => keyName === `key${useKey}`)?.creationTime);
    this.storages = mapRecord<Label, AzureStorageUse, AzureConnection>(storages, (use, label) => {
      warnOfAge(
        this,
        label,
        made,
        use,
        `write useKey: ${useKey === 1 ? 2 : 1}, and make key${useKey} anew once that works`,
      );
      return { type: "azure", ...wordsOf(use), container: ready(bucket), connectionString: ready(connectionString) };
    });
    this.notes = notesOf(args, needs[0]!);
    this.registerOutputs({});
    for (const note of this.notes) pulumi.log.info(note, this);
  }
}

function newAccount(parent: pulumi.Resource, name: string, args: StorageBucketArgs, need: StorageNeed) {
  const azure = sdk();
  const {
    account: accountName,
    bucket,
    resourceGroup: resourceGroupName,
    location,
    sku = "Standard_LRS",
    origins,
  } = args;
  const kept = { parent, retainOnDelete: true };
  const account = new azure.StorageAccount(
    name,
    {
      accountName,
      resourceGroupName,
      location,
      kind: "StorageV2",
      sku: { name: sku },
      minimumTlsVersion: "TLS1_2",
      enableHttpsTrafficOnly: true,
      allowBlobPublicAccess: false,
      // iconik has nothing but the account's key.
      allowSharedKeyAccess: true,
      allowCrossTenantReplication: false,
      isLocalUserEnabled: false,
      isSftpEnabled: false,
    },
    { ...kept, protect: true },
  );
  const inAccount = { accountName: account.name, resourceGroupName };
  const isOurs = corsOwner(need) === "ours";
  const rule = isOurs ? corsRule(need, origins) : undefined;
  const recovery = { enabled: true, days: recoverableDays };
  const service = new azure.BlobServiceProperties(
    name,
    {
      ...inAccount,
      blobServicesName: "default",
      deleteRetentionPolicy: recovery,
      containerDeleteRetentionPolicy: recovery,
      ...(rule && { cors: azureCors(rule) }),
    },
    // What iconik writes would look like drift, and be taken away by the next run.
    { ...kept, ...(!isOurs && { ignoreChanges: ["cors"] }) },
  );
  const container = new azure.BlobContainer(
    name,
    { ...inAccount, containerName: bucket, publicAccess: "None" },
    { ...kept, protect: true, dependsOn: service },
  );
  return { account, container };
}

/**
 * Days for which what was deleted can be brought back: iconik's key may delete everything, so somebody has to be able
 * to.
 */
const recoverableDays = 7;

function problemsIn(
  { account, existing, location, storages }: StorageBucketArgs,
  needs: readonly StorageNeed[],
): Refusal[] {
  return [
    ...(needs.length > 1
      ? [
          {
            message: `${needs.length} storages share the account ${account}, and iconik's key reaches everything in it`,
            fix: "give each storage an account of its own: one StorageBucket for each",
          },
        ]
      : []),
    ...ageProblems(storages),
    ...(/^[a-z0-9]{3,24}$/.test(account)
      ? []
      : [
          {
            message: `${JSON.stringify(account)} is no name for a storage account`,
            fix: "a name is 3 to 24 of a-z and 0-9",
          },
        ]),
    ...(!existing && location === undefined
      ? [{ message: "a new account needs a location", fix: "write location, such as westeurope" }]
      : []),
  ];
}

function notesOf({ account, existing, useKey = 1, origins }: StorageBucketArgs, need: StorageNeed): string[] {
  return [
    `${need.label}: read, write, delete and scan are enforced ${systems.azure.says.replace(/^By/, "by")}`,
    `${need.label} uses key${useKey} of ${account}. To rotate, write useKey: ${useKey === 1 ? 2 : 1}, and once the storage works make key${useKey} anew by hand: az storage account keys renew --account-name ${account} --key key${useKey}`,
    ...statementOf(need).notes.map((note) => `${need.label}: ${note}`),
    ...(existing ? corsNotes(`account ${account}`, [need], origins, azureCors) : []),
  ];
}
