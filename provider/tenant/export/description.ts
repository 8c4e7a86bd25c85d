/** A picture as the sections of a tenant file: what stands where, and what is said beside it. */

import { fieldsOf, type ObjectKind, type PartKind, type Values } from "../../definition";
import { kinds } from "../../kinds";
import type { Ref } from "../desired";
import { disputesOf } from "../checks/storages";
import { ownFields, rolesFieldOf, sectionsOf, shorthandOf, spreadKeys, spreadList } from "../language/sections";
import type { Gap, Picture, PicturedResource } from "../picture";
import { namingOf } from "../writing/naming";
import { inReadingOrder } from "../writing/reading-order";
import { isMap, mapOf, treeOf, type Tree } from "../writing/tree";
import { treeOfValue, type Naming } from "../writing/values";
import { endsOf, type Ends } from "../ends";
import { brief } from "./brief";
import { endingTree, withEnd } from "./ends";
import { withoutForeign } from "./foreign";
import { headOf } from "./head";
import { roleSetsOf, type RoleSets } from "./role-sets";
import { isOwnAddress, ownAddressNote } from "./shield";
import { withSupplied, type Supplied } from "./secrets";

export interface Description {
  /** Sections in the order in which people read them. */
  sections: ReadonlyMap<string, Tree>;
  /** Lines that stand before a key, by its path. */
  before: ReadonlyMap<string, readonly string[]>;
  /** What stands behind a value, by its path. */
  behind: ReadonlyMap<string, string>;
  /** What is said of the whole. */
  head: readonly string[];
  supplied: readonly Supplied[];
}

export const pathKey = (path: readonly string[]): string => JSON.stringify(path);

export interface DescribeOptions {
  /** Leave out what equals iconik's own default. */
  brief?: boolean;
  /** Objects of the description that it stands beside: those are referred to by their labels there. */
  beside?: readonly Ref[];
}

