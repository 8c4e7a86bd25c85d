/** What is kept of an object between runs, and what a run wants of it. */

import { randomBytes } from "node:crypto";
import type { Values } from "../definition";
import type { Resolved } from "./values";

/** Facts about the object that are neither inputs nor outputs. Kept in state, read by every later version. */
export interface Facts {
  /** Version of this shape. */
  v: 1;
  /** The tenant that the object is in. */
  domain: string;
  /** Ids behind names and e-mails, as they were found. */
  resolved: Resolved;
  /** Of a document: what the owned leaves were when they were taken over, as iconik had them. */
  before?: Readonly<Record<string, unknown>>;
  /** Fields still to be written by the next run. */
  pending?: readonly string[];
  /** Tokens still to be revoked: they were in use by the run that replaced them. */
  revoke?: readonly string[];
  builtIn?: true;
  onDestroy?: "restore";
  /** Another text for each entry of state: tells apart those that mean the same thing (see owners). */
  takeover?: string;
  /** What the object is called in the program, where that is not its natural key: by this it is released. */
  label?: string;
  /** Fields that the program keeps secret, besides those that always are. */
  secrets?: readonly string[];
  /** Of a list that is put back when it is deleted: what Shield must let in then. */
  mustKeep?: readonly string[];
}

export interface Stored {
  id: string;
  /** Owned values: what was written, in canonical form. */
  values: Values;
  /** What iconik fills in. */
  outputs: Values;
  facts: Facts;
}

/** `exact`: take over what is already as described; `converge`: take over and change; an id: take over that one. */
export type Adopt = "exact" | "converge" | (string & {});

/** The id of the object that is to be taken over, where one is written. */
export const idToAdopt = (adopt: Adopt | undefined): string | undefined =>
  adopt === "exact" || adopt === "converge" ? undefined : adopt;

export interface Desired {
  values: Values;
  /** The tenant that is meant; any other is refused. */
  domainId?: string;
  adopt?: Adopt;
  builtIn?: boolean;
  onDestroy?: "leave" | "restore";
  label?: string;
  secrets?: readonly string[];
}

/** Short, since every entry of state has one. */
export const newMark = (): string => randomBytes(6).toString("base64url");

/** Marks that must outlive the program: deleting happens without it. */
export const marks = (desired: Desired): Pick<Facts, "builtIn" | "onDestroy" | "label" | "secrets"> => ({
  ...(desired.builtIn && { builtIn: true }),
  ...(desired.label !== undefined && { label: desired.label }),
  ...(desired.secrets !== undefined && { secrets: desired.secrets }),
  ...(desired.onDestroy === "restore" && { onDestroy: "restore" as const }),
});

/** The object is there, but something that belongs to it is not done: its id must be kept. */
export class Unfinished<S = Stored> extends Error {
  override readonly name = "Unfinished";
  constructor(
    readonly stored: S,
    override readonly cause: unknown,
  ) {
    super("made, but not finished");
  }
}
