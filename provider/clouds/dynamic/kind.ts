/**
 * How a resource of a cloud is written that is made by this package itself: one constant of type `Kind`, registered in
 * `kinds.ts`, and one class in front of it (`CloudResource`). The kind speaks with its cloud; everything that is the same
 * everywhere is done for it (`lifecycle.ts`): looking before making, refusing what is not ours, keeping the id of what is
 * half done, three-way checks, drift, secrets, words.
 *
 * ```ts
 * export const B2Bucket: Kind<B2BucketInputs, B2BucketOutputs> = {
 *   kind: "B2Bucket",
 *   words: ({ name }) => `bucket ${name} of Backblaze`,
 *   inputs: { name: { required: true, fixed: "refuse", instead: "…" }, corsRules: {} },
 *   outputs: { bucketId: {} },
 *   account: (session) => …,               // whose credentials these are: what is in state of another is not touched
 *   find: (session, wanted) => …,          // id of what has the natural key, or undefined
 *   make: (session, wanted) => …,          // only what the API's own "create" takes; no retry, no look-up
 *   read: (session, id, last) => …,        // what is there now, or undefined: it is gone, by the cloud's own word
 *   write: (session, id, wanted, changed) => …,   // the inputs that differ, each of which may be written again
 *   remove: (session, id, last) => …,      // gone already is fine
 * };
 * ```
 *
 * Calls to a cloud throw `cloudError`s (errors.ts); `retrying` repeats one that may be repeated. With `acted: "unknown"`
 * on an error of `make` the layer looks with `find` before anything is made again. Credentials come from
 * `session.credentials(label, names)`, never from inputs.
 */

import type { CredentialNames, Credentials } from "./credentials";

/** What is said about an input besides its type. Leave out what does not apply. */
export interface InputMarks<Value = any> {
  /** Must be there, also in state. */
  required?: true;
  /** It cannot be changed: `replace` makes another one, `refuse` stops with `instead` as the way to go. */
  fixed?: "replace" | "refuse";
  /** With `fixed: "refuse"`: what to do instead, as a plain sentence without its end. */
  instead?: string;
  /** No property of the thing, only handed to the code (where it is, a label): never compared with the cloud, not sent. */
  local?: true;
  /** Encrypted in state, never printed. */
  secret?: true;
  /** Whether two values mean the same. Default: the same JSON. */
  same?(one: Value, other: Value): boolean;
}

export interface OutputMarks {
  /** Encrypted in state, never printed. */
  secret?: true;
}

/** Of a kind that has nothing to tell besides its inputs. */
export type NoOutputs = Record<string, never>;

/** What the cloud shows of something. `undefined`: not shown, so the last state is believed; `null`: it is not set. */
export interface Live<Inputs, Outputs> {
  inputs: { [Name in keyof Inputs]?: Inputs[Name] | null };
  /** Laid over the outputs in state. */
  outputs: Partial<Outputs>;
}

/** What state has of it. */
export interface Kept<Inputs, Outputs> {
  inputs: Partial<Inputs>;
  outputs: Partial<Outputs>;
}

export interface Kind<Inputs extends object, Outputs extends object> {
  /** Name of the kind, in state for ever: `B2Bucket`. */
  kind: string;
  /** What it is called in messages. Everything may be missing or unknown. */
  words(inputs: Partial<Inputs>): string;
  inputs: { readonly [Name in keyof Required<Inputs>]: InputMarks<Inputs[Name]> };
  outputs: { readonly [Name in keyof Required<Outputs>]: OutputMarks };
  /** A replacement is made before the old one goes. Without it the old one goes first, for its name must be free. */
  createFirst?: true;
  /** Where it exists and is somebody's: what they could do with it, as a sentence; the statement to add to a policy. */
  advice?(wanted: Inputs): string;
  /** Problems, as whole sentences. Unknown inputs are left out. */
  check?(inputs: Partial<Inputs>): string[];
  /** Id of the account that the credentials belong to, if it can be told. Asked often: keep it with `session.shared`. */
  account?(session: CloudSession, inputs: Inputs): Promise<string | undefined>;
  /** Id of what has the natural key. Left out: there is none, and nothing is ever found (keys). */
  find?(session: CloudSession, wanted: Inputs): Promise<string | undefined>;
  /** `replaced`: the inputs in state of what it takes the place of, while that is still there. */
  make(
    session: CloudSession,
    wanted: Inputs,
    replaced?: Partial<Inputs>,
  ): Promise<{ id: string; outputs?: Partial<Outputs> }>;
  read(session: CloudSession, id: string, last: Kept<Inputs, Outputs>): Promise<Live<Inputs, Outputs> | undefined>;
  /** Left out: nothing of it can be changed, `fixed` says of every input what then. Outputs that it gives are kept. */
  write?(
    session: CloudSession,
    id: string,
    wanted: Inputs,
    changed: ReadonlySet<keyof Inputs>,
    last: Kept<Inputs, Outputs>,
  ): Promise<Partial<Outputs> | void>;
  remove(session: CloudSession, id: string, last: Kept<Inputs, Outputs>): Promise<void>;
}

/** What the code of a kind may use. One per process. */
export interface CloudSession {
  /** The administrator's credentials of a cloud by its label, from the environment or the stack config `iconik:clouds`. */
  credentials<Name extends string>(label: string, names: CredentialNames<Name>): Credentials<Name>;
  /** Made once per process and key: a client, an authorization. A promise that fails is forgotten. */
  shared<T>(key: string, make: () => T): T;
  /** One after another for the same key. */
  exclusive<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** A line for people. */
  note(line: string): void;
  /** Cut short when the process is to end. */
  wait(ms: number): Promise<void>;
  readonly signal: AbortSignal;
  /** Says "take over" for one run: `ICONIK_ADOPT`. */
  readonly adopt?: "exact" | "converge";
}

/** Any kind, where it does not matter which. */
export type AnyKind = Kind<any, any>;
