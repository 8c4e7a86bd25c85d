// What Pulumi keeps of a program's call stack: where the program makes a resource, and nothing that is the same for all.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import { createProject, endToEnd, type Project } from "./cli.ts";
import { environmentOf } from "./stack.ts";

describe("the place of a resource in the program", endToEnd, () => {
  let sandbox: Sandbox;
  let project: Project;

  beforeAll(async () => {
    sandbox = await startSandbox({ tenant: "old" });
    project = await createProject(
      {
        "index.js": 'const { groupOf } = require("./groups");\n\ngroupOf("Editors");\n',
        "groups.js":
          'const iconik = require("pulumi-iconik");\n\nexports.groupOf = (name) =>\n  new iconik.UserGroup(name, { roles: [] });\n',
      },
      { env: environmentOf(sandbox) },
    );
  });
  afterAll(async () => {
    await project.close();
    await sandbox.close();
  });

  it("is a line of the program, with the lines that led there", async () => {
    const { code, all } = await project.up(["--skip-preview"]);
    expect(code, all).toBe(0);
    const [group] = await project.resources();
    expect(group).toMatchObject({
      sourcePosition: "project:///groups.js#4,3",
      stackTrace: [{ sourcePosition: "project:///groups.js#4,3" }, { sourcePosition: "project:///index.js#3,1" }],
    });
  });
});
