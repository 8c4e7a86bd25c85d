/** Tells a misspelt role name from a new one. */
import { distance } from "fastest-levenshtein";
import { table, type RoleName } from "./table";

const names = Object.keys(table) as RoleName[];
const vocabulary = new Set(names.flatMap((name) => name.split("_")));

/**
 * The known role that a name most likely misspells: `can_read_asset` and `canReadAssets` are `can_read_assets`.
 * Undefined for a known name, and for one that is merely unknown: iconik adds roles, and calling a new one a mistake
 * stops people from using it, so a hit must differ from a known name by slips of the pen only (letters swapped, left
 * out, doubled; singular for plural; another case or separator). `can_write_faces` is no slip for `can_write_files`.
 */
export function nearest(name: string): RoleName | undefined {
  if (Object.hasOwn(table, name)) return undefined;
  const written = words(name);
  const joined = written.join("");
  return names
    .filter((known) => known.replaceAll("_", "") === joined || isSlip(written, known.split("_")))
    .map((known) => ({ known, edits: distance(joined, known.replaceAll("_", "")) }))
    .sort((a, b) => a.edits - b.edits)[0]?.known; // transoders is nearer to transcoders than to transfers
}

function words(name: string): string[] {
  return name
    .trim()
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

function isSlip(written: readonly string[], known: readonly string[]): boolean {
  return written.length === known.length && written.every((word, i) => isSlipOfWord(word, known[i]!, i === 1));
}

function isSlipOfWord(word: string, known: string, isVerb: boolean): boolean {
  if (singular(word) === singular(known)) return true;
  if (vocabulary.has(word)) return false; // another word of iconik's, meant as such: "write" is not a misspelt "read"
  const edits = distance(word, known);
  if (edits === 2 && isSwap(word, known)) return true;
  const lengthens = word.length - known.length;
  // One letter for another makes a different word too easily when it is short: teams and terms, shares and shapes.
  // Verbs are few, and a new one is rarer than a slip: "reed" is "read".
  if (edits === 1) return lengthens !== 0 || known.length > 6 || (isVerb && known.length >= 4);
  // Two only in long words of about the same length: "retranscribe" is not a misspelt "transcribe".
  return edits === 2 && known.length >= 9 && Math.abs(lengthens) <= 1;
}

function singular(word: string): string {
  return word.replace(/ies$/, "y").replace(/s$/, "");
}

/** Two neighbouring letters changed places, and nothing else. */
function isSwap(word: string, known: string): boolean {
  const at = [...word].findIndex((letter, i) => letter !== known[i]);
  return (
    word.length === known.length &&
    word === known.slice(0, at) + known.charAt(at + 1) + known.charAt(at) + known.slice(at + 2)
  );
}
