// A tenant file on Pulumi's real engine: what becomes of values from the stack, of data that looks like them, and of
// what is released.
import { describe, expect, it, onTestFinished } from "vitest";
import { startSandbox, type Sandbox, type SandboxOptions } from "../provider/sandbox";
import { createProject, endToEnd, type Project } from "./cli.ts";
import { change } from "./hand.ts";
import { done, quick, refused } from "./iconik-project.ts";
import { environmentOf } from "./stack.ts";

/** A project of nothing but a tenant file. */
async function start(file: string, options: SandboxOptions = {}): Promise<{ sandbox: Sandbox; project: Project }> {
  const sandbox = await startSandbox(options);
  onTestFinished(sandbox.close);
  const project = await createProject(
    { "index.js": `module.exports = require("pulumi-iconik/program");`, "tenant.yaml": file },
    { env: environmentOf(sandbox) },
  );
  onTestFinished(project.close);
  return { sandbox, project };
}

describe("values from the stack's config", endToEnd, () => {
  const file = `
adminSettings:
  deleteGracePeriod: { fromConfig: days }
  externalShare: { fromConfig: share }
  homePage: { fromConfig: page }
  passwordChecks: { minLength: { fromConfig: password.minLength } }
  watermarkOptions: { textOpacity: { fromConfig: opacity } }
`;

  it("become what their fields take, secret ones too", async () => {
    const { sandbox, project } = await start(file);
    await done(
      project.config({ "e2e:days": "48", "e2e:opacity": "0.5", "e2e:page": "2026" }, { "e2e:share": "false" }),
    );
    await done(project.run(["config", "set", "--path", "e2e:password.minLength", "12"]));
    await done(project.up());
    expect(sandbox.object("settings", "system")).toMatchObject({
      delete_grace_period: 48,
      external_share: false,
      home_page: "2026",
      password_checks: { min_length: 12 },
      watermark_options: { text_opacity: 0.5 },
    });
    await done(project.preview(["--expect-no-changes"]));
  });

  it("that are not what their fields take are all refused before anything is made, and not shown", async () => {
    const { sandbox, project } = await start(file);
    await done(
      project.config({ "e2e:days": "soon-canary", "e2e:opacity": "half-canary" }, { "e2e:share": "yes-canary" }),
    );
    await done(project.run(["config", "set", "--path", "e2e:password.minLength", "1.5"]));
    const { all } = await refused(
      project.up(quick),
      /takes a value from the stack's config that the stack does not have; set them:\s+pulumi config set --secret page/,
      "tenant.yaml:2: deleteGracePeriod must be a whole number; what the stack has under days is not",
      "tenant.yaml:2: externalShare must be true or false; what the stack has under share is not",
      "tenant.yaml:2: passwordChecks.minLength must be a whole number; what the stack has under password.minLength is not",
      "tenant.yaml:2: watermarkOptions.textOpacity must be a number; what the stack has under opacity is not",
    );
    expect(all).not.toContain("canary");
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });
});

describe("what iconik keeps untouched", endToEnd, () => {
  it("is data, whatever its keys are called", async () => {
    const filters = [
      { ref: "abc" },
      { ref: { kind: "UserGroup", label: "A", name: "A" } },
      { fromConfig: "nowhere" },
      { existing: "Everyone" },
    ];
    const widgets = filters.map((filter, index) => ({
      id: String(index),
      title: "Jobs",
      type: "jobsList",
      options: { filters: filter },
    }));
    const { sandbox, project } = await start(JSON.stringify({ adminSettings: { jobsDashboard: { widgets } } }));
    await done(project.up());
    expect(sandbox.object("settings", "system")!.jobs_dashboard.widgets).toMatchObject(
      filters.map((filter) => ({ options: { filters: filter } })),
    );
  });
});

