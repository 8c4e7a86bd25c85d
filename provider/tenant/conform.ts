/** Does what is written have the form of the grammar? Reports everything that has not, and remembers where. */

import type { Finding, Report } from "./diagnostics";
import { formats, says, type Form, type Key, type RecordForm, type VariantsForm } from "./form";
import { quoted } from "./frame";
import { nearestOf } from "./nearest";
import { maskNode, secretLike } from "./secrets";
import type { Span } from "./text";
import { child, isNull, onlyKey, plain, type Written, type WrittenMap } from "./written";

/** Nodes that are not what they should be: nobody reads them any further. */
export type Malformed = ReadonlySet<Written>;

/** Reports every deviation from the form. */
export function conform(form: Form, node: Written, report: Report): Malformed {
  const walk = new Walk(report);
  walk.value(form, node, { path: "", at: node.at });
  return walk.malformed;
}

/** Where the walk is: the path for people, and the key to point at when the value has no place of its own. */
interface Where {
  path: string;
  at: Span;
  key?: Key;
}

const inside = (where: Where, name: string, at: Span, key?: Key): Where => ({
  path: where.path ? `${where.path}.${name}` : name,
  at,
  ...(key && { key }),
});

class Walk {
  readonly malformed = new Set<Written>();

  constructor(private readonly report: Report) {}

  value(form: Form, node: Written, where: Where): void {
    const { key } = where;
    if (key?.config === "only") maskNode(node);
    if (isNull(node) && form.form !== "anything") return this.refuseNull(node, where);
    const only = onlyKey(node);
    if (only === "fromConfig" && !takes(form, "fromConfig")) return this.config(node as WrittenMap, where);
    if (only === "clear" && !takes(form, "clear")) return this.clear(node as WrittenMap, where);
    if (key?.config === "only") {
      return this.refuse("literal-secret", node, where, "is a secret and is written in the file", "put it into the stack config (pulumi config set --secret <key>) and write { fromConfig: <key> }; if this file was ever shared, change the secret too");
    }
    switch (form.form) {
      case "text":
        return this.text(form, node, where);
      case "flag":
        if (node.sort === "scalar" && typeof node.value === "boolean" && (form.only ?? node.value) === node.value) return;
        return this.wrongType(form, node, where);
      case "number":
        return this.number(form, node, where);
      case "words":
        return this.word(form.words, node, where);
      case "list":
        return this.list(form, node, where);
      case "map":
        if (node.sort !== "map") return this.wrongType(form, node, where);
        for (const { key: name, at, value } of node.entries.values()) {
          if (name === "") this.refuse("wrong-format", value, { ...where, at }, "has an empty label", "give it a label", at);
          else if (form.keys && !this.isText(form.keys, name)) {
            this.refuse("wrong-format", value, where, `: ${quoted(name)} is not ${says(form.keys)}`, undefined, at);
          }
          this.value(form.of, value, inside(where, name, at));
        }
        return;
      case "record":
        return node.sort === "map" ? this.record(form, node, where) : this.wrongType(form, node, where);
      case "variants":
        return node.sort === "map" ? this.variants(form, node, where) : this.wrongType(form, node, where);
      case "either": {
        const chosen = alternative(form.of, node);
        return chosen ? this.value(chosen, node, { ...where }) : this.wrongType(form, node, where);
      }
      case "anything":
        return;
    }
  }

  private text(form: Form & { form: "text" }, node: Written, where: Where): void {
    if (node.sort !== "scalar" || typeof node.value !== "string") return this.wrongType(form, node, where);
    const { value } = node;
    if (form.min !== undefined && value.length < form.min) {
      const short = form.min === 1 ? "is empty" : `is shorter than ${form.min} characters`;
      return this.refuse("out-of-range", node, where, short, "write something, or take the key out");
    }
    if (form.max !== undefined && value.length > form.max) {
      return this.refuse("out-of-range", node, where, `has ${value.length} characters; iconik takes ${form.max}`, "shorten it");
    }
    if (!this.isText(form, value)) {
      this.refuse("wrong-format", node, where, `is ${quoted(value)}, and that is not ${says(form)}`, `write ${says(form)}`);
    }
  }

  private isText(form: Form & { form: "text" }, value: string): boolean {
    return form.format === undefined || new RegExp(formats[form.format].pattern, "u").test(value);
  }

  private number(form: Form & { form: "number" }, node: Written, where: Where): void {
    if (node.sort !== "scalar" || typeof node.value !== "number") return this.wrongType(form, node, where);
    if (form.whole && !Number.isInteger(node.value)) return this.wrongType(form, node, where);
    const { min = -Infinity, max = Infinity } = form;
    if (node.value >= min && node.value <= max) return;
    const range = max === Infinity ? `at least ${min}` : min === -Infinity ? `at most ${max}` : `${min} to ${max}`;
    this.refuse("out-of-range", node, where, `is ${node.value}; iconik takes ${range}`, `write a number: ${range}`);
  }

