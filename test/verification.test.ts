// iconik's own check of a storage, which is waited for where a storage asks for it: what agrees, what does not, what
// cannot be checked, and how a run goes on that was not content. Waits are over at once.
import { describe, expect, it, onTestFinished } from "vitest";
import type { ObjectKind, Values } from "../provider/definition";
import { kinds } from "../provider/kinds";
import { startSandbox, switchTable, type Sandbox, type SandboxOptions } from "../provider/sandbox";
import { openStack, type EngineStack } from "./engine-stack.ts";

const flags = { read: true, write: true, delete: false };
const bucket: Values = {
  name: "Masters",
  type: "s3",
  purpose: "files",
  bucket: "example-masters",
  region: "eu-north-1",
  path: "",
  credentials: "managed",
  ...flags,
};
const verified: Values = { ...bucket, verify: true };
const check = "GET /API/files/v1/storages/*/verifications/";
const permissions = { read_access: true, write_access: true, delete_access: false, cors: true };

interface Tenant {
  sandbox: Sandbox;
  stack: EngineStack;
  /** Checks that iconik was asked for, since the last time. */
  checks(): number;
}

async function tenant(options: SandboxOptions = {}): Promise<Tenant> {
  const sandbox = await startSandbox({ checkAnswers: true, ...options });
  const stack = openStack(sandbox);
  onTestFinished(async () => {
    await stack.close();
    await sandbox.close();
  });
  return {
    sandbox,
    stack,
    checks() {
      const asked = sandbox.requests.filter(({ path }) => path.includes("/verifications/")).length;
      sandbox.clearRequests();
      return asked;
    },
  };
}

/** The answer of the next so many checks of what may be done. */
const answers = ({ sandbox }: Tenant, body: unknown, times = Infinity): (() => void) =>
  sandbox.fault({ kind: "status", code: 200, body, match: `${check}permissions/`, times });
const unfinished = ({ stack }: Tenant): string | undefined => stack.state.get("Masters")?.unfinished;

