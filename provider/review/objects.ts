/** Objects that come, go, are forgotten or get another name; fields that are nobody's from now on. */

import { accessSorts, fieldsOf, type Values } from "../definition";
import { placeOf } from "./abilities";
import type { Pair, Pairs } from "./pair";
import { ownerOf } from "./pairs";
import type { Statement } from "./report";
import { quoted, series } from "./words";

export function objectStatements(pairs: Pairs): Statement[] {
  return pairs.all.flatMap((pair) => [...(goesWithOwner(pair, pairs) ? [] : fateStatements(pair)), ...untold(pair)]);
}

/** Settings and lists of a group are gone when it is. */
const goesWithOwner = (pair: Pair, pairs: Pairs): boolean => !pair.after && ownerOf(pair, pairs)?.fate === "deleted";

function fateStatements(pair: Pair): Statement[] {
  const base = { subject: pair.subject, ...placeOf(pair) };
  const { before, after, fate, definition } = pair;
  switch (fate) {
    case "created":
      return [{ ...base, code: "created", level: "change", says: `is new${summary(pair)}` }];
    case "adopted":
      if (definition.shape === "part") return [];
      return [{ ...base, code: "adopted", level: "note", says: "exists in the tenant and is taken over" }];
    case "released":
      return [
        {
          ...base,
          code: "released",
          level: "note",
          says: "is released: it stays in the tenant as it is, and nobody manages it here any more",
        },
      ];
    case "stays":
      return [restored(pair) ?? { ...base, code: "no-longer-managed", level: "note", says: ending(pair) }];
    case "deleted":
      return [{ ...base, code: "deleted", level: "warning", says: deletion(pair) }];
    case "kept":
      return before && after
        ? [...replaced(pair), ...renamed(pair), ...dropped(pair), ...unprotected(pair)].map((statement) => ({
            ...base,
            ...statement,
          }))
        : [];
  }
}

/** Values that change, and what they become is not known to whoever reviews. Rights among them deserve a look. */
function untold(pair: Pair): Statement[] {
  const fields = fieldsOf(pair.definition, { ...pair.was, ...pair.is });
  return pair.untold.map(({ field = "", why }): Statement => {
    const base = { subject: pair.subject, ...placeOf(pair, field) };
    const known = fields[field.split(".")[0]!];
    if (known?.secret || known?.hidden)
      return { ...base, code: "secret-changed", level: "change", says: `${field} gets another value` };
    const isRight = known?.type === "roles" || known?.type === "access" || field === "addresses";
    return {
      ...base,
      code: "not-told",
      level: isRight ? "warning" : "change",
      says: `what becomes of ${field} is not told: ${why}`,
    };
  });
}

/** What it was, no description says. */
function restored(pair: Pair): Statement | undefined {
  const { before, definition, subject } = pair;
  if (definition.shape !== "part" || before!.options.onDestroy !== "restore") return undefined;
  const whose = new Set(definition.documents.map(({ by }) => by));
  const fields = Object.keys(before!.inputs).filter((name) => !whose.has(name));
  const unknown = `another value of ${series(fields)}, which only the stack knows and which may protect less`;
  const says = `is no longer managed, and what was there before it was taken over is put back: ${unknown}`;
  return { code: "field-changed", level: "warning", subject, ...placeOf(pair), says };
}

function ending({ before }: Pair): string {
  if (before!.options.retainOnDelete) return "is no longer managed: it stays in the tenant (retainOnDelete)";
  return "is no longer managed: it stays as it is";
}

function deletion({ before, definition, subject }: Pair): string {
  const isProtected =
    before!.options.protect === true ? "; it is protected, so Pulumi refuses until protect: false was applied" : "";
  if (definition.shape === "part") return "is gone";
  if (definition.stateful)
    return `is deleted from the tenant; the files stay where they are, and iconik's records of them point nowhere${isProtected}; guards want it named, allow: [{ delete: ${subject.section}/${subject.label}, reason: … }]`;
  // Whether its entries go is not documented; how many there are cannot be asked.
  return `is deleted${isNamedInAccess(definition.kind) ? "; what access lists give to it ends, on assets and collections too (their entries may stay behind)" : ""}${isProtected}`;
}

const isNamedInAccess = (kind: string): boolean => Object.values(accessSorts).some((sort) => sort.kind === kind);

function summary({ is, definition }: Pair): string {
  const values = is as Values & { type?: string; purpose?: string; user?: string };
  if (definition.kind === "Storage") {
    const may = ["read", "write", "delete"].filter((flag) => values[flag] === true);
    return `: ${values.type}, for ${values.purpose}; iconik may ${may.length > 0 ? `${series(may)} files there` : "do nothing there yet"}`;
  }
  if (definition.kind === "Application")
    return `: a program that acts for ${values.user ?? "whoever logs in"}, with all that they may do`;
  return "";
}

type Told = Pick<Statement, "code" | "level" | "says">;

function replaced({ after, definition }: Pair): Told[] {
  if (!after!.replaces || definition.shape === "part" || definition.replaced) return [];
  return [
    {
      code: "replaced",
      level: "warning",
      says: "is deleted and made anew: who is in it, and what is given to it elsewhere, goes with the old one",
    },
  ];
}

function renamed({ before, after, definition, subject }: Pair): Told[] {
  if (definition.shape === "part") return [];
  const [old, now] = [before!.inputs[definition.key], after!.inputs[definition.key]];
  // By another name it is another mapping, and told as that.
  if (definition.kind === "GroupMapping" && old !== now) return [];
  if (typeof old === "string" && typeof now === "string" && old !== now) {
    return [{ code: "renamed", level: "note", says: `is called ${quoted(now)} instead of ${quoted(old)}` }];
  }
  const isWritten = before!.place !== undefined && after!.place !== undefined;
  return isWritten && before!.label !== subject.label
    ? [
        {
          code: "renamed",
          level: "note",
          says: `has the label ${quoted(subject.label)} instead of ${quoted(before!.label)}; in the tenant nothing changes`,
        },
      ]
    : [];
}

/** The step before a deletion. */
function unprotected({ before, after }: Pair): Told[] {
  if (!after!.place || before!.options.protect !== true || after!.options.protect === true) return [];
  return [
    {
      code: "field-changed",
      level: "warning",
      says: "is protected no longer: from then on, Pulumi deletes it when it is taken out of the file",
    },
  ];
}

function dropped({ dropped: paths }: Pair): Told[] {
  if (paths.length === 0) return [];
  const [be, they] = paths.length === 1 ? ["is", "it stays as it is"] : ["are", "they stay as they are"];
  return [{ code: "no-longer-managed", level: "note", says: `${series(paths)} ${be} no longer managed: ${they}` }];
}
