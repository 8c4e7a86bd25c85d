// The harnesses of the other tests, tried on a resource that keeps its objects in files.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { createProject, endToEnd } from "./cli";
import { alive } from "./processes.mts";
import { type ProviderProcess, secret, startProvider } from "./provider-process";

const note = {
  type: "pulumi-nodejs:dynamic/harness:Note",
  provider: 'exports.handler = () => require(process.cwd() + "/note.js").provider',
  "note.js": `
    const fs = require("node:fs");
    const file = (id) => process.cwd() + "/note-" + id + ".txt";
    let config;
    exports.provider = {
      async configure(request) { config = request.config; },
      async check(olds, news) {
        return news.text === "" ? { failures: [{ property: "text", reason: "is empty" }] } : { inputs: news };
      },
      async diff(id, olds, news) {
        const replaces = olds.key === news.key ? [] : ["key"];
        return { changes: olds.text !== news.text, replaces, deleteBeforeReplace: true };
      },
      async create(inputs) {
        if (inputs.text === "never") {
          console.error("waiting");
          require("node:net").connect(process.argv[2].split(":")[1], "127.0.0.1").resume();
          await new Promise(() => {});
        }
        if (inputs.text === "refused") throw new Error("create refused");
        fs.writeFileSync(file(inputs.key), inputs.text);
        if (inputs.text === "half") {
          throw Object.assign(new Error("half done"), { id: inputs.key, properties: inputs, reasons: ["no paper"] });
        }
        return { id: inputs.key, outs: { ...inputs, token: config?.get("note:token") ?? "" } };
      },
      async read(id, props) {
        if (!fs.existsSync(file(id))) return {};
        const text = fs.readFileSync(file(id), "utf8");
        return { id, props: { ...props, text }, inputs: { key: id, text } };
      },
      async update(id, olds, news) {
        fs.writeFileSync(file(id), news.text);
        return { outs: { ...olds, ...news } };
      },
      async delete(id) { fs.rmSync(file(id), { force: true }); },
    };`,
};

const notes = (texts: Record<string, string>) => ({
  "note.js": note["note.js"],
  "index.js": `
    const pulumi = require("@pulumi/pulumi");
    class Note extends pulumi.CustomResource {
      constructor(name, args) {
        const __provider = ${JSON.stringify(note.provider)};
        super(${JSON.stringify(note.type)}, name, { __provider, token: undefined, ...args });
      }
    }
    const texts = ${JSON.stringify(texts)};
    for (const [key, text] of Object.entries(texts)) exports[key] = new Note(key, { key, text }).token;`,
});

describe("the real CLI", endToEnd, () => {
  it("creates, shows no change, sees drift, repairs and destroys", async () => {
    const project = await createProject(notes({ first: "one", second: "two" }));
    onTestFinished(project.close);
    const text = (id: string) => readFileSync(join(project.folder, `note-${id}.txt`), "utf8");
    expect((await project.config({ "note:colour": "red" }, { "note:token": "s3cret" })).code).toBe(0);

    const up = await project.up();
    expect(up.code, up.all).toBe(0);
    expect(up.stdout).toContain("3 created");
    expect(text("first")).toBe("one");

    const preview = await project.preview(["--expect-no-changes"]);
    expect(preview.code, preview.all).toBe(0);
    const resources = await project.resources();
    expect(resources.map(({ id }) => id).sort()).toEqual(["first", "second"]);
    expect(resources[0]!.type).toBe(note.type);
    expect(resources[0]!.outputs).toMatchObject({ token: "s3cret", __provider: note.provider });

    writeFileSync(join(project.folder, "note-second.txt"), "scribbled");
    const refresh = await project.refresh(["--diff"]);
    expect(refresh.code, refresh.all).toBe(0);
    expect(refresh.all).toContain("scribbled");
    const repair = await project.up(["--skip-preview"]);
    expect(repair.all).toContain("1 updated");
    expect(text("second")).toBe("two");

    project.write(notes({ first: "" }));
    const refused = await project.up();
    expect(refused.code).not.toBe(0);
    expect(refused.all).toContain("is empty");

    const destroy = await project.destroy();
    expect(destroy.code, destroy.all).toBe(0);
    expect(readdirSync(project.folder).filter((name) => name.startsWith("note-"))).toEqual([]);
    expect(await project.resources()).toEqual([]);
  });

  it("imports, runs a TypeScript program, and takes variables per run", async () => {
    const typed = `
      import * as pulumi from "@pulumi/pulumi";
      class Note extends pulumi.CustomResource {
        constructor(name: string, args: { key: string; text: string }) {
          super("${note.type}", name, { __provider: ${JSON.stringify(note.provider)}, ...args });
        }
      }
      export const folder: string | undefined = process.env["NOTE_FOLDER"];
      new Note("old", { key: "old", text: "kept" });`;
    const project = await createProject({ "note.js": note["note.js"], "index.ts": typed });
    onTestFinished(project.close);
    writeFileSync(join(project.folder, "note-old.txt"), "kept");
    const properties = { key: "old", text: "kept", __provider: note.provider };
    const imported = await project.import({
      resources: [{ type: note.type, name: "old", id: "old", inputs: properties, outputs: properties }],
    });
    expect(imported.code, imported.all).toBe(0);

    const up = await project.up(["--skip-preview"], { NOTE_FOLDER: "of this run" });
    expect(up.code, up.all).toBe(0);
    expect(up.all).not.toContain("created");
    expect((await project.run(["stack", "output", "folder"])).stdout.trim()).toBe("of this run");
  });

  it("can be killed while a provider is at work, and cleared afterwards", async () => {
    const project = await createProject(notes({ first: "never" }));
    onTestFinished(project.close);
    const up = project.up(["--skip-preview"]);
    await up.until("waiting");
    expect(up.providers()).toHaveLength(1);
    const [provider] = up.kill();
    const killed = await up;
    expect(killed).toMatchObject({ code: null, signal: "SIGKILL" });
    expect(alive(provider!)).toBe(true);

    const locked = await project.up(["--skip-preview"]);
    expect(locked.code).not.toBe(0);
    expect(locked.all).toContain("currently locked");
    expect((await project.cancel()).code).toBe(0);
    project.write(notes({}));
    const again = await project.up(["--skip-preview"]);
    expect(again.code, again.all).toBe(0);

    await project.close();
    await vi.waitFor(() => expect(alive(provider!)).toBe(false), { timeout: 10_000 });
    expect(existsSync(project.folder)).toBe(false);
  });

  it("says with its output when awaited text never comes", async () => {
    const project = await createProject(notes({ first: "one" }));
    onTestFinished(project.close);
    await expect(project.preview().until("no such text")).rejects.toThrow(/without no such text:[^]*2 to create/);
  });

  it("finds this package, and does not inherit a person's own settings", async () => {
    vi.stubEnv("ICONIK_URL", "https://iconik.example.com");
    onTestFinished(() => void vi.unstubAllEnvs());
    const project = await createProject({
      "index.js": `
        exports.found = require("pulumi-iconik/package.json").name;
        exports.names = Object.keys(process.env).filter((name) => /ICONIK|VITEST|NODE_OPTIONS/.test(name));`,
    });
    onTestFinished(project.close);
    expect((await project.up(["--skip-preview"])).code).toBe(0);
    const { stdout } = await project.run(["stack", "output", "--json"]);
    expect(JSON.parse(stdout)).toEqual({ found: "pulumi-iconik", names: [] });
  });
});

