// A run that went wrong, and the way back: what it was about to change stands in a file, from which the description is
// made again. On the real CLI, with kills and with a file that cannot be written.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import type { Comparison } from "../provider/tenant/compare";
import { createProject, endToEnd, type Project } from "./cli.ts";
import { iconik } from "./commands.ts";
import { change, named } from "./hand.ts";
import { done, quick } from "./iconik-project.ts";
import { repository } from "./processes.mts";
import { createStack, environmentOf } from "./stack.ts";
import { folder } from "./tenant/inline";

const program = { "index.js": 'module.exports = require("pulumi-iconik/program");' };
const newsroom = readFileSync(join(repository, "examples/newsroom/tenant.yaml"), "utf8").replace(
  "    jsonKey: {",
  "    options: { protect: false }\n    jsonKey: {",
);
const secrets = {
  "archive.accessKey": "CANARYKEY",
  "archive.secretKey": "canary-secret",
  "delivery.jsonKey": '{"key":"canary-json"}',
};

async function tenant(
  text: string,
): Promise<{ sandbox: Sandbox; project: Project; env: Record<string, string>; cwd: string }> {
  const sandbox = await startSandbox({ tenant: "old", seed: join(repository, "examples/newsroom/sandbox.yaml") });
  onTestFinished(sandbox.close);
  const env = environmentOf(sandbox);
  const project = await createProject({ ...program, "tenant.yaml": text }, { env });
  onTestFinished(project.close);
  await done(project.config({}, secrets));
  await done(project.up(quick));
  return { sandbox, project, env, cwd: project.folder };
}

/** Every line is replaced once. */
const edited = (text: string, ...edits: readonly (readonly [string, string])[]): string =>
  edits.reduce((now, [from, to]) => {
    if (now.split(from).length !== 2) throw new Error(`not once: ${from}`);
    return now.replace(from, () => to);
  }, text);

const told = ({ changed, onlyFrom, onlyTo }: Comparison): string[] => [
  ...changed.flatMap(({ object, changes }) =>
    changes.map(({ field, member }) => [object, field, member].filter(Boolean).join(" ")),
  ),
  ...onlyFrom.map(({ object }) => `- ${object}`),
  ...onlyTo.map(({ object }) => `+ ${object}`),
];

