/** What points to an object that is to be deleted, as far as iconik's own records of it go. */

import { allFields, type Definition, type Field, type ObjectKind, type PartKind } from "../../definition";
import { kinds } from "../../kinds";
import { wireName } from "../../naming";
import { IconikError, isMissing } from "../errors";
import { idOf, idParameter } from "../paths";
import type { Session } from "../session";
import { get, leavesOf, type Leaf, type Live } from "../values";

/** Something that points to an object. */
export interface Pointer {
  /** Kind and id of what points; of a document, those of the group or team whose it is. */
  holder: string;
  id: string;
  field: string;
  words: string;
}

/**
 * What points to the object. Entries of access lists are none: every group has some, most of them on assets and
 * collections, where nobody can count them. A review says that they end.
 */
export async function pointersTo(session: Session, definition: ObjectKind, id: string): Promise<Pointer[]> {
  const all = await Promise.all(Object.values(kinds).map((holder) => pointersIn(session, holder, definition, id)));
  return all.flat();
}

async function pointersIn(session: Session, holder: Definition, { kind }: ObjectKind, id: string): Promise<Pointer[]> {
  const leaves = pointing(holder, kind);
  if (leaves.length === 0) return [];
  try {
    const live =
      holder.shape === "object" ? await objectsOf(session, holder, leaves) : await documentsOf(session, holder);
    return live.flatMap(({ of, name, id: whose, live }) =>
      leaves
        .filter((leaf) => holds(leaf.field, get(live, leaf.wire), kind, id))
        .map((leaf) => ({ holder: of, id: whose, field: leaf.name, words: `${leaf.name} of ${name} points to it` })),
    );
  } catch (error) {
    if (isMissing(error)) return [];
    return [
      {
        holder: holder.kind,
        id: "",
        field: "",
        words: `whether ${holder.section} point to it could not be read (${unreadable(error)})`,
      },
    ];
  }
}

/** Fields that may point to an object of the kind. */
export const pointing = (holder: Definition, kind: string): Leaf[] =>
  leavesOf(allFields(holder)).filter(({ field, wire }) => !field.via && wire.length > 0 && refersTo(field, kind));

const refersTo = (field: Field, kind: string): boolean => {
  if (field.type === "reference") return field.wire !== null && field.to.includes(kind);
  if (field.type === "list" || field.type === "set") return refersTo(field.of, kind);
  return field.type === "record" && Object.values(field.fields).some((inner) => refersTo(inner, kind));
};

function holds(field: Field, value: unknown, kind: string, id: string): boolean {
  if (value === undefined || value === null) return false;
  if (field.type === "reference") return field.to.includes(kind) && value === id;
  if (field.type === "list" || field.type === "set")
    return Array.isArray(value) && value.some((item) => holds(field.of, item, kind, id));
  if (field.type !== "record") return false;
  return Object.entries(field.fields).some(([name, inner]) =>
    holds(inner, get(value, [wireName(name, inner) as string]), kind, id),
  );
}

interface Holder {
  of: string;
  id: string;
  name: string;
  live: Live;
}

/** Lists may leave out what is looked for. */
async function objectsOf(session: Session, definition: ObjectKind, leaves: readonly Leaf[]): Promise<Holder[]> {
  const all = await session.inventory(definition).all();
  const isWhole = (item: Live) =>
    leaves.every(({ wire }) => wire.length === 1 || get(item, wire.slice(0, -1)) !== undefined);
  const whole = await Promise.all(
    all.map(async (item) =>
      isWhole(item)
        ? item
        : await session.reader(definition).present({ id: idOf(definition, item), what: definition.kind }),
    ),
  );
  return whole.flatMap((item) =>
    item
      ? [
          {
            of: definition.kind,
            id: idOf(definition, item),
            name: `${definition.kind} ${JSON.stringify(item[definition.key])}`,
            live: item,
          },
        ]
      : [],
  );
}

/** All documents that the part can be of, as far as this tenant has them. There are as many as groups, so they are kept. */
function documentsOf(session: Session, definition: PartKind): Promise<Holder[]> {
  const all = kept.get(session) ?? new Map<string, Promise<Holder[]>>();
  kept.set(session, all);
  const reading = all.get(definition.kind) ?? readDocuments(session, definition);
  all.set(definition.kind, reading);
  reading.catch(() => all.delete(definition.kind));
  return reading;
}
const kept = new WeakMap<Session, Map<string, Promise<Holder[]>>>();

/** After an own write of a document. */
export const forgetDocuments = (session: Session): void => void kept.delete(session);

async function readDocuments(session: Session, { kind, fields, documents }: PartKind): Promise<Holder[]> {
  const found = documents.map(async ({ by, path }): Promise<Holder[]> => {
    if (by === undefined)
      return [{ of: kind, id: "", name: kind, live: (await session.client.call<Live>(`GET ${path}`)).body ?? {} }];
    const field = fields[by]!;
    const owner = kinds[field.type === "reference" ? field.to[0]! : ""] as ObjectKind;
    const owners = await session.inventory(owner).all().catch(orNone);
    const read = owners.map(async (item): Promise<Holder[]> => {
      const id = idOf(owner, item);
      const document = await session.client
        .call<Live>(`GET ${path}`, { path: { [idParameter(path)]: id } })
        .catch(orNothing);
      return document
        ? [
            {
              of: owner.kind,
              id,
              name: `${kind} of ${owner.kind} ${JSON.stringify(item[owner.key])}`,
              live: document.body ?? {},
            },
          ]
        : [];
    });
    return (await Promise.all(read)).flat();
  });
  return (await Promise.all(found)).flat();
}

const orNone = (error: unknown): readonly Live[] => orNothing(error) ?? [];
function orNothing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

/** Why something is unknown; what stops a run stops it. */
export function unreadable(error: unknown): string {
  if (!(error instanceof IconikError) || error.code === "unauthorized" || error.code === "interrupted") throw error;
  return error.message;
}
