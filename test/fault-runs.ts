// One operation with one thing going wrong in the middle of it, and what comes after: told in words, nothing lost,
// nothing twice, nothing deleted that was not to be, and right again by the next run.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox, type Sandbox, type Seed } from "../provider/sandbox";
import { route } from "../provider/sandbox/routes";
import { kinds as sorts } from "../provider/sandbox/tenant";
import { openStack, type EngineEntry, type EngineStack } from "./engine-stack.ts";
import { rowsFor, type Operation, type Row, type Subject } from "./fault-cases.ts";

/** What becomes of it, from best to worst: in the table, and at length. */
export const outcomes = {
  right: ["goes on", "the run repeats the call, looks again or does without, and everything is as described"],
  believed: [
    "believed",
    "iconik said something that nobody can tell from the truth; the next refresh shows it, and the next run puts it right",
  ],
  again: [
    "stops",
    "the run stops with an error that names the object, the call, the cause and what to do; the next run goes on as if nothing had been",
  ],
  kept: [
    "half-way",
    "the run stops with such an error after something was made or changed; what is there is kept in state by its id, and the next run finishes it",
  ],
  refresh: ["refresh", "the run stops with such an error, and goes on after `pulumi refresh`"],
  adopt: [
    "named",
    "the run stops with such an error and cannot know what iconik made; the next one names it, and `ICONIK_ADOPT=exact` takes it over",
  ],
} as const;
export type OutcomeName = keyof typeof outcomes;

export interface Call {
  method: string;
  path: string;
  /** Key of the contract. */
  operation: string;
}

/** An operation that goes well: where it begins, the calls that it makes, and what is there after it. */
export interface Script {
  subject: Subject;
  operation: Operation;
  /** The tenant before it, as the sandbox keeps it. */
  tenant: string;
  state: string;
  id: string;
  calls: Call[];
  after: string;
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const seed = {
  users: [{ email: "ci@example.com", type: "POWER" }],
  groups: [{ name: "Desk", roles: ["can_search"] }],
  teams: [{ name: "Studio" }],
  storages: [{ name: "Playout", method: "FILE", purpose: "FILES", settings: { mount_point: "/mnt/playout" } }],
};

/** Plays the operation without anything going wrong, in a tenant that holds `more` besides. */
export async function rehearse(subject: Subject, operation: Operation, more: Seed = {}): Promise<Script> {
  const folder = mkdtempSync(join(tmpdir(), "iconik-"));
  const stateFile = join(folder, "tenant.json");
  const sandbox = await startSandbox({ tenant: "both", seed: { ...seed, ...more }, stateFile, checkAnswers: true });
  try {
    const state = new Map<string, EngineEntry>();
    if (operation.before !== "nothing") {
      await run(sandbox, state, (stack) =>
        stack.up(
          subject.name,
          subject.definition.kind,
          subject.made,
          operation.options?.onDestroy && operation.options,
        ),
      );
    }
    const id = state.get(subject.name)?.stored.id ?? "";
    if (operation.before === "lost") state.clear();
    const script = {
      subject,
      operation,
      tenant: readFileSync(stateFile, "utf8"),
      state: JSON.stringify([...state]),
      id,
    };
    sandbox.clearRequests();
    await run(sandbox, state, (stack) => operation.act(stack, subject, id));
    const calls = sandbox.requests.map(({ method, path }) => ({ method, path, operation: keyOf(method, path) }));
    const wanted = operation.wanted(subject);
    if (wanted)
      await run(sandbox, state, (stack) => stack.up(subject.name, subject.definition.kind, wanted, operation.options));
    return { ...script, calls, after: picture(sandbox, script.tenant) };
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true });
  }
}

const keyOf = (method: string, path: string): string => {
  const to = route(method, path);
  return to.found === "operation" ? to.key : `${method} ${path}`;
};

/** Everything that can go wrong with the nth call. */
export const rowsAt = ({ calls, subject, operation }: Script, nth: number): Row[] =>
  rowsFor(calls[nth]!.operation, subject.definition, operation.wanted(subject) ?? subject.made);

export interface Verdict {
  outcome: OutcomeName;
  /** What is not as it should be; empty when all is well. */
  problems: string[];
  /** What was told when it stopped. */
  told?: string;
}

