// Several who want something of one tenant at the same time: two stacks, two resources of one program, two runs, and
// people in iconik. One wins, the other is told; nothing is there twice, and nobody's work is overwritten unseen.
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../provider/engine/budget";
import { owned } from "../provider/engine/leaves";
import { written } from "../provider/engine/values";
import { fieldsOf, type ObjectKind } from "../provider/definition";
import { collectionOf } from "../provider/field-schema";
import { startSandbox, type Item, type Kind, type Sandbox, type SandboxOptions } from "../provider/sandbox";
import { createProject, endToEnd } from "./cli.ts";
import { openStack, type EngineStack } from "./engine-stack.ts";
import { subjects, type Subject } from "./fault-cases.ts";
import { done, live, named, quick, startIconikProject } from "./iconik-project.ts";
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
    ...(subject.definition.kind === "Storage"
      ? [
          ["Storage, where two may have one name", subject, { switches: { storageNames: "free" } }] as [
            string,
            Subject,
            SandboxOptions,
          ],
        ]
      : []),
  ]);
  it.each(cases)(
    "%s: one wins, the other is told and leaves nothing",
    async (_, { definition, name, made }, options) => {
      const sandbox = await tenant(options);
      for (let turn = 0; turn < 4; turn += 1) {
        // Both have looked, and neither has made it.
        const end = sandbox.fault({
          match: `POST ${collectionOf((definition as ObjectKind).path)}`,
          kind: "delay",
          ms: 200,
          times: 2,
        });
        const stacks = [stackOn(sandbox), stackOn(sandbox)];
        const [sort, key] = [sortOf[definition.kind]!, (definition as ObjectKind).key];
        const label = `${name} ${turn}`;
        const outcomes = await Promise.all(
          stacks.map((stack) =>
            stack.up(label, definition.kind, { ...made, [key]: label }).catch((error: Error) => error.message),
          ),
        );
        end();
        expect(
          outcomes.filter((outcome) => outcome === "created"),
          outcomes.join("\n"),
        ).toHaveLength(1);
        const told = outcomes.find((outcome) => outcome !== "created")!;
        expect(told).toContain(`${definition.kind} "${label}"`);
        expect(told).toMatch(/ICONIK_ADOPT|run again/);
        const there = sandbox.objects(sort).filter((object) => object.name === label);
        expect(there, told).toHaveLength(1);
        const holding = stacks.filter((stack) => stack.state.has(label));
        expect(holding.map((stack) => stack.state.get(label)!.id)).toEqual([there[0]!.id ?? label]);
        expect(await holding[0]!.refresh(label)).toEqual([]);
      }
    },
  );

  it("and one had made it before the other looked again: the later one gives way, whatever its id", async () => {
    for (const theirs of ["00000000-0000-4000-8000-000000000001", "ffffffff-ffff-4fff-bfff-ffffffffffff"]) {
      const sandbox = await tenant();
      const stack = stackOn(sandbox);
      sandbox.fault({ match: "POST /API/users/v1/groups/", kind: "delay", ms: 300 });
      const up = stack
        .up("Editors", "UserGroup", { name: "Editors", roles: [] })
        .catch((error: Error) => error.message);
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

/** What somebody else may put in the place of a value, in iconik's own form. */
function another(value: unknown): unknown {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 7;
  if (Array.isArray(value))
    return value.length === 0 || typeof value[0] === "string" ? [...value, "other"] : value.slice(1);
  return value === null || value === undefined || typeof value === "object" ? undefined : "other";
}

describe("a person changes what a stack owns, between its reading and its writing", () => {
  const keyOf = ({ kind }: { kind: string }, id: string): [Kind, string] => {
    if (kind === "UserGroupSettings") return ["settings", `group/${id}`];
    if (kind === "TeamSettings") return ["settings", `team/${id}`];
    return sortOf[kind] ? [sortOf[kind], id] : ["settings", "system"];
  };

  it.each(
    objects
      .concat(subjects.filter(({ definition }) => definition.shape === "part"))
      .map((subject) => [subject.definition.kind, subject] as const),
  )(
    "%s: every field is told with its three values, and nothing is written",
    async (kind, { definition, name, made }) => {
      const sandbox = await tenant();
      const stack = openStack(sandbox);
      onTestFinished(stack.close);
      await stack.up(name, kind, made);
      const { id, inputs } = stack.state.get(name)!;
      const [sort, key] = keyOf(definition, id);
      const before = sandbox.object(sort, key)!;
      const at = (item: Item, path: readonly string[]): any =>
        path.slice(0, -1).reduce((holder, part) => (holder[part] ??= {}), item as any);
      const told: string[] = [];
      for (const leaf of owned(fieldsOf(definition, inputs), inputs)) {
        const theirs = another(at(structuredClone(before), leaf.wire)[leaf.wire.at(-1)!]);
        // Which object it is, and what is never shown, cannot move.
        if (theirs === undefined || leaf.field.secret || leaf.field.hidden || leaf.field.immutable) continue;
        sandbox.edit(sort, key, (item) => void (at(item, leaf.wire)[leaf.wire.at(-1)!] = theirs));
        sandbox.clearRequests();
        const error = await stack.update(name).catch((failure: Error) => failure.message);
        expect(error, leaf.name).toContain("was changed in iconik since this stack last read it");
        // Texts and lists may come in another spelling or order.
        const [was, is] = [
          JSON.stringify(written(inputs, leaf)),
          typeof theirs === "string" ? 'other"' : Array.isArray(theirs) ? "[" : String(theirs),
        ].map((text) => text.replace(/[^\w"]/g, "\\$&"));
        expect(error).toMatch(new RegExp(`${leaf.name} was ${was}, is .*${is}.* in iconik, and ${was} is wanted`));
        for (const word of [definition.shape === "part" ? kind : `${kind} "${name}"`, "Run pulumi refresh"])
          expect(error).toContain(word);
        expect(sandbox.requests.filter(({ method }) => method !== "GET")).toEqual([]);
        sandbox.remove(sort, key);
        sandbox.edit(sort, key, structuredClone(before));
        told.push(leaf.name);
      }
      if (kind !== "GroupMapping") expect(told).not.toEqual([]);
    },
  );

  it("in a long list of roles, what differs is seen", async () => {
    const sandbox = await tenant();
    const stack = openStack(sandbox);
    onTestFinished(stack.close);
    const many = Array.from({ length: 40 }, (_, index) => `can_read_a_thing_${index}`);
    await stack.up("Editors", "UserGroup", { name: "Editors", roles: [...many, "can_search"] });
    const { id } = stack.state.get("Editors")!;
    sandbox.edit("groups", id, { roles: [...many, "can_search", "can_delete_assets"] });
    await expect(
      stack.up("Editors", "UserGroup", { name: "Editors", roles: [...many, "can_read_assets"] }),
    ).rejects.toThrow(
      'roles was ["can_search"] and 40 more that are the same, is ["can_delete_assets","can_search"] and 40 more that are the same in iconik, and ["can_read_assets"] and 40 more that are the same is wanted',
    );
  });
});

describe("on the real CLI", endToEnd, () => {
  it("of two stacks that are applied at once to one tenant, each object is made by one; the other is told its id", async () => {
    const names = ["One", "Two", "Three"];
    const program = `
      for (const name of ${JSON.stringify(names)}) new iconik.UserGroup(name, { description: "d", roles: [] });
      new iconik.AclTemplate("Upload", { access: { groups: [] } });`;
    const project = await startIconikProject(program);
    const { sandbox } = project;
    const source = `const iconik = require("pulumi-iconik"); ${program}`;
    const other = await createProject({ "index.js": source }, { env: environmentOf(sandbox) });
    onTestFinished(other.close);
    sandbox.fault({ match: "POST /API/users/v1/groups/", kind: "delay", ms: 2_500, times: 6 });
    sandbox.fault({ match: "POST /API/acls/v1/acl/templates/", kind: "delay", ms: 2_500, times: 2 });
    const results = await Promise.all([project.up(quick), other.up(quick)]);
    const said = results.map(({ all }) => all).join("\n");
    expect(results.filter(({ code }) => code !== 0).length, said).toBeGreaterThan(0);
    const held = [await project.resources(), await other.resources()];
    const wanted = [...names.map((name) => ["groups", name] as const), ["acl_templates", "Upload"] as const];
    for (const [kind, name] of wanted) {
      const there = live(sandbox, kind, name);
      expect(there, said).toHaveLength(1);
      expect(held.flat().filter(({ id }) => id === there[0]!.id)).toHaveLength(1);
      expect(said).toMatch(
        new RegExp(
          `there is another \\w+ "${name}" \\(${there[0]!.id}\\)|"${name}" exists already \\(${there[0]!.id}\\)`,
        ),
      );
    }
    expect(held.flat()).toHaveLength(wanted.length);
    // Whoever is told has the words for it.
    expect(said).toContain("ICONIK_ADOPT=exact");
    for (const result of [await project.up(quick), await other.up(quick)])
      if (result.code !== 0) expect(result.all).toContain("exists already");
    expect(sandbox.objects("groups")).toHaveLength(4);
  });

  it("a person's edit of roles, of an access list, of a setting and of an address list is not overwritten unseen", async () => {
    const program = (roles: string[], permissions: string[], hours: number, addresses: string[]) => `
      const group = new iconik.UserGroup("Editors", { description: "d", roles: ${JSON.stringify(roles)} });
      const everyone = { existing: "Everyone" };
      new iconik.AclTemplate("Upload", { access: { groups: [{ group: everyone, permissions: ${JSON.stringify(permissions)} }] } });
      new iconik.ExportLocation("Delivery", { storage: { existing: "Playout" }, path: "out", access: { groups: [{ group: everyone, permissions: ${JSON.stringify(permissions)} }] } });
      new iconik.UserGroupSettings("of everyone", { group: everyone, deleteGracePeriod: ${hours} });
      new iconik.ShieldAllowList("addresses", { addresses: ${JSON.stringify(addresses.map((ip) => ({ ip })))} });`;
    const project = await startIconikProject(program(["can_search"], ["read"], 24, ["127.0.0.0/8", "192.0.2.0/24"]), {
      seed,
    });
    const { sandbox } = project;
    await done(project.up(quick));
    const resources = await project.resources();
    const idOf = (name: string) => named(resources, name).id!;
    const [everyone] = live(sandbox, "groups", "Everyone");
    const lists = ["acl_templates/" + idOf("Upload"), "export_locations/" + idOf("Delivery")];
    sandbox.edit("groups", idOf("Editors"), { roles: ["can_search", "can_read_assets"] });
    for (const list of lists)
      sandbox.edit("acls", list, (acl) => void (acl.groups[everyone!.id].permissions = ["read", "delete"]));
    sandbox.edit("settings", `group/${everyone!.id}`, { delete_grace_period: 36 });
    sandbox.edit("settings", "system", { allowed_ips: [{ ip: "127.0.0.0/8" }, { ip: "203.0.113.0/24" }] });

    project.program(
      program(["can_search", "can_write_assets"], ["read", "write"], 48, ["127.0.0.0/8", "198.51.100.7"]),
    );
    sandbox.clearRequests();
    const since = "was changed in iconik since this stack last read it:";
    // So that each has its say; Pulumi adds a stack of its own for each.
    const { code, all } = await project.up([...quick, "--continue-on-error"]);
    expect(code, all).not.toBe(0);
    for (const words of [
      `UserGroup "Editors" ${since} roles was ["can_search"], is ["can_read_assets","can_search"] in iconik, and ["can_search","can_write_assets"] is wanted`,
      `access of AclTemplate "Upload" ${since}`,
      `access of ExportLocation "Delivery" ${since}`,
      /it was .*"permissions":\["read"\].*, is .*"permissions":\["delete","read"\].*, and .*"permissions":\["read","write"\].* is wanted/,
      `${since} deleteGracePeriod was 24, is 36 in iconik, and 48 is wanted`,
      /addresses was \[.*192\.0\.2\.0.*\], is \[.*203\.0\.113\.0.*\] in iconik, and \[.*198\.51\.100\.7.*\] is wanted/,
    ]) {
      expect(all).toMatch(words);
    }
    expect(project.writes()).toEqual([]);

    // Looked at, it may be changed.
    await done(project.refresh(quick));
    await done(project.up(quick));
    expect(live(sandbox, "groups", "Editors")[0]!.roles.sort()).toEqual(["can_search", "can_write_assets"]);
    for (const list of lists)
      expect(sandbox.object("acls", list)!.groups[everyone!.id].permissions.sort()).toEqual(["read", "write"]);
    expect(sandbox.object("settings", `group/${everyone!.id}`)).toMatchObject({ delete_grace_period: 48 });
  });
});
