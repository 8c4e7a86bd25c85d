// Loading a tenant file: in a process of its own, which says as JSON what that took.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type * as Tenant from "../../provider/tenant/index.ts";
import { fastest } from "./figures.mts";

interface Loaded {
  /** Of processor time: the clock's would say more about what else the machine does. */
  seconds: number;
  /** The most that the process held. */
  megabytes: number;
  objects: number;
}

/** What it takes us, and what the YAML library alone takes for the same file. */
export async function load(count: number): Promise<{ ours: Loaded; yaml: Loaded }> {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-iconik-bench-"));
  const file = join(folder, "tenant.yaml");
  writeFileSync(file, tenantFile(count));
  const one = (who: Who) => {
    const said = JSON.parse(
      execFileSync(process.execPath, [import.meta.filename, who, file], { encoding: "utf8" }),
    ) as Loaded;
    if (said.objects !== count) throw new Error(`${who} found ${said.objects} of ${count} objects`);
    return said;
  };
  try {
    const runs = [1, 2, 3].map(() => ({ yaml: one("yaml"), ours: one("ours") }));
    return { ours: fastest(runs.map(({ ours }) => ours)), yaml: fastest(runs.map(({ yaml }) => yaml)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Half groups, half ACL templates that refer to two of them. */
function tenantFile(count: number): string {
  const half = count / 2;
  const numbers = [...Array(half).keys()];
  const group = (number: number) =>
    `  Group ${number}: { description: Group number ${number}, roles: [can_read_assets, can_search] }`;
  const template = (number: number) =>
    `  Template ${number}: { access: { groups: { Group ${number}: [read, write], Group ${(number + 1) % half}: [read] } } }`;
  return ["userGroups:", ...numbers.map(group), "aclTemplates:", ...numbers.map(template), ""].join("\n");
}

const objectsIn: Record<string, (file: string) => number> = {
  ours(file) {
    const { loadTenant } = createRequire(import.meta.url)("../../dist/tenant/index.js") as typeof Tenant;
    return loadTenant({ base: file, overlays: [] }, { loopback: true }).desired?.resources.length ?? 0;
  },
  yaml: (file) =>
    Object.values(parseDocument(readFileSync(file, "utf8"), { uniqueKeys: false }).toJS() as object).flatMap(
      Object.keys,
    ).length,
};
type Who = "ours" | "yaml";

if (import.meta.main) {
  const [, , who, file] = process.argv as [string, string, Who, string];
  const before = process.cpuUsage();
  const objects = objectsIn[who]!(file);
  const { user, system } = process.cpuUsage(before);
  console.log(
    JSON.stringify({ seconds: (user + system) / 1e6, megabytes: process.resourceUsage().maxRSS / 1_024, objects }),
  );
}
