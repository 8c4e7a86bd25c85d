// Shield's lists as a run may want them, good and bad, under every reading of how they go together that the sandbox
// has: whatever is written, whoever writes it can still come in afterwards.
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox, type Switches } from "../provider/sandbox";
import { openStack, type EngineEntry } from "./engine-stack.ts";

const address = "203.0.113.9";
const mustKeep = "198.51.100.7";
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const rounds = Number(process.env.ROUNDS ?? 1_000);

const open: Sandbox[] = [];
afterAll(() => Promise.all(open.map((sandbox) => sandbox.close())));

/** Entries that let in the run, what must be kept, both, or neither; for all applications, for ours or for another. */
const entry = (apps: string[]) =>
  fc.record({
    ip: fc.constantFrom(
      address,
      mustKeep,
      "203.0.113.0/24",
      "203.0.0.0/16",
      "198.51.100.0/24",
      "192.0.2.0/24",
      "192.0.2.10",
      "0.0.0.0/0",
      "203.0.113.0/29",
      "203.0.113.8/29",
    ),
    application: fc.constantFrom(undefined, undefined, ...apps),
  });
const list = (apps: string[]) =>
  fc.uniqueArray(entry(apps), { maxLength: 4, selector: ({ ip, application }) => `${ip} ${application}` });

type Entry = { ip: string; application?: string };
const asLive = (entries: Entry[]) =>
  entries.map(({ ip, application }) => ({ ip, ...(application && { app_id: application }) }));

