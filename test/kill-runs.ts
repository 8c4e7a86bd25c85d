// One small program through its life, a run at a time: everything is made, everything changes, something is replaced
// and something goes by another name, everything goes. What stands here is data and its playing on the engine itself;
// the same data make a program for the real CLI.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Values } from "../provider/definition";
import { startSandbox, type Sandbox, type Seed } from "../provider/sandbox";
import { openStack, type EngineEntry, type EngineStack, type Options } from "./engine-stack.ts";
import { difference, picture } from "./fault-runs.ts";

export interface Resource {
  label: string;
  kind: string;
  /** `{ ref: label }` stands for the id of another resource, which comes before it. */
  values: Values;
  options?: Options;
}

export const seed: Seed = {
  users: [{ email: "ci@example.com", type: "POWER" }],
  groups: [{ name: "Desk", roles: ["can_search"] }],
};

interface Wording {
  group?: string;
  mapping?: string;
  roles?: string[];
  permissions?: string[];
  hours?: number;
  rotation?: string;
  minLength?: number;
}

function describing({
  group = "Editors",
  mapping = "AD",
  roles = ["can_search"],
  permissions = ["read"],
  hours = 24,
  rotation = "1",
  minLength = 12,
}: Wording): Resource[] {
  const to = { ref: group };
  const access = { groups: [{ group: to, permissions }] };
  const s3 = {
    type: "s3",
    purpose: "files",
    bucket: "example-masters",
    region: "eu-north-1",
    accessKey: "EXAMPLEKEY",
    secretKey: `example-secret-${rotation}`,
  };
  return [
    {
      label: group,
      kind: "UserGroup",
      values: { name: "Editors", description: `Rotation ${rotation}`, roles },
      options: group === "Editors" ? {} : { adopt: "exact" },
    },
    { label: "AD", kind: "GroupMapping", values: { name: mapping, group: to } },
    { label: "Upload", kind: "AclTemplate", values: { name: "Upload", access } },
    {
      label: "Masters",
      kind: "Storage",
      values: { name: "Masters", ...s3, autoScan: { hoursInterval: hours }, default: true, access },
    },
    {
      label: "CI",
      kind: "Application",
      values: { name: "CI", user: "ci@example.com", token: { lifetimeDays: 90, rotate: rotation } },
    },
    { label: "of the group", kind: "UserGroupSettings", values: { group: to, deleteGracePeriod: hours } },
    {
      label: "settings",
      kind: "AdminSettings",
      values: { externalShare: false, passwordChecks: { minLength } },
      options: { onDestroy: "restore" },
    },
  ];
}

const changed: Wording = {
  roles: ["can_search", "can_read_assets"],
  permissions: ["read", "write"],
  hours: 48,
  rotation: "2",
  minLength: 14,
};

/** By what a run does: what the program says in it. */
export const runs = {
  create: describing({}),
  update: describing(changed),
  "replace and rename": describing({ ...changed, group: "Cutters", mapping: "AD-2" }),
  delete: [],
} satisfies Record<string, Resource[]>;
export type RunName = keyof typeof runs;
export const names = Object.keys(runs) as RunName[];

/** Where a run begins, what it asks of iconik, and how it leaves the tenant. */
export interface Script {
  name: RunName;
  tenant: string;
  state: string;
  calls: string[];
  after: string;
}

/** Plays all runs, one after the other, with nothing going wrong. */
export async function rehearse(): Promise<Script[]> {
  return inTenant(undefined, async (sandbox, tenantFile) => {
    let state = new Map<string, EngineEntry>();
    const scripts: Script[] = [];
    for (const name of names) {
      const [tenant, before] = [tenantFile(), JSON.stringify([...state])];
      sandbox.clearRequests();
      const played = await play(sandbox, state, name);
      if (played.error !== undefined) throw new Error(played.error);
      state = played.state;
      const calls = sandbox.requests.map(({ method, path }) => `${method} ${path}`);
      scripts.push({ name, tenant, state: before, calls, after: picture(sandbox, tenant) });
    }
    return scripts;
  });
}

/** Runs `work` in a tenant that begins as `tenant` says, or as the seed does. */
export async function inTenant<T>(
  tenant: string | undefined,
  work: (sandbox: Sandbox, tenantFile: () => string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "iconik-"));
  const stateFile = join(folder, "tenant.json");
  if (tenant !== undefined) writeFileSync(stateFile, tenant);
  const sandbox = await startSandbox({ stateFile, ...(tenant === undefined && { seed }) });
  try {
    return await work(sandbox, () => readFileSync(stateFile, "utf8"));
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true });
  }
}

export interface Played {
  /** What the state held when it was last saved. */
  state: Map<string, EngineEntry>;
  notes: readonly string[];
  /** What each resource came to, as far as the run got. */
  outcomes: string[];
  /** Why it got no further. */
  error?: string;
}

