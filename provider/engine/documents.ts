/**
 * Parts of documents: fields inside a settings document that others own too. The document is always there, so nothing
 * is made and nothing deleted; only what is owned is read and written, leaf by leaf. What a leaf was before it was taken
 * over is kept, so that it can be put back.
 */

import { isClear, type ObjectKind, type PartKind, type Values } from "../definition";
import { canonicalAddress } from "../addresses";
import { fieldSchema, innerSchema, isClearable } from "../field-schema";
import { kinds } from "../kinds";
import { IconikError, isMissing } from "./errors";
import { forgetDocuments } from "./guards/pointers";
import { keptFor, listOf, refuseLockOut, touchesShield } from "./guards/shield";
import { bodyOf, differing, keepHidden, owned, refuseMoved, refuseNotStored, shown, toSend } from "./leaves";
import { disown, leafOf, own, things } from "./owners";
import { idParameter } from "./paths";
import type { Session } from "./session";
import { marks, newMark, Unfinished, type Desired, type Stored } from "./stored";
import { overwritten } from "./undo";
import {
  decode,
  formKey,
  formsIn,
  get,
  isList,
  leavesOf,
  none,
  put,
  resolvedIn,
  same,
  written,
  type Leaf,
  type Live,
  type Resolved,
} from "./values";
import { eventually } from "./waiting";

interface Document {
  path: string;
  /** Path parameters; also what the part is known by. */
  parameters: Record<string, string>;
  id: string;
  /** Kind of the object that it belongs to; the tenant's own belongs to none. */
  owner?: ObjectKind;
}

/** Id of the tenant's own document, which has none in its path. */
export const tenantWide = "tenant";

/** The document that the values are a part of: the one whose reference is written. `known`: its id, once there was one. */
function documentOf(definition: PartKind, values: Values, resolved: Resolved, known?: string): Document {
  for (const { by, path } of definition.documents) {
    if (by === undefined) return { path, parameters: {}, id: tenantWide };
    const form = values[by];
    if (form === undefined) continue;
    const field = definition.fields[by]!;
    const key = formKey(field, form);
    const id = known || (key === undefined ? String(form) : resolved[key]!);
    const owner = field.type === "reference" ? (kinds[field.to[0]!] as ObjectKind) : undefined;
    return { path, parameters: { [idParameter(path)]: id }, id, owner };
  }
  throw new IconikError({
    code: "rejected",
    message: `${definition.kind} must say whose it is: ${definition.documents.map(({ by }) => by).join(" or ")}`,
  });
}

const nameOf = (definition: PartKind, document: Document): string =>
  document.id === tenantWide ? definition.kind : `${definition.kind} of ${document.id}`;
const load = async (session: Session, document: Document): Promise<Live> =>
  (await session.client.call<Live>(`GET ${document.path}`, { path: document.parameters })).body ?? {};
const lock = (document: Document): string => `document/${document.path}/${document.id}`;

/** Takes over the owned leaves and brings them to the desired values. Needs no word: the document is nobody's alone. */
export async function create(session: Session, definition: PartKind, desired: Desired): Promise<Stored> {
  const { domainId } = await session.writer(desired.domainId);
  const resolved = await session.resolve(formsIn(definition.fields, desired.values), {});
  const stored: Stored = {
    id: "",
    values: {},
    outputs: {},
    facts: {
      v: 1,
      domain: domainId,
      resolved,
      takeover: newMark(),
      ...marks(desired),
      ...keptFor(definition, desired.onDestroy, session.guards),
    },
  };
  return sync(session, definition, stored, desired);
}

export async function update(
  session: Session,
  definition: PartKind,
  before: Stored,
  desired: Desired,
): Promise<Stored> {
  const { domainId } = await session.owner(before.facts.domain, desired.domainId);
  const resolved = await session.resolve(formsIn(definition.fields, desired.values), before.facts.resolved);
  const { onDestroy: _, label: __, secrets: ___, mustKeep: ____, ...facts } = before.facts;
  const kept = { ...marks(desired), ...keptFor(definition, desired.onDestroy, session.guards) };
  return sync(
    session,
    definition,
    { ...before, facts: { ...facts, domain: domainId, resolved: { ...facts.resolved, ...resolved }, ...kept } },
    desired,
  );
}

/** What the owned leaves are now. `undefined`: the group or team that the document belongs to is gone. */
export async function read(session: Session, definition: PartKind, before: Stored): Promise<Stored | undefined> {
  const { domainId } = await session.caller(before.facts.domain || undefined);
  const { resolved } = before.facts;
  const document = documentOf(definition, before.values, resolved, before.id);
  const live = await present(session, document);
  if (!live) return undefined;
  const values = inWords(definition, live, before);
  return {
    ...before,
    values,
    facts: { ...before.facts, domain: domainId, resolved: resolvedIn(definition.fields, values, resolved) },
  };
}

