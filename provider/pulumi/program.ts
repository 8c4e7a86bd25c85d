/**
 * The ready-made program: reads the tenant file that the stack's config names and makes it so. A project needs one line,
 * `module.exports = require("pulumi-iconik/program")`, or no program at all and `main:` in its Pulumi.yaml pointing here.
 *
 * `iconik:tenantFile` (default `tenant.yaml`) and `iconik:overlays` (a list) are paths relative to the project.
 */

import * as pulumi from "@pulumi/pulumi";
import { loadTenant } from "./tenant";

async function program(): Promise<void> {
  const config = new pulumi.Config("iconik");
  await loadTenant(config.get("tenantFile") ?? "tenant.yaml", { overlays: config.getObject<string[]>("overlays") ?? [] });
}

export = program;
