/**
 * Nothing secret in the open: a value of its own in every secret field of every form of object, the credentials, minted
 * tokens and passwords in addresses go through a whole life on the real Pulumi CLI and through the provider process;
 * then everything that was printed or written is searched for each of them, in every usual spelling. Only state may
 * hold them, encrypted. (What Pulumi itself prints when `up --plan` is refused is known and not ours.)
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { fieldsOf, type Values } from "../provider/definition";
import { kinds } from "../provider/kinds";
import { startSandbox, type Sandbox } from "../provider/sandbox";
import { createProject, endToEnd, type Project, type Result } from "./cli.ts";
import { forms, seed, whole, type Form } from "./desired";
import { opened } from "./stack.ts";
import { secret, startProvider } from "./provider-process.ts";
import { createStack, environmentOf, mayDelete } from "./stack.ts";

/** Characters that JSON, URLs and shells write otherwise are in all of them. */
const canary = (where: string): string => `canary-${where}-"ü/\\ +=&%41`;

/** The spellings in which a text can turn up. Of base64, what does not depend on what stands around it. */
function spellings(text: string): string[] {
  const bytes = Buffer.from(text);
  const base64 = [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    return whole.slice(before === 0 ? 0 : before + 1, -2);
  });
  const json = JSON.stringify(text).slice(1, -1);
  return [
    text,
    json,
    JSON.stringify(json).slice(1, -1),
    json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
    encodeURIComponent(text),
    encodeURI(text),
    ...base64,
    ...base64.map((one) => one.replaceAll("+", "-").replaceAll("/", "_")),
    bytes.toString("hex"),
    // Whatever else is done to it, its first word is plain.
    ...(/^canary-[\w.-]+/.exec(text) ?? []),
  ];
}

/** Which secrets stand in the text, by their names. */
const found = (text: string, secrets: ReadonlyMap<string, string>): string[] =>
  [...secrets].flatMap(([name, value]) => (spellings(value).some((spelling) => text.includes(spelling)) ? [name] : []));

/** Every file below a folder; what is linked is not followed. */
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
  });

/** A form with a secret of its own in every secret field, as `{ "$secret": key }`. */
function described(form: Form, secrets: Map<string, string>): Values {
  const { definition } = form;
  const { default: _, ...values }: Values = whole(form);
  for (const [field, { secret: isSecret, output }] of Object.entries(fieldsOf(definition, form.least))) {
    if (!isSecret || output || (field === "sessionToken" && values.secretKey === undefined)) continue;
    if (form.least.credentials === "managed" && ["secretKey", "sessionToken"].includes(field)) continue;
    const key = `${form.title}-${field}`.replaceAll(" ", "-");
    secrets.set(key, canary(key));
    values[field] = { $secret: key };
  }
  return values;
}

const storages = forms.filter(({ definition }) => definition.kind === "Storage");

test("every secret field of every form is tried", () => {
  const secrets = new Map<string, string>();
  for (const form of storages) described(form, secrets);
  const declared = new Set(
    storages.flatMap((form) =>
      Object.entries(fieldsOf(form.definition, form.least)).flatMap(([name, field]) =>
        field.secret && !field.output ? [name] : [],
      ),
    ),
  );
  expect(new Set([...secrets.keys()].map((key) => key.split("-").at(-1)))).toEqual(declared);
  const others = Object.values(kinds).filter(
    ({ kind, fields }) => kind !== "Storage" && Object.values(fields).some((field) => field.secret && !field.output),
  );
  expect(others).toEqual([]);
});

test("what is searched for is found in every spelling", () => {
  const secrets = new Map([["it", canary("it")]]);
  for (const spelling of spellings(canary("it"))) expect(found(`x${spelling}y`, secrets)).toEqual(["it"]);
  expect(found(Buffer.from(`one two ${canary("it")} three`).toString("base64"), secrets)).toEqual(["it"]);
  expect(found("a canary", secrets)).toEqual([]);
});

