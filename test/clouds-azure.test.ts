// Storages in Azure: what a program registers, on Pulumi's mocks with the SDK's real classes.
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { StorageBucket, type StorageBucketArgs } from "../provider/clouds/azure";
import { azureCors, corsRule, statementOf, systems, type StorageNeed } from "../provider/clouds/grants";
import { about, provision, type Cloud } from "./clouds.ts";

const account = "acmeiconik01";
const files = { purpose: "files", read: true, write: true } as const;
const listKeys = "azure-native:storage:listStorageAccountKeys";
const cloud: Cloud = {
  outputs: (type, { accountName }) => (type === "azure-native:storage:StorageAccount" ? { name: accountName } : {}),
  answers: {
    [listKeys]: () => ({
      keys: [1, 2].map((n) => ({ keyName: `key${n}`, value: `canary${n}==`, permissions: "FULL", creationTime: "" })),
    }),
  },
};
const run = (args: Partial<StorageBucketArgs<"Blob">> = {}, more: Cloud = {}) =>
  provision(
    () =>
      new StorageBucket("acme", {
        bucket: "media",
        account,
        resourceGroup: "iconik",
        location: "westeurope",
        storages: { Blob: files },
        ...args,
      }),
    { ...cloud, ...more },
  );
const connectionString = (key: string) =>
  `DefaultEndpointsProtocol=https;AccountName=${account};AccountKey=${key};EndpointSuffix=core.windows.net`;

it("makes an account of the storage's own, locked down, protected and kept", async () => {
  const { made, asked } = await run();
  expect(asked).toEqual([{ token: listKeys, inputs: { accountName: account, resourceGroupName: "iconik" } }]);
  expect(made).toMatchInlineSnapshot(`
    {
      "BlobContainer acme": {
        "dependsOn": [
          "BlobServiceProperties acme",
          "StorageAccount acme",
        ],
        "inputs": {
          "accountName": "acmeiconik01",
          "containerName": "media",
          "publicAccess": "None",
          "resourceGroupName": "iconik",
        },
        "protect": true,
        "retainOnDelete": true,
      },
      "BlobServiceProperties acme": {
        "dependsOn": [
          "StorageAccount acme",
        ],
        "ignoreChanges": [
          "cors",
        ],
        "inputs": {
          "accountName": "acmeiconik01",
          "blobServicesName": "default",
          "containerDeleteRetentionPolicy": {
            "days": 7,
            "enabled": true,
          },
          "deleteRetentionPolicy": {
            "days": 7,
            "enabled": true,
          },
          "resourceGroupName": "iconik",
        },
        "retainOnDelete": true,
      },
      "StorageAccount acme": {
        "inputs": {
          "accountName": "acmeiconik01",
          "allowBlobPublicAccess": false,
          "allowCrossTenantReplication": false,
          "allowSharedKeyAccess": true,
          "enableHttpsTrafficOnly": true,
          "isLocalUserEnabled": false,
          "isSftpEnabled": false,
          "kind": "StorageV2",
          "location": "westeurope",
          "minimumTlsVersion": "TLS1_2",
          "resourceGroupName": "iconik",
          "sku": {
            "name": "Standard_LRS",
          },
        },
        "protect": true,
        "retainOnDelete": true,
      },
      "StorageBucket acme": {
        "inputs": {},
      },
    }
  `);
});

describe("the connection string", () => {
  it.each([
    [undefined, "canary1=="],
    [1, "canary1=="],
    [2, "canary2=="],
  ] as const)("with useKey %s has that key, is secret, and comes when the container is there", async (useKey, key) => {
    const { result } = await run({ useKey });
    const { connectionString: text, container, ...words } = result.storages.Blob;
    expect(words).toEqual({ type: "azure", ...files });
    expect(await about(text)).toMatchObject({
      value: connectionString(key),
      secret: true,
      after: expect.arrayContaining(["BlobContainer acme"]),
    });
    expect(await about(container)).toMatchObject({ value: "media", secret: false, after: ["BlobContainer acme"] });
  });

  it("is not asked for in the first preview, when there is no account", async () => {
    const { result, asked } = await run({}, { preview: true });
    expect(asked).toEqual([]);
    expect(await about(result.storages.Blob.connectionString)).toMatchObject({ known: false, secret: true });
    expect(await about(result.storages.Blob.container)).toMatchObject({ value: "media", known: true });
  });

  it("fails in words when Azure does not show the key", async () => {
    const { failed, result } = await run(
      { useKey: 2 },
      { answers: { [listKeys]: () => ({ keys: [{ keyName: "key1", value: "canary1==" }] }) } },
    );
    const reason = failed ?? (await about(result.storages.Blob.connectionString).catch((error) => error as Error));
    expect((reason as Error).message).toContain("has no key2; Azure told of 1 keys");
    expect((reason as Error).message).not.toContain("canary");
  });
});

