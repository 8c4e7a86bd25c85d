/**
 * A picture as the file that `pulumi import --file` takes: what the stack's state is to hold of each resource, so that
 * it needs no call to iconik, and the first preview of the program that describes the same shows no change.
 */

import { fieldsOf, type Values } from "../definition";
import { canonical } from "../engine";
import { kinds } from "../kinds";
import type { Picture, PicturedResource } from "../tenant/picture";
import { isFromConfig, type Ref } from "../tenant/desired";
import { withRefs } from "../tenant/refs";
import { factsKey, guardsKind, optionsKey, providerText, typeOf, type HiddenOptions } from "./wire";

export interface ImportFile {
  resources: { type: string; name: string; id: string; inputs: Values; outputs: Values }[];
}

/** Is it the text of such a file? */
export function isImportFile(text: string): boolean {
  try {
    return Array.isArray((JSON.parse(text) as Partial<ImportFile> | null)?.resources);
  } catch {
    return false;
  }
}

/**
 * What of the picture has an id; `beside`: objects of another description that it refers to. Credentials are in no picture: what the program says of them is believed.
 */
export function importFileOf(
  { resources, later: { guards } }: Picture,
  beside: readonly (Ref & { id?: string })[] = [],
): ImportFile {
  const ids = new Map([...beside, ...resources].map((resource) => [`${resource.kind}/${resource.name}`, resource.id]));
  return {
    resources: [
      ...(guards ? [guardsEntry(guards)] : []),
      ...resources.flatMap((resource) => (resource.id === undefined ? [] : [entryOf(resource, resource.id, ids)])),
    ],
  };
}

/** There is nothing of them in iconik; the program registers them like a resource. */
function guardsEntry(guards: Values): ImportFile["resources"][number] {
  const values = { ...guards, __provider: providerText(guardsKind) };
  return { type: typeOf(guardsKind), name: "guards", id: "guards", inputs: values, outputs: values };
}

function entryOf(
  { kind, name, inputs, options }: PicturedResource,
  id: string,
  ids: ReadonlyMap<string, string | undefined>,
): ImportFile["resources"][number] {
  const definition = kinds[kind]!;
  const fields = fieldsOf(definition, inputs);
  // As a program's resources stand for them.
  const idOf = (ref: Ref) => ids.get(`${ref.kind}/${ref.name}`);
  const values = canonical(
    definition,
    // A key's id goes with its secret; what state does not have of them, the program is believed.
    Object.fromEntries(
      Object.entries(inputs).flatMap(([field, value]) =>
        isFromConfig(value) || fields[field]?.hidden
          ? []
          : [[field, fields[field] ? withRefs(fields[field], value, idOf) : value]],
      ),
    ),
  );
  const builtIn = options.builtIn;
  const label = definition.shape === "object" && inputs[definition.key] !== name ? name : undefined;
  const hidden: HiddenOptions = {
    ...(options.adopt !== undefined && { adopt: options.adopt }),
    ...(builtIn && { builtIn }),
    ...(options.knownRoles && { knownRoles: options.knownRoles }),
    ...(label !== undefined && { label }),
  };
  const facts = { v: 1, domain: "", resolved: {}, ...(builtIn && { builtIn }), ...(label !== undefined && { label }) };
  const __provider = providerText(kind);
  return {
    type: typeOf(kind),
    name,
    id,
    inputs: { ...values, ...(Object.keys(hidden).length > 0 && { [optionsKey]: hidden }), __provider },
    outputs: { ...values, [factsKey]: facts, __provider },
  };
}
