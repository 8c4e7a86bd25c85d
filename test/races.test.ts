// Several who want something of one tenant at the same time: two stacks, two resources of one program, two runs, and
// people in iconik. One wins, the other is told; nothing is there twice, and nobody's work is overwritten unseen.
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../provider/engine/budget";
import { owned } from "../provider/engine/leaves";
import { written, type Leaf } from "../provider/engine/values";
import { fieldsOf, type ObjectKind, type Values } from "../provider/definition";
import { collectionOf } from "../provider/field-schema";
import { startSandbox, type Item, type Kind, type Sandbox, type SandboxOptions } from "../provider/sandbox";
import { endToEnd } from "./cli.ts";
import { openStack, type EngineStack } from "./engine-stack.ts";
import { subjects, type Subject } from "./fault-cases.ts";
import { done, live, quick, refused, startIconikProject } from "./iconik-project.ts";
import { environmentOf } from "./stack.ts";

const seed = {
  users: [{ email: "ci@example.com", type: "POWER" }],
  groups: [{ name: "Desk", roles: ["can_search"] }],
  teams: [{ name: "Studio" }],
  storages: [{ name: "Playout", method: "FILE", purpose: "FILES", settings: { mount_point: "/mnt/playout" } }],
};

async function tenant(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ tenant: "both", seed, ...options });
  onTestFinished(sandbox.close);
  return sandbox;
}

function stackOn(sandbox: Sandbox): EngineStack {
  const stack = openStack(sandbox, new Map(), { clock: systemClock });
  onTestFinished(stack.close);
  return stack;
}

const sortOf: Record<string, Kind> = {
  Storage: "storages",
  UserGroup: "groups",
  Team: "teams",
  RoleGroup: "role_groups",
  GroupMapping: "group_mappings",
  Application: "apps",
  AclTemplate: "acl_templates",
  ExportLocation: "export_locations",
};
const objects = subjects.filter(({ definition }) => definition.shape === "object");

describe("two stacks that make the same object at the same moment", () => {
  const cases = objects.flatMap((subject): [string, Subject, SandboxOptions][] => [
    [subject.definition.kind, subject, {}],
    ...(subject.definition.kind === "Storage" ? [["Storage, where two may have one name", subject, { switches: { storageNames: "free" } }] as [string, Subject, SandboxOptions]] : []),
  ]);
  it.each(cases)("%s: one wins, the other is told and leaves nothing", async (_, { definition, name, made }, options) => {
    const sandbox = await tenant(options);
    for (let turn = 0; turn < 4; turn += 1) {
      // Both have looked, and neither has made it.
      const end = sandbox.fault({ match: `POST ${collectionOf(definition.path)}`, kind: "delay", ms: 200, times: 2 });
      const stacks = [stackOn(sandbox), stackOn(sandbox)];
      const [sort, key] = [sortOf[definition.kind]!, (definition as ObjectKind).key];
      const label = `${name} ${turn}`;
      const outcomes = await Promise.all(stacks.map((stack) => stack.up(label, definition.kind, { ...made, [key]: label }).catch((error: Error) => error.message)));
      end();
      expect(outcomes.filter((outcome) => outcome === "created"), outcomes.join("\n")).toHaveLength(1);
      const told = outcomes.find((outcome) => outcome !== "created")!;
      expect(told).toContain(`${definition.kind} "${label}"`);
      expect(told).toMatch(/ICONIK_ADOPT|run again/);
      const there = sandbox.objects(sort).filter((object) => object.name === label);
      expect(there, told).toHaveLength(1);
      const holding = stacks.filter((stack) => stack.state.has(label));
      expect(holding.map((stack) => stack.state.get(label)!.id)).toEqual([there[0]!.id ?? label]);
      expect(await holding[0]!.refresh(label)).toEqual([]);
    }
  });

  it("and one had made it before the other looked again: the later one gives way, whatever its id", async () => {
    for (const theirs of ["00000000-0000-4000-8000-000000000001", "ffffffff-ffff-4fff-bfff-ffffffffffff"]) {
      const sandbox = await tenant();
      const stack = stackOn(sandbox);
      sandbox.fault({ match: "POST /API/users/v1/groups/", kind: "delay", ms: 300 });
      const up = stack.up("Editors", "UserGroup", { name: "Editors", roles: [] }).catch((error: Error) => error.message);
      while (!sandbox.requests.some(({ method }) => method === "POST")) await new Promise(setImmediate);
      sandbox.edit("groups", theirs, { id: theirs, name: "Editors", roles: [] });
      expect(await up).toContain(`there is another UserGroup "Editors" (${theirs})`);
      expect(sandbox.objects("groups").filter(({ name }) => name === "Editors")).toMatchObject([{ id: theirs }]);
      expect(stack.state.size).toBe(0);
    }
  });

  it("and the one that gives way cannot be deleted: both are named, and none is forgotten", async () => {
    const sandbox = await tenant();
    const theirs = "00000000-0000-4000-8000-000000000001";
    const stack = stackOn(sandbox);
    sandbox.fault({ match: "POST /API/users/v1/groups/", kind: "delay", ms: 300 });
    sandbox.fault({ match: "DELETE /API/users/v1/groups/*/", kind: "status", code: 403 });
    const up = stack.up("Editors", "UserGroup", { name: "Editors", roles: [] });
    while (!sandbox.requests.some(({ method }) => method === "POST")) await new Promise(setImmediate);
    sandbox.edit("groups", theirs, { id: theirs, name: "Editors", roles: [] });
    expect(await up).toBe("unfinished");
    const { id, unfinished } = stack.state.get("Editors")!;
    for (const word of [id, theirs, "could not be deleted", "Delete one of them"]) expect(unfinished).toContain(word);
    expect(sandbox.objects("groups").map((group) => group.id)).toContain(id);
  });
});
