/** `pulumi-iconik sandbox` as a process: what it prints, how it ends, and what it keeps. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import { environment, repository } from "./processes.mts";
import { paths, s3Storage, sender } from "./sandbox-calls";

const main = join(repository, "dist/commands/main.js");

/** Starts the command; `ended` resolves when it does. */
function run(...args: string[]) {
  const child: ChildProcess = spawn(process.execPath, [main, "sandbox", ...args], { env: environment({}) });
  onTestFinished(() => void child.kill("SIGKILL"));
  const said = { stdout: "", stderr: "" };
  child.stdout!.on("data", (chunk) => (said.stdout += chunk));
  child.stderr!.on("data", (chunk) => (said.stderr += chunk));
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal, ...said }));
  const firstLine = async () => {
    while (!said.stdout.includes("\n"))
      await Promise.race([once(child.stdout!, "data"), ended.then(({ stderr }) => expect.fail(stderr))]);
    return said.stdout.split("\n")[0]!;
  };
  return { child, said, ended, firstLine };
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "sandbox-"));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

describe("the command", () => {
  test("prints lines to paste, serves until it is interrupted, and ends well", async () => {
    const { child, said, ended, firstLine } = run();
    expect(await firstLine()).toMatch(/^export ICONIK_URL=http:\/\/127\.0\.0\.1:\d+$/);
    while (!said.stdout.includes("ICONIK_AUTH_TOKEN=")) await once(child.stdout!, "data");
    const shown = Object.fromEntries(
      said.stdout
        .trim()
        .split("\n")
        .map((line) => line.replace("export ", "").split("=")),
    );
    const me = await fetch(`${shown.ICONIK_URL}${paths.users}current/`, {
      headers: { "App-ID": shown.ICONIK_APP_ID, "Auth-Token": shown.ICONIK_AUTH_TOKEN },
    });
    expect(await me.json()).toMatchObject({ email: "owner@example.com", is_admin: true });
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 0, signal: null, stderr: expect.stringContaining("Ctrl-C") });
  });

  test("prints one line of JSON on request, takes a seed, switches and faults, and ends on SIGTERM", async () => {
    const seed = join(folder(), "seed.yaml");
    writeFileSync(seed, "groups:\n  - name: Editors\n    roles: [can_search]\n");
    const { child, ended, firstLine } = run(
      "--format",
      "json",
      "--tenant",
      "both",
      "--seed",
      seed,
      "--switch",
      "listDetail=thin",
      "--fault",
      `GET ${paths.teams} status code=503`,
    );
    const sandbox = JSON.parse(await firstLine());
    expect(Object.keys(sandbox)).toEqual(["url", "appId", "authToken", "domainId"]);
    const send = sender(sandbox);
    const { body } = await send(`GET ${paths.groups}?name=Editors`);
    expect(body.objects).toHaveLength(1);
    expect(body.objects[0]).not.toHaveProperty("roles");
    expect((await send(`GET ${paths.teams}`)).status).toBe(503);
    child.kill("SIGTERM");
    const { code, stdout } = await ended;
    expect([code, stdout.split("\n").length]).toEqual([0, 2]);
  });

  test.each([
    [["--colour"], "unknown option '--colour'"],
    [["--port", "some"], "whole number"],
    [["--tenant", "older"], "Allowed choices are old, new, both"],
    [["--switch", "put=maybe"], "clear, keep"],
    [["--fault", "GET ** explode"], "METHOD PATH KIND"],
    [["--seed", "/nowhere.yaml"], "/nowhere.yaml"],
  ])("cannot start with %j, and says why", async (args, why) => {
    expect(await run(...args).ended).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining(why) });
  });

  test("cannot start on a port that is taken", async () => {
    const taken = await startSandbox();
    onTestFinished(taken.close);
    const { code, stderr } = await run("--port", new URL(taken.url).port).ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining("EADDRINUSE")]);
  });

  test("lists its switches", async () => {
    const { code, stdout } = await run("--switches", "--format", "json").ended;
    expect([code, JSON.parse(stdout).secretsOnRead.default]).toEqual([0, "omit"]);
  });
});

