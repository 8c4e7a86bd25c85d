/** Part of a picture: what is chosen, with references to the rest in a form that stands without it. */

import { fieldsOf, type Values } from "../../definition";
import { idToAdopt } from "../../engine/stored";
import { kinds } from "../../kinds";
import { titleOf } from "../compare/match";
import type { Ref } from "../desired";
import { refsIn, withRefs } from "../refs";
import type { Gap, Picture, PicturedResource } from "../picture";

export interface Choice {
  /** Sections (`userGroups`) or kinds (`UserGroup`); settings that stand in a section go with it. */
  kinds?: readonly string[];
  /** Labels, with `*` for anything. */
  names?: readonly string[];
  /** Only what this description does not have. */
  unmanaged?: Picture;
  /** What the other description has is referred to by its name in iconik, as by a program of its own. Default: by label. */
  apart?: boolean;
}

export interface Chosen {
  picture: Picture;
  /** Objects of the other description that the chosen ones refer to, with their ids. Only with `unmanaged`, and not `apart`. */
  beside?: (Ref & { id?: string })[];
}

/** @throws Error for a kind that there is none of. */
export function select(picture: Picture, { kinds: wanted = [], names = [], unmanaged, apart = false }: Choice): Chosen {
  const known = wanted.map(kindsOf);
  if (known.length === 0 && names.length === 0 && !unmanaged) return { picture };
  const patterns = names.map(pattern);
  const managed = unmanaged ? managedBy(picture, unmanaged) : new Map<PicturedResource, Ref>();
  const isMeant = (kind: string, label: string) =>
    (known.length === 0 || known.some((those) => those.has(kind))) &&
    (patterns.length === 0 || patterns.some((one) => one.test(label)));
  const isChosen = (resource: PicturedResource) => isMeant(resource.kind, ownLabel(resource)) && !managed.has(resource);

  const byRef = new Map(picture.resources.map((resource) => [`${resource.kind}/${resource.name}`, resource]));
  const titles = Map.groupBy(picture.resources, (resource) => `${resource.kind}/${titleOf(resource)}`);
  const beside = new Map<string, Ref & { id?: string }>();
  const gaps: Gap[] = picture.gaps.filter(({ kind, label }) => {
    const resource = picture.resources.find((one) => one.kind === kind && one.label === label);
    return resource ? isChosen(resource) : isMeant(kind, label);
  });
  const stands = (ref: Ref): unknown => {
    const resource = byRef.get(`${ref.kind}/${ref.name}`)!;
    if (isChosen(resource)) return { ref };
    const there = managed.get(resource);
    if (there && !apart) {
      beside.set(`${there.kind}/${there.name}`, { ...there, ...(resource.id !== undefined && { id: resource.id }) });
      return { ref: there };
    }
    return titles.get(`${ref.kind}/${titleOf(resource)}`)!.length === 1 ? { existing: titleOf(resource) } : undefined;
  };
  const resources = picture.resources.filter(isChosen).flatMap((resource): PicturedResource[] => {
    const definition = kinds[resource.kind]!;
    const about = (why: string, field?: string): Gap => ({
      kind: resource.kind,
      label: resource.label,
      ...(field !== undefined && { field }),
      why,
    });
    if (definition.shape === "part") {
      const owner = ownerIn(resource.kind, resource.inputs);
      const holder = owner && byRef.get(`${owner.ref.kind}/${owner.ref.name}`);
      // Settings are written inside of their object, and an object stands in one file.
      const there = holder && managed.get(holder);
      if (holder && !isChosen(holder) && !(there && (apart || !definition.section.includes(".")))) {
        const set = Object.keys(resource.inputs)
          .filter((name) => name !== owner!.field)
          .join(", ");
        gaps.push(
          about(
            there
              ? `it belongs to ${holder.section}/${there.label}, which the other description has: write there what of it is to be managed (set are ${set})`
              : `it belongs to ${holder.section}/${holder.label}, which is not part of this`,
          ),
        );
        return [];
      }
    }
    const inputs: Values = {};
    const fields = fieldsOf(definition, resource.inputs);
    for (const [name, value] of Object.entries(resource.inputs)) {
      const field = fields[name];
      const kept = field ? withRefs(field, value, stands) : value;
      if (kept !== undefined) inputs[name] = kept;
      else {
        gaps.push(about("it points at one of several objects of one name, which are not part of this", name));
        if (field?.required) return [];
      }
    }
    return [{ ...resource, inputs, label: relabelled(resource, inputs), name: relabelled(resource, inputs) }];
  });
  return {
    picture: { ...picture, extent: "described", resources, gaps },
    ...(unmanaged && !apart && { beside: [...beside.values()] }),
  };
}

