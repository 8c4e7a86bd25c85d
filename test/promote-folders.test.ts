// The folder that promote writes to: a project of its own or none, and a description of its own or none.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { iconik } from "./commands.ts";
import { folder } from "./tenant/inline";

const source = "userGroups: { Editors: { description: Cut } }\n";

describe("a folder that is promoted to", () => {
  it("without a project under one of another tenant is told, and not when it has its own", async () => {
    const cwd = folder({ "Pulumi.yaml": "name: prod\nruntime: nodejs\n", "tenant.yaml": source });
    const promoted = await iconik(["promote", "tenant.yaml", "--to", "test"], { cwd });
    expect(promoted).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(
        "test has no Pulumi project of its own: pulumi up there would be one of Pulumi.yaml, with its stacks. pulumi-iconik init test makes one",
      ),
    });
    const text = readFileSync(join(cwd, "test/tenant.yaml"), "utf8");
    expect(await iconik(["init", "test", "--ci", "none"], { cwd })).toMatchObject({ code: 0 });
    expect(readFileSync(join(cwd, "test/tenant.yaml"), "utf8")).toBe(text);
    expect(await iconik(["promote", "tenant.yaml", "--to", "test"], { cwd })).toMatchObject({ code: 0, stderr: "" });
  });

  it("gets nothing that is not sound: what is wrong is shown as it would stand there, with what to do", async () => {
    const target =
      "userGroups: { Editors: {}, Gone: {} }\ntests: [{ name: no purging, group: Gone, deny: [can_purge_*] }]\n";
    const cwd = folder({
      "tenant.yaml": source,
      "test/tenant.yaml": target,
      "shield.yaml": `${source}shield: { enabled: true, everyone: [{ ip: 192.0.2.1 }] }\nguards: { mustKeep: [192.0.2.1] }\n`,
    });
    const tested = await iconik(["promote", "tenant.yaml", "--to", "test"], { cwd });
    expect(tested.code).toBe(1);
    expect(tested.stderr).toMatch(
      /what would be test\/tenant\.yaml:\d+:\d+ error unknown-reference [^]*\| .*group: Gone[^]*Nothing was written\. What names something that goes, and what is missing, write in test\/tenant\.yaml first: guards, tests/,
    );
    expect(readFileSync(join(cwd, "test/tenant.yaml"), "utf8")).toBe(target);
    const kept = await iconik(["promote", "shield.yaml", "--to", "test"], { cwd });
    expect(kept.stderr).toMatch(
      /what would be test\/tenant\.yaml:\d+:\d+ error missing-field Shield is switched on[^]*guards: \{ mustKeep: \[<address>\] \} at the top level of the file/,
    );
    expect(await iconik(["promote", "shield.yaml", "--to", "new"], { cwd })).toMatchObject({ code: 0 });
    expect(existsSync(join(cwd, "new/tenant.yaml"))).toBe(true);
  });
});

describe("what is printed and written", () => {
  it("tells every key of the stack's config that is new, and settings that the description did not have", async () => {
    const storage = `storages: { Masters: { type: wasabi, purpose: archive, bucket: b, region: eu-central-1, accessKey: EXAMPLEKEY, secretKey: { fromConfig: masters.secretKey } } }\n`;
    const cwd = folder({
      "tenant.yaml": `userGroups: { editors: { name: Editors, options: { adopt: 5b1f0c9e-0000-4000-8000-00000000000a } } }\n${storage}shield: { enabled: true, everyone: [{ ip: 192.0.2.1 }] }\nguards: { mustKeep: [192.0.2.1] }\nadminSettings: { externalShare: false }\n`,
      "test/tenant.yaml":
        "userGroups: { Everyone: { builtIn: true }, Editors: {} }\nguards: { mustKeep: [192.0.2.1] }\n",
    });
    const promoted = await iconik(["promote", "tenant.yaml", "--to", "test"], { cwd });
    expect(promoted.code, promoted.stderr).toBe(0);
    expect(promoted.stdout).toContain(
      "pulumi config set --secret masters.accessKey\n  pulumi config set --secret masters.secretKey\n",
    );
    expect(promoted.stdout).toMatch(/~ adminSettings.*\n +externalShare +nothing → false/);
    expect(promoted.stdout).toMatch(/~ shield\/everyone.*\n +enabled +nothing → true/);
    expect(readFileSync(join(cwd, "test/tenant.yaml"), "utf8")).not.toContain("not described");
  });

  it("leaves every byte of a file that says it already", async () => {
    const own = `# Ours.\nguards: { minAdmins: 3 }\nuserGroups:\n  Guests: { roles: [can_search, can_read_assets] }   # who visits\n  Editors: { description: Cut, formerly: Cutters }\nadminSettings: { mfaMethods: [totp] }\n`;
    const cwd = folder({
      "tenant.yaml":
        "adminSettings: { mfaMethods: [totp] }\nuserGroups: { Editors: { description: Cut }, Guests: { roles: [can_read_assets, can_search] } }\n",
      "test/tenant.yaml": own,
    });
    const same = await iconik(["promote", "tenant.yaml", "--to", "test"], { cwd });
    expect(same).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("the file says nothing else than before\n\ntest/tenant.yaml is left as it is."),
    });
    expect(readFileSync(join(cwd, "test/tenant.yaml"), "utf8")).toBe(own);
    expect(
      JSON.parse((await iconik(["promote", "tenant.yaml", "--to", "test", "--format", "json"], { cwd })).stdout),
    ).toMatchObject({ written: false, changes: { equal: true } });
  });
});
