/** Guards and exceptions in a program: what a tenant file says under `guards:` and `allow:`. */

import * as pulumi from "@pulumi/pulumi";
import { exceptionOf, type WrittenGuards } from "../engine/guards/exceptions";
import { guardsKind, providerText, typeOf } from "../protocol/wire";

/** What a guard is to let pass. One of the first six, with the reason and the last day (UTC). */
export interface Exception {
  /** The object whose deletion is permitted: `userGroups/Guests`, `userGroups/*`, or `*` for any number of anything. */
  delete?: string;
  /** The object that may lose all its roles, or its whole access list. */
  empty?: string;
  /** What may be shut out: an address, or the group or application that the run acts by. */
  lockOut?: string;
  /** The role that the user behind the token may lose. */
  loseRole?: string;
  /** The role that may be given although the user behind the token does not hold it. */
  grantRole?: string;
  /** How many people who can manage users and groups are enough for now. */
  minAdmins?: number;
  reason: string;
  /** YYYY-MM-DD */
  until: string;
}

export interface GuardsArgs {
  /** Addresses and ranges that iconik Shield must let in by any application. Default: the one that the run comes from. */
  mustKeep?: string[];
  /** People who can manage users and groups that must be left. Default 2. */
  minAdmins?: number;
  /** What may be done all the same. */
  allow?: Exception[];
}

/**
 * What no run may undo, and the exceptions. Written before the resources that it is about. Several of one provider hold
 * together: all that one of them keeps is kept.
 *
 * @example
 * new iconik.Guards("guards", { mustKeep: ["198.51.100.7"], allow: [{ delete: "userGroups/Guests", reason: "CHG-4711", until: "2026-12-05" }] });
 */
export class Guards extends pulumi.CustomResource {
  constructor(name: string, args: GuardsArgs, opts?: pulumi.CustomResourceOptions) {
    for (const one of args.allow ?? []) {
      const problem = exceptionOf(one);
      if (typeof problem === "string") throw new pulumi.RunError(`${name}: an entry of allow ${problem}`);
      if (one.reason === undefined || one.until === undefined)
        throw new pulumi.RunError(
          `${name}: an entry of allow has no ${one.until === undefined ? "until: its last day, YYYY-MM-DD" : "reason"}`,
        );
    }
    const tenant = tenantOf(typeOf(guardsKind), opts);
    const all = both(told.get(tenant), args);
    super(typeOf(guardsKind), name, { ...args, ...all, __provider: providerText(guardsKind) }, opts);
    told.set(tenant, all);
  }
}

/** What several say holds together: that of the program, and that of a tenant file which it loads. */
function both(before: WrittenGuards | undefined, { mustKeep, minAdmins, allow }: GuardsArgs): WrittenGuards {
  if (!before) return { mustKeep, minAdmins, allow };
  const least = [before.minAdmins, minAdmins].filter((one) => one !== undefined);
  return {
    mustKeep: [...new Set([...(before.mustKeep ?? []), ...(mustKeep ?? [])])],
    minAdmins: least.length > 0 ? Math.max(...least) : undefined,
    allow: [...(before.allow ?? []), ...(allow ?? [])],
  };
}

const told = new WeakMap<object, WrittenGuards>();

/** What the program said before, for the resources of the same provider. */
export const guardsOf = (type: string, opts: pulumi.CustomResourceOptions): WrittenGuards | undefined =>
  told.get(tenantOf(type, opts));

/** The provider that Pulumi will choose: the resource's own, else the one that it inherits from its parent. */
export const providerOf = (
  type: string,
  { provider, parent }: pulumi.CustomResourceOptions = {},
): pulumi.ProviderResource | undefined => provider ?? (parent ?? pulumi.runtime.getStackResource())?.getProvider(type);

const noProgram = {};
/** Of the program that runs: inline programs of one process follow each other. */
const tenantOf = (type: string, opts?: pulumi.CustomResourceOptions): object =>
  providerOf(type, opts) ?? pulumi.runtime.getStackResource() ?? noProgram;
