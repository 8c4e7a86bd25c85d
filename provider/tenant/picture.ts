/**
 * What a tenant is like, wherever that was read: files, a live tenant, a stack's state, a commit. Everything that
 * exports, compares or reviews works on pictures, so that any source can stand on either side.
 */

import type { Desired, DesiredResource, Place } from "./desired";

/** An object as a source has it. Inputs are in the form of `DesiredResource`; what is secret is never in a live one. */
export interface PicturedResource extends Omit<DesiredResource, "place"> {
  /** Where it is written; absent when no file says it. */
  place?: Place;
  /** iconik's id, when the source knows it: a live tenant, a stack's state. */
  id?: string;
  /** It is made in the place of one that is deleted: what Pulumi plans says it, and no other source. */
  replaces?: true;
}

/** Something of a sort that is managed here and cannot be written down: told in exports, never dropped in silence. */
export interface Gap {
  kind: string;
  label: string;
  /** Field, when it is about one. */
  field?: string;
  why: string;
}

/** Something of a description made from another that is otherwise than people may expect. */
export interface Left {
  /** `userGroups/Editors`. */
  object: string;
  field?: string;
  why: string;
}

export interface Person {
  email: string;
  /** As in `defaultUserType`. */
  type?: string;
  active: boolean;
  admin: boolean;
  /**
   * The user groups, teams and role groups whose member the person is, by section and `PicturedResource.name` (or
   * iconik's name, of what the picture does not have): `userGroups/Editors`.
   */
  memberOf: string[];
}

/** Why people are not known where the token may not read them: of everybody, and of a gap whose field names people. */
export const unreadPeople = "missing can_read_users";

/** Half a reading is no reading: who could not be read in full is unknown, with the reason, and never nobody. */
export type People = { known: Person[]; readAt: string } | { unknown: string };

export interface Picture extends Omit<Desired, "resources"> {
  /** As people named the source: `tenant.yaml`, `live`. */
  source: string;
  /**
   * `everything`: an object or a field that is not here is not there. `described`: a field that is not here is not
   * managed.
   */
  extent: "everything" | "described";
  /** It is what Pulumi plans, which says nothing of guards, tests and dates: `later` is empty for that. */
  isPlan?: true;
  resources: PicturedResource[];
  gaps: Gap[];
  /** Of a live tenant: from where iconik saw whoever read it, when it says so. */
  address?: string;
  people: People;
}

/**
 * What is held against a tenant has to be about it: a description that names none is.
 * @throws Error when it names another.
 */
export function sameTenant(described: Picture, live: Picture): void {
  const { domainId } = described.tenant;
  if (domainId === undefined || live.extent !== "everything" || domainId === live.tenant.domainId) return;
  throw new Error(
    `${described.source} describes tenant ${domainId}, and ${live.source} is ${live.tenant.domainId}; look at ICONIK_URL and the credentials`,
  );
}

/** The picture that a checked description paints. */
export const pictureOf = (desired: Desired, source: string): Picture => ({
  ...desired,
  source,
  extent: "described",
  gaps: [],
  people: { unknown: "files do not say who is a member of what" },
});
