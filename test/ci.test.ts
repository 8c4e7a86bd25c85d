// The templates of examples/ci: their scripts run for real, against a sandbox and conversations on loopback, and the
// workflow files are read by GitHub's own parser and held against GitLab's schema.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { roles } from "../provider/roles";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import { createProject, endToEnd } from "./cli.ts";
import { environment, repository, type Environment } from "./processes.mts";
import { environmentOf } from "./stack.ts";

const templates = join(repository, "examples/ci");
const read = (path: string) => readFileSync(join(templates, path), "utf8");
const workflows = ["pull-request", "merge", "nightly"].map((name) => `github/iconik-${name}.yml`);

interface Step {
  name?: string;
  run?: string;
  env?: Record<string, string>;
}
const stepOf = (workflow: string, name: string): Step => {
  const { jobs } = parse(read(`github/iconik-${workflow}.yml`)) as { jobs: Record<string, { steps: Step[] }> };
  return Object.values(jobs)
    .flatMap(({ steps }) => steps)
    .find((step) => step.name === name)!;
};
const gitlab = parse(read("gitlab/.gitlab-ci.yml")) as Record<string, { script: string[] }>;

interface Note {
  id: number;
  body: string;
  by: string;
}

/** What GitHub and GitLab keep of comments, in pages of two. `fork`: nothing can be written. */
async function comments(notes: Note[], { fork = false, merged = true } = {}) {
  const asked: { method: string; path: string; token: string }[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url!, "http://127.0.0.1");
    const [method, path] = [request.method!, url.pathname];
    const token = String(request.headers.authorization ?? request.headers["private-token"]);
    asked.push({ method, path, token });
    const isGitHub = path.startsWith("/repos/");
    const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
    const shown = ({ id, body, by }: Note) =>
      isGitHub
        ? { id, body, user: { login: by } }
        : { id, body, system: false, author: { id: by === "github-actions[bot]" ? 7 : 8 } };
    if (!/(?:Bearer )?secret-token$/.test(token)) return answer(401, { message: "Bad credentials" });
    if (path === "/user") return answer(200, { id: 7 });
    if (/\/commits\/[^/]+\/(pulls|merge_requests)$/.test(path))
      return answer(200, merged ? [{ number: 5, iid: 5, merged_at: "2026-11-22", state: "merged" }] : []);
    if (method === "GET") {
      const page = Number(url.searchParams.get("page"));
      const next = page * 2 < notes.length;
      return answer(
        200,
        notes.slice(page * 2 - 2, page * 2).map(shown),
        isGitHub
          ? { ...(next && { link: `<http://elsewhere.example.com/>; rel="next"` }) }
          : { "x-next-page": next ? String(page + 1) : "" },
      );
    }
    if (fork) return answer(403, { message: "Resource not accessible by integration" });
    const { body } = JSON.parse(await textOf(request)) as { body: string };
    if (isGitHub && body.length > 65_536)
      return answer(422, { message: "Validation Failed: body is too long (maximum is 65536 characters)" });
    if (method === "POST") notes.push({ id: notes.length + 100, body, by: "github-actions[bot]" });
    else notes.find(({ id }) => String(id) === path.split("/").at(-1))!.body = body;
    answer(200, {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve()))));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, notes, asked };
}

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
};

const gitHub = (url: string): Environment => ({
  GITHUB_API_URL: url,
  GITHUB_REPOSITORY: "example/tenant",
  GITHUB_TOKEN: "secret-token",
  PULL_REQUEST: "5",
});
const gitLab = (url: string): Environment => ({
  CI_API_V4_URL: url,
  CI_PROJECT_ID: "3",
  GITLAB_TOKEN: "secret-token",
  CI_MERGE_REQUEST_IID: "5",
});