describe("the provider process", () => {
  let folder: string;
  let provider: ProviderProcess;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "pulumi-iconik-"));
    writeFileSync(join(folder, "note.js"), note["note.js"]);
    provider = await startProvider({ provider: note.provider, folder, config: { "note:token": secret("s3cret") } });
  });
  afterAll(async () => {
    await provider.close();
    rmSync(folder, { recursive: true });
  });

  it("goes through a resource's life", async () => {
    const { inputs, failures } = await provider.check({}, { key: "a", text: "one" });
    expect(failures).toEqual([]);
    expect(inputs).toEqual({ key: "a", text: "one", __provider: note.provider });
    const created = await provider.create(inputs);
    expect(created).toEqual({ id: "a", outs: { ...inputs, token: "s3cret" } });
    expect(await provider.diff("a", created.outs, inputs)).toMatchObject({ changes: "none", replaces: [] });
    expect(await provider.diff("a", created.outs, { key: "b", text: "two" })).toEqual({
      changes: "some",
      replaces: ["key"],
      deleteBeforeReplace: true,
    });
    const { outs } = await provider.update("a", created.outs, { key: "a", text: "two" });
    expect(outs).toMatchObject({ text: "two", __provider: note.provider });
    const read = await provider.read("a", outs);
    expect(read.inputs).toEqual({ key: "a", text: "two", __provider: note.provider });
    await provider.delete("a", outs);
    expect((await provider.read("a", outs)).id).toBe("");
  });

  it("tells check failures, errors and half-made resources apart", async () => {
    const { failures } = await provider.check({}, { key: "a", text: "" });
    expect(failures).toEqual([{ property: "text", reason: "is empty" }]);
    await expect(provider.create({ key: "a", text: "refused" })).rejects.toThrow(/^create refused$/);
    expect(await provider.create({ key: "a", text: "half" })).toEqual({
      id: "a",
      outs: { key: "a", text: "half", __provider: note.provider },
      failed: { message: "half done", reasons: ["no paper"] },
    });
  });

  it("sends state as it is, so that a lost __provider shows", async () => {
    await expect(provider.delete("a", { text: "one" })).rejects.toThrow("code must be a string");
    await vi.waitFor(() => expect(provider.stderr).toContain("code must be a string"));
    expect(provider.stdout).toBe("");
  });

  it("has an engine address whose connections can be cut", async () => {
    const watched = await startProvider({ provider: note.provider, folder });
    onTestFinished(watched.close);
    void watched.create({ key: "a", text: "never" }).catch(() => {});
    await vi.waitFor(() => expect(watched.engine.connections()).toBe(1));
    watched.engine.drop();
    await vi.waitFor(() => expect(watched.engine.connections()).toBe(0));
    await watched.engine.close();
    await watched.close();
    await watched.exited;
    expect(alive(watched.pid)).toBe(false);
  });
});
