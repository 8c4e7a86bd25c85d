/** A tenant file as Pulumi resources: the same ones, by the same names, that a TypeScript program would make. */

import { existsSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Values } from "../definition";
import { IconikError } from "../engine/errors";
import { openSession } from "../engine";
import { preflight } from "../engine/preflight";
import { entriesFor, sentences, wayInWords } from "../engine/guards/refusal";
import { given, isLoopback, readAddress, readSettings } from "../engine/settings";
import { kinds } from "../kinds";
import { tooOld } from "../node-version";
import { codes, format, loadTenant as readTenant, type Desired, type Diagnostic } from "../tenant";
import { bucketsOf, type BucketPlan } from "../clouds/buckets";
import { provisioningProblems } from "../clouds/provisioning-problems";
import { existing, type Owned } from "../tenant/existing";
import { guardRefusals, guardsOf } from "../tenant/guards";
import { plannedDeletions, registerGuards, type PlannedRun } from "./deletions";
import { gatewayConfig, gatewayNotes } from "./gateway";
import { loadClouds, makeBuckets, missingCredentials, missingPackages } from "./make-buckets";
import { holdToReview } from "./reviewed";
import { replaced } from "./markers";
import * as classes from "./resources";
import type { IconikResource, IconikResourceOptions } from "./resource";
import { withStackValues } from "./stack-values";
import { providerText, releaseKind, typeOf } from "../protocol/wire";