export function describe(given: Picture, options: DescribeOptions = {}): Description {
  const { picture, supplied } = withSupplied(withoutForeign(given));
  const { resources, unwatched } = options.brief
    ? brief(picture.resources)
    : { resources: picture.resources, unwatched: new Map() };
  const layout = sectionsOf(kinds);
  const objects = resources.filter(({ kind }) => kinds[kind]!.shape === "object");
  const naming = namingOf(kinds, [...objects, ...(options.beside ?? [])]);
  const expires = picture.later.expires.filter(({ over }) => !over);
  const ends = (resource: PicturedResource) => endsOf(resource, expires);
  const rolesOf = (resource: PicturedResource): string[] => {
    const field = rolesField(resource);
    const value = field === undefined ? undefined : resource.inputs[field];
    const end = ends(resource);
    // A set is for what stays.
    return Array.isArray(value) ? (value as string[]).filter((role) => !end(field!, role)) : [];
  };
  const sets = roleSetsOf(resources.map(rolesOf).filter((list) => list.length > 0));
  const before = new Map<string, string[]>();
  const behind = new Map<string, string>();
  const sections = new Map<string, Tree>();

  if (!options.beside)
    sections.set(
      "tenant",
      mapOf([
        ["domainId", picture.tenant.domainId],
        ["model", picture.tenant.model],
      ]),
    );
  if (sets.sets.size > 0) sections.set("roleSets", mapOf(sets.sets));
  const knownRoles = [...new Set(resources.flatMap(({ options }) => options.knownRoles ?? []))].sort();
  if (knownRoles.length > 0) {
    sections.set("knownRoles", knownRoles);
    before.set(pathKey(["knownRoles"]), ["iconik has these; this version does not know them"]);
  }

  const parts = new Map<PartKind, Map<string | undefined, PicturedResource>>();
  /** Parts of a kind by the object that they belong to. */
  const partsByOwner = (part: PartKind, by: string) => {
    const ownerOf = ({ inputs }: PicturedResource) => (inputs[by] as { ref?: { name: string } } | undefined)?.ref?.name;
    const known =
      parts.get(part) ?? new Map(resources.filter(({ kind }) => kind === part.kind).map((one) => [ownerOf(one), one]));
    parts.set(part, known);
    return known;
  };
  const brought = new Set(
    picture.provision.flatMap(({ application }) => (application ? [`${application.kind}/${application.name}`] : [])),
  );
  for (const object of inReadingOrder(layout.objects)) {
    const entries = objects.filter(({ kind, name }) => kind === object.kind && !brought.has(`${kind}/${name}`));
    if (entries.length === 0) continue;
    sections.set(
      object.section,
      mapOf(
        entries.map((resource) => {
          const nested = layout.nestedIn(object).flatMap(({ key, part, by }): [string, Tree][] => {
            const settings = partsByOwner(part, by).get(resource.name);
            return settings ? [[key, partTree(part, settings, naming)]] : [];
          });
          return [
            resource.label,
            objectTree(object, resource, { naming, sets, nested, picture, ends: ends(resource) }),
          ];
        }),
      ),
    );
  }
  for (const part of layout.spread) {
    const tree = spreadTree(
      part,
      resources.filter(({ kind }) => kind === part.kind),
      naming,
      ends,
    );
    if (tree) sections.set(part.section, tree);
  }
  for (const part of layout.singles) {
    const resource = resources.find(({ kind }) => kind === part.kind);
    if (resource) sections.set(part.section, partTree(part, resource, naming));
  }
  if (picture.clouds.length > 0)
    sections.set("clouds", mapOf(picture.clouds.map(({ label, values }) => [label, treeOf(values)])));
  if (picture.released.length > 0) {
    const objectsReleased = picture.released.filter(({ kind }) => kinds[kind]?.shape === "object");
    sections.set(
      "release",
      objectsReleased.map(({ kind, label }) => `${kinds[kind]!.section}/${label}`),
    );
  }
  if (picture.later.guards) sections.set("guards", treeOf(picture.later.guards));
  if (isOwnAddress(picture)) before.set(pathKey(["guards", "mustKeep"]), [ownAddressNote]);
  if (picture.later.allow.length > 0)
    sections.set(
      "allow",
      picture.later.allow.map(({ values }) => treeOf(values)),
    );
  if (picture.later.tests.length > 0)
    sections.set(
      "tests",
      picture.later.tests.map(({ values }) => treeOf(values)),
    );
  const { invariants = [] } = picture.later;
  if (invariants.length > 0)
    sections.set(
      "invariants",
      invariants.map(({ values }) => treeOf(values)),
    );

  for (const { resource, field, code } of disputesOf(resources)) {
    behind.set(pathKey([resource.section, resource.label, field]), `iconik-ignore ${code}: it is there already`);
  }
  const loose: string[] = [];
  for (const gap of picture.gaps) {
    const { path, line } = placeOf(gap, sections);
    if (path) before.set(pathKey(path), [...(before.get(pathKey(path)) ?? []), line]);
    else loose.push(line);
  }
  return {
    sections,
    before,
    behind,
    head: headOf(picture, { supplied, unwatched, loose, fragment: options.beside !== undefined }),
    supplied,
  };
}

const rolesField = ({ kind }: PicturedResource): string | undefined => {
  const definition = kinds[kind]!;
  return definition.shape === "object" ? rolesFieldOf(definition) : undefined;
};

interface Surroundings {
  naming: Naming;
  sets: RoleSets;
  nested: [string, Tree][];
  picture: Picture;
  ends: Ends;
}

function objectTree(
  object: ObjectKind,
  resource: PicturedResource,
  { naming, sets, nested, picture, ends }: Surroundings,
): Tree {
  const { inputs, options, label, formerly } = resource;
  const fields = fieldsOf(object, inputs);
  const entries = Object.entries(leftToDerive(object, inputs)).flatMap(
    ([name, value]): [string, Tree | undefined][] => {
      const field = fields[name];
      if (!field || (name === object.key && value === label)) return [];
      if (field.type === "access") return [[name, endingTree(name, value, treeOfValue(field, value, naming), ends)]];
      if (field.type !== "roles" || !Array.isArray(value)) return [[name, treeOfValue(field, value, naming)]];
      const [staying, ending] = [
        value.filter((role) => !ends(name, role)),
        value.filter((role) => ends(name, role)),
      ] as [string[], string[]];
      const folded = sets.fold(staying);
      const own = [...folded.roles, ...ending.map((role) => withEnd("role", role, ends(name, role)))];
      return [
        ["roleSets", folded.sets.length > 0 ? folded.sets : undefined],
        [name, own.length > 0 || folded.sets.length === 0 ? own : undefined],
      ];
    },
  );
  const provision = picture.provision.find(({ of }) => of.kind === object.kind && of.name === resource.name);
  const { builtIn, knownRoles: _, ...others } = options;
  const usual = object.stateful && !builtIn ? { protect: true } : {};
  const written = Object.entries(others).filter(
    ([key, value]) => value !== undefined && (usual as Values)[key] !== value,
  );
  const tree = mapOf([
    ...entries,
    ["builtIn", builtIn],
    ["provision", provision && treeOf(provision.values)],
    ...nested,
    ["formerly", formerly.length > 1 ? formerly : formerly[0]],
    ["options", written.length > 0 ? mapOf(written.map(([key, value]) => [key, treeOf(value)])) : undefined],
  ]);
  const short = shorthandOf(object);
  const alone = short && tree.size === 1 ? tree.get(short[0]) : undefined;
  return typeof alone === "string" || (isMap(alone) && alone.has("existing")) ? alone! : tree;
}

