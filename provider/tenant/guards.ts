/**
 * All that guards have to say against a description, before anything of it is written: the same rules that the engine
 * holds to at each single write, over all of it taken together.
 */

import type { ObjectKind, PartKind, Values } from "../definition";
import {
  accessRefusals,
  emptiedRefusals,
  grantingIn,
  grantRefusals,
  objectOf,
  rightsRefusals,
  rolesIn,
} from "../engine/guards/changes";
import { capRefusals, onlyNamed, ownApplication, permitFor, reasons, type Besides } from "../engine/guards/deletion";
import type { Pointer } from "../engine/guards/pointers";
import { endless, guardsFrom, type Exception, type Guards } from "../engine/guards/exceptions";
import { standing, type Refusal } from "../engine/guards/refusal";
import { everyone, readShield, shieldRefusals, type List } from "../engine/guards/shield";
import { isGranting, takenBy, type Granting, type RightsChange } from "../engine/guards/rights";
import { IconikError } from "../engine/errors";
import { idOf } from "../engine/paths";
import { observe } from "../engine/satellites";
import type { Session } from "../engine/session";
import { idToAdopt } from "../engine/stored";
import { memberOf, type Access, type Live } from "../engine/values";
import { kinds } from "../kinds";
import type { Desired, DesiredResource, Expiry, Later, Ref } from "./desired";

export type { Refusal } from "../engine/guards/refusal";

/** An object that is to be deleted. */
export interface Doomed {
  kind: string;
  label: string;
  id: string;
}

export interface Planned {
  /** What the change deletes, as far as it is known; undefined: it is not, and each deletion is guarded when it comes. */
  deleted?: readonly Doomed[];
  /** What earlier runs deleted in the last 24 hours. */
  recently?: readonly Pick<Doomed, "kind" | "label">[];
  /** What the stack has already, by logical name: it is the same whatever it is called. */
  owned?: { had: readonly { kind: string; id: string; name: string }[] };
}

type Described = { later: Later; resources: readonly Pick<DesiredResource, "kind" | "name" | "inputs">[] };

/** What the description says of guards, as the engine takes it. */
export const guardsOf = (described: Described): Guards =>
  guardsFrom({ ...described.later.guards, allow: exceptionsIn(described) });

/**
 * What the description permits. What ends by its date is no slip, so it may leave a group without roles, or a list empty,
 * where there was nothing else.
 */
export const exceptionsIn = ({ later: { allow, expires }, resources }: Described): object[] => [
  ...allow.map(({ values }) => values),
  ...[
    ...Map.groupBy(
      expires.filter(({ over }) => over),
      ({ of }) => `${kinds[of.kind]!.section}/${of.label}`,
    ),
  ].map(([empty, some]) => {
    const last = some
      .map(({ until }) => until)
      .sort()
      .at(-1)!;
    return {
      empty,
      reason: `what ended on ${last}`,
      until: endless,
      only: some.flatMap((one) => lostBy(one, resources)),
    };
  }),
];

/** What is lost by an end: roles, or who is in an access list, by the name that the tenant has. */
function lostBy({ what, value, part }: Expiry, resources: Described["resources"]): string[] {
  if (what !== "access") return [value];
  return Object.entries(part.access as Access).flatMap(([sort, entries]) =>
    entries.map((entry) => {
      const member = memberOf(entry) as string | { ref?: Ref; existing?: string };
      if (typeof member === "string") return `${sort}/${member}`;
      const described = resources.find(({ kind, name }) => kind === member.ref?.kind && name === member.ref.name);
      return `${sort}/${member.existing ?? String(described?.inputs[(kinds[described.kind] as ObjectKind).key] ?? "")}`;
    }),
  );
}

/**
 * What guards refuse of a description, all at once. Only reads. What exceptions permit is told by `session.note` and is
 * not among it; the exceptions are those of the session (`guards`, and the environment's in its settings).
 * @throws IconikError when what a guard needs could not be read.
 */