function kindsOf(word: string): ReadonlySet<string> {
  const found = Object.values(kinds).filter(
    ({ kind, section }) => kind === word || section === word || section.startsWith(`${word}.`),
  );
  if (found.length > 0) return new Set(found.map(({ kind }) => kind));
  const sections = [...new Set(Object.values(kinds).map(({ section }) => section.split(".")[0]!))];
  throw new Error(`there is no kind ${JSON.stringify(word)}; there are ${sections.join(", ")}`);
}

const pattern = (text: string): RegExp =>
  new RegExp(
    `^${text
      .split("*")
      .map((piece) => piece.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join("[\\s\\S]*")}$`,
    "u",
  );

/** Of a list for one group, the group's label. */
const ownLabel = ({ kind, label }: PicturedResource): string =>
  kinds[kind]!.shape === "part" && label.includes("/") ? label.slice(label.indexOf("/") + 1) : label;

/** What a part of a document belongs to; undefined of what belongs to the tenant, and of an object. */
function ownerIn(kind: string, inputs: Values): { field: string; ref: Ref } | undefined {
  const definition = kinds[kind]!;
  if (definition.shape !== "part") return undefined;
  return refsIn(definition, inputs).find(({ field }) => definition.documents.some(({ by }) => by === field));
}

/** A list for one group carries the group's label, which may be another one in the other description. */
function relabelled({ kind, label }: PicturedResource, inputs: Values): string {
  const owner = label.includes("/") ? ownerIn(kind, inputs) : undefined;
  return owner ? `${label.slice(0, label.indexOf("/"))}/${owner.ref.label}` : label;
}

/** What the other description has already, and what it calls it. */
function managedBy(picture: Picture, other: Picture): Map<PicturedResource, Ref> {
  const refOf = ({ kind, label, name }: PicturedResource): Ref => ({ kind, label, name });
  const found = new Map<PicturedResource, Ref>();
  const objects = new Map<string, Ref>();
  for (const resource of other.resources) {
    if (kinds[resource.kind]!.shape !== "object") continue;
    const { kind, options, formerly } = resource;
    const id = idToAdopt(options.adopt);
    for (const key of [id === undefined ? `/${titleOf(resource)}` : `#${id}`, ...formerly.map((name) => `/${name}`)])
      objects.set(`${kind}${key}`, refOf(resource));
  }
  const managed = new Map<string, Ref>();
  for (const resource of picture.resources) {
    const there =
      objects.get(`${resource.kind}#${resource.id}`) ?? objects.get(`${resource.kind}/${titleOf(resource)}`);
    if (kinds[resource.kind]!.shape !== "object" || !there) continue;
    found.set(resource, there);
    managed.set(`${resource.kind}/${resource.name}`, there);
  }
  const isPart = ({ kind }: PicturedResource) => kinds[kind]!.shape === "part";
  const parts = new Map(
    other.resources
      .filter(isPart)
      .map((one) => [`${one.kind}/${ownerIn(one.kind, one.inputs)?.ref.name ?? ""}`, refOf(one)]),
  );
  for (const resource of picture.resources) {
    if (!isPart(resource)) continue;
    const owner = ownerIn(resource.kind, resource.inputs)?.ref;
    // A name that nothing has: the other description does not have the owner either.
    const name = owner ? (managed.get(`${owner.kind}/${owner.name}`)?.name ?? "\0") : "";
    const there = parts.get(`${resource.kind}/${name}`);
    if (there) found.set(resource, there);
  }
  return found;
}
