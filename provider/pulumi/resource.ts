/** What all classes of iconik objects share: how a program's values become inputs, and the options that keep them safe. */

import { sep } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { allFields, fieldsOf, type Definition, type Fields, type Values } from "../definition";
import { plain } from "../engine/errors";
import { idToAdopt } from "../engine/stored";
import { kinds } from "../kinds";
import { guardsOf, providerOf } from "./guards";
import { factsKey, optionsKey, providerText, typeOf } from "../protocol/wire";

/** Options of every iconik resource: Pulumi's own, and what iconik objects need besides. */
export interface IconikResourceOptions extends pulumi.CustomResourceOptions {
  /**
   * Takes over an object that exists: `exact` when it is already as described, so that nothing is written; `converge`
   * also when something will be; an id says which one. Default: an object that exists is refused.
   */
  adopt?: "exact" | "converge" | (string & {});
  /** iconik's own object: it must exist, is taken over without a word, and is never made or deleted. */
  builtIn?: boolean;
  /** Of settings and lists: `restore` puts back, at destroy, what was there before. Default: `leave`. */
  onDestroy?: "leave" | "restore";
  /** Of a group: roles that this version does not know, and would take for misspellings. */
  knownRoles?: string[];
  /** The tenant that is meant; any other is refused. Default: `iconik:domainId` of the stack. */
  domainId?: string;
}

export abstract class IconikResource extends pulumi.CustomResource {
  constructor(kind: string, name: string, args: Record<string, unknown>, opts: IconikResourceOptions = {}) {
    const definition = kinds[kind]!;
    const { adopt, builtIn, onDestroy, domainId, knownRoles, ...pulumiOptions } = opts;
    const fields = allFields(definition);
    const values = { ...args };
    if (definition.shape === "object" && values[definition.key] === undefined && opts.id === undefined)
      values[definition.key] = name;
    const known = definition.shape === "object" ? values[definition.key] === name : onDestroy !== "restore";
    const hidden: pulumi.Inputs = {
      domainId,
      guards: guardsOf(typeOf(kind), pulumiOptions),
      adopt,
      builtIn,
      onDestroy,
      knownRoles,
      ...(!known && { label: name }),
      secrets: keptSecret(fields, values),
    };
    const claims = claimsOf(providerOf(typeOf(kind), pulumiOptions));
    if (opts.id === undefined) claimKeys(claims, definition, name, values, adopt);
    const places = opts.id === undefined ? placesOf(definition, values) : [];
    const after = [
      ...places.filter(({ claimed }) => !claimed).flatMap(({ place }) => claims.holders.get(place) ?? []),
      ...listsBefore(claims, kind, values),
    ];

    const { stackTraceLimit, prepareStackTrace } = Error;
    // Pulumi takes a stack trace for every property; at a thousand resources that is half of the program's time.
    Error.stackTraceLimit = 0;
    // One is wanted, and kept in state: where the program makes the resource.
    Error.prepareStackTrace = (error, sites) => stackOf(error, sitesOfProgram(sites), prepareStackTrace);
    try {
      super(
        typeOf(kind),
        name,
        {
          // Outputs exist on the object only when they are named here.
          ...Object.fromEntries(Object.keys(fields).map((field) => [field, undefined])),
          ...(plainReferences(values) as Values),
          [optionsKey]:
            opts.id === undefined && Object.values(hidden).some((value) => value !== undefined) ? hidden : undefined,
          [factsKey]: undefined,
          __provider: providerText(kind),
        },
        {
          ...pulumiOptions,
          // A new object is found by the natural key of the old one: it must be gone first, also under `--replace`.
          deleteBeforeReplace: true,
          protect:
            pulumiOptions.protect ??
            (definition.shape === "object" && definition.stateful === true && !builtIn ? true : undefined),
          dependsOn: after.length > 0 ? dependsOn(pulumiOptions.dependsOn, after) : pulumiOptions.dependsOn,
          additionalSecretOutputs: [...(pulumiOptions.additionalSecretOutputs ?? []), ...secretsOf(definition, values)],
        },
      );
    } finally {
      Object.assign(Error, { stackTraceLimit, prepareStackTrace });
    }
    if (kind === "ShieldAllowList") claims.lists.push(this);
    for (const { place, claimed } of places) {
      if (claimed) claims.holders.set(place, [...(claims.holders.get(place) ?? []), this]);
    }
  }
}

/**
 * A call stack without what is the same for every resource: Pulumi's frames, Node's and ours, a third of a small
 * resource's state. Pulumi itself leaves out the frames down to the constructor that called it, which is ours, so they
 * stay; the first one after them is then the program's own, and not a line of this package.
 */
function sitesOfProgram(sites: readonly NodeJS.CallSite[]): NodeJS.CallSite[] {
  const constructor = sites.findIndex((site) => site.getFileName() === __filename);
  return sites.filter((site, index) => index <= constructor || isOfProgram(site.getFileName()));
}

const isOfProgram = (file: string | null | undefined): boolean =>
  file != null &&
  !file.startsWith("node:") &&
  !file.startsWith(__dirname + sep) &&
  !/[\\/]@pulumi[\\/]pulumi[\\/]/.test(file);

const stackOf = (error: Error, sites: NodeJS.CallSite[], prepare: typeof Error.prepareStackTrace): unknown =>
  prepare ? prepare(error, sites) : [error, ...sites.map((site) => `    at ${site}`)].join("\n");

/** Fields that are no secret of iconik's and whose values the program keeps secret all the same. */
function keptSecret(fields: Fields, values: Values): pulumi.Output<string[] | undefined> | undefined {
  const names = Object.keys(values).filter((name) => !fields[name]?.secret && holdsOutput(values[name]));
  if (names.length === 0) return undefined;
  const found = names.map(async (name) => ((await pulumi.isSecret(pulumi.output(values[name]))) ? [name] : []));
  return pulumi.output(Promise.all(found)).apply((all) => (all.flat().length > 0 ? all.flat().sort() : undefined));
}

