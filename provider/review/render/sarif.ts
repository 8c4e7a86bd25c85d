/** The review in SARIF 2.1.0: statements at the lines of the tenant file that they come from. */

import { plain } from "../../engine/errors";
import { statementCodes, type Level, type Review, type Statement } from "../report";
import { title } from "../words";
import { linesOf } from "./lines";

const sarifLevels: Readonly<Record<Level, "error" | "warning" | "note">> = { guard: "error", escalation: "error", warning: "warning", change: "note", note: "note" };

export function sarif(review: Review, version: string): string {
  const lines = linesOf(review.statements);
  const codes = [...new Set(lines.map(({ statements }) => statements[0]!.code))].sort();
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "pulumi-iconik",
            version,
            rules: codes.map((id) => ({ id, shortDescription: { text: statementCodes[id] } })),
          },
        },
        columnKind: "utf16CodeUnits",
        results: lines.map(({ subject, says, level, statements }) => {
          const [{ code, allowed, place }] = statements as [Statement, ...Statement[]];
          return {
            ruleId: code,
            ruleIndex: codes.indexOf(code),
            level: sarifLevels[level],
            message: { text: `${title(subject)}: ${says}` },
            locations: place ? [{ physicalLocation: { artifactLocation: { uri: uriOf(place.file) }, region: { startLine: place.line, startColumn: place.column } } }] : [],
            ...(allowed && { suppressions: [{ kind: "inSource", status: "accepted", justification: allowed.reason }] }),
          };
        }),
      },
    ],
  };
  return `${plain(JSON.stringify(log, undefined, 2))}\n`;
}

const uriOf = (file: string): string => file.split(/[\\/]/).map(encodeURIComponent).join("/");
