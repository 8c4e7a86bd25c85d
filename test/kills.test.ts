// Whatever request a run is killed at, the way back that README.md gives brings stack and tenant together: nothing is
// there twice, and nothing is lost. On the engine itself every request has its turn, on the real CLI some that matter;
// EXHAUSTIVE=1 kills the CLI and its provider at every one.
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createProject, endToEnd } from "./cli.ts";
import type { EngineEntry } from "./engine-stack.ts";
import { inTurn, picture } from "./fault-runs.ts";
import { done, quick } from "./iconik-project.ts";
import {
  duplicates,
  ids,
  inTenant,
  names,
  play,
  programOf,
  refresh,
  rehearse,
  runs,
  tokensIn,
  unlike,
  type RunName,
  type Script,
} from "./kill-runs.ts";
import { alive } from "./processes.mts";
import { environmentOf, mayDelete } from "./stack.ts";

/** Killed before iconik acts on the request, or after it did and before anybody was told. */
const moments = ["before", "after"] as const;
const script = (name: string) => rehearsed.then((all) => all.find((each) => each.name === name)!);
const rehearsed = rehearse();

describe.concurrent.each(names)("%s", (name) => {
  it.concurrent.each([
    ["its state saved after every step", true],
    ["its state saved at the end alone", false],
  ])("killed at any request, %s", { timeout: 10 * 60_000 }, async (_, checkpoints) => {
    const { calls, ...rest } = await script(name);
    expect(calls.length).toBeGreaterThan(5);
    const cases = calls.flatMap((call, nth) =>
      call.startsWith("GET ") ? [{ nth, moment: moments[0] }] : moments.map((moment) => ({ nth, moment })),
    );
    const problems: string[] = [];
    await inTurn(cases, async ({ nth, moment }) => {
      for (const problem of await killed({ calls, ...rest }, nth, moment, checkpoints))
        problems.push(`${moment} call ${nth}, ${calls[nth]}: ${problem}`);
    });
    expect(problems.join("\n")).toBe("");
  });

  it.concurrent("interrupted at any request", { timeout: 10 * 60_000 }, async () => {
    const whole = await script(name);
    const problems: string[] = [];
    await inTurn(
      whole.calls.map((_, nth) => nth),
      async (nth) => {
        for (const problem of await interrupted(whole, nth))
          problems.push(`call ${nth}, ${whole.calls[nth]}: ${problem}`);
      },
    );
    expect(problems.join("\n")).toBe("");
  });
});

