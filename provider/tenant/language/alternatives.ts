/** What somebody meant who wrote something that could be several things, or nearly one. */

import type { Written, WrittenMap } from "../files/written";
import type { Form } from "./form";
import { nearestOf } from "./nearest";

/** Is a key there that is nearly this one? Then it is told as unknown, and not as missing too. */
export const isMeant = (name: string, node: WrittenMap, known: readonly string[]): boolean =>
  [...node.entries.keys()].some((key) => !known.includes(key) && nearestOf(key, known) === name);

/** Does the form itself know a map with this key (any label, in a map), so that it means something else here? */
export const takes = (form: Form, key: string): boolean =>
  form.form === "anything" ||
  form.form === "map" ||
  (form.form === "record" && Object.hasOwn(form.keys, key)) ||
  (form.form === "either" && form.of.some((one) => takes(one, key)));

/** The alternative that what is written tries to be. */
export function alternative(forms: readonly Form[], node: Written): Form | undefined {
  const fitting = forms.filter((form) => sortOf(form) === "any" || sortOf(form) === node.sort);
  if (node.sort !== "map" || fitting.length < 2) return fitting[0];
  const keys = [...node.entries.keys()];
  const rate = (form: Form): number =>
    form.form === "record" ? keys.filter((key) => Object.hasOwn(form.keys, key)).length : 0;
  const requires = (form: Form): boolean =>
    form.form === "record" &&
    Object.entries(form.keys).some(([name, { required }]) => required && node.entries.has(name));
  const means = (form: Form): boolean =>
    form.form === "record" &&
    Object.entries(form.keys).some(([name, { required }]) => required && isMeant(name, node, Object.keys(form.keys)));
  const closest = (forms: readonly Form[]): Form | undefined =>
    forms.reduce<Form | undefined>(
      (best, form) => (best === undefined || rate(form) > rate(best) ? form : best),
      undefined,
    );
  return (
    closest(fitting.filter(requires)) ??
    fitting.find(means) ??
    fitting.reduce((best, form) => (rate(form) >= rate(best) ? form : best))
  );
}

function sortOf(form: Form): Written["sort"] | "any" {
  if (form.form === "list") return "list";
  if (form.form === "map" || form.form === "record" || form.form === "variants") return "map";
  return form.form === "anything" || form.form === "either" ? "any" : "scalar";
}
