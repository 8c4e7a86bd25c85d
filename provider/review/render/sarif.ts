/** The review in SARIF 2.1.0: statements at the lines of the tenant file that they come from. */

import { plain } from "../../engine/errors";
import { sarifLocation, sarifLog, sarifMessage } from "../../tenant/files/sarif";
import { statementCodes, type Level, type Review, type Statement } from "../report";
import { title } from "../words";
import { linesOf } from "./lines";

const sarifLevels: Readonly<Record<Level, "error" | "warning" | "note">> = {
  guard: "error",
  escalation: "error",
  warning: "warning",
  change: "note",
  note: "note",
};

/** @param file of the description after the change: at its top is what no line says, such as a guard that is gone */
export function sarif(review: Review, file?: string): string {
  const top = file === undefined ? undefined : { file, line: 1, column: 1 };
  const lines = linesOf(review.statements);
  const codes = [...new Set(lines.map(({ statements }) => statements[0]!.code))].sort();
  const log = sarifLog(
    codes.map((id) => ({ id, shortDescription: { text: statementCodes[id] } })),
    lines.map(({ subject, says, level, statements }) => {
      const [{ code, allowed, place }] = statements as [Statement, ...Statement[]];
      return {
        ruleId: code,
        ruleIndex: codes.indexOf(code),
        level: sarifLevels[level],
        message: sarifMessage(`${title(subject)}: ${says}`),
        locations: [sarifLocation(place ?? top)],
        ...(allowed && { suppressions: [{ kind: "inSource", status: "accepted", justification: allowed.reason }] }),
      };
    }),
  );
  return `${plain(JSON.stringify(log, undefined, 2))}\n`;
}