/** Runs what a job runs, as the job's shell would. */
const shell = (
  script: string,
  cwd: string,
  env: Environment,
): Promise<{ code: number | null; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const child = spawn("bash", ["-eo", "pipefail", "-c", script], {
      cwd,
      env: environment({ PATH: [join(repository, "node_modules/.bin"), process.env.PATH].join(delimiter), ...env }),
    });
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].setEncoding("utf8").on("data", (text: string) => (said[name] += text));
    child.once("close", (code) => resolve({ code, ...said }));
  });

function git(cwd: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(
    "git",
    [
      "-c",
      "user.name=Tests",
      "-c",
      "user.email=tests@example.com",
      "-c",
      "commit.gpgsign=false",
      "-c",
      "init.defaultBranch=main",
      ...args,
    ],
    { cwd, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

function commit(cwd: string, files: Record<string, string>, message = "change"): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }
  git(cwd, "add", "--all");
  git(cwd, "commit", "--quiet", "--allow-empty", "--message", message);
  return git(cwd, "rev-parse", "HEAD");
}

const tenant = (roles: string, more = "") =>
  `userGroups:\n  Editors: { defaultUserType: power, roles: [${roles}] }\n${more}`;

/** A repository with a project, its scripts, and one commit. `config`: the folder of the stack's config. */
function project(config = "."): { cwd: string; base: string } {
  const cwd = mkdtempSync(join(tmpdir(), "pulumi-iconik-ci-"));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  git(cwd, "init", "--quiet");
  cpSync(join(templates, "scripts"), join(cwd, "ci"), { recursive: true });
  install(cwd);
  const base = commit(cwd, {
    ".gitignore": "node_modules/\nreview/\n",
    "package.json": "{}",
    "Pulumi.yaml": `name: tenant\nruntime: nodejs\nstackConfigDir: ${config}\n`,
    [join(config, "Pulumi.prod.yaml")]: "config: { iconik:tenantFile: tenant.yaml }\n",
    "tenant.yaml": tenant("can_read_assets"),
  });
  return { cwd, base };
}

function install(cwd: string): void {
  const modules = join(cwd, "node_modules");
  mkdirSync(join(modules, ".bin"), { recursive: true });
  if (!existsSync(join(modules, "pulumi-iconik"))) symlinkSync(repository, join(modules, "pulumi-iconik"));
  symlinkSync(join(repository, "dist/commands/main.js"), join(modules, ".bin/pulumi-iconik"));
}

describe("workflow files", () => {
  it.each(workflows)("%s is one by GitHub's own parser", async (path) => {
    const { context, value } = parseWorkflow({ name: path, content: read(path) }, new NoOperationTraceWriter());
    await convertWorkflowTemplate(context, value!);
    expect(context.errors.getErrors()).toEqual([]);
    // So that the parser is known to look.
    const broken = parseWorkflow(
      { name: path, content: read(path).replace("runs-on:", "runs-onn:") },
      new NoOperationTraceWriter(),
    );
    await convertWorkflowTemplate(broken.context, broken.value!);
    expect(broken.context.errors.getErrors()).not.toEqual([]);
  });

  it("GitLab's is one by its schema", () => {
    const check = (text: string) => {
      const cwd = mkdtempSync(join(tmpdir(), "pulumi-iconik-gitlab-"));
      onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
      git(cwd, "init", "--quiet");
      git(cwd, "remote", "add", "origin", "https://gitlab.com/example/tenant.git");
      commit(cwd, { ".gitlab-ci.yml": text });
      return spawnSync(join(repository, "node_modules/.bin/gitlab-ci-local"), ["--list"], {
        cwd,
        encoding: "utf8",
        env: environment({ PATH: process.env.PATH, HOME: cwd }),
      });
    };
    const text = read("gitlab/.gitlab-ci.yml");
    const { status, stdout, stderr } = check(text);
    expect(status, stdout + stderr).toBe(0);
    expect(check(text.replace("interruptible: true", "interruptible: [perhaps]")).status).not.toBe(0);
  });

  it("name only scripts that are there, and hand secrets to no job of a fork", () => {
    for (const text of [...workflows.map(read), read("gitlab/.gitlab-ci.yml")]) {
      for (const [, script] of text.matchAll(/node ci\/([\w-]+\.mts)/g))
        expect(existsSync(join(templates, "scripts", script!)), script).toBe(true);
      expect(text).not.toContain("pull_request_target");
      expect(text).not.toMatch(/run:.*\$\{\{/);
    }
    // What reviews a pull request holds no writing token.
    expect(JSON.stringify(stepOf("pull-request", "Review").env)).not.toMatch(/secrets\.ICONIK_(APP_ID|AUTH_TOKEN)/);
  });
});

describe.each([
  ["GitHub", gitHub, () => stepOf("pull-request", "Review").run!],
  ["GitLab", gitLab, () => gitlab.review!.script.join("\n")],
] as [string, (url: string) => Environment, () => string][])("a change on %s", endToEnd, (_, where, script) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({
      seed: {
        users: [{ email: "editor@example.com", groups: ["Editors"] }],
        groups: [{ name: "Editors", roles: ["can_read_assets"] }],
      },
    });
  });
  afterAll(() => sandbox.close());
  const credentials = () => ({
    ...environmentOf(sandbox),
    ICONIK_READ_APP_ID: sandbox.appId,
    ICONIK_READ_AUTH_TOKEN: sandbox.authToken,
  });
  const of = (url: string, base: string): Environment => ({
    ...where(url),
    STACK: "prod",
    BASE: base,
    CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
  });

  it("is told in one comment, which is found on the last page and kept up to date", async () => {
    const { cwd, base } = project();
    const marker = "<!-- pulumi-iconik review of prod -->";
    const stranger = { id: 1, body: `${marker}\n<!-- effects sha256:${"0".repeat(64)} -->`, by: "somebody" };
    const api = await comments([
      stranger,
      { id: 2, body: "a", by: "github-actions[bot]" },
      { id: 3, body: "b", by: "github-actions[bot]" },
    ]);

    commit(cwd, { "tenant.yaml": tenant("can_read_assets, can_purge_assets") });
    const first = await shell(script(), cwd, { ...of(api.url, base), ...credentials() });
    expect(first.code, first.stderr).toBe(2);
    expect(api.notes).toHaveLength(4);
    const ours = api.notes[3]!;
    expect(ours.body.startsWith(marker)).toBe(true);
    expect(ours.body).toContain("may now remove assets from the recycle bin for good");
    expect(ours.body).toMatch(/^<!-- effects sha256:[0-9a-f]{64} -->$/m);
    expect(readFileSync(join(cwd, "review/review.md"), "utf8")).toBe(`${ours.body}\n`);
    const { body } = ours;

    const again = await shell(script(), cwd, { ...of(api.url, base), ...credentials() });
    expect(again.stderr).toContain("the comment is same");
    expect(readFileSync(join(cwd, "review/review.html"), "utf8")).toMatch(/<\/html>\s*$/);
    commit(cwd, {
      "tenant.yaml": tenant(
        "can_read_assets",
        "  Guests: {}\ntests: [{ name: nobody reads, group: Editors, deny: [can_read_assets] }]\n",
      ),
    });
    const failing = await shell(script(), cwd, { ...of(api.url, base), ...credentials() });
    expect(failing.code, failing.stderr).toBe(2);
    expect(ours.body).toMatch(/not all hold[^]*nobody reads/);
    // Of people, the tenant says who is where; a token that may not ask leaves the test unrun, and that is no pass.
    const withTest =
      "  Guests: {}\ntests: [{ name: she reads, person: editor@example.com, accept: [can_read_assets] }]\n";
    commit(cwd, { "tenant.yaml": tenant("can_read_assets", withTest) });
    const known = await shell(script(), cwd, { ...of(api.url, base), ...credentials() });
    expect(known.code, known.stderr).toBe(0);
    expect(known.stdout).toContain("1 passed, 0 failed\n");
    const blind = sandbox.issue({ roles: [...roles.keys()].filter((role) => role !== "can_read_users") });
    const unknown = await shell(script(), cwd, {
      ...of(api.url, base),
      ...environmentOf({ ...sandbox, ...blind }),
      ICONIK_READ_APP_ID: blind.appId,
      ICONIK_READ_AUTH_TOKEN: blind.authToken,
    });
    expect(unknown.code, unknown.stderr).toBe(1);
    expect(ours.body).toContain("people: unknown, missing can_read_users");
    expect(ours.body).toMatch(/not all could be run[^]*not run she reads/);
    commit(cwd, { "tenant.yaml": tenant("can_read_assets", "  Guests: {}\n") });
    const second = await shell(script(), cwd, { ...of(api.url, base), ...credentials() });
    expect(second.code, second.stderr).toBe(0);
    expect(api.notes).toHaveLength(4);
    expect(ours.body).not.toBe(body);
    expect(ours.body).not.toContain("recycle bin");
    expect(stranger.body).toContain("0".repeat(64));
    expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(first.stdout + first.stderr + second.stdout + second.stderr + ours.body).not.toMatch(
      new RegExp(`secret-token|${sandbox.authToken}`),
    );
  });

  it("is told as far as a comment goes, when there is more to say", async () => {
    const { cwd, base } = project();
    const api = await comments([]);
    const many = <T>(make: (index: number) => T) => [...Array(1200).keys()].map(make).join("");
    // As many backticks in a row as a name may have, and more warnings and failing tests than there is room for.
    const groups = many(
      (index) =>
        `  Group ${index} of a large tenant: { description: "${"x".repeat(40)}", roles: [can_write_assets] }\n`,
    );
    const tests = many(
      (index) =>
        `  - { name: "${"`".repeat(5)} ${index} may not write anything anywhere", group: Group ${index} of a large tenant, deny: [can_write_assets] }\n`,
    );
    commit(cwd, {
      "tenant.yaml": `tenant: { domainId: ${sandbox.domainId} }\n${tenant("can_read_assets", groups)}tests:\n${tests}`,
    });
    const { code, stdout, stderr } = await shell(script(), cwd, {
      ...of(api.url, base),
      ICONIK_APP_ID: "",
      ICONIK_AUTH_TOKEN: "",
      ICONIK_READ_APP_ID: "",
      ICONIK_READ_AUTH_TOKEN: "",
    });
    expect(code, stderr).toBe(2);
    expect(stdout).toContain("1199 may not write anything");
    const { body } = api.notes[0]!;
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(65_536);
    expect(Buffer.byteLength(body)).toBeGreaterThan(60_000);
    expect(body).toMatch(
      /more facts do not fit[^]*not all hold[^]*``````text\n[^]*… and \d+ more lines: the job's output has them\n``````/,
    );
    expect(body).toContain("Warnings of the tenant file");
    expect(body).toContain("Only the files were looked at");
  });

  it("of a fork is looked at in the files alone, and told in the job where the conversation cannot be written to", async () => {
    const { cwd, base } = project("stacks");
    const api = await comments([], { fork: true });
    commit(cwd, {
      "tenant.yaml": tenant(
        "can_read_assets, can_purge_assets",
        `tenant: { domainId: ${sandbox.domainId} }\ntests: [{ name: she reads, person: editor@example.com, accept: [can_read_assets] }]\n`,
      ),
    });
    const before = sandbox.requests.length;
    const summary = join(cwd, "summary.md");
    const { code, stdout, stderr } = await shell(script(), cwd, {
      ...of(api.url, base),
      GITHUB_STEP_SUMMARY: summary,
      ICONIK_APP_ID: "",
      ICONIK_AUTH_TOKEN: "",
      ICONIK_READ_APP_ID: "",
      ICONIK_READ_AUTH_TOKEN: "",
    });
    expect(code, stderr).toBe(2);
    expect(stdout).toContain("may now remove assets");
    expect(readFileSync(summary, "utf8")).toMatch(/not all could be run[^]*not run she reads/);
    expect(stderr).toContain("cannot be written to");
    expect(readFileSync(summary, "utf8")).toContain("Only the files were looked at");
    expect(sandbox.requests.length).toBe(before);
  });

  it("that is wrong, or whose stack is new, is told as that", async () => {
    const { cwd, base } = project();
    const api = await comments([]);
    commit(cwd, { "tenant.yaml": "userGroups: { Editors: { rolez: [] } } # ```\n" });
    const wrong = await shell(script(), cwd, { ...of(api.url, base), ...credentials() });
    expect(wrong.code).toBe(1);
    expect(api.notes[0]!.body).toContain("unknown-key");
    expect(api.notes[0]!.body).toContain("````text");
    expect(api.notes[0]!.body).not.toContain("effects sha256");

    commit(cwd, { "tenant.yaml": tenant("can_read_assets, can_write_assets") });
    const fresh = await shell(script(), cwd, { ...of(api.url, "0".repeat(40)), ...credentials() });
    expect(fresh.code, fresh.stderr).toBeLessThanOrEqual(2);
    expect(fresh.code).not.toBe(1);
    expect(api.notes).toHaveLength(1);
    expect(api.notes[0]!.body).toContain("effects sha256");

    // Without credentials there is nothing to compare it with, and its tests are run all the same.
    commit(cwd, {
      "tenant.yaml": tenant(
        "can_read_assets",
        `tenant: { domainId: ${sandbox.domainId} }\ntests: [{ name: nobody reads, group: Editors, deny: [can_read_assets] }]\n`,
      ),
    });
    const alone = await shell(script(), cwd, {
      ...of(api.url, "0".repeat(40)),
      ICONIK_APP_ID: "",
      ICONIK_AUTH_TOKEN: "",
      ICONIK_READ_APP_ID: "",
      ICONIK_READ_AUTH_TOKEN: "",
    });
    expect(alone.code, alone.stderr).toBe(2);
    expect(api.notes[0]!.body).toMatch(
      /The stack is new[^]*not all hold[^]*nobody reads[^]*Only the files were looked at/,
    );
  });
});

