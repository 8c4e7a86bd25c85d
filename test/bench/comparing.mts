// Holding two tenants against each other: in a process of its own, which says as JSON what that took.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import type * as Compare from "../../provider/tenant/compare/index.ts";
import type * as Drift from "../../provider/tenant/drift/index.ts";
import type { Picture, PicturedResource } from "../../provider/tenant/picture.ts";
import { fastest } from "./figures.mts";

type Who = "compare" | "drift" | "floor";

interface Compared {
  /** Of processor time. */
  seconds: number;
  /** The most that the process held. */
  megabytes: number;
}

/** What each takes for tenants of so many objects, and what it takes to write both down as JSON. */
export async function compareTenants(count: number): Promise<Record<Who, Compared>> {
  const one = (who: Who) =>
    JSON.parse(
      execFileSync(process.execPath, [import.meta.filename, who, String(count)], { encoding: "utf8" }),
    ) as Compared;
  const best = (who: Who) => fastest([1, 2, 3].map(() => one(who)));
  return { floor: best("floor"), compare: best("compare"), drift: best("drift") };
}

/** Groups, ACL templates that name twenty of them each, and storages with a template; one in a hundred described otherwise. */
function tenant(count: number, extent: Picture["extent"], word: string): Picture {
  const third = Math.floor(count / 3);
  const ref = (kind: string, label: string) => ({ ref: { kind, label, name: label } });
  const object = (kind: string, section: string, label: string, inputs: object): PicturedResource => ({
    kind,
    section,
    label,
    name: label,
    inputs: { name: label, ...inputs },
    options: {},
    formerly: [],
  });
  const roles = Array.from({ length: 40 }, (_, index) => `can_read_${index}`);
  const resources = [...Array(third).keys()].flatMap((index) => [
    object("UserGroup", "userGroups", `Group ${index}`, { description: index % 100 === 0 ? word : "the same", roles }),
    object("AclTemplate", "aclTemplates", `Template ${index}`, {
      access: {
        groups: Array.from({ length: 20 }, (_, next) => ({
          group: ref("UserGroup", `Group ${(index + next) % third}`),
          permissions: ["read", "write"],
        })),
      },
    }),
    object("Storage", "storages", `Storage ${index}`, {
      type: "s3",
      purpose: "files",
      bucket: `bucket-${index}`,
      region: "eu-north-1",
      aclTemplate: ref("AclTemplate", `Template ${index}`),
      read: true,
    }),
  ]);
  const later = { tests: [], allow: [], expires: [] };
  return {
    source: word,
    extent,
    tenant: { model: "userGroups" },
    resources,
    released: [],
    provision: [],
    clouds: [],
    later,
    gaps: [],
    people: { unknown: "" },
  };
}

if (import.meta.main) {
  const [, , who, count] = process.argv as [string, string, Who, string];
  const require = createRequire(import.meta.url);
  const { compare } = require("../../dist/tenant/compare/index.js") as typeof Compare;
  const { drift } = require("../../dist/tenant/drift/index.js") as typeof Drift;
  const [from, to] = [tenant(Number(count), "described", "one"), tenant(Number(count), "everything", "other")];
  const before = process.cpuUsage();
  const found =
    who === "floor"
      ? JSON.stringify([from, to]).length
      : (who === "drift" ? drift(from, to) : compare(from, to)).changed.length;
  const { user, system } = process.cpuUsage(before);
  if (who !== "floor" && found !== Math.ceil(Math.floor(Number(count) / 3) / 100))
    throw new Error(`${who} found ${found} changes`);
  console.log(JSON.stringify({ seconds: (user + system) / 1e6, megabytes: process.resourceUsage().maxRSS / 1_024 }));
}