it("writes CORS rules when they are ours, and otherwise leaves iconik's alone", async () => {
  const need: StorageNeed = { label: "Blob", type: "azure", bucket: "media", path: "", ...files, cors: "ours" };
  const ours = (await run({ storages: { Blob: { ...files, cors: "ours" } }, origins: ["https://media.example.com"] }))
    .made["BlobServiceProperties acme"]!;
  expect(ours.inputs.cors).toEqual(azureCors(corsRule(need, ["https://media.example.com"])!));
  expect(ours).not.toHaveProperty("ignoreChanges");
});

it("changes nothing of an account that is somebody's", async () => {
  const { made, result } = await run({
    existing: true,
    location: undefined,
    storages: { Blob: { ...files, cors: "ours" } },
  });
  expect(Object.keys(made)).toEqual(["StorageBucket acme"]);
  expect(await about(result.storages.Blob.connectionString)).toMatchObject({
    value: connectionString("canary1=="),
    secret: true,
  });
  expect(result.notes.at(-1)).toMatch(/CORS rules of .* are its owner's.*To add to them: .*GET/);
});

it("says that nobody enforces the flags, why, and how keys are changed", async () => {
  const { result, said } = await run();
  const statement = statementOf({ label: "Blob", type: "azure", bucket: "media", path: "", ...files });
  expect(result.enforcement).toBe("advisory");
  expect(said).toEqual(result.notes);
  expect(said[0]).toContain(systems.azure.says.replace("By nothing", "by nothing"));
  expect(said[1]).toContain("write useKey: 2");
  expect(said.slice(2)).toEqual(statement.notes.map((note) => `Blob: ${note}`));
});

it("warns in every run of a key that is older than is said, and says how keys are changed", async () => {
  const aged = async (days: number) => {
    const creationTime = new Date(Date.now() - days * 86_400_000 - 1_000).toISOString();
    const answers = {
      [listKeys]: () => ({ keys: [{ keyName: "key1", value: "canary1==", permissions: "FULL", creationTime }] }),
    };
    return (await run({ storages: { Blob: { ...files, maxKeyAgeDays: 180 } } }, { answers })).said.filter((line) =>
      line.startsWith("warning"),
    );
  };
  expect(await aged(180)).toEqual([]);
  expect(await aged(181)).toEqual([
    "warning: storages.Blob: its key is 181 days old, and maxKeyAgeDays is 180; write useKey: 2, and make key1 anew once that works",
  ]);
});

it("refuses what Azure would not take, all at once, and two storages with one key", async () => {
  const { made, result } = await provision(() => {
    try {
      return new StorageBucket("acme", {
        bucket: "Media_",
        account: "Acme-Iconik",
        resourceGroup: "iconik",
        storages: { Blob: { ...files, path: "a" }, Other: { ...files, path: "b" } },
      });
    } catch (error) {
      return error as Error;
    }
  });
  expect(made).toEqual({});
  expect(result).toBeInstanceOf(pulumi.RunError);
  expect((result as Error).message).toMatchInlineSnapshot(`
    "StorageBucket "acme" cannot be made:
    - storages.Blob: "Media_" is no name for a container; a name is 3 to 63 of a-z, 0-9 and single dashes, with a letter or digit at both ends
    - storages.Other: "Media_" is no name for a container; a name is 3 to 63 of a-z, 0-9 and single dashes, with a letter or digit at both ends
    - 2 storages share the account Acme-Iconik, and iconik's key reaches everything in it; give each storage an account of its own: one StorageBucket for each
    - "Acme-Iconik" is no name for a storage account; a name is 3 to 24 of a-z and 0-9
    - a new account needs a location; write location, such as westeurope"
  `);
});
