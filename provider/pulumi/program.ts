/**
 * The ready-made program: reads the tenant file that the stack's config names and makes it so. A project needs one line,
 * `module.exports = require("pulumi-iconik/program")`, or no program at all and `main:` in its Pulumi.yaml pointing here.
 *
 * `iconik:tenantFile` (default `tenant.yaml`) and `iconik:overlays` (a list) are paths relative to the project.
 */

import * as pulumi from "@pulumi/pulumi";
import { Application } from "./resources";
import { makeTenant } from "./tenant";

interface Outputs {
  applications?: Record<string, { appId: pulumi.Output<string>; authToken: pulumi.Output<string | undefined> }>;
  gateways?: Record<string, { configIni: pulumi.Output<string> }>;
}

/**
 * Gives the credentials of the applications that the file describes, and the configuration of its Storage Gateways, as
 * secret outputs of the stack.
 */
async function program(): Promise<Outputs> {
  const config = new pulumi.Config("iconik");
  const { resources, gateways } = await makeTenant(config.get("tenantFile") ?? "tenant.yaml", { overlays: config.getObject<string[]>("overlays") ?? [] }, true);
  const applications = Object.entries(resources).flatMap(([label, object]) =>
    object instanceof Application ? [[label.replace(/^applications\//, ""), { appId: object.id, authToken: object.authToken }] as const] : [],
  );
  const configs = Object.entries(gateways).map(([label, configIni]) => [label, { configIni }] as const);
  return {
    ...(applications.length > 0 && { applications: Object.fromEntries(applications) }),
    ...(configs.length > 0 && { gateways: Object.fromEntries(configs) }),
  };
}

export = program;
