/** `pulumi-iconik sandbox`: an iconik tenant on loopback until interrupted. */
import { InvalidArgumentError, Option, type Command } from "commander";
import { parseFault, parseSwitch, startSandbox, switchTable, type Fault, type Switch, type Switches } from "../sandbox";

interface Flags {
  port: number;
  tenant?: "old" | "new" | "both";
  seed?: string;
  state?: string;
  latency: number;
  fault?: Fault[];
  switch?: Partial<Switches>;
  rateLimit?: boolean;
  shieldSeesIp?: string;
  switches?: boolean;
  format: "text" | "json";
}

export function sandbox(program: Command): void {
  program
    .command("sandbox")
    .description("an iconik tenant on 127.0.0.1, to try things on: prints where it is and the credentials of its owner")
    .option("--port <N>", "port to listen on; 0 takes a free one", port, 0)
    .addOption(
      new Option("--tenant <model>", "user groups (old, the default), teams and role groups (new), or both").choices([
        "old",
        "new",
        "both",
      ]),
    )
    .option("--seed <FILE>", "YAML or JSON file with what the tenant holds at first")
    .option("--state <FILE>", "keep the tenant in this file; when it exists, go on from there")
    .option("--latency <MS>", "wait before every answer", whole, 0)
    .option(
      "--fault <FAULT>",
      'make a call fail: "METHOD PATH KIND [name=value ...]", as in "POST /API/users/v1/groups/ status code=503"; repeatable',
      (text: string, before: Fault[] = []) => [...before, said(() => parseFault(text))],
    )
    .option(
      "--switch <NAME=VALUE>",
      "choose a behaviour where iconik's is not documented; repeatable",
      (text: string, before: Partial<Switches> = {}) => ({ ...before, ...said(() => parseSwitch(text)) }),
    )
    .option("--rate-limit", "refuse calls beyond iconik's rate limit")
    .option("--shield-sees-ip <ADDRESS>", "the address from which all calls seem to come")
    .option("--switches", "list the switches and end")
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  if (flags.switches) return void process.stdout.write(listOfSwitches(flags.format));
  const stopped = new Promise<void>((resolve) => {
    process.once("SIGINT", resolve).once("SIGTERM", resolve);
  });
  const sandbox = await startSandbox({
    port: flags.port,
    tenant: flags.tenant,
    seed: flags.seed,
    stateFile: flags.state,
    latency: flags.latency,
    faults: flags.fault,
    switches: flags.switch,
    rateLimit: flags.rateLimit,
    shieldSeesIp: flags.shieldSeesIp,
  });
  const { url, appId, authToken, domainId } = sandbox;
  if (flags.format === "json") process.stdout.write(`${JSON.stringify({ url, appId, authToken, domainId })}\n`);
  else {
    process.stdout.write(
      `export ICONIK_URL=${url}\nexport ICONIK_APP_ID=${appId}\nexport ICONIK_AUTH_TOKEN=${authToken}\n`,
    );
    process.stderr.write(
      `An iconik tenant is at ${url}. Ctrl-C ends it. In a tenant file it is\n  tenant: { domainId: ${domainId} }\n`,
    );
  }
  await stopped;
  await sandbox.close();
}

function listOfSwitches(format: Flags["format"]): string {
  if (format === "json") return `${JSON.stringify(switchTable, undefined, 2)}\n`;
  const values = ({ values, default: initial }: Switch) =>
    typeof values === "string"
      ? `a ${values} [${initial}]`
      : values.map((v) => (v === initial ? `[${v}]` : v)).join(", ");
  const entries = Object.entries<Switch>(switchTable);
  return entries.map(([name, one]) => `${name}: ${values(one)}\n    ${one.doubt}\n`).join("");
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("It has to be a whole number.");
  return Number(text);
}

function port(text: string): number {
  const number = whole(text);
  if (number > 65_535) throw new InvalidArgumentError("Ports end at 65535.");
  return number;
}

/** A wrong value of a flag is a wrong flag. */
function said<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof RangeError ? new InvalidArgumentError(error.message) : error;
  }
}
