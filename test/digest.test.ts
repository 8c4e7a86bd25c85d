// What was reviewed is what is applied: the digest of a review, and the program that is held to it, on the real CLI.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startSandbox, type Sandbox, type SandboxOptions } from "../provider/sandbox";
import { digestOf, otherThan, planOf, review, type Plan } from "../provider/review";
import type { Picture } from "../provider/tenant/picture";
import { createProject, endToEnd, type Project } from "./cli.ts";
import { change } from "./hand.ts";
import { done, quick, refused } from "./iconik-project.ts";
import { environment, repository, type Environment } from "./processes.mts";
import { asLive, now, picture } from "./review/pictures.ts";
import { environmentOf } from "./stack.ts";

const version = "1.0.0";
const live = (yaml: string) => asLive(picture(yaml));
const plan = (tenant: string, to: string, doomed: readonly string[] = []): Plan => {
  const from = live(tenant);
  return planOf(
    from,
    picture(to),
    from.resources.filter(({ name }) => doomed.includes(name)),
  );
};
const nothing = "userGroups: { Base: { roles: [] } }\n";
/** What the program says that applies `to` to the tenant `then`, held to a review on the tenant `once`. */
const held = (to: string, once: string, then: string, doomed?: { once?: string[]; then?: string[] }) =>
  otherThan(plan(then, to, doomed?.then), version, digestOf(plan(once, to, doomed?.once), version));

describe("a digest", () => {
  const to = `userGroups:
  Editors: { description: New, roles: [can_search, can_purge_assets] }
aclTemplates:
  Masters: { access: { groups: { Editors: [read, write] } } }
`;
  const tenant = `userGroups:
  Editors: { description: Old, externalId: "112233", roles: [can_search] }
  Others: { roles: [can_search] }
aclTemplates:
  Masters: { access: { groups: { Others: [read] } } }
`;

  it("is the same for the same tenant, in whatever order it is read", () => {
    const [from, shuffled] = [live(tenant), live(tenant)];
    shuffled.resources.reverse();
    const wanted = picture(to);
    expect(digestOf(planOf(shuffled, wanted, []), version)).toBe(digestOf(planOf(from, wanted, []), version));
    expect(held(to, tenant, tenant)).toBeUndefined();
  });

  it.each<[string, (tenant: string) => string]>([
    ["another object", (text) => text.replace("Others: {", "Others: { description: Busy,")],
    ["a new object", (text) => text.replace("  Others:", "  More: { roles: [can_purge_assets] }\n  Others:")],
    ["a field that the file leaves alone", (text) => text.replace("112233", "445566")],
  ])("does not go stale by %s", (_, edit) => {
    expect(edit(tenant)).not.toBe(tenant);
    expect(held(to, tenant, edit(tenant))).toBeUndefined();
  });

  it.each<[string, (tenant: string) => string, string[]]>([
    [
      "a value",
      (text) => text.replace("Old", "Other"),
      [
        "new: user group “Editors”: description is “New” instead of “Other”",
        "gone: user group “Editors”: 1 effect of the review",
      ],
    ],
    [
      "a value that is as it is to be",
      (text) => text.replace("Old", "New"),
      ["gone: user group “Editors”: 1 effect of the review"],
    ],
    [
      "a role",
      (text) => text.replace("[can_search] }\n  Others", "[can_search, can_act_as_user] }\n  Others"),
      [
        "new: user group “Editors”: may no longer become another user",
        "gone: user group “Editors”: 1 effect of the review",
      ],
    ],
    [
      "an access list",
      (text) => text.replace("{ Others: [read] }", "{ Others: [read, delete] }"),
      [
        "new: ACL template “Masters”: the group “Others” may no longer see and delete assets uploaded under it from now on",
        "gone: ACL template “Masters”: 1 effect of the review",
      ],
    ],
  ])("goes stale by %s that is to be written", (_, edit, said) => {
    expect(held(to, tenant, edit(tenant))).toEqual(said);
  });

  it("tells texts apart that sentences shorten", () => {
    const long = (end: string) => `adminSettings: { homePage: "${"x".repeat(400)}${end}" }\n`;
    expect(held(long("a"), long("b"), long("b"))).toBeUndefined();
    expect(held(long("a"), long("b"), long("c"))).toEqual([
      "other: admin settings: what is written into homePage, or what stands there now",
    ]);
  });

  it("is of what is deleted, too, and of what is in it", () => {
    const rest = "userGroups: { Editors: { roles: [can_search] } }\n";
    const both = "userGroups: { Editors: { roles: [can_search] }, Guests: { roles: [can_search] } }\n";
    const doomed = ["Guests"];
    expect(held(rest, both, both, { once: doomed, then: doomed })).toBeUndefined();
    expect(held(rest, both, both, { then: doomed })?.join("\n")).toContain("new: user group “Guests”: is deleted");
    expect(
      held(rest, both, both.replace("Guests: { roles: [can_search] }", "Guests: { roles: [can_write_users] }"), {
        once: doomed,
        then: doomed,
      }),
    ).not.toBeUndefined();
  });

  it("is of one tenant and of one version of the tool, and lets what is done be done", () => {
    const reviewed = digestOf(plan(tenant, to), version);
    expect(otherThan({ ...plan(tenant, to), domainId: "another" }, version, reviewed)).toEqual([
      "the review was of another tenant than another",
    ]);
    expect(otherThan(plan(tenant, to), "1.0.1", reviewed)).toEqual([
      "the review was made with version 1.0.0 of pulumi-iconik, and this is 1.0.1",
    ]);
    expect(otherThan(plan(to, to), version, reviewed)).toBeUndefined();
    for (const wrong of ["", "yes", reviewed.slice(0, 70), reviewed.split(":")[1]!])
      expect(otherThan(plan(tenant, to), version, wrong)?.join()).toContain("is no digest");
  });

  it("of a large change is no longer for that, and still names what is new", () => {
    const many = (number: number) =>
      `userGroups:\n${Array.from({ length: number }, (_, index) => `  G${index}: { roles: [can_search] }\n`).join("")}`;
    const large = digestOf(plan(nothing, many(300)), version);
    expect(large.length).toBeLessThan(120);
    expect(otherThan(plan(nothing, many(300)), version, large)).toBeUndefined();
    expect(otherThan(plan(many(1), many(300)), version, large)?.[0]).toMatch(/^user group “G/);
  });

  it("holds no secret, not even as a hash of one", () => {
    const storage = (key: string): Picture => {
      const described = picture(
        `storages: { Masters: { type: s3, purpose: files, bucket: masters, region: eu-west-1, accessKey: { fromConfig: id }, secretKey: { fromConfig: key } } }\n`,
      );
      return {
        ...described,
        resources: described.resources.map((one) => ({ ...one, inputs: { ...one.inputs, secretKey: key } })),
      };
    };
    const empty = live(nothing);
    expect(digestOf(planOf(empty, storage("canary-1"), []), version)).toBe(
      digestOf(planOf(empty, storage("canary-2"), []), version),
    );
  });

  it("is given where there is a tenant, and by the objects that the state before describes", () => {
    const [from, after, file] = [live(tenant), picture(to), picture(tenant)];
    expect(review(file, after, { now, version })).not.toHaveProperty("digest");
    expect(review(from, live(to), { now, version })).not.toHaveProperty("digest");
    const alone = review(from, after, { now, version }).digest;
    expect(alone).toBe(digestOf(plan(tenant, to), version));
    // The file that is in force describes “Others”, which the new one does not: it goes.
    const beside = review(file, after, { now, version, live: from }).digest;
    expect(beside).toBe(digestOf(plan(tenant, to, ["Others"]), version));
    expect(beside).not.toBe(alone);
  });
});

