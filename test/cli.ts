// Harness for end-to-end tests: a Pulumi project in a temporary folder, driven by the real Pulumi CLI with a file
// backend. It knows nothing of what the program does.
//
//   describe("groups", endToEnd, () => {
//     it("are created once", async () => {
//       const project = await createProject({ "index.js": `…` });
//       onTestFinished(project.close);
//       const up = await project.up();
//       expect(up.code, up.all).toBe(0);
//     });
//   });
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, extname, join } from "node:path";
import { alive, type ChildProcess, descendants, environment, type Environment, repository } from "./processes.mts";
import { pulumiCli } from "./pulumi-cli/pulumi-cli.mts";

/** Options for `describe` or `it`: a run of the CLI takes 2 to 4 seconds, more on a busy machine. */
export const endToEnd = { timeout: 10 * 60_000 };

export interface ProjectOptions {
  /** Pulumi.yaml's `main`, default "index.js" or, when there is one, "index.ts". */
  main?: string;
  /** Project name, default "e2e". The stack is always "dev". */
  name?: string;
  /** Environment of every run, on top of what the CLI needs. Nothing else is inherited but HOME, LANG and the like. */
  env?: Environment;
}

/** How a run ended; `code` is null when a signal ended it. `all` is stdout and stderr in the order they came. */
export interface Result {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  all: string;
}

/** A running CLI. Await it for its result, which also comes when it fails: nothing is thrown for an exit code. */
export interface Run extends Promise<Result> {
  readonly pid: number;
  /** stdout and stderr so far. */
  output(): string;
  /** Resolves when the output has the text; rejects with the output when the run ends without it. */
  until(text: string | RegExp): Promise<void>;
  /** Process ids of the dynamic providers below this CLI. */
  providers(): number[];
  /** Sends a signal to the CLI alone, by default SIGKILL, and gives the dynamic providers below it at that moment. */
  kill(signal?: NodeJS.Signals): number[];
}

/** A resource as `pulumi stack export` shows it; only the common keys are typed. */
export interface StackResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  [key: string]: unknown;
}

type Command = (args?: string[], env?: Environment) => Run;

export interface Project {
  readonly folder: string;
  /** What every run has in its environment: with it, others can ask the CLI too. */
  readonly env: Environment;
  /** Writes files of the project: text by path from the project's folder. */
  write(files: Record<string, string>): void;
  /** Any command, for example `run(["stack", "output", "--json"])`. */
  run(args: string[], env?: Environment): Run;
  /** `pulumi up --yes`: a preview, then the update. `up(["--skip-preview"])` is a second faster. */
  up: Command;
  preview: Command;
  refresh: Command;
  destroy: Command;
  cancel: Command;
  stackExport: Command;
  /** `pulumi import --file` with the given content, without code generation and protection. */
  import(file: object, args?: string[], env?: Environment): Run;
  /** `pulumi config set-all`: plain values, then secret ones; keys like "iconik:url". */
  config(values: Record<string, string>, secrets?: Record<string, string>): Run;
  /** What the stack holds, without the stack itself and the providers; throws when the export fails. */
  resources(args?: string[]): Promise<StackResource[]>;
  /** Kills what still runs and removes all files. For `onTestFinished` or `afterAll`. */
  close(): Promise<void>;
}

/**
 * Makes a project with an empty stack "dev".
 * @param files text by path: the program and whatever it reads. Pulumi.yaml, package.json and, for a TypeScript
 *   program, tsconfig.json are added when not given. `pulumi-iconik` (this repository, as built by `npm run build`),
 *   `@pulumi/*`, `typescript` and `@types/*` can be imported.
 * @throws Error when there is no Pulumi CLI, or the stack cannot be made
 */