/**
 * One run: what is described comes first, in order, and then what no longer is goes, the last first.
 * @param saves whether the state is saved now, asked after every step; left out: always.
 */
export async function play(
  sandbox: Sandbox,
  before: Map<string, EngineEntry>,
  name: RunName,
  { adopt, signal, saves = () => true }: { adopt?: "exact"; signal?: AbortSignal; saves?: () => boolean } = {},
): Promise<Played> {
  const state = new Map(before);
  let saved = new Map(before);
  const outcomes: string[] = [];
  const stack = openStack(sandbox, state, { adopt, signal });
  const save = () => {
    if (saves()) saved = new Map(state);
  };
  try {
    const program: readonly Resource[] = runs[name];
    const wanted = new Set(program.map(({ label }) => label));
    for (const { label, kind, values, options } of program) {
      const inputs = filledIn(values, (ref) => state.get(ref)!.id) as Values;
      // What a replacement deletes is gone from the state before its successor is made.
      outcomes.push(await stack.up(label, kind, inputs, options, save));
      const { unfinished } = state.get(label)!;
      if (unfinished !== undefined) throw new Error(unfinished);
      save();
    }
    for (const label of [...state.keys()].reverse()) {
      if (wanted.has(label)) continue;
      await stack.remove(label);
      outcomes.push("deleted");
      save();
    }
    return { state: saved, notes: stack.notes, outcomes };
  } catch (error) {
    // What is half-way has its id in the state all the same.
    save();
    return { state: saved, notes: stack.notes, outcomes, error: (error as Error).message };
  } finally {
    await stack.close();
  }
}

/** The first half of what is to be done after a kill: the state learns what is there. */
export async function refresh(sandbox: Sandbox, state: Map<string, EngineEntry>): Promise<void> {
  const stack: EngineStack = openStack(sandbox, state);
  try {
    for (const label of [...state.keys()]) await stack.refresh(label);
  } finally {
    await stack.close();
  }
}

/**
 * How the tenant differs from `after`, as `picture` gives it. A token whose text died with its run cannot be taken over,
 * and may be somebody's: it stays, and is told.
 * @param kept ids of the tokens that the stack knows; `said`: what the runs told.
 */
export function unlike(
  after: string,
  sandbox: Sandbox,
  tenant: string,
  kept: readonly unknown[],
  said: string,
): string[] {
  const problems: string[] = [];
  const without = (text: string) =>
    text
      .split("\n")
      .filter((line) => !line.startsWith("tokens "))
      .join("\n");
  const now = picture(sandbox, tenant);
  if (without(now) !== without(after))
    problems.push(`the tenant is not as it should be: ${difference(without(after), without(now))}`);
  const apps = new Set(sandbox.objects("apps").flatMap(({ name, id }) => (name === "CI" ? [id] : [])));
  for (const { id, app_id: app } of sandbox.objects("tokens")) {
    if (apps.has(app) && !kept.includes(id) && !said.includes(String(id)))
      problems.push(`nobody is told of token ${id}`);
  }
  for (const id of kept)
    if (!sandbox.object("tokens", String(id))) problems.push(`token ${String(id)} is kept, and is not there`);
  return problems;
}

export const tokensIn = ({ state }: Played): unknown[] =>
  [...state.values()].flatMap(({ stored }) => stored.outputs.tokenId ?? []);

/** What is there more than once. */
export function duplicates(sandbox: Sandbox): string[] {
  return (["groups", "group_mappings", "acl_templates", "storages", "apps"] as const).flatMap((kind) => {
    const all = sandbox.objects(kind).map(({ name }) => String(name));
    return all.filter((name, index) => all.indexOf(name) < index).map((name) => `${kind} ${name} is there twice`);
  });
}

/** Ids of all that runs make. */
export const ids = (sandbox: Sandbox): Set<string> =>
  new Set(
    (["groups", "storages", "apps", "acl_templates"] as const).flatMap((kind) =>
      sandbox.objects(kind).map(({ id }) => String(id)),
    ),
  );

/** The same as a program for the CLI. */
export const programOf = (program: readonly Resource[]): string => `
  const iconik = require("pulumi-iconik");
  const made = {};
  const filledIn = (value) =>
    Array.isArray(value) ? value.map(filledIn)
    : typeof value !== "object" || value === null ? value
    : "ref" in value ? made[value.ref].id
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filledIn(inner)]));
  for (const { label, kind, values, options } of ${JSON.stringify(program)}) {
    made[label] = new iconik[kind](label, filledIn(values), { protect: false, ...options });
  }`;

function filledIn(value: unknown, idOf: (ref: string) => string): unknown {
  if (Array.isArray(value)) return value.map((each) => filledIn(each, idOf));
  if (typeof value !== "object" || value === null) return value;
  if ("ref" in value) return idOf(String(value.ref));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filledIn(inner, idOf)]));
}
