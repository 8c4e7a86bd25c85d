/**
 * Secrets kept out of everything that people read. Whoever meets a secret registers it once; from then on every text
 * that passes through `scrub` shows `[secret]` in its place. Pulumi masks only the secrets of the stack config, so
 * what the provider process prints or throws has to be clean by itself.
 *
 * The register is one per process and only grows: a value that was secret once stays so.
 */

/** Shorter values would blank out ordinary words. */
const shortest = 6;

const forms = new Set<string>();
let pattern: RegExp | undefined;

/**
 * Registers a secret, and gives it back. Of lists and objects every string inside is registered: a key file handed
 * over as parsed JSON, a map of credentials. Strings under 6 characters and values of other types are left alone.
 */
export function keepSecret<T>(value: T): T {
  if (typeof value === "string" && value.length >= shortest && !forms.has(value)) {
    for (const form of spellings(value)) forms.add(form);
    pattern = undefined;
  } else if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(keepSecret);
  }
  return value;
}

/** The text with every registered secret replaced by `[secret]`, in whatever spelling it appears. */
export function scrub(text: string): string {
  if (forms.size === 0) return text;
  // Longest first, so that a secret inside another does not leave the rest of it standing.
  pattern ??= new RegExp(
    [...forms]
      .sort((a, b) => b.length - a.length)
      .map(literal)
      .join("|"),
    "g",
  );
  return text.replace(pattern, "[secret]");
}

/** As it stands, trimmed, inside JSON (quoted once and twice, non-ASCII as it is or escaped), and in a URL. */
function spellings(value: string): string[] {
  const quoted = JSON.stringify(value).slice(1, -1);
  // The detour over bytes replaces lone surrogates, which would make encodeURIComponent throw.
  const percent = encodeURIComponent(Buffer.from(value).toString());
  return [
    value,
    value.trim(),
    quoted,
    JSON.stringify(quoted).slice(1, -1),
    quoted.replaceAll("/", "\\/"),
    quoted.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
    percent,
    percent.replace(/%../g, (code) => code.toLowerCase()),
    percent.replaceAll("%20", "+"),
  ].filter((form) => form.length >= shortest);
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