describe("release", endToEnd, () => {
  it("leaves the allow list of a group as it is, though it would be put back", async () => {
    const { sandbox, project } = await start(`
userGroups: { Editors: { roles: [] }, Guests: { roles: [] } }
shield:
  options: { onDestroy: restore }
  groups: { Guests: [{ ip: 192.0.2.0/24 }] }
`);
    await done(project.up(quick));
    const { id } = sandbox.objects("groups").find(({ name }) => name === "Guests")!;
    const list = sandbox.object("settings", `group/${id}`)!.allowed_ips;
    expect(list).toHaveLength(1);
    sandbox.clearRequests();
    project.write({ "tenant.yaml": "userGroups: { Editors: { roles: [] } }\nrelease: [userGroups/Guests]\n" });
    await done(project.up(quick));
    expect(sandbox.object("groups", id)).toMatchObject({ name: "Guests" });
    expect(sandbox.object("settings", `group/${id}`)!.allowed_ips).toEqual(list);
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });
});

describe("an object that has another name than the program gave it", endToEnd, () => {
  it("is released and permitted by its label, after a refresh read a name that somebody gave it", async () => {
    const [editors, guests, crew] = ["Editors: { roles: [] }", "Guests: { roles: [] }", "Crew: { roles: [] }"];
    const file = (...groups: string[]) => `userGroups: { ${groups.join(", ")} }\n`;
    const { sandbox, project } = await start(file(editors, guests, crew));
    await done(project.up(quick));
    const idOf = (called: string) => sandbox.objects("groups").find(({ name }) => name === called)!.id as string;
    const [first, second] = [idOf("Guests"), idOf("Crew")];
    sandbox.edit("groups", first, { name: "Visitors" });
    sandbox.edit("groups", second, { name: "Staff" });
    sandbox.addUser({ email: "crew@example.com", groups: ["Staff"] });
    await done(project.refresh(quick));
    project.write({ "tenant.yaml": `${file(editors, crew)}release: [userGroups/Guests]\n` });
    expect((await done(project.up([...quick, "--exclude", "**Crew"]))).all).toContain(
      "is released: it stays in iconik",
    );
    expect(sandbox.object("groups", first)).toMatchObject({ name: "Visitors" });

    project.write({ "tenant.yaml": `${file(editors)}release: [userGroups/Guests]\n` });
    await refused(project.up(quick), "crew@example.com would be in no group any more", "delete: userGroups/Crew");
    project.write({
      "tenant.yaml": `${file(editors)}release: [userGroups/Guests]\nallow: [{ delete: userGroups/Crew, reason: CHG-1, until: 2999-12-31 }]\n`,
    });
    await done(project.up(quick));
    expect(sandbox.objects("groups").map(({ id }) => id)).not.toContain(second);
    await done(project.up(["--expect-no-changes"]));
  });

  it("is released by the name that the state has, and said to be there by it", async () => {
    const { sandbox, project } = await start("userGroups: { Editors: { roles: [] }, Guests: { roles: [] } }\n");
    await done(project.up(quick));
    const { urn } = (await project.resources()).find((one) => one.urn.endsWith("::Guests"))!;
    await done(project.run(["state", "rename", urn, "Visitors", "--yes"]));
    await refused(project.up(quick), "in this stack as userGroups/Visitors; write formerly: Visitors");
    project.write({ "tenant.yaml": "userGroups: { Editors: { roles: [] } }\nrelease: [userGroups/Visitors]\n" });
    await done(project.up(quick));
    expect(sandbox.objects("groups").map(({ name }) => name)).toContain("Guests");
  });
});

