/**
 * IBM Cloud as far as a bucket and the identities of its storages need it: tokens and service ids (IAM Identity), roles
 * and policies (IAM Policy Management), service credentials (Resource Controller). Over HTTP: IBM's own client
 * (@ibm-cloud/platform-services) brings axios and fourteen more packages for these fifteen calls, and repeats POSTs by
 * itself. Paths and fields: https://cloud.ibm.com/apidocs.
 */
import { keepSecret } from "../../engine/redact";
import { codeOfStatus } from "../dynamic/errors";
import { apiUrl, type CloudAnswer, CloudFailure, type CloudRequest, type Http, parsed, said } from "../http";

export interface IbmAdministrator {
  apiKey: string;
  /** Default: `https://iam.cloud.ibm.com`. */
  iam?: string;
  /** Default: `https://resource-controller.cloud.ibm.com`. */
  resourceController?: string;
}

/** What a call needs besides its path. */
export interface IbmCall {
  method: CloudRequest["method"];
  query?: Record<string, string>;
  body?: unknown;
  /** The version that is changed: somebody else's change in between is refused. */
  ifMatch?: string;
  /** The same when it is done twice. Default: of all but POST. */
  repeatable?: boolean;
}

export interface IbmApi {
  /** A call with the administrator's token, its answer as it is. Of a 401 another token is got, once. */
  send(request: Omit<CloudRequest, "repeatable"> & { repeatable?: boolean }): Promise<CloudAnswer>;
  /** A call of IAM; `undefined`: IBM says that there is no such thing. */
  iam<T = any>(path: string, call: IbmCall): Promise<{ body: T; etag: string } | undefined>;
  /** A call of the Resource Controller. */
  resources<T = any>(path: string, call: IbmCall): Promise<{ body: T; etag: string } | undefined>;
}

/** Nothing is sent before the first call. */
export function ibmApi(administrator: IbmAdministrator, http: Http): IbmApi {
  const {
    apiKey,
    iam = "https://iam.cloud.ibm.com",
    resourceController = "https://resource-controller.cloud.ibm.com",
  } = administrator;
  keepSecret(apiKey);
  const hosts = {
    iam: apiUrl(iam, "IBMCLOUD_IAM_API_ENDPOINT"),
    resources: apiUrl(resourceController, "IBMCLOUD_RESOURCE_CONTROLLER_API_ENDPOINT"),
  };
  let token: Promise<string> | undefined;

  async function authorize(): Promise<string> {
    const answer = await http.send({
      method: "POST",
      url: `${hosts.iam}/identity/token`,
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
      body: new URLSearchParams({ grant_type: "urn:ibm:params:oauth:grant-type:apikey", apikey: apiKey }).toString(),
      repeatable: true,
    });
    const body = parsed(answer.text);
    if (answer.status === 200 && typeof body?.access_token === "string") return keepSecret(body.access_token as string);
    // Of a key that does not exist IBM says 400 (BXNIM0415E).
    if ([400, 401, 403].includes(answer.status)) {
      throw new CloudFailure({
        code: "unauthorized",
        status: answer.status,
        message: `IBM Cloud does not accept the API key${said(body?.errorMessage)}. Look at IBMCLOUD_API_KEY`,
      });
    }
    throw answer.status === 200
      ? unbelievable("POST /identity/token")
      : ibmRefusal("POST /identity/token", answer, true);
  }

  const authorized = (): Promise<string> =>
    (token ??= authorize().catch((error: unknown) => {
      token = undefined;
      throw error;
    }));

  async function send(request: Omit<CloudRequest, "repeatable"> & { repeatable?: boolean }): Promise<CloudAnswer> {
    for (let attempt = 1; ; attempt++) {
      const mine = authorized();
      const headers = { ...request.headers, authorization: `Bearer ${await mine}` };
      const answer = await http.send({
        ...request,
        headers,
        repeatable: request.repeatable ?? request.method !== "POST",
      });
      // Tokens last an hour. A 401 is IBM's word that nothing was done.
      if (answer.status !== 401 || attempt > 1) return answer;
      if (token === mine) token = undefined;
    }
  }

  async function call(
    host: string,
    path: string,
    { method, query, body, ifMatch, repeatable = method !== "POST" }: IbmCall,
  ) {
    const operation = `${method} ${path}`;
    const answer = await send({
      method,
      url: `${host}${path}${query ? `?${new URLSearchParams(query)}` : ""}`,
      headers: {
        accept: "application/json",
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(ifMatch !== undefined && { "if-match": ifMatch }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      repeatable,
    });
    if (answer.status === 404 || answer.status === 410) return undefined;
    if (answer.status >= 300) throw ibmRefusal(operation, answer, repeatable);
    const value = parsed(answer.text);
    if (value === undefined && answer.status !== 204 && method !== "DELETE") throw unbelievable(operation, repeatable);
    return { body: value, etag: answer.headers.etag ?? "" };
  }

  return {
    send,
    iam: (path, args) => call(hosts.iam, path, args),
    resources: (path, args) => call(hosts.resources, path, args),
  };
}

/** What an answer means that is no success; `text` is JSON, or the XML of the S3 protocol. */
export function ibmRefusal(operation: string, { status, text }: CloudAnswer, repeatable: boolean): CloudFailure {
  const body = parsed(text);
  const [first] = (body?.errors ?? []) as { code?: string; message?: string }[];
  const xml = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  const reason = first?.code ?? body?.errorCode ?? body?.error_code ?? xml("Code");
  const message = first?.message ?? body?.errorMessage ?? body?.message ?? xml("Message");
  const words = `IBM Cloud answered ${status}${typeof reason === "string" ? ` ${reason}` : ""} to ${operation}${said(message)}`;
  const parts = { status, operation, reason: typeof reason === "string" ? reason : undefined };
  if (status === 401)
    return new CloudFailure({ ...parts, code: "unauthorized", message: `${words}. Look at IBMCLOUD_API_KEY` });
  if (status === 403) {
    const needs =
      "Administrator on the Object Storage instance (platform) and Manager (service), and Operator or more on IAM Identity and Access Management";
    return new CloudFailure({ ...parts, code: "forbidden", message: `${words}. Who owns the API key needs ${needs}` });
  }
  if (
    status === 412 ||
    (status === 409 && /conflict|etag|update/i.test(String(reason)) && !/exist/i.test(String(reason)))
  ) {
    return new CloudFailure({
      ...parts,
      code: "moved",
      message: `${words}. Somebody else changed it at the same time: run pulumi refresh, then run again`,
    });
  }
  const doubtful = status >= 500 && !repeatable;
  const advice = status >= 500 || status === 429 ? ". Try again later" : "";
  return new CloudFailure({
    ...parts,
    code: codeOfStatus(status),
    message: words + advice,
    ...(doubtful && { acted: "unknown" as const }),
  });
}

export const unbelievable = (what: string, repeatable = true): CloudFailure =>
  new CloudFailure({
    code: "bad-answer",
    message: `the answer to ${what} is not what IBM documents`,
    ...(!repeatable && { acted: "unknown" as const }),
  });
