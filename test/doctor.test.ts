// `pulumi-iconik doctor`: what a token lacks, what it has for nothing, and what else stands in the way.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { isRead } from "../provider/engine/client";
import { diagnose, findingCodes, type Diagnosis, type Facts } from "../provider/review/doctor";
import { asText } from "../provider/review/doctor/text";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import { loadTenant } from "../provider/tenant";
import { pictureOf, type Picture } from "../provider/tenant/picture";
import { createProject, endToEnd } from "./cli.ts";
import { clientOf, serve, token } from "./scripted-server";
import { environment, repository, type Environment } from "./processes.mts";
import { createStack, environmentOf, type Entry } from "./stack.ts";
import { folder } from "./tenant/inline";

const newsroom = join(repository, "examples/newsroom/tenant.yaml");
const text = `
userGroups:
  Editors: { roles: [can_read_assets, can_write_assets] }
  Everyone: { builtIn: true }
aclTemplates:
  Uploads: { access: { groups: { Editors: [read] }, users: { editor@example.com: [read] } } }
adminSettings: { supportAccess: false }
`;

function picture(written = text): Picture {
  const checked = loadTenant({ base: "tenant.yaml" }, { cwd: folder({ "tenant.yaml": written }), loopback: true });
  if (!checked.desired) throw new Error(checked.diagnostics.map(({ message }) => message).join("\n"));
  return pictureOf(checked.desired, "tenant.yaml");
}

const now = Date.parse("2026-11-22T12:00:00Z");
const days = (count: number) => now + count * 86_400_000;
const facts = (change: Partial<Facts> = {}): Facts => ({
  url: "https://app.iconik.io",
  appId: "app",
  domainId: "5b1f0c9e-0000-4000-8000-000000000001",
  token: { id: "t", created: days(-10), expires: days(80) },
  user: { email: "ci@example.com", type: "power", status: "ACTIVE", admin: false },
  roles: [],
  clockAhead: 400,
  shield: { enabled: false, address: "198.51.100.7", lists: [{ of: "everyone", entries: [] }] },
  ...change,
});
const codes = ({ findings }: Diagnosis, severity = "problem") =>
  findings.filter((one) => one.severity === severity).map(({ code }) => code);

describe("roles", () => {
  it("are told apart by what they are needed for, each with its calls and objects", () => {
    const { roles } = diagnose(picture(), facts(), now);
    expect(roles.preview).toEqual(["can_read_acl_templates", "can_read_acls", "can_read_groups", "can_read_users"]);
    expect(roles.apply).toEqual(
      [
        ...roles.preview,
        "can_delete_acls",
        "can_read_assets",
        "can_write_acl_templates",
        "can_write_acls",
        "can_write_assets",
        "can_write_groups",
      ].sort(),
    );
    // Guards look at what points to what goes, and whose last access it is; which sorts of groups there are shows when asked.
    expect(roles.delete).toEqual([
      "can_delete_acl_templates",
      "can_delete_groups",
      "can_read_group_mappings",
      "can_read_storages",
      "can_read_teams",
    ]);
    expect(roles.missing.find(({ role }) => role === "can_read_users")).toEqual({
      role: "can_read_users",
      for: "preview",
      calls: [
        {
          for: "preview",
          operation: "GET /API/users/v1/users/",
          objects: ["userGroups/Editors", "aclTemplates/Uploads", "the whole tenant"],
        },
        { for: "delete", operation: "GET /API/users/v1/users/{user_id}/", objects: ["userGroups/Editors"] },
      ],
      grantedBy: [],
    });
    expect(roles.missing.find(({ role }) => role === "can_write_assets")).toEqual({
      role: "can_write_assets",
      for: "apply",
      calls: [],
      grantedBy: ["userGroups/Editors"],
    });
    // What iconik made itself is never made or deleted.
    expect(roles.missing.find(({ role }) => role === "can_delete_groups")?.calls[0]?.objects).toEqual([
      "userGroups/Editors",
    ]);
    expect(roles.userType).toEqual({ least: "power", unknown: [] });
  });

  it("that a call takes and no document names are told as not known", () => {
    const report = diagnose(picture(), facts(), now);
    expect(report.roles.unnamed).toEqual([
      { for: "apply", operation: "PATCH /API/settings/v1/system/current/", objects: ["adminSettings"] },
    ]);
    expect(report.findings.find(({ code }) => code === "no-role-named")?.message).toMatch(
      /not known, and probably an administrator's$/,
    );
  });

  it("held for nothing are told with what they let people do; with exactly the needed ones nothing is said", () => {
    const { roles } = diagnose(picture(), facts(), now);
    const exact = diagnose(picture(), facts({ roles: [...roles.apply, ...roles.whole, ...roles.delete] }), now);
    expect(exact.findings.map(({ code }) => code)).toEqual(["no-role-named"]);
    const wide = diagnose(
      picture(),
      facts({ roles: [...roles.apply, ...roles.whole, ...roles.delete, "can_purge_assets", "can_teleport"] }),
      now,
    );
    expect(wide.roles.surplus).toEqual([
      { role: "can_purge_assets", may: expect.any(String), dangers: ["purge"] },
      { role: "can_teleport", may: null, dangers: [] },
    ]);
    expect(codes(wide, "remark")).toContain("surplus-roles");
  });

  it("that only deleting takes are no problem while nothing is deleted", () => {
    const { roles } = diagnose(picture(), facts(), now);
    const report = diagnose(picture(), facts({ roles: roles.apply }), now);
    expect(codes(report)).toEqual([]);
    expect(codes(report, "remark")).toContain("missing-role");
  });

  it("are none of an administrator's business", () => {
    const report = diagnose(picture(), facts({ user: { admin: true, status: "ACTIVE" } }), now);
    expect(report.roles).toMatchObject({ missing: [], surplus: [] });
    expect(codes(report, "remark")).toContain("administrator");
  });
});

