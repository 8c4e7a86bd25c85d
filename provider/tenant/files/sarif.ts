/** Findings as SARIF 2.1.0, which code-scanning pages show at the lines of the files. */

import { isAbsolute, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { manifest } from "../../manifest";
import type { Place } from "../desired";

/** @param rules what each `ruleId` of the results means; `ruleIndex` of a result is its place here */
export const sarifLog = (rules: readonly object[], results: readonly object[]): object => ({
  $schema: "https://json.schemastore.org/sarif-2.1.0.json",
  version: "2.1.0",
  runs: [
    {
      tool: { driver: { name: manifest.name, semanticVersion: manifest.version, rules } },
      columnKind: "utf16CodeUnits",
      results,
    },
  ],
});

/** A message; in one, `[click](https://…)` would be a link (SARIF 2.1.0, 3.11.6). */
export const sarifMessage = (text: string): object => ({ text: text.replace(/[\\[\]]/g, "\\$&") });

/**
 * What no file says is shown at the top of the description, or of the project where that is in no file: GitHub takes
 * nothing of a file in which one result has no place (github/codeql-action#1738).
 */
export const sarifLocation = ({ file, line, column }: Place = { file: "Pulumi.yaml", line: 1, column: 1 }): object => ({
  physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: line, startColumn: column } },
});

const uriOf = (file: string): string =>
  isAbsolute(file) ? pathToFileURL(file).href : file.split(sep).map(encodeURIComponent).join("/");
