// Exporting a tenant: the bin in a process of its own, which says as JSON what that took; and the same requests bare.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fastest, type Timed } from "./figures.mts";
import { floor, inTurns, openTenant } from "./tenant.mts";

interface Exported {
  /** From the start of the process to its end. */
  seconds: number;
  /** The most that the process held. */
  megabytes: number;
  /** Paths with their queries. */
  paths: string[];
}

/** Calls of an export that are under way at once. */
const atOnce = 32;

/** What it takes for a tenant of so many objects, with the rate limit lifted. @param latency milliseconds before every answer */
export async function exported(count: number, latency: number): Promise<{ ours: Exported & Timed; bare: Timed }> {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-iconik-bench-"));
  const seed = join(folder, "seed.json");
  writeFileSync(seed, JSON.stringify(tenant(count)));
  const there = await openTenant({ latency, tenant: "old", seed });
  const env = {
    ...process.env,
    ICONIK_URL: there.url,
    ICONIK_APP_ID: there.appId,
    ICONIK_AUTH_TOKEN: there.authToken,
    NODE_OPTIONS: `--require ${JSON.stringify(join(import.meta.dirname, "no-limit.cjs"))}`,
  };
  const one = async (): Promise<Exported> => {
    const start = performance.now();
    const said = execFileSync(process.execPath, [import.meta.filename, join(folder, "out")], {
      encoding: "utf8",
      env,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const seconds = (performance.now() - start) / 1_000;
    return { seconds, ...(JSON.parse(said) as Pick<Exported, "megabytes">), paths: await there.paths() };
  };
  try {
    const ours = fastest([await one(), await one()]);
    // Pages come one after the other, since each says whether there is a next; lists side by side.
    const isPage = (path: string) => path.includes("per_page=");
    const lists = [...Map.groupBy(ours.paths.filter(isPage), (path) => path.split("?")[0]!).values()];
    const others = ours.paths.filter((path) => !isPage(path));
    const bare = () =>
      floor(
        there,
        async (http) => {
          await Promise.all(
            lists.map(async (pages) => {
              for (const page of pages) await http("GET", page);
            }),
          );
          await inTurns(others, (path) => http("GET", path), atOnce);
        },
        Infinity,
        atOnce,
      );
    return {
      ours: { ...ours, requests: { total: ours.paths.length, refused: 0 } },
      bare: fastest([await bare(), await bare()]),
    };
  } finally {
    await there.close();
    rmSync(folder, { recursive: true });
  }
}

/** Groups, ACL templates that name three of them each, and group mappings. */
function tenant(count: number): object {
  const [groups, templates] = [Math.floor(count * 0.4), Math.floor(count * 0.3)];
  const roles = ["can_read_assets", "can_read_collections", "can_search", "can_write_assets"];
  const group = (number: number) => `Group ${number % groups}`;
  const numbers = (length: number) => Array.from({ length }, (_, number) => number);
  return {
    groups: numbers(groups).map((number) => ({ name: group(number), description: `Group number ${number}`, roles })),
    acl_templates: numbers(templates).map((number) => ({ name: `Template ${number}` })),
    group_mappings: numbers(count - groups - templates).map((number) => ({
      name: `idp-${number}`,
      group_id: group(number),
    })),
    acls: Object.fromEntries(
      numbers(templates).map((number) => [
        `acl_templates/Template ${number}`,
        {
          groups: { [group(number)]: ["read"], [group(number + 1)]: ["read", "write"], [group(number + 2)]: ["read"] },
        },
      ]),
    ),
  };
}

if (import.meta.main) {
  const [node, , out] = process.argv as [string, string, string];
  process.argv = [node, "pulumi-iconik", "export", "live", "--out", out];
  process.once("exit", () => console.log(JSON.stringify({ megabytes: process.resourceUsage().maxRSS / 1_024 })));
  createRequire(import.meta.url)("../../dist/commands/main.js");
}
