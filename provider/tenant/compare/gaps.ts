/** What a side has and cannot describe: it can be held against nothing, and is never passed over. */

import { allFields, isCredential } from "../../definition";
import { kinds } from "../../kinds";
import type { Gap, Picture, PicturedResource } from "../picture";

export type GapOf = (of: Pick<PicturedResource, "kind" | "label">, field?: string) => Gap | undefined;

/** Why a side cannot say something: of a whole object, or of a field. */
export function gapsOf({ gaps, resources }: Picture): GapOf {
  const byObject = Map.groupBy(gaps, keyOf);
  const pictured = new Set(resources.map(keyOf));
  return (one, field) =>
    byObject
      .get(keyOf(one))
      ?.find(
        (gap) =>
          gap.field === undefined ||
          !pictured.has(keyOf(one)) ||
          (field !== undefined && (field === gap.field || field.startsWith(`${gap.field}.`))),
      );
}

/**
 * Gaps of one side that are to be told whatever else differs: not credentials, and not what the other side is a
 * description of and does not manage.
 */
export function openGaps(
  own: Picture,
  other: Picture,
  partner: ReadonlyMap<PicturedResource, PicturedResource>,
): Gap[] {
  const [mine, theirs] = [own, other].map(({ resources }) => new Map(resources.map((one) => [keyOf(one), one])));
  return own.gaps.flatMap((gap): Gap[] => {
    const { kind, field, why } = gap;
    const definition = kinds[kind]!;
    if (!isOpen(gap)) return [];
    const resource = mine!.get(keyOf(gap));
    const isWhole = !resource && definition.shape === "object";
    const counterpart = (resource && partner.get(resource)) ?? theirs!.get(keyOf(gap));
    const isManaged = counterpart && (field === undefined || counterpart.inputs[field.split(".")[0]!] !== undefined);
    if (other.extent === "described" && !isWhole && !isManaged) return [];
    const isOnBoth = counterpart !== undefined || other.gaps.some((one) => keyOf(one) === keyOf(gap));
    return [isWhole && !isOnBoth ? { ...gap, why: `${why}; only ${own.source} has it` } : gap];
  });
}

/** Credentials are each tenant's own; all else that is not described has to be told. */
export const isOpen = ({ kind, field }: Gap): boolean =>
  field === undefined || !isCredential(allFields(kinds[kind]!)[field]);

const keyOf = ({ kind, label }: Pick<PicturedResource, "kind" | "label">): string => `${kind}/${label}`;
