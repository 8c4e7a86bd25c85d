/** Grants for people to read. */

import Table from "cli-table3";
import { columns, coverageRows, coverageTests } from "./coverage";
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

/** The systems, and under them the tests that show it. Ends with a line feed. */
export function systemsText(): string {
  const head = ["System", ...columns.map((column) => `${column[0]!.toUpperCase()}${column.slice(1)}`)];
  const tests = coverageTests().map(
    ({ column, file, title, types }) => `${column} ${types.join(", ")}\n  ${file}: ${title}`,
  );
  return `${plainTable(head, coverageRows(), [30, 36, 36, 36])}\n\nShown by these tests, in the repository of this package:\n\n${tests.join("\n")}\n`;
}

function permissionTable(grants: StorageGrants["grants"]): string {
  const rows = grants.map(({ action, on, conditions, why, source, basis }) => {
    const kept = conditions.map(({ key, values }) => `${key} ${values.join(", ")}`);
    return [action, [on, ...kept].join(": "), why, `${sources[source][0]}${basis === "inferred" ? " (inferred)" : ""}`];
  });
  return plainTable(["Action", "On", "Why", "Source"], rows);
}

/** Columns and no lines. With `widths` long cells are broken between words. */
function plainTable(head: string[], rows: readonly string[][], widths?: number[]): string {
  const corners = ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"];
  const lines = ["left", "left-mid", "mid", "mid-mid", "right", "right-mid"];
  const table = new Table({
    head,
    ...(widths && { colWidths: widths, wordWrap: true }),
    chars: { ...Object.fromEntries([...corners, ...lines].map((name) => [name, ""])), middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

const list = (title: string, items: readonly string[]): string[] =>
  items.length > 0 ? [`${title}:\n${items.map((item) => `- ${item}`).join("\n")}`] : [];