describe("on the real Pulumi CLI", endToEnd, () => {
  interface Life {
    sandbox: Sandbox;
    project: Project;
    secrets: Map<string, string>;
    /** Runs, and keeps what was said. */
    run(args: string[], env?: Record<string, string | undefined>): Promise<Result>;
    said: string[];
    program(suffix: string): void;
  }

  async function start(): Promise<Life> {
    const sandbox = await startSandbox({ tenant: "both", seed });
    onTestFinished(sandbox.close);
    const secrets = new Map<string, string>();
    const objects = storages.map((form) => ({ form, values: described(form, secrets) }));
    const again = new Map([...secrets].map(([key]) => [`${key}-2`, canary(`${key}-2`)]));
    const proxy = `http://user:${encodeURIComponent(canary("proxy"))}@127.0.0.1:9`;
    const project = await createProject(
      { "index.js": "" },
      {
        // For --event-log.
        env: {
          ...environmentOf(sandbox),
          ...mayDelete,
          HTTPS_PROXY: proxy,
          HTTP_PROXY: proxy,
          PULUMI_DEBUG_COMMANDS: "true",
        },
      },
    );
    onTestFinished(project.close);
    const program = (suffix: string) =>
      project.write({
        "index.js": `
          const pulumi = require("@pulumi/pulumi");
          const iconik = require("pulumi-iconik");
          const config = new pulumi.Config();
          const open = (value) => Array.isArray(value) ? value.map(open) : typeof value !== "object" || value === null ? value
            : value.$secret ? config.requireSecret(value.$secret + ${JSON.stringify(suffix)}) : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, open(inner)]));
          for (const { title, values } of ${JSON.stringify(objects.map(({ form, values }) => ({ title: form.title, values })))}) {
            new iconik.Storage(title, open({ ...values, name: title }), { protect: false });
          }
          const ci = new iconik.Application("CI", { user: "ci@example.com", token: { rotate: ${JSON.stringify(`1${suffix}`)} } });
          exports.token = ci.authToken;
          exports.all = pulumi.all([ci.authToken, config.requireSecret(${JSON.stringify([...secrets.keys()][0])})]);`,
      });
    program("");
    const set = await project.config(
      {},
      Object.fromEntries([...secrets, ...again].map(([key, value]) => [`e2e:${key}`, value])),
    );
    expect(set.code, set.all).toBe(0);
    secrets.set("proxy", canary("proxy")).set("auth token", sandbox.authToken);
    for (const [key, value] of again) secrets.set(key, value);
    const said: string[] = [];
    return {
      sandbox,
      project,
      secrets,
      said,
      program,
      async run(args, env) {
        const result = await project.run(args, env);
        said.push(result.all);
        return result;
      },
    };
  }

  test("a whole life leaves nothing in the open: not on the screen, not in a file", async () => {
    const { sandbox, project, secrets, run, said, program } = await start();
    const events = (name: string) => ["--event-log", join(project.folder, `${name}.log`)];
    const good = async (args: string[]) => {
      const result = await run(args);
      expect(result.code, result.all).toBe(0);
    };
    await good(["up", "--yes", "--skip-preview", "--diff", ...events("up")]);
    await good(["refresh", "--yes", "--skip-preview", "--diff"]);
    await good(["stack", "output", "--json"]);

    program("-2");
    await good(["preview", "--json", "--save-plan", "plan.json"]);
    // iconik says back what it was sent, in words and in a list of fields.
    const { id } = sandbox.objects("storages").find(({ name }) => name === "Storage wasabi")!;
    const echo = secrets.get("Storage-wasabi-secretKey-2")!;
    const body = {
      errors: { [`settings ${echo}`]: [`wrong: ${echo}`, encodeURIComponent(echo), JSON.stringify(echo)] },
    };
    const ended = sandbox.fault({ match: `PATCH /API/files/v1/storages/${id}/`, kind: "status", code: 400, body });
    const failed = await run(["up", "--yes", "--skip-preview", "--diff", ...events("failed")]);
    expect(failed.code).not.toBe(0);
    expect(failed.all).toContain("[secret]");
    ended();
    const debugged = await project.run([
      "up",
      "--yes",
      "--skip-preview",
      "--diff",
      "-v=9",
      "--logtostderr",
      "--logflow",
    ]);
    expect(debugged.code, debugged.all.slice(-2_000)).toBe(0);
    expect(debugged.all).toContain("arshaling property for RPC");
    said.push(ownWords(debugged.all));

    for (const { token, app_id } of sandbox.objects("tokens"))
      if (app_id !== sandbox.appId) secrets.set(`token of ${app_id}`, token as string);
    expect(secrets.size).toBeGreaterThan(30);
    const exported = await project.stackExport();
    expect(found(exported.stdout, secrets)).toEqual([]);
    const shown = (await project.stackExport(["--show-secrets"])).stdout;
    const kept = [...secrets.keys()].filter((key) => key.endsWith("-2") || key.startsWith("token of"));
    expect(found(shown, new Map(kept.map((key) => [key, secrets.get(key)!])))).toEqual(kept);

    const wrong = await run(["refresh", "--yes", "--skip-preview"], {
      ICONIK_URL: `https://user:${encodeURIComponent(canary("url"))}@tenant.example.com`,
    });
    expect(wrong.all).toContain("must not hold a user name or password");
    secrets.set("url", canary("url"));

    await good(["destroy", "--yes", "--skip-preview", ...events("destroy")]);
    for (const text of said) expect(found(text, secrets)).toEqual([]);
    // The project, its state with backups and history, Pulumi's home: plan, logs of events, everything.
    const files = filesBelow(dirname(project.folder));
    expect(files.filter((file) => /plan\.json$|\.log$/.test(file)).length).toBeGreaterThan(2);
    for (const file of files) {
      for (const encoding of ["latin1", "utf8"] as const)
        expect(found(ownWords(readFileSync(file, encoding)), secrets), file).toEqual([]);
    }
  });
});

/**
 * Pulumi's own log, at its most talkative, shows the values of every call between its processes, secret or not; its SDK
 * adds what came of each resource, to logs of events too. The rest of it is searched, with what our processes print.
 */
