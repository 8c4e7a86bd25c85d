// IBM Cloud as its documents describe it, as far as identities tell apart what may be done: tokens for API keys, service
// ids whose names are not unique, custom roles whose names are, policies with conditions on folders, versions that a
// change must name (If-Match), service credentials, and Object Storage by the S3 protocol, which asks the policies of
// whoever signs (https://cloud.ibm.com/apidocs, "Identity and Access Management actions" of Object Storage). Signatures
// are not computed here: the access key says who asks. Real HTTP on loopback, nothing kept on disk.
import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface IbmRequest {
  /** `POST /v2/policies`, `PUT /bucket?cors`. */
  name: string;
  body: string;
}

export interface IbmFault {
  answer?: { status: number; code: string; headers?: Record<string, string> };
  /** Does the work and breaks the connection. */
  lose?: boolean;
  /** Breaks the connection and does nothing. */
  drop?: boolean;
}

export interface IbmServerBucket {
  instance: string;
  location: string;
  cors: string;
  lifecycle: string;
  access: string;
  objects: Set<string>;
}

export interface IbmServer {
  url: string;
  account: string;
  /** CRN of the one instance. */
  instance: string;
  apiKey: string;
  serviceIds: Map<string, any>;
  roles: Map<string, any>;
  policies: Map<string, any>;
  keys: Map<string, any>;
  buckets: Map<string, IbmServerBucket>;
  requests: IbmRequest[];
  fault(decide: (request: IbmRequest, nth: number) => IbmFault | undefined): void;
  expireTokens(): void;
  /** A credential comes with a policy whatever its role is. */
  addPolicies(): void;
  /** Credentials are not shown to whoever makes them. */
  redact(reason: string): void;
  close(): Promise<void>;
}

class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message = "",
  ) {
    super(message);
  }
}
const refuse = (status: number, code: string, message = ""): never => {
  throw new Refused(status, code, message);
};

/** Which action a call of the S3 protocol is, and the folder or path that conditions look at. */
function actionOf(
  method: string,
  key: string,
  query: URLSearchParams,
): [action: string, path?: string, prefix?: string] {
  const has = (name: string) => query.has(name);
  if (key === "") {
    if (has("cors")) return [`bucket.${method === "GET" ? "get" : method === "PUT" ? "put" : "delete"}_cors`];
    if (has("lifecycle")) return [`bucket.${method === "GET" ? "get" : "put"}_lifecycle`];
    if (has("publicAccessBlock")) return [`bucket.${method === "GET" ? "get" : "put"}_public_access_block`];
    if (has("location")) return ["bucket.get_location"];
    if (has("uploads")) return ["bucket.get_uploads"];
    if (has("acl")) return [`bucket.${method === "GET" ? "get" : "put"}_acl`];
    if (has("delete")) return ["object.post_multi_delete", query.get("first") ?? ""];
    if (method === "HEAD") return ["bucket.head"];
    if (method === "PUT") return ["bucket.put_bucket"];
    if (method === "DELETE") return ["bucket.delete_bucket"];
    return ["bucket.get", undefined, query.get("prefix") ?? ""];
  }
  if (has("restore")) return ["object.restore", key];
  if (has("uploads")) return ["object.post_initiate_upload", key];
  if (has("uploadId"))
    return [
      {
        PUT: "object.put_part",
        POST: "object.post_complete_upload",
        DELETE: "object.delete_upload",
        GET: "object.get_uploads",
      }[method]!,
      key,
    ];
  if (has("copy")) return [{ PUT: "object.copy", GET: "object.copy_get" }[method]!, key];
  if (has("copyPart")) return [{ PUT: "object.copy_part", GET: "object.copy_part_get" }[method]!, key];
  if (has("acl")) return [`object.${method === "GET" ? "get" : "put"}_acl`, key];
  return [`object.${{ GET: "get", HEAD: "head", PUT: "put", DELETE: "delete" }[method]}`, key];
}