describe.each([
  ["union", "open"],
  ["union", "closed"],
  ["mostSpecific", "open"],
  ["mostSpecific", "closed"],
] satisfies [Switches["shieldLists"], Switches["shieldEmpty"]][])(
  "lists that combine by %s, where none is %s",
  (shieldLists, shieldEmpty) => {
    /** A tenant where the person behind the token is in a group; lists as they may be at first, and what may become of them. */
    async function start() {
      const sandbox = await startSandbox({
        shieldSeesIp: address,
        switches: { shieldLists, shieldEmpty },
        seed: { groups: [{ name: "Ours" }, { name: "Others" }] },
      });
      open.push(sandbox);
      const [ours, others] = ["Ours", "Others"].map(
        (name) => sandbox.objects("groups").find((group) => group.name === name)!.id as string,
      );
      const user = sandbox.objects("users")[0]!.id as string;
      sandbox.edit("users", user, { groups: [ours] });
      const other = sandbox.issue({ admin: true }).appId;
      const headers = { "App-ID": sandbox.appId, "Auth-Token": sandbox.authToken };
      const isInside = async () =>
        (await fetch(`${sandbox.url}/API/users/v1/users/current/`, { headers })).status === 200;
      const put = (key: string, lists: Entry[], rest = {}) =>
        sandbox.edit("settings", key, { allowed_ips: asLive(lists), ...rest });
      const some = list([sandbox.appId, other]);
      const whose = ["everyone", ours, others] as const;
      return {
        isInside,
        whose,
        stack: (state: Map<string, EngineEntry>) =>
          openStack(sandbox, state, { allow: "[]", guards: { mustKeep: [mustKeep], allow: [] } }),
        before: fc.record({ everyone: some, ours: some, others: some, mine: some, enabled: fc.boolean() }),
        change: fc.record({
          whose: fc.constantFrom("everyone" as const, ...whose),
          addresses: some,
          enabled: fc.constantFrom(undefined, true, true, false),
        }),
        begin(lists: { everyone: Entry[]; ours: Entry[]; others: Entry[]; mine: Entry[]; enabled: boolean }) {
          put("system", lists.everyone, { enable_shield: lists.enabled });
          put(`group/${ours}`, lists.ours);
          put(`group/${others}`, lists.others);
          put(`user/${user}`, lists.mine);
        },
      };
    }
    type Change = { whose: string; addresses: Entry[]; enabled: boolean | undefined };
    const inputsOf = ({ whose, addresses, enabled }: Change) =>
      whose === "everyone" ? { addresses, ...(enabled !== undefined && { enabled }) } : { group: whose, addresses };

    /** How writes ended: neither is everything refused, nor nothing, and refusals are those of the guard. */
    function counting() {
      const outcomes = { written: 0, refused: 0 };
      return {
        count(done: unknown) {
          if (done instanceof Error) expect(done.message).toMatch(/would not let it in again/);
          outcomes[done instanceof Error ? "refused" : "written"] += 1;
        },
        expectBoth(cases: number) {
          expect(Math.min(outcomes.written, outcomes.refused)).toBeGreaterThan(cases / 5);
        },
      };
    }

    it(`never shut out whoever writes them, in ${rounds} cases (seed ${seed})`, { timeout: 300_000 }, async () => {
      const { begin, before, change, isInside, stack } = await start();
      const { count, expectBoth } = counting();
      await fc.assert(
        fc.asyncProperty(before, fc.array(change, { minLength: 1, maxLength: 3 }), async (first, changes) => {
          begin(first);
          // Nobody begins outside.
          fc.pre(await isInside());
          const state = new Map();
          for (const one of changes) {
            const run = stack(state);
            const done = await run.up(one.whose, "ShieldAllowList", inputsOf(one)).catch((error: Error) => error);
            await run.close();
            count(done);
            expect(await isInside(), `${JSON.stringify(one)} ${String(done)}`).toBe(true);
          }
        }),
        { seed, numRuns: rounds },
      );
      expectBoth(rounds);
    });

    // Several lists in each.
    const cases = Math.ceil(rounds / 4);
    it(
      `never do so when they are written and put back at the same time, in ${cases} cases (seed ${seed})`,
      { timeout: 300_000 },
      async () => {
        const { begin, before, change, isInside, stack, whose } = await start();
        const { count, expectBoth } = counting();
        const each = fc.uniqueArray(change, { minLength: 1, maxLength: 3, selector: (one) => one.whose });
        const run = fc.record({ changes: each, order: fc.shuffledSubarray([...whose], { minLength: 3 }) });
        await fc.assert(
          fc.asyncProperty(before, fc.array(run, { minLength: 2, maxLength: 3 }), async (first, runs) => {
            begin(first);
            fc.pre(await isInside());
            const state = new Map<string, EngineEntry>();
            for (const { changes, order } of runs) {
              const one = stack(state);
              // What is described no longer is put back in the run that writes the others.
              const done = await Promise.all(
                order.flatMap((whose) => {
                  const wanted = changes.find((change) => change.whose === whose);
                  if (!wanted && !state.has(whose)) return [];
                  const work = wanted
                    ? one.up(whose, "ShieldAllowList", inputsOf(wanted), { onDestroy: "restore" })
                    : one.remove(whose);
                  return [work.catch((error: Error) => error)];
                }),
              );
              await one.close();
              done.forEach(count);
              expect(await isInside(), `${JSON.stringify(changes)} ${done.map(String).join("; ")}`).toBe(true);
            }
          }),
          { seed, numRuns: cases },
        );
        expectBoth(cases);
      },
    );
  },
);

