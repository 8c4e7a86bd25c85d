/** `stack:prod`: the tenant files that a stack's config names. Reads the project's files; needs no Pulumi CLI. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { parse } from "yaml";
import { quoted } from "../../tenant/files/frame";
import type { TenantSource } from "../../tenant";

const extensions = ["yaml", "yml", "json"];

/** Names of the files that say what a stack's sources are: the project's own, and the stack's config. */
export const projectFiles = (stack: string): RegExp =>
  new RegExp(`^Pulumi(\\.${escaped(shortName(stack))})?\\.(${extensions.join("|")})$`);

/**
 * What `iconik:tenantFile` (default `tenant.yaml`) and `iconik:overlays` of the stack say, as paths from `cwd`. The
 * project is the nearest one at or above `cwd`, and not above `top`.
 *
 * @throws Error when there is no project, no such stack, or its config does not say it in words.
 */
export function stackSource(stack: string, cwd: string, top?: string): TenantSource {
  const { project, folder, settings, configFolder } = projectAt(cwd, top);
  const name = shortName(stack);
  const file = extensions.map((extension) => join(configFolder, `Pulumi.${name}.${extension}`)).find(existsSync);
  if (!file) throw new Error(noSuchStack(name, configFolder));
  const config = { ...asMap(settings.config, project), ...asMap(asMap(read(file), file).config, file) };
  const from = (path: string) => relative(cwd, resolve(folder, path)) || ".";
  const base = textOf(valueOf(config["iconik:tenantFile"]) ?? "tenant.yaml", "iconik:tenantFile", file);
  const overlays = listOf(valueOf(config["iconik:overlays"]), file).map((path) =>
    textOf(path, "iconik:overlays", file),
  );
  return { base: from(base), overlays: overlays.map(from) };
}

/** Where the project keeps what is configured of its stacks, as a path from `cwd`; undefined: beside its own file. */
export function configFolderAt(cwd: string, top: string): string | undefined {
  const { folder, configFolder } = projectAt(cwd, top);
  return folder === configFolder ? undefined : relative(cwd, configFolder) || ".";
}

function projectAt(cwd: string, top: string | undefined) {
  const project = projectAbove(cwd, top);
  const folder = dirname(project);
  const settings = asMap(read(project), project);
  const { stackConfigDir } = settings;
  if (typeof stackConfigDir !== "string") return { project, folder, settings, configFolder: folder };
  if (top !== undefined && isAbsolute(stackConfigDir))
    throw new Error(
      `stackConfigDir in ${basename(project)} is ${stackConfigDir}, which no commit has; write it from the project's folder`,
    );
  return { project, folder, settings, configFolder: resolve(folder, stackConfigDir) };
}

/** Is a Pulumi project in this folder? Its files are YAML, and say nothing of a tenant. */
export const hasProject = (folder: string): boolean =>
  extensions.some((extension) => existsSync(join(folder, `Pulumi.${extension}`)));

function projectAbove(cwd: string, top: string | undefined): string {
  const found = nearestProject(cwd, top);
  if (found !== undefined) return found;
  throw new Error(
    "there is no Pulumi.yaml here or above; go to the project's folder, or name the tenant file instead of a stack",
  );
}

/** The project's file that Pulumi takes in this folder: its own, or one of a folder above. */
export function nearestProject(cwd: string, top?: string): string | undefined {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const found = extensions.map((extension) => join(folder, `Pulumi.${extension}`)).find(existsSync);
    if (found !== undefined || folder === top || dirname(folder) === folder) return found;
  }
}

/** `organization/project/prod` is configured in Pulumi.prod.yaml. */
const shortName = (stack: string): string => stack.split("/").at(-1)!;

function noSuchStack(name: string, folder: string): string {
  const pattern = new RegExp(`^Pulumi\\.(.+)\\.(?:${extensions.join("|")})$`);
  const others = (existsSync(folder) ? readdirSync(folder) : [])
    .flatMap((file) => pattern.exec(file)?.[1] ?? [])
    .sort();
  const there =
    others.length > 0 ? `there are ${others.map(quoted).join(", ")}` : "the project has no config of any stack";
  return `there is no Pulumi.${name}.yaml in the project; ${there}. A stack without config is read by the name of its file`;
}

function read(file: string): unknown {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${basename(file)} cannot be read: ${(error as Error).message.split("\n")[0]}`, { cause: error });
  }
}

function asMap(value: unknown, file: string): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value))
    throw new Error(`${basename(file)} is not a map of keys and values`);
  return value as Record<string, unknown>;
}

/** In a project's own config a value may stand under `value`. */
const valueOf = (given: unknown): unknown =>
  typeof given === "object" && given !== null && !Array.isArray(given) && "value" in given ? given.value : given;

function textOf(value: unknown, key: string, file: string): string {
  if (typeof value === "string" && value !== "") return value;
  const encrypted = typeof value === "object" && value !== null && "secure" in value;
  throw new Error(
    `${key} in ${basename(file)} is ${encrypted ? "encrypted; a path is no secret, set it with --plaintext" : "no path"}`,
  );
}

/** A list, or one as JSON: `pulumi config set` keeps what it is given as text. */
function listOf(value: unknown, file: string): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  try {
    const list: unknown = typeof value === "string" ? JSON.parse(value) : undefined;
    if (Array.isArray(list)) return list;
  } catch {
    // Said below.
  }
  textOf(value, "iconik:overlays", file);
  throw new Error(
    `iconik:overlays in ${basename(file)} is no list; set it with pulumi config set --path 'iconik:overlays[0]' prod.yaml`,
  );
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
