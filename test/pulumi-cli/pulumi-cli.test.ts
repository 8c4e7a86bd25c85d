// How a Pulumi CLI is looked for: the script is run with stand-ins for pulumi, npx, go and the download host.
import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { environment, type Environment } from "../processes.mts";

let cache: string;
beforeAll(() => void (cache = mkdtempSync(join(tmpdir(), "pulumi-iconik-"))));
afterAll(() => rmSync(cache, { recursive: true }));

/** Runs the script with nothing but the given commands, shell scripts by name, on PATH. */
async function search(commands: Record<string, string>, env: Environment = {}) {
  const bin = mkdtempSync(join(cache, "bin-"));
  for (const [name, script] of Object.entries(commands)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const XDG_CACHE_HOME = env.XDG_CACHE_HOME ?? mkdtempSync(join(cache, "cache-"));
  const script = join(__dirname, "pulumi-cli.mts");
  const options = { env: environment({ PATH: bin, HOME: cache, ...env, XDG_CACHE_HOME }) };
  return await new Promise<{ bin: string; cache: string; code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [script], options, (error, stdout, stderr) =>
      resolve({ bin, cache: XDG_CACHE_HOME, code: error?.code ?? 0, stdout: stdout.trim(), stderr }),
    );
  });
}
const cli = (version: string) => ({
  pulumi: `echo v${version}`,
  "pulumi-language-nodejs": "",
  "pulumi-resource-pulumi-nodejs": "",
});
/** In place of the download host. */
const host = (answer: string) => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`globalThis.fetch = async () => { ${answer} }`)}`,
});
const unreachable = host(`throw new TypeError("fetch failed", { cause: new Error("no route to host") })`);

it("takes the one on PATH", async () => {
  const found = await search(cli("3.254.0"));
  expect(found).toMatchObject({ code: 0, stdout: found.bin, stderr: "" });
});

it("refuses one that is too old, or has no language host, and says what would do", async () => {
  const old = await search(cli("3.253.9"), unreachable);
  expect(old).toMatchObject({ code: 1, stdout: "" });
  expect(old.stderr).toContain("pulumi is version 3.253.9");
  expect(old.stderr).toContain("fetch failed: no route to host");
  expect(old.stderr).toContain("go is not installed");
  expect(old.stderr).not.toMatch(/^ +at /m);
  const bare = await search({ pulumi: "echo v3.260.0" }, unreachable);
  expect(bare.stderr).toContain("has no pulumi-language-nodejs");
});

it("takes what the npm package downloads, silently, and keeps it", async () => {
  const files = Object.entries(cli("3.265.0"))
    .map(([name, script]) => `printf '#!/bin/sh\\n${script}\\n' > $bin/${name}; /bin/chmod 755 $bin/${name}`)
    .join("\n");
  const npx = `echo much noise; bin=$PULUMI_HOME/versions/$PULUMI_VERSION/bin; /bin/mkdir -p $bin\n${files}`;
  const found = await search({ npx }, host("return {}"));
  const kept = join(found.cache, "pulumi-iconik/pulumi-3.265.0/bin");
  expect(found).toMatchObject({ code: 0, stdout: kept, stderr: "Downloading Pulumi 3.265.0\n" });
  const again = await search({}, { XDG_CACHE_HOME: found.cache, ...unreachable });
  expect(again).toMatchObject({ code: 0, stdout: kept, stderr: "" });
  expect(readdirSync(join(found.cache, "pulumi-iconik"))).toEqual(["pulumi-3.265.0"]);
});

it("does not try a failed download again at once", async () => {
  const first = await search({}, unreachable);
  const second = await search({}, { XDG_CACHE_HOME: first.cache, ...host("throw new Error('asked again')") });
  expect(second.stderr).toContain("failed less than");
  expect(second.stderr).not.toContain("asked again");
});

/** What `go build … -o $7` does, as far as the script can see. */
const compiling = 'compile() { /bin/mkdir -p "${7%/*}"; echo "echo v3.259.0" > "$7"; /bin/chmod 755 "$7"; };';

it("builds with Go, once, also when two ask at the same time", async () => {
  const shared = mkdtempSync(join(cache, "cache-"));
  const go = `${compiling} case "$1" in build) /bin/sleep 0.3; echo "$8" >> "$HOME/builds"; compile "$@";; esac`;
  const env = { XDG_CACHE_HOME: shared, HOME: shared, ...unreachable };
  const found = await Promise.all([search({ go }, env), search({ go }, env)]);
  const bin = join(shared, "pulumi-iconik/pulumi-3.259.0/bin");
  for (const { code, stdout, stderr } of found) expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: bin });
  expect(readdirSync(bin).sort()).toEqual(Object.keys(cli("")).sort());
  expect(readdirSync(dirname(dirname(bin))).sort()).toEqual(["download-failed", "pulumi-3.259.0"]);
  const built = readFileSync(join(shared, "builds"), "utf8");
  expect(await search({ go }, env)).toMatchObject({ code: 0, stdout: bin, stderr: "" });
  expect(readFileSync(join(shared, "builds"), "utf8")).toBe(built);
});

it("leaves nothing behind when a build fails", async () => {
  const fail = 'echo "no such module" >&2; exit 1';
  const go = `${compiling} case "$*" in version) ;; *language*) ${fail};; *) compile "$@";; esac`;
  const failed = await search({ go }, unreachable);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain("no such module");
  expect(readdirSync(join(failed.cache, "pulumi-iconik"))).toEqual(["download-failed"]);
});
