/** A tenant file as Pulumi resources: the same ones, by the same names, that a TypeScript program would make. */

import { existsSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Values } from "../definition";
import { IconikError } from "../engine/errors";
import { openSession } from "../engine";
import { preflight } from "../engine/preflight";
import { isLoopback, readSettings } from "../engine/settings";
import { kinds } from "../kinds";
import { tooOld } from "../node-version";
import { format, loadTenant as readTenant, type Desired, type Ref as DesiredRef } from "../tenant";
import * as classes from "./resources";
import type { IconikResource, IconikResourceOptions } from "./resource";
import { providerText, releaseKind, typeOf } from "./wire";

export interface TenantOptions {
  /** Files or folders laid over the first, in order. */
  overlays?: string[];
  /** Values for `{ fromConfig: key }`, before the stack's config is asked. */
  values?: Record<string, pulumi.Input<unknown>>;
}

/**
 * Reads a tenant file, checks it, asks the tenant whether the credentials suffice, and only then registers resources:
 * whatever is wrong is said all at once and before anything is made.
 *
 * @param file the tenant file, or a folder of them, relative to the project: where Pulumi.yaml is.
 * @returns the resources, by kind and label: `resources["userGroups/Editors"]`.
 * @throws pulumi.RunError with everything that is wrong, each with its place.
 */
export async function loadTenant(file: string, options: TenantOptions = {}): Promise<Record<string, pulumi.CustomResource>> {
  const old = tooOld();
  if (old) throw new pulumi.RunError(old);
  const config = new pulumi.Config("iconik");
  const checked = readTenant({ base: file, overlays: options.overlays ?? [] }, { cwd: projectFolder(), loopback: onLoopback(config) });
  const said = format(checked.diagnostics);
  if (!checked.desired) throw new pulumi.RunError(said);
  if (said) await pulumi.log.warn(said);
  const values = configured(checked.desired, options);
  await askTenant(checked.desired, config);
  return register(checked.desired, values);
}

/**
 * Where Pulumi.yaml is. The program may run in a folder of its own (`main`); an older language host does not say where
 * the project is, and then it is looked for upwards, past what is installed.
 */
function projectFolder(): string {
  const said = pulumi.getRootDirectory();
  if (isAbsolute(said)) return said;
  let folder = process.cwd();
  while (/[\\/]node_modules([\\/]|$)/.test(folder) || !existsSync(join(folder, "Pulumi.yaml"))) {
    if (dirname(folder) === folder) return process.cwd();
    folder = dirname(folder);
  }
  return folder;
}

const setting = (config: pulumi.Config) => (key: string) => config.get(key.replace(/^iconik:/, ""));

function onLoopback(config: pulumi.Config): boolean {
  const url = process.env.ICONIK_URL ?? config.get("url");
  // What is wrong with the address is said when the tenant is asked.
  return url !== undefined && URL.canParse(url) && isLoopback(new URL(url));
}

/** One sentence for wrong credentials, a wrong tenant, or roles that are missing; and nothing registered. */
async function askTenant(desired: Desired, config: pulumi.Config): Promise<void> {
  const lines: string[] = [];
  try {
    const session = openSession(readSettings({ env: process.env, config: setting(config) }), { readOnly: true });
    try {
      const wanted = desired.resources.map(({ kind, inputs }) => ({ definition: kinds[kind]!, values: inputs }));
      lines.push(...(await preflight(session, wanted, desired.tenant.domainId)));
    } finally {
      await session.client.close();
    }
  } catch (error) {
    if (!(error instanceof IconikError)) throw error;
    if (error.code === "no-credentials" && pulumi.runtime.isDryRun()) {
      await pulumi.log.warn(`not checked against the tenant: ${error.message}`);
      return;
    }
    lines.push(error.message);
  }
  if (lines.length > 0) throw new pulumi.RunError(lines.join("\n"));
}

type Making = Record<string, pulumi.CustomResource>;

