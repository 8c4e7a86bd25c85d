/** What is said at the top of an export. */

import { plain } from "../../engine/errors";
import type { Picture } from "../picture";
import type { Supplied } from "./secrets";

export interface Said {
  supplied: readonly Supplied[];
  /** Fields that were left out, by section, with how many objects lost them. */
  unwatched: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** What is told of things that are described nowhere. */
  loose: readonly string[];
  /** It stands beside a description of the rest. */
  fragment?: boolean;
}

export function headOf(picture: Picture, { supplied, unwatched, loose, fragment = false }: Said): string[] {
  const isLive = /^live(:|$)/.test(picture.source);
  const tenant = `The tenant${picture.tenant.domainId === undefined ? "" : ` ${picture.tenant.domainId}`} as iconik has it`;
  return [
    ...(!isLive
      ? []
      : [
          fragment
            ? `${tenant}, as far as it is not described yet. Put this beside the files that describe the rest.`
            : `${tenant}. What is not written is not managed.`,
        ]),
    ...(supplied.length > 0
      ? [
          "",
          "iconik keeps credentials and does not show them. Set them before the first run:",
          ...supplied.map(({ key }) => `  pulumi config set --secret ${key}`),
          "Where nobody has one any more, write options: { adopt: exact } in place of all credentials of its storage, ids of keys too: iconik keeps what it has.",
        ]
      : []),
    ...(unwatched.size > 0
      ? [
          "",
          "Left out because it is iconik's default, so nothing tells when it changes:",
          ...[...unwatched].map(
            ([section, fields]) =>
              `  ${section}: ${[...fields].map(([field, count]) => `${field} (${count})`).join(", ")}`,
          ),
        ]
      : []),
    ...(loose.length > 0 ? ["", ...loose] : []),
  ];
}

/** A line of a comment: names in it may hold anything, and none may end the comment. */
export const commentText = (line: string): string => plain(line).replace(/[\r\n\u2028\u2029\u0085]+/g, " ");