export async function guardRefusals(
  session: Session,
  desired: Pick<Desired, "resources">,
  planned: Planned = {},
): Promise<Refusal[]> {
  return standing(session, await allRefusals(session, desired, planned));
}

/** The same with those that exceptions permit. */
export async function allRefusals(
  session: Session,
  { resources }: Pick<Desired, "resources">,
  planned: Planned = {},
): Promise<Refusal[]> {
  const live = liveOf(session, resources, planned.owned);
  return [
    ...(await ofShield(session, resources, live)),
    ...(await ofRights(session, resources, live, planned)),
    ...(await ofAccess(session, resources, live)),
    ...(await ofDeletion(session, resources, live, planned)),
  ];
}

/** What is there already of what is described: by its id, where the stack or the description has it, by name, or by a former name. */
type LiveOf = (
  resource: Pick<DesiredResource, "kind" | "name" | "inputs" | "formerly" | "options">,
) => Promise<Live | undefined>;

function liveOf(
  session: Session,
  resources: readonly DesiredResource[],
  { had }: NonNullable<Planned["owned"]> = { had: [] },
): LiveOf {
  const ids = new Map(had.map(({ kind, name, id }) => [`${kind}/${name}`, id]));
  const taken = new Set(
    resources.map(({ kind, inputs }) => `${kind}/${String(inputs[(kinds[kind] as ObjectKind).key])}`),
  );
  return async ({ kind, name, inputs, formerly, options: { adopt } }) => {
    const definition = kinds[kind] as ObjectKind;
    const inventory = session.inventory(definition);
    const byId =
      [name, ...formerly].map((one) => ids.get(`${kind}/${one}`)).find((id) => id !== undefined) ?? idToAdopt(adopt);
    const found =
      byId === undefined ? undefined : (await inventory.all()).find((item) => idOf(definition, item) === byId);
    if (found) return whole(session, definition, found);
    for (const name of [inputs[definition.key], ...formerly.filter((former) => !taken.has(`${kind}/${former}`))]) {
      const [item] = await inventory.named(String(name));
      if (item) return whole(session, definition, item);
    }
    return undefined;
  };
}

/** Lists may leave out what a guard looks at. */
const whole = async (session: Session, definition: ObjectKind, item: Live): Promise<Live | undefined> =>
  isGranting(definition.kind) && !Array.isArray(item.roles)
    ? session.reader(definition).present({ id: idOf(definition, item), what: definition.kind })
    : item;

// Shield

async function ofShield(session: Session, resources: readonly DesiredResource[], live: LiveOf): Promise<Refusal[]> {
  const lists = resources.filter(({ kind }) => kind === "ShieldAllowList");
  if (lists.length === 0 && session.guards.mustKeep.length === 0) return [];
  const read = await readShield(session, kinds.ShieldAllowList as PartKind).catch((error: unknown) => {
    // What nothing is done about need not be readable.
    if (lists.length > 0 || !(error instanceof IconikError) || error.code !== "forbidden") throw error;
    return error;
  });
  if (read instanceof IconikError) return session.guards.mustKeep.map((one) => unreadShield(one, read.message));
  const { before, inside } = read;
  const find = async (form: unknown, of: string[]): Promise<string | undefined> => {
    if (typeof form === "string") return form;
    const { ref, existing } = form as { ref?: Ref; existing?: string };
    if (existing !== undefined) return idNamed(session, of, existing);
    const resource = resources.find(({ kind, name }) => kind === ref?.kind && name === ref.name);
    const item = resource && (await live(resource));
    return item && idOf(kinds[resource.kind] as ObjectKind, item);
  };
  const after = new Map(before.lists);
  let enabled = before.enabled;
  for (const { inputs } of lists) {
    const whose = inputs.group ?? inputs.team;
    // What is not there yet has no members, and an application that is not there yet is not the one that runs this.
    const id = whose === undefined ? everyone : await find(whose, [inputs.group === undefined ? "Team" : "UserGroup"]);
    if (id !== undefined) after.set(id, await entriesOf(inputs, (form) => find(form, ["Application"])));
    if (typeof inputs.enabled === "boolean") enabled = inputs.enabled;
  }
  const refusals = shieldRefusals(before, { enabled, lists: after }, inside);
  const touches =
    enabled !== before.enabled || [...before.lists].some(([id, list]) => inText(list) !== inText(after.get(id)!));
  return touches ? refusals.map(({ told: _, ...one }) => one) : refusals;
}

