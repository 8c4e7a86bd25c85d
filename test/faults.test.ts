// Everything that can go wrong with every call that a run makes for one object, of every kind. The cases are made from
// the calls that a run makes when nothing goes wrong; what becomes of each stands in schema/faults.md.
//   EXHAUSTIVE=1 tries more; FAULTS=write writes the table anew.
import { describe, expect, it } from "vitest";
import { operations, subjects } from "./fault-cases.ts";
import { play, rehearse, rowsAt, type OutcomeName } from "./fault-runs.ts";

/** By row and operation: what became of it. */
const seen = new Map<string, Map<string, Set<OutcomeName>>>();

describe.each(subjects.map((subject) => [subject.definition.kind, subject] as const))("%s", (_, subject) => {
  it.each(operations.filter(({ of }) => of(subject)).map((operation) => [operation.title, operation] as const))("%s", { timeout: 600_000 }, async (_, operation) => {
    const script = await rehearse(subject, operation);
    expect(script.calls.length).toBeGreaterThan(0);
    const cases = script.calls.flatMap((call, nth) => rowsAt(script, nth).map((row) => ({ nth, row, call })));
    const failures: string[] = [];
    await inTurn(cases, async ({ nth, row, call }) => {
      const { outcome, problems } = await play(script, nth, row);
      const cells = seen.get(row.title) ?? new Map<string, Set<OutcomeName>>();
      seen.set(row.title, cells.set(operation.title, (cells.get(operation.title) ?? new Set()).add(outcome)));
      const where = `call ${nth} (${call.method} ${call.path}), ${row.title} ${JSON.stringify(row.trouble)}`;
      if (problems.length > 0) failures.push(`${where}:\n    ${problems.join("\n    ")}`);
    });
    console.log(`${subject.definition.kind} ${operation.title}: ${script.calls.length} calls, ${cases.length} cases, ${failures.length} failures`);
    expect(failures.join("\n")).toBe("");
  });
});

/** So many at a time: those that wait for an answer are not in the way of the others. */
async function inTurn<T>(all: readonly T[], work: (one: T) => Promise<void>, most = 16): Promise<void> {
  const left = [...all];
  await Promise.all(
    Array.from({ length: most }, async () => {
      for (let next = left.shift(); next; next = left.shift()) await work(next);
    }),
  );
}
