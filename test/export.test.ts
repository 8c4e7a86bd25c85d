// A tenant as code: whatever a tenant holds, its export is valid, says what is there, and says it the same way twice.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { clear, type Values } from "../provider/definition";
import { canonical, openSession } from "../provider/engine";
import { readSettings } from "../provider/engine/settings";
import { text } from "../provider/engine/values";
import { kinds } from "../provider/kinds";
import { startSandbox, type Fault, type Sandbox, type SandboxOptions, type Seed } from "../provider/sandbox";
import { format, loadTenant } from "../provider/tenant";
import { exportTypeScript, exportYaml, select, type Choice } from "../provider/tenant/export";
import { readLive } from "../provider/tenant/live/read";
import { pictureOf, type Picture } from "../provider/tenant/picture";
import { leapingClock } from "./engine-stack.ts";
import { environmentOf } from "./stack.ts";
import { hurting, startUntidy, untidyTenants } from "./untidy.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-iconik-export-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function tenant(options: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** Reads it as a command does; whatever is not a read never leaves. */
async function read(sandbox: Sandbox, kindNames?: string[]): Promise<Picture> {
  const session = openSession(readSettings({ env: environmentOf(sandbox), config: () => undefined }), {
    readOnly: true,
    clock: leapingClock(),
  });
  try {
    const picture = await readLive(session, kindNames && { kinds: kindNames });
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    return picture;
  } finally {
    await session.client.close();
  }
}

let count = 0;
/** Loads exported files; every error is a failure. */
function load(files: ReadonlyMap<string, string>) {
  const base = join(folder, String((count += 1)));
  mkdirSync(base);
  for (const [name, content] of files) writeFileSync(join(base, name), content);
  const checked = loadTenant({ base }, { loopback: true });
  const errors = checked.diagnostics.filter(({ severity }) => severity === "error");
  expect(errors, `${format(errors)}\n${[...files.values()].join("\n---\n").slice(0, 20_000)}`).toEqual([]);
  return checked;
}

/** What resources come to, whatever was left to follow from the rest, without what iconik does not show. */
const essence = (resources: readonly { kind: string; name: string; inputs: Values; options: object }[]) =>
  Object.fromEntries(
    resources.map(({ kind, name, inputs, options }) => {
      const said = Object.entries(inputs).filter(
        ([, value]) => !(typeof value === "object" && value !== null && "fromConfig" in value),
      );
      return [
        `${kind}/${name}`,
        JSON.parse(text({ inputs: canonical(kinds[kind]!, Object.fromEntries(said)), options })) as object,
      ];
    }),
  );

/** What a program makes, by the classes that it uses. */
function resourcesOf(program: string) {
  const made: { kind: string; name: string; inputs: Values; options: Values }[] = [];
  const refs = new Map<object, { kind: string; label: string; name: string }>();
  const named = (value: any): any => {
    if (typeof value !== "object" || value === null) return value;
    if (refs.has(value)) return { ref: refs.get(value) };
    return Array.isArray(value)
      ? value.map(named)
      : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, named(inner)]));
  };
  const iconik: Record<string, unknown> = { clear };
  for (const [kind, definition] of Object.entries(kinds)) {
    iconik[kind] = class {
      constructor(name: string, args: Values = {}, options: Values = {}) {
        refs.set(this, { kind, label: name, name });
        const inputs = named(args) as Values;
        if (definition.shape === "object") inputs[definition.key] ??= name;
        const usual = definition.shape === "object" && definition.stateful && !options.builtIn ? { protect: true } : {};
        made.push({ kind, name, inputs, options: { ...usual, ...options } });
      }
    };
  }
  const pulumi = {
    Config: class {
      requireSecret = (key: string) => ({ fromConfig: key });
    },
  };
  const { outputText } = ts.transpileModule(program, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    reportDiagnostics: true,
  });
  new Function("require", "exports", outputText)((name: string) => (name === "pulumi-iconik" ? iconik : pulumi), {});
  return made;
}