describe("switching Shield on", () => {
  const start = async () => {
    const sandbox = await startSandbox({ shieldSeesIp: address });
    open.push(sandbox);
    const stack = openStack(sandbox, new Map(), { allow: "[]", guards: { mustKeep: [mustKeep], allow: [] } });
    return {
      sandbox,
      stack,
      writes: () => sandbox.requests.filter(({ method }) => method !== "GET").map(({ body }) => body),
    };
  };
  /** Another run. */
  const next = async (sandbox: Sandbox, ...[name, kind, values]: Parameters<ReturnType<typeof openStack>["up"]>) => {
    const stack = openStack(sandbox, new Map(), { allow: "[]", guards: { mustKeep: [mustKeep], allow: [] } });
    return stack.up(name, kind, values).finally(stack.close);
  };
  const ips = (...all: string[]) => all.map((ip) => ({ ip }));

  it("comes last, when the list is there", async () => {
    const { stack, sandbox, writes } = await start();
    sandbox.clearRequests();
    expect(await stack.up("everyone", "ShieldAllowList", { enabled: true, addresses: ips(address, mustKeep) })).toBe(
      "created",
    );
    expect(writes()).toEqual([{ allowed_ips: ips(mustKeep, address) }, { enable_shield: true }]);
    await stack.close();
  });

  it("is refused with an empty list, without those who must be kept, and where an entry is for another application", async () => {
    const { sandbox, writes } = await start();
    const stack = {
      up: (...[name, kind, values]: Parameters<ReturnType<typeof openStack>["up"]>) =>
        next(sandbox, name, kind, values),
    };
    sandbox.clearRequests();
    await expect(stack.up("a", "ShieldAllowList", { enabled: true, addresses: [] })).rejects.toThrow(
      /would be empty, and whether that means everybody or nobody is not documented/,
    );
    await expect(stack.up("b", "ShieldAllowList", { enabled: true, addresses: ips(address) })).rejects.toThrow(
      /guards\.mustKeep names 198\.51\.100\.7.*ICONIK_ALLOW='lockOut: 198\.51\.100\.7'/s,
    );
    await expect(
      stack.up("c", "ShieldAllowList", {
        enabled: true,
        addresses: [{ ip: address }, { ip: mustKeep, application: sandbox.appId }],
      }),
    ).rejects.toThrow(/guards\.mustKeep/);
    expect(writes()).toEqual([]);
    // The one that runs this may be let in as the application that it is.
    expect(
      await stack.up("d", "ShieldAllowList", {
        enabled: true,
        addresses: [{ ip: address, application: sandbox.appId }, { ip: mustKeep }],
      }),
    ).toBe("created");
  });

  it("is done all the same where it is allowed, and said", async () => {
    const { sandbox } = await start();
    const stack = openStack(sandbox, new Map(), {
      allow: "lockOut: 198.51.100.7",
      guards: { mustKeep: [mustKeep], allow: [] },
    });
    expect(await stack.up("everyone", "ShieldAllowList", { enabled: true, addresses: ips(address) })).toBe("created");
    expect(stack.notes.join()).toMatch(/guards\.mustKeep names 198\.51\.100\.7.*permitted by ICONIK_ALLOW/);
    await stack.close();
  });

  it("does not make a list that was for another application alone one for everybody else", async () => {
    const { sandbox, stack, writes } = await start();
    const group = sandbox.objects("groups")[0]!.id as string;
    sandbox.edit("users", sandbox.objects("users")[0]!.id, { groups: [group] });
    sandbox.edit("settings", "system", { enable_shield: true });
    const other = { ip: address, application: sandbox.issue({ admin: true }).appId };
    sandbox.edit("settings", `group/${group}`, { allowed_ips: [{ ip: address, app_id: other.application }] });
    sandbox.clearRequests();
    await expect(
      next(sandbox, "list", "ShieldAllowList", { group, addresses: [other, ...ips("192.0.2.10")] }),
    ).rejects.toThrow(/this run comes from 203\.0\.113\.9/);
    expect(writes()).toEqual([]);
    await stack.close();
  });

  it("is refused where iconik does not say from where the run comes", async () => {
    const { sandbox, stack } = await start();
    sandbox.fault({
      match: "GET /API/settings/v1/system/current/",
      kind: "drop-field",
      field: "client_ip",
      times: 100,
    });
    await expect(stack.up("everyone", "ShieldAllowList", { enabled: true, addresses: ips(mustKeep) })).rejects.toThrow(
      /does not say from which address this run comes.*lockOut: unknown/s,
    );
    await stack.close();
  });
});
