/** What is said at the top of an export. */

import type { Picture } from "../picture";
import type { Supplied } from "./secrets";

/**
 * @param unwatched fields that were left out, by section, with how many objects lost them.
 * @param loose what is told of things that are described nowhere.
 */
export function headOf(picture: Picture, supplied: readonly Supplied[], unwatched: ReadonlyMap<string, ReadonlyMap<string, number>>, loose: readonly string[]): string[] {
  return [
    `The tenant${picture.tenant.domainId === undefined ? "" : ` ${picture.tenant.domainId}`} as iconik has it. What is not written is not managed.`,
    ...(supplied.length > 0
      ? [
          "",
          "iconik keeps credentials and does not show them. Set them before the first run:",
          ...supplied.map(({ key }) => `  pulumi config set --secret ${key}`),
          "Where nobody has one any more, write options: { adopt: exact } in place of its lines: iconik keeps what it has.",
        ]
      : []),
    ...(unwatched.size > 0
      ? [
          "",
          "Left out because it is iconik's default, so nothing tells when it changes:",
          ...[...unwatched].map(([section, fields]) => `  ${section}: ${[...fields].map(([field, count]) => `${field} (${count})`).join(", ")}`),
        ]
      : []),
    ...(loose.length > 0 ? ["", ...loose] : []),
  ];
}
