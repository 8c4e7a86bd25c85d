/** Types of what a program writes, beyond plain values. They exist for the compiler alone. */

import type * as pulumi from "@pulumi/pulumi";
import type { clear, permissions } from "../definition";
import type { Team, UserGroup } from "./resources";

/** What empties a field: `iconik.clear`. */
export type Clear = typeof clear;

/** A field that can be emptied. Leaving it out is not the same: it then stays as it is in iconik. */
export type Clearable<T> = pulumi.Input<T> | Clear;

/** An object of the tenant that is not managed here, found by its name when the program runs. */
export interface Existing {
  existing: string;
}

/** Another object: the resource, its id, or `{ existing: name }`. */
export type Reference<T extends pulumi.CustomResource> = pulumi.Input<string> | T | Existing;

/** Arguments of an object that iconik made itself: only what tells it apart must be written. */
export type BuiltIn<Args, Written extends PropertyKey> = Args extends unknown
  ? Partial<Args> & Pick<Args, Written & keyof Args>
  : never;

/** What a member of an access list may do. */
export type Permission = LowerCamel<(typeof permissions)[number]>;

/**
 * Who may do what with an object. Each of `groups`, `teams` and `users` is the whole truth for its sort: an empty list
 * takes all entries away, one that is left out stays as it is. The entry that iconik gives whoever made the object is
 * left alone unless it is written.
 */
export interface Access {
  groups?: { group: Reference<UserGroup>; permissions: pulumi.Input<pulumi.Input<Permission>[]> }[];
  teams?: { team: Reference<Team>; permissions: pulumi.Input<pulumi.Input<Permission>[]> }[];
  /** People, by e-mail; they are looked up, never made. */
  users?: { user: pulumi.Input<string>; permissions: pulumi.Input<pulumi.Input<Permission>[]> }[];
}

/** An access list as it is kept: references are ids, or as they were written. */
export interface KeptAccess {
  groups?: { group: string | Existing; permissions: Permission[] }[];
  teams?: { team: string | Existing; permissions: Permission[] }[];
  users?: { user: string; permissions: Permission[] }[];
}

type LowerCamel<Word extends string> = Word extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<LowerCamel<Rest>>}`
  : Word;
