// The lives of all kinds in one tenant that behaves in a given way.
import { contract } from "../provider/contract";
import { roles } from "../provider/roles";
import { startSandbox, switchTable, type SwitchName } from "../provider/sandbox";
import { impossible, type Setting } from "./doubt-cases.ts";
import { openStack, type EngineStack } from "./engine-stack.ts";
import { lives, livesOfVariants, seed, type Home } from "./lives.ts";

/**
 * Lives every life under the setting. What is not as it should be, one line each: whatever fails, but for what is known
 * to be impossible there, which has to fail, and as it is told.
 */
export async function liveUnder(setting: Setting, known = impossible): Promise<string[]> {
  const { tenant = "both", caller, ...switches } = setting;
  const failures: string[] = [];
  for (const life of [...lives(), ...livesOfVariants()]) {
    // A tenant each: what one life leaves behind is nothing to the next.
    const sandbox = await startSandbox({ tenant, switches, seed, checkAnswers: true });
    const as = caller === "roles" ? { url: sandbox.url, ...sandbox.issue({ roles: everyRole }) } : sandbox;
    const home: Home & { stack: EngineStack } = {
      sandbox,
      stack: openStack(as),
      async next() {
        await home.stack.close();
        home.stack = openStack(as, home.stack.state);
      },
      async catchUp(path) {
        sandbox.set({ listLag: 0 });
        const list = await fetch(`${sandbox.url}${path}`, {
          headers: { "App-ID": sandbox.appId, "Auth-Token": sandbox.authToken },
        });
        await list.arrayBuffer();
        sandbox.set({ listLag: switches.listLag ?? 0 });
      },
    };
    const expected = known.filter(({ when, lives }) => lives.includes(life.title) && holds(when, setting));
    let step = life.steps[0]!;
    try {
      for (step of life.steps) await step.live(home);
      if (expected.length > 0)
        failures.push(`${life.title} works, and should be refused: ${expected.map(({ why }) => why).join("; ")}`);
    } catch (error) {
      const message = `${life.title} ${step.title}: ${(error as Error).message} ${home.stack.notes.join(" | ")}`;
      if (!expected.some(({ told, step: where = "" }) => step.title.startsWith(where) && told.test(message)))
        failures.push(message);
    } finally {
      await home.stack.close();
      await sandbox.close();
    }
  }
  return failures;
}

const everyRole = [
  ...new Set([...Object.values(contract.operations).flatMap((operation) => operation.roles), ...roles.keys()]),
];

const initially = (name: string): unknown =>
  name === "tenant" ? "both" : name === "caller" ? "administrator" : switchTable[name as SwitchName].default;

const holds = (when: Setting, setting: Setting): boolean =>
  Object.entries(when).every(([name, value]) => (setting[name as keyof Setting] ?? initially(name)) === value);
