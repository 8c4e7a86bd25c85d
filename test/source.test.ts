/** Reads the source: which room may import which, what nothing may be called, and whether generated files are current. */

import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, extname, join, relative, resolve } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = resolve(__dirname, "..");
const files = ["provider", "schema", "examples", "test"].flatMap((folder) => filesIn(join(root, folder)));
const source = files.filter((file) => file.startsWith("provider/") && file.endsWith(".ts"));

/**
 * Who may import whom. A room is a folder of `provider/`, or a file that stands there by itself; what is not named may
 * not be imported. Each line names rooms of lines above it only, so that imports run one way.
 */
const rooms: Record<string, readonly string[]> = {
  "node-version": [],
  manifest: [],
  definition: [],
  contract: [],
  addresses: [],
  roles: [],
  naming: ["definition"],
  kinds: ["definition"],
  "field-schema": ["definition", "contract", "naming"],
  // A tenant that is judged by iconik's own documents, and knows nothing of what it is used to test.
  sandbox: ["contract", "roles"],
  engine: ["manifest", "definition", "contract", "addresses", "roles", "naming", "kinds", "field-schema"],
  tenant: ["manifest", "definition", "contract", "addresses", "roles", "naming", "kinds", "field-schema", "engine"],
  review: ["definition", "contract", "addresses", "roles", "naming", "kinds", "field-schema", "engine", "tenant"],
  // What Pulumi's engine and its provider process are told, and how.
  protocol: ["definition", "kinds", "engine", "tenant"],
  clouds: ["node-version", "definition", "naming", "engine", "tenant", "protocol"],
  pulumi: [
    "node-version",
    "manifest",
    "protocol",
    "definition",
    "contract",
    "addresses",
    "roles",
    "naming",
    "kinds",
    "field-schema",
    "engine",
    "tenant",
    "review",
    "clouds",
  ],
  commands: [
    "node-version",
    "manifest",
    "protocol",
    "definition",
    "contract",
    "addresses",
    "roles",
    "naming",
    "kinds",
    "field-schema",
    "sandbox",
    "engine",
    "tenant",
    "review",
    "clouds",
  ],
  index: ["definition", "contract", "roles", "kinds", "engine", "tenant", "review", "pulumi"],
};
/** The only rooms that know Pulumi. */
const pulumiRooms = ["clouds", "pulumi"];

