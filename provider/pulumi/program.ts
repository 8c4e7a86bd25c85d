/**
 * The ready-made program: reads the tenant file that the stack's config names and makes it so. A project needs one line,
 * `module.exports = require("pulumi-iconik/program")`, or no program at all and `main:` in its Pulumi.yaml pointing here.
 *
 * `iconik:tenantFile` (default `tenant.yaml`) and `iconik:overlays` (a list) are paths relative to the project.
 */

import * as pulumi from "@pulumi/pulumi";
import { Application } from "./resources";
import { loadTenant } from "./tenant";

/** Gives the credentials of the applications that the file describes, as a secret output of the stack. */
async function program(): Promise<{ applications?: Record<string, { appId: pulumi.Output<string>; authToken: pulumi.Output<string | undefined> }> }> {
  const config = new pulumi.Config("iconik");
  const made = await loadTenant(config.get("tenantFile") ?? "tenant.yaml", { overlays: config.getObject<string[]>("overlays") ?? [] });
  const applications = Object.entries(made).flatMap(([label, object]) =>
    object instanceof Application ? [[label.replace(/^applications\//, ""), { appId: object.id, authToken: object.authToken }] as const] : [],
  );
  return applications.length > 0 ? { applications: Object.fromEntries(applications) } : {};
}

export = program;
