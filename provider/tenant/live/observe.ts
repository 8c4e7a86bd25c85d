/** What stands at paths of its own: access lists and the like of each object, and the documents with settings. */

import { fieldsOf, type ObjectKind, type PartKind, type Values } from "../../definition";
import type { Session } from "../../engine";
import { isMissing } from "../../engine/errors";
import { tenantWide } from "../../engine/documents";
import { wholeOf } from "../../engine/leaves";
import { idParameter } from "../../engine/paths";
import { each } from "../../engine/pool";
import { observe } from "../../engine/satellites";
import { satellitesOf, type Access, type Live } from "../../engine/values";
import { kinds } from "../../kinds";
import type { Labelled } from "./labels";

/** What was read of the objects and documents; references are ids. */
export interface Observed {
  /** Values of objects, satellites included. Absent: of a form that no definition knows. */
  values: ReadonlyMap<Labelled, Values>;
  /** Documents of parts: their owner, none for the tenant's own. */
  documents: readonly { part: PartKind; by?: string; owner?: Labelled; live: Live }[];
}

type Objects = ReadonlyMap<string, readonly Labelled[]>;
type Progress = (what: string, done: number, of: number) => void;

export async function observed(
  session: Session,
  objects: Objects,
  pictured: ReadonlySet<string>,
  progress: Progress,
): Promise<Observed> {
  const values = new Map<Labelled, Values>();
  for (const [kind, all] of objects) {
    if (!pictured.has(kind)) continue;
    let done = 0;
    const read = async (object: Labelled) => {
      const found = await valuesOf(session, object, objects);
      if (found) values.set(object, found);
      progress(object.definition.section, (done += 1), all.length);
    };
    // iconik's word for ACL templates is found out once, by the first.
    const [first, ...others] = all;
    if (first) await read(first);
    await each(others, read);
  }
  return { values, documents: await documentsOf(session, objects, pictured, progress) };
}

/** Everything of one object, given all teams and user groups; undefined when it is of no form that is known. */
export async function valuesOf(
  session: Session,
  { definition, id, title, live }: Labelled,
  objects: Objects,
): Promise<Values | undefined> {
  const chosen: Values = {};
  if (definition.variants) {
    const { by, cases } = definition.variants;
    const variant = Object.entries(cases).find(([, { recognise }]) => recognise(live))?.[0];
    if (variant === undefined) return undefined;
    chosen[by] = variant;
  }
  const fields = fieldsOf(definition, chosen);
  const values: Values = { [definition.key]: title, ...chosen, ...wholeOf(fields, live) };
  for (const [name, field] of satellitesOf(fields)) {
    if (field.via?.shape === "token") continue;
    const seen = await observe({
      session,
      definition,
      id,
      what: `${definition.kind} ${JSON.stringify(title)}`,
      name,
      field,
      resolved: {},
      live,
    });
    values[name] = field.type === "access" ? bySort(seen as Access, objects) : seen;
  }
  return values;
}

/**
 * Teams stand among the groups of an access list; only the lists of both tell which is which. A sort that the tenant
 * does not have is no empty one.
 */
function bySort({ groups = [], users = [] }: Access, objects: Objects): Access {
  const [teams, userGroups] = [idsOf(objects.get("Team")), idsOf(objects.get("UserGroup"))];
  const isTeam = (entry: { group?: unknown }) => teams?.has(String(entry.group)) === true;
  const team = groups.filter(isTeam).map(({ group, permissions }) => ({ team: group, permissions }));
  const others = groups.filter((entry) => !isTeam(entry));
  // What is in neither list is a group's that is gone, or a team's where there are only teams.
  const strays =
    !userGroups?.size && teams?.size ? others.map(({ group, permissions }) => ({ team: group, permissions })) : [];
  return {
    ...((userGroups?.size || !teams?.size) && { groups: others }),
    ...(teams?.size && { teams: [...team, ...strays] }),
    users,
  };
}

/** Asked for with every access list. */
function idsOf(objects: readonly Labelled[] | undefined): ReadonlySet<string> | undefined {
  if (!objects) return undefined;
  const known = ids.get(objects) ?? new Set(objects.map(({ id }) => id));
  ids.set(objects, known);
  return known;
}
const ids = new WeakMap<readonly Labelled[], ReadonlySet<string>>();

async function documentsOf(
  session: Session,
  objects: Objects,
  pictured: ReadonlySet<string>,
  progress: Progress,
): Promise<Observed["documents"]> {
  const parts = Object.values(kinds).filter(
    (definition) => definition.shape === "part" && pictured.has(definition.kind),
  ) as PartKind[];
  // A document that several parts share is read once.
  const wanted = new Map<string, { path: string; owner?: Labelled; parts: { part: PartKind; by?: string }[] }>();
  for (const part of parts) {
    for (const { by, path } of part.documents) {
      for (const owner of by === undefined ? [undefined] : ownersOf(part, by, objects)) {
        const key = JSON.stringify([path, owner?.id ?? tenantWide]);
        const entry = wanted.get(key) ?? { path, ...(owner && { owner }), parts: [] };
        entry.parts.push({ part, ...(by !== undefined && { by }) });
        wanted.set(key, entry);
      }
    }
  }
  let done = 0;
  const all = [...wanted.values()];
  const read = await each(all, async ({ path, owner, parts: those }) => {
    const live = await document(session, path, owner);
    progress("settings", (done += 1), all.length);
    return those.map((one) => ({ ...one, ...(owner && { owner }), live }));
  });
  return read.flat();
}

function ownersOf(part: PartKind, by: string, objects: Objects): Labelled[] {
  const field = part.fields[by];
  return field?.type === "reference" ? field.to.flatMap((kind) => [...(objects.get(kind) ?? [])]) : [];
}

/** A document is always there while its owner is: a 404 for it says that nothing was ever written to it. */
export async function document(session: Session, path: string, owner: Labelled | undefined): Promise<Live> {
  const read = async () =>
    (await session.client.call<Live>(`GET ${path}`, owner && { path: { [idParameter(path)]: owner.id } })).body ?? {};
  try {
    return await read();
  } catch (error) {
    if (!isMissing(error) || !owner) throw error;
    const there = await session
      .reader(owner.definition as ObjectKind)
      .present({ id: owner.id, what: `${owner.definition.kind} ${owner.id}` });
    return there ? {} : read();
  }
}
