// Loads a tenant file in a process of its own and says, as JSON, what that took. Arguments: who loads (provider: as
// `validate` does; yaml: the YAML library alone), and the file.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parseDocument } from "yaml";
import type * as Tenant from "../../provider/tenant/index.ts";

const { loadTenant } = createRequire(import.meta.url)("../../dist/tenant/index.js") as typeof Tenant;

const [, , who, file] = process.argv as [string, string, "provider" | "yaml", string];
const start = performance.now();
const objects =
  who === "yaml"
    ? Object.values(parseDocument(readFileSync(file, "utf8")).toJS() as object).flatMap(Object.keys).length
    : (loadTenant({ base: file, overlays: [] }, { loopback: true }).desired?.resources.length ?? 0);
const seconds = (performance.now() - start) / 1_000;
console.log(JSON.stringify({ seconds, megabytes: process.resourceUsage().maxRSS / 1_024, objects }));
