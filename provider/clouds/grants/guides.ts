/** How storages of each type are brought up for real: what is to be set and set up, what is made, and what is not known. */

import type { StorageType } from "./need";

export interface Guide {
  /** Tenant file with such storages; what follows is said of these. */
  example: string;
  /** Packages besides @pulumi/pulumi; those that only deleting replaced keys needs. */
  packages: readonly string[];
  packagesToRotate?: readonly string[];
  /** What the administrator who makes it sets in the environment, and may do. */
  credentials: readonly string[];
  /** What has to be there before. */
  setUp: readonly string[];
  made: readonly string[];
  rotate: readonly string[];
  /** What nobody has told, or nobody has tried. */
  unknown: readonly string[];
}

const tenant = `tenant: { domainId: 5b1f0c9e-0000-4000-8000-000000000001 }\n`;

/** Of services with the API of S3 and of AWS's IAM. */
const likeAws = (label: string, name: string): Pick<Guide, "packages" | "credentials" | "made" | "rotate"> => ({
  packages: ["@aws-sdk/client-s3", "@aws-sdk/client-iam"],
  credentials: [
    `\`${label}_ACCESS_KEY_ID\` and \`${label}_SECRET_ACCESS_KEY\`: an access key of an administrator of ${name}, who may make and read buckets, users, their policies and their keys. With \`provision: { cloud: media }\` the variables begin with \`MEDIA_\`.`,
    "Or in the stack, as a secret: `pulumi config set --secret --path 'iconik:clouds.<label>.accessKeyId' …`, and `secretAccessKey` likewise.",
  ],
  made: [
    "The bucket; everything without TLS is refused; uploads in parts that were never finished go after 7 days, and nothing can be made public, where the service knows how.",
    "For each storage a user `iconik-<label>`, its policy `iconik`, its access key. The key is tried before iconik gets it.",
  ],
  rotate: [
    "Write other text under `rotate:`. A new key is made and tried, iconik gets it and checks it, then the old one is deleted. A user has two keys at most, so a key that somebody made by hand stands in the way, and is named.",
    "A run that fails on the way leaves a key that works; the next one goes on from there.",
  ],
});