/** The owned leaves as people would write them; every leaf when nothing is known but the id. */
function inWords(definition: PartKind, live: Live, before: Stored): Values {
  const whose = new Set(definition.documents.map(({ by }) => by));
  const everything = before.facts.domain === "" && Object.keys(before.values).every((name) => whose.has(name));
  const values: Values = Object.fromEntries(Object.entries(before.values).filter(([name]) => whose.has(name)));
  for (const leaf of everything ? leavesOf(definition.fields) : owned(definition.fields, before.values)) {
    const now = shown(leaf, live, before.facts.resolved)?.value;
    const last = written(before.values, leaf);
    const kept = !everything && same(leaf.field, now, last, before.facts.resolved) ? last : now;
    if (kept === undefined && !everything) put(values, leaf.path, none(leaf.field));
    // What is cleared as a whole stays so while nobody puts anything into it.
    else if (kept !== undefined && !(kept === before.values[leaf.path[0]!] && leaf.path.length > 1))
      put(values, leaf.path, kept);
  }
  for (const [name, whole] of Object.entries(before.values)) if (isClear(whole)) values[name] ??= whole;
  return values;
}

/**
 * The document; `undefined` when what it belongs to is gone. While that is there, so is the document: a 404 for it is
 * then none, or iconik does not have it yet.
 */
async function present(session: Session, document: Document): Promise<Live | undefined> {
  const { owner, id } = document;
  try {
    return await load(session, document);
  } catch (error) {
    if (!isMissing(error) || !owner) throw error;
    if (!(await session.reader(owner).present({ id, what: `${owner.kind} ${id}` }))) return undefined;
    return eventually(session, () => load(session, document), {
      passing: isMissing,
      lag: `iconik has no settings yet of ${owner.kind} ${id}`,
    });
  }
}

/** The change itself was refused, so it is certain that iconik did nothing. */
const didNotAct = (error: unknown): boolean =>
  error instanceof IconikError &&
  error.acted !== "unknown" &&
  (error.code === "lock-out" || error.code === "guarded" || error.operation?.startsWith("PATCH ") === true);

/** Leaves the settings as they are, or puts back what was recorded. */
export async function remove(session: Session, definition: PartKind, before: Stored): Promise<void> {
  await session.owner(before.facts.domain);
  const others = disown(session.owners, things(definition, before.id, before.values), before.facts.takeover);
  if (before.facts.onDestroy !== "restore") {
    // Of a group or team, they often go with it.
    if (before.id === tenantWide)
      session.note(`${definition.kind} stays as it is in iconik: this stack no longer looks after it`);
    return;
  }
  if (session.released.has(`${definition.kind}/${before.facts.label}`)) return;
  const { resolved } = before.facts;
  const document = documentOf(definition, before.values, resolved, before.id);
  await session.exclusive(lock(document), async () => {
    const leaves = owned(definition.fields, before.values).filter(
      (leaf) =>
        Object.hasOwn(before.facts.before ?? {}, leaf.name) &&
        !others.has(leafOf(document.path, document.id, leaf.name)),
    );
    const what = nameOf(definition, document);
    const target: Values = {};
    for (const leaf of leaves) put(target, leaf.path, decode(leaf.field, before.facts.before![leaf.name], resolved));
    const look = async () => {
      const live = await present(session, document);
      return live && { live, left: differing(leaves, live, target, resolved) };
    };
    // That nothing is left to be put back is the last chance to put it back: it is asked twice.
    const first = await look();
    const seen = first?.left.length === 0 && leaves.length > 0 ? await look() : first;
    if (!seen) return;
    const { live, left } = seen;
    keepHidden(leaves, live, before.facts.secrets);
    refuseMoved(what, `GET ${document.path}`, leaves, live, before.values, target, resolved);
    const body: Record<string, unknown> = {};
    const stays = new Set<Leaf>();
    for (const leaf of left) {
      const value = before.facts.before![leaf.name] ?? (isList(leaf.field) ? [] : null);
      if (value === null && !canBeNull(definition, leaf)) {
        session.note(
          `${leaf.name} of ${what} was not set before, and stays as it is: iconik has no empty value for it`,
        );
        stays.add(leaf);
        continue;
      }
      if (leaf.wire.length > 1) body[leaf.wire[0]!] ??= { ...(live[leaf.wire[0]!] as object | null) };
      put(body, leaf.wire, value);
    }
    if (Object.keys(body).length === 0) return;
    await changing(
      session,
      definition,
      before,
      left.filter((leaf) => !stays.has(leaf)),
      live,
    );
    await patch(session, definition, document, live, body, before.facts.mustKeep);
    const restored = leaves.filter((leaf) => !stays.has(leaf));
    const now = await eventually(session, () => load(session, document), {
      good: (now) => differing(restored, now, target, resolved).length === 0,
    });
    refuseNotStored(what, `GET ${document.path}`, restored, now, target, resolved);
  });
}

