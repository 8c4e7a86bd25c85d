/** `pulumi-iconik init`: a new project that works. No file is written over, and a tenant file that is there is kept. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { Option, type Command } from "commander";
import { stringify } from "yaml";
import type { Session } from "../engine";
import { IconikError, isMissing } from "../engine/errors";
import { defaultUrl, given } from "../engine/settings";
import { manifest } from "../manifest";
import { importFileOf } from "../protocol/import-file";
import { exportYaml, withOwnAddress, withoutForeign } from "../tenant/export";
import { readLive } from "../tenant/live/read";
import { replaceFiles } from "./files";
import { liveSession } from "./live";
import { waiting } from "./progress";
import { parseLiveSource, type LiveSource } from "./source";

interface Flags {
  from?: LiveSource;
  ci: "github" | "gitlab" | "none";
}

/** Adds the command. Exit codes: 0 done, 1 nothing was written. */
export function init(program: Command): void {
  program
    .command("init")
    .description(
      "a new project: Pulumi.yaml, package.json, the tenant file, the config of a stack, CI for pull requests",
    )
    .argument("[dir]", "where it goes; made when it is not there", ".")
    .option("--from <SOURCE>", "describe this tenant as it is: live, or live:NAME", parseLiveSource)
    .addOption(
      new Option("--ci <service>", "whose pipelines are written")
        .choices(["github", "gitlab", "none"])
        .default("github"),
    )
    .addHelpText(
      "after",
      "\nWith ICONIK_APP_ID and ICONIK_AUTH_TOKEN set, the tenant's id and model are asked for. Nothing is written to a tenant, and no file is written over.",
    )
    .action(run);
}

async function run(dir: string, { from, ci }: Flags): Promise<void> {
  const folder = resolve(dir);
  const known = await tenantOf(from);
  const files = new Map([...projectFiles(basename(folder), known), ...known.files, ...pipelines(ci)]);
  const own = "tenant.yaml";
  // What it says of the tenant, nobody can make again.
  const isKept = !from && existsSync(join(folder, own));
  if (isKept) files.delete(own);
  const there = [...files.keys()].filter((path) => existsSync(join(folder, path)));
  if (there.length > 0) {
    const [are, them] = there.length === 1 ? ["is", "it"] : ["are", "them"];
    throw new Error(
      `${there.join(", ")} ${are} there already in ${dir}, and nothing was written; take ${them} away, or name another folder`,
    );
  }
  replaceFiles(new Map([...files].map(([path, text]) => [join(dir, path), text])));
  process.stdout.write(`${[...files.keys()].map((path) => join(relative(process.cwd(), folder), path)).join("\n")}\n`);
  if (isKept) process.stderr.write(`${join(relative(process.cwd(), folder), own)} was there, and is as it was\n`);
  process.stderr.write(`\n${next(dir, known).join("\n")}\n`);
}

interface Known {
  /** As it was set; undefined: iconik's own. */
  url?: string;
  domainId?: string;
  tenantFile: string;
  files: Map<string, string>;
  /** Keys of the stack's config that must be set before the first run. */
  secrets: readonly string[];
}

/** What `pulumi import --file` takes. */
const importFile = "import.json";

/** What can be said of the tenant: all of it, its id and model, or nothing without credentials. */
async function tenantOf(from: LiveSource | undefined): Promise<Known> {
  const [appId, authToken, url] = [
    process.env.ICONIK_APP_ID,
    process.env.ICONIK_AUTH_TOKEN,
    process.env.ICONIK_URL,
  ].map(given);
  if (!from && !(appId && authToken)) return { ...(url !== undefined && { url }), ...empty() };
  const session = liveSession(from?.name);
  try {
    const { domainId } = await session.caller(undefined);
    const { url: address } = session.client;
    const found = { domainId, ...(address !== defaultUrl && { url: address }) };
    if (!from) return { ...found, ...empty(domainId, await modelOf(session)) };
    const picture = withOwnAddress(withoutForeign(await waiting("reading the tenant", () => readLive(session))));
    const { files, supplied } = exportYaml(picture);
    // What is too large for one file is a folder.
    const tenantFile = files.size === 1 ? "tenant.yaml" : "tenant";
    const placed = [...files].map(([path, text]): [string, string] => [
      files.size === 1 ? path : join(tenantFile, path),
      text,
    ]);
    const imported = `${JSON.stringify(importFileOf(picture), null, 2)}\n`;
    return {
      ...found,
      tenantFile,
      files: new Map([...placed, [importFile, imported]]),
      secrets: supplied.map(({ key }) => key),
    };
  } finally {
    await session.client.close();
  }
}

