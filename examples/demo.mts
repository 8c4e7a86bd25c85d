// `npm run demo`: Pulumi makes an iconik tenant out of a YAML file, in a tenant of its own on this machine.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import Table from "cli-table3";
import colors from "picocolors";
import { pulumiCli } from "../test/pulumi-cli/pulumi-cli.mts";
import type * as Sandbox from "../provider/sandbox/index.ts";

const root = resolve(import.meta.dirname, "..");
const newsroom = join(root, "examples/newsroom");
const { startSandbox } = createRequire(import.meta.url)("../dist/sandbox/index.js") as typeof Sandbox;

const say = (line: string) => console.error(`\n${colors.bold(line)}`);

say("1. A Pulumi CLI");
const { bin, version } = await pulumiCli();
console.error(`Pulumi ${version}`);

say("2. An iconik tenant on this machine, empty but for what iconik makes itself");
const sandbox = await startSandbox({ tenant: "old", seed: join(newsroom, "sandbox.yaml") });
console.error(`${sandbox.url}, tenant ${sandbox.domainId}`);

const home = mkdtempSync(join(tmpdir(), "pulumi-iconik-demo-"));
mkdirSync(join(home, "state"));
process.exitCode = 1;
try {
  // Stacks and credentials stay in a folder that goes away with the demo.
  const env = {
    ...process.env,
    PATH: [bin, join(root, "node_modules/.bin"), process.env.PATH].join(delimiter),
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${join(home, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "demo",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    ICONIK_URL: sandbox.url,
    ICONIK_APP_ID: sandbox.appId,
    ICONIK_AUTH_TOKEN: sandbox.authToken,
  };
  const pulumi = (...args: string[]): Promise<number> =>
    new Promise((done) => {
      console.error(colors.dim(`$ pulumi ${args.join(" ")}`));
      spawn("pulumi", args, { cwd: newsroom, env, stdio: ["ignore", "inherit", "inherit"] }).on("close", (code) =>
        done(code ?? 1),
      );
    });
  const quietly = (...args: string[]) => {
    const { status, stderr } = spawnSync("pulumi", args, { cwd: newsroom, env, encoding: "utf8" });
    if (status !== 0) throw new Error(`pulumi ${args.join(" ")}: ${stderr}`);
  };
  const config = join(home, "Pulumi.demo.yaml");
  cpSync(join(newsroom, "Pulumi.yaml"), join(home, "Pulumi.yaml"));
  quietly("stack", "init", "demo", "--non-interactive");
  for (const [key, value] of Object.entries({
    "archive.accessKey": "EXAMPLEKEY",
    "archive.secretKey": "example-secret",
    "delivery.jsonKey": "{}",
  })) {
    quietly("config", "set", "--secret", key, value, "--stack", "demo", "--config-file", config);
  }

  say("3. pulumi up: the tenant becomes what examples/newsroom/tenant.yaml says");
  if ((await pulumi("up", "--yes", "--skip-preview", "--stack", "demo", "--config-file", config)) !== 0)
    throw new Error("pulumi up failed");
  say("4. pulumi up again: nothing to do");
  if (
    (await pulumi(
      "up",
      "--yes",
      "--skip-preview",
      "--expect-no-changes",
      "--stack",
      "demo",
      "--config-file",
      config,
    )) !== 0
  )
    throw new Error("the second run changed something");

  say("5. What the tenant holds now");
  const table = new Table({ head: ["kind", "name", "what it is"], style: { head: [], border: [], compact: true } });
  const rows: [string, string, (object: any) => string][] = [
    ["groups", "user group", ({ roles = [] }) => `${roles.length} roles`],
    ["acl_templates", "ACL template", () => "access to uploads"],
    [
      "storages",
      "storage",
      ({ method, purpose, default: isDefault }) => `${method}, ${purpose.toLowerCase()}${isDefault ? ", default" : ""}`,
    ],
    ["export_locations", "export location", ({ path }) => `folder ${path}`],
    ["group_mappings", "SAML mapping", () => "identity provider to group"],
    ["apps", "application", ({ description = "" }) => description],
  ];
  for (const [kind, word, about] of rows) {
    for (const object of sandbox.objects(kind as Parameters<typeof sandbox.objects>[0]))
      table.push([word, object.name, about(object)]);
  }
  console.log(table.toString());
  console.log(
    `\nThe file: examples/newsroom/tenant.yaml (${readFileSync(join(newsroom, "tenant.yaml"), "utf8").split("\n").length} lines)`,
  );
  process.exitCode = 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
} finally {
  await sandbox.close();
  rmSync(home, { recursive: true, force: true });
}
