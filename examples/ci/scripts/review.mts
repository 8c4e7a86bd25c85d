// What the jobs have in common: the commands they run, and the effects of a change with their digest.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs pulumi-iconik as it is installed here, without a shell. */
export function iconik(...args: string[]): Result {
  const manifest = createRequire(join(process.cwd(), "package.json")).resolve("pulumi-iconik/package.json");
  const { bin } = JSON.parse(readFileSync(manifest, "utf8")) as { bin: { "pulumi-iconik": string } };
  return run(process.execPath, [join(dirname(manifest), bin["pulumi-iconik"]), ...args]);
}

export function run(file: string, args: string[]): Result {
  const { status, stdout, stderr, error } = spawnSync(file, args, { encoding: "utf8", maxBuffer: 256 * 1024 * 1024 });
  if (error) throw error;
  return { code: status ?? 1, stdout, stderr };
}

export interface Change {
  /** The source that the stack's description is compared with. */
  from: string;
  /** Exit code of the review; 1: it could not be made, and then there is no digest. */
  code: number;
  json: string;
  stderr: string;
  /** How many effects it has; 0: there is nothing to apply. */
  count: number;
  digest?: string;
}

/**
 * What a commit changes since another, by the files alone, so that the same change has the same digest whenever it is
 * looked at. A stack that `base` does not have yet is compared with the tenant.
 */
export function changeSince(base: string, stack: string): Change | undefined {
  const since = (from: string) => ({ from, ...iconik("review", from, `stack:${stack}`, "--format", "json") });
  // Before the first push to a branch there is no commit. Where a stack's files stand is for the commit's project to say.
  const known = /^0+$/.test(base) ? undefined : since(`git:${base}:stack:${stack}`);
  const isNew = !known || (known.code === 1 && /: there is no Pulumi\./.test(known.stderr));
  if (isNew && !process.env.ICONIK_AUTH_TOKEN) return undefined;
  const { from, code, stdout, stderr } = isNew ? since("live") : known;
  if (code === 1) return { from, code, json: "", stderr, count: 0 };
  const { effects, digest } = (JSON.parse(stdout) as { change: { effects: number; digest: string } }).change;
  return { from, code, json: stdout, stderr, count: effects, digest };
}

/** By which our one comment on a pull request is found again. */
export const markerOf = (stack: string): string => `<!-- pulumi-iconik review of ${stack} -->`;
export const digestLine = (digest: string): string => `<!-- effects sha256:${digest} -->`;
export const digestIn = (body: string): string | undefined =>
  /^<!-- effects sha256:([0-9a-f]{64}) -->$/m.exec(body)?.[1];

/** Of a review in Markdown that asked the tenant: what the program is held to. */
export const planDigestOf = (markdown: string): string | undefined =>
  /\nDigest of [^\n]*: `([^`\s]+)`\s*$/.exec(markdown)?.[1];
export const planLine = (digest: string): string => `<!-- plan ${digest} -->`;
export const planIn = (body: string): string | undefined => /^<!-- plan (\S+) -->$/m.exec(body)?.[1];
