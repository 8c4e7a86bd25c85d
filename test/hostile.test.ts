/**
 * Input that means harm, or looks as if it did: descriptions that explode, and names that JavaScript or a terminal takes
 * for something else. Servers that mean harm are in hostile-server.test.ts.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { fieldsOf, type Values } from "../provider/definition";
import { describe as inWords } from "../provider/engine/errors";
import { providerText } from "../provider/protocol/wire";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import { format, loadTenant } from "../provider/tenant";
import { endToEnd } from "./cli.ts";
import { forms } from "./desired.ts";
import { openStack } from "./engine-stack.ts";
import { escapes, raw } from "./escapes.ts";
import { done, quick, refused, startIconikProject } from "./iconik-project.ts";
import { startProvider } from "./provider-process.ts";
import { clientOf, failure, serve } from "./scripted-server.ts";
import { environmentOf } from "./stack.ts";
import { folder, load, resource, said } from "./tenant/inline.ts";

const prototypical = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "__defineGetter__",
];

afterEach(() => {
  // Whatever was tried, every object is still what it was.
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Values).polluted).toBeUndefined();
});

describe("a description", () => {
  it.each([
    [
      "lists of aliases",
      (at: number) =>
        `a${at}: &a${at} [${Array(10)
          .fill(`*a${at - 1}`)
          .join(", ")}]`,
    ],
    [
      "maps of aliases",
      (at: number) =>
        `a${at}: &a${at} { ${Array.from({ length: 10 }, (_, index) => `k${index}: *a${at - 1}`).join(", ")} }`,
    ],
  ])("that is a bomb of %s is refused", (_, level) => {
    const lines = ["a0: &a0 { k: x }", ...Array.from({ length: 40 }, (_, index) => level(index + 1))];
    expect(load(lines.join("\n")).diagnostics.map(({ code }) => code)).toEqual(["too-large"]);
    expect(load("userGroups: {}", [lines.join("\n")]).diagnostics.map(({ code }) => code)).toContain("too-large");
  });

  it.each([
    ["{a: ", "}"],
    ["[", "]"],
    ["\n- ", ""],
    ["\n? ", ""],
  ])("that is nested without end (%j) is refused, in a few words", (open, close) => {
    for (const depth of [1_000, 50_000]) {
      const { diagnostics, desired } = load(
        `userGroups: ${open}${open.trim().concat(" ").repeat(depth)}x${close.repeat(depth + 1)}`,
      );
      expect(desired).toBeUndefined();
      expect(diagnostics.length).toBeLessThan(25);
      expect(["too-large", "yaml-syntax"]).toContain(diagnostics[0]!.code);
    }
  });

  it("that is no description at all is refused in a few words", () => {
    for (const text of [
      "[}\n".repeat(10_000),
      "\t: - ? {\n".repeat(2_000),
      "%\n".repeat(10_000),
      "a: b: c\n".repeat(10_000),
      "*x\n".repeat(1_000),
    ]) {
      const { diagnostics } = load(text);
      expect(diagnostics.length).toBeGreaterThan(0);
      expect(diagnostics.length).toBeLessThan(25);
    }
  });

  it("of many files is read up to 5 MB, over all of its layers", () => {
    const big = `#${"x".repeat(1024 * 1024)}\n`;
    const cwd = folder({
      ...Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`t/${index}.yaml`, big])),
      "over.yaml": big,
    });
    expect(loadTenant({ base: "t" }, { cwd }).diagnostics.map(({ code }) => code)).toContain("too-large");
    expect(
      loadTenant({ base: "t/0.yaml", overlays: Array(5).fill("over.yaml") }, { cwd }).diagnostics.map(
        ({ code }) => code,
      ),
    ).toContain("too-large");
  });

  it("of very long names and lines is told in short lines", () => {
    const long = "x".repeat(1_000_000);
    for (const yaml of [
      `userGroups: { ${long}: { ${long}: 1 } }`,
      `${long}: 1`,
      `userGroups: { A: { roles: [${long}], defaultUserType: ${long} } }`,
    ]) {
      const text = format(load(yaml).diagnostics);
      expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(1_000);
    }
  });

  it("is read from its folder and nowhere else, whatever links say", () => {
    const cwd = folder({
      "secret.yaml": "userGroups: { Stolen: {} }",
      "t/a.yaml": "userGroups: { A: {} }",
      "t/sub/b.yaml": "userGroups: { B: {} }",
    });
    const links: [to: string, at: string][] = [
      ["../secret.yaml", "t/relative.yaml"],
      [join(cwd, "secret.yaml"), "t/absolute.yaml"],
      ["/etc/passwd", "t/passwd.yaml"],
      ["../../secret.yaml", "t/sub/deeper.yaml"],
      ["..", "t/up"],
      ["relative.yaml", "t/twice.yaml"],
      ["t/../secret.yaml", "t/round.yaml"],
    ];
    for (const [to, at] of links) symlinkSync(to, join(cwd, at));
    const { diagnostics } = loadTenant({ base: "t" }, { cwd, loopback: true });
    expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(["outside-folder", "unreadable"]));
    expect(diagnostics).toHaveLength(links.length);
    expect(JSON.stringify(diagnostics)).not.toMatch(/Stolen|root:/);
  });

  it("whose links lead to and fro is read once, and ends", () => {
    const cwd = folder({
      "t/a/a.yaml": "userGroups: { A: {} }",
      "t/b/b.yaml": "userGroups: { B: {} }",
      "t/c/c.yaml": "userGroups: { C: {} }",
    });
    for (const from of ["a", "b", "c"])
      for (const to of ["a", "b", "c"])
        for (const nth of [1, 2]) symlinkSync(`../${to}`, join(cwd, `t/${from}/${to}${nth}`));
    const { desired, diagnostics } = loadTenant({ base: "t" }, { cwd, loopback: true });
    expect(diagnostics).toEqual([]);
    expect(desired!.resources.map(({ label }) => label).sort()).toEqual(["A", "B", "C"]);
  });

  it.runIf(process.platform !== "win32")("may hold no pipe, which would never end", () => {
    const cwd = folder({ "t/a.yaml": "userGroups: { A: {} }" });
    execFileSync("mkfifo", [join(cwd, "t/pipe.yaml")]);
    expect(loadTenant({ base: "t" }, { cwd }).diagnostics.map(({ code }) => code)).toEqual(["unreadable"]);
  });

  it.runIf(process.platform !== "win32")(
    "may have file names that a terminal would obey: they are shown harmless",
    () => {
      const cwd = folder({ "t/a.yaml": "userGroups: { A: {} }" });
      const name = escapes.replaceAll("\u0000", "").replaceAll("/", "");
      mkdirSync(join(cwd, `t/${name}.yaml`));
      symlinkSync("/etc/passwd", join(cwd, `t/${name}b.yml`));
      const checked = loadTenant({ base: "t" }, { cwd });
      expect(checked.diagnostics.length).toBeGreaterThan(0);
      expect(format(checked.diagnostics)).not.toMatch(raw);
    },
  );
});

describe("names that every JavaScript object knows", () => {
  const file = `
userGroups: { ${prototypical.map((name) => `${name}: { description: ${name}, roles: [${prototypical.join(", ")}] }`).join(", ")} }
aclTemplates: { T: { access: { groups: { ${prototypical.map((name) => `${name}: [read]`).join(", ")} } } } }
groupMappings: { ${prototypical.map((name) => `${name}: ${name}`).join(", ")} }
roleSets: { __proto__: [can_search], constructor: [can_read_assets] }
knownRoles: [${prototypical.join(", ")}]`;

  it("are names like others in a file", () => {
    const checked = load(`${file}\nteams: { A: { roles: [] } }`.replace(/\nteams.*/, ""));
    expect(said(checked)).toEqual([]);
    for (const name of prototypical) {
      expect(resource(checked, "UserGroup", name).inputs).toEqual({
        name,
        description: name,
        roles: expect.arrayContaining(prototypical),
      });
      expect(resource(checked, "GroupMapping", name).inputs.group).toMatchObject({ ref: { label: name } });
    }
    const { groups } = resource(checked, "AclTemplate", "T").inputs.access as { groups: unknown[] };
    expect(groups).toHaveLength(prototypical.length);
  });

  it("are no keys, kinds, types or words that the language knows", () => {
    for (const name of prototypical) {
      const wrong = (yaml: string) => expect(said(load(yaml)), yaml).not.toEqual([]);
      wrong(`${name}: {}`);
      wrong(`${name}: { polluted: true }`);
      wrong(`userGroups: { A: { ${name}: 1 } }`);
      wrong(`userGroups: { A: { ${name}: { polluted: true } } }`);
      wrong(`userGroups: { A: { settings: { ${name}: 1 } } }`);
      wrong(`userGroups: { A: { options: { ${name}: 1 } } }`);
      wrong(`userGroups: { A: { defaultUserType: ${name} } }`);
      wrong(`userGroups: { A: { roleSets: [${name}] } }`);
      wrong(`adminSettings: { ${name}: 1 }`);
      wrong(`adminSettings: { passwordChecks: { ${name}: 1 } }`);
      wrong(`storages: { S: { type: ${name}, purpose: files } }`);
      wrong(`storages: { S: { type: s3, purpose: ${name}, bucket: b, region: r } }`);
      wrong(`aclTemplates: { T: { access: { ${name}: { A: [read] } } } }`);
      wrong(`groupMappings: { M: ${name} }`);
      wrong(`release: [${name}/A]`);
      wrong(`shield: { everyone: [{ ip: ${name} }] }`);
    }
  });

  it("do not get past the checks of a program", async () => {
    const sandbox = await startSandbox({ tenant: "both" });
    onTestFinished(sandbox.close);
    const stack = openStack(sandbox);
    onTestFinished(stack.close);
    for (const { definition, least } of forms) {
      for (const name of prototypical) {
        const values = Object.fromEntries([...Object.entries(least), [name, { polluted: true }]]);
        await expect(stack.up("A", definition.kind, values), `${definition.kind} ${name}`).rejects.toThrow(
          `${name} is not a field of ${definition.kind}`,
        );
        for (const [field, { type, values: words }] of Object.entries(fieldsOf(definition, least)) as [
          string,
          { type: string; values?: unknown },
        ][]) {
          if (!words && type !== "record" && type !== "access") continue;
          const inner = words ? name : Object.fromEntries([[name, 1]]);
          await expect(
            stack.up("A", definition.kind, { ...least, [field]: inner }),
            `${definition.kind}.${field} ${name}`,
          ).rejects.toThrow(field);
        }
      }
    }
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  it("go to iconik and come back as they were written", async () => {
    const sandbox = await startSandbox({ tenant: "both" });
    onTestFinished(sandbox.close);
    const stack = openStack(sandbox);
    onTestFinished(stack.close);
    for (const name of prototypical) {
      for (const [kind, values] of [
        ["UserGroup", { name, description: name, roles: [name] }],
        ["RoleGroup", { name, roles: [] }],
        ["GroupMapping", { name, group: { existing: name } }],
      ] as const) {
        expect(await stack.up(`${kind} ${name}`, kind, values)).toBe("created");
        expect(await stack.refresh(`${kind} ${name}`)).toEqual([]);
        expect(await stack.up(`${kind} ${name}`, kind, values)).toBe("same");
      }
    }
    expect(sandbox.objects("groups").map(({ name }) => name)).toEqual(expect.arrayContaining(prototypical));
    for (const name of prototypical.toReversed())
      for (const kind of ["GroupMapping", "RoleGroup", "UserGroup"]) await stack.remove(`${kind} ${name}`);
    expect(sandbox.objects("groups").map(({ name }) => name)).toEqual(["Everyone"]);
    expect(sandbox.objects("group_mappings")).toEqual([]);
  });

  it("are names on the real Pulumi CLI, in a file and in a program", endToEnd, async () => {
    const project = await startIconikProject(`module.exports = require("pulumi-iconik/program");`, {
      seed: { users: [{ email: "ci@example.com", type: "POWER" }] },
    });
    const { sandbox } = project;
    const homePage = "adminSettings: { homePage: { fromConfig: page.constructor } }";
    project.write({ "tenant.yaml": `${file}\n${homePage}` });
    await done(project.config({ "e2e:page": "{}" }));
    await refused(project.preview(), "from the stack's config that the stack does not have");
    project.write({ "tenant.yaml": `${file}\napplications: { constructor: { user: ci@example.com } }` });
    await done(project.up(quick));
    expect(sandbox.objects("groups").map(({ name }) => name)).toEqual(expect.arrayContaining(prototypical));
    expect(
      sandbox
        .objects("group_mappings")
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...prototypical].sort());
    await done(project.preview(["--expect-no-changes", "--refresh"]));

    project.program(
      `for (const name of ${JSON.stringify(prototypical)}) new iconik.UserGroup(name, { roles: [name] });`,
    );
    await done(project.up(quick));
    for (const name of prototypical)
      expect(sandbox.objects("groups")).toContainEqual(expect.objectContaining({ name, roles: [name] }));
    project.program(`new iconik.UserGroup("A", { roles: [], ["__proto__"]: { polluted: true } });`);
    await refused(project.preview(), "__proto__ is not a field of");
  });
});