describe("the token", () => {
  const all = diagnose(picture(), facts(), now).roles;
  const sound = { roles: [...all.apply, ...all.whole, ...all.delete] };
  it.each<[string, Partial<Facts>, string[]]>([
    ["ends in 14 days", { token: { created: days(-10), expires: days(14) } }, []],
    ["ends in less", { token: { created: days(-10), expires: days(14) - 1 } }, ["token-ends"]],
    ["acts for somebody who is not active", { user: { status: "INACTIVE", admin: false } }, ["person-not-active"]],
    ["belongs to another tenant", { domainId: "another" }, ["wrong-tenant"]],
    ["comes from a machine five minutes ahead", { clockAhead: 301_000 }, ["clock-off"]],
    ["comes from a machine five minutes behind", { clockAhead: -301_000 }, ["clock-off"]],
    ["comes from a machine a little off", { clockAhead: 299_000 }, []],
  ])("that %s", (_, change, expected) => {
    const of = { ...picture(), tenant: { model: "userGroups" as const, domainId: facts().domainId } };
    expect(codes(diagnose(of, facts({ ...sound, ...change }), now))).toEqual(expected);
  });

  it("without an end, and one older than a year, are remarked", () => {
    expect(codes(diagnose(picture(), facts({ ...sound, token: {} }), now), "remark")).toContain("token-without-end");
    expect(
      codes(diagnose(picture(), facts({ ...sound, token: { created: days(-366), expires: days(80) } }), now), "remark"),
    ).toContain("token-old");
  });
});

describe("Shield", () => {
  const list = (...ips: string[]) => ({ of: "everyone", entries: ips.map((ip) => ({ ip })) });
  const shielded = (...lists: { of: string; entries: { ip: string; application?: string }[] }[]) =>
    diagnose(picture(), facts({ shield: { enabled: true, address: "198.51.100.7", lists } }), now);

  it("on, is told list by list: how they combine is not documented", () => {
    expect(shielded(list("198.51.100.0/24")).shield).toEqual({
      enabled: true,
      address: "198.51.100.7",
      lists: [{ of: "everyone", inside: true }],
    });
    const report = shielded(list("198.51.100.0/24"), { of: "group 1", entries: [{ ip: "192.0.2.0/24" }] });
    expect(report.shield.lists).toEqual([
      { of: "everyone", inside: true },
      { of: "group 1", inside: false },
    ]);
    expect(report.findings.find(({ code }) => code === "shield-outside")?.message).toContain(
      "how lists combine is not documented",
    );
  });

  it("counts an entry for one application for that one", () => {
    expect(
      shielded({ of: "everyone", entries: [{ ip: "198.51.100.7", application: "app" }] }).shield.lists[0]!.inside,
    ).toBe(true);
    expect(
      shielded({ of: "everyone", entries: [{ ip: "198.51.100.7", application: "other" }] }).shield.lists[0]!.inside,
    ).toBe(false);
  });

  it("switched on by the file without this address is a problem", () => {
    const enabling = (ips: string) =>
      diagnose(
        picture(`shield: { enabled: true, everyone: [{ ip: ${ips} }] }\nguards: { mustKeep: ["${ips}"] }\n`),
        facts(),
        now,
      );
    expect(codes(enabling("192.0.2.10"))).toContain("shield-outside");
    expect(codes(enabling("198.51.100.0/24"))).not.toContain("shield-outside");
    expect(codes(diagnose(picture("shield: { everyone: [{ ip: 192.0.2.10 }] }\n"), facts(), now))).not.toContain(
      "shield-outside",
    );
  });
});

