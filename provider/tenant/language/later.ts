/** Keys that the language knows from the start and whose work comes later: where storages come from, guards, tests. */

import { email, date, reference } from "./field-form";
import { key, list, record, text, words, type Form, type Key } from "./form";

const name = text({ min: 1 });
const rotate = key("Any text; another text makes a new key and revokes the old one.", name);

const bucket: Record<string, Key> = {
  bucket: key("Whether the bucket is made, or is there.", words("create", "existing")),
  cloud: key("Entry of clouds: that says where.", name),
  cors: key("Who sets the bucket's CORS rules: iconik, or we.", words("iconik", "ours")),
  rotate,
};

/** What provisioning can be told, by type of storage. Types that are not here cannot be provisioned. */
export const provisioning: Readonly<Record<string, Record<string, Key>>> = {
  s3: { ...bucket, kmsKey: key("ARN of the key that encrypts the bucket.", name, { config: true }) },
  gcs: {
    ...bucket,
    location: key("Location of the bucket.", name),
    kmsKey: key("Name of the key that encrypts the bucket.", name, { config: true }),
  },
  azure: {
    ...bucket,
    account: key("Name of the storage account.", name),
    resourceGroup: key("Resource group of the account.", name),
    location: key("Location of the account.", name),
    useKey: key("Which of the account's two keys iconik gets.", { form: "number", whole: true, min: 1, max: 2 }),
  },
  b2: { ...bucket, scope: key("What the application key reaches.", words("bucket", "account")) },
  wasabi: bucket,
  ibmCos: { ...bucket, instance: key("CRN of the service instance.", name) },
  cloudian: { ...bucket, iamEndpoint: key("URL of the IAM service.", text({ format: "url" })) },
  file: {
    gateway: key(
      "The gateway that serves the file system.",
      record({ user: key("Person it works as.", email, { required: true }), rotate }),
    ),
  },
};

export const provisionKey = (type: string): Key | undefined =>
  provisioning[type] &&
  key("Makes the storage's place and its credentials.", record(provisioning[type], { name: `provision-${type}` }), {
    later: "nothing makes the place or its credentials, so they must be there",
  });

export const clouds: Form = {
  form: "map",
  about: "a map of clouds",
  of: record(
    {
      type: key("Which cloud.", words("aws", "gcp", "azure", "b2", "wasabi", "ibm", "cloudian"), { required: true }),
      profile: key("Profile in the cloud's own configuration.", name),
      region: key("Region.", name),
    },
    { name: "cloud" },
  ),
};

export const guards: Form = record({
  mustKeep: key("Addresses that every allow list must let in.", list(name, { distinct: true })),
  minAdmins: key("Administrators that must be left.", { form: "number", whole: true, min: 0 }),
});

export const allow: Form = list(
  record(
    {
      delete: key("The object whose deletion is permitted, as section/label.", text({ format: "target" }), {
        required: true,
      }),
      reason: key("Why.", name, { required: true }),
      until: key("Last day of the exception.", date, { required: true }),
    },
    { name: "exception" },
  ),
);

export const tests: Form = list(
  record(
    {
      name: key("What the test says.", name, { required: true }),
      group: key("The group, or the role group, that is looked at.", reference, { required: true }),
      deny: key("Roles that it must not have; * stands for anything.", list(name, { distinct: true, min: 1 }), {
        required: true,
      }),
    },
    { name: "test" },
  ),
);
