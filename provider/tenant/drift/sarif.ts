/** Drift as SARIF 2.1.0, which code-scanning pages show at the line that says what should be. */

import { visible } from "../files/frame";
import { sarifLocation, sarifLog, sarifMessage } from "../files/sarif";
import { rowsOf, titleOf } from "../compare/show";
import type { Layers } from "../editing/layers";
import type { Named } from "../compare";
import type { Drift } from "./index";
import { placeIn } from "./written";

const rules = {
  "drift-changed": "Something was changed by hand.",
  "drift-missing": "Something that is described is not in the tenant.",
  "drift-unmanaged": "The tenant holds something that is described nowhere.",
  "drift-not-compared": "Something could not be held against its description.",
} as const;

/** @param layers files of the description; without them, results have the places of the objects alone. */
export function asSarif(drift: Drift, layers: Layers): object {
  const result = (
    ruleId: keyof typeof rules,
    object: Named,
    text: string,
    reason?: string,
    field?: string,
    member?: string,
  ) => {
    const place = placeIn(layers, object, field, member);
    const about = field === undefined ? "" : ` ${titleOf({ field, ...(member !== undefined && { member }) })}`;
    const why = reason === undefined ? "" : `; widens permissions: ${reason}`;
    return {
      ruleId,
      ruleIndex: Object.keys(rules).indexOf(ruleId),
      level: reason !== undefined ? "error" : ruleId === "drift-not-compared" ? "note" : "warning",
      message: sarifMessage(visible(`${object.object}${about}: ${text}${why}`)),
      locations: [sarifLocation(place)],
      // The same drift is the same alert, whatever is above it in the file.
      partialFingerprints: {
        "drift/v1": [ruleId, object.object, field, member].filter((one) => one !== undefined).join(" "),
      },
    };
  };
  const { changed, missing, unmanaged, notCompared } = drift;
  return sarifLog(
    Object.entries(rules).map(([id, text]) => ({
      id,
      shortDescription: { text },
      defaultConfiguration: { level: "warning" },
    })),
    [
      ...changed.flatMap((object) =>
        object.changes.map((change) =>
          result(
            "drift-changed",
            object,
            rowsOf(change).map(wordsOf).join(", "),
            change.widens,
            change.field,
            change.member,
          ),
        ),
      ),
      ...missing.map((object) => result("drift-missing", object, "missing in the tenant", object.widens)),
      ...unmanaged.map((object) => result("drift-unmanaged", object, "not described", object.widens)),
      ...notCompared.map(({ field, why, ...object }) =>
        result("drift-not-compared", object, `cannot be compared: ${why}`, undefined, field),
      ),
    ],
  );
}

const wordsOf = ({ sign, text }: ReturnType<typeof rowsOf>[number]): string =>
  `${{ "+": "added ", "-": "removed ", "": "" }[sign]}${text}`;
