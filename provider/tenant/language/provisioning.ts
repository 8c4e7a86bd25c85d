/** Where storages come from: what `provision:` of a storage can say, and `clouds:`. */

import { email } from "./field-form";
import { key, record, text, words, type Form, type Key } from "./form";

const name = text({ min: 1 });
const rotate = key("Any text; another text makes a new key, and the old one goes once the new one works.", name);

const maxKeyAgeDays = key("Days after which every run warns of the storage's key. Left out: none does.", {
  form: "number",
  whole: true,
  min: 1,
});
/** Of clouds whose resources are this package's own; of the others Pulumi's `import` takes over. */
const adopt = key(
  "Takes over what is in the cloud under the same names: `exact` if it is as described, `converge` also if not. Left out: it is refused.",
  words("exact", "converge"),
);

const bucket: Record<string, Key> = {
  bucket: key(
    "`create`: the bucket is made. `existing`: it is there, and nothing of it that is not ours is changed. Left out: create.",
    words("create", "existing"),
  ),
  cloud: key("Entry of clouds: that says where, and whose credentials make it.", name),
  cors: key("Who sets the bucket's CORS rules: iconik, or we.", words("iconik", "ours")),
  rotate,
  maxKeyAgeDays,
};
const adoptable: Record<string, Key> = { ...bucket, adopt };

const iamEndpoint = key("URL of the IAM service.", text({ format: "url" }));
const location = (of: string) => key(`Location of the ${of}; needed unless it exists.`, name);

/** What provisioning can be told, by type of storage. Types that are not here cannot be provisioned. */
export const provisioning: Readonly<Record<string, Record<string, Key>>> = {
  s3: { ...bucket, kmsKey: key("ARN of the key that encrypts the bucket.", name, { config: true }) },
  gcs: {
    ...bucket,
    location: location("bucket"),
    kmsKey: key("Name of the key that encrypts the bucket.", name, { config: true }),
  },
  azure: {
    bucket: key(
      "`create`: account and container are made. `existing`: they are there. Left out: create.",
      words("create", "existing"),
    ),
    cloud: bucket.cloud!,
    cors: bucket.cors!,
    account: key("Name of the storage account, which iconik's key reaches as a whole.", name, { required: true }),
    resourceGroup: key("Resource group of the account, which is there.", name, { required: true }),
    location: location("account"),
    useKey: key("Which of the account's two keys iconik gets. To rotate, name the other one.", {
      form: "number",
      whole: true,
      min: 1,
      max: 2,
    }),
    maxKeyAgeDays,
  },
  b2: {
    ...adoptable,
    scope: key("What the application key reaches. Left out: the bucket.", words("bucket", "account")),
  },
  wasabi: { ...adoptable, iamEndpoint },
  ibmCos: { ...adoptable, instance: key("CRN of the service instance.", name, { required: true }) },
  cloudian: { ...adoptable, iamEndpoint: { ...iamEndpoint, required: true } },
  s3Compatible: { ...adoptable, iamEndpoint: { ...iamEndpoint, required: true } },
  file: {
    gateway: key(
      "The Storage Gateway that serves the file system: an application and a token for it.",
      record({
        user: key("Person it works as, who has to be in iconik, with the role is_storage_worker.", email, {
          required: true,
        }),
        rotate: key(
          "Any text; another text mints a new token, and the old one is revoked once the new one works.",
          name,
        ),
      }),
      { required: true },
    ),
  },
};

export const provisionKey = (type: string): Key | undefined =>
  provisioning[type] &&
  key(
    type === "file" ? "Makes the credentials of its gateway." : "Makes the storage's place and its credentials.",
    record(provisioning[type], { name: `provision-${type}` }),
  );

const type = key("Which cloud.", words("aws", "gcp", "azure", "b2", "wasabi", "ibm", "cloudian", "s3Compatible"), {
  required: true,
});
const cloud = (of: string, own: Record<string, Key> = {}) => record({ type, ...own }, { name: `cloud-${of}` });

export const clouds: Form = {
  form: "map",
  about: "a map of clouds",
  of: {
    form: "variants",
    name: "cloud",
    about:
      "A cloud. Of b2, wasabi, ibm, cloudian and s3Compatible, the label names the administrator's credentials: `archive` reads ARCHIVE_ACCESS_KEY_ID and so on.",
    by: "type",
    cases: {
      aws: cloud("aws", {
        profile: key("Profile in AWS's own configuration.", name),
        region: key("Region of what has no region of its own.", name),
      }),
      ...Object.fromEntries(
        ["gcp", "azure", "b2", "wasabi", "ibm", "cloudian", "s3Compatible"].map((of) => [of, cloud(of)]),
      ),
    },
  },
};

/** Types of storages that each sort of cloud can hold. */
export const cloudOfType: Readonly<Record<string, string>> = {
  s3: "aws",
  gcs: "gcp",
  azure: "azure",
  b2: "b2",
  wasabi: "wasabi",
  ibmCos: "ibm",
  cloudian: "cloudian",
  s3Compatible: "s3Compatible",
};