it("text holds nothing that a terminal would obey", () => {
  const report = diagnose(
    picture(),
    facts({ user: { email: "\u001b[31mci@example.com\u202e", admin: false }, roles: ["can_\u0007beep"] }),
    now,
  );
  expect(asText(report)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
});

it("the clock of an answer is that of iconik", async () => {
  const { url } = await serve([{ headers: { date: new Date(Date.now() - 3_600_000).toUTCString() }, body: {} }]);
  const client = clientOf(url, { clock: undefined });
  expect(client.clockAhead()).toBeUndefined();
  await client.call("GET /API/auth/v1/auth/token/");
  expect(Math.round(client.clockAhead()! / 60_000)).toBe(60);
});

describe("the command", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ seed: { users: [{ email: "ci@example.com", type: "POWER" }] } });
  });
  afterAll(() => sandbox.close());

  const validate = addFormats(new Ajv({ strict: true, allowUnionTypes: true })).compile(
    JSON.parse(readFileSync(join(repository, "schema/doctor.schema.json"), "utf8")),
  );
  const run = (
    args: string[],
    env: Environment = environmentOf(sandbox),
  ): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      execFile(
        process.execPath,
        [join(repository, "dist/commands/main.js"), "doctor", ...args],
        { env: environment(env) },
        (error, stdout, stderr) => resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
      );
    });
  const json = async (roles: string[] | undefined) => {
    const issued = roles ? sandbox.issue({ roles }) : sandbox;
    const { code, stdout, stderr } = await run(
      [newsroom, "--format", "json"],
      environmentOf({ ...sandbox, ...issued }),
    );
    expect(stderr).toBe("");
    const report = JSON.parse(stdout) as Diagnosis;
    expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
    return { code, report };
  };

  it("ends with 2 when something is missing, 0 when nothing is, in the form that is documented", async () => {
    const poor = await json(["can_read_groups"]);
    expect(poor.code).toBe(2);
    const { code, report } = await json(poor.report.roles.apply);
    expect({ code, problems: codes(report) }).toEqual({ code: 0, problems: [] });
    expect((await json(undefined)).code).toBe(0);
    expect(sandbox.requests.filter(({ method, path }) => !isRead(`${method} ${path}`))).toEqual([]);
  });

  it("lists what reading the whole tenant takes: with that it can be compared, with less it cannot", async () => {
    const { report } = await json([]);
    const compare = (roles: string[]) =>
      new Promise<number>((resolve) => {
        const env = environment(environmentOf({ ...sandbox, ...sandbox.issue({ roles }) }));
        execFile(
          process.execPath,
          [join(repository, "dist/commands/main.js"), "review", newsroom, newsroom, "--live"],
          { env },
          (error) => resolve(typeof error?.code === "number" ? error.code : 0),
        );
      });
    expect(await compare(report.roles.whole)).not.toBe(1);
    expect(await compare(report.roles.whole.filter((role) => role !== "can_read_export_locations"))).toBe(1);
  });

  it("documents every code", () => {
    const schema = JSON.parse(readFileSync(join(repository, "schema/doctor.schema.json"), "utf8")) as {
      properties: { findings: { items: { properties: { code: { enum: string[] } } } } };
    };
    expect(schema.properties.findings.items.properties.code.enum).toEqual(Object.keys(findingCodes));
  });

  it("ends with 1 without credentials, with wrong ones, and with a file that is wrong", async () => {
    for (const env of [{}, { ...environmentOf(sandbox), ICONIK_AUTH_TOKEN: token }]) {
      const { code, stdout, stderr } = await run([newsroom], env);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain("ICONIK_AUTH_TOKEN");
      expect(stderr).not.toContain(token);
    }
    expect(
      (await run([join(folder({ "tenant.yaml": "userGroups: { A: { rolez: [] } }\n" }), "tenant.yaml")])).code,
    ).toBe(1);
  });
});

