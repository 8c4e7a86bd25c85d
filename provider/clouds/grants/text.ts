/** Grants for people to read. */

import Table from "cli-table3";
import type { StorageGrants } from "./documents";
import { uses, usesOf } from "./need";
import { sources, systems } from "./permissions";

/** Ends with a line feed. */
export const grantsText = (all: readonly StorageGrants[]): string => all.map(storageText).join("\n\n");

function storageText({ need, says, grants, documents, checklist, notes, placeholders }: StorageGrants): string {
  const { label, type, purpose, bucket, path } = need;
  const title = `${label}: ${systems[type].name}, ${purpose}${bucket ? `, ${bucket}${path ? `/${path}` : ""}` : ""}`;
  const does = [...usesOf(need)].map((use) => uses[use]);
  const parts = [
    `${title}\n${"=".repeat(title.length)}`,
    `What goes on there: ${does.join(", ") || "nothing"}.\nEnforced: ${says}`,
    ...(grants.length > 0 ? [permissionTable(grants)] : []),
    ...documents.map(({ name, about, body }) => `${name} (${about})\n${JSON.stringify(body, undefined, 2)}`),
    ...list("To do", checklist),
    ...list("To know", notes),
    ...list(
      "To fill in",
      Object.entries(placeholders).map(([name, hint]) => `<${name}>: ${hint}`),
    ),
  ];
  return `${parts.join("\n\n")}\n`;
}

function permissionTable(grants: StorageGrants["grants"]): string {
  const table = new Table({
    head: ["Action", "On", "Why", "Source"],
    chars: {
      top: "",
      "top-mid": "",
      "top-left": "",
      "top-right": "",
      bottom: "",
      "bottom-mid": "",
      "bottom-left": "",
      "bottom-right": "",
      left: "",
      "left-mid": "",
      mid: "",
      "mid-mid": "",
      right: "",
      "right-mid": "",
      middle: "  ",
    },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  for (const { action, on, conditions, why, source, basis } of grants) {
    const kept = conditions.map(({ key, values }) => `${key} ${values.join(", ")}`);
    table.push([
      action,
      [on, ...kept].join(": "),
      why,
      `${sources[source][0]}${basis === "inferred" ? " (inferred)" : ""}`,
    ]);
  }
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

const list = (title: string, items: readonly string[]): string[] =>
  items.length > 0 ? [`${title}:\n${items.map((item) => `- ${item}`).join("\n")}`] : [];
