// Reviewing a change that touches every role of every group: in a process of its own, which says as JSON what that took.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import type * as Review from "../../provider/review/index.ts";
import type * as Roles from "../../provider/roles/index.ts";
import type { Picture } from "../../provider/tenant/picture.ts";
import { chromiumArguments, chromiumProgram, noChromium } from "../chromium.mts";
import { fastest } from "./figures.mts";

interface Reviewed {
  /** Of processor time. */
  seconds: number;
  /** The most that the process held. */
  megabytes: number;
}

const require = createRequire(import.meta.url);

/** What it takes us to say it in Markdown, and what reading the same two sides as JSON alone takes. */
export async function reviewed(groups: number, people: number): Promise<{ ours: Reviewed; json: Reviewed }> {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-iconik-bench-"));
  const file = join(folder, "pictures.json");
  writeFileSync(file, JSON.stringify([0, 1].map((change) => picture(groups, people, change))));
  const one = (who: Who) =>
    JSON.parse(execFileSync(process.execPath, [import.meta.filename, who, file], { encoding: "utf8" })) as Reviewed;
  try {
    const runs = [1, 2, 3].map(() => ({ json: one("json"), ours: one("ours") }));
    return { ours: fastest(runs.map(({ ours }) => ours)), json: fastest(runs.map(({ json }) => json)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export interface Page {
  bytes: number;
  /** Of the same review as JSON. */
  json: number;
  /** From asking for it until something is painted, in ms, and of an empty page; without a Chromium nobody knows. */
  paint?: { page: number; empty: number };
}

/** The page of a review in which every group changes. */
export async function pageOf(groups: number): Promise<Page> {
  const { html, json, review } = require("../../dist/review/index.js") as typeof Review;
  const found = review(picture(groups, 0, 0), picture(groups, 0, 1), { now: new Date() });
  const page = html(found);
  const program = await chromiumProgram().catch((error: Error) => {
    if (error.message !== noChromium) throw error;
    return undefined;
  });
  return {
    bytes: Buffer.byteLength(page),
    json: Buffer.byteLength(json(found)),
    ...(program !== undefined && { paint: await painted(program, page) }),
  };
}

async function painted(executablePath: string, text: string): Promise<{ page: number; empty: number }> {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-iconik-bench-"));
  const browser = await chromium.launch({ executablePath, args: chromiumArguments });
  const firstPaint = async (name: string, markup: string): Promise<number> => {
    const file = join(folder, name);
    writeFileSync(file, markup);
    const page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
    await page.goto(pathToFileURL(file).href);
    const found = await page.waitForFunction(
      () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
    );
    const time = (await found.jsonValue()) as number;
    await page.close();
    return time;
  };
  try {
    const runs: { page: number; empty: number }[] = [];
    for (let turn = 0; turn < 3; turn += 1)
      runs.push({
        empty: await firstPaint("empty.html", "<!doctype html><p>Nothing changes."),
        page: await firstPaint("page.html", text),
      });
    return { page: Math.min(...runs.map(({ page }) => page)), empty: Math.min(...runs.map(({ empty }) => empty)) };
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}

/** Groups with two thirds of all roles, others before and after; people of all types in up to five of them. */
function picture(groups: number, people: number, change: number): Picture {
  const { roles } = require("../../dist/roles/index.js") as typeof Roles;
  const names = [...roles.keys()];
  const numbers = (count: number) => [...Array(count).keys()];
  const types = ["browseOnly", "standard", "power"];
  return {
    source: "bench",
    extent: "described",
    tenant: { model: "userGroups" },
    resources: numbers(groups).map((group) => {
      const name = `Group ${group}`;
      const held = names.filter((_, role) => (role * 7 + group * 13 + change * (role % 5)) % 3 > 0);
      return {
        kind: "UserGroup",
        section: "userGroups",
        label: name,
        name,
        inputs: { name, roles: held },
        options: {},
        formerly: [],
      };
    }),
    released: [],
    provision: [],
    clouds: [],
    later: { tests: [], allow: [], expires: [] },
    gaps: [],
    people: {
      readAt: "2026-01-01T00:00:00Z",
      known: numbers(people).map((person) => ({
        email: `person-${person}@example.com`,
        type: types[person % 3]!,
        active: true,
        admin: false,
        memberOf: numbers(1 + (person % 5)).map((index) => `userGroups/Group ${(person * 31 + index * 97) % groups}`),
      })),
    },
  };
}

const work: Record<string, (file: string) => void> = {
  ours(file) {
    const { markdown, review } = require("../../dist/review/index.js") as typeof Review;
    const [from, to] = JSON.parse(readFileSync(file, "utf8")) as [Picture, Picture];
    const report = markdown([review(from, to, { now: new Date() })]);
    if (Buffer.byteLength(report) > 60_000) throw new Error("the report is longer than a comment may be");
  },
  json: (file) => void JSON.parse(readFileSync(file, "utf8")),
};
type Who = "ours" | "json";

if (import.meta.main) {
  const [, , who, file] = process.argv as [string, string, Who, string];
  const before = process.cpuUsage();
  work[who]!(file);
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ seconds: (user + system) / 1e6, megabytes: process.resourceUsage().maxRSS / 1_024 }));
}