export async function createProject(files: Record<string, string>, options: ProjectOptions = {}): Promise<Project> {
  const { bin } = await (found ??= pulumiCli());
  const root = mkdtempSync(join(realpathSync(tmpdir()), "pulumi-iconik-"));
  const folder = join(root, "project");
  const home = join(root, "home");
  const state = join(root, "state");
  for (const path of [folder, home, state]) mkdirSync(path);

  const write = (contents: Record<string, string>) => {
    for (const [path, text] of Object.entries(contents)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  };
  const main = options.main ?? ("index.ts" in files ? "index.ts" : "index.js");
  const name = options.name ?? "e2e";
  write({
    "Pulumi.yaml": JSON.stringify({ name, runtime: "nodejs", main }),
    "package.json": JSON.stringify({ name, private: true, main }),
    ...(extname(main) === ".ts" ? { "tsconfig.json": JSON.stringify(tsconfig) } : {}),
    ...files,
  });
  link(join(folder, "node_modules"));

  const env: Environment = {
    PATH: [join(repository, "node_modules", ".bin"), bin, process.env.PATH].join(delimiter),
    PULUMI_HOME: home,
    // Else Pulumi keeps an attributes file beside each state, which a kill can leave empty, and reads no such state again.
    PULUMI_BACKEND_URL: `file://${state}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: "passphrase of the tests",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    ...options.env,
  };
  const running = new Set<Run>();
  const children = new Map<number, ChildProcess>();

  const run = (args: string[], extra: Environment = {}): Run => {
    const started = start(join(bin, "pulumi"), [...args, "--non-interactive", "--color=never"], {
      cwd: folder,
      env: environment({ ...env, ...extra }),
      children,
    });
    running.add(started);
    const ended = () => running.delete(started);
    started.then(ended, ended);
    return started;
  };
  const command =
    (...fixed: string[]): Command =>
    (args = [], extra) =>
      run([...fixed, ...args], extra);
  const stackExport = command("stack", "export");

  const remove = () => rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  const kill = () => {
    for (const started of running) started.kill();
    for (const child of children.values()) if (alive(child)) process.kill(child.pid, "SIGKILL");
  };
  // A test run that is itself ended early leaves nothing behind either.
  const atExit = () => (kill(), remove());
  process.once("exit", atExit);
  const close = async () => {
    kill();
    await Promise.allSettled(running);
    remove();
    process.off("exit", atExit);
  };

  const initialised = await run(["stack", "init", "dev"]);
  if (initialised.code !== 0) {
    await close();
    throw new Error(`pulumi stack init failed:\n${initialised.all}`);
  }
  return {
    folder,
    env,
    write,
    run,
    up: command("up", "--yes"),
    preview: command("preview"),
    refresh: command("refresh", "--yes"),
    destroy: command("destroy", "--yes"),
    cancel: command("cancel", "--yes"),
    stackExport,
    import(file, args = [], extra) {
      const path = join(root, "import.json");
      writeFileSync(path, JSON.stringify(file));
      return run(["import", "--file", path, "--generate-code=false", "--protect=false", "--yes", ...args], extra);
    },
    config(values, secrets = {}) {
      const plain = Object.entries(values).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
      const secret = Object.entries(secrets).flatMap(([key, value]) => ["--secret", `${key}=${value}`]);
      return run(["config", "set-all", ...plain, ...secret]);
    },
    async resources(args) {
      const { code, stdout, all } = await stackExport(args);
      if (code !== 0) throw new Error(`pulumi stack export failed:\n${all}`);
      const { deployment } = JSON.parse(stdout) as { deployment: { resources?: StackResource[] } };
      return (deployment.resources ?? []).filter((resource) => !/^pulumi:(pulumi|providers):/.test(resource.type));
    },
    close,
  };
}

let found: ReturnType<typeof pulumiCli> | undefined;

/** With "nodenext" the SDK's TypeScript loader finds types through a package's `exports`. */
const tsconfig = {
  compilerOptions: {
    target: "es2022",
    module: "nodenext",
    moduleResolution: "nodenext",
    types: ["node"],
    strict: true,
  },
};

function link(nodeModules: string): void {
  mkdirSync(nodeModules);
  for (const name of ["@pulumi", "@types", "typescript"]) {
    symlinkSync(join(repository, "node_modules", name), join(nodeModules, name));
  }
  symlinkSync(repository, join(nodeModules, "pulumi-iconik"));
}

function start(
  file: string,
  args: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; children: Map<number, ChildProcess> },
): Run {
  const child = spawn(file, args, { cwd: options.cwd, env: options.env, stdio: ["ignore", "pipe", "pipe"] });
  const text = { stdout: "", stderr: "", all: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      text[name] += chunk;
      text.all += chunk;
      child.emit("output");
    });
  }
  const result = new Promise<Result>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, ...text }));
  });
  const pid = child.pid ?? -1;
  const providers = () => {
    if (child.exitCode !== null || child.signalCode !== null) return [];
    const below = descendants(pid);
    for (const process of below) options.children.set(process.pid, process);
    return below.filter((process) => process.args.includes("cmd/dynamic-provider")).map((process) => process.pid);
  };
  return Object.assign(result, {
    pid,
    output: () => text.all,
    providers,
    kill(signal: NodeJS.Signals = "SIGKILL") {
      const left = providers();
      child.kill(signal);
      return left;
    },
    async until(wanted: string | RegExp) {
      const found = () => (typeof wanted === "string" ? text.all.includes(wanted) : wanted.test(text.all));
      await new Promise<void>((resolve, reject) => {
        const look = () => found() && resolve();
        child.on("output", look);
        look();
        result.then(() => reject(new Error(`the run ended without ${wanted}:\n${text.all}`)), reject);
      });
    },
  });
}
