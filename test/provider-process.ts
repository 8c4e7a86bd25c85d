// Harness for wire-level tests: Pulumi's own dynamic-provider process, driven over gRPC as the engine drives it, but
// without a CLI. What a test sends and gets are the plain values that cross the wire.
//
//   const provider = await startProvider({ provider: 'exports.handler=()=>require("…").provider("Group")' });
//   onTestFinished(provider.close);
//   const { id, outs } = await provider.create({ name: "Editors" });
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { credentials, type Metadata, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { environment, type Environment, repository } from "./processes.mts";

export type Properties = Record<string, unknown>;

export interface ProviderOptions {
  /** The `__provider` string, sent with all inputs as a resource class does. */
  provider: string;
  /** The process's working folder, from where the string resolves modules; default the repository. */
  folder?: string;
  /** Environment on top of PATH, HOME and the like; nothing else is inherited. */
  env?: Environment;
  /** Stack config by full key ("iconik:url"); see `secret`. */
  config?: Properties;
}

/** The resource exists under this id but is not finished (the engine saves it, and updates it at the next run). */
export interface InitFailed {
  message: string;
  reasons: string[];
}

export interface ProviderProcess {
  readonly pid: number;
  /** What the process printed, without the port that it prints first. */
  readonly stdout: string;
  readonly stderr: string;
  /** The address that the process was given as the engine's. */
  readonly engine: Engine;
  /** Resolves when the process has ended. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Sent once at the start with `ProviderOptions.config`; again to try other values. */
  configure(config: Properties): Promise<void>;
  /** `olds` are the old inputs, {} when there are none. */
  check(olds: Properties, news: Properties): Promise<{ inputs: Properties; failures: CheckFailure[] }>;
  /** `olds` are the old outputs, as they are in state: with `__provider`, if an earlier call returned it. */
  diff(id: string, olds: Properties, news: Properties): Promise<Diff>;
  create(inputs: Properties): Promise<{ id: string; outs: Properties; failed?: InitFailed }>;
  /** `props` are the outputs in state, as for `diff`. An id of "" in the answer says that the resource is gone. */
  read(id: string, props: Properties): Promise<{ id: string; props: Properties; inputs?: Properties }>;
  update(id: string, olds: Properties, news: Properties): Promise<{ outs: Properties; failed?: InitFailed }>;
  delete(id: string, props: Properties): Promise<void>;
  /** Interrupts the process, kills it when it is still there after five seconds, as the engine does. */
  close(): Promise<void>;
}

export interface CheckFailure {
  property: string;
  reason: string;
}

export interface Diff {
  /** "unknown" makes the engine compare inputs itself. */
  changes: "unknown" | "none" | "some";
  replaces: string[];
  deleteBeforeReplace: boolean;
}

export interface Engine {
  address: string;
  /** How many connections are open. */
  connections(): number;
  /** Cuts the open connections; new ones are accepted. */
  drop(): void;
  /** Cuts the open connections and refuses new ones, as when the CLI is killed. */
  close(): Promise<void>;
}

/** A secret value as the engine sends one in `configure`, and as a provider may return one in its outputs. */
export function secret(value: unknown): Properties {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

/**
 * Starts Pulumi's dynamic-provider process and configures it.
 * A call that fails rejects with an Error that has the provider's message.
 */
export async function startProvider(options: ProviderOptions): Promise<ProviderProcess> {
  const engine = await openEngine();
  const script = join(repository, "node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js");
  const child = spawn(process.execPath, [script, engine.address], {
    cwd: options.folder ?? repository,
    env: environment({ PULUMI_NODEJS_PROJECT: "e2e", ...options.env }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const text = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text.stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (text.stderr += chunk));
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", () => {
      const line = /^(\d+)\n/.exec(text.stdout);
      if (line) resolve(line[1]!);
    });
    void exited.then(() => reject(new Error(`the provider process ended at once:\n${text.stdout}${text.stderr}`)));
  });
  const printed = text.stdout.indexOf("\n") + 1;
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
    "grpc.max_receive_message_length": -1, // the engine has no small limit either
  });

  const withProvider = (inputs: Properties) => ({ __provider: options.provider, ...inputs });
  const configure = async (config: Properties) => {
    const request = new messages.ConfigureRequest().setArgs(struct(config)).setAcceptsecrets(true);
    await call<messages.ConfigureResponse>((done) => client.configure(request, done));
  };
  await configure(options.config ?? {});

  return {
    pid: child.pid!,
    get stdout() {
      return text.stdout.slice(printed);
    },
    get stderr() {
      return text.stderr;
    },
    engine,
    exited,
    configure,
    async check(olds, news) {
      const request = new messages.CheckRequest().setOlds(struct(olds)).setNews(struct(withProvider(news)));
      const response = await call<messages.CheckResponse>((done) => client.check(request, done));
      return { inputs: plain(response.getInputs()), failures: response.toObject().failuresList };
    },
    async diff(id, olds, news) {
      const request = new messages.DiffRequest()
        .setId(id)
        .setOlds(struct(olds))
        .setNews(struct(withProvider(news)));
      const response = await call<messages.DiffResponse>((done) => client.diff(request, done));
      return {
        changes: (["unknown", "none", "some"] as const)[response.getChanges()],
        replaces: response.getReplacesList(),
        deleteBeforeReplace: response.getDeletebeforereplace(),
      };
    },
    async create(inputs) {
      const request = new messages.CreateRequest().setProperties(struct(withProvider(inputs)));
      const outcome = await attempt<messages.CreateResponse>((done) => client.create(request, done));
      if ("failed" in outcome) return outcome;
      return { id: outcome.response.getId(), outs: plain(outcome.response.getProperties()) };
    },
    async read(id, props) {
      const request = new messages.ReadRequest().setId(id).setProperties(struct(props));
      const response = await call<messages.ReadResponse>((done) => client.read(request, done));
      const inputs = response.getInputs();
      return { id: response.getId(), props: plain(response.getProperties()), ...(inputs && { inputs: plain(inputs) }) };
    },
    async update(id, olds, news) {
      const request = new messages.UpdateRequest()
        .setId(id)
        .setOlds(struct(olds))
        .setNews(struct(withProvider(news)));
      const outcome = await attempt<messages.UpdateResponse>((done) => client.update(request, done));
      if ("failed" in outcome) return { outs: outcome.outs, failed: outcome.failed };
      return { outs: plain(outcome.response.getProperties()) };
    },
    async delete(id, props) {
      const request = new messages.DeleteRequest().setId(id).setProperties(struct(props));
      await call<Empty>((done) => client.delete(request, done));
    },
    async close() {
      client.close();
      child.kill("SIGINT");
      const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
      await exited;
      clearTimeout(timer);
      await engine.close();
    },
  };
}