describe("a storage that asks for it", () => {
  it("is verified when it is made, and is no change after that", async () => {
    const home = await tenant();
    expect(await home.stack.up("Masters", "Storage", verified)).toBe("created");
    expect(home.checks()).toBe(2);
    expect(await home.stack.up("Masters", "Storage", verified)).toBe("same");
    expect(await home.stack.refresh("Masters")).toEqual([]);
    expect(home.checks()).toBe(0);
    expect(home.stack.notes).toEqual([]);
  });

  it("does not send the word", async () => {
    const home = await tenant();
    await home.stack.up("Masters", "Storage", verified);
    expect(JSON.stringify(home.sandbox.requests.map(({ body }) => body ?? null))).not.toContain('"verify"');
  });

  it("is verified again by what concerns it, and by nothing else", async () => {
    const home = await tenant();
    await home.stack.up("Masters", "Storage", bucket);
    expect(home.checks()).toBe(0);
    await home.stack.up("Masters", "Storage", verified);
    expect(home.checks()).toBe(2);
    await home.stack.up("Masters", "Storage", { ...verified, description: "Cut", scanIgnore: ["*.tmp"] });
    expect(home.checks()).toBe(0);
    await home.stack.up("Masters", "Storage", { ...verified, delete: true });
    expect(home.checks()).toBe(2);
    await home.stack.up("Masters", "Storage", { ...verified, delete: true, verify: false });
    await home.stack.up("Masters", "Storage", { ...bucket, write: false });
    expect(home.checks()).toBe(0);
  });

  it("is verified by a new secret, and when it is taken over", async () => {
    const home = await tenant();
    const keys = {
      ...verified,
      type: "wasabi",
      region: "eu-central-1",
      credentials: undefined,
      accessKey: "EXAMPLEKEY",
      secretKey: "example-secret",
    };
    await home.stack.up("Masters", "Storage", keys);
    home.checks();
    await home.stack.up("Masters", "Storage", { ...keys, secretKey: "another-secret" });
    expect(home.checks()).toBe(2);
    const other = openStack(home.sandbox);
    onTestFinished(other.close);
    await other.up(
      "Masters",
      "Storage",
      { ...verified, type: "wasabi", region: "eu-central-1", credentials: undefined },
      { adopt: "exact" },
    );
    expect(home.checks()).toBe(2);
  });

  it("is waited for: new keys take a while", async () => {
    const home = await tenant();
    answers(home, { ...permissions, write_access: false, write_access_error: "InvalidAccessKeyId" }, 4);
    expect(await home.stack.up("Masters", "Storage", verified)).toBe("created");
    expect(home.stack.notes).toEqual([
      'Storage "Masters": write is true, and iconik cannot write (InvalidAccessKeyId). New credentials take a while; waiting for up to 3 minutes',
      'Storage "Masters" is verified: iconik can do there what is described',
    ]);
  });

  it("fails when the time is up, is kept, and is verified by the next run", async () => {
    const home = await tenant();
    const mend = answers(home, { ...permissions, write_access: false, write_access_error: "AccessDenied" });
    expect(await home.stack.up("Masters", "Storage", verified)).toBe("unfinished");
    expect(unfinished(home)).toMatch(
      /does not agree.* for 3 minutes now: write is true, and iconik cannot write \(AccessDenied\)/,
    );
    expect(unfinished(home)).toMatch(/kept in state as .*Left for the next run: verify/);
    expect(home.stack.notes.length).toBeLessThan(5);
    const { id } = home.stack.state.get("Masters")!;
    // A refresh does not make it forget.
    expect(await home.stack.refresh("Masters")).toEqual([]);
    expect(await home.stack.up("Masters", "Storage", verified)).toBe("unfinished");
    mend();
    home.checks();
    expect(await home.stack.up("Masters", "Storage", verified)).toBe("updated");
    expect(home.checks()).toBe(2);
    expect(home.stack.state.get("Masters")).toMatchObject({ id, stored: { values: { verify: true } } });
    expect(home.stack.state.get("Masters")!.stored.facts.pending).toBeUndefined();
    expect(await home.stack.up("Masters", "Storage", verified)).toBe("same");
  });

  it("is still to be verified when something before it fails", async () => {
    const home = await tenant();
    home.sandbox.fault({ kind: "status", code: 403, match: "POST /API/files/v1/storages/*/auto_scan/" });
    expect(await home.stack.up("Masters", "Storage", { ...verified, autoScan: { hoursInterval: 24 } })).toBe(
      "unfinished",
    );
    expect(unfinished(home)).toMatch(/Left for the next run: autoScan, verify/);
    expect(home.checks()).toBe(0);
    expect(await home.stack.up("Masters", "Storage", { ...verified, autoScan: { hoursInterval: 24 } })).toBe("updated");
    expect(home.checks()).toBe(2);
  });

  it("keeps what was changed when the change is not verified", async () => {
    const home = await tenant();
    await home.stack.up("Masters", "Storage", verified);
    const mend = answers(home, permissions);
    expect(await home.stack.up("Masters", "Storage", { ...verified, delete: true })).toBe("unfinished");
    expect(unfinished(home)).toMatch(/delete is true, and iconik cannot delete/);
    expect(home.stack.state.get("Masters")!.stored.values.delete).toBe(true);
    mend();
    expect(await home.stack.up("Masters", "Storage", { ...verified, delete: true })).toBe("updated");
  });

  it("ends with the run", async () => {
    const home = await tenant();
    answers(home, { ...permissions, write_access: false });
    const stop = new AbortController();
    const stack = openStack(home.sandbox, new Map(), { signal: stop.signal });
    onTestFinished(stack.close);
    home.sandbox.fault({ kind: "delay", ms: 1, match: `${check}access/`, after: 1 });
    const run = stack.up("Masters", "Storage", verified);
    const asked = () => home.sandbox.requests.some(({ path }) => path.includes("/permissions/"));
    while (!asked()) await new Promise(setImmediate);
    stop.abort();
    expect(await run).toBe("unfinished");
    expect(stack.state.get("Masters")).toMatchObject({ stored: { facts: { pending: ["verify"] } } });
  });
});

