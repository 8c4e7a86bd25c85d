// The old key of an identity that @pulumi/aws or @pulumi/gcp made goes when iconik has the new one: on a real IAM, and on
// a server that answers as Google documents it. The keys themselves are made here, as the SDKs would make them.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { CreateAccessKeyCommand, CreateUserCommand } from "@aws-sdk/client-iam";
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { noS3Server, opened } from "./opened.ts";
import { createCloudStack, type CloudStack, type Described } from "./cloud-stack.ts";
import { keyIds, openScene, type Scene } from "./clouds/s3-scene.ts";

function stackOf(env: Record<string, string | undefined>): CloudStack {
  const stack = createCloudStack({ ICONIK_ADOPT: undefined, ...env });
  onTestFinished(() => void vi.restoreAllMocks());
  return stack;
}

describe("of a user of AWS", () => {
  const { given, there } = opened(openScene, (scene) => scene.close(), noS3Server);
  afterEach(() => {
    const scene = there();
    if (scene) Object.assign(scene.iam, { fault: () => undefined });
  });

  const environment = (real: Scene) => ({
    AWS_ENDPOINT_URL_IAM: real.iam.url,
    AWS_ACCESS_KEY_ID: real.server.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: real.server.credentials.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/nonexistent",
    AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
    AWS_PROFILE: undefined,
  });
  const retired = (user: string, current: string): Described[] => [
    { name: "old keys", kind: "AwsRetiredKeys", inputs: () => ({ user, current, region: "us-east-1" }) },
  ];
  const keyOf = async ({ owner }: Scene, UserName: string) =>
    (await owner.iam.send(new CreateAccessKeyCommand({ UserName }))).AccessKey!.AccessKeyId!;
  async function userWithKey(real: Scene, name: string): Promise<string> {
    await real.owner.iam.send(new CreateUserCommand({ UserName: name }));
    return keyOf(real, name);
  }

  it("is left while it is the only one, and deleted when another is current", async (context) => {
    const real = given(context);
    const stack = stackOf(environment(real));
    const old = await userWithKey(real, "iconik-a");
    expect(await stack.up(retired("iconik-a", old))).toEqual({ "old keys": "created" });
    expect(await stack.refresh()).toEqual({});
    expect(await stack.up(retired("iconik-a", old))).toEqual({ "old keys": "same" });
    const now = await keyOf(real, "iconik-a");
    expect(await keyIds(real, "iconik-a")).toHaveLength(2);
    expect(await stack.up(retired("iconik-a", now))).toEqual({ "old keys": "updated" });
    expect(await keyIds(real, "iconik-a")).toEqual([now]);
    expect(stack.printed()).toContain(`access key ${old} of user iconik-a is retired and was deleted`);
    await stack.destroy();
    expect(await keyIds(real, "iconik-a")).toEqual([now]);
  });

  it("is not deleted by whoever does not know the current one, nor when AWS refuses, and is by the next run", async (context) => {
    const real = given(context);
    const stack = stackOf(environment(real));
    const old = await userWithKey(real, "iconik-b");
    await stack.up(retired("iconik-b", old));
    await expect(stack.up(retired("iconik-b", "AKIAOFANOTHERACCOUNT"))).rejects.toThrow(
      new RegExp(
        `user iconik-b has no key AKIAOFANOTHERACCOUNT in the account of these credentials.*aws iam delete-access-key --user-name iconik-b --access-key-id ${old}`,
      ),
    );
    const now = await keyOf(real, "iconik-b");
    for (const fault of [403, "before"] as const) {
      real.iam.fault = (request) => (request === "DeleteAccessKey" ? fault : undefined);
      await expect(stack.up(retired("iconik-b", now))).rejects.toThrow(
        fault === 403 ? /DeleteAccessKey at AWS answered 403/ : /DeleteAccessKey at AWS got no answer/,
      );
      expect(new Set(await keyIds(real, "iconik-b"))).toEqual(new Set([old, now]));
    }
    // Done, and nobody heard of it.
    let left = 1;
    real.iam.fault = (request) => (request === "DeleteAccessKey" && left-- > 0 ? "after" : undefined);
    await stack.up(retired("iconik-b", now));
    expect(await keyIds(real, "iconik-b")).toEqual([now]);
    expect(await stack.up(retired("iconik-b", now))).toEqual({ "old keys": "same" });
  });

  it("is not touched when it is not the one before, and that is told", async (context) => {
    const real = given(context);
    const stack = stackOf(environment(real));
    const theirs = await userWithKey(real, "iconik-c");
    await stack.up(retired("iconik-c", "AKIAGONEALREADY00000"));
    const now = await keyOf(real, "iconik-c");
    await stack.up(retired("iconik-c", now));
    expect(new Set(await keyIds(real, "iconik-c"))).toEqual(new Set([theirs, now]));
    expect(stack.printed()).toContain(`user iconik-c has another key, ${theirs}`);
  });

  it("without credentials is told, with how to do it by hand", async (context) => {
    const real = given(context);
    const stack = stackOf({ ...environment(real), AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined });
    await stack.up(retired("iconik-d", "AKIAOLD"));
    await expect(stack.up(retired("iconik-d", "AKIANEW"))).rejects.toThrow(
      /AWS's SDK finds no credentials.*Set AWS_PROFILE.*--access-key-id AKIAOLD/,
    );
    expect(stack.state.get("old keys")!.inputs.current).toBe("AKIAOLD");
  });
});