describe("the file", () => {
  it("holds nothing that a program keeps secret, or kept secret before", async () => {
    const sandbox = await startSandbox();
    onTestFinished(sandbox.close);
    const file = join(folder({}), "undo.jsonl");
    const stack = await createStack(sandbox, { env: { ICONIK_UNDO: file } });
    onTestFinished(stack.close);
    await stack.up("A", "UserGroup", { name: "A", alias: "canary-one", description: "d" }, { secrets: ["alias"] });
    await stack.up("A", "UserGroup", { name: "A", alias: "canary-two", description: "e" }, { secrets: ["alias"] });
    await stack.up("A", "UserGroup", { name: "A", alias: "plain", description: "f" });
    await stack.remove("A");
    const text = readFileSync(file, "utf8");
    expect(text).not.toContain("canary");
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { does: string; values: object; hidden: string[] });
    expect(lines.map(({ does }) => does)).toEqual(["create", "update", "update", "delete"]);
    expect(lines[1]).toMatchObject({ values: { description: "d" }, hidden: ["alias"] });
    expect(lines[2]).toMatchObject({ values: { description: "e" }, hidden: ["alias"] });
    expect(lines[3]).toMatchObject({ values: { name: "A", alias: "plain", description: "f" }, hidden: [] });
  });

  it.each([
    ["", "says of no change"],
    ["{}\n", "undo.jsonl:1 does not say what an object was"],
    ["x\n", "undo.jsonl:1 is no JSON"],
    ['{"v":2}\n', "newer version"],
    [
      ["1", "2"]
        .map(
          (domainId) =>
            `${JSON.stringify({ v: 1, domainId, at: "", does: "create", kind: "UserGroup", label: "A", values: {}, names: {}, hidden: [] })}\n`,
        )
        .join(""),
      "is of 2 tenants: 1, 2",
    ],
  ])("%j is refused, and nothing is written", async (text, said) => {
    const cwd = folder({ "undo.jsonl": text, "tenant.yaml": "userGroups: { A: {} }\n" });
    expect(await iconik(["promote", "undo:undo.jsonl", "--to", "."], { cwd })).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining(said),
    });
    expect(readFileSync(join(cwd, "tenant.yaml"), "utf8")).toBe("userGroups: { A: {} }\n");
  });

  it("does not take out of the description what is protected, and says what to do", async () => {
    const domainId = "5b1f0c9e-0000-4000-8000-000000000001";
    const storage = (rest: string) => `  Disk: { type: file, purpose: files, mountPoint: /mnt/disk${rest} }\n`;
    const made = (kind: string, label: string) =>
      JSON.stringify({
        v: 1,
        run: "r",
        domainId,
        at: "2026-11-20T10:00:00Z",
        does: "create",
        kind,
        label,
        values: {},
        names: {},
        hidden: [],
      });
    const promoted = async (tenant: string) => {
      const cwd = folder({
        "undo.jsonl": `${made("UserGroup", "Guests")}\n${made("Storage", "Disk")}\n`,
        "tenant.yaml": `tenant: { domainId: ${domainId} }\n${tenant}`,
      });
      const { code, stdout, stderr } = await iconik(["promote", "undo:undo.jsonl", "--to", "."], { cwd });
      expect(code, stderr).toBe(0);
      return { told: stdout + stderr, file: readFileSync(join(cwd, "tenant.yaml"), "utf8") };
    };
    const groups = "userGroups: { Editors: {}, Guests: {} }\n";
    const described = await promoted(`${groups}storages:\n${storage("")}`);
    expect(described.file).toContain("Disk:");
    expect(described.file).not.toContain("Guests");
    expect(described.told).toMatch(
      /storages\/Disk.*the run made it, and it is protected, so Pulumi deletes it only after a run with options: \{ protect: false \}; it stays described/,
    );
    // From before the run, or without the protection.
    expect((await promoted(groups)).told).toMatch(/storages\/Disk.*the description does not have it: release it/);
    const free = await promoted(`${groups}storages:\n${storage(", options: { protect: false }")}`);
    expect(free.file).not.toContain("Disk:");
    expect(free.told).not.toContain("protected");
  });

  it("is for promote alone, for its own tenant, and takes a description to put things back into", async () => {
    const line = JSON.stringify({
      v: 1,
      domainId: "1",
      at: "",
      does: "create",
      kind: "UserGroup",
      label: "A",
      values: {},
      names: {},
      hidden: [],
    });
    const cwd = folder({
      "undo.jsonl": `${line}\n`,
      "tenant.yaml": "tenant: { domainId: 5b1f0c9e-0000-4000-8000-000000000001 }\nuserGroups: { A: {} }\n",
    });
    for (const [args, said] of [
      [["compare", "undo:undo.jsonl", "tenant.yaml"], "promote takes such a file"],
      [["promote", "undo:undo.jsonl", "--to", "."], "describes 5b1f0c9e"],
      [["promote", "undo:undo.jsonl", "--to", "elsewhere"], "there is no elsewhere/tenant.yaml"],
      [["promote", "undo:", "--to", "."], "Which file?"],
    ] as const)
      expect(await iconik(args, { cwd })).toMatchObject({ code: 1, stderr: expect.stringContaining(said) });
  });
});