const unreadShield = (address: string, why: string): Refusal => ({
  guard: "addresses",
  object: "shield/everyone",
  unknown: true,
  told: true,
  message: `guards.mustKeep names ${address}, and whether iconik Shield lets it in is not known (${why})`,
  allow: [{ verb: "lockOut", target: address }],
});

const inText = (list: List): string =>
  list
    .map(({ ip, application = null }) => JSON.stringify([ip, application]))
    .sort()
    .join();

const entriesOf = (inputs: Values, find: (form: unknown) => Promise<string | undefined>): Promise<List> =>
  Promise.all(
    ((inputs.addresses ?? []) as { ip: string; application?: unknown }[]).map(async ({ ip, application }) => ({
      ip,
      application: application === undefined ? undefined : ((await find(application)) ?? "not there yet"),
    })),
  );

async function idNamed(session: Session, of: readonly string[], name: string): Promise<string | undefined> {
  for (const kind of of) {
    const [item] = await session.inventory(kinds[kind] as ObjectKind).named(name);
    if (item) return idOf(kinds[kind] as ObjectKind, item);
  }
  return undefined;
}

// Rights

async function ofRights(
  session: Session,
  resources: readonly DesiredResource[],
  live: LiveOf,
  { deleted = [] }: Planned,
): Promise<Refusal[]> {
  const changes: (RightsChange & { kind: Granting })[] = [];
  for (const resource of resources) {
    const { kind, label, inputs } = resource;
    if (!isGranting(kind) || inputs.roles === undefined) continue;
    const definition = kinds[kind] as ObjectKind;
    const item = await live(resource);
    const what = `${kind} ${JSON.stringify(inputs[definition.key])}`;
    changes.push({
      kind,
      id: item ? idOf(definition, item) : "",
      object: objectOf(definition, label),
      what,
      before: rolesIn(item),
      after: rolesIn(inputs),
    });
  }
  for (const { kind, label, id } of deleted) {
    if (!isGranting(kind)) continue;
    const definition = kinds[kind] as ObjectKind;
    const item = await session.reader(definition).present({ id, what: `${kind} ${id}` });
    if (item)
      changes.push({
        kind,
        id,
        object: objectOf(definition, label),
        what: `${kind} ${JSON.stringify(item[definition.key])}`,
        before: rolesIn(item),
        after: undefined,
      });
  }
  const there = changes.filter((change) => change.id !== "" && takenBy(change.kind, change));
  const kindsOfThem = [...new Set(there.map(({ kind }) => kind))];
  const rights = await Promise.all(
    kindsOfThem.map((kind) =>
      rightsRefusals(
        session,
        kind,
        there.filter((change) => change.kind === kind),
      ),
    ),
  );
  return [...(await grantRefusals(session, changes)), ...emptiedRefusals(there), ...rights.flat()];
}

// Access lists

async function ofAccess(session: Session, resources: readonly DesiredResource[], live: LiveOf): Promise<Refusal[]> {
  const emptied = resources.filter(
    ({ inputs: { access } }) => typeof access === "object" && access !== null && grantingIn(access) === 0,
  );
  const found = await Promise.all(
    emptied.map(async (resource) => {
      const definition = kinds[resource.kind] as ObjectKind;
      const item = await live(resource);
      if (!item) return [];
      const what = `${resource.kind} ${JSON.stringify(resource.inputs[definition.key])}`;
      const place = {
        session,
        definition,
        id: idOf(definition, item),
        what,
        name: "access",
        field: definition.fields.access!,
        resolved: {},
        live: item,
      };
      return accessRefusals(session, objectOf(definition, resource.label), what, [
        ["access", await observe(place, resource.inputs.access), resource.inputs.access],
      ]);
    }),
  );
  return found.flat();
}