describe("of a service account of Google Cloud", () => {
  const account = "iconik-delivery@acme-media.iam.gserviceaccount.com";
  const nameOf = (id: string) => `projects/acme-media/serviceAccounts/${account}/keys/${id}`;
  const google = {
    keys: new Set<string>(),
    requests: [] as string[],
    refuse: undefined as string | undefined,
    url: "",
    token: "ya29.example-token",
  };

  beforeAll(async () => {
    const server = createServer((request: IncomingMessage, response: ServerResponse) => {
      const { pathname, searchParams } = new URL(request.url!, "http://x");
      const answer = (status: number, body: unknown) =>
        response
          .writeHead(status, { "content-type": "application/json", "metadata-flavor": "Google" })
          .end(JSON.stringify(body));
      // The machine's own credentials, as on a machine of Google's.
      if (pathname.startsWith("/computeMetadata/v1/instance"))
        return answer(
          200,
          pathname.endsWith("/token") ? { access_token: google.token, expires_in: 3_600, token_type: "Bearer" } : {},
        );
      google.requests.push(`${request.method} ${pathname}`);
      if (google.refuse === request.method)
        return answer(403, { error: { code: 403, message: "no", status: "PERMISSION_DENIED" } });
      if (request.headers.authorization !== `Bearer ${google.token}`)
        return answer(401, {
          error: { code: 401, message: "Request had invalid authentication credentials.", status: "UNAUTHENTICATED" },
        });
      const [, id] =
        /^\/v1\/projects\/-\/serviceAccounts\/[^/]+\/keys(?:\/([^/]+))?$/.exec(decodeURIComponent(pathname)) ?? [];
      if (request.method === "GET") {
        // Keys that Google makes and turns over itself are nobody's to delete.
        const managed = searchParams.get("keyTypes") === "USER_MANAGED" ? [] : ["google-s-own"];
        return answer(200, { keys: [...google.keys, ...managed].map((one) => ({ name: nameOf(one) })) });
      }
      return google.keys.delete(id!)
        ? answer(200, {})
        : answer(404, {
            error: { code: 404, message: `Service account key ${id} does not exist.`, status: "NOT_FOUND" },
          });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    google.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return () => (server.closeAllConnections(), server.close());
  });
  beforeEach(() => void Object.assign(google, { keys: new Set(["1"]), requests: [], refuse: undefined }));

  const environment = () => ({
    GOOGLE_IAM_CUSTOM_ENDPOINT: `${google.url}/v1/`,
    GOOGLE_OAUTH_ACCESS_TOKEN: google.token,
    GOOGLE_CREDENTIALS: undefined,
    GOOGLE_APPLICATION_CREDENTIALS: undefined,
    GCE_METADATA_HOST: undefined,
    CLOUDSDK_CONFIG: "/nonexistent",
  });
  const retired = (id: string): Described[] => [
    { name: "old keys", kind: "GcpRetiredKeys", inputs: () => ({ account, current: nameOf(id) }) },
  ];

  it("is left while it is the only one, and deleted when another is current; no other is", async () => {
    const stack = stackOf(environment());
    expect(await stack.up(retired("1"))).toEqual({ "old keys": "created" });
    expect(await stack.refresh()).toEqual({});
    expect(google.requests).toEqual([]);
    google.keys.add("theirs").add("2");
    expect(await stack.up(retired("2"))).toEqual({ "old keys": "updated" });
    expect([...google.keys]).toEqual(["theirs", "2"]);
    expect(stack.printed()).toMatch(
      /key 1 of service account \S+ is retired and was deleted[^]*has other keys, which are not of this stack: theirs/,
    );
    expect(await stack.up(retired("2"))).toEqual({ "old keys": "same" });
    await stack.destroy();
    expect([...google.keys]).toEqual(["theirs", "2"]);
  });

  it("is deleted with the credentials of the machine, or of a file, as Google's own tools find them", async () => {
    const stack = stackOf({
      ...environment(),
      GOOGLE_OAUTH_ACCESS_TOKEN: undefined,
      GCE_METADATA_HOST: google.url.replace("http://", ""),
    });
    await stack.up(retired("1"));
    google.keys.add("2");
    await stack.up(retired("2"));
    expect([...google.keys]).toEqual(["2"]);
    expect(stack.printed()).not.toContain(google.token);

    google.keys.add("3");
    for (const credentials of ["/nonexistent/key.json", '{"type": "service_account", ']) {
      stack.restart({ GOOGLE_CREDENTIALS: credentials });
      await expect(stack.up(retired("3"))).rejects.toThrow(
        /GOOGLE_CREDENTIALS is no key of a service account, as JSON or in a file/,
      );
    }
    stack.restart({
      GOOGLE_CREDENTIALS:
        '{"type": "service_account", "client_email": "admin@acme-media.iam.gserviceaccount.com", "private_key": "canary-private-key"}',
    });
    const failure = await stack.up(retired("3")).catch((error: Error) => error.message);
    expect(failure).toMatch(
      /Google's credentials to delete old keys with are not there.*gcloud iam service-accounts keys delete 2 --iam-account/,
    );
    expect(`${failure}${stack.printed()}`).not.toContain("canary-private-key");
    expect([...google.keys]).toEqual(["2", "3"]);
  });

  it("is left when Google refuses, or does not know the current one, and deleted by the next run", async () => {
    const stack = stackOf(environment());
    await stack.up(retired("1"));
    await expect(stack.up(retired("2"))).rejects.toThrow(/has no key 2, so the old one was not deleted/);
    google.keys.add("2");
    for (const on of ["GET", "DELETE"]) {
      google.refuse = on;
      await expect(stack.up(retired("2"))).rejects.toThrow(
        new RegExp(
          `Google answered 403 to ${on}.*need iam\\.serviceAccountKeys\\.list and iam\\.serviceAccountKeys\\.delete`,
        ),
      );
      expect([...google.keys]).toEqual(["1", "2"]);
    }
    google.refuse = undefined;
    await stack.up(retired("2"));
    expect([...google.keys]).toEqual(["2"]);
  });
});