async function holds(sandbox: Sandbox): Promise<{ picture: Picture; yaml: ReadonlyMap<string, string> }> {
  const picture = await read(sandbox);
  const { files } = exportYaml(picture);
  const loaded = load(files);
  expect(essence(loaded.desired!.resources)).toEqual(essence(picture.resources));
  const program = exportTypeScript(picture).files.get("index.ts")!;
  expect(essence(resourcesOf(program).map((one) => ({ ...one, options: { ...one.options } })))).toEqual(
    essence(picture.resources),
  );
  const again = await read(sandbox);
  expect(exportYaml(again).files).toEqual(files);
  expect(exportTypeScript(again).files.get("index.ts")).toBe(program);
  load(exportYaml(picture, { brief: true }).files);
  // What was loaded is written the same way again.
  expect(essence(load(exportYaml(pictureOf(loaded.desired!, "files")).files).desired!.resources)).toEqual(
    essence(loaded.desired!.resources),
  );
  return { picture, yaml: files };
}

test("whoever has no credential any more is told what to write, and that is sound", async () => {
  const settings = { path: "", read: true, access_key: "EXAMPLEKEY", secret_key: "s" };
  const storages = [
    { name: "Masters", method: "S3", purpose: "FILES", settings: { ...settings, bucket: "a", region: "eu-north-1" } },
    {
      name: "Archive",
      method: "B2",
      purpose: "FILES",
      settings: {
        path: "",
        read: true,
        bucket_name: "b",
        bucket_id: "e73ede9c9c8412db49f60715",
        account_id: "00512345",
        application_key: "k",
      },
    },
  ];
  const { yaml } = await holds(await tenant({ seed: { storages } }));
  const text = [...yaml.values()].join("\n");
  expect(text).toContain("write options: { adopt: exact } in place of all credentials of its storage, ids of keys too");
  const without = text
    .replace(/^ +(accessKey|keyId): .*\n/gm, "")
    .replace(/^( +)(secretKey|applicationKey): .*$/gm, "$1options: { adopt: exact }");
  expect(without.match(/adopt: exact/g)).toHaveLength(3);
  load(new Map([["tenant.yaml", without]]));

  writeFileSync(join(folder, "half.yaml"), text.replace(/^( +)secretKey: .*$/m, "$1options: { adopt: exact }"));
  const [problem] = loadTenant({ base: join(folder, "half.yaml") }, { loopback: true }).diagnostics.filter(
    ({ severity }) => severity === "error",
  );
  expect(problem!.message).toBe(
    "storages.Masters: accessKey and secretKey go together; write both, or neither of one that is there and keeps its keys, with adopt: exact",
  );
});

describe("names", () => {
  test("that hurt come back as they are", async () => {
    const groups = hurting.map((name) => ({ name, roles: ["can_search"] }));
    const sandbox = await tenant({
      seed: {
        groups,
        acl_templates: hurting.map((name) => ({ name })),
        storages: hurting
          .filter((name) => name !== "")
          .map((name, index) => ({
            name,
            method: "FILE",
            purpose: "FILES",
            settings: { mount_point: `/mnt/${index}`, ...(index > 0 && { remote_storage_id: hurting[0] }) },
          })),
      },
    });
    for (const { id, name } of sandbox.objects("groups"))
      sandbox.edit("settings", `group/${String(id)}`, { home_page: String(name) });
    const { picture } = await holds(sandbox);
    const titles = picture.resources.filter(({ kind }) => kind === "UserGroup").map(({ inputs }) => inputs.name);
    // An empty name is none that a file can say.
    expect(titles.sort()).toEqual(["Everyone", ...hurting.filter((name) => name !== "")].sort());
    expect(picture.gaps.filter(({ kind }) => kind === "UserGroup")).toHaveLength(1);
  });

  test("that several objects share are told apart by label, and each says by id which one it is", async () => {
    const sandbox = await tenant({
      seed: { groups: [{ name: "Editors" }, { name: "Editors" }, { name: "Editors" }, { name: "Editors (2)" }] },
    });
    const { picture } = await holds(sandbox);
    const groups = picture.resources.filter(
      ({ kind, inputs }) => kind === "UserGroup" && String(inputs.name).startsWith("Editors"),
    );
    expect(groups.map(({ label }) => label).sort()).toEqual(["Editors", "Editors (2)", "Editors (3)", "Editors (4)"]);
    for (const { inputs, options, id } of groups)
      expect(options.adopt).toBe(inputs.name === "Editors" ? id : undefined);
  });

  test("that are alike never make the key of one storage the key of another", async () => {
    const storage = (name: string) => ({
      name,
      method: "S3",
      purpose: "ARCHIVE",
      settings: {
        bucket: name.trim().toLowerCase(),
        endpoint: "https://s3.eu-central-1.wasabisys.com",
        region: "eu-central-1",
        access_key: "EXAMPLEKEY",
        secret_key: "example-secret-key",
      },
    });
    const keysOf = async (names: string[]) => {
      const sandbox = await tenant({ seed: { storages: names.map(storage), groups: [{ name: "Masters" }] } });
      return new Map(
        exportYaml(await read(sandbox))
          .supplied.filter(({ field }) => field === "secretKey")
          .map(({ label, key }) => [label, key]),
      );
    };
    expect(await keysOf(["Masters"])).toEqual(new Map([["Masters", "masters.secretKey"]]));
    const alike = await keysOf(["Masters", "masters"]);
    expect([...alike.values()]).toEqual([
      expect.stringMatching(/^masters-[0-9a-f]{6}\.secretKey$/),
      expect.stringMatching(/^masters-[0-9a-f]{6}\.secretKey$/),
    ]);
    // Another one alike changes none of them.
    const more = await keysOf(["Masters ", "masters", "Masters"]);
    for (const [label, key] of alike) expect(more.get(label)).toBe(key);
    expect(new Set(more.values()).size).toBe(3);
  });

  test("a rename in iconik is a change of one line", async () => {
    const sandbox = await tenant({
      seed: {
        groups: [{ name: "Editors", roles: ["can_search"] }, { name: "Zoo", roles: ["can_search"] }, { name: "Mid" }],
      },
    });
    const before = exportYaml(await read(sandbox))
      .files.get("tenant.yaml")!
      .split("\n");
    sandbox.edit("groups", String(sandbox.objects("groups").find(({ name }) => name === "Editors")!.id), {
      name: "Archivists",
    });
    const after = exportYaml(await read(sandbox))
      .files.get("tenant.yaml")!
      .split("\n");
    expect(after).toHaveLength(before.length);
    expect(after.filter((line, index) => line !== before[index])).toEqual(["  Archivists:"]);
  });
});

