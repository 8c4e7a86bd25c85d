// A stranger takes a tenant that they did not describe to code: the commands of the README's section, in its order, on
// the real CLI.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startSandbox, type Seed } from "../provider/sandbox";
import { createProject, endToEnd } from "./cli.ts";
import { environment, repository } from "./processes.mts";
import { pulumiCli } from "./pulumi-cli/pulumi-cli.mts";
import { environmentOf } from "./stack.ts";

/** Clicked together over years. */
const seed: Seed = {
  users: [
    { email: "editor@example.com", groups: ["Editors"] },
    { email: "left@example.com", status: "INACTIVE" },
  ],
  groups: [
    {
      name: "Editors",
      description: "Cut",
      roles: ["can_search", "can_read_assets", "can_write_assets"],
      default_user_type: "STANDARD",
    },
    { name: "no", roles: ["can_search"] },
    { name: "Editors", roles: ["can_read_asset"], date_created: "2031-01-01T00:00:00.000000" },
    { name: "a/b: 🎬", roles: [] },
  ],
  acl_templates: [{ name: "Default upload" }, { name: "Unused" }],
  storages: [
    {
      name: "Masters",
      method: "S3",
      purpose: "FILES",
      settings: {
        bucket: "example-masters",
        endpoint: "https://s3.eu-north-1.amazonaws.com",
        region: "eu-north-1",
        access_key: "EXAMPLEKEY",
        secret_key: "canary-secret",
        read: true,
        write: true,
        acl_template_id: "Default upload",
      },
    },
    { name: "Playout", method: "FILE", purpose: "FILES", settings: { mount_point: "/mnt/playout", read: true } },
  ],
  export_locations: [{ name: "Partner", storage_id: "Masters", path: "partner" }],
  group_mappings: [{ name: "AD-Night", group_id: "no" }],
  auto_scans: { Masters: 24 },
  settings: { system: { support_access: true }, "group/no": { hide_favourites: true, delete_grace_period: 5 } },
  acls: {
    "acl_templates/Default upload": { groups: { no: ["read", "write"] }, users: { "editor@example.com": ["read"] } },
    "storages/Masters": { groups: { no: ["read"] } },
  },
};

it("a tenant is taken over without a change, and one group of it changed", endToEnd, async () => {
  const section = readFileSync(join(repository, "README.md"), "utf8")
    .split("\n## ")
    .find((text) => text.startsWith("Take over a tenant you have\n"))!;
  const commands = /```sh\n([^]*?)```/
    .exec(section)![1]!
    .split("\n")
    .map((line) => line.replace(/\s+#.*$/, ""))
    .filter(Boolean);
  expect(commands).toHaveLength(7);

  const sandbox = await startSandbox({ tenant: "old", seed });
  onTestFinished(sandbox.close);
  const project = await createProject(
    { "index.js": 'module.exports = require("pulumi-iconik/program");' },
    { env: environmentOf(sandbox) },
  );
  onTestFinished(project.close);
  const cwd = project.folder;
  const { bin } = await pulumiCli();
  const path = [bin, join(repository, "node_modules/.bin"), process.env.PATH].join(delimiter);
  // What only a terminal has: npx's own look-up, an editor, and somebody who says yes.
  const here = `npx() { shift; node ${JSON.stringify(join(repository, "dist/commands/main.js"))} "$@"; }\npulumi() { command pulumi --non-interactive "$@"; }\n`;
  const run = (command: string, input = ""): Promise<{ code: number | null; text: string }> => {
    const child = spawn("bash", ["-eo", "pipefail", "-c", here + command], {
      cwd,
      env: environment({
        ...project.env,
        PATH: path,
        PULUMI_SKIP_CONFIRMATIONS: "true",
        EDITOR: "sed -i s/Cut/Publish/",
      }),
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    child.stdin.end(input);
    return new Promise((resolve) => child.once("close", (code) => resolve({ code, text })));
  };
  const did = async (command: string, input?: string): Promise<string> => {
    const { code, text } = await run(command, input);
    expect(code, `${command}\n${text}`).toBe(0);
    return text;
  };

  const before = sandbox.objects("groups");
  const [exporting, validating, setting, importing, previewing, editing, applying] = commands as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  sandbox.clearRequests();
  const exported = await did(exporting);
  const validated = await did(validating);
  expect(validated).not.toMatch(/\berror\b/);
  const toSet = exported.match(/pulumi config set --secret \S+/g) ?? [];
  expect(setting).toMatch(/^pulumi config set --secret \S+$/);
  expect(toSet.sort()).toEqual(["pulumi config set --secret masters.secretKey"]);
  for (const command of toSet) await did(command, "canary-secret");
  await did(importing);
  const previewed = await did(previewing);
  expect(previewed).toMatch(/\d+ unchanged/);
  expect(previewed).not.toMatch(/to (create|update|delete|replace)/);
  expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);

  const file = readFileSync(join(cwd, "tenant.yaml"), "utf8");
  await did(editing);
  expect(readFileSync(join(cwd, "tenant.yaml"), "utf8")).toBe(file.replace("Cut", "Publish"));
  expect(await did(applying)).toMatch(/~ 1 updated/);
  expect(
    sandbox.requests.filter(({ method }) => method !== "GET").map(({ method, path: of }) => `${method} ${of}`),
  ).toEqual([expect.stringMatching(/^PATCH \/API\/users\/v1\/groups\/[^/]+\/$/)]);
  const dated = ({ date_modified: _, ...group }: Record<string, unknown>) => group;
  expect(sandbox.objects("groups").map(dated)).toEqual(
    before.map((group) => dated(group.description === "Cut" ? { ...group, description: "Publish" } : group)),
  );
  expect(await did(previewing)).not.toMatch(/to (create|update|delete|replace)/);
});