export async function startIbmServer(): Promise<IbmServer> {
  const account = "0123456789abcdef0123456789abcdef";
  const guid = "8dfbcba4-e6a1-4f2a-9a5b-000000000001";
  const instance = `crn:v1:bluemix:public:cloud-object-storage:global:a/${account}:${guid}::`;
  const apiKey = `ibm-api-key-${randomUUID()}`;
  const [serviceIds, roles, policies, keys] = [
    new Map<string, any>(),
    new Map<string, any>(),
    new Map<string, any>(),
    new Map<string, any>(),
  ];
  const buckets = new Map<string, IbmServerBucket>();
  const tokens = new Set<string>();
  const requests: IbmRequest[] = [];
  let decide: (request: IbmRequest, nth: number) => IbmFault | undefined = () => undefined;
  let redacted: string | undefined;
  let always = false;
  let count = 0;
  const next = () => String((count += 1)).padStart(6, "0");
  const touch = (one: any) => Object.assign(one, { entity_tag: `1-${next()}` });

  const matched = (one: any, header: string | undefined) => {
    if (header === undefined) refuse(400, "missing_if_match", "If-Match is required");
    if (header !== one.entity_tag) refuse(409, "policy_conflict_error", "entity was updated");
  };
  const checkRole = (body: any) => {
    if (!/^[A-Z][A-Za-z0-9]{0,29}$/.test(body.name ?? "A")) refuse(400, "invalid_body", "role name");
    if (!(body.actions?.length > 0)) refuse(400, "invalid_body", "actions");
  };
  const checkPolicy = (body: any) => {
    for (const { role_id: id } of body.control.grant.roles)
      if (![...roles.values()].some(({ crn }) => crn === id)) refuse(400, "role_not_found", id);
    if (body.rule && !body.pattern) refuse(400, "invalid_body", "rule wants a pattern");
    const iamId = body.subject.attributes[0].value;
    if (![...serviceIds.values()].some((one) => one.iam_id === iamId)) refuse(400, "invalid_body", "no such subject");
  };

  const platform: [
    string,
    RegExp,
    (id: string, body: any, request: { query: URLSearchParams; ifMatch?: string }) => any,
  ][] = [
    [
      "GET",
      /^\/v1\/serviceids\/$/,
      (_, __, { query }) => {
        const all = [...serviceIds.values()].filter(
          ({ name }) => query.get("name") === null || name === query.get("name"),
        );
        const from = Number(query.get("pagetoken") ?? 0);
        const named = query.get("pagetoken") ? [...serviceIds.values()] : all;
        return {
          serviceids: named.slice(from, from + 2),
          ...(named.length > from + 2 && { next: `https://iam.cloud.ibm.com/v1/serviceids/?pagetoken=${from + 2}` }),
        };
      },
    ],
    [
      "POST",
      /^\/v1\/serviceids\/$/,
      (_, { account_id, name, description }) => {
        if (account_id !== account) refuse(403, "BXNIM0513E");
        const id = `ServiceId-${randomUUID()}`;
        const made = touch({
          id,
          iam_id: `iam-${id}`,
          crn: `crn:v1:bluemix:public:iam-identity::a/${account}::serviceid:${id}`,
          account_id,
          name,
          description,
          locked: false,
        });
        serviceIds.set(id, made);
        return [201, made];
      },
    ],
    ["GET", /^\/v1\/serviceids\/(.+)$/, (id) => serviceIds.get(id) ?? refuse(404, "BXNIM0102E")],
    [
      "PUT",
      /^\/v1\/serviceids\/(.+)$/,
      (id, { name, description }, { ifMatch }) => {
        const one = serviceIds.get(id) ?? refuse(404, "BXNIM0102E");
        matched(one, ifMatch);
        return touch(
          Object.assign(one, {
            ...(name !== undefined && { name }),
            ...(description !== undefined && { description }),
          }),
        );
      },
    ],
    [
      "DELETE",
      /^\/v1\/serviceids\/(.+)$/,
      (id) => (serviceIds.delete(id) ? [204, undefined] : refuse(404, "BXNIM0102E")),
    ],
    [
      "GET",
      /^\/v2\/roles$/,
      (_, __, { query }) => ({
        custom_roles: [...roles.values()].filter((one) => one.service_name === query.get("service_name")),
        service_roles: [],
        system_roles: [],
      }),
    ],
    [
      "POST",
      /^\/v2\/roles$/,
      (_, body) => {
        checkRole(body);
        if ([...roles.values()].some(({ name }) => name === body.name))
          refuse(409, "role_conflict_error", "a role of this name exists");
        const id = randomUUID();
        const made = touch({
          ...body,
          id,
          crn: `crn:v1:bluemix:public:iam-access-management::a/${account}::customRole:${body.name}`,
        });
        roles.set(id, made);
        return [201, made];
      },
    ],
    ["GET", /^\/v2\/roles\/(.+)$/, (id) => roles.get(id) ?? refuse(404, "role_not_found")],
    [
      "PUT",
      /^\/v2\/roles\/(.+)$/,
      (id, body, { ifMatch }) => {
        const one = roles.get(id) ?? refuse(404, "role_not_found");
        checkRole({ ...one, ...body });
        matched(one, ifMatch);
        return touch(Object.assign(one, body));
      },
    ],
    [
      "GET",
      /^\/v2\/policies$/,
      (_, __, { query }) => ({
        policies: [...policies.values()].filter(
          (one) => one.subject.attributes[0].value === query.get("iam_id") && one.state === "active",
        ),
      }),
    ],
    [
      "POST",
      /^\/v2\/policies$/,
      (_, body) => {
        checkPolicy(body);
        const id = randomUUID();
        policies.set(id, touch({ ...body, id, state: "active" }));
        return [201, policies.get(id)];
      },
    ],
    ["GET", /^\/v2\/policies\/(.+)$/, (id) => policies.get(id) ?? refuse(404, "policy_not_found")],
    [
      "PUT",
      /^\/v2\/policies\/(.+)$/,
      (id, body, { ifMatch }) => {
        const one = policies.get(id) ?? refuse(404, "policy_not_found");
        checkPolicy(body);
        matched(one, ifMatch);
        for (const name of ["rule", "pattern"]) delete one[name];
        return touch(Object.assign(one, body));
      },
    ],
    [
      "DELETE",
      /^\/v2\/policies\/(.+)$/,
      (id) => {
        (policies.get(id) ?? refuse(404, "policy_not_found")).state = "deleted";
        return [204, undefined];
      },
    ],
    [
      "GET",
      /^\/v2\/resource_instances\/([^/]+)\/resource_keys$/,
      (id, __, { query }) => {
        if (id !== guid) refuse(404, "RC-ServiceInstanceNotFound");
        const all = [...keys.values()].filter(({ state }) => state !== "removed");
        const from = Number(query.get("start") ?? 0);
        return {
          rows_count: 2,
          resources: all.slice(from, from + 2),
          next_url: all.length > from + 2 ? `/v2/resource_instances/${guid}/resource_keys?start=${from + 2}` : null,
        };
      },
    ],
    [
      "POST",
      /^\/v2\/resource_keys$/,
      (_, { name, source, role, parameters }) => {
        if (source !== instance) refuse(404, "RC-ServiceInstanceNotFound");
        const serviceId =
          [...serviceIds.values()].find(({ crn }) => crn === parameters?.serviceid_crn) ??
          refuse(400, "RC-IamServiceIdNotFound");
        const id = randomUUID();
        const hmac = parameters.HMAC && {
          cos_hmac_keys: {
            access_key_id: randomUUID().replaceAll("-", ""),
            secret_access_key: createHash("sha256").update(id).digest("hex").slice(0, 48),
          },
        };
        // Any role but NONE, none at all too, comes with a policy for the whole instance.
        if (role !== "NONE" || always)
          policies.set(id, {
            id,
            state: "active",
            subject: { attributes: [{ key: "iam_id", value: serviceId.iam_id }] },
            control: { grant: { roles: [{ role_id: role ?? "Writer" }] } },
            resource: { attributes: [] },
          });
        const credentials = redacted
          ? { REDACTED: redacted }
          : {
              apikey: `apikey-${randomUUID()}`,
              ...hmac,
              iam_serviceid_crn: serviceId.crn,
              resource_instance_id: instance,
            };
        const made = {
          id,
          guid: id,
          crn: `${instance.slice(0, -1)}resource-key:${id}`,
          name,
          source_crn: source,
          role,
          state: "active",
          credentials,
          owner: serviceId.iam_id,
        };
        keys.set(id, made);
        return [201, made];
      },
    ],
    ["GET", /^\/v2\/resource_keys\/(.+)$/, (id) => keys.get(id) ?? refuse(404, "RC-ResourceKeyNotFound")],
    [
      "DELETE",
      /^\/v2\/resource_keys\/(.+)$/,
      (id) => {
        const one = keys.get(id) ?? refuse(404, "RC-ResourceKeyNotFound");
        if (one.state === "removed") refuse(410, "RC-ResourceKeyGone");
        one.state = "removed";
        return [204, undefined];
      },
    ],
  ];

  /** May the identity do this? All policies are looked at; a condition is on the folder of a listing, or on a path. */
  function mayDo(iamId: string, bucket: string, [action, path, prefix]: ReturnType<typeof actionOf>): boolean {
    return [...policies.values()].some(({ state, subject, control, resource, rule }) => {
      const attribute = (key: string) => resource.attributes.find((one: any) => one.key === key)?.value;
      if (
        state !== "active" ||
        subject.attributes[0].value !== iamId ||
        attribute("resource") !== bucket ||
        attribute("serviceInstance") !== guid
      )
        return false;
      const granted = control.grant.roles.flatMap(
        ({ role_id: id }: any) => [...roles.values()].find(({ crn }) => crn === id)?.actions ?? [],
      );
      if (!granted.includes(`cloud-object-storage.${action}`)) return false;
      if (!rule) return true;
      const asked =
        rule.key === "{{resource.attributes.path}}"
          ? path
          : rule.key === "{{resource.attributes.prefix}}"
            ? prefix
            : undefined;
      const pattern = new RegExp(
        `^${String(rule.value)
          .replace(/[.+^${}()|[\]\\]/g, "\\$&")
          .replaceAll("*", ".*")}$`,
      );
      return asked !== undefined && pattern.test(asked);
    });
  }

  function storage(request: IncomingMessage, url: URL, body: string): [number, string] {
    const [, name = "", ...rest] = url.pathname.split("/");
    const key = decodeURIComponent(rest.join("/"));
    const action = actionOf(request.method!, key, url.searchParams);
    const authorization = request.headers.authorization ?? "";
    const hmac = /^AWS4-HMAC-SHA256 Credential=([^/]+)\//.exec(authorization)?.[1];
    const bucket = buckets.get(name);
    if (hmac !== undefined) {
      const owner = [...keys.values()].find(
        ({ credentials, state }) => state !== "removed" && credentials.cos_hmac_keys?.access_key_id === hmac,
      )?.owner;
      if (owner === undefined || !mayDo(owner, name, action)) refuse(403, "AccessDenied", "Access Denied");
    } else if (!tokens.has(authorization.replace("Bearer ", ""))) refuse(401, "InvalidToken");
    if (action[0] === "bucket.put_bucket") {
      if (bucket) refuse(409, "BucketAlreadyExists", "The requested bucket name is not available.");
      const location = /<LocationConstraint>(.*)<\/LocationConstraint>/.exec(body)?.[1] ?? "us-standard";
      buckets.set(name, {
        instance: String(request.headers["ibm-service-instance-id"]),
        location,
        cors: "",
        lifecycle: "",
        access: "",
        objects: new Set(),
      });
      return [200, ""];
    }
    if (!bucket) return refuse(404, "NoSuchBucket");
    if (bucket.instance !== instance) refuse(403, "AccessDenied");
    for (const part of ["cors", "lifecycle", "publicAccessBlock"] as const) {
      const field = part === "publicAccessBlock" ? "access" : part;
      if (!url.searchParams.has(part)) continue;
      if (request.method === "GET")
        return bucket[field] === "" ? refuse(404, "NoSuchConfiguration") : [200, bucket[field]];
      if (
        part !== "publicAccessBlock" &&
        request.headers["content-md5"] !== createHash("md5").update(body).digest("base64")
      )
        refuse(400, "InvalidDigest");
      bucket[field] = body;
      return [200, ""];
    }
    if (action[0] === "bucket.get_location")
      return [200, `<LocationConstraint>${bucket.location}</LocationConstraint>`];
    if (action[0] === "bucket.delete_bucket") buckets.delete(name);
    return [200, ""];
  }

  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const url = new URL(request.url!, "http://loopback");
    const name = `${request.method} ${url.pathname}${/^\/(v\d|identity)\//.test(url.pathname) ? "" : url.search}`;
    requests.push({ name, body });
    const fault = decide({ name, body }, requests.length);
    if (fault?.drop) return void request.socket.destroy();
    let [status, answer, headers]: [number, string, Record<string, string>] = [200, "", {}];
    if (fault?.answer) {
      status = fault.answer.status;
      answer = JSON.stringify({ errors: [{ code: fault.answer.code, message: "" }] });
      headers = fault.answer.headers ?? {};
    } else {
      try {
        if (url.pathname === "/identity/token") {
          if (new URLSearchParams(body).get("apikey") !== apiKey)
            refuse(400, "BXNIM0415E", "Provided API key could not be found.");
          const token = `ey${randomUUID()}`;
          tokens.add(token);
          answer = JSON.stringify({ access_token: token, token_type: "Bearer", expires_in: 3600 });
        } else {
          const [, route, work] =
            platform.find(([method, path]) => method === request.method && path.test(url.pathname)) ?? [];
          if (route && work) {
            if (!tokens.has((request.headers.authorization ?? "").replace("Bearer ", "")))
              refuse(401, "BXNIM0407E", "token is expired");
            const result = work(decodeURIComponent(route.exec(url.pathname)![1] ?? ""), body && JSON.parse(body), {
              query: url.searchParams,
              ifMatch: request.headers["if-match"] as string | undefined,
            });
            const [code, value] = Array.isArray(result) ? result : [200, result];
            status = code;
            answer = value === undefined ? "" : JSON.stringify(value);
            if (value?.entity_tag) headers.etag = value.entity_tag;
          } else [status, answer] = storage(request, url, body);
        }
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        status = error.status;
        answer = /^\/(v\d|identity)\//.test(url.pathname)
          ? JSON.stringify(
              url.pathname.startsWith("/v2/resource")
                ? { error_code: error.code, message: error.message }
                : {
                    errors: [{ code: error.code, message: error.message }],
                    errorCode: error.code,
                    errorMessage: error.message,
                  },
            )
          : `<Error><Code>${error.code}</Code><Message>${error.message}</Message></Error>`;
      }
    }
    if (fault?.lose) return void request.socket.destroy();
    response.writeHead(status, headers);
    response.end(request.method === "HEAD" ? undefined : answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    account,
    instance,
    apiKey,
    serviceIds,
    roles,
    policies,
    keys,
    buckets,
    requests,
    fault: (given) => (decide = given),
    expireTokens: () => tokens.clear(),
    addPolicies: () => void (always = true),
    redact: (reason) => (redacted = reason),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
