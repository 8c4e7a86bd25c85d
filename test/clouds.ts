// Components on Pulumi's mocks: everything that a program registers, as it goes over the wire to the engine.
import * as pulumi from "@pulumi/pulumi";

export interface Cloud {
  /** What a data source answers, by its token; an Error is its failure. */
  answers?: Record<string, (inputs: any) => unknown>;
  /** What the cloud adds to what a resource was given. */
  outputs?: (type: string, inputs: any) => Record<string, unknown>;
  /** A preview: what the cloud would add is not known yet. */
  preview?: boolean;
  config?: Record<string, string>;
}

export interface Registered {
  inputs: any;
  protect?: true;
  retainOnDelete?: true;
  ignoreChanges?: string[];
  /** Those whose values it has, and those that it was told to wait for. */
  dependsOn?: string[];
}

/** Of Pulumi's mocks, as far as it is looked at here. */
interface Monitor {
  newUrn(parent: string, type: string, name: string): string;
  registerResource(request: any, callback: unknown): Promise<void>;
}

/** Type without its package and a name, as `Bucket acme`. */
const title = (urn: string): string => {
  const [type = "", name = ""] = urn.split("::").slice(2);
  return `${type.split(/[:$]/).at(-1)} ${name}`;
};

/**
 * Runs the program until nothing is under way any more. `made`: by `Type name`. `failed`: what the program would fail
 * with once it runs; what it throws at once is thrown.
 */
export async function provision<T>(
  program: () => T,
  { answers = {}, outputs = () => ({}), preview = false, config = {} }: Cloud = {},
): Promise<{
  result: T;
  made: Record<string, Registered>;
  asked: { token: string; inputs: any }[];
  said: string[];
  failed: Error | undefined;
}> {
  const made: Record<string, Registered> = {};
  const asked: { token: string; inputs: any }[] = [];
  const said: string[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom }) => ({
        // Unknown in previews, as of the engine.
        id: preview && custom ? undefined : `${name}-id`,
        state: { ...inputs, ...(preview ? {} : outputs(type, inputs)) },
      }),
      call: ({ token, inputs }) => {
        asked.push({ token, inputs });
        const answer = answers[token]?.(inputs);
        if (answer === undefined) throw new Error(`nobody answers ${token}`);
        // As gRPC has it.
        if (answer instanceof Error) throw Object.assign(answer, { details: answer.message });
        return answer as Record<string, unknown>;
      },
    },
    "newsroom",
    "dev",
    preview,
  );
  pulumi.runtime.setAllConfig(config);
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = async (request, callback) => {
    const urn = monitor.newUrn(request.getParent(), request.getType(), request.getName());
    const dependencies = (request.getDependenciesList() as string[]).map(title).sort();
    made[title(urn)] = {
      inputs: request.getObject().toJavaScript(),
      ...(request.getProtect() && { protect: true }),
      ...(request.getRetainondelete() && { retainOnDelete: true }),
      ...(request.getIgnorechangesList().length > 0 && { ignoreChanges: request.getIgnorechangesList() }),
      ...(dependencies.length > 0 && { dependsOn: dependencies }),
    };
    return register(request, callback);
  };
  // Everything that waits for what failed fails too, and whoever runs the program is told of each; here, of the first.
  const failures: unknown[] = [];
  const tell = (reason: unknown) => void failures.push(reason);
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", tell);
  const log = { info: pulumi.log.info, warn: pulumi.log.warn };
  Object.assign(pulumi.log, {
    info: (text: string) => said.push(text),
    warn: (text: string) => said.push(`warning: ${text}`),
  });
  try {
    const result = program();
    // Until nothing follows from an answer any more; a program itself runs until Node has nothing left to do.
    for (let before = -1, count = 0; before !== count; count = Object.keys(made).length + asked.length) {
      before = count;
      await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return { result, made, asked, said, failed: failures[0] as Error | undefined };
  } finally {
    process.removeListener("unhandledRejection", tell);
    for (const other of others) process.on("unhandledRejection", other);
    Object.assign(pulumi.log, log);
  }
}

/** An output's value; undefined while it is not known. */
export const valueOf = <T>(output: pulumi.Output<T>): Promise<T> =>
  (output as unknown as { promise(): Promise<T> }).promise();

/** An output, as far as whoever uses it can tell. */
export async function about(output: pulumi.Output<unknown>) {
  const { isKnown, isSecret, allResources } = output as unknown as {
    isKnown: Promise<boolean>;
    isSecret: Promise<boolean>;
    allResources(): Promise<Set<pulumi.Resource>>;
  };
  const urns = await Promise.all([...(await allResources())].map(({ urn }) => valueOf(urn)));
  return { value: await valueOf(output), known: await isKnown, secret: await isSecret, after: urns.map(title).sort() };
}
