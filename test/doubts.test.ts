// Where iconik's behaviour is not documented, the sandbox can behave in each plausible way. The life of every kind is
// lived under each of them, alone and mixed at random; where something cannot be done, that is told.
//   EXHAUSTIVE=1 mixes more; SEED=… mixes the same again; DOUBTS=write writes schema/doubts.md anew.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { switchTable, type SwitchName } from "../provider/sandbox";
import { doubtsTable, impossible, settings, valuesOf, type Setting } from "./doubt-cases.ts";
import { liveUnder } from "./doubt-runs.ts";

const patience = { timeout: 10 * 60_000 };

describe.concurrent("each reading alone", () => {
  const alone = settings.filter((setting) => Object.keys(setting).length <= 1);
  it.concurrent.each(alone.map((setting) => [titleOf(setting), setting] as const))(
    "%s",
    patience,
    async (_, setting) => {
      expect(await liveUnder(setting)).toEqual([]);
    },
  );
});

it("what cannot be done is told, and it is nothing else", patience, async () => {
  for (const { when, told } of impossible) {
    const failures = await liveUnder(when, []);
    expect(failures.join("\n"), JSON.stringify(when)).toMatch(told);
  }
});

describe("readings mixed at random", () => {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000_007);
  const names = Object.keys(switchTable) as SwitchName[];
  const mix = fc.record(
    Object.fromEntries([
      ...names.map((name) => [name, fc.constantFrom(...valuesOf(name))]),
      ["tenant", fc.constantFrom("old", "new", "both")],
      ["caller", fc.constantFrom("administrator", "roles")],
    ]),
    { requiredKeys: [] },
  );
  const mixes = fc.sample(mix, { numRuns: process.env.EXHAUSTIVE ? 500 : 25, seed }) as Setting[];

  it.concurrent.each(mixes.map((setting, index) => [index, setting] as const))(
    `SEED=${seed} %i`,
    patience,
    async (_, setting) => {
      const failures = await liveUnder(setting);
      expect(failures, failures.length > 0 ? `needs no more than ${titleOf(await least(setting))}` : "").toEqual([]);
    },
  );

  /** As few settings of the mix as fail by themselves. */
  async function least(setting: Setting): Promise<Setting> {
    let smaller = setting;
    for (const name of Object.keys(setting) as (keyof Setting)[]) {
      const { [name]: _, ...without } = smaller;
      if ((await liveUnder(without)).length > 0) smaller = without;
    }
    return smaller;
  }
});

const file = join(__dirname, "../schema/doubts.md");

it("stand in schema/doubts.md", () => {
  if (process.env.DOUBTS === "write") writeFileSync(file, doubtsTable());
  expect(
    existsSync(file) && readFileSync(file, "utf8"),
    "DOUBTS=write vitest run test/doubts.test.ts writes it anew",
  ).toBe(doubtsTable());
});

function titleOf(setting: Setting): string {
  return (
    Object.entries(setting)
      .map(([name, value]) => `${name}=${value}`)
      .join(" ") || "everything as it is most likely"
  );
}
