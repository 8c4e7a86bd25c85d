/**
 * What all kinds of objects have in common: list, make, read, change, delete. A kind states where it lives and what is
 * special about it; the contract says which operations it has and what each of them shows.
 */
import { contract, type JsonSchema, type OperationKey } from "../contract";
import { answer, type Call, type Handler, type Item } from "./call";
import { page } from "./lists";
import type { Kind, Tenant } from "./tenant";
import { plain, shown } from "./validation";

export interface Collection {
  kind: Kind;
  /** Where it is listed and made: `/API/files/v1/storages/`. */
  path: string;
  /** The last part of an object's own path: `{storage_id}`. */
  item: string;
  /** What an error calls it. */
  noun: string;
  /** Property under which objects are kept, where that is not `id`. */
  key?: string;
  /** Properties that a PUT leaves alone although it may set them. */
  kept?: readonly string[];
  /** Runs before anything else on every call: to refuse. */
  gate?(call: Call): void;
  /** The object as it will be stored; refuses what iconik would. `before`: only when it exists already. */
  settle?(call: Call, after: Item, before: Item | undefined): Item;
  /** The object is stored. */
  created?(call: Call, object: Item): void;
  /** The object is about to go; refuses what iconik would. */
  removing?(call: Call, object: Item): void;
  /** The object as answers show it, before the contract cuts it to shape. */
  show?(call: Call, object: Item): Item;
}

/** The handlers of a collection, for those operations that the contract has. */
export function collection(of: Collection): Record<OperationKey, Handler> {
  const key = of.key ?? "id";
  const item = `${of.path}${of.item}/`;
  const idOf = (call: Call) => call.path[of.item.slice(1, -1)]!;
  const view = (call: Call, object: Item) => present(call, of.show?.(call, object) ?? object);
  const change =
    (combine: (call: Call, before: Item) => Item): Handler =>
    (call) => {
      of.gate?.(call);
      const before = call.tenant.get(of.kind, idOf(call), of.noun);
      const combined = { ...combine(call, before), date_modified: call.tenant.time() };
      const after = of.settle?.(call, combined, before) ?? combined;
      return answer(call, view(call, call.tenant.replace(of.kind, before[key], after)));
    };
  const handlers: Record<OperationKey, Handler> = {
    [`GET ${of.path}`](call) {
      of.gate?.(call);
      return answer(
        call,
        page(call, call.tenant.listed(of.kind), (object) => view(call, object), key),
      );
    },
    [`POST ${of.path}`](call) {
      of.gate?.(call);
      const made = of.settle?.(call, call.body, undefined) ?? call.body;
      const object = call.tenant.insert(of.kind, made, of.key && made[of.key]);
      call.tenant.justCreated(of.kind, object[key]);
      of.created?.(call, object);
      return answer(call, view(call, object));
    },
    [`GET ${item}`](call) {
      of.gate?.(call);
      return answer(call, view(call, call.tenant.read(of.kind, idOf(call), of.noun)));
    },
    [`PATCH ${item}`]: change((call, before) => ({ ...before, ...call.body })),
    [`PUT ${item}`]: change((call, before) => afterPut(call, before, of.kept ?? [])),
    [`DELETE ${item}`](call) {
      of.gate?.(call);
      const object = call.tenant.get(of.kind, idOf(call), of.noun);
      of.removing?.(call, object);
      call.tenant.remove(of.kind, object[key]);
      return answer(call);
    },
  };
  return Object.fromEntries(Object.entries(handlers).filter(([operation]) => operation in contract.operations));
}

/** What a PUT leaves: with `put: "clear"`, nothing of what a body may carry and this one does not. */
export function afterPut(call: Call, before: Item, kept: readonly string[]): Item {
  if (call.tenant.switches.put === "keep") return { ...before, ...call.body };
  const properties = plain(contract.operations[call.key]!.body!).properties ?? {};
  const stays = (name: string) => !properties[name] || properties[name].readOnly || kept.includes(name);
  return { ...Object.fromEntries(Object.entries(before).filter(([name]) => stays(name))), ...call.body };
}

/** The object as the contract lets this operation show it. */
export function present(call: Call, object: Item): Item {
  const answer = cut(call.tenant, shown(call.key), object);
  return call.tenant.switches.laterProperties === "some" ? { ...answer, is_added_later: true } : answer;
}

function cut(tenant: Tenant, schema: JsonSchema, object: Item): Item {
  const properties = schema.properties ?? {};
  const answer: Item = {};
  for (const [name, property] of Object.entries(properties)) {
    if (property.writeOnly) continue;
    if (object[name] !== undefined) answer[name] = object[name];
    else {
      const value = unset(property, tenant.switches.unsetProperties);
      if (value !== undefined) answer[name] = value;
    }
  }
  if (tenant.switches.unknownProperties === "store") {
    for (const [name, value] of Object.entries(object)) if (isForeign(name)) answer[name] = value;
  }
  return answer;
}

/** Neither known to the contract nor the sandbox's own note: what a client has put there. */
function isForeign(name: string): boolean {
  return !known.has(name) && !name.startsWith("sandbox_");
}

const known = new Set(Object.values(contract.schemas).flatMap((schema) => Object.keys(schema.properties ?? {})));

function unset(property: JsonSchema, form: Tenant["switches"]["unsetProperties"]): unknown {
  if (form === "omit" || property.readOnly) return undefined;
  const types = [property.type ?? property.anyOf?.map((part) => part.type)].flat(2);
  if (types.includes("null")) return null;
  if (form === "null") return undefined;
  if (property.type === "boolean") return false;
  if (property.type === "array") return [];
  return property.type === "string" && !property.format && !property.enum ? "" : undefined;
}
