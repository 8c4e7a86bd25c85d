// A real S3 server with a real IAM, for tests: versitygw, built with Go from its tagged module, once per machine.
//
//   node test/s3-server/s3-server.mts     builds it and prints where it is
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cache, executable, goBuild, progress, temporary } from "../go-build.mts";

export interface S3Server {
  /** `http://127.0.0.1:<port>`; buckets in the path. */
  s3: string;
  iam: string;
  region: "us-east-1";
  /** Its owner. */
  credentials: { accessKeyId: string; secretAccessKey: string };
  stop(): Promise<void>;
}

/** As required in go.mod. */
const version = "1.8.0";
const program = "versitygw";

/**
 * The program, built when it is not there: about a minute on two cores.
 * @throws Error "go is not installed", or why it cannot be built
 */
export async function s3ServerProgram(): Promise<string> {
  const target = join(cache, `${program}-${version}`);
  if (executable(join(target, program))) return join(target, program);
  const folder = await temporary();
  try {
    progress(`Building ${program} ${version} with Go, once: about a minute`);
    const source = dirname(fileURLToPath(import.meta.url));
    await goBuild(source, "github.com/versity/versitygw/cmd/versitygw", join(folder, program), ["-ldflags", "-s -w"]);
    // When another process was first, its folder stays.
    await rename(folder, target).catch((error: unknown) => {
      if (!executable(join(target, program))) throw error;
    });
    return join(target, program);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Starts a server that holds nothing, on loopback; what it keeps goes when it stops. */
export async function startS3Server(): Promise<S3Server> {
  const binary = await s3ServerProgram();
  const folder = mkdtempSync(join(tmpdir(), "pulumi-iconik-s3-"));
  for (const name of ["iam", "meta", "s3", "versions"]) mkdirSync(join(folder, name));
  const credentials = { accessKeyId: "owner", secretAccessKey: "owner-secret" };
  const socket = join(folder, "iam.sock");
  const [iamPort, s3Port] = [await freePort(), await freePort()];
  const start = (name: string, port: number, ...args: string[]): Started => {
    const log = join(folder, `${name}.log`);
    const output = openSync(log, "w");
    const { accessKeyId, secretAccessKey } = credentials;
    const common = ["--access", accessKeyId, "--secret", secretAccessKey, "-p", `127.0.0.1:${port}`, "--quiet"];
    const child = spawn(binary, [...common, ...args], { stdio: ["ignore", output, output], cwd: folder });
    return { child, log, port };
  };
  const started: Started[] = [];
  const kill = () => started.forEach(({ child }) => child.kill("SIGKILL"));
  // Also when the tests end in another way than they should.
  process.once("exit", kill);
  const stop = async () => {
    process.off("exit", kill);
    await Promise.all(
      started.map(async ({ child }) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGKILL");
        await ended;
      }),
    );
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    // The S3 side asks the IAM side who somebody is, and must find it there.
    started.push(start("iam", iamPort, "iam", "--dir", join(folder, "iam"), "--private-ports", socket));
    await listening(started[0]!);
    const posix = [
      "posix",
      "--sidecar",
      join(folder, "meta"),
      "--versioning-dir",
      join(folder, "versions"),
      join(folder, "s3"),
    ];
    started.push(start("s3", s3Port, "--iam-standalone-endpoint", socket, ...posix));
    await listening(started[1]!);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    s3: `http://127.0.0.1:${s3Port}`,
    iam: `http://127.0.0.1:${iamPort}`,
    region: "us-east-1",
    credentials,
    stop,
  };
}

interface Started {
  child: ChildProcess;
  log: string;
  port: number;
}

async function listening({ child, log, port }: Started): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${program} ended: ${readFileSync(log, "utf8").slice(-2_000)}`);
    if (await answers(port)) return;
    if (Date.now() > deadline)
      throw new Error(`${program} does not listen: ${readFileSync(log, "utf8").slice(-2_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => (socket.destroy(), resolve(true))).once("error", () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

if (import.meta.main) {
  s3ServerProgram().then(
    (path) => console.log(path),
    (error: Error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
  );
}
