// A certificate authority of our own, and servers on loopback with its certificates: real TLS, with the `openssl` of
// the machine.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, RequestListener } from "node:http";
import { createServer, type Server } from "node:https";
import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** As `node:https` takes it. */
export interface Certificate {
  key: string;
  cert: string;
}

export interface Authority extends Disposable {
  /** Path of the authority's own certificate: a value for NODE_EXTRA_CA_CERTS. */
  file: string;
  /** A certificate for a host name, signed by the authority. */
  issue(host: string): Certificate;
  /** The same, signed by nobody but itself. */
  selfSigned(host: string): Certificate;
}

export function openAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), "iconik-ca-"));
  const openssl = (...args: string[]) => void execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const key = (name: string) => openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", `${name}.key`);
  const read = (name: string): Certificate => ({
    key: readFileSync(join(folder, `${name}.key`), "utf8"),
    cert: readFileSync(join(folder, `${name}.crt`), "utf8"),
  });
  key("ca");
  openssl("req", "-x509", "-new", "-key", "ca.key", "-subj", "/CN=Example authority", "-days", "2", "-out", "ca.crt");
  let count = 0;
  const issue = (host: string, signer: string[]): Certificate => {
    const name = `leaf${(count += 1)}`;
    key(name);
    writeFileSync(join(folder, `${name}.ext`), `subjectAltName=DNS:${host}\n`);
    openssl("req", "-new", "-key", `${name}.key`, "-subj", `/CN=${host}`, "-out", `${name}.csr`);
    openssl(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      ...(signer.length > 0 ? signer : ["-signkey", `${name}.key`]),
      "-days",
      "2",
      "-extfile",
      `${name}.ext`,
      "-out",
      `${name}.crt`,
    );
    return read(name);
  };
  return {
    file: join(folder, "ca.crt"),
    issue: (host) => issue(host, ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial"]),
    selfSigned: (host) => issue(host, []),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

export interface TlsServer extends AsyncDisposable {
  port: number;
  /** Requests that came through: their method, path and headers. */
  asked: Pick<IncomingMessage, "method" | "url" | "headers">[];
}

export async function serveTls(certificate: Certificate, listener: RequestListener): Promise<TlsServer> {
  const asked: TlsServer["asked"] = [];
  const server: Server = createServer(certificate, (incoming, response) => {
    asked.push(incoming);
    listener(incoming, response);
  });
  server.on("tlsClientError", () => {}); // A client that does not accept the certificate hangs up.
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Passes everything on to the server at `url`, over plain HTTP. */
export const passOn =
  (url: string): RequestListener =>
  (incoming, response) => {
    const { method, headers } = incoming;
    const onward = request(
      new URL(incoming.url!, url),
      { method, headers: { ...headers, host: new URL(url).host } },
      (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on("error", () => response.destroy());
    incoming.pipe(onward);
  };
