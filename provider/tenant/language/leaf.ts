/** Single values against their form: what is wrong, and what to write instead. */

import { isDay } from "../../engine/guards/exceptions";
import { quoted } from "../files/frame";
import { onlyKey, type Written } from "../files/written";
import { formats, says, type Form, type TextForm } from "./form";
import { nearestOf } from "./nearest";

/** What is wrong with a value: a clause that follows its path. */
export interface Problem {
  code: "wrong-type" | "out-of-range" | "wrong-format" | "not-a-choice";
  message: string;
  fix: string;
}

type Leaf = Extract<Form, { form: "text" | "flag" | "number" | "words" }>;

/** What is wrong with a single value; undefined when nothing is. */
export function leafProblem(form: Leaf, node: Written): Problem | undefined {
  const value = node.sort === "scalar" ? node.value : undefined;
  switch (form.form) {
    case "text":
      return typeof value === "string" ? textProblem(form, value) : wrongType(form, node);
    case "flag":
      return typeof value === "boolean" && (form.only ?? value) === value ? undefined : wrongType(form, node);
    case "number":
      return typeof value === "number" && (!form.whole || Number.isInteger(value))
        ? numberProblem(form, value)
        : wrongType(form, node);
    case "words":
      return typeof value === "string" ? wordProblem(form, value) : wrongType(form, node);
  }
}

export const wrongType = (form: Form, node: Written): Problem => ({
  code: "wrong-type",
  message: `is ${given(node)}; wanted: ${says(form)}`,
  fix: remedy(form, node),
});

export const hasFormat = ({ format }: TextForm, value: string): boolean =>
  format === undefined || (format === "date" ? isDay(value) : new RegExp(formats[format].pattern, "u").test(value));

function textProblem(form: TextForm, value: string): Problem | undefined {
  const { min = 0, max = Infinity } = form;
  if (value.length < min) {
    const message = min === 1 ? "is empty" : `is shorter than ${min} characters`;
    return { code: "out-of-range", message, fix: "write something, or take the key out" };
  }
  if (value.length > max) {
    return { code: "out-of-range", message: `has ${value.length} characters; iconik takes ${max}`, fix: "shorten it" };
  }
  if (hasFormat(form, value)) return undefined;
  const wanted = says(form);
  return { code: "wrong-format", message: `is ${quoted(value)}, and that is not ${wanted}`, fix: `write ${wanted}` };
}

function numberProblem(
  { min = -Infinity, max = Infinity }: Leaf & { form: "number" },
  value: number,
): Problem | undefined {
  if (value >= min && value <= max) return undefined;
  const range = max === Infinity ? `at least ${min}` : min === -Infinity ? `at most ${max}` : `${min} to ${max}`;
  return { code: "out-of-range", message: `is ${value}; iconik takes ${range}`, fix: `write a number: ${range}` };
}

function wordProblem(form: Leaf & { form: "words" }, value: string): Problem | undefined {
  if (form.words.includes(value)) return undefined;
  const near = nearestOf(value, form.words);
  return {
    code: "not-a-choice",
    message: `is ${quoted(value)}, and that is not ${says(form)}`,
    fix: near ? `did you mean ${near}?` : `write ${says(form)}`,
  };
}

/** What is written, in words. Texts are shown, as far as they are short. */
function given(node: Written): string {
  if (node.sort === "map") return onlyKey(node) === "fromConfig" ? "a value of the stack config" : "a map";
  if (node.sort === "list") return "a list";
  return typeof node.value === "string"
    ? `the text ${quoted(node.value)}`
    : typeof node.value === "number"
      ? `the number ${node.value}`
      : String(node.value);
}

const requiredKey = (form: Form): string | undefined =>
  form.form === "record" ? Object.keys(form.keys).find((name) => form.keys[name]!.required) : undefined;

function remedy(form: Form, node: Written): string {
  const only = onlyKey(node);
  const near = only === undefined ? undefined : nearestOf(only, ["fromConfig", "existing", "clear"]);
  if (near !== undefined && near !== only) return `did you mean { ${near}: … }?`;
  if (node.sort === "scalar") {
    if (form.form === "text" && typeof node.value !== "string") return `quote it: "${String(node.value)}"`;
    if (form.form === "flag" && typeof node.value === "string" && /^(yes|no|on|off|true|false)$/i.test(node.value)) {
      const meant = /^(yes|on|true)$/i.test(node.value);
      return /^(true|false)$/i.test(node.value)
        ? `write ${meant}, without quotes`
        : `write ${meant}; in YAML 1.2, ${node.value} is a text`;
    }
    if (form.form === "number" && typeof node.value === "string" && /^\d+$/.test(node.value)) {
      return `write ${node.value}, without quotes`;
    }
    const text = quoted(String(node.value)).slice(1, -1);
    if (form.form === "list") return `write a list: [${text}]`;
    const key = form.form === "either" ? requiredKey(form.of[form.of.length - 1]!) : undefined;
    if (key !== undefined) return `write { ${key}: ${text} }`;
  }
  return `write ${says(form)}`;
}
