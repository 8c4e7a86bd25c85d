// Everything that can go wrong with every call that a run makes for one object, of every kind. The cases are made from
// the calls that a run makes when nothing goes wrong. What becomes of each stands in schema/faults.md, which
// FAULTS=write writes anew.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Seed } from "../provider/sandbox";
import { operations, subjects, titles, type Subject } from "./fault-cases.ts";
import { inTurn, outcomes, play, rehearse, rowsAt, type OutcomeName, type Script } from "./fault-runs.ts";

/** By row and operation: what became of it. */
const seen = new Map<string, Set<OutcomeName>>();
let played = 0;
let pairs = 0;

const patience = { timeout: 20 * 60_000 };
const operationsOf = (subject: Subject) =>
  operations.filter(({ of }) => of(subject)).map((operation) => [operation.title, operation] as const);

describe.concurrent.each(subjects.map((subject) => [subject.definition.kind, subject] as const))("%s", (_, subject) => {
  it.concurrent.each(operationsOf(subject))("%s", patience, async (_, operation) => {
    const script = await rehearse(subject, operation);
    expect(await problemsOf(script)).toBe("");
    pairs += 1;
  });
});

/** Lists of more than a page, in each of iconik's three ways of paging. */
describe.concurrent.each<[string, Seed]>([
  ["UserGroup", { groups: [...numbered(), { name: "Desk", roles: ["can_search"] }] }],
  [
    "ExportLocation",
    { export_locations: numbered().map((each) => ({ ...each, storage_id: "Playout", path: each.name })) },
  ],
  ["AclTemplate", { acl_templates: numbered() }],
])("%s among many", (kind, seed) => {
  const subject = subjects.find(({ definition }) => definition.kind === kind)!;
  it.concurrent.each(operationsOf(subject).filter(([title]) => title === "create" || title === "adopt"))(
    "%s",
    patience,
    async (_, operation) => {
      const script = await rehearse(subject, operation, seed);
      const lists = script.calls.flatMap((call, nth) =>
        call.path.endsWith("s/") && call.method === "GET" ? [nth] : [],
      );
      expect(lists.length).toBeGreaterThan(1);
      expect(await problemsOf(script, lists)).toBe("");
    },
  );
});

function numbered(): { name: string }[] {
  return Array.from({ length: 150 }, (_, index) => ({ name: `Other ${index}` }));
}

/** What is not as it should be in any of the cases. */
async function problemsOf(
  script: Script,
  nths: readonly number[] = script.calls.map((_, nth) => nth),
): Promise<string> {
  const cases = nths.flatMap((nth) => rowsAt(script, nth).map((row) => ({ nth, row })));
  const problems: string[] = [];
  await inTurn(cases, async ({ nth, row }) => {
    const verdict = await play(script, nth, row);
    played += 1;
    const cell = `${row.title}/${script.operation.title}`;
    seen.set(cell, (seen.get(cell) ?? new Set()).add(verdict.outcome));
    const { method, path } = script.calls[nth]!;
    if (verdict.problems.length > 0)
      problems.push(
        `call ${nth} (${method} ${path}), ${row.title} ${JSON.stringify(row.trouble)}:\n    ${verdict.problems.join("\n    ")}`,
      );
  });
  return problems.join("\n");
}

const file = join(__dirname, "../schema/faults.md");

it("stands in schema/faults.md", ({ skip }) => {
  if (pairs < subjects.flatMap(operationsOf).length) skip("it takes all kinds and operations");
  if (process.env.FAULTS === "write") writeFileSync(file, table());
  expect(
    existsSync(file) && readFileSync(file, "utf8"),
    "FAULTS=write vitest run test/faults.test.ts writes it anew",
  ).toBe(table());
  console.log(`${played} cases`);
});

function table(): string {
  const columns = operations.map(({ title }) => title);
  const cell = (row: string, column: string): string => {
    const found = seen.get(`${row}/${column}`);
    return found
      ? (Object.keys(outcomes) as OutcomeName[])
          .filter((name) => found.has(name))
          .map((name) => outcomes[name][0])
          .join(", ")
      : "";
  };
  return `# When something goes wrong

What becomes of a run when one of its calls to iconik goes wrong. Every call that it makes for an object of each kind was
hit by each fault in turn (\`test/faults.test.ts\`). In no case is there a second object, is anything deleted that was not
to be, or is an id lost; and once the fault is gone, the next run makes everything as described, the one after it finds
nothing to do, and a refresh shows no drift.

${Object.values(outcomes)
  .map(([word, meaning]) => `- **${word}**: ${meaning}.`)
  .join("\n")}

Where a cell has several words, it depends on which call was hit.

| | ${columns.join(" | ")} |
|--|${columns.map(() => "--").join("|")}|
${titles.map((title) => `| ${title} | ${columns.map((column) => cell(title, column)).join(" | ")} |`).join("\n")}

\`import\` reads what is there into state; \`adopt\` takes over what is there and changes it (\`adopt: converge\`); \`restore\`
is the deletion of settings that are to be put back as they were (\`onDestroy: restore\`).
`;
}