describe("what is described and there already", endToEnd, () => {
  it("is all told by a preview, before anything is made", async () => {
    const { sandbox, project } = await start(`
userGroups:
  Guests: { roles: [] }
  Editors: { roles: [] }
  Desk: { name: News desk, roles: [] }
`);
    const posted = async (name: string) =>
      ((await change(sandbox, "POST", "/API/users/v1/groups/", { name })) as { id: string }).id;
    const [editors, desk] = [await posted("Editors"), await posted("News desk")];
    sandbox.clearRequests();
    for (const run of [project.preview(), project.up(quick)]) {
      await refused(
        run,
        `tenant.yaml:4:3 UserGroup "Editors" exists already (${editors}) and is not in this stack`,
        `tenant.yaml:5:3 UserGroup "News desk" of userGroups/Desk exists already (${desk}) and is not in this stack`,
        "To take over what exists, write options: { adopt: exact }",
      );
    }
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    await done(project.up(quick, { ICONIK_ADOPT: "converge" }));
    await done(project.preview(["--expect-no-changes"]));
  });

  it("is told by a preview to be gone, where it is to be taken over by its id", async () => {
    const gone = "00000000-0000-4000-8000-0000000000b2";
    const { sandbox, project } = await start(
      `userGroups: { Guests: { roles: [] }, Editors: { roles: [], options: { adopt: ${gone} } } }`,
    );
    sandbox.clearRequests();
    for (const run of [
      () => project.preview(),
      () => project.up(quick),
      () => project.up(quick, { ICONIK_ADOPT: "exact" }),
    ]) {
      await refused(
        run(),
        `UserGroup "Editors" is to take over ${gone}, and iconik has no UserGroup of that id; check options.adopt`,
      );
    }
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  it("in the stack, under the label it had, is told to be that", async () => {
    const { project } = await start("userGroups: { Desk: { name: News desk, roles: [] }, Editors: { roles: [] } }");
    await done(project.up(quick));
    project.write({ "tenant.yaml": "userGroups: { News: { name: News desk, roles: [] }, Editors: { roles: [] } }" });
    await refused(
      project.preview(),
      /UserGroup "News desk" of userGroups\/News is there already \(.*\), in this stack as userGroups\/Desk; write formerly: Desk/,
    );
    project.write({
      "tenant.yaml": "userGroups: { News: { name: News desk, roles: [], formerly: Desk }, Editors: { roles: [] } }",
    });
    expect((await done(project.preview())).all).toMatch(/~ 1 to update\s+2 unchanged/);
  });

  it("is no hindrance where an object of the stack gives its name away in the same run", async () => {
    const { project } = await start("userGroups: { First: { name: News desk, roles: [] } }");
    await done(project.up(quick));
    project.write({
      "tenant.yaml": "userGroups: { First: { name: Old desk, roles: [] }, Second: { name: News desk, roles: [] } }",
    });
    await done(project.preview());
  });
});

describe("warnings of the file", endToEnd, () => {
  it("are counted by a preview, and shown where they stand by validate alone", async () => {
    const { project } = await start(`
userGroups:
  Editors: { roles: [can_write_assets] }
  Guests: { roles: [can_create_assets] }
`);
    const { all } = await done(project.preview());
    expect(all).toMatch(/\d warnings \(.*\): pulumi-iconik validate tenant\.yaml shows where/);
    expect(all).not.toContain("│");
    const up = await done(project.up(quick));
    expect(up.all).not.toContain("pulumi-iconik validate");
  });
});

describe("the credentials of an application", endToEnd, () => {
  it("are outputs where it is described with a token; of others, only the id is", async () => {
    const { project } = await start(
      "applications: { Ours: { user: owner@example.com, token: { lifetimeDays: 90 } }, Theirs: {} }",
    );
    await done(project.up(quick));
    const { applications } = JSON.parse(
      (await done(project.run(["stack", "output", "--json", "--show-secrets"]))).stdout,
    ) as { applications: object };
    expect(applications).toEqual({
      Ours: { appId: expect.any(String), authToken: expect.any(String) },
      Theirs: { appId: expect.any(String) },
    });
    expect((await done(project.preview(["--expect-no-changes"]))).all).not.toMatch(/authToken|unknown/);
  });
});
