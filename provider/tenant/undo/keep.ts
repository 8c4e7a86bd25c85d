/** Keeps what a run is about to change, in a file of lines (file.ts). */

import { randomUUID } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync, fsyncSync, writeFileSync } from "node:fs";
import {
  allFields,
  fieldsOf,
  isCredential,
  type Definition,
  type ObjectKind,
  type PartKind,
  type Values,
} from "../../definition";
import type { Change, Session } from "../../engine";
import { IconikError, isMissing } from "../../engine/errors";
import { wholeOf } from "../../engine/leaves";
import { idOf } from "../../engine/paths";
import { scrub } from "../../engine/redact";
import type { Live } from "../../engine/values";
import { kinds } from "../../kinds";
import { snake } from "../../naming";
import { ownFields, spreadList } from "../language/sections";
import { linked } from "../live/links";
import { document, valuesOf } from "../live/observe";
import { withheldIn } from "../live/paint";
import { labelled, type Labelled } from "../live/labels";
import { lineOf, type Entry, type Meant } from "./file";

/**
 * For `openSession`: appends a line for each change to the file, on the disk before the change goes out. A session is a run.
 * @param setting what people call the file's name, for messages.
 */
export function keeping(path: string, setting: string): (session: Session, change: Change) => Promise<void> {
  const run = randomUUID();
  let file: number | undefined;
  let people: Promise<readonly Live[]> | undefined;
  return async (session, change) => {
    const { domainId } = await session.caller();
    const { definition, does, label, id } = change;
    const kept =
      does === "delete"
        ? await everything(session, definition as ObjectKind, id!)
        : { values: change.values, hidden: change.hidden };
    // It is gone already.
    if (!kept) return;
    const { values, hidden } = withoutSecrets(definition, kept, change.secrets);
    const names: Record<string, Meant> = {};
    const parts = "parts" in kept ? kept.parts : [];
    for (const [of, those] of [[definition, values], ...parts.map((part) => [kinds[part.kind]!, part.values])] as [
      Definition,
      Values,
    ][]) {
      Object.assign(names, await namesIn(session, of, those, () => (people ??= everybody(session))));
    }
    const entry: Entry = {
      v: 1,
      domainId,
      at: new Date().toISOString(),
      run,
      does,
      kind: definition.kind,
      ...(label !== undefined && { label }),
      ...(id !== undefined && { id }),
      values,
      names,
      hidden,
      ...(parts.length > 0 && { parts }),
    };
    try {
      file ??= opened(path);
      // All of it, or an error: a disk that is nearly full takes a part without a word.
      writeFileSync(file, lineOf(entry));
      fsyncSync(file);
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      throw new IconikError({
        code: "bad-setting",
        message: `${setting} is ${path}, which cannot be written: ${why}. What was to be changed could not be kept, so it was not changed`,
        cause: error,
      });
    }
  };
}

/** The file, readable by its owner alone, and to be added to. */
function opened(path: string): number {
  const file = openSync(path, "a+", 0o600);
  const { size } = fstatSync(file);
  const last = Buffer.alloc(1);
  if (size === 0 || (readSync(file, last, 0, 1, size - 1), last.toString() === "\n")) return file;
  closeSync(file);
  throw new Error("it ends with half a line, of a run that was killed or of something else; name another file");
}

/** An object that is about to be deleted, and the settings that go with it. */
async function everything(
  session: Session,
  definition: ObjectKind,
  id: string,
): Promise<(Pick<Change, "values" | "hidden"> & { parts: NonNullable<Entry["parts"]> }) | undefined> {
  const live = await session.reader(definition).present({ id, what: `${definition.kind} ${id}` });
  if (!live) return undefined;
  const [object] = labelled(definition, [live]) as [Labelled];
  const teams = new Map<string, readonly Labelled[]>();
  for (const kind of ["Team", "UserGroup"] as const)
    teams.set(kind, labelled(kinds[kind] as ObjectKind, await listOf(session, kinds[kind] as ObjectKind)));
  const values = await valuesOf(session, object, teams);
  if (!values) return { values: { [definition.key]: object.title }, hidden: [], parts: [] };
  const parts: NonNullable<Entry["parts"]> = [];
  for (const part of Object.values(kinds).filter((one) => one.shape === "part")) {
    for (const { by, path } of part.documents) {
      const field = by === undefined ? undefined : part.fields[by];
      if (by === undefined || field?.type !== "reference" || !field.to.includes(definition.kind)) continue;
      const settings = partValues(part, await document(session, path, object));
      if (Object.keys(settings).length > 0) parts.push({ kind: part.kind, values: { [by]: id, ...settings } });
    }
  }
  return { values, hidden: withheldIn(definition, values, live), parts };
}

/** What is set of a part; of lists for single objects, only the list is theirs. */
function partValues(part: PartKind, live: Live): Values {
  const own = new Map(part.documents.length > 1 ? [spreadList(part)] : ownFields(part));
  const isSet = (value: unknown) => !(part.documents.length > 1 && Array.isArray(value) && value.length === 0);
  return Object.fromEntries(
    Object.entries(wholeOf(part.fields, live)).filter(([name, value]) => own.has(name) && isSet(value)),
  );
}

function withoutSecrets(
  definition: Definition,
  { values, hidden }: Pick<Change, "values" | "hidden">,
  secrets: readonly string[],
): { values: Values; hidden: string[] } {
  const fields = allFields(definition);
  // What was a secret to an earlier program is known by its value.
  const holdsSecret = (value: unknown) => JSON.stringify(value) !== scrub(JSON.stringify(value));
  const isSecret = ([name, value]: [string, unknown]) =>
    isCredential(fields[name]) || secrets.includes(name) || holdsSecret(value);
  const all = Object.entries(values);
  return {
    values: Object.fromEntries(all.filter((one) => !isSecret(one))),
    hidden: [...new Set([...hidden, ...all.filter(isSecret).map(([name]) => name)])],
  };
}

/** What the ids in the values stand for. One that stands for nothing is left out: it points at what is gone. */
async function namesIn(
  session: Session,
  definition: Definition,
  values: Values,
  everybody: () => Promise<readonly Live[]>,
): Promise<Record<string, Meant>> {
  const asked: { to: readonly string[]; id: string }[] = [];
  linked(fieldsOf(definition, values), values, (to, id) => (asked.push({ to, id }), { not: "" }));
  const names: Record<string, Meant> = {};
  for (const { to, id } of asked) {
    if (id.includes("@") || Object.hasOwn(names, id)) continue;
    if (to.includes("user")) {
      const person = (await everybody()).find((one) => one.id === id);
      if (typeof person?.email === "string") names[id] = person.email;
      continue;
    }
    for (const kind of to) {
      const target = kinds[kind] as ObjectKind;
      const object = (await listOf(session, target)).find((one) => idOf(target, one) === id);
      if (object) names[id] = { kind, name: String(object[snake(target.key)]) };
    }
  }
  return names;
}

/** A kind that the tenant does not have has no objects. */
const listOf = (session: Session, definition: ObjectKind): Promise<readonly Live[]> =>
  session
    .inventory(definition)
    .all()
    .catch((error: unknown) => {
      if (isMissing(error) && definition.model !== undefined) return [];
      throw error;
    });

/** Without the right to see people, their ids have to do. */
const everybody = (session: Session): Promise<readonly Live[]> =>
  session.client.list<Live>("GET /API/users/v1/users/").catch((error: unknown) => {
    if (error instanceof IconikError && error.code === "forbidden") return [];
    throw error;
  });
