/** What a tenant file says, checked and resolved: the resources to make, and what was said about them. */

import type { Values } from "../definition";

/** A place in a file. `line` and `column` count from 1; `file` is relative to the working folder. */
export interface Place {
  file: string;
  line: number;
  column: number;
}

/** An object of the description, as others refer to it. `name` is the logical name of its resource. */
export interface Ref {
  kind: string;
  label: string;
  name: string;
}

export interface ResourceOptions {
  protect?: boolean;
  retainOnDelete?: boolean;
  /** `exact`, `converge`, or the id of the object to take over. */
  adopt?: string;
  /** Made by iconik itself: must exist, is adopted without a word, never made or deleted. */
  builtIn?: true;
  /** Its roles that no table has and the file says are right. */
  knownRoles?: string[];
  /** Of a part of a document: put back what was recorded at the take-over. Left out: leave as it is. */
  onDestroy?: "restore";
}

/** Does the value come from the stack's config? */
export const isFromConfig = (value: unknown): value is { fromConfig: string } =>
  typeof value === "object" && value !== null && "fromConfig" in value;

export interface DesiredResource {
  kind: string;
  /** Key in the file. Settings carry the label of what they belong to, allow lists `everyone`, `groups/…`, `teams/…`. */
  label: string;
  section: string;
  /** Logical name of the Pulumi resource; one of a kind. */
  name: string;
  /**
   * Fields of the definition, in canonical form. A reference is `{ ref: Ref }` or `{ existing: name }`, a value of the
   * stack config `{ fromConfig: key }`, an emptied field `{ clear: true }`, a person an e-mail address.
   */
  inputs: Values;
  options: ResourceOptions;
  /** Logical names it had before. */
  formerly: string[];
  place: Place;
}

/** An end that was written for something. `until` is its last day, YYYY-MM-DD by UTC. */
export interface Expiry {
  of: Ref;
  what: "role" | "address" | "set" | "access";
  /** The role, the address, the set; of access, who has it. */
  value: string;
  until: string;
  /** It has ended, and is no part of the resource. */
  over: boolean;
  reason?: string;
  /** What ends, in the form of the inputs that it is a part of: `{ roles: ["can_write_assets"] }`. */
  part: Values;
  place: Place;
}

/** Where a storage comes from, as it is written: the keys of `provision:` (language/provisioning). */
export interface Provision {
  of: Ref;
  /** A value of the stack config is `{ fromConfig: key }`. */
  values: Values;
  /** Of `type: file`: the application that its gateway works with. */
  application?: Ref;
  place: Place;
}

/** An entry of `clouds:`. */
export interface Cloud {
  label: string;
  values: { type: string; profile?: string; region?: string };
  place: Place;
}

/** Guards, exceptions, tests and dates, as they are written. */
export interface Later {
  guards?: Values;
  tests: { values: Values; place: Place }[];
  invariants?: { values: Values; place: Place }[];
  allow: { values: Values; place: Place }[];
  expires: Expiry[];
}

export interface Desired {
  tenant: { domainId?: string; model: "userGroups" | "teams" };
  /** In an order in which each comes after what it refers to. */
  resources: DesiredResource[];
  /** To be forgotten without being deleted. */
  released: Ref[];
  provision: Provision[];
  clouds: Cloud[];
  later: Later;
}
