/** What the compiler and the editor make of programs that use the package: good ones compile, mistakes do not. */

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";
import { afterAll, describe, expect, test } from "vitest";

const root = resolve(__dirname, "..");
const program = join(root, "test/program.ts");
/** What stands above each of the programs below. */
const prelude = `import * as pulumi from "@pulumi/pulumi";
import * as iconik from "pulumi-iconik";
const config = new pulumi.Config();
const editors = new iconik.UserGroup("Editors", { roles: ["can_read_assets"] });
const sport = new iconik.Team("Sport");
const template = new iconik.AclTemplate("Default upload");
const masters = new iconik.Storage("Masters", { type: "s3", purpose: "files", bucket: "example-masters", region: "eu-north-1" });
`;

const { service, write } = languageService();
afterAll(() => service.dispose());

/** What the compiler says of a program, one line for each mistake with all of its explanations. */
function problems(code: string): string[] {
  write(prelude + code);
  return [...service.getSyntacticDiagnostics(program), ...service.getSemanticDiagnostics(program)].map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "),
  );
}

/** What the editor offers where the program has a `|`. */
function offered(code: string): string[] {
  write(prelude + code.replace("|", ""));
  const completions = service.getCompletionsAtPosition(program, prelude.length + code.indexOf("|"), {});
  return completions?.entries.map(({ name }) => name) ?? [];
}

/** What the editor shows of the name before the `|`. */
function explained(code: string): string {
  write(prelude + code.replace("|", ""));
  const info = service.getQuickInfoAtPosition(program, prelude.length + code.indexOf("|") - 1);
  return ts.displayPartsToString(info?.documentation).replace(/\s+/g, " ");
}

describe("programs that compile", () => {
  test.each([
    ["nothing but the prelude", ""],
    ["a name of its own", `new iconik.UserGroup("editors", { name: "Editors", defaultUserType: "standard" });`],
    [
      "a role that is newer than this package",
      `new iconik.UserGroup("A", { roles: ["can_do_something_new", config.require("role")] });`,
    ],
    [
      "values that are known later",
      `new iconik.UserGroup("A", { description: masters.name, roles: pulumi.output(["can_search"]) });`,
    ],
    ["a reference by resource", `new iconik.ExportLocation("A", { storage: masters, path: "out" });`],
    ["a reference by output", `new iconik.ExportLocation("A", { storage: masters.id, path: "out" });`],
    [
      "a reference by id",
      `new iconik.ExportLocation("A", { storage: "7d8f0a0e-0000-4000-8000-000000000001", path: "out" });`,
    ],
    ["a reference by name", `new iconik.ExportLocation("A", { storage: { existing: "Playout" }, path: "out" });`],
    [
      "a reference to any of several kinds",
      `new iconik.GroupMapping("A", { group: editors }); new iconik.GroupMapping("B", { group: sport });`,
    ],
    [
      "an access list",
      `new iconik.AclTemplate("A", { access: {
        groups: [{ group: editors, permissions: ["read", "changeAcl"] }, { group: { existing: "Everyone" }, permissions: [] }],
        teams: [{ team: sport.id, permissions: ["read"] }],
        users: [{ user: "editor@example.com", permissions: ["delete"] }],
      } });`,
    ],
    [
      "a field that is emptied",
      `new iconik.UserGroupSettings("A", { group: editors, deleteGracePeriod: iconik.clear, aclTemplate: { clear: true } });`,
    ],
    [
      "a record with a field that is emptied",
      `new iconik.AdminSettings("A", { passwordChecks: { minLength: 12, digits: iconik.clear } });`,
    ],
    [
      "a satellite that is switched off",
      `new iconik.Storage("A", { type: "portal", purpose: "files", autoScan: false });`,
    ],
    [
      "credentials from elsewhere",
      `new iconik.Storage("A", {
      type: "wasabi", purpose: "archive", bucket: "example", region: "eu-central-1",
      accessKey: config.require("key"), secretKey: config.requireSecret("secret"), aclTemplate: template,
    }, { protect: false });`,
    ],
    [
      "a storage of iconik's own",
      `new iconik.Storage("Proxies", { type: "gcs", purpose: "proxies" }, { builtIn: true });`,
    ],
    [
      "a storage of iconik's own, with a setting",
      `new iconik.Storage("Proxies", { type: "s3", purpose: "proxies", useAcceleration: true }, { builtIn: true });`,
    ],
    [
      "adoption",
      `new iconik.Team("A", {}, { adopt: "exact" }); new iconik.Team("B", {}, { adopt: "7d8f0a0e-0000-4000-8000-000000000001" });`,
    ],
    [
      "settings that are put back",
      `new iconik.AdminSettings("A", { supportAccess: false }, { onDestroy: "restore" });`,
    ],
    [
      "one that exists already",
      `const known: iconik.Storage = iconik.Storage.get("A", "7d8f0a0e-0000-4000-8000-000000000001"); known.purpose.apply((word) => word === "files");`,
    ],
    [
      "arguments that are made first",
      `const args: iconik.WasabiStorageArgs = { type: "wasabi", purpose: "files", bucket: "example", region: "eu-central-1" }; new iconik.Storage("A", args);`,
    ],
    [
      "outputs",
      `
      const app = new iconik.Application("CI", { user: "ci@example.com", token: { lifetimeDays: 90 } });
      export const token: pulumi.Output<string | undefined> = app.authToken;
      export const id: pulumi.Output<string> = app.id;
      export const status: pulumi.Output<"active" | "inactive" | "failing" | undefined> = masters.status;`,
    ],
  ])("%s", (_, code) => {
    expect(problems(code)).toEqual([]);
  });

  test.each(examples())("the example of %s", (_, code) => {
    expect(problems(code)).toEqual([]);
  });
});

