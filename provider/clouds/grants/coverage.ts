/**
 * What there is for each system that iconik can store in: declared in iconik, provisioned in its cloud, and proven to be
 * granted no more than is needed. Every cell names the tests that show it, in the repository of this package.
 */

import { table } from "../../tenant/docs/tables";
import type { StorageType } from "./need";
import { systems } from "./permissions";

export const columns = ["declare", "provision", "prove"] as const;
export type Column = (typeof columns)[number];

export interface Cell {
  says: string;
  /** Files and titles of tests, or of what holds them together. */
  tests: readonly (readonly [file: string, title: string])[];
}

/** What cannot be is left out. */
export type Coverage = Readonly<Partial<Record<Column, Cell>>>;

const declare = (more: string): Cell => ({
  says: `made, changed, verified${more}`,
  tests: [
    ["test/definition-examples.test.ts", "a storage of type %s is recognised as what it is"],
    ["test/doubts.test.ts", "each reading alone"],
    ["test/verification.test.ts", "every type of storage, whatever iconik's check is"],
  ],
});

const simulated = [
  "test/grants.test.ts",
  "allows the statement of need over all of AWS's actions: surplus 0, missing 0",
] as const;
const tried = [
  ["test/enforced.test.ts", "every purpose and set of flags: what is needed works, and everything else is refused"],
  ["test/enforced.test.ts", "every action is needed: without any one of them a call that is needed is refused"],
] as const;
const fromFile = [
  "test/provisioning-plans.test.ts",
  "is of every cloud, kept by it, and forgotten without a word when it is taken out",
] as const;
/** Of services with the API of S3 and of AWS's IAM: one and the same code. */
const likeAws = (...tests: Cell["tests"]): Coverage => ({
  declare: declare(""),
  provision: {
    says: "bucket, user, policy, key: on a real S3 server, with the real CLI",
    tests: [
      ...tests,
      [
        "test/clouds-s3-storage.test.ts",
        "are made in one run, work, are no change after it, are repaired, and outlive the stack",
      ],
      fromFile,
    ],
  },
  prove: {
    says: "every action of AWS simulated; every call tried on a real S3 server with a real IAM",
    tests: [simulated, ...tried],
  },
});
const ofFile =
  "come with bucket, user, policy and key, verified; rotate; and go on working when provision: is taken out";