const holdsOutput = (value: unknown): boolean =>
  pulumi.Output.isInstance(value) ||
  (typeof value === "object" &&
    value !== null &&
    !pulumi.Resource.isInstance(value) &&
    Object.values(value).some(holdsOutput));

/** Secret fields of the variant that is written; of all variants where it is not known yet. */
function secretsOf(definition: Definition, values: Values): string[] {
  const by = definition.shape === "object" ? definition.variants?.by : undefined;
  const fields =
    by === undefined || typeof values[by] === "string" ? fieldsOf(definition, values) : allFields(definition);
  return Object.entries(fields).flatMap(([field, { secret }]) => (secret ? [field] : []));
}

const dependsOn = (
  given: IconikResourceOptions["dependsOn"],
  more: pulumi.Resource[],
): pulumi.Output<pulumi.Resource[]> =>
  pulumi.output(given ?? []).apply((all) => [...([all].flat() as pulumi.Resource[]), ...more]) as pulumi.Output<
    pulumi.Resource[]
  >;

/** A resource stands for its id, wherever it is written. */
function plainReferences(value: unknown): unknown {
  if (pulumi.CustomResource.isInstance(value)) return value.id;
  if (Array.isArray(value)) return value.map(plainReferences);
  if (typeof value !== "object" || value === null || pulumi.Output.isInstance(value) || value instanceof Promise)
    return value;
  // Pulumi would lose it without a word.
  if (Object.hasOwn(value, "__proto__"))
    throw new pulumi.RunError("__proto__ is not a field of any object; take it out");
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainReferences(inner)]));
}

// Claims: two resources of one program that stand for the same thing, by what the program writes, are refused before
// anything is registered. Names that are known only later, and entries of the state, are `engine/owners`' business: the
// provider process keeps that register, by id, while it runs.

interface Claims {
  /** Names of resources by what they stand for. */
  claimants: Map<string, string>;
  /** Resources by the place they claim, where there is one for all: the default storage of a purpose. */
  holders: Map<string, pulumi.Resource[]>;
  /** Allow lists that were described so far. */
  lists: pulumi.Resource[];
}

/** Shield is switched on when all lists are there. */
const listsBefore = ({ lists }: Claims, kind: string, { enabled }: Values): pulumi.Resource[] =>
  kind === "ShieldAllowList" && enabled === true ? lists : [];

const programs = new WeakMap<object, Map<pulumi.ProviderResource | undefined, Claims>>();
const noProgram = {};

/** Claims of one tenant in the program that runs. */
function claimsOf(provider: pulumi.ProviderResource | undefined): Claims {
  const program = pulumi.runtime.getStackResource() ?? noProgram;
  if (!programs.has(program)) programs.set(program, new Map());
  const tenants = programs.get(program)!;
  if (!tenants.has(provider)) tenants.set(provider, { claimants: new Map(), holders: new Map(), lists: [] });
  return tenants.get(provider)!;
}

function claimKeys(
  { claimants }: Claims,
  definition: Definition,
  name: string,
  values: Values,
  adopt: string | undefined,
): void {
  // iconik allows two groups of one name; who says which one by its id may have both.
  const which = idToAdopt(adopt) ?? "";
  for (const { key, words } of keysOf(definition, values)) {
    const whole = `${definition.kind}/${key}/${which}`;
    const claimant = claimants.get(whole);
    if (claimant !== undefined) {
      throw new pulumi.RunError(
        plain(
          `${definition.kind} "${name}" and ${definition.kind} "${claimant}" both stand for ${words}. Keep one of them, or give one another name`,
        ),
      );
    }
    claimants.set(whole, name);
  }
}

/** Flags of which only one object can have it: who gives it up waits for who claims it, so that the place is never empty. */
function placesOf(definition: Definition, values: Values): { place: string; claimed: boolean }[] {
  return Object.entries(definition.fields).flatMap(([field, { via }]) => {
    const value = values[field];
    if (via?.shape !== "toggle" || via.claims === undefined || typeof value !== "boolean") return [];
    const of = /\{([^}]+)\}/.exec(via.claims)?.[1] ?? "";
    return [{ place: `${definition.kind}/${field}/${String(values[of])}`, claimed: value }];
  });
}

function keysOf(definition: Definition, values: Values): { key: string; words: string }[] {
  if (definition.shape === "object") {
    const key = values[definition.key];
    return typeof key === "string" ? [{ key, words: `the ${definition.key} ${JSON.stringify(key)}` }] : [];
  }
  const whose =
    definition.documents.flatMap(({ by }) =>
      by !== undefined && values[by] !== undefined ? [identity(values[by])] : [],
    )[0] ?? "";
  return Object.keys(values)
    .filter((field) => values[field] !== undefined && !definition.documents.some(({ by }) => by === field))
    .map((field) => ({ key: `${whose}/${field}`, words: `the setting ${field}` }));
}

/** What tells one thing from another while the program runs: a resource by its name, anything plain by its value. */
function identity(value: unknown): string {
  if (pulumi.Resource.isInstance(value)) {
    const { __name, __pulumiType } = value as unknown as { __name: string; __pulumiType: string };
    return `${__pulumiType}::${__name}`;
  }
  return pulumi.Output.isInstance(value) ? `output ${outputs.get(value) ?? nameOutput(value)}` : JSON.stringify(value);
}
const outputs = new WeakMap<object, number>();
let outputCount = 0;
function nameOutput(output: object): number {
  outputs.set(output, (outputCount += 1));
  return outputCount;
}
