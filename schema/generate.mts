/**
 * Rewrites what is generated from the kinds and the contract:
 *
 *   node schema/generate.mts            writes
 *   node schema/generate.mts --check    names the files that are not up to date, and fails if there are any
 *
 * The generators run compiled code. Writing compiles first; checking expects a build.
 */

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Definition } from "../provider/definition.ts";

const root = join(import.meta.dirname, "..");
const require = createRequire(import.meta.url);
const checking = process.argv.includes("--check");
const stale: string[] = [];

// The list of kinds comes first: everything else is compiled with it.
keep("provider/kinds/index.ts", kindsIndex());
if (!checking) compile();

const { kinds } = require("../dist/kinds") as { kinds: Record<string, Definition> };
const { classesOf } = await import("./classes.mts");
keep("provider/pulumi/resources.ts", classesOf(Object.values(kinds)));

if (existsSync(join(root, "dist/tenant/generate.js"))) {
  const { generateTenantSchema, generateMapSchema, generateReference } =
    require("../dist/tenant/generate.js") as Record<string, () => unknown>;
  keep("schema/tenant.schema.json", text(generateTenantSchema!()));
  keep("schema/map.schema.json", text(generateMapSchema!()));
  keep("schema/reference.md", text(generateReference!()));
}

if (existsSync(join(root, "dist/clouds/grants/page.js"))) {
  const { grantsPage } = require("../dist/clouds/grants/page.js") as Record<string, () => string>;
  keep("schema/grants.md", grantsPage!());
  const { storagesPage } = require("../dist/clouds/grants/storages-page.js") as Record<string, () => string>;
  keep("schema/storages.md", storagesPage!());
}

if (checking && stale.length > 0) {
  for (const file of stale) console.error(`${file}: not up to date, run npm run generate`);
  process.exitCode = 1;
}

/** Writes a file that is to change, or notes that it is stale. */
function keep(file: string, wanted: string): void {
  const path = join(root, file);
  if (existsSync(path) && readFileSync(path, "utf8") === wanted) return;
  if (checking) {
    stale.push(file);
    return;
  }
  writeFileSync(path, wanted);
  console.error(`${file}: written`);
}

/** Errors are no reason to stop: what is stale may not compile, and the build that follows tells. */
function compile(): void {
  spawnSync(process.execPath, [require.resolve("typescript/bin/tsc"), "--project", join(root, "tsconfig.json")], {
    cwd: root,
  });
}

function kindsIndex(): string {
  const files = readdirSync(join(root, "provider/kinds"))
    .filter((file) => file.endsWith(".ts") && file !== "index.ts")
    .map((file) => file.slice(0, -".ts".length))
    .sort();
  const names = files.map((file) => file.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()));
  return `// Generated from the files of this folder by \`npm run generate\`. Do not edit.
${files.map((file, index) => `import ${names[index]} from "./${file}";`).join("\n")}
import type { Definition } from "../definition";

/** Every kind of iconik object, by the name of its class. */
export const kinds: Readonly<Record<string, Definition>> = Object.fromEntries(
  [
${names.map((name) => `    ${name},`).join("\n")}
  ].map((definition) => [definition.kind, definition]),
);
`;
}

function text(generated: unknown): string {
  return typeof generated === "string" ? generated : `${JSON.stringify(generated, null, 2)}\n`;
}
