// A Pulumi project whose program describes iconik objects, and the tenant on loopback that it is pointed at.
import { expect, onTestFinished } from "vitest";
import { startSandbox, type Sandbox, type SandboxOptions } from "../provider/sandbox";
import { createProject, type Project, type Result, type StackResource } from "./cli.ts";
import type { Environment } from "./processes.mts";
import { environmentOf, mayDelete } from "./stack.ts";

export interface IconikProject extends Project {
  readonly sandbox: Sandbox;
  /** Puts another program in the place of the one that is there; `pulumi` and `iconik` are at hand in it. */
  program(text: string): void;
  /** Requests that were to change something: `POST /API/users/v1/groups/`. */
  writes(): string[];
}

export interface IconikProjectOptions extends SandboxOptions {
  env?: Environment;
}

/** @param text body of the program, plain JavaScript. */
export async function createIconikProject(
  text: string,
  { env, ...options }: IconikProjectOptions = {},
): Promise<IconikProject> {
  const sandbox = await startSandbox(options);
  try {
    const project = await createProject(
      { "index.js": source(text) },
      { env: { ...environmentOf(sandbox), ...mayDelete, ...env } },
    );
    return {
      ...project,
      sandbox,
      program: (next) => project.write({ "index.js": source(next) }),
      writes: () =>
        sandbox.requests.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`),
      async close() {
        await project.close();
        await sandbox.close();
      },
    };
  } catch (error) {
    await sandbox.close();
    throw error;
  }
}

/** The same for one test, at whose end it is closed. */
export async function startIconikProject(text: string, options?: IconikProjectOptions): Promise<IconikProject> {
  const project = await createIconikProject(text, options);
  onTestFinished(project.close);
  return project;
}

/** Options of a run that is not previewed first, which takes half the time. */
export const quick = ["--skip-preview"];

const source = (text: string) => `
  const pulumi = require("@pulumi/pulumi");
  const iconik = require("pulumi-iconik");
  ${text}`;

export async function done(run: PromiseLike<Result>): Promise<Result> {
  const result = await run;
  expect(result.code, result.all).toBe(0);
  expectPlain(result);
  return result;
}

/** The run fails, says what it should, and says it in words: no stack, nothing that a terminal would obey. */
export async function refused(run: PromiseLike<Result>, ...words: (string | RegExp)[]): Promise<Result> {
  const result = await run;
  expect(result.code, result.all).not.toBe(0);
  for (const word of words) expect(result.all).toMatch(word);
  expectPlain(result);
  return result;
}

function expectPlain({ all }: Result): void {
  expect(all).not.toMatch(/^\s*at .+[:(]|unhandled|\bbug\b/m);
  expect(all).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
}

export const named = (resources: readonly StackResource[], name: string): StackResource => {
  const found = resources.filter(({ urn }) => urn.endsWith(`::${name}`));
  expect(
    found.map(({ urn }) => urn),
    name,
  ).toHaveLength(1);
  return found[0]!;
};

/** The live objects of a name. */
export const live = (sandbox: Sandbox, kind: Parameters<Sandbox["objects"]>[0], name: string) =>
  sandbox.objects(kind).filter((object) => object.name === name);
