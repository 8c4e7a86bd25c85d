/** What a tenant is like once a description was applied to it. */

import { kinds } from "../kinds";
import type { Picture, PicturedResource } from "../tenant/picture";
import { pairUp } from "./pairs";

/**
 * The tenant `live` with what `described` says laid over it. With `unless`, where `unless` wants what the tenant has, it
 * is left as it is, and what neither the tenant nor `unless` has is not made. `managed` are the objects that it describes.
 */
export function applied(
  live: Picture,
  described: Picture,
  unless?: Picture,
): { picture: Picture; managed: ReadonlySet<PicturedResource> } {
  const managed = new Set<PicturedResource>();
  const laid = pairUp(live, described);
  const wanted =
    unless &&
    new Map(pairUp(live, unless).all.flatMap((pair) => (pair.before ? [[pair.before, pair.is] as const] : [])));
  const made =
    unless &&
    new Set(unless.resources.flatMap(({ kind, name, formerly }) => [name, ...formerly].map((one) => `${kind}/${one}`)));
  const resources = laid.all.flatMap(({ before, after, is }): PicturedResource[] => {
    if (!is || (!before && made && !made.has(`${after!.kind}/${after!.name}`))) return [];
    // Places and labels are those of the file; what only the tenant has stays as it is there.
    const base = after
      ? { ...before, ...after, formerly: [...after.formerly, ...(before ? [before.name] : [])] }
      : before!;
    const inputs = before && wanted ? unchanged(before, is, wanted.get(before)) : is;
    const resource = { ...base, inputs };
    if (after) managed.add(resource);
    return [resource];
  });
  const picture = {
    ...live,
    later: described.later,
    released: described.released,
    provision: described.provision,
    clouds: described.clouds,
    resources,
  };
  return { picture, managed };
}

/**
 * What a stack has of the tenant where `from` was applied, as it calls it: `had` is all of it, and `deleted` what goes
 * when `to` is applied. A stack goes by logical names: what only gets another name is not deleted.
 */
export function stackOf(
  live: Picture,
  from: Picture,
  to: Picture,
): Record<"had" | "deleted", { kind: string; label: string; name: string; id: string }[]> {
  if (from.extent !== "described") return { had: [], deleted: [] };
  const { picture, managed } = applied(live, from);
  const idsOf = (resources: readonly PicturedResource[]) =>
    resources.flatMap(({ kind, label, name, id }) =>
      kinds[kind]!.shape === "object" && id !== undefined ? [{ kind, label, name, id }] : [],
    );
  const deleted = pairUp(picture, to, managed).all.flatMap(({ fate, before }) =>
    fate === "deleted" && before ? [before] : [],
  );
  return { had: idsOf([...managed]), deleted: idsOf(deleted) };
}

/** The fields that are put back: not those that the change wants as the tenant has them. */
function unchanged(
  before: PicturedResource,
  is: PicturedResource["inputs"],
  wanted: PicturedResource["inputs"] | undefined,
): PicturedResource["inputs"] {
  if (!wanted) return is;
  return Object.fromEntries(
    Object.entries(is).map(([name, value]) => [
      name,
      JSON.stringify(wanted[name]) === JSON.stringify(before.inputs[name]) ? before.inputs[name] : value,
    ]),
  );
}
