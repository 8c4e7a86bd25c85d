/**
 * iconik as code: a class for every kind of object, `loadTenant` for tenant files, and `IconikProvider` for several
 * tenants in one program.
 */

export { clear } from "./definition";
export { IconikError, type ErrorCode } from "./engine/errors";
export { Guards, type Exception, type GuardsArgs } from "./pulumi/guards";
export { gatewayConfig } from "./pulumi/gateway";
export { IconikProvider, type IconikProviderArgs } from "./pulumi/provider";
export type * from "./pulumi/inputs";
export { IconikResource, type IconikResourceOptions } from "./pulumi/resource";
export * from "./pulumi/resources";
export { loadTenant, type TenantOptions } from "./pulumi/tenant";
export type { Role, RoleName } from "./roles";
