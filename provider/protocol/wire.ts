/**
 * What Pulumi keeps of our resources. This is a wire format: state written years ago is read by the code of today, so
 * nothing here may change without reading the older form too.
 */

import type { WrittenGuards } from "../engine/guards/exceptions";

/** Type of a resource of that kind. */
export const typeOf = (kind: string): string => `pulumi-nodejs:dynamic/iconik:${kind}`;

/**
 * The text that Pulumi keeps as the resource's provider, and runs: it only names where the code is. It holds no code, so
 * a new version of this package is no change, and refresh and delete always run the version that is installed.
 */
export const providerText = (kind: string): string =>
  `exports.handler=()=>require("pulumi-iconik/runtime").provider("${kind}")`;

/** Name of the input that carries what is said about a resource and is not a field of it. */
export const optionsKey = "__options";
/** Name of the output that carries the engine's facts. */
export const factsKey = "__iconik";

/** Kind of the one resource that is no object of iconik's: the list of what a stack forgets. */
export const releaseKind = "Release";

/** Kind of the resource that is no object of iconik's either: what no run may undo, and what it may all the same. */
export const guardsKind = "Guards";

export interface HiddenOptions {
  /** Told with every resource, because no resource is sure to be checked before all others; not kept. */
  guards?: WrittenGuards;
  domainId?: string;
  adopt?: string;
  builtIn?: boolean;
  onDestroy?: "leave" | "restore";
  /** Name of the resource, where it is not the object's own. */
  label?: string;
  /** Roles that are right though no table has them. */
  knownRoles?: string[];
  /** Fields whose values the program keeps secret, though iconik does not. Pulumi opens secrets before we see them. */
  secrets?: string[];
}

/** Pulumi's own mark of a secret value (sdk/go/common/resource: SigKey, SecretSig). */
const signature = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
export const secret = (value: unknown): unknown => ({ ...signature, value });
