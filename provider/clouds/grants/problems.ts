/**
 * Everything that can be wrong with what a storage needs of its cloud, as a closed list. A warning is unwise, and
 * works.
 */

interface Code {
  severity: "error" | "warning";
  /** One line for the reference: what it means. */
  says: string;
}

const error = (says: string): Code => ({ severity: "error", says });
const warning = (says: string): Code => ({ severity: "warning", says });

export const problemCodes = {
  "bucket-name": error("The cloud takes no bucket of this name."),
  "region-name": error("It is no region of this cloud by its form."),
  "unsafe-path": error("The folder holds characters that mean something else in a policy, or is too long for a key."),
  "key-name": error("It does not name a KMS key of this cloud, or one in another region."),
  "queue-url": error("It is not the URL of an SQS queue."),
  "policy-too-large": error("The policy is larger than the cloud takes."),
  "managed-elsewhere": error(
    "Managed credentials are iconik's role in AWS's ordinary partition; others cannot trust it.",
  ),
  "cors-out-of-reach": error("B2 lets no key for one bucket write CORS rules."),
  "scope-too-wide": warning("The key reaches every bucket of the account, and nothing needs it."),
  "overlapping-paths": warning("Two storages reach the same files."),
  "flag-from-config": error("A flag is a value of the stack config, so what is needed cannot be told from the file."),
  "no-use": warning("No flag is set, so iconik could do nothing there."),
} as const satisfies Record<string, Code>;

export type ProblemCode = keyof typeof problemCodes;

export interface Problem {
  severity: "error" | "warning";
  code: ProblemCode;
  /** The storage. */
  label: string;
  /** Key of the storage in the tenant file; those of `provision:` with its name before them. */
  field: string;
  /** What is wrong, with what was given. */
  message: string;
  /** What to do. */
  fix: string;
}
