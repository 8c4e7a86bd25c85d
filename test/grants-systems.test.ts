// The table of systems: every cell is backed by tests that are there, and says no more than the code can.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ObjectKind } from "../provider/definition";
import { cloudModules } from "../provider/clouds/buckets";
import { columns, coverage, coverageTests } from "../provider/clouds/grants/coverage";
import { storageTypes, systems } from "../provider/clouds/grants";
import { systemsText } from "../provider/clouds/grants/text";
import { kinds } from "../provider/kinds";
import { provisioning } from "../provider/tenant/language/provisioning";
import { repository } from "./processes.mts";

const { cases } = (kinds.Storage as ObjectKind).variants!;

describe("the table of systems", () => {
  it("has every system that iconik can store in, and a row for each when it is printed", () => {
    expect(Object.keys(coverage).sort()).toEqual([...storageTypes].sort());
    expect(Object.keys(coverage).sort()).toEqual(Object.keys(cases).sort());
    const text = systemsText();
    for (const type of storageTypes) expect(text.replace(/\s+/g, " ")).toContain(`(${type})`);
    for (const { file, title } of coverageTests()) expect(text).toContain(`${file}: ${title}`);
  });

  it.each(coverageTests().map((test) => [test.column, test.title, test] as const))(
    "%s is shown by: %s",
    (_, __, { file, title }) => {
      expect(existsSync(join(repository, file)), file).toBe(true);
      const text = readFileSync(join(repository, file), "utf8");
      // A test's own title, or that of what holds tests together; skipped by nothing but a machine without Go.
      const literal = JSON.stringify(title).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      expect(text).toMatch(
        new RegExp(
          `^\\s*(?:it|test|describe)(?:\\.(?:concurrent|each\\(.*\\)))*\\(\\s*${literal}|^\\s*\\]?\\)\\(\\s*${literal}`,
          "m",
        ),
      );
      expect(text).not.toMatch(/\b(?:it|test|describe)\.(?:skip|todo|only)\b/);
    },
  );

  it.each(storageTypes)("says of %s what can be declared, provisioned and proven, and nothing that cannot", (type) => {
    const { declare, provision, prove } = coverage[type];
    for (const column of columns)
      if (coverage[type][column]) expect(coverage[type][column].tests.length).toBeGreaterThan(0);
    expect(declare).toBeDefined();
    expect(provision !== undefined).toBe(type in provisioning);
    expect(provision !== undefined && type !== "file").toBe(cloudModules[type] !== undefined);
    expect(prove !== undefined).toBe(systems[type].enforcement !== "none");
  });
});
