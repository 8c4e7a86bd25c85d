// A tenant with Shield on is taken over like any other: who has to stay inside is said with it, in both languages.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startSandbox, type Seed } from "../provider/sandbox";
import { createProject, endToEnd } from "./cli.ts";
import { iconik } from "./commands.ts";
import { done } from "./iconik-project.ts";
import { environmentOf } from "./stack.ts";
import { folder } from "./tenant/inline";

const seed: Seed = {
  groups: [{ name: "Editors", roles: ["can_search"] }],
  settings: { system: { enable_shield: true, allowed_ips: [{ ip: "127.0.0.0/8" }, { ip: "203.0.113.0/24" }] } },
};
const says = {
  yaml: /guards:\n +# from where this was read; add the addresses of CI and of the office\n +mustKeep: \[127\.0\.0\.1\]/,
  ts: /\/\/ mustKeep: from where this was read.*\nnew iconik\.Guards\("guards", \{ mustKeep: \["127\.0\.0\.1"\] \}\);/,
};

describe("a tenant with Shield on", endToEnd, () => {
  it.each(["yaml", "ts"] as const)("is exported, checked, imported, and not changed: %s", async (format) => {
    const sandbox = await startSandbox({ tenant: "old", seed });
    onTestFinished(sandbox.close);
    const env = environmentOf(sandbox);
    const out = folder({});
    const exported = await iconik(
      ["export", "live", "--out", ".", "--import-file", "import.json", "--format", format],
      { cwd: out, env },
    );
    expect(exported).toMatchObject({ code: 0 });
    const file = format === "ts" ? "index.ts" : "tenant.yaml";
    const text = readFileSync(join(out, file), "utf8");
    expect(text).toMatch(says[format]);
    if (format === "yaml")
      expect(await iconik(["validate", "tenant.yaml"], { cwd: out, env })).toMatchObject({ code: 0 });
    const project = await createProject(
      { ...(format === "yaml" && { "index.js": 'module.exports = require("pulumi-iconik/program");' }), [file]: text },
      { env },
    );
    onTestFinished(project.close);
    await done(project.config({ "iconik:domainId": sandbox.domainId }));
    await done(project.import(JSON.parse(readFileSync(join(out, "import.json"), "utf8")) as { resources: unknown[] }));
    await done(project.preview(["--expect-no-changes"]));
    await done(project.up(["--skip-preview", "--expect-no-changes"]));
  });

  it("is promoted into a folder without guards, and into one with guards of its own", async () => {
    const sandbox = await startSandbox({ tenant: "old", seed });
    onTestFinished(sandbox.close);
    const env = environmentOf(sandbox);
    const cwd = folder({
      "own/tenant.yaml": "userGroups: { Editors: {} }\nguards: { mustKeep: [203.0.113.7], minAdmins: 3 }\n",
    });
    const fresh = await iconik(["promote", "live", "--to", "fresh"], { cwd, env });
    expect(fresh).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(
        "look at guards mustKeep: 127.0.0.1, from where this was read; add the addresses of CI",
      ),
    });
    expect(await iconik(["validate", "fresh/tenant.yaml"], { cwd, env })).toMatchObject({ code: 0 });
    expect(await iconik(["promote", "live", "--to", "own"], { cwd, env })).toMatchObject({
      code: 0,
      stdout: expect.not.stringContaining("look at guards"),
    });
    expect(readFileSync(join(cwd, "own/tenant.yaml"), "utf8")).toMatch(
      /guards:\n  mustKeep: \[203\.0\.113\.7\]\n  minAdmins: 3\n/,
    );
  });

  it("is described by init --from live", async () => {
    const sandbox = await startSandbox({ tenant: "old", seed });
    onTestFinished(sandbox.close);
    const cwd = folder({});
    const env = environmentOf(sandbox);
    expect(await iconik(["init", "--from", "live"], { cwd, env })).toMatchObject({ code: 0 });
    expect(await iconik(["validate", "tenant.yaml"], { cwd, env })).toMatchObject({ code: 0 });
  });
});
