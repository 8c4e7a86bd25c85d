/** Which roles a description takes, and for what. The calls are the engine's, the roles are those of iconik's contract. */

import { contract } from "../../contract";
import { fieldsOf, type ObjectKind, type Values } from "../../definition";
import { isRead } from "../../engine/client";
import { readBeforeDeleting } from "../../engine/guards/readings";
import { operationsOf } from "../../engine/operations";
import { formsIn, type Access } from "../../engine/values";
import { collectionOf } from "../../field-schema";
import { kinds } from "../../kinds";
import type { Picture } from "../../tenant/picture";

/**
 * `preview`: what Pulumi's previews and refreshes take; `apply`: to make it so; `whole`: to read all of the tenant, as
 * review --live, drift, compare and export do; `delete`: once an object is taken out of the file.
 */
export type Purpose = "preview" | "apply" | "whole" | "delete";

/** A call, and the objects for which it is made, as section/label. */
export interface Use {
  for: Purpose;
  /** Method and path of iconik's API. */
  operation: string;
  objects: string[];
}

export interface Need {
  role: string;
  /** The first for which it is needed: what a preview takes, applying takes too. */
  for: Purpose;
  calls: Use[];
  /** Objects that grant the role to others, as section/label: nobody can give what they do not have. */
  grantedBy: string[];
}

export interface Needs {
  /** By role, sorted. */
  roles: Need[];
  /** Calls that change something and for which iconik's contract names no role. */
  unnamed: Use[];
  /** Roles that deleting takes, whatever else they are needed for. */
  deleting: ReadonlySet<string>;
}

export const purposes: readonly Purpose[] = ["preview", "apply", "whole", "delete"];

export function needsOf({ resources, tenant, provision }: Pick<Picture, "resources" | "tenant" | "provision">): Needs {
  const needs = new Map<string, Need & { uses: Uses; granting: Set<string> }>();
  const unnamed: Uses = new Map();
  const deleting = new Set<string>();

  const need = (role: string, purpose: Purpose) => {
    let found = needs.get(role);
    if (!found)
      needs.set(role, (found = { role, for: purpose, calls: [], grantedBy: [], uses: new Map(), granting: new Set() }));
    if (purposes.indexOf(purpose) < purposes.indexOf(found.for)) found.for = purpose;
    return found;
  };
  const use = (operation: string, purpose: Purpose, object: string) => {
    const roles = contract.operations[operation]?.roles ?? [];
    for (const role of roles) add(need(role, purpose).uses, purpose, operation, object);
    if (roles.length === 0 && !isRead(operation)) add(unnamed, purpose, operation, object);
  };

  for (const { kind, section, label, inputs, options } of resources) {
    const definition = kinds[kind]!;
    const object = section === label ? section : `${section}/${label}`;
    const { read, write, remove } = operationsOf(definition, inputs);
    for (const operation of [...read, ...lookUps(inputs, kind, tenant.model)]) use(operation, "preview", object);
    // What iconik made itself is never made here.
    for (const operation of write)
      if (!(options.builtIn && operation.startsWith("POST ") && operation === creating(kind)))
        use(operation, "apply", object);
    if (definition.shape === "object" && !options.builtIn) {
      for (const operation of [...remove, ...readBeforeDeleting(definition)]) {
        use(operation, "delete", object);
        for (const role of contract.operations[operation]?.roles ?? []) deleting.add(role);
      }
    }
    for (const role of grantedRoles(inputs, kind)) need(role, "apply").granting.add(object);
  }
  for (const { of, application } of provision)
    if (application) use("GET /API/users/v1/users/{user_id}/roles/", "preview", `storages/${of.label}`);

  for (const operation of wholeReading) use(operation, "whole", "the whole tenant");

  return {
    roles: [...needs.values()]
      .map(({ role, for: purpose, uses, granting }) => ({
        role,
        for: purpose,
        calls: listed(uses),
        grantedBy: [...granting],
      }))
      .sort((a, b) => (a.role < b.role ? -1 : 1)),
    unnamed: listed(unnamed),
    deleting,
  };
}

/** Which sorts of groups a tenant has shows when it is asked. */
export const wholeReading: readonly string[] = [
  ...new Set([
    ...Object.values(kinds).flatMap((definition) => operationsOf(definition).read),
    "GET /API/users/v1/users/",
  ]),
];

/** By operation. A call that is made for several purposes is made for the first of `purposes`. */
type Uses = Map<string, { for: Purpose; objects: Set<string> }>;

function add(uses: Uses, purpose: Purpose, operation: string, object: string): void {
  const found = uses.get(operation) ?? { for: purpose, objects: new Set() };
  if (purposes.indexOf(purpose) < purposes.indexOf(found.for)) found.for = purpose;
  found.objects.add(object);
  uses.set(operation, found);
}

const listed = (uses: Uses): Use[] =>
  [...uses].map(([operation, { for: purpose, objects }]) => ({ for: purpose, operation, objects: [...objects] }));

function creating(kind: string): string | undefined {
  const definition = kinds[kind]!;
  return definition.shape === "object" ? `POST ${collectionOf(definition.path)}` : undefined;
}

/** Lists in which names and e-mails are looked up. */
function lookUps(inputs: Values, kind: string, model: string): string[] {
  const fields = fieldsOf(kinds[kind]!, inputs);
  const lists = formsIn(fields, inputs).flatMap(({ field }) =>
    field.type === "user"
      ? ["/API/users/v1/users/"]
      : field.type === "reference"
        ? field.to.flatMap((to) => listOf(to, model))
        : [],
  );
  // Teams and user groups stand in one list on the wire.
  const teams = Object.entries(fields).some(
    ([name, field]) => field.type === "access" && (inputs[name] as Access | undefined)?.teams !== undefined,
  );
  return [...new Set([...lists, ...(teams ? listOf("Team", model) : [])])].map((path) => `GET ${path}`);
}

function listOf(kind: string, model: string): string[] {
  const definition = kinds[kind] as ObjectKind;
  return definition.model === undefined || definition.model === model ? [collectionOf(definition.path)] : [];
}

const grantedRoles = (inputs: Values, kind: string): string[] =>
  Object.entries(fieldsOf(kinds[kind]!, inputs)).flatMap(([name, field]) =>
    field.type === "roles" && Array.isArray(inputs[name]) ? (inputs[name] as string[]) : [],
  );
