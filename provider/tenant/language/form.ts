/**
 * What may be written where. The grammar of the language is a tree of these, built from the definitions; the loader,
 * the JSON Schema and the reference all read it, so that they cannot disagree.
 */

import type { Field } from "../../definition";
import { dayPattern, reasonToFill } from "../../engine/guards/exceptions";

export type Form =
  | TextForm
  | { form: "flag"; only?: boolean }
  | { form: "number"; whole: boolean; min?: number; max?: number }
  | { form: "words"; words: readonly string[] }
  | { form: "list"; of: Form; min?: number; max?: number; distinct?: true }
  | { form: "map"; of: Form; keys?: TextForm; about: string }
  | RecordForm
  | VariantsForm
  /** Told apart by what is written: a scalar, a list, or a map with certain keys. */
  | { form: "either"; of: readonly Form[]; says: string }
  | { form: "anything" };

export interface TextForm {
  form: "text";
  min?: number;
  max?: number;
  format?: Format;
  /** Offered by editors; other texts are fine. */
  suggestions?: readonly string[];
}

export interface RecordForm {
  form: "record";
  /** Name under which the JSON Schema holds it. */
  name?: string;
  about?: string;
  keys: Readonly<Record<string, Key>>;
  /** Needs at least one key. */
  some?: true;
}

/** A record whose other keys depend on one of its words. */
export interface VariantsForm {
  form: "variants";
  name: string;
  about: string;
  by: string;
  cases: Readonly<Record<string, RecordForm>>;
}

/** What makes a key needless: of objects, iconik's own, provisioned, or taken over; of exceptions and tests, another key. */
export type Unless =
  | "builtIn"
  | "provision"
  | "options.adopt"
  | "escalation"
  | "person"
  | "aclTemplate"
  | "storage"
  | "allowList"
  | "deny"
  | "separation";

/** A key of a record. */
export interface Key {
  form: Form;
  about: string;
  required?: true;
  /** Required, unless one of these is written too: a key of the record, or `options.adopt`. */
  requiredUnless?: readonly Unless[];
  /** `{ fromConfig: key }` is taken; `only`: and nothing else, because it is a secret. */
  config?: true | "only";
  /** `{ clear: true }` is taken. */
  clear?: true;
  /** The field of the definition that the key is. */
  field?: Field;
  /** Why a key that is known cannot be written. */
  refused?: { code: "output-field" | "field-not-for-type" | "wrong-model"; message: string; fix?: string };
}

/** Forms of text, each with a pattern for editors and the words for what is wanted. */
export const formats = {
  uuid: {
    pattern: "^[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$",
    says: "an id of iconik's, such as 5b1f0c9e-0000-4000-8000-000000000001",
  },
  email: { pattern: "^[^\\s@]+@[^\\s@]+$", says: "an e-mail address" },
  date: { pattern: dayPattern, says: "a date, YYYY-MM-DD" },
  reason: { pattern: `^(?!${reasonToFill}$)`, says: "a reason in your own words" },
  url: { pattern: "^[Hh][Tt][Tt][Pp][Ss]?://[^\\s/]+", says: "a URL with https://" },
  adoption: {
    pattern: "^(exact|converge|[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12})$",
    says: "exact, converge, or the id of the object to take over",
  },
  target: { pattern: "^[A-Za-z]+/[\\s\\S]+$", says: "a section and a label: userGroups/Externals" },
  targets: {
    pattern: "^(\\*|[A-Za-z]+/[\\s\\S]+)$",
    says: "a section and a label: userGroups/Externals; userGroups/* for all of them, * for any number of anything",
  },
  configKey: { pattern: "^[^\\s]+$", says: "a key of the stack config" },
} as const;

export type Format = keyof typeof formats;

export const text = (marks: Omit<TextForm, "form"> = {}): TextForm => ({ form: "text", ...marks });
export const flag: Form = { form: "flag" };
export const yes: Form = { form: "flag", only: true };
export const words = (...of: string[]): Form => ({ form: "words", words: of });
export const list = (of: Form, marks: { min?: number; max?: number; distinct?: true } = {}): Form => ({
  form: "list",
  of,
  ...marks,
});
export const record = (keys: Record<string, Key>, marks: Omit<RecordForm, "form" | "keys"> = {}): RecordForm => ({
  form: "record",
  keys,
  ...marks,
});
export const either = (says: string, ...of: Form[]): Form => ({ form: "either", of, says });
export const key = (about: string, form: Form, marks: Omit<Key, "form" | "about"> = {}): Key => ({
  about,
  form,
  ...marks,
});

/** What is wanted, as words that follow "wanted:". */
export function says(form: Form): string {
  switch (form.form) {
    case "text":
      return form.format ? formats[form.format].says : "text";
    case "flag":
      return form.only === undefined ? "true or false" : String(form.only);
    case "number":
      return form.whole ? "a whole number" : "a number";
    case "words":
      return form.words.length === 1 ? form.words[0]! : `one of ${form.words.join(", ")}`;
    case "list":
      return "a list";
    case "map":
      return form.about;
    case "record":
    case "variants":
      return "a map of fields";
    case "either":
      return form.says;
    case "anything":
      return "anything";
  }
}
