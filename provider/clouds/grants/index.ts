/**
 * What a storage's identity needs in its cloud, as data: one statement, rendered as the policies, roles and keys of
 * each cloud. Pure: it asks no cloud and knows no Pulumi.
 */

export {
  corsOwner,
  flags,
  identityName,
  keyScope,
  purposeFlags,
  purposes,
  storageTypes,
  uses,
  usesOf,
  type Flag,
  type Purpose,
  type StorageNeed,
  type StorageType,
  type Use,
} from "./need";
export {
  sources,
  systems,
  type Enforcement,
  type Permission,
  type Source,
  type System,
  type Target,
} from "./permissions";
export { groupsOf, statementOf, type Condition, type Grant, type GrantGroup, type Statement } from "./statement";
export {
  bucketPolicy,
  iconikRole,
  keyPolicyStatements,
  policyLimits,
  queuePolicy,
  sizeOf,
  userPolicy,
  type Grantee,
  type PolicyDocument,
  type PolicyStatement,
} from "./render/aws";
export { gcsGrants, type GcsGrant } from "./render/gcs";
export { b2Key, type B2KeyRequest } from "./render/b2";
export { ibmGrants, type IbmGrant, type IbmIdentity } from "./render/ibm";
export { azureCors, b2Cors, corsFacts, corsRule, gcsCors, iconikOrigin, s3Cors, type CorsRule } from "./render/cors";
export { documentsOf, type DocumentOptions, type GrantDocument, type StorageGrants } from "./documents";
export { storagesOf, type TenantStorage } from "./from-tenant";
export { isPlaceholder, placeholder } from "./placeholder";
export { checkNeeds } from "./checks";
export { problemCodes, type Problem, type ProblemCode } from "./problems";