describe("mistakes that do not compile", () => {
  test.each([
    [
      "a Wasabi storage without a bucket",
      `new iconik.Storage("A", { type: "wasabi", purpose: "files", region: "eu-central-1" });`,
      "'bucket' is missing",
    ],
    [
      "a Cloudian storage without its address",
      `new iconik.Storage("A", { type: "cloudian", purpose: "files", bucket: "b", region: "dc1" });`,
      "'endpoint' is missing",
    ],
    [
      "a Google storage with a region",
      `new iconik.Storage("A", { type: "gcs", purpose: "files", bucket: "b", project: "p", region: "eu" });`,
      "'region' does not exist in type 'GcsStorageArgs'",
    ],
    [
      "acceleration where only Amazon has it",
      `new iconik.Storage("A", { type: "wasabi", purpose: "files", bucket: "b", region: "eu", useAcceleration: true });`,
      "'useAcceleration' does not exist",
    ],
    ["a storage without a purpose", `new iconik.Storage("A", { type: "portal" });`, "'purpose' is missing"],
    [
      "a storage of no known type",
      `new iconik.Storage("A", { type: "s4", purpose: "files" });`,
      `Type '"s4"' is not assignable`,
    ],
    [
      "iconik's spelling of a word",
      `new iconik.Storage("A", { type: "portal", purpose: "FILES" });`,
      `Did you mean '"files"'`,
    ],
    ["a misspelt word", `new iconik.UserGroup("A", { defaultUserType: "standart" });`, `Did you mean '"standard"'`],
    [
      "a field that does not exist",
      `new iconik.UserGroup("A", { descripton: "Cut" });`,
      "'descripton' does not exist in type 'UserGroupArgs'",
    ],
    [
      "a field that iconik fills in",
      `new iconik.Storage("A", { type: "portal", purpose: "files", status: "active" });`,
      "'status' does not exist",
    ],
    [
      "a field in a record that does not exist",
      `new iconik.AdminSettings("A", { passwordChecks: { length: 12 } });`,
      "'length' does not exist",
    ],
    [
      "a text where a number is wanted",
      `new iconik.AdminSettings("A", { passwordChecks: { minLength: "12" } });`,
      "'string' is not assignable",
    ],
    [
      "a reference to another kind",
      `new iconik.UserGroupSettings("A", { group: editors, aclTemplate: masters });`,
      "'Storage' is not assignable to type 'AclTemplate'",
    ],
    [
      "a team in place of a group",
      `new iconik.AclTemplate("A", { access: { groups: [{ group: sport, permissions: ["read"] }] } });`,
      "'Team' is not assignable to type 'Reference<UserGroup>'",
    ],
    [
      "a group in place of a team, though it has all that a team has",
      `new iconik.TeamSettings("A", { team: editors });`,
      "'UserGroup' is not assignable to type 'Reference<Team>'",
    ],
    [
      "iconik's spelling of a permission",
      `new iconik.AclTemplate("A", { access: { groups: [{ group: editors, permissions: ["change-acl"] }] } });`,
      `Did you mean '"changeAcl"'`,
    ],
    [
      "emptying what cannot be empty",
      `new iconik.Team("A", { description: iconik.clear });`,
      "is not assignable to type 'Input<string> | undefined'",
    ],
    ["null", `new iconik.Team("A", { description: null });`, "Type 'null' is not assignable"],
    ["settings of nobody", `new iconik.UserGroupSettings("A", { hideFavourites: true });`, "'group' is missing"],
    ["no arguments where some are needed", `new iconik.ExportLocation("A");`, "Expected 2-3 arguments"],
    ["an option that does not exist", `new iconik.Team("A", {}, { adpot: "exact" });`, "'adpot' does not exist"],
    [
      "a bucket left out of a storage that iconik did not make",
      `new iconik.Storage("A", { type: "gcs", purpose: "proxies" }, { protect: true });`,
      "missing the following properties from type 'GcsStorageArgs': bucket, project",
    ],
    [
      "a storage of iconik's own with a field of another type",
      `new iconik.Storage("A", { type: "gcs", purpose: "proxies", region: "eu" }, { builtIn: true });`,
      "'region' does not exist",
    ],
    ["writing to an output", `masters.purpose = pulumi.output("files" as const);`, "read-only property"],
  ])("%s", (_, code, message) => {
    expect(problems(code)).toEqual([expect.stringContaining(message)]);
  });
});

