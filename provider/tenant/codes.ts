/**
 * Everything that can be wrong with a tenant file, as a closed list. An error stops; a warning is legal and unwise.
 * `silenceable` ones go away with `# iconik-ignore <code>: reason` on the line.
 */

interface Code {
  severity: "error" | "warning";
  silenceable?: true;
  /** One line for the reference: what it means. */
  says: string;
}

const error = (says: string): Code => ({ severity: "error", says });
const disputed = (says: string): Code => ({ severity: "error", silenceable: true, says });
const warning = (says: string): Code => ({ severity: "warning", silenceable: true, says });

export const codes = {
  // Files
  unreadable: error("A file or folder cannot be read, or is not UTF-8."),
  "too-large": error("A file is too large, nested too deep, or its aliases multiply without measure."),
  "outside-folder": error("A file of a folder lies outside it, or an overlay lies inside the base."),
  "yaml-syntax": error("It is not YAML 1.2, or more than one document."),
  "merge-key": error("Merge keys (<<) are not part of YAML 1.2. Anchors and aliases work."),
  "duplicate-key": error("A key stands twice in one map."),
  "set-twice": error("Two files of a folder set the same key."),
  "null-value": error(
    "A key without a value: null is no value of the language, except in overlays, where it removes the key.",
  ),
  "removes-nothing": warning("An overlay removes a key that is not there."),

  // What is written
  "unknown-key": error("The language has no such key here."),
  "output-field": error("iconik fills the field in; it cannot be written."),
  "field-not-for-type": error("The field belongs to another type of the object."),
  "missing-field": error("A field that must be written is not there."),
  "wrong-type": error("A value of another type is wanted."),
  "not-a-choice": error("The value is none of the words that are possible."),
  "out-of-range": error("A number, text or list is longer, shorter, larger or smaller than iconik takes."),
  "wrong-format": error("A text is not of the wanted form: an id, a date, an e-mail address, a URL."),
  "wrong-address": error("It is no IP address or range, or it can be read in two ways."),
  "duplicate-entry": error("A list says the same thing twice."),
  "literal-secret": error("A secret is written in the file; only { fromConfig: key } is taken."),
  "from-config-not-allowed": error("{ fromConfig: key } stands where a review must be able to read the value."),
  "not-clearable": error("{ clear: true } stands where iconik takes no null."),
  "inconsistent-fields": error("Fields of one object do not go together, or one is missing beside another."),

  // The whole
  "nothing-described": error("The description holds no object at all."),
  "wrong-model": error("The tenant has user groups, or teams and role groups; the file uses the other."),
  "unknown-reference": error("A label refers to nothing in the description."),
  "ambiguous-reference": error("A label fits objects of two kinds."),
  "reference-cycle": error("Objects refer to each other in a circle, so none can be made first."),
  "duplicate-name": error("Two objects of one kind have the same name."),
  "former-label-in-use": error(
    "A former label (`formerly`) is still, or again, the label of an object, or is claimed twice.",
  ),
  "released-and-described": error("An object is released and described at the same time."),
  "two-defaults": error("Two storages are the default of one purpose."),
  "cannot-be-default": error("Storages of this type cannot be a default."),
  "shut-out": error("Shield is on, and everyone's list does not let in what `guards.mustKeep` names."),
  "misspelt-role": error("A role is unknown and nearly one that is known."),

  // Provisioning
  "bucket-name": error("The cloud takes no bucket of this name."),
  "region-name": error("It is no region of this cloud by its form."),
  "unsafe-path": error("The folder holds characters that mean something else in a policy, or is too long for a key."),
  "key-name": error("It does not name a KMS key of this cloud, or one in another region."),
  "queue-url": error("It is not the URL of an SQS queue."),
  "policy-too-large": error("The policy is larger than the cloud takes."),
  "managed-elsewhere": error(
    "Managed credentials are iconik's role in AWS's ordinary partition; others cannot trust it.",
  ),
  "cors-out-of-reach": error("B2 lets no key for one bucket write CORS rules."),
  "flag-from-config": error("A flag is a value of the stack config, so what is needed cannot be told from the file."),
  "wrong-cloud": error("The cloud is of a sort that cannot hold a storage of this type."),
  "one-bucket": error("Storages in one bucket say different things about the bucket, or want one identity."),

  // Disputed: iconik's own pages disagree, and the stricter page wins unless it is silenced
  "own-keyframes-or-proxies": disputed(
    "A storage of one's own for keyframes or proxies: an older help page forbids it, a newer one prices it by the month.",
  ),
  "export-on-portal": disputed("Exports to a Cantemo Portal storage: the help pages disagree on whether that works."),

  // Legal and unwise
  "unknown-role": warning("A role that this version does not know. `knownRoles` makes it known."),
  "create-without-write": warning("A role to create things goes without the role to write them."),
  "write-without-read": warning("A role to write things goes without the role to read them."),
  "role-above-user-type": warning("A role is above what the group's default user type may hold."),
  "overlapping-paths": warning("Two storages reach the same files."),
  "scope-too-wide": warning("The key reaches every bucket of the account, and nothing needs it."),
  "no-use": warning("No flag is set, so iconik could do nothing there."),
  costs: warning("It costs money."),
  "unwise-address": warning(
    "An address is redundant, lets everyone in, or is of a sort that iconik does not document.",
  ),
  "existing-is-managed": warning("`{ existing: … }` names an object that this description manages."),
  "past-date": warning("A date is over. What was to end then is no longer described."),
  "ends-soon": warning("A grant ends within 14 days."),
  "list-ended": warning("The last address of a list has ended, and the list is empty."),

  // Silencing
  "wrong-ignore": {
    severity: "warning",
    says: "An iconik-ignore comment has no reason, or a code that is unknown or cannot be silenced.",
  },
  "stale-ignore": { severity: "warning", says: "An iconik-ignore comment silences nothing." },
} as const satisfies Record<string, Code>;

export type DiagnosticCode = keyof typeof codes;

/** Codes that are not of this list are not. */
export const isSilenceable = (code: string): boolean =>
  Object.hasOwn(codes, code) && (codes[code as DiagnosticCode] as Code).silenceable === true;
