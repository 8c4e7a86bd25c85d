/** What of a program's words cannot be in Amazon S3. */

import type * as pulumi from "@pulumi/pulumi";
import type { StorageNeed } from "../grants";
import { ageProblems, type Refusal } from "../storage-bucket";
import type { StorageBucketArgs } from "./args";

export const isDomainId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

export const noDomainId = (given: string | undefined): Refusal => ({
  message: given
    ? `${JSON.stringify(given)} is no system domain id`
    : "managed credentials are bound to one tenant, and none is named",
  fix: "write domainId, or set iconik:domainId in the stack; iconik's System Settings show it",
});

/** What the statement of need does not tell. */
export function problemsIn(
  args: StorageBucketArgs,
  needs: readonly StorageNeed[],
  domainId: pulumi.Input<string> | undefined,
): Refusal[] {
  const isManaged = needs.some(({ credentials }) => credentials === "managed");
  const given = typeof domainId === "string" || domainId === undefined;
  return [
    ...(isManaged && given && !isDomainId(domainId ?? "") ? [noDomainId(domainId)] : []),
    ...Object.entries(args.storages).flatMap(([label, use]) =>
      (["rotate", "maxKeyAgeDays"] as const)
        .filter((word) => (use.credentials ?? "managed") === "managed" && use[word] !== undefined)
        .map((word) => ({
          message: `storages.${label}: ${word} is for keys, and managed credentials have none`,
          fix: 'drop it, or write credentials: "keys"',
        })),
    ),
    ...ageProblems(args.storages),
    ...(args.existing && args.versioning !== undefined
      ? [{ message: "versioning is a setting of a bucket that is somebody's", fix: "drop it, or existing" }]
      : []),
    ...(args.existing && args.kmsKey === "create"
      ? [
          {
            message: "a bucket that is somebody's is not encrypted anew",
            fix: "write the ARN of the key that encrypts it, or drop kmsKey",
          },
        ]
      : []),
  ];
}