/** A listener in the engine's place: a provider that watches its engine connects to it. */
async function openEngine(): Promise<Engine> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.resume().once("close", () => sockets.delete(socket));
    socket.on("error", () => {}); // A provider that was killed resets its connection.
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const drop = () => sockets.forEach((socket) => socket.destroy());
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => sockets.size,
    drop,
    async close() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      drop();
      await closed;
    },
  };
}

type Done<Response> = (error: ServiceError | null, response: Response) => void;

async function call<Response>(send: (done: Done<Response>) => void): Promise<Response> {
  return await new Promise<Response>((resolve, reject) => {
    send((error, response) => (error ? reject(new Error(error.details, { cause: error })) : resolve(response)));
  });
}

/** As `call`, but a resource that exists and is not finished is an outcome, not an error. */
async function attempt<Response>(
  send: (done: Done<Response>) => void,
): Promise<{ response: Response } | { id: string; outs: Properties; failed: InitFailed }> {
  try {
    return { response: await call(send) };
  } catch (error) {
    const { metadata, details } = (error as Error).cause as ServiceError;
    const init = initFailed(metadata);
    if (init === undefined) throw error;
    const failed = { message: details, reasons: init.getReasonsList() };
    return { id: init.getId(), outs: plain(init.getProperties()), failed };
  }
}

function initFailed(metadata: Metadata): messages.ErrorResourceInitFailed | undefined {
  const [status] = metadata.get("grpc-status-details-bin");
  if (!Buffer.isBuffer(status)) return undefined;
  return (
    Status.deserializeBinary(status)
      .getDetailsList()[0]
      ?.unpack(messages.ErrorResourceInitFailed.deserializeBinary, "pulumirpc.ErrorResourceInitFailed") ?? undefined
  );
}

function struct(properties: Properties): Struct {
  return Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);
}

function plain(properties: Struct | undefined): Properties {
  return properties?.toJavaScript() ?? {};
}
