/** A resource while it is read: what it will be, and where each thing about it stands. */

import type { Definition } from "../../definition";
import type { DesiredResource, Expiry, Provision, Ref } from "../desired";
import type { Report } from "../diagnostics";
import type { Span } from "../files/text";
import type { Entry, Written, WrittenMap } from "../files/written";
import type { Malformed } from "../language/conform";
import type { Kinds, Sections } from "../language/sections";
import type { References } from "./references";

export interface Draft extends Omit<DesiredResource, "place"> {
  definition: Definition;
  node: WrittenMap;
  /** Place of its label. */
  at: Span;
  /** A field that is written elsewhere than in `node`: one of several lists of a section. */
  list?: { field: string; node: Written };
  /** What it refers to. */
  uses: { ref: Ref; at: Span }[];
  /** Roles it grants, each where it is written: in the list, or where its set is named. */
  grants: { role: string; at: Span }[];
  /** Is it there already, or made by provisioning, credentials included? */
  provided: boolean;
}

/** Place of a key of a draft, or of its label when the key is not written. */
export const placeOfKey = (draft: Draft, key: string): Span => draft.node.entries.get(key)?.at ?? draft.at;

/** Place of a field of it, `provision.kmsKey`; of what holds it where it is not written. */
export function placeOfField(draft: Draft, field: string): Span {
  let at = draft.at;
  let node: Written = draft.node;
  for (const key of field.split(".")) {
    const entry: Entry | undefined = node.sort === "map" ? node.entries.get(key) : undefined;
    if (!entry) break;
    at = entry.at;
    node = entry.value;
  }
  return at;
}

/** What is known while a description is read, and what is gathered. */
export interface Reading {
  tree: Written;
  kinds: Kinds;
  sections: Sections;
  references: References;
  malformed: Malformed;
  model: "userGroups" | "teams";
  report: Report;
  /** YYYY-MM-DD */
  today: string;
  expires: Expiry[];
  provision: Provision[];
}