/** Plays it with the trouble at its nth call, and then without, until all is as it should be. */
export async function play(script: Script, nth: number, row: Row): Promise<Verdict> {
  const { subject, operation, tenant, id } = script;
  const folder = mkdtempSync(join(tmpdir(), "iconik-"));
  const stateFile = join(folder, "tenant.json");
  writeFileSync(stateFile, tenant);
  const sandbox = await startSandbox({ stateFile });
  const problems: string[] = [];
  const { definition, name } = subject;
  try {
    const state = new Map<string, EngineEntry>(JSON.parse(script.state));
    const { match, after } = occasion(script, nth);
    const end = sandbox.fault({ ...row.trouble, match, after, times: row.lasting ? Infinity : 1 } as Parameters<
      Sandbox["fault"]
    >[0]);
    let told: string | undefined;
    await run(sandbox, state, (stack) => operation.act(stack, subject, id)).catch(
      (error: Error) => (told = error.message),
    );
    end();
    const unfinished = state.get(name)?.unfinished;
    if (told !== undefined || unfinished !== undefined) problems.push(...unclear(told ?? unfinished!, script, row));
    const check = (when: string) => problems.push(...harm(sandbox, script).map((problem) => `${when}: ${problem}`));
    check("then");
    if (
      operation.before === "made" &&
      operation.title !== "delete" &&
      operation.title !== "restore" &&
      !state.has(name) &&
      !("replaced" in definition)
    )
      problems.push("the stack forgot the object");

    const wanted = operation.wanted(subject);
    let outcome: OutcomeName = told !== undefined ? "again" : unfinished !== undefined ? "kept" : "right";
    if (wanted) {
      const up = (options = operation.options) =>
        run(sandbox, state, (stack) => stack.up(name, definition.kind, wanted, options));
      if (operation.title === "import" && !state.has(name))
        await run(sandbox, state, (stack) => operation.act(stack, subject, id));
      try {
        await up();
      } catch (error) {
        const { message } = error as Error;
        if (/exists already/.test(message) && told !== undefined) {
          outcome = "adopt";
          if (!sandbox.objects(sortOf(script)).some((object) => message.includes(String(object.id ?? object.name))))
            problems.push(`what exists is not named: ${message}`);
          await up({ adopt: "exact" });
        } else if (/pulumi refresh/.test(message) || (row.lies && /cannot be changed/.test(message))) {
          outcome = "refresh";
          await run(sandbox, state, (stack) => stack.refresh(name));
          await up();
        } else throw error;
      }
      if (outcome === "right" && state.get(name)?.unfinished !== undefined)
        problems.push(`the next run does not finish: ${state.get(name)!.unfinished}`);
      check("after the next run");
      const drift = await run(sandbox, state, (stack) => stack.refresh(name));
      if (drift.length > 0) {
        if (outcome === "right" && row.lies) outcome = "believed";
        else problems.push(`a refresh shows drift: ${drift}`);
        await up();
      }
      const quiet = await run(sandbox, state, async (stack) => [
        await stack.up(name, definition.kind, wanted, operation.options),
        await stack.refresh(name),
      ]);
      if (quiet[0] !== "same" || quiet[1]!.length > 0)
        problems.push(`it does not come to rest: ${quiet}, ${JSON.stringify(state.get(name))}`);
    } else if (state.has(name)) {
      await run(sandbox, state, (stack) => stack.remove(name));
    }
    check("in the end");
    const now = picture(sandbox, tenant);
    if (now !== script.after) problems.push(`the tenant is not as it should be: ${difference(script.after, now)}`);
    return { outcome, problems, told: told ?? unfinished };
  } catch (error) {
    return { outcome: "again", problems: [...problems, `the next run fails: ${(error as Error).message}`] };
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true });
  }
}

/** One process: what it learned is forgotten after it. */
async function run<T>(
  sandbox: Sandbox,
  state: Map<string, EngineEntry>,
  work: (stack: EngineStack) => Promise<T>,
): Promise<T> {
  const stack = openStack(sandbox, state);
  try {
    return await work(stack);
  } finally {
    await stack.close();
  }
}

/** Which calls are hit: those like the nth, but for ids that are made anew each time. */
function occasion({ calls, tenant }: Script, nth: number): { match: RegExp; after: number } {
  const { method, path } = calls[nth]!;
  const pattern = path
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replace(uuid, (id) => (tenant.includes(id) ? id : "[^/]+"));
  const match = new RegExp(`^${method} ${pattern}$`);
  return { match, after: calls.slice(0, nth).filter((call) => match.test(`${call.method} ${call.path}`)).length };
}

