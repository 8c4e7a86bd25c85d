/**
 * The file that keeps what runs were about to change: a line of JSON for each object, written before the object is. No
 * secret is in it. Whoever reads it later knows no tenant, so names stand beside ids.
 */

import { readFileSync } from "node:fs";
import type { Values } from "../../definition";

/** What stands for an id: an object by its name at the time, or a person by e-mail. */
export type Meant = { kind: string; name: string } | string;

export interface Entry {
  /** Version of this shape. */
  v: 1;
  domainId: string;
  /** When, in ISO 8601. */
  at: string;
  /** Which run did it: the same in all its lines. Lines of earlier versions have none, and count as one run. */
  run?: string;
  does: "create" | "update" | "delete";
  kind: string;
  /** Logical name of an object; parts of documents have none. */
  label?: string;
  id?: string;
  /** What it was: of what is changed the changed fields, of what is deleted everything. References are ids. */
  values: Values;
  names: Record<string, Meant>;
  /** Fields whose value is not kept: credentials, tokens, what the program keeps secret. */
  hidden: string[];
  /** Settings that go with a deleted object, by kind. */
  parts?: { kind: string; values: Values }[];
}

export const lineOf = (entry: Entry): string => `${JSON.stringify(entry)}\n`;

/**
 * The lines of a file. Half a line at the end was never followed by a change, so it says nothing.
 * @throws Error for what is no such file, and for one of several tenants.
 */
export function readUndo(path: string): Entry[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`, {
      cause: error,
    });
  }
  const lines = text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .slice(0, -1);
  const entries = lines.map((line, index) => entryOf(line, `${path}:${index + 1}`));
  if (entries.length === 0)
    throw new Error(
      `${path} says of no change, so there is nothing to undo. A run writes it when ICONIK_UNDO names it`,
    );
  const tenants = new Set(entries.map(({ domainId }) => domainId));
  if (tenants.size > 1)
    throw new Error(`${path} is of ${tenants.size} tenants: ${[...tenants].join(", ")}. Keep the lines of one of them`);
  return entries;
}

/** A run, as its lines tell of it. */
export interface Run {
  /** When the first and the last of its lines were written, in ISO 8601. */
  from: string;
  to: string;
  entries: Entry[];
}

/** The runs that a file tells of, the oldest first. */
export const runsOf = (entries: readonly Entry[]): Run[] =>
  [...Map.groupBy(entries, ({ run }) => run).values()].map((those) => ({
    from: those[0]!.at,
    to: those.at(-1)!.at,
    entries: those,
  }));

function entryOf(line: string, where: string): Entry {
  const wrong = (what: string) => new Error(`${where} ${what}. A run writes such a file when ICONIK_UNDO names it`);
  let entry: Partial<Entry> | null;
  try {
    entry = JSON.parse(line) as Partial<Entry> | null;
  } catch {
    throw wrong("is no JSON");
  }
  if (typeof entry?.v === "number" && entry.v !== 1)
    throw wrong(`is of a newer version of pulumi-iconik (${String(entry.v)}); this one knows 1`);
  const isRecord = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
  const isEntry =
    entry?.v === 1 &&
    typeof entry.domainId === "string" &&
    typeof entry.kind === "string" &&
    ["create", "update", "delete"].includes(entry.does ?? "") &&
    isRecord(entry.values) &&
    isRecord(entry.names) &&
    Array.isArray(entry.hidden);
  if (!isEntry) throw wrong("does not say what an object was");
  return entry as Entry;
}
