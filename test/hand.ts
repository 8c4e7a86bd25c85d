// Changes that somebody makes by hand in a tenant, past everything that is described.
import type { Item, Kind, Sandbox } from "../provider/sandbox";

/** A call as the tenant's owner makes it; fails when the tenant refuses. */
export async function change(sandbox: Sandbox, method: string, path: string, body?: object): Promise<any> {
  const headers = { "App-ID": sandbox.appId, "Auth-Token": sandbox.authToken, "Content-Type": "application/json" };
  const answer = await fetch(`${sandbox.url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

/** The one object of that name. */
export function named(sandbox: Sandbox, kind: Kind, name: string): Item {
  const found = sandbox.objects(kind).filter((object) => object.name === name);
  if (found.length !== 1) throw new Error(`${found.length} objects of ${kind} are named ${name}`);
  return found[0]!;
}
