/** What policy tests are held against, and how what they name is found there. */

import { accessSorts } from "../definition";
import type { People, Picture, PicturedResource } from "../tenant/picture";
import { worldOf, type World } from "./effective";
import type { StorageGrants } from "./grants";
import type { Pair, Pairs } from "./pair";
import { pairUp } from "./pairs";

export interface PolicyOptions {
  people?: People;
  /** What storages' identities are granted. */
  grants?: readonly StorageGrants[];
  /** Whose labels tests use, where that is not the tenant that they are held against. */
  described?: Picture;
}

export interface View {
  pairs: Pairs;
  world: World;
  people: People;
  grants: readonly StorageGrants[];
  tenant: Picture;
  /** What the description calls so. */
  find(kindsOf: readonly string[], label: string): Pair | undefined;
}

export function viewOf(
  tenant: Picture,
  { people = tenant.people, grants = [], described = tenant }: PolicyOptions,
): View {
  const pairs = pairUp(tenant, tenant);
  const { model } = tenant.tenant;
  let live: Map<PicturedResource, PicturedResource | undefined> | undefined;
  const find: View["find"] = (kindsOf, label) => {
    const meant =
      described === tenant
        ? undefined
        : described.resources.find((one) => kindsOf.includes(one.kind) && one.label === label);
    if (!meant)
      return pairs.all.find(
        ({ subject, is }) => kindsOf.includes(subject.kind) && (subject.label === label || is?.name === label),
      );
    live ??= new Map(
      pairUp(tenant, described).all.flatMap(({ before, after }) => (after ? [[after, before] as const] : [])),
    );
    const there = live.get(meant);
    return there && pairs.all.find(({ before }) => before === there);
  };
  return { pairs, world: worldOf(pairs, people, { before: model, after: model }), people, grants, tenant, find };
}

/** Kinds that grant roles. */
export const granting = ["UserGroup", "RoleGroup"];
/** Kinds of groups, as access lists and allow lists name them. */
export const members = [accessSorts.groups.kind, accessSorts.teams.kind];

export const groupOf = (reference: unknown, { find }: View): Pair | undefined => find(granting, nameOf(reference));
export const nameOf = (reference: unknown): string =>
  typeof reference === "string" ? reference : String((reference as { existing?: string }).existing);

export const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** `*` stands for anything. */
export function matches(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(name);
}
