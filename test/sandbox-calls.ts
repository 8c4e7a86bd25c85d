/** Calls to a sandbox over plain HTTP, and bodies that iconik takes. */
import type { Credentials, Sandbox } from "../provider/sandbox";

export interface Said {
  status: number;
  /** Parsed JSON, `undefined` when there was no body. */
  body: any;
  headers: Headers;
}

export type Send = (request: string, body?: unknown, headers?: Record<string, string>) => Promise<Said>;

/** Sends `METHOD /path` with the given credentials, those of the owner when left out. */
export function sender(sandbox: Sandbox, credentials: Pick<Credentials, "appId" | "authToken"> = sandbox): Send {
  return async (request, body, headers = {}) => {
    const [method, path] = request.split(" ");
    const response = await fetch(sandbox.url + path, {
      method,
      redirect: "manual",
      headers: {
        "App-ID": credentials.appId,
        "Auth-Token": credentials.authToken,
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text), headers: response.headers };
  };
}

export const paths = {
  storages: "/API/files/v1/storages/",
  exportLocations: "/API/files/v1/export_locations/",
  groups: "/API/users/v1/groups/",
  mappings: "/API/users/v1/groups/mappings/",
  teams: "/API/users/v1/teams/",
  roleGroups: "/API/users/v1/role_groups/",
  users: "/API/users/v1/users/",
  apps: "/API/auth/v1/apps/",
  acl: "/API/acls/v1/acl/",
  templates: "/API/acls/v1/acl/templates/",
  system: "/API/settings/v1/system/current/",
  recipients: "/API/stats/v1/system/logs/recipients/",
};

export function s3Storage(name: string, settings: Record<string, unknown> = {}) {
  return {
    name,
    method: "S3",
    purpose: "FILES",
    settings: {
      bucket: "media",
      endpoint: "https://s3.eu-west-1.amazonaws.com",
      path: "newsroom",
      region: "eu-west-1",
      access_key: "AKIAEXAMPLE",
      secret_key: "a secret",
      ...settings,
    },
  };
}