describe("what iconik answers", () => {
  it.each([
    ["it cannot be reached", "denied", /iconik cannot reach it \(Access denied\)/],
    [
      "it can do more than is described",
      "everything",
      /delete is false, and iconik can delete all the same: its credentials allow more than is described/,
    ],
  ] as const)("%s: it fails", async (_, verification, told) => {
    const home = await tenant({ switches: { verification } });
    expect(await home.stack.up("Masters", "Storage", verified)).toBe("unfinished");
    expect(unfinished(home)).toMatch(told);
  });

  it("nothing of flags that are not described", async () => {
    const home = await tenant({ switches: { verification: "everything" } });
    expect(await home.stack.up("Masters", "Storage", { ...verified, delete: undefined })).toBe("created");
  });

  it("that it can list where it looks for files: that is no evidence of reading", async () => {
    const home = await tenant({ switches: { verification: "everything" } });
    const scanned = { ...verified, read: false, delete: undefined };
    expect(await home.stack.up("Masters", "Storage", { ...scanned, scan: true })).toBe("created");
    expect(await home.stack.up("Masters", "Storage", { ...scanned, write: true, scan: false })).toBe("updated");
    expect(
      await home.stack.up("Masters", "Storage", {
        ...scanned,
        bucket: "example-masters",
        region: "eu-west-1",
        endpoint: undefined,
        scan: false,
      }),
    ).toBe("unfinished");
    expect(unfinished(home)).toMatch(/read is false, and iconik can read/);
  });

  it.each([
    ["that it has no such check", { code: 501 }, /could not be verified whether iconik can use it: iconik answers 501/],
    [
      "that there is no such path",
      { code: 404 },
      /could not be verified whether iconik can use it: iconik answers 404/,
    ],
  ] as const)("%s: told, and no failure", async (_, { code }, told) => {
    const home = await tenant();
    home.sandbox.fault({ kind: "status", code, match: `${check}*/`, times: Infinity });
    expect(await home.stack.up("Masters", "Storage", verified)).toBe("created");
    expect(home.stack.notes.join("\n")).toMatch(told);
  });

  it.each([
    [
      "that it cannot set CORS rules",
      { ...permissions, cors: false, cors_error: "AccessDenied" },
      /cannot set the CORS rules: .* \(AccessDenied\)/,
    ],
    ["nothing about a flag", { read_access: true, delete_access: false }, /does not say whether it can write/],
  ])("%s: told, and no failure", async (_, body, told) => {
    const home = await tenant();
    answers(home, body);
    expect(await home.stack.up("Masters", "Storage", verified)).toBe("created");
    expect(home.stack.notes.join("\n")).toMatch(told);
  });

  it("that it cannot, in texts without end: they are cut", async () => {
    const home = await tenant();
    answers(home, { ...permissions, read_access: false, read_access_error: "x".repeat(5_000) });
    expect(await home.stack.up("Masters", "Storage", verified)).toBe("unfinished");
    expect(unfinished(home)!.length).toBeLessThan(1_500);
  });
});

describe("every type of storage, whatever iconik's check is", () => {
  const { cases } = (kinds.Storage as ObjectKind).variants!;
  const readings = switchTable.verification.values as readonly string[];
  it.each(Object.keys(cases).flatMap((type) => readings.map((reading) => [type, reading] as const)))(
    "%s, %s",
    async (type, reading) => {
      const home = await tenant({ switches: { verification: reading as "ok" } });
      const outcome = await home.stack.up("Masters", "Storage", {
        name: "Masters",
        purpose: "files",
        type,
        ...cases[type]!.example,
        ...flags,
        verify: true,
      });
      // Azure's keys reach the whole account, whatever is described.
      const expected =
        reading === "denied" || (reading === "everything" && type !== "azure") ? "unfinished" : "created";
      expect(outcome, home.stack.notes.join("\n")).toBe(expected);
      home.sandbox.set({ verification: "ok" });
      expect(
        await home.stack.up("Masters", "Storage", {
          name: "Masters",
          purpose: "files",
          type,
          ...cases[type]!.example,
          ...flags,
          verify: true,
        }),
      ).toBe(expected === "created" ? "same" : "updated");
    },
  );
});