export const coverage: Readonly<Record<StorageType, Coverage>> = {
  s3: {
    declare: declare(", with keys or with iconik's own role"),
    provision: {
      says: "bucket, then a bucket policy for iconik's role or a user with a key: arguments on Pulumi's mocks",
      tests: [
        [
          "test/clouds-aws.test.ts",
          "is locked down, protected and kept, and its policy comes when the rest of its access is settled",
        ],
        ["test/clouds-aws.test.ts", "need no user and no key, and the storage waits for the policy"],
        [
          "test/clouds-aws.test.ts",
          "are of a user who may do what is needed and nothing else; the secret is secret, and comes when all is in place",
        ],
        fromFile,
      ],
    },
    prove: {
      says: "every action of AWS simulated, of users and of iconik's role; every call tried on a real S3 server",
      tests: [
        simulated,
        [
          "test/grants.test.ts",
          "the policies of bucket, key and queue allow iconik's role the statement of need: surplus 0, missing 0",
        ],
        ...tried,
      ],
    },
  },
  wasabi: likeAws(["test/provisioning.test.ts", ofFile]),
  cloudian: likeAws([
    "test/provisioning.test.ts",
    "of Cloudian and of other services come with bucket, user, policy and key too",
  ]),
  s3Compatible: likeAws([
    "test/provisioning.test.ts",
    "of Cloudian and of other services come with bucket, user, policy and key too",
  ]),
  gcs: {
    declare: declare(""),
    provision: {
      says: "bucket, service account, roles, bindings, key: arguments on Pulumi's mocks",
      tests: [
        [
          "test/clouds-gcp.test.ts",
          "is locked down, protected and kept, with an account, a role and a binding for its storage",
        ],
        fromFile,
      ],
    },
    prove: {
      says: "roles and conditions against a table of permission per method",
      tests: [
        [
          "test/grants-roles.test.ts",
          "Google Cloud Storage: the roles and their conditions allow what is wanted, and nothing else",
        ],
      ],
    },
  },
  azure: {
    declare: declare(""),
    provision: {
      says: "account of its own, container, connection string: arguments on Pulumi's mocks",
      tests: [
        ["test/clouds-azure.test.ts", "makes an account of the storage's own, locked down, protected and kept"],
        fromFile,
      ],
    },
    prove: {
      says: "that nothing can keep iconik to the flags, that this is said, and that an account has one storage",
      tests: [
        ["test/grants-roles.test.ts", "where nothing can be kept apart, it is said"],
        ["test/clouds-azure.test.ts", "says that nobody enforces the flags, why, and how keys are changed"],
        ["test/clouds-azure.test.ts", "refuses what Azure would not take, all at once, and two storages with one key"],
      ],
    },
  },
  b2: {
    declare: declare(""),
    provision: {
      says: "bucket, CORS rule, key: on a fake after Backblaze's documentation, with the real CLI",
      tests: [["test/clouds-b2-cli.test.ts", "is made by one up, with the key that the grants say"], fromFile],
    },
    prove: {
      says: "capabilities against a table of capability per call; every call tried on the fake",
      tests: [
        ["test/grants-roles.test.ts", "the key of one bucket does what is wanted there, and nothing else"],
        [
          "test/clouds-b2.test.ts",
          "each needed call works in the folder, and every other is refused, for every set of flags",
        ],
      ],
    },
  },
  ibmCos: {
    declare: declare(""),
    provision: {
      says: "bucket, service id, roles, policies, HMAC key: on a fake after IBM's documentation, with the real CLI",
      tests: [
        ["test/clouds-ibm-cli.test.ts", "is made by one up, with the roles and policies that the grants say"],
        fromFile,
      ],
    },
    prove: {
      says: "roles and rules against a table of action per call; every call tried on the fake",
      tests: [
        [
          "test/grants-roles.test.ts",
          "the roles and the rules of their policies allow what is wanted, and nothing else",
        ],
        [
          "test/clouds-ibm.test.ts",
          "each needed call works in the folder, and every other is refused, for every set of flags",
        ],
      ],
    },
  },
  file: {
    declare: declare(""),
    provision: {
      says: "application, token and configuration of its Storage Gateway, with the real CLI",
      tests: [
        [
          "test/provisioning.test.ts",
          "has an application, a token and a configuration, secret, and says what its person lacks",
        ],
      ],
    },
  },
  portal: { declare: declare("") },
};

const types = Object.keys(coverage) as StorageType[];

/** A row for each system: its name, and what each column says. */
export const coverageRows = (): string[][] =>
  types.map((type) => [
    `${systems[type].name} (${type})`,
    ...columns.map((column) => coverage[type][column]?.says ?? "-"),
  ]);

/** For the pages of `schema/`. */
export const coverageTable = (): string[] =>
  table(
    ["System", "Declared", "Provisioned", "Proven minimal"],
    coverageRows().map(([name, ...cells]) => [name!.replace(/\((\w+)\)$/, "(`$1`)"), ...cells]),
  );

/** Which tests show it, each test once with the systems that it is about. */
export function coverageTests(): { column: Column; file: string; title: string; types: StorageType[] }[] {
  const all = types.flatMap((type) =>
    columns.flatMap((column) =>
      (coverage[type][column]?.tests ?? []).map(([file, title]) => ({ column, file, title, type })),
    ),
  );
  return [...Map.groupBy(all, ({ column, file, title }) => JSON.stringify([column, file, title])).values()].map(
    (same) => {
      const { column, file, title } = same[0]!;
      return { column, file, title, types: same.map(({ type }) => type) };
    },
  );
}