/** What follows from what is written is left to follow. */
export function leftToDerive(object: ObjectKind, inputs: Values): Values {
  const derive = object.variants?.cases[String(inputs[object.variants.by])]?.derive;
  if (!derive) return inputs;
  return Object.fromEntries(
    Object.entries(inputs).filter(([name, value]) => {
      const { [name]: _, ...others } = inputs;
      return derive(others)[name] === undefined || derive(others)[name] !== value;
    }),
  );
}

function partTree(part: PartKind, { inputs, options }: PicturedResource, naming: Naming): Tree {
  const own = ownFields(part).flatMap(([name, field]): [string, Tree | undefined][] =>
    inputs[name] === undefined ? [] : [[name, treeOfValue(field, inputs[name], naming)]],
  );
  return mapOf([...own, ["options", Object.keys(options).length > 0 ? treeOf(options) : undefined]]);
}

function spreadTree(
  part: PartKind,
  resources: readonly PicturedResource[],
  naming: Naming,
  ends: (of: PicturedResource) => Ends,
): Tree | undefined {
  if (resources.length === 0) return undefined;
  const [listName, listField] = spreadList(part);
  const list = (one: PicturedResource) =>
    endingTree(listName, one.inputs[listName], treeOfValue(listField, one.inputs[listName], naming), ends(one));
  const everyone = resources.find(({ inputs }) =>
    part.documents.every(({ by }) => by === undefined || inputs[by] === undefined),
  );
  const others = everyone
    ? ownFields(part).filter(([name]) => name !== listName && everyone.inputs[name] !== undefined)
    : [];
  const { options } = resources[0]!;
  return mapOf([
    ...others.map(([name, field]) => [name, treeOfValue(field, everyone!.inputs[name], naming)] as const),
    ["everyone", everyone && list(everyone)],
    ...spreadKeys(part).map(({ key, by }) => {
      const those = resources.filter(({ inputs }) => inputs[by] !== undefined);
      return [
        key,
        those.length > 0
          ? mapOf(those.map((resource) => [resource.label.slice(key.length + 1), list(resource)]))
          : undefined,
      ] as const;
    }),
    ["options", Object.keys(options).length > 0 ? treeOf(options) : undefined],
  ]);
}

/** Where a gap is told: in the object, in its section, or at the top of the file. */
function placeOf(
  { kind, label, field, why }: Gap,
  sections: ReadonlyMap<string, Tree>,
): { path?: string[]; line: string } {
  const definition = kinds[kind]!;
  const [section = "", key] = definition.section.split(".");
  const tree = sections.get(section);
  const entry = isMap(tree) ? tree.get(label) : undefined;
  const what = [field === undefined ? "" : key, field].filter(Boolean).join(".");
  if (isMap(entry) && entry.size > 0 && what) {
    const inner = key === undefined ? undefined : entry.get(key);
    if (isMap(inner) && inner.size > 0)
      return { path: [section, label, key!, [...inner.keys()][0]!], line: `${field} is not described: ${why}` };
    return { path: [section, label, [...entry.keys()][0]!], line: `${what} is not described: ${why}` };
  }
  const whole = [section, label === section ? "" : label, what].filter(Boolean).join("/");
  return { ...(isMap(tree) && { path: [section] }), line: `${whole} is not described: ${why}` };
}