describe("what editors offer", () => {
  test("role names, though any text may stand there", () => {
    expect(offered(`new iconik.UserGroup("A", { roles: ["|"] });`)).toEqual(
      expect.arrayContaining(["can_read_assets", "can_delete_assets"]),
    );
  });

  test("the words of a choice", () => {
    expect(offered(`new iconik.Storage("A", { type: "portal", purpose: "|" });`)).toEqual([
      "files",
      "exports",
      "archive",
      "keyframes",
      "proxies",
      "faces",
    ]);
  });

  test("the types of storages", () => {
    expect(offered(`new iconik.Storage("A", { type: "|" });`)).toEqual(
      expect.arrayContaining(["s3", "gcs", "azure", "b2", "ibmCos"]),
    );
  });

  test("of a storage the fields of its type alone", () => {
    const fields = offered(`new iconik.Storage("A", { type: "azure", purpose: "files", | });`);
    expect(fields).toEqual(expect.arrayContaining(["container", "connectionString", "read"]));
    expect(fields).not.toContain("bucket");
  });

  test("what a kind is, and an example", () => {
    expect(explained(`iconik.AclTemplate|;`)).toContain("Who gets access to assets that are uploaded from now on.");
  });

  test.each([
    [
      "limits, and that it can be unset",
      `new iconik.AdminSettings("A", { passwordChecks: { minLength|: 12 } });`,
      "Characters at least. From 8 to 56. `iconik.clear` unsets it.",
    ],
    ["what stands for a name", `new iconik.Team("A", { name|: "B" });`, "Left out: the resource's own name."],
    [
      "that a value is secret",
      `new iconik.Storage("A", { type: "azure", purpose: "files", container: "c", connectionString|: "" });`,
      "Secret: encrypted in the state, never printed.",
    ],
    [
      "what to do in place of a change that is refused",
      `new iconik.Storage("A", { type: "azure", purpose: "files", container|: "c" });`,
      "Changing it is refused: add a storage with the new value, move the files over in iconik, then remove this one",
    ],
    [
      "that a change replaces",
      `new iconik.GroupMapping("A", { group|: editors });`,
      "Changing it replaces the resource.",
    ],
    ["a field of an output", `masters.statusMessage|;`, "What iconik says of it."],
  ])("%s", (_, code, text) => {
    expect(explained(code)).toContain(text);
  });
});

/** The examples that stand in the comments of classes and of their arguments. */
function examples(): [string, string][] {
  const path = join(root, "provider/pulumi/resources.ts");
  const found: [string, string][] = [];
  ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true).forEachChild((node) => {
    if (!ts.isClassDeclaration(node) && !ts.isInterfaceDeclaration(node)) return;
    const tag = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === "example");
    if (tag) found.push([node.name!.text, ts.getTextOfJSDocComment(tag.comment)!]);
    else if (ts.isClassDeclaration(node)) throw new Error(`${node.name!.text} has no example`);
  });
  return found;
}

/** The compiler as editors use it, with one program that can be rewritten. */
function languageService() {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  let text = "";
  let version = 0;
  const service = ts.createLanguageService({
    ...ts.sys,
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    getCompilationSettings: () => ({
      ...options,
      rootDir: root,
      noEmit: true,
      incremental: false,
      noUnusedLocals: false,
      // The source in place of what was built of it, so that no stale build is judged.
      paths: { "pulumi-iconik": [join(root, "provider/index.ts")] },
    }),
    getScriptFileNames: () => [program],
    getScriptVersion: (file) => (file === program ? String(version) : "0"),
    getScriptSnapshot: (file) => {
      const content = file === program ? text : ts.sys.readFile(file);
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
    },
    fileExists: (file) => file === program || ts.sys.fileExists(file),
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
  });
  return {
    service,
    write(content: string) {
      text = content;
      version += 1;
    },
  };
}
