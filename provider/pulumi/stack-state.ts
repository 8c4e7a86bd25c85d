/**
 * What the stack had before this run: Pulumi tells a program nothing of it, but its CLI does, while the stack is locked
 * for the run, too. Nothing is decrypted.
 */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { kinds } from "../kinds";
import { factsKey, guardsKind, typeOf } from "../protocol/wire";
import type { Facts } from "../engine";

/** An entry of the stack that stands for an object of iconik's and goes with it. */
export interface Had {
  kind: string;
  id: string;
  /** Logical name of the resource. */
  name: string;
  /** What the object is called in exceptions. */
  label: string;
  domain: string;
}

export interface StackState {
  had: Had[];
  /** The guards' own entry, when there is one: what it recorded. */
  guards?: Record<string, unknown>;
}

interface Resource {
  urn: string;
  type: string;
  id?: string;
  delete?: boolean;
  retainOnDelete?: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** @throws Error when there is no CLI to ask, or it does not tell. */
export async function stackState(folder: string): Promise<StackState> {
  const name = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const { stdout } = await promisify(execFile)("pulumi", ["stack", "export", "--stack", name, "--non-interactive"], { cwd: folder, maxBuffer: 2 ** 30, timeout: 60_000 });
  const { deployment } = JSON.parse(stdout) as { deployment?: { resources?: Resource[] } };
  const resources = deployment?.resources ?? [];
  const kindOf = new Map(Object.keys(kinds).map((kind) => [typeOf(kind), kind]));
  const had = resources.flatMap((resource): Had[] => {
    const { urn, type, id, outputs = {}, retainOnDelete } = resource;
    const kind = kindOf.get(type);
    const facts = outputs[factsKey] as Facts | undefined;
    if (kind === undefined || id === undefined || resource.delete || retainOnDelete || facts === undefined || facts.builtIn) return [];
    const definition = kinds[kind]!;
    if (definition.shape !== "object") return [];
    const label = facts.label ?? String(outputs[definition.key]);
    return [{ kind, id, name: urn.slice(urn.lastIndexOf("::") + 2), label, domain: facts.domain }];
  });
  return { had, guards: resources.find(({ type }) => type === typeOf(guardsKind))?.inputs };
}
