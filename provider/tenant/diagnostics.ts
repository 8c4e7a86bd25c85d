/** A problem found in a tenant file, and how it is shown. */

import pc from "picocolors";
import type { DiagnosticCode } from "./codes";
import type { Place } from "./desired";
import { excerpt, visible } from "./files/frame";
import { placeOf, type Span } from "./files/text";
import { codes, isSilenceable } from "./codes";

export { codes, type DiagnosticCode } from "./codes";

export interface Diagnostic {
  severity: "error" | "warning";
  code: DiagnosticCode;
  /** What is wrong, in plain words. Holds no secret and no control characters. */
  message: string;
  place: Place;
  /** The lines around the place with a mark under it; secrets are masked. Empty when there is no text to show. */
  frame: string;
  /** What to do. */
  fix?: string;
}

/** A problem on its way to becoming a diagnostic: where it stands is still a span of text. */
export interface Finding {
  code: DiagnosticCode;
  at: Span;
  message: string;
  fix?: string;
}

export type Report = (code: DiagnosticCode, at: Span, message: string, fix?: string) => void;

/** Findings as diagnostics: placed, framed, each once, in the order of files and lines. */
export function diagnose(findings: readonly Finding[]): Diagnostic[] {
  const distinct = new Map(
    findings.map((finding) => [
      JSON.stringify([finding.code, finding.at.text.file, finding.at.start, finding.message]),
      finding,
    ]),
  );
  return [...distinct.values()]
    .sort((a, b) => a.at.text.order - b.at.text.order || a.at.start - b.at.start || compare(a.code, b.code))
    .map(({ code, at, message, fix }) => ({
      severity: codes[code].severity,
      code,
      message: visible(message),
      place: placeOf(at),
      frame: excerpt(at),
      ...(fix !== undefined && { fix: visible(fix) }),
    }));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Diagnostics as text: `file:line:column severity code`, the message, the frame, and what to do. Ends without a line
 * feed. `colors`: for terminals. Others that find things may have codes of their own.
 */
export function format(
  diagnostics: readonly (Omit<Diagnostic, "code"> & { code: string })[],
  { colors = false } = {},
): string {
  const paint = pc.createColors(colors);
  const silenceable = diagnostics.filter(({ code }) => isSilenceable(code));
  const told = diagnostics
    .map(({ severity, code, message, place, frame, fix }) => {
      const tone = severity === "error" ? paint.red : paint.yellow;
      return [
        `${visible(place.file)}:${place.line}:${place.column} ${tone(severity)} ${paint.bold(code)} ${message}`,
        ...(frame ? [paint.dim(frame)] : []),
        ...(fix ? [`  ${paint.cyan("→")} ${fix}`] : []),
      ].join("\n");
    })
    .join("\n\n");
  return silenceable.length > 0 ? `${told}\n\n${paint.dim(howToSilence(silenceable[0]!.code))}` : told;
}

const howToSilence = (code: string): string =>
  `What is meant so is silenced on its line: # iconik-ignore ${code}: the reason`;