describe("imports", () => {
  test("the graph runs one way", () => {
    const above = new Set<string>();
    for (const [room, allowed] of Object.entries(rooms)) {
      expect(
        allowed.filter((other) => !above.has(other)),
        room,
      ).toEqual([]);
      above.add(room);
    }
  });

  test("every file stands in a room", () => {
    expect(source.filter((file) => !(roomOf(file) in rooms))).toEqual([]);
  });

  test("a room imports only what it may", () => {
    const wrong = source.flatMap((file) =>
      importsOf(file)
        .filter(isRelative)
        .map((specifier) => ({ specifier, to: roomOf(relative(root, resolve(root, dirname(file), specifier))) }))
        .filter(({ to }) => to !== roomOf(file) && !rooms[roomOf(file)]!.includes(to))
        .map(({ specifier }) => `${file}: ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  test("a kind knows the vocabulary, and what it shares with other kinds, and nothing else", () => {
    for (const file of source.filter((file) => /^provider\/kinds\/(?!index\.ts)/.test(file))) {
      const allowed = file.startsWith("provider/kinds/fields/")
        ? /^\.\.\/\.\.\/definition$/
        : /^(\.\.\/definition|\.\/fields\/[\w-]+)$/;
      expect(
        importsOf(file).filter((specifier) => !allowed.test(specifier)),
        file,
      ).toEqual([]);
    }
  });

  test("only the rooms that know Pulumi import it", () => {
    const others = source.filter((file) => !pulumiRooms.includes(roomOf(file)));
    expect(others.filter((file) => importsOf(file).some((specifier) => specifier.startsWith("@pulumi/")))).toEqual([]);
  });

  test("what a grant is knows no Pulumi: the command and the docs read it too", () => {
    const pure = "provider/clouds/grants/";
    const wrong = source
      .filter((file) => file.startsWith(pure))
      .flatMap((file) =>
        importsOf(file)
          .map((specifier) =>
            isRelative(specifier) ? relative(root, resolve(root, dirname(file), specifier)) : specifier,
          )
          .filter((to) => to.startsWith("@pulumi/") || (to.startsWith("provider/clouds/") && !to.startsWith(pure)))
          .map((to) => `${file}: ${to}`),
      );
    expect(wrong).toEqual([]);
  });

  test("every package that is imported is a dependency of this one", () => {
    const { dependencies, peerDependencies } = packageJson();
    const known = Object.keys({ ...dependencies, ...peerDependencies });
    const wrong = source.flatMap((file) =>
      importsOf(file)
        .filter((specifier) => !isRelative(specifier) && !specifier.startsWith("node:"))
        .filter((specifier) => !known.some((name) => specifier === name || specifier.startsWith(`${name}/`)))
        .map((specifier) => `${file}: ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe("names and words", () => {
  test("no file or folder has a name that says nothing", () => {
    const vague = /(^|[/.-])(utils?|helpers?|managers?|misc)([/.-]|$)/i;
    expect(files.filter((file) => vague.test(file))).toEqual([]);
  });

  const isText = (file: string) => [".ts", ".mts", ".json", ".md", ".yaml"].includes(extname(file));
  test.each([
    ["a folder of one machine", /\/work\//, () => true],
    ["a temporary folder of one sort of system", /\/tmp\//, (file: string) => file.startsWith("provider/")],
    ["a package registry", /registry\.npmjs|npmjs\.org|registry\.yarnpkg|proxy\.golang/i, () => true],
  ])("no file names %s", (_, word, where) => {
    const read = files.filter((file) => isText(file) && where(file) && file !== "test/source.test.ts");
    expect(read.filter((file) => word.test(readFileSync(join(root, file), "utf8")))).toEqual([]);
  });
});

test("is formatted as npm run format does", () => {
  const prettier = join(root, "node_modules/prettier/bin/prettier.cjs");
  const { stdout, stderr } = spawnSync(process.execPath, [prettier, "--list-different", "."], {
    cwd: root,
    encoding: "utf8",
  });
  expect(`${stdout}${stderr}`).toBe("");
});

describe("generated files", () => {
  let copy: string;
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), "pulumi-iconik-"));
    for (const part of ["provider", "schema", "dist", "package.json", "tsconfig.json"]) {
      cpSync(join(root, part), join(copy, part), { recursive: true });
    }
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    // Its own record of what was compiled: the one of the original lies behind the link.
    const config = join(copy, "tsconfig.json");
    writeFileSync(config, readFileSync(config, "utf8").replace("node_modules/.cache/", ""));
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  const generate = (folder: string, ...flags: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["schema/generate.mts", ...flags], {
      cwd: folder,
      encoding: "utf8",
    });
    return { status, said: `${stdout}${stderr}` };
  };

  test("are up to date", () => {
    expect(generate(root, "--check")).toEqual({ status: 0, said: "" });
  });

  test("are named when they are not, and left alone by the check", () => {
    const path = join(copy, "provider/pulumi/resources.ts");
    const before = readFileSync(path, "utf8");
    writeFileSync(path, `${before}// changed by hand\n`);
    const { status, said } = generate(copy, "--check");
    expect(status).toBe(1);
    expect(said).toContain("provider/pulumi/resources.ts: not up to date, run npm run generate");
    expect(readFileSync(path, "utf8")).toBe(`${before}// changed by hand\n`);
    writeFileSync(path, before);
  });

  test("a new kind is one file", { timeout: 5 * 60_000 }, () => {
    writeFileSync(
      join(copy, "provider/kinds/logs-recipient.ts"),
      `import { choice, json, object, text } from "../definition";

export default object({
  kind: "LogsRecipient",
  section: "logsRecipients",
  about: "Where iconik sends its audit log.",
  path: "/API/stats/v1/system/logs/recipients/{logs_recipient_id}/",
  key: "name",
  fields: {
    name: text("What people call it.", { required: true }),
    method: choice("What takes the log.", ["GOOGLE", "AMAZON"], { required: true }),
    settings: json("Where it lies.", { required: true }),
  },
  examples: [{ name: "Audit", method: "amazon", settings: { queue: "audit" } }],
});
`,
    );
    const { status, said } = generate(copy);
    expect([status, said]).toEqual([0, expect.stringContaining("provider/pulumi/resources.ts: written")]);
    expect(readFileSync(join(copy, "provider/kinds/index.ts"), "utf8")).toContain(
      'import logsRecipient from "./logs-recipient";',
    );
    const classes = readFileSync(join(copy, "provider/pulumi/resources.ts"), "utf8");
    expect(classes).toContain("export class LogsRecipient extends IconikResource {");
    expect(classes).toContain('  method: pulumi.Input<"google" | "amazon">;');
    // Written once, it stays.
    expect(generate(copy, "--check")).toEqual({ status: 0, said: "" });
  });
});

describe("the package", () => {
  test("everything that it offers is there after a build", () => {
    const { exports, bin, main, types } = packageJson();
    const targets = [
      main,
      types,
      ...Object.values(bin),
      ...Object.values(exports).flatMap((target) => (typeof target === "string" ? [target] : Object.values(target))),
    ];
    expect(targets.filter((target) => !existsSync(join(root, target.replace(/\*.*$/, ""))))).toEqual([]);
  });

  test("its commands can be started by themselves", () => {
    for (const target of Object.values(packageJson().bin)) {
      expect(readFileSync(join(root, target), "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
    }
  });
});

interface PackageJson {
  main: string;
  types: string;
  bin: Record<string, string>;
  exports: Record<string, string | Record<string, string>>;
  dependencies: Record<string, string>;
  peerDependencies?: Record<string, string>;
}
function packageJson(): PackageJson {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as PackageJson;
}

/** `provider/kinds/team.ts` and `provider/kinds` are in `kinds`, `provider/naming.ts` and `provider/naming` in `naming`. */
function roomOf(file: string): string {
  return file.split("/")[1]!.replace(/\.ts$/, "");
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith(".");
}

function importsOf(file: string): string[] {
  return ts
    .preProcessFile(readFileSync(join(root, file), "utf8"), true, true)
    .importedFiles.map(({ fileName }) => fileName);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/(^|\/)node_modules(\/|$)/.test(entry.parentPath))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}