/** The same after an interrupt, which lets the request under way finish: then there is no way back to go. */
async function interrupted({ name, tenant, state, calls, after }: Script, nth: number): Promise<string[]> {
  return inTenant(tenant, async (sandbox) => {
    const problems: string[] = [];
    const stop = new AbortController();
    const before = ids(sandbox);
    sandbox.fault({ match: /./, kind: "delay", ms: 25, after: nth });
    const watch = setInterval(() => sandbox.requests.length > nth && stop.abort(), 1);
    const run = await play(sandbox, new Map<string, EngineEntry>(JSON.parse(state)), name, { signal: stop.signal });
    clearInterval(watch);
    const known = new Set([...run.state.values()].map(({ id }) => id));
    if (sandbox.requests.length > nth + 1) problems.push(`then ${sandbox.requests.length - nth - 1} more were sent`);
    for (const id of ids(sandbox))
      if (!before.has(id) && !known.has(id)) problems.push(`${id} was made, and nobody knows of it`);
    if (nth + 1 < calls.length && !/stopped before \w+ \//.test(run.error ?? "")) problems.push(`it says ${run.error}`);
    for (const { kind, stored, unfinished } of run.state.values()) {
      for (const left of [...(stored.id === "tenant" ? [] : [stored.id]), ...(stored.facts.pending ?? [])])
        if (unfinished !== undefined && !unfinished.includes(left))
          problems.push(`${left} of the ${kind} is left, and that is not said: ${unfinished}`);
    }
    const next = await play(sandbox, run.state, name);
    if (next.error !== undefined) return [...problems, `the next run says ${next.error}`];
    const again = await play(sandbox, next.state, name);
    if (again.outcomes.some((outcome) => outcome !== "same"))
      problems.push(`it does not come to rest: ${again.outcomes}`);
    return [...problems, ...duplicates(sandbox), ...unlike(after, sandbox, tenant, tokensIn(next), "")];
  });
}

/** What is not as it should be after the run was killed there, and the way back was gone. */
async function killed(
  { name, tenant, state, after }: Script,
  nth: number,
  moment: (typeof moments)[number],
  checkpoints: boolean,
): Promise<string[]> {
  return inTenant(tenant, async (sandbox) => {
    const ends = [
      sandbox.fault({ match: /./, kind: `reset-${moment}`, after: nth }),
      // Nothing leaves a process that is dead.
      sandbox.fault({ match: /./, kind: "reset-before", after: nth, times: Infinity }),
    ];
    const begun = new Map<string, EngineEntry>(JSON.parse(state));
    const dead = await play(sandbox, begun, name, { saves: () => checkpoints && sandbox.requests.length <= nth });
    for (const end of ends) end();
    if (dead.error === undefined) return ["nothing was killed"];
    const made = ids(sandbox);

    // Whoever simply runs again is told, or gets what is described; nothing is made a second time.
    const impatient = await play(sandbox, dead.state, name);
    const problems = duplicates(sandbox);
    if (impatient.error !== undefined && !/exists already|pulumi refresh/.test(impatient.error))
      problems.push(`running again says ${impatient.error}`);

    await refresh(sandbox, impatient.state);
    const back = await play(sandbox, impatient.state, name, { adopt: "exact" });
    if (back.error !== undefined) return [...problems, back.error];
    problems.push(
      ...duplicates(sandbox),
      ...unlike(after, sandbox, tenant, tokensIn(back), [...impatient.notes, ...back.notes].join("\n")),
    );
    if (name !== "delete")
      for (const id of made) if (!ids(sandbox).has(id)) problems.push(`${id} was there, and is lost`);
    const again = await play(sandbox, back.state, name);
    if (again.outcomes.some((outcome) => outcome !== "same"))
      problems.push(`it does not come to rest: ${again.outcomes}`);
    return problems;
  });
}

interface Case {
  name: RunName;
  /** Which request it is killed at. */
  match: RegExp;
  after?: number;
  moment: (typeof moments)[number];
  /** Kills the CLI, whose provider then stops by itself, or the provider. */
  process: "CLI" | "provider";
  checkpoints: boolean;
}

const chosen: Case[] = [
  { name: "create", match: /^POST .*\/storages\/$/, moment: "after", process: "CLI", checkpoints: true },
  { name: "create", match: /^POST .*\/token\/$/, moment: "after", process: "CLI", checkpoints: false },
  { name: "update", match: /^PATCH .*\/system\/current\/$/, moment: "after", process: "provider", checkpoints: false },
  // The group is taken over under its new label, and the entry under the old one is still to be deleted.
  { name: "replace and rename", match: /^POST .*\/mappings\/$/, moment: "before", process: "CLI", checkpoints: true },
  {
    name: "replace and rename",
    match: /^DELETE .*\/mappings\//,
    moment: "after",
    process: "provider",
    checkpoints: false,
  },
  { name: "delete", match: /^DELETE .*\/storages\//, moment: "after", process: "provider", checkpoints: true },
];

describe("on the real CLI", endToEnd, () => {
  it("the way back leads from wherever a run was killed", { timeout: 6 * 60 * 60_000 }, async () => {
    const project = await createProject({ "index.js": "" });
    onTestFinished(project.close);
    const write = (name: RunName) => project.write({ "index.js": programOf(runs[name]) });
    const stackImport = async (state: string) => {
      project.write({ "state.json": state });
      await done(project.run(["stack", "import", "--file", "state.json"]));
    };

    const scripts = await inTenant(undefined, async (sandbox, tenantFile) => {
      const all: Script[] = [];
      for (const name of names) {
        const [tenant, state] = [tenantFile(), (await project.stackExport()).stdout];
        sandbox.clearRequests();
        write(name);
        await done(project.up(quick, { ...environmentOf(sandbox), ...mayDelete }));
        all.push({
          name,
          tenant,
          state,
          calls: sandbox.requests.map(({ method, path }) => `${method} ${path}`),
          after: picture(sandbox, tenant),
        });
      }
      return all;
    });

    const every = scripts.flatMap(({ name, calls }) =>
      calls.flatMap((call, after) =>
        moments
          .slice(0, call.startsWith("GET ") ? 1 : 2)
          .flatMap((moment) =>
            (["CLI", "provider"] as const).flatMap((process) =>
              [true, false].map((checkpoints): Case => ({ name, match: /./, after, moment, process, checkpoints })),
            ),
          ),
      ),
    );
    for (const each of process.env.EXHAUSTIVE ? every : chosen) {
      const { name, match, after = 0, moment, checkpoints } = each;
      const { tenant, state, after: whole } = scripts.find((script) => script.name === name)!;
      await inTenant(tenant, async (sandbox) => {
        const env = { ...environmentOf(sandbox), ...mayDelete };
        const words = JSON.stringify({ ...each, match: String(match) });
        await stackImport(state);
        write(name);
        // What arrives from then on is not answered: whoever is killed sends nothing more.
        const ends = [
          sandbox.fault({ match, kind: moment === "before" ? "timeout" : "timeout-after", after }),
          sandbox.fault({ match, kind: "timeout", after, times: Infinity }),
        ];
        const run = project.up(quick, { ...env, PULUMI_SKIP_CHECKPOINTS: checkpoints ? undefined : "true" });
        const hit = () => sandbox.requests.filter(({ method, path }) => match.test(`${method} ${path}`)).length > after;
        await Promise.race([vi.waitFor(() => expect(hit(), run.output()).toBe(true), { timeout: 60_000 }), run]);
        // In another order there may be a request less.
        if (match.source === "." && !hit()) return;
        expect(hit(), words).toBe(true);
        const providers = run.providers();
        if (each.process === "CLI") run.kill();
        else for (const provider of providers) process.kill(provider, "SIGKILL");
        expect((await run).code, words).not.toBe(0);
        await vi.waitFor(() => expect(providers.some(alive)).toBe(false), { timeout: 60_000 });
        for (const end of ends) end();
        const made = ids(sandbox);

        await done(project.cancel());
        await done(project.refresh([...quick, "--clear-pending-creates"], env));
        const back = await done(project.up(quick, { ...env, ICONIK_ADOPT: "exact" }));
        const kept = (await project.resources()).flatMap(({ outputs }) => outputs?.tokenId ?? []);
        expect([...duplicates(sandbox), ...unlike(whole, sandbox, tenant, kept, back.all)], words).toEqual([]);
        if (name !== "delete") for (const id of made) expect(ids(sandbox), words).toContain(id);
        await done(project.preview(["--refresh", "--expect-no-changes"], env));
      });
    }
  });
});
