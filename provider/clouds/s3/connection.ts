/** Where an S3-compatible service is, and its calls: signed, in the cloud's words when they fail, repeated when they may be. */

import { createHash } from "node:crypto";
import type { IAMClient } from "@aws-sdk/client-iam";
import type { S3Client } from "@aws-sdk/client-s3";
import type { IconikError } from "../../engine/errors";
import { s3Administrator } from "../administrators";
import {
  cloudError,
  codeOfStatus,
  hasCode,
  peer,
  retrying,
  type CloudErrorCode,
  type CloudSession,
  type InputMarks,
} from "../dynamic";
import { hostOf } from "../addresses";
import type { Connection, IamConnection } from "./inputs";

export { connectionProblems, hostOf } from "../addresses";

const elsewhere = {
  required: true,
  fixed: "refuse",
  instead: "describe what is there under another name",
} as const satisfies InputMarks;
export const connectionInputs = {
  cloud: { required: true, local: true },
  endpoint: elsewhere,
  region: elsewhere,
} as const;
export const iamConnectionInputs = { ...connectionInputs, iamEndpoint: elsewhere } as const;

/** How long one call may take, in milliseconds. */
export const timeouts = { connectionTimeout: 10_000, requestTimeout: 60_000, throwOnRequestTimeout: true };

const keys = (session: CloudSession, { cloud }: Connection) => session.credentials(cloud, s3Administrator);

/** Calls of the S3 service, as the administrator or with other credentials. */
export const s3Of = (
  session: CloudSession,
  connection: Connection,
  credentials = keys(session, connection),
): Calls<S3Client> => ({
  client: session.shared(`s3 ${connection.endpoint} ${connection.region} ${credentials.accessKeyId}`, async () => {
    const { S3Client } = await peer("@aws-sdk/client-s3", () => import("@aws-sdk/client-s3"));
    const client = new S3Client({
      endpoint: connection.endpoint,
      region: connection.region,
      credentials,
      forcePathStyle: true,
      maxAttempts: 1,
      requestHandler: timeouts,
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    });
    // Services older than the checksums that the SDK sends want the digest that S3 began with.
    client.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { headers: Record<string, string>; body?: unknown };
        const checksums = Object.keys(request.headers).filter((name) => /^x-amz-(checksum-|sdk-checksum-)/.test(name));
        if (checksums.length > 0 && typeof request.body === "string") {
          for (const name of checksums) delete request.headers[name];
          request.headers["content-md5"] = createHash("md5").update(request.body).digest("base64");
        }
        return next(args);
      },
      { step: "build", priority: "low", name: "contentMd5" },
    );
    return client;
  }),
  session,
  host: hostOf(connection.endpoint),
});

/** Calls of the IAM service. They are signed for us-east-1 wherever it is. */
export const iamOf = (session: CloudSession, connection: IamConnection): Calls<IAMClient> => ({
  client: session.shared(`iam ${connection.iamEndpoint} ${connection.cloud}`, async () => {
    const { IAMClient } = await peer("@aws-sdk/client-iam", () => import("@aws-sdk/client-iam"));
    return new IAMClient({
      endpoint: connection.iamEndpoint,
      region: "us-east-1",
      credentials: keys(session, connection),
      maxAttempts: 1,
      requestHandler: timeouts,
    });
  }),
  session,
  host: hostOf(connection.iamEndpoint),
});

export interface Calls<Client> {
  client: Promise<Client>;
  session: CloudSession;
  host: string;
}

/**
 * One call. `once`: it makes something new, so it is not repeated when its answer is lost.
 * @param send sends a command with the client: `(client) => client.send(new sdk.…Command(…))`
 */
export async function call<Client, Answer>(
  { client, session, host }: Calls<Client>,
  operation: string,
  send: (client: Client) => Promise<Answer>,
  { once = false } = {},
): Promise<Answer> {
  const opened = await client;
  const attempt = () =>
    send(opened).catch((error: unknown) => {
      throw failure(error, operation, host);
    });
  return retrying(session, attempt, { once });
}

/** The answer, or undefined where the service says that there is no such thing. */
export async function present<Answer>(asking: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (hasCode(error, "not-found")) return undefined;
    throw error;
  }
}

/** Error names that say more than their status. */
const codesByName: readonly [RegExp, CloudErrorCode][] = [
  [
    /^(InvalidAccessKeyId|SignatureDoesNotMatch|InvalidClientTokenId|AuthFailure|ExpiredToken|InvalidToken|RequestTimeTooSkewed|UnrecognizedClientException)/,
    "unauthorized",
  ],
  [/^(AccessDenied|AccessForbidden|Forbidden|UnauthorizedAccess)/, "forbidden"],
  [/^(NoSuch|NotFound|.*ConfigurationNotFound)/, "not-found"],
  [/^(SlowDown|Throttl|TooManyRequests|RequestLimitExceeded)/, "rate-limited"],
  [/^(NotImplemented|MethodNotAllowed|UnsupportedOperation|InvalidAction$|XNotImplemented)/, "unsupported"],
  [
    /^(LimitExceeded|EntityAlreadyExists|BucketAlready|BucketNotEmpty|DeleteConflict|OperationAborted|ConcurrentModification)/,
    "conflict",
  ],
];

/** Failures of the connection after which the request cannot have arrived. */
const neverArrived =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;

function failure(error: unknown, operation: string, host: string): IconikError {
  const {
    name = "",
    message = "",
    code: systemCode = "",
    $metadata,
  } = error as { name?: string; message?: string; code?: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  const place = `${operation} at ${host}`;
  if (status === undefined || status < 300) {
    const isTimeout = name === "TimeoutError" || /^(ETIMEDOUT|ESOCKETTIMEDOUT)/.test(systemCode);
    const acted = neverArrived.test(systemCode) ? undefined : "unknown";
    const code = isTimeout ? "timed-out" : status === undefined ? "unreachable" : "bad-answer";
    return cloudError({
      code,
      operation,
      acted,
      message: `${place} got no answer: ${systemCode || name}${message ? ` (${message})` : ""}. Check the address and the network, then run again`,
      cause: error,
    });
  }
  const code = codesByName.find(([pattern]) => pattern.test(name))?.[1] ?? codeOfStatus(status);
  const acted = status >= 500 && code !== "rate-limited" && code !== "unsupported" ? "unknown" : undefined;
  const said = [name, message].filter((part) => part && part !== "Unknown" && part !== "UnknownError").join(": ");
  return cloudError({
    code,
    operation,
    status,
    acted,
    message: `${place} answered ${status}${said && `: ${said}`}${advice[code] ?? ""}`,
    cause: error,
  });
}

const advice: Partial<Record<CloudErrorCode, string>> = {
  unauthorized: ". Check the administrator's access key in the environment, and that it belongs to this service",
  forbidden: ". The administrator's access key needs the permission for this call",
  "rate-limited": ". Try again later",
  unavailable: ". Try again later",
};

/** Id of the account: S3 tells who owns the list of buckets. An administrator who may not list them is believed. */
export const accountOf = (session: CloudSession, connection: Connection): Promise<string | undefined> =>
  session.shared(`account ${connection.endpoint} ${connection.cloud}`, async () => {
    const { ListBucketsCommand } = await peer("@aws-sdk/client-s3", () => import("@aws-sdk/client-s3"));
    try {
      const { Owner } = await call(s3Of(session, connection), "ListBuckets", (client) =>
        client.send(new ListBucketsCommand({})),
      );
      return Owner?.ID || undefined;
    } catch (error) {
      if (hasCode(error, "forbidden", "unsupported")) return undefined;
      throw error;
    }
  });