export interface TenantOptions {
  /** Files or folders laid over the first, in order. */
  overlays?: string[];
  /** Values for `{ fromConfig: key }`, before the stack's config is asked: as the field takes them, or as text. */
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
export const loadTenant = async (
  file: string,
  options: TenantOptions = {},
): Promise<Record<string, pulumi.CustomResource>> => (await makeTenant(file, options)).resources;

export interface MadeTenant {
  /** By kind and label: `userGroups/Editors`. */
  resources: Record<string, pulumi.CustomResource>;
  /** By label of the application. */
  applications: Record<string, Credentials>;
  /** Configuration of each Storage Gateway, by label of its storage. Secret. */
  gateways: Record<string, pulumi.Output<string>>;
}

export interface Credentials {
  appId: pulumi.Output<string>;
  /** Of applications that are described with a token: a preview shows what is not there as not known yet. */
  authToken?: pulumi.Output<string | undefined>;
}

/**
 * The same, with what is made besides resources.
 * @param isWhole the file is all that the stack is made from: what the stack had and the file has not is deleted.
 */
export async function makeTenant(file: string, options: TenantOptions = {}, isWhole = false): Promise<MadeTenant> {
  const old = tooOld();
  if (old) throw new pulumi.RunError(old);
  const config = new pulumi.Config("iconik");
  const checked = readTenant(
    { base: file, overlays: options.overlays ?? [] },
    { cwd: projectFolder(), loopback: onLoopback(config), storageProblems: provisioningProblems },
  );
  const source = [file, ...(options.overlays ?? [])].join("+");
  const warnings = checked.diagnostics.filter(({ severity }) => severity === "warning");
  if (!checked.desired)
    throw new pulumi.RunError(
      [format(checked.diagnostics.filter(({ severity }) => severity === "error")), ...summary(warnings, source)].join(
        "\n\n",
      ),
    );
  // An update that a preview precedes would tell them a second time.
  if (warnings.length > 0 && pulumi.runtime.isDryRun()) await pulumi.log.warn(summary(warnings, source).join("\n"));
  const desired = withStackValues(checked.desired, options.values ?? {});
  const buckets = plannedBuckets(desired, config);
  const planned = isWhole ? await plannedDeletions(checked.desired, projectFolder()) : {};
  await askTenant(checked.desired, planned, config);
  await holdToReview(checked.desired, file, planned, config);
  registerGuards(checked.desired, planned);
  return register(desired, buckets, await loadClouds(buckets), config, planned.owned);
}

/** Warnings in short: a run is about what it does, and `validate` shows them where they stand. */
function summary(warnings: readonly Diagnostic[], source: string): string[] {
  if (warnings.length === 0) return [];
  const codes = [...Map.groupBy(warnings, ({ code }) => code)].map(([code, { length }]) =>
    length === 1 ? code : `${length} ${code}`,
  );
  return [
    `${warnings.length} ${warnings.length === 1 ? "warning" : "warnings"} (${codes.join(", ")}): pulumi-iconik validate ${source} shows where`,
  ];
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

/** What is wrong with them now that the stack's values are in place, or missing for them, is said before anything is made. */
function plannedBuckets(desired: Desired, config: pulumi.Config): BucketPlan[] {
  const wrong = provisioningProblems(desired).filter(({ code }) => codes[code].severity === "error");
  if (wrong.length > 0) throw new pulumi.RunError(wrong.map(({ message, fix }) => `${message}; ${fix}`).join("\n"));
  const plans = bucketsOf(desired);
  const { domainId = config.get("domainId") } = desired.tenant;
  const managed = desired.resources.find(
    ({ kind, label, inputs }) =>
      kind === "Storage" &&
      inputs.credentials !== "keys" &&
      plans.some(({ module, labels }) => module === "aws" && labels.includes(label)),
  );
  if (managed && domainId === undefined) {
    throw new pulumi.RunError(
      `storages.${managed.label}: iconik's own role is let in for one tenant alone, and which one is not said; write tenant: { domainId: <id> }, or credentials: keys`,
    );
  }
  const missing = missingPackages(plans);
  if (missing.length > 0) {
    throw new pulumi.RunError(
      `the provisioned storages need ${missing.join(" and ")}, not installed here: npm install ${missing.join(" ")}`,
    );
  }
  const without = missingCredentials(plans, { env: process.env, config: setting(config) });
  if (without.length > 0 && !pulumi.runtime.isDryRun()) throw new pulumi.RunError(without.join("\n"));
  for (const line of without) void pulumi.log.warn(line);
  return plans;
}

const setting = (config: pulumi.Config) => (key: string) => config.get(key.replace(/^iconik:/, ""));

function onLoopback(config: pulumi.Config): boolean {
  const url = given(process.env.ICONIK_URL) ?? given(config.get("url"));
  // What is wrong with the address is said when the tenant is asked.
  return url !== undefined && URL.canParse(url) && isLoopback(new URL(url));
}

/** It was read before, unless there are no credentials and nothing was asked. */
function address(config: pulumi.Config): string {
  try {
    return readAddress({ env: process.env, config: setting(config) });
  } catch (error) {
    throw error instanceof IconikError ? new pulumi.RunError(error.message) : error;
  }
}

/** One sentence for wrong credentials, a wrong tenant, or roles that are missing; and nothing registered. */
async function askTenant(desired: Desired, planned: PlannedRun, config: pulumi.Config): Promise<void> {
  const lines: string[] = [];
  const notes: string[] = [];
  try {
    const session = openSession(readSettings({ env: process.env, config: setting(config) }), {
      readOnly: true,
      guards: guardsOf(desired),
      note: (line) => notes.push(line),
    });
    try {
      const wanted = desired.resources.map(({ kind, inputs }) => ({ definition: kinds[kind]!, values: inputs }));
      const looking: string[] = [];
      const preview = pulumi.runtime.isDryRun() ? { note: (line: string) => looking.push(line) } : undefined;
      lines.push(...(await preflight(session, wanted, desired.tenant.domainId, { preview })));
      if (lines.length === 0) {
        const all = await guardRefusals(session, desired, planned);
        // Whoever only looks is not the one that is to be let in, or to give roles.
        const left = looking.length > 0 ? all.filter(({ caller }) => !caller) : all;
        notes.push(...left.flatMap(({ message, told }) => (told ? [message] : [])));
        const refusals = left.filter(({ told }) => !told);
        lines.push(...sentences(refusals));
        if (refusals.length > 0) lines.push(wayInWords(entriesFor(refusals)));
        if (planned.owned) lines.push(...(await existing(session, desired, planned.owned)));
        notes.push(...(await gatewayNotes(session, desired)));
      }
      for (const line of [...looking, ...notes]) await pulumi.log.warn(line);
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

function register(
  desired: Desired,
  plans: readonly BucketPlan[],
  clouds: Awaited<ReturnType<typeof loadClouds>>,
  config: pulumi.Config,
  { had }: Pick<Owned, "had"> = { had: [] },
): MadeTenant {
  const made: MadeTenant["resources"] = {};
  const url = address(config);
  const places = makeBuckets(clouds, plans, { domainId: desired.tenant.domainId, url });
  const waiting = new Map(desired.resources.map((resource) => [`${resource.kind}/${resource.name}`, resource]));
  const objects = new Map<string, pulumi.CustomResource>();

  function object(key: string): pulumi.CustomResource {
    const done = objects.get(key);
    if (done) return done;
    const resource = waiting.get(key)!;
    const Class = classOf(resource.kind);
    const inputs = replaced(kinds[resource.kind]!, resource.inputs, {
      object: ({ kind, name }) => object(`${kind}/${name}`),
    });
    const { formerly, options: own } = resource;
    const aliases = formerly.map((name) => ({ name }));
    const place = resource.kind === "Storage" ? places.get(resource.label) : undefined;
    const provided = place ? { ...inputs, ...place.connection, verify: inputs.verify ?? true } : inputs;
    const one = new Class(resource.name, provided, { ...own, aliases, domainId: desired.tenant.domainId });
    objects.set(key, one);
    place?.retireOldKeys(one);
    made[`${resource.section}/${resource.label}`] = one;
    return one;
  }

  // What claims a place comes before what gives it up, and Shield is switched on last; otherwise in the order of the
  // references.
  const claims = desired.resources.filter(({ inputs }) => inputs.default === true);
  const lists = desired.resources.filter(({ kind, inputs }) => kind === "ShieldAllowList" && inputs.enabled !== true);
  for (const { kind, name } of [...claims, ...lists, ...desired.resources]) object(`${kind}/${name}`);
  if (desired.released.length > 0) {
    const labels = new Set(desired.released.map(({ kind, name }) => `${kind}/${name}`));
    // In iconik they may have another name by now.
    new Release(
      [...labels],
      had.filter(({ kind, name }) => labels.has(`${kind}/${name}`)).map(({ kind, id }) => `${kind}/${id}`),
    );
  }
  const gateways = desired.provision.flatMap(({ of, application }) => {
    if (!application) return [];
    const storage = made[`storages/${of.label}`] as classes.Storage;
    return [
      [
        of.label,
        gatewayConfig({ url, storage, application: made[`applications/${application.label}`] as classes.Application }),
      ] as const,
    ];
  });
  const applications = desired.resources.flatMap(({ kind, label, inputs }) => {
    if (kind !== "Application") return [];
    const { id: appId, authToken } = made[`applications/${label}`] as classes.Application;
    return [[label, { appId, ...(inputs.token !== undefined && { authToken }) }] as const];
  });
  return { resources: made, applications: Object.fromEntries(applications), gateways: Object.fromEntries(gateways) };
}

type ClassOf = new (name: string, args: Values, options: IconikResourceOptions) => IconikResource;
const classOf = (kind: string): ClassOf => (classes as unknown as Record<string, ClassOf>)[kind]!;

/** What the stack forgets without deleting it. */
class Release extends pulumi.CustomResource {
  constructor(objects: string[], ids: string[]) {
    super(typeOf(releaseKind), "release", { objects, ids, __provider: providerText(releaseKind) });
  }
}
