// A stack of iconik resources on Pulumi's real provider process: the calls an engine makes for one resource, in its
// order, with its rules (secrets opened before a call, old inputs to check, old outputs to diff). No CLI.
import { isDeepStrictEqual } from "node:util";
import { providerText } from "../provider/protocol/wire";
import type { Sandbox } from "../provider/sandbox";
import { type Properties, type ProviderProcess, startProvider } from "./provider-process.ts";

const signature = "4dabf18193072939515e22adb298388d";

export interface Entry {
  kind: string;
  id: string;
  inputs: Properties;
  outputs: Properties;
  /** The resource is there, and what belongs to it is not done. */
  unfinished?: string;
}

export type Outcome = "created" | "same" | "updated" | "replaced" | "unfinished";

export interface Stack {
  readonly provider: ProviderProcess;
  readonly state: Map<string, Entry>;
  /** Brings one resource to the wanted inputs. Rejects with the provider's words. */
  up(name: string, kind: string, inputs: Properties, options?: Properties): Promise<Outcome>;
  /** Reads what is there: the names of inputs that drifted, or `gone`. */
  refresh(name: string): Promise<string[] | "gone">;
  remove(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Environment that points a provider at a sandbox; with a name, an `IconikProvider` of that name. */
export const environmentOf = (
  sandbox: Pick<Sandbox, "url" | "appId" | "authToken">,
  name?: string,
): Record<string, string> => {
  const prefix = name ? `ICONIK_${name}_` : "ICONIK_";
  return {
    [`${prefix}URL`]: sandbox.url,
    [`${prefix}APP_ID`]: sandbox.appId,
    [`${prefix}AUTH_TOKEN`]: sandbox.authToken,
  };
};

/** Deleting and emptying are what most tests are about, and no accident. */
export const mayDelete = {
  ICONIK_ALLOW: `[{ delete: "*" }, { empty: "*" }, ${["userGroups", "teams", "roleGroups", "storages", "aclTemplates", "applications", "exportLocations", "groupMappings"].map((section) => `{ delete: "${section}/*" }`).join(", ")}]`,
};

export async function createStack(
  sandbox: Pick<Sandbox, "url" | "appId" | "authToken">,
  {
    env = {},
    config = {},
    state = new Map(),
    retained = false,
  }: { env?: Record<string, string>; config?: Properties; state?: Map<string, Entry>; retained?: boolean } = {},
): Promise<Stack> {
  const provider = await startProvider({
    provider: "",
    config,
    env: { ...environmentOf(sandbox), ...mayDelete, ...env },
  });

  async function make(name: string, kind: string, inputs: Properties): Promise<Outcome> {
    const { id, outs, failed } = await provider.create(opened(inputs));
    state.set(name, { kind, id, inputs, outputs: outs, ...(failed && { unfinished: failed.message }) });
    return failed ? "unfinished" : "created";
  }

  return {
    provider,
    state,
    async up(name, kind, wanted, options = {}) {
      const before = state.get(name);
      const news = { ...wanted, __options: { ...options }, __provider: providerText(kind) };
      const { inputs, failures } = await provider.check(before ? opened(before.inputs) : {}, news);
      if (failures.length > 0)
        throw new Error(failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
      if (!before) return make(name, kind, inputs);
      const diff = await provider.diff(before.id, opened(before.outputs), opened(inputs));
      const changed =
        diff.changes === "unknown"
          ? !isDeepStrictEqual(opened(before.inputs), opened(inputs))
          : diff.changes === "some";
      if (!changed && !before.unfinished) {
        before.inputs = inputs;
        return "same";
      }
      if (diff.replaces.length > 0 && !diff.deleteBeforeReplace) {
        const outcome = await make(name, kind, inputs);
        if (!retained) await provider.delete(before.id, opened(before.outputs));
        return outcome === "created" ? "replaced" : "unfinished";
      }
      if (diff.replaces.length > 0) {
        // Old one first: the provider asks for it.
        await provider.delete(before.id, opened(before.outputs));
        state.delete(name);
        return (await make(name, kind, inputs)) === "created" ? "replaced" : "unfinished";
      }
      const { outs, failed } = await provider.update(before.id, opened(before.outputs), opened(inputs));
      state.set(name, { ...before, inputs, outputs: outs, unfinished: failed?.message });
      return failed ? "unfinished" : "updated";
    },
    async refresh(name) {
      const entry = state.get(name)!;
      const { id, props, inputs } = await provider.read(entry.id, opened(entry.outputs));
      if (id === "") {
        state.delete(name);
        return "gone";
      }
      const [before, now] = [opened(entry.inputs), opened(inputs ?? {})];
      state.set(name, {
        ...entry,
        inputs: { ...(entry.inputs.__options !== undefined && { __options: entry.inputs.__options }), ...inputs },
        outputs: props,
        unfinished: undefined,
      });
      return Object.keys({ ...before, ...now }).filter(
        (key) => !key.startsWith("__") && !isDeepStrictEqual(before[key], now[key]),
      );
    },
    async remove(name) {
      const entry = state.get(name)!;
      await provider.delete(entry.id, opened(entry.outputs));
      state.delete(name);
    },
    close: () => provider.close(),
  };
}

/** Secrets are opened before a provider that does not ask for them sees them. */
export function opened(properties: Properties): Properties {
  const open = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(open);
    if (typeof value !== "object" || value === null) return value;
    if (signature in value) return open((value as unknown as { value: unknown }).value);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, open(inner)]));
  };
  return open(properties) as Properties;
}