describe("whatever a tenant holds", () => {
  test("its export is valid, says what is there, and says it the same way twice", async () => {
    await fc.assert(
      fc.asyncProperty(untidyTenants, async ({ model, seed, switches }) => {
        const sandbox = await startUntidy({ model, seed, switches });
        try {
          const known = model === "both" ? undefined : await holds(sandbox);
          if (!known) load(exportYaml(await read(sandbox)).files);
        } finally {
          await sandbox.close();
        }
      }),
      {
        numRuns: Number(process.env.FC_RUNS ?? 40),
        endOnFailure: process.env.FC_RUNS !== undefined,
        ...(process.env.FC_SEED !== undefined && { seed: Number(process.env.FC_SEED) }),
      },
    );
  }, 300_000);
});

describe("half a reading", () => {
  const seed: Seed = {
    users: [{ email: "editor@example.com" }],
    groups: Array.from({ length: 130 }, (_, index) => ({ name: `Group ${index}`, roles: ["can_search"] })),
    acl_templates: [{ name: "Default upload" }],
    storages: [
      {
        name: "Masters",
        method: "FILE",
        purpose: "FILES",
        settings: { mount_point: "/mnt/masters", acl_template_id: "Default upload" },
      },
    ],
    export_locations: [{ name: "Delivery", storage_id: "Masters", path: "/out" }],
    apps: ["CI", "MAM", "Playout", "Archive"].map((name) => ({ name, default_user_id: "editor@example.com" })),
    acls: { "storages/Masters": { groups: { "Group 7": ["read"] }, users: { "editor@example.com": ["read"] } } },
  };
  const groups = "GET /API/users/v1/groups/";
  const refused: [string, Fault, string][] = [
    ["a list whose total lies", { kind: "lying-total", match: groups, times: Infinity }, "bad-answer"],
    ["a page that comes twice", { kind: "repeated-page", match: groups, times: Infinity }, "bad-answer"],
    ["a list that stops half-way", { kind: "truncated-list", match: groups, times: Infinity }, "bad-answer"],
    [
      "a list that lacks what others point at",
      { kind: "truncated-list", match: "GET /API/acls/v1/acl/templates/", times: Infinity },
      "bad-answer",
    ],
    [
      "a list without people who have access",
      { kind: "truncated-list", match: "GET /API/users/v1/users/", times: Infinity },
      "bad-answer",
    ],
    [
      "a list without a count that stops half-way",
      { kind: "truncated-list", match: "GET /API/auth/v1/apps/", times: Infinity },
      "bad-answer",
    ],
    [
      "a list without a count that comes empty once",
      { kind: "truncated-list", match: "GET /API/files/v1/export_locations/", times: 1 },
      "bad-answer",
    ],
    ["a list that breaks off", { kind: "truncated-json", match: groups, times: Infinity }, "bad-answer"],
    ["a list that this token may not read", { kind: "status", code: 403, match: groups, times: Infinity }, "forbidden"],
    ["credentials that are refused", { kind: "status", code: 401, match: groups, times: Infinity }, "unauthorized"],
    ["a server that is down", { kind: "status", code: 503, match: groups, times: Infinity }, "unavailable"],
    [
      "a list that is not there, of a kind that every tenant has",
      { kind: "status", code: 404, match: "GET /API/files/v1/storages/", times: Infinity },
      "not-found",
    ],
    [
      "teams that may not be read",
      { kind: "status", code: 403, match: "GET /API/users/v1/teams/", times: Infinity },
      "forbidden",
    ],
    [
      "an access list that may not be read",
      { kind: "status", code: 403, match: "GET /API/acls/v1/acl/storages/*/", times: Infinity },
      "forbidden",
    ],
    [
      "settings that may not be read",
      { kind: "status", code: 403, match: "GET /API/settings/v1/group/*/", times: 1 },
      "forbidden",
    ],
    [
      "settings of the tenant that are not there",
      { kind: "status", code: 404, match: "GET /API/settings/v1/system/current/", times: Infinity },
      "not-found",
    ],
    [
      "an auto-scan that may not be read",
      { kind: "status", code: 403, match: "GET /API/files/v1/storages/*/auto_scan/", times: 1 },
      "forbidden",
    ],
  ];

  test.each(refused)("%s is refused", async (_, fault, code) => {
    const sandbox = await tenant({ seed });
    await read(sandbox);
    sandbox.fault(fault);
    await expect(read(sandbox)).rejects.toMatchObject({ name: "IconikError", code });
  });

  test.each(["teams", "role_groups"])(
    "%s that are not there, where the other list of the two is, are refused",
    async (list) => {
      const sandbox = await tenant({
        tenant: "both",
        seed: { teams: [{ name: "Studio" }], role_groups: [{ name: "Cutting", roles: ["can_search"] }] },
      });
      await read(sandbox);
      sandbox.fault({ kind: "status", code: 404, match: `GET /API/users/v1/${list}/`, times: Infinity });
      await expect(read(sandbox)).rejects.toMatchObject({
        code: "bad-answer",
        message: expect.stringContaining(`${list}/ answers 404`),
      });
    },
  );

  test("a list that is thinner than what is read by id is not believed", async () => {
    const sandbox = await tenant({ seed, switches: { listDetail: "thin" } });
    const thin = await read(sandbox);
    sandbox.set({ listDetail: "contract" });
    expect(essence(thin.resources)).toEqual(essence((await read(sandbox)).resources));
  });

  test("an object without its name is none", async () => {
    const sandbox = await tenant({ seed, switches: { listDetail: "thin" } });
    sandbox.fault({
      kind: "drop-field",
      field: "name",
      match: /^GET .*\/users\/v1\/groups\/[0-9a-f-]{36}\/$/,
      times: 1,
    });
    await expect(read(sandbox)).rejects.toMatchObject({
      code: "bad-answer",
      message: expect.stringMatching(/gave the UserGroup \S+ without a name/),
    });
  });

  test("where lists say all, no object is asked for by itself but a few", async () => {
    const sandbox = await tenant({ seed: { groups: seed.groups } });
    sandbox.clearRequests();
    await read(sandbox);
    const single = sandbox.requests.filter(({ path }) => /^\/API\/users\/v1\/groups\/(?!mappings)[^/?]+\/$/.test(path));
    expect(single.length).toBeLessThanOrEqual(5);
  });
});