export const guides: Readonly<Record<StorageType, Guide>> = {
  s3: {
    example: `${tenant}clouds: { media: { type: aws, profile: media } }
storages:
  Masters:
    { type: s3, purpose: files, bucket: example-masters, region: eu-north-1, credentials: managed,
      read: true, write: true, scan: true, provision: { cloud: media } }
  Ingest:
    { type: s3, purpose: files, bucket: example-ingest, region: eu-north-1, path: in, credentials: keys,
      read: true, scan: true, provision: { cloud: media, rotate: "2026-11", maxKeyAgeDays: 180 } }
`,
    packages: ["@pulumi/aws"],
    packagesToRotate: ["@aws-sdk/client-iam"],
    credentials: [
      "Those of AWS's own tools: `AWS_PROFILE`, or `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or a role. `clouds: { media: { type: aws, profile: media } }` names a profile in the file.",
      "They make and read buckets and their settings; for keys they make and read users, inline policies and access keys, and `iam:ListAccessKeys` and `iam:DeleteAccessKey` end a rotation.",
    ],
    setUp: [
      "`tenant.domainId`, for managed credentials: iconik's System Settings show it.",
      'A KMS key, where one encrypts the bucket, with the statements that `pulumi-iconik grants` prints; in TypeScript `kmsKey: "create"` makes one.',
    ],
    made: [
      "The bucket: owned by its account (no ACLs), closed to the public, encrypted, TLS only; uploads in parts that were never finished go after 7 days. `versioning` in TypeScript.",
      "Managed credentials: statements of the bucket's policy for iconik's own role, when it acts for your tenant. No user, no key.",
      "Keys: a user `iconik-<label>` with the inline policy `iconik`, and an access key.",
      "`bucket: existing`: no setting is changed. A policy is written only where there is none but ours; else the statements to add are printed, and the run ends.",
    ],
    rotate: [
      "Managed credentials have nothing to rotate.",
      "Keys: write other text under `rotate:`. @pulumi/aws makes a second key, iconik gets it and checks it, then the first one is deleted with the credentials that AWS's SDK finds (`retireOldKeys` in a TypeScript program). Where these know nothing of the user the run fails, the new key works, and the message says how to delete the old one by hand.",
      "A user has two keys at most. If AWS refuses another, a rotation was given up half-way: delete the key that iconik does not have.",
    ],
    unknown: [
      "Nothing of this has run against AWS: what Pulumi is told is asserted, argument by argument, and the policies are tried on another S3 server and simulated with AWS's rules.",
      "Which actions iconik needs on the bucket itself, its help page does not show as a whole. It may ask for `HeadBucket`, which a key for a folder is refused: a bucket for each storage is the safe way.",
      "Managed credentials are asked for by sending no keys: iconik's documents do not say how.",
    ],
  },
  wasabi: {
    example: `storages:
  Archive:
    { type: wasabi, purpose: archive, bucket: example-archive, region: eu-central-1,
      provision: { rotate: "2026-11", maxKeyAgeDays: 180, cors: ours } }
`,
    ...likeAws("WASABI", "Wasabi"),
    setUp: ["Nothing: Wasabi's addresses follow from the region, its users are made at `https://iam.wasabisys.com`."],
    unknown: [
      "It has run against another S3 server with AWS's IAM, not against Wasabi.",
      "Whether Wasabi blocks public access of a bucket and drops unfinished uploads: where it answers that it does not know how, a line says so and the bucket is without.",
    ],
  },
  cloudian: {
    example: `storages:
  Vault:
    { type: cloudian, purpose: archive, bucket: example-vault, region: dc1, endpoint: "https://s3.dc1.example.com",
      provision: { iamEndpoint: "https://iam.dc1.example.com:16443", rotate: "2026-11" } }
`,
    ...likeAws("CLOUDIAN", "your HyperStore"),
    setUp: [
      "The addresses of the S3 service and of the IAM service, from whoever runs it; with a certificate authority of its own also `NODE_EXTRA_CA_CERTS`.",
    ],
    unknown: [
      "It has run against another S3 server with AWS's IAM, not against HyperStore. Which of a bucket's settings your version knows, the first run says.",
    ],
  },
  s3Compatible: {
    example: `storages:
  Delivery:
    { type: s3Compatible, purpose: exports, bucket: example-delivery, region: us-east-1, endpoint: "https://s3.example.com",
      provision: { iamEndpoint: "https://iam.example.com", rotate: "2026-11" } }
`,
    ...likeAws("S3", "the service"),
    setUp: [
      "The addresses of the S3 service and of its IAM, which has to speak as AWS's does.",
      "Without such an IAM: make the key by hand, with what `pulumi-iconik grants` lists, and write it as `accessKey` and `secretKey`. In TypeScript the bucket can be made all the same.",
    ],
    unknown: [
      "Services differ: it has run against one (versitygw). What another does not know it says at the first run.",
    ],
  },
  gcs: {
    example: `storages:
  Delivery:
    { type: gcs, purpose: exports, bucket: example-delivery, project: example-media, write: true,
      provision: { location: EU, cors: ours, rotate: "2026-11", maxKeyAgeDays: 180 } }
`,
    packages: ["@pulumi/gcp"],
    packagesToRotate: ["google-auth-library"],
    credentials: [
      "Those of Google's own tools: `gcloud auth application-default login`, `GOOGLE_APPLICATION_CREDENTIALS`, or `GOOGLE_CREDENTIALS` with the key of a service account.",
      "They make buckets, service accounts, their keys, and custom roles in the project; `iam.serviceAccountKeys.list` and `.delete` end a rotation.",
    ],
    setUp: [
      "The project, with the APIs of IAM and Cloud Storage switched on.",
      "A policy of the organisation may forbid keys of service accounts (`iam.disableServiceAccountKeyCreation`): iconik takes nothing else.",
    ],
    made: [
      "The bucket: one access for all of it, closed to the public; unfinished uploads go after 7 days. `versioning` in TypeScript.",
      "For each storage a service account, custom roles with exactly its permissions, their bindings on the bucket, with conditions for a folder, and a JSON key.",
      "`cors: iconik` adds `storage.buckets.update`, which changes every setting of the bucket, for the time of the set-up: write `cors: ours` afterwards, and the role loses it.",
    ],
    rotate: [
      "Write other text under `rotate:`. @pulumi/gcp makes another key, iconik gets it and checks it, then the one before is deleted with the credentials that Google's library finds (`retireOldKeys` in a TypeScript program). Other keys of the account are named and left.",
    ],
    unknown: [
      "Nothing of this has run against Google Cloud: what Pulumi is told is asserted, argument by argument, and the roles are held against a table of permission per method.",
      "Whether iconik insists on `storage.admin` when a storage is added: its pages disagree.",
      "Without the delete flag Google refuses to replace an object; `addUuidToFilenames: true` avoids it.",
    ],
  },
  azure: {
    example: `storages:
  Blob:
    { type: azure, purpose: files, container: media, read: true, write: true,
      provision: { account: exampleiconik01, resourceGroup: iconik, location: westeurope, cors: ours } }
`,
    packages: ["@pulumi/azure-native"],
    credentials: [
      "Those of Azure's own tools: `az login`, or `ARM_CLIENT_ID`, `ARM_CLIENT_SECRET`, `ARM_TENANT_ID` and `ARM_SUBSCRIPTION_ID`.",
      "They make storage accounts in the resource group and list their keys.",
    ],
    setUp: ["The resource group. A name for the storage account that is free in all of Azure."],
    made: [
      "A storage account of the storage's own: TLS 1.2, nothing public, no SFTP, no local users, no copies to other tenants; what was deleted can be brought back for 7 days.",
      "A private container. iconik gets a connection string with an account key: it takes nothing smaller, and such a key may do everything in the account.",
    ],
    rotate: [
      "Write `useKey: 2`: iconik gets the account's other key and checks it. Then make the first one anew by hand: `az storage account keys renew --account-name … --key key1`. Nothing in Azure's API that Pulumi has makes a key anew.",
    ],
    unknown: [
      "Nothing of this has run against Azure: what Pulumi is told is asserted, argument by argument.",
      "The blob service takes five CORS rules. With `cors: iconik` one has to be free.",
    ],
  },
  b2: {
    example: `storages:
  Archive:
    { type: b2, purpose: archive, bucket: example-archive-b2, path: news,
      provision: { rotate: "2026-11", maxKeyAgeDays: 180 } }
`,
    packages: [],
    credentials: [
      "`B2_APPLICATION_KEY_ID` and `B2_APPLICATION_KEY`, as Backblaze's own command line has them: a key for the whole account with listBuckets, writeBuckets, readBucketEncryption, writeBucketEncryption, listKeys, writeKeys and deleteKeys. With `provision: { cloud: vault }` the variables begin with `VAULT_`.",
    ],
    setUp: ["Nothing."],
    made: [
      "The bucket: private, encrypted with Backblaze's keys, with our CORS rule; unfinished uploads go after 7 days.",
      "For each storage an application key for the bucket and its folder. With `scope: account` and `cors: iconik` it reaches every bucket of the account, and a warning says so.",
    ],
    rotate: [
      "Write other text under `rotate:`. A new key is made, iconik gets it and checks it, then all earlier keys of this storage are deleted; they are told by their names. Flags and folder make another key too: Backblaze changes none.",
    ],
    unknown: [
      "It has run against a fake that follows Backblaze's documentation, not against Backblaze.",
      "iconik's help asks for a key for all buckets, since it sets CORS rules itself. Whether it takes a key for one bucket whose rules are there already: one try tells, and `scope: account` is the way back.",
    ],
  },
  ibmCos: {
    example: `storages:
  Archive:
    { type: ibmCos, purpose: archive, bucket: example-archive-cos, region: eu-de,
      provision: { instance: "crn:v1:bluemix:public:cloud-object-storage:global:a/0a0a0a0a:11111111-2222-3333-4444-555555555555::", rotate: "2026-11" } }
`,
    packages: [],
    credentials: [
      "`IBMCLOUD_API_KEY`: of somebody with Administrator on the Object Storage instance (platform) and Manager (service), and Operator or more on IAM. With `provision: { cloud: vault }` it is `VAULT_API_KEY`.",
    ],
    setUp: ["The Object Storage instance; its CRN is on its page, and in `ibmcloud resource service-instance <name>`."],
    made: [
      "The bucket, without public access; unfinished uploads go after 7 days.",
      "For each storage a service id, custom roles with exactly its actions, an access policy for each on the bucket, with a rule for a folder, and a service credential with an HMAC key and no role of its own.",
    ],
    rotate: [
      "Write other text under `rotate:`. A new credential is made, iconik gets it and checks it, then all earlier ones of this storage are deleted; they are told by their names.",
    ],
    unknown: [
      "It has run against a fake that follows IBM's documentation, not against IBM Cloud.",
      "How a credential without a role is asked for (`NONE`) is not documented. If IBM gives it a policy all the same, the credential is deleted again and the message says what to do.",
    ],
  },
  file: {
    example: `storages:
  Playout:
    { type: file, purpose: files, mountPoint: /mnt/playout, read: true, scan: true,
      provision: { gateway: { user: gateway@example.com, rotate: "2026-11" } } }
`,
    packages: [],
    credentials: ["None but iconik's own."],
    setUp: ["A person in iconik for the gateway, with the role `is_storage_worker`; a run says when it is missing."],
    made: [
      "An application with a token of that person. The gateway's `config.ini` is a secret output: `pulumi stack output gateways --json --show-secrets`.",
    ],
    rotate: [
      "Write other text under `gateway.rotate`: a new token is minted, then the old one is revoked. Put the new `config.ini` in place and start the gateway again.",
    ],
    unknown: ["iconik publishes no whole list of the roles that a gateway's work takes besides `is_storage_worker`."],
  },
  portal: {
    example: `storages:
  Portal: { type: portal, purpose: files, read: true }
`,
    packages: [],
    credentials: ["None but iconik's own."],
    setUp: ["Portal's own side of it; iconik's help page on Cantemo Portal says what that is."],
    made: ["The storage in iconik, and nothing else."],
    rotate: ["There is no key here."],
    unknown: ["Whether exports may go to a Portal storage: the help pages disagree."],
  },
};