describe("what was merged", endToEnd, () => {
  it("is refused without a review when it is of what no tenant shows", async () => {
    const { cwd } = project();
    const api = await comments([], { merged: false });
    const rotated = (text: string) => ({
      "tenant.yaml": `storages: { Masters: { type: wasabi, purpose: files, bucket: masters, region: eu-west-1, read: true, provision: { rotate: "${text}" } } }\n`,
    });
    const from = commit(cwd, rotated("1"));
    const to = commit(cwd, rotated("2"));
    const { code, stdout, stderr } = await shell(stepOf("merge", "Apply").run!, cwd, {
      ...gitHub(api.url),
      STACK: "prod",
      BASE: from,
      COMMIT: to,
    });
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining("nobody reviewed this change, and it came in through no pull request"),
    ]);
    expect(stdout).toContain("provision.rotate is other text: a new key is made");
  });

  it("is applied when it is what was reviewed, and else refused; the night takes away what has ended, and tells what was changed by hand", async () => {
    const sandbox = await startSandbox();
    onTestFinished(sandbox.close);
    const made = await createProject(
      {
        "index.js": `module.exports = require("pulumi-iconik/program");\n`,
        "tenant.yaml": tenant("can_read_assets"),
        ".gitignore": "node_modules/\nreview/\n",
      },
      { env: environmentOf(sandbox) },
    );
    onTestFinished(made.close);
    const cwd = made.folder;
    install(cwd);
    cpSync(join(templates, "scripts"), join(cwd, "ci"), { recursive: true });
    git(cwd, "init", "--quiet");
    const first = await made.up(["--skip-preview"]);
    expect(first.code, first.all).toBe(0);
    const base = commit(cwd, {});
    const root = dirname(cwd);
    const { bin } = await import("./pulumi-cli/pulumi-cli.mts").then(({ pulumiCli }) => pulumiCli());
    const api = await comments([]);
    const env = (change: Environment = {}): Environment => ({
      ...environmentOf(sandbox),
      ...gitHub(api.url),
      STACK: "dev",
      PATH: [join(repository, "node_modules/.bin"), bin, process.env.PATH].join(delimiter),
      PULUMI_HOME: join(root, "home"),
      PULUMI_BACKEND_URL: made.env.PULUMI_BACKEND_URL,
      PULUMI_CONFIG_PASSPHRASE: "passphrase of the tests",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      ...change,
    });
    const roles = () => sandbox.objects("groups").find(({ name }) => name === "Editors")!.roles as string[];
    const { run: apply, env: { ICONIK_UNDO: undo } = {} } = stepOf("merge", "Apply");
    const merge = (from: string, to: string, change?: Environment) =>
      shell(apply!, cwd, env({ BASE: from, COMMIT: to, ICONIK_UNDO: undo!, ...change }));

    const change = commit(cwd, { "tenant.yaml": tenant("can_read_assets, can_write_assets") });
    const unseen = await merge(base, change);
    expect(unseen.code, unseen.stderr).toBe(3);
    expect(unseen.stderr).toContain("nobody reviewed this change");

    const never = await shell(stepOf("nightly", "What was last applied from a review").run!, cwd, env());
    expect([never.code, never.stderr]).toEqual([3, expect.stringContaining("nobody reviewed")]);

    const reviewed = await shell(stepOf("pull-request", "Review").run!, cwd, env({ BASE: base }));
    expect(reviewed.code, reviewed.stderr).not.toBe(1);
    expect(api.notes[0]!.body).toMatch(/^<!-- plan \S+ -->$/m);
    // Somebody changes what is to be written, after the review: the program refuses it.
    const { id } = sandbox.objects("groups").find(({ name }) => name === "Editors")!;
    sandbox.edit("groups", id, { roles: ["can_read_assets", "can_purge_assets"] });
    const stale = await merge(base, change);
    expect(stale.code, stale.stdout + stale.stderr).not.toBe(0);
    expect(stale.stdout + stale.stderr).toMatch(
      /this is not what was reviewed \(ICONIK_PLAN_DIGEST\)[^]*may no longer remove assets from the recycle bin/,
    );
    expect(roles()).toEqual(["can_read_assets", "can_purge_assets"]);
    sandbox.edit("groups", id, { roles: ["can_read_assets"] });
    const applied = await merge(base, change);
    expect(applied.code, applied.stdout + applied.stderr).toBe(0);
    expect(roles()).toEqual(["can_read_assets", "can_write_assets"]);
    expect(read("github/iconik-merge.yml")).toContain(`path: ${undo}`);
    expect(JSON.parse(readFileSync(join(cwd, undo!), "utf8"))).toMatchObject({
      kind: "UserGroup",
      label: "Editors",
      does: "update",
    });

    // More than what was reviewed.
    const more = commit(cwd, { "tenant.yaml": tenant("can_read_assets, can_write_assets, can_purge_assets") });
    const refused = await merge(base, more);
    expect(refused.code, refused.stdout + refused.stderr).toBe(3);
    expect(refused.stderr).toContain("was of other effects");
    expect(refused.stdout).toContain("recycle bin");
    expect(roles()).not.toContain("can_purge_assets");
    git(cwd, "reset", "--quiet", "--hard", change);

    // What was refused is on main: the night goes back to what was last applied from a review.
    const nights = async (...[cause]: string[]) => {
      const back = await shell(stepOf("nightly", "What was last applied from a review").run!, cwd, env());
      if (cause !== undefined) return expect([back.code, back.stderr]).toEqual([3, expect.stringContaining(cause)]);
      expect([back.code, git(cwd, "rev-parse", "HEAD")], back.stderr).toEqual([0, change]);
      const night = await shell(stepOf("nightly", "Take away what has ended").run!, cwd, env());
      expect(night.code, night.stdout + night.stderr).toBe(0);
      expect(roles()).toEqual(["can_read_assets", "can_write_assets"]);
    };
    await nights();
    await nights();
    // Nor does it come in with a change that says nothing by itself.
    git(cwd, "checkout", "--quiet", more);
    const notes = commit(cwd, { "README.md": "notes\n" });
    const beside = await merge(more, notes);
    expect(beside.code, beside.stdout + beside.stderr).toBe(3);
    expect(beside.stderr).toContain(`since ${change}, which was last applied, more came in`);
    expect(roles()).not.toContain("can_purge_assets");
    git(cwd, "checkout", "--quiet", change);
    // What is set to nothing is not set: that is what GitHub makes of a variable that nobody gave it.
    const configured = await made.config({ "iconik:url": sandbox.url });
    expect(configured.code, configured.all).toBe(0);
    const harmless = commit(cwd, { "README.md": "notes\n" });
    const passed = await merge(change, harmless, { ICONIK_URL: "", ICONIK_PLAN_DIGEST: "" });
    expect(passed.code, passed.stdout + passed.stderr).toBe(0);
    // Whoever applies by hand has to have it reviewed before the nights go on.
    const byHand = await made.up(["--skip-preview"]);
    expect(byHand.code, byHand.all).toBe(0);
    await nights("was of something that nobody reviewed");

    // A role that ended yesterday, described as if it had been applied before.
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    commit(cwd, {
      "tenant.yaml": tenant(
        `can_read_assets, { role: can_write_assets, expires: ${yesterday}, reason: fair }`,
        "tests: [{ name: editors delete nothing, group: Editors, deny: [can_delete_*] }]\n",
      ),
    });
    const ends = await shell(stepOf("nightly", "What ends").run!, cwd, env());
    expect(ends.code, ends.stderr).toBe(0);
    expect(ends.stdout).toContain("is taken away");
    const night = await shell(stepOf("nightly", "Take away what has ended").run!, cwd, env());
    expect(night.code, night.stdout + night.stderr).toBe(0);
    expect(roles()).toEqual(["can_read_assets"]);

    const summary = join(root, "summary.md");
    const { run: onTenant } = stepOf("nightly", "Tests of the file, on the tenant");
    const sound = await shell(onTenant!, cwd, env());
    expect([sound.code, sound.stdout], sound.stderr).toEqual([0, "1 passed, 0 failed\n"]);
    const drift = () =>
      shell(stepOf("nightly", "What was changed by hand").run!, cwd, env({ GITHUB_STEP_SUMMARY: summary }));
    sandbox.edit("groups", sandbox.objects("groups").find(({ name }) => name === "Editors")!.id, {
      roles: ["can_read_assets", "can_delete_assets"],
    });
    const drifted = await drift();
    expect(drifted.code, drifted.stderr).toBe(2);
    expect(readFileSync(summary, "utf8")).toContain("can_delete_assets");
    const failing = await shell(onTenant!, cwd, env());
    expect([failing.code, failing.stdout], failing.stderr).toEqual([
      2,
      expect.stringContaining("editors delete nothing: user group “Editors” has can_delete_assets"),
    ]);
    // GitLab's job goes on to the tests when there is drift, and ends as they do.
    const both = await shell(
      gitlab.drift!.script.join("\n"),
      cwd,
      env({ ICONIK_READ_APP_ID: sandbox.appId, ICONIK_READ_AUTH_TOKEN: sandbox.authToken }),
    );
    expect(both.code, both.stderr).toBe(2);
    expect(both.stdout).toMatch(/can_delete_assets[^]*editors delete nothing/);
    const untold = await shell(
      stepOf("nightly", "What was changed by hand").run!,
      cwd,
      env({ GITHUB_STEP_SUMMARY: summary, ICONIK_AUTH_TOKEN: "wrong" }),
    );
    expect(untold.code).toBe(1);
  });
});
