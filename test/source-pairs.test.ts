// Every form of source against every other: each has one thing of its own, which is found once, at its name.
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import type { Comparison } from "../provider/tenant/compare";
import { createProject, endToEnd, type Project } from "./cli.ts";
import { iconik } from "./commands.ts";
import { change, named } from "./hand.ts";
import { done } from "./iconik-project.ts";
import { environment } from "./processes.mts";
import { environmentOf } from "./stack.ts";

const base = `
userGroups: { Editors: { description: Cut, roles: [can_search] }, Guests: { roles: [can_search] } }
aclTemplates: { Upload: { access: { groups: { Editors: [read, write], Guests: [read] } } } }
storages: { Playout: { type: file, purpose: files, mountPoint: /mnt/playout, read: true, scanIgnore: ["*.tmp"] } }
adminSettings: { supportAccess: false }
`;

/** What each has of its own, as comparisons call it. */
const own = {
  "git:v1:stack:prod": "userGroups/Editors description",
  "stack:prod": "adminSettings supportAccess",
  "tenant.yaml+overlay.yaml": "aclTemplates/Upload access.groups Guests",
  live: "userGroups/Guests roles",
  "preview:plan.json": "storages/Playout scanIgnore",
};
type Form = keyof typeof own;
const forms = Object.keys(own) as Form[];

const overlays = {
  "commit.yaml": "userGroups: { Editors: { description: Publish } }\n",
  "stack.yaml": "adminSettings: { supportAccess: true }\n",
  "overlay.yaml": "aclTemplates: { Upload: { access: { groups: { Guests: [read, write] } } } }\n",
  "plan.yaml": 'storages: { Playout: { scanIgnore: ["*.tmp", "*.part"] } }\n',
};
const naming = (overlay: keyof typeof overlays) => ({
  "Pulumi.prod.yaml": `config:\n  iconik:overlays: [${overlay}]\n`,
});

describe("two sources", endToEnd, () => {
  let sandbox: Sandbox;
  let project: Project;
  const git = (...args: string[]) => {
    const author = {
      GIT_AUTHOR_NAME: "a",
      GIT_AUTHOR_EMAIL: "a@example.com",
      GIT_COMMITTER_NAME: "a",
      GIT_COMMITTER_EMAIL: "a@example.com",
    };
    const { status, stderr } = spawnSync("git", args, {
      cwd: project.folder,
      env: environment({ ...author, GIT_CONFIG_GLOBAL: "/dev/null" }),
    });
    if (status !== 0) throw new Error(String(stderr));
  };

  beforeAll(async () => {
    sandbox = await startSandbox({ tenant: "old" });
    project = await createProject(
      {
        "index.js": `module.exports = require("pulumi-iconik/program");`,
        "tenant.yaml": base,
        ...overlays,
        ...naming("commit.yaml"),
      },
      { env: environmentOf(sandbox) },
    );
    git("init", "--quiet");
    git("add", "Pulumi.yaml", "Pulumi.prod.yaml", "tenant.yaml", "commit.yaml");
    git("commit", "--quiet", "--message", "first");
    git("tag", "v1");
    project.write(naming("stack.yaml"));
    await done(project.up(["--skip-preview"]));
    await change(sandbox, "PATCH", `/API/users/v1/groups/${named(sandbox, "groups", "Guests").id}/`, {
      roles: ["can_search", "can_read_assets"],
    });
    await done(project.run(["config", "set", "--path", "iconik:overlays[0]", "plan.yaml"]));
    project.write({ "plan.json": (await done(project.preview(["--json", "--show-sames"]))).stdout });
  }, endToEnd.timeout);
  afterAll(async () => {
    await project?.close();
    await sandbox?.close();
  });

  it.each(forms.flatMap((from) => forms.map((to) => [from, to] as const)))("%s and %s", async (from, to) => {
    const { code, stdout, stderr } = await iconik(["compare", from, to, "--format", "json"], {
      cwd: project.folder,
      env: project.env,
    });
    expect(stderr).toBe("");
    const { changed, onlyFrom, onlyTo } = JSON.parse(stdout) as Comparison;
    expect(
      changed.flatMap(({ object, changes }) =>
        changes.map(({ field, member }) => [object, field, member].filter(Boolean).join(" ")),
      ),
    ).toEqual(from === to ? [] : [own[from], own[to]].sort());
    // A tenant has what nobody described: the application whose token reads it.
    const undescribed = (is: boolean) => (is ? ["applications/Sandbox"] : []);
    expect([onlyFrom, onlyTo].map((side) => side.map(({ object }) => object))).toEqual([
      undescribed(from === "live" && to !== "live"),
      undescribed(to === "live" && from !== "live"),
    ]);
    expect(code).toBe(from === to ? 0 : 2);
  });
});
