/** Comments that silence a diagnostic: `# iconik-ignore <code>: reason`, on the line. */

import { Lexer } from "yaml";
import { codes, isSilenceable, type DiagnosticCode } from "../codes";
import type { Finding } from "../diagnostics";
import { quoted } from "../files/frame";
import { nearestOf } from "../language/nearest";
import { lineAt, type SourceText } from "../files/text";

interface Ignore {
  text: SourceText;
  code: DiagnosticCode;
  line: number;
  start: number;
  end: number;
}

/** Without the findings that are silenced; with those about comments that silence nothing. */
export function silence(findings: readonly Finding[], texts: readonly SourceText[]): Finding[] {
  const said: Finding[] = [];
  const ignores = texts.flatMap((text) => ignoresIn(text, said));
  const byPlace = new Map(ignores.map((ignore) => [placeKey(ignore.text, ignore.line, ignore.code), ignore]));
  const used = new Set<Ignore>();
  const left = findings.filter(({ code, at }) => {
    const hit = byPlace.get(placeKey(at.text, lineAt(at.text, at.start), code));
    if (hit) used.add(hit);
    return !hit;
  });
  for (const ignore of ignores) {
    // What an overlay replaced may well need it where another overlay is used, or none.
    if (used.has(ignore) || ignore.text.replaced.has(ignore.line)) continue;
    const { text, start, end, code } = ignore;
    said.push({
      code: "stale-ignore",
      at: { text, start, end },
      message: `There is no ${code} on this line`,
      fix: "take the comment out; it stands at the end of the line that it is about",
    });
  }
  return [...left, ...said];
}

const placeKey = (text: SourceText, line: number, code: DiagnosticCode): string => `${text.order}:${line}:${code}`;

function ignoresIn(text: SourceText, said: Finding[]): Ignore[] {
  if (!text.text.includes("iconik-ignore")) return [];
  return commentsOf(text).flatMap(({ start, comment }) => {
    const found = /iconik-ignore\b\s*([^:#]*)(?::\s*(.*))?$/.exec(comment);
    if (!found) return [];
    const at = { text, start, end: start + comment.length };
    const wrong = (message: string, fix: string) => said.push({ code: "wrong-ignore", at, message, fix });
    const [, list = "", reason = ""] = found;
    const named = list.split(/[\s,]+/).filter((word) => word !== "");
    const known = named.filter((word): word is DiagnosticCode => {
      if (Object.hasOwn(codes, word) && isSilenceable(word as DiagnosticCode)) return true;
      const near = nearestOf(
        word,
        Object.keys(codes).filter((code) => isSilenceable(code as DiagnosticCode)),
      );
      if (Object.hasOwn(codes, word)) wrong(`${word} cannot be silenced`, "correct what it is about");
      else {
        wrong(
          `There is no code ${quoted(word)}`,
          near ? `did you mean ${near}?` : "the code stands in the diagnostic, after its severity",
        );
      }
      return false;
    });
    if (named.length === 0) wrong("It does not say what is silenced", "write # iconik-ignore <code>: <reason>");
    else if (reason.trim() === "") {
      wrong("It gives no reason, and silences nothing", "write # iconik-ignore <code>: <reason>");
      return [];
    }
    const line = lineAt(text, start);
    return known.map((code) => ({ ...at, code, line }));
  });
}

/** Real comments: a # within a text is none. */
function commentsOf({ text }: SourceText): { start: number; comment: string }[] {
  const comments: { start: number; comment: string }[] = [];
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    // Marks of the lexer's own: start of a document, a broken flow collection, a scalar. They are no text.
    if (lexeme === "\u0002" || lexeme === "\u0018" || lexeme === "\u001f") continue;
    if (lexeme.startsWith("#")) comments.push({ start: offset, comment: lexeme.trimEnd() });
    offset += lexeme.length;
  }
  return comments;
}
