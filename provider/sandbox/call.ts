/** What a handler gets and gives. Each operation of the contract has one handler. */
import { operation, type OperationKey } from "../contract";
import type { Tenant } from "./tenant";

/** A JSON object as iconik stores or sends it. */
export type Item = Record<string, any>;

export interface Caller {
  /** The user behind the token; an application without a default user has none. */
  user: Item | undefined;
  token: Item;
  appId: string;
  isAdmin: boolean;
  holds(role: string): boolean;
}

export interface Call {
  tenant: Tenant;
  key: OperationKey;
  /** Parameters of the path, decoded. */
  path: Record<string, string>;
  query: Record<string, string>;
  /** Checked against the contract, without the properties that iconik ignores. */
  body: any;
  /** Who calls; of a login, nobody yet: `anonymous`. */
  caller: Caller;
  /** Where the call comes from, as iconik sees it. */
  address: string;
  /** Origin under which the sandbox was called: `http://127.0.0.1:4010`. */
  origin: string;
}

export interface Answer {
  status: number;
  body?: unknown;
}

export type Handler = (call: Call) => Answer | Promise<Answer>;

/** An answer with the status that the contract gives for success, or with another one that it lists. */
export function answer(call: Call, body?: unknown, status = successOf(call)): Answer {
  return body === undefined || status === 204 ? { status } : { status, body };
}

function successOf({ key, tenant }: Call): number {
  const documented = Math.min(...Object.keys(operation(key).responses).map(Number));
  if (tenant.switches.successCodes === "documents" || documented !== 200) return documented;
  if (key.startsWith("DELETE ")) return 204;
  return key === "POST /API/auth/v1/apps/{app_id}/token/" ? 201 : documented;
}
