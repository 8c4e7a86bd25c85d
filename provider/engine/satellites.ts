/**
 * Fields whose value lives at a path of its own. Each shape is read and written here once; which field has which
 * shape stands in its definition.
 */

import { fieldsOf, type Definition, type Field, type ObjectKind, type Satellite, type Values } from "../definition";
import { kinds } from "../kinds";
import { lowerCamel, wireName } from "../naming";
import { IconikError, isMissing } from "./errors";
import { show } from "./leaves";
import { accessPath, groupPath, idParameter, userPath } from "./paths";
import type { Session } from "./session";
import {
  decode,
  decodePermission,
  encode,
  encodePermission,
  formKey,
  memberField,
  memberOf,
  same,
  satellitesOf,
  type Access,
  type AccessEntry,
  type Live,
  type Resolved,
} from "./values";

/** One satellite of one object. */
export interface Place {
  session: Session;
  definition: ObjectKind;
  id: string;
  /** What people call the object, for messages. */
  what: string;
  name: string;
  field: Field;
  resolved: Resolved;
  /** The object as it was last read. */
  live: Live;
  /** Something of it may have been written in this run. */
  begun?: boolean;
}

/** What the satellite is now, as people would write it. `wanted` says which sorts of an access list matter, `last` what it was. */
export function observe(place: Place, wanted?: unknown, last?: unknown): Promise<unknown> {
  const via = place.field.via as Satellite;
  switch (via.shape) {
    case "toggle":
      return Promise.resolve(place.live[wireName(place.name, place.field) as string] === true);
    case "document":
      return readDocument(place, via.path, last);
    case "accessList":
      return readAccess(place, via, wanted as Access | undefined);
    case "token":
      return Promise.resolve(undefined); // never shown again: see tokens
  }
}

/** Makes the satellite so, given what it is now. What was written is read back by the caller. */
export async function write(place: Place, wanted: unknown, now: unknown): Promise<void> {
  const via = place.field.via as Satellite;
  switch (via.shape) {
    case "toggle":
      return writeToggle(place, via, wanted === true);
    case "document": {
      const path = { [idParameter(via.path)]: place.id };
      if (wanted === false) await place.session.client.call(`DELETE ${via.path}`, { path });
      else
        await place.session.client.call(`POST ${via.path}`, {
          path,
          body: encode(place.field, wanted, place.resolved),
        });
      return;
    }
    case "accessList":
      return writeAccess(place, via, wanted as Access, now as Access);
    case "token":
      return;
  }
}

/** Is the satellite in the state that it has on an object just made? */
export const isUnset = (value: unknown): boolean =>
  value === undefined ||
  value === false ||
  (typeof value === "object" &&
    value !== null &&
    Object.values(value).every((sort) => Array.isArray(sort) && sort.length === 0));

/** Access lists are compared sort by sort: a sort that is not written is not ours. */
export function sameSatellite(field: Field, live: unknown, wanted: unknown, resolved: Resolved): boolean {
  if (field.type !== "access")
    return live === wanted || (live !== false && wanted !== false && same(field, live, wanted, resolved));
  return Object.keys((wanted ?? {}) as Access).every((sort) =>
    same(
      field,
      { [sort]: (live as Access)?.[sort as keyof Access] ?? [] },
      { [sort]: (wanted as Access)[sort as keyof Access] },
      resolved,
    ),
  );
}

async function readDocument(place: Place, path: string, last: unknown): Promise<unknown> {
  try {
    const { body } = await place.session.client.call<Live>(`GET ${path}`, { path: { [idParameter(path)]: place.id } });
    return decode(place.field, body, place.resolved);
  } catch (error) {
    if (!isMissing(error)) throw error;
    // 404 is how it says "off". Where it was on, that is asked twice.
    return last === undefined || last === false ? false : readDocument(place, path, false);
  }
}