describe("what a terminal would obey", () => {
  let sandbox: Sandbox;
  beforeAll(
    async () =>
      void (sandbox = await startSandbox({
        tenant: "both",
        seed: {
          groups: [
            { name: `Desk${escapes}`, roles: [] },
            { name: `Own${escapes}\nerror: forged`, roles: [] },
          ],
        },
      })),
  );
  afterAll(() => sandbox.close());

  it("is in no message about a name", async () => {
    const stack = openStack(sandbox);
    onTestFinished(stack.close);
    const wrong: [string, Values][] = [
      ["UserGroup", { name: `Desk${escapes}`, roles: [] }],
      ["UserGroup", { name: "A", [`odd${escapes}`]: 1 }],
      ["UserGroup", { name: "A", defaultUserType: escapes }],
      ["UserGroup", { name: "A", roles: [`can_serch${escapes}`], description: 7 }],
      ["GroupMapping", { name: "A", group: { existing: escapes } }],
      ["Application", { name: "A", user: `${escapes}@example.com` }],
      ["AdminSettings", { passwordChecks: { [escapes]: 1 } }],
    ];
    for (const [kind, values] of wrong) {
      const error = await stack.up("A", kind, values).then(
        () => expect.fail(`${kind} was taken`),
        (thrown: Error) => thrown,
      );
      expect(inWords(error), kind).not.toMatch(raw);
    }
  });

  it("is in no message that repeats what the server says, nor are its lines", async () => {
    const forged = `no${escapes}\nerror: forged line\r\nnote: all is well`;
    const replies = [400, 403, 404, 409, 429, 500].flatMap((status) => [
      { status, body: { errors: [forged] } },
      { status, body: { errors: { [forged]: [forged, { [forged]: forged }] } } },
      { status, body: { message: forged } },
    ]);
    for (const reply of replies) {
      const server = await serve([reply]);
      const error = await failure(
        clientOf(server.url, { maxWait: 0 }).call("POST /API/files/v1/storages/", { body: {} }),
      );
      expect(error.message, JSON.stringify(reply)).not.toMatch(raw);
      expect(error.message).not.toContain("\n");
    }
    const page = await serve([{ body: "<html>", headers: { "content-type": "text/html; \u009b31m" } }]);
    expect((await failure(clientOf(page.url).call("GET /API/files/v1/storages/"))).message).not.toMatch(raw);
  });

  it("is in no note, and no note has more than its line", async () => {
    const name = `Own${escapes}\nerror: forged`;
    const provider = await startProvider({ provider: providerText("UserGroup"), env: environmentOf(sandbox) });
    const { id, outs } = await provider.create({ name, __options: { builtIn: true } });
    await provider.delete(id, outs);
    const email = `gone${escapes}\nerror: forged@example.com`;
    sandbox.addUser({ email, type: "POWER", status: "INACTIVE" });
    await provider.create({ name: "CI", user: email, __provider: providerText("Application") });
    await provider.close();
    const lines = provider.stderr.split("\n").filter(Boolean);
    expect(lines).toEqual(
      [/is taken over/, /was left as it is$/, / is inactive in iconik/].map((words) => expect.stringMatching(words)),
    );
    for (const line of lines) expect(line).toMatch(/^iconik: /);
    expect(lines.join()).not.toMatch(raw);
  });

  it("is nowhere on the screen of the real Pulumi CLI", endToEnd, async () => {
    const text = JSON.stringify(`A${escapes}`).replaceAll("\u{e0041}", "");
    const project = await startIconikProject(`module.exports = require("pulumi-iconik/program");`);
    project.write({ "tenant.yaml": `userGroups: { ${text}: { description: ${text}, ${text}: 1 } }` });
    await refused(project.preview(["--diff"]), "unknown-key");
    project.write({ "tenant.yaml": `userGroups: { ${text}: { description: ${text} } }` });
    project.sandbox.fault({
      match: "POST /API/users/v1/groups/",
      kind: "status",
      code: 400,
      body: { errors: [`no${escapes}\nerror: forged`] },
    });
    const up = await refused(project.up(["--skip-preview", "--diff"]), /answered 400: no/);
    expect(up.all).not.toMatch(/^error: forged/m);
    project.program(
      `new iconik.UserGroup(${text}, { roles: [] }); new iconik.UserGroup("B", { name: ${text}, roles: [] });`,
    );
    await refused(project.preview(), "both stand for");
  });
});
