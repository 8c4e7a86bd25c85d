// The sandbox in a process of its own, so that it takes no time from whatever is measured. Started by tenant.mts, with
// the sandbox's options as JSON; talks to its parent and ends with it.
import { createRequire } from "node:module";
import type * as Sandbox from "../../provider/sandbox/index.ts";

const { startSandbox } = createRequire(import.meta.url)("../../dist/sandbox/index.js") as typeof Sandbox;

const sandbox = await startSandbox(JSON.parse(process.argv[2]!) as Sandbox.SandboxOptions);
process.on("message", (switches: Partial<Sandbox.Switches>) => {
  sandbox.set(switches);
  const { requests } = sandbox;
  const paths = requests.map(({ path, query }) =>
    [path, new URLSearchParams(query).toString()].filter(Boolean).join("?"),
  );
  process.send!({ total: requests.length, refused: requests.filter(({ status }) => status === 429).length, paths });
  sandbox.clearRequests();
});
process.once("disconnect", () => process.exit());
process.send!({ url: sandbox.url, appId: sandbox.appId, authToken: sandbox.authToken });