  private word(words: readonly string[], node: Written, where: Where): void {
    if (node.sort !== "scalar" || typeof node.value !== "string") return this.wrongType({ form: "words", words }, node, where);
    if (words.includes(node.value)) return;
    const near = nearestOf(node.value, words);
    this.refuse("not-a-choice", node, where, `is ${quoted(node.value)}, and that is not ${says({ form: "words", words })}`, near ? `did you mean ${near}?` : `write ${says({ form: "words", words })}`);
  }

  private list(form: Form & { form: "list" }, node: Written, where: Where): void {
    if (node.sort !== "list") return this.wrongType(form, node, where);
    const { length } = node.items;
    if (form.min !== undefined && length < form.min) this.refuse("out-of-range", node, where, `has ${length} entries; at least ${form.min} is wanted`, "add one, or take the key out");
    if (form.max !== undefined && length > form.max) this.refuse("out-of-range", node, where, `has ${length} entries; iconik takes ${form.max}`, "shorten the list");
    const seen = new Set<string>();
    node.items.forEach((item, index) => {
      this.value(form.of, item, { path: `${where.path}[${index}]`, at: item.at });
      const text = JSON.stringify(plain(item));
      if (form.distinct && seen.has(text)) this.refuse("duplicate-entry", item, { path: where.path, at: item.at }, "says the same thing twice", "drop one of the two");
      seen.add(text);
    });
  }

  private variants(form: VariantsForm, node: WrittenMap, where: Where): void {
    const chosen = node.entries.get(form.by);
    const word = chosen?.value.sort === "scalar" ? chosen.value.value : undefined;
    const variant = typeof word === "string" && Object.hasOwn(form.cases, word) ? form.cases[word] : undefined;
    if (variant) return this.record(variant, node, where);
    const types = Object.keys(form.cases);
    // Without the variant, what any of them knows is let through, and everything else is told.
    const all = Object.assign({}, ...Object.values(form.cases).map(({ keys }) => keys)) as Record<string, Key>;
    for (const { key: name, at, value } of node.entries.values()) {
      if (!Object.hasOwn(all, name)) this.unknownKey(name, at, value, Object.keys(all), where);
      else if (secretLike.test(name)) maskNode(value);
    }
    if (chosen) this.value({ form: "words", words: types }, chosen.value, inside(where, form.by, chosen.at));
    else if (!isMeant(form.by, node, Object.keys(all))) this.missing(form.by, node, where, `write one of ${types.join(", ")}`);
    this.malformed.add(node);
  }

  private record(form: RecordForm, node: WrittenMap, where: Where): void {
    const known = Object.entries(form.keys);
    const usable = known.filter(([, { refused }]) => !refused).map(([name]) => name);
    for (const { key: name, at, value } of node.entries.values()) {
      const key = Object.hasOwn(form.keys, name) ? form.keys[name]! : undefined;
      const at_ = inside(where, name, at, key);
      if (!key) this.unknownKey(name, at, value, usable, where);
      else if (key.refused) {
        if (secretLike.test(name)) maskNode(value);
        this.refuse(key.refused.code, value, at_, key.refused.message, key.refused.fix, at);
      } else {
        if (key.later) this.report("no-effect-yet", at, `${visiblePath(at_)} has no effect yet: ${key.later}`, "keep it for a later version, or take it out");
        this.value(key.form, value, at_);
      }
    }
    for (const [name, { required, requiredUnless }] of known) {
      if (node.entries.has(name) || ((required || requiredUnless) && isMeant(name, node, usable))) continue;
      if (required) this.missing(name, node, where);
      else if (requiredUnless && !requiredUnless.some((other) => isWritten(node, other))) {
        const excused = requiredUnless.includes("options.adopt");
        this.missing(name, node, where, excused ? `write ${name}:; one that exists and is taken over (options: { adopt: … }) has it already` : undefined);
      }
    }
  }

  private missing(name: string, node: Written, where: Where, fix = `write ${name}:`): void {
    this.report("missing-field", where.at, `${where.path ? `${visiblePath(where)} has no` : "There is no"} ${name}`, fix);
    this.malformed.add(node);
  }

  private unknownKey(name: string, at: Span, value: Written, known: readonly string[], where: Where): void {
    const near = nearestOf(name, known);
    if (secretLike.test(name) || (near !== undefined && secretLike.test(near))) maskNode(value);
    const holder = where.path ? visiblePath(where) : "The file";
    this.report("unknown-key", at, `${holder} has no key ${quoted(name)}`, near ? `did you mean ${near}?` : `it knows ${shortened(known)}`);
    this.malformed.add(value);
  }

  private wrongType(form: Form, node: Written, where: Where): void {
    this.refuse("wrong-type", node, where, `is ${given(node)}; wanted: ${says(form)}`, remedy(form, node));
  }

  private refuseNull(node: Written, where: Where): void {
    const fix = "write a value, or take the key out; are all lines under it comments?";
    this.refuse("null-value", node, where, "has no value", fix, where.at);
  }