describe("a state file", () => {
  const start = async (stateFile: string, options = {}): Promise<Sandbox> => {
    const sandbox = await startSandbox({ stateFile, checkAnswers: true, ...options });
    onTestFinished(sandbox.close);
    return sandbox;
  };

  test("keeps the tenant and its credentials over a restart", async () => {
    const file = join(folder(), "state.json");
    const first = await start(file);
    const { body: storage } = await sender(first)(`POST ${paths.storages}`, s3Storage("Newsroom"));
    const issued = first.issue({ roles: ["can_read_storages"] });
    await first.close();
    const second = await start(file);
    expect([second.appId, second.authToken, second.domainId]).toEqual([first.appId, first.authToken, first.domainId]);
    expect((await sender(second)(`GET ${paths.storages}${storage.id}/`)).body).toEqual(storage);
    expect((await sender(second, issued)(`GET ${paths.storages}`)).status).toBe(200);
    expect(second.object("storages", storage.id)!.settings.secret_key).toBe("a secret");
  });

  test("is whole even when the process is killed, and its owner's alone", async () => {
    const at = folder();
    const file = join(at, "state.json");
    const { child, ended, firstLine } = run("--format", "json", "--state", file);
    const send = sender(JSON.parse(await firstLine()));
    const made: string[] = [];
    const writing = (async () => {
      for (let n = 0; ; n += 1) made.push((await send(`POST ${paths.groups}`, { name: `g${n}` })).body.name);
    })().catch(() => undefined);
    while (made.length < 20) await new Promise(setImmediate);
    child.kill("SIGKILL");
    await Promise.all([ended, writing]);
    const names = Object.values<any>(JSON.parse(readFileSync(file, "utf8")).objects.groups).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(made));
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("leaves nothing beside it, and is not used for another sort of tenant", async () => {
    const at = folder();
    const file = join(at, "state.json");
    await (await start(file)).close();
    expect(readdirSync(at)).toEqual(["state.json"]);
    await expect(startSandbox({ stateFile: file, tenant: "new" })).rejects.toThrow('"old", not "new"');
    writeFileSync(file, "{}");
    await expect(startSandbox({ stateFile: file })).rejects.toThrow(file);
    expect(existsSync(file)).toBe(true);
  });
});

describe("a seed", () => {
  test("names things by name, and they are linked by id", async () => {
    const sandbox = await startSandbox({
      tenant: "both",
      checkAnswers: true,
      seed: {
        domain: { name: "Newsroom", id: "6f1f4c0e-9c0f-4f5e-8a6e-0d5c6a5d8a11" },
        groups: [{ name: "Editors", roles: ["can_search"] }],
        teams: [{ name: "News" }],
        users: [{ email: "editor@example.com", type: "STANDARD", groups: ["Editors"], teams: ["News"] }],
        acl_templates: [{ name: "Template" }],
        storages: [{ ...s3Storage("Rushes"), settings: { ...s3Storage("").settings, acl_template_id: "Template" } }],
        export_locations: [{ name: "Out", path: "out", storage_id: "Rushes" }],
        apps: [{ name: "CI", default_user_id: "editor@example.com" }],
        group_mappings: [{ name: "saml-editors", group_id: "Editors" }],
        auto_scans: { Rushes: 6 },
        settings: { system: { external_share: false }, "team/News": { share_expiration_time: 7 } },
        acls: { "storages/Rushes": { groups: { News: ["read"] }, users: { "editor@example.com": ["write"] } } },
      },
    });
    onTestFinished(sandbox.close);
    const send = sender(sandbox);
    const id = (kind: Parameters<Sandbox["objects"]>[0], name: string) =>
      sandbox.objects(kind).find((o) => [o.name, o.email].includes(name))!.id;
    const [storage, editors, news, editor] = [
      id("storages", "Rushes"),
      id("groups", "Editors"),
      id("teams", "News"),
      id("users", "editor@example.com"),
    ];
    expect(sandbox.domainId).toBe("6f1f4c0e-9c0f-4f5e-8a6e-0d5c6a5d8a11");
    expect((await send(`GET ${paths.system}`)).body).toMatchObject({
      system_domain_name: "Newsroom",
      external_share: false,
      support_access: false,
    });
    expect((await send(`GET ${paths.users}${editor}/`)).body).toMatchObject({
      groups: [editors],
      teams: [news],
      primary_group: editors,
    });
    expect((await send(`GET ${paths.storages}${storage}/`)).body.settings.acl_template_id).toBe(
      id("acl_templates", "Template"),
    );
    expect((await send(`GET ${paths.storages}${storage}/auto_scan/`)).body.hours_interval).toBe(6);
    expect((await send(`GET ${paths.exportLocations}`)).body.objects[0].storage_id).toBe(storage);
    expect((await send(`GET ${paths.mappings}saml-editors/`)).body.group_id).toBe(editors);
    expect((await send(`GET /API/settings/v1/team/${news}/`)).body.share_expiration_time).toBe(7);
    expect((await send(`GET ${paths.acl}storages/${storage}/`)).body).toMatchObject({
      groups_acl: [{ group_id: news, permissions: ["read"] }],
      users_acl: [{ user_id: editor, permissions: ["write"] }],
    });
    expect(sandbox.objects("apps").find(({ name }) => name === "CI")!.default_user_id).toBe(editor);
  });

  test("that names what is not there is refused", async () => {
    await expect(startSandbox({ seed: { users: [{ email: "a@example.com", groups: ["Nobody"] }] } })).rejects.toThrow(
      '"Nobody"',
    );
    const file = join(folder(), "seed.yaml");
    writeFileSync(file, "storage: []\n");
    await expect(startSandbox({ seed: file })).rejects.toThrow('no "storage"');
  });
});