/** Whether an error names the object, the call, the cause, and what to do. */
function unclear(told: string, { subject }: Script, { trouble }: Row): string[] {
  const { kind } = subject.definition;
  const aboutAll = /does not accept the credentials|ICONIK_URL|is tenant/.test(told);
  const named = told.includes(subject.name) || told.includes(kind);
  const placed = /\b(GET|POST|PUT|PATCH|DELETE) \/API\//.test(told);
  const cause =
    trouble.kind === "status"
      ? told.includes(String(trouble.code)) ||
        /not tried|there is no|no longer in iconik|is not in iconik|does not show it|kept something else/.test(told)
      : told.length > 40;
  const cure =
    /run again|try again|tries again|describe |pulumi refresh|look at|is ICONIK_URL|write |correct |it needs|it takes|set |check |ask its support/i.test(
      told,
    );
  const missing = Object.entries({ object: named || aboutAll, call: placed, cause, cure }).flatMap(([what, there]) =>
    there ? [] : [what],
  );
  return missing.length > 0 ? [`the error does not say ${missing.join(", ")}: ${told}`] : [];
}

const sortOf = ({ subject: { definition } }: Script): (typeof sorts)[number] =>
  (
    ({
      Storage: "storages",
      UserGroup: "groups",
      Team: "teams",
      RoleGroup: "role_groups",
      GroupMapping: "group_mappings",
      Application: "apps",
      AclTemplate: "acl_templates",
      ExportLocation: "export_locations",
    }) as const
  )[definition.kind as "Storage"] ?? "settings";

/** What must never happen: two of them, something else gone, or the object gone that was not to be deleted. */
function harm(sandbox: Sandbox, script: Script): string[] {
  const { subject, operation, tenant } = script;
  const found: string[] = [];
  const before = JSON.parse(tenant).objects as Record<string, Record<string, { name?: string }>>;
  const sort = sortOf(script);
  const same = sandbox.objects(sort).filter(({ name }) => sort !== "settings" && name === subject.name);
  if (same.length > 1) found.push(`there are ${same.length} of ${subject.name}`);
  const goes = operation.title === "delete" || subject.definition.kind === "GroupMapping";
  for (const [each, objects] of Object.entries(before)) {
    if (each === "acls" || each === "auto_scans" || each === "tokens") continue;
    for (const [key, object] of Object.entries(objects)) {
      const mine = each === sort && object.name === subject.name;
      if (!sandbox.object(each as typeof sort, key) && !(mine && goes))
        found.push(`${each} ${object.name ?? key} is gone`);
    }
  }
  return found;
}

/** The tenant without what differs from time to time: new ids, dates, texts of tokens. */
export function picture(sandbox: Sandbox, tenant: string): string {
  const objects = sorts.flatMap((sort) =>
    sandbox.objects(sort).map((object) => `${sort} ${JSON.stringify(object, timeless)}`),
  );
  return objects
    .map((line) => line.replace(uuid, (id) => (tenant.includes(id) ? id : "NEW")))
    .sort()
    .join("\n");
}

const passing = new Set(["date_created", "date_modified", "expires", "version", "token"]);
function timeless(key: string, value: unknown): unknown {
  if (passing.has(key)) return undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  // Nothing set, null and an empty list are one thing.
  const set = Object.entries(value).filter(
    ([, inner]) => inner !== null && !(Array.isArray(inner) && inner.length === 0),
  );
  return Object.fromEntries(set.sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function difference(wanted: string, is: string): string {
  const [left, right] = [wanted.split("\n"), is.split("\n")];
  return [
    ...left.filter((line) => !right.includes(line)).map((line) => `- ${line}`),
    ...right.filter((line) => !left.includes(line)).map((line) => `+ ${line}`),
  ].join(" ");
}

/** So many at a time: those that wait for an answer are not in the way of the others. */
export async function inTurn<T>(all: readonly T[], work: (one: T) => Promise<void>, most = 16): Promise<void> {
  const left = [...all];
  await Promise.all(
    Array.from({ length: most }, async () => {
      for (let next = left.shift(); next; next = left.shift()) await work(next);
    }),
  );
}