const empty = (domainId?: string, model?: Model): Pick<Known, "tenantFile" | "files" | "secrets"> => ({
  tenantFile: "tenant.yaml",
  files: new Map([["tenant.yaml", emptyTenant(domainId, model)]]),
  secrets: [],
});

type Model = "userGroups" | "teams";

/** Tenants of the older model have no teams: no list of them, or an empty one. Who may not look at either cannot tell. */
async function modelOf({ client }: Session): Promise<Model | undefined> {
  const hasAny = async (list: string): Promise<boolean> => {
    try {
      const { body } = await client.call<{ objects?: unknown[] }>(`GET ${list}`, { query: { per_page: 1 } });
      return (body?.objects ?? []).length > 0;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  };
  try {
    if (await hasAny("/API/users/v1/teams/")) return "teams";
    return (await hasAny("/API/users/v1/groups/")) ? "userGroups" : undefined;
  } catch (error) {
    if (error instanceof IconikError && error.code === "forbidden") return undefined;
    throw error;
  }
}

/** A group that iconik made itself stands for all that is to come: a description of nothing is refused. */
function emptyTenant(domainId?: string, model?: Model): string {
  const tenant =
    domainId === undefined
      ? "#  domainId: npx pulumi-iconik doctor says it, with the credentials in the environment"
      : `  domainId: ${domainId}   # any other tenant is refused`;
  return `# yaml-language-server: $schema=./node_modules/pulumi-iconik/schema/tenant.schema.json
# The language: node_modules/pulumi-iconik/schema/reference.md
tenant:
${tenant}
  model: ${model ?? "userGroups   # or teams, of tenants made since October 2025"}

${model ?? "userGroups"}:
  # iconik's own; nothing of it is managed until a field of it is written. Describe yours beside it, such as
  #   Editors: { description: Cut and publish }
  Everyone: { builtIn: true }
`;
}

/** The stack is called `prod`; others are files beside it. */
function projectFiles(folder: string, { url, tenantFile }: Known): [string, string][] {
  const name = folder.replace(/[^A-Za-z0-9_.-]+/g, "-").replace(/^[-.]+|[-.]+$/g, "") || "tenant";
  const pulumi = {
    name,
    description: "An iconik tenant",
    runtime: { name: "nodejs", options: { typescript: false } },
    main: "index.js",
  };
  const { name: packageName, version, engines, peerDependencies } = manifest;
  const project = {
    name: name.toLowerCase(),
    private: true,
    main: "index.js",
    engines,
    scripts: { validate: `${packageName} validate ${tenantFile}`, doctor: `${packageName} doctor ${tenantFile}` },
    dependencies: { "@pulumi/pulumi": peerDependencies["@pulumi/pulumi"], [packageName]: `^${version}` },
  };
  const config = { config: { ...(url && { "iconik:url": url }), "iconik:tenantFile": tenantFile } };
  return [
    ["Pulumi.yaml", stringify(pulumi)],
    ["Pulumi.prod.yaml", stringify(config)],
    ["package.json", `${JSON.stringify(project, null, 2)}\n`],
    ["index.js", `// Makes what ${tenantFile} says.\nmodule.exports = require("${packageName}/program");\n`],
    // What the CI scripts write, and what ends up here by hand.
    [".gitignore", "node_modules/\nreview/\nundo*.jsonl\n.env\n"],
  ];
}

const templates = join(__dirname, "../../examples/ci");

/** The pipelines of examples/ci, where their service looks for them, and the scripts that they run. */
function pipelines(ci: Flags["ci"]): [string, string][] {
  if (ci === "none") return [];
  const copied = (from: string, to: string): [string, string][] =>
    readdirSync(join(templates, from)).map((file) => [
      join(to, file),
      readFileSync(join(templates, from, file), "utf8"),
    ]);
  return [...copied(ci, ci === "github" ? ".github/workflows" : ""), ...copied("scripts", "ci")];
}

function next(dir: string, { domainId, files, secrets }: Known): string[] {
  return [
    ...(domainId === undefined
      ? [
          "The tenant's id is not known: set ICONIK_APP_ID and ICONIK_AUTH_TOKEN, and write tenant.domainId as doctor says it.",
        ]
      : []),
    "Next:",
    ...(dir === "." ? [] : [`  cd ${/^[\w./-]+$/.test(dir) ? dir : JSON.stringify(dir)}`]),
    "  npm install",
    "  pulumi stack init prod",
    ...secrets.map((key) => `  pulumi config set --secret ${key}`),
    ...(files.has(importFile)
      ? [`  pulumi import --file ${importFile} --generate-code=false --protect=false --yes`]
      : []),
    "  pulumi up",
  ];
}
