/** Resources of clouds that this package makes itself. How a kind is written: `kind.ts`. */

export { CloudResource, type CloudResourceOptions, type KindFacts } from "./resource";
export type { CloudSession, InputMarks, Kept, Kind, Live, NoOutputs, OutputMarks } from "./kind";
export { cloudError, codeOfStatus, hasCode, retrying, type CloudErrorCode } from "./errors";
export { peer } from "./peers";
export type { CredentialNames, Credentials } from "./credentials";