describe("a file of several runs", endToEnd, () => {
  it("undoes the last one, more when that is asked for, and says which", async () => {
    const { project, env, cwd } = await tenant("userGroups: { A: { description: a }, B: { description: b } }\n");
    for (const text of [
      "userGroups: { A: { description: c }, B: { description: b } }\n",
      "userGroups: { A: { description: c }, B: { description: d } }\n",
      "userGroups: { A: { description: e }, B: { description: d } }\n",
    ]) {
      project.write({ "tenant.yaml": text });
      await done(project.up(quick, { ICONIK_UNDO: "undo.jsonl" }));
    }
    const lines = readFileSync(join(cwd, "undo.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { run: string; at: string });
    expect(new Set(lines.map(({ run }) => run)).size).toBe(3);
    const at = (source: string) => {
      project.write({ "was/tenant.yaml": readFileSync(join(cwd, "tenant.yaml"), "utf8") });
      return iconik(["promote", source, "--to", "was"], { cwd, env });
    };
    const says = () =>
      /description: (\w)[^]*description: (\w)/
        .exec(readFileSync(join(cwd, "was/tenant.yaml"), "utf8"))
        ?.slice(1)
        .join("");
    const last = await at("undo:undo.jsonl");
    expect([says(), last.code]).toEqual(["cd", 0]);
    expect(last.stdout).toContain(
      `Undone: one run (${lines[2]!.at} to ${lines[2]!.at}, 1 change) of undo.jsonl.\nNot undone: 2 runs (${lines[0]!.at} to ${lines[1]!.at}, 2 changes) before. undo:undo.jsonl#2 goes back 2 runs`,
    );
    await at("undo:undo.jsonl#2");
    expect(says()).toBe("cb");
    expect((await at("undo:undo.jsonl#all")).stdout).not.toContain("Not undone");
    expect(says()).toBe("ab");
    expect(await at("undo:undo.jsonl#0")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("undo.jsonl#0 cannot be read"),
    });
  });
});

describe("an apply that deleted one of two of a name", endToEnd, () => {
  it.each([
    ["from before it", true],
    ["that was applied", false],
  ])("is undone in the description %s: it is made anew under a name of its own", async (_, isFromBefore) => {
    const ids = ["00000000-0000-4000-8000-0000000000a1", "00000000-0000-4000-8000-0000000000a2"] as const;
    const sandbox = await startSandbox({
      seed: { groups: ids.map((id) => ({ id, name: "Desk", roles: ["can_search"] })) },
    });
    onTestFinished(sandbox.close);
    const one = (label: string, id: string) =>
      `  ${label}: { name: Desk, roles: [can_search], options: { adopt: ${id} } }\n`;
    const both = `userGroups:\n${one("Desk", ids[0])}${one("Desk (2)", ids[1])}`;
    const project = await createProject({ ...program, "tenant.yaml": both }, { env: environmentOf(sandbox) });
    onTestFinished(project.close);
    await done(project.up(quick));
    const applied = `userGroups:\n${one("Desk", ids[0])}`;
    project.write({ "tenant.yaml": applied });
    await done(project.up(quick, { ICONIK_UNDO: "undo.jsonl" }));
    expect(sandbox.object("groups", ids[1])).toBeUndefined();

    project.write({ "tenant.yaml": isFromBefore ? both : applied });
    const { code, stdout, stderr } = await iconik(["promote", "undo:undo.jsonl", "--to", "."], {
      cwd: project.folder,
      env: project.env,
    });
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(
      'look at userGroups/Desk (2) name: another one is named "Desk", and two of a name cannot be made: it comes back as "Desk (2)"',
    );
    await done(project.up(quick));
    expect(
      sandbox
        .objects("groups")
        .map(({ name }) => name as string)
        .sort(),
    ).toEqual(["Desk", "Desk (2)", "Everyone"]);
    expect(sandbox.object("groups", ids[0])).toMatchObject({ name: "Desk" });
    await done(project.preview(["--expect-no-changes"]));
  });
});

describe("a bad apply", endToEnd, () => {
  it("is undone: what was changed, deleted, replaced, taken over and made is as before, but for ids", async () => {
    const { sandbox, project, env, cwd } = await tenant(newsroom);
    // What nobody described is lost with the object too.
    const freelance = named(sandbox, "groups", "Freelance");
    await change(sandbox, "PATCH", `/API/users/v1/groups/${freelance.id}/`, { alias: "FL" });
    await change(sandbox, "PATCH", `/API/settings/v1/group/${freelance.id}/`, { hide_favourites: true });
    await change(sandbox, "POST", "/API/users/v1/groups/", {
      name: "Desk",
      description: "By hand",
      roles: ["can_search"],
    });
    await done(project.refresh());
    expect(await iconik(["export", "live", "--out", "before"], { cwd, env })).toMatchObject({ code: 0 });

    project.write({
      "tenant.yaml": edited(
        newsroom,
        ["    description: Cut and publish\n", "    description: Oops\n    alias: ED\n"],
        ["deleteGracePeriod: 72", "deleteGracePeriod: 1"],
        [
          / {2}Freelance:\n(?: {4}.*\n)+/.exec(newsroom)![0],
          "  Intruders: { roles: [can_search] }\n  Desk: { description: Taken, roles: [can_search, can_purge_assets], options: { adopt: converge } }\n",
        ],
        ["  Archivists:\n", "  Keepers:\n    formerly: Archivists\n"],
        ["AD-Archive: Archivists", "AD-Archive: Editors"],
        [
          "        Freelance: [read]\n        Archivists: [read, write]\n",
          "        Keepers: [read]\n        Intruders: [delete]\n",
        ],
        ["        duty-editor@example.com: [read, changeAcl]\n", "        ci@example.com: [read]\n"],
        ["Archivists: [read] }", "Keepers: [read, write] }"],
        ["autoScan: { hoursInterval: 24 }", "autoScan: false"],
        ['    scanIgnore: ["*.tmp", "re:^\\\\."]\n', "    scanIgnore: []\n"],
        [/ {2}Delivery:\n(?: {4}.*\n)+/.exec(newsroom)![0], ""],
        [/exportLocations:\n(?: +.*\n)+/.exec(newsroom)![0], ""],
        ["  groups:\n    Freelance:\n      - { ip: 192.0.2.0/24 }\n", ""],
        ["    - { ip: 192.0.2.10, application: CI, note: build machines }\n", ""],
        ["passwordChecks: { minLength: 12, digits: 1 }", "passwordChecks: { minLength: 8, digits: 1 }"],
      ),
    });
    await done(project.up(quick, { ICONIK_UNDO: "undo.jsonl", ICONIK_ALLOW: "delete: storages/Delivery" }));
    expect(named(sandbox, "groups", "Editors").description).toBe("Oops");
    expect(sandbox.objects("groups").map(({ name }) => name)).not.toContain("Freelance");
    const kept = readFileSync(join(cwd, "undo.jsonl"), "utf8");
    expect(kept).not.toMatch(/canary/i);
    expect(statSync(join(cwd, "undo.jsonl")).mode & 0o777).toBe(0o600);

    sandbox.clearRequests();
    const undone = await iconik(["promote", "undo:undo.jsonl", "--to", "."], { cwd, env });
    expect(undone, undone.stdout + undone.stderr).toMatchObject({ code: 0, stderr: "" });
    expect(undone.stdout).toContain("pulumi config set --secret delivery.jsonKey");
    expect(undone.stdout).not.toContain("look at ");
    expect(sandbox.requests).toEqual([]);
    // From the description of before, it comes to the same.
    project.write({ "good/tenant.yaml": newsroom });
    const other = await iconik(["promote", "undo:undo.jsonl", "--to", "good"], { cwd, env });
    expect(other, other.stdout + other.stderr).toMatchObject({ code: 0, stderr: "" });
    const both = await iconik(["compare", "tenant.yaml", "good/tenant.yaml"], { cwd });
    expect(both, both.stdout).toMatchObject({ code: 0 });

    await done(project.up(quick));
    const compared = await iconik(["compare", "before/tenant.yaml", "live", "--format", "json"], { cwd, env });
    const { notCompared, ...comparison } = JSON.parse(compared.stdout) as Comparison;
    expect(told({ notCompared, ...comparison })).toEqual([]);
    expect(compared.code).toBe(0);
    expect(named(sandbox, "groups", "Freelance")).toMatchObject({ alias: "FL" });
    expect(named(sandbox, "groups", "Freelance").id).not.toBe(freelance.id);
    expect(named(sandbox, "groups", "Desk")).toMatchObject({ description: "By hand", roles: ["can_search"] });
    await done(project.preview(["--expect-no-changes"]));
  });

  const described = "userGroups: { A: { description: a }, B: { description: b }, C: { description: c } }\n";

  it("can be undone after a kill in the middle of it", async () => {
    const { sandbox, project, env, cwd } = await tenant(described);
    // Nobody describes it until the bad run does.
    for (const name of ["A", "B"])
      await change(sandbox, "PATCH", `/API/users/v1/groups/${named(sandbox, "groups", name).id}/`, {
        alias: "by hand",
      });
    expect(await iconik(["export", "live", "--out", "before"], { cwd, env })).toMatchObject({ code: 0 });
    project.write({
      "tenant.yaml": "userGroups: { A: { description: x, alias: X }, B: { description: y, alias: Y }, D: {} }\n",
    });
    const mend = sandbox.fault({ match: /^(PATCH|DELETE|POST) /, kind: "timeout", after: 1, times: Infinity });
    const writes = () => sandbox.requests.filter(({ method }) => method !== "GET").length;
    sandbox.clearRequests();
    const run = project.up(quick, { ICONIK_UNDO: "undo.jsonl" });
    await vi.waitUntil(() => writes() >= 2, { timeout: 60_000 });
    for (const pid of run.kill()) process.kill(pid, "SIGKILL");
    await run;
    mend();
    await done(project.cancel());
    // A kill can come in the middle of a line.
    writeFileSync(join(cwd, "undo.jsonl"), '{"v":1,"doma', { flag: "a" });
    sandbox.clearRequests();
    const again = await project.up(quick, { ICONIK_UNDO: "undo.jsonl" });
    expect(again.all).toContain("it ends with half a line");
    expect(writes()).toBe(0);

    project.write({ "tenant.yaml": described });
    const undone = await iconik(["promote", "undo:undo.jsonl", "--to", "."], { cwd, env });
    expect(undone, undone.stdout + undone.stderr).toMatchObject({ code: 0 });
    await done(project.refresh(["--clear-pending-creates"]));
    await done(project.up(quick, { ICONIK_ADOPT: "exact" }));
    const compared = await iconik(["compare", "before/tenant.yaml", "live", "--format", "json"], { cwd, env });
    // What a killed run made, no state may know.
    expect(told(JSON.parse(compared.stdout) as Comparison).filter((one) => one !== "+ userGroups/D")).toEqual([]);
  });

  it("does not begin when the file cannot be written", async () => {
    const { sandbox, project, cwd } = await tenant("userGroups: { A: { description: a }, B: {} }\n");
    mkdirSync(join(cwd, "folder"));
    project.write({ "tenant.yaml": "userGroups: { A: { description: x }, C: {} }\n" });
    sandbox.clearRequests();
    for (const path of ["folder", "nowhere/undo.jsonl"]) {
      const run = await project.up(quick, { ICONIK_UNDO: path });
      expect(run.code).not.toBe(0);
      expect(run.all).toContain(`ICONIK_UNDO is ${path}, which cannot be written`);
    }
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(existsSync(join(cwd, "undo.jsonl"))).toBe(false);
  });
});