  private config(node: WrittenMap, where: Where): void {
    const value = node.entries.get("fromConfig")!.value;
    if (!where.key?.config) {
      return this.refuse("from-config-not-allowed", node, where, "cannot come from the stack config: names, references, roles, permissions, addresses and choices must be readable in review", "write the value itself; what differs between tenants goes into an overlay");
    }
    this.text({ form: "text", min: 1, format: "configKey" }, value, inside(where, "fromConfig", value.at));
    if (this.malformed.has(value)) this.malformed.add(node);
  }

  private clear(node: WrittenMap, where: Where): void {
    const { value } = node.entries.get("clear")!;
    if (value.sort !== "scalar" || value.value !== true) return this.refuse("wrong-type", node, where, "has a clear that is not true", "write { clear: true }, or a value");
    if (!where.key?.clear) this.refuse("not-clearable", node, where, "cannot be emptied: iconik takes no null here", "write a value, or take the key out");
  }

  private refuse(code: Finding["code"], node: Written, where: Where, message: string, fix?: string, at: Span = node.at): void {
    this.malformed.add(node);
    this.report(code, at.end > at.start ? at : where.at, `${visiblePath(where)}${message.startsWith(":") ? "" : " "}${message}`, fix);
  }
}

/** Is a key there that is nearly this one? Then it is told as unknown, and not as missing too. */
const isMeant = (name: string, node: WrittenMap, known: readonly string[]): boolean =>
  [...node.entries.keys()].some((key) => !known.includes(key) && nearestOf(key, known) === name);

const isWritten = (node: Written, path: string): boolean =>
  path.split(".").reduce<Written | undefined>((at, name) => child(at, name), node) !== undefined;

/** Does the form itself know a map with this key, so that it means something else here? */
const takes = (form: Form, key: string): boolean =>
  form.form === "anything" || (form.form === "record" && Object.hasOwn(form.keys, key)) || (form.form === "either" && form.of.some((one) => takes(one, key)));

/** The alternative that what is written tries to be. */
function alternative(forms: readonly Form[], node: Written): Form | undefined {
  const fitting = forms.filter((form) => sortOf(form) === "any" || sortOf(form) === node.sort);
  if (node.sort !== "map" || fitting.length < 2) return fitting[0];
  const keys = [...node.entries.keys()];
  const rate = (form: Form): number => (form.form === "record" ? keys.filter((key) => Object.hasOwn(form.keys, key)).length : 0);
  const requires = (form: Form): boolean =>
    form.form === "record" && Object.entries(form.keys).some(([name, { required }]) => required && node.entries.has(name));
  const means = (form: Form): boolean =>
    form.form === "record" && Object.entries(form.keys).some(([name, { required }]) => required && isMeant(name, node, Object.keys(form.keys)));
  return fitting.find(requires) ?? fitting.find(means) ?? fitting.reduce((best, form) => (rate(form) >= rate(best) ? form : best));
}

function sortOf(form: Form): Written["sort"] | "any" {
  if (form.form === "list") return "list";
  if (form.form === "map" || form.form === "record" || form.form === "variants") return "map";
  return form.form === "anything" || form.form === "either" ? "any" : "scalar";
}

const visiblePath = ({ path }: Where): string => (path === "" ? "The file" : path.length > 120 ? `…${path.slice(-119)}` : path);

const shortened = (words: readonly string[]): string => (words.length > 12 ? `${words.slice(0, 12).join(", ")}, …` : words.join(", "));

/** What is written, in words. Texts are shown, as far as they are short. */
function given(node: Written): string {
  if (node.sort === "map") return onlyKey(node) === "fromConfig" ? "a value of the stack config" : "a map";
  if (node.sort === "list") return "a list";
  return typeof node.value === "string" ? `the text ${quoted(node.value)}` : typeof node.value === "number" ? `the number ${node.value}` : String(node.value);
}

const requiredKey = (form: Form): string | undefined =>
  form.form === "record" ? Object.keys(form.keys).find((name) => form.keys[name]!.required) : undefined;

function remedy(form: Form, node: Written): string {
  if (node.sort === "scalar") {
    if (form.form === "text" && typeof node.value !== "string") return `quote it: "${String(node.value)}"`;
    if (form.form === "flag" && typeof node.value === "string" && /^(yes|no|on|off|true|false)$/i.test(node.value)) {
      const meant = /^(yes|on|true)$/i.test(node.value);
      return `write ${meant}, without quotes`;
    }
    if (form.form === "number" && typeof node.value === "string" && /^\d+$/.test(node.value)) return `write ${node.value}, without quotes`;
    const text = quoted(String(node.value)).slice(1, -1);
    if (form.form === "list") return `write a list: [${text}]`;
    const key = form.form === "either" ? requiredKey(form.of[form.of.length - 1]!) : undefined;
    if (key !== undefined) return `write { ${key}: ${text} }`;
  }
  return `write ${says(form)}`;
}
