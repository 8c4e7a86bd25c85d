/**
 * The ready-made program: reads the tenant file that the stack's config names and makes it so. A project needs one line,
 * `module.exports = require("pulumi-iconik/program")`, or no program at all and `main:` in its Pulumi.yaml pointing here.
 *
 * `iconik:tenantFile` (default `tenant.yaml`) and `iconik:overlays` (a list) are paths relative to the project.
 */

import * as pulumi from "@pulumi/pulumi";
import { makeTenant, type Credentials } from "./tenant";

interface Outputs {
  applications?: Record<string, Credentials>;
  gateways?: Record<string, { configIni: pulumi.Output<string> }>;
}

/**
 * Gives the credentials of the applications that the file describes, and the configuration of its Storage Gateways, as
 * secret outputs of the stack.
 */
async function program(): Promise<Outputs> {
  const config = new pulumi.Config("iconik");
  const { applications, gateways } = await makeTenant(
    config.get("tenantFile") ?? "tenant.yaml",
    { overlays: config.getObject<string[]>("overlays") ?? [] },
    true,
  );
  const configs = Object.entries(gateways).map(([label, configIni]) => [label, { configIni }] as const);
  return {
    ...(Object.keys(applications).length > 0 && { applications }),
    ...(configs.length > 0 && { gateways: Object.fromEntries(configs) }),
  };
}

export = program;
