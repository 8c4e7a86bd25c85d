/** Does what is written have the form of the grammar? Reports everything that has not, and remembers where. */

import type { Finding, Report } from "../diagnostics";
import { quoted } from "../files/frame";
import { maskNode, secretLike } from "../files/secrets";
import type { Span } from "../files/text";
import { child, isNull, onlyKey, plain, type Written, type WrittenMap } from "../files/written";
import { alternative, isMeant, takes } from "./alternatives";
import { says, text, type Form, type Key, type RecordForm, type VariantsForm } from "./form";
import { hasFormat, leafProblem, wrongType, type Problem } from "./leaf";
import { nearestOf } from "./nearest";

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

const configKey = text({ min: 1, format: "configKey" });

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
      return this.refuse(
        "literal-secret",
        node,
        where,
        "is a secret and is written in the file",
        "put it into the stack config (pulumi config set --secret <key>) and write { fromConfig: <key> }; if this file was ever shared, change the secret too",
      );
    }
    switch (form.form) {
      case "text":
      case "flag":
      case "number":
      case "words":
        return this.tell(leafProblem(form, node), node, where);
      case "list":
        return this.list(form, node, where);
      case "map":
        if (node.sort !== "map") return this.wrongType(form, node, where);
        for (const { key: name, at, value } of node.entries.values()) {
          if (name === "") {
            this.refuse("wrong-format", value, { ...where, at }, "has an empty label", "give it a label", at);
          } else if (form.keys && !hasFormat(form.keys, name)) {
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

  private list(form: Form & { form: "list" }, node: Written, where: Where): void {
    if (node.sort !== "list") return this.wrongType(form, node, where);
    const { length } = node.items;
    if (form.min !== undefined && length < form.min) {
      this.refuse(
        "out-of-range",
        node,
        where,
        `has ${length} entries; at least ${form.min} is wanted`,
        "add one, or take the key out",
      );
    }
    if (form.max !== undefined && length > form.max) {
      this.refuse("out-of-range", node, where, `has ${length} entries; iconik takes ${form.max}`, "shorten the list");
    }
    const seen = new Set<string>();
    node.items.forEach((item, index) => {
      this.value(form.of, item, { path: `${where.path}[${index}]`, at: item.at });
      const text = JSON.stringify(plain(item));
      if (form.distinct && seen.has(text)) {
        this.refuse(
          "duplicate-entry",
          item,
          { path: where.path, at: item.at },
          "says the same thing twice",
          "drop one of the two",
        );
      }
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
    else if (!isMeant(form.by, node, Object.keys(all))) {
      this.missing(form.by, node, where, `write one of ${types.join(", ")}`);
    }
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
        this.value(key.form, value, at_);
      }
    }
    for (const [name, { required, requiredUnless }] of known) {
      if (node.entries.has(name) || ((required || requiredUnless) && isMeant(name, node, usable))) continue;
      if (required) this.missing(name, node, where);
      else if (requiredUnless && !requiredUnless.some((other) => isWritten(node, other))) {
        const excused = requiredUnless.includes("options.adopt");
        this.missing(
          name,
          node,
          where,
          excused
            ? `write ${name}:; one that exists and is taken over (options: { adopt: … }) has it already`
            : undefined,
        );
      }
    }
  }

  private missing(name: string, node: Written, where: Where, fix = `write ${name}:`): void {
    this.report(
      "missing-field",
      where.at,
      `${where.path ? `${visiblePath(where)} has no` : "There is no"} ${name}`,
      fix,
    );
    this.malformed.add(node);
  }

  private unknownKey(name: string, at: Span, value: Written, known: readonly string[], where: Where): void {
    const near = nearestOf(name, known);
    if (secretLike.test(name) || (near !== undefined && secretLike.test(near))) maskNode(value);
    const holder = where.path ? visiblePath(where) : "The file";
    this.report(
      "unknown-key",
      at,
      `${holder} takes no key ${quoted(name)}`,
      near ? `did you mean ${near}?` : `it takes ${shortened(known)}`,
    );
    this.malformed.add(value);
  }

  private wrongType(form: Form, node: Written, where: Where): void {
    this.tell(wrongType(form, node), node, where);
  }

  private tell(problem: Problem | undefined, node: Written, where: Where): void {
    if (problem) this.refuse(problem.code, node, where, problem.message, problem.fix);
  }

  private refuseNull(node: Written, where: Where): void {
    const fix = "write a value, or take the key out; are all lines under it comments?";
    this.refuse("null-value", node, where, "has no value", fix, where.at);
  }

  private config(node: WrittenMap, where: Where): void {
    const value = node.entries.get("fromConfig")!.value;
    if (!where.key?.config) {
      return this.refuse(
        "from-config-not-allowed",
        node,
        where,
        "cannot come from the stack config: names, references, roles, permissions, addresses, choices and lists must be readable in review",
        "write the value itself; what differs between tenants goes into an overlay",
      );
    }
    this.tell(leafProblem(configKey, value), value, inside(where, "fromConfig", value.at));
    if (this.malformed.has(value)) this.malformed.add(node);
  }

  private clear(node: WrittenMap, where: Where): void {
    const { value } = node.entries.get("clear")!;
    if (value.sort !== "scalar" || value.value !== true) {
      return this.refuse(
        "wrong-type",
        node,
        where,
        "has a clear that is not true",
        "write { clear: true }, or a value",
      );
    }
    if (!where.key?.clear) {
      this.refuse(
        "not-clearable",
        node,
        where,
        "cannot be emptied: iconik takes no null here",
        "write a value, or take the key out",
      );
    }
  }

  private refuse(
    code: Finding["code"],
    node: Written,
    where: Where,
    message: string,
    fix?: string,
    at: Span = node.at,
  ): void {
    this.malformed.add(node);
    this.report(
      code,
      at.end > at.start ? at : where.at,
      `${visiblePath(where)}${message.startsWith(":") ? "" : " "}${message}`,
      fix,
    );
  }
}

const isWritten = (node: Written, path: string): boolean =>
  path.split(".").reduce<Written | undefined>((at, name) => child(at, name), node) !== undefined;

const shortened = (words: readonly string[]): string =>
  words.length > 30 ? `${words.slice(0, 30).join(", ")}, …` : words.join(", ");

const visiblePath = ({ path }: Where): string =>
  path === "" ? "The file" : path.length > 120 ? `…${path.slice(-119)}` : path;