// Deletions

async function ofDeletion(
  session: Session,
  resources: readonly DesiredResource[],
  live: LiveOf,
  { deleted = [], recently = [] }: Planned,
): Promise<Refusal[]> {
  if (deleted.length === 0) return [];
  const refusals: Refusal[] = [];
  const besides: Besides = {
    gone: new Set(deleted.map(({ id }) => id)),
    stays: await staying(resources, live, deleted),
  };
  for (const [kind, doomed] of Map.groupBy(deleted, ({ kind }) => kind)) {
    const definition = kinds[kind] as ObjectKind;
    const all = await session
      .inventory(definition)
      .all()
      .catch((error: unknown) => {
        if (!(error instanceof IconikError)) throw error;
        const message = `how many ${definition.section} there are could not be read in full (${error.message}), and without that nothing is deleted`;
        throw new IconikError({ code: "guarded", operation: error.operation, message, cause: error });
      });
    const there = doomed
      .filter(({ id }) => all.some((item) => idOf(definition, item) === id))
      .map(({ label, id }) => ({ id, object: objectOf(definition, label), what: `${kind} ${JSON.stringify(label)}` }));
    const before = recently.filter((one) => one.kind === kind).length;
    const since = before > 0 ? "within 24 hours" : "in this run";
    // What is named does not count, and is told where it would, beside the reason of the exceptions that name it.
    for (const [why, some] of Map.groupBy(there, ({ object }) => reasonOf(permitFor(session, object)))) {
      const others = why === undefined ? 0 : there.length - some.length;
      refusals.push(
        ...capRefusals(
          definition.section,
          some.map(({ object }) => object),
          all.length + before,
          { before: before + others, since },
        ),
      );
    }
    for (const one of there) {
      refusals.push(...ownApplication(session, one));
      const why = await reasons(session, definition, one, besides);
      refusals.push(...onlyNamed(one, why));
    }
  }
  return refusals;
}

const reasonOf = (permit: Exception | undefined): string | undefined =>
  permit && JSON.stringify([permit.reason, permit.until]);

/** Pointers that the change leaves as they are: not those of what is deleted too, nor those that are written anew. */
async function staying(
  resources: readonly DesiredResource[],
  live: LiveOf,
  deleted: readonly Doomed[],
): Promise<(pointer: Pointer) => boolean> {
  const ends = new Set(deleted.map(({ kind, id }) => `${kind}/${id}`));
  const written = new Set<string>();
  for (const resource of resources) {
    const { kind, inputs } = resource;
    const definition = kinds[kind]!;
    const [holder, item] =
      definition.shape === "object" ? [kind, await live(resource)] : await ownerOf(resource, resources, live);
    const id =
      item && holder !== kind
        ? idOf(kinds[holder] as ObjectKind, item)
        : item
          ? idOf(definition as ObjectKind, item)
          : "";
    for (const field of Object.keys(inputs)) written.add(`${holder}/${id}/${field}`);
  }
  return ({ holder, id, field }) =>
    !ends.has(`${holder}/${id}`) && !written.has(`${holder}/${id}/${field.split(".")[0]}`);
}

/** The described group or team whose settings they are; of the tenant's own nobody. */
async function ownerOf(
  { kind, inputs }: DesiredResource,
  resources: readonly DesiredResource[],
  live: LiveOf,
): Promise<[holder: string, item: Live | undefined]> {
  for (const { by } of (kinds[kind] as PartKind).documents) {
    const ref = by === undefined ? undefined : (inputs[by] as { ref?: Ref } | undefined)?.ref;
    const owner = ref && resources.find((other) => other.kind === ref.kind && other.name === ref.name);
    if (owner) return [owner.kind, await live(owner)];
  }
  return [kind, undefined];
}
