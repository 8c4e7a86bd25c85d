/**
 * The ready-made program: reads the tenant file that the stack's config names and makes it so. A project needs nothing
 * but `Pulumi.yaml` with `main: node_modules/pulumi-iconik/dist/pulumi/program.js`, or a one-line program of its own.
 *
 * `iconik:tenantFile` (default `tenant.yaml`) and `iconik:overlays` (a list) are paths relative to the project.
 */

import * as pulumi from "@pulumi/pulumi";
import { loadTenant } from "./tenant";

/** The program as Pulumi runs it. Resources are listed as the stack's output `objects`. */
async function program(): Promise<{ objects: string[] }> {
  const config = new pulumi.Config("iconik");
  const made = await loadTenant(config.get("tenantFile") ?? "tenant.yaml", { overlays: config.getObject<string[]>("overlays") ?? [] });
  return { objects: Object.keys(made) };
}

export = program;
