/** Findings as SARIF 2.1.0, which code-scanning pages show at the lines of the files. */

import { isAbsolute, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { manifest } from "../../manifest";

/** @param rules what each `ruleId` of the results means; `ruleIndex` of a result is its place here */
export const sarifLog = (rules: readonly object[], results: readonly object[]): object => ({
  $schema: "https://json.schemastore.org/sarif-2.1.0.json",
  version: "2.1.0",
  runs: [{ tool: { driver: { name: manifest.name, semanticVersion: manifest.version, rules } }, columnKind: "utf16CodeUnits", results }],
});

/** A message; in one, `[click](https://…)` would be a link (SARIF 2.1.0, 3.11.6). */
export const sarifMessage = (text: string): object => ({ text: text.replace(/[\\[\]]/g, "\\$&") });

export const sarifLocation = ({ file, line, column }: { file: string; line: number; column: number }): object => ({
  physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: line, startColumn: column } },
});

const uriOf = (file: string): string => (isAbsolute(file) ? pathToFileURL(file).href : file.split(sep).map(encodeURIComponent).join("/"));