describe("part of a tenant", () => {
  const seed: Seed = {
    groups: [
      { name: "Editors", roles: ["can_search"] },
      { name: "Freelance", roles: [] },
    ],
    acl_templates: [{ name: "Default upload" }],
    storages: [
      {
        name: "Masters",
        method: "FILE",
        purpose: "FILES",
        settings: { mount_point: "/mnt/masters", acl_template_id: "Default upload" },
      },
    ],
    settings: { "group/Editors": { acl_template_id: "Default upload", allowed_ips: [{ ip: "192.0.2.1" }] } },
    acls: { "storages/Masters": { groups: { Editors: ["read"] } } },
  };
  const chosen = async (choice: Choice) => select(await read(await tenant({ seed })), choice).picture;
  const names = ({ resources }: Picture) => resources.map(({ kind, name }) => `${kind}/${name}`).sort();

  test("by section, with what stands in it; the rest is referred to by name", async () => {
    const picture = await chosen({ kinds: ["userGroups", "storages"] });
    expect(names(picture)).toEqual([
      "Storage/Keyframes",
      "Storage/Masters",
      "Storage/Proxies",
      "UserGroup/Editors",
      "UserGroup/Everyone",
      "UserGroup/Freelance",
      "UserGroupSettings/Editors",
    ]);
    expect(picture.resources.find(({ name }) => name === "Masters")!.inputs.aclTemplate).toEqual({
      existing: "Default upload",
    });
    load(exportYaml(picture).files);
    expect(essence(resourcesOf(exportTypeScript(picture).files.get("index.ts")!) as never)).toEqual(
      essence(picture.resources),
    );
  });

  test("by name", async () => {
    const picture = await chosen({ names: ["Edit*"] });
    expect(names(picture)).toEqual([
      "ShieldAllowList/groups/Editors",
      "UserGroup/Editors",
      "UserGroupSettings/Editors",
    ]);
    load(exportYaml(picture).files);
  });

  test("says of what cannot be described only what was asked for", async () => {
    const sandbox = await tenant({
      seed: {
        ...seed,
        storages: [
          {
            name: "Ingest",
            method: "FTP",
            purpose: "FILES",
            settings: { address: "ftp.example.com", user: "u", password: "p" },
          },
        ],
      },
    });
    const picture = await read(sandbox);
    const gaps = (choice: Choice) => select(picture, choice).picture.gaps.map(({ label }) => label);
    expect(gaps({ kinds: ["userGroups"] })).toEqual([]);
    expect(gaps({ names: ["Edit*"] })).toEqual([]);
    expect([gaps({ kinds: ["storages"], names: ["In*"] }), gaps({})]).toEqual([["Ingest"], ["Ingest"]]);
  });

  test("by what a file does not have yet, to stand beside it", async () => {
    const file = "tenant: { model: userGroups }\nuserGroups: { Cutters: { name: Editors, roles: [can_search] } }\n";
    const base = join(folder, `managed-${(count += 1)}`);
    mkdirSync(base);
    writeFileSync(join(base, "tenant.yaml"), file);
    const managed = pictureOf(loadTenant({ base }, { loopback: true }).desired!, base);
    const { picture, beside } = select(await read(await tenant({ seed })), { unmanaged: managed });
    expect(names(picture)).not.toContain("UserGroup/Editors");
    // Settings stand inside of their group, which is in the other file.
    expect(picture.gaps).toContainEqual({
      kind: "UserGroupSettings",
      label: "Editors",
      why: expect.stringContaining("userGroups/Cutters, which the other description has"),
    });
    const program = exportTypeScript(
      select(await read(await tenant({ seed })), { unmanaged: managed, apart: true }).picture,
    ).files.get("index.ts")!;
    expect(program).not.toContain("undefined");
    expect(program).toContain('{ group: { existing: "Editors" }, permissions:');
    expect(program).toMatch(/new iconik\.UserGroupSettings\("Editors", \{\n {2}group: \{ existing: "Editors" \},/);
    const files = new Map([["managed.yaml", file], ...exportYaml(picture, { beside }).files]);
    const { desired } = load(files);
    const masters = desired!.resources.find(({ name }) => name === "Masters")!;
    expect(masters.inputs.access).toMatchObject({ groups: [{ group: { ref: { label: "Cutters" } } }] });
    expect(desired!.resources.map(({ name }) => name)).toContain("groups/Cutters");
  });

  test("a kind that there is none of is an error", async () => {
    await expect(chosen({ kinds: ["userGroup"] })).rejects.toThrow(
      /there is no kind "userGroup"; there are aclTemplates/,
    );
  });
});
