// A stack on the real CLI, and what its runs take.
import { join } from "node:path";
import { createProject, type Project, type Result } from "../cli.ts";
import { concurrency, type Requests, type Tenant } from "./tenant.mts";

export interface Ran {
  /** From the start of the CLI to its end. */
  seconds: number;
  requests: Requests;
}

export interface Stack {
  /** Runs without a preview before them. */
  up(): Promise<Ran>;
  refresh(): Promise<Ran>;
  preview(): Promise<Ran>;
  /** Bytes of state per resource, as JSON without white space and without call stacks, which are the program's. */
  stateBytes(): Promise<number>;
  close(): Promise<void>;
}

export interface StackOptions {
  /** Pulumi saves the state after every step, its default; otherwise once at the end. */
  checkpoints?: boolean;
  /** The client keeps to iconik's rate limit, as it always does for its users. */
  limit?: boolean;
}

/** @param program what the stack runs; it works on the tenant. */
export async function openStack(program: string, tenant: Tenant, options: StackOptions = {}): Promise<Stack> {
  const project: Project = await createProject(
    { "index.js": program },
    {
      env: {
        ICONIK_URL: tenant.url,
        ICONIK_APP_ID: tenant.appId,
        ICONIK_AUTH_TOKEN: tenant.authToken,
        PULUMI_SKIP_CHECKPOINTS: options.checkpoints ? undefined : "true",
        NODE_OPTIONS: options.limit
          ? undefined
          : `--require ${JSON.stringify(join(import.meta.dirname, "no-limit.cjs"))}`,
      },
    },
  );
  const timed = async (run: (args: string[]) => Promise<Result>, ...args: string[]): Promise<Ran> => {
    await tenant.requests();
    const start = performance.now();
    const { code, all } = await run([...args, "--parallel", String(concurrency)]);
    const seconds = (performance.now() - start) / 1_000;
    if (code !== 0) throw new Error(`a run failed:\n${all.slice(-4_000)}`);
    return { seconds, requests: await tenant.requests() };
  };
  return {
    up: () => timed(project.up, "--skip-preview"),
    refresh: () => timed(project.refresh, "--skip-preview"),
    preview: () => timed(project.preview, "--expect-no-changes"),
    async stateBytes() {
      const resources = await project.resources();
      const bytes = resources.map((resource) =>
        Buffer.byteLength(JSON.stringify({ ...resource, stackTrace: undefined })),
      );
      return bytes.reduce((sum, each) => sum + each, 0) / bytes.length;
    },
    close: project.close,
  };
}