/** Tells what is about to be overwritten, and of whose document. */
function changing(
  session: Session,
  definition: PartKind,
  { id, values: described, facts }: Stored,
  leaves: readonly Leaf[],
  live: Live,
): Promise<void> {
  const { values, hidden } = overwritten(leaves, live, facts.resolved);
  const by = definition.documents.flatMap(({ by }) =>
    by !== undefined && described[by] !== undefined ? [[by, id] as const] : [],
  );
  return session.changing({
    does: "update",
    definition,
    id,
    values: { ...Object.fromEntries(by.slice(0, 1)), ...values },
    hidden,
    secrets: facts.secrets ?? [],
  });
}

/** Writes, unless Shield would then let nobody in to mend it. Lists that count together are written one by one. */
async function patch(
  session: Session,
  definition: PartKind,
  document: Document,
  live: Live,
  body: Live,
  kept?: readonly string[],
): Promise<void> {
  const { path, parameters, id } = document;
  forgetDocuments(session);
  const write = (part: Live) => session.client.call(`PATCH ${path}`, { path: parameters, body: part });
  if (!touchesShield(body)) return void (await write(body));
  await session.exclusive("shield", async () => {
    const change = { what: nameOf(definition, document), path, id, kept };
    await refuseLockOut(session, definition, { ...change, live, body });
    const { enable_shield: enabled, ...rest } = body;
    if (enabled !== true || Object.keys(rest).length === 0) return void (await write(body));
    // Switched on last, and only when the list is there that it will go by.
    await write(rest);
    const now = await eventually(session, () => load(session, document), { good: (now) => holdsList(now, rest) });
    await refuseLockOut(session, definition, { ...change, live: now, body: { enable_shield: true } });
    await write({ enable_shield: true });
  });
}

/** Are all addresses there that were written? */
const holdsList = (now: Live, { allowed_ips: sent = [] }: Live): boolean =>
  (sent as Live[]).every(({ ip, app_id }) =>
    listOf(now).some(
      (entry) =>
        canonicalAddress(entry.ip) === canonicalAddress(ip) &&
        (entry.application ?? undefined) === (app_id ?? undefined),
    ),
  );

function canBeNull(definition: PartKind, { path: [name, inner], field }: Leaf): boolean {
  return inner === undefined
    ? isClearable(definition, name!)
    : innerSchema(fieldSchema(definition, name!), inner, field).clearable;
}

async function sync(session: Session, definition: PartKind, before: Stored, desired: Desired): Promise<Stored> {
  const wanted = desired.values;
  const { resolved } = before.facts;
  const document = documentOf(definition, wanted, resolved);
  const what = nameOf(definition, document);
  const leaves = owned(definition.fields, wanted);
  return session.exclusive(lock(document), async () => {
    own(session.owners, things(definition, document.id, wanted), before.facts.takeover);
    const live = await present(session, document);
    if (!live) {
      const message = `${document.owner?.kind} ${document.id} is not in iconik, so it has no settings. Run pulumi refresh, or check whose settings are described`;
      throw new IconikError({ code: "not-found", operation: `GET ${document.path}`, status: 404, message });
    }
    keepHidden(leaves, live, before.facts.secrets);
    refuseMoved(what, `GET ${document.path}`, leaves, live, before.values, wanted, resolved);
    const recorded = before.facts.before ?? {};
    const record = (leaf: Leaf) =>
      Object.hasOwn(recorded, leaf.name) ? recorded[leaf.name] : (get(live, leaf.wire) ?? null);
    const stored: Stored = {
      ...before,
      id: document.id,
      values: wanted,
      facts: { ...before.facts, before: Object.fromEntries(leaves.map((leaf) => [leaf.name, record(leaf)])) },
    };
    const changed = toSend(leaves, live, before.values, wanted, resolved);
    if (changed.length > 0) {
      const body = bodyOf(definition, definition.fields, changed, wanted, resolved, live);
      let now = live;
      await changing(session, definition, stored, changed, live);
      try {
        await patch(session, definition, document, live, body);
        now = await eventually(session, () => load(session, document), {
          good: (now) => differing(changed, now, wanted, resolved).length === 0,
        });
        refuseNotStored(what, `GET ${document.path}`, changed, now, wanted, resolved);
      } catch (error) {
        if (didNotAct(error)) throw error;
        // Something may have been written: what was there before must not be forgotten.
        const pending = changed.map((leaf) => leaf.name);
        throw new Unfinished(
          {
            ...stored,
            values: inWords(definition, now, { ...stored, values: wanted }),
            facts: { ...stored.facts, pending },
          },
          error,
        );
      }
    }
    const { pending: _, ...facts } = stored.facts;
    return { ...stored, facts: { ...facts, resolved: resolvedIn(definition.fields, wanted, resolved) } };
  });
}