interface Started {
  sandbox: Sandbox;
  project: Project;
  digest(...args: string[]): Promise<string>;
}

async function start(file: string, options: SandboxOptions = {}): Promise<Started> {
  const sandbox = await startSandbox(options);
  onTestFinished(sandbox.close);
  const env = environmentOf(sandbox);
  const project = await createProject(
    { "index.js": `module.exports = require("pulumi-iconik/program");`, "tenant.yaml": file },
    { env },
  );
  onTestFinished(project.close);
  return {
    sandbox,
    project,
    async digest(...args) {
      const { code, stdout, stderr } = await iconik(project.folder, ["review", ...args, "--fail-on", "none"], env);
      expect(code, stderr).toBe(0);
      return /\nDigest: (\S+)\n$/.exec(stdout)![1]!;
    },
  };
}

const iconik = (
  cwd: string,
  args: string[],
  env: Environment,
): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(repository, "dist/commands/main.js"), ...args],
      { cwd, env: environment(env) },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });

const heldTo = (digest: string): Environment => ({ ICONIK_PLAN_DIGEST: digest });

describe("the program", endToEnd, () => {
  const before = "userGroups:\n  Editors: { description: Old, roles: [can_search] }\n  Guests: { roles: [] }\n";
  const after = "userGroups:\n  Editors: { description: New, roles: [can_search, can_write_assets] }\n";

  it("applies what was reviewed, whatever happens elsewhere, and nothing else", async () => {
    const { sandbox, project, digest } = await start(before, {
      seed: { groups: [{ name: "Others", roles: ["can_search"] }] },
    });
    await done(project.up(quick));
    project.write({ "before.yaml": before, "tenant.yaml": after });
    const writes = () => sandbox.requests.filter(({ method }) => method !== "GET");
    const group = (name: string) => sandbox.objects("groups").find((one) => one.name === name)!;
    const edit = (name: string, values: object) => sandbox.edit("groups", group(name).id, values);

    // One source alone does not know what the stack had, and the run knows that one more object goes.
    const alone = await digest("live", "tenant.yaml");
    sandbox.clearRequests();
    await refused(
      project.preview([], heldTo(alone)),
      /this is not what was reviewed \(ICONIK_PLAN_DIGEST\), and nothing was changed:/,
      /new: user group “Guests”: is deleted/,
    );

    const reviewed = await digest("before.yaml", "tenant.yaml", "--live");
    edit("Editors", { description: "By hand" });
    sandbox.clearRequests();
    for (const run of [project.preview([], heldTo(reviewed)), project.up(quick, heldTo(reviewed))]) {
      const { all } = await refused(
        run,
        /new: user group “Editors”: description is “New” instead of “By hand”/,
        /gone: user group “Editors”: 1 effect of the review/,
      );
      expect(all).not.toContain("UserGroup");
    }
    expect(writes()).toEqual([]);

    edit("Editors", { description: "Old" });
    edit("Others", { description: "Busy", roles: ["can_purge_assets"] });
    await done(project.up([], heldTo(reviewed)));
    expect(group("Editors")).toMatchObject({ description: "New", roles: ["can_search", "can_write_assets"] });
    expect(sandbox.objects("groups").map(({ name }) => name)).not.toContain("Guests");
    // There is nothing left of it to do.
    await done(project.up([...quick, "--expect-no-changes"], heldTo(reviewed)));
    expect(writes().length).toBeGreaterThan(0);
  });

  it("applies another name as it was reviewed, and a deletion by the label of the file", async () => {
    const [groups, label] = [
      "userGroups:\n  Editors: { roles: [can_search] }\n",
      "  Guests: { name: Guests of all, roles: [can_search] }\n",
    ];
    const { sandbox, project, digest } = await start(groups + label);
    await done(project.up(quick));
    const id = sandbox.objects("groups").find(({ name }) => name === "Guests of all")!.id as string;
    project.write({
      "before.yaml": groups + label,
      "tenant.yaml": groups + label.replace("Guests of all", "Visitors"),
    });
    await done(project.up(quick, heldTo(await digest("before.yaml", "tenant.yaml", "--live"))));
    expect(sandbox.objects("groups").find((one) => one.id === id)).toMatchObject({ name: "Visitors" });

    sandbox.addUser({ email: "guest@example.com", groups: ["Visitors"] });
    const gone = `${groups}allow: [{ delete: userGroups/Guests, reason: CHG-4711, until: 2999-12-31 }]\n`;
    project.write({
      "before.yaml": groups + label.replace("Guests of all", "Visitors"),
      "without.yaml": groups,
      "tenant.yaml": gone,
    });
    const reviewed = (to: string) =>
      iconik(project.folder, ["review", "before.yaml", to, "--live"], environmentOf(sandbox));
    const { code, stdout } = await reviewed("without.yaml");
    expect([code, stdout]).toEqual([
      3,
      expect.stringContaining("  - { delete: userGroups/Guests, reason: <why>, until: <YYYY-MM-DD> }"),
    ]);
    expect((await reviewed("tenant.yaml")).code).toBe(0);
    await done(project.up(quick, heldTo(await digest("before.yaml", "tenant.yaml", "--live"))));
    expect(sandbox.objects("groups").map((one) => one.id)).not.toContain(id);
  });

  it("is held to the stack's config as well, and works beside a plan of Pulumi's own", async () => {
    const { sandbox, project, digest } = await start(before);
    const reviewed = await digest("live", "tenant.yaml");
    await done(project.config({ "iconik:planDigest": reviewed }));
    await done(project.preview(["--save-plan", "plan.json"]));
    await change(sandbox, "POST", "/API/users/v1/groups/", { name: "Elsewhere" });
    await done(project.up([...quick, "--plan", "plan.json"]));
    await done(project.config({ "iconik:planDigest": "yes" }));
    project.write({ "tenant.yaml": after });
    await refused(project.preview(), /not what was reviewed \(iconik:planDigest\)/, /what is given is no digest/);
  });

  it("holds a whole tenant to its review, and has nothing left to do afterwards", async () => {
    const name = "newsroom";
    const sandbox = await startSandbox({ seed: join(repository, "examples", name, "sandbox.yaml") });
    onTestFinished(sandbox.close);
    const files = Object.fromEntries(
      ["Pulumi.yaml", "index.js", "tenant.yaml"].map((file) => [
        file,
        readFileSync(join(repository, "examples", name, file), "utf8"),
      ]),
    );
    const env = environmentOf(sandbox);
    const project = await createProject(files, { name, env });
    onTestFinished(project.close);
    await done(
      project.config(
        {},
        {
          [`${name}:archive.accessKey`]: "EXAMPLEKEY",
          [`${name}:archive.secretKey`]: "canary-secret",
          [`${name}:delivery.jsonKey`]: "{}",
        },
      ),
    );
    const review = () =>
      iconik(project.folder, ["review", "live", "tenant.yaml", "--fail-on", "none", "--format", "json"], env).then(
        ({ stdout }) => JSON.parse(stdout) as { digest: string; statements: { says: string }[] },
      );
    const first = await review();
    expect(first.statements.length).toBeGreaterThan(10);
    await done(project.up(quick, heldTo(first.digest)));
    expect((await review()).statements.map(({ says }) => says)).toEqual([]);
    await done(project.up([...quick, "--expect-no-changes"], heldTo(first.digest)));
  });
});
