// Shield's lists as a run may want them, good and bad, under every reading of how they go together that the sandbox
// has: whatever is written, whoever writes it can still come in afterwards.
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox, type Switches } from "../provider/sandbox";
import { openStack } from "./engine-stack.ts";

const address = "203.0.113.9";
const mustKeep = "198.51.100.7";
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const rounds = Number(process.env.ROUNDS ?? 1_000);

const open: Sandbox[] = [];
afterAll(() => Promise.all(open.map((sandbox) => sandbox.close())));

/** Entries that let in the run, what must be kept, both, or neither; for all applications, for ours or for another. */
const entry = (apps: string[]) =>
  fc.record({
    ip: fc.constantFrom(address, mustKeep, "203.0.113.0/24", "203.0.0.0/16", "198.51.100.0/24", "192.0.2.0/24", "192.0.2.10", "0.0.0.0/0", "203.0.113.0/29", "203.0.113.8/29"),
    application: fc.constantFrom(undefined, undefined, ...apps),
  });
const list = (apps: string[]) => fc.uniqueArray(entry(apps), { maxLength: 4, selector: ({ ip, application }) => `${ip} ${application}` });

type Entry = { ip: string; application?: string };
const asLive = (entries: Entry[]) => entries.map(({ ip, application }) => ({ ip, ...(application && { app_id: application }) }));

describe.each([
  ["union", "open"],
  ["union", "closed"],
  ["mostSpecific", "open"],
  ["mostSpecific", "closed"],
] satisfies [Switches["shieldLists"], Switches["shieldEmpty"]][])("lists that combine by %s, where none is %s", (shieldLists, shieldEmpty) => {
  it(`never shut out whoever writes them, in ${rounds} cases (seed ${seed})`, { timeout: 300_000 }, async () => {
    const sandbox = await startSandbox({ shieldSeesIp: address, switches: { shieldLists, shieldEmpty }, seed: { groups: [{ name: "Ours" }, { name: "Others" }] } });
    open.push(sandbox);
    const [ours, others] = ["Ours", "Others"].map((name) => sandbox.objects("groups").find((group) => group.name === name)!.id as string);
    const user = sandbox.objects("users")[0]!.id as string;
    sandbox.edit("users", user, { groups: [ours] });
    const other = sandbox.issue({ admin: true }).appId;
    const headers = { "App-ID": sandbox.appId, "Auth-Token": sandbox.authToken };
    const isInside = async () => (await fetch(`${sandbox.url}/API/users/v1/users/current/`, { headers })).status === 200;
    const put = (key: string, lists: Entry[], rest = {}) => sandbox.edit("settings", key, { allowed_ips: asLive(lists), ...rest });
    const some = list([sandbox.appId, other]);
    const outcomes = { written: 0, refused: 0 };

    const change = fc.record({ whose: fc.constantFrom("everyone", "everyone", ours, others), addresses: some, enabled: fc.constantFrom(undefined, true, true, false) });
    const before = fc.record({ everyone: some, ours: some, others: some, mine: some, enabled: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(before, fc.array(change, { minLength: 1, maxLength: 3 }), async (start, changes) => {
        put("system", start.everyone, { enable_shield: start.enabled });
        put(`group/${ours}`, start.ours);
        put(`group/${others}`, start.others);
        put(`user/${user}`, start.mine);
        // Nobody begins outside.
        fc.pre(await isInside());
        const state = new Map();
        for (const { whose, addresses, enabled } of changes) {
          const inputs = whose === "everyone" ? { addresses, ...(enabled !== undefined && { enabled }) } : { group: whose, addresses };
          const stack = openStack(sandbox, state, { allow: "[]", guards: { mustKeep: [mustKeep], allow: [] } });
          const done = await stack.up(whose, "ShieldAllowList", inputs).catch((error: Error) => error);
          await stack.close();
          if (done instanceof Error) expect(done.message).toMatch(/would not let it in again/);
          outcomes[done instanceof Error ? "refused" : "written"] += 1;
          expect(await isInside(), `${whose} ${JSON.stringify(inputs)} ${String(done)}`).toBe(true);
        }
      }),
      { seed, numRuns: rounds },
    );
    // Neither is everything refused, nor nothing.
    expect(outcomes.written).toBeGreaterThan(rounds / 5);
    expect(outcomes.refused).toBeGreaterThan(rounds / 5);
  });
});

describe("switching Shield on", () => {
  const start = async () => {
    const sandbox = await startSandbox({ shieldSeesIp: address });
    open.push(sandbox);
    const stack = openStack(sandbox, new Map(), { allow: "[]", guards: { mustKeep: [mustKeep], allow: [] } });
    return { sandbox, stack, writes: () => sandbox.requests.filter(({ method }) => method !== "GET").map(({ body }) => body) };
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
    expect(await stack.up("everyone", "ShieldAllowList", { enabled: true, addresses: ips(address, mustKeep) })).toBe("created");
    expect(writes()).toEqual([{ allowed_ips: ips(mustKeep, address) }, { enable_shield: true }]);
    await stack.close();
  });

  it("is refused with an empty list, without those who must be kept, and where an entry is for another application", async () => {
    const { sandbox, writes } = await start();
    const stack = { up: (...[name, kind, values]: Parameters<ReturnType<typeof openStack>["up"]>) => next(sandbox, name, kind, values) };
    sandbox.clearRequests();
    await expect(stack.up("a", "ShieldAllowList", { enabled: true, addresses: [] })).rejects.toThrow(/would be empty, and whether that means everybody or nobody is not documented/);
    await expect(stack.up("b", "ShieldAllowList", { enabled: true, addresses: ips(address) })).rejects.toThrow(/guards\.mustKeep names 198\.51\.100\.7.*ICONIK_ALLOW='lockOut: 198\.51\.100\.7'/);
    await expect(stack.up("c", "ShieldAllowList", { enabled: true, addresses: [{ ip: address }, { ip: mustKeep, application: sandbox.appId }] })).rejects.toThrow(/guards\.mustKeep/);
    expect(writes()).toEqual([]);
    // The one that runs this may be let in as the application that it is.
    expect(await stack.up("d", "ShieldAllowList", { enabled: true, addresses: [{ ip: address, application: sandbox.appId }, { ip: mustKeep }] })).toBe("created");
  });

  it("is done all the same where it is allowed, and said", async () => {
    const { sandbox } = await start();
    const stack = openStack(sandbox, new Map(), { allow: "lockOut: 198.51.100.7", guards: { mustKeep: [mustKeep], allow: [] } });
    expect(await stack.up("everyone", "ShieldAllowList", { enabled: true, addresses: ips(address) })).toBe("created");
    expect(stack.notes.join()).toMatch(/guards\.mustKeep names 198\.51\.100\.7.*permitted by ICONIK_ALLOW/);
    await stack.close();
  });

  it("is refused where iconik does not say from where the run comes", async () => {
    const { sandbox, stack } = await start();
    sandbox.fault({ match: "GET /API/settings/v1/system/current/", kind: "drop-field", field: "client_ip", times: 100 });
    await expect(stack.up("everyone", "ShieldAllowList", { enabled: true, addresses: ips(mustKeep) })).rejects.toThrow(/does not say from which address this run comes.*lockOut: unknown/);
    await stack.close();
  });
});
