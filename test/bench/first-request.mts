// How long a provider process takes from its start to its first request, driven as the engine drives it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createRequire } from "node:module";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { environment, repository } from "../processes.mts";

const require = createRequire(import.meta.url);
const { credentials } = require("@grpc/grpc-js") as typeof import("@grpc/grpc-js");
const { ResourceProviderClient } =
  require("@pulumi/pulumi/proto/provider_grpc_pb") as typeof import("@pulumi/pulumi/proto/provider_grpc_pb.js");
const messages = require("@pulumi/pulumi/proto/provider_pb") as typeof import("@pulumi/pulumi/proto/provider_pb.js");
const { Struct } =
  require("google-protobuf/google/protobuf/struct_pb.js") as typeof import("google-protobuf/google/protobuf/struct_pb.js");

/** Sends one request when it makes something, by the shortest way that Node has. */
export const emptyProvider =
  'exports.handler=()=>({create:()=>new Promise((done)=>require("http").get(process.env.ICONIK_URL,done).on("error",done))})';
export const ourProvider = 'exports.handler=()=>require("pulumi-iconik/runtime").provider("UserGroup")';

/** Milliseconds until the first request of a process that is told to make one resource of this provider. */
export async function firstRequest(provider: string): Promise<number> {
  // Nothing is made: the request is refused.
  const tenant = createHttpServer((_, response) => void response.writeHead(401).end());
  const first = once(tenant, "request").then(() => performance.now());
  const engine = createServer((socket) => void socket.on("error", () => undefined).resume());
  const [tenantPort, enginePort] = await Promise.all([listening(tenant), listening(engine)]);

  const script = join(repository, "node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js");
  const start = performance.now();
  const child = spawn(process.execPath, [script, `127.0.0.1:${enginePort}`], {
    cwd: repository,
    env: environment({
      ICONIK_URL: `http://127.0.0.1:${tenantPort}`,
      ICONIK_APP_ID: "app",
      ICONIK_AUTH_TOKEN: "token",
    }),
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [port] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
  const client = new ResourceProviderClient(`127.0.0.1:${port.trim()}`, credentials.createInsecure());
  const properties = Struct.fromJavaScript({ name: "Editors", __provider: provider });
  await new Promise((done) =>
    client.configure(new messages.ConfigureRequest().setArgs(Struct.fromJavaScript({})), done),
  );
  const made = new Promise((done) => client.create(new messages.CreateRequest().setProperties(properties), done));
  const milliseconds = (await first) - start;

  await Promise.race([made, once(child, "exit")]);
  client.close();
  child.kill("SIGKILL");
  await once(child, "exit");
  tenant.close().closeAllConnections();
  engine.close();
  return milliseconds;
}

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