async function writeToggle(place: Place, via: Extract<Satellite, { shape: "toggle" }>, on: boolean): Promise<void> {
  const { client } = place.session;
  const path = { [idParameter(via.path)]: place.id };
  if (on) {
    await client.call(`POST ${via.path}`, { path });
    return;
  }
  if (via.claims) {
    const [parameter, whose] = [idParameter(via.claims), String(place.live[idParameter(via.claims)])];
    // Whoever takes the place in this run takes it first: it is not empty in between.
    await Promise.all(place.session.claims.get(claimOf(via.claims, whose)) ?? []);
    try {
      const { body } = await client.call<Live>(`GET ${via.claims}`, { path: { [parameter]: whose } });
      // Another object has it. Whether that took it from this one is not documented.
      if (body.id !== place.id && !(await isOn(place))) return;
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
  }
  await client.call(`DELETE ${via.path}`, { path });
}

async function isOn({ session, definition, id, name, field }: Place): Promise<boolean> {
  const { body } = await session.client.call<Live>(`GET ${definition.path}`, {
    path: { [idParameter(definition.path)]: id },
  });
  return body[wireName(name, field) as string] === true;
}

const claimOf = (path: string, whose: string): string => `${path}/${lowerCamel(whose)}`;

/** Does the work; meanwhile those who are to give up a place know that these values claim it. */
export async function claiming<T>(
  session: Session,
  definition: Definition,
  values: Values,
  work: () => Promise<T>,
): Promise<T> {
  const places = satellitesOf(fieldsOf(definition, values)).flatMap(([name, { via }]) =>
    via?.shape === "toggle" && via.claims && values[name] === true
      ? [claimOf(via.claims, String(values[idParameter(via.claims)]))]
      : [],
  );
  const done = work();
  const settled = done.catch(() => undefined);
  for (const place of places) session.claims.set(place, (session.claims.get(place) ?? new Set()).add(settled));
  await settled;
  for (const place of places) session.claims.get(place)!.delete(settled);
  return done;
}

// Access lists

type AccessSatellite = Extract<Satellite, { shape: "accessList" }>;

/**
 * What iconik may call ACL templates where it asks for an object's type: not documented, so they are tried in order.
 * `templates` cannot be it: the list of that type would stand where the template itself does.
 */
const objectTypesOfTemplates = ["acl_templates", "acl_template", "template"];

/** A call with the object type that this tenant takes. One that is refused is followed by the next candidate. */
async function withObjectType<T>(
  { session, what }: Place,
  via: AccessSatellite,
  call: (type: string) => Promise<T>,
): Promise<T> {
  if (typeof via.objectType === "string") return call(via.objectType);
  // Once it is known, a refusal means something else.
  if (session.aclTemplateObjectType !== undefined) return call(session.aclTemplateObjectType);
  const { aclTemplateObjectType: given } = session.settings;
  const types = given === undefined ? objectTypesOfTemplates : [given];
  let first: IconikError | undefined;
  for (const type of types) {
    try {
      const answer = await call(type);
      session.aclTemplateObjectType = type;
      return answer;
    } catch (error) {
      const refused =
        error instanceof IconikError &&
        (error.status === 400 || (error.status === 404 && error.operation === `GET ${accessPath}`));
      if (!refused) throw error;
      first ??= error;
    }
  }
  const { operation, status, message: said } = first!;
  const message = `this tenant takes entries of ${what} under none of the object types ${types.join(", ")}, and iconik does not document its word (${said}). Set iconik:aclTemplateObjectType to the word that it uses`;
  throw new IconikError({ code: "unsupported", operation, status, message, cause: first });
}

async function readAccess(place: Place, via: AccessSatellite, wanted: Access | undefined): Promise<Access> {
  const operation = `GET ${accessPath}`;
  const { body } = await withObjectType(place, via, (type) =>
    place.session.client.call<Live>(operation, { path: { object_type: type, object_key: place.id } }),
  );
  const { userId } = await place.session.caller();
  if (userId === undefined && wanted?.users !== undefined) {
    const message = `iconik did not say whom the token acts for, so the entry that it makes for whoever makes ${place.what} cannot be told from others. Run again`;
    throw new IconikError({ code: "bad-answer", operation: "GET /API/auth/v1/auth/token/", message });
  }
  const groups: AccessEntry[] = [];
  const teams: AccessEntry[] = [];
  for (const entry of (body.groups_acl ?? []) as Live[]) {
    const permissions = (entry.permissions as string[]).map(decodePermission).sort();
    if (permissions.length === 0) continue;
    if (await isTeam(place, String(entry.group_id), wanted)) {
      teams.push({ team: decode(memberField("teams"), entry.group_id, place.resolved), permissions });
    } else groups.push({ group: decode(memberField("groups"), entry.group_id, place.resolved), permissions });
  }
  const written = new Set((wanted?.users ?? []).map((entry) => idOfMember("users", entry, place.resolved)));
  const users = ((body.users_acl ?? []) as Live[])
    // Whoever makes an object gets an entry of their own (help page: ACLs); ours is left alone unless it is written.
    .filter((entry) => entry.permissions.length > 0 && (entry.user_id !== userId || written.has(String(entry.user_id))))
    .map((entry) => ({
      user: decode(memberField("users"), entry.user_id, place.resolved),
      permissions: (entry.permissions as string[]).map(decodePermission).sort(),
    }));
  return { groups, teams, users };
}

/**
 * Teams stand among the groups of an access list, and only lists tell them apart: that of teams, or where teams are not
 * spoken of, that of groups, since older tenants have no other.
 */
async function isTeam(place: Place, id: string, wanted: Access | undefined): Promise<boolean> {
  const isNamed = (sort: "groups" | "teams") =>
    wanted?.[sort]?.some((entry) => idOfMember(sort, entry, place.resolved) === id);
  if (isNamed("teams")) return true;
  if (isNamed("groups")) return false;
  if (wanted?.teams !== undefined) return (await place.session.teams()).has(id);
  if (wanted?.groups === undefined) return false;
  return !(await place.session.inventory(kinds.UserGroup as ObjectKind).all()).some((group) => group.id === id);
}

const idOfMember = (sort: keyof Access, entry: AccessEntry, resolved: Resolved): string => {
  const form = memberOf(entry);
  const key = formKey(memberField(sort), form);
  return key === undefined ? String(form) : resolved[key]!;
};

async function writeAccess(place: Place, via: AccessSatellite, wanted: Access, live: Access): Promise<void> {
  const { client } = place.session;
  const removals: (() => Promise<unknown>)[] = [];
  for (const sort of Object.keys(wanted) as (keyof Access)[]) {
    const path = sort === "users" ? userPath : groupPath;
    const parameter = idParameter(path);
    const send = (method: "PUT" | "DELETE", entry: AccessEntry, body?: object) =>
      withObjectType(place, via, (type) =>
        client.call(`${method} ${path}`, {
          path: { [parameter]: idOfMember(sort, entry, place.resolved), object_type: type, object_key: place.id },
          body,
        }),
      );
    const held = new Map((live[sort] ?? []).map((entry) => [idOfMember(sort, entry, place.resolved), entry]));
    for (const entry of wanted[sort] ?? []) {
      const id = idOfMember(sort, entry, place.resolved);
      const has = held.get(id);
      held.delete(id);
      if (has && show([...has.permissions].sort()) === show([...entry.permissions].sort())) continue;
      await send("PUT", entry, { permissions: entry.permissions.map(encodePermission) });
    }
    for (const entry of held.values()) removals.push(() => send("DELETE", entry));
  }
  // Widened first, narrowed last: nobody is without access in between.
  for (const remove of removals) await remove();
}