describe("the lists are right", endToEnd, () => {
  it("with those to preview a preview runs, with those to apply the tenant is made, and both with no call that they do not allow", async () => {
    const sandbox = await startSandbox({ seed: { users: [{ email: "editor@example.com" }] } });
    onTestFinished(sandbox.close);
    const written = `${text}groupMappings: { AD-Editors: Editors }\nexportLocations: { Out: { storage: Masters, path: out, exportOriginal: true, access: { groups: { Editors: [read] } } } }\nstorages: { Masters: { type: s3, purpose: files, bucket: example-masters, region: eu-north-1, credentials: managed, read: true, default: true, autoScan: { hoursInterval: 24 } } }\n`;
    const { roles } = diagnose(picture(written), facts(), now);
    const project = await createProject(
      { "index.js": `module.exports = require("pulumi-iconik/program");\n`, "tenant.yaml": written },
      { env: environmentOf(sandbox) },
    );
    onTestFinished(project.close);
    const as = (held: string[]) => environmentOf({ ...sandbox, ...sandbox.issue({ roles: held }) });

    const preview = await project.preview([], as(roles.preview));
    expect(preview.code, preview.all).toBe(0);
    expect(preview.all).toContain("the token may look and not apply");
    const refused = await project.preview([], as(roles.preview.slice(1)));
    expect(refused.code, refused.all).not.toBe(0);

    const up = await project.up(["--skip-preview"], as(roles.apply));
    expect(up.code, up.all).toBe(0);
    sandbox.clearRequests();
    const looked = await project.preview(["--refresh", "--expect-no-changes"], as(roles.preview));
    expect(looked.code, looked.all).toBe(0);
    const destroyed = await project
      .run(["state", "unprotect", "--all", "--yes"])
      .then(() =>
        project.destroy([], { ...as([...roles.apply, ...roles.delete]), ICONIK_ALLOW: "delete: storages/Masters" }),
      );
    expect(destroyed.code, destroyed.all).toBe(0);
    // How many files a storage has is asked by a guard, which can do without: then the storage is deleted only where it is named.
    expect(sandbox.requests.filter(({ status, path }) => status === 403 && !path.endsWith("/files/"))).toEqual([]);
  });
});

describe("of deleting, the lists are right", () => {
  const of: [string, string, string, Record<string, unknown>][] = [
    ["UserGroup", "old", "userGroups: { One: { roles: [can_search] } }\n", { name: "One", roles: ["can_search"] }],
    ["AclTemplate", "old", "aclTemplates: { One: {} }\n", { name: "One" }],
    [
      "RoleGroup",
      "new",
      "tenant: { model: teams }\nroleGroups: { One: { roles: [can_search] } }\n",
      { name: "One", roles: ["can_search"] },
    ],
    ["Team", "new", "tenant: { model: teams }\nteams: { One: {} }\n", { name: "One" }],
  ];
  it.each(of)(
    "%s: with those to apply and to delete it goes, and with one fewer it stays",
    async (kind, age, written, inputs) => {
      const sandbox = await startSandbox({ tenant: age as "old" | "new" });
      onTestFinished(sandbox.close);
      const { roles } = diagnose(picture(written), facts(), now);
      const state = new Map<string, Entry>();
      const as = async (held: string[]) => {
        const stack = await createStack(
          { ...sandbox, ...sandbox.issue({ roles: held }) },
          { state, env: { ICONIK_ALLOW: "" } },
        );
        onTestFinished(stack.close);
        return stack;
      };
      await (await as(roles.apply)).up("one", kind, inputs);
      const all = [...roles.apply, ...roles.delete];
      const stays: string[] = [];
      for (const role of roles.delete) {
        const stack = await as(all.filter((one) => one !== role));
        await stack.remove("one").catch(() => stays.push(role));
      }
      expect(stays).toEqual(roles.delete);
      sandbox.clearRequests();
      await (await as(all)).remove("one");
      expect(sandbox.requests.filter(({ status }) => status === 403)).toEqual([]);
    },
  );
});
