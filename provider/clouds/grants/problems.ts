/**
 * Everything that can be wrong with what a storage needs of its cloud, as a closed list. A warning is unwise, and
 * works.
 */

import { codes, type DiagnosticCode } from "../../tenant/codes";

const those = <Name extends DiagnosticCode>(...names: Name[]) =>
  Object.fromEntries(names.map((name) => [name, { severity: codes[name].severity, says: codes[name].says }])) as Record<
    Name,
    { severity: "error" | "warning"; says: string }
  >;

/** Of the codes of tenant files, those that are about what a storage needs of its cloud. */
export const problemCodes = those(
  "bucket-name",
  "region-name",
  "unsafe-path",
  "key-name",
  "queue-url",
  "policy-too-large",
  "managed-elsewhere",
  "cors-out-of-reach",
  "scope-too-wide",
  "overlapping-paths",
  "flag-from-config",
  "no-use",
);

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
