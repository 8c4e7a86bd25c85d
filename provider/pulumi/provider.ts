/** Several tenants in one program. */

import * as pulumi from "@pulumi/pulumi";

export interface IconikProviderArgs {
  /** Name in the environment: `prod-b` reads `ICONIK_PROD_B_URL` and so on. Default: the resource's name. */
  name?: string;
  /** The tenant that is meant; any other is refused. Required, except on loopback. */
  domainId?: pulumi.Input<string>;
}

/**
 * One tenant, with an environment of its own: `ICONIK_<NAME>_URL`, `ICONIK_<NAME>_APP_ID`, `ICONIK_<NAME>_AUTH_TOKEN`,
 * and no other. Credentials never become part of the stack.
 *
 * @example
 * const staging = new iconik.IconikProvider("staging", { domainId: "…" });
 * new iconik.UserGroup("Editors", { roles: [] }, { provider: staging });
 */
export class IconikProvider extends pulumi.ProviderResource {
  constructor(name: string, args: IconikProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    // An explicit provider sees nothing of the stack's config: what is not a credential is handed on here.
    const config = new pulumi.Config("iconik");
    super(
      "pulumi-nodejs",
      name,
      {
        "iconik:name": args.name ?? name,
        "iconik:domainId": args.domainId,
        "iconik:rateShare": config.get("rateShare"),
        "iconik:aclTemplateObjectType": config.get("aclTemplateObjectType"),
      },
      opts,
    );
  }
}
