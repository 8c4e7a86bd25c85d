/** Whether a tenant has user groups, or teams and role groups. */

import { accessSorts } from "../../definition";
import type { Report } from "../diagnostics";
import type { Kinds } from "../language/sections";
import { placeOf, type Span } from "../files/text";
import { child, entriesOf, itemsOf, textOf, type Written } from "../files/written";

type Model = "userGroups" | "teams";

/** What the file says, or else what it uses; user groups when it uses neither. Sections of the other are reported. */
export function chooseModel(tree: Written, kinds: Kinds, report: Report): Model {
  const used = sectionsOfModels(tree, kinds);
  const said = textOf(child(child(tree, "tenant"), "model"));
  if (said === "userGroups" || said === "teams") {
    for (const { model, section, at } of used) {
      if (model === said) continue;
      report(
        "wrong-model",
        at,
        `${section} is not for this tenant: tenant.model is ${said}`,
        said === "teams" ? "describe teams and roleGroups" : "describe userGroups, or correct tenant.model",
      );
    }
    return said;
  }
  const [first, ...others] = used;
  const other = others.find(({ model }) => model !== first!.model);
  if (other) {
    report(
      "wrong-model",
      other.at,
      `${other.section} and ${first!.section} (line ${placeOf(first!.at).line}) do not exist in one tenant`,
      "write tenant.model, and describe only what that tenant has",
    );
  }
  return first?.model ?? modelOfLists(tree, kinds) ?? "userGroups";
}

function sectionsOfModels(tree: Written, kinds: Kinds): { model: Model; section: string; at: Span }[] {
  return entriesOf(tree).flatMap(({ key: section, at }) => {
    const model = Object.values(kinds).find((definition) => definition.section === section)?.model;
    return model ? [{ model, section, at }] : [];
  });
}

/** A file without groups and teams may still name some: in access lists, and in the sections of single parts. */
function modelOfLists(tree: Written, kinds: Kinds): Model | undefined {
  const holders = entriesOf(tree).flatMap(({ value }) => [
    value,
    ...entriesOf(value).flatMap((entry) => child(entry.value, "access") ?? []),
  ]);
  for (const [sort, { kind }] of Object.entries(accessSorts)) {
    const model = kinds[kind]?.model;
    const isUsed = (node: Written) => {
      const members = child(node, sort);
      return entriesOf(members).length > 0 || itemsOf(members).length > 0;
    };
    if (model && holders.some(isUsed)) return model;
  }
  return undefined;
}