function ownWords(log: string): string {
  return log
    .split("\n")
    .filter((line) => !/"msg":"(Unm|M)arshaling property for RPC\[|RegisterResource RPC finished/.test(line))
    .join("\n");
}

describe("through the provider process", () => {
  test("no call answers with a secret that is not marked as one, and nothing is printed", async () => {
    const sandbox = await startSandbox({ tenant: "both", seed });
    onTestFinished(sandbox.close);
    const stack = await createStack(sandbox);
    onTestFinished(stack.close);
    const secrets = new Map([["auth token", sandbox.authToken]]);
    for (const form of storages) {
      const fields = new Map<string, string>();
      const open = (values: Values, suffix: string): Values =>
        Object.fromEntries(
          Object.entries(values).map(([name, value]) => [
            name,
            (value as { $secret?: string } | undefined)?.$secret
              ? `${fields.get((value as { $secret: string }).$secret)!}${suffix}`
              : value,
          ]),
        );
      const values = described(form, fields);
      for (const [name, value] of fields) secrets.set(name, value).set(`${name}-2`, `${value}-2`);
      for (const suffix of ["", "-2"]) {
        await stack.up(form.title, "Storage", open({ ...values, name: form.title }, suffix));
        const { inputs, outputs } = stack.state.get(form.title)!;
        expect(found(JSON.stringify(withoutMarked([inputs, outputs])), secrets)).toEqual([]);
        await stack.refresh(form.title);
        const after = stack.state.get(form.title)!;
        expect(found(JSON.stringify(withoutMarked([after.inputs, after.outputs])), secrets)).toEqual([]);
      }
      await stack.remove(form.title);
    }
    const made = await stack.up("CI", "Application", { name: "CI", user: "ci@example.com", token: {} });
    expect(made).toBe("created");
    const { authToken } = opened(stack.state.get("CI")!.outputs) as { authToken: string };
    secrets.set("minted", authToken);
    expect(found(JSON.stringify(withoutMarked([stack.state.get("CI")!.outputs])), secrets)).toEqual([]);
    expect(found(stack.provider.stdout + stack.provider.stderr, secrets)).toEqual([]);
  });

  test("wrong settings are told without their values", async () => {
    const secrets = new Map([
      ["token", canary("token")],
      ["password", "canary-password"],
    ]);
    const wrong: Record<string, string>[] = [
      {
        ICONIK_URL: "https://user:canary-password@tenant.example.com",
        ICONIK_APP_ID: "app",
        ICONIK_AUTH_TOKEN: "abcdefgh",
      },
      { ICONIK_URL: "user:canary-password@tenant", ICONIK_APP_ID: "app", ICONIK_AUTH_TOKEN: "abcdefgh" },
      { ICONIK_URL: "https://tenant.example.com", ICONIK_APP_ID: "app", ICONIK_AUTH_TOKEN: canary("token") },
      {
        ICONIK_URL: "https://tenant.example.com/?token=canary-password",
        ICONIK_APP_ID: "app",
        ICONIK_AUTH_TOKEN: "abcdefgh",
      },
      {
        ICONIK_URL: "https://tenant.example.com",
        ICONIK_APP_ID: "app",
        ICONIK_AUTH_TOKEN: "abcdefgh",
        HTTPS_PROXY: "nonsense://user:canary-password@[",
      },
      {
        ICONIK_URL: "https://tenant.example.com",
        ICONIK_APP_ID: "app",
        ICONIK_AUTH_TOKEN: "abcdefgh",
        HTTPS_PROXY: "http://user:canary-password@127.0.0.1:9",
      },
    ];
    const tries = wrong.map(async (env) => {
      const provider = await startProvider({
        provider: `exports.handler=()=>require("pulumi-iconik/runtime").provider("UserGroup")`,
        env,
      });
      onTestFinished(provider.close);
      const error = await provider.create({ name: "A" }).then(
        () => "made",
        (thrown: Error) => thrown.message,
      );
      expect(error).not.toBe("made");
      expect(found(error + provider.stdout + provider.stderr, secrets), error).toEqual([]);
    });
    await Promise.all(tries);
  });

  test("config that is secret is used and not shown, whatever goes wrong", async () => {
    const sandbox = await startSandbox();
    onTestFinished(sandbox.close);
    const config = {
      "iconik:url": sandbox.url,
      "iconik:appId": sandbox.appId,
      "iconik:authToken": secret(canary("config")),
    };
    const provider = await startProvider({
      provider: `exports.handler=()=>require("pulumi-iconik/runtime").provider("UserGroup")`,
      config,
    });
    onTestFinished(provider.close);
    const error = await provider.create({ name: "A" }).then(
      () => "made",
      (thrown: Error) => thrown.message,
    );
    expect(error).toMatch(/authToken/);
    expect(found(error + provider.stdout + provider.stderr, new Map([["config", canary("config")]]))).toEqual([]);
  });
});

/** Everything but what is marked as a secret. */
function withoutMarked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMarked);
  if (typeof value !== "object" || value === null) return value;
  if ("4dabf18193072939515e22adb298388d" in value) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutMarked(inner)]));
}
