/** `pulumi-iconik validate`: sources, formats, exit codes. */

import { Command } from "commander";
import { afterEach, describe, expect, test, vi } from "vitest";
import { validate } from "../provider/commands/validate";
import { folder } from "./tenant/inline";

const files = folder({
  "good.yaml": "tenant: { domainId: 5b1f0c9e-0000-4000-8000-000000000001 }\nuserGroups: { A: {} }\n",
  "unwise.yaml":
    "tenant: { domainId: 5b1f0c9e-0000-4000-8000-000000000001 }\nuserGroups: { A: { roles: [can_teleport_assets] } }\n",
  "bad.yaml": "userGroups: { A: { rolez: [] } }\n",
  "prod.yaml": "userGroups: { B: {} }\n",
  "folder/tenant.yaml": "tenant: { domainId: 5b1f0c9e-0000-4000-8000-000000000001 }\n",
  "folder/groups.yaml": "userGroups: { A: {}, B: {} }\n",
});

/** Runs the command in the folder of files. */
async function run(...args: string[]): Promise<{ stdout: string; exitCode: number }> {
  const cwd = vi.spyOn(process, "cwd").mockReturnValue(files);
  const written: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    const program = new Command("pulumi-iconik").exitOverride().configureOutput({ writeErr: () => {} });
    validate(program);
    for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => {} });
    await program.parseAsync(["validate", ...args], { from: "user" });
    return { stdout: written.join(""), exitCode: Number(process.exitCode ?? 0) };
  } finally {
    process.exitCode = before;
    write.mockRestore();
    cwd.mockRestore();
  }
}

afterEach(() => vi.unstubAllEnvs());

describe("exit codes", () => {
  test.each([
    [["good.yaml"], 0],
    [["good.yaml", "--strict"], 0],
    [["folder"], 0],
    [["unwise.yaml"], 0],
    [["unwise.yaml", "--strict"], 2],
    [["bad.yaml"], 1],
    [["bad.yaml", "--strict"], 1],
    [["nothing.yaml"], 1],
  ])("%j: %i", async (args, exitCode) => {
    expect((await run(...args)).exitCode).toBe(exitCode);
  });
});

test("says what is wrong, and sums it up", async () => {
  const { stdout } = await run("bad.yaml");
  expect(stdout).toContain("bad.yaml:1:1 error missing-field");
  expect(stdout).toContain("bad.yaml:1:20 error unknown-key");
  expect(stdout).toMatch(/\n2 errors, 0 warnings\n$/);
  expect((await run("good.yaml")).stdout).toBe("1 resource, 0 errors, 0 warnings\n");
});

test("lays overlays over the source, both ways of naming them", async () => {
  expect((await run("good.yaml+prod.yaml")).stdout).toBe("2 resources, 0 errors, 0 warnings\n");
  expect((await run("good.yaml", "--overlay", "prod.yaml")).stdout).toBe("2 resources, 0 errors, 0 warnings\n");
});

test("JSON for machines", async () => {
  const { stdout } = await run("unwise.yaml", "--format", "json");
  expect(JSON.parse(stdout)).toMatchObject({
    valid: true,
    errors: 0,
    warnings: 1,
    resources: [{ kind: "UserGroup", label: "A", place: { file: "unwise.yaml", line: 2 } }],
    diagnostics: [{ code: "unknown-role", severity: "warning", place: { file: "unwise.yaml", line: 2, column: 28 } }],
  });
});

test("a tenant on loopback needs no id", async () => {
  vi.stubEnv("ICONIK_URL", "http://127.0.0.1:4000");
  expect((await run("prod.yaml")).exitCode).toBe(0);
  vi.stubEnv("ICONIK_URL", "https://app.iconik.io");
  expect((await run("prod.yaml")).exitCode).toBe(1);
});

test("other sources and unknown flags are refused", async () => {
  await expect(run("live")).rejects.toThrow(/files and folders only/);
  await expect(run("good.yaml", "--dry-run")).rejects.toThrow(/unknown option/);
  await expect(run("good.yaml", "--format", "xml")).rejects.toThrow(/Allowed choices/);
});