function register(desired: Desired, values: ReadonlyMap<string, unknown>): Making {
  const made: Making = {};
  const waiting = new Map(desired.resources.map((resource) => [`${resource.kind}/${resource.name}`, resource]));
  const objects = new Map<string, pulumi.CustomResource>();

  function object(key: string): pulumi.CustomResource {
    const done = objects.get(key);
    if (done) return done;
    const resource = waiting.get(key)!;
    const Class = classOf(resource.kind);
    const inputs = filledIn(resource.inputs, ({ kind, name }) => object(`${kind}/${name}`), values) as Values;
    const { formerly, options: own } = resource;
    const aliases = formerly.map((name) => ({ name }));
    const one = new Class(resource.name, inputs, { ...own, aliases, domainId: desired.tenant.domainId });
    objects.set(key, one);
    made[`${resource.section}/${resource.label}`] = one;
    return one;
  }

  // What claims a place comes before what gives it up; otherwise in the order of the references.
  const claims = desired.resources.filter(({ inputs }) => inputs.default === true);
  for (const { kind, name } of [...claims, ...desired.resources]) object(`${kind}/${name}`);
  if (desired.released.length > 0) new Release(desired.released.map(({ kind, name }) => `${kind}/${name}`));
  return made;
}

type ClassOf = new (name: string, args: Values, options: IconikResourceOptions) => IconikResource;
const classOf = (kind: string): ClassOf => (classes as unknown as Record<string, ClassOf>)[kind]!;

/** References become resources, `{ fromConfig }` the value of the stack. */
function filledIn(value: unknown, object: (ref: DesiredRef) => pulumi.CustomResource, values: ReadonlyMap<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((item) => filledIn(item, object, values));
  if (typeof value !== "object" || value === null) return value;
  if ("ref" in value) return object(value.ref as DesiredRef);
  if ("fromConfig" in value) return values.get(String(value.fromConfig));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filledIn(inner, object, values)]));
}

// Values from outside

/** Every value that the file takes from the stack's config. What is not set is said all at once. */
function configured(desired: Desired, { values = {} }: TenantOptions): Map<string, unknown> {
  const keys = new Set(desired.resources.flatMap(({ inputs }) => keysIn(inputs)));
  const found = new Map([...keys].map((key) => [key, Object.hasOwn(values, key) ? values[key] : fromConfig(key)]));
  const missing = [...found].filter(([, value]) => value === undefined).map(([key]) => key);
  if (missing.length > 0) {
    throw new pulumi.RunError(
      [
        `the tenant file takes ${missing.length === 1 ? "a value" : `${missing.length} values`} from the stack's config that the stack does not have; set them:`,
        ...missing.map((key) => `  pulumi config set --secret ${key}`),
      ].join("\n"),
    );
  }
  return found;
}

const keysIn = (value: unknown): string[] => {
  if (typeof value !== "object" || value === null) return [];
  if ("fromConfig" in value) return [String(value.fromConfig)];
  return Object.values(value).flatMap(keysIn);
};

/** `key` of the project, or `namespace:key`; the whole key first, then as a path into a structured value. */
function fromConfig(key: string): unknown {
  const [, namespace = pulumi.getProject(), name = key] = /^([^:]+):(.+)$/.exec(key) ?? [];
  const config = new pulumi.Config(namespace);
  const whole = config.get(name);
  if (whole !== undefined) return isSecret(namespace, name) ? pulumi.secret(whole) : whole;
  const [first, ...path] = name.split(".") as [string, ...string[]];
  const holder = path.length > 0 ? config.get(first) : undefined;
  const inner = holder === undefined ? undefined : path.reduce<any>((at, step) => at?.[step], parsed(holder));
  return inner !== undefined && isSecret(namespace, first) ? pulumi.secret(inner) : inner;
}

/** The SDK keeps which keys are secret, and does not say so in its types. */
const isSecret = (namespace: string, key: string): boolean =>
  (pulumi.runtime as unknown as { isConfigSecret(key: string): boolean }).isConfigSecret(`${namespace}:${key}`);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the stack forgets without deleting it. */
class Release extends pulumi.CustomResource {
  constructor(objects: string[]) {
    super(typeOf(releaseKind), "release", { objects, __provider: providerText(releaseKind) });
  }
}
